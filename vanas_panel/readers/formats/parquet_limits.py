"""Parquet files within limits: judged by their metadata first, and once more while they are read.

Compression makes a gigabyte of a kilobyte, and a dictionary stores a long text once for a million rows. Metadata say
how much there is before anything is decompressed; since they may be wrong, what is read is counted, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vanas_panel.readers.cells.streaming import CellStream
from vanas_panel.tables.limits import Limits, current_limits
from vanas_panel.text.language import marked

ROWS_AT_ONCE = 32_768
"""Rows that are read at once before they are counted."""

_FEWER = marked("List what is not needed under 'ignore' in the description, write the file with fewer rows or columns")


def open_parquet(source: Any, path: Path, *, is_own: bool = False) -> pq.ParquetFile:
    """Open a Parquet file whose metadata keep the limits.

    Parameters
    ----------
    source : file
        Python's or Arrow's.
    path : Path
        For messages.
    is_own : bool, optional
        Whether it has our own form, which takes a column for every repeat: as many as it needs.

    Raises
    ------
    SourceError
        Where there are more rows or columns than allowed.
    """
    file = pq.ParquetFile(source, page_checksum_verification=True)
    limits = current_limits()
    if not is_own:
        limits.check("columns", file.metadata.num_columns, marked("columns"), marked("Write the file with fewer"),
                     path=path)
    limits.check("rows", file.metadata.num_rows, marked("rows"), marked("Write the file with fewer"), path=path)
    return file


def check_size(file: pq.ParquetFile, columns: Collection[str], numbers: int, path: Path) -> None:
    """Refuse columns that are too large when decompressed, by what the metadata say of them.

    Parameters
    ----------
    file : ParquetFile
    columns : collection of str
        Those that are to be read.
    numbers : int
        How many of them hold numbers, which take eight bytes a row, however small they are stored.
    path : Path

    Raises
    ------
    SourceError
    """
    limits, about = current_limits(), file.metadata
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    size = sum(group.total_byte_size for group in groups)
    if size > limits.bytes:
        indices = [index for index in range(about.num_columns)
                  if about.schema.column(index).path.partition(".")[0] in columns]
        size = sum(group.column(index).total_uncompressed_size for group in groups for index in indices)
    _check_bytes(max(size, about.num_rows * numbers * 8), limits, path)


def read_columns(source: Any, file: pq.ParquetFile, columns: Sequence[str], texts: Collection[str],
                 path: Path, stream: CellStream | None = None, cells: Sequence[str] = ()) -> pa.Table:
    """Read columns, and stop where they are larger than their metadata said.

    Parameters
    ----------
    source : file
        What `file` was opened from.
    file : ParquetFile
        From `open_parquet`.
    columns : sequence of str
    texts : collection of str
        Those of them that hold texts. They are read as dictionaries, so that a text that is repeated takes its room
        once, until it is known how much room all of them take.
    path : Path
    stream : CellStream, optional
        What takes the adjacency and the operations, part by part; they are then without values in the result.
    cells : sequence of str, optional
        The names of these two, where it does.

    Returns
    -------
    pyarrow.Table
        Texts as large strings.

    Raises
    ------
    SourceError
        Where the columns are larger than allowed.
    NotPlain
        From `stream`.
    """
    limits = current_limits()
    check_size(file, set(columns), sum(name not in texts for name in columns), path)
    file = pq.ParquetFile(source, metadata=file.metadata, page_checksum_verification=True, read_dictionary=list(texts))
    # Read once: the property is computed at each access.
    there = file.schema_arrow
    taken = {*cells} if stream else set()
    fields = [pa.field(name, pa.null()) if name in taken else pa.field(name, pa.large_string()) if name in texts else
              there.field(name) for name in columns]
    batches, size = [], 0
    for batch in file.iter_batches(ROWS_AT_ONCE if texts else 2 * ROWS_AT_ONCE, columns=list(columns)):
        size += sum(_size(column) for column in batch.columns)
        _check_bytes(size, limits, path)
        if stream:
            stream.add(*(batch.column(name) for name in cells))
        parts = [pa.nulls(batch.num_rows) if name in taken else batch.column(name).cast(field.type)
                 for name, field in zip(columns, fields, strict=True)]
        batches.append(pa.record_batch(parts, pa.schema(fields)))
    return pa.Table.from_batches(batches, pa.schema(fields))


def _size(column: pa.Array) -> int:
    """Bytes of a column, its texts counted as often as they occur."""
    if not pa.types.is_dictionary(column.type) or pa.types.is_primitive(column.type.value_type):
        return column.nbytes
    lengths = pc.binary_length(column.dictionary)
    return column.indices.nbytes + (pc.sum(lengths.take(column.indices)).as_py() or 0)


def _check_bytes(size: int, limits: Limits, path: Path) -> None:
    """Refuse more bytes than allowed."""
    limits.check("bytes", size, marked("bytes when it is decompressed"), _FEWER, path=path)
