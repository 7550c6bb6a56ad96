"""Several metrics that a search is told at once, each with its own direction: there is a front in place of a best."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vanas_panel.core.fronts import MOST_METRICS, hypervolume, on_front, shares_of
from vanas_panel.core.plain import plain_text
from vanas_panel.errors import SearchError
from vanas_panel.searches.objective import Objective, objective_of, usual_metric, usual_report
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message


@dataclass(frozen=True)
class Goals(Objective):
    """Several metrics of a table as a search is told them. A row that lacks one of them has no value at all.

    Attributes
    ----------
    table, metric, repeat, report
        As of an `Objective`; `metric` is the first one. An index of a repeat holds for all metrics that have several.
    also : tuple of str
        The other ones.
    """

    also: tuple[str, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "also", tuple(plain_text(name) for name in self.also))
        names = (self.metric, *self.also)
        if len(set(names)) < len(names) or not 2 <= len(names) <= MOST_METRICS:
            raise SearchError(Message("Found the metrics {names}; expected 2 to {most} different ones. Choose others.",
                                      names=", ".join(names), most=MOST_METRICS))
        if self.repeat == "draw":
            raise SearchError(Message("Found repeat {found} with several metrics; expected mean or a number. Choose "
                                      "one of these.", found=repr(self.repeat)))
        for name in self.also:
            # As a metric of its own it would be refused for the same reasons.
            Objective(self.table, name, self._repeat(name))
        super().__post_init__()

    def _repeat(self, name: str) -> str | int:
        """The repeat of one of the other metrics."""
        return "mean" if self.table.repeats(name).shape[1] == 1 else self.repeat

    @property
    def names(self) -> tuple[str, ...]:
        """All metrics."""
        return self.metric, *self.also

    @cached_property
    def signs(self) -> np.ndarray:
        """What values are multiplied with, so that higher is better, ``float64 (m,)``."""
        return np.array([-1.0 if self.table.metric(name).higher_is_better is False else 1.0 for name in self.names])

    @cached_property
    def columns(self) -> np.ndarray:
        """The values of every row, ``float64 (n, m)``; all of a row are NaN where one of them is unknown."""
        columns = np.column_stack([
            self.table.column(name) if repeat == "mean" else self.table.repeats(name)[:, int(repeat)]
            for name, repeat in zip(self.names, (self.repeat, *map(self._repeat, self.also)), strict=True)])
        columns[np.isnan(columns).any(axis=1)] = np.nan
        return columns

    @cached_property
    def values(self) -> np.ndarray:
        """The first metric of every row, ``float64 (n, 1)``; NaN where one of all is unknown."""
        return np.ascontiguousarray(self.columns[:, :1])

    @cached_property
    def merits(self) -> np.ndarray:
        """The values of every row with their signs, ``float64 (n, m)``; NaN as in `columns`."""
        return self.columns * self.signs

    @cached_property
    def reference(self) -> np.ndarray:
        """The worst value of each metric among the rows that have all, ``float64 (m,)``: where volumes begin."""
        return self.signs * np.nanmin(self.merits, axis=0)

    @cached_property
    def front(self) -> np.ndarray:
        """Rows on the front of the table, ascending, ``int64 (k,)``."""
        known = np.flatnonzero(~np.isnan(self.columns[:, 0]))
        return known[on_front(self.merits[known])]

    @cached_property
    def volume(self) -> float:
        """The volume that the front of the table dominates, see `vanas_panel.core.fronts.hypervolume`."""
        return hypervolume(self.merits[self.front], self.signs * self.reference)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that a search can be told: keys and values of all cells."""
        keys, rows = self.table.lookup
        digest = hashlib.sha256(np.ascontiguousarray(keys).tobytes())
        digest.update(np.ascontiguousarray(self.columns[rows]).tobytes())
        return digest.hexdigest()

    def told_all(self, rows: np.ndarray) -> np.ndarray:
        """All metrics of some rows, ``float64 (n, m)``; NaN for row -1."""
        return np.where((rows < 0)[:, None], np.nan, self.columns[rows])

    def told(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The other metrics of some rows, ``float64 (n,)`` by name; NaN for row -1."""
        return {name: np.where(rows < 0, np.nan, self.columns[rows, place])
                for place, name in enumerate(self.also, start=1)}

    def shares(self, rows: np.ndarray) -> np.ndarray:
        """The share of `volume` that the first of some rows dominates, the first two, and so on, ``float64 (n,)``.

        NaN where the front of the table dominates nothing. No row may lack a metric.
        """
        return shares_of(self.merits[rows], self.signs * self.reference, self.volume)

    def described(self) -> dict[str, Any]:
        """The objective as JSON."""
        best = self.signs * np.nanmax(self.merits, axis=0)
        also = [{"metric": name, "higher_is_better": bool(self.signs[place] > 0), "best": float(best[place])}
                for place, name in enumerate(self.also, start=1)]
        return {**super().described(), "also": also, "reference": self.reference.tolist(), "volume": self.volume}


def goals_of(table: BenchmarkTable, metric: str | Sequence[str] | None, repeat: str | int,
             report: Sequence[str] | None) -> Objective:
    """The objective of a call: of one metric, or of several.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, sequence of str or None
        One name, alone or in a sequence, gives what `objective_of` gives.
    repeat, report
        As in `vanas_panel.search`. By default several metrics are judged by the test accuracy, unless it is one.
    """
    if metric is None or isinstance(metric, str):
        return objective_of(table, metric, repeat, report)
    names = [plain_text(name) for name in metric] or [usual_metric(table)]
    if len(names) == 1:
        return objective_of(table, names[0], repeat, report)
    if report is None:
        report = [name for name in usual_report(table, names[0]) if name not in names]
    if isinstance(report, str):
        report = [report]
    return Goals(table, names[0], repeat, tuple(name for name in dict.fromkeys(report) if name not in names),
                 tuple(names[1:]))
