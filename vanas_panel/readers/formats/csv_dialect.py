"""How a CSV file is written: its encoding, its separator, the sign of its decimals, and its column names.

Programs differ in all of these, spreadsheets even with the language of the system. What a file uses is worked out from
the file itself; where two answers fit, it is refused rather than read wrong.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from vanas_panel.errors import SourceError
from vanas_panel.readers.columns.names import number_nameless
from vanas_panel.readers.formats.compressed import is_packed, read_start, read_unpacked
from vanas_panel.tables.limits import current_limits
from vanas_panel.text.language import Message, marked
from vanas_panel.text.spreadsheet_formulas import DEFUSED, original

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""Separators of columns, the usual one first, with their names for messages."""

# Enough to see what a column of texts holds.
_FIRST_BYTES = 1 << 18

# A spreadsheet may say its separator in a line of its own, before the header.
_SAID = re.compile(rb'\A"?sep=([,;\t])"?\r?\n')

_HEXADECIMAL = re.compile(rb"0[xX]")
# A percent sign may follow a number, after blanks of any kind.
_END = r"[\s\x{a0}\x{202f}]*[%\x{ff05}]?\s*$"
_POINT = r"^\s*[+-]?\d*\.\d+([eE][+-]?\d+)?" + _END
_COMMA = r"^\s*[+-]?\d*,\d+([eE][+-]?\d+)?" + _END
_THOUSANDS = r"^\s*[+-]?[1-9]\d?\d?,\d{3}" + _END


@dataclass(frozen=True)
class Sheet:
    """A CSV file as it lies in memory, and how it is written.

    Attributes
    ----------
    data : bytes
        All of the file from its header on, in UTF-8; quotes stand directly after separators.
    columns : list of str
        The names in the header, without blanks around them.
    separator : str
        One of `SEPARATORS`.
    """

    data: bytes
    columns: list[str]
    separator: str

    def rows(self, include: Sequence[str], texts: Collection[str], decimal: str = ".", *,
             newlines: bool = False) -> pa.Table:
        """Read the columns `include`, those in `texts` as texts; what is no CSV is an error of Arrow's.

        With `newlines`, a text in quotes may hold ends of lines, which takes Arrow longer.
        """
        convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(texts, pa.string()), strings_can_be_null=True,
                                             include_columns=include, decimal_point=decimal)
        # One thread, so that a bad line is reported with its number.
        read = pyarrow.csv.ReadOptions(use_threads=False, column_names=self.columns, skip_rows=1)
        # NumPy prints matrices over several lines.
        parse = pyarrow.csv.ParseOptions(delimiter=self.separator, newlines_in_values=newlines or b"\n [" in self.data)
        rows = pyarrow.csv.read_csv(io.BytesIO(self.data), read_options=read, convert_options=convert,
                                    parse_options=parse)
        return pa.table([_original(column) for column in rows.columns], rows.schema)

    def first_rows(self) -> pa.Table:
        """The first rows as texts; what is no CSV is an error of Arrow's."""
        end = self.data.rfind(b"\n", 0, _FIRST_BYTES) if len(self.data) > _FIRST_BYTES else -1
        return replace(self, data=self.data[: end + 1] if end >= 0 else self.data).rows(self.columns, self.columns)

    def hexadecimal(self, include: Sequence[str]) -> list[str]:
        """Which of the columns `include` hold something like ``0x10``, which Arrow takes for 16 among whole numbers."""
        if not _HEXADECIMAL.search(self.data):
            return []
        rows = self.rows(include, include)
        return [name for name in include if _first(rows[name], r"^\s*[+-]?0[xX]") is not None]

    def decimal(self, include: Sequence[str], path: Path) -> str:
        """Find the sign of the decimals in the columns `include`, which are those that may be numbers.

        Raises
        ------
        SourceError
            Where both signs occur, or where every comma may as well stand between thousands.
        """
        if self.separator == "," or not include:
            return "."
        rows = self.rows(include, include)
        points = [(name, row) for name in include if (row := _first(rows[name], _POINT)) is not None]
        commas = [(name, row) for name in include if (row := _first(rows[name], _COMMA)) is not None]
        if not commas:
            return "."
        name, row = commas[0]
        found = Message("{value!r} in column {name!r}", value=rows[name][row].as_py(), name=name)
        if points:
            other, at = points[0]
            raise SourceError(Message("{found} and {value!r} in column {other!r}", found=found,
                                      value=rows[other][at].as_py(), other=other),
                              "either points or commas as decimal signs",
                              "Export the table again with one decimal sign, and nothing between thousands",
                              path=path, row=row)
        # Semicolons separate where the comma is the decimal sign; tabs say nothing about it.
        if self.separator == "\t" and all(_first(rows[name], _COMMA, unless=_THOUSANDS) is None for name, _ in commas):
            raise SourceError(Message("{found}, whose comma may be a decimal sign or stand between thousands",
                                      found=found),
                              "numbers that read in one way only", "Export the table again with decimal points",
                              path=path, row=row)
        return ","


