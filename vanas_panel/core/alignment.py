"""Alignment of two cells: the mapping of vertices under which they have most edges in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Edge
from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_OPERATIONS,
    MAX_VERTICES,
    has_edge,
    kernel,
    operation_at,
    vertex_count,
)
from vanas_panel.core.protocol import CellTable, cell_of, check_table
from vanas_panel.errors import ArgumentKindError, LargerCellsError
from vanas_panel.text.language import Message

MOST_MAPPINGS = 720
"""Of two cells: an operation that stands p times in one and q >= p times in the other gives q! / (q - p)! injections;
their product is at most 6! for the six inner vertices of a cell of eight, by induction over the operations."""


@dataclass(frozen=True)
class Alignment:
    """What two cells have in common, see `align_cells`.

    Attributes
    ----------
    one, other : Cell
        As they were given.
    vertices : tuple of (int, int)
        The vertices that stand for each other: of the one, of the other; input and output among them, in the order of
        the one.
    """

    one: Cell
    other: Cell
    vertices: tuple[tuple[int, int], ...]

    @property
    def edges(self) -> tuple[tuple[Edge, Edge], ...]:
        """The edges that both have: of the one, of the other."""
        mapped, there = dict(self.vertices), set(self.other.edges)
        pairs = [((source, target), (mapped.get(source, -1), mapped.get(target, -1)))
                 for source, target in self.one.edges]
        return tuple((mine, its) for mine, its in pairs if its in there)

    @property
    def only_one(self) -> tuple[Edge, ...]:
        """The edges that only the one has, in its vertices."""
        shared = {mine for mine, _ in self.edges}
        return tuple(edge for edge in self.one.edges if edge not in shared)

    @property
    def only_other(self) -> tuple[Edge, ...]:
        """The edges that only the other has, in its own vertices."""
        shared = {its for _, its in self.edges}
        return tuple(edge for edge in self.other.edges if edge not in shared)

    @property
    def lone_one(self) -> tuple[int, ...]:
        """The vertices that only the one has."""
        mapped = dict(self.vertices)
        return tuple(vertex for vertex in range(len(self.one.operations)) if vertex not in mapped)

    @property
    def lone_other(self) -> tuple[int, ...]:
        """The vertices that only the other has, in its own numbers."""
        mapped = {its for _, its in self.vertices}
        return tuple(vertex for vertex in range(len(self.other.operations)) if vertex not in mapped)


def align_cells(one: Cell, other: Cell) -> Alignment:
    """Find what two cells have in common: their exact maximum common structure.

    A mapping takes inner vertices of the one to inner vertices of the other with the same operation, none of them
    twice, input to input and output to output; each operation is mapped as often as both cells have it. Of all mappings
    this is the one under which most edges of the one are edges of the other. Of several, the one under which the fewest
    edges of the other lead between mapped vertices from a depth of the one to the same or a smaller depth (the depth of
    a vertex is the length of the longest path from the input), so that both can be drawn alike. Of several still, the
    first one: the vertices of the one take those of the other in turn, the smallest numbers first, none at all last.

    Parameters
    ----------
    one, other : Cell
        Of any search spaces: operations are compared by their names.

    Returns
    -------
    Alignment
        In the vertices of the two cells as they were given. How many edges are shared, and how many are not, does not
        depend on how vertices are numbered, nor on which cell is the first.

    Raises
    ------
    ArgumentKindError
        Where either is no cell.

    Notes
    -----
    All mappings are tried, at most 720: there is no heuristic. This is the maximum common edge subgraph (Bunke and
    Shearer, *A graph distance metric based on the maximal common subgraph*, Pattern Recognition Letters 19, 1998),
    restricted to vertices with equal operations.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> one = vp.Cell(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(0, 1), (1, 2), (2, 3)])
    >>> other = vp.Cell(["input", "maxpool3x3", "conv3x3-bn-relu", "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
    >>> found = vp.align_cells(one, other)
    >>> found.vertices, found.edges
    (((0, 0), (1, 2), (2, 1), (3, 3)), (((0, 1), (0, 2)), ((2, 3), (1, 3))))
    """
    for cell in (one, other):
        if isinstance(cell, Cell) and len(cell.operations) > MAX_VERTICES:
            raise LargerCellsError(Message("Found a cell of {vertices} vertices; expected at most {most}. Use a "
                                           "smaller cell for this.", vertices=len(cell.operations), most=MAX_VERTICES))
    names: dict[str, int] = {}
    (labels, edges), (its_labels, its_edges) = (_arrays(cell, names) for cell in (one, other))
    mapping = np.full(MAX_VERTICES, -1, np.int64)
    _align(labels, edges, _depths(edges, labels.size), its_labels, its_edges, mapping)
    return Alignment(one, other, tuple((vertex, int(mapping[vertex])) for vertex in range(len(one.operations))
                                       if mapping[vertex] >= 0))


def common_edges(table: CellTable, cell: Cell | SupportsIndex, rows: ArrayLike | None = None) -> np.ndarray:
    """Count the edges that each cell of a table has in common with one cell, as `align_cells` maps them.

    Parameters
    ----------
    table : BenchmarkTable
    cell : Cell or int
        A cell, which need not be in the table, or the row of one that is.
    rows : array_like of int, optional
        The rows to count for, whose order is not kept; by default all.

    Returns
    -------
    int64 (m,)
        One count for each row, ascending by row. A cell of e edges that shares c of them with one of f edges differs
        from it by e + f - 2 c edges.

    Raises
    ------
    SelectionError
        Where the table has no row of such a number.
    ArgumentKindError
        Where `cell` is neither a cell nor a row number.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> vp.common_edges(table, 0, [0, 1, 2]).tolist()
    [1, 0, 1]
    """
    check_table(table)
    cell = cell_of(table, cell)
    checked = table.checked_rows(rows)
    names = {name: index for index, name in enumerate(table.space.operations)}
    labels, edges = _arrays(cell, names)
    packed = table.packed if checked is None else table.packed[checked]
    return _common_edges(labels, edges, np.ascontiguousarray(packed))


def _arrays(cell: object, names: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the operations ``int64 (v,)``, -1 for input and output, and edges ``bool (8, 8)``."""
    if not isinstance(cell, Cell):
        raise ArgumentKindError(Message("Found {cell!r:.100}; expected a Cell. Make one with "
                                        "vp.Cell(operations, edges).", cell=cell))
    labels = np.full(len(cell.operations), -1, np.int64)
    for vertex, name in enumerate(cell.operations[1:-1], start=1):
        labels[vertex] = names.setdefault(name, len(names))
    edges = np.zeros((MAX_VERTICES, MAX_VERTICES), np.bool_)
    for source, target in cell.edges:
        edges[source, target] = True
    return labels, edges


@kernel
def _depths(edges, count):
    """Length of the longest path from the input to each vertex, ``int64 (8,)``."""
    depths = np.zeros(MAX_VERTICES, np.int64)
    # A path has at most count - 1 edges.
    for _ in range(count - 1):
        for source in range(count):
            for target in range(count):
                if edges[source, target] and depths[target] < depths[source] + 1:
                    depths[target] = depths[source] + 1
    return depths


@kernel
def _spare(labels, its_labels):
    """How many vertices of each operation stay without a counterpart, ``int64 (numbers,)``."""
    # Two cells have at most twelve inner vertices; one of a table and another one, fifteen and six operations.
    spare = np.zeros(MAX_OPERATIONS + 2 * MAX_INNER, np.int64)
    for vertex in range(1, labels.size - 1):
        spare[labels[vertex]] += 1
    for vertex in range(1, its_labels.size - 1):
        if spare[its_labels[vertex]] > 0:
            spare[its_labels[vertex]] -= 1
    return spare


@kernel
def _align(labels, edges, depths, its_labels, its_edges, best):
    """Number of edges in common; the best mapping is written to `best`, -1 for a vertex without a counterpart."""
    last, its_last = labels.size - 1, its_labels.size - 1
    spare = _spare(labels, its_labels)
    used = np.zeros(MAX_VERTICES, np.bool_)
    # A vertex of its own, its_last for none, 0 before the first.
    choice = np.zeros(MAX_VERTICES, np.int64)
    mapping = np.full(MAX_VERTICES, -1, np.int64)
    mapping[0], mapping[last] = 0, its_last
    most, fewest = -1, 0
    vertex = 1
    while vertex > 0:
        if vertex == last:
            shared, against = _score(edges, depths, its_edges, mapping, last + 1)
            if shared > most or (shared == most and against < fewest):
                most, fewest = shared, against
                best[:] = mapping
            vertex -= 1
            continue
        label, taken = labels[vertex], choice[vertex]
        if 0 < taken < its_last:
            used[taken] = False
        elif taken == its_last:
            spare[label] += 1
        taken += 1
        while taken < its_last and (used[taken] or its_labels[taken] != label):
            taken += 1
        if taken > its_last or (taken == its_last and spare[label] == 0):
            choice[vertex] = 0
            vertex -= 1
            continue
        choice[vertex] = taken
        if taken < its_last:
            used[taken] = True
            mapping[vertex] = taken
        else:
            spare[label] -= 1
            mapping[vertex] = -1
        vertex += 1
    return most


@kernel
def _score(edges, depths, its_edges, mapping, count):
    """How many edges are shared under a mapping, and how many edges of the other lead against the depths of the one."""
    shared = against = 0
    for source in range(count):
        if mapping[source] < 0:
            continue
        for target in range(count):
            if mapping[target] >= 0 and its_edges[mapping[source], mapping[target]]:
                if edges[source, target]:
                    shared += 1
                if depths[source] >= depths[target]:
                    against += 1
    return shared, against


@kernel
def _common_edges(labels, edges, packed):
    """Edges that each packed cell has in common with a cell, ``int64 (n,)``."""
    found = np.empty(packed.size, np.int64)
    mapping = np.empty(MAX_VERTICES, np.int64)
    depths = _depths(edges, labels.size)
    its_edges = np.zeros((MAX_VERTICES, MAX_VERTICES), np.bool_)
    for row in range(packed.size):
        count = vertex_count(packed[row])
        its_labels = np.full(count, -1, np.int64)
        for vertex in range(1, count - 1):
            its_labels[vertex] = operation_at(packed[row], vertex)
        for target in range(1, count):
            for source in range(target):
                its_edges[source, target] = has_edge(packed[row], source, target)
        found[row] = _align(labels, edges, depths, its_labels, its_edges, mapping)
    return found
