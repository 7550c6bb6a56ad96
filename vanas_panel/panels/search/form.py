"""The form of the drawer *Search*: what a person has chosen for the next search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from vanas_panel.errors import SearchError
from vanas_panel.searches.objective import usual_metric
from vanas_panel.searches.plan import SearchPlan, plan_search, read_settings
from vanas_panel.searches.strategies import STRATEGIES, choose
from vanas_panel.state.searching import most_queries
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import whole_number


@dataclass(frozen=True)
class SearchForm:
    """What stands in the form, as texts: they come from a browser, and may be anything.

    Attributes
    ----------
    strategy, preset : str
    metric, also, repeat : str
    queries, seed : str
    settings : mapping of str to str
        Those that were changed, by name.
    """

    strategy: str = "regularised-evolution"
    preset: str = "nasbench101"
    metric: str = ""
    also: str = ""
    repeat: str = "mean"
    queries: str = "500"
    seed: str = "0"
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: BenchmarkTable) -> SearchForm:
        """The form of a table as it is first shown."""
        return cls(metric=usual_metric(table))

    @property
    def title(self) -> str:
        """Name and preset of the strategy, as calls take them."""
        return f"{self.strategy}:{self.preset}" if self.preset else self.strategy

    @property
    def usual(self) -> dict[str, object]:
        """Settings of the preset."""
        return asdict(choose(self.title).settings)

    def changed(self, name: str, value: str) -> SearchForm:
        """The form after a field has changed; what is none of its fields changes nothing."""
        if name == "strategy" and value in STRATEGIES:
            return replace(self, strategy=value, preset=next(iter(STRATEGIES[value].presets)), settings={})
        if name == "preset" and value in STRATEGIES[self.strategy].presets:
            return replace(self, preset=value, settings={})
        texts: dict[str, Any] = {name: value}
        if name in ("metric", "also") and value in (self.metric, self.also):
            # The same metric twice is one.
            texts["also"] = ""
            texts["metric"] = value if name == "metric" else self.metric
        if name in ("metric", "also", "repeat", "queries", "seed"):
            return replace(self, **texts)
        setting = name.removeprefix("set-")
        if name.startswith("set-") and setting in self.usual:
            left = {each: text for each, text in self.settings.items() if each != setting}
            return replace(self, settings=left if value == str(self.usual[setting]) else {**left, setting: value})
        return self

    def plan(self, table: BenchmarkTable) -> SearchPlan:
        """The search that the form describes.

        Raises
        ------
        SearchError
            Where it cannot run.
        """
        repeat = whole_number(self.repeat)
        settings = read_settings(self.title, self.settings)
        return plan_search(table, self.title, metric=[self.metric, self.also] if self.also else self.metric or None,
                           repeat=self.repeat if repeat is None else repeat, settings=settings or None,
                           most=most_queries(self.title), **whole_fields(self))


def whole_fields(form: SearchForm) -> dict[str, int]:
    """Queries and seed of a form.

    Raises
    ------
    SearchError
        Where one of them is no whole number.
    """
    counts = {}
    for name in ("queries", "seed"):
        text = getattr(form, name).strip().replace(",", "")
        number = whole_number(text)
        if number is None:
            raise SearchError(Message("Found {name} {value}; expected a whole number. Change this field.",
                                      name=name, value=repr(text[:40])))
        counts[name] = number
    return counts
