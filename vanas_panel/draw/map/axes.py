"""Axes of the map: extent, logarithmic scale, and the visible part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.spans import drawn_value, is_wide, widened
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.tables.table import BenchmarkTable

# Beyond this many units a bin holds several whole values, so an axis of whole values needs no bin for each of them.
_MOST_UNITS = 64
# Beyond, neighbouring whole numbers have no value between them.
_LARGEST_UNIT = 2.0**50
_MARGIN = 0.06
_LOG_MARGIN = 0.3
"""Decades on either side of a single value,"""
_NARROW_LOG = 1e-9
"""which is whatever is closer than that."""
_LONG_TAIL = 50.0
"""How many times as long as the rest of an axis its outermost hundredths may be and still be seen at first."""
_LARGEST_POWER = 305.0


@dataclass(frozen=True)
class Axis:
    """One axis of the map.

    Attributes
    ----------
    metric : Metric
    log : bool
        Whether the axis is logarithmic.
    low, high : float
        Smallest and largest coordinate among the points, as they are drawn; NaN where there is none.
    whole : bool
        Whether all of them are whole numbers.
    """

    metric: Metric
    log: bool
    low: float
    high: float
    whole: bool

    @property
    def on_units(self) -> bool:
        """Whether every whole number has a bin of its own, even on a logarithmic axis."""
        return self.whole and self.high - self.low < _MOST_UNITS and max(abs(self.low), abs(self.high)) < _LARGEST_UNIT

    def drawn(self, value: Any) -> Any:
        """Where a value, or an array of them, is drawn: itself, but for what no axis reaches, see `drawn_value`."""
        return drawn_value(value, self.log)

    def to_canvas(self, value: Any) -> Any:
        """A value, or an array of them, in the coordinates in which bins are equally wide."""
        return np.log10(value) if self.log and not self.on_units else value

    def to_data(self, value: Any) -> Any:
        """The reverse of `to_canvas`."""
        return 10.0 ** np.minimum(value, _LARGEST_POWER) if self.log and not self.on_units else value

    def to_screen(self, value: Any) -> Any:
        """A value, or an array of them, in coordinates proportional to positions on the screen."""
        return np.log10(value) if self.log else value


@dataclass(frozen=True)
class Window:
    """The visible part of the map in data units; ``x[0] < x[1]``, and both above zero where the axis is logarithmic."""

    x: tuple[float, float]
    y: tuple[float, float]

    def contains(self, x: float, y: float) -> bool:
        """Whether a point is visible; NaN is not."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]


def is_part(axis: Axis, ends: tuple[Any, Any]) -> bool:
    """Whether what a browser calls the visible part of an axis is one."""
    known = all(end is not None and math.isfinite(end) for end in ends)
    return known and ends[0] < ends[1] and (ends[0] > 0 or not axis.log)


def whole_window(x: Axis, y: Axis) -> Window:
    """A window that holds every point, with a margin for the mark of a cell at the edge."""
    return Window(_padded(x, x.low, x.high), _padded(y, y.low, y.high))


def home_window(table: BenchmarkTable, x: Axis, y: Axis) -> Window:
    """The window that a map starts with: everything, save that an axis of fractions starts where its scale does.

    A few failed trainings, with accuracies near chance, would otherwise push all others into a thin band. An axis of
    another metric does so where these few make it more than fifty times as long, as ``1e308`` for a failure does.

    Parameters
    ----------
    table : BenchmarkTable
        Gives the scale of a metric, `vanas_panel.draw.scale.scale_of`.
    x, y : Axis
    """
    return Window(_home(table, x), _home(table, y))


def _home(table: BenchmarkTable, axis: Axis) -> tuple[float, float]:
    """The part of an axis to start with."""
    low, high = axis.low, axis.high
    if not axis.log and low < high:
        scale = scale_of(table, axis.metric.name)
        if axis.metric.unit != FRACTION and high - low <= _LONG_TAIL * (scale.high - scale.low):
            return _padded(axis, low, high)
        low = scale.low if scale.clipped_low and scale.low < high else low
        high = scale.high if scale.clipped_high and scale.high > low else high
    return _padded(axis, low, high)


def _padded(axis: Axis, low: float, high: float) -> tuple[float, float]:
    """A part of an axis with its margin."""
    if math.isnan(low):
        return (1.0, 10.0) if axis.log else (0.0, 1.0)
    if axis.on_units:
        return low - 0.75, high + 0.75
    if not axis.log:
        start, end = widened(low, high)
        margin = (end - start) * _MARGIN if is_wide(low, high) else 0.0
        return start - margin, end + margin
    start, end = math.log10(low), math.log10(high)
    margin = (end - start) * _MARGIN if end - start > _NARROW_LOG else _LOG_MARGIN
    return 10.0 ** max(-_LARGEST_POWER, start - margin), 10.0 ** min(_LARGEST_POWER, end + margin)
