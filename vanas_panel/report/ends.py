"""Both ends of the path of edits in a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.core.protocol import cell_of
from vanas_panel.errors import ReportError
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message


def checked_ends(table: BenchmarkTable, ends: Iterable[Any]) -> tuple[Cell, Cell]:
    """Two different cells, from cells or their rows.

    Raises
    ------
    ReportError
        Where they are not two, or the same one.
    SelectionError
        Where the table has no row of that number.
    ArgumentKindError
        Where one of them is neither a cell nor a row number.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> checked_ends(table, (0, 5)) == (table.cell(0), table.cell(5))
    True
    """
    given = list(ends) if isinstance(ends, Iterable) and not isinstance(ends, str) else [ends]
    if len(given) != 2:
        raise ReportError(Message("Found {found} as the ends of a path; expected two cells or their rows. Write "
                                  "ends=(3, 8).", found=repr(ends)[:80]))
    first, last = (cell_of(table, each) for each in given)
    if first == last:
        raise ReportError(Message("Found the same cell at both ends of a path; expected two different ones. Choose "
                                  "another."))
    return first, last


def default_ends(session: Session) -> tuple[Cell, Cell] | None:
    """The ends that the page shows, else the first two different ones of the designer's cell and the pins."""
    if session.ends is not None:
        return session.ends
    found: list[Cell] = []
    for cell in (session.cell, *(pin.cell for pin in session.pins)):
        if cell is not None and cell not in found:
            found.append(cell)
    return (found[0], found[1]) if len(found) > 1 else None
