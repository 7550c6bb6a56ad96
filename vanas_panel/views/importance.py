"""Edge importance: which edge types matter, over the whole table or over the selected cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn
from bokeh.events import DoubleTap, PointEvent

from vanas_panel.metrics import FRACTION, Metric
from vanas_panel.session import Session
from vanas_panel.views.chart import CLICKS
from vanas_panel.views.format import format_count, lower_label
from vanas_panel.views.importance_figure import importance_figure, recolor_importance, update_importance
from vanas_panel.views.importance_keys import ImportanceKeys
from vanas_panel.views.lock import with_lock
from vanas_panel.views.markup import Markup, text
from vanas_panel.views.notebook import View
from vanas_panel.views.theme import palette

_CSS = ".head { align-items: baseline; } h2 { white-space: nowrap; }"
_TOOLTIP = ("Mean over the cells with at least one edge of a type, minus the mean over those with none. "
            "Select cells in the overview to see it for them alone.")


def importance_head(importance: pd.DataFrame, metric: Metric, total: int, chosen: int | None) -> str:
    """Heading of the view as HTML.

    Parameters
    ----------
    importance : DataFrame
        As `vanas_panel.edge_importance` returns it.
    metric : Metric
        What the cells were evaluated by.
    total : int
        Cells of the table.
    chosen : int or None
        How many of them are selected; None where all are.

    Returns
    -------
    str
        HTML with all text escaped.
    """
    measured = int(importance["n_with"].iloc[0] + importance["n_without"].iloc[0])
    aside = f"{unit_words(metric)}, with minus without · {_cells(measured, total, chosen)}"
    looked_at = total if chosen is None else chosen
    number = f"{format_count(measured)} of these {format_count(looked_at)} cells have a value."
    return (f'<div class="head" title="{text(metric.label)}. {text(_TOOLTIP)} {number}"><h2>Edge importance</h2>'
            f'<span class="aside">{text(aside)}</span></div>')


def unit_words(metric: Metric) -> str:
    """What the numbers beside the bars are.

    Examples
    --------
    >>> from vanas_panel.metrics import known_metric
    >>> unit_words(known_metric("validation_accuracy_4")), unit_words(known_metric("training_time"))
    ('accuracy points', 'training time')
    """
    if metric.unit != FRACTION:
        return lower_label(metric)
    return "accuracy points" if "accuracy" in metric.label.lower() else f"{lower_label(metric)}, points"


def _cells(measured: int, total: int, chosen: int | None) -> str:
    """Which cells were looked at, in few words."""
    if chosen is not None:
        return f"{'' if measured == chosen else f'{format_count(measured)} of '}{format_count(chosen)} selected"
    if measured < total:
        return f"{format_count(measured)} measured"
    return f"all {format_count(total)} cells" if total != 1 else "one cell"


class Importance(View):
    """Bars of edge importance over the selection; a click draws an edge of that type in the designer.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.
    """

    notebook_height = 400

    def __init__(self, session: Session, **params: Any):
        super().__init__(**params)
        self.session = session
        self._clicked: int | None = None
        self._head = Markup("", css=_CSS, sizing_mode="stretch_width", css_classes=["importance-head"])
        self._chart = importance_figure(session.importance, session.table.metric(session.metric),
                                        palette(session.dark))
        for kind in CLICKS:
            self._chart.on_event(kind, lambda event: with_lock(self._add, event))
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0, css_classes=["importance-bars"])
        # Only a figure that comes later takes the classes of the pane.
        self._pane.object = self._chart
        self._keys = ImportanceKeys(session, self._chart, session.add_edge_type)
        self._say()
        self.follow(self._recolor, "dark")
        self.follow(self._update, ["rows", "metric", "better", "dark"])

    def __panel__(self) -> pn.viewable.Viewable:
        return pn.Column(self._head, self._pane, self._keys.view, sizing_mode="stretch_both", margin=0, scroll="y-auto",
                         css_classes=["importance"], styles={"gap": "4px"})

    def _update(self, *_events: Any) -> None:
        """Follow the selection, the metric and the appearance."""
        session = self.session
        update_importance(self._chart, session.importance, session.table.metric(session.metric), palette(session.dark))
        self._keys.follow()
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
        place = None if event.y is None else len(importance) - 1 - int(event.y // 1)
        again = isinstance(event, DoubleTap) and place == self._clicked
        self._clicked = place
        if place is not None and 0 <= place < len(importance) and not again:
            self.session.add_edge_type(*importance.loc[place, ["source", "target"]])
