"""What a reader of trials has found, before it is a table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.trial_columns import CODES, COMPLETE, METRIC, WAITING, Coded, coded
from vanas_panel.text.language import Message, marked


@dataclass(eq=False)
class FoundColumn:
    """A column as a source holds it.

    Attributes
    ----------
    values : Coded
    kind : str
        One of `vanas_panel.tables.trial_columns.KINDS`; empty where it is to be guessed.
    reason : str
        Why, where the format says it.
    metric : Metric or None
        What the format says of a metric, its direction most often.
    """

    values: Coded
    kind: str = ""
    reason: str = ""
    metric: Metric | None = None


@dataclass(eq=False)
class Found:
    """Trials as a reader has found them.

    Attributes
    ----------
    format : str
        What the source was recognised as.
    count : int
        Trials.
    columns : dict of str to FoundColumn
        In the order in which they are shown.
    states : int8 (count,) or None
        Codes of `vanas_panel.tables.trial_columns.STATES`; None where the source does not say how trials stand.
    title : str
        Of the study, where it has a name.
    notes : list of str
        What a person has to know.
    """

    format: str
    count: int
    columns: dict[str, FoundColumn] = field(default_factory=dict)
    states: np.ndarray | None = None
    title: str = ""
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, values: Coded | Sequence[Any], kind: str = "", reason: str = "", *,
            beside: str = "", higher_is_better: bool | None = None, directed: bool = False) -> None:
        """Add a column.

        Parameters
        ----------
        name : str
        values : Coded or sequence of object (count,)
        kind, reason : str, optional
        beside : str, optional
            The name where another column has that one already: ``user_attrs_lr`` beside a parameter ``lr``.
        higher_is_better : bool or None, optional
        directed : bool, optional
            Whether the source says that direction.
        """
        name = name if name not in self.columns else free_name(beside or f"{name} (2)", self.columns)
        metric = known_metric(name).with_direction(higher_is_better) if directed and kind == METRIC else None
        self.columns[name] = FoundColumn(values if isinstance(values, Coded) else coded(values), kind, reason, metric)


def free_name(name: str, taken: Iterable[str]) -> str:
    """A name that is not taken: itself, else with the first free number behind it.

    Examples
    --------
    >>> free_name("lr", ["a"]), free_name("lr", ["lr", "lr (2)"])
    ('lr', 'lr (3)')
    """
    there = {*taken}
    if name not in there:
        return name
    return next(other for number in itertools.count(2) if (other := f"{name} ({number})") not in there)


_STATES = {
    "complete": COMPLETE, "completed": COMPLETE, "succeeded": COMPLETE, "finished": COMPLETE, "terminated": COMPLETE,
    "success": COMPLETE, "done": COMPLETE, "ok": COMPLETE,
    "fail": "failed", "failed": "failed", "error": "failed", "crashed": "failed", "killed": "failed",
    "user_canceled": "failed", "sys_canceled": "failed", "canceled": "failed", "cancelled": "failed",
    "pruned": "pruned", "early_stopped": "pruned", "stopped": "pruned", "stopping": "pruned",
    "running": "running", "inprogress": "running", "in_progress": "running", "paused": "running",
    "preempted": "running", "preempting": "running",
    "waiting": WAITING, "pending": WAITING, "queued": WAITING, "unknown": WAITING,
}
"""What programs call the states of trials, in small letters."""


def states_of(column: Coded) -> tuple[np.ndarray | None, list[str]]:
    """The states that a column of texts says; None where one of them is no state.

    Returns
    -------
    states : int8 (n,) or None
        A trial without a text counts as running.
    notes : list of str

    Examples
    --------
    >>> from vanas_panel.tables.trial_columns import coded
    >>> states_of(coded(["COMPLETE", "FAIL"]))[0].tolist(), states_of(coded(["Ohio"]))[0]
    ([0, 1], None)
    """
    if column.levels is None or any(level.strip().lower() not in _STATES for level in column.levels):
        return None, []
    codes = np.array([*(CODES[_STATES[level.strip().lower()]] for level in column.levels), CODES["running"]], np.int8)
    missing = int((column.values < 0).sum())
    return codes[column.values], [] if not missing else [Message(
        "{count:,} trial has no state and counts as running.", "{count:,} trials have no state and count as running.",
        missing)]


def merged_attributes(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Dictionaries of single trials as columns, in the order in which their names occur first."""
    columns: dict[str, list[Any]] = {}
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name not in columns:
                columns[name] = [None] * len(rows)
            columns[name][number] = value
    return columns


def flat(values: Mapping[str, Any], before: str = "", deepest: int = 8) -> dict[str, Any]:
    """Dictionaries within a dictionary as names with strokes between, as Ray writes them; lists stay.

    Examples
    --------
    >>> flat({"lr": 0.1, "model": {"layers": 2, "sizes": [3, 4]}})
    {'lr': 0.1, 'model/layers': 2, 'model/sizes': [3, 4]}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and value and deepest:
            found |= flat(value, f"{before}{name}/", deepest - 1)
        else:
            found[f"{before}{name}"] = value
    return found


CURVES = marked("{trials:,} trials reported {rows:,} times; each is one row with its last report, and "
                "{column} says how many there were.")
CURVE = marked("One trial reported {rows:,} times; it is one row with its last report.")
