"""Round limits for presets that separate good and small networks from the others, with their words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from vanas_panel.draw.format import PREFIXES
from vanas_panel.draw.presets.part import Cells
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric

SMALL = 5e6
"""Parameters of a small network, where a table has smaller ones and others."""
GOOD = 0.9
"""Accuracy of a good network, where a table has any."""
BAD = 0.1
"""Fraction that a good network stays below where lower is better, such as an error, where a table has such ones."""

_TIMES = ((3600, "h", 2), (60, "min", 2), (1, "s", 0))
_LONGEST = 8


@dataclass(frozen=True)
class Limit:
    """A value that rows are held against.

    Attributes
    ----------
    value : float
        In the metric's own unit.
    below : bool
        Whether rows have to be below it, else above; never at it.
    words : str
        Exactly that value with its unit, such as ``90 %``.
    """

    value: float
    below: bool
    words: str

    @property
    def sign(self) -> str:
        """How it is written in short."""
        return "<" if self.below else ">"

    def rows(self, table: Cells, name: str) -> np.ndarray:
        """Rows of a table that keep the limit in a metric, ``int64 (m,)`` ascending."""
        values = table.column(name)
        return np.flatnonzero(values < self.value if self.below else values > self.value)


def small(table: Cells, size: str) -> Limit:
    """How many parameters a small network has fewer of: `SMALL`, or a round tenth of the most in the table."""
    sizes = table.sorted_column(size)
    value = SMALL
    if not sizes[0] < SMALL <= sizes[-1]:
        # Sizes without an end have no tenth.
        tenth = max(1.0, min(float(sizes[-1]), 1e300) / 10)
        power = 10.0 ** math.floor(math.log10(tenth))
        value = min((step * power for step in (1, 2, 5, 10)), key=lambda each: abs(math.log(each / tenth)))
    return Limit(value, True, _round_words(value))


def good(table: Cells, name: str) -> Limit | None:
    """The value that a good network is better than, as the direction of the metric says.

    For a fraction it is 90 %, or 10 % where lower is better; where the best of the table does not get there, the last
    multiple of 5 % well on the worse side of it. For any other metric, and where every cell is better than that, it is
    a round value that about a tenth of the cells is better than.

    Parameters
    ----------
    table : BenchmarkTable or Part
    name : str
        A metric.

    Returns
    -------
    Limit or None
        None where neither direction is better, where all values are equal or none is known, and where no short number
        parts the best values from the others.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> good(vp.open_table("default"), "test_accuracy").words
    '90 %'
    """
    metric, values = table.metric(name), table.sorted_column(name)
    values = values[np.isfinite(values)]
    if metric.higher_is_better is None or not values.size:
        return None
    below = not metric.higher_is_better
    if metric.unit == FRACTION:
        percent = _low_percent(float(values[0])) if below else _high_percent(float(values[-1]))
        # One that every cell keeps says nothing.
        if percent / 100 <= values[-1] if below else percent / 100 >= values[0]:
            return Limit(percent / 100, below, f"{percent} %")
    return _tenth(metric, values, below)


def _high_percent(best: float) -> int:
    """90, or the last multiple of 5 well below the best fraction."""
    return round(100 * GOOD) if best > GOOD else max(0, math.floor((100 * max(best, 0.0) - 2) / 5)) * 5


def _low_percent(best: float) -> int:
    """10, or the first multiple of 5 well above the best fraction."""
    return round(100 * BAD) if best < BAD else min(20, math.ceil((100 * min(best, 1.0) + 2) / 5)) * 5


def _tenth(metric: Metric, values: np.ndarray, below: bool) -> Limit | None:
    """A round value that about a tenth of ascending finite values is better than."""
    ordered = values if below else values[::-1]
    best = float(ordered[0])
    others = ordered[ordered != best]
    if not others.size:
        return None
    target = float(ordered[ordered.size // 10])
    target = float(others[0]) if target == best else target
    factor, unit = _scale(metric, target)
    with np.errstate(over="ignore"):
        gap = abs(target - best) / factor
    if not 0 < gap < math.inf:
        return None
    step = Decimal(1).scaleb(math.floor(math.log10(gap)))
    # As people write it: a value such as 0.23 lies a hair beside itself.
    exact = Decimal(f"{target:.12g}") / Decimal(repr(factor))
    number = (exact / step).to_integral_value(ROUND_CEILING if below else ROUND_FLOOR) * step
    words, value = _number(number), float(number * Decimal(repr(factor)))
    if words is None or not (best < value if below else best > value):
        return None
    return Limit(value, below, f"{words} {unit}".rstrip())


def _scale(metric: Metric, value: float) -> tuple[float, str]:
    """The size of the unit that a value is best written in, and its name."""
    size = abs(value)
    if metric.unit == FRACTION:
        return 0.01, "%"
    if metric.unit == SECONDS:
        return next((seconds, name) for seconds, name, least in _TIMES if size >= least * seconds)
    if metric.unit in (PARAMETERS, MACS):
        power = max((each for each in range(len(PREFIXES)) if size >= 1000.0**each), default=0)
        return 1000.0**power, PREFIXES[power]
    return 1.0, metric.unit


def _number(number: Decimal) -> str | None:
    """A number in full, or with a power of ten; None where neither is short."""
    plain = f"{number.normalize():,f}" if number else "0"
    if len(plain) > _LONGEST:
        plain = f"{number.normalize():e}".replace("e+", "e")
    return plain.replace("-", "−") if len(plain) <= _LONGEST else None


def _round_words(count: float) -> str:
    """A round number in short, ``5 M``."""
    if count >= 1e15:
        return f"{count:.0e}"
    power = min(4, max(0, math.floor(math.log10(count) / 3 + 1e-9)))
    return f"{count / 1000**power:.0f} {('', 'k', 'M', 'G', 'T')[power]}".rstrip()
