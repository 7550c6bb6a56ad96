"""Selection of a session: conditions that are added, negated, joined and named one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import param
from numpy.typing import ArrayLike

from vanas_panel.state.boxes import Box
from vanas_panel.state.conditions import AllOf, AnyOf, Combined, Condition, Lasso, Rows, negated
from vanas_panel.state.selection import Selection
from vanas_panel.tables.table import BenchmarkTable

MOST_LETTERS = 60
"""Of the name of a selection."""


class Selecting(param.Parameterized):
    """The part of a session that selects cells.

    Attributes
    ----------
    table : BenchmarkTable
    """

    rows = param.Parameter(None, doc="Selected rows, sorted int64 (m,); None stands for the whole table.")

    table: BenchmarkTable
    _selection: Selection
    _coming: Selection
    _derived: Callable[[str, tuple, Callable[[], Any]], Any]

    def _begin_selecting(self, table: BenchmarkTable) -> None:
        """Select the whole table, and watch the rows."""
        self._selection = self._coming = Selection(table)
        self.param.watch(self._check_rows, "rows")

    @property
    def selection(self) -> Selection:
        """The selection."""
        return self._selection

    @property
    def conditions(self) -> Combined:
        """The conditions that the selected rows meet; without parts where the whole table is selected."""
        return self._selection.conditions

    @property
    def box(self) -> Box | None:
        """The box that the selected rows were drawn as; None where they were chosen in another way, or all are."""
        return self._selection.box

    @property
    def short_box(self) -> Box | None:
        """The box with as few digits as select the same rows."""
        return self._selection.short_box

    @property
    def packed_rows(self) -> str:
        """The selected rows as `vanas_panel.state.selection.pack_rows` writes them, nothing for the whole table."""
        return self._selection.packed

    def select(self, rows: ArrayLike | None) -> None:
        """Select rows, the whole table with None.

        Raises
        ------
        SelectionError
            Where the table does not have them.
        """
        self.rows = self.table.checked_rows(rows)

    def select_box(self, box: Box) -> None:
        """Select the rows in a box, and remember it for as long as they are selected.

        Raises
        ------
        UnknownMetricError
            Where the table lacks a metric of the box.
        """
        self._choose(Selection.in_box(self.table, box))

    def select_where(self, where: Condition | None) -> None:
        """Select the cells that meet a condition, or several combined; the whole table with None.

        Raises
        ------
        UnknownMetricError, SelectionError
            Where the table lacks a name of it.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> from vanas_panel.selection import AllOf, Between, HasEdge, Not
        >>> session = vp.Session(vp.open_table("structure4"))
        >>> session.select_where(AllOf([Between("structure.depth", 3), Not(HasEdge("input", "output"))]))
        >>> session.rows.size
        36
        """
        combined = AllOf(()) if where is None else where if isinstance(where, AllOf | AnyOf) else AllOf((where,))
        self._choose(Selection.of(self.table, combined))

    def add_condition(self, condition: Condition) -> None:
        """Add a condition to those that hold; one that is there already, or its opposite, is replaced."""
        now = self.conditions
        parts = tuple(part for part in now.parts if part not in (condition, negated(condition)))
        self.select_where(replace(now, parts=(*parts, condition)))

    def toggle_condition(self, condition: Condition) -> None:
        """Add a condition, or remove it where it holds already."""
        parts = self.conditions.parts
        if condition in parts:
            self.remove_condition(parts.index(condition))
        else:
            self.add_condition(condition)

    def select_on_map(self, shape: Box | Lasso) -> None:
        """Select what was drawn on the map, instead of what was drawn before and of rows without a name.

        Other conditions stay, as do boxes and lassos that are negated or in a group.
        """
        now = self.conditions
        parts = tuple(part for part in now.parts if not isinstance(part, Box | Lasso) and not (
            isinstance(part, Rows) and not part.label))
        self.select_where(replace(now, parts=(*parts, shape)))

    def remove_condition(self, index: int) -> None:
        """Remove one of the conditions; with the last one, all cells are selected."""
        now = self.conditions
        parts = now.parts[:index] + now.parts[index + 1:]
        self.select_where(replace(now, parts=parts) if parts else None)

    def negate_condition(self, index: int) -> None:
        """Turn one of the conditions into its opposite."""
        now = self.conditions
        self.select_where(replace(now, parts=(*now.parts[:index], negated(now.parts[index]), *now.parts[index + 1:])))

    def join_conditions(self, by_any: bool) -> None:
        """Select the cells that meet all of the conditions, or those that meet at least one."""
        now = self.conditions
        self.select_where((AnyOf if by_any else AllOf)(now.parts, now.name))

    def group_conditions(self) -> None:
        """Make one condition of all, which others can be joined with."""
        now = self.conditions
        if len(now.parts) > 1:
            self.select_where(AllOf((now,)))

    def name_selection(self, name: str) -> None:
        """Give the selection a name; an empty one takes it away."""
        if self.rows is not None:
            self.select_where(replace(self.conditions, name=name.strip()[:MOST_LETTERS]))

    def _choose(self, selection: Selection) -> None:
        """Select what is selected there."""
        # Set first, so that watchers of the rows find the box.
        self._coming = replace(selection, table=self.table)
        self.rows = selection.rows

    def _check_rows(self, event) -> None:
        """Hold a selection that was set from code to the table, with what it follows from."""
        try:
            rows = self.table.checked_rows(event.new)
        except Exception:
            with param.parameterized.discard_events(self):
                self.rows = event.old
            raise
        coming = self._coming
        is_coming = event.new is coming.rows and event.new is not None
        self._selection = replace(coming, table=self.table, rows=rows) if is_coming else Selection(self.table, rows)
        if rows is not event.new:
            with param.parameterized.discard_events(self):
                self.rows = rows
