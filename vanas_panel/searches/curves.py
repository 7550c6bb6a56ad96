"""What pictures of searches are drawn from: the best value so far and the regret, over queries or over seconds."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vanas_panel.core.protocol import check_table
from vanas_panel.errors import SearchError
from vanas_panel.searches.chance import Chance, judged_regret, objective_of_run
from vanas_panel.searches.compare import CHANCE, EXACT, compare_searches
from vanas_panel.searches.judging import HYPERVOLUME
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

MEASURES = ("regret", "best")
OVERS = ("queries", "seconds")
BENEATH_SEEDS = 20
"""Of random search beneath a search with several metrics."""
MOST_POINTS = 64
"""Points of a curve that is no staircase."""


@dataclass(frozen=True)
class Curve:
    """One line of a picture.

    Attributes
    ----------
    title : str
        Strategy with its preset, ``random (exact)`` for random search in closed form.
    x : float64 (n,)
        Queries, or seconds since the start; ascending.
    y : float64 (n,)
        Regret, or the best value so far.
    low, high : float64 (n,) or None
        Between which 95 % of the seeds lie, where the curve is a mean over seeds.
    steps : bool
        Whether a value holds until the next point, as in a single run.
    seed : int or None
        Of a single run.
    is_beneath : bool
        Whether it is random search that was run with the same seeds, where there is no closed form.
    """

    title: str
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    steps: bool = False
    seed: int | None = None
    is_beneath: bool = False

    @property
    def is_chance(self) -> bool:
        """Whether it is random search that stands beneath the others, in closed form or run."""
        return self.title == EXACT or self.is_beneath


def run_curve(run: SearchRun, table: BenchmarkTable | None = None, *, measure: str = "regret", over: str = "queries",
              metric: str | None = None) -> Curve:
    """The curve of one search, a point for each time that its best value rose, and one at its end.

    Parameters
    ----------
    run : SearchRun
    table : BenchmarkTable, optional
        Needed for the regret in another metric than the one that was searched.
    measure : str, optional
        ``regret`` or ``best``.
    over : str, optional
        ``queries`` or ``seconds``.
    metric : str, optional
        The metric that is searched, by default, or one that is reported: of the cell that has the best value so far.
        A search with several metrics has the share of the front's volume alone.

    Raises
    ------
    SearchError
        Where the run has no seconds or does not report the metric.
    """
    _check(measure, over)
    trials, searched, rises = run.trials, run.header["objective"]["metric"], run.improving
    if len(run):
        rises[-1] = True
    if over == "seconds":
        x = trials["seconds"].cumsum(skipna=False).to_numpy(dtype=np.float64)
        if np.isnan(x).any():
            raise SearchError(Message("Found a search whose seconds are not known; expected seconds for every query. "
                                      "Draw it over queries."))
    else:
        x = trials["cost" if run.budgets else "query"].to_numpy(dtype=np.float64)
    # Before the first full training there is nothing to show.
    rises &= (trials["incumbent"] > 0).to_numpy(dtype=bool)
    if run.proposals.also:
        if metric not in (None, HYPERVOLUME):
            raise SearchError(Message("Found {metric} for a search with several metrics; expected none: the volume "
                                      "judges it. Leave it out.", metric=metric))
        y = trials["regret" if measure == "regret" else HYPERVOLUME].to_numpy(dtype=np.float64)[rises]
    elif metric in (None, searched):
        y = trials["regret" if measure == "regret" else "best"].to_numpy(dtype=np.float64)[rises]
    else:
        y = _reported(run, table, str(metric), measure, rises)
    return Curve(run.strategy, x[rises], y, steps=True, seed=run.seed)


def _reported(run: SearchRun, table: BenchmarkTable | None, metric: str, measure: str,
              rises: np.ndarray) -> np.ndarray:
    """Another metric at the best cells."""
    if metric not in run.proposals.reports:
        raise SearchError(Message("Found no values of {metric} in the search; expected one of {known}. Name one of "
                                  "these.", metric=metric,
                                  known=", ".join([run.header["objective"]["metric"], *run.proposals.reports])))
    values = run.trials[metric].to_numpy(dtype=np.float64)[rises]
    if measure == "best":
        return values
    if table is None:
        raise SearchError(Message("Found no table to count the regret in {metric} with; expected the one of the "
                                  "search. Pass it.", metric=metric))
    return np.array([judged_regret(table, metric, value) for value in values.tolist()])


def chance_curve(run: SearchRun, table: BenchmarkTable, *, measure: str = "regret", over: str = "queries",
                 metric: str | None = None, queries: int | None = None) -> Curve:
    """The curve of exact random search beside a run, on the same objective.

    Parameters
    ----------
    run, table, measure, over, metric
        As for `run_curve`.
    queries : int, optional
        Where it ends; by default, where the run ends.

    Raises
    ------
    SearchError
        Where the run was made on another table, or the space has too many cells to count.
    """
    _check(measure, over)
    check_table(table)
    objective = objective_of_run(run, table)
    chance = Chance.of(objective)
    cost = chance.seconds if over == "seconds" else 1.0
    if not cost > 0:
        raise SearchError(Message("Found no time of a query for every cell that may be asked; expected one. Draw over "
                                  "queries."))
    last = run.spent if queries is None else queries
    if over == "seconds" and queries is None and len(run):
        last = round(float(run.trials["seconds"].sum()) / cost)
    numbers = spread(max(1, last))
    if metric in (None, objective.metric):
        y = chance.regret(numbers) if measure == "regret" else chance.best(numbers)
    else:
        y = chance.judged(numbers, str(metric))
        if measure == "regret":
            y = np.array([judged_regret(table, str(metric), value) for value in y.tolist()])
    return Curve(EXACT, cost * np.array(numbers, np.float64), y)


def comparison_curves(frame: pd.DataFrame, *, over: str = "queries") -> list[Curve]:
    """The curves of a comparison: means over seeds with their bands.

    Parameters
    ----------
    frame : DataFrame
        From `vanas_panel.compare_searches`.
    over : str, optional
        ``queries`` or ``seconds``: of the mean over the seeds.
    """
    _check("regret", over)
    curves = []
    for title, rows in frame.groupby("strategy", sort=False):
        rows = rows.iloc[[number - 1 for number in spread(len(rows))]]
        columns = {name: rows[name].to_numpy(dtype=np.float64) for name in ("regret", "low", "high")}
        x = rows["query" if over == "queries" else "seconds"].to_numpy(dtype=np.float64)
        # Where there is a closed form, random search that was run is one strategy of many.
        is_beneath = frame.attrs.get("judged_by") == HYPERVOLUME and title == CHANCE
        # A strategy that came to no value has no curve.
        if not np.isnan(x).any() and not np.isnan(columns["regret"]).all():
            known = not np.isnan(columns["low"]).any()
            curves.append(Curve(str(title), x, columns["regret"], columns["low"] if known else None,
                                columns["high"] if known else None, is_beneath=is_beneath))
    return curves


def drawn_curves(runs: Iterable[SearchRun] = (), table: BenchmarkTable | None = None,
                 comparison: pd.DataFrame | None = None, *, measure: str = "regret", over: str = "queries",
                 metric: str | None = None) -> list[Curve]:
    """The curves of some runs and of a comparison, with exact random search first.

    Parameters
    ----------
    runs : iterable of SearchRun
    table : BenchmarkTable, optional
        The table of the runs; without it, or where the space has too many cells to count, there is no random search.
    comparison : DataFrame, optional
        From `vanas_panel.compare_searches`, counted in the same metric.
    measure, over, metric : str, optional
        As for `run_curve`.
    """
    runs = [run for run in runs if run.has_best]
    own = [run_curve(run, table, measure=measure, over=over, metric=metric) for run in runs]
    compared = [] if comparison is None or measure != "regret" else comparison_curves(comparison, over=over)
    chance = [curve for curve in compared if curve.is_chance]
    on_tables = [run for run in runs if run.header.get("table") is not None]
    if not chance and on_tables and table is not None:
        longest = max(on_tables, key=lambda run: run.cost)
        # Another table is an error; a space with too many cells to count is none.
        objective_of_run(longest, table)
        if longest.proposals.also:
            chance = [_sampled_chance(longest, table, measure, over)]
        with suppress(SearchError):
            chance = chance or [chance_curve(longest, table, measure=measure, over=over, metric=metric)]
    return [*chance, *(curve for curve in compared if not curve.is_chance), *own]


def _sampled_chance(run: SearchRun, table: BenchmarkTable, measure: str, over: str) -> Curve:
    """Random search beside a run with several metrics: run with a few seeds, since it has no closed form."""
    frame = compare_searches(table, [CHANCE], metric=run.metrics, repeat=run.header["objective"]["repeat"],
                             queries=len(run), seeds=BENEATH_SEEDS)
    curve = comparison_curves(frame, over=over)[0]
    if measure == "regret":
        return curve
    low, high = (None if band is None else 1.0 - band for band in (curve.high, curve.low))
    return replace(curve, y=1.0 - curve.y, low=low, high=high)


def spread(last: int) -> list[int]:
    """Numbers from 1 to the last one, closer to each other at the start."""
    return sorted({1, last, *np.unique(np.geomspace(1, last, MOST_POINTS).round().astype(int)).tolist()})


def _check(measure: str, over: str) -> None:
    """Refuse a picture that there is not."""
    for name, found, known in (("measure", measure, MEASURES), ("over", over, OVERS)):
        if found not in known:
            raise SearchError(Message("Found {name} {found}; expected one of {known}. Choose one of these.", name=name,
                                      found=repr(found), known=", ".join(known)))

