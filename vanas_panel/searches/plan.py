"""A search over a table before it runs: small enough for a link, and enough to run it again anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vanas_panel.errors import SearchError
from vanas_panel.searches.fitting import fitting
from vanas_panel.searches.goals import Goals, goals_of
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import Chosen, choose
from vanas_panel.searches.table_search import (
    MOST_QUERIES,
    MOST_SEED,
    GoOn,
    check_population,
    check_several,
    run_on_table,
    whole,
)
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import decimal_number, whole_number


@dataclass(frozen=True)
class SearchPlan:
    """What a search over a table needs to run. `plan_search` makes one and checks it.

    Attributes
    ----------
    strategy : str
        Name and preset, as `vanas_panel.search` takes them.
    metric : str
        What the search is told.
    repeat : str or int
        ``mean``, ``draw``, or the index of a repeat.
    queries : int
    seed : int
    settings : tuple of (str, object)
        Settings that differ from the preset's, by name, in alphabetical order.
    also : tuple of str
        Further metrics that it is told, where there are several.
    """

    strategy: str
    metric: str
    repeat: str | int = "mean"
    queries: int = 500
    seed: int = 0
    settings: tuple[tuple[str, Any], ...] = ()
    also: tuple[str, ...] = ()

    @property
    def metrics(self) -> tuple[str, ...]:
        """What the search is told, one metric or several."""
        return self.metric, *self.also

    @property
    def is_opened(self) -> bool:
        """Whether what it came to is in a file, so that no link can bring it back by running it again."""
        return False

    @property
    def is_live(self) -> bool:
        """Whether it trains its cells, see `vanas_panel.searches.live_plan.LivePlan`."""
        return False

    def check(self, table: BenchmarkTable) -> None:
        """Refuse a table that the search cannot run on.

        Raises
        ------
        SearchError
            As for `plan_search`.
        """
        plan_search(table, self.strategy, metric=self.metrics, repeat=self.repeat, queries=self.queries, seed=self.seed,
                    settings=dict(self.settings))

    @property
    def chosen(self) -> Chosen:
        """The strategy with its settings."""
        return choose(self.strategy, dict(self.settings) or None)

    def objective(self, table: BenchmarkTable) -> Objective:
        """What the search is told, and what it is judged by."""
        return goals_of(table, self.metrics, self.repeat, None)

    def run(self, table: BenchmarkTable, go_on: GoOn | None = None) -> SearchRun:
        """Run it.

        Parameters
        ----------
        table : BenchmarkTable
        go_on : callable, optional
            See `vanas_panel.searches.table_search.GoOn`; a strategy with a kernel asks nothing, and runs to its end.

        Raises
        ------
        SearchError
            Where the table has no such metric or repeat.
        """
        return run_on_table(self.chosen, self.objective(table), self.queries, self.seed, go_on)


def plan_search(table: BenchmarkTable, strategy: str = "random", *, metric: str | Sequence[str] | None = None,
                repeat: str | int = "mean", queries: int = 500, seed: int = 0,
                settings: Mapping[str, Any] | None = None, most: int = MOST_QUERIES) -> SearchPlan:
    """A search that can run on a table.

    Parameters
    ----------
    table : BenchmarkTable
    strategy, metric, repeat, queries, seed, settings : optional
        As in `vanas_panel.search`.
    most : int, optional
        Most queries.

    Raises
    ------
    SearchError
        Where it cannot run on the table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> plan = plan_search(vp.open_table("mnist-cells"), "local-search", queries=100)
    >>> plan.strategy, plan.metric
    ('local-search:first', 'validation_accuracy')
    """
    preset = choose(strategy)
    chosen = choose(strategy, dict(settings)) if settings else preset
    queries, seed = whole("queries", queries, 1, most), whole("seed", seed, 0, MOST_SEED)
    objective = goals_of(table, metric, repeat, None)
    check_population(chosen, queries)
    check_several(chosen, objective)
    fitting(chosen, objective, queries)
    usual = asdict(preset.settings)
    changed = {name: asdict(chosen.settings)[name] for name in (settings or {})}
    differing = tuple(sorted((name, value) for name, value in changed.items() if value != usual[name]))
    return SearchPlan(preset.title, objective.metric, objective.repeat, queries, seed, differing,
                      objective.also if isinstance(objective, Goals) else ())


def read_settings(strategy: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Settings of a strategy from texts, as a form or a link holds them.

    Parameters
    ----------
    strategy : str
    texts : mapping of str to str
        By the names of the settings; an unknown name is left to `vanas_panel.searches.strategies.choose` to refuse.

    Raises
    ------
    SearchError
        Where a text is no number and the setting is one.

    Examples
    --------
    >>> read_settings("regularised-evolution", {"population": "20", "edge_flip": "0.5"})
    {'population': 20, 'edge_flip': 0.5}
    """
    usual = asdict(choose(strategy).settings)
    return {name: _read_setting(name, text, usual.get(name)) for name, text in texts.items()}


def _read_setting(name: str, text: str, usual: Any) -> Any:
    """One setting of the kind that it has in the preset."""
    if isinstance(usual, bool):
        if text in (str(True), str(False)):
            return text == str(True)
        raise SearchError(Message("Found {name} {value}; expected True or False. Change this setting.", name=name,
                                  value=repr(text[:40])))
    if not isinstance(usual, int | float):
        return text
    number = whole_number(text) if isinstance(usual, int) else decimal_number(text)
    if number is None or math.isnan(number):
        raise SearchError(Message("Found {name} {value}; expected a number. Change this setting.", name=name,
                                  value=repr(text[:40])))
    return number
