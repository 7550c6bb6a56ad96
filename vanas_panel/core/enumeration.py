"""Enumeration of every unique cell of a search space."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.canonical import _canonical
from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_OPERATIONS,
    MAX_VERTICES,
    VERTEX_SHIFT,
    count_bits,
    edge_bit,
    kernel,
    operation_shift,
)
from vanas_panel.core.space import CellSpace
from vanas_panel.core.wide.columns import is_wide
from vanas_panel.errors import LargerCellsError
from vanas_panel.text.language import Message


def enumerate_cells(space: CellSpace) -> np.ndarray:
    """All cells of a search space up to relabelling of inner vertices.

    Every labelled DAG within the limits in which each vertex but the input has a predecessor and each but the output a
    successor (in a DAG that is the same as: every vertex and edge lies on an input-output path) is generated once per
    topological order, and kept where it is its own canonical key. So there is no set of seen keys to hold.

    Parameters
    ----------
    space : CellSpace
        At 7 vertices and 9 edges this takes about a second; the time grows by two orders of magnitude with a vertex.

    Returns
    -------
    int64 (n,)
        Packed cells in ascending order, each equal to its canonical key.

    Raises
    ------
    LargerCellsError
        Where the space has more than 8 vertices or 15 operations.

    Examples
    --------
    >>> from vanas_panel.core.space import CellSpace
    >>> enumerate_cells(CellSpace(["a", "b", "c"], max_vertices=4, max_edges=9)).size
    91
    """
    _check(space)
    parts = []
    for vertices in range(2, space.max_vertices + 1):
        shapes = _shapes(vertices, space.max_edges)
        count = _count_canonical(shapes, vertices, len(space.operations))
        parts.append(_fill_canonical(shapes, vertices, len(space.operations), count))
    cells = np.sort(np.concatenate(parts))
    return cells[space.holds(cells)]


def count_labelled(space: CellSpace) -> dict[int, int]:
    """Number of labelled cells by number of vertices, before isomorphic copies are removed.

    Counts upper-triangular matrices with operations, which is what a plain enumeration would have to visit.

    Examples
    --------
    >>> from vanas_panel.core.space import CellSpace
    >>> count_labelled(CellSpace(["a", "b", "c"], max_vertices=4, max_edges=9))
    {2: 1, 3: 6, 4: 90}
    """
    _check(space)
    return {
        vertices: _shapes(vertices, space.max_edges).size * len(space.operations) ** (vertices - 2)
        for vertices in range(2, space.max_vertices + 1)
    }


def _check(space: CellSpace) -> None:
    """Refuse a space whose cells do not fit into numbers."""
    if is_wide(space):
        raise LargerCellsError(Message("Found a search space of {vertices} vertices and {operations} operations; "
                                       "expected at most {most} and {labels} to enumerate its cells. Choose smaller "
                                       "limits.", vertices=space.max_vertices, operations=len(space.operations),
                                       most=MAX_VERTICES, labels=MAX_OPERATIONS))


@kernel
def _is_connected(shape, vertices):
    """Whether every vertex but the first has a predecessor and every one but the last a successor."""
    for vertex in range(vertices):
        incoming = vertex == 0
        outgoing = vertex == vertices - 1
        for other in range(vertex):
            incoming |= shape >> edge_bit(other, vertex) & 1 == 1
        for other in range(vertex + 1, vertices):
            outgoing |= shape >> edge_bit(vertex, other) & 1 == 1
        if not (incoming and outgoing):
            return False
    return True


@kernel
def _shapes(vertices, max_edges):
    """Edge fields of all cells with `vertices` vertices and at most `max_edges` edges, ``int64 (m,)``.

    Two passes over the same numbers: the first counts, so the buffer has exactly the size that is needed.
    """
    limit = 1 << (vertices * (vertices - 1) // 2)
    count = 0
    for shape in range(limit):
        if count_bits(shape) <= max_edges and _is_connected(shape, vertices):
            count += 1
    shapes = np.empty(count, np.int64)
    count = 0
    for shape in range(limit):
        if count_bits(shape) <= max_edges and _is_connected(shape, vertices):
            shapes[count] = shape
            count += 1
    return shapes


@kernel
def _labelled(shape, vertices, digits, operations):
    """Pack an edge field with the operations that the base-`operations` digits of `digits` spell."""
    packed = shape | vertices << VERTEX_SHIFT
    for vertex in range(1, min(vertices - 1, MAX_INNER + 1)):
        packed |= digits % operations << operation_shift(vertex)
        digits //= operations
    return packed


@kernel
def _count_canonical(shapes, vertices, operations):
    """How many labellings of `shapes` are their own canonical key."""
    count = 0
    for shape in shapes:
        for digits in range(operations ** (vertices - 2)):
            packed = _labelled(shape, vertices, digits, operations)
            count += _canonical(packed, False) == packed
    return count


@kernel
def _fill_canonical(shapes, vertices, operations, count):
    """The `count` labellings of `shapes` that are their own canonical key, ``int64 (count,)``."""
    cells = np.empty(count, np.int64)
    filled = 0
    for shape in shapes:
        for digits in range(operations ** (vertices - 2)):
            packed = _labelled(shape, vertices, digits, operations)
            if _canonical(packed, False) == packed:
                cells[filled] = packed
                filled += 1
    return cells
