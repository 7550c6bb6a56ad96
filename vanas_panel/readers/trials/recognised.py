"""What program wrote a file of trials: found out from its content, not from its name alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vanas_panel.errors import SourceError
from vanas_panel.readers.description import sidecar
from vanas_panel.readers.endings_advice import advice_for, mistaken_text
from vanas_panel.readers.foreign_files import FIRST_BYTES, foreign_file, foreign_folder
from vanas_panel.readers.formats.compressed import is_packed, read_start
from vanas_panel.readers.source import unreadable
from vanas_panel.readers.trials import (
    hiplot,
    nni,
    optuna_frame,
    optuna_journal,
    optuna_sqlite,
    plain,
    ray,
    sqlite_files,
    syne_tune,
    wandb,
)
from vanas_panel.readers.trials.found import Found, flat, free_name
from vanas_panel.readers.trials.json_texts import BrokenJsonError, decoded, document, is_single_value, objects
from vanas_panel.readers.trials.tables import csv_columns, parquet_columns
from vanas_panel.tables.trial_columns import Coded
from vanas_panel.text.language import Constant, Message, marked

EXPECTED = marked("trials of Optuna, NNI, Ray Tune, Syne Tune, HiPlot or Weights & Biases, or a table of them as CSV, "
                  "Parquet or JSON lines")
_START = 1 << 20
_PARQUET = b"PAR1"


@dataclass(frozen=True)
class ByHeader:
    """A format that its columns tell, whether they are in a CSV, in a Parquet file or in a data frame."""

    format: str
    is_it: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Coded]], Found]


BY_HEADER = (
    ByHeader(optuna_frame.DASHBOARD, optuna_frame.is_optuna_dashboard, optuna_frame.read_optuna_dashboard),
    ByHeader(syne_tune.FORMAT, syne_tune.is_syne_tune, syne_tune.read_syne_tune),
    ByHeader(ray.FRAME, ray.is_ray, ray.read_ray_table),
    ByHeader(optuna_frame.FRAME, optuna_frame.is_optuna_frame, optuna_frame.read_optuna_frame),
    ByHeader(hiplot.CSV, hiplot.is_hiplot, hiplot.read_hiplot),
    ByHeader(wandb.FORMAT, wandb.is_wandb, wandb.read_wandb),
    ByHeader(wandb.RUNS, wandb.is_wandb_runs, wandb.read_wandb_runs),
)
"""The formats that columns tell, in the order in which they are tried."""


def of_columns(columns: Mapping[str, Coded]) -> Found:
    """The trials of a table, by whichever format its columns tell."""
    read = next((each.read for each in BY_HEADER if each.is_it(columns)), plain.read_plain)
    return read(columns)


def read_trials(path: Path, study: str = "") -> Found:
    """Read a file or a folder of trials.

    Parameters
    ----------
    path : Path
    study : str, optional
        The study to read of several.

    Raises
    ------
    SourceError
        Where nothing here reads it.
    """
    try:
        if path.is_dir():
            return _folder(path)
        found = _file(path, study)
    except OSError as error:
        raise unreadable(path, error) from error
    return found


def _folder(path: Path) -> Found:
    """A folder, which Ray Tune may have written."""
    if not ray.ray_folders(path):
        if foreign := foreign_folder(path):
            raise SourceError(foreign.found, EXPECTED, foreign.advice, path=path)
        raise SourceError("a folder without result.json or progress.csv in it or in a folder in it",
                          "a folder of Ray Tune", "Name a file in it", path=path)
    return ray.read_ray_folder(path)


def _file(path: Path, study: str) -> Found:
    """A file."""
    if not path.exists():
        raise SourceError("no file of that name", "an existing file", "Check the spelling and the folder", path=path)
    if not path.is_file():
        raise SourceError("a device or a pipe", "a file", "Save its response to a file", path=path)
    start = read_start(path, _START)
    if not start:
        raise SourceError("an empty file", EXPECTED, "Write or fetch the file again", path=path)
    if start.startswith(sqlite_files.FIRST_BYTES):
        return _sqlite(path, study)
    if start.startswith(_PARQUET) and not is_packed(path):
        return of_columns(parquet_columns(path))
    mistaken = foreign_file(path, start[:FIRST_BYTES]) or mistaken_text(start)
    if mistaken or (b"\0" in start[:1000] and not start.startswith((b"\xff\xfe", b"\xfe\xff"))):
        found, advice = mistaken or (marked("a file that is no text"), advice_for(path))
        raise SourceError(found, EXPECTED, advice, path=path)
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    is_json = first in (b"{", b"[") or (path.suffix.lower() == ".json" and is_single_value(start))
    return _json(path, start, study) if is_json else of_columns(csv_columns(path))


def _sqlite(path: Path, study: str) -> Found:
    """A SQLite file."""
    if is_packed(path):
        raise SourceError("a packed SQLite file", "one that is not packed", "Unpack it first", path=path)
    tables = sqlite_files.tables_of(path)
    if {"studies", "trials"} <= {*tables}:
        return optuna_sqlite.read_optuna_sqlite(path, study)
    if "TrialJobEvent" in tables:
        return nni.read_nni_sqlite(path)
    names = ", ".join([*tables][:12]) or Constant("none")
    raise SourceError(Message("a SQLite file with the tables {names}", names=names), "those of Optuna or NNI",
                      "Save its trials as CSV, and open that", path=path)


def _json(path: Path, start: bytes, study: str) -> Found:
    """A file of JSON: in one piece, or line by line."""
    line, end, rest = start.lstrip().partition(b"\n")
    if (end and rest.strip()) or _is_object(line):
        first = _decoded(line)
        if isinstance(first, dict) and "datapoints" not in first and (rest.strip() or (
                _has_number(first) and not _is_keyed(first))):
            return _lines(path, first, study)
    content = document(path)
    if hiplot.is_hiplot_experiment(content):
        return hiplot.read_hiplot_experiment(content, path)
    if nni.is_nni_export(content):
        return nni.read_nni_export(content)
    if isinstance(content, list) and content and all(isinstance(row, dict) for row in content):
        return of_columns(plain.columns_of(content))
    if _is_keyed(content):
        return of_columns(plain.columns_of([{free_name("name", row): name, **row} for name, row in content.items()]))
    kind = (marked("a JSON list") if isinstance(content, list) else marked("a JSON object")
            if isinstance(content, dict) else marked("a single JSON value"))
    advice = (marked("It describes another file: open that one") if path.suffix == ".json" and
              _described(path).is_file() else marked("Write one object for each trial, one in each line"))
    raise SourceError(Message("{kind} that holds no trials", kind=Message(kind)), EXPECTED, advice, path=path)


def _described(path: Path) -> Path:
    """The file that a description beside it would describe."""
    source = path.with_name(path.name.removesuffix(".json"))
    return source if sidecar(source) == path else path


def _is_object(line: bytes) -> bool:
    """Whether a line is a whole object."""
    return isinstance(_decoded(line), dict)


def _is_keyed(content: Any) -> bool:
    """Whether a JSON text is rows by their names: two objects or more, all with the same names of values."""
    if not isinstance(content, dict) or len(content) < 2:
        return False
    rows = list(content.values())
    return all(isinstance(row, dict) and row and {*row} == {*rows[0]} for row in rows) and all(map(_has_number, rows))


def _has_number(values: Mapping[str, Any]) -> bool:
    """Whether an object has a number in it, without which it is no trial."""
    return any(isinstance(value, int | float) and not isinstance(value, bool) for value in flat(values).values())


def _decoded(line: bytes) -> Any:
    """The values of a line; None where it is no JSON by itself."""
    try:
        return decoded(line)
    except BrokenJsonError:
        return None


def _lines(path: Path, first: Mapping[str, Any], study: str) -> Found:
    """A file of JSON lines, of which `first` is the first one."""
    if {"op_code", "worker_id"} <= {*first}:
        return optuna_journal.read_optuna_journal(path, study)
    if ray.is_ray(first):
        return ray.read_ray_result(path)
    notes: list[str] = []
    found = of_columns(plain.columns_of([*objects(path, notes)]))
    found.notes += notes
    return found
