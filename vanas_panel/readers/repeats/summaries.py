"""Very many measurements of one cell, summarised: how many there are, their mean and their standard deviation.

A table has a column for each repeat, so that one cell with a hundred thousand measurements would make as many columns
for all cells. Beyond `vanas_panel.tables.limits.Limits.repeats` of them in some cell, a metric becomes three columns
instead: the mean under its own name, which links and pages go on to know, and two further metrics.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from vanas_panel.core.mean import summable
from vanas_panel.readers.notes import SUMMARISED
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.metrics import Metric

COUNT, DEVIATION = "_repeats", "_deviation"
"""Endings of the two further columns of a metric, after its name."""

MOST_VALUES = 20_000_000


def is_summarised(owner: np.ndarray, groups: int) -> bool:
    """Whether there are too many repeats to keep one by one.

    Parameters
    ----------
    owner : int64 (m,)
        The number of the cell of each value.
    groups : int
        How many cells there are.
    """
    most = int(np.bincount(owner, minlength=1).max())
    # Where there are many cells, fewer columns fill the memory.
    return most > current_limits().repeats or (most > 1 and most * groups > max(MOST_VALUES, 4 * owner.size))


def summarised(values: np.ndarray, owner: np.ndarray, groups: int, metric: Metric,
               taken: Collection[str] = ()) -> tuple[dict[Metric, np.ndarray], list[str]]:
    """Number, mean and sample standard deviation of the known values of every cell.

    Parameters
    ----------
    values : float64 (m,)
        NaN where unknown.
    owner : int64 (m,)
        The number of the cell of each value.
    groups : int
        How many cells there are.
    metric : Metric
    taken : collection of str, optional
        Names of other metrics.

    Returns
    -------
    columns : dict of Metric to float64 (groups,)
        The mean under the metric itself, NaN without a value; the number of values; the deviation, NaN with fewer than
        two values.
    notes : list of str

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> columns, _ = summarised(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1]), 2, known_metric("loss"))
    >>> {metric.name: column.tolist() for metric, column in columns.items()}
    {'loss': [2.0, 5.0], 'loss_repeats': [2.0, 1.0], 'loss_deviation': [1.4142135623730951, nan]}
    """
    known = ~np.isnan(values)
    some, factor = summable(values[known])
    owner = owner[known]
    count = np.bincount(owner, minlength=groups)
    mean = np.full(groups, np.nan)
    there = count > 0
    mean[there] = np.bincount(owner, some, groups)[there] / count[there]
    # Add the rounding error of the long sum once more.
    mean[there] += np.bincount(owner, some - mean[owner], groups)[there] / count[there]
    # Divided by the largest one first, whose square may be too large for a number.
    away = some - mean[owner]
    scale = np.abs(away).max(initial=0.0) or 1.0
    deviation = np.full(groups, np.nan)
    several = count > 1
    deviation[several] = np.sqrt(np.bincount(owner, (away / scale) ** 2, groups)[several] / (count[several] - 1))
    stem = metric.name
    while stem + COUNT in taken or stem + DEVIATION in taken:
        stem += "_"
    number = Metric(stem + COUNT, f"{metric.label}: number of repeats", "", None)
    spread = Metric(stem + DEVIATION, f"{metric.label}: standard deviation of the repeats", "", None)
    most = int(count.max(initial=0))
    note = SUMMARISED.format(name=metric.name, most=most, number=number.name, spread=spread.name)
    return {metric: mean * factor, number: count.astype(float), spread: deviation * (scale * factor)}, [note]
