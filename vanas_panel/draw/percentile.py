"""Percentile of a value in its column, in words and as a small histogram."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vanas_panel.draw.format import capitalised, format_count
from vanas_panel.draw.spans import drawn_value, widened
from vanas_panel.tables.metrics import MACS, PARAMETERS, SECONDS
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked

BINS = 30
_TAIL, _WORTH = 0.01, 0.65

_WORDS = {
    SECONDS: (marked("slower than {share}"), marked("faster than {share}"), marked("slowest of {count}"),
              marked("fastest of {count}"), marked("slowest"), marked("fastest")),
    PARAMETERS: (marked("larger than {share}"), marked("smaller than {share}"), marked("largest of {count}"),
                 marked("smallest of {count}"), marked("largest"), marked("smallest")),
    MACS: (marked("more than {share}"), marked("fewer than {share}"), marked("most of {count}"),
           marked("fewest of {count}"), marked("most"), marked("fewest")),
}
_ANY = (marked("higher than {share}"), marked("lower than {share}"), marked("highest of {count}"),
        marked("lowest of {count}"), marked("highest"), marked("lowest"))


@dataclass(frozen=True)
class Histogram:
    """How the values of a column are spread, and where one of them is.

    Attributes
    ----------
    heights : float64 (bins,)
        Counts divided by the largest of them, so in [0, 1].
    position : float or None
        Where the value is, 0 at the left end and 1 at the right end; None where none is marked.
    """

    heights: np.ndarray
    position: float | None


def standing(table: BenchmarkTable, name: str, value: float, *, brief: bool = False) -> str:
    """The rank or percentile of a value among all known ones, in words.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric. Where higher is better its rank is given, else the larger share of cells that it exceeds or undercuts.
    value : float
        Not NaN.
    brief : bool, optional
        Whether to leave out among how many cells that is.

    Returns
    -------
    str
        Such as ``rank 1 of 423,624`` or ``larger than 98.9 %``; a share is rounded down, so it never says too much.
    """
    values = table.sorted_column(name)
    if not values.size:
        return ""
    if table.metric(name).higher_is_better:
        rank, known = table.rank(name, value)
        if brief:
            return _("rank {rank}").format(rank=format_count(rank))
        return _("rank {rank} of {count}").format(rank=format_count(rank), count=format_count(known))
    return _share(table, name, value, brief)


def standing_in_full(table: BenchmarkTable, name: str, value: float) -> str:
    """The same as a sentence that also says how many cells it is among."""
    values = table.sorted_column(name)
    if not values.size:
        return ""
    known = format_count(values.size)
    if not table.metric(name).higher_is_better:
        share = capitalised(_share(table, name, value))
        return _("{standing} among the {count} cells with a value.").format(standing=share, count=known)
    below = int(np.searchsorted(values, value, side="left"))
    rank = capitalised(standing(table, name, value))
    return _("{rank}: better than {share} of the cells with a value.").format(
        rank=rank, share=_percent(below, values.size))


def histogram(table: BenchmarkTable, name: str, value: float | None = None, bins: int = BINS) -> Histogram:
    """Spread of a column and the position of a value in it.

    The outermost hundredth at either end is left out where that makes the range much shorter, so that a few failed
    trainings do not flatten the rest; what lies beyond counts in the outermost bin.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric with at least one known value.
    value : float, optional
        The value to mark; not NaN.
    bins : int, optional
        How many bins.
    """
    values = table.sorted_column(name)
    edges = histogram_edges(table, name, bins)
    low, high = float(edges[0]), float(edges[-1])
    inner = np.searchsorted(values, edges[1:-1], side="left")
    counts = np.diff(np.concatenate([[0], inner, [values.size]]))
    position = None if value is None else min(1.0, max(0.0, (drawn_value(value) - low) / (high - low)))
    return Histogram(counts / counts.max(), position)


def histogram_edges(table: BenchmarkTable, name: str, bins: int = BINS) -> np.ndarray:
    """Edges of the bins of `histogram`, ``float64 (bins + 1,)``."""
    values = table.sorted_column(name)
    tail = int(_TAIL * (values.size - 1))
    low, inner_low, inner_high, high = (float(values[index]) for index in (0, tail, -1 - tail, -1))
    low, inner_low, inner_high, high = map(drawn_value, (low, inner_low, inner_high, high))
    low, high = (inner_low if high - inner_low < _WORTH * (high - low) else low,
                 inner_high if inner_high - low < _WORTH * (high - low) else high)
    return np.linspace(*widened(low, high), bins + 1)


def _share(table: BenchmarkTable, name: str, value: float, brief: bool = False) -> str:
    """``larger than 98.9 %`` in the words of the metric's unit."""
    more, less, most, least, brief_most, brief_least = _WORDS.get(table.metric(name).unit, _ANY)
    values = table.sorted_column(name)
    below = int(np.searchsorted(values, value, side="left"))
    above = values.size - int(np.searchsorted(values, value, side="right"))
    if not below and not above:
        return _("the same for every cell")
    if not above:
        return _(brief_most) if brief else _(most).format(count=format_count(values.size))
    if not below:
        return _(brief_least) if brief else _(least).format(count=format_count(values.size))
    pattern, share = (more, below) if below >= above else (less, above)
    return _(pattern).format(share=_percent(share, values.size))


def _percent(count: int, total: int) -> str:
    """A share of cells, rounded down to a tenth of a per cent."""
    return f"{math.floor(1000 * count / total) / 10:.1f} %"
