"""Edge importance: which edge types matter, over the whole table or over the selected cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn
from bokeh.events import DoubleTap, PointEvent

from vanas_panel.core.encoding import MAX_VERTICES
from vanas_panel.draw.bars import (
    ROWS,
    edge_type_label,
    importance_figure,
    least_height,
    recolor_importance,
    unit_words,
    update_importance,
)
from vanas_panel.draw.chart import CLICKS
from vanas_panel.draw.css import ACCENT, MUTED, SOFT_ACCENT
from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.pointed import report_pointed
from vanas_panel.draw.theme import FONT, palette
from vanas_panel.panels.importance.attribution import AttributionPart
from vanas_panel.panels.importance.keys import ImportanceKeys
from vanas_panel.state.attributing import CONTRIBUTIONS, MATCHED, OPERATIONS, PLAIN, SMALL_ALONE
from vanas_panel.state.conditions import HasEdge
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import run_callback

_CSS = (".vp-markup { gap: 2px; } .head { align-items: baseline; } h2 { white-space: nowrap; } "
        f".legend {{ color: {MUTED}; font-size: 11px; }}")
# Bokeh may draw a hidden figure again where what stands beside it changes.
_COLUMN_CSS = ":host { overflow: hidden auto; } :host(.of-others) .importance-bars { display: none !important; }"
_CLASSES = ("importance", "scrollable-vertical")
"""Classes of the column. Panel's own `scroll` would lose the second one, by which rows keep their heights."""
_SWITCH_CSS = f"""
@media print {{ .switch {{ display: none !important; }} }}
.switch {{ display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; font: 12px/1.3 {FONT}; }}
.choices {{ display: inline-flex; }}
.choices button {{ min-height: 24px; padding: 0 8px; border-radius: 0; margin-left: -1px; }}
.choices button:first-child {{ border-radius: 6px 0 0 6px; margin-left: 0; }}
.choices button:last-child {{ border-radius: 0 6px 6px 0; }}
.choices button[aria-pressed=true] {{ font-weight: 600; color: {ACCENT}; border-color: {ACCENT}; position: relative;
  background: {SOFT_ACCENT}; }}
.split {{ color: {MUTED}; }}
.switch select {{ min-height: 24px; max-width: 100%; }}
"""
_PIECES = pieces(__file__)
_CHOICES = {
    PLAIN: (marked("Plain"), marked("Mean over the cells with such an edge, minus the mean over those without")),
    MATCHED: (marked("Matched"), marked(
        "Mean over pairs of cells that differ in one such edge and in nothing else; the pale bars are plain "
        "importance, the lines 95 % intervals")),
    CONTRIBUTIONS: (marked("Contributions"), marked(
        "How the contributions of all edges of all cells are distributed: bars hold the middle half, lines nine in "
        "ten")),
    OPERATIONS: (marked("Operations"), marked(
        "Mean over pairs of cells that differ in the operation of one vertex and in nothing else, with 95 % "
        "intervals")),
}
_SPLITS = {"": marked("all edges together"), "position": marked("position of the edge"),
           "depth": marked("depth of the cell")}
_TOOLTIP = marked("Mean over the cells with at least one edge of a type, minus the mean over those with none. "
                  "Select cells in the overview to see it for them alone.")


