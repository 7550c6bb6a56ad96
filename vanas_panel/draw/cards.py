"""Content of the performance cards as plain data, before anything is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import networkx as nx
import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import NASBENCH101_SKELETON, multiply_accumulates, trainable_parameters
from vanas_panel.draw.format import (
    NOT_MEASURED,
    capitalised,
    count_edges,
    count_vertices,
    format_count,
    format_difference,
    format_range,
    format_value,
    number_word,
    split_value,
)
from vanas_panel.draw.percentile import Histogram, histogram, standing, standing_in_full
from vanas_panel.draw.spans import middle_of
from vanas_panel.errors import SearchSpaceError, UnknownOperationError
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric, known_metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext
from vanas_panel.training.table import table_settings

COMPUTED = marked("computed from the structure")
DASH = "—"

_STRUCTURE = ("vertices", "edges", "depth")
_ORDER = (FRACTION, PARAMETERS, MACS, SECONDS)
_COSTS = {"trainable_parameters": trainable_parameters, "flops": multiply_accumulates}
_MOST_IN_FULL = 1e18


class PinMark(NamedTuple):
    """A pinned cell on a card.

    Attributes
    ----------
    mark : str
        Its letter.
    value : str
        Its value in words.
    position : float or None
        Where it is in the histogram of the card, 0 at the left end and 1 at the right end; None without a histogram.
    """

    mark: str
    value: str
    position: float | None = None


@dataclass(frozen=True)
class SelectedSpread:
    """What a card says of the selected cells.

    Attributes
    ----------
    heights : float64 (bins,), optional
        As those of the histogram of the whole table, divided by the largest of them; None where no cell has a value.
    words, brief : str
        The median, and the same for a line with little room.
    tooltip : str
        The same as a sentence.
    """

    heights: np.ndarray | None
    words: str
    brief: str
    tooltip: str


@dataclass(frozen=True)
class Card:
    """The content of one card.

    Attributes
    ----------
    name, label : str
        Of the metric.
    number, unit : str
        The value; the number is a dash where there is none.
    percentile : str
        The standing in the whole table, or why there is none.
    brief : str
        The same for a line with little room.
    notes : tuple of str
        Further lines, such as the spread of repeats.
    change : str
        The difference to the pinned cell, empty where there is none.
    gain : bool or None
        Whether that difference is for the better; None where it is neither.
    histogram : Histogram or None
        The column's spread with the value's position in it.
    tooltip : str
        The same in full sentences.
    minor : bool
        Whether the metric is a variant of another one, such as a smaller budget, and needs only a line.
    selected : SelectedSpread, optional
        The selected cells, see `vanas_panel.draw.selection.cards.with_selection`.
    pins : tuple of PinMark
        The pinned cells that have a value, see `vanas_panel.draw.pins.with_pins`.
    """

    name: str
    label: str
    number: str
    unit: str = ""
    percentile: str = ""
    brief: str = ""
    notes: tuple[str, ...] = ()
    change: str = ""
    gain: bool | None = None
    histogram: Histogram | None = None
    tooltip: str = ""
    minor: bool = False
    selected: SelectedSpread | None = None
    pins: tuple[PinMark, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the card has a value."""
        return self.number != DASH


def cards(table: BenchmarkTable, cell: Cell, row: int | None, pinned: Cell | None = None) -> list[Card]:
    """Everything there is to say about a cell, the most important first.

    Parameters
    ----------
    table : BenchmarkTable
    cell : Cell
        A cell of the table's search space.
    row : int or None
        Its row; None where the table does not have it. What follows from the structure is then computed all the same.
    pinned : Cell, optional
        The cell to compare with.

    Returns
    -------
    list of Card
        One for each metric of the table that has a value for any cell (only the computed ones without a row), the shape
        of the cell, then the variants.
    """
    costs = _costs(table, cell)
    others = {} if pinned is None else values_of(table, pinned)
    values = {**costs, **_measured(table, row)}
    metrics = {metric.name: metric for metric in _shown(table) if row is not None or metric.name in values}
    metrics = {**metrics, **{name: known_metric(name) for name in costs if name not in table.metrics}}
    made = [_metric_card(table, metric, row, values.get(metric.name), others.get(metric.name))
            for metric in sorted(metrics.values(), key=_importance)]
    major = [card for card in made if not card.minor]
    return [*major, shape_card(cell), *(card for card in made if card.minor)]


