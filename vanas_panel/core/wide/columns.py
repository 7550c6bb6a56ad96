"""Larger cells as columns: labels, predecessors and numbers of vertices, a row for each cell.

A cell of more than 8 vertices, or of more than 15 operations, does not fit into the one number of
`vanas_panel.core.encoding`. Its vertices stand in a topological order here, too: vertex 0 is the input, the last one
the output. What is behind the output is 0, so that equal rows are equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vanas_panel.core.encoding import MAX_OPERATIONS, MAX_VERTICES

if TYPE_CHECKING:
    from vanas_panel.core.draft import Draft
    from vanas_panel.core.space_protocol import Space

MAX_WIDE_VERTICES = 24
MAX_WIDE_INNER = MAX_WIDE_VERTICES - 2
MAX_WIDE_EDGES = MAX_WIDE_VERTICES * (MAX_WIDE_VERTICES - 1) // 2
MAX_WIDE_OPERATIONS = 255
UNKNOWN_LABEL = 255
"""The label of an operation that a space lacks: no table has it."""


def is_wide(space: Space) -> bool:
    """Whether cells of a space do not fit into one number: more than 8 vertices, or more than 15 operations.

    Examples
    --------
    >>> from vanas_panel.core.space import NASBENCH101, CellSpace
    >>> is_wide(NASBENCH101), is_wide(CellSpace(["conv"], 9, 20))
    (False, True)
    """
    return space.max_vertices > MAX_VERTICES or len(space.operations) > MAX_OPERATIONS


@dataclass(frozen=True)
class WideCells:
    """Many cells of at most 24 vertices.

    Attributes
    ----------
    labels : uint8 (n, 24)
        Operation indices of the inner vertices; 0 for input and output.
    predecessors : uint32 (n, 24)
        Bit i of vertex j stands for the edge from i to j, ``i < j``.
    vertices : uint8 (n,)
        How many each cell has.
    """

    labels: np.ndarray
    predecessors: np.ndarray
    vertices: np.ndarray

    def __len__(self) -> int:
        return self.vertices.size

    def take(self, rows: np.ndarray) -> WideCells:
        """Some of the cells, by an array of indices, ``int64 (m,)``, or of truth values."""
        return WideCells(self.labels[rows], self.predecessors[rows], self.vertices[rows])

    def edge_counts(self) -> np.ndarray:
        """How many edges every cell has, ``int64 (n,)``."""
        return np.bitwise_count(self.predecessors).sum(axis=1, dtype=np.int64)

    def cell_at(self, row: int) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
        """Operation indices of the inner vertices, and the edges in ascending order, of one cell."""
        vertices = int(self.vertices[row])
        before = self.predecessors[row].tolist()
        edges = sorted((source, target) for target in range(vertices) for source in range(target)
                       if before[target] >> source & 1)
        return tuple(self.labels[row, 1:vertices - 1].tolist()), tuple(edges)

    @classmethod
    def empty(cls, cells: int) -> WideCells:
        """Room for so many cells."""
        return cls(np.zeros((cells, MAX_WIDE_VERTICES), np.uint8), np.zeros((cells, MAX_WIDE_VERTICES), np.uint32),
                   np.zeros(cells, np.uint8))

    @classmethod
    def of_drafts(cls, drafts: Iterable[Draft], operations: Sequence[str]) -> WideCells:
        """Drafts without a cycle as columns, each in its topological order.

        Parameters
        ----------
        drafts : iterable of Draft
            At most 24 vertices each.
        operations : sequence of str
            Give the labels; another operation has the label `UNKNOWN_LABEL`.

        Examples
        --------
        >>> from vanas_panel.core.draft import Draft
        >>> cells = WideCells.of_drafts([Draft(["input", "b", "a", "output"], [(0, 2), (2, 1), (1, 3)])], ["a", "b"])
        >>> cells.cell_at(0)
        ((0, 1), ((0, 1), (1, 2), (2, 3)))
        """
        drafts = list(drafts)
        cells = cls.empty(len(drafts))
        codes = {operation: code for code, operation in enumerate(operations)}
        for row, draft in enumerate(drafts):
            order = draft.topological_order()
            assert order is not None
            rank = {vertex: place for place, vertex in enumerate(order)}
            cells.vertices[row] = len(order)
            cells.labels[row, 1:len(order) - 1] = [
                codes.get(draft.operations[vertex], UNKNOWN_LABEL) for vertex in order[1:-1]]
            for source, target in draft.edges:
                cells.predecessors[row, rank[target]] |= np.uint32(1 << rank[source])
        return cells
