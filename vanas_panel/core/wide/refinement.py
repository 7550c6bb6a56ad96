"""Colour refinement of one cell: vertices with the same colour look alike from all around.

Colours come from a hash of what stands around a vertex. Two vertices that differ may have the same one by chance: then
the partition is coarser, and the search through `vanas_panel.core.wide.canonical` longer, but no form is wrong.
"""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES

_LOW = (1 << 31) - 1
_MIX_LOW = 1640531527
_MIX_HIGH = 1013904223
_HASH = (1 << 55) - 1
LEVEL_SHIFT = 55
"""Hashes take 55 bits: 24 of them added up, and a level above them, stay below 2**63."""

# Fixed, since forms are kept in files.
_SOURCE_HASHES, _TARGET_HASHES = np.random.RandomState(20211).randint(1, 1 << 54, (2, MAX_WIDE_VERTICES))


@kernel
def mixed(value) -> int:
    """A hash of 55 bits of a number from 0 to 2**60."""
    bits = (value & _LOW) * _MIX_LOW ^ (value >> 31) * _MIX_HIGH
    return (bits ^ bits >> 29) & _HASH


@kernel
def first_keys(labels, before, after, vertices, keys, other) -> None:
    """Write a key for each vertex to `keys`, ``int64 (24,)``: its level, then a hash of all before and behind it.

    The level is the number of edges of the longest path from the input, so every edge leads to a larger key. `before`
    and `after` are predecessors and successors as bits, ``int64 (24,)``; `other` is scratch.
    """
    for vertex in range(vertices):
        level, total, bits, source = 0, mixed(labels[vertex] + 1), before[vertex], 0
        while bits:
            if bits & 1:
                level = max(level, (keys[source] >> LEVEL_SHIFT) + 1)
                total += keys[source] & _HASH
            bits >>= 1
            source += 1
        keys[vertex] = level << LEVEL_SHIFT | mixed(total)
    for vertex in range(vertices - 1, -1, -1):
        total, bits, target = mixed(labels[vertex] + 1), after[vertex], 0
        while bits:
            if bits & 1:
                total += other[target]
            bits >>= 1
            target += 1
        other[vertex] = mixed(total)
    for vertex in range(vertices):
        keys[vertex] = keys[vertex] ^ other[vertex]


@kernel
def first_colours(keys, vertices, order, colours) -> None:
    """Sort the vertices by their keys into `order`; the colour of each is the place of the first with the same key."""
    for place in range(vertices):
        vertex, at = place, place
        while at > 0 and keys[order[at - 1]] > keys[vertex]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = vertex
    for place in range(vertices):
        vertex = order[place]
        same = place > 0 and keys[order[place - 1]] == keys[vertex]
        colours[vertex] = colours[order[place - 1]] if same else place


@kernel
def refine(before, after, vertices, order, colours, keys) -> int:
    """Split the classes of `order` and `colours` until vertices of a class have alike neighbours; how many there are.

    Everything is ``int64 (24,)``; `keys` is scratch.
    """
    classes = 0
    for place in range(vertices):
        classes += colours[order[place]] == place
    while classes < vertices:
        found = 0
        # All keys come from the colours before the round, so that the order of vertices does not matter.
        for place in range(vertices):
            vertex = order[place]
            if colours[vertex] == place and (place + 1 == vertices or colours[order[place + 1]] != place):
                continue
            total, bits, source = 0, before[vertex], 0
            while bits:
                if bits & 1:
                    total += _SOURCE_HASHES[colours[source]]
                bits >>= 1
                source += 1
            bits, target = after[vertex], 0
            while bits:
                if bits & 1:
                    total += _TARGET_HASHES[colours[target]]
                bits >>= 1
                target += 1
            keys[vertex] = total
        start = 0
        while start < vertices:
            end = start + 1
            while end < vertices and colours[order[end]] == start:
                end += 1
            found += _split(order, colours, keys, start, end)
            start = end
        if found == classes:
            break
        classes = found
    return classes


@kernel
def _split(order, colours, keys, start, end):
    """Sort the class at these places by keys and give each part a colour of its own; how many parts there are."""
    if end - start == 1:
        return 1
    for place in range(start + 1, end):
        vertex, at = order[place], place
        while at > start and keys[order[at - 1]] > keys[vertex]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = vertex
    parts, colour = 0, start
    for place in range(start, end):
        if place == start or keys[order[place]] != keys[order[place - 1]]:
            colour = place
            parts += 1
        colours[order[place]] = colour
    return parts
