"""Ticks of a figure on paper: where they are and what they say, as the page's charts have them."""

from __future__ import annotations

import math
from itertools import pairwise

from vanas_panel.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric
from vanas_panel.views.scale import round_step

_PREFIXES = ("", "k", "M", "G", "T", "P")
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
    decades = math.log10(high / low) if log else 0.0
    if not log or decades < 0.5:
        step = round_step(metric, (high - low) / count)
        first = math.ceil(low / step - 1e-9)
        return [float(f"{place * step:.12g}") for place in range(first, math.floor(high / step + 1e-9) + 1)]
    mantissas = next(each for most, each in _MANTISSAS if decades < most)
    leap = max(1, round(decades / (2 * count)))
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1, leap)
    ticks = [float(f"{mantissa}e{power}") for power in powers for mantissa in mantissas]
    return [tick for tick in ticks if low <= tick <= high]


def tick_texts(metric: Metric, ticks: list[float], *, log: bool = False) -> list[str]:
    """What the ticks of an axis say: one unit and as many decimals for all, on a logarithmic axis for each its own.

    Examples
    --------
    >>> from vanas_panel.metrics import known_metric
    >>> tick_texts(known_metric("test_accuracy"), [0.8, 0.85, 0.9])
    ['80 %', '85 %', '90 %']
    >>> tick_texts(known_metric("trainable_parameters"), [0.0, 2e7, 4e7])
    ['0', '20 M', '40 M']
    """
    step = min((abs(after - before) for before, after in pairwise(ticks)), default=math.inf)
    largest = max(map(abs, ticks), default=0.0)
    if log:
        return [_tick_text(metric, tick, abs(tick), abs(tick), math.inf) for tick in ticks]
    return [_tick_text(metric, tick, largest, step, step) for tick in ticks]


def _tick_text(metric: Metric, tick: float, largest: float, step: float, spacing: float) -> str:
    """One tick."""
    factor, unit = 1.0, metric.unit
    if metric.unit == FRACTION:
        factor, unit = 100.0, "%"
    elif metric.unit == SECONDS:
        factor, unit = next(((1 / size, name) for size, name in ((3600, "h"), (60, "min"))
                             if math.isfinite(step) and step >= size), (1.0, "s"))
    elif metric.unit in (PARAMETERS, MACS):
        power = 0
        while power < len(_PREFIXES) - 1 and largest >= 999.5 * 1000.0**power:
            power += 1
        factor, unit = 1000.0**-power, _PREFIXES[power]
    value = tick * factor
    if value == 0:
        return "0"
    gap = abs(value) / 10 if not math.isfinite(spacing) else spacing * factor
    decimals = min(12, max(0, math.ceil(-math.log10(gap) - 1e-9)))
    size = abs(value)
    text = f"{size:.3g}" if size < 1e-4 or size >= 1e9 else f"{size:,.{decimals}f}"
    if not math.isfinite(spacing) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{'−' if value < 0 else ''}{text} {unit}".rstrip()
