"""Path encoding: a cell as the set of the operation sequences along its paths from input to output.

A path is a whole number: the number that its operations spell, each counted from 1, in base 16; the path of one edge is
0. A cell of `MAX_VERTICES` vertices has at most `MOST_PATHS` paths.
"""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_VERTICES,
    OPERATION_BITS,
    has_edge,
    kernel,
    operation_at,
    vertex_count,
)

MOST_PATHS = 1 << MAX_INNER
"""A path is made of any of the inner vertices, in their order."""


@kernel
def fill_paths(packed, paths):
    """Write the distinct paths of a cell in ascending order into `paths`, ``int64 (MOST_PATHS,)``; how many there are.

    `packed` is a valid cell: every vertex lies on a path from input to output.
    """
    vertices = vertex_count(packed)
    here = np.empty((MAX_VERTICES, MOST_PATHS), np.int64)
    counts = np.zeros(MAX_VERTICES, np.int64)
    here[0, 0] = 0
    counts[0] = 1
    for target in range(1, vertices):
        inner = target < vertices - 1
        for source in range(target):
            if has_edge(packed, source, target):
                for place in range(counts[source]):
                    path = here[source, place]
                    if inner:
                        path = path << OPERATION_BITS | operation_at(packed, target) + 1
                    here[target, counts[target]] = path
                    counts[target] += 1
    size = 0
    for path in here[vertices - 1, :counts[vertices - 1]]:
        # Few are out of order, so that moving each to its place is fast.
        place = size
        while place > 0 and paths[place - 1] > path:
            place -= 1
        if place > 0 and paths[place - 1] == path:
            continue
        for after in range(size, place, -1):
            paths[after] = paths[after - 1]
        paths[place] = path
        size += 1
    return size


@kernel
def distance(one, size, other, other_size):
    """Number of paths that only one of two cells has; both in ascending order."""
    place = there = common = 0
    while place < size and there < other_size:
        if one[place] == other[there]:
            common += 1
            place += 1
            there += 1
        elif one[place] < other[there]:
            place += 1
        else:
            there += 1
    return size + other_size - 2 * common


@kernel
def paths_of(packed):
    """Paths of many cells, ``int64 (n, MOST_PATHS)``, and how many each has, ``int64 (n,)``."""
    paths = np.zeros((packed.size, MOST_PATHS), np.int64)
    sizes = np.empty(packed.size, np.int64)
    for row in range(packed.size):
        sizes[row] = fill_paths(packed[row], paths[row])
    return paths, sizes


@kernel
def path_marks(packed):
    """A number for the paths of each cell, ``int64 (n,)``: equal for equal ones, nearly always another for others."""
    marks = np.empty(packed.size, np.int64)
    paths = np.empty(MOST_PATHS, np.int64)
    for row in range(packed.size):
        mark = np.int64(0)
        for path in paths[:fill_paths(packed[row], paths)]:
            # An odd factor without a pattern in its bits spreads what differs; the shift brings it back down.
            mark = (mark ^ (path + 1)) * np.int64(0x1E3779B97F4A7C15)
            mark ^= mark >> 29
        marks[row] = mark
    return marks


@kernel
def same_paths(packed):
    """Whether each cell has the very paths of the one before it, ``bool (n,)``."""
    same = np.zeros(packed.size, np.bool_)
    before, here = np.empty(MOST_PATHS, np.int64), np.empty(MOST_PATHS, np.int64)
    size_before = 0
    for row in range(packed.size):
        size = fill_paths(packed[row], here)
        equal = row > 0 and size == size_before
        place = 0
        while equal and place < size:
            equal = here[place] == before[place]
            place += 1
        same[row] = equal
        before, here, size_before = here, before, size
    return same


def alike(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One cell for each set of paths, ``int64 (m,)``, and which of them each cell is like, ``int64 (n,)``.

    Of the 423,624 cells of NAS-Bench-101 170,820 differ in their paths.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> cells, which = alike(table.packed)
    >>> cells.size < which.size == len(table)
    True
    """
    order = np.argsort(path_marks(packed), kind="stable")
    # Where other paths have the same mark, some sets come several times, which does no harm.
    begins = ~same_paths(packed[order])
    which = np.empty(packed.size, np.int64)
    which[order] = np.cumsum(begins) - 1
    return packed[order[begins]], which
