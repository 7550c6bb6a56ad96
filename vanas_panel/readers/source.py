"""The interface of a reader, and the checks that every file passes first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from vanas_panel.errors import SourceError
from vanas_panel.readers.endings_advice import advice_for, mistaken_text
from vanas_panel.readers.foreign_files import FIRST_BYTES, Foreign, foreign_file, foreign_folder
from vanas_panel.readers.formats.compressed import PACKED
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

Advance = Callable[[int], None]
"""Called with the number of further bytes of a source that have been read."""


class Reader(Protocol):
    """Reads one source format: the whole table in memory, or a `SourceError`."""

    def __call__(self, path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
        """Read a file as it is asked for."""


TEXTS = (".csv", ".tsv", ".tab", ".txt")
"""Endings of files that are text with a separator."""

JSON_LINES = (".jsonl", ".ndjson")
"""Endings of files that are text with a JSON object in every line."""


def format_of(path: Path) -> str:
    """The format that the ending of a file's name stands for; that of the text where it is packed.

    Examples
    --------
    >>> format_of(Path("Some.CSV")), format_of(Path("some.csv.gz")), format_of(Path("some.parquet.gz"))
    ('.csv', '.csv', '.gz')
    """
    ending = path.suffix.lower()
    inner = Path(path.stem).suffix.lower()
    return inner if ending in PACKED and inner in (*TEXTS, *JSON_LINES) else ending


ARROW_ERRORS = (pa.ArrowCapacityError, pa.ArrowIndexError, pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowTypeError,
                pa.ArrowNotImplementedError, pa.ArrowSerializationError, OSError, ValueError)
"""Errors of the Arrow library for damaged files; names that are no UTF-8, for one, are a `ValueError`. A lack of
memory says nothing about the file, so it is none of them."""


def check_readable(path: Path, suffixes: Iterable[str]) -> None:
    """Refuse whatever cannot be read as a table at all.

    Parameters
    ----------
    path : Path
    suffixes : iterable of str
        The endings that some reader knows.

    Raises
    ------
    SourceError
        Where there is nothing, a directory, an empty or unreadable file, or an ending that no reader knows.
    """
    known = ", ".join(suffixes)
    try:
        if path.is_dir():
            if foreign := foreign_folder(path):
                raise SourceError(foreign.found, Message("a file ({known})", known=known), foreign.advice, path=path)
            raise SourceError("a directory", Message("a file ({known})", known=known), "Name a file in it", path=path)
        if not path.exists():
            raise SourceError("no file of that name", Message("an existing file ({known})", known=known),
                              "Check the spelling and the folder", path=path)
        if not path.is_file():
            raise SourceError("a device or a pipe", Message("a file ({known})", known=known),
                              "Save its response to a file", path=path)
        if format_of(path) not in suffixes:
            foreign = _foreign(path)
            if foreign:
                raise SourceError(foreign.found, Message("one of {names}", names=known), foreign.advice, path=path)
            raise SourceError(Message("a file whose name ends in {suffix!r}", suffix=path.suffix),
                              Message("one of {names}", names=known), advice_for(path), path=path)
        with path.open("rb") as file:
            start = file.read(FIRST_BYTES)
        if not start:
            raise SourceError("an empty file", "a table with at least one row", "Write or fetch the file again",
                              path=path)
        is_plain = path.suffix.lower() in (*TEXTS, *JSON_LINES)  # not packed
        mistaken = (foreign_file(path, start) or mistaken_text(start)) if is_plain else None
        if mistaken:
            raise SourceError(mistaken[0], "text, as its ending says", mistaken[1], path=path)
    except OSError as error:
        raise unreadable(path, error) from error


def _foreign(path: Path) -> Foreign | None:
    """What a file of an ending that no reader knows is by its content."""
    with path.open("rb") as file:
        return foreign_file(path, file.read(FIRST_BYTES))


def file_name(path: Path) -> str:
    """The name of a file as text that can be stored: what is no UTF-8 in it is replaced."""
    return os.fsencode(path.name).decode(errors="replace")


def table_name(path: Path) -> str:
    """The name of the table in a file: that of the file, without its ending.

    Examples
    --------
    >>> table_name(Path("some/cells.csv")), table_name(Path("cells.csv.gz")), table_name(Path("cells.v2.parquet"))
    ('cells', 'cells', 'cells.v2')
    """
    name = Path(file_name(path))
    return Path(name.stem).stem if format_of(name) != name.suffix.lower() else name.stem


def unreadable(path: Path, error: OSError) -> SourceError:
    """The error for a file that the system would not let us read."""
    reason = os.strerror(error.errno or 0) if not isinstance(error, PermissionError) else marked(
        "no permission to read it")
    return SourceError(reason, "a file that this user can read", "Check the permissions of the file and its folders",
                       path=path)


def check_values(metric: Metric, values: np.ndarray) -> tuple[int, str, str, str] | None:
    """Look for values that a metric cannot have.

    Parameters
    ----------
    metric : Metric
        Its unit says what is possible: a fraction lies in [0, 1], times and counts are not negative.
    values : float64 (n,)
        NaN stands for unknown and is always possible.

    Returns
    -------
    None or (int, str, str, str)
        The first impossible value's index, and what was found, what was expected and what to do.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> check_values(known_metric("test_accuracy"), np.array([0.9, 93.5]))[:3]
    (1, 'test_accuracy = 93.5', 'a fraction from 0 to 1')
    """
    strange = np.flatnonzero(np.isinf(values))
    if strange.size:
        return (int(strange[0]), Message("an infinite value of {name}", name=metric.name),
                marked("a finite number, or nothing where it is unknown"),
                marked('Leave it empty, or set such rows aside: open_table(..., infinite="set aside"), --infinite '
                       'set-aside, or "infinite": "set aside" in the description'))
    if metric.unit == FRACTION:
        strange = np.flatnonzero((values < 0) | (values > 1))
        expected, advice = marked("a fraction from 0 to 1"), marked("Divide by 100 where the values are per cent")
    elif metric.unit in (SECONDS, PARAMETERS, MACS):
        strange = np.flatnonzero(values < 0)
        expected, advice = marked("nothing below 0"), marked("Correct the value or leave it empty")
    if not strange.size:
        return None
    return int(strange[0]), f"{metric.name} = {values[strange[0]]:.15g}", expected, advice
