"""Points and colour scale of the map of a session: by its ranking metric or a structure column, and by a statistic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vanas_panel.draw.map.bins import Bins, Points, points_of
from vanas_panel.draw.scale import MetricScale, scale_between, scale_of
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

_USUAL = 0.98
"""The share of the bins between whose counts the scale of counts lies, where that shortens it by a fifth."""


def session_points(session: Session, x: str, y: str, log_x: bool = False, log_y: bool = False) -> Points:
    """The points of a session's map on two axes, in the colours that it has chosen.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = vp.Session(vp.open_table("structure4"), color="structure.width", statistic="median")
    >>> session_points(session, "flops", "edges").words
    'median width (structure)'
    """
    points = points_of(session.table, x, y, session.color or session.metric, log_x, log_y)
    return points if session.statistic == points.statistic else replace(points, statistic=session.statistic)


def bins_scale(table: BenchmarkTable, points: Points, bins: Bins) -> MetricScale:
    """The colour scale of some bins: the one of the metric on the whole page, or one of counts from 0.

    Of counts, the fullest 2 % of the bins do not count where that shortens the scale by at least a fifth.
    """
    if points.belief is not None:
        return points.belief.scale
    if points.statistic != "count":
        return scale_of(table, points.metric.name)
    counts = np.sort(bins.cells)
    most = float(counts[-1]) if counts.size else 1.0
    usual = float(counts[int(_USUAL * (counts.size - 1))]) if counts.size else 1.0
    scale = scale_between(Metric("cells", "cells"), 0.0, max(2.0, usual if usual < 0.8 * most else most))
    return replace(scale, clipped_high=most > scale.high)
