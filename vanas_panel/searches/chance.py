"""Exact random search beside a run: with as many queries, and for as many seconds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vanas_panel.core.kinds import described_space
from vanas_panel.core.protocol import check_table
from vanas_panel.errors import SearchError
from vanas_panel.searches.budget_objective import with_budgets
from vanas_panel.searches.compare import random_curve
from vanas_panel.searches.goals import goals_of
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.random_curve import RandomCurve
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.several import names_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

_NAN = float("nan")


def objective_of_run(run: SearchRun, table: BenchmarkTable) -> Objective:
    """What a run was told, found again in its table.

    Raises
    ------
    SearchError
        Where the run was made on another table, on other values, or on none, as one that trains its cells.
    """
    check_table(table)
    described, made_on = run.header["objective"], run.header.get("table")
    if made_on is None:
        raise SearchError(Message("Found a search that was not made on a table; expected one that was. Show it without "
                                  "a table."))
    if run.header["space"] != described_space(table.space):
        raise SearchError(Message("Found a search in another space than that of {table}; expected the same. Open the "
                                  "table that it was made on.", table=table.name))
    names = names_of(described)
    objective = goals_of(table, names[0] if len(names) == 1 else names, described["repeat"], described["report"])
    if "budgets" in described:
        objective = with_budgets(objective)
    if made_on["digest"] != objective.digest:
        raise SearchError(Message("Found other values of {metric} in {table} than the search was told; expected the "
                                  "same. Open the table that it was made on.", metric=objective.metric,
                                  table=table.name))
    return objective


@dataclass(frozen=True)
class Chance:
    """Random search over raw cells on an objective, exactly.

    Attributes
    ----------
    objective : Objective
    curve : RandomCurve
        Of what a query may be told: where a repeat is drawn, every repeat of a cell has its share of the chance.
    rows : int64 (m,)
        Row of every entry of the curve.
    """

    objective: Objective
    curve: RandomCurve
    rows: np.ndarray

    @classmethod
    def of(cls, objective: Objective) -> Chance:
        """Random search on an objective.

        Raises
        ------
        SearchError
            Where the space has too many cells to count.
        """
        name = f"chance of {objective.metric}, {objective.repeat}, {objective.sign}"
        entries: tuple[RandomCurve, np.ndarray] = objective.table._derive(name, lambda: cls._entries(objective))
        return cls(objective, *entries)

    @staticmethod
    def _entries(objective: Objective) -> tuple[RandomCurve, np.ndarray]:
        """The curve, and the row of each of its entries."""
        certain, count = random_curve(objective), len(objective.table)
        if objective.repeat != "draw":
            return certain, np.arange(count)
        repeats = objective.values
        known = ~np.isnan(repeats)
        share = certain.chances[:, None] * known / np.maximum(known.sum(axis=1, keepdims=True), 1)
        merits = (objective.sign * repeats).ravel()
        return RandomCurve(share.ravel(), merits), np.repeat(np.arange(count), repeats.shape[1])

    @property
    def seconds(self) -> float:
        """Expected seconds of a query; NaN where those of a cell that may be asked are unknown."""
        if self.objective.seconds is None:
            return _NAN
        asked = self.curve.chances > 0
        return float(self.curve.chances[asked] @ self.objective.seconds[self.rows[asked]])

    def best(self, queries: Sequence[int]) -> np.ndarray:
        """Expected best value after each number of queries, in the unit of the metric."""
        return self.objective.sign * self.curve.best(queries)

    def regret(self, queries: Sequence[int]) -> np.ndarray:
        """Expected regret in the metric that is searched, after each number of queries."""
        return self.objective.sign * self.objective.best - self.curve.best(queries)

    def judged(self, queries: Sequence[int], metric: str) -> np.ndarray:
        """Expected value of another metric at the best cell, after each number of queries."""
        return self.curve.judged(queries, self.objective.table.column(metric)[self.rows])

    def at_least(self, merit: float, queries: int) -> float:
        """Probability that the best of so many queries has at least a merit."""
        less = np.minimum(self.curve.chances[self.curve.merits < merit].sum(), 1.0)
        return float(-np.expm1(queries * np.log(less))) if less > 0 else 1.0

    def duplicates(self, queries: int) -> float:
        """Expected number of queries that ask a cell again."""
        chances = np.bincount(self.rows, weights=np.where(np.isnan(self.curve.merits), 0, self.curve.chances))
        chances = np.minimum(chances[chances > 0], 1 - 1e-16)
        return float(queries + np.expm1(queries * np.log1p(-chances)).sum())


@dataclass(frozen=True)
class BesideChance:
    """What exact random search comes to at the cost of a run.

    Attributes
    ----------
    queries : int
        As many as the run had, or as many full trainings as its own cost together, rounded down.
    regret : float
        Expected regret after them, in the metric that was searched.
    reported : dict of str to float
        Expected regret in each metric that is reported, at the cell that has the best value.
    as_good : float
        Probability that random search finds a value as good as that of the run, with as many queries.
    duplicates : float
        Expected number of queries that ask a cell again.
    seconds : float
        Expected seconds of a query; NaN where the table does not say.
    paid : int
        Queries of random search that take as many seconds as the run did; -1 where unknown.
    paid_regret : float
        Expected regret after those; NaN where unknown.
    """

    queries: int
    regret: float
    reported: Mapping[str, float] = field(default_factory=dict)
    as_good: float = _NAN
    duplicates: float = _NAN
    seconds: float = _NAN
    paid: int = -1
    paid_regret: float = _NAN


def beside_chance(run: SearchRun, chance: Chance) -> BesideChance:
    """Exact random search at the cost of a run that has a best cell."""
    queries, objective, trials = max(1, run.spent), chance.objective, run.trials
    spent = float(trials["seconds"].sum(skipna=False))
    cost = chance.seconds
    paid = round(spent / cost) if math.isfinite(spent) and cost > 0 else -1
    return BesideChance(
        queries, float(chance.regret([queries])[0]),
        {name: judged_regret(objective.table, name, float(chance.judged([queries], name)[0]))
         for name in objective.report},
        chance.at_least(run.sign * float(trials["best"].iloc[-1]), queries), chance.duplicates(queries), cost, paid,
        float(chance.regret([paid])[0]) if paid > 0 else _NAN)


def judged_regret(table: BenchmarkTable, metric: str, value: float) -> float:
    """How much the best value of a metric in a table is better than a value; NaN where neither is better."""
    direction, column = table.metric(metric).higher_is_better, table.column(metric)
    if direction is None or np.isnan(column).all():
        return _NAN
    return float(np.nanmax(column) - value if direction else value - np.nanmin(column))
