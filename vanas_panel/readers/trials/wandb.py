"""Tables of runs of Weights & Biases: the CSV file of its web page, and what its documentation writes from Python.

In the first, configuration and results stand side by side. In the second, ``config`` and ``summary`` are columns of
dictionaries.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from vanas_panel.errors import SourceError
from vanas_panel.exchange.values import Unreadable, Values
from vanas_panel.readers.trials.found import Found, flat, merged_attributes, states_of
from vanas_panel.readers.trials.kinds import guessed_kind
from vanas_panel.tables.metrics import word_set
from vanas_panel.tables.trial_columns import CONDITION, IDENTIFIER, METRIC, PARAMETER, Coded, coded
from vanas_panel.text.language import Message, marked

FORMAT = marked("a table of runs that Weights & Biases saved")
RUNS = marked("runs of Weights & Biases, written from Python")
_OWN = word_set("Name ID Notes User Tags Created Sweep Group Updated GPU_Type Hostname Github Commit End_Time "
                "Start_Time Heartbeat_At Project Entity Host")
_WRITTEN = marked("Weights & Biases writes it of every run")
_GIVEN = marked("Weights & Biases lists it in the configuration of the run")
_REPORTED = marked("a number in the summary of the run")
_TIME = marked("how long the run took, in seconds")


def is_wandb(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those that Weights & Biases writes."""
    there = {*columns}
    return {"Name", "State"} <= there and len(there & {"Notes", "User", "Tags", "Created", "Runtime", "Sweep"}) >= 2


def read_wandb(columns: Mapping[str, Coded]) -> Found:
    """The runs of the table."""
    states, notes = states_of(columns["State"])
    found = Found(FORMAT, columns["Name"].values.size, states=states, notes=notes)
    for name, column in columns.items():
        if name == "State" and states is not None:
            continue
        if name == "Runtime" and column.levels is None:
            found.add(name, column, METRIC, _TIME, higher_is_better=False, directed=True)
        elif name.replace(" ", "_") in _OWN:
            found.add(name, column, IDENTIFIER, _WRITTEN)
        else:
            found.add(name, column)
    return found


def is_wandb_runs(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those of runs as the documentation of Weights & Biases writes them from Python.

    Examples
    --------
    >>> is_wandb_runs({"summary": None, "config": None, "name": None}), is_wandb_runs({"config": None, "name": None})
    (True, False)
    """
    there = {*columns}
    return {"summary", "config"} <= there and not there.isdisjoint({"name", "id"})


def read_wandb_runs(columns: Mapping[str, Coded]) -> Found:
    """The runs of a table whose columns ``summary`` and ``config`` hold dictionaries of Python."""
    states, notes = states_of(columns["state"]) if "state" in columns else (None, [])
    found = Found(RUNS, columns["config"].values.size, states=states, notes=notes)
    for name, values in merged_attributes([flat(row) for row in _dictionaries(columns, "config")]).items():
        found.add(name, values, IDENTIFIER if name.startswith("_") else PARAMETER,
                  _WRITTEN if name.startswith("_") else _GIVEN, beside=f"config/{name}")
    for name, values in merged_attributes([flat(row) for row in _dictionaries(columns, "summary")]).items():
        column = coded(values)
        if name.startswith("_"):
            found.add(name, column, IDENTIFIER, _WRITTEN, beside=f"summary/{name}")
        elif column.levels is not None or guessed_kind(name, column)[0] == CONDITION:
            found.add(name, column, beside=f"summary/{name}")
        else:
            found.add(name, column, METRIC, _REPORTED, beside=f"summary/{name}")
    for name, column in columns.items():
        if name not in ("summary", "config") and not (name == "state" and states is not None):
            found.add(name, column, IDENTIFIER, _WRITTEN, beside=f"run/{name}")
    return found


def _dictionaries(columns: Mapping[str, Coded], name: str) -> list[dict[str, Any]]:
    """The dictionaries that the texts of a column write, without running them; an empty one where there is none."""
    texts = columns[name].texts()
    known: dict[str, dict[str, Any]] = {}
    for row, text in enumerate(texts):
        if text is None or text in known:
            continue
        reading = Values()
        reading.names |= {"nan": math.nan, "inf": math.inf}
        try:
            value = reading.of(ast.parse(text.strip(), mode="eval").body)
        except (Unreadable, SyntaxError, ValueError, MemoryError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise SourceError(Message("{text!r:.100} in column {name!r}", text=text, name=name),
                              "a dictionary of Python, as in {'lr': 0.1}", "Correct the row, or leave it out", row=row)
        known[text] = {str(key): each for key, each in value.items()}
    return [known[text] if text is not None else {} for text in texts]
