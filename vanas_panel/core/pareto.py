"""Pareto fronts of a table: the rows that no other one beats in every metric."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.encoding import kernel
from vanas_panel.core.fronts import on_front
from vanas_panel.core.plain import plain_text
from vanas_panel.core.protocol import MetricTable, check_metric_table
from vanas_panel.errors import ArgumentKindError, DirectionError
from vanas_panel.text.language import Message

LEAST, MOST = 2, 3
"""How many metrics a front is over."""

_WINDOW = 64


def pareto_front(table: MetricTable, metrics: Iterable[str], rows: ArrayLike | None = None) -> np.ndarray:
    r"""Rows on the Pareto front of two or three metrics, exactly.

    With the merit :math:`m_k(G)` of a cell, its *k*-th metric, negated where lower is better, the front of a set *S* is

    .. math:: \{G \in S : \nexists H \in S\; (\forall k\; m_k(H) \ge m_k(G)) \land (\exists k\; m_k(H) > m_k(G))\}.

    Cells with equal values do not dominate each other: all of them are on the front, or none. The values are means over
    repeats and are taken as they are.

    Parameters
    ----------
    table : BenchmarkTable or TrialTable
    metrics : iterable of str
        Two or three different metrics with a direction.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The rows to look at; by default all cells, or all trials that are complete. Rows that lack one of the metrics
        are left out.

    Returns
    -------
    int64 (k,)
        Row numbers, ascending; none where no row has all metrics.

    Raises
    ------
    ArgumentKindError
        Where there are not two or three different metrics.
    UnknownMetricError, SelectionError
        Where the table lacks a metric or the rows.
    DirectionError
        Where neither higher nor lower values of a metric are better.

    Notes
    -----
    One pass drops what one of 64 good points dominates; what is left is sorted and swept (Kung, Luccio and Preparata,
    On finding the maxima of a set of vectors, 1975), so the time grows as :math:`n \log n` at worst.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> front = vp.pareto_front(table, ["test_accuracy", "trainable_parameters"])
    >>> len(front), table.best("test_accuracy") in front
    (23, True)
    """
    check_metric_table(table)
    names = front_metrics(table, metrics)
    selected = table.checked_rows(rows)
    known, merits = known_merits(table, names, selected)
    return known[on_front(merits)]


def front_metrics(table: MetricTable, metrics: Iterable[str]) -> tuple[str, ...]:
    """The names of the metrics of a front, checked; raises what `pareto_front` does."""
    if isinstance(metrics, str) or not isinstance(metrics, Iterable):
        raise ArgumentKindError(Message("Found {metrics!r:.80} as the metrics of a front; expected two or three names. "
                                        "Write [\"test_accuracy\", \"trainable_parameters\"].", metrics=metrics))
    names = tuple(plain_text(name) for name in metrics)
    for name in names:
        if table.metric(name).higher_is_better is None:
            raise DirectionError(Message("Found metric {name!r}, of which neither higher nor lower values are better; "
                                         "expected one with a direction. Set it with table.with_directions (on the "
                                         "command line, --better {name}=lower), or choose another metric.", name=name))
    if not LEAST <= len(names) <= MOST or len(set(names)) < len(names):
        raise ArgumentKindError(Message("Found {count} metrics of a front ({names}); expected two or three different "
                                        "ones. Choose among these.", count=len(names), names=", ".join(names)))
    return names


def signed(table: MetricTable, name: str) -> np.ndarray:
    """The merits of one metric: its values, negated where lower is better, ``float64 (n,)``."""
    values = table.column(name)
    return -values if table.metric(name).higher_is_better is False else values


def known_merits(table: MetricTable, names: tuple[str, ...],
                 rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The rows that can be on the front, and their merits.

    Parameters
    ----------
    table : BenchmarkTable
    names : tuple of str
    rows : int64 (m,), optional
        Ascending.

    Returns
    -------
    rows : int64 (k,)
        Ascending: those that have all metrics, without most of those that are dominated.
    merits : float64 (k, metrics)
    """
    columns = [signed(table, name) for name in names]
    merits = np.ascontiguousarray(columns if rows is None else [column[rows] for column in columns])
    left = _not_dominated_by_few(merits, _WINDOW)
    return left if rows is None else rows[left], np.ascontiguousarray(merits[:, left].T)


def front_places(merits: np.ndarray) -> np.ndarray:
    """Which columns of merits are on their front, ascending.

    Parameters
    ----------
    merits : float64 (metrics, n)
        Higher is better; columns with NaN are on no front.

    Returns
    -------
    int64 (k,)

    Examples
    --------
    >>> front_places(np.array([[1.0, 2.0, 1.0, np.nan], [2.0, 1.0, 1.0, 9.0]])).tolist()
    [0, 1]
    """
    left = _not_dominated_by_few(np.ascontiguousarray(merits), _WINDOW)
    return left[on_front(np.ascontiguousarray(merits[:, left].T))]


@kernel
def _not_dominated_by_few(merits, most):
    """Which columns of ``float64 (metrics, n)`` no one of up to `most` earlier good ones dominates; without NaN.

    The window holds columns that do not dominate each other, at most `most` of them; one that has just dominated
    another moves one place towards the front, where it is compared earlier.
    """
    metrics, count = merits.shape
    window = np.empty((most, metrics))
    size, found = 0, 0
    kept = np.empty(count, np.int64)
    for index in range(count):
        is_out = False
        for metric in range(metrics):
            is_out |= np.isnan(merits[metric, index])
        place = 0
        while place < size and not is_out:
            lower, higher = False, False
            for metric in range(metrics):
                lower |= window[place, metric] < merits[metric, index]
                higher |= window[place, metric] > merits[metric, index]
            if higher and not lower:
                is_out = True
                if place > 0:
                    for metric in range(metrics):
                        swapped = window[place - 1, metric]
                        window[place - 1, metric] = window[place, metric]
                        window[place, metric] = swapped
            elif lower and not higher:
                size -= 1
                window[place] = window[size]
            else:
                place += 1
        if not is_out:
            kept[found] = index
            found += 1
            if size < most:
                for metric in range(metrics):
                    window[size, metric] = merits[metric, index]
                size += 1
    return kept[:found].copy()
