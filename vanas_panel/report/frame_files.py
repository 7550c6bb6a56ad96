"""Data frames as files without a limit of rows: CSV, Parquet and JSON lines, made in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv

from vanas_panel.report.tables import PART_ROWS, csv
from vanas_panel.text.spreadsheet_formulas import defused

Frames = Callable[[np.ndarray], pd.DataFrame]
"""Gives the data frame of some rows, in their order; columns and kinds are the same for all rows."""

KINDS: dict[str, str] = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON lines"}
"""Endings of the files, and what they are called."""

MEDIA = {"csv": "text/csv;charset=utf-8", "parquet": "application/vnd.apache.parquet",
         "jsonl": "application/x-ndjson"}
"""Media types, by ending."""


def part_count(count: int, size: int = PART_ROWS) -> int:
    """How many parts a file of so many rows has."""
    return max(1, -(-count // size))


def csv_parts(frames: Frames, rows: np.ndarray, texts: Sequence[str], size: int = PART_ROWS) -> Iterator[bytes]:
    """A data frame as CSV, in parts of at most `size` rows, so that no more than one of them is in memory.

    Floats have as many digits as it takes to read the very same ones back; texts are none that a spreadsheet takes for
    formulas. The lines are those of `vanas_panel.report.tables.csv` but for the form of some numbers: Arrow writes them
    in a tenth of the time.
    """
    options = arrow_csv.WriteOptions(include_header=False, quoting_style="needed")
    for number, part in enumerate(_parts(rows, size)):
        frame = frames(part)
        sink = BytesIO()
        if number == 0:
            sink.write(csv(frame.iloc[:0]).encode("utf-8"))
        safe = frame.assign(**{name: _defused(frame[name]) for name in texts})
        arrow_csv.write_csv(pa.Table.from_pandas(safe, preserve_index=False), sink, options)
        yield sink.getvalue()


def json_parts(frames: Frames, rows: np.ndarray, _texts: Sequence[str] = (), size: int = PART_ROWS) -> Iterator[bytes]:
    """A data frame as JSON lines, a row each, in as many parts as `csv_parts` has; what is unknown is ``null``."""
    for part in _parts(rows, size):
        # With as many digits as it takes to read the very same numbers back; NaN is null.
        yield b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
                       for record in frames(part).to_dict("records"))


def parquet_parts(frames: Frames, rows: np.ndarray, _texts: Sequence[str] = (),
                  size: int = PART_ROWS) -> Iterator[bytes]:
    """A data frame as a Parquet file, in as many parts as `csv_parts` has.

    Each is a group of rows; the last one ends the file, too.
    """
    sink = BytesIO()
    writer: pq.ParquetWriter | None = None
    parts = _parts(rows, size)
    for number, part in enumerate(parts, 1):
        made = pa.Table.from_pandas(frames(part), preserve_index=False)
        writer = pq.ParquetWriter(_Drain(sink), made.schema, compression="zstd") if writer is None else writer
        writer.write_table(made)
        if number == len(parts):
            writer.close()
        yield sink.getvalue()
        sink.seek(0)
        sink.truncate()


def _parts(rows: np.ndarray, size: int) -> list[np.ndarray]:
    """The rows of each part, at least one."""
    return [rows[start:start + size] for start in range(0, max(1, rows.size), size)]


def _defused(texts: pd.Series) -> pd.Series:
    """Texts that no spreadsheet takes for formulas; the few different ones are looked at once each."""
    codes, different = pd.factorize(texts)
    safe = np.array([*(defused(text) for text in different), None], dtype=object)
    return pd.Series(safe[codes], texts.index)


class _Drain:
    """A file that forgets what was taken of it, and remembers how long it is in all."""

    def __init__(self, sink: BytesIO):
        self._sink, self._length, self.closed = sink, 0, False

    def write(self, data: bytes) -> int:
        """Append some bytes."""
        self._length += len(memoryview(data).cast("B"))
        return self._sink.write(data)

    def tell(self) -> int:
        """How long the file is."""
        return self._length

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """What was written stays to be taken."""
        self.closed = True

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    readable = seekable = lambda self: False


PARTS: dict[str, Callable[[Frames, np.ndarray, Sequence[str]], Iterator[bytes]]] = {
    "csv": csv_parts, "parquet": parquet_parts, "jsonl": json_parts}
"""What makes the parts of a file, by its ending."""
