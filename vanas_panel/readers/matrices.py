"""Adjacency matrices as texts of 0 and 1, sorted topologically and packed: the compiled part of `readers.cells`."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_VERTICES,
    VERTEX_SHIFT,
    edge_bit,
    kernel,
    operation_shift,
)

NOT_A_CELL = -1
"""Stands for a row that describes no valid cell."""

_ZERO, _ONE = ord("0"), ord("1")


@kernel
def pack_matrices(offsets, text, codes, sizes, inner, packed) -> None:
    """Pack cells.

    Parameters
    ----------
    offsets : int64 (n + 1,)
        The matrix of a row stands in `text` from ``offsets[row]`` to ``offsets[row + 1]``.
    text : uint8 (m,)
        The matrices, row-major, as characters.
    codes : int64 (n,)
        Which entry of the next two a row has.
    sizes : int64 (k,)
        Vertices, at most `MAX_VERTICES`.
    inner : int64 (k, MAX_VERTICES)
        Operation indices of the inner vertices, from 1 on.
    packed : int64 (n,)
        The result; `NOT_A_CELL` where a row describes none.
    """
    predecessors = np.zeros(MAX_VERTICES, np.int64)
    rank = np.zeros(MAX_VERTICES, np.int64)
    for row in range(packed.size):
        code = codes[row]
        vertices = sizes[code]
        start = offsets[row]
        stop = offsets[row + 1]
        packed[row] = NOT_A_CELL
        if stop - start != vertices * vertices or not _read_matrix(text[start:stop], vertices, predecessors):
            continue
        if _rank_vertices(vertices, predecessors, rank):
            packed[row] = _pack_ranked(vertices, predecessors, rank, inner[code])


@kernel
def _read_matrix(letters, vertices, predecessors):
    """Read 0/1 letters into one bit field of predecessors a vertex; False where a letter is another one."""
    predecessors[:vertices] = 0
    for source in range(vertices):
        for target in range(vertices):
            letter = letters[source * vertices + target]
            if letter == _ONE:
                predecessors[target] |= 1 << source
            elif letter != _ZERO:
                return False
    return True


@kernel
def _rank_vertices(vertices, predecessors, rank):
    """Topological places of the vertices, lowest index first, into `rank`; False where the digraph is no valid cell.

    In an acyclic digraph whose input alone lacks predecessors and whose output alone lacks successors, everything lies
    on a path between the two.
    """
    output = vertices - 1
    placed = 0
    sources = 0
    for place in range(vertices):
        chosen = -1
        for vertex in range(vertices):
            if placed >> vertex & 1 == 0 and predecessors[vertex] & ~placed == 0:
                chosen = vertex
                break
        # The output is the highest index, so it is chosen early only where all other vertices wait for it.
        if chosen == -1 or (chosen == output) != (place == output):
            return False
        if (predecessors[chosen] == 0) != (chosen == 0):
            return False
        rank[chosen] = place
        placed |= 1 << chosen
        sources |= predecessors[chosen]
    return sources == (1 << output) - 1


@kernel
def _pack_ranked(vertices, predecessors, rank, operations):
    """Pack one cell, its vertices in the order of `rank`."""
    packed = vertices << VERTEX_SHIFT
    for vertex in range(1, min(vertices - 1, MAX_INNER + 1)):
        packed |= operations[vertex] << operation_shift(rank[vertex])
    for target in range(1, vertices):
        for source in range(vertices):
            if predecessors[target] >> source & 1:
                packed |= 1 << edge_bit(rank[source], rank[target])
    return packed
