"""The trials nearest to one: those that differ from it in the fewest parameters."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.frame_names import metric_column
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.trial_levels import same_or_not
from vanas_panel.core.trial_protocol import Column, Trials, check_trials, chosen_rows
from vanas_panel.errors import RowOutsideTableError, SearchSpaceError
from vanas_panel.text.language import Message

COLUMNS = frozenset({"row", "differences", "changed", "distance", "difference"})
"""Columns of `nearest_trials` beside that of the metric."""


def nearest_trials(trials: Trials, row: int, metric: str, top: int = 10, *,
                   rows: ArrayLike | None = None) -> pd.DataFrame:
    r"""Find the trials that differ from one in the fewest parameters, and what they measured more or less.

    A parameter differs where its values do, or where one of the trials lacks it. Among trials with as many differences,
    the nearer comes first by the distance

    .. math:: d(T, U) = \frac{1}{k} \sum_p d_p, \quad
              d_p = \frac{|r_p(T) - r_p(U)|}{\max r_p} \text{ for numbers, else 1 where they differ}

    with the place *r* of a value among the different ones of the table, and *k* parameters (Gower, *A general
    coefficient of similarity and some of its properties*, Biometrics 27, 1971, with places for values as Podani,
    *Extending Gower's general coefficient of similarity to ordinal characters*, Taxon 48, 1999, has it). Only trials
    under the same conditions are compared; repeats may differ.

    Parameters
    ----------
    trials : TrialTable
    row : int
        The trial.
    metric : str
    top : int, optional
        How many trials to return, at least 0.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The trials to look among; by default all that are complete. The trial itself is none of them.

    Returns
    -------
    pandas.DataFrame
        Nearest first, ties in row order: ``row``, ``differences`` (how many parameters), ``changed`` (a tuple of their
        names), ``distance``, the metric, and ``difference``: the metric of that trial minus that of `row`, in the
        metric's unit. Trials whose metric is unknown are left out. ``.attrs`` has ``value``, the metric of `row`;
        ``compared``, how many trials were; ``other_conditions``, how many were not, since their conditions differ; and
        ``metric``, the name of the metric's column.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.
    RowOutsideTableError
        Where it lacks the trial.
    SearchSpaceError
        Where `top` is no whole number of at least 0.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"optimizer": ["adam", "sgd", "sgd"], "depth": [1, 1, 2],
    ...                                       "accuracy": [0.7, 0.9, 0.8]}))
    >>> found = vp.nearest_trials(trials, 0, "accuracy")
    >>> found[["row", "changed", "difference"]].round(2).values.tolist()
    [[1, ('optimizer',), 0.2], [2, ('optimizer', 'depth'), 0.1]]
    """
    check_trials(trials)
    own, count = plain_int(row), plain_int(top)
    if own is None or not 0 <= own < len(trials):
        raise RowOutsideTableError(Message("Found row {row!r:.40}; expected one from 0 to {last}. Choose one of these.",
                                           row=row, last=len(trials) - 1))
    if count is None or count < 0:
        raise SearchSpaceError(Message("Found {name} = {value!r:.40}; expected a whole number of at least 0. Change "
                                       "it.", name="top", value=top))
    metric = plain_text(metric)
    values = trials.column(metric)
    among = chosen_rows(trials, rows)
    among = among[(among != own) & ~np.isnan(values[among])]
    same = np.ones(among.size, bool)
    for name in trials.conditions:
        same &= ~_differs(trials.columns[name], own, among)
    compared = among[same]
    names = [*trials.parameters]
    number = np.zeros(compared.size, np.int64)
    distance = np.zeros(compared.size)
    for name in names:
        column = trials.columns[name]
        number += _differs(column, own, compared)
        distance += _distance(column, own, compared)
    order = np.lexsort((compared, distance, number))[:count]
    found = compared[order]
    changed = np.array([_differs(trials.columns[name], own, found) for name in names],
                       bool).reshape(len(names), found.size)
    value = metric_column(metric, COLUMNS)
    with np.errstate(over="ignore"):
        frame = pd.DataFrame({
            "row": found, "differences": number[order],
            "changed": [tuple(name for name, is_it in zip(names, each, strict=True) if is_it) for each in changed.T],
            "distance": distance[order] / max(len(names), 1), value: values[found],
            "difference": values[found] - values[own]})
    frame.attrs.update(value=float(values[own]), compared=int(compared.size), metric=value,
                       other_conditions=int(among.size - compared.size))
    return frame


def _differs(column: Column, own: int, rows: np.ndarray) -> np.ndarray:
    """In which trials a column differs from its value in one, ``bool (m,)``; two without a value are alike."""
    known = column.known
    if not known[own]:
        return known[rows]
    return column.values[rows] != column.values[own]


def _distance(column: Column, own: int, rows: np.ndarray) -> np.ndarray:
    """How far trials are from one in a column, from 0 to 1, ``float64 (m,)``."""
    differs = _differs(column, own, rows)
    known = column.known
    if column.levels is not None or not known[own]:
        return differs.astype(np.float64)
    places = _places(column)
    most = max(float(places.max()) - 1, 1.0)
    return np.where(known[rows], np.abs(places[rows] - places[own]) / most, 1.0)


_KEPT: WeakKeyDictionary[Column, np.ndarray] = WeakKeyDictionary()


def _places(column: Column) -> np.ndarray:
    """The place of each value among the different ones of a column, ``int32 (n,)``; sorted once for each column."""
    places = _KEPT.get(column)
    if places is None:
        places = _KEPT[column] = same_or_not(column, np.arange(column.values.size)).astype(np.int32)
    return places
