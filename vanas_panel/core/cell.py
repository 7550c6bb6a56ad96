"""Cells: drafts without a problem, equal up to relabelling of inner vertices, and conversions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_EDGES, MAX_OPERATIONS, MAX_VERTICES, pack, unpack
from vanas_panel.core.space import INPUT, NASBENCH101, OUTPUT, CellSpace
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.canonical import wide_key
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.errors import InvalidCellError, InvalidDraftError, LargerCellsError
from vanas_panel.text.language import Message


@dataclass(frozen=True, eq=False)
class Cell(Draft):
    """A valid labelled DAG: every vertex and every edge lies on a path from input to output.

    Two cells are equal where a relabelling of inner vertices turns one into the other.

    Parameters
    ----------
    operations, edges
        As for `Draft`.
    space : Space or None, optional
        The space whose limits the cell must keep; None checks only that it has at most 24 vertices.

    Raises
    ------
    InvalidCellError
        With its `problems`, where the draft is not a cell.

    Examples
    --------
    >>> one = Cell(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
    >>> other = Cell(["input", "maxpool3x3", "conv3x3-bn-relu", "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
    >>> one == other, one.module_hash == other.module_hash
    (True, True)
    """

    space: Space | None = field(default=NASBENCH101, repr=False)

    if TYPE_CHECKING:  # what is kept is narrower than what is accepted
        def __init__(self, operations: Sequence[str], edges: Iterable[Iterable[int]] = (),
                     space: Space | None = NASBENCH101) -> None: ...

        def topological_order(self) -> tuple[int, ...]:
            """Never None: a cell has no cycle."""
            ...

    def __post_init__(self):
        super().__post_init__()
        problems = self.problems(self.space)
        if problems:
            raise InvalidCellError(problems)

    @classmethod
    def from_matrix(cls, matrix: ArrayLike, operations: Sequence[str], space: Space | None = NASBENCH101) -> Cell:
        """Build a cell from an adjacency matrix.

        Parameters
        ----------
        matrix : array_like (vertices, vertices)
            0 or 1 as numbers or truth values; rows are sources.
        operations : sequence of str (vertices,)

        Raises
        ------
        InvalidDraftError
            Where the matrix is not square, not 0/1, or does not match the operations.
        InvalidCellError
            Where it does not describe a cell.
        """
        operations = tuple(operations)
        try:
            array = np.asarray(matrix)
        except ValueError:  # rows of different lengths
            array = np.empty(0)
        if array.shape != (len(operations),) * 2 or not np.isin(array, (0, 1)).all():
            raise InvalidDraftError(
                Message("Found an array of shape {shape}; expected a 0/1 matrix of {found} x {found}, one row for "
                        "each operation. Check both.", shape=array.shape, found=len(operations))
            )
        edges = [(int(source), int(target)) for source, target in zip(*np.nonzero(array), strict=True)]
        return cls(operations, tuple(edges), space)

    @classmethod
    def from_packed(cls, packed: int, space: Space) -> Cell:
        """The cell of a packed one, its vertices in the packed order."""
        operations, edges = unpack(packed)
        return cls((INPUT, *(space.operations[index] for index in operations), OUTPUT), edges, space)

    @classmethod
    def from_wide(cls, cells: WideCells, row: int, space: Space) -> Cell:
        """One of several larger cells, its vertices in their order there."""
        operations, edges = cells.cell_at(row)
        return cls((INPUT, *(space.operations[index] for index in operations), OUTPUT), edges, space)

    @property
    def is_larger(self) -> bool:
        """Whether it has more than 8 vertices or 15 operations, so that it does not fit into one number."""
        return len(self.operations) > MAX_VERTICES or len(set(self.operations[1:-1])) > MAX_OPERATIONS

    def packed(self, space: Space) -> int:
        """Pack the cell with the operation indices of `space`, its vertices in `topological_order`.

        Raises
        ------
        UnknownOperationError
            Where the space lacks one of its operations.
        LargerCellsError
            Where the cell does not fit into one number.
        """
        if len(self.operations) > MAX_VERTICES or len(space.operations) > MAX_OPERATIONS:
            raise LargerCellsError(Message("Found a cell of {vertices} vertices in a search space of {operations} "
                                           "operations; expected at most {most} vertices and {labels} operations. "
                                           "Use a smaller cell for this.", vertices=len(self.operations),
                                           operations=len(space.operations), most=MAX_VERTICES, labels=MAX_OPERATIONS))
        order = self.topological_order()
        rank = {vertex: position for position, vertex in enumerate(order)}
        operations = [space.operation_index(self.operations[vertex]) for vertex in order[1:-1]]
        return pack(operations, [(rank[source], rank[target]) for source, target in self.edges])

    @property
    def identity(self) -> tuple[tuple[str, ...], int]:
        """The operations in use, sorted, and the canonical key in terms of them: equal exactly for equal cells."""
        used = tuple(sorted(set(self.operations[1:-1]))) or ("-",)
        if self.is_larger:
            return used, wide_key(self, used)
        return used, canonical_key(self.packed(CellSpace(used, MAX_VERTICES, MAX_EDGES)))

    @property
    def module_hash(self) -> str:
        """NAS-Bench-101's MD5 hash of the cell, 32 hexadecimal digits, for interchange only: it may collide.

        The iterated neighbourhood hash of the supplementary material of Ying et al. (ICML 2019).

        Raises
        ------
        UnknownOperationError
            Where an operation is not one of NAS-Bench-101's.
        """
        labels = [-1, *(NASBENCH101.operation_index(name) for name in self.operations[1:-1]), -2]
        sources = [[s for s, t in self.edges if t == vertex] for vertex in range(len(labels))]
        targets = [[t for s, t in self.edges if s == vertex] for vertex in range(len(labels))]
        hashes = [_md5((len(targets[v]), len(sources[v]), label)) for v, label in enumerate(labels)]
        for _ in labels:
            hashes = [
                _md5("|".join(("".join(sorted(hashes[s] for s in sources[v])),
                               "".join(sorted(hashes[t] for t in targets[v])), hashes[v])))
                for v in range(len(labels))
            ]
        return _md5(sorted(hashes))

    def __eq__(self, other: object) -> bool:
        return self.identity == other.identity if isinstance(other, Cell) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.identity)


def _md5(value: object) -> str:
    """Hexadecimal MD5 of the text of a value, as NAS-Bench-101 uses it; not a security measure."""
    return hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()
