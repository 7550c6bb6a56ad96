"""The cells that are one edit away from a cell. An edit of a cell gives a cell again, and nothing is pruned.

There are five kinds of edits, and the reverse of each is one of them:

================ =============================================================================================
kind             what it does
================ =============================================================================================
add edge         joins two vertices that are not joined, where that closes no cycle
remove edge      takes an edge away, where its ends keep another edge out and another edge in
change operation writes another operation on an inner vertex
insert vertex    turns an edge ``u -> v`` into ``u -> x -> v``, with any operation on the new vertex ``x``
contract vertex  turns ``u -> x -> v`` into ``u -> v``, where ``x`` has no other edges and ``u -> v`` is not there
================ =============================================================================================

The moves of searches (`vanas_panel.searches.raw_cells`) are others: they change a raw cell, of which parts lie on no
path, and prune what is left, so that a single one of them may remove several vertices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vanas_panel.core.canonical import _canonical
from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.edit import with_operation, with_vertex_on, without_vertex_between
from vanas_panel.core.encoding import (
    MAX_EDGES,
    MAX_INNER,
    MAX_OPERATIONS,
    MAX_VERTICES,
    VERTEX_SHIFT,
    edge_bit,
    edge_count,
    has_edge,
    kernel,
    operation_at,
    operation_shift,
    pack,
    vertex_count,
)
from vanas_panel.core.space import NO_KEY, CellSpace
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.canonical import canonical_forms, key_of_form
from vanas_panel.core.wide.columns import is_wide
from vanas_panel.core.wide.edits import wide_edits

KINDS = ("add edge", "remove edge", "change operation", "insert vertex", "contract vertex")
"""Kinds of edits, in the order in which they are listed."""
ADD, REMOVE, CHANGE, INSERT, CONTRACT = range(len(KINDS))
NONE = -1
"""In place of a vertex or an operation that an edit does not have."""

MOST_EDITS = (MAX_VERTICES * (MAX_VERTICES - 1) + MAX_INNER * (MAX_OPERATIONS - 1) + MAX_EDGES * MAX_OPERATIONS
              + MAX_INNER)
"""Edits of any cell, at most: every ordered pair of vertices is added or removed once; the rest is as it reads."""


class CellEdit(NamedTuple):
    """One edit of a cell, in the vertex indices of that cell.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    source, target : int
        The edge that is added, removed or inserted into, or the one that takes the place of a contracted vertex;
        -1 for a change of operation.
    vertex : int
        The vertex that changes its operation or is contracted; -1 for the other kinds.
    operation : str
        The new operation, of a change or an inserted vertex; empty for the other kinds.
    """

    kind: str
    source: int
    target: int
    vertex: int
    operation: str

    @property
    def words(self) -> str:
        """The edit in English, in the same words always: frames have it, and programs may compare it.

        Examples
        --------
        >>> CellEdit("insert vertex", 0, 2, -1, "maxpool3x3").words
        'insert maxpool3x3 on edge 0 -> 2'
        """
        edge = f"edge {self.source} -> {self.target}"
        return {"add edge": f"add {edge}", "remove edge": f"remove {edge}",
                "change operation": f"change vertex {self.vertex} to {self.operation}",
                "insert vertex": f"insert {self.operation} on {edge}",
                "contract vertex": f"contract vertex {self.vertex} to {edge}"}[self.kind]

    def applied(self, draft: Draft) -> Draft:
        """The draft after the edit; a vertex that is inserted stands just before the output.

        Examples
        --------
        >>> CellEdit("insert vertex", 0, 1, -1, "maxpool3x3").applied(Draft(["input", "output"], [(0, 1)])).edges
        ((0, 1), (1, 2))
        """
        edge = self.source, self.target
        if self.kind == "add edge":
            return Draft(draft.operations, (*draft.edges, edge))
        if self.kind == "remove edge":
            return Draft(draft.operations, [other for other in draft.edges if other != edge])
        if self.kind == "change operation":
            return with_operation(draft, self.vertex, self.operation)
        if self.kind == "insert vertex":
            return with_vertex_on(draft, edge, self.operation)
        return without_vertex_between(draft, self.vertex)


def edits_of(cell: Cell, space: Space) -> tuple[list[CellEdit], np.ndarray]:
    """All edits of a cell that keep to the limits of a space, and the cells they give.

    Parameters
    ----------
    cell : Cell
        It need not be in the space itself.
    space : Space

    Returns
    -------
    edits : list of CellEdit
        By kind in the order of `KINDS`, then by source, target, vertex, and operation in the order of the space.
    keys : int64 (len(edits),)
        Canonical key of the cell that each of them gives; two edits may give the same. Those of larger cells are too
        long for ``int64``: they are whole numbers of Python, ``object (len(edits),)``.

    Examples
    --------
    >>> from vanas_panel.core.space import NASBENCH101
    >>> edits, keys = edits_of(Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]), NASBENCH101)
    >>> [edit.words for edit in edits][:4]  # doctest: +NORMALIZE_WHITESPACE
    ['add edge 0 -> 2', 'change vertex 1 to conv3x3-bn-relu', 'change vertex 1 to conv1x1-bn-relu',
     'insert conv3x3-bn-relu on edge 0 -> 1']
    """
    if is_wide(space) or cell.is_larger:
        return _larger_edits(cell, space)
    order = cell.topological_order()
    rank = {vertex: position for position, vertex in enumerate(order)}
    # An operation that the space lacks becomes one that no table has: only edits that remove it lead into a table.
    codes = {operation: code for code, operation in enumerate(space.operations)}
    packed = pack([codes.get(cell.operations[vertex], MAX_OPERATIONS) for vertex in order[1:-1]],
                  [(rank[source], rank[target]) for source, target in cell.edges])
    keys, found = np.empty(MOST_EDITS, np.int64), np.empty((MOST_EDITS, 5), np.int8)
    count = _edits(packed, len(space.operations), space.max_vertices, space.max_edges, keys, found)
    own = np.array([*order, NONE])
    listed = found[:count].astype(np.int64)
    listed[:, 1:4] = own[listed[:, 1:4]]
    sequence = np.lexsort(listed.T[::-1])
    names = [*space.operations, ""]
    edits = [CellEdit(KINDS[kind], source, target, vertex, names[operation])
             for kind, source, target, vertex, operation in listed[sequence].tolist()]
    keys = keys[:count][sequence]
    if isinstance(space, CellSpace):
        # Of a kind of cells, an edit may lead outside it: where all have the same edges, only operations can change.
        held = space.holds(keys)
        if not held.all():
            edits, keys = [edit for edit, inside in zip(edits, held.tolist(), strict=True) if inside], keys[held]
    return edits, keys


def _larger_edits(cell: Cell, space: Space) -> tuple[list[CellEdit], np.ndarray]:
    """What `edits_of` gives, where the cells do not fit into one number."""
    found, cells = wide_edits(cell, space)
    names = [*space.operations, ""]
    edits = [CellEdit(KINDS[kind], source, target, vertex, names[operation])
             for kind, source, target, vertex, operation in found]
    keys = np.empty(len(edits), object)
    if is_wide(space):
        keys[:] = [key_of_form(form) for form in canonical_forms(cells)]
    else:  # only what is small enough by now is within its limits
        keys[:] = [space.key_of(Cell(draft.operations, draft.edges, None)) if
                   {*draft.operations[1:-1]} <= {*space.operations} else NO_KEY
                   for draft in (edit.applied(cell) for edit in edits)]
    return edits, keys


def edit_named(cell: Cell, words: str, space: Space) -> CellEdit:
    """The edit of a cell that frames name by its English words; the cell must have it.

    Examples
    --------
    >>> from vanas_panel.core.space import NASBENCH101
    >>> edit_named(Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]), "add edge 0 -> 2", NASBENCH101).target
    2
    """
    return next(edit for edit in edits_of(cell, space)[0] if edit.words == words)


@kernel
def _edits(packed, operations, max_vertices, max_edges, keys, edits):
    """List all edits of a packed cell; returns how many there are.

    `keys`, ``int64 (MOST_EDITS,)``, gets the canonical keys of the cells they give, and `edits`, ``int8 (MOST_EDITS,
    5)``, their kind, source, target, vertex and operation, in the packed order of vertices.
    """
    vertices = vertex_count(packed)
    last = vertices - 1
    before = np.zeros(MAX_VERTICES, np.int64)  # predecessors of each vertex, as bits
    after = np.zeros(MAX_VERTICES, np.int64)
    codes = np.zeros(MAX_VERTICES, np.int64)
    ancestors = np.zeros(MAX_VERTICES, np.int64)
    for target in range(1, vertices):
        if target < last:
            codes[target] = operation_at(packed, target)
        for source in range(target):
            if has_edge(packed, source, target):
                before[target] |= 1 << source
                after[source] |= 1 << target
                ancestors[target] |= ancestors[source] | 1 << source
    everything = (1 << vertices) - 1
    fits = vertices <= max_vertices
    edges = edge_count(packed)
    count = 0
    for source in range(last):
        for target in range(1, vertices):
            there = before[target] >> source & 1
            spare = before[target] & before[target] - 1 and after[source] & after[source] - 1
            if there and spare and fits and edges - 1 <= max_edges:
                before[target] ^= 1 << source
                count = _list(keys, edits, count, before, codes, everything, last, REMOVE, source, target, NONE, NONE)
                before[target] ^= 1 << source
            free = not there and source != target and not ancestors[source] >> target & 1
            if free and fits and edges < max_edges:
                before[target] ^= 1 << source
                count = _list(keys, edits, count, before, codes, everything, last, ADD, source, target, NONE, NONE)
                before[target] ^= 1 << source
            if there and vertices < max_vertices and edges < max_edges:
                # The new vertex stands behind the output here; `_repacked` sorts it in.
                before[target] ^= 1 << source | 1 << vertices
                before[vertices] = 1 << source
                for operation in range(operations):
                    codes[vertices] = operation
                    count = _list(keys, edits, count, before, codes, everything | 1 << vertices, last, INSERT, source,
                                  target, NONE, operation)
                before[target] ^= 1 << source | 1 << vertices
    return _edits_of_vertices(packed, operations, max_vertices, max_edges, keys, edits, count, before, after, codes)


@kernel
def _edits_of_vertices(packed, operations, max_vertices, max_edges, keys, edits, count, before, after, codes):
    """Append changes of operations and contractions to the edits that are listed already, see `_edits`."""
    vertices = vertex_count(packed)
    last = vertices - 1
    everything = (1 << vertices) - 1
    for vertex in range(1, last):
        if vertices <= max_vertices and edge_count(packed) <= max_edges:
            own = codes[vertex]
            for operation in range(operations):
                if operation != own:
                    codes[vertex] = operation
                    count = _list(keys, edits, count, before, codes, everything, last, CHANGE, NONE, NONE, vertex,
                                  operation)
            codes[vertex] = own
        single = before[vertex] & before[vertex] - 1 == 0 and after[vertex] & after[vertex] - 1 == 0
        if single and vertices - 1 <= max_vertices and edge_count(packed) - 1 <= max_edges:
            source = _lowest(before[vertex])
            target = _lowest(after[vertex])
            if not before[target] >> source & 1:
                before[target] ^= 1 << source | 1 << vertex
                count = _list(keys, edits, count, before, codes, everything & ~(1 << vertex), last, CONTRACT, source,
                              target, vertex, NONE)
                before[target] ^= 1 << source | 1 << vertex
    return count


@kernel
def _lowest(bits):
    """Index of the lowest bit of a positive number."""
    index = 0
    while not bits >> index & 1:
        index += 1
    return index


@kernel
def _list(keys, edits, count, before, codes, present, last, kind, source, target, vertex, operation):
    """Append one edit and the key of the cell that it gives; returns how many there are now."""
    keys[count] = _canonical(_repacked(before, codes, present, last), True)
    edits[count, 0] = kind
    edits[count, 1] = source
    edits[count, 2] = target
    edits[count, 3] = vertex
    edits[count, 4] = operation
    return count + 1


@kernel
def _repacked(before, codes, present, last):
    """Pack a cell whose vertices, the bits of `present`, are in any order but for the input; `last` is the output.

    In a cell the output comes after all others in every topological order.
    """
    rank = np.zeros(MAX_VERTICES, np.int64)
    packed = np.int64(0)
    waiting = present
    position = 0
    while waiting:
        vertex = 0
        while not waiting >> vertex & 1 or before[vertex] & waiting:
            vertex += 1
        waiting ^= 1 << vertex
        rank[vertex] = position
        if position > 0 and vertex != last:
            packed |= codes[vertex] << operation_shift(position)
        sources = before[vertex]
        while sources:
            source = _lowest(sources)
            sources ^= 1 << source
            packed |= 1 << edge_bit(rank[source], position)
        position += 1
    return packed | position << VERTEX_SHIFT
