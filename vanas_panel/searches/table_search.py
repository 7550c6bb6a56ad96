"""Searches over a table: every query is looked up, so half a million of them take a second."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from vanas_panel.core.plain import plain_int
from vanas_panel.core.protocol import check_table
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import HOWS, generator_of
from vanas_panel.searches.goals import Goals, goals_of
from vanas_panel.searches.header_space import described_space
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.run import Proposals, SearchRun
from vanas_panel.searches.run_file import write_run
from vanas_panel.searches.run_lines import FORM, FORM_OF_SEVERAL
from vanas_panel.searches.strategies import STRATEGIES, Chosen, choose
from vanas_panel.searches.trace import ROW, row_of, value_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, gettext

MOST_QUERIES = 10_000_000
MOST_SEED = 2 ** 63 - 1
GoOn = Callable[[int], bool]
"""Asked before each query of a strategy in Python, with the queries so far: whether to go on."""

VAIN = 20
"""How many times the expected number of proposals are made before a search ends without its budget used up."""


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
        Most values that the strategy is told. Cells without a value are told as such, and do not count.
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
    stopped = []

    def goes_on(known: int) -> bool:
        if go_on is None or go_on(known):
            return True
        stopped.append(known)
        return False

    trace, told = run_kernel(chosen, objective, queries, seed, goes_on)
    return run_of(chosen, objective, queries, seed, trace, told, is_stopped=bool(stopped))


def run_kernel(chosen: Chosen, objective: Objective, queries: int, seed: int,
               go_on: GoOn | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Trace and values of a chosen strategy.

    Every kernel takes the generators of the strategy and of the drawn repeats; most vertices, operations and most edges
    of the space, ``int64 (3,)``; the table: canonical keys in ascending order, their rows, and the values,
    ``float64 (n, k)``; the sign that makes higher better; the budget and the most proposals; and the settings as
    numbers. It gives the trace, ``int64 (proposals, 5)``, see `vanas_panel.searches.trace`, and the values, NaN where
    there was none. A kernel that runs cannot be stopped: `go_on` is asked where there is none.
    """
    if chosen.kind.kernel is None:
        return run_in_python(chosen, objective, queries, seed, go_on)
    keys, rows = objective.table.lookup
    # What does not learn need not be told more than whether there are values.
    merits = (merits_of(objective),) if chosen.kind.several and chosen.kind.learns else ()
    return chosen.kind.kernel(generator_of(seed), generator_of(seed, 1), shape_of(objective),
                              (keys, rows, objective.values), objective.sign, queries,
                              most_proposals(objective, queries), *chosen.numbers(), *merits)


def run_in_python(chosen: Chosen, objective: Objective, queries: int, seed: int,
                  go_on: GoOn | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Trace and values of a strategy that is asked and told in Python; `run_kernel` says what they are."""
    (keys, rows), space = objective.table.lookup, objective.table.space
    raws = RawSpace(CellSpace(space.operations, space.max_vertices, space.max_edges))
    strategy, draws = chosen.kind.make(raws, chosen.settings, seed, keys, queries), generator_of(seed, 1)
    if isinstance(objective, Goals):
        strategy.expect(len(objective.names))
    trace, told, known = [], [], 0
    while known < queries and len(told) < most_proposals(objective, queries) and (go_on is None or go_on(known)):
        proposal = strategy.ask()
        row = int(row_of(proposal.key, keys, rows))
        value = float(value_of(row, objective.values, draws))
        trace.append((proposal.raw, row, *(*proposal.parents, -1, -1)[:2], HOWS.index(proposal.how)))
        told.append(value)
        known += not math.isnan(value)
        strategy.tell(proposal.number, None if math.isnan(value) else
                      objective.merits[row].tolist() if isinstance(objective, Goals) else objective.sign * value)
    return np.array(trace, np.int64).reshape(len(trace), 5), np.array(told)


def merits_of(objective: Objective) -> np.ndarray:
    """The merits of every row where there are several metrics, ``float64 (n, m)``; without a column else."""
    return objective.merits if isinstance(objective, Goals) else np.empty((len(objective.table), 0))


def shape_of(objective: Objective) -> np.ndarray:
    """Most vertices, operations and most edges of the space, as kernels take them, ``int64 (3,)``."""
    space = objective.table.space
    return np.array([space.max_vertices, len(space.operations), space.max_edges], np.int64)


def most_proposals(objective: Objective, queries: int) -> int:
    """After how many proposals a search ends, because too many cells have no value."""
    return math.ceil(VAIN * queries * max(1.0, len(objective.table) / objective.known)) + 1_000


def run_of(chosen: Chosen, objective: Objective, queries: int, seed: int, trace: np.ndarray,
           told: np.ndarray, *, is_stopped: bool = False) -> SearchRun:
    """A run from what a kernel gives."""
    table, rows = objective.table, trace[:, ROW]
    header = {
        "vanas_panel_search": FORM_OF_SEVERAL if isinstance(objective, Goals) else FORM,
        "strategy": chosen.described(), "objective": objective.described(), "seed": seed,
        "queries": queries,
        "space": described_space(table.space),
        "table": {"name": table.name, "cells": len(table), "digest": objective.digest},
    }
    missing = np.full(rows.size, np.nan)
    columns = {name: np.where(rows < 0, np.nan, table.column(name)[rows]) for name in objective.report}
    seconds = missing if objective.seconds is None else np.where(rows < 0, np.nan, objective.seconds[rows])
    also = objective.told(rows) if isinstance(objective, Goals) else {}
    run = SearchRun(header, Proposals(trace, told, seconds, columns, also=also),
                    notes=_notes(objective, told, queries, is_stopped), is_finished=not is_stopped)
    if not len(run) or is_stopped:
        return run
    winner = run.trials.iloc[run.trials["incumbent"].iloc[-1] - 1]
    return SearchRun(header, run.proposals, objective.others(int(winner["row"]), float(winner["value"])), run.notes)


def _notes(objective: Objective, told: np.ndarray, queries: int, is_stopped: bool) -> tuple[str, ...]:
    """What a person should know about a run."""
    vain = int(np.isnan(told).sum())
    names = objective.names if isinstance(objective, Goals) else (objective.metric,)
    notes = []
    if vain:
        notes.append(gettext("{vain} of {asked} cells that were asked have no {metric} in this table; they were left "
                             "out, and do not count as queries.").format(vain=f"{vain:,}", asked=f"{told.size:,}",
                                                                    metric=" + ".join(names)))
    if told.size - vain < queries and not is_stopped:
        notes.append(gettext("The search ended after {known} of {queries} queries: it asked for too many cells that "
                             "have no value.").format(known=f"{told.size - vain:,}", queries=f"{queries:,}"))
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
