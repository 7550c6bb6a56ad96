"""Edge contribution: mean value of the measured sub-cells with an edge, minus that of those without it."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np
import pandas as pd

from vanas_panel.core.canonical import _canonical
from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import (
    MAX_EDGES,
    MAX_OPERATIONS,
    MAX_VERTICES,
    VERTEX_SHIFT,
    edge_bit,
    kernel,
    operation_at,
    operation_shift,
    pack,
)
from vanas_panel.core.mean import difference_of_means, summable
from vanas_panel.core.plain import plain_int
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.errors import ArgumentKindError, TooManyEdgesError
from vanas_panel.text.language import Message

MOST_EDGES = 20
"""Edges of the largest cell whose sub-cells are enumerated: about a million edge subsets."""


def edge_contributions(table: CellTable, cell: Cell | SupportsIndex, metric: str = "test_accuracy") -> pd.DataFrame:
    r"""Contribution of every edge of a cell.

    Let *Sub(G)* be the cells of the table whose edge set is a non-empty subset of *E(G)* in which every edge still lies
    on an input-output path, vertices without edges removed. For an edge *e* of *G*,

    .. math:: C(e, G) = \operatorname{mean}\{eval(H) : H \in Sub(G), e \in E(H)\}
                      - \operatorname{mean}\{eval(H) : H \in Sub(G), e \notin E(H)\}

    (Choi, Hong and Jo, VANAS, 2021, section 3.2). Different subsets of edges count separately also where they are the
    same cell up to relabelling. Cells whose metric is unknown are left out.

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
        One row for each edge in the order of ``cell.edges``: ``source``, ``target`` (vertex indices of `cell`),
        ``contribution`` in the metric's unit, NaN where one side is empty, and ``n_with``, ``n_without``.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    TooManyEdgesError
        Where the cell has more than 20 edges, whose subsets would be too many.
    SelectionError
        Where the table has no row of that number.
    ArgumentKindError
        Where `cell` is neither a cell nor a row number, a draft for instance.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> cell = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2), (0, 2)])
    >>> vp.edge_contributions(table, cell, "edges")[["source", "target", "contribution"]].values.tolist()
    [[0.0, 1.0, 1.5], [0.0, 2.0, 0.0], [1.0, 2.0, 1.5]]

    The same for the cell of a row:

    >>> vp.edge_contributions(table, table.find(cell), "edges")["contribution"].tolist()
    [1.5, 0.0, 1.5]
    """
    check_table(table)
    cell = _cell_of(table, cell)
    edges = cell.edges
    if len(edges) > MOST_EDGES:
        raise TooManyEdgesError(Message("Found a cell of {found} edges; expected at most {most} to enumerate "
                                        "its sub-cells. Remove some.", found=len(edges), most=MOST_EDGES))
    values, factor = summable(table.column(metric))
    sources, targets = zip(*edges, strict=True)
    order = cell.topological_order()
    rank = {vertex: index for index, vertex in enumerate(order)}
    ends = np.array([[rank[source], rank[target]] for source, target in edges], dtype=np.int64)
    # An operation that the table lacks becomes one that no table has: its sub-cells are never found, the others are.
    codes = {operation: code for code, operation in enumerate(table.space.operations)}
    packed = pack([codes.get(cell.operations[vertex], MAX_OPERATIONS) for vertex in order[1:-1]], ends.tolist())
    sums, counts = _sub_cell_sums(packed, ends, *table.lookup, values)
    _, differences = difference_of_means(sums, counts, factor)
    return pd.DataFrame({"source": sources, "target": targets, "contribution": differences,
                         "n_with": counts[1].astype(np.int64), "n_without": counts[0].astype(np.int64)})


def _cell_of(table: CellTable, cell: object) -> Cell:
    """A cell, or that of a row of the table."""
    if isinstance(cell, Cell):
        return cell
    if plain_int(cell) is not None:
        return table.cell(cell)  # type: ignore[arg-type]  # any whole number will do
    raise ArgumentKindError(Message("Found {cell!r:.100}; expected a Cell or the row number of one. Make a cell with "
                                    "vp.Cell(operations, edges).", cell=cell))


@kernel
def _sub_cell(packed, ends, chosen, relabel):
    """Pack the sub-cell of the edges whose bits are in `chosen`; 0 where an edge is then on no input-output path.

    In a DAG all edges lie on such paths exactly where each vertex that has an edge has both a predecessor (but the
    input) and a successor (but the output). `relabel` is scratch, ``int64 (MAX_VERTICES,)``.
    """
    last = (packed >> VERTEX_SHIFT) - 1
    has_source = 1
    has_target = 1 << last
    for index in range(ends.shape[0]):
        if chosen >> index & 1:
            has_target |= 1 << ends[index, 0]
            has_source |= 1 << ends[index, 1]
    if has_source != has_target:
        return 0
    vertices = 0
    for vertex in range(last + 1):
        if has_source >> vertex & 1:
            relabel[vertex] = vertices
            vertices += 1
    part = vertices << VERTEX_SHIFT
    for vertex in range(1, last):
        if has_source >> vertex & 1:
            part |= operation_at(packed, vertex) << operation_shift(relabel[vertex])
    for index in range(ends.shape[0]):
        if chosen >> index & 1:
            part |= 1 << edge_bit(relabel[ends[index, 0]], relabel[ends[index, 1]])
    return part


@kernel
def _sub_cell_sums(packed, ends, sorted_keys, rows, values):
    """Sums and counts of `values` over sub-cells without (row 0) and with (row 1) each edge, ``float64 (2, edges)``.

    Buffers: at most `MAX_EDGES` edges, the bound of a packed cell; `ends` is ``int64 (edges, 2)`` in topological
    indices, `sorted_keys` ``int64 (n,)`` ascending with their `rows`, `values` ``float64 (n,)``.
    """
    edges = ends.shape[0]
    assert edges <= MAX_EDGES
    sums = np.zeros((2, edges))
    counts = np.zeros((2, edges))
    relabel = np.zeros(MAX_VERTICES, np.int64)
    for chosen in range(1, 1 << edges):
        part = _sub_cell(packed, ends, chosen, relabel)
        if part == 0:
            continue
        key = _canonical(part, True)
        index = np.searchsorted(sorted_keys, key)
        if index == sorted_keys.size or sorted_keys[index] != key:
            continue
        value = values[rows[index]]
        if np.isnan(value):
            continue
        for edge in range(edges):
            side = chosen >> edge & 1
            sums[side, edge] += value
            counts[side, edge] += 1
    return sums, counts
