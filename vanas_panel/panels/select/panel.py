"""Select cells: conditions on numbers, edge types and operations, and presets, added one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn

from vanas_panel.draw.bars import edge_type_label
from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, TEXT
from vanas_panel.draw.format import format_range
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.presets.choice import presets
from vanas_panel.draw.selection.words import selection_words
from vanas_panel.draw.theme import FONT, operation_label
from vanas_panel.errors import VanasError
from vanas_panel.panels.select.form import MOST_LETTERS, Form
from vanas_panel.state.conditions import Condition, Rows, mask_of
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

_TYPED = ("low", "high", "least", "most")

CSS = f"""
.vp-markup {{ height: auto; gap: 14px; }}
section {{ display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px; }}
h3 {{ margin: 0; font-size: 12px; font-weight: 650; }}
.row {{ display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }}
.row select {{ max-width: 100%; min-width: 0; flex: 1 1 150px; }}
.row button {{ height: 28px; padding: 0 10px; }}
label {{ display: flex; align-items: center; gap: 5px; color: {MUTED}; }}
input {{
  width: 76px; height: 28px; padding: 0 7px; border: 1px solid {LINE}; border-radius: 6px; background: {CARD};
  color: {TEXT}; font: 12px/1.2 {FONT};
}}
input:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
.status {{ font-weight: 600; color: {ACCENT}; }}
.hint {{ font-size: 11px; }}
"""


class SelectCells(View):
    """The form. Each *Add* joins one more condition with those that hold; the chips below the header show them.

    Parameters
    ----------
    session : Session
    tools : Tools, optional
        Not used; every drawer is made with them.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools | None = None, **params: Any):
        super().__init__(**params)
        self.session = session
        self._problem = ""
        self.form = Form(session.metric, operation=session.table.space.operations[0])
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_width")
        self.follow(self._update, ["rows", "metric", "better"])
        self.follow_language(self._update)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._markup

    def _html(self) -> Html:
        """The form for the session as it is."""
        return form_html(self.session, self.form, self._problem)

    def _update(self, *_events: Any) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Take a field, or add a condition."""
        name, _sep, value = action.partition(":")
        table, form = self.session.table, self.form
        index = number_after(action, name)
        if name in _TYPED and value[:MOST_LETTERS] == getattr(form, name):
            # A field that is left says its text again, which is no answer to a problem.
            return
        self._problem = ""
        adds: dict[str, Callable[[], Condition]] = {
            "add-number": lambda: form.limits(table), "add-count": lambda: form.count(table),
            "add-edge": lambda: form.edge_type(table), "add-preset": self._preset}
        if action in adds:
            self._add(adds[action])
        elif name in _TYPED:
            setattr(form, name, value[:MOST_LETTERS])
        elif name == "number" and value in table.numbers:
            form.number, form.low, form.high = value, "", ""
        elif name == "operation" and value in table.space.operations:
            form.operation = value
        elif name == "edge" and index is not None and index < len(table.space.edge_types):
            form.edge = index
        elif name == "preset" and index is not None:
            form.preset = index
        self._update()

    def _add(self, condition: Callable[[], Condition]) -> None:
        """Add a condition, or say why it is none."""
        try:
            made = condition()
            mask_of(made, self.session.table)
            self.session.add_condition(made)
        except VanasError as error:
            self._problem = translated(error)

    def _preset(self) -> Condition:
        """The cell of the chosen preset."""
        label, row = _presets(self.session)[self.form.preset]
        return Rows.of([row], len(self.session.table), label)


def form_html(session: Session, form: Form, problem: str = "") -> Html:
    """The form as HTML.

    Parameters
    ----------
    session : Session
    form : Form
        What stands in the fields.
    problem : str, optional
        Why the last condition could not be added.

    Returns
    -------
    Html
        With all text escaped, an action for every field, and the actions ``add-number``, ``add-count``, ``add-edge``
        and ``add-preset``.
    """
    return _PIECES.whole(
        intro=_("Each condition is joined with those that hold. Their chips stand below the header: press one to take "
                "the other cells, and the word between them to take cells that meet any."),
        status=_("Selected: {cells}").format(cells=selection_words(session.selection)), problem=problem,
        parts=list(filter(None, (_number_part(session, form), _edge_part(session, form), _count_part(session, form),
                                 _preset_part(session, form)))))


def _number_part(session: Session, form: Form) -> dict[str, Any]:
    """Limits on a number."""
    table = session.table
    groups = [{"label": _("Metrics"), "options": _options(table.metrics)},
              {"label": _("Exact, from the structure"), "options": [
                  each for each in _options(table.structure_metrics) if each["value"] not in table.metrics]}]
    values = table.sorted_column(form.number)
    metric = table.metric(form.number)
    hint = _("No cell has a value of it.") if not values.size else _("The table has {range}.").format(
        range=format_range(metric, float(values[0]), float(values[-1])))
    return {"title": _("A number"), "hint": hint, "add": _add("add-number", not values.size), "fields": [
        _select("number", _("Metric or structure column"), form.number, groups),
        _input("low", _("from"), _("Lowest value, in the unit that the page shows"), form.low),
        _input("high", _("to"), _("Highest value, in the unit that the page shows"), form.high)]}


def _edge_part(session: Session, form: Form) -> dict[str, Any]:
    """An edge type."""
    options = [{"value": str(index), "label": edge_type_label(*pair)}
               for index, pair in enumerate(session.table.space.edge_types)]
    return {"title": _("Contains an edge type"), "add": _add("add-edge"),
            "hint": _("Also: Shift and a click on a bar of edge importance, or S at a bar."),
            "fields": [_select("edge", _("Edge type"), str(form.edge), [{"label": "", "options": options}])]}


def _count_part(session: Session, form: Form) -> dict[str, Any]:
    """How often an operation occurs."""
    options = [{"value": name, "label": operation_label(name)} for name in session.table.space.operations]
    return {"title": _("Contains an operation"), "hint": "", "add": _add("add-count"), "fields": [
        _select("operation", _("Operation"), form.operation, [{"label": "", "options": options}]),
        _input("least", _("at least"), _("How many of them a cell has at least"), form.least),
        _input("most", _("at most"), _("How many of them a cell has at most"), form.most)]}


def _preset_part(session: Session, form: Form) -> dict[str, Any] | None:
    """A preset; None where none is in the table."""
    offered = _presets(session)
    if not offered:
        return None
    form.preset = min(form.preset, len(offered) - 1)
    options = [{"value": str(index), "label": label} for index, (label, _row) in enumerate(offered)]
    return {"title": _("Is a preset"), "add": _add("add-preset"), "hint": "",
            "fields": [_select("preset", _("Preset"), str(form.preset), [{"label": "", "options": options}])]}


def _presets(session: Session) -> list[tuple[str, int]]:
    """Labels and rows of the presets that are in the table."""
    return [(str(each.label), int(np.int64(each.row))) for each in presets(session.table, session.metric)
            if each.row is not None]


def _options(columns: Any) -> list[dict[str, str]]:
    """Metrics as options."""
    return [{"value": name, "label": label_of(metric)} for name, metric in columns.items()]


def _add(action: str, disabled: bool = False) -> dict[str, Any]:
    """The button that adds a condition."""
    return {"action": action, "label": _("Add"), "tooltip": _("Join this condition with those that hold"),
            "disabled": disabled}


def _select(action: str, label: str, value: str, groups: list[dict[str, Any]]) -> dict[str, Any]:
    """A choice."""
    return {"action": action, "label": label, "value": value, "groups": groups}


def _input(action: str, before: str, label: str, value: str) -> dict[str, Any]:
    """A field for a number."""
    return {"action": action, "before": before, "label": label, "value": value, "groups": [], "hint": ""}
