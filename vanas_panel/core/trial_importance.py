"""Importance of the values of parameters over trials, and its matched form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.interval import difference_interval, mean_interval
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.trial_levels import Levels, levels_of, same_or_not
from vanas_panel.core.trial_protocol import Trials, check_trials, chosen_rows
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message

BINS = 4
"""Quantile bins of a parameter with many different numbers."""

MOST_LEVELS = 1000
"""Parameters with more texts than this are left out: they name trials rather than set something."""


def parameter_importance(trials: Trials, metric: str, rows: ArrayLike | None = None, *,
                         bins: int = BINS) -> pd.DataFrame:
    r"""Importance of every value of every parameter over a set of trials.

    For a value *v* of parameter *p*, and the trials *S* in which *p* is set and the metric is known,

    .. math:: I(p = v, S) = \operatorname{mean}\{m(T) : T \in S, p(T) = v\}
                          - \operatorname{mean}\{m(T) : T \in S, p(T) \ne v\}

    That is `vanas_panel.edge_importance` (Choi, Hong and Jo, VANAS, 2021, section 3.1) with a value of a parameter in
    the place of an edge type. Of two values in a balanced design it is the main effect (Box, Hunter and Hunter,
    *Statistics for Experimenters*, 1978, chapter 10). A search draws no balanced design: its good values come with
    other good values, so read it beside the matched form, `vanas_panel.matched_parameter_importance`.

    Parameters
    ----------
    trials : TrialTable
    metric : str
    rows : None, integer array_like (m,) or bool array (n,), optional
        The trials to look at; by default all that are complete. A pruned trial holds a value of an earlier epoch, which
        is not comparable.
    bins : int, optional
        A parameter with more than 8 different numbers is cut into so many quantile bins, of about equal numbers of
        trials; equal values share a bin. At least 2.

    Returns
    -------
    pandas.DataFrame
        One row for each value that occurs, highest importance first and undefined ones last: ``parameter``, ``value``
        (text, or number, or ``low – high`` of a bin), ``lowest``, ``highest`` (the ends of a bin, both included; NaN
        for texts), ``importance``, ``mean_with``, ``mean_without`` (in the metric's unit, NaN where no trial is on that
        side), ``n_with``, ``n_without``, and ``low``, ``high``: the 95 % interval of the difference of two means by
        Welch's t, NaN where a side has fewer than two trials.

        ``.attrs["not_set"]`` says in how many of the trials a parameter is not set, by parameter: these are on neither
        side. ``.attrs["left_out"]`` names parameters with more than 1,000 texts.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.
    ArgumentKindError
        Where `bins` is no whole number of at least 2, or `trials` is no table of trials.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"optimizer": ["adam", "adam", "sgd"], "accuracy": [0.9, 0.8, 0.7]}))
    >>> vp.parameter_importance(trials, "accuracy")[["value", "importance", "n_with"]].round(2).values.tolist()
    [['adam', 0.15, 2], ['sgd', -0.15, 1]]
    """
    chosen, values, factor, bins = _checked(trials, metric, rows, bins)
    parts = []
    not_set: dict[str, int] = {}
    parameters, left_out = _usable(trials)
    for name in parameters:
        levels = levels_of(trials.columns[name], chosen, bins)
        is_set = levels.codes >= 0
        not_set[name] = int(levels.codes.size - is_set.sum())
        sides = _sides(values[is_set], levels.codes[is_set], np.zeros(int(is_set.sum()), np.int64), len(levels.words))
        parts.append(_importance(name, levels, sides, factor))
    return _sorted(parts, _COLUMNS, {"not_set": not_set, "left_out": left_out})


def matched_parameter_importance(trials: Trials, metric: str, rows: ArrayLike | None = None, *,
                                 bins: int = BINS) -> pd.DataFrame:
    r"""Importance of the values of parameters over pairs of trials that differ in that one parameter only.

    With *P(p = v, S)* the pairs *(T, U)* of trials of *S* whose metric is known, of which *T* has *p = v*, *U* another
    value of *p*, and which agree in all other parameters and in all conditions, or both lack them,

    .. math:: M(p = v, S) = \frac{1}{|P|} \sum_{(T, U) \in P} m(T) - m(U)

    Repeats, such as seeds, may differ. A search that draws numbers at random has no such pairs; a grid has many.

    Parameters
    ----------
    trials : TrialTable
    metric, rows, bins : optional
        As for `vanas_panel.parameter_importance`. Both trials of a pair are among the rows. The other parameters agree
        exactly, not by their bins.

    Returns
    -------
    pandas.DataFrame
        Rows as those of `vanas_panel.parameter_importance`: ``parameter``, ``value``, ``lowest``, ``highest``,
        ``importance`` (NaN without a pair), ``low``, ``high``, ``n_pairs``. ``low`` and ``high`` are the 95 % interval
        of the mean by Student's t on the differences. It takes pairs for independent draws, which they are not, since
        they share trials: it is a floor of the uncertainty.

    Raises
    ------
    UnknownMetricError, SelectionError, ArgumentKindError
        As for `vanas_panel.parameter_importance`.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> grid = pd.DataFrame({"optimizer": ["adam", "adam", "sgd", "sgd"], "depth": [1, 2, 1, 2],
    ...                      "accuracy": [0.7, 0.9, 0.6, 0.8]})
    >>> found = vp.matched_parameter_importance(vp.open_trials(grid), "accuracy")
    >>> found[["value", "importance", "n_pairs"]].round(2).values.tolist()
    [['2', 0.2, 2], ['adam', 0.1, 2], ['sgd', -0.1, 2], ['1', -0.2, 2]]
    """
    chosen, values, factor, bins = _checked(trials, metric, rows, bins)
    parameters, left_out = _usable(trials)
    names = [*trials.parameters]
    codes = [same_or_not(trials.columns[name], chosen) for name in names]
    fixed = _joined([same_or_not(trials.columns[name], chosen) for name in trials.conditions], chosen.size)
    before = [fixed]
    for code in codes:
        before.append(_pair(before[-1], code))
    parts = []
    after = np.zeros(chosen.size, np.int64)
    for place in range(len(names) - 1, -1, -1):
        if names[place] in parameters:
            levels = levels_of(trials.columns[names[place]], chosen, bins)
            is_set = levels.codes >= 0
            group = _pair(before[place], after)
            sides = _sides(values[is_set], levels.codes[is_set], group[is_set], len(levels.words))
            parts.append(_matched(names[place], levels, sides, factor))
        after = _pair(after, codes[place])
    return _sorted(parts[::-1], _MATCHED, {"left_out": left_out})


def _checked(trials: Trials, metric: str, rows: ArrayLike | None,
             bins: int) -> tuple[np.ndarray, np.ndarray, float, int]:
    """The rows whose metric is known, their values, the factor that they were divided by, and the number of bins."""
    check_trials(trials)
    count = plain_int(bins)
    if count is None or count < 2:
        raise ArgumentKindError(Message("Found {bins!r:.40} bins; expected a whole number of at least 2. Leave it out "
                                        "for {usual}.", bins=bins, usual=BINS))
    values = trials.column(plain_text(metric))
    chosen = chosen_rows(trials, rows)
    chosen = chosen[~np.isnan(values[chosen])]
    # Divided by a power of two, which loses no digit: the squares of large numbers would overflow.
    factor = 2.0 ** (int(np.frexp(np.abs(values[chosen]).max(initial=1.0))[1]) - 1)
    return chosen, values[chosen] / factor, factor, count


def _usable(trials: Trials) -> tuple[list[str], list[str]]:
    """Parameters with a bearable number of levels, and the others."""
    usable = [name for name in trials.parameters if len(trials.columns[name].levels or ()) <= MOST_LEVELS]
    return usable, [name for name in trials.parameters if name not in usable]


class _Sides(NamedTuple):
    """Moments of the trials with a level and of those without it, within each group of trials; arrays are (pairs,).

    There is one entry for each pair of a group and a level that occurs in it. Row 0 of arrays of two rows is without.
    """

    level: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    squares: np.ndarray


def _sides(values: np.ndarray, levels: np.ndarray, groups: np.ndarray, count: int) -> _Sides:
    """The moments of both sides of every level in every group.

    What is without a level is what is left of the group: squares are taken apart as they are joined (Chan, Golub and
    LeVeque, *Updating formulae and a pairwise algorithm for computing sample variances*, 1979). Values are counted from
    their common mean, so that little is lost.
    """
    middle = float(values.mean()) if values.size else 0.0
    from_middle = values - middle
    pairs, at = np.unique(groups * max(count, 1) + levels, return_inverse=True)
    at = at.reshape(-1)
    n, mean, square = _moments(from_middle, at, pairs.size)
    level, owner = pairs % max(count, 1), pairs // max(count, 1)
    _, group = np.unique(owner, return_inverse=True)
    group = group.reshape(-1)
    whole_n, whole_mean, whole_square = _moments(from_middle, group[at], int(group.max(initial=-1)) + 1)
    others = whole_n[group] - n
    with np.errstate(invalid="ignore", divide="ignore"):
        without = np.where(others > 0, (whole_mean[group] * whole_n[group] - mean * n) / others, np.nan)
        apart = np.where(others > 0, whole_square[group] - square - (mean - without) ** 2 * n * others / whole_n[group],
                         0.0)
    # What a single trial or equal values leave is nothing, but for rounding.
    apart = np.where(others > 1, np.maximum(apart, 0.0), 0.0)
    return _Sides(level, np.stack([others, n]), np.stack([without, mean]) + middle, np.stack([apart, square]))


def _moments(values: np.ndarray, at: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, means and sums of squared differences from them, ``(count,)`` each."""
    n = np.bincount(at, minlength=count)
    sums = np.bincount(at, weights=values, minlength=count)
    means = np.divide(sums, n, out=np.full(count, np.nan), where=n > 0)
    return n, means, np.bincount(at, weights=(values - means[at]) ** 2, minlength=count)


