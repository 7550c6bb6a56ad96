"""How many single edits lead from one compared cell to another, or why none do."""

from __future__ import annotations

from vanas_panel.core.cell import Cell
from vanas_panel.core.edit_graph import edit_count
from vanas_panel.core.protocol import known_row
from vanas_panel.errors import LargerCellsError, NoEditPathError
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _


def edits_between(table: BenchmarkTable, one: Cell, other: Cell) -> int | str:
    """The number of edits on a shortest path through measured cells; else why there is none, in words.

    Takes tenths of a second between distant cells of a large table.

    Parameters
    ----------
    table : BenchmarkTable
    one, other : Cell

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> edits_between(table, table.cell(0), table.cell(9))
    3
    """
    if known_row(table, one) < 0 or known_row(table, other) < 0:
        return _("not in the table")
    try:
        return edit_count(table, one, other)
    except NoEditPathError:
        return _("no path")
    except LargerCellsError:
        return _("not found for larger cells")
