"""Boxes on the map: limits on two metrics, in as few digits as select the same rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

import numpy as np

from vanas_panel.tables.table import BenchmarkTable

Range = tuple[float, float]

# Digits enough for the longest float beside the shortest.
_WIDE = Context(prec=800)


@dataclass(frozen=True)
class Box:
    """Limits on two metrics.

    Parameters
    ----------
    x, y : str
        Names of the metrics.
    x_range, y_range : (float, float)
        Their lowest and highest value, both included, in the metric's own unit.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> box = Box("trainable_parameters", "flops", (0, 2e6), (2e8, float("inf")))
    >>> box.rows(vp.open_table("structure4"))[:3]
    array([ 3,  6, 49])
    """

    x: str
    y: str
    x_range: Range
    y_range: Range

    def rows(self, table: BenchmarkTable) -> np.ndarray:
        """Rows of a table whose two metrics are known and lie in the box, ``int64 (m,)`` ascending.

        Raises
        ------
        UnknownMetricError
            Where the table has no such metric.
        """
        inside = np.ones(len(table), dtype=bool)
        for name, (low, high) in ((self.x, self.x_range), (self.y, self.y_range)):
            values = table.column(name)
            inside &= (values >= low) & (values <= high)
        return np.flatnonzero(inside)

    def shortened(self, table: BenchmarkTable) -> Box:
        """The same rows of a table within limits of few digits, rounded outwards.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> table = vp.open_table("structure4")
        >>> box = Box("trainable_parameters", "flops", (0.123456789, 2345678.9), (1e8 / 3, float("inf")))
        >>> box.shortened(table).x_range, len(box.shortened(table).rows(table)) == len(box.rows(table))
        ((0.0, 2346000.0), True)
        """
        rows = self.rows(table)
        for extra in range(4):
            short = Box(self.x, self.y, rounded_range(self.x_range, extra), rounded_range(self.y_range, extra))
            if np.array_equal(short.rows(table), rows):
                return short
        return self


def rounded_range(limits: Range, extra: int = 0, log: bool = False) -> Range:
    """Two limits with as many digits as can be seen between them, the lower one rounded down, the upper one up.

    Parameters
    ----------
    limits : (float, float)
    extra : int, optional
        How many digits more to keep.
    log : bool, optional
        Whether the axis between them is logarithmic: digits then count from each limit.

    Returns
    -------
    (float, float)
        Rounding them again leaves them as they are.

    Examples
    --------
    >>> rounded_range((0.912345678, 0.9456789)), rounded_range((1234567.8, 9876543.2), log=True)
    ((0.91234, 0.94568), (1234000.0, 9877000.0))
    """
    # Coarser limits lie further apart, which may make a digit less enough.
    while (found := _rounded_once(limits, extra, log)) != limits:
        limits = found
    return limits


def _rounded_once(limits: Range, extra: int, log: bool) -> Range:
    """One step of rounding."""
    low, high = map(float, limits)
    span = high - low
    if log and low > 0:
        # A step on the screen is a share of the value there.
        steps = [value * min(math.log(high / low), 1.0) for value in (low, high)] if low < high < math.inf else []
    else:
        steps = [span, span] if 0 < span < math.inf else []
    if not steps:
        return low, high
    low_step, high_step = (Decimal(1).scaleb(math.floor(math.log10(step)) - 3 - extra) for step in steps)
    found = (float(Decimal(repr(low)).quantize(low_step, ROUND_FLOOR, _WIDE)),
             float(Decimal(repr(high)).quantize(high_step, ROUND_CEILING, _WIDE)))
    return found if all(map(math.isfinite, found)) else (low, high)
