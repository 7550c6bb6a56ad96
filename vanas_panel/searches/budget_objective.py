"""A metric that a table has after several training budgets, as successive halving and Hyperband need it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import SearchError
from vanas_panel.searches.objective import SECONDS, Objective
from vanas_panel.text.language import Message

_NUMBERED = re.compile(r"(?P<base>.+)_(?P<epochs>[1-9][0-9]{0,9})")
MOST_BUDGETS = 1_000


@dataclass(frozen=True)
class BudgetObjective(Objective):
    """A metric after the full budget, which judges a search, and after every lower budget that the table has.

    Lower budgets are metrics with the same name and the budget behind it, such as ``validation_accuracy_12``, in epochs
    or steps. The full budget is the number in the metric's own name; else the steps of the table's training; else the
    series of the lower ones goes on: after 4, 12 and 36 epochs comes 108.

    Attributes
    ----------
    table, metric, repeat, report
        As of an `Objective`. A budget that was trained once has the same value whatever the repeat.
    """

    def __post_init__(self):
        super().__post_init__()
        if len(self.names) < 2 and self._base != self.metric and self._base in self.table.metrics:
            raise SearchError(Message("Found {metric}, the lowest training budget of {table}; expected the metric "
                                      "after the full one. Choose {full}.", metric=self.metric, table=self.table.name,
                                      full=self._base))
        if len(self.names) < 2:
            raise SearchError(Message("Found no {metric} after a lower training budget in {table}; expected a metric "
                                      "such as {example}. Choose another strategy, or a table that has one.",
                                      metric=self.metric, table=self.table.name, example=f"{self._base}_12"))
        if len(self.names) > MOST_BUDGETS:
            raise SearchError(Message("Found {count} training budgets of {metric}; expected at most {most}. Leave some "
                                      "out of the table.", count=len(self.names), metric=self.metric,
                                      most=MOST_BUDGETS))
        if self.epochs[-1] <= self.epochs[-2]:
            raise SearchError(Message("Found {name}, but not after how many epochs {metric} was measured; expected a "
                                      "number above {epochs}. Put it behind the name of the metric, as in "
                                      "{example}.", name=self.names[-2], metric=self.metric,
                                      epochs=int(self.epochs[-2]),
                                      example=f"{self.metric}_{3 * int(self.epochs[-2])}"))

    @cached_property
    def _base(self) -> str:
        """The metric's name without a budget."""
        parts = _NUMBERED.fullmatch(self.metric)
        return parts["base"] if parts else self.metric

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The metric of every budget, the lowest first; the last one is the metric itself."""
        own = _NUMBERED.fullmatch(self.metric)
        found = {}
        for name, metric in self.table.metrics.items():
            parts = _NUMBERED.fullmatch(name)
            if parts and parts["base"] == self._base and name != self.metric and (
                    metric.higher_is_better == self.table.metric(self.metric).higher_is_better):
                epochs = int(parts["epochs"])
                if epochs < (int(own["epochs"]) if own else 1 << 31):
                    found[epochs] = name
        return *(found[epochs] for epochs in sorted(found)), self.metric

    @cached_property
    def epochs(self) -> np.ndarray:
        """The budgets in epochs or steps, ascending, ``int64 (b,)``; the last one is 0 where it cannot be known."""
        lower = [int(name.rpartition("_")[2]) for name in self.names[:-1]]
        own = _NUMBERED.fullmatch(self.metric)
        full = int(own["epochs"]) if own else self._full(lower)
        return np.array([*lower, full], np.int64)

    def _full(self, lower: list[int]) -> int:
        """The budget of a metric that does not name it."""
        training: Any = self.table.training
        settings = training.get("settings") if isinstance(training, Mapping) else None
        steps = plain_int(settings.get("steps")) if isinstance(settings, Mapping) else None
        if steps is not None:
            return steps
        return round(lower[-1] ** 2 / lower[-2]) if len(lower) > 1 else 0

    @cached_property
    def values_by_budget(self) -> np.ndarray:
        """What may be told of every row after every budget, ``float64 (b, n, k)``; NaN where unknown."""
        columns = [self._values_of(name) for name in self.names[:-1]] + [self.values]
        widest = max(column.shape[1] for column in columns)
        values = np.full((len(columns), len(self.table), widest), np.nan)
        for place, column in enumerate(columns):
            values[place, :, :column.shape[1]] = column
        return values

    def _values_of(self, name: str) -> np.ndarray:
        """What may be told of every row after a lower budget, ``float64 (n, k)``."""
        if self.repeat == "mean":
            return self.table.column(name)[:, None]
        repeats = self.table.repeats(name)
        if self.repeat == "draw" or repeats.shape[1] == 1:
            return repeats
        index = int(self.repeat)
        if index >= repeats.shape[1]:
            raise SearchError(Message("Found repeat {found} for {metric}, of which there are {count}; expected a "
                                      "repeat that all budgets have. Choose another one, or mean.", found=index,
                                      metric=name, count=repeats.shape[1]))
        return repeats[:, index, None]

    def told(self, rows: np.ndarray, budgets: np.ndarray) -> np.ndarray:
        """What may be told of some rows after some budgets in epochs, ``float64 (n, k)``; NaN for row -1."""
        values = self.values_by_budget[np.searchsorted(self.epochs, budgets), rows]
        return np.where((rows < 0)[:, None], np.nan, values)

    def seconds_of(self, rows: np.ndarray, budgets: np.ndarray) -> np.ndarray:
        """What the trainings of some rows cost, ``float64 (n,)``; NaN where the table does not say.

        A budget with a training time of its own, such as ``training_time_12``, has that; others have their share of
        the full one.
        """
        seconds = np.full(rows.size, np.nan)
        for epochs in np.unique(budgets).tolist():
            here = (budgets == epochs) & (rows >= 0)
            name = f"{SECONDS}_{epochs}"
            if name in self.table.metrics:
                seconds[here] = self.table.column(name)[rows[here]]
            elif self.seconds is not None:
                seconds[here] = self.seconds[rows[here]] * (epochs / self.epochs[-1])
        return seconds

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that a search can be told: keys and values of all cells after every budget."""
        keys, rows = self.table.lookup
        digest = hashlib.sha256(np.ascontiguousarray(keys).tobytes())
        for values in self.values_by_budget:
            digest.update(np.ascontiguousarray(values[rows]).tobytes())
        return digest.hexdigest()

    def described(self) -> dict[str, Any]:
        """The objective as JSON."""
        budgets = [{"metric": name, "epochs": epochs}
                   for name, epochs in zip(self.names, self.epochs.tolist(), strict=True)]
        return {**super().described(), "budgets": budgets}


