"""Some rows of a table, as presets look at them: as if the table had no others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.space_protocol import Space
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable


class Part:
    """Rows of a table. What it is asked for by row, and what it answers, are the rows' places within it.

    Parameters
    ----------
    table : BenchmarkTable
    rows : int64 (m,)
        Ascending.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> part = Part(vp.open_table("structure4"), np.array([3, 6, 9]))
    >>> part.known("edges"), part.best("edges"), part.column("edges").tolist()
    (3, 2, [2.0, 3.0, 4.0])
    """

    def __init__(self, table: BenchmarkTable, rows: np.ndarray):
        self.table, self.rows = table, rows
        self.metrics: Mapping[str, Metric] = table.metrics
        self.space: Space = table.space
        self._columns: dict[str, np.ndarray] = {}
        self._sorted: dict[str, np.ndarray] = {}
        self._known: dict[str, int] = {}

    def metric(self, name: str) -> Metric:
        """As `BenchmarkTable.metric`."""
        return self.table.metric(name)

    def column(self, name: str) -> np.ndarray:
        """Values of these rows, ``float64 (m,)``."""
        if name not in self._columns:
            self._columns[name] = self.table.column(name)[self.rows]
        return self._columns[name]

    def sorted_column(self, name: str) -> np.ndarray:
        """Their known values, ascending."""
        if name not in self._sorted:
            values = self.column(name)
            self._sorted[name] = np.sort(values[~np.isnan(values)])
        return self._sorted[name]

    def known(self, name: str) -> int:
        """How many of them have a value."""
        if name not in self._known:
            self._known[name] = int(np.count_nonzero(~np.isnan(self.column(name))))
        return self._known[name]

    def best(self, name: str, rows: np.ndarray | None = None) -> int | None:
        """The place of the best value, of these places where some are named."""
        among = self.rows if rows is None else self.rows[rows]
        found = self.table.best(name, among)
        return None if found is None else int(np.searchsorted(self.rows, found))

    def cell(self, row: int) -> Cell:
        """The cell at a place."""
        return self.table.cell(int(self.rows[row]))

    def has(self, row: int) -> bool:
        """Whether a row of the table is one of these."""
        place = int(np.searchsorted(self.rows, row))
        return place < len(self) and int(self.rows[place]) == row

    def __len__(self) -> int:
        return self.rows.size


Cells = BenchmarkTable | Part
"""What presets are chosen from."""


def row_in_table(cells: Cells, row: int) -> int:
    """The row in the whole table."""
    return int(cells.rows[row]) if isinstance(cells, Part) else row
