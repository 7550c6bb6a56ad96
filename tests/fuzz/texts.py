"""Texts that somebody hands in: pasted cells, links, steps that a browser kept, and what goes onto the shelf."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import vanas_panel as vp
from tests.fuzz.hands import TEXTS, VALUES, json_of, text_of
from tests.fuzz.kind import Kind, check_message
from vanas_panel.core.draft import Draft
from vanas_panel.shelf import Shelf
from vanas_panel.state.link.reading import restore
from vanas_panel.state.link.steps import steps_text, take_steps
from vanas_panel.state.link.writing import to_query
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable


@cache
def table() -> BenchmarkTable:
    """A small table that comes with the package."""
    return vp.open_table("structure4")


@cache
def _links() -> list[str]:
    """Links to a page on which somebody has done everything."""
    session = Session(table())
    session.load_cell(table().cell(40))
    session.pin()
    session.add_vertex(table().space.operations[0])
    return [to_query(session), to_query(session, [table()]), "?v=1&table=structure4&y=test_accuracy&draft=C3:0-1_1-2"]


@st.composite
def links(draw: Any) -> str:
    """Links that were cut, doubled or changed by hand."""
    hand = draw(st.randoms(use_true_random=False))
    link = hand.choice(_links())
    parts = link.split("&")
    for _ in range(hand.randint(1, 3)):
        index = hand.randint(0, len(parts) - 1)
        name, _, value = parts[index].partition("=")
        parts[index] = hand.choice([f"{name}={text_of(hand, value)}", f"{name}={hand.choice(VALUES)}",
                                    f"{hand.choice(TEXTS)}={value}", parts[index] + "&" + parts[index], name])
    link = "&".join(parts)
    return text_of(hand, link) if hand.randint(0, 3) == 0 else link


def take_link(link: str, folder: Path) -> None:
    """A link opens a page whose own link opens the same or says what it left out; what it could not show is short."""
    session, messages = restore(link, [table()])
    for message in messages:
        check_message(message)
    query = to_query(session, [table()])
    again = restore(query, [table()])
    if "without=draft" in query:
        # An operation's name may be short enough to read, and too long to write: each letter takes three there.
        assert again.messages and max(map(len, session.draft.operations)) > 600
        return
    assert not again.messages and again.session.draft == session.draft and again.session.table is session.table


@cache
def _steps() -> dict:
    """Steps of somebody who has drawn."""
    session = Session(table())
    for operation in table().space.operations:
        session.add_vertex(operation)
    session.undo()
    return json.loads(json.dumps(steps_text(session)))


@st.composite
def steps(draw: Any) -> bytes:
    """What a browser keeps of steps, changed."""
    return json_of(draw(st.randoms(use_true_random=False)), _steps())


def take_steps_back(content: bytes, folder: Path) -> None:
    """Whatever a browser sends: a session takes what it can read, and can be undone and drawn on."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return
    session = Session(table())
    take_steps(session, data)
    while session.can_undo:
        session.undo()
    assert isinstance(session.draft, Draft)


_shelves: dict[Path, Shelf] = {}


@st.composite
def entries(draw: Any) -> tuple:
    """User, table, draft, name, note and tags: of any length and letters, now and then of another type."""
    hand = draw(st.randoms(use_true_random=False))
    words = ["ann", "A cell", "wide", text_of(hand, "A good cell"), hand.choice(TEXTS)]

    def word() -> Any:
        return hand.choice(words) if hand.randint(0, 9) else hand.choice(VALUES)

    inner = [hand.choice(["conv", *TEXTS[:6], "x" * 200]) for _ in range(hand.choice([0, 1, 3, 40]))]
    edges = {(hand.randint(0, len(inner) + 1), hand.randint(0, len(inner) + 1)) for _ in range(hand.randint(0, 9))}
    tags = [word() for _ in range(hand.choice([0, 1, 2, 30]))] if hand.randint(0, 9) else word()
    return word(), word(), ("input", *inner, "output"), tuple(edges), word(), word(), tags, word()


def take_entry(entry: tuple, folder: Path) -> None:
    """What was put onto the shelf is found there as it was, by whatever is searched for."""
    user, name_of_table, operations, edges, name, note, tags, search = entry
    draft = Draft(operations, edges)
    if folder not in _shelves:
        _shelves[folder] = Shelf(folder / "shelf.sqlite")
    shelf = _shelves[folder]
    if not isinstance(tags, (list, str)):
        tags = [tags]
    kept = shelf.save(user, name_of_table, draft, name, note, tags)
    found = shelf.entry(kept.id)
    try:
        assert (found.user, found.name, found.note) == (user, name.strip(), note) and found.draft == draft
        assert isinstance(search, str) is False or all(type(one.name) is str for one in shelf.entries(text=search))
    finally:
        shelf.delete(kept.id, user)


def take_paste(text: str, folder: Path) -> None:
    """A paste gives a draft, or a message; `tests.fuzz.pastes` says the same of itself, and compares meanings."""
    draft, notes = vp.exchange.read_noted(text, vp.NASBENCH101)
    assert isinstance(draft, Draft) and all(type(name) is str for name in draft.operations)
    for note in notes:
        check_message(note)


def _pastes() -> Any:
    """Imported late: what it imports lies beside the tests."""
    from tests.fuzz.pastes import pastes

    return pastes()


KINDS = {
    "paste": Kind(st.deferred(_pastes), take_paste),
    "link": Kind(links(), take_link),
    "steps": Kind(steps(), take_steps_back),
    "shelf": Kind(entries(), take_entry),
}
