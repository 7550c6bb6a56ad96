"""Bins of the map by Datashader: the best value of a third metric in each, and the number of cells.

Datashader counts the cells of every bin and takes the smallest *rank* of any of them, where rank 0 is the best cell
of the whole table and ties go to the lowest row. That one minimum says which row is the best of the bin, and so its
value; asking for the row with ``datashader.where`` instead takes several times as long, and beside another ``max`` of
the same column it has come back with the wrong rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import datashader as ds
import numpy as np
import pandas as pd

from vanas_panel.draw.map.axes import Axis, Window
from vanas_panel.draw.spans import FAR, drawn_value, finest_step
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

_NICE = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_MOST_DECIMALS = 15
# Wider bins end anywhere: a whole number more or less makes no difference to them.
_WHOLE = 2.0**50
_REDUCTION = ds.summary(cells=ds.count(), rank=ds.min("rank"), chosen=ds.sum("chosen"))


@dataclass(frozen=True, eq=False)
class Points:
    """The cells of a table that the map can show, each with a position and a colour.

    Attributes
    ----------
    x, y : Axis
    metric : Metric
        The metric that colours the bins.
    total : int
        Rows of the table.
    unknown : int
        Rows left out as they lack one of the three metrics.
    lacking : tuple of Metric
        The metrics that are to blame.
    nonpositive : int
        Rows left out, since a logarithmic axis cannot show zero or less.
    rows : int64 (m,)
        Rows of the points, ascending.
    far : int
        How many of them have a value that no axis reaches, and are drawn at its end.
    """

    x: Axis
    y: Axis
    metric: Metric
    total: int
    unknown: int
    lacking: tuple[Metric, ...]
    nonpositive: int
    rows: np.ndarray
    far: int
    frame: pd.DataFrame
    best_first: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return self.rows.size

    def inside(self, window: Window) -> int:
        """How many points lie in a window, its edges included."""
        visible = np.ones(len(self), dtype=bool)
        for name, axis, ends in (("x", self.x, window.x), ("y", self.y, window.y)):
            values = self.frame[name].to_numpy()
            visible &= (values >= axis.to_canvas(ends[0])) & (values <= axis.to_canvas(ends[1]))
        return int(visible.sum())


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of a window that hold a cell, bottom row first.

    Attributes
    ----------
    left, right, bottom, top : float64 (k,)
        Extents in data units; a bin contains its left and bottom edge.
    best : float64 (k,)
        The best value of the colouring metric.
    row : int64 (k,)
        The row of the table that has it, the lowest one where several tie.
    cells, chosen : int64 (k,)
        How many cells the bin holds, and how many of them are selected.
    """

    left: np.ndarray
    right: np.ndarray
    bottom: np.ndarray
    top: np.ndarray
    best: np.ndarray
    row: np.ndarray
    cells: np.ndarray
    chosen: np.ndarray

    def __len__(self) -> int:
        return self.row.size


@lru_cache(maxsize=8)
def points_of(table: BenchmarkTable, x: str, y: str, metric: str, log_x: bool = False, log_y: bool = False) -> Points:
    """Find the cells that can be drawn. All sessions share the result, so it must not be written to.

    Parameters
    ----------
    table : BenchmarkTable
    x, y, metric : str
        Names of metrics: the axes, and what colours the bins.
    log_x, log_y : bool, optional
        Whether an axis is logarithmic; values of zero and less are then left out.

    Raises
    ------
    UnknownMetricError
        Where the table lacks a metric.
    """
    names = list(dict.fromkeys((x, y, metric)))
    missing = {name: np.isnan(table.column(name)) for name in names}
    known = ~np.logical_or.reduce(list(missing.values()))
    drawable = known.copy()
    for name, log in ((x, log_x), (y, log_y)):
        if log:
            drawable &= table.column(name) > 0
    rows = np.flatnonzero(drawable)
    best_first, ranks = _order(table, metric)
    x_axis, y_axis = _axis(table, x, log_x, rows), _axis(table, y, log_y, rows)
    frame = pd.DataFrame({
        "x": x_axis.to_canvas(x_axis.drawn(table.column(x)[rows])),
        "y": y_axis.to_canvas(y_axis.drawn(table.column(y)[rows])),
        "rank": ranks[rows],
    }, copy=False)
    return Points(
        x_axis, y_axis, table.metric(metric), len(table), int(len(table) - known.sum()),
        tuple(table.metric(name) for name in names if missing[name].any()), int(known.sum() - rows.size),
        rows, _far(table, (x, y), rows), frame, best_first, table.column(metric),
    )


def bin_points(points: Points, window: Window, shape: tuple[int, int], rows: np.ndarray | None = None) -> Bins:
    """Bin the points of a window.

    Parameters
    ----------
    points : Points
    window : Window
        In data units. Bins that are cut by its border are counted in full.
    shape : (int, int)
        How many bins to aim at along x and y; there may be up to a third fewer, as their widths are round numbers.
    rows : int64 (m,), optional
        Selected rows, to be counted as `Bins.chosen`.

    Returns
    -------
    Bins
    """
    x_edges = bin_edges(points.x, window.x, shape[0])
    y_edges = bin_edges(points.y, window.y, shape[1])
    canvas = ds.Canvas(x_edges.size - 1, y_edges.size - 1, x_range=_nudged(x_edges), y_range=_nudged(y_edges))
    drawn = canvas.points(points.frame.assign(chosen=_chosen(points, rows)), "x", "y", agg=_REDUCTION)
    cells = drawn["cells"].to_numpy()
    line, column = np.nonzero(cells)
    filled = (line, column)
    row = points.best_first[drawn["rank"].to_numpy()[filled].astype(np.int64)]
    left, right = points.x.to_data(x_edges[:-1]), points.x.to_data(x_edges[1:])
    bottom, top = points.y.to_data(y_edges[:-1]), points.y.to_data(y_edges[1:])
    return Bins(left[column], right[column], bottom[line], top[line], points.values[row], row,
                cells[filled].astype(np.int64), drawn["chosen"].to_numpy()[filled].astype(np.int64))


