"""Data frames of pandas as sources: the columns of a Parquet file, without a file.

`read_frame` hands the columns to the same checks and the same assembly as `vanas_panel.readers.formats.tabular`. Only
what is particular to a frame is done here: matrices and lists in its cells become the texts that files hold, and errors
name the rows as pandas does, with the position for ``iloc`` and the label of the index.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from vanas_panel.core.plain import plain_text
from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.cells.column_names import ADJACENCY_NAMES, OPERATION_NAMES, Names
from vanas_panel.readers.cells.forms import LISTED_NAMES
from vanas_panel.readers.columns.conditions import is_text
from vanas_panel.readers.columns.names import without_nameless
from vanas_panel.readers.description import Description, parse_description
from vanas_panel.readers.formats.tabular import (
    SILENT_NAMES,
    may_be_metric,
    typed_table,
)
from vanas_panel.readers.options import Asked
from vanas_panel.readers.source import ARROW_ERRORS
from vanas_panel.tables.limits import Limits, current_limits, limited, out_of_memory
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

KEY = "vanas_panel"
"""Where the ``attrs`` of a frame may hold a description, as the metadata of a Parquet file may."""

FRAME = Path("DataFrame")
"""The name of a frame in messages, in the place of a file's path."""

_MOST_DIGITS = 2**53


def read_frame(frame: pd.DataFrame, *, name: str = "frame", title: str = "",
               conditions: Mapping[str, Any] | None = None, infinite: str | None = None, none: str | None = None,
               directions: Mapping[str, bool | None] | None = None, limits: Limits | None = None,
               kinds: Mapping[str, str] | None = None) -> BenchmarkTable:
    """Make a table of a data frame, see `vanas_panel.tables.table.BenchmarkTable.from_frame`."""
    if not isinstance(frame, pd.DataFrame):
        raise SourceError(f"a {type(frame).__name__}", "a pandas.DataFrame",
                          "Make one, or open a file with vanas_panel.open_table")
    asked = Asked(conditions or {}, infinite or "", directions or {}, none=none or "", kinds=kinds or {})
    with limited(limits):
        try:
            table = _read(frame, asked)
        except MemoryError as error:
            raise out_of_memory(FRAME) from error
        except SourceError as error:
            raise error if error.row is None else error.at(_place(frame, error.row)) from None
        table.name = plain_text(name)
        table.title = plain_text(title) or (table.title if table.title != FRAME.name else table.name)
        more = {} if current_limits() == Limits() else {"limits": current_limits()}
    return asked.directed(table, more)


def _read(frame: pd.DataFrame, asked: Asked) -> BenchmarkTable:
    """The table of a frame; errors count rows from 0."""
    frame = _with_listed(_with_named_index(frame))
    limits = current_limits()
    limits.check("columns", frame.shape[1], marked("columns"), marked("Leave some out"), path=FRAME)
    limits.check("rows", len(frame), marked("rows"), marked("Leave some out"), path=FRAME)
    columns = [_column_name(name) for name in frame.columns]
    description = asked.over(_description(frame), columns, FRAME)
    description = without_nameless(columns, description)
    names = Names(columns, description, FRAME, lambda: _texts_of(frame, columns))
    written = (names.adjacency, names.operations)
    arrays = {name: (_cells if name in written else _array)(frame.iloc[:, index], name)
              for index, name in enumerate(columns) if name not in description.ignore}
    schema = pa.schema([pa.field(name, arrays[name].type if name in arrays else pa.null()) for name in columns])
    wanted = [field.name for field in schema if field.name in arrays
              and (field.name in names.cells or may_be_metric(field)
                   or (is_text(field) and field.name not in SILENT_NAMES))]
    return typed_table(pa.table({name: arrays[name] for name in wanted}), schema, description, FRAME)


