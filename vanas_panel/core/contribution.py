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
from vanas_panel.core.interval import difference_interval
from vanas_panel.core.mean import difference_of_means, summable
from vanas_panel.core.protocol import CellTable, cell_of, check_table
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.core.wide.sub_cells import wide_sub_cell_sums
from vanas_panel.errors import TooManyEdgesError
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
        ``contribution`` in the metric's unit, NaN where one side is empty, ``n_with``, ``n_without``, and ``low``,
        ``high``: the 95 % interval of the difference of two means by Welch's t, NaN where a side has fewer than two
        sub-cells. It takes them for independent draws, which they are not, since they share edges.

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
    cell = cell_of(table, cell)
    edges = cell.edges
    if len(edges) > MOST_EDGES:
        raise TooManyEdgesError(Message("Found a cell of {found} edges; expected at most {most} to enumerate "
                                        "its sub-cells. Remove some.", found=len(edges), most=MOST_EDGES))
    values, factor = summable(table.column(metric))
    sources, targets = zip(*edges, strict=True)
    if table.wide is not None:
        sums, counts, squares = _larger_sums(table, cell, values)
    else:
        packed, ends = packed_edges(table, cell)
        sums, counts, squares = _sub_cell_sums(packed, ends, *table.lookup, values)
    _, differences = difference_of_means(sums, counts)
    low, high = difference_interval(differences, squares, counts)
    with np.errstate(over="ignore"):
        differences, low, high = differences * factor, low * factor, high * factor
    return pd.DataFrame({"source": sources, "target": targets, "contribution": differences,
                         "n_with": counts[1].astype(np.int64), "n_without": counts[0].astype(np.int64),
                         "low": low, "high": high})


def _larger_sums(table: CellTable, cell: Cell, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `_sub_cell_sums` gives, for a table of larger cells."""
    order = cell.topological_order()
    rank = {vertex: place for place, vertex in enumerate(order)}
    ends = np.array([[rank[source], rank[target]] for source, target in cell.edges], np.int64)
    labels = WideCells.of_drafts([cell], table.space.operations).labels[0, :len(order)]
    return wide_sub_cell_sums(labels, ends, *table.wide_forms, values)


def packed_edges(table: CellTable, cell: Cell) -> tuple[int, np.ndarray]:
    """A cell packed with the operations of a table, and its edges in the indices of that.

    Returns
    -------
    packed : int
        An operation that the table lacks becomes one that no table has: its sub-cells are never found, the others are.
    ends : int64 (edges, 2)
        In the order of ``cell.edges``.
    """
    order = cell.topological_order()
    rank = {vertex: index for index, vertex in enumerate(order)}
    ends = np.array([[rank[source], rank[target]] for source, target in cell.edges], dtype=np.int64)
    codes = {operation: code for code, operation in enumerate(table.space.operations)}
    return pack([codes.get(cell.operations[vertex], MAX_OPERATIONS) for vertex in order[1:-1]], ends.tolist()), ends


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
    """Sums, counts and squares of `values` over sub-cells without (row 0) and with (row 1) each edge.

    ``float64 (2, edges)`` each; squares are sums of squared differences from the mean.
    Buffers: at most `MAX_EDGES` edges, the bound of a packed cell; `ends` is ``int64 (edges, 2)`` in topological
    indices, `sorted_keys` ``int64 (n,)`` ascending with their `rows`, `values` ``float64 (n,)``.
    """
    edges = ends.shape[0]
    assert edges <= MAX_EDGES
    sums = np.zeros((2, edges))
    counts = np.zeros((2, edges))
    means = np.zeros((2, edges))
    squares = np.zeros((2, edges))
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
            off = value - means[side, edge]
            means[side, edge] += off / counts[side, edge]
            squares[side, edge] += off * (value - means[side, edge])
    return sums, counts, squares