def importance_head(importance: pd.DataFrame, metric: Metric, total: int, chosen: int | None,
                    attribution: str = PLAIN, left_out: int | None = None) -> Html:
    """Heading of the view as HTML.

    Parameters
    ----------
    importance : DataFrame
        As `vanas_panel.edge_importance` returns it.
    metric : Metric
        The metric of the importance.
    total : int
        Cells of the table.
    chosen : int or None
        How many of them are selected; None where all are.
    attribution : str, optional
        What the bars show: `PLAIN`, `MATCHED`, `CONTRIBUTIONS` or `OPERATIONS`. It says what pale bars are.
    left_out : int, optional
        Of a table of larger cells: how many edge types are not among the bars.

    Returns
    -------
    Html
        With all text escaped.
    """
    measured = int(importance["n_with"].iloc[0] + importance["n_without"].iloc[0])
    words = (_("{unit}, one operation instead of another · {cells}") if attribution == OPERATIONS else
             _("{unit}, contributions of edges · {cells}") if attribution == CONTRIBUTIONS else
             _("{unit}, with minus without · {cells}"))
    aside = words.format(unit=unit_words(metric), cells=_cells(measured, total, chosen))
    looked_at = total if chosen is None else chosen
    number = _("{measured} of these {total} cells have a value.").format(
        measured=format_count(measured), total=format_count(looked_at))
    legend = ""
    if attribution == MATCHED:
        legend = _("pale bars: plain importance")
    elif attribution == PLAIN and chosen is not None:
        legend = _("pale bars: all {total} cells, whose order and scale hold").format(total=format_count(total))
    if left_out is not None and attribution != OPERATIONS:
        legend = " ".join(filter(None, (legend, ngettext(
            "{count} edge type is left out: all cells have it, or none.",
            "{count} edge types are left out: all cells have them, or none.", left_out).format(count=format_count(
                left_out)) if left_out else "", _(
            "Matched importance and contributions of all cells are found for cells of at most {most} vertices."
        ).format(most=MAX_VERTICES))))
    return _PIECES.head(tooltip=f"{label_of(metric)}. {_(_TOOLTIP)} {number}", title=_("Edge importance"), aside=aside,
                        legend=legend)


def _cells(measured: int, total: int, chosen: int | None) -> str:
    """Which cells were looked at, in few words."""
    if chosen is not None:
        if measured == chosen:
            return _("{count} selected").format(count=format_count(chosen))
        return _("{measured} of {count} selected").format(measured=format_count(measured), count=format_count(chosen))
    if measured < total:
        return _("{count} measured").format(count=format_count(measured))
    return _("one cell") if total == 1 else _("all {count} cells").format(count=format_count(total))


def switch_html(session: Session) -> Html:
    """The choice of what the card shows, and what goes with it.

    Parameters
    ----------
    session : Session

    Returns
    -------
    Html
        Its actions are ``show:matched`` and the like, ``split:depth`` and the like, and ``pairs:0`` for the cells of
        the first edge type whose sign turns.
    """
    chosen = session.shown_attribution
    flags = [] if chosen != MATCHED else [edge_type_label(*pair) for pair in session.turned]
    return _PIECES.switch(
        name=_("What the bars show"),
        choices=[{"value": value, "label": _(label), "tooltip": _(tooltip), "pressed": str(value == chosen).lower()}
                 for value, (label, tooltip) in _CHOICES.items()
                 if not (session.table.larger_cells and value in SMALL_ALONE)],
        split_name=_("by"), flags=flags,
        flags_label=ngettext("{count} sign turns", "{count} signs turn", len(flags)).format(count=len(flags)),
        flags_tooltip=_("Edge types whose plain and matched importance differ in sign; choose one to select the cells "
                        "of its pairs"),
        splits=[] if chosen != CONTRIBUTIONS else [
            {"value": value, "label": _(label), "chosen": value == session.split} for value, label in _SPLITS.items()])


