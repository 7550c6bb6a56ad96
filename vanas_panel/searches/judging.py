"""The metric that searches are judged by: one of the table, or the share of the volume of its front."""

from __future__ import annotations

from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext

HYPERVOLUME = "hypervolume"
"""What judges searches that are told several metrics, see `vanas_panel.searches.SearchRun.hypervolume`."""


def judging_metric(table: BenchmarkTable, name: str) -> Metric:
    """What is known of the metric that searches are judged by.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric of the table, or `HYPERVOLUME`.

    Raises
    ------
    UnknownMetricError
        Where it is neither.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> judging_metric(vp.open_table("mnist-cells"), "hypervolume").label
    "Share of the front's volume"
    """
    if name == HYPERVOLUME and name not in table.metrics:
        return volume_metric()
    return table.metric(name)


def volume_metric() -> Metric:
    """The share of the volume of a table's front as a metric."""
    return Metric(HYPERVOLUME, gettext("Share of the front's volume"), FRACTION, True)
