"""Search spaces: which operations a cell may use and how large it may become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.problem import Problem, operation_problems, size_problems
from vanas_panel.core.wide.canonical import wide_key
from vanas_panel.core.wide.columns import MAX_WIDE_EDGES, MAX_WIDE_OPERATIONS, MAX_WIDE_VERTICES, is_wide
from vanas_panel.errors import SearchSpaceError, UnknownOperationError
from vanas_panel.text.language import Message

if TYPE_CHECKING:
    from vanas_panel.core.cell import Cell
    from vanas_panel.core.draft import Draft
    from vanas_panel.core.space_protocol import Space

INPUT = "input"
OUTPUT = "output"

NO_KEY = -1
"""The key of a cell that is too large for a space: no cell of it has this one."""

MOST_NAMES_LETTERS = 200
"""Letters of all operations together that a message still lists."""


@dataclass(frozen=True)
class CellSpace:
    """A cell-based search space, as `vanas_panel.core.space_protocol.Space` asks for.

    Parameters
    ----------
    operations : sequence of str
        Labels of the inner vertices, distinct and non-empty, 1 to 255 of them. Their order gives the operation indices.
    max_vertices : int
        Most vertices of a cell, input and output included, 2 to 24.
    max_edges : int
        Most edges of a cell, 1 to 276.

    Cells of at most 8 vertices and 15 operations are kept as one number each (`vanas_panel.core.encoding`); all others
    as columns (`vanas_panel.core.wide.columns`).

    Raises
    ------
    SearchSpaceError
        Where a limit or an operation is out of these ranges.

    Examples
    --------
    >>> CellSpace(["conv", "pool"], max_vertices=5, max_edges=7).edge_types[:3]
    (('input', 'output'), ('input', 'conv'), ('input', 'pool'))
    """

    operations: tuple[str, ...]
    max_vertices: int
    max_edges: int

    if TYPE_CHECKING:  # what is kept is narrower than what is accepted
        def __init__(self, operations: Sequence[str], max_vertices: int, max_edges: int) -> None: ...

    def __post_init__(self):
        object.__setattr__(self, "operations", tuple(plain_text(operation) for operation in self.operations))
        _check_operations(self.operations)
        for name, low, high in (("max_vertices", 2, MAX_WIDE_VERTICES), ("max_edges", 1, MAX_WIDE_EDGES)):
            object.__setattr__(self, name, _checked_limit(name, getattr(self, name), low, high))

    @property
    def labels_on(self) -> Literal["vertices"]:
        """The operations are written on vertices."""
        return "vertices"

    @property
    def edge_types(self) -> tuple[tuple[str, str], ...]:
        """Every (operation of the source, operation of the target), sources and targets in the order of the space."""
        sources = (INPUT, *self.operations)
        targets = (OUTPUT, *self.operations)
        return tuple((source, target) for source in sources for target in targets)

    @property
    def operations_words(self) -> str:
        """The operations for the end of a sentence about another one: nothing where they are long.

        Examples
        --------
        >>> CellSpace(["conv", "pool", "skip"], 4, 4).operations_words
        '; it has conv, pool, skip'
        """
        names = ", ".join(self.operations)
        return Message("; it has {names}", names=names) if len(names) <= MOST_NAMES_LETTERS else ""

    def operation_index(self, operation: str) -> int:
        """Index of an operation.

        Raises
        ------
        UnknownOperationError
            Where the space does not have it.
        """
        try:
            return self.operations.index(operation)
        except ValueError:
            raise UnknownOperationError(
                Message("Found operation {operation!r}; expected one of {operations}. Rename it, or open the table "
                        "with a search space that has it.", operation=operation, operations=", ".join(self.operations))
            ) from None

    def limit_problems(self, draft: Draft) -> Iterator[Problem]:
        """Yield a problem for too many vertices, too many edges, and operations that the space lacks."""
        yield from size_problems(draft, self.max_vertices, self.max_edges)
        yield from operation_problems(draft, self)

    def holds(self, packed: np.ndarray) -> np.ndarray:
        """Which valid cells within the limits the space has, ``bool (n,)``, of packed ones, ``int64 (n,)``: all."""
        return np.ones(np.shape(packed), bool)

    def key_of(self, cell: Cell) -> int:
        """The canonical key of a cell, see `vanas_panel.core.canonical`.

        Raises
        ------
        UnknownOperationError
            Where the space lacks one of its operations.
        """
        if is_wide(self):
            for operation in cell.operations[1:-1]:
                self.operation_index(operation)
            return wide_key(cell, self.operations)
        if cell.is_larger:
            return NO_KEY
        return canonical_key(cell.packed(self))


def _check_operations(operations: tuple[str, ...]) -> None:
    """Refuse operations that are equal or cannot be stored."""
    if not 1 <= len(operations) <= MAX_WIDE_OPERATIONS:
        raise SearchSpaceError(Message("Found {found} operations; expected 1 to {most}. Leave some out.",
                                       found=len(operations), most=MAX_WIDE_OPERATIONS))
    for operation in operations:
        if not isinstance(operation, str) or not operation.strip() or operation in (INPUT, OUTPUT):
            raise SearchSpaceError(
                Message("Found operation {operation!r}; expected a non-empty text other than {input!r} and "
                        "{output!r}. Rename it.", operation=operation, input=INPUT, output=OUTPUT)
            )
    if len(set(operations)) < len(operations):
        raise SearchSpaceError(
            Message("Found an operation twice in {operations}; expected distinct ones. Rename one.",
                    operations=", ".join(operations))
        )


def _checked_limit(name: str, value: object, low: int, high: int) -> int:
    """A limit as a plain number; refused where the packed layout cannot hold it."""
    number = plain_int(value)
    if number is None or not low <= number <= high:
        raise SearchSpaceError(Message("Found {name} = {value!r}; expected a whole number from {low} to {high}. "
                                       "Change it.", name=name, value=value, low=low, high=high))
    return number


NASBENCH101 = CellSpace(("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"), max_vertices=7, max_edges=9)
"""The space of NAS-Bench-101 (Ying et al., ICML 2019): 423,624 cells, operations in the order of the official code."""

if TYPE_CHECKING:  # mypy holds the class against the protocol
    _: Space = NASBENCH101
