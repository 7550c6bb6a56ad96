"""A search that trains its cells, before it runs: what a server keeps beside its file to go on with it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from vanas_panel.core.kinds import KindSpace, described_space
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchError
from vanas_panel.files.json_schema import Line, SchemaError, fitted, read_json
from vanas_panel.searches.fitting import check_brackets
from vanas_panel.searches.live import MOST_WORKERS, space_of
from vanas_panel.searches.live_objective import live_objective
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.table_search import MOST_SEED, GoOn, check_population, whole
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.training.settings import Settings

FORM = 1
"""Of the JSON text of a plan; others are refused."""


@dataclass(frozen=True)
class LivePlan(SearchPlan):
    """A search among those of a page that trains the cells that it asks for. `plan_live` makes one and checks it.

    Attributes
    ----------
    name : str
        Of its file; no other one has it.
    training : Settings
        Of each training.
    at_once : int or None
        Trainings at once; None for as many as there are workers.
    source : str
        Name of the table that was open.
    begun : str
        When it was asked for, as ISO 8601.
    space : CellSpace
        Where its cells come from.
    """

    name: str = ""
    training: Settings = field(default_factory=Settings, compare=False)
    at_once: int | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)
    begun: str = field(default="", compare=False)
    space: CellSpace = field(default=NASBENCH101, compare=False)

    @property
    def is_opened(self) -> bool:
        """Whether what it came to is in a file, so that no link can bring it back by running it again."""
        return True

    @property
    def is_live(self) -> bool:
        """Whether it trains its cells."""
        return True

    def check(self, table: BenchmarkTable) -> None:
        """Refuse a table of another search space.

        Raises
        ------
        SearchError
        """
        if described_space(table.space) != described_space(self.space):
            raise SearchError(Message("Found a search in another space than that of {table}; expected the same. Open "
                                      "the table that it was made on.", table=table.name))

    def run(self, table: BenchmarkTable, go_on: GoOn | None = None) -> SearchRun:
        """Refuse to be looked up.

        Raises
        ------
        SearchError
        """
        raise SearchError(Message("Found a search that trains its cells; expected one that looks them up. Run it with "
                                  "vp.search_live(...)."))

    def to_json(self) -> str:
        """The plan as a line of JSON."""
        return json.dumps({
            "vanas_panel_live": FORM, "strategy": self.strategy, "strategy_settings": dict(self.settings),
            "metric": self.metric, "repeat": self.repeat, "queries": self.queries, "seed": self.seed,
            "training": self.training.to_dict(), "at_once": self.at_once, "source": self.source, "begun": self.begun,
            "space": described_space(self.space)}, sort_keys=True)


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """Of the JSON text; the values are checked as those of a new plan are."""

    vanas_panel_live: int
    strategy: Line
    strategy_settings: dict[str, Any]
    metric: Line
    repeat: Line | int
    queries: int
    seed: int
    training: dict[str, Any]
    at_once: Annotated[int, Meta(ge=1)] | None
    source: Line
    begun: Line
    space: dict[str, Any]


def read_plan(text: bytes, name: str) -> LivePlan:
    """The plan that `LivePlan.to_json` wrote.

    Parameters
    ----------
    text : bytes
    name : str
        Of its file.

    Raises
    ------
    SearchError, TrainingError, SearchSpaceError
        Where it is none, or was made by another version.
    """
    try:
        form = fitted(read_json(text), _Form)
    except SchemaError as error:
        raise SearchError(Message("Found {found}; expected {expected}. Remove this search.", found=error.found,
                                  expected=error.expected)) from None
    if form.vanas_panel_live != FORM:
        raise SearchError(Message("Found form {form} of a search that trains; expected form {expected}. It was written "
                                  "by another version of vanas-panel: use that one.", form=form.vanas_panel_live,
                                  expected=FORM))
    try:
        space = KindSpace(**form.space) if "kind" in form.space else CellSpace(**form.space)
    except TypeError:
        raise SearchError(Message("Found no search space; expected operations, max_vertices and max_edges. Remove this "
                                  "search.")) from None
    plan = plan_live(space, form.strategy, Settings.from_dict(form.training), settings=form.strategy_settings or None,
                     metric=form.metric, repeat=form.repeat, queries=form.queries, seed=form.seed,
                     at_once=form.at_once, source=form.source)
    return replace(plan, name=name, begun=form.begun)


def plan_live(space: CellSpace | BenchmarkTable, strategy: str, training: Settings, *,
              settings: Mapping[str, Any] | None = None, metric: str | None = None, repeat: str | int = "mean",
              queries: int = 50, seed: int = 0, at_once: int | None = None, source: str = "",
              most: int = 1_000_000) -> LivePlan:
    """A search that can train its cells, with a name that no other one has.

    Parameters
    ----------
    space, strategy, metric, repeat, queries, seed
        As for `vanas_panel.searches.live.LiveSearch`.
    training : Settings
    settings : mapping, optional
        Settings of the strategy that differ from the preset's.
    at_once : int, optional
    source : str, optional
    most : int, optional
        Most queries.

    Raises
    ------
    SearchError
        Where it cannot run.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> plan = plan_live(vp.NASBENCH101, "local-search", Settings(), queries=20)
    >>> plan.strategy, plan.metric, plan.queries
    ('local-search:first', 'validation_accuracy', 20)
    >>> read_plan(plan.to_json().encode(), plan.name) == plan
    True
    """
    found, preset = space_of(space), choose(strategy)
    chosen = choose(strategy, dict(settings)) if settings else preset
    queries, seed = whole("queries", queries, 1, most), whole("seed", seed, 0, MOST_SEED)
    check_population(chosen, queries)
    objective = live_objective(training, metric, repeat, None, has_budgets=chosen.kind.budgets)
    check_brackets(chosen, objective.budgets, queries)
    # In the order of their names, so that equal settings are equal.
    differing = tuple(sorted((name, value) for name, value in (settings or {}).items()
                             if value != getattr(preset.settings, name)))
    at_once = None if at_once is None else whole(Message("trainings at once"), at_once, 1, MOST_WORKERS)
    return LivePlan(preset.title, objective.metric, objective.repeat, queries, seed, differing, (), uuid.uuid4().hex,
                    training, at_once, source, datetime.now(UTC).isoformat(timespec="seconds"), found)
