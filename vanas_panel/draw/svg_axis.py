"""Ticks of an axis and what they say, where no script places them: the twin of the JavaScript in `draw/ticks.py`."""

from __future__ import annotations

import math
from itertools import pairwise

from vanas_panel.draw.spans import tidy
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric

_PREFIXES = ("", "k", "M", "G", "T", "P")
_POWERS = (1e-4, 1e9)
"""Where the largest number of an axis is smaller, or as large, its ticks take powers of ten."""
_MOST_COUNT = 1e18
_MOST_FRACTION = 1e7
_MOST_DIGITS = 15
_WITHIN = (1, 2, 5, 10, 15, 20, 30)
"""Steps within a minute, in seconds, and within an hour, in minutes."""
_MOST_TICKS = 100
_MANTISSAS = ((1.2, (1, 2, 3, 5, 7)), (2.8, (1, 2, 5)), (4.0, (1, 3)), (math.inf, (1,)))


def axis_ticks(metric: Metric, low: float, high: float, *, log: bool = False, count: int = 5) -> list[float]:
    """Round values inside a range.

    Parameters
    ----------
    metric : Metric
        Times have ticks at whole minutes and hours.
    low, high : float
        ``low < high``, both above zero on a logarithmic axis.
    log : bool, optional
        Whether the axis is logarithmic.
    count : int, optional
        About how many to aim at, at least 1.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> axis_ticks(known_metric("test_accuracy"), 0.796, 0.951)
    [0.8, 0.85, 0.9, 0.95]
    >>> axis_ticks(known_metric("training_time"), 0.0, 7300.0)
    [0.0, 1800.0, 3600.0, 5400.0, 7200.0]
    >>> axis_ticks(known_metric("trainable_parameters"), 2e5, 6e7, log=True)
    [200000.0, 500000.0, 1000000.0, 2000000.0, 5000000.0, 10000000.0, 20000000.0, 50000000.0]
    """
    rough = (high - low) / count
    if not 0 < rough < math.inf:
        return []
    if not log:
        steps = _round_steps(rough)
        if metric.unit == SECONDS and rough > 0.5:
            hours = _round_steps(max(1.0, rough / 3600))
            steps = [*_WITHIN, *(60 * step for step in _WITHIN), *(3600 * step for step in hours)]
        return _evenly(low, high, min(steps, key=lambda each: abs(count - (high - low) / each)))
    decades = math.log10(high) - math.log10(low)
    if decades < 0.5:
        # Seconds stay seconds on a logarithmic axis.
        return _evenly(low, high, next(step for step in _round_steps(rough) if step >= rough * 0.999))
    mantissas = next(each for most, each in _MANTISSAS if decades < most)
    leap = max(1, math.floor(decades / (2 * count) + 0.5))
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1, leap)
    ticks = [float(f"{mantissa}e{power}") for power in powers for mantissa in mantissas]
    return [tick for tick in ticks if low <= tick <= high]


def _evenly(low: float, high: float, step: float) -> list[float]:
    """The multiples of a step in a range."""
    first = math.ceil(low / step - 1e-9)
    # A range whose ends hardly differ has more steps to its start than whole numbers there are.
    count = min(_MOST_TICKS, math.floor(high / step + 1e-9) - first)
    return [tidy((first + index) * step) for index in range(count + 1)]


def _round_steps(near: float) -> list[float]:
    """The round numbers around a positive one."""
    power = 10.0 ** math.floor(math.log10(near))
    return [nice * power for nice in (1, 2, 5, 10)]


def tick_texts(metric: Metric, ticks: list[float], *, log: bool = False) -> list[str]:
    """Labels of an axis's ticks: as many digits as it takes to tell neighbours apart, and one unit for all.

    On a logarithmic axis every tick has a unit, and digits, of its own.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> tick_texts(known_metric("test_accuracy"), [0.8, 0.85, 0.9])
    ['80 %', '85 %', '90 %']
    >>> tick_texts(known_metric("trainable_parameters"), [0.0, 2e7, 4e7])
    ['0', '20 M', '40 M']
    >>> tick_texts(known_metric("flops"), [1.204e9, 1.206e9], log=True)
    ['1.204 G', '1.206 G']
    """
    gaps = [math.inf, *(abs(after - before) for before, after in pairwise(ticks)), math.inf]
    if log:
        return [_tick_text(metric, tick, abs(tick), min(around), log=True)
                for tick, around in zip(ticks, pairwise(gaps), strict=True)]
    largest = max(map(abs, ticks), default=0.0)
    return [_tick_text(metric, tick, largest, min(gaps), log=False) for tick in ticks]


def _tick_text(metric: Metric, tick: float, largest: float, gap: float, *, log: bool) -> str:
    """One tick, `gap` away from the next one; that of a single tick is infinite."""
    factor, unit = _unit_of(metric, largest, math.inf if log else gap)
    value = tick * factor
    if value == 0:
        return "0"
    size = abs(value)
    space = gap * factor if math.isfinite(gap) else size / 10
    if _POWERS[0] <= largest * factor < _POWERS[1]:
        text = f"{size:,.{_digits(1 / space)}f}"
        if log and "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        # Steps of 15 minutes end in another digit each time.
        share = (10 if metric.unit == SECONDS else 1) * size / space
        mantissa, _, power = f"{size:.{_digits(share)}e}".partition("e")
        text = f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{power}"
    return f"{'−' if value < 0 else ''}{text} {unit}".rstrip()


def _digits(share: float) -> int:
    """Digits behind the point that make one part of so many."""
    return min(_MOST_DIGITS, max(0, math.ceil(math.log10(share) - 1e-9)))


def _unit_of(metric: Metric, largest: float, step: float) -> tuple[float, str]:
    """The factor for ticks, and the unit behind them."""
    if metric.unit == FRACTION:
        return (100.0, "%") if largest < _MOST_FRACTION else (1.0, "")
    if metric.unit == SECONDS:
        sizes = ((3600, "h"), (60, "min")) if math.isfinite(step) else ()
        return next(((1 / size, name) for size, name in sizes if step >= size), (1.0, "s"))
    if metric.unit not in (PARAMETERS, MACS):
        return 1.0, metric.unit
    if largest >= _MOST_COUNT:
        return 1.0, ""
    power = 0
    while power < len(_PREFIXES) - 1 and largest >= 999.5 * 1000.0**power:
        power += 1
    return 1000.0**-power, _PREFIXES[power]
