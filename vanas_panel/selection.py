"""Conditions and rows of a selection, and views of cells and of completions, as the code in reports names them.

They are defined in `vanas_panel.state`.
"""

from vanas_panel.state.boxes import Box
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.conditions import AllOf, AnyOf, Between, HasEdge, Lasso, Not, Rows
from vanas_panel.state.improving import Improve
from vanas_panel.state.packed_rows import pack_rows, unpack_rows

__all__ = ["AllOf", "AnyOf", "Between", "Box", "CellsView", "HasEdge", "Improve", "Lasso", "Not", "Rows",
           "pack_rows", "unpack_rows"]
