"""All edges of all cells of a table: their types and places, and the cell that is left without each of them."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.contribution import _sub_cell
from vanas_panel.core.encoding import (
    EDGE_FIELD,
    MAX_EDGES,
    MAX_VERTICES,
    has_edge,
    kernel,
    operation_at,
    vertex_count,
)
from vanas_panel.core.form_rows import FIRST_SLOTS, _form_row, _roomier
from vanas_panel.core.protocol import EdgeIndex
from vanas_panel.core.space_protocol import Space


def edge_index_of(packed: np.ndarray, space: Space, sorted_keys: np.ndarray, rows: np.ndarray) -> EdgeIndex:
    """List the edges of every cell.

    Parameters
    ----------
    packed : int64 (n,)
    space : Space
        Gives the operation indices of `packed`.
    sorted_keys, rows : int64 (n,)
        Canonical keys in ascending order, and the rows that they are of.

    Returns
    -------
    EdgeIndex

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> cell = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (0, 2), (1, 2)])
    >>> index, row = table.edge_index, table.find(cell)
    >>> edges = slice(index.first[row], index.first[row + 1])
    >>> index.sources[edges].tolist(), index.positions[edges].tolist(), index.depths[edges].tolist()
    ([0, 0, 1], [0, 0, 1], [2, 2, 2])

    Without the edge from input to output, a chain is left; without one of the others, no cell at all:

    >>> [table.cell(row).edges if row >= 0 else None for row in index.without[edges]]
    [None, ((0, 1), (1, 2)), None]
    """
    packed = np.ascontiguousarray(packed, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(np.bitwise_count(packed & EDGE_FIELD), dtype=np.int64)])
    sources, targets, positions, depths = np.empty((4, first[-1]), np.int8)
    types, without = np.empty(first[-1], np.int16), np.empty(first[-1], np.int32)
    _list_edges(packed, first, len(space.operations) + 1, sorted_keys, rows, sources, targets, positions, depths,
                types, without)
    return EdgeIndex(first, sources, targets, positions, depths, types, without)


@kernel
def _ends_of(cell, ends):
    """Write the edges of a packed cell in ascending order to `ends`, ``int64 (MAX_EDGES, 2)``; how many there are."""
    edges = 0
    vertices = vertex_count(cell)
    for source in range(vertices - 1):
        for target in range(source + 1, vertices):
            if has_edge(cell, source, target):
                ends[edges, 0] = source
                ends[edges, 1] = target
                edges += 1
    return edges


@kernel
def _list_edges(packed, first, classes, sorted_keys, rows, sources, targets, positions, depths, types, without):
    """Fill the columns of an index: the edges of row r are at ``first[r]`` to ``first[r + 1]``, all of its edges.

    Class 0 of `classes` is the input as a source and the output as a target, class ``1 + i`` operation i.
    """
    ends = np.zeros((MAX_EDGES, 2), np.int64)
    relabel = np.zeros(MAX_VERTICES, np.int64)
    reach = np.zeros(MAX_VERTICES, np.int64)
    forms, found, filled = np.zeros(FIRST_SLOTS, np.int64), np.zeros(FIRST_SLOTS, np.int64), 0
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        edges = _ends_of(cell, ends)
        reach[:] = 0
        for index in range(edges):
            # Ascending edges: all that lead to a source come before those that leave it.
            reach[ends[index, 1]] = max(reach[ends[index, 1]], reach[ends[index, 0]] + 1)
        for index in range(edges):
            source, target = ends[index, 0], ends[index, 1]
            at = first[row] + index
            sources[at], targets[at] = source, target
            positions[at], depths[at] = reach[source], reach[last]
            kind = 0 if source == 0 else operation_at(cell, source) + 1
            types[at] = kind * classes + (0 if target == last else operation_at(cell, target) + 1)
            without[at] = -1
            part = _sub_cell(cell, ends[:edges], (1 << edges) - 1 - (1 << index), relabel)
            if part != 0:
                without[at], is_new = _form_row(part, forms, found, sorted_keys, rows)
                filled += is_new
                if 2 * filled > forms.size:
                    forms, found = _roomier(forms, found)
