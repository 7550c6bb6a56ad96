"""Text under the canvas, and the component that shows it and listens to the keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import param

from vanas_panel.core.contribution import MOST_EDGES
from vanas_panel.draw.cell.scene import contributions_of
from vanas_panel.draw.css import ACCENT, FONT, MUTED, NEGATIVE, POSITIVE, TEXT
from vanas_panel.draw.format import format_difference, format_value, number_word
from vanas_panel.draw.theme import operation_label
from vanas_panel.state.attributing import SHAPLEY
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import MACS, PARAMETERS
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language, marked, ngettext, translated
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

Part = tuple[str, str]

# An unfinished draft is not wrong.
_UNFINISHED = ("no path", "off path")

KEYS = marked(
    "Designer canvas. Arrow keys choose a vertex, with Shift they move it; Enter starts an edge, ends or removes it; "
    "digits add a vertex, Shift and a digit change its operation, Delete removes it; Escape gives up; "
    "Control Z and Control Y undo and redo."
)

PRUNE = marked("Remove parts on no path")
"""Label of the button that removes all parts on no path from input to output."""

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
    """A line of words, and the keyboard of its view.

    Parameters
    ----------
    on_command : callable, optional
        Takes a command such as ``undo``, ``add:2`` or ``move:left``; it comes from a browser, so it may be anything.
    **params
        As for any Panel component.
    """

    parts = param.List([], doc=(
        "Pairs of a kind (good, bad, warning, message, now, quiet) and a text; `do:` and a command is a button."))

    keys = param.String("", doc="The name of the canvas for screen readers.")
    tooltips = param.Dict({}, doc="Of the buttons, by their commands.")
    frame = param.String(ACCENT, doc="Colour of the frame around the canvas when the keyboard is there.")

    _esm = Path(__file__).with_name("voice.js")

    def __init__(self, on_command: Callable[[str], None] | None = None, **params):
        self._on_command = None if on_command is None else keep_language(on_command)
        tooltips = {"prune": _("Remove all parts that are on no path from input to output; Undo takes it back")}
        super().__init__(**{"stylesheets": [_STYLE], "sizing_mode": "stretch_width", "keys": _(KEYS),
                            "tooltips": tooltips, **params})

    def receive(self, message: Any) -> None:
        """Hand a command over."""
        if self._on_command is not None and isinstance(message, str):
            run_callback(self._on_command, message)


def status(session: Session, selected: int | None = None) -> list[Part]:
    """Messages about the draft, the most pressing first.

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
        parts.extend(_problem_part(problem.kind, _short(translated(problem.message), session))
                     for problem in session.problems)
        if can_prune(session):
            parts.append(("do:prune", _(PRUNE)))
    else:
        source = operation_label(session.draft.operations[selected])
        parts.append(("now", _("From {source} to …: click the target of the edge, or press Escape").format(
            source=source)))
    if session.cell is not None:
        parts.append(("good" if session.row is not None else "now", f"✓ {_standing(session)}"))
    draft, space = session.draft, session.table.space
    parts.append(("quiet", _("{vertices} of {most_vertices} vertices, {edges} of {most_edges} edges").format(
        vertices=len(draft.operations), most_vertices=space.max_vertices, edges=len(draft.edges),
        most_edges=space.max_edges)))
    if session.edge_values == SHAPLEY and session.cell is not None and session.row is not None:
        parts.append(_shapley_part(session))
    elif session.row is not None and len(draft.edges) > MOST_EDGES:
        parts.append(("quiet", _("Contributions of edges are computed for cells of at most {most} edges; this one has "
                                 "{count}. See operations and neighbours.").format(
                                     count=len(draft.edges), most=MOST_EDGES)))
    elif session.operation_changes is not None:
        parts.append(("quiet", _("No edge has a contribution here: each vertex names the other operation that measures "
                                 "best instead, and the difference")))
    elif session.contributions is not None:
        values = [part.value for part in contributions_of(session.contributions).values()]
        parts.append(_toned(contribution_words(values), session.table.metric(session.metric).higher_is_better))
    return parts


def _shapley_part(session: Session) -> Part:
    """What the Shapley values add up to, or why there are none."""
    found, metric = session.shapley, session.table.metric(session.metric)
    if isinstance(found, pd.DataFrame):
        return "quiet", _("Shapley values add up to {total}, from {baseline} without any edge").format(
            total=format_difference(metric, float(found["shapley"].sum())),
            baseline=format_value(metric, found.attrs["baseline"]))
    return "quiet", _("No Shapley values: {reason}").format(reason=translated(found))


def _problem_part(kind: str, words: str) -> Part:
    """Problems that keep a draft from being a cell: a warning only where drawing on would not mend it."""
    if kind in _UNFINISHED:
        return "now", _("Unfinished: {problem}").format(problem=words[:1].lower() + words[1:])
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
    """Say that a cell is valid, and whether the table has it."""
    if session.row is None:
        return _("Valid cell, not in this table")
    metric = session.table.metric(session.metric)
    if metric.unit in (PARAMETERS, MACS) or metric.higher_is_better is None:
        # Follows from the structure, or may do so: it need not be measured.
        return _("Valid cell, in this table")
    is_known = not math.isnan(session.table.column(metric.name)[session.row])
    return _("Valid cell, measured") if is_known else _("Valid cell, not measured")


_ALL_POSITIVE = ("", marked("its one edge contributes positively"), marked("both edges contribute positively"),
                 marked("all {count} edges contribute positively"))
_ALL_NEGATIVE = ("", marked("its one edge contributes negatively"), marked("both edges contribute negatively"),
                 marked("all {count} edges contribute negatively"))


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
    if positive == count:
        return "good", _(_ALL_POSITIVE[min(count, 3)]).format(count=number_word(count))
    if negative == count:
        return "bad", _(_ALL_NEGATIVE[min(count, 3)]).format(count=number_word(count))
    if undefined == count:
        return "quiet", _("contributions are undefined here")
    parts = [ngettext("{count} of {total} edges contributes positively",
                      "{count} of {total} edges contribute positively", positive).format(count=positive, total=count)]
    if negative:
        parts.append(_("{count} negatively").format(count=negative))
    if undefined:
        parts.append(ngettext("{count} is undefined", "{count} are undefined", undefined).format(count=undefined))
    return "quiet", ", ".join(parts)


def _short(message: str, session: Session) -> str:
    """A message that calls operations what the boxes call them."""
    for operation in session.table.space.operations:
        message = message.replace(operation, operation_label(operation))
    return message