def _with_listed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with lists as texts, in columns whose names say that they may hold architectures."""
    if not {*ADJACENCY_NAMES}.isdisjoint(map(str, frame.columns)):
        return frame
    lists = [index for index, name in enumerate(frame.columns) if str(name).lower() in LISTED_NAMES
             and len(frame) and isinstance(frame.iloc[0, index], list | tuple | np.ndarray)]
    if not lists:
        return frame
    parts = [frame.iloc[:, index].map(lambda value: str(_listed(value)) if isinstance(value, list | tuple | np.ndarray)
                                      else value) if index in lists else frame.iloc[:, index]
             for index in range(frame.shape[1])]
    made = pd.concat(parts, axis=1)
    made.attrs = frame.attrs
    return made


def _texts_of(frame: pd.DataFrame, columns: list[str]) -> pa.Table:
    """The columns that hold texts in their first row."""
    return pa.table({name: [value if isinstance(value, str) else None for value in frame.iloc[:, index]]
                     for index, name in enumerate(columns)
                     if any(isinstance(value, str) for value in frame.iloc[:1, index])})


def _description(frame: pd.DataFrame) -> Description:
    """The description of a frame in its ``attrs``."""
    said = frame.attrs.get(KEY)
    if said is None:
        return Description()
    if isinstance(said, dict) and isinstance(said.get("metrics"), dict):
        # pandas keeps ``attrs`` where columns are left out or renamed, so what they say of others is no mistake.
        said = {**said, "metrics": {name: of for name, of in said["metrics"].items() if name in frame.columns}}
    try:
        text = said if isinstance(said, str) else json.dumps(said)
    except (TypeError, ValueError, RecursionError):
        raise SourceError(Message("attrs[{key!r}] that is no JSON", key=KEY), "a description as docs/schema.md has it",
                          Message("Correct it, or remove it: frame.attrs.pop({key!r})", key=KEY), path=FRAME) from None
    return parse_description(text.encode(), FRAME)


def _with_named_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its index as columns, where the cells stand in the index."""
    cells = {*ADJACENCY_NAMES, *OPERATION_NAMES}
    return frame.reset_index() if cells.intersection(map(str, frame.index.names)) else frame


def _column_name(name: Any) -> str:
    """The name of a column as text, the levels of several headers joined."""
    return "/".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def _place(frame: pd.DataFrame, row: int) -> str:
    """Where a row is, in the words of pandas."""
    label = "" if isinstance(frame.index, pd.RangeIndex) else f", index {brief(repr(frame.index[row]), 40)}"
    return f"{FRAME}, iloc[{row}]{label}"


def _array(column: pd.Series, name: str) -> pa.Array:
    """A column other than those of the cells, as Arrow has it; categories are written out."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype if not column.isna().any() else object)
    if isinstance(column.dtype, pd.SparseDtype):
        column = pd.Series(column.to_numpy())
    try:
        array = pa.array(column, from_pandas=True)
    except (*ARROW_ERRORS, OverflowError):  # whole numbers beyond 64 bits
        return _mixed(column, name)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _mixed(column: pd.Series, name: str) -> pa.Array:
    """A column whose values have no type in common: refused where texts stand among numbers, else no metric."""
    known = column.notna().to_numpy()
    texts = np.array([isinstance(value, str) for value in column], dtype=bool)
    numbers = np.array([isinstance(value, int | float | np.number) for value in column], dtype=bool) & known
    if texts.any() and numbers.any():
        row = int(np.argmax(texts))
        raise SourceError(Message("{value!r:.100} in column {name!r}", value=column.iloc[row], name=name),
                          "a number, or nothing where it is unknown",
                          "Correct the value, convert the column with pandas.to_numeric, or drop it", path=FRAME,
                          row=row)
    # A type that holds no metric, so that a note says that it was left out.
    return pa.array([b""] * len(column), pa.binary())


def _cells(column: pd.Series, name: str) -> pa.Array:
    """A column of adjacencies or operations as the texts that files hold; nothing where there is none."""
    if pd.api.types.is_float_dtype(column.dtype):
        lost = np.flatnonzero(np.abs(column.to_numpy(np.float64, na_value=np.nan)) >= _MOST_DIGITS)
        if lost.size:
            row = int(lost[0])
            raise SourceError(Message("the number {value!r:.40} in column {name!r}, whose digits are lost",
                                      value=column.iloc[row], name=name),
                              "the whole matrix row by row as text",
                              Message("Read the file again with pandas.read_csv(..., dtype={{{name!r}: str}})",
                                      name=name),
                              path=FRAME, row=row)
    return pa.array([_cell_text(value, name, row) for row, value in enumerate(column)], pa.large_string())


def _cell_text(value: Any, name: str, row: int) -> str | None:
    """An adjacency or operations as text."""
    if isinstance(value, str):
        return plain_text(value)
    if hasattr(value, "tolist") or isinstance(value, list | tuple):
        # Lists as text are read as such; numbers and labels of NumPy would not be.
        return str(_listed(value))
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise SourceError(Message("{value!r:.60} in column {name!r}", value=value, name=name), "a text, a list or an array",
                      "Write it as one of these", path=FRAME, row=row)


def _listed(value: Any) -> Any:
    """Lists, tuples and arrays, within each other too, as lists of plain values."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else plain_text(value)
