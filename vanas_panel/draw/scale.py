"""Colour scale of the ranking metric, the same in every view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vanas_panel.draw.spans import drawn_value, is_wide, tidy, widened
from vanas_panel.draw.theme import SCALE
from vanas_panel.tables.metrics import SECONDS, Metric
from vanas_panel.tables.table import BenchmarkTable

UNKNOWN = "#9aa8b7"
"""The colour of a value that is not known."""

_TAIL = 0.02
_WORTH = 0.8
_FAR = 0.02
_TIME_STEPS = (2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1200.0, 1800.0, 3600.0, 7200.0)


@dataclass(frozen=True)
class MetricScale:
    """Which colour a value of a metric has.

    Attributes
    ----------
    metric : Metric
    low, high : float
        The values at the two ends; values beyond them take the colour of that end.
    step : float
        A round distance of ticks that hits both ends.
    clipped_low, clipped_high : bool
        Whether there are values beyond them.
    ramp : tuple of str
        The colours from the worse end to the better one.
    """

    metric: Metric
    low: float
    high: float
    step: float
    clipped_low: bool = False
    clipped_high: bool = False
    ramp: tuple[str, ...] = tuple(SCALE)

    @property
    def ticks(self) -> list[float]:
        """The multiples of `step` from `low` to `high`."""
        return [tidy(self.low + index * self.step) for index in range(round((self.high - self.low) / self.step) + 1)]

    @property
    def palette(self) -> tuple[str, ...]:
        """The colours from `low` to `high`; the best end is always the light one."""
        return self.ramp if self.metric.higher_is_better is not False else self.ramp[::-1]

    def color(self, value: float) -> str:
        """The colour of a value, `UNKNOWN` for NaN."""
        return self.colors([value])[0]

    def colors(self, values: Iterable[float]) -> list[str]:
        """The colours of some values, `UNKNOWN` for NaN."""
        return colors_between(self.low, self.high, self.palette, values)


def scale_of(table: BenchmarkTable, name: str) -> MetricScale:
    """The scale of a metric of a table.

    Its ends are round numbers around the values. At the worse end the outermost 2 % of the cells do not count where
    that shortens the scale by at least a fifth, so that a few failed trainings do not leave all others in one colour.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric. One without a direction is never cut.

    Returns
    -------
    MetricScale
    """
    metric, values = table.metric(name), table.sorted_column(name)
    if not values.size:
        return MetricScale(metric, 0.0, 1.0, 0.5)
    low, high = least, most = drawn_value(float(values[0])), drawn_value(float(values[-1]))
    # Of fewer cells than make a per cent, one may not count, where it is as far off as 1e308 for a failure.
    out, worth = (count, _WORTH) if (count := int(_TAIL * (values.size - 1))) else (int(values.size > 2), _FAR)
    if metric.higher_is_better:
        low = _shorter(low, drawn_value(float(values[out])), high, worth)
    elif metric.higher_is_better is False:
        high = _shorter(high, drawn_value(float(values[-1 - out])), low, worth)
    scale = scale_between(metric, low, high)
    return replace(scale, clipped_low=least < scale.low, clipped_high=most > scale.high)


def scale_between(metric: Metric, low: float, high: float, ramp: Sequence[str] = SCALE) -> MetricScale:
    """A scale whose ends are round numbers around two values.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> scale = scale_between(known_metric("test_accuracy"), 0.0, 0.0037)
    >>> scale.low, scale.high, scale.step
    (0.0, 0.004, 0.001)
    """
    if not is_wide(low, high):
        low, high = widened(low, high, 0.1)
        return MetricScale(metric, low, high, (high - low) / 2, ramp=tuple(ramp))
    step = round_step(metric, (high - low) / 4)
    # Tidy, as a multiple of 0.05 would otherwise miss the number that is meant by the last bit.
    low, high = (tidy(count * step) for count in (math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)))
    return MetricScale(metric, low, high, step, ramp=tuple(ramp))


def colors_between(low: float, high: float, palette: Sequence[str], values: Iterable[float]) -> list[str]:
    """The colours of some values, as a linear colour mapper of Bokeh gives them in the browser.

    Parameters
    ----------
    low, high : float
        The values at the two ends of the palette; values beyond them take the colour of that end.
    palette : sequence of str
        The colours, each for an equal part of the way from `low` to `high`.
    values : iterable of float
        `UNKNOWN` stands for NaN.

    Examples
    --------
    >>> colors_between(0.0, 1.0, ["blue", "red"], [-1.0, 0.4, 0.5, 1.0, 2.0])
    ['blue', 'blue', 'red', 'red', 'red']
    """
    most = len(palette) - 1
    shares = ((value, (drawn_value(value) - low) / (high - low)) for value in values)
    return [UNKNOWN if math.isnan(value) else palette[min(most, max(0, int(share * len(palette))))]
            for value, share in shares]


def shades_of(table: BenchmarkTable, name: str, values: Iterable[float]) -> list[str]:
    """The colours of some values of a metric on its scale."""
    return scale_of(table, name).colors(values)


def round_step(metric: Metric, width: float) -> float:
    """The smallest round step of a metric that is not below a positive width.

    Steps are 1, 2 and 5 times a power of ten; of times above a second they divide minutes and hours.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> round_step(known_metric("test_accuracy"), 0.03), round_step(known_metric("training_time"), 700)
    (0.05, 900.0)
    """
    least = width * (1 - 1e-9)
    if metric.unit == SECONDS and 1 < width <= _TIME_STEPS[-1]:
        return next(step for step in _TIME_STEPS if step >= least)
    if metric.unit == SECONDS and width > _TIME_STEPS[-1]:
        return 3600.0 * _nice(width / 3600)
    return _nice(width)


def _nice(width: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below a positive width."""
    least = width * (1 - 1e-9)
    power = 10.0 ** math.floor(math.log10(width))
    return float(f"{next(power * nice for nice in (1, 2, 5, 10) if power * nice >= least):.12g}")


def _shorter(end: float, inner: float, other: float, worth: float) -> float:
    """The inner end of a scale where that is worth it."""
    is_worth = abs(inner - other) < worth * abs(end - other) and is_wide(min(inner, other), max(inner, other))
    return inner if is_worth else end