def table_cards(table: BenchmarkTable) -> list[Card]:
    """Cards about the whole table, shown while there is no valid cell.

    Parameters
    ----------
    table : BenchmarkTable

    Returns
    -------
    list of Card
        For each metric with a value the median, and the best one where there is a better and a worse.
    """
    return [_table_card(table, metric) for metric in sorted(_shown(table), key=_importance)]


def shape_card(cell: Cell) -> Card:
    """Depth and width of a cell.

    Examples
    --------
    >>> shape_card(Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2), (0, 2)])).notes
    ('3 vertices, 3 edges',)
    """
    graph = cell.to_networkx()
    depth = nx.dag_longest_path_length(graph)
    width = max((len(level) for level in list(nx.topological_generations(graph))[1:-1]), default=0)
    inner = ngettext("{count} inner vertex", "{count} inner vertices", width).format(count=width)
    tooltip = _("The longest path from input to output has {edges}; the widest level has {vertices} at the same "
                "distance from the input.").format(edges=count_edges(depth), vertices=inner)
    size = f"{count_vertices(len(cell.operations))}, {count_edges(len(cell.edges))}"
    return Card("shape", _("Depth · width"), f"{depth} · {width}", notes=(size,), tooltip=tooltip)


def _shown(table: BenchmarkTable) -> list[Metric]:
    """The metrics to show: those with any value, without what the shape of a cell says anyway."""
    return [metric for metric in table.metrics.values() if metric.name not in _STRUCTURE and table.known(metric.name)]


def _importance(metric: Metric) -> int:
    """Rank of a metric's kind: accuracies first, then sizes, then times."""
    return _ORDER.index(metric.unit) if metric.unit in _ORDER else len(_ORDER)


def row_of(table: BenchmarkTable, cell: Cell) -> int | None:
    """Row of a cell of the table's search space, None where the table lacks it."""
    row = table.find_key(table.space.key_of(cell))
    return None if row < 0 else row


def values_of(table: BenchmarkTable, cell: Cell) -> dict[str, float]:
    """Known values of a cell by metric: what the table has measured, and what follows from its structure."""
    return {**_costs(table, cell), **_measured(table, row_of(table, cell))}


def _measured(table: BenchmarkTable, row: int | None) -> dict[str, float]:
    """Known values of a row, by metric."""
    if row is None:
        return {}
    values = {name: float(table.column(name)[row]) for name in table.metrics}
    return {name: value for name, value in values.items() if not math.isnan(value)}


def _costs(table: BenchmarkTable, cell: Cell) -> dict[str, float]:
    """Parameters and multiply-accumulates of a cell, where its operations have known ones.

    In the network that the table's cells were trained in, where it says which one that was.
    """
    settings = table_settings(table)
    skeleton = NASBENCH101_SKELETON if settings is None else settings.skeleton
    try:
        packed = np.array([cell.packed(table.space)])
        return {name: float(count(packed, table.space, skeleton)[0]) for name, count in _COSTS.items()}
    except (SearchSpaceError, UnknownOperationError):
        return {}


