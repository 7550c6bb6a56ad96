"""Our own Parquet form of a table: what the cache holds, and what the embedded tables are.

``packed`` and ``key`` are ``int64``, the cells in the order of their source and their canonical keys; ``name/0``,
``name/1``, ... are the repeats of the metric ``name``, as ``float32`` wherever that loses nothing and as ``float64``
otherwise. What else a table has stands as JSON under `KEY` in the metadata of the schema. Every page has a checksum.
Columns are read when they are first asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.encoding import (
    EDGE_FIELD,
    MAX_INNER,
    MAX_VERTICES,
    adjacency_columns,
    has_edge,
    kernel,
    operation_at,
    vertex_count,
)
from vanas_panel.core.kinds import described_space
from vanas_panel.core.space import CellSpace
from vanas_panel.core.wide.columns import WideCells, is_wide
from vanas_panel.errors import SearchSpaceError, SourceError
from vanas_panel.files.atomic import publish, unpublished
from vanas_panel.files.json_schema import SchemaError, read_json, shown
from vanas_panel.readers.description import make_space
from vanas_panel.readers.formats.parquet_limits import check_size, open_parquet
from vanas_panel.readers.formats.stored_larger import COLUMNS, cells_of, columns_of, has_larger, strange_rows
from vanas_panel.readers.formats.stored_metadata import TableForm, fitted_table
from vanas_panel.readers.source import ARROW_ERRORS, check_values
from vanas_panel.tables.larger import LargerTable
from vanas_panel.tables.limits import out_of_memory
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.source_columns import SourceColumn
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

FORM = 1
"""Version of this form; parts that older versions lack may be added without raising it."""

KEY = b"vanas_panel_table"
"""Key of a table's description in the metadata of the schema."""

_ADVICE = marked("Write the table again with vanas_panel.readers.write_table")


class Cells(NamedTuple):
    """Cells of a stored table that are known already.

    Attributes
    ----------
    packed, keys : int64 (n,)
        As in the file.
    lookup : (int64 (n,), int64 (n,))
        The keys in ascending order, and the rows that these are of.
    """

    packed: np.ndarray
    keys: np.ndarray
    lookup: tuple[np.ndarray, np.ndarray]


def write_table(table: BenchmarkTable, path: Path | str) -> None:
    """Write a table in our own form.

    Parameters
    ----------
    table : BenchmarkTable
    path : path-like
        Where to; the file is there whole or not at all.

    Raises
    ------
    OSError
        Where the system does not let us.
    """
    path = Path(path)
    with unpublished(path.parent) as part:
        write_unpublished(table, part)
        publish(part, path)


def write_unpublished(table: BenchmarkTable, path: Path) -> None:
    """Write a table in our own form, without the care that `write_table` takes."""
    arrays: dict[str, Any] = ({"packed": table.packed, "key": table.keys} if table.wide is None else
                              columns_of(table.wide))
    metrics = []
    for name, metric in table.metrics.items():
        repeats = table.repeats(name)
        for repeat, values in enumerate(repeats.T):
            arrays[f"{name}/{repeat}"] = _without_loss(values)
        metrics.append({"name": name, "label": metric.label, "unit": metric.unit,
                        "higher_is_better": metric.higher_is_better, "guessed": metric.guessed,
                        "repeats": repeats.shape[1]})
    about: dict[str, Any] = {
        "form": FORM, "name": table.name, "title": table.title, "notes": table.notes, "metrics": metrics,
        "space": described_space(table.space),
    }
    if table.training is not None:
        about["training"] = dict(table.training)
    if table.source_columns:
        about["columns"] = [asdict(column) for column in table.source_columns]
    rows = pa.table(arrays).replace_schema_metadata({KEY: orjson.dumps(about)})
    pq.write_table(rows, path, compression="zstd", write_page_checksum=True)


def is_stored(path: Path) -> bool:
    """Whether a Parquet file has our own form."""
    try:
        with path.open("rb") as file:
            return KEY in (pq.read_schema(file).metadata or {})
    except ARROW_ERRORS:
        return False


