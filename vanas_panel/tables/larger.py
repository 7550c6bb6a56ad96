"""Tables of larger cells: more than 8 vertices or 15 operations, which do not fit into one number each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index
from typing import Any, NoReturn

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import MAX_OPERATIONS, MAX_VERTICES
from vanas_panel.core.protocol import CompletionIndex, EdgeIndex, EdgeTypes
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.canonical import form_of_key
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.core.wide.edge_types import WideEdgeTypes
from vanas_panel.core.wide.lookup import WideLookup
from vanas_panel.core.wide.structure import wide_structure_of
from vanas_panel.core.wide.texts import wide_cells_as_texts
from vanas_panel.errors import LargerCellsError
from vanas_panel.tables.columns import read_only
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable, same_cell
from vanas_panel.text.language import Message


class LargerTable(BenchmarkTable):
    """Trained architectures whose cells have up to 24 vertices and 255 operations.

    It is a `BenchmarkTable` with `larger_cells` true. What works for cells of at most 8 vertices alone, such as
    `packed`, raises `LargerCellsError`, which says so in one sentence.

    Parameters
    ----------
    space : Space
        With more than 8 vertices or 15 operations.
    metrics, columns, name, title, notes, training
        As for `BenchmarkTable`.
    cells : WideCells
        No two of them equal up to relabelling.
    lookup : WideLookup, optional
        Of the cells, where it is known.

    Raises
    ------
    SourceError
        Where two rows hold the same cell, or a column has not one value per row.

    Examples
    --------
    >>> from vanas_panel.core.space import CellSpace
    >>> space = CellSpace(["a"], 9, 8)
    >>> chain = Cell(["input", *["a"] * 7, "output"], [(vertex, vertex + 1) for vertex in range(8)], space)
    >>> table = LargerTable(space, WideCells.of_drafts([chain], space.operations), {}, {}, name="chains")
    >>> table.larger_cells, table.find(chain)
    (True, 0)
    """

    def __init__(self, space: Space, cells: WideCells, metrics: Mapping[str, Metric],
                 columns: Mapping[str, np.ndarray], *, name: str, title: str = "", notes: Sequence[str] = (),
                 training: Mapping[str, Any] | None = None, lookup: WideLookup | None = None):
        self._wide = WideCells(*map(read_only, (cells.labels, cells.predecessors, cells.vertices)))
        self._wide_lookup = lookup or WideLookup.of(self._wide)
        if lookup is None and (twice := self._wide_lookup.equal_rows()):
            raise same_cell(*twice)
        super().__init__(space, np.empty(0, np.int64), metrics, columns, name=name, title=title, notes=notes,
                         training=training)

    def _keep_cells(self, packed: np.ndarray, keys: np.ndarray | None,
                    lookup: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Nothing: the cells are kept already."""

    def __len__(self) -> int:
        return len(self._wide)

    @property
    def wide(self) -> WideCells:
        """The cells as columns, in the order of the rows."""
        return self._wide

    @property
    def wide_forms(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical forms in ascending order, ``uint8 (n, 58)``, and their rows, ``int64 (n,)``."""
        return self._wide_lookup.forms, self._wide_lookup.rows

    def rows_of_wide(self, cells: WideCells) -> np.ndarray:
        """Rows of cells whose labels are those of the table, ``int64 (m,)``, -1 where the table lacks one."""
        return self._wide_lookup.rows_of(cells)

    def find_key(self, key: int) -> int:
        """Row of a canonical key, -1 where the table lacks it."""
        return self._wide_lookup.row_of_form(form_of_key(index(key)))

    def _cell(self, row: int) -> Cell:
        """The cell of a row that is there."""
        return Cell.from_wide(self._wide, row, self.space)

    def _cell_texts(self) -> dict[str, list[str]]:
        """The columns of a frame that hold the cells."""
        return wide_cells_as_texts(self._wide, self.space)

    def _cell_state(self) -> dict[str, Any]:
        """The part of the state of a pickle that holds the cells."""
        return {"cells": self._wide}

    def _cell_arrays(self) -> tuple[np.ndarray, ...]:
        """All that says which cells these are."""
        return self._wide.labels, self._wide.predecessors, self._wide.vertices

    @property
    def edge_types(self) -> EdgeTypes:
        """Which edge types every cell has."""
        return self._derive("edge_types", lambda: WideEdgeTypes.of(self._wide, len(self.space.operations)))

    @property
    def structure(self) -> np.ndarray:
        """Structure of every cell, ``int16 (columns, n)``, see `vanas_panel.structure`."""
        return self._derive("structure", lambda: read_only(
            wide_structure_of(self._wide, len(self.space.operations))))

    @property
    def packed(self) -> np.ndarray:
        """Not there: `LargerCellsError`."""
        self._refuse()

    @property
    def keys(self) -> np.ndarray:
        """Not there: `LargerCellsError`."""
        self._refuse()

    @property
    def lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Not there: `LargerCellsError`."""
        self._refuse()

    @property
    def edge_index(self) -> EdgeIndex:
        """Not there: `LargerCellsError`."""
        self._refuse()

    @property
    def completion_index(self) -> CompletionIndex:
        """Not there: `LargerCellsError`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        """Say that what was asked for works for smaller cells alone."""
        raise LargerCellsError(Message(
            "Found cells of up to {vertices} vertices and {operations}; this works for cells of at most {most} "
            "vertices and {labels} operations.", vertices=int(self._wide.vertices.max(initial=2)),
            operations=Message("{count} operation", "{count} operations", len(self.space.operations)),
            most=MAX_VERTICES, labels=MAX_OPERATIONS))
