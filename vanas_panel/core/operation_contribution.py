"""Contribution of operations: what a cell would measure with another operation on one of its vertices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import SupportsIndex

import numpy as np
import pandas as pd

from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.cell import Cell
from vanas_panel.core.contribution import packed_edges
from vanas_panel.core.encoding import MAX_OPERATIONS, operation_shift
from vanas_panel.core.neighbours import value_of
from vanas_panel.core.plain import plain_text
from vanas_panel.core.protocol import CellTable, cell_of, check_table
from vanas_panel.core.wide.columns import WideCells

NOT_THERE = -1
"""In place of the row of a cell that the table lacks."""


def operation_contributions(table: CellTable, cell: Cell | SupportsIndex,
                            metric: str = "test_accuracy") -> pd.DataFrame:
    r"""Difference that every other operation makes on every inner vertex of a cell.

    Where a search space is not closed under removing edges, as NAS-Bench-201's is not, no edge has a contribution
    (`vanas_panel.edge_contributions`). Its cells are compared by their operations instead. For an inner vertex *v* of a
    cell *G* and an operation *o* that it does not carry,

    .. math:: D(v, o, G) = eval(G_{v \leftarrow o}) - eval(G)

    where :math:`G_{v \leftarrow o}` is the cell with *o* on *v*, and the same edges. Nothing is pruned.

    Parameters
    ----------
    table : BenchmarkTable
    cell : Cell or int
        A cell, which need not be in the table itself, or the row of one that is.
    metric : str, optional
        The metric to evaluate cells by.

    Returns
    -------
    pandas.DataFrame
        One row for each inner vertex in the order of the cell, and each other operation in the order of the space:
        ``vertex`` (int64, index of `cell`), ``operation``, ``row`` (int64, that of the cell with this operation; -1
        where the table lacks it) and ``difference`` (float64, in the metric's unit; NaN where either value is unknown).
        ``.attrs["value"]`` is the cell's own value.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    SelectionError
        Where the table has no row of that number.
    ArgumentKindError
        Where `cell` is neither a cell nor a row number, a draft for instance.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> cell = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)])
    >>> vp.operation_contributions(table, cell, "trainable_parameters")[["vertex", "operation", "difference"]]
       vertex        operation  difference
    0       1  conv1x1-bn-relu  -8257536.0
    1       1       maxpool3x3  -9295104.0
    """
    check_table(table)
    cell = cell_of(table, cell)
    metric = plain_text(metric)
    values = table.column(metric)
    operations = table.space.operations
    order = cell.topological_order()
    place = {vertex: rank for rank, vertex in enumerate(order)}
    changes = [(vertex, code) for vertex in range(1, len(cell.operations) - 1)
               for code, operation in enumerate(operations) if operation != cell.operations[vertex]]
    if table.wide is not None or cell.is_larger:
        rows = _rows_of_larger(table, cell, [(place[vertex], code) for vertex, code in changes])
    else:
        packed, _ = packed_edges(table, cell)
        other = np.array([_with_operation(packed, place[vertex], code) for vertex, code in changes], np.int64)
        rows = _rows_of(table, canonical_keys(other))
    own = value_of(table, cell, values)
    found = np.where(rows >= 0, values[np.maximum(rows, 0)], np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        differences = found - own
    frame = pd.DataFrame({"vertex": np.array([vertex for vertex, _ in changes], np.int64),
                          "operation": [operations[code] for _, code in changes], "row": rows,
                          "difference": differences})
    frame.attrs["value"] = own
    return frame


def _with_operation(packed: int, vertex: int, code: int) -> int:
    """A packed cell with another operation on one of its inner vertices."""
    shift = int(operation_shift(vertex))
    return packed & ~(MAX_OPERATIONS << shift) | code << shift


def _rows_of_larger(table: CellTable, cell: Cell, changes: Sequence[tuple[int, int]]) -> np.ndarray:
    """The rows of a cell with other operations at places of its topological order, ``int64 (n,)``."""
    cells = WideCells.of_drafts([cell], table.space.operations).take(np.zeros(len(changes), np.int64))
    for row, (place, code) in enumerate(changes):
        cells.labels[row, place] = code
    return table.rows_of_wide(cells)


def _rows_of(table: CellTable, keys: np.ndarray) -> np.ndarray:
    """The rows of cells by their canonical keys, ``int64 (n,)``; `NOT_THERE` where the table lacks one."""
    ordered, order = table.lookup
    places = np.searchsorted(ordered, keys)
    rows = np.full(keys.size, NOT_THERE, np.int64)
    there = places < ordered.size
    there[there] = ordered[places[there]] == keys[there]
    rows[there] = order[places[there]]
    return rows
