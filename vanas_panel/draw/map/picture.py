"""The map as plain data: page, report, SVG and preview draw the same picture.

A `MapPicture` says which bins there are, in which colours, where the axes end, where their ticks are and what a hover
says. `vanas_panel.draw.map.figure` makes the Bokeh figure of the page and of a report from it, and
`vanas_panel.draw.svg_charts` the SVG.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vanas_panel.draw.chart import hover_html, verbatim
from vanas_panel.draw.format import count_cells, format_count, format_range
from vanas_panel.draw.html import Html, joined
from vanas_panel.draw.map.axes import Axis, Window, whole_window
from vanas_panel.draw.map.belief import MapBelief
from vanas_panel.draw.map.bins import Bins, Points
from vanas_panel.draw.scale import MetricScale
from vanas_panel.draw.spans import narrowest
from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.draw.theme import Palette
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _

Range = tuple[float, float]

EXTENT = ("left", "bottom", "right", "top")
"""Columns of the bins with their extents in data units."""
TEXTS = ("best_text", "cells_text", "x_text", "y_text")
"""Columns of the bins with what a hover says."""
DIMMED = 0.16
"""Opacity of a bin without a selected cell."""
RING = 15
"""Diameter of the ring around the designer's cell, in pixels;"""
RING_WIDTH, HALO_WIDTH = 2.5, 6
"""the widths of its line, and of the line in the colour of the page under it."""


@dataclass(frozen=True)
class DrawnAxis:
    """One axis of a picture.

    Attributes
    ----------
    axis : Axis
    ends : (float, float)
        The visible part, in data units.
    whole : (float, float)
        The part that holds every point.
    """

    axis: Axis
    ends: Range
    whole: Range

    @property
    def label(self) -> str:
        """The name of the axis."""
        return label_of(self.axis.metric)

    @property
    def bounds(self) -> Range:
        """How far one can zoom out and pan."""
        return min(self.whole[0], self.ends[0]), max(self.whole[1], self.ends[1])

    @property
    def closest(self) -> float | None:
        """The shortest visible part that one can zoom in to; None where there is no limit."""
        if self.axis.log:
            return None
        return max(4.0 if self.axis.whole else (self.whole[1] - self.whole[0]) * 1e-6, narrowest(*self.whole))

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Where the ticks are in data units, and what they say; in the browser a script finds the same after a zoom."""
        values = axis_ticks(self.axis.metric, *self.ends, log=self.axis.log)
        return list(zip(values, tick_texts(self.axis.metric, values, log=self.axis.log), strict=True))

    def share(self, value: Any) -> Any:
        """How far along the axis a value, or an array of them, is: 0 at its start and 1 at its end."""
        low, high = (self.axis.to_screen(end) for end in self.ends)
        return (self.axis.to_screen(value) - low) / (high - low)


@dataclass(frozen=True, eq=False)
class MapPicture:
    """Everything that a map shows.

    Parameters
    ----------
    points : Points
        The cells that the map can show, see `vanas_panel.draw.map.bins.points_of`.
    bins : Bins
        The bins to draw, see `vanas_panel.draw.map.bins.bin_points`.
    window : Window
        The visible part.
    scale : MetricScale
        Which value has which colour.
    mark : (float, float), optional
        Where the ring is, in data units.
    selected : bool, optional
        Whether bins without a selected cell are dimmed.
    action : str, optional
        Description of a click in the hover: by default, that it opens the best cell; nothing where empty.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.map.bins import bin_points, points_of
    >>> from vanas_panel.draw.scale import scale_of
    >>> table = vp.open_table("structure4")
    >>> points = points_of(table, "trainable_parameters", "edges", "edges")
    >>> window = whole_window(points.x, points.y)
    >>> picture = MapPicture(points, bin_points(points, window, (80, 60)), window, scale_of(table, "edges"))
    >>> picture.x.label, picture.y.ticks[0]
    ('Parameters', (1.0, '1'))
    """

    points: Points
    bins: Bins
    window: Window
    scale: MetricScale
    mark: tuple[float, float] | None = None
    selected: bool = False
    action: str | None = None

    @property
    def x(self) -> DrawnAxis:
        """The horizontal axis."""
        return DrawnAxis(self.points.x, self.window.x, whole_window(self.points.x, self.points.y).x)

    @property
    def y(self) -> DrawnAxis:
        """The vertical axis."""
        return DrawnAxis(self.points.y, self.window.y, whole_window(self.points.x, self.points.y).y)

    @property
    def outside(self) -> int:
        """How many points lie outside the window."""
        return len(self.points) - self.points.inside(self.window)

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Marks and texts of every bin, see `bin_columns`."""
        return bin_columns(self.points, self.bins, self.selected)

    @property
    def colors(self) -> list[str]:
        """The colour of every bin."""
        return self.scale.colors(self.bins.shown.tolist())

    @property
    def scale_ticks(self) -> list[tuple[float, str]]:
        """Where the colour bar has its ticks, and what they say: an end that includes all beyond it says so."""
        ticks, scale = self.scale.ticks, self.scale
        words = tick_texts(scale.metric, ticks)
        if scale.clipped_low:
            words[0] = f"<{words[0]}"
        if scale.clipped_high:
            words[-1] = f">{words[-1]}"
        return list(zip(ticks, words, strict=True))

    def hover(self, colors: Palette) -> Html:
        """The template of the hover over `columns`."""
        x_name, y_name = verbatim(self.x.label), verbatim(self.y.label)
        action = self.action
        if action is None:
            action = _("click to open the best") if self.points.belief is None else self.points.belief.action
        return hover_html(
            colors, verbatim(self.points.words), "@best_text{custom}",
            ["@cells_text{custom}", joined([x_name, " @x_text{custom}"]), joined([y_name, " @y_text{custom}"])],
            verbatim(action))


