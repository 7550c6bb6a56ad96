"""Results of Ray Tune: its folder, ``result.json`` and ``progress.csv`` of one trial, and the data frame of all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials.found import Found, flat, free_name, merged_attributes
from vanas_panel.readers.trials.json_texts import BrokenJsonError, decoded, objects
from vanas_panel.readers.trials.last_reports import REPORTS, REPORTS_REASON, last_reports
from vanas_panel.readers.trials.tables import csv_columns
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.metrics import word_set
from vanas_panel.tables.trial_columns import CODES, CONDITION, IDENTIFIER, METRIC, PARAMETER, Coded, coded
from vanas_panel.text.language import Message, marked

FOLDER = marked("results of Ray Tune (folder)")
RESULT = marked("results of one trial of Ray Tune (result.json)")
PROGRESS = marked("results of Ray Tune (progress.csv)")
FRAME = marked("a table of trials that Ray Tune made")
_OWN = word_set("""
    timestamp checkpoint_dir_name done trial_id date pid hostname node_ip time_since_restore iterations_since_restore
    logdir experiment_id experiment_tag episodes_total should_checkpoint checkpoint_dir timesteps_total trial_dir
""")
_TIMES = ("time_this_iter_s", "time_total_s")
STEP = "training_iteration"
_GIVEN = marked("Ray Tune lists it among the settings of the trial")
_REPORTED = marked("a number that the trial reported")
_TEXT = marked("a text that the trial reported")
_BUDGET = marked("after how many reports the values are")
_WRITTEN = marked("Ray Tune writes it to every result")
_TIME = marked("Ray Tune measured it")
_ENDED = marked("The files do not say how trials ended, so they count as complete.")
_ONE = marked("progress.csv has no parameters. Open the folder of the trial, or its result.json, to have them.")


def is_ray(columns: Mapping[str, Any]) -> bool:
    """Whether names are those of Ray's results."""
    return {STEP, "trial_id", "time_total_s"} <= {*columns}


def read_ray_table(columns: Mapping[str, Coded]) -> Found:
    """The trials of ``progress.csv`` or of a data frame of ``ResultGrid.get_dataframe``."""
    has_settings = any(name.startswith("config/") for name in columns)
    found = _found(FRAME if has_settings else PROGRESS, columns, [])
    if not has_settings:
        found.notes.append(_ONE)
    return found


def read_ray_result(path: Path) -> Found:
    """The trial of a ``result.json``; its name may be another one."""
    notes: list[str] = []
    columns = _columns(path, notes)
    return _found(RESULT, columns, notes)


def ray_folders(path: Path) -> list[Path]:
    """The folders of trials in a folder, or the folder itself where it is one; none where it is not Ray's."""
    most = current_limits().rows
    found = [folder for folder in (path, *sorted(each for each in path.iterdir() if each.is_dir()))
             if any((folder / name).is_file() for name in ("result.json", "progress.csv"))]
    return found[:most]


def read_ray_folder(path: Path) -> Found:
    """The trials of a folder of Ray Tune.

    Raises
    ------
    SourceError
        Where it holds no trial, or a file of one cannot be read.
    """
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    failed: list[bool] = []
    without: list[str] = []
    for folder in ray_folders(path):
        reports = _reports(folder, notes)
        if not reports:
            without.append(folder.name)
        settings = _settings(folder) if not reports or "config" not in reports[-1] else {}
        last = flat({key: value for key, value in (reports[-1] if reports else {}).items()})
        given = {f"config/{name}": value for name, value in flat(settings).items()}
        rows.append({"trial_id": folder.name, **last, **given, REPORTS: len(reports)})
        failed.append((folder / "error.txt").is_file() or (folder / "error.pkl").is_file())
    found = _found(FOLDER, {name: coded(values) for name, values in merged_attributes(rows).items()}, notes,
                   is_last=True)
    states = np.zeros(len(rows), np.int8)
    states[failed] = CODES["failed"]
    nothing = np.array([row[REPORTS] == 0 for row in rows], bool)
    states[nothing & ~np.array(failed, bool)] = CODES["running"]
    found.states = states
    if without:
        found.notes.append(Message("{count:,} trial has not reported anything.",
                                   "{count:,} trials have not reported anything.", len(without)))
    return found


def _reports(folder: Path, notes: list[str]) -> list[dict[str, Any]]:
    """The reports of a trial, of which the last counts."""
    results = folder / "result.json"
    if results.is_file() and results.stat().st_size:
        return [*objects(results, notes)]
    progress = folder / "progress.csv"
    if not progress.is_file() or not progress.stat().st_size:
        return []
    columns = csv_columns(progress)
    count = next(iter(columns.values())).values.size if columns else 0
    return [{name: _plain(column, row) for name, column in columns.items()} for row in range(count)]


def _plain(column: Coded, row: int) -> float | str | None:
    """A value of a column."""
    value = column.values[row]
    if column.levels is None:
        return None if np.isnan(value) else float(value)
    return column.levels[value] if value >= 0 else None


def _settings(folder: Path) -> dict[str, Any]:
    """What the trial was given, as its ``params.json`` says."""
    path = folder / "params.json"
    if not path.is_file():
        return {}
    current_limits().check("bytes", path.stat().st_size, marked("bytes"), marked("Open another folder"), path=path)
    try:
        said = decoded(path.read_bytes())
    except BrokenJsonError as error:
        raise SourceError(error.args[0], "a JSON object", "Copy the folder again", path=path) from error
    return said if isinstance(said, dict) else {}


def _columns(path: Path, notes: list[str]) -> dict[str, Coded]:
    """The reports in a file as columns."""
    return {name: coded(values) for name, values in
            merged_attributes([flat(each) for each in objects(path, notes)]).items()}


def _found(format: str, columns: Mapping[str, Coded], notes: list[str], *, is_last: bool = False) -> Found:
    """The last report of each trial; where `is_last`, there are no others."""
    if not is_last:
        columns, more = last_reports(columns, "trial_id", STEP)
        notes = [*notes, *more]
    found = Found(format, next(iter(columns.values())).values.size if columns else 0, notes=[*notes, _ENDED])
    settings = [name for name in columns if name.startswith("config/")]
    taken = {*columns} - {*settings}
    for name in columns:
        if name in settings:
            short = name.removeprefix("config/")
            found.add(short if short not in taken else free_name(name, taken), columns[name], PARAMETER, _GIVEN)
        elif name == STEP:
            found.add(name, columns[name], CONDITION, _BUDGET)
        elif name in (REPORTS, f"{REPORTS} (rows)"):
            found.add(name, columns[name], IDENTIFIER, REPORTS_REASON)
        elif name in _TIMES:
            found.add(name, columns[name], METRIC, _TIME)
        elif name in _OWN or name.startswith("Unnamed: ") or not name:
            found.add(name, columns[name], IDENTIFIER, _WRITTEN)
        else:
            is_number = columns[name].levels is None
            found.add(name, columns[name], METRIC if is_number else IDENTIFIER, _REPORTED if is_number else _TEXT)
    return found
