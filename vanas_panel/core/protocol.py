"""Protocol of a table as the numbers need it: columns, and indexes that are built once.

A table is known here by what it can answer only, so that this layer needs to know nothing above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.cell import Cell
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message


@dataclass(frozen=True)
class EdgeTypes:
    """Which edge types the cells of a table have, as few distinct sets.

    Attributes
    ----------
    codes : int64 (n,)
        For every cell the number of its set of edge types.
    sets : bool (distinct, types)
        The sets; columns in the order of `vanas_panel.core.space_protocol.Space.edge_types`.
    """

    codes: np.ndarray
    sets: np.ndarray


@dataclass(frozen=True)
class CompletionIndex:
    """Cells grouped by their multiset of operations, inner vertices sorted by operation.

    Attributes
    ----------
    groups : dict of tuple of int to (int, int)
        Sorted operation indices of the inner vertices, and the slice of the arrays that holds their cells.
    rows : int64 (n,)
        Rows of the table, ascending within a group.
    adjacency : int64 (n,)
        Edges of these cells as bits ``source * 8 + target``; vertices in the sorted order of the group.
    """

    groups: dict[tuple[int, ...], tuple[int, int]]
    rows: np.ndarray
    adjacency: np.ndarray


class Directed(Protocol):
    """A metric, of which only the direction matters here."""

    @property
    def higher_is_better(self) -> bool | None:
        """True, False, or None where neither is better."""


class CellTable(Protocol):
    """One row per unique cell, with metrics as columns; `vanas_panel.tables.table.BenchmarkTable` is one."""

    space: Space
    packed: np.ndarray

    def __len__(self) -> int:
        """Number of cells."""

    def metric(self, name: str) -> Directed:
        """The metric of that name."""

    def column(self, name: str) -> np.ndarray:
        """Values of a metric, ``float64 (n,)``, NaN where unknown."""

    def checked_rows(self, rows: ArrayLike | None) -> np.ndarray | None:
        """Sorted unique row indices, or None for all."""

    def cell(self, row: int) -> Cell:
        """The cell of a row."""

    @property
    def lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical keys in ascending order and their rows."""

    @property
    def edge_types(self) -> EdgeTypes:
        """Which edge types every cell has."""

    @property
    def completion_index(self) -> CompletionIndex:
        """Cells grouped by their operations."""


def check_table(table: object) -> None:
    """Refuse what is no table, such as the name of one, in one sentence.

    Raises
    ------
    ArgumentKindError
        Where it is none.

    Examples
    --------
    >>> check_table("structure4")
    Traceback (most recent call last):
    vanas_panel.errors.ArgumentKindError: Found 'structure4'; expected a table. Open it with vp.open_table(...).
    """
    if all(hasattr(table, name) for name in ("packed", "column", "checked_rows")):
        return
    if isinstance(table, str):
        raise ArgumentKindError(Message("Found {table!r:.80}; expected a table. Open it with vp.open_table(...).",
                                        table=table))
    raise ArgumentKindError(Message("Found something of type {kind}; expected a table. Open it with "
                                    "vp.open_table(...).", kind=type(table).__name__))
