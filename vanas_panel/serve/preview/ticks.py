"""Ticks of an axis of a live figure: where its script would put them, and what it would write."""

from __future__ import annotations

from typing import Any

from bokeh.models import Axis, Range1d

from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.tables.metrics import FRACTION, PARAMETERS, SECONDS, Metric

_KINDS = {"fraction": FRACTION, "time": SECONDS, "count": PARAMETERS}


def axis_words(axis: Axis, ends: Range1d) -> tuple[list[float], list[str]]:
    """Ticks of an axis and their words.

    Parameters
    ----------
    axis : Axis
        With a ticker and a formatter of `vanas_panel.draw.ticks`.
    ends : Range1d
        The visible range.
    """
    wanted, log = (axis.ticker.args[name] for name in ("wanted", "log"))
    metric = metric_of(axis.formatter.args)
    ticks = axis_ticks(metric, *sorted((float(ends.start), float(ends.end))), log=log, count=wanted)
    return ticks, tick_texts(metric, ticks, log=log)


def metric_of(args: dict[str, Any]) -> Metric:
    """A metric that is written as the arguments of a formatter say."""
    return Metric("axis", "axis", _KINDS.get(args["kind"], args["unit"]))
