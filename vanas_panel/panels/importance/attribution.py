"""Matched importance and the distribution of contributions, in the card of edge importance."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import panel as pn
from bokeh.events import DoubleTap, PointEvent

from vanas_panel.draw.attribution import (
    Columns,
    attribution_figure,
    distribution_columns,
    matched_columns,
    update_attribution,
)
from vanas_panel.draw.bars import ROWS
from vanas_panel.draw.chart import CLICKS
from vanas_panel.draw.operation_bars import operation_columns
from vanas_panel.draw.pointed import report_pointed
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.panels.importance.keys import ImportanceKeys
from vanas_panel.state.attributing import MATCHED, OPERATIONS, PLAIN
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language, marked, translated
from vanas_panel.widgets.markup import Markup, note_html
from vanas_panel.widgets.threads import PageThread, run_callback, run_in_background

NO_PAIRS = marked("No edge of these cells can be left out and measured, so every bar is undefined. Choose Operations "
                  "to compare cells that differ in one operation.")


class AttributionKeys(ImportanceKeys):
    """The keys of these bars, which are found and described by their columns."""

    def __init__(self, session: Session, chart: Any, columns: Callable[[], Columns]):
        self._columns = columns
        super().__init__(session, chart, lambda source, target, *_place: session.add_edge_type(source, target))

    def _types(self) -> list[tuple[str, ...]]:  # type: ignore[override]  # an edge type, and its place
        """All rows from the top."""
        columns = self._columns()
        return list(zip(columns["source"], columns["target"], columns["full_name"], strict=True))

    def press(self, key: str) -> None:
        """Do what a key is for; an operation is no edge that could be drawn or selected."""
        if self._session.shown_attribution != OPERATIONS or key not in ("Enter", "s"):
            super().press(key)

    def _pointed(self) -> tuple[str, str] | None:
        """The edge type of the row; an operation is none."""
        return None if self._session.shown_attribution == OPERATIONS else super()._pointed()

    def _label(self, count: int) -> str:
        """Description of the bars."""
        session = self._session
        metric = label_of(session.table.metric(session.metric))
        if session.shown_attribution == MATCHED:
            return _("Bars of matched importance, by {metric}, {count} edge types.").format(metric=metric, count=count)
        if session.shown_attribution == OPERATIONS:
            return _("Bars of the importance of operations, by {metric}, {count} rows.").format(metric=metric,
                                                                                               count=count)
        return _("Distribution of edge contributions, by {metric}, {count} rows.").format(metric=metric, count=count)

    def _words(self, index: int) -> str:
        """Describe a row."""
        columns = self._columns()
        name, full, *rest = (columns[each][index] for each in ("full_name", "full_text", "first", "second", "third"))
        where = _("Bar {number} of {count}.").format(number=index + 1, count=len(columns["name"]))
        return f"{name}: {full}; {', '.join(filter(None, rest))}. {where}"


class AttributionPart:
    """What stands in the card instead of plain importance.

    Parameters
    ----------
    session : Session
    css : str
        Style of the note that stands here while contributions are computed.

    Attributes
    ----------
    view : panel.Column
    keys : AttributionKeys
    """

    def __init__(self, session: Session, css: str = ""):
        self._session, self._thread = session, PageThread()
        self._asked: tuple | None = None
        self._columns: Columns = self._made() or _NOTHING
        self._clicked: int | None = None
        self._chart = attribution_figure(self._columns, palette(session.dark))
        for kind in CLICKS:
            self._chart.on_event(kind, lambda event: run_callback(keep_language(self._add), event))
        pointed = report_pointed(self._chart, ROWS)
        pointed.on_change("data", lambda _name, _old, new: run_callback(self._point, new["value"]))
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0, css_classes=["attribution-bars"])
        self._pane.object = self._chart
        self._note = Markup("", css=css, sizing_mode="stretch_width")
        self.keys = AttributionKeys(session, self._chart, lambda: self._columns)
        self.view = pn.Column(self._note, self._pane, self.keys.view, sizing_mode="stretch_both", margin=0)
        self.update()

    def _made(self) -> Columns | None:
        """Columns of the present state; None while contributions are not computed."""
        session = self._session
        metric, colors = session.table.metric(session.metric), palette(session.dark)
        if session.shown_attribution == MATCHED:
            return matched_columns(session.importance, session.matched, metric, colors)
        found = session.distribution
        if found is None:
            return None
        if session.shown_attribution == OPERATIONS:
            return operation_columns(found, metric, colors)
        return distribution_columns(found, metric, colors, session.split)

    def update(self) -> None:
        """Show the present state, or compute it first."""
        columns = self._made()
        if columns is None:
            words = (_("Comparing the operations of all cells …") if self._session.shown_attribution == OPERATIONS else
                     _("Computing the contributions of all edges of all cells …"))
            self._note.html = note_html(words, "status")
            self._find()
            return
        # Nothing but a list of undefined bars would leave a reader alone.
        is_defined = any(map(math.isfinite, columns["bar_right"]))
        self._note.html = "" if is_defined or self._session.shown_attribution == OPERATIONS else note_html(_(NO_PAIRS))
        self._columns = columns
        update_attribution(self._chart, columns, palette(self._session.dark))
        self.keys.follow()

    def _find(self) -> None:
        """Compute the distribution of contributions on another thread, once for a state."""
        session, key = self._session, self._session.distribution_key()
        if self._asked == key:
            return
        self._asked = key

        def is_shown() -> bool:
            # One that ended is asked for again when it is shown again.
            self._asked = None if self._asked == key else self._asked
            return session.shown_attribution not in (PLAIN, MATCHED) and key == session.distribution_key()

        def take(found: Any) -> None:
            session.take_distribution(key, found)
            if is_shown():
                self.update()

        def failed(error: VanasError) -> None:
            if is_shown():
                self._note.html = note_html(translated(error), "alert")

        run_in_background(self._thread, session.find_distribution(), take, failed)

    def _point(self, indices: Any) -> None:
        """Point at the edge type of a bar, which other views light up."""
        columns = self._columns
        is_bar = len(indices) > 0 and 0 <= int(indices[0]) < len(columns["name"]) and any(columns["target"])
        self._session.pointed = tuple(columns[end][int(indices[0])] for end in ("source", "target")) if is_bar else None

    def _add(self, event: PointEvent) -> None:
        """Draw an edge of the type that was clicked; a double click on one bar draws one edge."""
        count = len(self._columns["name"])
        index = None if event.y is None else count - 1 - int(event.y // 1)
        again = isinstance(event, DoubleTap) and index == self._clicked
        self._clicked = index
        if index is not None and 0 <= index < count and not again and self._columns["target"][index]:
            self._session.add_edge_type(self._columns["source"][index], self._columns["target"][index])


_NOTHING: Columns = {name: [] for name in (
    "name", "full_name", "source", "target", "ghost", "bar_left", "bar_right", "tick", "whisker_left", "whisker_right",
    "color", "left_end", "right_end", "text_x", "value_text", "full_text", "first", "second", "third")}
