"""What the noise of repeats leaves open: which cell is better, the ranks of cells, and which may be the best."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import SupportsIndex
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import kernel
from vanas_panel.core.noise import NoiseModel, estimated_noise, stated_noise
from vanas_panel.core.pareto import front_places
from vanas_panel.core.plain import plain_float, plain_text
from vanas_panel.core.protocol import CellTable, cell_of, check_table
from vanas_panel.errors import ArgumentKindError, NoiseUnknownError
from vanas_panel.text.language import Message

_MODELS: WeakKeyDictionary = WeakKeyDictionary()
_MOST_MODELS = 12
"""Kept of one table, the newest: a person may state any noise."""


def noise_of(table: CellTable, metric: str, noise: float | None = None) -> NoiseModel:
    """The noise of a metric of a table; it is worked out once.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str
    noise : float, optional
        The standard deviation of one repeat, in the metric's unit, as a person states it. By default it is estimated
        from the repeats, see `vanas_panel.core.noise.estimated_noise`.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    NoiseUnknownError
        Where no noise is stated, and no cell has two repeats that differ; or where no cell has a value.
    ArgumentKindError
        Where the stated noise is no number above 0.
    """
    check_table(table)
    metric = plain_text(metric)
    table.metric(metric)
    stated = None if noise is None else plain_float(noise)
    if noise is not None and (stated is None or not 0 < stated < np.inf):
        raise ArgumentKindError(Message("Found noise {noise!r:.80}; expected the standard deviation of one repeat, a "
                                        "number above 0. State another one.", noise=noise))
    held = _MODELS.setdefault(table, {})
    try:
        model = held[metric, stated]
    except KeyError:
        repeats = table.repeats(metric)
        if np.isnan(repeats).all():
            raise NoiseUnknownError(Message("Found no value of {metric}; expected at least one measured cell. Choose "
                                            "another metric.", metric=metric)) from None
        model = estimated_noise(repeats) if stated is None else stated_noise(repeats, stated)
        for oldest in list(held)[:1 - _MOST_MODELS]:
            held.pop(oldest, None)
        held[metric, stated] = model
    if model is None:
        raise NoiseUnknownError(Message("Found a single repeat of {metric} for each cell, or equal ones; expected "
                                        "repeats that differ, from which its noise can be estimated. State the "
                                        "standard deviation of one repeat with noise=...", metric=metric))
    return model


def probability_better(table: CellTable, a: Cell | SupportsIndex, b: Cell | SupportsIndex,
                       metric: str = "test_accuracy", noise: float | None = None) -> float:
    r"""Probability that cell *a* is truly better than cell *b*, given their repeats and the whole table.

    Each repeat of a cell with the true value :math:`\theta` is taken as normal around it, with the variance
    :math:`\sigma^2(\theta)`, pooled by level from the repeats of the whole table. The true values of the table's cells
    are taken as independent draws from one distribution *g*, estimated from all cells (empirical Bayes), so that a cell
    that stands out by luck is drawn back towards the many below it. With :math:`p(\theta | x) \propto g(\theta)
    \mathcal N(\bar x; \theta, \sigma^2(\theta)/r)`,

    .. math:: P(a > b) = \sum_{\theta} p_a(\theta) \Bigl(\sum_{\eta < \theta} p_b(\eta) + p_b(\theta)/2\Bigr).

    Parameters
    ----------
    table : BenchmarkTable
    a, b : Cell or int
        Cells of the table, or their rows.
    metric : str, optional
        In its own direction; without one, higher counts as better.
    noise : float, optional
        The standard deviation of one repeat, where a person states it; needed where the table has a single repeat.

    Returns
    -------
    float
        From 0 to 1; a half where *a* and *b* are the same cell, NaN where one has no value.

    Raises
    ------
    NoiseUnknownError
        Where the noise can be read from no repeats and none is stated.
    UnknownMetricError, CellNotInTableError, RowOutsideTableError, ArgumentKindError
        Where the table lacks the metric or a cell, or an argument is none.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> best = table.best("test_accuracy")
    >>> 0.9 < vp.probability_better(table, best, 0) <= 1
    True
    """
    model = noise_of(table, metric, noise)
    one, other = (table.find(cell_of(table, each)) for each in (a, b))
    if one == other:
        return 0.5 if model.counts[one] else float("nan")
    first, second = model.posterior(one), model.posterior(other)
    chance = float(first @ (np.cumsum(second) - second / 2))
    return min(max(1 - chance if table.metric(metric).higher_is_better is False else chance, 0.0), 1.0) \
        if chance == chance else chance


def rank_intervals(table: CellTable, metric: str = "test_accuracy", rows: ArrayLike | None = None,
                   level: float = 0.95, noise: float | None = None) -> pd.DataFrame:
    r"""True value and true rank of cells, each with an interval.

    The model is that of `vanas_panel.probability_better`. The rank of a cell with the true value :math:`\theta` is one
    more than the number of other cells above it, a sum of independent yes-or-no draws, which is taken as normal with
    its exact mean and variance; the interval is that of the mixture over the cell's posterior.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, optional
        In its own direction; without one, higher counts as first.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells to say it of; all of them by default. The ranks are among all cells of the table.
    level : float, optional
        Probability of each interval by itself.
    noise : float, optional
        As for `vanas_panel.probability_better`.

    Returns
    -------
    pandas.DataFrame
        One row for each of them, in their order: ``row``, the metric (mean over repeats), ``repeats``, ``expected``
        (the posterior mean: the value without the luck), ``low``, ``high`` (of the true value), ``rank`` (by the
        measured mean), ``rank_low``, ``rank_high``. NaN, and 0 for ranks, where nothing is known.

    Raises
    ------
    NoiseUnknownError, UnknownMetricError, SelectionError, ArgumentKindError
        As for `vanas_panel.probability_better`; ArgumentKindError where the level is not between 0 and 1.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> best = vp.rank_intervals(table, rows=[table.best("test_accuracy")]).iloc[0]
    >>> int(best["rank"]), int(best["rank_high"]), bool(best["expected"] < best["test_accuracy"])
    (1, 33, True)
    """
    model = noise_of(table, metric, noise)
    checked = _level(level)
    selected = table.checked_rows(rows)
    selected = np.arange(len(table)) if selected is None else selected
    known = selected[model.counts[selected] > 0]
    places = np.flatnonzero(model.counts[selected] > 0)
    sign = -1.0 if table.metric(metric).higher_is_better is False else 1.0
    ordered = model.ordered if sign > 0 else -model.ordered[::-1]
    found = {name: np.full(selected.size, np.nan) for name in ("expected", "low", "high")}
    ranks = {name: np.zeros(selected.size, np.int64) for name in ("rank", "rank_low", "rank_high")}
    ranks["rank"][places] = ordered.size - np.searchsorted(ordered, sign * model.means[known], side="right") + 1
    above, variance = model.numbers_above
    before = above if sign > 0 else ordered.size - above
    for start in range(0, known.size, 4096):
        some, here = known[start:start + 4096], places[start:start + 4096]
        points, chances = model.posteriors(some)
        total = np.cumsum(chances, axis=1)
        found["expected"][here] = (chances * model.grid[points]).sum(axis=1)
        for name, share in (("low", (1 - checked) / 2), ("high", (1 + checked) / 2)):
            place = np.minimum((total < share).sum(axis=1), points.shape[1] - 1)
            found[name][here] = model.grid[points[np.arange(some.size), place]]
        # Less itself, which counts as half above and half below where it is.
        ranks["rank_low"][here], ranks["rank_high"][here] = _rank_ends(
            chances, before[points] - 0.5, np.maximum(variance[points] - 0.25, 0), checked, ordered.size)
    return pd.DataFrame({"row": selected, metric: model.means[selected], "repeats": model.counts[selected], **found,
                         **ranks})


def confidence_set(table: CellTable, metric: str = "test_accuracy", level: float = 0.95,
                   noise: float | None = None, rows: ArrayLike | None = None) -> np.ndarray:
    r"""The cells that cannot be told from the best one: a set that holds the truly best cell with a stated probability.

    A cell *i* is left out where some cell *j* is significantly better, after Bonferroni's correction for all *n* - 1
    rivals at once,

    .. math:: \bar x_j - \bar x_i > z_{1 - (1 - level)/(n - 1)} \sqrt{\sigma_i^2 / r_i + \sigma_j^2 / r_j}

    (subset selection, Gupta, 1965; with pooled variances that are taken as known). The truly best cell is left out with
    at most the probability 1 - level, whatever the true values are: no distribution of them is assumed here.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, optional
        In its own direction; without one, higher counts as better.
    level : float, optional
    noise : float, optional
        As for `vanas_panel.probability_better`.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells among which the best is looked for; all of them by default.

    Returns
    -------
    int64 (k,)
        Rows, ascending; never empty where a cell has a value.

    Raises
    ------
    NoiseUnknownError, UnknownMetricError, SelectionError, ArgumentKindError
        As for `vanas_panel.rank_intervals`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> table.best("test_accuracy") in vp.confidence_set(table)
    True
    """
    model = noise_of(table, metric, noise)
    checked = _level(level)
    selected = table.checked_rows(rows)
    selected = np.arange(len(table)) if selected is None else selected
    selected = selected[model.counts[selected] > 0]
    if selected.size < 2:
        return selected
    sign = -1.0 if table.metric(metric).higher_is_better is False else 1.0
    values, variances = sign * model.means[selected], model.errors[selected] ** 2
    quantile = -NormalDist().inv_cdf((1 - checked) / (selected.size - 1))
    # A rival that is neither higher nor surer than another one leaves nothing out that the other one does not.
    rivals = front_places(np.array([values, -variances]))
    distinct = np.unique(np.column_stack([values[rivals], variances[rivals]]), axis=0)
    return selected[_not_beaten(values, variances, distinct[:, 0].copy(), distinct[:, 1].copy(), quantile)]


def _level(level: float) -> float:
    """A level of confidence, checked."""
    found = plain_float(level)
    if found is None or not 0 < found < 1:
        raise ArgumentKindError(Message("Found level {level!r:.80}; expected a number between 0 and 1, such as 0.95. "
                                        "Choose one.", level=level))
    return found


def _rank_ends(chances: np.ndarray, before: np.ndarray, variance: np.ndarray, level: float,
               count: int) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the intervals of ranks, ``int64 (m,)`` each, by bisection in the mixture of normals."""
    deviation = np.sqrt(np.maximum(variance, 1e-12))
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        low, high = np.zeros(len(chances)), np.full(len(chances), float(count))
        for _ in range(int(np.ceil(np.log2(count + 1))) + 1):
            middle = (low + high) / 2
            is_less = _share_below(middle, chances, before, deviation) < share
            low, high = np.where(is_less, middle, low), np.where(is_less, high, middle)
        ends.append(np.clip(np.round((low + high) / 2) + 1, 1, count).astype(np.int64))
    return ends[0], ends[1]


@kernel
def _share_below(values, chances, means, deviations):
    """The distribution function of mixtures of normals, each ``float64 (m, width)``, at one value each."""
    found = np.zeros(values.size)
    for row in range(values.size):
        for column in range(chances.shape[1]):
            away = (values[row] - means[row, column]) / deviations[row, column]
            found[row] += chances[row, column] * 0.5 * math.erfc(-away / math.sqrt(2.0))
    return found


@kernel
def _not_beaten(values, variances, rivals, surenesses, quantile):
    """Indices of the values that no rival is significantly above."""
    kept = np.empty(values.size, np.int64)
    count = 0
    for index in range(values.size):
        is_beaten = False
        for rival in range(rivals.size - 1, -1, -1):
            away = rivals[rival] - values[index]
            if away > 0 and away * away > quantile * quantile * (variances[index] + surenesses[rival]):
                is_beaten = True
                break
        if not is_beaten:
            kept[count] = index
            count += 1
    return kept[:count].copy()