def with_budgets(objective: Objective) -> BudgetObjective:
    """An objective together with the lower budgets of its metric.

    Raises
    ------
    SearchError
        Where the table has none, or does not say what the full budget is.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.searches.objective import objective_of
    >>> found = with_budgets(objective_of(vp.open_table("mnist-cells"), None, "mean", None))
    >>> found.names[0], found.epochs.tolist()
    ('validation_accuracy_45', [45, 90, 180])
    """
    if isinstance(objective, BudgetObjective):
        return objective
    return BudgetObjective(objective.table, objective.metric, objective.repeat, objective.report)


def budgets_of(objective: Mapping[str, Any]) -> list[int]:
    """The budgets that a header names, ascending; empty where there is but one."""
    return [each["epochs"] for each in objective.get("budgets", ())]


def budgets_are_whole(objective: Mapping[str, Any]) -> bool:
    """Whether what the header of a file says of its budgets can be; KeyError and TypeError where parts are absent."""
    budgets = objective["budgets"]
    epochs = [each["epochs"] for each in budgets]
    return (isinstance(budgets, list) and 2 <= len(budgets) <= MOST_BUDGETS
            and all(isinstance(each["metric"], str) for each in budgets)
            and all(type(each) is int and 0 < each < 1 << 31 for each in epochs)
            and all(one < other for one, other in pairwise(epochs)))