def read_stored(path: Path, *, name: str | None = None, verify: bool = True,
                known: Cells | None = None) -> BenchmarkTable:
    """Read a table in our own form; its columns follow when they are asked for.

    Parameters
    ----------
    path : Path
    name : str, optional
        What to call the table; the name it was written with by default.
    verify : bool, optional
        Check every cell and recompute its key; False for a file that is known to be what we wrote.
    known : Cells, optional
        The cells of the file, where these are known to be right; they are not read then.

    Raises
    ------
    SourceError
        Where the file is damaged, of another version, or not what the form says.
    """
    try:
        # An Arrow file: unlike one of Python's it needs no closing, and it outlives the file's name.
        file = open_parquet(pa.OSFile(str(path)), path, is_own=True)
        check_size(file, {*file.schema_arrow.names}, len(file.schema_arrow.names), path)
        about = _about(file.schema_arrow, path)
        larger = has_larger(file.schema_arrow.names)
        cells = {} if known else file.read(columns=[*COLUMNS] if larger else ["packed", "key"], use_threads=False)
    except ARROW_ERRORS as error:
        raise _damaged(path, error) from error
    try:
        space = make_space(about.space)
        if larger and not is_wide(space):
            raise ValueError(f"larger cells in a space of {space.max_vertices} vertices")
        wide = cells_of(cells) if larger else None
        if wide is None:
            packed, keys, lookup = known or (_int64(cells["packed"]), _int64(cells["key"]), None)
    except (KeyError, ValueError, SearchSpaceError) as error:
        raise SourceError(Message("a table whose description or columns are incomplete ({error})", error=error),
                          "our own form", _ADVICE, path=path) from error
    metrics = {said.name: Metric(said.name, said.label, said.unit, said.higher_is_better, said.guessed)
               for said in about.metrics}
    columns = _StoredColumns(file, {said.name: said.repeats for said in about.metrics}, path,
                             metrics if verify else {})
    # A title of its own stays; one that is only the name of the first file does not belong to a copy of it.
    title = about.title if about.title != about.name else ""
    said_of: dict[str, Any] = {"name": name or about.name, "title": title, "notes": about.notes,
                               "training": about.training}
    table: BenchmarkTable
    if wide is not None:
        if verify:
            _verify_larger(wide, space, path)
        table = LargerTable(space, wide, metrics, columns, **said_of)
    else:
        if verify:
            _verify(packed, keys, space, path)
        table = BenchmarkTable(space, packed, metrics, columns, **said_of, keys=keys, lookup=lookup)
    table.source_columns = tuple(SourceColumn(
        each.name, each.kind, each.reason, each.missing, each.distinct,
        tuple(name for name in each.metrics if name in metrics), tuple(each.values)) for each in about.columns)
    return table


class _StoredColumns(Mapping[str, np.ndarray]):
    """Columns of an open file, ``(n, repeats)`` each, read when they are asked for. Threads may share it.

    The values of the metrics in `doubted` are held against what each can be.
    """

    def __init__(self, file: pq.ParquetFile, repeats: Mapping[str, int], path: Path, doubted: Mapping[str, Metric]):
        self._file = file
        self._repeats = dict(repeats)
        self._path = path
        self._doubted = doubted
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> np.ndarray:
        wanted = self._columns(name)
        try:
            with self._lock:
                rows = self._file.read(columns=wanted, use_threads=False)
            values = np.empty((len(wanted), rows.num_rows))
            for repeat, column in enumerate(wanted):
                values[repeat] = rows[column].to_numpy()
        except ARROW_ERRORS as error:
            raise _damaged(self._path, error) from error
        except MemoryError as error:
            raise out_of_memory(self._path) from error
        for one in values if name in self._doubted else ():
            # Infinite values may be results of a computation; others are damage.
            trouble = check_values(self._doubted[name], np.where(np.isinf(one), np.nan, one))
            if trouble:
                raise SourceError(*trouble[1:], path=self._path, row=trouble[0])
        return values.T

    def __iter__(self) -> Iterator[str]:
        return iter(self._repeats)

    def __len__(self) -> int:
        return len(self._repeats)

    def _columns(self, name: str) -> list[str]:
        """Columns of the file that hold the repeats of a metric."""
        return [f"{name}/{repeat}" for repeat in range(self._repeats[name])]


