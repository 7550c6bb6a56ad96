"""Search spaces: which operations a cell may use and how large it may become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vanas_panel.core.encoding import MAX_EDGES, MAX_OPERATIONS, MAX_VERTICES
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.errors import SearchSpaceError, UnknownOperationError

INPUT = "input"
OUTPUT = "output"


@dataclass(frozen=True)
class CellSpace:
    """A cell-based search space.

    Parameters
    ----------
    operations : sequence of str
        Labels of the inner vertices, distinct and non-empty, 1 to 15 of them. Their order gives the operation indices.
    max_vertices : int
        Most vertices of a cell, input and output included, 2 to 8.
    max_edges : int
        Most edges of a cell, 1 to 28.

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
        for name, low, high in (("max_vertices", 2, MAX_VERTICES), ("max_edges", 1, MAX_EDGES)):
            object.__setattr__(self, name, _checked_limit(name, getattr(self, name), low, high))

    @property
    def edge_types(self) -> tuple[tuple[str, str], ...]:
        """Every (operation of the source, operation of the target), sources and targets in the order of the space."""
        sources = (INPUT, *self.operations)
        targets = (OUTPUT, *self.operations)
        return tuple((source, target) for source in sources for target in targets)

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
                f"Found operation {operation!r}; expected one of {', '.join(self.operations)}. "
                "Rename it, or open the table with a search space that has it."
            ) from None


def _check_operations(operations: tuple[str, ...]) -> None:
    """Refuse operations that could not be told apart or stored."""
    if not 1 <= len(operations) <= MAX_OPERATIONS:
        raise SearchSpaceError(f"Found {len(operations)} operations; expected 1 to {MAX_OPERATIONS}. Leave some out.")
    for operation in operations:
        if not isinstance(operation, str) or not operation.strip() or operation in (INPUT, OUTPUT):
            raise SearchSpaceError(
                f"Found operation {operation!r}; expected a non-empty text other than {INPUT!r} and {OUTPUT!r}. "
                "Rename it."
            )
    if len(set(operations)) < len(operations):
        raise SearchSpaceError(
            f"Found an operation twice in {', '.join(operations)}; expected distinct ones. Rename one."
        )


def _checked_limit(name: str, value: object, low: int, high: int) -> int:
    """A limit as a plain number; refused where the packed layout cannot hold it."""
    number = plain_int(value)
    if number is None or not low <= number <= high:
        raise SearchSpaceError(f"Found {name} = {value!r}; expected a whole number from {low} to {high}. Change it.")
    return number


NASBENCH101 = CellSpace(("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"), max_vertices=7, max_edges=9)
"""The space of NAS-Bench-101 (Ying et al., ICML 2019): 423,624 cells, operations in the order of the official code."""
