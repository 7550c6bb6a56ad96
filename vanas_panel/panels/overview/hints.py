"""Linked hover of the map: it shows what is pointed at elsewhere, and draws the best cell of a bin."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from bokeh.plotting import figure

from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.css import CARD, LINE, MUTED
from vanas_panel.draw.format import count_cells, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.map.axes import Window
from vanas_panel.draw.map.bins import Bins, Points, bin_points
from vanas_panel.draw.map.hint import add_hint, light_up, recolor_hint, show_hint
from vanas_panel.draw.map.picture import bin_opacity, mark_of
from vanas_panel.draw.map.style import BINS
from vanas_panel.draw.pointed import report_pointed
from vanas_panel.draw.theme import palette
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import run_callback

_PIECES = pieces(__file__)

CSS = f"""
:host {{ position: relative; display: block; height: 0; margin: 0; z-index: 2; pointer-events: none; }}
.corner {{
  position: absolute; bottom: 62px; display: grid; grid-template-columns: auto auto; gap: 8px; align-items: center;
  background: {CARD}; border: 1px solid {LINE}; border-radius: 7px; padding: 5px 9px 5px 6px; font-size: 11px;
  line-height: 1.3; max-width: 220px; box-shadow: 0 2px 10px rgb(0 0 0 / .16);
}}
.corner.left {{ left: 72px; }}
.corner.right {{ right: 78px; }}
.corner b {{ font-weight: 650; }}
.corner i {{ font-style: normal; color: {MUTED}; }}
@media print {{ :host {{ display: none; }} }}
"""


class Shown(Protocol):
    """What this needs of the map."""

    session: Session
    points: Points
    window: Window
    bins: Bins

    @property
    def shape(self) -> tuple[int, int]:
        """How many bins were aimed at."""


def corner_html(table: BenchmarkTable, row: int, words: str, side: str, dark: bool) -> Html:
    """The drawing of the best cell of a bin.

    Parameters
    ----------
    table : BenchmarkTable
    row : int
    words : str
        Its value, with what it is.
    side : str
        ``left`` or ``right``: where it does not cover the bin.
    dark : bool
    """
    cell = table.cell(row)
    drawing = cell_svg(cell, table.space.operations, palette(dark), width=62, height=58)
    return _PIECES.corner(side=side, drawing=drawing, words=words, cell=describe(cell))


class MapHints:
    """Linked hover of a map.

    Parameters
    ----------
    shown : Shown
    drawn : figure
        The figure of the map; a mark is added to it.

    Attributes
    ----------
    view : Markup
        The drawing in a corner of the map, to be placed after its figure.
    """

    def __init__(self, shown: Shown, drawn: figure):
        self._map, self._drawn = shown, drawn
        self.view = Markup("", css=CSS, css_classes=["overview-corner"], sizing_mode="stretch_width")
        self._counted: tuple[Bins | None, dict[int, np.ndarray]] = (None, {})
        add_hint(drawn, palette(shown.session.dark))
        language = shown.session.language
        pointed = report_pointed(drawn, BINS, "row")
        pointed.on_change("data", lambda _name, _old, new: run_callback(
            keep_language(self.show_cell, language), int(new["value"][0]) if len(new["value"]) else None))

    def recolor(self) -> None:
        """Follow the appearance of the page."""
        recolor_hint(self._drawn, palette(self._map.session.dark))

    def follow(self, *_events: Any) -> None:
        """Show what is pointed at elsewhere; on a map without bins, nothing is."""
        shown, session = self._map, self._map.session
        table, edge_type = session.table, session.pointed_type
        show_hint(self._drawn, mark_of(table, session.pointed_row, shown.points, shown.window))
        marked = None
        if edge_type in (pairs := list(table.space.edge_types)) and len(shown.bins):
            marked = self._marked(pairs.index(edge_type))
        light_up(self._drawn, shown.bins, marked, bin_opacity(shown.bins))

    def _marked(self, kind: int) -> np.ndarray:
        """How many cells of each bin have an edge type; counted once, as the pointer passes a bar often."""
        shown, types = self._map, self._map.session.table.edge_types
        bins, counted = self._counted
        if bins is not shown.bins:
            self._counted = _, counted = shown.bins, {}
        if kind not in counted:
            has = np.flatnonzero(types.having([kind]))
            counted[kind] = bin_points(shown.points, shown.window, shown.shape, has).chosen
        return counted[kind]

    def show_cell(self, row: int | None) -> None:
        """Draw the best cell of a bin, given by its row; nothing with None."""
        shown = self._map
        table = shown.session.table
        index = None if row is None else next(iter(np.flatnonzero(shown.bins.row == row)), None)
        if row is None or index is None:
            self.view.html = ""
            return
        middle = (shown.bins.left[index] + shown.bins.right[index]) / 2
        low, high, at = (float(shown.points.x.to_screen(value)) for value in (*shown.window.x, middle))
        metric = shown.session.table.metric(shown.session.metric)
        words = " · ".join([format_value(metric, float(table.column(metric.name)[row])),
                            count_cells(int(shown.bins.cells[index]))])
        side = "left" if at > (low + high) / 2 else "right"
        self.view.html = corner_html(table, row, words, side, shown.session.dark)
