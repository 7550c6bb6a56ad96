"""Cells of a source in whichever form they fit into: one number each, or columns where they are larger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vanas_panel.core.space import CellSpace
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.core.wide.lookup import WideLookup
from vanas_panel.readers.repeats.grouping import keys_of_rows
from vanas_panel.tables.larger import LargerTable
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

Cells = np.ndarray | WideCells
"""Packed cells, ``int64 (n,)``, or larger ones."""


def cell_numbers(cells: Cells) -> np.ndarray:
    """A number for each cell, ``int64 (n,)``: the same exactly for equal cells. Canonical keys, where cells are packed.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> chain = Draft(["input", *"aaaaaaa", "output"], [(vertex, vertex + 1) for vertex in range(8)])
    >>> cell_numbers(WideCells.of_drafts([chain, chain], ["a"])).tolist()
    [1, 1]
    """
    return WideLookup.of(cells).numbers() if isinstance(cells, WideCells) else keys_of_rows(cells)


def table_of_cells(space: CellSpace, cells: Cells, numbers: np.ndarray, first: np.ndarray,
                   metrics: Mapping[str, Metric], columns: Mapping[str, np.ndarray], *, name: str, title: str,
                   notes: Sequence[str], lookup: tuple[np.ndarray, np.ndarray] | None = None) -> BenchmarkTable:
    """The table of those cells whose rows are `first`; `numbers` are those of `cell_numbers`.

    `lookup` has these in ascending order with their rows, where that is known and all rows are first ones.
    """
    if isinstance(cells, WideCells):
        return LargerTable(space, cells.take(first), metrics, columns, name=name, title=title, notes=notes)
    return BenchmarkTable(space, cells[first], metrics, columns, name=name, title=title, notes=notes,
                          keys=numbers[first], lookup=lookup)
