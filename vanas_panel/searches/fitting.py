"""What a strategy that asks for several training budgets needs of an objective, and of what it may spend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vanas_panel.errors import SearchError
from vanas_panel.searches.budget_objective import with_budgets
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.strategies import Chosen
from vanas_panel.text.language import Message

MOST_TRAININGS = 10_000_000
"""Trainings that all queries would pay for, were all of the lowest budget."""


def fitting(chosen: Chosen, objective: Objective, queries: int) -> Objective:
    """The objective as a strategy needs it: with all training budgets where it asks for several.

    Raises
    ------
    SearchError
        Where the table lacks such budgets, or a value after one of them; or as for `check_brackets`.
    """
    if not chosen.kind.budgets:
        return objective
    found = with_budgets(objective)
    check_brackets(chosen, found.epochs.tolist(), queries)
    used = chosen.settings.brackets(found.epochs.tolist()).any(axis=0)
    for name, values in zip(np.array(found.names)[used].tolist(), found.values_by_budget[used], strict=True):
        if np.isnan(values).all():
            raise SearchError(Message("Found no value of {name} in {table}; expected one after every training budget. "
                                      "Leave the lowest budgets out with the setting skip, or choose another metric.",
                                      name=name, table=objective.table.name))
    return found


def check_brackets(chosen: Chosen, epochs: Sequence[int], queries: int) -> None:
    """Refuse queries that do not pay for the first bracket of a strategy, or pay for too many trainings.

    Parameters
    ----------
    chosen : Chosen
        A strategy that asks for several training budgets; nothing is refused of others.
    epochs : sequence of int
        The training budgets, ascending.
    queries : int
        Full trainings that it may spend.

    Raises
    ------
    SearchError
    """
    if not chosen.kind.budgets:
        return
    bracket = chosen.settings.brackets(epochs)[0].tolist()
    needed = -(-sum(cells * each for cells, each in zip(bracket, epochs, strict=True)) // epochs[-1])
    cells, lowest = next((cells, each) for cells, each in zip(bracket, epochs, strict=True) if cells)
    if queries < needed:
        raise SearchError(Message("Found {queries} queries for {strategy}; expected at least {needed}, which pay for "
                                  "its first bracket: {cells} cells with {budget} epochs or steps, and the best of "
                                  "them with more. Raise the budget, or change its settings.", queries=queries,
                                  strategy=chosen.name, needed=needed, cells=cells, budget=lowest))
    most = MOST_TRAININGS * lowest // epochs[-1]
    if queries > most:
        raise SearchError(Message("Found {queries} queries for {strategy}; expected at most {most}. Lower the budget, "
                                  "or use another strategy.", queries=f"{queries:,}", strategy=chosen.name,
                                  most=f"{most:,}"))
