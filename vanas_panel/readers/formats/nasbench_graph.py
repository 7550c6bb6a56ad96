"""NAS-Bench-Graph: the files ``cora.bench`` to ``proteins.bench``, and the package that holds them all.

Each file is a pickle: a dictionary from the hash of an architecture to its validation and test performance, latency and
number of parameters on one data set. It is walked and never run, see `vanas_panel.files.plain_pickle`. The package, as
``pip download nas-bench-graph`` saves it, has nine of them: there, the data set is a column, by which the table is
split, or of which one is chosen.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa

from vanas_panel.core.trees import read_graph_hash
from vanas_panel.errors import SourceError
from vanas_panel.files.pickle_parts import PickleError
from vanas_panel.files.plain_pickle import plain_value
from vanas_panel.readers.description import Description, describe
from vanas_panel.readers.formats.tabular import typed_table
from vanas_panel.readers.notes import GRAPH_BENCHMARK
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.readers.source import Advance
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.metrics import FRACTION, GRAPH_MEASURES, SECONDS
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

_TITLE = "NAS-Bench-Graph (Qin et al., NeurIPS 2022)"
BENCH = ".bench"
WHEEL = ".whl"
DATASET = "dataset"

_COLUMNS = {"valid_perf": (FRACTION, True), "perf": (FRACTION, True), "latency": (SECONDS, False), "para": ("", None)}
"""Unit and direction of each measurement."""
_EXPECTED = marked("a file of NAS-Bench-Graph: a pickle of hashes of architectures, each with valid_perf, perf, "
                   "latency and para")
_ADVICE = marked("Open one of the files in the folder light of the package nas-bench-graph, or the package itself as "
                 "pip download nas-bench-graph saves it")
_LARGEST = 1 << 26
"""Bytes of one file. The complete benchmark, with every epoch, has files that are larger by far."""


def read_bench(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read the file of one data set.

    Raises
    ------
    SourceError
        Where it is another pickle, or none.
    """
    size = path.stat().st_size
    _check_size(size, path.name, path)
    rows = _rows(path.read_bytes(), path.name, path)
    advance(size)
    return _table({path.stem: rows}, path, asked, split=False)


def read_wheel(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read all data sets of the package.

    Raises
    ------
    SourceError
        Where it is another package, or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(BENCH)]
            if not members:
                raise SourceError("a package of Python without files of NAS-Bench-Graph", _EXPECTED, _ADVICE, path=path)
            sets: dict[str, Mapping[str, np.ndarray]] = {}
            for member in sorted(members, key=lambda each: each.filename):
                _check_size(member.file_size, member.filename, path)
                sets[PurePosixPath(member.filename).stem] = _rows(archive.read(member), member.filename, path)
                advance(member.compress_size)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError("a damaged package of Python", "the whole file", "Download it again", path=path) from error
    return _table(sets, path, asked, split=True)


def _check_size(size: int, name: str, path: Path) -> None:
    """Refuse a file of the complete benchmark."""
    if size > _LARGEST:
        raise SourceError(Message("{name} of {size:,} bytes, which holds every epoch", name=name, size=size),
                          Message("a file of at most {most:,} bytes", most=_LARGEST), _ADVICE, path=path)


def _rows(data: bytes, name: str, path: Path) -> dict[str, np.ndarray]:
    """The hashes and measurements of a file, by column: ``int64 (n,)`` and ``float64 (n,)``."""
    try:
        value = plain_value(data)
    except PickleError as error:
        raise SourceError(Message("{name}, a pickle that is none of plain values ({reason})", name=name,
                                  reason=str(error)), _EXPECTED, _ADVICE, path=path) from error
    if not isinstance(value, dict) or not value:
        raise SourceError(Message("{name}, a pickle of another kind", name=name), _EXPECTED, _ADVICE, path=path)
    for number, said in value.items():
        if type(number) is not int or read_graph_hash(number) is None or not _is_measured(said):
            raise SourceError(Message("{name} with the entry {key!r:.60}: {said!r:.100}", name=name, key=number,
                                      said=said), _EXPECTED, _ADVICE, path=path)
    columns = {each: np.array([said.get(each, np.nan) for said in value.values()], np.float64) for each in _COLUMNS}
    return {"hash": np.array([*value], np.int64), **columns}


def _is_measured(said: Any) -> bool:
    """Whether an entry holds measurements, at least one of those that are known."""
    return isinstance(said, dict) and not {*_COLUMNS}.isdisjoint(said) and all(
        type(said.get(name, 0.0)) in (int, float) for name in _COLUMNS)


def _table(sets: Mapping[str, Mapping[str, np.ndarray]], path: Path, asked: Asked, *, split: bool) -> BenchmarkTable:
    """The table of some data sets."""
    count = sum(rows["hash"].size for rows in sets.values())
    current_limits().check("rows", count, marked("rows"), marked("Open one data set alone"), path=path)
    hashes = np.concatenate([rows["hash"] for rows in sets.values()])
    distinct, place = np.unique(hashes, return_inverse=True)
    texts = [(str([*found[0]]), str([*found[1]])) for number in distinct.tolist() if (found := read_graph_hash(number))]
    columns: dict[str, Any] = {name: pa.array([text[index] for text in texts]).take(pa.array(place))
                               for index, name in enumerate(("link", "ops"))}
    columns |= {name: np.concatenate([rows[name] for rows in sets.values()]) for name in _COLUMNS}
    if split:
        sizes = [rows["hash"].size for rows in sets.values()]
        columns[DATASET] = pa.array([*sets]).take(pa.array(np.repeat(np.arange(len(sets)), sizes)))
    rows = pa.table(columns)
    description = _described(asked.over(describe(path), rows.column_names, path), split)
    return typed_table(rows, rows.schema, description, path)


def _described(said: Description, split: bool) -> Description:
    """What is known of the measurements, where a description does not say it."""
    metrics = {name: {"label": GRAPH_MEASURES[name], "unit": unit, "higher_is_better": better,
                      **said.metrics.get(name, {})} for name, (unit, better) in _COLUMNS.items()}
    conditions = {DATASET: "split", **said.conditions} if split else said.conditions
    return replace(said, metrics={**said.metrics, **metrics}, conditions=conditions,
                   title=said.title or _TITLE, notes=(*said.notes, GRAPH_BENCHMARK))
