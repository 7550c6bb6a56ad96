"""What a person has put into the form that selects cells, and the conditions that it makes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from vanas_panel.errors import SelectionError
from vanas_panel.state.conditions import Between, HasEdge
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.tables.structure_columns import PREFIX
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import decimal_number

MOST_LETTERS = 40
"""Of a number that is typed."""

# A comma stands between thousands only: 90,5 is 90.5 to some and a slip to others.
_NUMBER = re.compile(r"\s*([-+−]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.?[0-9]*|\.[0-9]+)"
                     r"(?:[eE][-+]?[0-9]+)?)\s*([kKMGB%]?)\s*")
_TIMES = {"": 1.0, "%": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9}


@dataclass
class Form:
    """What stands in the fields.

    Attributes
    ----------
    number, low, high : str
        A metric or structure column, and its limits as they were typed.
    operation, least, most : str
        An operation, and how often a cell is to have it.
    edge, preset : int
        Indices of the chosen edge type and preset.
    """

    number: str
    low: str = ""
    high: str = ""
    operation: str = ""
    least: str = "1"
    most: str = ""
    edge: int = 0
    preset: int = 0

    def limits(self, table: BenchmarkTable) -> Between:
        """The condition on a number.

        Raises
        ------
        SelectionError
            Where a limit is no number, or neither is given.
        """
        metric = table.metric(self.number)
        low, high = typed(self.low, metric, -math.inf), typed(self.high, metric, math.inf)
        if math.isinf(low) and math.isinf(high):
            raise SelectionError("Found no limit; expected at least one number. Type the lowest or the highest value.")
        return Between(self.number, *sorted((low, high)))

    def count(self, table: BenchmarkTable) -> Between:
        """The condition on the number of an operation; raises SelectionError where a limit is no number."""
        metric = table.structure_metrics[f"{PREFIX}n_{self.operation}"]
        low, high = typed(self.least, metric, 0.0), typed(self.most, metric, math.inf)
        return Between(metric.name, *sorted((low, high)))

    def edge_type(self, table: BenchmarkTable) -> HasEdge:
        """The condition on an edge type."""
        return HasEdge(*table.space.edge_types[self.edge])


def typed(text: str, metric: Metric, otherwise: float) -> float:
    """A number as a person types it, in the unit that the page shows: fractions in per cent, counts with k, M or G.

    Parameters
    ----------
    text : str
    metric : Metric
        Gives the unit.
    otherwise : float
        The value of an empty field.

    Raises
    ------
    SelectionError
        Where it is no number.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> typed("93.5 %", known_metric("test_accuracy"), 0.0), typed("1.5 M", known_metric("flops"), 0.0)
    (0.935, 1500000.0)
    """
    if not text.strip():
        return otherwise
    found = _NUMBER.fullmatch(text) if len(text) <= MOST_LETTERS else None
    number = math.nan if found is None else decimal_number(_plain(found[1]))
    if found is None or math.isnan(number):
        raise SelectionError(Message("Found {text!r:.40}; expected a number such as 90, 2.5 or 5 M. Change it.",
                                     text=text))
    if metric.unit == FRACTION:
        # By digits: 93.5 / 100 is a little less than what 0.935 reads as.
        return decimal_number(f"{_plain(found[1])}e-2") if "e" not in found[1].lower() else number / 100
    return number * _TIMES[found[2]]


def _plain(digits: str) -> str:
    """Digits without separators of thousands, with the usual minus."""
    return digits.replace("−", "-").replace(",", "")