def _metric_card(table: BenchmarkTable, metric: Metric, row: int | None, value: float | None,
                 other: float | None) -> Card:
    """The card of one metric."""
    minor, label = _is_variant(table, metric), label_of(metric)
    if value is None:
        tooltip = _("{metric} of this cell: not measured. The table knows it for {known} of {total} cells.").format(
            metric=label, known=format_count(table.known(metric.name)), total=format_count(len(table)))
        return Card(metric.name, label, DASH, percentile=_(NOT_MEASURED), brief=_(NOT_MEASURED), minor=minor,
                    tooltip=tooltip)
    number, unit = _number(metric, value)
    in_table = metric.name in table.metrics and table.known(metric.name) > 0
    computed = row is None or not in_table or math.isnan(table.column(metric.name)[row])
    notes = [_(COMPUTED)] if computed or row is None else _spread(table, metric, row)
    change, gain = _change(metric, value, other)
    sentences = [f"{label}: {_exact(metric, value)}."]
    sentences += [standing_in_full(table, metric.name, value)] if in_table else []
    sentences += [f"{capitalised(note)}." for note in notes]
    sentences += [_("The pinned cell has {value}.").format(value=format_value(metric, other))] if change else []
    percentile = standing(table, metric.name, value) if in_table else ""
    brief = standing(table, metric.name, value, brief=True) if in_table else ""
    spread = histogram(table, metric.name, value) if in_table else None
    return Card(metric.name, label, number, unit, percentile, brief, tuple(notes), change, gain, spread,
                " ".join(sentences), minor)


_MEDIANS = {
    True: (marked("median · best {high}"), marked("median of {count} · best {high}")),
    False: (marked("median · least {low}"), marked("median of {count} · least {low}")),
    None: (marked("median · {low} to {high}"), marked("median of {count} · {low} to {high}")),
}
"""Text of a whole table's card by direction: where every cell has a value, and where some have none."""


def _table_card(table: BenchmarkTable, metric: Metric) -> Card:
    """The card of one metric over all cells."""
    values = table.sorted_column(metric.name)
    low, high = (format_value(metric, float(values[end])) for end in (0, -1))
    is_partial = values.size != len(table)
    number, unit = _number(metric, middle_of(values))
    tooltip = _("{metric} of all {count} cells with a value: {low} to {high}, median {median}.").format(
        metric=label_of(metric), count=format_count(values.size), low=low, high=high,
        median=format_value(metric, middle_of(values)))
    percentile = _(_MEDIANS[metric.higher_is_better][is_partial]).format(
        count=format_count(values.size), low=low, high=high)
    return Card(metric.name, label_of(metric), number, unit, percentile, _("median") if is_partial else percentile,
                histogram=histogram(table, metric.name), tooltip=tooltip, minor=_is_variant(table, metric))


def _is_variant(table: BenchmarkTable, metric: Metric) -> bool:
    """Whether a metric continues the name of another one, as that of a smaller budget does."""
    return any(metric.name.startswith(f"{name}_") for name in table.metrics)


def _number(metric: Metric, value: float) -> tuple[str, str]:
    """A value as a large number and a small unit; ``20 min 5 s`` has its units inside."""
    number, unit = split_value(metric, value)
    if metric.unit == MACS:
        return number, f"{unit} MAC".lstrip()
    return (f"{number} {unit}", "") if " " in number else (number, unit)


def _exact(metric: Metric, value: float) -> str:
    """A value for a tooltip: counts in full, as the card rounds them."""
    if abs(value) >= _MOST_IN_FULL:
        return format_value(metric, value)
    if metric.unit == PARAMETERS:
        return _("{count} trainable parameters").format(count=format_count(round(value)))
    if metric.unit == MACS:
        return _("{count} multiply-accumulates for one image").format(count=format_count(round(value)))
    return format_value(metric, value)


def _spread(table: BenchmarkTable, metric: Metric, row: int) -> list[str]:
    """The range of the repeats of one row, where there are at least two."""
    repeats = table.repeats(metric.name)[row]
    known = repeats[~np.isnan(repeats)]
    if known.size < 2:
        return []
    span = format_range(metric, float(known.min()), float(known.max()))
    return [_("{count} repeats {range}").format(count=number_word(known.size), range=span)]


def _change(metric: Metric, value: float, other: float | None) -> tuple[str, bool | None]:
    """The difference to the pinned cell, and whether it is for the better."""
    if other is None:
        return "", None
    difference = value - other
    if metric.higher_is_better is None or difference == 0:
        return format_difference(metric, difference), None
    return format_difference(metric, difference), (difference > 0) == metric.higher_is_better

