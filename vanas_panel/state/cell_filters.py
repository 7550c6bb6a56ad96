"""Filters that people type over the columns of a table of cells, such as ``>= 94 %``, ``3..5`` and ``conv3x3``."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from vanas_panel.core.structure import SHAPE
from vanas_panel.errors import SelectionError
from vanas_panel.state.conditions import Between, Condition, Rows
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked
from vanas_panel.text.numerals import decimal_number

OPERATIONS = "operations"
"""Name of the column that a filter of operations stands over."""
MOST_LETTERS = 100
"""Of one filter."""

_COMPARE: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}
_SIGNS = re.compile(r"(>=|<=|≥|≤|>|<|=)?(.*)", re.DOTALL)
_NUMBER = re.compile(r"([+-]?(?:[0-9.]+(?:[eE][+-]?[0-9]+)?|inf))\s*(%|k|M|G|T|s|min|h)?")
_COUNTS = {"k": 3, "M": 6, "G": 9, "T": 12}
_SUFFIXES = {FRACTION: {"%": -2}, PARAMETERS: _COUNTS, MACS: _COUNTS}
_MOST_DIGITS = 400
"""Before or behind the point; what is smaller is 0 for a double."""
_TIMES = {"s": 1.0, "min": 60.0, "h": 3600.0}

HINT = marked("For example >= 0.94, 3..5, 12 or none")
"""What can be typed over a column of numbers,"""
HINT_OF_OPERATIONS = marked("For example conv3x3, or !maxpool for cells without it")
"""and over operations."""


@dataclass(frozen=True)
class Limits:
    """What a filter of numbers takes.

    Attributes
    ----------
    low, high : float
        Both included unless `sign` says otherwise.
    sign : str
        ``<`` and ``>`` leave their limit out; ``none`` takes what is not measured.
    """

    low: float = -math.inf
    high: float = math.inf
    sign: str = ""

    def mask(self, values: np.ndarray) -> np.ndarray:
        """Which values it takes, ``bool (n,)``."""
        if self.sign == "none":
            return np.isnan(values)
        if self.sign:
            return _COMPARE[self.sign](values, self.high if self.sign == "<" else self.low)
        return (values >= self.low) & (values <= self.high)


def read_limits(text: str, metric: Metric) -> Limits:
    """What a filter over a column of numbers takes.

    Parameters
    ----------
    text : str
        ``>= 0.94``, ``> 3``, ``<= 94 %``, ``< 10 M``, ``3..5``, ``..5``, ``12``, ``94.66 %`` or ``none``. Units are
        those of the column: ``%`` of fractions, ``k``, ``M`` and ``G`` of counts, ``s``, ``min`` and ``h`` of times.
        A number with decimals or a unit takes the values that round to it.
    metric : Metric

    Raises
    ------
    SelectionError
        Where the text is none of these.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> read_limits(">= 94 %", known_metric("test_accuracy"))
    Limits(low=0.94, high=inf, sign='')
    >>> read_limits("1 M..2.5 M", known_metric("trainable_parameters"))
    Limits(low=1000000.0, high=2500000.0, sign='')
    """
    found = None if len(text) > MOST_LETTERS else _limits(text.strip(), metric)
    if found is None:
        raise SelectionError(Message("Found the filter {text!r:.40} over {column}; expected one such as >= 0.94, 3..5, "
                                     "12 or none. Change it, or leave it empty.", text=text, column=label_of(metric)))
    return found


def _limits(text: str, metric: Metric) -> Limits | None:
    """What a filter takes; None where the text is none."""
    if text.lower() == "none":
        return Limits(sign="none")
    sign, rest = _SIGNS.fullmatch(text).groups()  # type: ignore[union-attr]  # matches every text
    sign = {"≥": ">=", "≤": "<="}.get(sign, sign)
    if sign is None and ".." in rest:
        ends = [_number(part, metric) if part.strip() else (infinite, infinite) for part, infinite in zip(
            rest.split("..", 1), (-math.inf, math.inf), strict=True)]
        if rest.strip() == ".." or None in ends:
            return None
        low, high = (end[0] for end in ends if end is not None)
        return Limits(low, high) if low <= high else None
    number = _number(rest, metric)
    if number is None:
        return None
    value, half = number
    if sign is None:
        return Limits(value - half, value + half)
    if sign == "=":
        return Limits(value, value)
    return Limits(low=value, sign=sign if sign == ">" else "") if sign[0] == ">" else Limits(
        high=value, sign=sign if sign == "<" else "")


def _number(text: str, metric: Metric) -> tuple[float, float] | None:
    """A typed number in the unit of a column, and half of its last digit; None where the text is none."""
    found = _NUMBER.fullmatch(text.strip())
    digits, suffix = ("", None) if found is None else found.groups()
    if math.isnan(decimal_number(digits)):
        return None
    if math.isinf(decimal_number(digits)):
        return decimal_number(digits), 0.0
    # Beyond, decimals have no room for half of the last digit.
    number = Decimal(digits) if abs(Decimal(digits).adjusted()) < _MOST_DIGITS else Decimal(0)
    # Of a finite number it is an int.
    exponent = int(number.as_tuple().exponent)
    half = Decimal(5).scaleb(exponent - 1)
    if suffix is None:
        # A whole number is exact, as are counts.
        return float(number), float(half) if exponent < 0 else 0.0
    if metric.unit == SECONDS and suffix in _TIMES:
        return float(number) * _TIMES[suffix], float(half) * _TIMES[suffix]
    power = _SUFFIXES.get(metric.unit, {}).get(suffix)
    return None if power is None else (float(number.scaleb(power)), float(half.scaleb(power)))


def operations_mask(text: str, table: BenchmarkTable) -> np.ndarray:
    """Cells by their operations, ``bool (n,)``.

    Parameters
    ----------
    text : str
        Words, each a part of an operation's name whatever its capitals: a cell must have one such operation for every
        word, and none for a word after ``!``.
    table : BenchmarkTable

    Raises
    ------
    SelectionError
        Where no operation of the search space has a word in its name.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> operations_mask("1x1 !MAXPOOL", vp.open_table("structure4")).sum().item()
    30
    """
    found = np.ones(len(table), dtype=bool)
    operations = tuple(table.space.operations)
    for word in re.split(r"[\s,]+", text.strip())[:MOST_LETTERS]:
        wanted = word.removeprefix("!").lower().replace("×", "x")
        # Names hold no blanks there, but labels of the page do: conv 3×3.
        matching = [index for index, operation in enumerate(operations) if wanted and wanted in operation.lower()]
        if not matching:
            raise SelectionError(Message("Found the filter {text!r:.40} over operations; expected parts of {known}. "
                                         "Change it, or leave it empty.", text=text, known=", ".join(operations)))
        has = (table.structure[[len(SHAPE) + index for index in matching]] > 0).any(axis=0)
        found &= ~has if word.startswith("!") else has
    return found


def filter_mask(table: BenchmarkTable, column: str, text: str) -> np.ndarray:
    """Which cells of a table a filter over one of its columns takes, ``bool (n,)``.

    Raises
    ------
    SelectionError
        Where the text is no filter.
    UnknownMetricError
        Where the table has no such column.
    """
    if column == OPERATIONS:
        return operations_mask(text, table)
    return read_limits(text, table.metric(column)).mask(table.column(column))


def filter_condition(table: BenchmarkTable, column: str, text: str) -> Condition:
    """A filter as a condition of a selection: limits where it has some, else its rows under its own words."""
    if column != OPERATIONS:
        limits = read_limits(text, table.metric(column))
        if not limits.sign:
            return Between(column, limits.low, limits.high)
    label = text if column == OPERATIONS else f"{label_of(table.metric(column))} {text}"
    return Rows.of(np.flatnonzero(filter_mask(table, column, text)), len(table), label)