_COLUMNS = ("parameter", "value", "lowest", "highest", "importance", "mean_with", "mean_without", "n_with", "n_without",
            "low", "high")
_MATCHED = ("parameter", "value", "lowest", "highest", "importance", "low", "high", "n_pairs")


def _importance(name: str, levels: Levels, sides: _Sides, factor: float) -> pd.DataFrame:
    """The rows of one parameter: all trials are one group, in which every level occurs."""
    difference = sides.means[1] - sides.means[0]
    low, high = difference_interval(difference, sides.squares, sides.counts)
    with np.errstate(over="ignore"):
        return pd.DataFrame({
            **_named(name, levels), "importance": difference * factor, "mean_with": sides.means[1] * factor,
            "mean_without": sides.means[0] * factor, "n_with": sides.counts[1], "n_without": sides.counts[0],
            "low": low * factor, "high": high * factor})


def _matched(name: str, levels: Levels, sides: _Sides, factor: float) -> pd.DataFrame:
    """The rows of one parameter: a group is trials that agree in all else, and has a pair for each two that differ."""
    count = len(levels.words)
    without, with_it = sides.counts
    pairs = with_it * without
    there = pairs > 0
    level, n = sides.level[there], pairs[there].astype(np.float64)
    difference = (sides.means[1] - sides.means[0])[there]
    # The squares of all differences of two samples, from the mean of these.
    within = (without * sides.squares[1] + with_it * sides.squares[0])[there]
    total = np.bincount(level, weights=n, minlength=count)
    mean = np.divide(np.bincount(level, weights=n * difference, minlength=count), total, out=np.full(count, np.nan),
                     where=total > 0)
    squares = np.bincount(level, weights=within + n * (difference - mean[level]) ** 2, minlength=count)
    low, high = mean_interval(mean, squares, total)
    with np.errstate(over="ignore"):
        return pd.DataFrame({**_named(name, levels), "importance": mean * factor, "low": low * factor,
                             "high": high * factor, "n_pairs": total.astype(np.int64)})


def _named(name: str, levels: Levels) -> dict[str, object]:
    """The columns that say which value a row is about."""
    return {"parameter": [name] * len(levels.words), "value": levels.words, "lowest": levels.lowest,
            "highest": levels.highest}


def _sorted(parts: list[pd.DataFrame], columns: tuple[str, ...], attributes: dict[str, object]) -> pd.DataFrame:
    """All rows, highest importance first."""
    filled = [part for part in parts if len(part)]
    frame = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))
    frame = frame.sort_values("importance", ascending=False, kind="stable", na_position="last", ignore_index=True)
    frame.attrs.update(attributes)
    return frame


def _joined(codes: list[np.ndarray], count: int) -> np.ndarray:
    """One code for each combination of several, ``int64 (count,)``."""
    joined = np.zeros(count, np.int64)
    for code in codes:
        joined = _pair(joined, code)
    return joined


def _pair(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """One code for each combination of two, as few as there are rows, so that products of two fit 64 bits."""
    return pd.factorize(one * (int(other.max(initial=0)) + 1) + other)[0].astype(np.int64)
