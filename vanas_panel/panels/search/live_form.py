"""What the form of the drawer *Search* says of a search that trains its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vanas_panel.errors import SearchError
from vanas_panel.panels.search.form import SearchForm, whole_fields
from vanas_panel.searches.live_cost import CellCost
from vanas_panel.searches.live_plan import LivePlan, plan_live
from vanas_panel.searches.plan import read_settings
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import whole_number
from vanas_panel.training.settings import Settings

MOST_QUERIES = 1_000
"""Queries of a search on a page that trains its cells."""
TOLD = ("validation_accuracy", "test_accuracy", "train_accuracy", "training_time")
"""What such a search may be told, of all that a training measures."""
QUERIES = "50"
"""At first; a table is asked more often, since it costs nothing."""


@dataclass(frozen=True)
class LiveForm:
    """What stands in the fields that only such a search has, as texts: they may be anything.

    Attributes
    ----------
    trains : bool
        Whether the next search trains its cells.
    told : str
        The metric.
    at_once : str
        Trainings at once; nothing for as many as there are workers.
    """

    trains: bool = False
    told: str = TOLD[0]
    at_once: str = ""

    def changed(self, name: str, value: str) -> LiveForm:
        """The fields after one has changed; what is none of them changes nothing."""
        if name == "cells" and value in ("table", "train"):
            return replace(self, trains=value == "train")
        if name == "told" and value in TOLD:
            return replace(self, told=value)
        return replace(self, at_once=value) if name == "at-once" else self

    def plan(self, form: SearchForm, table: BenchmarkTable, training: Settings) -> LivePlan:
        """The search that the whole form describes.

        Raises
        ------
        SearchError
            Where it cannot run.
        """
        at_once = whole_number(self.at_once.strip())
        if at_once is None and self.at_once.strip():
            raise SearchError(Message("Found {name} {value}; expected a whole number. Change this field.",
                                      name=Message("trainings at once"), value=repr(self.at_once[:40])))
        repeat = whole_number(form.repeat)
        settings = read_settings(form.title, form.settings)
        return plan_live(table, form.title, training, settings=settings or None, metric=self.told,
                         repeat=form.repeat if repeat is None else repeat, at_once=at_once, source=table.name,
                         most=MOST_QUERIES, **whole_fields(form))


@dataclass(frozen=True)
class LiveChoice:
    """All that the form shows of training.

    Attributes
    ----------
    form : LiveForm
    why_not : str
        Why cells cannot be trained; empty where they can.
    training : Settings
        Of each training.
    workers : int or None
        That this machine has for trainings; None where a scheduler elsewhere says it.
    cost : CellCost or None
        What a cell costs; None while that is looked up.
    """

    form: LiveForm
    why_not: str
    training: Settings
    workers: int | None
    cost: CellCost | None
