"""Ticks of a figure on paper: where they are and what they say, as the page's charts have them."""

from __future__ import annotations

import math
from itertools import pairwise

from vanas_panel.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric
from vanas_panel.views.scale import round_step
from vanas_panel.views.spans import tidy

_PREFIXES = ("", "k", "M", "G", "T", "P")
_POWERS = (1e-4, 1e9)
"""Where the largest number of an axis is smaller, or as large, its ticks take powers of ten."""
_MOST_COUNT = 1e18
_MOST_FRACTION = 1e7
_MOST_DIGITS = 15
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
    >>> from vanas_panel.metrics import known_metric
    >>> axis_ticks(known_metric("test_accuracy"), 0.796, 0.951)
    [0.8, 0.85, 0.9, 0.95]
    >>> axis_ticks(known_metric("trainable_parameters"), 2e5, 6e7, log=True)
    [200000.0, 500000.0, 1000000.0, 2000000.0, 5000000.0, 10000000.0, 20000000.0, 50000000.0]
    """
    decades = math.log10(high) - math.log10(low) if log else 0.0
    if not log or decades < 0.5:
        # Seconds stay seconds on a logarithmic axis.
        step = round_step(Metric(metric.name, metric.label) if log else metric, (high - low) / count)
        first = math.ceil(low / step - 1e-9)
        return [tidy(place * step) for place in range(first, math.floor(high / step + 1e-9) + 1)]
    mantissas = next(each for most, each in _MANTISSAS if decades < most)
    leap = max(1, round(decades / (2 * count)))
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1, leap)
    ticks = [float(f"{mantissa}e{power}") for power in powers for mantissa in mantissas]
    return [tick for tick in ticks if low <= tick <= high]


def tick_texts(metric: Metric, ticks: list[float], *, log: bool = False) -> list[str]:
    """What the ticks of an axis say: as many digits as it takes to tell neighbours apart, and one unit for all.

    On a logarithmic axis every tick has a unit, and digits, of its own.

    Examples
    --------
    >>> from vanas_panel.metrics import known_metric
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
    """What to multiply ticks by, and the unit behind them."""
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
