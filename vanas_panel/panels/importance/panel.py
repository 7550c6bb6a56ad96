"""Edge importance: which edge types matter, over the whole table or over the selected cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn
from bokeh.events import DoubleTap, PointEvent

from vanas_panel.draw.bars import importance_figure, recolor_importance, unit_words, update_importance
from vanas_panel.draw.chart import CLICKS
from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import palette
from vanas_panel.panels.importance.keys import ImportanceKeys
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import run_callback

_CSS = ".head { align-items: baseline; } h2 { white-space: nowrap; }"
_PIECES = pieces(__file__)
_TOOLTIP = marked("Mean over the cells with at least one edge of a type, minus the mean over those with none. "
                  "Select cells in the overview to see it for them alone.")


def importance_head(importance: pd.DataFrame, metric: Metric, total: int, chosen: int | None) -> Html:
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

    Returns
    -------
    Html
        With all text escaped.
    """
    measured = int(importance["n_with"].iloc[0] + importance["n_without"].iloc[0])
    aside = _("{unit}, with minus without · {cells}").format(
        unit=unit_words(metric), cells=_cells(measured, total, chosen))
    looked_at = total if chosen is None else chosen
    number = _("{measured} of these {total} cells have a value.").format(
        measured=format_count(measured), total=format_count(looked_at))
    return _PIECES.head(tooltip=f"{label_of(metric)}. {_(_TOOLTIP)} {number}", title=_("Edge importance"), aside=aside)


def _cells(measured: int, total: int, chosen: int | None) -> str:
    """Which cells were looked at, in few words."""
    if chosen is not None:
        if measured == chosen:
            return _("{count} selected").format(count=format_count(chosen))
        return _("{measured} of {count} selected").format(measured=format_count(measured), count=format_count(chosen))
    if measured < total:
        return _("{count} measured").format(count=format_count(measured))
    return _("one cell") if total == 1 else _("all {count} cells").format(count=format_count(total))


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
        The keyboard on the bars.
    """

    notebook_height = 400

    def __init__(self, session: Session, **params: Any):
        super().__init__(**params)
        self.session = session
        self._clicked: int | None = None
        self._head = Markup("", css=_CSS, sizing_mode="stretch_width", css_classes=["importance-head"])
        self._view = pn.Column(sizing_mode="stretch_both", margin=0, scroll="y-auto", css_classes=["importance"],
                               styles={"gap": "4px"})
        self._make()
        self.follow(self._recolor, "dark")
        self.follow(self._update, ["rows", "metric", "better", "dark"])
        self.follow_language(self._make)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def _make(self, *_events: Any) -> None:
        """Make the bars and what listens to them, in the language that holds."""
        session = self.session
        self._chart = importance_figure(session.importance, session.table.metric(session.metric),
                                        palette(session.dark))
        for kind in CLICKS:
            self._chart.on_event(kind, lambda event: run_callback(self.spoken(self._add), event))
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0, css_classes=["importance-bars"])
        # Only a figure that comes later takes the classes of the pane.
        self._pane.object = self._chart
        self.keys = ImportanceKeys(session, self._chart, session.add_edge_type)
        self._say()
        self._view.objects = [self._head, self._pane, self.keys.view]

    def _update(self, *_events: Any) -> None:
        """Follow the selection, the metric and the appearance."""
        session = self.session
        update_importance(self._chart, session.importance, session.table.metric(session.metric), palette(session.dark))
        self.keys.follow()
        self._say()

    def _recolor(self, *_events: Any) -> None:
        """Follow the appearance; the bars themselves are brought up to date as for other values."""
        recolor_importance(self._chart, palette(self.session.dark))

    def _say(self) -> None:
        """Bring the heading up to date."""
        session = self.session
        self._head.html = importance_head(session.importance, session.table.metric(session.metric), len(session.table),
                                          None if session.rows is None else session.rows.size)

    def _add(self, event: PointEvent) -> None:
        """Draw an edge of the type that was clicked; a double click on one bar draws one edge."""
        importance = self.session.importance
        # Factors lie one unit apart from below, so the top row is the last of them.
        index = None if event.y is None else len(importance) - 1 - int(event.y // 1)
        again = isinstance(event, DoubleTap) and index == self._clicked
        self._clicked = index
        if index is not None and 0 <= index < len(importance) and not again:
            self.session.add_edge_type(*importance.loc[index, ["source", "target"]])
