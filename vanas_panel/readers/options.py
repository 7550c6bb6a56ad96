"""Options for opening a source, in Python or on the command line; they override its description."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vanas_panel.errors import SourceError
from vanas_panel.readers.columns.identifiers import is_identifier_name
from vanas_panel.readers.columns.names import base_and_repeat
from vanas_panel.readers.described_kinds import check_kind, with_kinds
from vanas_panel.readers.description import Description, check_condition, check_infinite, check_none
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Constant, Message, marked


@dataclass(frozen=True, eq=False)
class Asked:
    """How a source is to be read.

    Parameters
    ----------
    conditions : Mapping of str to str or Mapping, optional
        By column, as in a description, see `vanas_panel.readers.columns.conditions`.
    infinite : str, optional
        What to do with rows that hold an infinite value: ``set aside``, or ``refuse``; what the description says where
        it is empty.
    directions : Mapping of str to bool or None, optional
        By metric: whether higher values are better; None where neither is.
    where_there : bool, optional
        Pass over what the source does not have, as where several sources are opened alike.
    shown : tuple of str, optional
        Names that would be left out as identifiers, and are metrics with the direction that the source says.
    none : str, optional
        What to do with the operation ``none`` of architecture strings: ``keep`` or ``prune``; what the description says
        where it is empty.
    kinds : Mapping of str to str, optional
        By column: what it is taken for, one of `vanas_panel.tables.source_columns.SOURCE_KINDS` but ``cell``.

    Raises
    ------
    SourceError
        Where a choice is none.

    Examples
    --------
    >>> Asked({"epochs": "split"}).keywords
    {'conditions': {'epochs': 'split'}}
    """

    conditions: Mapping[str, Any] = field(default_factory=dict)
    infinite: str = ""
    directions: Mapping[str, bool | None] = field(default_factory=dict)
    where_there: bool = False
    shown: tuple[str, ...] = ()
    none: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        for what, said in (("conditions", self.conditions), ("directions", self.directions), ("kinds", self.kinds)):
            if not isinstance(said, Mapping) or not all(isinstance(name, str) for name in said):
                raise SourceError(f"{what} = {repr(said)[:60]}", "a dictionary with names of columns as keys",
                                  Message("Write {what}={{'column': ...}}", what=what))
        for name, choice in self.conditions.items():
            check_condition(name, choice)
        for name, kind in self.kinds.items():
            check_kind(name, kind)
        if self.infinite:
            check_infinite(self.infinite)
        if self.none:
            check_none(self.none)
        for name, better in self.directions.items():
            if better is not None and not isinstance(better, bool):
                raise SourceError(Message("{better} as the direction of {name}", better=repr(better)[:60],
                                          name=repr(name)[:60]),
                                  "True where higher values are better, False where lower ones are, or None",
                                  "Choose one of these")

    @property
    def keywords(self) -> dict[str, Any]:
        """The options that differ from the defaults, as keywords of `vanas_panel.open_table`."""
        said = {"conditions": dict(self.conditions), "infinite": self.infinite, "none": self.none,
                "kinds": dict(self.kinds), "directions": dict(self.directions)}
        return {name: value for name, value in said.items() if value}

    @property
    def key(self) -> str:
        """The options that change how a source is converted, as text; empty where there are none."""
        said = {name: value for name, value in self.keywords.items() if name != "directions"}
        # A direction makes a metric of an identifier.
        said |= {"metrics": names} if (names := sorted(self._identifiers())) else {}
        return json.dumps(said | {"where_there": self.where_there}, sort_keys=True, default=str) if said else ""

    def over(self, description: Description, columns: Collection[str], path: Path) -> Description:
        """The description of a source that has these columns, with what was asked for in the place of what it says."""
        conditions = {name: choice for name, choice in self.conditions.items()
                      if not self.where_there or name in columns}
        for name in conditions:
            if name not in columns:
                raise SourceError(Message("a condition {name!r} that is not there", name=name),
                                  Message("one of {names}", names=", ".join(columns)), "Correct its name",
                                  path=path)
        metrics: dict[str, Mapping[str, Any]] = {name: {} for name in self._identifiers()}
        if metrics:
            there = {base_and_repeat(name)[0] for name in columns}
            metrics = {name: said for name, said in metrics.items() if name in there}
        kinds = {name: kind for name, kind in self.kinds.items() if not self.where_there or name in columns}
        for name in kinds:
            if name not in columns:
                raise SourceError(Message("a kind for column {name!r:.80}, which is not there", name=name),
                                  Message("one of {names}", names=", ".join([*columns][:40])), "Correct the name",
                                  path=path)
        return with_kinds(replace(
            description, conditions={**description.conditions, **conditions},
            metrics={**metrics, **description.metrics},
            infinite=self.infinite or description.infinite, none=self.none or description.none,
            kinds={**description.kinds, **kinds}))

    def showing(self, metrics: Iterable[str]) -> Asked:
        """The same, and those of some names that would be left out as identifiers are metrics."""
        asked = tuple(name for name in metrics if is_identifier_name(name) and name not in self.directions)
        return replace(self, shown=asked) if asked else self

    def _identifiers(self) -> set[str]:
        """Names of identifiers that the options ask for as metrics."""
        return {*filter(is_identifier_name, self.directions), *self.shown}

    def without_conditions(self, what: str, path: Path) -> None:
        """Refuse conditions, and a choice about ``none``, for a source that has none; `what` says why."""
        if self.conditions and not self.where_there:
            raise SourceError(Message("conditions for {what}", what=Constant(what)), "none", "Leave them out",
                              path=path)
        self.without_none(Message("{what}", what=Constant(what)), path)

    def without_none(self, what: str, path: Path) -> None:
        """Refuse a choice about the operation ``none`` where there are no architecture strings; `what` says why."""
        if self.none and not self.where_there:
            raise SourceError(Message("none={choice!r} for {what}", choice=self.none, what=what),
                              "architecture strings of NAS-Bench-201", "Leave it out", path=path)

    def directed(self, table: BenchmarkTable, more: Mapping[str, Any]) -> BenchmarkTable:
        """The table with the directions that were asked for, as if its source said so; `more` keywords were said."""
        if not self.keywords and not more and not self.shown:
            return table
        for name, better in self.directions.items():
            if not self.where_there or name in table.metrics:
                table = table.with_direction(name, better)
        table = table.as_opened()
        # A recipe has to name what was shown, or it would be left out again.
        shown = {name: table.metrics[name].higher_is_better for name in self.shown if name in table.metrics}
        named = {"directions": {**shown, **self.directions}} if shown else {}
        table.opened_with = {**self.keywords, **named, **more}
        return table


OWN_FORM = marked("a table in our own form, whose rows are averaged already")
"""Why a table that is converted has no conditions."""

NOTHING = Asked()
"""Opened without a word."""
