"""Protocol of a table as the numbers need it: columns, and indexes that are built once.

A table is known here by what it can answer only, so that this layer needs to know nothing above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.cell import Cell
from vanas_panel.core.plain import plain_int
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message


class EdgeTypes(Protocol):
    """Which edge types the cells of a table have, types as columns in the order of the space."""

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All that is known of the cells, to be kept."""

    def having(self, kinds: Sequence[int]) -> np.ndarray:
        """Which cells have one of some edge types, given by their columns, ``bool (n,)``."""

    def moments(self, values: np.ndarray, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums, counts and squares of values without (row 0) and with (row 1) each edge type.

        Parameters
        ----------
        values : float64 (n,)
            NaN where unknown; these are left out.
        rows : int64 (m,), optional
            Sorted rows to look at; all of them by default.

        Returns
        -------
        sums, counts, squares : float64, int64 and float64 (2, types)
            Squares are of the differences from the mean of their side, added up.
        """


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

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same as arrays: operations of the groups, -1 behind the last, with their slices; rows; adjacency."""
        width = max(map(len, self.groups), default=0)
        groups = [[*group, *[-1] * (width - len(group)), *ends] for group, ends in self.groups.items()]
        return np.array(groups, np.int64).reshape(-1, width + 2), self.rows, self.adjacency

    @classmethod
    def of_arrays(cls, groups: np.ndarray, rows: np.ndarray, adjacency: np.ndarray) -> CompletionIndex:
        """The index that has these `arrays`."""
        return cls({tuple(operation for operation in group if operation >= 0): (start, stop)
                    for *group, start, stop in groups.tolist()}, rows, adjacency)


@dataclass(frozen=True)
class EdgeIndex:
    """All edges of all cells of a table, ``m`` of them, cell by cell and in ascending order within a cell.

    Attributes
    ----------
    first : int64 (n + 1,)
        The edges of row r are at ``first[r]`` to ``first[r + 1]``.
    sources, targets : int8 (m,)
        Vertex indices in the order of the table's cells.
    positions : int8 (m,)
        Edges on the longest path from the input to the source of the edge; 0 where it leaves the input.
    depths : int8 (m,)
        Edges on the longest path from the input to the output of the cell.
    types : int16 (m,)
        Index of the edge type, in the order of `vanas_panel.core.space_protocol.Space.edge_types`.
    without : int32 (m,)
        Row of the cell without this edge; -1 where that is no cell, since something would have to be pruned, or the
        table lacks it.
    """

    first: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    positions: np.ndarray
    depths: np.ndarray
    types: np.ndarray
    without: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All arrays, in the order of the attributes."""
        return self.first, self.sources, self.targets, self.positions, self.depths, self.types, self.without

    def rows_of(self, edges: np.ndarray) -> np.ndarray:
        """Rows of the cells that have these edges, ``int64 (k,)``."""
        return np.searchsorted(self.first, edges, side="right") - 1


class Directed(Protocol):
    """A metric, of which only the direction matters here."""

    @property
    def higher_is_better(self) -> bool | None:
        """True, False, or None where neither is better."""


class MetricTable(Protocol):
    """Rows with metrics as columns, be they cells or trials."""

    def __len__(self) -> int:
        """Number of rows."""

    @property
    def metrics(self) -> Mapping[str, Directed]:
        """The metrics by name, in the order of the table."""

    def metric(self, name: str) -> Directed:
        """The metric of that name."""

    def column(self, name: str) -> np.ndarray:
        """Values of a metric, ``float64 (n,)``, NaN where unknown."""

    def checked_rows(self, rows: ArrayLike | None) -> np.ndarray | None:
        """Sorted unique row indices, or None for all."""


class CellTable(MetricTable, Protocol):
    """One row per unique cell, with metrics as columns; `vanas_panel.tables.table.BenchmarkTable` is one."""

    space: Space

    @property
    def packed(self) -> np.ndarray:
        """The cells as numbers, ``int64 (n,)``; `LargerCellsError` where they do not fit into such."""

    @property
    def wide(self) -> WideCells | None:
        """The cells as columns where they do not fit into numbers, else None."""

    def rows_of_wide(self, cells: WideCells) -> np.ndarray:
        """Rows of larger cells, ``int64 (m,)``, -1 where the table lacks one."""

    @property
    def wide_forms(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical forms of larger cells in ascending order, ``uint8 (n, 58)``, and their rows."""

    def repeats(self, name: str) -> np.ndarray:
        """Every repeat of a metric, ``float64 (n, repeats)``, NaN where a repeat is missing."""

    def chance(self, name: str) -> float | None:
        """What chance gives of a metric; None where that is not known."""

    def remembered(self, kind: str, key: str,
                   make: Callable[[], tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
        """Large arrays of a metric, made at first use; of each kind the two newest are kept."""

    def cell(self, row: int) -> Cell:
        """The cell of a row."""

    def find(self, cell: Cell) -> int:
        """Row of a cell; an error where the table lacks it."""

    def find_key(self, key: int) -> int:
        """Row of a canonical key, -1 where the table lacks it."""

    @property
    def lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical keys in ascending order and their rows."""

    @property
    def edge_types(self) -> EdgeTypes:
        """Which edge types every cell has."""

    @property
    def edge_index(self) -> EdgeIndex:
        """All edges of all cells."""

    @property
    def structure(self) -> np.ndarray:
        """Structure of every cell, see `vanas_panel.core.structure.structure_of`."""

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
    if all(hasattr(table, name) for name in ("find_key", "column", "checked_rows")):
        return
    if hasattr(table, "parameters") and hasattr(table, "checked_rows"):
        raise ArgumentKindError(Message("Found a table of trials, which have no cells; expected a table of cells. Ask "
                                        "vp.parameter_importance, vp.matching_trials or vp.nearest_trials about "
                                        "trials."))
    check_metric_table(table)


def check_metric_table(table: object) -> None:
    """Refuse what has no rows with metrics, be they cells or trials; `ArgumentKindError`."""
    if all(hasattr(table, name) for name in ("column", "checked_rows", "metric")):
        return
    if isinstance(table, str):
        raise ArgumentKindError(Message("Found {table!r:.80}; expected a table. Open it with vp.open_table(...).",
                                        table=table))
    raise ArgumentKindError(Message("Found something of type {kind}; expected a table. Open it with "
                                    "vp.open_table(...).", kind=type(table).__name__))


def cell_of(table: CellTable, cell: object) -> Cell:
    """A cell, or that of a row of a table.

    Raises
    ------
    ArgumentKindError
        Where it is neither a cell nor a whole number.
    SelectionError
        Where the table has no row of that number.
    """
    if isinstance(cell, Cell):
        return cell
    if plain_int(cell) is not None:
        return table.cell(cell)  # type: ignore[arg-type]  # any whole number will do
    raise ArgumentKindError(Message("Found {cell!r:.100}; expected a Cell or the row number of one. Make a cell with "
                                    "vp.Cell(operations, edges).", cell=cell))


def known_row(table: CellTable, cell: Cell) -> int:
    """Row of a cell, -1 where the table lacks it, also since its space has no such operation."""
    if not set(cell.operations[1:-1]) <= set(table.space.operations):
        return -1
    return int(table.find_key(table.space.key_of(cell)))
