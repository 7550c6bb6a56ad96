"""A cell in one row of a table, as it is copied out of a CSV file or a spreadsheet."""

from __future__ import annotations

import csv
import math
import re

from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.exchange.words import refuse
from vanas_panel.text.language import Message, marked

_SEPARATORS = ",;\t"
_DIGITS = re.compile("'?([01]{4,})")
_MOST_LINES = 100


def row_parts(text: str) -> dict[str, object] | None:
    r"""Matrix and operations of a text that is a row of a table, perhaps below its header.

    Parameters
    ----------
    text : str
        Fields that are separated by commas, semicolons or tabs. One holds the matrix row by row as digits, one the
        operations with commas between; what the others hold is no matter. Operations may lack their quotes.

    Returns
    -------
    dict of str to str, or None
        ``matrix`` and ``operations``; None where the text is no such row.

    Raises
    ------
    ExchangeError
        Where there are several rows, or the matrix does not fit the operations.

    Examples
    --------
    >>> row_parts('010001000,"input,maxpool3x3,output",0.93')
    {'matrix': '010001000', 'operations': 'input,maxpool3x3,output'}
    """
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if not 0 < len(lines) <= _MOST_LINES:
        return None
    rows = [_fields(line) for line in lines]
    if rows[0] is None:
        rows = rows[1:]  # the header
    found = [row for row in rows if row is not None]
    if not found or len(found) < len(rows):
        return None
    if len(found) > 1:
        refuse(Message("{found} rows of a table", found=len(found)), "one cell", "Paste one of the rows")
    numbers, operations = found[0]
    return {"matrix": _matrix(numbers, operations.count(",") + 1), "operations": operations}


def _fields(line: str) -> tuple[list[str], str] | None:
    """The fields of 0s and 1s in a line, and its operations; None where it lacks either."""
    for separator in _SEPARATORS:
        try:
            fields = [field.strip() for field in next(csv.reader([line.strip()], delimiter=separator,
                                                                 skipinitialspace=True))]
        except csv.Error:
            continue
        operations = next((field for field in fields if _is_list(field.split(","))), None)
        if operations is None and separator == ",":
            operations = _without_quotes(fields)
        numbers = [match[1] for field in fields if (match := _DIGITS.fullmatch(field))]
        if numbers and operations is not None:
            return numbers, operations
    return None


def _is_list(labels: list[str]) -> bool:
    """Whether some labels are those of a cell, from input to output."""
    return len(labels) > 1 and [labels[0].strip().casefold(), labels[-1].strip().casefold()] == [INPUT, OUTPUT]


def _without_quotes(fields: list[str]) -> str | None:
    """The operations that are fields of their own, from input to output."""
    names = [field.casefold() for field in fields]
    if INPUT not in names or OUTPUT not in names[names.index(INPUT) :]:
        return None
    start = names.index(INPUT)
    return ",".join(fields[start : names.index(OUTPUT, start) + 1])


def _matrix(numbers: list[str], size: int) -> str:
    """The one of some numbers that is a matrix for so many operations, or for fewer than it has rows."""
    fitting = {digits for digits in numbers
               if len(digits) >= size * size and math.isqrt(len(digits)) ** 2 == len(digits)}
    if len(fitting) > 1:
        exact = {digits for digits in fitting if len(digits) == size * size}
        fitting = exact or fitting
    if len(fitting) > 1:
        refuse("a row with two matrices", "one for its operations", "Paste the matrix and the operations only")
    if fitting:
        return fitting.pop()
    longest = max(numbers, key=len)
    advice = (marked("Copy it as text: a spreadsheet takes zeros from the beginning of a number")
              if len(longest) < size * size else marked("Check both"))
    refuse(Message("a matrix of {found} digits for {size} operations", found=len(longest), size=size),
           Message("{digits} digits, {size} rows of {size} without separators", digits=size * size, size=size),
           advice)
