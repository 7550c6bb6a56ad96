"""Searches over a table: every query is looked up, so half a million of them take a second."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from vanas_panel.core.kinds import described_space
from vanas_panel.core.plain import plain_int
from vanas_panel.core.protocol import check_table
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import HOWS, Proposal, generator_of
from vanas_panel.searches.budget_objective import BudgetObjective
from vanas_panel.searches.fitting import fitting
from vanas_panel.searches.goals import Goals, goals_of
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.proposals import Proposals
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_file import write_run
from vanas_panel.searches.run_lines import FORM, FORM_OF_BUDGETS, FORM_OF_SEVERAL
from vanas_panel.searches.strategies import STRATEGIES, Chosen, choose
from vanas_panel.searches.strategies.halving import Halving
from vanas_panel.searches.trace import ROW, row_of, value_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, gettext

MOST_QUERIES = 10_000_000
MOST_SEED = 2 ** 63 - 1
GoOn = Callable[[int], bool]
"""Asked before each query of a strategy in Python, with the queries so far: whether to go on."""

VAIN = 20
"""How many times the expected number of proposals are made before a search ends without its budget used up."""


class Asked(NamedTuple):
    """What a strategy asked over a table.

    Attributes
    ----------
    trace : int64 (proposals, 5)
        See `vanas_panel.searches.trace`.
    told : float64 (proposals,)
        The values, NaN where there was none.
    budgets : int64 (proposals,) or None
        Training budgets in epochs or steps, where the strategy asks for several.
    """

    trace: np.ndarray
    told: np.ndarray
    budgets: np.ndarray | None = None


def search(table: BenchmarkTable, strategy: str = "random", *, metric: str | Sequence[str] | None = None,
           repeat: str | int = "mean", report: Sequence[str] | None = None, queries: int = 500, seed: int = 0,
           settings: Mapping[str, Any] | Any = None, out: str | PathLike | None = None) -> SearchRun:
    """Run a search over a table.

    Parameters
    ----------
    table : BenchmarkTable
    strategy : str, optional
        A name in `vanas_panel.searches.STRATEGIES`, perhaps with a preset: ``regularised-evolution:naszilla``.
    metric : str or sequence of str, optional
        What the search is told; the validation accuracy by default, where the table has it. Several metrics at once
        where the strategy can: ``nsga2``, ``optuna:nsga2``, ``optuna:tpe``, and those that do not learn. Each has its
        own direction, and a cell that lacks one of them has no value. See `SearchRun.front`.
    repeat : str or int, optional
        ``mean`` of the known repeats, ``draw``: one of them at every query; or the index of one, from 0.
    report : sequence of str, optional
        Metrics that the best cells are judged by; the test accuracy by default, where it is not what is searched.
    queries : int, optional
        Most values that the strategy is told. Cells without a value are told as such, and do not count. A strategy
        that asks for several training budgets spends so many full ones: a value after 12 of 108 epochs counts as 1/9.
    seed : int, optional
    settings : mapping, optional
        Settings that differ from the preset's.
    out : path, optional
        File to write the run to, see `vanas_panel.read_search`. Where it holds the beginning of this very run, it is
        continued.

    Returns
    -------
    SearchRun

    Raises
    ------
    SearchError
        Where strategy, settings, metric or budget cannot be used, or the file holds another run.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> mnist = vp.open_table("mnist-cells")
    >>> vp.search(mnist, "local-search", queries=50, seed=1)
    <SearchRun local-search:first, seed 1: 50 of 50 queries>
    """
    check_table(table)
    chosen = choose(strategy, settings)
    queries, seed = whole("queries", queries, 1, MOST_QUERIES), whole("seed", seed, 0, MOST_SEED)
    objective = goals_of(table, metric, repeat, report)
    run = run_on_table(chosen, objective, queries, seed)
    if out is not None:
        run = write_run(out, run)
    return run


def run_on_table(chosen: Chosen, objective: Objective, queries: int, seed: int,
                 go_on: GoOn | None = None) -> SearchRun:
    """Run a chosen strategy; one that was stopped holds what was asked until then, and is not finished."""
    check_population(chosen, queries)
    check_several(chosen, objective)
    objective = fitting(chosen, objective, queries)
    stopped = []

    def goes_on(known: int) -> bool:
        if go_on is None or go_on(known):
            return True
        stopped.append(known)
        return False

    asked = run_kernel(chosen, objective, queries, seed, goes_on)
    return run_of(chosen, objective, queries, seed, asked, is_stopped=bool(stopped))


def run_kernel(chosen: Chosen, objective: Objective, queries: int, seed: int,
               go_on: GoOn | None = None) -> Asked:
    """What a chosen strategy asks on an objective that fits it, see `fitting`.

    Every kernel takes the generators of the strategy and of the drawn repeats; most vertices, operations and most edges
    of the space, ``int64 (3,)``; the table: canonical keys in ascending order, their rows, and the values,
    ``float64 (n, k)``; the sign that makes higher better; the budget and the most proposals; and the settings as
    numbers. It gives the trace, ``int64 (proposals, 5)``, see `vanas_panel.searches.trace`, and the values, NaN where
    there was none. A kernel that runs cannot be stopped: `go_on` is asked where there is none. The one that asks for
    several training budgets has other parameters, see `vanas_panel.searches.strategies.halving_kernel`.
    """
    if chosen.kind.kernel is None:
        return run_in_python(chosen, objective, queries, seed, go_on)
    if isinstance(objective, BudgetObjective):
        return Asked(*chosen.kind.kernel(
            generator_of(seed), generator_of(seed, 1), shape_of(objective),
            _looked_up(objective, objective.values_by_budget), objective.sign, queries,
            most_proposals(objective, queries), objective.epochs, chosen.settings.brackets(objective.epochs.tolist())))
    # What does not learn need not be told more than whether there are values.
    merits = (merits_of(objective),) if chosen.kind.several and chosen.kind.learns else ()
    return Asked(*chosen.kind.kernel(generator_of(seed), generator_of(seed, 1), shape_of(objective),
                                     _looked_up(objective, objective.values), objective.sign, queries,
                                     most_proposals(objective, queries), *chosen.numbers(), *merits))


def _looked_up(objective: Objective, values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Keys, rows and values as kernels take them, none of which can be written.

    Those of most tables cannot anyway, and for arrays that can be Numba compiles each kernel once more.
    """
    views = tuple(each.view() for each in (*objective.table.lookup, values))
    for view in views:
        view.flags.writeable = False
    return views


