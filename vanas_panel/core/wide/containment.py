"""Which larger cells contain a draft: a mapping of its vertices is looked for in every cell that has its operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, WideCells

ANY = -1
"""The label of a vertex of a draft that may have any operation."""


def with_operations(cells: WideCells, draft: Draft, operations: Sequence[str], extra_vertices: int,
                    free: frozenset[int] = frozenset()) -> np.ndarray:
    """Rows of the cells that have the operations of a draft, ``int64 (m,)``, and at most so many more vertices.

    The vertices of `free` may have any operation; the others only those of `operations`.
    """
    inner, vertices = len(draft.operations) - 2, cells.vertices.astype(np.int64) - 2
    rows = np.flatnonzero((vertices >= inner) & (vertices - inner <= extra_vertices))
    code = {operation: index for index, operation in enumerate(operations)}
    wanted = Counter(code[draft.operations[vertex]] for vertex in range(1, draft.output) if vertex not in free)
    place = np.arange(MAX_WIDE_VERTICES)
    for label, times in wanted.items():
        inside = (place > 0) & (place <= vertices[rows][:, None])
        rows = rows[((cells.labels[rows] == label) & inside).sum(axis=1) >= times]
    return rows


def wide_containing(cells: WideCells, draft: Draft, operations: Sequence[str], extra_vertices: int,
                    free: frozenset[int] = frozenset()) -> np.ndarray:
    """Rows of the cells that contain a draft without a cycle, ``int64 (m,)`` ascending.

    Examples
    --------
    >>> cells = WideCells.of_drafts([Draft(["input", "a", "b", "output"], [(0, 1), (1, 2), (2, 3)])], ["a", "b"])
    >>> wide_containing(cells, Draft(["input", "b", "output"], [(1, 2)]), ["a", "b"], 1).tolist()
    [0]
    """
    rows = with_operations(cells, draft, operations, extra_vertices, free)
    if not rows.size:
        return rows
    found = np.zeros((rows.size, MAX_WIDE_VERTICES), np.int64)
    there = np.zeros(rows.size, np.bool_)
    _map_into(_searched(draft, operations, free), cells.labels, cells.predecessors, cells.vertices, rows, there, found)
    return rows[there]


def wide_completed(cells: WideCells, row: int, draft: Draft, operations: Sequence[str]) -> tuple[tuple, tuple]:
    """Operations and edges of a cell that contains a draft, in the vertex indices of the draft.

    Vertices that were added stand before the output.
    """
    searched = _searched(draft, operations, frozenset())
    there, found = np.zeros(1, np.bool_), np.zeros((1, MAX_WIDE_VERTICES), np.int64)
    _map_into(searched, cells.labels, cells.predecessors, cells.vertices, np.array([row]), there, found)
    labels, edges = cells.cell_at(row)
    last = len(labels) + 1
    own = {int(found[0, place]): int(vertex) for place, vertex in enumerate(searched[0]) if vertex != draft.output}
    added = [vertex for vertex in range(1, last) if vertex not in own]
    own |= {vertex: draft.output + index for index, vertex in enumerate([*added, last])}
    names = (*draft.operations[:-1], *(operations[labels[vertex - 1]] for vertex in added), draft.operations[-1])
    return names, tuple(sorted((own[source], own[target]) for source, target in edges))


def _searched(draft: Draft, operations: Sequence[str], free: frozenset[int]) -> tuple[np.ndarray, ...]:
    """A draft in the order in which its vertices are mapped: ends first, then always one with most mapped neighbours.

    Returns
    -------
    sequence : int64 (v,)
        The vertices in that order.
    labels : int64 (v,)
        Their operation indices, `ANY` where any will do.
    before, after : int64 (v,)
        Earlier ones of the order, as bits of their places, that an edge leads from, and to.
    least : int64 (v, 2)
        How many edges lead to each vertex, and from it.
    twin : int64 (v,)
        Place of an earlier vertex with the same label and neighbours, -1 without one: the two may change places.
    """
    sources = {vertex: {one for one, other in draft.edges if other == vertex} for vertex in range(draft.output + 1)}
    targets = {vertex: {other for one, other in draft.edges if one == vertex} for vertex in range(draft.output + 1)}
    sequence = [0, draft.output]
    waiting = set(range(1, draft.output))
    while waiting:
        vertex = max(waiting, key=lambda each: (
            len((sources[each] | targets[each]).intersection(sequence)), each not in free,
            len(sources[each]) + len(targets[each]), -each))
        waiting.remove(vertex)
        sequence.append(vertex)
    place = {vertex: index for index, vertex in enumerate(sequence)}
    code = {operation: index for index, operation in enumerate(operations)}
    labels = [ANY if vertex in free or vertex in (0, draft.output) else code[draft.operations[vertex]]
              for vertex in sequence]
    bits = [[sum(1 << place[other] for other in side[vertex] if place[other] < place[vertex]) for vertex in sequence]
            for side in (sources, targets)]
    twins = [max((place[other] for other in sequence[2:place[vertex]] if labels[place[other]] == labels[place[vertex]]
                  and (sources[other], targets[other]) == (sources[vertex], targets[vertex])), default=-1)
             if place[vertex] > 1 else -1 for vertex in sequence]
    least = [[len(sources[vertex]), len(targets[vertex])] for vertex in sequence]
    return tuple(np.array(part, np.int64) for part in (sequence, labels, *bits, least, twins))


@kernel
def _map_into(searched, labels, predecessors, vertices, rows, there, found):
    """Look for a mapping into each of `rows`: whether `there` is one, and the images in the order of the sequence."""
    sequence, wanted, draft_before, draft_after, least, twins = searched
    before = np.zeros(MAX_WIDE_VERTICES, np.int64)
    after = np.zeros(MAX_WIDE_VERTICES, np.int64)
    domains = np.zeros(MAX_WIDE_VERTICES, np.int64)
    for index in range(rows.size):
        row = rows[index]
        last = np.int64(vertices[row]) - 1
        after[:] = 0
        for target in range(last + 1):
            before[target] = predecessors[row, target]
            for source in range(target):
                if before[target] >> source & 1:
                    after[source] |= 1 << target
        image = found[index]
        image[0], image[1] = 0, last
        if draft_before[1] & 1 and not before[last] & 1:
            continue
        fits = True
        for place in range(2, sequence.size):
            domains[place] = 0
            for vertex in range(1, last):
                if ((wanted[place] == ANY or labels[row, vertex] == wanted[place])
                        and _bits(before[vertex]) >= least[place, 0] and _bits(after[vertex]) >= least[place, 1]):
                    domains[place] |= 1 << vertex
            fits = fits and domains[place] != 0
        there[index] = fits and _searched_through(sequence.size, draft_before, draft_after, twins, before, after,
                                                  domains, image, 1 | 1 << last)


@kernel
def _bits(value):
    """Number of ones in a non-negative integer."""
    ones = 0
    while value:
        value &= value - 1
        ones += 1
    return ones


@kernel
def _searched_through(size, draft_before, draft_after, twins, before, after, domains, image, used):
    """Depth-first search for an image of all vertices of a draft; whether there is one."""
    choices = np.zeros(MAX_WIDE_VERTICES, np.int64)
    place = 2
    is_new = True
    while 2 <= place < size:
        if is_new:
            fitting = domains[place] & ~used
            for other in range(place):
                if draft_before[place] >> other & 1:
                    fitting &= after[image[other]]
                if draft_after[place] >> other & 1:
                    fitting &= before[image[other]]
            if twins[place] >= 0:
                fitting &= ~((2 << image[twins[place]]) - 1)
            choices[place] = fitting
        if choices[place] == 0:
            place -= 1
            if place >= 2:
                used &= ~(1 << image[place])
            is_new = False
            continue
        vertex = 0
        while not choices[place] >> vertex & 1:
            vertex += 1
        choices[place] &= choices[place] - 1
        image[place] = vertex
        used |= 1 << vertex
        place += 1
        is_new = True
    return place == size
