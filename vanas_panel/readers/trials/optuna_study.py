"""A study of Optuna, whatever file it comes from: its trials as columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials.found import Found
from vanas_panel.tables.trial_columns import CODES, IDENTIFIER, METRIC, PARAMETER, Coded, coded
from vanas_panel.text.language import Message, both, marked

STATES = {"COMPLETE": "complete", "FAIL": "failed", "PRUNED": "pruned", "RUNNING": "running", "WAITING": "waiting"}
"""Optuna's words for how a trial stands."""

OBJECTIVE = marked("an objective of the study, which says its direction")
GIVEN = marked("Optuna lists it among the parameters")
ATTRIBUTE = marked("a number among the user attributes")
TEXT_ATTRIBUTE = marked("a text among the user attributes")
NUMBER = marked("Optuna's number of the trial")
MOMENT = marked("when the trial ran")
DURATION = marked("the time from the start of the trial to its end")
STEPS = marked("how many intermediate values the trial reported")


@dataclass(eq=False)
class StudyRecords:
    """A study column by column; all lists have one entry for each of its trials.

    Attributes
    ----------
    name : str
    directions : list of bool or None
        Whether higher is better, for each objective.
    metric_names : list of str
        Of the objectives; empty where they have none.
    numbers : list of int
    states : list of str
        Of `STATES`.
    starts, ends : list of str or None
        Moments as ISO 8601.
    values : list of list
        By objective, the values of all trials.
    parameters, attributes : dict of str to list
    steps : list of int
        How many intermediate values each trial has.
    """

    name: str
    directions: list[bool | None]
    metric_names: list[str]
    numbers: list[int]
    states: list[str]
    starts: list[str | None]
    ends: list[str | None]
    values: list[list[float | None]] = field(default_factory=list)
    parameters: dict[str, list[Any]] = field(default_factory=dict)
    attributes: dict[str, list[Any]] = field(default_factory=dict)
    steps: list[int] = field(default_factory=list)


def found_study(records: StudyRecords, format: str) -> Found:
    """The study as a reader gives it."""
    found = Found(format, len(records.numbers), title=records.name,
                  states=np.array([CODES[STATES[state]] for state in records.states], np.int8))
    found.add("number", records.numbers, IDENTIFIER, NUMBER)
    names = records.metric_names or objective_names(len(records.directions))
    for name, values, direction in zip(names, records.values, records.directions, strict=True):
        found.add(name, values, METRIC, OBJECTIVE, higher_is_better=direction, directed=True)
    for name, values in records.parameters.items():
        found.add(name, values, PARAMETER, GIVEN, beside=f"params_{name}")
    add_attributes(found, {name: coded(values) for name, values in records.attributes.items()})
    found.add("duration", seconds_between(records.starts, records.ends), METRIC, DURATION, beside="duration (trial)",
              higher_is_better=False, directed=True)
    if any(records.steps):
        found.add("intermediate_values", records.steps, IDENTIFIER, STEPS)
    found.add("datetime_start", records.starts, IDENTIFIER, MOMENT)
    found.add("datetime_complete", records.ends, IDENTIFIER, MOMENT)
    return found


def add_attributes(found: Found, attributes: Mapping[str, Coded]) -> None:
    """Add user attributes: numbers are metrics, texts are identifiers."""
    for name, column in attributes.items():
        is_number = column.levels is None
        found.add(name, column, METRIC if is_number else IDENTIFIER, ATTRIBUTE if is_number else TEXT_ATTRIBUTE,
                  beside=f"user_attrs_{name}")


def objective_names(count: int) -> list[str]:
    """What Optuna calls objectives without names.

    Examples
    --------
    >>> objective_names(1), objective_names(2)
    (['value'], ['values_0', 'values_1'])
    """
    return ["value"] if count == 1 else [f"values_{place}" for place in range(count)]


def seconds_between(starts: Sequence[str | None], ends: Sequence[str | None]) -> Coded:
    """Seconds from moments to others, NaN where one is unknown or none."""
    def moments(texts: Sequence[str | None]) -> np.ndarray:
        known = [_moment(text) for text in texts]
        return np.array(known, "datetime64[us]")

    passed = moments(ends) - moments(starts)
    return Coded(np.where(np.isnat(passed), np.nan, passed.astype(np.int64) / 1e6))


def _moment(text: str | None) -> np.datetime64:
    """A moment, not a time where there is none."""
    try:
        return np.datetime64(str(text).strip()[:26].replace(" ", "T") if text else "NaT", "us")
    except ValueError:
        return np.datetime64("NaT", "us")


@lru_cache(10_000)
def choices_of(distribution: str) -> tuple[Any, ...] | None:
    """The choices of a categorical distribution in Optuna's JSON; None for one of numbers.

    Examples
    --------
    >>> choices_of('{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}}')
    ('adam', 'sgd')
    """
    said = json.loads(distribution)
    attributes = said["attributes"]
    return tuple(attributes["choices"]) if said["name"] == "CategoricalDistribution" else None


def parameter_value(value: float | None, distribution: str, name: str, path: Path) -> Any:
    """What a parameter was set to, of Optuna's number for it; `SourceError` where there is no such choice."""
    try:
        choices = choices_of(distribution)
        if choices is None or value is None:
            return value
        index = int(value)
        if not 0 <= index < len(choices):
            raise IndexError(index)
        return choices[index]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError):
        raise SourceError(Message("{value!r:.40} of parameter {name!r:.60} with the distribution {distribution!r:.80}",
                                  value=value, name=name, distribution=distribution),
                          "a value of that distribution", "Write the study again, or open another file",
                          path=path) from None


def chosen_study(names: Sequence[str], counts: Sequence[int], asked: str, path: Path) -> int:
    """The place of the study that is asked for among several.

    Raises
    ------
    SourceError
        That lists them, where none or another is asked for.
    """
    listed = [Message("{name!r:.60} ({count:,} trials)", name=name, count=count)
              for name, count in zip(names, counts, strict=True)]
    if not names:
        raise SourceError("an Optuna file without any study", "at least one study", "Run it first", path=path)
    if asked:
        if asked not in names:
            raise SourceError(Message("no study {asked!r:.60}", asked=asked),
                              Message("one of {names}", names=both(listed[:20])), "Correct the name", path=path)
        return list(names).index(asked)
    if len(names) > 1:
        raise SourceError(Message("{count} studies in one file: {names}", count=len(names), names=both(listed[:20])),
                          "one", Message("Choose it: vp.open_trials(..., study={name!r:.60}), or --study",
                                         name=names[0]), path=path)
    return 0