def mark_of(table: BenchmarkTable, row: int | None, points: Points, window: Window) -> tuple[float, float] | None:
    """Where the ring around a cell is.

    Parameters
    ----------
    table : BenchmarkTable
    row : int or None
        Of the cell; None where it is not in the table.
    points : Points
        Say what the axes are.
    window : Window

    Returns
    -------
    (float, float) or None
        In data units; None where the cell is not in the window, or lacks a metric.
    """
    if row is None:
        return None
    x, y = (axis.drawn(float(table.column(axis.metric.name)[row])) for axis in (points.x, points.y))
    return (x, y) if window.contains(x, y) else None


def mark_columns(mark: tuple[float, float] | None) -> dict[str, list[float]]:
    """Where the ring is, as columns; empty without one."""
    return {"x": [], "y": []} if mark is None else {"x": [mark[0]], "y": [mark[1]]}


def bin_columns(points: Points, bins: Bins, selected: bool = False) -> dict[str, Any]:
    """Marks and texts of every bin, as columns of equal length.

    Parameters
    ----------
    points : Points
    bins : Bins
    selected : bool, optional
        Whether there is a selection: bins without a selected cell are then nearly transparent.

    Returns
    -------
    dict of str to array or list
        Extents in data units, what colours the bin as ``best``, numbers of cells, and the texts that a hover shows.
    """
    return {
        **{name: getattr(bins, name) for name in EXTENT},
        "best": bins.shown, "cells": bins.cells.astype(np.int32), "row": bins.row.astype(np.int32),
        "chosen": bins.chosen.astype(np.int32),
        "opacity": bin_opacity(bins),
        # Outlines overlap: half transparent ones would draw a lattice.
        "outline": np.where(bins.chosen > 0, 1.0, 0.0).astype(np.float32),
        "best_text": [points.value_text(value) for value in bins.shown.tolist()],
        "cells_text": _cells_texts(bins, selected, points.belief),
        "x_text": _extent_texts(points.x, bins.left, bins.right),
        "y_text": _extent_texts(points.y, bins.bottom, bins.top),
    }


def bin_opacity(bins: Bins) -> np.ndarray:
    """Opacity of every bin, ``float32 (k,)``: that of bins without a selected cell is low."""
    return np.where(bins.chosen > 0, 1.0, DIMMED).astype(np.float32)


def _cells_texts(bins: Bins, selected: bool, belief: MapBelief | None = None) -> list[str]:
    """How many cells every bin holds, how many of them are selected, where that matters, and what is believed."""
    cells, chosen = bins.cells.tolist(), bins.chosen.tolist()
    texts = [count_cells(count) for count in cells]
    if selected:
        pattern = _("{cells}, {count} selected")
        texts = [pattern.format(cells=text, count=format_count(count))
                 for text, count in zip(texts, chosen, strict=True)]
    if belief is not None and bins.mean is not None and bins.deviation is not None:
        texts = [f"{text}; {belief.bin_text(mean, deviation)}" for text, mean, deviation in zip(
            texts, bins.mean.tolist(), bins.deviation.tolist(), strict=True)]
    return texts


def _extent_texts(axis: Axis, low: np.ndarray, high: np.ndarray) -> list[str]:
    """The extent of every bin along an axis; every distinct one is worded once."""
    starts, first, inverse = np.unique(low, return_index=True, return_inverse=True)
    ends = high[first]
    if axis.whole:
        # Bins end half-way between whole numbers: name the whole numbers that they hold.
        starts, ends = np.ceil(starts), np.floor(ends)
    texts = [format_range(axis.metric, start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return [texts[each] for each in inverse.tolist()]
