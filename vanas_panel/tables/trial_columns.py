"""Columns of a table of trials: numbers or texts, each with its kind and the reason for it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from vanas_panel.text.language import Constant, Message, marked, translated

METRIC, PARAMETER, CONDITION, REPEAT, IDENTIFIER = "metric", "parameter", "condition", "repeat", "identifier"
KINDS = {METRIC: marked("metric"), PARAMETER: marked("parameter"), CONDITION: marked("condition"),
         REPEAT: marked("repeat"), IDENTIFIER: marked("identifier")}
"""What a column may be: a measurement; what a trial was given; what it was measured on; what numbers its repeats; what
names it."""

COMPLETE, FAILED, PRUNED, RUNNING, WAITING = "complete", "failed", "pruned", "running", "waiting"
STATES = {COMPLETE: marked("complete"), FAILED: marked("failed"), PRUNED: marked("pruned"),
          RUNNING: marked("running"), WAITING: marked("waiting")}
"""How a trial stands, in the order of their codes."""

CODES = {state: code for code, state in enumerate(STATES)}
"""The code of each state."""

EXACT = 2**53
"""Whole numbers beyond this are no longer exact as floats, so they are kept as texts."""


class Coded(NamedTuple):
    """Values of a column.

    Attributes
    ----------
    values : float64 (n,) or int32 (n,)
        Numbers, NaN where there is none; or, where there are `levels`, the code of each text, -1 where there is none.
    levels : tuple of str or None
        The texts, sorted; None for a column of numbers.
    """

    values: np.ndarray
    levels: tuple[str, ...] | None = None

    @property
    def known(self) -> np.ndarray:
        """Which rows have a value, ``bool (n,)``."""
        return ~np.isnan(self.values) if self.levels is None else self.values >= 0

    def take(self, rows: np.ndarray) -> Coded:
        """The values of some rows, without the levels that none of them has."""
        values = self.values[rows]
        if self.levels is None:
            return Coded(values)
        used = np.unique(values[values >= 0])
        place = np.full(len(self.levels) + 1, -1, np.int32)
        place[used] = np.arange(used.size, dtype=np.int32)
        return Coded(place[values], tuple(self.levels[code] for code in used))

    def texts(self) -> list[str | None]:
        """The texts of all rows; of numbers, what Python writes."""
        if self.levels is not None:
            return [self.levels[code] if code >= 0 else None for code in self.values]
        return [None if math.isnan(value) else f"{value:.17g}" for value in self.values]


@dataclass(frozen=True, eq=False)
class TrialColumn:
    """A column of a table of trials.

    Attributes
    ----------
    name : str
    kind : str
        One of `KINDS`.
    reason : str
        Why it is of that kind, a sentence without a full stop.
    values : float64 (n,) or int32 (n,)
        Numbers, NaN where there is none; or, where there are `levels`, the code of each text, -1 where there is none.
    levels : tuple of str or None
        The texts, sorted; None for a column of numbers.
    """

    name: str
    kind: str
    reason: str
    values: np.ndarray
    levels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def known(self) -> np.ndarray:
        """Which trials have a value, ``bool (n,)``."""
        return ~np.isnan(self.values) if self.levels is None else self.values >= 0

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.levels) if self.levels is not None else int(np.unique(self.values[self.known]).size)

    def of_kind(self, kind: str, reason: str) -> TrialColumn:
        """The same values as a column of another kind."""
        return replace(self, kind=kind, reason=reason)

    def value(self, row: int) -> float | str | None:
        """The value of a trial; None where it has none."""
        value = self.values[row]
        if self.levels is not None:
            return self.levels[value] if value >= 0 else None
        return None if math.isnan(value) else float(value)

    def series(self, rows: np.ndarray | None = None) -> pd.Series:
        """The column for a data frame, texts as categories; of all trials, or of some rows."""
        values = self.values if rows is None else self.values[rows]
        if self.levels is None:
            return pd.Series(values.copy(), name=self.name)
        return pd.Series(pd.Categorical.from_codes(values, pd.Index(self.levels, dtype=object)), name=self.name)

    @property
    def words(self) -> str:
        """Why the column is of its kind, in the language that holds."""
        return translated(self.reason if isinstance(self.reason, Message) else Constant(self.reason))


def coded(values: Sequence[Any] | np.ndarray) -> Coded:
    """Values of any kind as a column holds them.

    Parameters
    ----------
    values : sequence of object (n,)
        Numbers, texts, truth values, lists and dictionaries; None or NaN where there is nothing.

    Returns
    -------
    Coded
        Numbers stay numbers where there is nothing else and none is a whole number beyond `EXACT`. Truth values become
        ``false`` and ``true``; a list or a dictionary its JSON text.

    Examples
    --------
    >>> coded([1, None, 2.5]).values
    array([1. , nan, 2.5])
    >>> coded(["sgd", "adam", None, "sgd"])
    Coded(values=array([ 1,  0, -1,  1], dtype=int32), levels=('adam', 'sgd'))
    """
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return Coded(values.astype(np.float64))
    if all(_is_number(value) for value in values):
        return Coded(np.array([math.nan if value is None else value for value in values], np.float64))
    texts = np.empty(len(values), object)
    texts[:] = [_text(value) for value in values]
    return coded_texts(texts)


def coded_texts(texts: np.ndarray) -> Coded:
    """Codes and sorted levels of texts, ``object (n,)``, None where there is none."""
    codes, levels = pd.factorize(texts, use_na_sentinel=True)
    order = sorted(range(len(levels)), key=levels.__getitem__)
    place = np.empty(len(levels) + 1, np.int32)
    place[order] = np.arange(len(levels), dtype=np.int32)
    place[-1] = -1
    return Coded(place[codes], tuple(str(levels[index]) for index in order))


def _is_number(value: Any) -> bool:
    """Whether a value is nothing, or a number that a float holds exactly."""
    if isinstance(value, bool | np.bool_):
        return False
    return value is None or isinstance(value, float | np.floating) or (
        isinstance(value, int | np.integer) and abs(int(value)) <= EXACT)


def _text(value: Any) -> str | None:
    """A value as text; None where there is nothing."""
    if isinstance(value, str):
        # Half a character, as JSON may hold, can be written nowhere.
        return str.__str__(value).encode("utf-8", "replace").decode()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        # Not 1.0 beside "auto", where it says 1 in the file.
        return None if math.isnan(value) else f"{float(value):.17g}" if value % 1 == 0 else repr(float(value))
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def state_counts(states: np.ndarray) -> dict[str, int]:
    """How many trials stand how, without those that none does.

    Parameters
    ----------
    states : int8 (n,)
        Codes of `CODES`.

    Examples
    --------
    >>> state_counts(np.array([0, 0, 2], np.int8))
    {'complete': 2, 'pruned': 1}
    """
    counts = np.bincount(states, minlength=len(STATES))
    return {state: int(count) for state, count in zip(STATES, counts, strict=True) if count}


def asked_kind(kind: str) -> Message:
    """The reason of a kind that a person has said."""
    return Message("said to be one of kind {kind}", kind=kind)
