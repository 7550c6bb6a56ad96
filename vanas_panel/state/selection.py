"""The selection in a table: rows, and the conditions or the box that they follow from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from vanas_panel.state.boxes import Box, Range, rounded_range
from vanas_panel.state.conditions import AllOf, Combined, Rows, mask_of, resized, with_rows
from vanas_panel.state.packed_rows import pack_rows, unpack_rows
from vanas_panel.tables.table import BenchmarkTable

__all__ = ["Box", "Range", "Selection", "pack_rows", "rounded_range", "unpack_rows"]


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows of a table, and what they follow from.

    Parameters
    ----------
    table : BenchmarkTable
    rows : int64 (m,), optional
        Ascending; None for the whole table.
    box : Box, optional
        The box that they were drawn as; None where they were chosen in another way.
    where : AllOf or AnyOf, optional
        The conditions that they meet; None where a box or the rows themselves say it all.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> Selection(table, np.array([3, 6])) == Selection(table, np.array([3, 6])), Selection(table).packed
    (True, '')
    """

    table: BenchmarkTable
    rows: np.ndarray | None = None
    box: Box | None = None
    where: Combined | None = None

    @classmethod
    def in_box(cls, table: BenchmarkTable, box: Box) -> Selection:
        """The rows of a table that lie in a box; raises UnknownMetricError where the table lacks a metric of it."""
        return cls(table, box.rows(table), box)

    @classmethod
    def of(cls, table: BenchmarkTable, where: Combined) -> Selection:
        """The rows of a table that meet conditions, in the simplest form: a box alone is a box, and rows are rows.

        Raises
        ------
        UnknownMetricError, SelectionError
            Where the table lacks a name of them.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> from vanas_panel.state.conditions import Between
        >>> table = vp.open_table("structure4")
        >>> Selection.of(table, AllOf([Between("edges", 6)])).rows
        array([16, 26, 36, 44, 54, 64, 72, 80, 90])
        """
        only = where.parts[0] if len(where.parts) == 1 and not where.name else None
        if not where.parts and not where.name:
            return cls(table)
        if isinstance(only, Box):
            return cls.in_box(table, only)
        rows = np.flatnonzero(mask_of(where, table))
        return cls(table, rows) if isinstance(only, Rows) and not only.label else cls(table, rows, None, where)

    def on(self, table: BenchmarkTable) -> Selection:
        """The same on a table that begins with the same rows: what follows them may have come or gone."""
        if self.box is not None:
            return Selection.in_box(table, self.box)
        if self.where is not None:
            return Selection.of(table, resized(self.where, len(self.table), len(table)))
        return Selection(table, None if self.rows is None else self.rows[self.rows < len(table)])

    def found_in(self, table: BenchmarkTable) -> Selection:
        """The same in another version of the table: conditions and boxes hold anew, cells are found by what they are.

        Raises
        ------
        UnknownMetricError, SelectionError
            Where the other version lacks a name of them.
        """
        if self.box is not None:
            return Selection.in_box(table, self.box)
        if self.where is not None:
            return Selection.of(table, with_rows(self.where, len(self.table), len(table), partial(self._found, table)))
        return Selection(table, None if self.rows is None else self._found(table, self.rows))

    def _found(self, table: BenchmarkTable, rows: np.ndarray) -> np.ndarray:
        """Where cells of this table are in another one, ascending, without those that it lacks."""
        if table.space.operations == self.table.space.operations:
            places = np.intersect1d(self.table.keys[rows], table.keys, assume_unique=True, return_indices=True)[2]
        else:
            # The numbers of operations are others, and with them the keys.
            found = (table.find(self.table.cell(row)) for row in rows.tolist())
            places = np.array([place for place in found if place is not None], np.int64)
        return np.sort(places)

    @cached_property
    def conditions(self) -> Combined:
        """The conditions that the rows meet, however they were chosen; none where the whole table is selected."""
        if self.where is not None or self.rows is None:
            return AllOf(()) if self.where is None else self.where
        return AllOf((self.box if self.box is not None else Rows.of(self.rows, len(self.table)),))

    @cached_property
    def short_box(self) -> Box | None:
        """The box with as few digits as select the same rows."""
        return None if self.box is None else self.box.shortened(self.table)

    @cached_property
    def packed(self) -> str:
        """The rows as `pack_rows` writes them, nothing for the whole table."""
        return "" if self.rows is None else pack_rows(self.rows, len(self.table))

    def shows_as(self, other: Selection) -> bool:
        """Whether a page that shows another one shows this: the same conditions or box, else the same rows."""
        if self.where is not None or other.where is not None:
            return self.where == other.where
        return np.array_equal(self._array, other._array) if self.box is None else self.box == other.box

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Selection) and self.box == other.box and self.where == other.where
                                 and np.array_equal(self._array, other._array))

    def __hash__(self) -> int:
        return hash((self.box, self.where, self._array.size))

    @property
    def _array(self) -> np.ndarray:
        """The rows; -1 stands for the whole table."""
        return np.array([-1]) if self.rows is None else self.rows
