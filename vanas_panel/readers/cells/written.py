"""Cells as other programs write them: nested lists as text, and matrices that a spreadsheet took for numbers.

`as_cells` makes of them the texts that `vanas_panel.readers.cells.packing` packs. It changes a text only where it reads
in one way; what does not is left to the checks there, or refused here where the cause is known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES
from vanas_panel.errors import SourceError
from vanas_panel.readers.notes import ZEROS_PUT_BACK
from vanas_panel.text.language import Message

# Values that no usual adjacency holds.
_ODD = "[^01]"
_MATRIX = re.compile(r"(?:[\[\](),\s]|[01]\.0*|[01]|[Tt]rue|[Ff]alse)+")
_SHORTENED = re.compile(r"(?P<digits>1[01]*)(?:[.,]0)?")
_POWER = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_QUOTED = re.compile(r"(?:'|=?\")(?P<digits>[01]+)\"?")

# A spreadsheet keeps so many digits of a number and makes zeros of the others.
_KEPT = 15
# More than any list of a cell has.
_LONGEST = 10_000


def as_cells(adjacency: pa.Array, operations: pa.Array, path: Path,
             numbers: np.ndarray | None = None) -> tuple[pa.Array, pa.Array, list[str]]:
    """Bring the texts of cells into the usual form.

    Parameters
    ----------
    adjacency, operations : pyarrow large_string array (n,)
        As they stand in a file, nulls included.
    path : Path
        For messages.
    numbers : int64 (n,), optional
        Which rows of the file these are, for notes.

    Returns
    -------
    adjacency, operations : pyarrow large_string array (n,)
    notes : list of str
        What was changed by inference.

    Raises
    ------
    SourceError
        Where a spreadsheet has changed an adjacency so that it is lost, or a list is no square matrix.

    Examples
    --------
    >>> matrices, labels, notes = as_cells(pa.array(["[[0, 1], [0, 0]]"]), pa.array(["['input', 'output']"]), Path())
    >>> matrices.to_pylist(), labels.to_pylist(), notes
    (['0100'], ['input,output'], [])
    """
    if _has(operations, b"[("):
        operations = _changed(operations, r"^\s*[\[(]", lambda row, text: _labels(text))
    if not _has_only(adjacency, b"01"):
        adjacency = _changed(adjacency, _ODD, lambda row, text: _matrix(text, path, row))
    restored: list[int] = []

    def restore(row: int, text: str) -> str:
        """The text with its zeros, where there are too few digits for the operations."""
        labels = operations[row].as_py()
        whole = text if labels is None else _with_zeros(text, labels.count(",") + 1, path, row)
        restored.extend([row] if whole != text else [])
        return whole

    if pc.any(pc.starts_with(adjacency, "1")).as_py():
        adjacency = _changed(adjacency, "^1[01]*$", restore)
    if not restored:
        return adjacency, operations, []
    first = restored[0] if numbers is None else int(numbers[restored[0]])
    return adjacency, operations, [
        ZEROS_PUT_BACK.format(found=len(restored), total=len(adjacency), row=first + 1)]


def is_usual(adjacency: pa.Array, operations: pa.Array) -> bool:
    """Whether `as_cells` would change nothing; `operations` may be the distinct ones alone."""
    return not _has(operations, b"[(") and _has_only(adjacency, b"01") and not pc.any(
        pc.starts_with(adjacency, "1")).as_py()


def _letters(column: pa.Array) -> np.ndarray:
    """The bytes of all texts of a column, one after the other: to look through them is quicker than any pattern."""
    _, offsets, text = column.buffers()
    if text is None or not len(column):
        return np.empty(0, np.uint8)
    width = np.int64 if pa.types.is_large_string(column.type) else np.int32
    ends = np.frombuffer(offsets, width)[[column.offset, column.offset + len(column)]]
    return np.frombuffer(text, np.uint8)[ends[0] : ends[1]]


def _has(column: pa.Array, letters: bytes) -> bool:
    """Whether any of some letters stands in a column."""
    there = _letters(column).tobytes()
    return any(letter in there for letter in letters)


def _has_only(column: pa.Array, letters: bytes) -> bool:
    """Whether nothing but two neighbouring letters stands in a column."""
    there = _letters(column)
    return not there.size or (int(there.min()) >= min(letters) and int(there.max()) <= max(letters))


def _changed(column: pa.Array, pattern: str, change: Callable[[int, str], str]) -> pa.Array:
    """The column with every text of that pattern replaced by what `change` makes of its row and itself."""
    rows = np.flatnonzero(pc.fill_null(pc.match_substring_regex(column, pattern), False).to_numpy(zero_copy_only=False))
    if not rows.size:
        return column
    texts = column.to_pylist()
    for row in rows.tolist():
        texts[row] = change(row, texts[row])
    return pa.array(texts, column.type)


def _labels(text: str) -> str:
    """A list of labels as text, separated by commas; the text itself where it is no such list."""
    # NumPy prints no commas, and Python would join the texts.
    values = _list(re.sub(r"(?<=['\"])\s+(?=['\"])", ", ", text))
    # None stands for an operation where a matrix is padded.
    if isinstance(values, list | tuple) and all(
            label is None or (isinstance(label, str) and "," not in label) for label in values):
        return ",".join(label or "" for label in values)
    # Lists are also written without any quotes.
    inner = text.strip()[1:-1]
    return inner if re.fullmatch(r"[^\[\](){}'\"]+", inner) else text


def _matrix(text: str, path: Path, row: int) -> str:
    """An adjacency row by row without separators; the text itself where it is none that is known."""
    text = text.strip()
    if _POWER.fullmatch(text):
        raise SourceError(Message("adjacency {text!r}: a spreadsheet has changed the column to numbers, whose digits "
                                  "are lost", text=text),
                          "the whole matrix row by row as digits 0 and 1",
                          "Export the table again from where it was made, and give the column the type text before a "
                          "spreadsheet opens it", path=path, row=row)
    for pattern in (_SHORTENED, _QUOTED):
        if match := pattern.fullmatch(text):
            return match["digits"]
    if not text.startswith(("[", "(")):
        return text
    # NumPy prints no commas.
    spaced = re.sub(r"(?<=[\de.\])])\s+(?=[\dTF\[(])", ", ", text)
    rows = _list(re.sub("true|false", lambda word: word[0].capitalize(), spaced)) if _MATRIX.fullmatch(text) else None
    if isinstance(rows, list | tuple) and rows:
        if all(isinstance(entries, list | tuple) and len(entries) == len(rows) for entries in rows):
            rows = [entry for entries in rows for entry in entries]
        if all(isinstance(entry, int | float) and entry in (0, 1) for entry in rows):
            return "".join("1" if entry else "0" for entry in rows)
    raise SourceError(Message("adjacency {text!r:.100}", text=text),
                      "a list of rows as long as the list, of 0 and 1 alone",
                      "Write the whole matrix, an edge as 1 and its absence as 0", path=path, row=row)


def _list(text: str) -> Any:
    """The items of a list that is written as text, read as data and never run; None where it is no list."""
    if len(text) > _LONGEST or "\\" in text:
        return None
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _with_zeros(text: str, size: int, path: Path, row: int) -> str:
    """Put lost zeros back before the digits of a matrix of `size` vertices.

    The last row of a matrix is the output's and all zero. There alone, a spreadsheet that makes zeros changes nothing.
    """
    if size > MAX_WIDE_VERTICES or len(text) >= size * size:
        return text
    if len(text) - _KEPT > size and "1" not in text[_KEPT:]:
        raise SourceError(Message("adjacency {text!r}, of whose digits a spreadsheet may have kept {kept} alone",
                                  text=text, kept=_KEPT),
                          "the whole matrix row by row as digits 0 and 1",
                          "Export the table again from where it was made, and give the column the type text before a "
                          "spreadsheet opens it", path=path, row=row)
    return text.zfill(size * size)
