"""JSON lines: one object a line, whose names are columns, with the same meaning as those of a Parquet file.

An object within an object becomes columns with a point in their names, ``params.lr``. Lists are read where they are
cells: an adjacency, or operations.
"""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.json

from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.column_names import ADJACENCY_NAMES, OPERATION_NAMES
from vanas_panel.readers.cells.forms import LISTED_NAMES
from vanas_panel.readers.columns.conditions import is_text
from vanas_panel.readers.columns.names import without_nameless
from vanas_panel.readers.description import Description, describe
from vanas_panel.readers.formats.compressed import is_packed, read_unpacked
from vanas_panel.readers.formats.tabular import SILENT_NAMES, may_be_metric, typed_table
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.readers.source import ARROW_ERRORS, Advance
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

_DEEPEST = 8
"""Objects within objects that are taken apart; what lies deeper is no column of numbers or texts, and is left out."""


def read_json_lines(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read a file of JSON lines.

    Raises
    ------
    SourceError
        Where a line is no object, a column holds values of several kinds, or a row is no cell or no measurement.
    """
    limits = current_limits()
    limits.check("bytes", path.stat().st_size, marked("bytes"), marked("Write the file with fewer rows or columns"),
                 path=path)
    return read_lines(read_unpacked(path) if is_packed(path) else path.read_bytes(), path, advance, asked)


def read_lines(data: bytes, path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """The table of JSON lines that were read from a file, see `read_json_lines`."""
    limits = current_limits()
    limits.check("rows", data.count(b"\n"), marked("lines"), marked("Leave some out"), path=path)
    try:
        # One thread, so that the same file gives the same error every time.
        rows = pyarrow.json.read_json(io.BytesIO(data), pyarrow.json.ReadOptions(
            use_threads=False, block_size=min(max(len(data), 1), 1 << 26)))
        for _ in range(_DEEPEST):
            if not any(pa.types.is_struct(field.type) for field in rows.schema):
                break
            rows = rows.flatten()
    except ARROW_ERRORS as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise SourceError(Message("a file that does not read as JSON lines ({reason})", reason=reason),
                          "one JSON object in every line, each name with values of one kind",
                          "Write it again, from Python with frame.to_json(path, orient='records', lines=True)",
                          path=path) from error
    advance(path.stat().st_size)
    limits.check("columns", rows.num_columns, marked("columns"), marked("Leave some out"), path=path)
    description = asked.over(describe(path), rows.column_names, path)
    description = without_nameless(rows.column_names, description)
    rows = _with_texts(rows, description)
    schema = rows.schema
    ignored = {*description.ignore}
    wanted = [field.name for field in schema if field.name not in ignored
              and (may_be_metric(field) or (is_text(field) and field.name not in SILENT_NAMES))]
    return typed_table(rows.select(wanted) if len({*schema.names}) == len(schema) else rows, schema, description, path)


def _with_texts(rows: pa.Table, description: Description) -> pa.Table:
    """The same rows with cells that are lists written out as texts."""
    names = {*ADJACENCY_NAMES, *OPERATION_NAMES, *LISTED_NAMES, description.adjacency, description.operations}
    columns = [pa.chunked_array([pa.array([None if value is None else str(value) for value in column.to_pylist()],
                                          pa.large_string())])
               if name in names and pa.types.is_list(column.type) else column
               for name, column in zip(rows.column_names, rows.columns, strict=True)]
    return pa.table(columns, names=rows.column_names)
