"""How well values after a lower training budget tell which cells are better after the full one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vanas_panel.core.protocol import check_table
from vanas_panel.core.rank_correlation import rank_correlation
from vanas_panel.searches.budget_objective import BudgetObjective, with_budgets
from vanas_panel.searches.objective import objective_of
from vanas_panel.tables.table import BenchmarkTable

BEST_SHARE = 0.1
"""Share of the cells that count as the best ones."""


def budget_agreement(table: BenchmarkTable, metric: str | None = None) -> pd.DataFrame:
    """Rank correlations between a metric after lower training budgets and after the full one.

    Successive halving and Hyperband rely on them: the first number says whether a low budget tells bad cells from good
    ones, the second one whether it tells good cells from the best.

    Parameters
    ----------
    table : BenchmarkTable
        With a metric after several budgets, such as ``validation_accuracy_12`` and ``validation_accuracy``.
    metric : str, optional
        After the full budget; by default what a search is told.

    Returns
    -------
    DataFrame
        A row for each budget, ascending, the full one last: ``budget`` in epochs or steps; ``cells`` that have a value
        after this budget and after the full one; ``all``, Spearman's rank correlation over these, equal values sharing
        their ranks; ``best``, the same over those that are among the best tenth after the full budget, ties with the
        last one included. NaN where all values are equal or fewer than two cells have both.

    Raises
    ------
    SearchError
        Where the table has no lower budget.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> budget_agreement(vp.open_table("mnist-cells")).round(2).to_dict("list")
    {'budget': [45, 90, 180], 'cells': [2532, 2532, 2532], 'all': [0.86, 0.95, 1.0], 'best': [0.21, 0.43, 1.0]}
    """
    check_table(table)
    objective = with_budgets(objective_of(table, metric, "mean", None))
    found: pd.DataFrame = table._derive(f"agreement of budgets, {objective.metric}, {objective.sign}",
                                        lambda: _agreement(objective))
    # It is kept with the table, and callers may change what they get.
    return found.copy()


def _agreement(objective: BudgetObjective) -> pd.DataFrame:
    """The rows, of the means of the repeats."""
    full = objective.sign * objective.table.column(objective.metric)
    rows = []
    for name, epochs in zip(objective.names, objective.epochs.tolist(), strict=True):
        lower = objective.sign * objective.table.column(name)
        both = ~(np.isnan(lower) | np.isnan(full))
        one, other = lower[both], full[both]
        best = other >= _least_of_best(other)
        rows.append({"budget": epochs, "cells": int(both.sum()), "all": rank_correlation(one, other),
                     "best": rank_correlation(one[best], other[best])})
    return pd.DataFrame(rows)


def _least_of_best(values: np.ndarray) -> float:
    """The least of the best tenth of some values."""
    if not values.size:
        return 0.0
    count = int(np.ceil(BEST_SHARE * values.size))
    return float(np.sort(values)[values.size - count])
