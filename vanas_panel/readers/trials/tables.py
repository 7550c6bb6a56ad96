"""Tables of trials as columns: CSV, Parquet and data frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.formats.csv_dialect import Sheet, read_sheet
from vanas_panel.readers.formats.parquet_limits import open_parquet, read_columns
from vanas_panel.readers.source import ARROW_ERRORS
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.trial_columns import EXACT, Coded, coded
from vanas_panel.text.language import Message, marked

_PERCENT = r"^\s*[+-]?\d+(\.\d+)?\s*%\s*$"
_LONG = r"^\s*[+-]?\d{16,}\s*$"
_SECOND = 1e9


def csv_columns(path: Path) -> dict[str, Coded]:
    """The columns of a CSV file in any of the dialects of `vanas_panel.readers.formats.csv_dialect`.

    Raises
    ------
    SourceError
        Where it is no such text, or a name stands twice in its header.
    """
    sheet = read_sheet(path, ())
    _check_distinct(sheet.columns, path)
    include = [name for name in sheet.columns if name]
    try:
        rows = sheet.rows(include, [], sheet.decimal(include, path), newlines=b'"' in sheet.data)
        rows = _with_large_as_texts(rows, sheet)
    except ARROW_ERRORS as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise SourceError(Message("a file that does not read as CSV ({reason})", reason=reason),
                          Message("{found} columns in every line, as in the header", found=len(sheet.columns)),
                          "Export it again as CSV in UTF-8", path=path) from error
    return arrow_columns(rows)


def _with_large_as_texts(rows: pa.Table, sheet: Sheet) -> pa.Table:
    """The same rows, whole numbers that no float holds as texts; those beyond 64 bits are floats for Arrow."""
    suspect = [name for name in rows.column_names if _is_large(rows[name])]
    if suspect:
        again = sheet.rows(suspect, suspect)
        for name in suspect:
            if pc.any(pc.match_substring_regex(again[name], _LONG)).as_py():
                rows = rows.set_column(rows.column_names.index(name), name, again[name])
    return rows


def parquet_columns(path: Path) -> dict[str, Coded]:
    """The columns of a Parquet file; `SourceError` where it is none."""
    try:
        with path.open("rb") as opened:
            file = open_parquet(opened, path)
            schema = file.schema_arrow
            _check_distinct(schema.names, path)
            texts = {field.name for field in schema if _is_text(field.type)}
            rows = read_columns(opened, file, [name for name in schema.names if not name.startswith("__index_level_")],
                                texts, path)
        rows.validate(full=True)
    except ARROW_ERRORS as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise SourceError(Message("a file that does not read as Parquet ({reason})", reason=reason),
                          "a whole Parquet file", "Write or copy it again", path=path) from error
    return arrow_columns(rows)


def frame_columns(frame: pd.DataFrame, path: Path) -> dict[str, Coded]:
    """The columns of a data frame; levels of several headers are joined."""
    limits = current_limits()
    limits.check("columns", frame.shape[1], marked("columns"), marked("Leave some out"), path=path)
    limits.check("rows", len(frame), marked("rows"), marked("Leave some out"), path=path)
    # The columns of Optuna's trials_dataframe(multi_index=True), for one.
    names = ["_".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)
             for name in frame.columns]
    _check_distinct(names, path)
    return {name: _of_series(frame.iloc[:, index]) for index, name in enumerate(names)}


def _of_series(column: pd.Series) -> Coded:
    """A column of a data frame."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    try:
        array = pa.array(column, from_pandas=True)
        return of_arrow(array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array]))
    except (*ARROW_ERRORS, OverflowError):  # values of several types
        return coded(column.tolist())


def _check_distinct(names: Iterable[str], path: Path) -> None:
    """Refuse a name that two columns have."""
    names = list(names)
    for name, times in Counter(names).items():
        if times > 1 and {"number", "params", "state"} <= {*names}:
            raise SourceError("a table of trials that Optuna made with two lines of headers", "one line of headers",
                              "Write it again: study.trials_dataframe().to_csv(...), without multi_index=True",
                              path=path)
        if times > 1:
            raise SourceError(Message("two columns {name!r}", name=brief(name, 60)), "distinct names",
                              "Rename one of them", path=path)


def arrow_columns(rows: pa.Table) -> dict[str, Coded]:
    """All columns of a table of Arrow's."""
    return {name: of_arrow(rows[name]) for name in rows.column_names}


def of_arrow(column: pa.ChunkedArray) -> Coded:
    """A column of Arrow's: numbers as numbers, durations as seconds, everything else as texts.

    Examples
    --------
    >>> of_arrow(pa.chunked_array([["b", "a", None]]))
    Coded(values=array([ 1,  0, -1], dtype=int32), levels=('a', 'b'))
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return of_arrow(pc.cast(column, kind.value_type))
    if pa.types.is_null(kind):
        return Coded(np.full(len(column), np.nan))
    if pa.types.is_duration(kind):
        return Coded(_seconds(column))
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or (pa.types.is_integer(kind) and not _is_large(column)):
        return Coded(pc.cast(column, pa.float64(), safe=False).to_numpy().copy())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return coded(column.to_pylist())
    if pa.types.is_timestamp(kind):
        column = pc.cast(column, pa.timestamp("us", kind.tz), safe=False)
    return _of_texts(pc.cast(column, pa.large_string()))


def _seconds(column: pa.ChunkedArray) -> np.ndarray:
    """Durations as seconds, NaN where there is none."""
    numbers = pc.cast(pc.cast(column, pa.duration("ns")), pa.int64())
    return pc.cast(numbers, pa.float64(), safe=False).to_numpy() / _SECOND


def _of_texts(column: pa.ChunkedArray) -> Coded:
    """Texts as sorted levels and codes; texts that are all per cent as fractions."""
    made = column.combine_chunks().dictionary_encode()
    if isinstance(made, pa.ChunkedArray):
        made = made.combine_chunks()
    levels: Sequence[str] = made.dictionary.to_pylist()
    codes = pc.fill_null(made.indices, -1).to_numpy()
    if levels and pc.all(pc.match_substring_regex(made.dictionary, _PERCENT)).as_py():
        values = np.array([*(float(level.strip().rstrip("%")) / 100 for level in levels), np.nan])
        return Coded(values[codes])
    order = sorted(range(len(levels)), key=levels.__getitem__)
    place = np.empty(len(levels) + 1, np.int32)
    place[order] = np.arange(len(levels), dtype=np.int32)
    place[-1] = -1
    return Coded(place[codes], tuple(levels[index] for index in order))


def _is_text(kind: pa.DataType) -> bool:
    """Whether a type is one of texts."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_large(column: pa.ChunkedArray) -> bool:
    """Whether a column has numbers beyond those that a float holds exactly."""
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if not is_number or column.null_count == len(column):
        return False
    ends = pc.min_max(column).as_py()
    return max(abs(ends["min"]), abs(ends["max"])) > EXACT
