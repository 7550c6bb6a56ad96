"""Studies of Optuna in SQLite files, with queries of our own; the file is never upgraded."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials.found import Found
from vanas_panel.readers.trials.json_texts import BrokenJsonError, decoded
from vanas_panel.readers.trials.optuna_study import (
    STATES,
    StudyRecords,
    chosen_study,
    found_study,
    parameter_value,
)
from vanas_panel.readers.trials.sqlite_files import changes_beside, check_count, check_schema, opened, tables_of
from vanas_panel.text.language import Message, marked

FORMAT = marked("an Optuna study (SQLite)")
NEEDED = {
    "studies": ("study_id", "study_name"),
    "study_directions": ("study_id", "objective", "direction"),
    "trials": ("trial_id", "number", "study_id", "state", "datetime_start", "datetime_complete"),
    "trial_params": ("trial_id", "param_name", "param_value", "distribution_json"),
    "trial_values": ("trial_id", "objective", "value"),
    "trial_user_attributes": ("trial_id", "key", "value_json"),
}
_INFINITE = {"INF_POS": math.inf, "INF_NEG": -math.inf}


def read_optuna_sqlite(path: Path, study: str) -> Found:
    """Read one study of a file.

    Raises
    ------
    SourceError
        Where the file is damaged or of an older form, or holds several studies and none is chosen.
    """
    tables = tables_of(path)
    check_schema(tables, NEEDED, "Optuna", path)
    with opened(path) as connection:
        for table in ("trials", "trial_params", "trial_values", "trial_user_attributes"):
            check_count(connection, table, path)
        studies = connection.execute(
            "SELECT s.study_id, s.study_name, (SELECT count(*) FROM trials t WHERE t.study_id = s.study_id) "
            "FROM studies s ORDER BY s.study_id").fetchall()
        place = chosen_study([str(name) for _, name, _ in studies], [count for *_, count in studies], study, path)
        number, name, _ = studies[place]
        records = _trials(connection, number, str(name), path)
        at = {trial: place for place, (trial,) in enumerate(connection.execute(
            "SELECT trial_id FROM trials WHERE study_id = ? ORDER BY number, trial_id", (number,)))}
        _values(connection, number, records, at, "value_type" in tables["trial_values"])
        _parameters(connection, number, records, at, path)
        _attributes(connection, number, records, at, path)
        _steps(connection, number, records, at, tables)
        records.metric_names = _metric_names(connection, number, len(records.directions), tables)
    found = found_study(records, FORMAT)
    found.notes += changes_beside(path)
    return found


def _trials(connection: sqlite3.Connection, study: int, name: str, path: Path) -> StudyRecords:
    """The trials of a study without what was measured."""
    directions = {"MAXIMIZE": True, "MINIMIZE": False}
    said = [directions.get(word) for word, in connection.execute(
        "SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective", (study,))]
    rows = connection.execute("SELECT number, state, datetime_start, datetime_complete FROM trials WHERE study_id = ? "
                              "ORDER BY number, trial_id", (study,)).fetchall()
    for _, state, *_ in rows:
        if state not in STATES:
            raise SourceError(Message("a trial in the state {state!r:.40}", state=state),
                              Message("one of {names}", names=", ".join(STATES)), "Write the study again", path=path)
    numbers, states, starts, ends = ([*part] for part in zip(*rows, strict=True)) if rows else ([], [], [], [])
    records = StudyRecords(name, said, [], numbers, states, _texts(starts), _texts(ends), steps=[0] * len(rows))
    records.values = [[None] * len(rows) for _ in said]
    return records


def _texts(values: Iterable[Any]) -> list[str | None]:
    """Texts as they are; None for anything else."""
    return [value if isinstance(value, str) else None for value in values]


def _values(connection: sqlite3.Connection, study: int, records: StudyRecords, at: dict[int, int],
            has_types: bool) -> None:
    """Fill in the values of the objectives."""
    kind = "v.value_type" if has_types else "''"
    for trial, objective, value, word in connection.execute(
            f"SELECT v.trial_id, v.objective, v.value, {kind} FROM trial_values v "
            "JOIN trials t ON t.trial_id = v.trial_id WHERE t.study_id = ?", (study,)):
        value = _INFINITE.get(word, value)
        if isinstance(objective, int) and 0 <= objective < len(records.values) and isinstance(value, int | float):
            records.values[objective][at[trial]] = float(value)


def _fill(rows: Iterable[tuple], columns: dict[str, list[Any]], at: dict[int, int], count: int,
          convert: Callable[..., Any]) -> None:
    """Fill values of single trials into columns, which are made where they are missing."""
    for trial, name, *said in rows:
        name = str(name)
        if name not in columns:
            columns[name] = [None] * count
        columns[name][at[trial]] = convert(name, *said)


def _parameters(connection: sqlite3.Connection, study: int, records: StudyRecords, at: dict[int, int],
                path: Path) -> None:
    """Fill in what the trials were given."""
    rows = connection.execute("SELECT p.trial_id, p.param_name, p.param_value, p.distribution_json FROM trial_params p "
                              "JOIN trials t ON t.trial_id = p.trial_id WHERE t.study_id = ? ORDER BY p.trial_id, "
                              "p.param_id", (study,))
    _fill(rows, records.parameters, at, len(records.numbers),
          lambda name, value, distribution: parameter_value(value, str(distribution), name, path))


def _attributes(connection: sqlite3.Connection, study: int, records: StudyRecords, at: dict[int, int],
                path: Path) -> None:
    """Fill in what the user noted of the trials."""
    def value(name: str, text: Any) -> Any:
        try:
            return decoded(str(text).encode())
        except BrokenJsonError as error:
            raise SourceError(Message("{found} in attribute {name!r:.60}", found=error.args[0], name=name), "JSON",
                              "Write the study again", path=path) from error

    rows = connection.execute('SELECT a.trial_id, a."key", a.value_json FROM trial_user_attributes a JOIN trials t '
                              "ON t.trial_id = a.trial_id WHERE t.study_id = ? ORDER BY a.trial_id", (study,))
    _fill(rows, records.attributes, at, len(records.numbers), value)


def _steps(connection: sqlite3.Connection, study: int, records: StudyRecords, at: dict[int, int],
           tables: dict[str, list[str]]) -> None:
    """Count the intermediate values."""
    if "trial_id" not in tables.get("trial_intermediate_values", ()):
        return
    for trial, count in connection.execute(
            "SELECT i.trial_id, count(*) FROM trial_intermediate_values i JOIN trials t ON t.trial_id = i.trial_id "
            "WHERE t.study_id = ? GROUP BY i.trial_id", (study,)):
        records.steps[at[trial]] = count


def _metric_names(connection: sqlite3.Connection, study: int, count: int, tables: dict[str, list[str]]) -> list[str]:
    """The names of the objectives, where the study has as many."""
    if not {"study_id", "key", "value_json"} <= {*tables.get("study_system_attributes", ())}:
        return []
    row = connection.execute('SELECT value_json FROM study_system_attributes WHERE study_id = ? AND "key" = ?',
                             (study, "study:metric_names")).fetchone()
    try:
        names = json.loads(row[0]) if row else []
    except (ValueError, TypeError, RecursionError):
        return []
    usable = isinstance(names, list) and all(isinstance(name, str) for name in names) and len({*names}) == count
    return names if usable else []
