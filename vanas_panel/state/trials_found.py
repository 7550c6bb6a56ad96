"""What a view of a table of trials shows, computed: which trials match, the best, importance, the nearest, a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.ranking import ranked_rows
from vanas_panel.core.trial_importance import matched_parameter_importance, parameter_importance
from vanas_panel.core.trial_matches import kept, matching_trials
from vanas_panel.core.trial_nearest import nearest_trials
from vanas_panel.state.trials_view import ROW, TrialsView
from vanas_panel.tables.trial_columns import COMPLETE
from vanas_panel.tables.trials import TrialTable

BEST, NEAREST, PAGE = 5, 8, 20
"""How many of the best and of the nearest trials are listed, and trials on a page of the table."""


@dataclass(frozen=True, eq=False)
class Found:
    """A view with all that it shows.

    Attributes
    ----------
    table : TrialTable
        With the directions of the view.
    view : TrialsView
    rows : int64 (m,)
        The trials that the view is about: complete ones, or all.
    matching : int64 (k,)
        Those of them that keep to the requirements, ascending.
    best : int64 (b,)
        The best measured ones of these, best first.
    without : Mapping of str to int
        Where none matches, how many would without each requirement.
    importance : DataFrame or None
        As `vanas_panel.parameter_importance` or its matched form gives it; None without a metric.
    nearest : DataFrame or None
        As `vanas_panel.nearest_trials` gives it, for the chosen trial.
    listed : int64 (p,)
        The page of the table.
    kept : dict
        What is drawn of the same `rows` whatever is required, kept from one view to the next.
    """

    table: TrialTable
    view: TrialsView
    rows: np.ndarray
    matching: np.ndarray
    best: np.ndarray
    without: Mapping[str, int]
    importance: pd.DataFrame | None
    nearest: pd.DataFrame | None
    listed: np.ndarray
    kept: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What follows from the same trials whatever is required: made for the first view that shows it."""
        made = self.kept.get(key)
        if made is None:
            made = self.kept[key] = make()
        return made


def found(table: TrialTable, view: TrialsView, before: Found | None = None) -> Found:
    """What a view shows.

    Parameters
    ----------
    table : TrialTable
        As it was opened.
    view : TrialsView
    before : Found, optional
        What was shown before, of which what has not changed is kept.

    Returns
    -------
    Found

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> from vanas_panel.state.trials_view import starting_view
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2, 0.3], "accuracy": [0.5, 0.9, 0.7]}))
    >>> shown = found(trials, starting_view(trials).having("lr", (0.15, None)))
    >>> shown.matching.tolist(), shown.best.tolist()
    ([1, 2], [1, 2])
    """
    table = view.directed(table)
    rows = np.arange(len(table)) if view.states == "every" else table.rows_in(COMPLETE)
    is_same = before is not None and np.array_equal(rows, before.rows)
    among, where = in_place(rows, view.where)
    keep = np.ones(among.size, bool)
    for name, required in where.items():
        keep &= kept(table.columns[name], required, among)
    matching = among[keep]
    best, without = np.zeros(0, np.int64), {}
    if view.metric:
        # Only what was measured can be the best.
        measured = matching_trials(table, where, view.metric, BEST, rows=among)
        best = measured["row"].to_numpy()
        best = best[~np.isnan(table.column(view.metric)[best])]
    if not matching.size and view.where:
        without = {name: _count(table, rows, {each: view.where[each] for each in view.where if each != name})
                   for name in view.where}
    order = view.order or view.metric
    return Found(table, view, rows, matching, best, without, _importance(table, view, rows, matching, before),
                 _nearest(table, view, rows, before if is_same else None), _page(table, view, matching, order),
                 before.kept if before is not None and is_same else {})


def in_place(rows: np.ndarray, where: Mapping[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
    """The rows within the required places, and the requirements of columns."""
    low, high = where.get(ROW) or (None, None)
    inside = (rows >= (-math.inf if low is None else low)) & (rows <= (math.inf if high is None else high))
    return rows[inside], {name: required for name, required in where.items() if name != ROW}


def axis_values(table: TrialTable, name: str) -> np.ndarray:
    """The numbers of a column for all trials, or their places, ``float64 (n,)``."""
    return np.arange(len(table), dtype=np.float64) if name == ROW else table.columns[name].values


def _count(table: TrialTable, rows: np.ndarray, where: Mapping[str, Any]) -> int:
    """How many trials keep to some requirements."""
    among, columns = in_place(rows, where)
    keep = np.ones(among.size, bool)
    for name, required in columns.items():
        keep &= kept(table.columns[name], required, among)
    return int(keep.sum())


def _importance(table: TrialTable, view: TrialsView, rows: np.ndarray, matching: np.ndarray,
                before: Found | None) -> pd.DataFrame | None:
    """Importance of the values of parameters."""
    if not view.metric:
        return None
    pool = matching if view.over == "matching" else rows
    if before is not None and before.importance is not None:
        old = before.view
        pool_before = before.matching if old.over == "matching" else before.rows
        if (old.metric, old.form) == (view.metric, view.form) and np.array_equal(pool, pool_before):
            return before.importance
    compute = matched_parameter_importance if view.form == "matched" else parameter_importance
    return compute(table, view.metric, pool)


def _nearest(table: TrialTable, view: TrialsView, rows: np.ndarray, before: Found | None) -> pd.DataFrame | None:
    """The trials nearest to the chosen one; those of the view before, over the same rows, where nothing has changed."""
    if before is not None and (before.view.chosen, before.view.metric) == (view.chosen, view.metric):
        return before.nearest
    if view.chosen is None or not view.metric:
        return None
    return nearest_trials(table, view.chosen, view.metric, NEAREST, rows=rows)


def pages(count: int) -> int:
    """How many pages a table of so many trials has, at least one."""
    return max(1, -(-count // PAGE))


def _page(table: TrialTable, view: TrialsView, matching: np.ndarray, order: str) -> np.ndarray:
    """The trials on the page of the table; ties in row order."""
    ordered = _ordered(table, view, matching, order, PAGE * (view.page + 1))
    start = PAGE * min(view.page, pages(matching.size) - 1)
    return ordered[start:start + PAGE]


def listed_rows(found: Found) -> np.ndarray:
    """All trials of the table in its order, not those of one page alone, ``int64 (k,)``."""
    return _ordered(found.table, found.view, found.matching, found.view.order or found.view.metric,
                    found.matching.size)


def _ordered(table: TrialTable, view: TrialsView, matching: np.ndarray, order: str, count: int) -> np.ndarray:
    """The first trials in the order of the table."""
    if not order:
        return matching[::-1] if view.reverse else matching
    column = table.columns[order]
    values = np.where(column.known[matching], column.values[matching].astype(np.float64), np.nan)
    lower_first = order not in table.metrics or table.metrics[order].higher_is_better is False
    return ranked_rows(matching, values, lower_first != view.reverse, min(count, matching.size))


def standing(table: TrialTable, name: str, row: int) -> tuple[int, int] | None:
    """How many of the other measured, complete trials a trial exceeds in a metric, and how many there are.

    For a metric of which lower values are better, it is those that it undercuts. None where it was not measured, or
    nothing else was.
    """
    values = table.column(name)
    others = table.rows_in(COMPLETE)
    others = others[(others != row) & ~np.isnan(values[others])]
    if np.isnan(values[row]) or not others.size:
        return None
    lower = table.metric(name).higher_is_better is False
    worse = values[others] > values[row] if lower else values[others] < values[row]
    return int(worse.sum()), int(others.size)
