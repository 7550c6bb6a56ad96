"""Which cells of a table contain a draft: cells grouped by operations, and mappings of the draft into them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import permutations, product

import numpy as np

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_VERTICES,
    OPERATION_BITS,
    OPERATION_FIELD,
    OPERATION_SHIFT,
    has_edge,
    kernel,
    operation_at,
    operation_shift,
    vertex_count,
)
from vanas_panel.core.protocol import CellTable, CompletionIndex
from vanas_panel.core.space_protocol import Space

SIDE = MAX_VERTICES
"""Adjacency bit of an edge: ``source * SIDE + target``; a DAG never needs bit 63, the last self-loop."""
_BLOCK = 2048


def build_index(packed: np.ndarray) -> CompletionIndex:
    """Group packed cells, ``int64 (n,)``, for completion."""
    keys, adjacency = _sorted_forms(np.ascontiguousarray(packed, dtype=np.int64))
    rows = np.argsort(keys, kind="stable")
    distinct, starts = np.unique(keys[rows], return_index=True)
    stops = [*starts.tolist(), len(rows)][1:]
    groups = {multiset(int(key)): (int(start), stop) for key, start, stop in zip(distinct, starts, stops, strict=True)}
    return CompletionIndex(groups, rows, adjacency[rows])


def containing(table: CellTable, draft: Draft, extra_vertices: int,
               free: frozenset[int] = frozenset()) -> Iterator[tuple]:
    """Yield (operations, edge masks by mapping, matching rows) of every group that may contain the draft.

    The vertices of `free` may have any operation.
    """
    index = table.completion_index
    inner = len(draft.operations) - 2
    wanted = Counter(table.space.operation_index(operation) for vertex, operation in enumerate(draft.operations)
                     if 0 < vertex < draft.output and vertex not in free)
    for group, (start, stop) in index.groups.items():
        if 0 <= len(group) - inner <= extra_vertices and wanted <= Counter(group):
            mappings = _mappings(table.space, draft, group, free)
            masks = np.fromiter(mappings, dtype=np.int64, count=len(mappings))
            matching = _contains_any(index.adjacency[start:stop], masks)
            yield group, mappings, index.rows[start:stop][matching]


def _mappings(space: Space, draft: Draft, group: tuple[int, ...], free: frozenset[int]) -> dict[int, tuple[int, ...]]:
    """One mapping of the draft's vertices for each distinct image of its edges.

    Returns
    -------
    dict of int to tuple of int
        The image as adjacency bits, and the vertex of the cell for each vertex of the draft.
    """
    by_operation: dict[int, list[int]] = {}
    for vertex in range(1, draft.output):
        if vertex not in free:
            by_operation.setdefault(space.operation_index(draft.operations[vertex]), []).append(vertex)
    slots = {
        operation: [slot for slot, other in enumerate(group, start=1) if other == operation]
        for operation in by_operation
    }
    choices = [permutations(slots[operation], len(vertices)) for operation, vertices in by_operation.items()]
    movable = [*(vertex for vertices in by_operation.values() for vertex in vertices), *sorted(free)]
    image = [0] * len(draft.operations)
    image[-1] = len(group) + 1
    mappings: dict[int, tuple[int, ...]] = {}
    for choice in product(*choices):
        taken = [slot for slots in choice for slot in slots]
        for others in permutations(set(range(1, len(group) + 1)).difference(taken), len(free)):
            for vertex, slot in zip(movable, (*taken, *others), strict=True):
                image[vertex] = slot
            mask = 0
            for source, target in draft.edges:
                mask |= 1 << (image[source] * SIDE + image[target])
            mappings.setdefault(mask, tuple(image))
    return mappings


def rows_of(found: Iterable[tuple]) -> np.ndarray:
    """The matching rows of all groups, ``int64 (m,)``."""
    return np.concatenate([np.empty(0, np.int64), *(rows for _, _, rows in found)])


def multiset(key: int) -> tuple[int, ...]:
    """Sorted operation indices of a group key of `_sorted_forms`."""
    inner = (key >> (OPERATION_BITS * MAX_INNER)) - 2
    shifts = (OPERATION_BITS * (MAX_INNER - 1 - index) for index in range(inner))
    return tuple(key >> shift & OPERATION_FIELD for shift in shifts)


@kernel
def _sorted_forms(packed):
    """Group keys (vertices, then sorted operations) and adjacency bits in that vertex order, both ``int64 (n,)``."""
    keys = np.empty(packed.size, np.int64)
    adjacency = np.zeros(packed.size, np.int64)
    slot = np.zeros(MAX_VERTICES, np.int64)
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        slot[last] = last
        ordered = vertex_count(cell) << (operation_shift(1) + OPERATION_BITS)
        for vertex in range(1, last):
            smaller = 1
            for other in range(1, last):
                before = operation_at(cell, other) - operation_at(cell, vertex)
                smaller += before < 0 or (before == 0 and other < vertex)
            slot[vertex] = smaller
            ordered |= operation_at(cell, vertex) << operation_shift(smaller)
        keys[row] = ordered >> OPERATION_SHIFT
        for target in range(1, last + 1):
            for source in range(target):
                if has_edge(cell, source, target):
                    adjacency[row] |= 1 << (slot[source] * SIDE + slot[target])
    return keys, adjacency


@kernel
def _contains_any(adjacency, masks):
    """Whether each of `adjacency`, ``int64 (m,)``, contains all bits of at least one mask: ``bool (m,)``.

    One mask after the other goes over a block of cells that stays in the cache of the processor, several cells at a
    time; that no cell stops at its first mask costs less than that it would be looked at alone.
    """
    found = np.zeros(adjacency.size, np.bool_)
    for start in range(0, adjacency.size, _BLOCK):
        stop = min(start + _BLOCK, adjacency.size)
        for mask in masks:
            for row in range(start, stop):
                found[row] |= adjacency[row] & mask == mask
    return found
