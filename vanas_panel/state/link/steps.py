"""Undo steps as text, which a browser hands from one page to the next."""

from __future__ import annotations

from typing import Any

from vanas_panel.errors import VanasError
from vanas_panel.state.link.form import MOST_LETTERS
from vanas_panel.state.link_text import draft_text, positions_text, read_draft, read_positions
from vanas_panel.state.session import Session
from vanas_panel.state.undo import Sketch

MOST_STEPS = 50
"""Of each direction."""


def steps_text(session: Session) -> dict[str, list[list[str]]]:
    """The steps of a session before and after its current one.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = Session(vp.open_table("structure4"))
    >>> session.add_vertex("maxpool3x3")
    >>> steps_text(session)
    {'past': [[':', '']], 'future': []}
    """
    past, future = session.steps
    return {name: [[draft_text(sketch.draft), positions_text(sketch.positions)] for sketch in steps[-MOST_STEPS:]]
            for name, steps in (("past", past), ("future", future))}


def take_steps(session: Session, data: Any) -> None:
    """Let a session take back what `steps_text` has written; what cannot be read ends the row, whatever it is."""
    if isinstance(data, dict) and not (session.can_undo or session.can_redo):
        session.keep_steps(*(_read(data.get(name)) for name in ("past", "future")))


def _read(texts: Any) -> list[Sketch]:
    """The last steps of a list, up to one that cannot be read."""
    steps: list[Sketch] = []
    for pair in reversed(texts[-MOST_STEPS:] if isinstance(texts, list) else []):
        try:
            drawn, centres = pair
            if not all(isinstance(text, str) and len(text) <= MOST_LETTERS for text in (drawn, centres)):
                break
            draft = read_draft(drawn)
            steps.append(Sketch(draft, read_positions(centres, draft) if centres else {}))
        except (VanasError, TypeError, ValueError):
            break
    return steps[::-1]
