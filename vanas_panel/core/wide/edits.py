"""All edits of a larger cell that keep to the limits of a space, as plain numbers, and the cells that they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vanas_panel.core.draft import Draft
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, UNKNOWN_LABEL, WideCells

ADD, REMOVE, CHANGE, INSERT, CONTRACT = range(5)
NONE = -1

Plain = tuple[int, int, int, int, int]
"""Kind, source, target, vertex and operation of an edit, `NONE` for what it has not."""


def wide_edits(cell: Draft, space: Space) -> tuple[list[Plain], WideCells]:
    """The edits of a cell in ascending order, and the cells they give, each in a topological order.

    Parameters
    ----------
    cell : Draft
        A valid cell; its operations need not be in the space.
    space : Space

    Returns
    -------
    edits : list of (kind, source, target, vertex, operation)
        In the vertex indices of the cell.
    cells : WideCells
    """
    found = sorted(_found(cell, space), key=lambda pair: pair[0])
    cells = WideCells.empty(len(found))
    for row, (_, (labels, before)) in enumerate(found):
        _write(cells, row, labels, before)
    return [edit for edit, _ in found], cells


def _found(cell: Draft, space: Space) -> Iterator[tuple[Plain, tuple[list[int], list[int]]]]:
    """Yield each edit with labels and predecessors, as bits, of what it gives: the output stands last."""
    codes = {operation: code for code, operation in enumerate(space.operations)}
    labels = [0, *(codes.get(operation, UNKNOWN_LABEL) for operation in cell.operations[1:-1]), 0]
    before, after, behind = _around(cell)
    last, edges = cell.output, len(cell.edges)
    fits = last + 1 <= space.max_vertices
    operations = range(len(space.operations))
    for source in range(last):
        for target in range(1, last + 1):
            there = before[target] >> source & 1
            spare = before[target].bit_count() > 1 and after[source].bit_count() > 1
            toggled = [*before[:target], before[target] ^ 1 << source, *before[target + 1:]]
            if there and spare and fits and edges - 1 <= space.max_edges:
                yield (REMOVE, source, target, NONE, NONE), (labels, toggled)
            if not there and source != target and not behind[target] >> source & 1 and fits and edges < space.max_edges:
                yield (ADD, source, target, NONE, NONE), (labels, toggled)
            if there and last + 1 < min(space.max_vertices, MAX_WIDE_VERTICES) and edges < space.max_edges:
                for operation in operations:
                    yield (INSERT, source, target, NONE, operation), _with_vertex(labels, toggled, source, target,
                                                                                   operation)
    for vertex in range(1, last):
        if fits and edges <= space.max_edges:
            for operation in operations:
                if operation != labels[vertex]:
                    yield (CHANGE, NONE, NONE, vertex, operation), (
                        [*labels[:vertex], operation, *labels[vertex + 1:]], before)
        if before[vertex].bit_count() == after[vertex].bit_count() == 1 and last <= space.max_vertices and (
                edges - 1 <= space.max_edges):
            source, target = before[vertex].bit_length() - 1, after[vertex].bit_length() - 1
            if not before[target] >> source & 1:
                yield (CONTRACT, source, target, vertex, NONE), _without_vertex(labels, before, source, target, vertex)


def _around(cell: Draft) -> tuple[list[int], list[int], list[int]]:
    """Predecessors, successors and all descendants of each vertex, as bits."""
    before, after, behind = ([0] * len(cell.operations) for _ in range(3))
    for source, target in cell.edges:
        before[target] |= 1 << source
        after[source] |= 1 << target
    for vertex in reversed(cell.topological_order() or ()):
        for target in range(len(behind)):
            if after[vertex] >> target & 1:
                behind[vertex] |= behind[target] | 1 << target
    return before, after, behind


def _with_vertex(labels: list[int], before: list[int], source: int, target: int,
                 operation: int) -> tuple[list[int], list[int]]:
    """A new vertex between two others, in the place before the output; `before` has no edge between them."""
    last = len(labels) - 1
    place = target + (target == last)
    moved = [*before[:last], 1 << source, before[last]]
    moved[place] |= 1 << last
    return [*labels[:last], operation, 0], moved


def _without_vertex(labels: list[int], before: list[int], source: int, target: int,
                    vertex: int) -> tuple[list[int], list[int]]:
    """An edge in the place of a vertex."""
    joined = [*before[:target], before[target] | 1 << source, *before[target + 1:]]
    low = (1 << vertex) - 1
    kept = [(bits & low) | (bits >> vertex + 1 << vertex) for bits in joined]
    return [*labels[:vertex], *labels[vertex + 1:]], [*kept[:vertex], *kept[vertex + 1:]]


def _write(cells: WideCells, row: int, labels: Sequence[int], before: Sequence[int]) -> None:
    """Write a cell to a row, sorted topologically; the output comes last in any such order of a cell."""
    waiting = (1 << len(labels)) - 1
    rank = [0] * len(labels)
    cells.vertices[row] = len(labels)
    for place in range(len(labels)):
        vertex = next(each for each in range(len(labels)) if waiting >> each & 1 and not before[each] & waiting)
        waiting ^= 1 << vertex
        rank[vertex] = place
        cells.labels[row, place] = labels[vertex]
        sources, bits = before[vertex], 0
        while sources:
            source = sources.bit_length() - 1
            sources ^= 1 << source
            bits |= 1 << rank[source]
        cells.predecessors[row, place] = np.uint32(bits)