def _without_loss(values: np.ndarray) -> np.ndarray:
    """The values as ``float32`` where each survives that unchanged, otherwise as they are."""
    with np.errstate(over="ignore"):
        short = values.astype(np.float32)
    return short if np.array_equal(short.astype(np.float64), values, equal_nan=True) else np.ascontiguousarray(values)


def _about(schema: pa.Schema, path: Path) -> TableForm:
    """The description in the metadata of a schema."""
    try:
        about = read_json((schema.metadata or {})[KEY])
        form = about["form"]
    except (KeyError, TypeError, SchemaError):
        raise SourceError("a Parquet file without a table's description", "our own form", _ADVICE, path=path) from None
    if form != FORM or isinstance(form, bool):
        raise SourceError(Message("a table in version {form} of our own form", form=shown(form)),
                          Message("version {form}", form=FORM), "Open the source that it was made of again", path=path)
    try:
        return fitted_table(about, schema)
    except SchemaError as error:
        raise SourceError(Message("a table whose description or columns are incomplete ({error})", error=error),
                          "our own form", _ADVICE, path=path) from None


def _int64(column: pa.ChunkedArray) -> np.ndarray:
    """A column of whole numbers without gaps."""
    if column.type != pa.int64() or column.null_count or not len(column):
        raise ValueError(f"{len(column)} cells of type {column.type}, {column.null_count} of them missing")
    return column.to_numpy()


def _damaged(path: Path, error: Exception) -> SourceError:
    """The error for a file that the Parquet library cannot read."""
    reason = str(error).strip().split("\n")[0].rstrip(".")
    return SourceError(Message("a damaged file ({reason})", reason=reason), "a whole table in our own form",
                       "Open the table again, or write it again where it is no cached one", path=path)


def _verify_larger(cells: WideCells, space: CellSpace, path: Path) -> None:
    """Refuse rows that are no cells of the space, which kernels must never see."""
    wrong = strange_rows(cells, len(space.operations), space.max_vertices, space.max_edges)
    if wrong.size:
        raise SourceError(Message("a row of {vertices} vertices that is no cell", vertices=cells.vertices[wrong[0]]),
                          "a cell of the search space in every row", _ADVICE, path=path, row=int(wrong[0]))


def _verify(packed: np.ndarray, keys: np.ndarray, space: CellSpace, path: Path) -> None:
    """Refuse numbers that are no cells of the space, which kernels must never see, and keys that are not theirs."""
    wrong = np.flatnonzero(~are_cells(packed, len(space.operations)))
    if not wrong.size:
        vertices, edges = adjacency_columns(packed)
        wrong = np.flatnonzero((vertices > space.max_vertices) | (edges > space.max_edges))
    if not wrong.size:
        wrong = np.flatnonzero(canonical_keys(packed) != keys)
    if wrong.size:
        raise SourceError(Message("{packed:#x} with key {keys:#x}", packed=packed[wrong[0]], keys=keys[wrong[0]]),
                          "a packed cell of the search space and its canonical key", _ADVICE, path=path,
                          row=int(wrong[0]))


@kernel
def are_cells(packed: np.ndarray, operations: int) -> np.ndarray:
    """Whether each number packs a valid cell.

    Parameters
    ----------
    packed : int64 (n,)
        Any numbers.
    operations : int
        How many there are in the search space.

    Returns
    -------
    bool (n,)
    """
    good = np.zeros(packed.size, np.bool_)
    for row in range(packed.size):
        good[row] = _is_cell(packed[row], operations)
    return good


@kernel
def _is_cell(packed, operations):
    """Whether a number packs a valid cell with so many operations."""
    vertices = vertex_count(packed)
    if vertices < 2 or vertices > MAX_VERTICES or (packed & EDGE_FIELD) >> (vertices * (vertices - 1) // 2):
        return False
    for vertex in range(1, MAX_INNER + 1):
        operation = operation_at(packed, vertex)
        if operation >= operations or (operation and vertex >= vertices - 1):
            return False
    sources = 0
    targets = 0
    for target in range(1, vertices):
        for source in range(target):
            if has_edge(packed, source, target):
                sources |= 1 << source
                targets |= 1 << target
    everything = (1 << vertices) - 1
    return sources == everything >> 1 and targets == everything - 1
