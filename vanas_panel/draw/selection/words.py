"""Conditions of a selection in few words, as chips show them."""

from __future__ import annotations

import math

from vanas_panel.draw.bars import edge_type_label
from vanas_panel.draw.format import count_cells, format_count, format_range, format_value, lower_label
from vanas_panel.draw.theme import operation_label
from vanas_panel.state.boxes import Box, Range
from vanas_panel.state.conditions import AllOf, AnyOf, Between, Condition, HasEdge, Lasso, Not, Rows
from vanas_panel.state.packed_rows import unpack_rows
from vanas_panel.state.selection import Selection
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.structure_columns import operation_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _


def condition_words(condition: Condition, table: BenchmarkTable) -> str:
    """A condition in words.

    Parameters
    ----------
    condition : condition
    table : BenchmarkTable
        Has the names in it.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> condition_words(Not(Between("structure.n_maxpool3x3", 1)), table)
    'not: contains max-pool 3×3'
    >>> condition_words(AnyOf([HasEdge("input", "output"), Between("edges", 2, 3)]), table)
    'input → output or Edges 2–3'
    """
    if isinstance(condition, Not):
        return _("not: {condition}").format(condition=_inner(condition.condition, table))
    if isinstance(condition, AllOf | AnyOf):
        return condition.name or _joined(condition, table)
    if isinstance(condition, HasEdge):
        return edge_type_label(condition.source, condition.target)
    if isinstance(condition, Rows):
        return condition.label or _("{cells} picked").format(
            cells=count_cells(unpack_rows(condition.packed, len(table)).size))
    if isinstance(condition, Box):
        sides = ((condition.x, condition.x_range), (condition.y, condition.y_range))
        return _("map: {sides}").format(sides=", ".join(_limits(name, ends, table) for name, ends in sides))
    if isinstance(condition, Lasso):
        x, y = (lower_label(table.metric(name)) for name in (condition.x, condition.y))
        return _("lasso on {x} and {y}").format(x=x, y=y)
    return _counted(condition, table) or _limits(condition.name, (condition.low, condition.high), table)


def selection_words(selection: Selection) -> str:
    """How many cells are selected of how many.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> import numpy as np
    >>> selection_words(Selection(vp.open_table("structure4"), np.array([1, 2])))
    '2 of 91 cells'
    """
    total = len(selection.table)
    some = total if selection.rows is None else selection.rows.size
    return _("{some} of {total} cells").format(some=format_count(some), total=format_count(total))


def _joined(condition: AllOf | AnyOf, table: BenchmarkTable) -> str:
    """Several conditions in a row."""
    parts = [_inner(part, table) for part in condition.parts]
    if not parts:
        return _("every cell") if isinstance(condition, AllOf) else _("no cell")
    return (_(" and ") if isinstance(condition, AllOf) else _(" or ")).join(parts)


def _inner(condition: Condition, table: BenchmarkTable) -> str:
    """A condition within another one: several are in brackets."""
    words = condition_words(condition, table)
    is_group = isinstance(condition, AllOf | AnyOf) and not condition.name and len(condition.parts) > 1
    return f"({words})" if is_group else words


def _counted(condition: Between, table: BenchmarkTable) -> str:
    """A condition on the number of an operation; nothing for any other."""
    operation = "" if condition.name in table.metrics else operation_of(condition.name)
    if not operation:
        return ""
    label = operation_label(operation)
    low, high = max(0.0, math.ceil(condition.low)) if math.isfinite(condition.low) else 0.0, condition.high
    if low == 1 and high == math.inf:
        return _("contains {operation}").format(operation=label)
    if high == math.inf:
        return _("at least {count} × {operation}").format(count=format_count(int(low)), operation=label)
    most = math.floor(high) if math.isfinite(high) else -1
    if low == most:
        return _("{count} × {operation}").format(count=format_count(most), operation=label)
    return _("{low} to {high} × {operation}").format(low=format_count(int(low)), high=most, operation=label)


def _limits(name: str, ends: Range, table: BenchmarkTable) -> str:
    """Limits of a number."""
    metric = table.metric(name)
    label, (low, high) = label_of(metric), ends
    if math.isinf(low) and math.isinf(high):
        return _("{metric} known").format(metric=label)
    if math.isinf(high):
        return f"{label} ≥ {format_value(metric, low)}"
    if math.isinf(low):
        return f"{label} ≤ {format_value(metric, high)}"
    if low == high:
        return f"{label} {format_value(metric, low)}"
    return f"{label} {format_range(metric, low, high)}"
