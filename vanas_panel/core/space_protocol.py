"""Protocol of a search space: what tables, page, designer, completions and reports ask of one.

`vanas_panel.core.space.CellSpace` is the space of this package. A space with limits of its own, such as two edges into
every vertex, is another class with the same members; nothing else has to know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from vanas_panel.core.cell import Cell
    from vanas_panel.core.draft import Draft
    from vanas_panel.core.problem import Problem


class Space(Protocol):
    """The interface of a search space: labels of its cells, limits and canonical form.

    A cell has one input and one output. One of at most 8 vertices, 28 edges and 15 operations goes through the compiled
    kernels as one number, see `vanas_panel.core.encoding`; others are columns, see `vanas_panel.core.wide.columns`.
    """

    @property
    def labels_on(self) -> Literal["vertices", "edges"]:
        """The part of a graph that carries operations. Tables hold cells with operations on vertices only."""

    @property
    def operations(self) -> tuple[str, ...]:
        """The labels; their order gives the operation indices of packed cells and the colours of drawings."""

    @property
    def max_vertices(self) -> int:
        """Most vertices of a cell, input and output included: what the designer lets people add."""

    @property
    def max_edges(self) -> int:
        """Most edges of a cell."""

    @property
    def edge_types(self) -> tuple[tuple[str, str], ...]:
        """Every pair of operations that an edge may join: what edge importance has a bar for."""

    @property
    def operations_words(self) -> str:
        """The operations for the end of a sentence about another one; empty where they are long."""

    def operation_index(self, operation: str) -> int:
        """Index of an operation.

        Raises
        ------
        vanas_panel.errors.UnknownOperationError
            Where the space lacks it.
        """

    def limit_problems(self, draft: Draft) -> Iterator[Problem]:
        """Yield each limit of the space that a draft exceeds; the designer shows them as they are."""

    def key_of(self, cell: Cell) -> int:
        """The canonical key of a cell: equal for two cells exactly where they are the same cell of the space.

        Raises
        ------
        vanas_panel.errors.UnknownOperationError
            Where the space lacks one of its operations.
        """