class Importance(View):
    """Bars of edge importance over the selection; a click draws an edge of that type in the designer.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.

    Attributes
    ----------
    keys : ImportanceKeys
        The keyboard on the bars that are shown.
    bar_keys : ImportanceKeys
        That on the bars of plain importance.
    """

    notebook_height = 400

    def __init__(self, session: Session, **params: Any):
        super().__init__(**params)
        self.session = session
        self._clicked: int | None = None
        self._head = Markup("", css=_CSS, sizing_mode="stretch_width", css_classes=["importance-head"])
        self._view = pn.Column(sizing_mode="stretch_both", margin=0, css_classes=list(_CLASSES), styles={"gap": "4px"},
                               stylesheets=[_COLUMN_CSS])
        self._make()
        self.follow(self._recolor, "dark")
        self.follow(self._update, ["rows", "metric", "better", "dark", "split"])
        self.follow(self._show, "attribution")
        self.follow_language(self._make)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    @property
    def _whole(self) -> pd.DataFrame | None:
        """The importance over the whole table, where a part of it is selected."""
        return None if self.session.rows is None else self.session.importance_of_all

    def _make(self, *_events: Any) -> None:
        """Make the bars and what listens to them, in the language that holds."""
        session = self.session
        self._chart = importance_figure(session.importance, session.table.metric(session.metric),
                                        palette(session.dark), whole=self._whole)
        for kind in CLICKS:
            self._chart.on_event(kind, lambda event: run_callback(self.spoken(self._add), event))
        pointed = report_pointed(self._chart, ROWS)
        pointed.on_change("data", lambda _name, _old, new: run_callback(self._point, new["value"]))
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0, css_classes=["importance-bars"])
        # Only a figure that comes later takes the classes of the pane.
        self._pane.object = self._chart
        self.bar_keys = ImportanceKeys(session, self._chart, session.add_edge_type)
        self.keys = self.bar_keys
        self._switch = Markup(switch_html(session), self._press, css=_SWITCH_CSS, sizing_mode="stretch_width",
                              css_classes=["importance-switch"])
        self._other: AttributionPart | None = None
        self._show()

    def _show(self, *_events: Any) -> None:
        """Show what is chosen."""
        is_plain = self.session.shown_attribution == PLAIN
        # Hidden and not taken out: bars that were taken out and put back hear no clicks.
        self._pane.visible = is_plain
        self._view.css_classes = [*_CLASSES, *([] if is_plain else ["of-others"])]
        # Panel makes a column as high as all that is in it, hidden or not, which would cut the rows below the card.
        self._chart.min_height = least_height(len(self.session.importance)) if is_plain else 0
        shown = [self._head, self._switch, self._pane]
        if is_plain:
            self.keys = self.bar_keys
            self._update()
            shown.append(self.bar_keys.view)
        else:
            # Made again for each choice: its rows are others, and so is where the keyboard is.
            self._other = AttributionPart(self.session)
            self.keys = self._other.keys
            self._say()
            shown.append(self._other.view)
        self._view.objects = shown

    def _press(self, action: str) -> None:
        """A choice, or an edge type whose cells are to be selected."""
        name, _separator, detail = action.partition(":")
        session = self.session
        if name == "show" and detail in _CHOICES:
            session.attribution = detail
        elif name == "split" and detail in _SPLITS:
            session.split = detail
        elif name == "pairs" and detail.isascii() and detail.isdigit() and int(detail) < len(session.turned):
            session.select_pairs(*session.turned[int(detail)])

    def _update(self, *_events: Any) -> None:
        """Follow the selection, the metric and the appearance."""
        session = self.session
        if session.shown_attribution != PLAIN and self._other is not None:
            self._other.update()
            self._say()
            return
        update_importance(self._chart, session.importance, session.table.metric(session.metric), palette(session.dark),
                          self._whole)
        self.bar_keys.follow()
        self._say()

    def _recolor(self, *_events: Any) -> None:
        """Follow the appearance; the bars themselves are brought up to date as for other values."""
        recolor_importance(self._chart, palette(self.session.dark))

    def _say(self) -> None:
        """Bring the heading up to date."""
        session = self.session
        self._switch.html = switch_html(session)
        left_out = session.undefined_types if session.table.larger_cells else None
        self._head.html = importance_head(session.importance, session.table.metric(session.metric), len(session.table),
                                          None if session.rows is None else session.rows.size,
                                          session.shown_attribution, left_out)

    def _point(self, indices: Any) -> None:
        """Point at the edge type of a bar, which other views light up."""
        importance = self.session.importance
        is_bar = len(indices) > 0 and 0 <= int(indices[0]) < len(importance)
        self.session.pointed = tuple(importance.loc[int(indices[0]), ["source", "target"]]) if is_bar else None

    def _add(self, event: PointEvent) -> None:
        """Draw an edge of the type that was clicked, or with Shift select the cells that have one.

        A double click on one bar counts once.
        """
        importance = self.session.importance
        # Factors lie one unit apart from below, so the top row is the last of them.
        index = None if event.y is None else len(importance) - 1 - int(event.y // 1)
        again = isinstance(event, DoubleTap) and index == self._clicked
        self._clicked = index
        if index is not None and 0 <= index < len(importance) and not again:
            pair = importance.loc[index, ["source", "target"]]
            if event.modifiers is not None and event.modifiers["shift"]:
                self.session.toggle_condition(HasEdge(*pair))
            else:
                self.session.add_edge_type(*pair)