def run_in_python(chosen: Chosen, objective: Objective, queries: int, seed: int,
                  go_on: GoOn | None = None) -> Asked:
    """What a strategy that is told in Python asks on an objective that fits it, see `fitting`."""
    (keys, rows), space = objective.table.lookup, objective.table.space
    raws = RawSpace(CellSpace(space.operations, space.max_vertices, space.max_edges))
    strategy, draws = chosen.kind.make(raws, chosen.settings, seed, keys, queries), generator_of(seed, 1)
    if isinstance(objective, BudgetObjective) and isinstance(strategy, Halving):
        return _run_with_budgets(strategy, objective, queries, draws)
    if isinstance(objective, Goals):
        strategy.expect(len(objective.names))
    trace, told, known = [], [], 0
    while known < queries and len(told) < most_proposals(objective, queries) and (go_on is None or go_on(known)):
        proposal = strategy.ask()
        row = int(row_of(proposal.key, keys, rows))
        value = float(value_of(row, objective.values, draws))
        trace.append(_traced(proposal, row))
        told.append(value)
        known += not math.isnan(value)
        strategy.tell(proposal.number, None if math.isnan(value) else
                      objective.merits[row].tolist() if isinstance(objective, Goals) else objective.sign * value)
    return Asked(np.array(trace, np.int64).reshape(len(trace), 5), np.array(told))


def _run_with_budgets(strategy: Halving, objective: BudgetObjective, queries: int, draws: np.random.Generator) -> Asked:
    """What a strategy asks that wants several training budgets."""
    (keys, rows), values = objective.table.lookup, objective.values_by_budget
    epochs = objective.epochs.tolist()
    strategy.expect_budgets(epochs)
    trace, told, budgets, spent = [], [], [], 0
    most = most_proposals(objective, queries)
    while len(told) < most and spent + strategy.next_budget() <= queries * epochs[-1]:
        proposal = strategy.ask()
        row = int(row_of(proposal.key, keys, rows))
        value = float(value_of(row, values[epochs.index(proposal.budget)], draws))
        trace.append(_traced(proposal, row))
        told.append(value)
        budgets.append(proposal.budget)
        spent += 0 if math.isnan(value) else proposal.budget
        strategy.tell(proposal.number, None if math.isnan(value) else objective.sign * value)
    return Asked(np.array(trace, np.int64).reshape(len(trace), 5), np.array(told), np.array(budgets, np.int64))


def _traced(proposal: Proposal, row: int) -> tuple[int, ...]:
    """A proposal as a row of a trace."""
    return proposal.raw, row, *(*proposal.parents, -1, -1)[:2], HOWS.index(proposal.how)


def merits_of(objective: Objective) -> np.ndarray:
    """The merits of every row where there are several metrics, ``float64 (n, m)``; without a column else."""
    return objective.merits if isinstance(objective, Goals) else np.empty((len(objective.table), 0))