def bin_edges(axis: Axis, window: tuple[float, float], count: int) -> np.ndarray:
    """Edges of bins that cover a window, ``float64 (bins + 1,)`` in the coordinates of `Axis.to_canvas`.

    They are multiples of a round width, so that panning does not shift them and a hover can name them. Between whole
    numbers they lie half-way, and no bin is narrower than one of them: otherwise empty stripes would look like gaps in
    the data.
    """
    low, high = (float(axis.to_canvas(value)) for value in window)
    step = _round_width(max((high - low) / max(1, count), finest_step(low, high)))
    offset = 0.0
    if axis.whole and (axis.on_units or not axis.log) and step < _WHOLE:
        step, offset = float(max(1, math.ceil(step - 1e-9))), -0.5
    first = math.floor((low - offset) / step)
    # One beyond the high end, where that is an edge itself: a bin does not contain its right edge.
    last = math.floor((high - offset) / step + 1e-9) + 1
    # Rounded, an edge is the number that it is meant to be, and a hover does not say 1000.0000000000009.
    decimals = max(1, 3 - math.floor(math.log10(step)))
    edges = np.arange(last - first + 1) * step + (first * step + offset)
    return edges if decimals > _MOST_DECIMALS else np.round(edges, decimals)


def nearest_bin(bins: Bins, points: Points, window: Window, x: float, y: float, reach: float = 0.1) -> int | None:
    """The filled bin at a point, or the nearest one.

    Parameters
    ----------
    bins : Bins
    points : Points
        Say how the axes run.
    window : Window
        The visible part; distances are taken as shares of its width and height.
    x, y : float
        The point, in data units.
    reach : float, optional
        The largest distance, as a share.

    Returns
    -------
    int or None
        Index into the arrays of `bins`; None where all of them are farther away.
    """
    if not len(bins):
        return None
    across = _distance(points.x, window.x, bins.left, bins.right, x)
    along = _distance(points.y, window.y, bins.bottom, bins.top, y)
    distance = np.hypot(across, along)
    nearest = int(np.argmin(distance))
    return nearest if distance[nearest] <= reach else None


@lru_cache(maxsize=8)
def _order(table: BenchmarkTable, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows from best to worst, int64 (n,), and the rank of every row, from 0, int32 (n,)."""
    values = table.column(metric)
    sign = 1.0 if table.metric(metric).higher_is_better is False else -1.0
    best_first = np.argsort(sign * values, kind="stable")
    ranks = np.empty(best_first.size, dtype=np.int32)
    ranks[best_first] = np.arange(best_first.size, dtype=np.int32)
    return best_first, ranks


def _axis(table: BenchmarkTable, name: str, log: bool, rows: np.ndarray) -> Axis:
    """An axis over the values of some rows."""
    values = drawn_value(table.column(name)[rows], log)
    if not values.size:
        return Axis(table.metric(name), log, math.nan, math.nan, False)
    whole = bool((values == np.rint(values)).all())
    return Axis(table.metric(name), log, float(values.min()), float(values.max()), whole)


def _far(table: BenchmarkTable, names: tuple[str, str], rows: np.ndarray) -> int:
    """How many of some rows have a value that is too large to be drawn where it is."""
    beyond = np.zeros(rows.size, dtype=bool)
    for name in names:
        beyond |= np.abs(table.column(name)[rows]) > FAR
    return int(beyond.sum())


def _chosen(points: Points, rows: np.ndarray | None) -> np.ndarray:
    """Which points are selected, uint8 (m,); all of them where there is no selection."""
    if rows is None:
        return np.ones(len(points), dtype=np.uint8)
    mask = np.zeros(points.total, dtype=np.uint8)
    mask[rows] = 1
    return mask[points.rows]


def _nudged(edges: np.ndarray) -> tuple[float, float]:
    """The range of a canvas, moved to the left by so little that only values on an edge are touched.

    Rounding in the canvas would else put some of them into the bin on their left, and a bin contains its left edge.
    """
    shift = 1e-10 * float(edges[1] - edges[0])
    return float(edges[0]) - shift, float(edges[-1]) - shift


def _round_width(width: float) -> float:
    """The smallest round number that is not below a width, to within rounding."""
    power = 10.0 ** math.floor(math.log10(width))
    return power * next(nice for nice in _NICE if nice * (1 + 1e-9) >= width / power)


def _distance(axis: Axis, window: tuple[float, float], low: np.ndarray, high: np.ndarray, value: float) -> np.ndarray:
    """Distance of a value to intervals as a share of a window, zero inside."""
    span = axis.to_screen(window[1]) - axis.to_screen(window[0])
    position = axis.to_screen(value)
    return np.maximum(0.0, np.maximum(axis.to_screen(low) - position, position - axis.to_screen(high))) / span
