"""What a person points at: other views light it up for as long as it lasts. No link keeps it."""

from __future__ import annotations

import param

from vanas_panel.tables.table import BenchmarkTable


class Pointing(param.Parameterized):
    """The part of a session that knows what the pointer is over, or the keyboard is at.

    Attributes
    ----------
    table : BenchmarkTable
    """

    pointed = param.Parameter(None, doc=(
        "What is pointed at: the row of a cell, the operations (source, target) of an edge type, or None."))

    table: BenchmarkTable

    @property
    def pointed_row(self) -> int | None:
        """Row of the cell that is pointed at; None where it is something else, or nothing."""
        return self.pointed if isinstance(self.pointed, int) and 0 <= self.pointed < len(self.table) else None

    @property
    def pointed_type(self) -> tuple[str, str] | None:
        """The edge type that is pointed at; None where it is something else, or nothing."""
        return self.pointed if isinstance(self.pointed, tuple) else None

    def point_at(self, action: str) -> None:
        """Point at the cell that an action such as ``row:17`` is about; at nothing with any other text.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> session = vp.Session(vp.open_table("structure4"))
        >>> session.point_at("row:17")
        >>> session.pointed_row, session.pointed_type
        (17, None)
        """
        name, _, number = action.partition(":")
        is_row = name == "row" and number.isascii() and number.isdigit() and len(number) < 16
        self.pointed = int(number) if is_row and int(number) < len(self.table) else None
