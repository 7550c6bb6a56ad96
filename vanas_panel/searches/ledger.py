"""The ledger of a search: what its queries were spent on, what was luck, and what chance does for the same cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vanas_panel.errors import SearchError
from vanas_panel.searches.chance import BesideChance, Chance, beside_chance, judged_regret, objective_of_run
from vanas_panel.searches.judging import HYPERVOLUME
from vanas_panel.searches.raw_cells import pruned
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.trace import RAW
from vanas_panel.tables.table import BenchmarkTable

_NAN = float("nan")


@dataclass(frozen=True)
class Ledger:
    """What the queries of a search were spent on. Made by `ledger`.

    Attributes
    ----------
    metric : str
        The metric that was searched, which `regret` is counted in; ``hypervolume`` where there were several.
    queries : int
        Those that had a value. All counts below are of these.
    cells : int
        Different cells that they asked, whatever the order of their vertices.
    duplicates : int
        Queries whose cell was asked before, with the same training budget where there are several; with one budget,
        ``queries - cells``.
    redrawn : int
        Duplicates whose raw cell was not asked before: the cell looked new, and was not.
    isomorphic : int
        Those of `redrawn` that differ from all that was asked in the order of their vertices, not only in vertices and
        edges that lie on no path.
    improving : int
        Queries that found a better value than all before; the first one counts. With several metrics, those that
        added to the volume.
    idle : int
        Queries that changed nothing: ``queries - improving``.
    cost : float
        What the queries cost in full trainings: as many as there are, with one training budget.
    asked_in_vain : int
        Proposals whose cell has no value; they do not count as queries.
    seconds, wasted_seconds : float
        What all queries and what the duplicates cost; NaN where that is unknown for one of them.
    luck : dict of str to float
        How much better the winner looked than it is, see `SearchRun.luck`.
    regret : float
        Of the best value, to the best one of the table; NaN without a query or a table.
    reported : dict of str to float
        Regret in each metric that is reported, at the cell that has the best value.
    chance : BesideChance or None
        Exact random search at the same cost. None where it cannot be computed: without a table, without a query, or
        where the space has too many cells to count, or several metrics were searched.
    """

    metric: str
    queries: int
    cells: int
    duplicates: int
    redrawn: int
    isomorphic: int
    improving: int
    idle: int
    cost: float
    asked_in_vain: int
    seconds: float
    wasted_seconds: float
    luck: Mapping[str, float]
    regret: float
    reported: Mapping[str, float]
    chance: BesideChance | None = None


def ledger(run: SearchRun, table: BenchmarkTable | None = None) -> Ledger:
    """Count what the queries of a search were spent on.

    Parameters
    ----------
    run : SearchRun
    table : BenchmarkTable, optional
        The one that the search was made on. With it the regret in reported metrics and exact random search are
        computed. It makes no difference to a search that was made on none, as one that trained its cells.

    Returns
    -------
    Ledger

    Raises
    ------
    SearchError
        Where the search was made on another table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> found = ledger(vp.search(table, "regularised-evolution:naszilla", queries=100, seed=1), table)
    >>> found.queries, found.cells, found.duplicates, found.improving + found.idle
    (100, 27, 73, 100)
    """
    trials = run.trials
    again = trials["duplicate"].to_numpy(dtype=bool)
    numbers = trials["number"].to_numpy(dtype=np.int64)
    raws = run.proposals.trace[numbers, RAW]
    redrawn = again & ~pd.Series(raws).duplicated().to_numpy(dtype=bool)
    different = redrawn & ~pd.Series(_pruned(raws)).duplicated().to_numpy(dtype=bool)
    improving, several = int(run.improving.sum()), bool(run.proposals.also)
    judged, chance = dict.fromkeys(run.proposals.reports, _NAN), None
    if table is not None and run.header.get("table") is not None:
        objective = objective_of_run(run, table)
        if len(run):
            judged = {name: judged_regret(table, name, float(trials[name].iloc[-1])) for name in judged}
            try:
                # The volume of random search has no closed form here.
                chance = None if several or not run.has_best else beside_chance(run, Chance.of(objective))
            except SearchError:
                # The space has too many cells to count.
                chance = None
    return Ledger(
        metric=HYPERVOLUME if several else run.metrics[0], queries=len(run),
        cells=int(np.unique(run.keys[numbers]).size), duplicates=int(again.sum()), redrawn=int(redrawn.sum()),
        isomorphic=int(different.sum()), improving=improving, idle=len(run) - improving, cost=run.cost,
        asked_in_vain=run.asked_in_vain, seconds=float(trials["seconds"].sum(skipna=False)),
        wasted_seconds=run.wasted_seconds, luck=run.luck, regret=run.regret, reported=judged, chance=chance)


def _pruned(raws: np.ndarray) -> np.ndarray:
    """The packed cells that raw cells stand for, with their vertices in the order of the raw cells."""
    unique, where = np.unique(raws, return_inverse=True)
    return np.array([pruned(raw) for raw in unique.tolist()], np.int64)[where]
