"""Links of the first form are written letter by letter as they always were, and open what they always opened."""

import json
from pathlib import Path

import numpy as np
import pytest
from any_sessions import STRANGE, TABLES, sessions
from form_one import query_of, sentences_of
from hypothesis import given, settings
from trained_cells import POOL, SIX, record

from vanas_panel.core.draft import Draft
from vanas_panel.state.link import left_out, restore, to_query
from vanas_panel.state.selection import Box, unpack_rows
from vanas_panel.state.session import Session
from vanas_panel.training.joined import joined_table
from vanas_panel.training.table import results_table

RECORDED = Path(__file__).with_name("links_of_form_1.json")
"""What the writer of version 0.1.0 wrote for the sessions that `seeded_session` makes."""

_VERTICES = 12
"""Most vertices of a draft in a link when the links were recorded."""
_LEFT_OUT = "without=draft"
"""In a recorded link whose draft was larger than that; links hold such a draft now."""


@settings(max_examples=200)
@given(sessions(TABLES))
def test_a_link_is_written_as_the_first_form_says(session):
    assert to_query(session, TABLES) == query_of(session, TABLES)
    assert to_query(session) == query_of(session)
    assert left_out(session) == sentences_of(session)


def seeded_session(seed: int) -> Session:
    """One of many states of a page, the same for the same number."""
    rng = np.random.default_rng(seed)
    table = TABLES[seed % 3]
    names = list(table.metrics)

    def one_of(values):
        return values[int(rng.integers(len(values)))]

    directions = {one_of(names): one_of([True, False, None]) for _ in range(int(rng.integers(3)))}
    session = Session(table.with_directions(directions), metric=one_of(names), x=one_of(names), y=one_of(names),
                      log_x=bool(rng.integers(2)), log_y=bool(rng.integers(2)), dark=bool(rng.integers(2)),
                      extra_vertices=int(rng.integers(3)), drawer=one_of(["", "shelf", "train"]))
    operations = [*table.space.operations, *STRANGE]
    inner = [one_of(operations) for _ in range(int(rng.integers(_VERTICES + 1)))]
    pairs = {tuple(map(int, rng.integers(len(inner) + 2, size=2))) for _ in range(int(rng.integers(16)))}
    session.draft = Draft(("input", *inner, "output"), sorted(pairs))
    if rng.integers(2):
        session.positions = {int(vertex): tuple(np.round(rng.uniform(-900, 900, 2), 4).tolist())
                             for vertex in rng.permutation(len(inner) + 2)[:4]}
    if rng.integers(2):
        session.pinned = table.cell(int(rng.integers(len(table))))
    if rng.integers(2):
        x_low, y_low, x_wide, y_wide = np.round(rng.uniform(0.01, 1e6, 4), 3).tolist()
        session.window = (x_low, x_low + x_wide, y_low, y_low + y_wide)
    if (kind := int(rng.integers(4))) == 1:
        session.select_box(Box(one_of(names), one_of(names), (-np.inf, 0.7), (float(rng.random()) / 3, np.inf)))
    elif kind > 1:
        session.select(np.flatnonzero(rng.random(len(table)) < kind / 4))
    return session


def comparable(query: str, count: int) -> str:
    """A link with packed rows unpacked: other builds of zlib pack the same rows otherwise."""
    parts = [part.partition("=") for part in query.split("&")]
    return "&".join(f"rows={unpack_rows(value, count).tolist()}" if name == "rows" else f"{name}={value}"
                    for name, _, value in parts)


def test_links_are_written_as_they_were_recorded():
    for seed, recorded in enumerate(json.loads(RECORDED.read_text(encoding="utf-8"))):
        if _LEFT_OUT in recorded:
            continue
        session = seeded_session(seed)
        count = len(session.table)
        assert comparable(to_query(session, TABLES), count) == comparable(recorded, count), seed


def test_recorded_links_open_the_sessions_that_they_were_written_for():
    opened = 0
    for seed, recorded in enumerate(json.loads(RECORDED.read_text(encoding="utf-8"))):
        if _LEFT_OUT in recorded:
            continue
        session, (again, messages) = seeded_session(seed), restore(recorded, TABLES)
        assert messages == left_out(session), seed
        if messages:
            continue
        opened += 1
        for name in ("metric", "x", "y", "log_x", "log_y", "draft", "pinned", "extra_vertices", "dark", "drawer"):
            assert getattr(again, name) == getattr(session, name), (seed, name)
        assert again.table.origin is session.table.origin and again.table.directions == session.table.directions
        assert np.array_equal(again.rows, session.rows) and (again.box is None) == (session.box is None)
        assert again.positions == {vertex: (round(x, 1), round(y, 1)) for vertex, (x, y) in session.positions.items()}
    assert opened > 60


@pytest.mark.parametrize("counted", [False, True])
def test_a_table_with_trained_cells_is_said_after_the_axes(counted):
    measured = results_table([record(), record(POOL, 0.5)], name="source")
    table = joined_table(measured, [record(SIX, 0.9)]) if counted else measured
    session = Session(table, metric=list(table.metrics)[-1], log_y=True)
    assert to_query(session, [measured]) == query_of(session, [measured])
    assert ("&trained=1&log=y" in to_query(session, [measured])) == counted