def shape_of(objective: Objective) -> np.ndarray:
    """Most vertices, operations and most edges of the space, as kernels take them, ``int64 (3,)``."""
    space = objective.table.space
    return np.array([space.max_vertices, len(space.operations), space.max_edges], np.int64)


def most_proposals(objective: Objective, queries: int) -> int:
    """After how many proposals a search ends, because too many cells have no value."""
    if isinstance(objective, BudgetObjective):
        # So many values after the lowest budget cost as much.
        queries = math.ceil(queries * objective.epochs[-1] / objective.epochs[0])
    return math.ceil(VAIN * queries * max(1.0, len(objective.table) / objective.known)) + 1_000


def run_of(chosen: Chosen, objective: Objective, queries: int, seed: int, asked: Asked, *,
           is_stopped: bool = False) -> SearchRun:
    """A run from what a kernel gives."""
    table, trace, told = objective.table, asked.trace, asked.told
    rows = trace[:, ROW]
    header = {
        "vanas_panel_search": (FORM_OF_SEVERAL if isinstance(objective, Goals) else
                               FORM_OF_BUDGETS if isinstance(objective, BudgetObjective) else FORM),
        "strategy": chosen.described(), "objective": objective.described(), "seed": seed,
        "queries": queries,
        "space": described_space(table.space),
        "table": {"name": table.name, "cells": len(table), "digest": objective.digest},
    }
    missing = np.full(rows.size, np.nan)
    columns = {name: np.where(rows < 0, np.nan, table.column(name)[rows]) for name in objective.report}
    seconds = missing if objective.seconds is None else np.where(rows < 0, np.nan, objective.seconds[rows])
    if isinstance(objective, BudgetObjective) and asked.budgets is not None:
        seconds = objective.seconds_of(rows, asked.budgets)
    also = objective.told(rows) if isinstance(objective, Goals) else {}
    run = SearchRun(header, Proposals(trace, told, seconds, columns, also=also, budgets=asked.budgets),
                    is_finished=not is_stopped)
    run = SearchRun(header, run.proposals, notes=_notes(objective, run), is_finished=not is_stopped)
    if not run.has_best or is_stopped:
        return run
    winner = run.trials.iloc[run.trials["incumbent"].iloc[-1] - 1]
    return SearchRun(header, run.proposals, objective.others(int(winner["row"]), float(winner["value"])), run.notes)


def _notes(objective: Objective, run: SearchRun) -> tuple[str, ...]:
    """What a person should know about a run."""
    names = objective.names if isinstance(objective, Goals) else (objective.metric,)
    notes = []
    if run.asked_in_vain:
        notes.append(gettext("{vain} of {asked} cells that were asked have no {metric} in this table; they were left "
                             "out, and do not count as queries.").format(
                                 vain=f"{run.asked_in_vain:,}", asked=f"{run.proposals.values.size:,}",
                                 metric=" + ".join(names)))
    if run.is_finished and not run.is_used_up:
        notes.append(gettext("The search ended after {known} of {queries} queries: it asked for too many cells that "
                             "have no value.").format(known=f"{round(run.cost, 1):,}", queries=f"{run.queries:,}"))
    return tuple(notes)


def check_population(chosen: Chosen, queries: int) -> None:
    """Refuse a population that the budget does not even fill, and a budget that the strategy cannot use up."""
    most = chosen.kind.most_queries
    if most is not None and queries > most:
        raise SearchError(Message("Found {queries} queries for {strategy}; expected at most {most}. Lower the budget, "
                                  "or use another strategy.", queries=f"{queries:,}", strategy=chosen.name,
                                  most=f"{most:,}"))
    initial = getattr(chosen.settings, "initial", 0)
    if initial > queries:
        raise SearchError(Message("Found {queries} queries for a population that begins with {initial}; expected at "
                                  "least as many. Raise the budget, or lower the setting initial.", queries=queries,
                                  initial=initial))


def check_several(chosen: Chosen, objective: Objective) -> None:
    """Refuse several metrics for a strategy that takes one."""
    if isinstance(objective, Goals) and not chosen.takes_several:
        able = ", ".join(f"{name}:{preset}" if name == "optuna" else name for name, kind in STRATEGIES.items()
                         for preset in (kind.several if name == "optuna" else kind.several[:1]))
        raise SearchError(Message("Found {count} metrics for {strategy}, which takes one; expected a strategy that "
                                  "takes several: {able}. Choose one of these, or name one metric.",
                                  count=len(objective.names), strategy=chosen.title, able=able))


def whole(name: str, value: object, low: int, high: int) -> int:
    """A whole number in a range."""
    number = plain_int(value)
    if number is None or not low <= number <= high:
        raise SearchError(Message("Found {name} {value}; expected a whole number from {low} to {high}. Choose one of "
                                  "these.", name=name, value=repr(value), low=low, high=f"{high:,}"))
    return number
