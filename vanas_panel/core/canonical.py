"""Exact canonical keys: two packed cells have the same key exactly where one is a relabelling of the other.

The key is the smallest packed form over all orders of the inner vertices in which every edge still points forward.
It is itself a packed cell (`vanas_panel.core.encoding`), so nothing is lost and nothing can collide.
"""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import (
    MAX_VERTICES,
    VERTEX_SHIFT,
    edge_bit,
    has_edge,
    kernel,
    operation_at,
    operation_shift,
    vertex_count,
)


def canonical_key(packed: int) -> int:
    """Canonical key of one packed cell.

    Parameters
    ----------
    packed : int
        A packed valid cell, see `vanas_panel.core.encoding`.

    Returns
    -------
    int
        The smallest packed form among all relabellings of the inner vertices.

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> one = pack([2, 0], [(0, 1), (0, 2), (1, 3), (2, 3)])
    >>> other = pack([0, 2], [(0, 1), (0, 2), (1, 3), (2, 3)])
    >>> canonical_key(one) == canonical_key(other) == other
    True
    """
    return int(_canonical(np.int64(packed), True))


def canonical_keys(packed: np.ndarray) -> np.ndarray:
    """Canonical keys of many packed cells.

    Parameters
    ----------
    packed : int64 (n,)

    Returns
    -------
    int64 (n,)
    """
    return _canonical_many(np.ascontiguousarray(packed, dtype=np.int64))


@kernel
def _canonical(packed, exhaust):
    """Smallest relabelling of `packed`; where not `exhaust`, stop at the first one that is smaller than itself.

    A depth-first search over topological orders places one inner vertex after another. Placed vertex by vertex, the
    operation field fills from its highest bits, so a branch whose operations already exceed the best is cut; ties are
    decided by the edge field at the leaves. Stack and buffers have one entry per vertex, `MAX_VERTICES` at most.
    """
    vertices = vertex_count(packed)
    last = vertices - 1
    predecessors = np.zeros(MAX_VERTICES, np.int64)
    for target in range(1, vertices):
        for source in range(target):
            if has_edge(packed, source, target):
                predecessors[target] |= 1 << source
    rank = np.zeros(MAX_VERTICES, np.int64)
    rank[last] = last
    order = np.zeros(MAX_VERTICES, np.int64)
    prefix = np.zeros(MAX_VERTICES, np.int64)
    prefix[0] = vertices << VERTEX_SHIFT
    best = packed
    placed = 1
    depth = 1
    candidate = 1
    grown = prefix[0]
    while depth >= 1:
        if depth == last:
            relabelled = prefix[depth - 1]
            for target in range(1, vertices):
                sources = predecessors[target]
                for source in range(target):
                    if sources >> source & 1:
                        relabelled |= 1 << edge_bit(rank[source], rank[target])
            if relabelled < best:
                best = relabelled
                if not exhaust:
                    return best
            candidate = last
        while candidate < last:
            if placed >> candidate & 1 == 0 and predecessors[candidate] & ~placed == 0:
                shift = operation_shift(depth)
                grown = prefix[depth - 1] | operation_at(packed, candidate) << shift
                if grown >> shift <= best >> shift:
                    break
            candidate += 1
        if candidate < last:
            order[depth] = candidate
            rank[candidate] = depth
            placed |= 1 << candidate
            prefix[depth] = grown
            depth += 1
            candidate = 1
        else:
            depth -= 1
            if depth >= 1:
                candidate = order[depth]
                placed &= ~(1 << candidate)
                candidate += 1
    return best


@kernel
def _canonical_many(packed):
    """Canonical keys of `packed`, ``int64 (n,)``."""
    keys = np.empty(packed.size, np.int64)
    for row in range(packed.size):
        keys[row] = _canonical(packed[row], True)
    return keys
