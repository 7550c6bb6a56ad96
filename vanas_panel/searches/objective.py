"""What a search is told: a metric of a table, or one of its repeats; and what it is judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.errors import SearchError
from vanas_panel.tables.metrics import FRACTION
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

SECONDS = "training_time"
"""The metric that says what a query costs, where a table has it."""


@dataclass(frozen=True)
class Objective:
    """A metric of a table as a search is told it.

    Attributes
    ----------
    table : BenchmarkTable
    metric : str
    repeat : str or int
        ``mean`` of the known repeats, ``draw``: one of them, drawn at every query; or the index of one.
    report : tuple of str
        Metrics that the best cells are judged by.
    """

    table: BenchmarkTable
    metric: str
    repeat: str | int = "mean"
    report: tuple[str, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "metric", plain_text(self.metric))
        object.__setattr__(self, "report", tuple(plain_text(name) for name in self.report))
        for name in (self.metric, *self.report):
            if self.table.metric(name).higher_is_better is None:
                raise SearchError(Message("Found metric {name}, of which neither direction is better; expected one "
                                          "that has a direction. Give it one with table.with_direction(...).",
                                          name=name))
        number = plain_int(self.repeat)
        repeats = self.table.repeats(self.metric).shape[1]
        if number is not None and 0 <= number < repeats:
            object.__setattr__(self, "repeat", number)
        elif self.repeat not in ("mean", "draw"):
            raise SearchError(Message("Found repeat {found}; expected mean, draw or a number from 0 to {last}. Choose "
                                      "one of these.", found=repr(self.repeat), last=repeats - 1))
        distinct = np.unique(self.values[~np.isnan(self.values)])
        if distinct.size < 2:
            raise SearchError(Message("Found no value of {name} in {table}; expected at least two. Choose another "
                                      "metric or repeat.", name=self.metric, table=self.table.name)
                              if not distinct.size else
                              Message("Found one value of {name} for all cells of {table}; expected at least two. "
                                      "Choose another metric or repeat.", name=self.metric, table=self.table.name))

    @property
    def sign(self) -> float:
        """What values are multiplied with, so that higher is better."""
        return -1.0 if self.table.metric(self.metric).higher_is_better is False else 1.0

    @cached_property
    def values(self) -> np.ndarray:
        """What may be told of every row, ``float64 (n, k)``; NaN where unknown. k is 1 except where one is drawn."""
        if self.repeat == "mean":
            return np.ascontiguousarray(self.table.column(self.metric)[:, None])
        repeats = self.table.repeats(self.metric)
        return np.ascontiguousarray(repeats if self.repeat == "draw" else repeats[:, int(self.repeat), None])

    @cached_property
    def best(self) -> float:
        """The best value of the table: of what may be told where that is certain, of the means where it is drawn."""
        values = self.table.column(self.metric) if self.repeat == "draw" else self.values[:, 0]
        return float(self.sign * np.nanmax(self.sign * values))

    @cached_property
    def known(self) -> int:
        """Rows of which something may be told."""
        return int((~np.isnan(self.values)).any(axis=1).sum())

    @cached_property
    def seconds(self) -> np.ndarray | None:
        """What a query of every row costs, ``float64 (n,)``; None where the table does not say."""
        return self.table.column(SECONDS) if SECONDS in self.table.metrics else None

    def others(self, row: int, value: float) -> float:
        """Mean of the known repeats of a row other than the one that was told.

        NaN where there is no other one, and where the mean of all was told.
        """
        repeats = self.table.repeats(self.metric)[row]
        if self.repeat == "mean":
            return float("nan")
        told = np.flatnonzero(repeats == value)[:1] if self.repeat == "draw" else np.array([int(self.repeat)])
        rest = np.delete(repeats, told)
        rest = rest[~np.isnan(rest)]
        return float(rest.mean()) if rest.size else float("nan")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that a search can be told: keys and values of all cells."""
        keys, rows = self.table.lookup
        digest = hashlib.sha256(np.ascontiguousarray(keys).tobytes())
        digest.update(np.ascontiguousarray(self.values[rows]).tobytes())
        return digest.hexdigest()

    def described(self) -> dict[str, Any]:
        """The objective as JSON."""
        return {"metric": self.metric, "higher_is_better": self.sign > 0, "repeat": self.repeat,
                "report": list(self.report), "best": self.best}


def objective_of(table: BenchmarkTable, metric: str | None, repeat: str | int,
                 report: Sequence[str] | None) -> Objective:
    """The objective of a call, with what it leaves open.

    A search uses the validation accuracy and is judged by the test accuracy where a table has both.
    """
    if metric is None:
        metric = usual_metric(table)
    if report is None:
        report = usual_report(table, metric)
    if isinstance(report, str):
        report = [report]
    return Objective(table, metric, repeat, tuple(dict.fromkeys(report)))


def usual_metric(table: BenchmarkTable) -> str:
    """What a search is told where nobody says: the validation accuracy, else a fraction; empty without a direction.

    What was measured after a lower training budget comes last.
    """
    names = table.metrics
    directed = [name for name in names if names[name].higher_is_better is not None]
    directed.sort(key=lambda name: (is_lower_budget(name, names), names[name].unit != FRACTION))
    return "validation_accuracy" if "validation_accuracy" in directed else next(iter(directed), "")


def is_lower_budget(name: str, names: Container[str]) -> bool:
    """Whether a metric has a number behind its name, and there is one without it, as after the full training budget.

    Examples
    --------
    >>> is_lower_budget("loss_12", {"loss", "loss_12"}), is_lower_budget("loss_12", {"loss_12", "loss_36"})
    (True, False)
    """
    base, _, number = name.rpartition("_")
    return number.isdecimal() and base in names


def usual_report(table: BenchmarkTable, metric: str) -> tuple[str, ...]:
    """What a search is judged by where nobody says: the test accuracy, unless it is told that."""
    judged = table.metrics.get("test_accuracy")
    return ("test_accuracy",) if metric != "test_accuracy" and judged is not None and (
        judged.higher_is_better is not None) else ()
