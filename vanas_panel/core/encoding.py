"""Bit layout of a packed cell.

A cell travels through every kernel as one non-negative ``int64``. Its vertices are in a topological order: vertex 0
is ``input``, the last one is ``output``, and every edge goes from a lower to a higher index.

====== ========= =====================================================================================
bits   width     meaning
====== ========= =====================================================================================
0-27   28 x 1    edges: bit ``j * (j - 1) // 2 + i`` is the edge from vertex ``i`` to vertex ``j``, ``i < j``
28-51  6 x 4     operations of the inner vertices, vertex 1 in the *highest* four bits of the field
52-55  4         number of vertices
====== ========= =====================================================================================

Packing a cell with at most `MAX_VERTICES` vertices and `MAX_OPERATIONS` operations therefore fits into 56 bits
and compares as a number: first by vertices, then by operations in order, then by edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numba
import numpy as np

from vanas_panel.errors import LargerCellsError
from vanas_panel.text.language import Message

MAX_VERTICES = 8
MAX_INNER = MAX_VERTICES - 2
MAX_EDGES = MAX_VERTICES * (MAX_VERTICES - 1) // 2
MAX_OPERATIONS = 15

OPERATION_BITS = 4
OPERATION_SHIFT = MAX_EDGES
VERTEX_SHIFT = OPERATION_SHIFT + MAX_INNER * OPERATION_BITS
EDGE_FIELD = (1 << MAX_EDGES) - 1
OPERATION_FIELD = (1 << OPERATION_BITS) - 1

# Kernels are compiled once and kept on disk; a change of a helper in *another* file does not invalidate a caller that
# inlined it, so `make test` starts from an empty cache.
kernel = numba.njit(cache=True, nogil=True)


@kernel
def edge_bit(source, target):
    """Index of the bit of the edge `source` -> `target`, which must be in topological order."""
    return target * (target - 1) // 2 + source


@kernel
def vertex_count(packed):
    """Number of vertices of a packed cell, input and output among them."""
    return packed >> VERTEX_SHIFT


@kernel
def operation_shift(vertex):
    """Shift of the four bits that hold the operation of inner vertex `vertex` (counted from 1)."""
    return OPERATION_SHIFT + (MAX_INNER - vertex) * OPERATION_BITS


@kernel
def operation_at(packed, vertex):
    """Operation index of inner vertex `vertex` (counted from 1)."""
    return (packed >> operation_shift(vertex)) & OPERATION_FIELD


@kernel
def has_edge(packed, source, target):
    """Whether a packed cell has the edge `source` -> `target`, ``source < target``."""
    return (packed >> edge_bit(source, target)) & 1 == 1


@kernel
def count_bits(value):
    """Number of ones in a non-negative integer."""
    ones = 0
    while value:
        value &= value - 1
        ones += 1
    return ones


@kernel
def edge_count(packed):
    """Number of edges of a packed cell."""
    return count_bits(packed & EDGE_FIELD)


def pack(operations: Sequence[int], edges: Iterable[tuple[int, int]]) -> int:
    """Pack one cell whose vertices already are in topological order.

    Parameters
    ----------
    operations : sequence of int
        Operation indices of the inner vertices, each in ``[0, MAX_OPERATIONS)``, at most `MAX_INNER` of them.
    edges : iterable of (int, int)
        Vertex indices, source below target.

    Returns
    -------
    int
        The packed cell, see the module's table.

    Raises
    ------
    LargerCellsError
        Where the cell has too many vertices.

    Examples
    --------
    >>> hex(pack([], [(0, 1)]))
    '0x20000000000001'
    """
    if len(operations) > MAX_INNER:
        raise LargerCellsError(Message("Found a cell of {vertices} vertices; expected at most {most}. Use a smaller "
                                       "cell for this.", vertices=len(operations) + 2, most=MAX_VERTICES))
    packed = (len(operations) + 2) << VERTEX_SHIFT
    for vertex, operation in enumerate(operations, start=1):
        packed |= int(operation) << (OPERATION_SHIFT + (MAX_INNER - vertex) * OPERATION_BITS)
    for source, target in edges:
        packed |= 1 << (target * (target - 1) // 2 + source)
    return packed


def unpack(packed: int) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Operation indices of the inner vertices, and the edges in ascending order, of one packed cell.

    Examples
    --------
    >>> unpack(pack([2], [(0, 1), (1, 2)]))
    ((2,), ((0, 1), (1, 2)))
    """
    packed = int(packed)
    vertices = packed >> VERTEX_SHIFT
    operations = tuple(
        (packed >> (OPERATION_SHIFT + (MAX_INNER - vertex) * OPERATION_BITS)) & OPERATION_FIELD
        for vertex in range(1, vertices - 1)
    )
    edges = tuple(
        (source, target)
        for source in range(vertices)
        for target in range(source + 1, vertices)
        if packed >> (target * (target - 1) // 2 + source) & 1
    )
    return operations, edges


def adjacency_columns(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and edges of many packed cells as two ``int64`` columns.

    Parameters
    ----------
    packed : int64 (n,)

    Returns
    -------
    vertices, edges : int64 (n,)
        How many of each every cell has.
    """
    edges = np.bitwise_count(packed & EDGE_FIELD).astype(np.int64)
    return packed >> VERTEX_SHIFT, edges
