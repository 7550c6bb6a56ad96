"""Experiments of NNI: its SQLite file, and the JSON that ``nnictl experiment export`` writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials.found import Found, flat, merged_attributes, states_of
from vanas_panel.readers.trials.json_texts import BrokenJsonError, decoded
from vanas_panel.readers.trials.last_reports import REPORTS, REPORTS_REASON
from vanas_panel.readers.trials.sqlite_files import changes_beside, check_count, check_schema, opened, tables_of
from vanas_panel.tables.trial_columns import IDENTIFIER, METRIC, PARAMETER, coded
from vanas_panel.text.language import Message, marked

SQLITE = marked("an NNI experiment (SQLite)")
EXPORT = marked("an NNI experiment (exported as JSON)")
NEEDED = {"TrialJobEvent": ("timestamp", "trialJobId", "event", "data"),
          "MetricData": ("timestamp", "trialJobId", "type", "sequence", "data")}
_GIVEN = marked("NNI lists it among the parameters")
_REPORTED = marked("the trial reported it as its result")
_ID = marked("NNI's name of the trial")
_DIRECTIONS = {"maximize": True, "minimize": False}


@dataclass(eq=False)
class _Job:
    """A trial as the events so far have left it."""

    state: str = "WAITING"
    parameters: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    reports: int = 0


def read_nni_sqlite(path: Path) -> Found:
    """Read an experiment.

    Raises
    ------
    SourceError
        Where the file is damaged or lacks a table.
    """
    tables = tables_of(path)
    check_schema(tables, NEEDED, "NNI", path)
    jobs: dict[str, _Job] = {}
    with opened(path) as connection:
        for table in NEEDED:
            check_count(connection, table, path)
        for name, event, data in connection.execute(
                "SELECT trialJobId, event, data FROM TrialJobEvent ORDER BY timestamp, rowid"):
            job = jobs.setdefault(str(name), _Job())
            job.state = str(event) if str(event) not in ("ADD_HYPERPARAMETER", "IMPORT_DATA", "ADD_CUSTOMIZED") \
                else job.state
            if data:
                job.parameters = _object(_decoded(data, path).get("parameters"))
        for name, kind, data in connection.execute(
                "SELECT trialJobId, type, data FROM MetricData ORDER BY timestamp, rowid"):
            job = jobs.setdefault(str(name), _Job())
            if kind == "FINAL":
                job.metrics = _result(_value(data, path))
            elif kind == "PERIODICAL":
                job.reports += 1
        direction = _direction(connection, tables)
    found = _found(SQLITE, jobs, direction)
    found.notes += changes_beside(path)
    return found


def read_nni_export(rows: Sequence[Mapping[str, Any]]) -> Found:
    """The trials of an export, which has those that ended well only."""
    jobs = {f"{row.get('trialJobId', number)}": _Job("SUCCEEDED", _object(row["parameter"]), _result(row["value"]))
            for number, row in enumerate(rows)}
    if len(jobs) < len(rows):
        jobs = {f"{row.get('trialJobId', '')} ({number})": _Job("SUCCEEDED", _object(row["parameter"]),
                                                                _result(row["value"]))
                for number, row in enumerate(rows)}
    return _found(EXPORT, jobs, None)


def is_nni_export(content: Any) -> bool:
    """Whether the values of a JSON text are those of an export."""
    return isinstance(content, list) and bool(content) and all(
        isinstance(row, dict) and isinstance(row.get("parameter"), dict) and "value" in row for row in content)


def _found(format: str, jobs: Mapping[str, _Job], direction: bool | None) -> Found:
    """The trials of an experiment."""
    states, _ = states_of(coded([job.state for job in jobs.values()]))
    found = Found(format, len(jobs), states=states if states is not None else np.zeros(len(jobs), np.int8))
    found.add("trialJobId", [*jobs], IDENTIFIER, _ID)
    for name, values in merged_attributes([job.metrics for job in jobs.values()]).items():
        column = coded(values)
        found.add(name, column, METRIC if column.levels is None else IDENTIFIER, _REPORTED,
                  higher_is_better=direction, directed=name == "default" and direction is not None)
    for name, values in merged_attributes([flat(job.parameters) for job in jobs.values()]).items():
        found.add(name, values, PARAMETER, _GIVEN, beside=f"parameter {name}")
    if any(job.reports for job in jobs.values()):
        found.add(REPORTS, [job.reports for job in jobs.values()], IDENTIFIER, REPORTS_REASON)
    if direction is None and "default" in found.columns:
        found.notes.append(Message("The file does not say whether higher values of {names} are better. Say it: "
                                   "directions={{{name!r}: True}}, or False.", names="default", name="default"))
    return found


def _direction(connection: sqlite3.Connection, tables: Mapping[str, Sequence[str]]) -> bool | None:
    """Whether higher results are better, as the settings of the tuner say; None where they do not."""
    if "params" not in tables.get("ExperimentProfile", ()):
        return None
    row = connection.execute("SELECT params FROM ExperimentProfile ORDER BY rowid DESC LIMIT 1").fetchone()
    try:
        said = _object(decoded(str(row[0]).encode())) if row else {}
    except BrokenJsonError:
        return None
    for part in ("tuner", "advisor"):
        mode = _object(_object(said.get(part)).get("classArgs")).get("optimize_mode")
        if mode in _DIRECTIONS:
            return _DIRECTIONS[mode]
    return None


def _object(value: Any) -> dict[str, Any]:
    """A dictionary as it is; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _result(value: Any) -> dict[str, Any]:
    """Results by name; a single number is called ``default``, as NNI does."""
    return flat(value) if isinstance(value, dict) else {"default": value}


def _value(data: Any, path: Path) -> Any:
    """A reported value: JSON, often within a JSON text once more."""
    value = _read(data, path)
    return _read(value, path) if isinstance(value, str) else value


def _decoded(data: Any, path: Path) -> dict[str, Any]:
    """The object that an event has with it."""
    return _object(_read(data, path))


def _read(data: Any, path: Path) -> Any:
    """The values of a JSON text in the file."""
    try:
        return decoded(str(data).encode())
    except BrokenJsonError as error:
        raise SourceError(Message("{found} in a trial of NNI", found=error.args[0]), "JSON", "Copy the file again",
                          path=path) from error
