"""Strategies side by side over many seeds, with exact random search beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vanas_panel.core.plain import plain_bool
from vanas_panel.core.protocol import check_table
from vanas_panel.errors import SearchError
from vanas_panel.searches.budget_objective import BudgetObjective
from vanas_panel.searches.fitting import fitting
from vanas_panel.searches.goals import Goals, goals_of
from vanas_panel.searches.judging import HYPERVOLUME
from vanas_panel.searches.kept_counts import kept_raw_counts
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.proposals import best_so_far
from vanas_panel.searches.random_curve import RandomCurve
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.table_search import (
    MOST_QUERIES,
    Asked,
    check_population,
    check_several,
    run_kernel,
    whole,
)
from vanas_panel.searches.trace import ROW
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

EXACT = "random (exact)"
"""Name of random search in closed form."""
CHANCE = "random"
"""Random search that is run with the same seeds, where there is no closed form."""
BAND = (0.025, 0.975)
MOST_TOGETHER = 20_000_000
"""Queries of all seeds of a strategy; each takes three numbers."""


def compare_searches(table: BenchmarkTable, strategies: Sequence[str] = ("random", "regularised-evolution"), *,
                     metric: str | Sequence[str] | None = None, repeat: str | int = "mean", report: str | None = None,
                     queries: int = 500, seeds: int | Sequence[int] = 50,
                     exact: bool | Sequence[int] | None = None,
                     on_run: Callable[[], object] | None = None) -> pd.DataFrame:
    """Run strategies with many seeds, and compare what they come to.

    Parameters
    ----------
    table : BenchmarkTable
    strategies : sequence of str, optional
        As in `vanas_panel.search`.
    metric, repeat : optional
        What the searches are told, as in `vanas_panel.search`. With several metrics, the regret is 1 minus the share of
        the volume of the table's front that the queries so far dominate, see `SearchRun.hypervolume`, and random search
        over raw cells with the same seeds stands beside, named or not: it has no closed form here.
    report : str, optional
        The metric that the regret is counted in: of the cell that has the best value so far. By default the test
        accuracy where the table has it, else what is searched.
    queries : int, optional
    seeds : int or sequence of int, optional
        How many, counted from 0, or which.
    exact : bool or sequence of int, optional
        Add random search over raw cells in closed form, under the name ``random (exact)``. By default where the space
        is small enough, see `vanas_panel.searches.random_curve.raw_counts`; where queries are named, for these alone.
    on_run : callable, optional
        Called without arguments after every run.

    Returns
    -------
    DataFrame
        A row for each strategy and query, a full training where a strategy asks for several training budgets:
        ``strategy``; ``query`` from 1; ``regret``, mean over the seeds; ``low`` and
        ``high``, between which 95 % of the seeds lie; ``duplicates``, the share of queries so far whose cell was asked
        before; ``seconds`` that the queries so far took, NaN where the table does not say. Seeds that ended before a
        query do not count there. The exact band is that of the searched metric, and NaN where another one is reported.
        ``attrs["judged_by"]`` names the metric of the regret, ``attrs["searched_by"]`` what the searches were told;
        ``attrs["final"]`` holds the last regret of every seed by strategy, see `search_ranks`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> frame = vp.compare_searches(table, ["local-search"], queries=100, seeds=20)
    >>> last = frame[frame["query"] == 100].set_index("strategy")["regret"]
    >>> bool(last["local-search:first"] < last["random (exact)"])
    True
    """
    check_table(table)
    if isinstance(strategies, str):
        strategies = [strategies]
    queries = whole("queries", queries, 1, MOST_QUERIES)
    which = range(whole("seeds", seeds, 1, 100_000)) if not isinstance(seeds, Sequence) else (
        [whole("seed", seed, 0, 2**63 - 1) for seed in seeds])
    if not which:
        raise SearchError(Message("Found no seed; expected at least one. Give one."))
    if not len(strategies):
        raise SearchError(Message("Found no strategy; expected at least one. Give one."))
    if len(which) * queries > MOST_TOGETHER:
        raise SearchError(Message("Found {seeds} seeds of {queries} queries; expected at most {most} queries together. "
                                  "Give fewer of one of them.", seeds=len(which), queries=f"{queries:,}",
                                  most=f"{MOST_TOGETHER:,}"))
    objective = goals_of(table, metric, repeat, None if report is None else [report])
    if isinstance(objective, Goals):
        strategies, exact = _with_chance(strategies, objective, report, exact), False
    final: dict[str, list[float]] = {}
    frames = [_of_strategy(each, objective, queries, which, final, on_run or (lambda: None)) for each in strategies]
    numbers: Sequence[int] = range(1, queries + 1)
    if isinstance(exact, Sequence):
        numbers, exact = [whole("query", each, 1, queries) for each in exact], None
    exact = plain_bool(exact)
    if exact is not False and numbers:
        try:
            frames.append(_exact(objective, numbers))
        except SearchError:
            if exact:
                raise
    whole_frame = pd.concat(frames, ignore_index=True)
    judged_by = objective.report[0] if objective.report else objective.metric
    searched_by: str | tuple[str, ...] = objective.metric
    if isinstance(objective, Goals):
        judged_by, searched_by = HYPERVOLUME, objective.names
    whole_frame.attrs.update(judged_by=judged_by, searched_by=searched_by, final=final)
    return whole_frame


def _with_chance(strategies: Sequence[str], objective: Goals, report: str | None,
                 exact: bool | Sequence[int] | None) -> list[str]:
    """The strategies of a comparison with several metrics, random search first where nobody named it."""
    if report is not None:
        raise SearchError(Message("Found the metric {name} to report with several metrics that are searched; expected "
                                  "none: the volume judges them. Leave it out.", name=report))
    if plain_bool(exact) is True:
        raise SearchError(Message("Found exact random search with several metrics; expected none: there is no closed "
                                  "form. Leave it out; random search with the same seeds stands beside."))
    for each in strategies:
        check_several(choose(each), objective)
    return [*([] if CHANCE in strategies else [CHANCE]), *strategies]


def _judge(objective: Objective) -> tuple[np.ndarray | None, float, float]:
    """The column that regret is counted in (None: what is searched), its sign and its best value."""
    name = objective.report[0] if objective.report else objective.metric
    if name == objective.metric:
        return None, objective.sign, objective.best
    sign = -1.0 if objective.table.metric(name).higher_is_better is False else 1.0
    column = objective.table.column(name)
    return column, sign, float(sign * np.nanmax(sign * column))


def _of_strategy(strategy: str, objective: Objective, queries: int, seeds: Sequence[int],
                 final: dict[str, list[float]], on_run: Callable[[], object]) -> pd.DataFrame:
    """The rows of one strategy; the last regret of every seed goes to `final`."""
    chosen = choose(strategy)
    check_population(chosen, queries)
    objective = fitting(chosen, objective, queries)
    column, sign, best = _judge(objective)
    regrets = np.full((len(seeds), queries), np.nan)
    repeated, spent = np.full((len(seeds), queries), np.nan), np.full((len(seeds), queries), np.nan)
    last = []
    for place, seed in enumerate(seeds):
        course = _course(run_kernel(chosen, objective, queries, seed), objective, (column, sign, best))
        taken = course.after_each(queries)
        regrets[place, :taken.size] = np.where(taken < 0, np.nan, course.regrets[taken])
        repeated[place, :taken.size] = np.where(taken < 0, np.nan, course.duplicates[taken])
        spent[place, :taken.size] = np.where(taken < 0, np.nan, course.seconds[taken])
        last.append(float(course.regrets[-1]) if course.regrets.size else float("nan"))
        on_run()
    final[chosen.title] = last
    reached = ~np.isnan(regrets).all(axis=0)
    # Where no seed came to a value, its last query says so.
    reached[-1] |= not reached.any()
    regrets, repeated, spent = regrets[:, reached], repeated[:, reached], spent[:, reached]
    low, high = (np.nanquantile(regrets, BAND, axis=0) if not np.isnan(regrets).all() else
                 np.full((2, regrets.shape[1]), np.nan))
    return pd.DataFrame({"strategy": chosen.title, "query": np.flatnonzero(reached) + 1,
                         "regret": _known_mean(regrets), "low": low, "high": high,
                         "duplicates": _known_mean(repeated), "seconds": _known_mean(spent)})


@dataclass(frozen=True)
class _Course:
    """What a run came to after each of its values.

    Attributes
    ----------
    cost : float64 (n,)
        What was spent so far, in queries.
    regrets, duplicates, seconds : float64 (n,)
        As the columns of a comparison.
    """

    cost: np.ndarray
    regrets: np.ndarray
    duplicates: np.ndarray
    seconds: np.ndarray

    def after_each(self, queries: int) -> np.ndarray:
        """Index of the last value that each number of queries paid for, ``int64 (m,)``; -1 where there is none.

        What is left of the last query, because the next training costs more, stays with it.
        """
        if not self.cost.size:
            return np.empty(0, np.int64)
        # Costs are sums of fractions.
        last = min(queries, int(np.ceil(self.cost[-1] - 1e-9)))
        return np.searchsorted(self.cost, np.arange(1, last + 1) + 1e-9, side="right") - 1


def _course(found: Asked, objective: Objective, judge: tuple[np.ndarray | None, float, float]) -> _Course:
    """What a run came to after each of its values; `judge` as `_judge` gives it."""
    column, sign, best = judge
    known = ~np.isnan(found.told)
    asked, merits = found.trace[known, ROW], objective.sign * found.told[known]
    cost = np.arange(1.0, merits.size + 1)
    seconds = np.full(merits.size, np.nan) if objective.seconds is None else objective.seconds[asked]
    again = pd.Series(asked).duplicated()
    if isinstance(objective, BudgetObjective) and found.budgets is not None:
        budgets, full = found.budgets[known], int(objective.epochs[-1])
        merits = np.where(budgets == full, merits, -np.inf)
        cost, seconds = np.cumsum(budgets) / full, objective.seconds_of(asked, budgets)
        again = pd.DataFrame({"row": asked, "budget": budgets}).duplicated()
    so_far, incumbent = best_so_far(merits)
    if isinstance(objective, Goals):
        regrets = 1.0 - objective.shares(asked)
    else:
        regrets = sign * best - so_far if column is None else sign * (best - column[asked[incumbent]])
        regrets = np.where(incumbent < 0, np.nan, regrets)
    duplicates = np.cumsum(again.to_numpy(dtype=bool)) / np.arange(1, merits.size + 1)
    return _Course(cost, regrets, duplicates, np.cumsum(seconds))


def _known_mean(values: np.ndarray) -> np.ndarray:
    """Mean of the known values of every column, NaN where there is none."""
    known = ~np.isnan(values)
    return np.where(known, values, 0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)


def random_curve(objective: Objective) -> RandomCurve:
    """Random search over raw cells, exactly, for an objective whose values are certain."""
    table = objective.table
    keys, counts = table._derive("raw_counts", lambda: kept_raw_counts(table.space))
    sorted_keys, rows = table.lookup
    place = np.searchsorted(keys, sorted_keys)
    chances = np.zeros(len(table))
    chances[rows] = counts[place]
    # A draw of repeats has no closed form here: the mean of the repeats stands in.
    values = table.column(objective.metric) if objective.repeat == "draw" else objective.values[:, 0]
    chances[np.isnan(values)] = 0
    return RandomCurve(chances / chances.sum(), objective.sign * values)


def _exact(objective: Objective, numbers: Sequence[int]) -> pd.DataFrame:
    """The rows of random search in closed form after these numbers of queries."""
    curve = random_curve(objective)
    column, sign, best = _judge(objective)
    if column is None:
        regret = sign * best - curve.best(numbers)
        low, high = (sign * best - curve.quantile(numbers, share) for share in reversed(BAND))
    else:
        regret = sign * (best - curve.judged(numbers, column))
        low = high = np.full(len(numbers), np.nan)
    return pd.DataFrame({"strategy": EXACT, "query": numbers, "regret": regret, "low": low, "high": high,
                         "duplicates": curve.duplicates(numbers),
                         "seconds": _seconds_of_chance(objective, curve) * np.asarray(numbers)})


def _seconds_of_chance(objective: Objective, curve: RandomCurve) -> float:
    """Expected seconds of a query of random search; NaN where they are unknown for a cell that may be asked."""
    if objective.seconds is None:
        return float("nan")
    asked = curve.chances > 0
    return float(curve.chances[asked] @ objective.seconds[asked])
