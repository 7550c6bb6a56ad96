"""Adjacency matrices as texts of 0 and 1, pruned, sorted and packed: the compiled part of `readers.cells`."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_VERTICES,
    VERTEX_SHIFT,
    count_bits,
    edge_bit,
    kernel,
    operation_shift,
)

NOT_A_CELL = -1
"""Stands for a row that describes no valid cell."""

LARGEST_SIDE = 62
"""Most rows of a matrix before it is pruned: one bit of a number each."""

_ZERO, _ONE = ord("0"), ord("1")


@kernel
def find_on_path(offsets, text, sizes, rows_kept, labels_kept) -> None:
    """Find which vertices lie on a path from input to output; edges between two of these do, too.

    A matrix may have more rows than there are labels, where those beyond hold zeros alone: behind the output, between
    the other vertices and the output, or anywhere where each label has its row with an edge.

    Parameters
    ----------
    offsets : int64 (n + 1,)
        The matrix of a row stands in `text` from ``offsets[row]`` to ``offsets[row + 1]``.
    text : uint8 (m,)
        The matrices, row-major, as characters.
    sizes : int64 (n,)
        How many labels each row has, at least 2.
    rows_kept, labels_kept : int64 (n,)
        The results: bit *i* stands for row *i* of the matrix, and for label *i*. 0 where there is no such path, or no
        matrix that fits the labels.
    """
    predecessors = np.zeros(LARGEST_SIDE, np.int64)
    for row in range(sizes.size):
        rows_kept[row] = labels_kept[row] = 0
        length = offsets[row + 1] - offsets[row]
        side = int(np.sqrt(length))
        if side * side != length or not sizes[row] <= side <= LARGEST_SIDE:
            continue
        used = read_matrix(text[offsets[row] : offsets[row + 1]], side, predecessors)
        rows = labelled_rows(used, side, sizes[row])
        if rows == 0:
            continue
        kept = _between(rows, side, predecessors)
        rows_kept[row] = kept
        if rows == (1 << side) - 1:  # every row has a label, as nearly always
            labels_kept[row] = kept
            continue
        label = 0
        for vertex in range(side):
            labels_kept[row] |= (kept >> vertex & 1) << label
            label += rows >> vertex & 1


@kernel
def pack_matrices(offsets, text, rows_kept, codes, inner, packed) -> None:
    """Pack cells.

    Parameters
    ----------
    offsets, text, rows_kept
        As for `find_on_path`; at most `MAX_VERTICES` vertices of a row are kept.
    codes : int64 (n,)
        Which row of `inner` a row has.
    inner : int64 (k, MAX_VERTICES)
        Operation indices of the inner vertices that are kept, from 1 on.
    packed : int64 (n,)
        The result; `NOT_A_CELL` where a row describes none.
    """
    everything = np.zeros(LARGEST_SIDE, np.int64)
    predecessors = np.zeros(MAX_VERTICES, np.int64)
    rank = np.zeros(MAX_VERTICES, np.int64)
    for row in range(packed.size):
        side = int(np.sqrt(offsets[row + 1] - offsets[row]))
        read_matrix(text[offsets[row] : offsets[row + 1]], side, everything)
        vertices = compress(rows_kept[row], side, everything, predecessors)
        packed[row] = NOT_A_CELL
        if rank_vertices(vertices, predecessors, rank):
            packed[row] = _pack_ranked(vertices, predecessors, rank, inner[codes[row]])


@kernel
def labelled_rows(used, side, labels) -> int:
    """The rows of a matrix to which its labels belong, as bits; 0 where that is not clear.

    `used` has a bit for every row or column with an edge, or is -1 where there is no matrix.
    """
    if used == -1:
        return 0
    first = (1 << labels) - 1
    if used & ~first == 0:
        return first
    before_output = (1 << labels - 1) - 1 | 1 << side - 1
    if used & ~before_output == 0:
        return before_output
    return used if count_bits(used) == labels else 0


@kernel
def read_matrix(letters, side, predecessors) -> int:
    """Read 0/1 letters into one bit field of predecessors a vertex; which vertices have edges, -1 for other letters."""
    predecessors[:side] = 0
    used = 0
    for source in range(side):
        for target in range(side):
            letter = letters[source * side + target]
            if letter == _ONE:
                predecessors[target] |= 1 << source
                used |= 1 << source | 1 << target
            elif letter != _ZERO:
                return -1
    return used


@kernel
def _between(rows, side, predecessors):
    """The vertices on a walk from the first to the last of `rows`, as bits; 0 where there is none."""
    forward = rows & -rows
    last = 0
    for vertex in range(side):
        if rows >> vertex & 1:
            last = vertex
    backward = 1 << last
    before = 0
    while before != forward + backward:  # both only ever grow
        before = forward + backward
        for vertex in range(side):
            if predecessors[vertex] & forward:
                forward |= 1 << vertex
        # Against the order in which most cells are written, which spares rounds.
        for vertex in range(side - 1, -1, -1):
            if backward >> vertex & 1:
                backward |= predecessors[vertex]
    return forward & backward if forward >> last & 1 else 0


@kernel
def compress(kept, side, everything, predecessors) -> int:
    """Predecessors among the vertices that are kept, renumbered from 0; how many these are."""
    vertices = 0
    for target in range(side):
        if kept >> target & 1 == 0:
            continue
        found = 0
        bit = 0
        for source in range(side):
            if kept >> source & 1:
                found |= (everything[target] >> source & 1) << bit
                bit += 1
        predecessors[vertices] = found
        vertices += 1
    return vertices


@kernel
def rank_vertices(vertices, predecessors, rank) -> bool:
    """Topological positions of the vertices, lowest index first, into `rank`; False where the digraph is no valid cell.

    In an acyclic digraph whose input alone lacks predecessors and whose output alone lacks successors, everything lies
    on a path between the two.
    """
    output = vertices - 1
    placed = 0
    sources = 0
    for position in range(vertices):
        chosen = -1
        for vertex in range(vertices):
            if placed >> vertex & 1 == 0 and predecessors[vertex] & ~placed == 0:
                chosen = vertex
                break
        # The output is the highest index, so it is chosen early only where all other vertices wait for it.
        if chosen == -1 or (chosen == output) != (position == output):
            return False
        if (predecessors[chosen] == 0) != (chosen == 0):
            return False
        rank[chosen] = position
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