def read_sheet(path: Path, cell_columns: Sequence[Collection[str]]) -> Sheet:
    """Read a CSV file and find out how it is written.

    Parameters
    ----------
    path : Path
        UTF-8, or UTF-16 with a byte order mark.
    cell_columns : sequence of collections of str
        What the columns with the cells may be called. The separator is the one that finds a column of each.

    Raises
    ------
    SourceError
        Where the file or its header is no such text.
    """
    limits = current_limits()
    try:
        limits.check("bytes", path.stat().st_size, marked("bytes"), marked("Write the file with fewer rows or columns"),
                     path=path)
        data = read_unpacked(path) if is_packed(path) else path.read_bytes()
        data, head, choices = _start(data)
        headers = _headers(head, choices)
        separator = _separator(headers, cell_columns)
        columns = len(headers[separator])
        limits.check("columns", columns, marked("columns"), marked("Leave some out"), path=path)
        rows = data.count(b"\n")
        limits.check("rows", rows, marked("lines"), marked("Leave some out"), path=path)
        limits.check("bytes", 8 * rows * columns, marked("bytes of values"), marked("Leave rows or columns out"),
                     path=path)
        if re.search(rf'(?m)(^|{separator}) +"'.encode(), data) or any(
                name.startswith(" ") for name in headers[separator]):
            data = _without_blanks(data, separator)
    except (UnicodeError, csv.Error, OSError) as error:
        raise _no_text(error, path) from error
    # Arrow looks for the end of the header even where nothing follows it.
    return Sheet(data if data.endswith(b"\n") else data + b"\n",
                 number_nameless([original(name.strip()) for name in headers[separator]]), separator)


def header_of(path: Path, cell_columns: Sequence[Collection[str]]) -> list[str]:
    """The names of the columns of a CSV file, of which no more is read; parameters and errors as for `read_sheet`."""
    try:
        _, head, choices = _start(read_start(path, _longest_header()))
        headers = _headers(head, choices)
    except (UnicodeError, csv.Error, OSError) as error:
        raise _no_text(error, path) from error
    return number_nameless([original(name.strip()) for name in headers[_separator(headers, cell_columns)]])


def _longest_header() -> int:
    """Bytes of all that a header can be, so that a file of one endless line costs little."""
    limits = current_limits()
    return 4 * limits.columns * (limits.name + 3)


def _start(data: bytes) -> tuple[bytes, bytes, list[str]]:
    """A file in UTF-8 from its header on, the part of it that holds the header, and the separators that it may have."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16").encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    said = _SAID.match(data)
    choices = [said[1].decode()] if said else list(SEPARATORS)
    data = data[said.end() :] if said else data
    return data, data[: _longest_header()], choices


def _no_text(error: Exception, path: Path) -> SourceError:
    """The error for a file that is no such text."""
    reason = str(error).strip().split("\n")[0].rstrip(".")
    return SourceError(Message("a file that does not read as CSV ({reason})", reason=reason),
                       "text in UTF-8 with a header line", "Export it again as CSV in UTF-8", path=path)


def _headers(data: bytes, separators: Sequence[str]) -> dict[str, list[str]]:
    """The names in the first line by separator; those of a wrong one may be too long to be any."""
    headers = {}
    for separator in separators:
        try:
            headers[separator] = _header(data, separator)
        except csv.Error:
            if not headers and separator == separators[-1]:
                raise
    return headers


def _header(data: bytes, separator: str) -> list[str]:
    """The names in the first line as they stand there."""
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")
    blanks = next(csv.reader(text, delimiter=separator), [])
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")
    names = next(csv.reader(text, delimiter=separator, skipinitialspace=True), [])
    # Where a quote comes after a blank, only the second reading has the right columns.
    return blanks if len(blanks) == len(names) and '"' not in "".join(blanks) else names


def _separator(headers: dict[str, list[str]], cell_columns: Sequence[Collection[str]]) -> str:
    """The separator that finds the columns with the cells; otherwise the one that finds most columns."""
    for separator, names in headers.items():
        stripped = {name.strip() for name in names}
        if cell_columns and all(stripped.intersection(column) for column in cell_columns):
            return separator
    return next(iter(headers)) if len(headers[next(iter(headers))]) > 1 else max(
        headers, key=lambda separator: len(headers[separator]))


def _without_blanks(data: bytes, separator: str) -> bytes:
    """The same rows without the blanks that stand after separators, where Arrow knows no quotes."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, lineterminator="\n").writerows(
        csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator, skipinitialspace=True))
    return written.getvalue().encode()


def _original(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column whose texts are no longer defused for spreadsheets."""
    if not pa.types.is_string(column.type) or not pc.any(pc.match_substring_regex(column, DEFUSED)).as_py():
        return column
    return pa.chunked_array([[None if text is None else original(text) for text in column.to_pylist()]], column.type)


def _first(column: pa.ChunkedArray, pattern: str, unless: str | None = None) -> int | None:
    """The first row whose text is of that pattern, and not of the other."""
    fits = pc.match_substring_regex(column, pattern)
    if unless is not None:
        fits = pc.and_not(fits, pc.match_substring_regex(column, unless))
    row = pc.index(fits, True).as_py()
    return row if row >= 0 else None
