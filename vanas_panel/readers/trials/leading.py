"""Where a file that was to be a table of cells holds trials: what it is, and where it opens."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq

from vanas_panel.errors import NoCellsError, SourceError
from vanas_panel.readers.formats.compressed import is_packed, read_start
from vanas_panel.readers.formats.csv_dialect import header_of
from vanas_panel.readers.source import ARROW_ERRORS
from vanas_panel.readers.trials import hiplot, nni, optuna_journal, optuna_sqlite, plain, ray, sqlite_files
from vanas_panel.readers.trials.json_texts import BrokenJsonError, decoded, is_single_value
from vanas_panel.readers.trials.recognised import BY_HEADER
from vanas_panel.text.language import Constant, Message, marked

_START = 1 << 20
_ADVICE = marked("Open it with vp.open_trials(...), or see what it holds: vanas-panel info FILE")


def led(source: str | os.PathLike[str], error: SourceError, endings: bool) -> SourceError:
    """The error for a source that did not open as cells: one that leads to trials where it holds some.

    Parameters
    ----------
    source : str or path-like
    error : SourceError
        Why it did not open.
    endings : bool
        Whether a reader of cells knows the ending of its name.

    Returns
    -------
    SourceError
        `error` itself where nothing of trials is recognised.
    """
    path = Path(source).expanduser()
    try:
        if not (path.is_dir() or (path.is_file() and (not endings or isinstance(error, NoCellsError)))):
            return error
        format = trials_format(path)
    except (SourceError, OSError, ValueError):
        return error
    if format == plain.FORMAT:
        return error.advising(Message("Name the columns of the cells in a description as docs/schema.md shows. Where "
                                      "rows have no cells, they are trials: vp.open_trials(...)")) if isinstance(
            error, NoCellsError) else error
    return NoCellsError(Constant(format), "a table of cells", _ADVICE, path=path) if format else error


def trials_format(path: Path) -> str:
    """What a file or a folder of trials is recognised as by its beginning; empty where it is none."""
    if path.is_dir():
        return ray.FOLDER if ray.ray_folders(path) else ""
    start = read_start(path, _START)
    if start.startswith(sqlite_files.FIRST_BYTES):
        tables = {*sqlite_files.tables_of(path)}
        return (optuna_sqlite.FORMAT if {"studies", "trials"} <= tables else
                nni.SQLITE if "TrialJobEvent" in tables else "")
    if start.startswith(b"PAR1") and not is_packed(path):
        try:
            return _by_names(pq.read_schema(path).names)
        except ARROW_ERRORS:
            return ""
    if is_single_value(start):
        return ""
    return _of_json(start) if start.lstrip()[:1] in (b"{", b"[") else _by_names(header_of(path, ()))


def _by_names(names: list[str]) -> str:
    """The format that the names of columns tell."""
    columns = dict.fromkeys(names)
    return next((each.format for each in BY_HEADER if each.is_it(columns)), plain.FORMAT)


def _of_json(start: bytes) -> str:
    """The format of JSON by its beginning."""
    try:
        first = decoded(start.lstrip().partition(b"\n")[0])
    except BrokenJsonError:
        return hiplot.JSON if b'"datapoints"' in start else ""
    if hiplot.is_hiplot_experiment(first):
        return hiplot.JSON
    if nni.is_nni_export(first):
        return nni.EXPORT
    if not isinstance(first, dict):
        return ""
    if {"op_code", "worker_id"} <= {*first}:
        return optuna_journal.FORMAT
    return ray.RESULT if ray.is_ray(first) else plain.FORMAT
