"""The searches of a session, and which of their queries the page shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import param

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.beliefs import has_posterior
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.several import front_until
from vanas_panel.searches.strategies import choose
from vanas_panel.state.drafting import Drafting
from vanas_panel.state.gradient_view import checked_gradient
from vanas_panel.text.language import Message

MOST_SEARCHES = 5
"""Searches that a page holds at once: as many as there are colours for them."""
MOST_QUERIES = 5_000
"""Queries of a search on a page: every strategy with a kernel takes some seconds for them at most."""
MOST_SLOW_QUERIES = 500
"""The same of a strategy without a kernel, such as those of Optuna."""

BELIEFS = ("", "mean", "deviation")
"""What of a Gaussian process may colour the map, see `Searching.belief`."""

KINDS = ("asked", "repeated", "improving", "front")
"""Named selections of a search, see `Searching.search_rows`."""


class Searching(Drafting):
    """The searches of a session. They run where `run_searches` or a page asks for it.

    Attributes
    ----------
    runs : dict of SearchPlan to SearchRun
        Those that have run.
    """

    searches = param.Parameter((), doc=(
        "The searches on the page, each a `vanas_panel.searches.plan.SearchPlan`, in the order of their colours."))
    followed = param.Parameter(None, doc=(
        "The search that the map follows and the query that it has come to: the index in `searches`, and the number of "
        "the query from 1, 0 for the last one. None where the map follows none."))
    belief = param.Selector(default="", objects=list(BELIEFS), check_on_set=True, doc=(
        "What colours the map where the search that is followed is a Gaussian process: the posterior ``mean`` or "
        "``deviation`` after its query; empty for the ranking metric."))
    runs = param.Dict({}, doc="Runs of the searches that have run, by their plans.")
    stopped_searches = param.Parameter(frozenset(), doc="Plans of the searches that are to stop, or were stopped.")
    search_progress = param.Parameter(None, doc=(
        "The search that runs, and its queries so far: a plan and a number, None for the number where the strategy "
        "does not say it before its end. None where none runs."))
    search_errors = param.Dict({}, doc="Errors of the searches that could not run, by their plans.")
    live_searches = param.Dict({}, doc=(
        "How far the searches are that train their cells, by their plans: each a "
        "`vanas_panel.searches.live_searches.LiveProgress`. Something else runs them."))

    gradient = param.Parameter(None, doc=(
        "What the drawer Search shows of searches by gradient, a `vanas_panel.state.gradient_view.GradientView`; None "
        "where it shows the searches over the table."))

    opened_gradients = param.Dict({}, doc=(
        "Searches by gradient of files that were opened on the page, by their names, each a "
        "`vanas_panel.searches.gradient_opened.OpenedGradient`."))

    table: Any

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "searches":
            value = checked_searches(value)
        elif name == "followed":
            value = checked_followed(value)
        elif name == "gradient":
            value = checked_gradient(value)
        super().__setattr__(name, value)

    @property
    def missing_searches(self) -> tuple[SearchPlan, ...]:
        """Searches that have not run yet, but for those that train their cells."""
        return tuple(plan for plan in dict.fromkeys(self.searches)
                     if plan not in self.runs and plan not in self.search_errors and not plan.is_live)

    def run_searches(self) -> None:
        """Run the searches that have not run yet."""
        for plan in self.missing_searches:
            try:
                self.take_run(plan, plan.run(self.table))
            except VanasError as error:
                self.take_run(plan, error)

    def take_run(self, plan: SearchPlan, result: SearchRun | VanasError) -> None:
        """Keep what a search came to, wherever it ran."""
        name, other = ("search_errors", "runs") if isinstance(result, VanasError) else ("runs", "search_errors")
        # Searches may have gone in other ways than by `remove_search`, such as with Back.
        changed = {name: {**self._of_page(getattr(self, name)), plan: result}}
        if plan in getattr(self, other):
            # It has a run or an error, not both.
            changed[other] = {each: found for each, found in self._of_page(getattr(self, other)).items()
                              if each != plan}
        self.param.update(**changed)

    def _of_page(self, results: dict[SearchPlan, Any]) -> dict[SearchPlan, Any]:
        """Those of the searches that are on the page."""
        return {plan: result for plan, result in results.items() if plan in self.searches}

    # Actions ---------------------------------------------------------------------------------------------------------

    def add_search(self, plan: SearchPlan) -> None:
        """Put a search on the page, and follow it. One that is there is followed only.

        Raises
        ------
        SearchError
            Where the page holds as many as it can.
        """
        if plan in self.searches:
            self.followed = (self.searches.index(plan), 0)
        else:
            self.require_room()
            self.param.update(searches=(*self.searches, plan), followed=(len(self.searches), 0))

    def require_room(self) -> None:
        """Refuse another search where the page holds as many as it can.

        Raises
        ------
        SearchError
        """
        if len(self.searches) >= MOST_SEARCHES:
            raise SearchError(Message("Found {most} searches on the page; expected room for one more. Remove one "
                                      "first.", most=MOST_SEARCHES))

    def remove_search(self, index: int) -> None:
        """Take a search off the page."""
        left = self.searches[:index] + self.searches[index + 1:]
        followed = self.followed
        if followed is not None:
            if followed[0] == index:
                followed = (min(index, len(left) - 1), 0) if left else None
            elif followed[0] > index:
                followed = (followed[0] - 1, followed[1])
        self.param.update(searches=left, followed=followed)
        self.param.update(runs=self._of_page(self.runs), search_errors=self._of_page(self.search_errors),
                          stopped_searches=self.stopped_searches & set(left),
                          live_searches=self._of_page(self.live_searches))

    def follow_search(self, index: int, query: int = 0) -> None:
        """Follow a search on the map, up to a query, 0 for the last one."""
        self.followed = (index, query)

    def stop_search(self, index: int) -> None:
        """Stop a search that has not come to its end; what it has asked is kept."""
        if self.searches[index] in self.missing_searches:
            self.stopped_searches = self.stopped_searches | {self.searches[index]}

    def resume_search(self, index: int) -> None:
        """Let a search that was stopped go on: it asks again what it asked, and then the rest."""
        plan = self.searches[index]
        if plan not in self.stopped_searches:
            return
        left = {"runs": self.runs, "search_errors": self.search_errors}
        self.param.update(stopped_searches=self.stopped_searches - {plan}, **{
            name: {each: result for each, result in results.items() if each != plan} for name, results in left.items()})

    # What is followed ------------------------------------------------------------------------------------------------

    @property
    def followed_plan(self) -> SearchPlan | None:
        """The search that is followed."""
        if self.followed is None or self.followed[0] >= len(self.searches):
            return None
        return self.searches[self.followed[0]]

    @property
    def followed_run(self) -> SearchRun | None:
        """Its run, None where it has not run."""
        plan = self.followed_plan
        return None if plan is None else self.runs.get(plan)

    @property
    def followed_query(self) -> int:
        """The query that the page has come to, from 1; 0 where there is none."""
        run = self.followed_run
        if run is None or self.followed is None:
            return 0
        return min(self.followed[1], len(run)) or len(run)

    @property
    def followed_belief(self) -> str:
        """What of the followed search colours the map, as `belief`; empty where that search has no posterior."""
        return self.belief if has_posterior(self.followed_run) else ""

    def search_rows(self, kind: str) -> np.ndarray:
        """Rows of the table that the followed search came to up to the followed query.

        Parameters
        ----------
        kind : str
            ``asked``: all cells; ``repeated``: those that were asked more than once; ``improving``: those that were
            the best so far when they were asked, or added to the volume where there are several metrics; ``front``:
            those that no other one of these dominates, with one metric those with the best value.

        Returns
        -------
        int64 (m,)
            Distinct and ascending; empty where no search is followed.
        """
        run = self.followed_run
        if run is None:
            return np.empty(0, np.int64)
        return rows_of(run, self.followed_query, kind)

    def select_searched(self, kind: str) -> None:
        """Select the cells that the followed search came to, see `search_rows`."""
        rows = self.search_rows(kind)
        if rows.size:
            self.rows = rows
        else:
            self.message = self._said("No cell of this search is one of these.")


def most_queries(strategy: str) -> int:
    """Most queries of a strategy on a page.

    Examples
    --------
    >>> most_queries("random"), most_queries("optuna:tpe")
    (5000, 500)
    """
    return MOST_SLOW_QUERIES if choose(strategy).kind.kernel is None else MOST_QUERIES


def rows_of(run: SearchRun, query: int, kind: str) -> np.ndarray:
    """Rows that a run came to up to a query, see `Searching.search_rows`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> run = vp.search(vp.open_table("mnist-cells"), "random", queries=60)
    >>> len(rows_of(run, 60, "asked")), len(rows_of(run, 60, "repeated")), len(rows_of(run, 60, "improving"))
    (49, 5, 6)
    """
    trials = run.trials.iloc[:query]
    if kind == "repeated":
        trials = trials[trials["duplicate"]]
    elif kind == "improving":
        trials = trials[run.improving[:query]]
    elif kind == "front":
        trials = trials[front_until(run, query)]
    elif kind != "asked":
        raise SearchError(Message("Found {found}; expected one of {known}. Choose one of these.", found=repr(kind),
                                  known=", ".join(KINDS)))
    rows = np.unique(trials["row"].to_numpy(dtype=np.int64))
    return rows[rows >= 0]


def checked_searches(value: Any) -> tuple[SearchPlan, ...]:
    """Searches as a session keeps them."""
    searches = tuple(value) if isinstance(value, list | tuple) else (value,)
    for each in searches:
        if not isinstance(each, SearchPlan):
            raise SearchError(Message("Found {found} among searches; expected plans. Make them with plan_search(...).",
                                      found=type(each).__name__))
    if len(searches) > MOST_SEARCHES:
        raise SearchError(Message("Found {found} searches; expected at most {most}. Leave some out.",
                                  found=len(searches), most=MOST_SEARCHES))
    return tuple(dict.fromkeys(searches))


def checked_followed(value: Any) -> tuple[int, int] | None:
    """Which search and query are followed, as a session keeps them."""
    if value is None:
        return None
    numbers = [plain_int(each) for each in value] if isinstance(value, tuple | list) else []
    found = tuple(number for number in numbers if number is not None and number >= 0)
    if len(numbers) != 2 or len(found) != 2:
        raise SearchError(Message("Found {found}; expected the index of a search and the number of a query, such as "
                                  "(0, 137). Give both.", found=repr(value)))
    return found[0], found[1]
