"""Bins of the map by Datashader: the best value of a third metric in each, and the number of cells.

Datashader counts the cells of every bin and takes the smallest *rank* of any of them, where rank 0 is the best cell
of the whole table and ties go to the lowest row. That one minimum says which row is the best of the bin, and so its
value; asking for the row with ``datashader.where`` instead takes several times as long, and beside another ``max`` of
the same column it has come back with the wrong rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache

import datashader as ds
import numpy as np
import pandas as pd

from vanas_panel.core.group_ranks import canvas_bins, group_ranks
from vanas_panel.draw.format import format_count, format_value, statistic_words
from vanas_panel.draw.map.axes import Axis, Window
from vanas_panel.draw.map.belief import MapBelief, ordered
from vanas_panel.draw.map.edges import bin_edges, nudged
from vanas_panel.draw.spans import FAR, drawn_value
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

_REDUCTION = ds.summary(cells=ds.count(), rank=ds.min("rank"), chosen=ds.sum("chosen"))
_BELIEVED = ds.summary(mean=ds.sum("mean"), deviation=ds.sum("deviation"))


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
    belief : MapBelief or None
        What colours the bins in place of a metric of the table.
    statistic : str
        One of `vanas_panel.state.map_colour.STATISTICS`: which cell of a bin gives its colour. Beliefs pass it over.
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
    belief: MapBelief | None = None
    statistic: str = "best"

    def __len__(self) -> int:
        return self.rows.size

    @property
    def words(self) -> str:
        """What colours a bin, such as ``best test accuracy``."""
        return statistic_words(self.metric, self.statistic) if self.belief is None else self.belief.words

    def value_text(self, value: float) -> str:
        """The value that colours a bin, with its unit."""
        if self.belief is not None:
            return self.belief.value_text(value)
        return format_count(round(value)) if self.statistic == "count" else format_value(self.metric, value)

    @cached_property
    def order(self) -> np.ndarray:
        """The points from the best to the worst, ``int64 (m,)``, as indices into `rows`."""
        places = np.full(self.total, -1, dtype=np.int64)
        places[self.frame["rank"].to_numpy()] = np.arange(len(self))
        return places[places >= 0]

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
        What colours the bin: the best value of the colouring metric, the best expected value, or the mean deviation.
    row : int64 (k,)
        The row of the table that has it, of deviations the highest one; the lowest row where several tie.
    cells, chosen : int64 (k,)
        How many cells the bin holds, and how many of them are selected.
    mean, deviation : float64 (k,), optional
        Means over the cells of a bin of what a Gaussian process believes, where the map shows that.
    other : float64 (k,), optional
        The median or worst value of the bin or its number of cells, where that colours it.
    """

    left: np.ndarray
    right: np.ndarray
    bottom: np.ndarray
    top: np.ndarray
    best: np.ndarray
    row: np.ndarray
    cells: np.ndarray
    chosen: np.ndarray
    mean: np.ndarray | None = None
    deviation: np.ndarray | None = None
    other: np.ndarray | None = None

    @property
    def shown(self) -> np.ndarray:
        """What colours each bin, ``float64 (k,)``: `best` but where another statistic does."""
        return self.best if self.other is None else self.other

    def __len__(self) -> int:
        return self.row.size

    def only(self, index: int) -> Bins:
        """One of the bins."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: column[[index]] for name, column in columns.items() if column is not None})


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
    best_first, ranks = _order(table, metric)
    return _points(table, x, y, (log_x, log_y), table.metric(metric), table.column(metric), best_first, ranks)


@lru_cache(maxsize=4)
def believed_points(table: BenchmarkTable, x: str, y: str, belief: MapBelief, log_x: bool = False,
                    log_y: bool = False) -> Points:
    """The same in the colours of what a Gaussian process believes, of which every cell has a value."""
    found = _points(table, x, y, (log_x, log_y), belief.metric, belief.values, belief.best_first, belief.ranks)
    beliefs = belief.beliefs
    frame = found.frame.assign(mean=beliefs.mean[found.rows], deviation=beliefs.deviation[found.rows])
    return replace(found, frame=frame, belief=belief)


def _points(table: BenchmarkTable, x: str, y: str, logs: tuple[bool, bool], metric: Metric, values: np.ndarray,
            best_first: np.ndarray, ranks: np.ndarray) -> Points:
    """Points in the colours of some values of all rows."""
    columns = [*((table.metric(name), table.column(name)) for name in (x, y)), (metric, values)]
    missing = [(each, np.isnan(column)) for each, column in columns]
    known = ~np.logical_or.reduce([mask for _each, mask in missing])
    drawable = known.copy()
    for name, log in zip((x, y), logs, strict=True):
        if log:
            drawable &= table.column(name) > 0
    rows = np.flatnonzero(drawable)
    x_axis, y_axis = (_axis(table, name, log, rows) for name, log in zip((x, y), logs, strict=True))
    frame = pd.DataFrame({
        "x": x_axis.to_canvas(x_axis.drawn(table.column(x)[rows])),
        "y": y_axis.to_canvas(y_axis.drawn(table.column(y)[rows])),
        "rank": ranks[rows],
    }, copy=False)
    return Points(
        x_axis, y_axis, metric, len(table), int(len(table) - known.sum()),
        tuple(dict.fromkeys(each for each, mask in missing if mask.any())), int(known.sum() - rows.size),
        rows, _far(table, (x, y), rows), frame, best_first, values,
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
    canvas = ds.Canvas(x_edges.size - 1, y_edges.size - 1, x_range=nudged(x_edges), y_range=nudged(y_edges))
    drawn = canvas.points(points.frame.assign(chosen=_chosen(points, rows)), "x", "y", agg=_REDUCTION)
    cells = drawn["cells"].to_numpy()
    line, column = np.nonzero(cells)
    filled = (line, column)
    row = points.best_first[drawn["rank"].to_numpy()[filled].astype(np.int64)]
    counts = cells[filled].astype(np.int64)
    best, believed = points.values[row], {}
    if points.belief is not None:
        sums = canvas.points(points.frame, "x", "y", agg=_BELIEVED)
        believed = {name: sums[name].to_numpy()[filled] / counts for name in ("mean", "deviation")}
        best = believed["deviation"] if points.belief.kind == "deviation" else best
    elif points.statistic != "best":
        believed = {"other": _other(points, canvas, (x_edges.size - 1, y_edges.size - 1), filled, counts)}
    left, right = points.x.to_data(x_edges[:-1]), points.x.to_data(x_edges[1:])
    bottom, top = points.y.to_data(y_edges[:-1]), points.y.to_data(y_edges[1:])
    return Bins(left[column], right[column], bottom[line], top[line], best, row, counts,
                drawn["chosen"].to_numpy()[filled].astype(np.int64), **believed)


def _other(points: Points, canvas: ds.Canvas, shape: tuple[int, int], filled: tuple[np.ndarray, np.ndarray],
           counts: np.ndarray) -> np.ndarray:
    """Median or worst value of each filled bin, or its number of cells."""
    if points.statistic == "count":
        return counts.astype(np.float64)
    codes = canvas_bins(points.frame["x"].to_numpy(), points.frame["y"].to_numpy(), canvas.x_range, canvas.y_range,
                        shape)
    found = group_ranks(codes, points.order, shape[0] * shape[1])
    numbers = filled[0] * shape[0] + filled[1]
    if points.statistic == "worst":
        return points.values[points.rows[found.last[numbers]]]
    low, high = (points.values[points.rows[each[numbers]]] for each in (found.lower, found.upper))
    # Halved first, since the sum of two large numbers may be larger than a number can be.
    return np.where(low == high, low, low / 2 + high / 2)


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
    return ordered(sign * values)


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


def _distance(axis: Axis, window: tuple[float, float], low: np.ndarray, high: np.ndarray, value: float) -> np.ndarray:
    """Distance of a value to intervals as a share of a window, zero inside."""
    span = axis.to_screen(window[1]) - axis.to_screen(window[0])
    position = axis.to_screen(value)
    return np.maximum(0.0, np.maximum(axis.to_screen(low) - position, position - axis.to_screen(high))) / span
