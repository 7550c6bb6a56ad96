"""Studies of Optuna as tables: `Study.trials_dataframe` saved in any form, and the CSV of its dashboard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.readers.trials.found import Found, states_of
from vanas_panel.readers.trials.optuna_study import (
    DURATION,
    GIVEN,
    MOMENT,
    NUMBER,
    add_attributes,
    seconds_between,
)
from vanas_panel.tables.metrics import guess_direction
from vanas_panel.tables.trial_columns import IDENTIFIER, METRIC, PARAMETER, Coded
from vanas_panel.text.language import Message, marked

FRAME = marked("a table of trials that Optuna's trials_dataframe made")
DASHBOARD = marked("a table of trials that Optuna's dashboard saved")
_OBJECTIVE = re.compile(r"value|values_.+")
OBJECTIVE = marked("an objective of the study")
_NOTHING_SAID = marked(
    "The file does not say whether higher values of {names} are better. Say it: "
    "directions={{{name!r}: True}}, or False.")


def is_optuna_frame(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those of a ``trials_dataframe``."""
    return {"number", "state"} <= {*columns} and any(map(_OBJECTIVE.fullmatch, columns))


def is_optuna_dashboard(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those that the dashboard writes."""
    return [*columns][:2] == ["Number", "State"] and any(
        name == "Value" or name.startswith(("Param ", "Objective ", "Value ")) for name in columns)


def read_optuna_frame(columns: Mapping[str, Coded]) -> Found:
    """The trials of a ``trials_dataframe``."""
    found = _started(FRAME, columns, "number", "state")
    objectives = [name for name in columns if _OBJECTIVE.fullmatch(name)]
    _add_trials(found, columns, objectives, "params_", "user_attrs_")
    _add_times(found, columns)
    _add_others(found, columns, ("number", "state", "params_", "user_attrs_", "system_attrs_", "value", "datetime_",
                                 "duration", "index", "Unnamed"))
    return found


def read_optuna_dashboard(columns: Mapping[str, Coded]) -> Found:
    """The trials of the dashboard's CSV."""
    found = _started(DASHBOARD, columns, "Number", "State")
    objectives = [name for name in columns if name == "Value" or name.startswith(("Value ", "Objective "))]
    _add_trials(found, columns, objectives, "Param ", "UserAttribute ")
    _add_others(found, columns, ("Number", "State", "Value", "Objective ", "Param ", "UserAttribute "))
    return found


def _started(format: str, columns: Mapping[str, Coded], number: str, state: str) -> Found:
    """Number and states, with which both begin."""
    states, notes = states_of(columns[state])
    found = Found(format, columns[number].values.size, states=states, notes=notes)
    found.add(number, columns[number], IDENTIFIER, NUMBER)
    if states is None and columns[state].known.any():
        found.add(state, columns[state])
    return found


def _add_trials(found: Found, columns: Mapping[str, Coded], objectives: list[str], parameter: str,
                attribute: str) -> None:
    """Add the objectives, the parameters and the user attributes; the last two by what their names begin with."""
    for name in objectives:
        found.add(name, columns[name], METRIC, OBJECTIVE)
    _note_directions(found, objectives)
    for name, column in columns.items():
        if name.startswith(parameter):
            found.add(name.removeprefix(parameter), column, PARAMETER, GIVEN, beside=name)
    add_attributes(found, {name.removeprefix(attribute): column for name, column in columns.items()
                           if name.startswith(attribute)})


def _note_directions(found: Found, names: list[str]) -> None:
    """Say that the directions of some metrics are not in the file, where their names do not tell either."""
    open_ones = [name for name in names if guess_direction(name) is None]
    if open_ones:
        found.notes.append(Message(_NOTHING_SAID, names=", ".join(open_ones), name=open_ones[0]))


def _add_times(found: Found, columns: Mapping[str, Coded]) -> None:
    """Add the moments of the trials, and how long they took."""
    for name in ("datetime_start", "datetime_complete"):
        if name in columns:
            found.add(name, columns[name], IDENTIFIER, MOMENT)
    if "duration" in columns:
        found.add("duration", _seconds(columns["duration"]), METRIC, DURATION, beside="duration (trial)",
                  higher_is_better=False, directed=True)
    elif {"datetime_start", "datetime_complete"} <= {*columns}:
        found.add("duration", seconds_between(columns["datetime_start"].texts(), columns["datetime_complete"].texts()),
                  METRIC, DURATION, beside="duration (trial)", higher_is_better=False, directed=True)


def _seconds(column: Coded) -> Coded:
    """Durations as pandas writes them, ``0 days 00:00:00.332657``, as seconds; what is none is unknown."""
    if column.levels is None:
        return column
    parsed = pd.to_timedelta(pd.Series(column.levels, dtype=object), errors="coerce").dt.total_seconds()
    return Coded(np.array([*parsed, np.nan], np.float64)[column.values])


def _add_others(found: Found, columns: Mapping[str, Coded], known: tuple[str, ...]) -> None:
    """Add the columns that the program did not write, such as one that a person added."""
    for name, column in columns.items():
        if not name.startswith(known):
            found.add(name, column)
