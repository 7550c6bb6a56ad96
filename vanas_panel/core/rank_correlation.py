"""Rank correlation: whether two metrics put cells into the same order."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.protocol import MetricTable, check_metric_table


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of two arrays ``(n,)`` without NaN; equal values share their mean rank.

    Returns
    -------
    float
        NaN where all values of one of them are equal, or there are fewer than two.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([0.0, 0.1, 0.2]))
    1.0
    """
    if _is_undefined(one, other):
        return float("nan")
    return float(pd.DataFrame({"one": one, "other": other}).corr(method="spearman").to_numpy()[0, 1])


def kendall_tau(one: np.ndarray, other: np.ndarray) -> float:
    r"""Kendall's tau-b of two arrays ``(n,)`` without NaN, exactly and in time ``n log n``.

    With *C* pairs in the same order, *D* in the opposite one, and :math:`t_1`, :math:`t_2` pairs that are equal in one
    or the other, out of :math:`p = n (n - 1) / 2`,

    .. math:: \tau_b = (C - D) / \sqrt{(p - t_1) (p - t_2)}.

    Returns
    -------
    float
        NaN where all values of one of them are equal, or there are fewer than two.

    Examples
    --------
    >>> round(kendall_tau(np.array([1.0, 2.0, 3.0, 3.0]), np.array([1.0, 3.0, 2.0, 2.0])), 4)
    0.2
    """
    if _is_undefined(one, other):
        return float("nan")
    # It takes half a second to import, which no start of a program is to wait for.
    from scipy.stats import kendalltau

    return float(kendalltau(one, other).statistic)


class Agreement(NamedTuple):
    """How two metrics order the cells that have both.

    Attributes
    ----------
    cells : int
    kendall, spearman : float
        NaN where all values of one metric are equal, or fewer than two cells have both.
    """

    cells: int
    kendall: float
    spearman: float


def rank_agreement(table: MetricTable, one: str, other: str, rows: ArrayLike | None = None) -> Agreement:
    """The rank correlations of two metrics over the rows that have both. Directions do not matter.

    Parameters
    ----------
    table : BenchmarkTable or TrialTable
    one, other : str
        Metrics.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The rows to look at; by default all cells, or all trials that are complete.

    Raises
    ------
    UnknownMetricError
        Where the table lacks a metric.
    SelectionError
        Where a row is outside the table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> found = rank_agreement(vp.open_table("mnist-cells"), "test_accuracy", "validation_accuracy")
    >>> found.cells, round(found.kendall, 2), round(found.spearman, 2)
    (2532, 0.94, 0.99)
    """
    check_metric_table(table)
    checked = table.checked_rows(rows)
    first, second = table.column(one), table.column(other)
    if checked is not None:
        first, second = first[checked], second[checked]
    both = ~(np.isnan(first) | np.isnan(second))
    first, second = first[both], second[both]
    return Agreement(int(both.sum()), kendall_tau(first, second), rank_correlation(first, second))


def agreements(table: MetricTable, metrics: list[str], rows: ArrayLike | None = None) -> pd.DataFrame:
    """The rank correlations of every pair of some metrics.

    Returns
    -------
    DataFrame
        ``one``, ``other``, ``cells``, ``kendall_tau_b``, ``spearman_rho``, in the order of the metrics.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> found = agreements(vp.open_table("structure4"), ["edges", "depth", "vertices"])
    >>> found[["one", "other"]].values.tolist()
    [['edges', 'depth'], ['edges', 'vertices'], ['depth', 'vertices']]
    """
    return pd.DataFrame([(one, other, *rank_agreement(table, one, other, rows))
                         for one, other in combinations(metrics, 2)],
                        columns=["one", "other", "cells", "kendall_tau_b", "spearman_rho"])


def _is_undefined(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether there is no order to speak of."""
    # Not by a difference: that of two finite values may overflow, that of two infinite ones is no number.
    return one.size < 2 or one.min() == one.max() or other.min() == other.max()
