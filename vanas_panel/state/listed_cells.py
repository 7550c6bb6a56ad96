"""The rows that the table of cells lists: selected ones that its filters take, in the order of a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vanas_panel.errors import SelectionError
from vanas_panel.state.cell_filters import filter_mask
from vanas_panel.state.cells_view import CellsView
from vanas_panel.tables.row_order import ordered_rows
from vanas_panel.tables.table import BenchmarkTable


class Listed(NamedTuple):
    """Rows in the order of the table of cells.

    Attributes
    ----------
    rows : int32 (m,)
    faults : dict of str to SelectionError
        What is wrong with a filter, by the name of its column. Such a filter takes every row.
    """

    rows: np.ndarray
    faults: dict[str, SelectionError]


def order_of(table: BenchmarkTable, view: CellsView, metric: str) -> tuple[str, bool]:
    """The column that orders the table, and whether its highest value comes first.

    Parameters
    ----------
    table : BenchmarkTable
    view : CellsView
    metric : str
        The ranking metric, whose best value comes first where the view names no column.
    """
    return (view.sort, view.down) if view.sort else (metric, table.metric(metric).higher_is_better is not False)


def listed_cells(table: BenchmarkTable, view: CellsView, metric: str,
                 rows: np.ndarray | None = None) -> Listed:
    """The rows that the table of cells lists.

    Parameters
    ----------
    table : BenchmarkTable
    view : CellsView
    metric : str
        The ranking metric.
    rows : int64 (m,), optional
        Selected rows; all of them by default.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> view = CellsView(sort="flops", down=True, filters=(("structure.edges", "2..3"), ("operations", "!maxpool")))
    >>> listed_cells(table, view, "flops").rows[:4].tolist(), listed_cells(table, view, "flops").rows.size
    ([7, 17, 37, 2], 8)
    """
    mask, faults = _mask(table, view.filters, rows)
    name, down = order_of(table, view, metric)
    return Listed(ordered_rows(table, name, down=down, keep=mask), faults)


def _mask(table: BenchmarkTable, filters: Sequence[tuple[str, str]],
          rows: np.ndarray | None) -> tuple[np.ndarray | None, dict[str, SelectionError]]:
    """Which rows are selected and taken by all filters, None for all rows; and what is wrong with some filters."""
    mask: np.ndarray | None = None
    faults: dict[str, SelectionError] = {}
    if rows is not None:
        mask = np.zeros(len(table), dtype=bool)
        mask[rows] = True
    for name, text in filters:
        try:
            found = filter_mask(table, name, text)
        except SelectionError as error:
            faults[name] = error
        else:
            mask = found if mask is None else mask & found
    return mask, faults
