"""The words under the canvas, and the component that shows them and listens to the keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import param

from vanas_panel.core.contribution import MOST_EDGES
from vanas_panel.metrics import MACS, PARAMETERS
from vanas_panel.session import Session
from vanas_panel.views.designer_scene import contributions_of
from vanas_panel.views.lock import with_lock
from vanas_panel.views.script_component import ScriptComponent
from vanas_panel.views.style import ACCENT, FONT, MUTED, NEGATIVE, POSITIVE, TEXT
from vanas_panel.views.theme import operation_label

Part = tuple[str, str]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# Nothing is wrong with what somebody is still drawing.
_UNFINISHED = ("no path", "off path")

KEYS = (
    "Designer canvas. Arrow keys choose a vertex, with Shift they move it; Enter starts an edge, ends or removes it; "
    "digits add a vertex, Delete removes it; Escape gives up; Control Z and Control Y undo and redo."
)

PRUNE = "Remove what is on no path"
"""What the button says that leaves the vertices and edges between input and output."""

_STYLE = f"""
:host {{ margin: 0; min-width: 0; }}
.status {{
  font: 11.5px/1.4 {FONT}; color: {MUTED}; min-height: 34px; margin-top: 4px;
  display: flex; flex-wrap: wrap; gap: 0 5px; align-content: flex-start; overflow-wrap: anywhere;
}}
.status span:not(:last-child)::after {{ content: "·"; color: {MUTED}; margin-left: 5px; }}
.good {{ color: {POSITIVE}; }}
.bad {{ color: {NEGATIVE}; }}
.warning, .message {{ color: {ACCENT}; }}
.now {{ color: {TEXT}; }}
.status button {{
  font: inherit; font-weight: 500; color: {TEXT}; background: none; border: 1px solid currentColor; border-radius: 5px;
  padding: 0 6px; min-height: 24px; cursor: pointer;
}}
.status button:hover {{ color: {ACCENT}; }}
.status button:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
@media (pointer: coarse) {{ .status button {{ min-height: 32px; }} }}
"""


class Voice(ScriptComponent):
    """A line of words, and the keyboard of the view it stands in.

    Parameters
    ----------
    on_command : callable, optional
        Takes a command such as ``undo``, ``add:2`` or ``move:left``; it comes from a browser, so it may be anything.
    **params
        As for any Panel component.
    """

    parts = param.List([], doc=(
        "Pairs of a kind (good, bad, warning, message, now, quiet) and a text; `do:` and a command is a button."))

    keys = param.String(KEYS, doc="What a screen reader says of the canvas.")
    frame = param.String(ACCENT, doc="Colour of the frame around the canvas when the keyboard is there.")

    _esm = Path(__file__).with_name("designer_voice.js")

    def __init__(self, on_command: Callable[[str], None] | None = None, **params):
        self._on_command = on_command
        super().__init__(**{"stylesheets": [_STYLE], "sizing_mode": "stretch_width", **params})

    def _handle_msg(self, data) -> None:
        """Hand a command over."""
        if self._on_command is not None and isinstance(data, str):
            with_lock(self._on_command, data)


def status(session: Session, selected: int | None = None) -> list[Part]:
    """What there is to say about the draft, the most pressing first.

    Parameters
    ----------
    session : Session
    selected : int or None
        The vertex that an edge is to start from.

    Returns
    -------
    list of (str, str)
        Kind and text of every part.
    """
    parts: list[Part] = []
    if session.message:
        parts.append(("message", session.message))
    if selected is None:
        parts.extend(_problem_part(problem.kind, _short(problem.message, session)) for problem in session.problems)
        if can_prune(session):
            parts.append(("do:prune", PRUNE))
    else:
        source = operation_label(session.draft.operations[selected])
        parts.append(("now", f"From {source} to …: click the target of the edge, or press Escape"))
    if session.cell is not None:
        parts.append(("good" if session.row is not None else "now", f"✓ Valid cell, {_standing(session)}"))
    draft, space = session.draft, session.table.space
    parts.append(("quiet", f"{len(draft.operations)} of {space.max_vertices} vertices, "
                           f"{len(draft.edges)} of {space.max_edges} edges"))
    if session.contributions is not None:
        values = [part.value for part in contributions_of(session.contributions).values()]
        parts.append(_toned(contribution_words(values), session.table.metric(session.metric).higher_is_better))
    elif session.row is not None and len(draft.edges) > MOST_EDGES:
        parts.append(("quiet", f"Too many edges for contributions ({len(draft.edges)}, at most {MOST_EDGES})"))
    return parts


def _problem_part(kind: str, words: str) -> Part:
    """What keeps a draft from being a cell: a warning only where drawing on would not mend it."""
    if kind in _UNFINISHED:
        return "now", f"Unfinished: {words[:1].lower()}{words[1:]}"
    return "warning", f"⚠ {words}"


def can_prune(session: Session) -> bool:
    """Whether something is on no path from input to output, while something else is on one."""
    kinds = {problem.kind for problem in session.problems}
    return "off path" in kinds and "no path" not in kinds


def _toned(part: Part, higher_is_better: bool | None) -> Part:
    """Words about contributions in the colour of what is better: where that is less, negative ones are good."""
    kind, words = part
    if higher_is_better is None:
        return "quiet", words
    return ({"good": "bad", "bad": "good"}.get(kind, kind) if not higher_is_better else kind), words


def _standing(session: Session) -> str:
    """What the table has of a valid cell."""
    if session.row is None:
        return "not in this table"
    metric = session.table.metric(session.metric)
    if metric.unit in (PARAMETERS, MACS) or metric.higher_is_better is None:
        # Follows from the structure, or may do so: nobody need have measured it.
        return "in this table"
    return "not measured" if math.isnan(session.table.column(metric.name)[session.row]) else "measured"


def contribution_words(values: Sequence[float]) -> Part:
    """Signs of the contributions of all edges of a cell, in words.

    Parameters
    ----------
    values : sequence of float
        NaN where a contribution is undefined.

    Examples
    --------
    >>> contribution_words([0.1, 0.2])
    ('good', 'both edges contribute positively')
    >>> contribution_words([0.1, -0.2, float("nan")])
    ('quiet', '1 of 3 edges contributes positively, 1 negatively, 1 is undefined')
    """
    count = len(values)
    positive, negative = sum(value > 0 for value in values), sum(value < 0 for value in values)
    undefined = sum(math.isnan(value) for value in values)
    for number, kind, word in ((positive, "good", "positively"), (negative, "bad", "negatively")):
        if number == count:
            return kind, f"{_all_edges(count)} {word}"
    if undefined == count:
        return "quiet", "contributions are undefined here"
    parts = [f"{positive} of {count} edges {'contributes' if positive == 1 else 'contribute'} positively"]
    if negative:
        parts.append(f"{negative} negatively")
    if undefined:
        parts.append(f"{undefined} {'is' if undefined == 1 else 'are'} undefined")
    return "quiet", ", ".join(parts)


def _short(message: str, session: Session) -> str:
    """A message that calls operations what the boxes call them."""
    for operation in session.table.space.operations:
        message = message.replace(operation, operation_label(operation))
    return message


def _all_edges(count: int) -> str:
    """Subject and verb for all edges of a cell."""
    if count == 1:
        return "its one edge contributes"
    return f"{'both' if count == 2 else f'all {_NUMBERS[count] if count < len(_NUMBERS) else count}'} edges contribute"
