"""Studies of Optuna as searches, from a database or a journal file; nothing is written and nothing is unpickled.

Optuna keeps numbers and JSON in its storages, but for the snapshots of journals in Redis, which are pickles: those are
not opened. Samplers may have pickled themselves into attributes of a study; only a sampler that goes on with it would
load them, and none is made here.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.cell import Cell
from vanas_panel.core.kinds import described_space
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.proposals import Proposals
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import FORM, STUDY
from vanas_panel.text.language import Message, ngettext

_SQLITE = b"SQLite format 3\0"
_SCHEMES = ("sqlite", "postgresql", "mysql", "mssql", "oracle")

ToCell = Callable[[Any], Cell | None]
"""From an ``optuna.trial.FrozenTrial`` to its cell; None leaves the trial out."""


def is_storage(source: str | PathLike) -> bool:
    """Whether something is a storage of Optuna: the URL of a database, an SQLite file, or a journal file."""
    if _scheme(source):
        return True
    try:
        with Path(source).open("rb") as file:
            first = file.readline(1_000_000)
    except (OSError, ValueError):
        return False
    if first.startswith(_SQLITE):
        return True
    try:
        return isinstance(json.loads(first), dict) and "op_code" in json.loads(first)
    except (ValueError, RecursionError):
        return False


def read_study(source: str | PathLike, study: str | None, cell: ToCell | None) -> SearchRun:
    """Read a study of Optuna as a search.

    Parameters
    ----------
    source : str or path
        See `is_storage`.
    study : str, optional
        Its name; needed where the storage has several.
    cell : callable
        From a trial to its cell.

    Raises
    ------
    SearchError
        Where there is no such study, it has several objectives, or a trial has no cell.
    """
    if cell is None:
        raise SearchError(Message("Found a storage of Optuna without cell; expected a function that makes a cell of a "
                                  "trial's parameters. Pass cell=lambda trial: vanas_panel.Cell(...)."))
    if importlib.util.find_spec("optuna") is None:
        raise SearchError(Message("Found no package optuna; expected it for a study of Optuna. Install it: pip install "
                                  "optuna."))
    import optuna

    storage = _opened(source)
    try:
        names = sorted(optuna.get_all_study_names(storage))
        if study is None and len(names) == 1:
            study = names[0]
        if study not in names:
            raise SearchError(Message("Found study {study} among {known}; expected the name of one of them. Pass "
                                      "study=.", study=repr(study), known=", ".join(map(repr, names)) or "none"))
        found = optuna.load_study(study_name=study, storage=storage)
        if len(found.directions) != 1:
            raise SearchError(Message("Found a study of {count} objectives; expected one. Open a study of one "
                                      "objective.", count=len(found.directions)))
        return _run_of(found, str(study), cell)
    except VanasError:
        raise
    except Exception as error:
        # Whatever the database or Optuna says of a damaged storage.
        raise _unusable(error) from None


def _scheme(source: str | PathLike) -> str:
    """The database of a URL, empty where it is none."""
    scheme = str(source).partition("://")[0].partition("+")[0] if "://" in str(source) else ""
    return scheme if scheme in _SCHEMES else ""


def _opened(source: str | PathLike) -> Any:
    """The storage, without making or changing anything."""
    from optuna.storages import JournalStorage, RDBStorage
    from optuna.storages.journal import JournalFileBackend

    text = str(source)
    path = Path(text.partition("///")[2]) if _scheme(source) == "sqlite" else Path(source)
    is_file = not _scheme(source) or _scheme(source) == "sqlite"
    try:
        if is_file and not path.is_file():
            raise SearchError(Message("Cannot read {path}: {reason}. Check the path.", path=str(path),
                                      reason="no such file or directory"))
        if not is_file:
            return RDBStorage(text, skip_table_creation=True)
        with path.open("rb") as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
        if is_database:
            return RDBStorage(f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true", skip_table_creation=True)
        return JournalStorage(JournalFileBackend(str(path)))
    except VanasError:
        raise
    except Exception as error:
        raise _unusable(error) from None


def _unusable(error: Exception) -> SearchError:
    """The error for a storage that cannot be read. A URL may hold a password, so it is not shown."""
    return SearchError(Message("Found no storage of Optuna that can be read ({kind}); expected one. Check the address, "
                               "and that this Optuna is not older than the one that wrote it.",
                               kind=type(error).__name__))


def _run_of(study: Any, name: str, cell: ToCell) -> SearchRun:
    """The trials of a study that have ended, as a search."""
    cells, values, seconds, left_out = [], [], [], 0
    for trial in study.get_trials(deepcopy=False):
        made = _cell_of(trial, cell) if trial.state.is_finished() else None
        if made is None:
            left_out += 1
            continue
        cells.append(made)
        is_known = trial.state.name == "COMPLETE" and np.isfinite(trial.value)
        values.append(trial.value if is_known else np.nan)
        duration = trial.duration
        seconds.append(np.nan if duration is None else duration.total_seconds())
    space = _space_of(cells)
    trace = np.full((len(cells), 5), -1, np.int64)
    trace[:, 0] = [canonical_key(each.packed(space)) for each in cells]
    trace[:, 4] = HOWS.index("policy")
    told = np.array(values, np.float64)
    metric = (study.metric_names or ["value"])[0]
    header = {
        "vanas_panel_search": FORM, "strategy": {"name": STUDY, "preset": name, "settings": {}},
        "objective": {"metric": metric, "higher_is_better": study.direction.name == "MAXIMIZE", "repeat": "mean",
                      "report": [], "best": None},
        "seed": 0, "queries": int((~np.isnan(told)).sum()), "table": None,
        "space": described_space(space)}
    notes = () if not left_out else (ngettext(
        "{count} trial was left out: it has not ended, or stands for no cell.",
        "{count} trials were left out: they have not ended, or stand for no cell.", left_out).format(count=left_out),)
    return SearchRun(header, Proposals(trace, told, np.array(seconds, np.float64)), notes=notes)


def _cell_of(trial: Any, cell: ToCell) -> Cell | None:
    """The cell of a trial."""
    try:
        made = cell(trial)
    except Exception as error:
        raise SearchError(Message("Found trial {number}, of which cell makes nothing ({kind}: {error}); expected a "
                                  "cell, or None to leave it out. Mend the function.", number=trial.number,
                                  kind=type(error).__name__, error=error)) from None
    if made is not None and not isinstance(made, Cell):
        raise SearchError(Message("Found trial {number}, of which cell makes a {kind}; expected a cell, or None to "
                                  "leave it out. Mend the function.", number=trial.number, kind=type(made).__name__))
    return made


def _space_of(cells: list[Cell]) -> CellSpace:
    """NASBench-101's space where that has all cells, else the smallest one that has."""
    used = {operation for cell in cells for operation in cell.operations[1:-1]}
    vertices = max((len(cell.operations) for cell in cells), default=2)
    edges = max((len(cell.edges) for cell in cells), default=1)
    if used <= set(NASBENCH101.operations) and vertices <= NASBENCH101.max_vertices and edges <= NASBENCH101.max_edges:
        return NASBENCH101
    return CellSpace(tuple(sorted(used)) or NASBENCH101.operations, max(vertices, 2), max(edges, 1))
