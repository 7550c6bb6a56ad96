"""What a Gaussian process believes of a whole table after a query, and how well that agrees with what is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from vanas_panel.core.rank_correlation import rank_correlation
from vanas_panel.searches.posterior import STRATEGY, posterior
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.table import BenchmarkTable

BANDS = (0.5, 0.8, 0.95)
"""Shares of the true values that the bands of `Calibration` are to hold."""

_KEPT = 2
"""Results of a run that are kept: pages ask for the same one several times."""


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What a Gaussian process believes of every row of a table.

    Attributes
    ----------
    metric : str
        The one that was searched.
    after : int
        Queries after which it was asked.
    mean, deviation : float64 (n,)
        As `vanas_panel.searches.posterior` gives them. All sessions share them: do not write into them.
    """

    metric: str
    after: int
    mean: np.ndarray
    deviation: np.ndarray


@dataclass(frozen=True, eq=False)
class Calibration:
    """Beliefs beside the values that a table knows, over the rows that were not asked before.

    Attributes
    ----------
    expected, true : float64 (m,)
        Posterior mean and value of each of these rows.
    shares : tuple of float
        Share of the true values that lie within each of `BANDS`, the central intervals of a normal distribution with
        the posterior's mean and deviation; NaN without such rows, or as long as the deviation is not known.
    rank_correlation : float
        Spearman's, of expected and true values; NaN where one of them has no two different ones.
    error : float
        Mean absolute difference; NaN without rows.
    """

    expected: np.ndarray
    true: np.ndarray
    shares: tuple[float, ...]
    rank_correlation: float
    error: float


def has_posterior(run: SearchRun | None) -> bool:
    """Whether a run is one of a Gaussian process with a value, so that there are beliefs. One of Optuna gives none."""
    return run is not None and run.header["strategy"]["name"] == STRATEGY and len(run) > 0


_kept: WeakKeyDictionary[SearchRun, list[tuple[BenchmarkTable, Beliefs]]] = WeakKeyDictionary()
_locks: WeakKeyDictionary[SearchRun, Lock] = WeakKeyDictionary()
_finding = Lock()


def beliefs_of(run: SearchRun, table: BenchmarkTable, after: int,
               on_part: Callable[[], None] | None = None) -> Beliefs:
    """The beliefs of a run about a table; the last ones are kept, for all who ask. From any thread.

    Parameters
    ----------
    run, table, after, on_part
        As for `vanas_panel.searches.posterior`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "gaussian-process", queries=30)
    >>> beliefs = beliefs_of(run, table, 20)
    >>> beliefs.metric, beliefs.mean.shape, beliefs is beliefs_of(run, table, 20)
    ('validation_accuracy', (2532,), True)
    """
    with _finding:
        lock = _locks.setdefault(run, Lock())
    # The map and the picture of one page ask at the same time: the second one waits for the result of the first.
    with lock:
        known = _kept.setdefault(run, [])
        found = next((each for its_table, each in known if its_table is table and each.after == after), None)
        if found is None:
            found = Beliefs(run.metrics[0], after, *posterior(run, table, after=after, on_part=on_part))
            known.append((table, found))
            del known[:-_KEPT]
        return found


def calibration(run: SearchRun, table: BenchmarkTable, beliefs: Beliefs) -> Calibration:
    """How well beliefs agree with a table.

    Parameters
    ----------
    run : SearchRun
    table : BenchmarkTable
    beliefs : Beliefs
        Of the run about the table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "gaussian-process", queries=60)
    >>> found = calibration(run, table, beliefs_of(run, table, 60))
    >>> found.true.size == len(table) - run.trials["row"].nunique(), found.rank_correlation > 0.4
    (True, True)
    """
    true = _told(run, table)
    others = ~np.isnan(true) & ~np.isnan(beliefs.mean)
    asked = run.trials["row"].to_numpy()[:beliefs.after]
    others[asked[asked >= 0]] = False
    expected, true, deviation = beliefs.mean[others], true[others], beliefs.deviation[others]
    missed = np.abs(true - expected)
    is_known = bool(true.size) and not np.isnan(deviation).any()
    shares = tuple(float((missed <= NormalDist().inv_cdf(0.5 + band / 2) * deviation).mean()) if is_known
                   else float("nan") for band in BANDS)
    return Calibration(expected, true, shares, rank_correlation(expected, true),
                       float(missed.mean()) if true.size else float("nan"))


def _told(run: SearchRun, table: BenchmarkTable) -> np.ndarray:
    """What the run would be told of every row, ``float64 (n,)``: the mean where a repeat is drawn."""
    metric, repeat = run.metrics[0], run.header["objective"].get("repeat")
    repeats = table.repeats(metric)
    if isinstance(repeat, int) and 0 <= repeat < repeats.shape[1]:
        return repeats[:, repeat]
    return table.column(metric)
