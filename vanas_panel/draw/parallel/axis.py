"""One axis of parallel coordinates: where a value lies on it, and which value a place is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vanas_panel.state.cells_view import CellsView
from vanas_panel.tables.kept import kept_with_table
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.row_order import ordered_rows
from vanas_panel.tables.table import BenchmarkTable

WIDTH = 480
"""Pixels between the ends of an axis."""
RAIL, OFFSET = 4, 16
"""Where cells without a value pass, and where the left end of an axis is, in pixels from the left."""
COLUMNS = OFFSET + WIDTH
"""Pixels of the whole raster."""


MOST_AXES = 40
"""Axes of one picture; a table of more columns shows those that come first, and those that were put first."""


@dataclass(frozen=True)
class ParallelAxis:
    """An axis, whose better end is at the right unless it is flipped; without a direction the higher end is.

    Attributes
    ----------
    name : str
        Of a metric or of a structure column.
    metric : Metric
    by_rank : bool
        Whether cells lie evenly, in the order of their values; equal ones lie at the mean of their ranks.
    flipped : bool
    """

    name: str
    metric: Metric
    by_rank: bool = False
    flipped: bool = False

    @property
    def falls(self) -> bool:
        """Whether values fall from left to right."""
        return (self.metric.higher_is_better is False) != self.flipped

    def pixels(self, table: BenchmarkTable) -> np.ndarray:
        """Where every cell of a table crosses the axis, ``uint16 (n,)``: a pixel of the raster."""
        found = _pixels(table.origin, self.name, self.by_rank)
        return _mirrored()[found] if self.falls else found

    def ends(self, table: BenchmarkTable) -> tuple[float, float]:
        """The values at the left and at the right end; NaN where no value is finite."""
        low, high = _extent(table.origin, self.name)
        return (high, low) if self.falls else (low, high)

    def share(self, table: BenchmarkTable, value: float) -> float:
        """How far along the axis a value is: 0 at its left end, 1 at its right end."""
        found = min(1.0, max(0.0, _share(table.origin, self.name, self.by_rank, value)))
        return 1 - found if self.falls else found

    def value(self, table: BenchmarkTable, share: float) -> float:
        """The value at a share of the axis from its left end; by rank, the nearest value of a cell."""
        share = min(1.0, max(0.0, 1 - share if self.falls else share))
        low, high = _extent(table.origin, self.name)
        if not self.by_rank:
            return low + share * (high - low)
        known = _known(table.origin, self.name)
        return float(known[round(share * (known.size - 1))]) if known.size else low


def axes_of(table: BenchmarkTable, view: CellsView, metric: str) -> tuple[ParallelAxis, ...]:
    """The axes of a view from the top: those that were put first, the ranking metric, and the others in their order."""
    names = tuple(dict.fromkeys([*(name for name in view.axes if name in table.numbers), metric, *table.numbers]))
    return tuple(ParallelAxis(name, table.metric(name), view.spread == "rank", name in view.flipped)
                 for name in names[:MOST_AXES])


@lru_cache(maxsize=1)
def _mirrored() -> np.ndarray:
    """The pixel of each pixel on an axis that runs the other way; the rail stays."""
    found = np.arange(COLUMNS, dtype=np.uint16)
    found[OFFSET:] = found[OFFSET:][::-1]
    return found


@kept_with_table(128)
def _extent(table: BenchmarkTable, name: str) -> tuple[float, float]:
    """The lowest and the highest finite value of a column."""
    values = table.column(name)
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)


@kept_with_table(32)
def _known(table: BenchmarkTable, name: str) -> np.ndarray:
    """The values of a column that there are, rising."""
    values = table.column(name)[ordered_rows(table, name)]
    return values[:values.size - int(np.isnan(values).sum())]


def _share(table: BenchmarkTable, name: str, by_rank: bool, value: float) -> float:
    """How far a value is between the lowest and the highest one."""
    if by_rank:
        known = _known(table, name)
        first, last = np.searchsorted(known, value, "left"), np.searchsorted(known, value, "right") - 1
        return float(max(first, (first + last) / 2) / (known.size - 1)) if known.size > 1 else 0.5
    low, high = _extent(table, name)
    return 0.5 if not low < high else (value - low) / (high - low)


@kept_with_table(128)
def _pixels(table: BenchmarkTable, name: str, by_rank: bool) -> np.ndarray:
    """Where every cell crosses an axis whose values rise."""
    values = table.column(name)
    known = ~np.isnan(values)
    found = np.full(values.size, RAIL, np.uint16)
    if by_rank:
        shares = _rank_shares(table, name)
    else:
        low, high = _extent(table, name)
        # Infinite values lie at the ends; they alone do so where no value is finite.
        shares = (np.clip(values[known], low, high) - low) / (high - low) if low < high else np.full(known.sum(), 0.5)
    found[known] = OFFSET + np.rint(shares * (WIDTH - 1)).astype(np.uint16)
    found.flags.writeable = False
    return found


def _rank_shares(table: BenchmarkTable, name: str) -> np.ndarray:
    """Mean rank of every known value, as a share of the highest one."""
    values, known = table.column(name), _known(table, name)
    if known.size < 2:
        return np.full(known.size, 0.5)
    starts = np.flatnonzero(np.r_[True, known[1:] != known[:-1]])
    ends = np.r_[starts[1:], known.size] - 1
    shares = np.empty(values.size)
    shares[ordered_rows(table, name)[:known.size]] = np.repeat((starts + ends) / 2, ends - starts + 1)
    return shares[~np.isnan(values)] / (known.size - 1)
