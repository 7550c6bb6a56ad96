"""A search that has run: its trials, its best cell, and what of them was luck or waste."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchError
from vanas_panel.providers import provided
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.budget_objective import budgets_of
from vanas_panel.searches.header_space import header_limits, header_space
from vanas_panel.searches.proposals import Proposals, best_so_far
from vanas_panel.searches.raw_cells import RawSpace, pruned
from vanas_panel.searches.several import front_columns, names_of, signs_of, values_of
from vanas_panel.searches.strategies import STRATEGIES, choose
from vanas_panel.searches.strategies.halving import Halving
from vanas_panel.searches.trace import HOW, OTHER, PARENT, RAW, ROW
from vanas_panel.text.language import Message

_NAN = float("nan")


class SearchRun:
    """A search that has run. Made by `vanas_panel.search`, `vanas_panel.search_live` and `vanas_panel.read_search`.

    Attributes
    ----------
    header : mapping
        What the first line of its file says: strategy, objective, seed, budget, space, and table or training.
    proposals : Proposals
    notes : tuple of str
        What a person should know about the run, such as cells that were asked in vain.
    is_finished : bool
        Whether it came to its end; a file that is read may hold the beginning only.
    others : float
        Mean of the repeats of the winner that the search was not told; NaN where there are none.
    """

    def __init__(self, header: Mapping[str, Any], proposals: Proposals, others: float = _NAN,
                 notes: tuple[str, ...] = (), is_finished: bool = True):
        self.header, self.proposals, self.notes, self.is_finished = header, proposals, notes, is_finished
        self.others = others

    def __len__(self) -> int:
        return int(self._known.size)

    def __repr__(self) -> str:
        spent = f"{len(self):,}"
        if self.budgets:
            spent = f"{spent} trainings for {round(self.cost, 1):,}"
        return f"<SearchRun {self.strategy}, seed {self.seed}: {spent} of {self.queries:,} queries>"

    def _repr_html_(self) -> str:
        return provided("HTML of a search")(self)

    @property
    def strategy(self) -> str:
        """Name and preset of the strategy, such as ``regularised-evolution:naszilla``."""
        name, preset = self.header["strategy"]["name"], self.header["strategy"]["preset"]
        return f"{name}:{preset}" if preset else name

    @property
    def seed(self) -> int:
        """Of its random numbers."""
        return int(self.header["seed"])

    @property
    def queries(self) -> int:
        """The budget: most values that the strategy is told, or full trainings that they may cost, see `cost`."""
        return int(self.header["queries"])

    @property
    def budgets(self) -> tuple[int, ...]:
        """The training budgets in epochs or steps, ascending; empty where the strategy asks for one."""
        return tuple(budgets_of(self.header["objective"]))

    @property
    def cost(self) -> float:
        """What was spent of `queries`: values, each as the share of a full training that its own budget is."""
        if self.proposals.budgets is None or not self.budgets:
            return float(len(self))
        return float(self.proposals.budgets[self._known].sum() / self.budgets[-1])

    @property
    def spent(self) -> int:
        """Queries that were spent, or full trainings that they cost together, rounded down."""
        full = self.budgets[-1] if self.budgets else 1
        # In epochs, which are whole: thirds of a training sum up to a little less than a whole one.
        return round(self.cost * full) // full

    @property
    def is_used_up(self) -> bool:
        """Whether a full training more would cost more than there was to spend."""
        # In epochs, which are whole.
        full = self.budgets[-1] if self.budgets else 1
        return round(self.cost * full) + full > self.queries * full

    @property
    def has_best(self) -> bool:
        """Whether a cell has a value after a full training."""
        return self._best_query > 0

    @cached_property
    def _best_query(self) -> int:
        """The query that had the best value, from 1; 0 where there is none."""
        return int(self.trials["incumbent"].iloc[-1]) if len(self) else 0

    @property
    def space(self) -> CellSpace:
        """The search space."""
        return header_space(self.header)

    @property
    def sign(self) -> float:
        """1 where higher is better, else -1."""
        return 1.0 if self.header["objective"]["higher_is_better"] else -1.0

    @cached_property
    def _known(self) -> np.ndarray:
        """Numbers of the proposals that had a value, in the order in which the values came."""
        return self._told[~np.isnan(self.proposals.values[self._told])]

    @property
    def _told(self) -> np.ndarray:
        """Numbers of the proposals that were told, in that order."""
        arrivals = self.proposals.arrivals
        return np.arange(self.proposals.values.size) if arrivals is None else arrivals.order

    @property
    def is_live(self) -> bool:
        """Whether its cells were trained for it, rather than looked up in a table."""
        return self.proposals.arrivals is not None

    @property
    def errors(self) -> dict[int, str]:
        """Why proposals of a live search have no value, by their numbers."""
        return {} if self.proposals.arrivals is None else dict(self.proposals.arrivals.errors)

    @property
    def asked_in_vain(self) -> int:
        """Proposals whose cell has no value. The strategy was told so; the budget does not count them."""
        return int(self._told.size - self._known.size)

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row for each query that had a value.

        Returns
        -------
        DataFrame
            ``query`` from 1, in the order in which values came; ``number`` of the proposal; ``row`` in the table, -1
            where it has none; ``value``;
            ``seconds``; ``parents``: numbers of proposals; ``how``; ``duplicate``: whether the cell was asked before;
            ``best``: best value so far; ``incumbent``: the query that had it, the first one where several tie;
            ``regret``: how much the best value of the table is better, NaN without a table; and, for each metric that
            is reported, its value at the incumbent. Of a live search also ``device``, where the cell was trained.

            Of a search with several training budgets, ``value`` is that after ``budget`` epochs or steps, and ``cost``
            is what was spent so far in full trainings. ``best``, ``incumbent``, ``regret`` and reported metrics are of
            full trainings alone: NaN, and query 0, before the first one. A ``duplicate`` was asked before with the same
            budget.

            Of a search with several metrics, ``value``, ``best`` and ``incumbent`` are of the first one. There is a
            column for each metric; ``front``: whether no query of the whole run dominates this one; ``hypervolume``:
            the share that the queries so far dominate of what the front of the table does, from its worst values on,
            so that 1 is that front; and ``regret`` is 1 minus that share.
        """
        known, proposals = self._known, self.proposals
        trace, values = proposals.trace[known], proposals.values[known]
        merits = self.sign * values
        budgets = None if proposals.budgets is None else proposals.budgets[known]
        if budgets is not None:
            merits = np.where(budgets == self.budgets[-1], merits, -np.inf)
        best, incumbent = best_so_far(merits)
        best = np.where(incumbent < 0, _NAN, best)
        goal = self.header["objective"]["best"]
        parents = trace[:, [PARENT, OTHER]]
        return pd.DataFrame({
            "query": np.arange(1, known.size + 1), "number": known, "row": trace[:, ROW], "value": values,
            "seconds": proposals.seconds[known],
            "parents": [(one, other) if other >= 0 else (one,) if one >= 0 else () for one, other in parents.tolist()],
            "how": pd.Categorical.from_codes(trace[:, HOW], dtype=pd.CategoricalDtype(list(HOWS))),
            "duplicate": self._duplicates(known),
            "best": self.sign * best, "incumbent": incumbent + 1,
            "regret": np.full(known.size, _NAN) if goal is None else self.sign * goal - best,
            **{name: np.where(incumbent < 0, _NAN, column[known][incumbent])
               for name, column in proposals.reports.items()},
            **({} if budgets is None else {"budget": budgets, "cost": np.cumsum(budgets) / self.budgets[-1]}),
            **({} if proposals.arrivals is None else {
                "device": [proposals.arrivals.devices[number] for number in known.tolist()]}),
            **(front_columns(self.header["objective"], self._values[known]) if proposals.also else {}),
        })

    def _duplicates(self, numbers: np.ndarray) -> np.ndarray:
        """Which of some proposals ask what one of them has asked before: cell and training budget, ``bool (n,)``."""
        asked = {"key": self.keys[numbers]}
        if self.proposals.budgets is not None:
            asked["budget"] = self.proposals.budgets[numbers]
        return pd.DataFrame(asked).duplicated().to_numpy(dtype=bool)

    @property
    def metrics(self) -> tuple[str, ...]:
        """What the strategy was told, one metric or several."""
        return names_of(self.header["objective"])

    @cached_property
    def _values(self) -> np.ndarray:
        """What was told of each proposal, ``float64 (n, m)``."""
        return values_of(self.header["objective"], self.proposals)

    @property
    def improving(self) -> np.ndarray:
        """Which queries found a better value than all before, or with several metrics, more volume, ``bool (n,)``."""
        if self.proposals.also:
            return np.diff(self.hypervolume, prepend=0.0) > 0
        return (self.trials["incumbent"] == self.trials["query"]).to_numpy(dtype=bool, copy=True)

    @property
    def front(self) -> pd.DataFrame:
        """The queries that no other one of the run dominates.

        Returns
        -------
        DataFrame
            Rows of `trials`, those with the best first metric first; of queries that ask a cell again only the first
            one. With one metric, the ones that have its best value.
        """
        trials = self.trials
        chosen = trials["front"] if "front" in trials else trials["value"] == (trials["best"].iloc[-1] if len(trials)
                                                                               else _NAN)
        if self.budgets:
            chosen &= trials["budget"] == self.budgets[-1]
        found = trials[chosen.to_numpy(dtype=bool) & ~trials["duplicate"].to_numpy(dtype=bool)]
        return found.iloc[np.argsort(-self.sign * found["value"].to_numpy(dtype=np.float64), kind="stable")]

    @property
    def hypervolume(self) -> np.ndarray:
        """The share of the volume of the table's front that the queries so far dominate, ``float64 (queries,)``.

        Volumes begin at the worst value of each metric in the table, see ``header["objective"]["reference"]``. 1 is
        the front of the table.

        Raises
        ------
        SearchError
            Where the search was told one metric.
        """
        if not self.proposals.also:
            raise SearchError(Message("Found a search with one metric, {metric}; expected several. Its regret says how "
                                      "far it came.", metric=self.metrics[0]))
        return self.trials["hypervolume"].to_numpy(dtype=np.float64)

    @cached_property
    def keys(self) -> np.ndarray:
        """Canonical key of every proposal, ``int64 (n,)``."""
        raws, where = np.unique(self.proposals.trace[:, RAW], return_inverse=True)
        space = RawSpace(self.space)
        return np.array([space.key(raw) for raw in raws.tolist()], np.int64)[where]

    def query_of(self, number: int) -> int:
        """The query of a proposal, from 1, by its number; 0 where it has no value.

        Numbers are given when cells are asked for. The values of a live search come in another order.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> run = vp.search(vp.open_table("mnist-cells"), "random", queries=60)
        >>> run.query_of(run.trials["number"].iloc[-1]), run.query_of(10**6)
        (60, 0)
        """
        return self._queries.get(number, 0)

    @cached_property
    def _queries(self) -> dict[int, int]:
        """The query of each proposal that has a value."""
        return {number: query for query, number in enumerate(self._known.tolist(), start=1)}

    def told_before(self, number: int) -> int:
        """How many proposals were told before one was, by its number; as many as were told at all where it was not."""
        return self._places.get(number, self._told.size)

    @cached_property
    def _places(self) -> dict[int, int]:
        """The place of each proposal that was told, in that order."""
        return {number: place for place, number in enumerate(self._told.tolist())}

    def cell(self, number: int) -> Cell:
        """The cell of a proposal, by its number."""
        return Cell.from_packed(int(pruned(int(self.proposals.trace[number, RAW]))), header_limits(self.header))

    @property
    def regret(self) -> float:
        """How much better the best value of the table is than the best that was found; NaN without a query.

        With several metrics, the share of the volume of the table's front that the search did not come to.
        """
        return float(self.trials["regret"].iloc[-1]) if len(self) else _NAN

    @property
    def best(self) -> Cell | None:
        """The best cell that was found; the first one where several tie, None where none has a value."""
        return self.cell(self.winner) if self.has_best else None

    @property
    def winner(self) -> int:
        """Number of the best proposal, the first one where several tie; there is one where `has_best` says so."""
        return int(self._known[self._best_query - 1])

    @property
    def duplicates(self) -> int:
        """Queries whose cell was asked before with the same training budget, in whatever order its vertices stood."""
        return int(self.trials["duplicate"].sum())

    @property
    def wasted_seconds(self) -> float:
        """Seconds that duplicates would have cost; NaN where those of one of them are unknown."""
        return float(self.trials.loc[self.trials["duplicate"], "seconds"].sum(skipna=False))

    @property
    def luck(self) -> dict[str, float]:
        """How much better the winner looked than it is.

        Returns
        -------
        dict of str to float
            Its value minus the mean of its other repeats (``repeats``), and minus each metric that is reported, by
            name. A positive number is luck, whatever the direction. NaN where one of both is unknown.
        """
        value = float(self.trials["best"].iloc[-1]) if len(self) else _NAN
        reports = {name: float(self.trials[name].iloc[-1]) if len(self) else _NAN for name in self.proposals.reports}
        return {name: self.sign * (value - other) for name, other in {"repeats": self.others, **reports}.items()}

    def to_parquet(self, path: str | PathLike) -> None:
        """Write a finished search to a Parquet file, which `vanas_panel.read_search` reads as well.

        Parameters
        ----------
        path : path
            Ends in ``.parquet``. A file that is there is replaced.

        Raises
        ------
        SearchError
            Where the search is not finished, or the file cannot be written.
        """
        from vanas_panel.searches.parquet import write_parquet

        write_parquet(path, self)

    def to_jsonl(self, path: str | PathLike) -> None:
        """Write a finished search as JSON lines, the form that a search writes itself.

        Parameters
        ----------
        path : path
            A new file, or one that holds the beginning of this very run.

        Raises
        ------
        SearchError
            Where the search is not finished, the file holds something else, or it cannot be written.
        """
        from vanas_panel.searches.run_file import write_finished

        write_finished(path, self)

    @property
    def states(self) -> list[tuple[int, Mapping[str, Any]]]:
        """What the strategy knew after up to 100 of its values, equally spaced: their proposals, and a state each.

        They are computed by telling the strategy again what it was told. Empty for strategies that learn nothing,
        and for those that do not show what they know.
        """
        described, values = self.header["strategy"], self.proposals.values
        if described["name"] not in STRATEGIES:
            # Somebody else's, of which nothing is known but what it asked.
            return []
        chosen = choose(described["name"], described["settings"])
        if not chosen.kind.learns or chosen.kind.kernel is None:
            return []
        strategy = chosen.kind.make(RawSpace(self.space), chosen.settings, self.seed, np.empty(0, np.int64),
                                    self.queries)
        several = len(self.metrics) > 1
        if several:
            strategy.expect(len(self.metrics))
        if isinstance(strategy, Halving):
            strategy.expect_budgets(self.budgets)
        merits = self._values * signs_of(self.header["objective"])
        told = self._told
        wanted = set(np.linspace(0, told.size - 1, min(100, told.size)).astype(int).tolist())
        states: list[tuple[int, Mapping[str, Any]]] = []
        asked = 0
        for place, number in enumerate(told.tolist()):
            # Proposals that were asked for before this value came.
            while asked < values.size and self._before(asked) <= place:
                strategy.ask()
                asked += 1
            strategy.tell(number, None if np.isnan(values[number]) else
                          merits[number].tolist() if several else float(merits[number, 0]))
            if place in wanted:
                states.append((number, strategy.state()))
        return states

    def _before(self, number: int) -> int:
        """How many values had come when a proposal was asked for."""
        arrivals = self.proposals.arrivals
        return number if arrivals is None else int(arrivals.before[number])
