"""Steps to take back and again as text, which a browser hands from one page to the next."""

from __future__ import annotations

from typing import Any

from vanas_panel.address.form import MOST_LETTERS
from vanas_panel.address.reading import read_draft, read_places
from vanas_panel.address.writing import draft_text, places_text
from vanas_panel.errors import VanasError
from vanas_panel.history import Sketch
from vanas_panel.session import Session

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
    return {name: [[draft_text(sketch.draft), places_text(sketch.positions)] for sketch in steps[-MOST_STEPS:]]
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
            drawn, places = pair
            if not (isinstance(drawn, str) and isinstance(places, str)) or max(len(drawn), len(places)) > MOST_LETTERS:
                break
            draft = read_draft(drawn)
            steps.append(Sketch(draft, read_places(places, draft) if places else {}))
        except (VanasError, TypeError, ValueError):
            break
    return steps[::-1]
