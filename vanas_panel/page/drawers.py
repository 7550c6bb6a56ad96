"""The drawers that open over the right of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import panel as pn

from vanas_panel.panels.about import About
from vanas_panel.panels.cells.panel import Cells
from vanas_panel.panels.code import Exchange
from vanas_panel.panels.compare.panel import Compare
from vanas_panel.panels.data.panel import DataColumns
from vanas_panel.panels.report.panel import ReportPanel
from vanas_panel.panels.search.panel import Search
from vanas_panel.panels.select.panel import SelectCells
from vanas_panel.panels.shelf.panel import TeamShelf
from vanas_panel.panels.trade_offs.panel import TradeOffsPanel
from vanas_panel.panels.training.panel import Train
from vanas_panel.state.session import Session
from vanas_panel.text.language import marked
from vanas_panel.widgets.tools import Tools


class Drawer(NamedTuple):
    """Something that opens over the right of the page, from a button in the header.

    Attributes
    ----------
    label : str
        On the button.
    title : str
        Over the open drawer.
    tooltip : str
    view : callable
        The class of the view, which is made with the session and the `vanas_panel.widgets.tools.Tools` of the page when
        the drawer is first opened.
    """

    label: str
    title: str
    tooltip: str
    view: Callable[[Session, Tools], pn.viewable.Viewer]


DRAWERS: dict[str, Drawer] = {
    "select": Drawer(marked("Select"), marked("Select cells"),
                     marked("Select cells by numbers, edge types, operations or presets"), SelectCells),
    "cells": Drawer(marked("Cells"), marked("Cells"),
                    marked("The selected cells as a table and as parallel coordinates, with filters and files"), Cells),
    "compare": Drawer(marked("Compare"), marked("Compare cells"),
                      marked("Compare the pinned cells and the drawn one side by side"), Compare),
    "tradeoffs": Drawer(marked("Trade-offs"), marked("Trade-offs"),
                        marked("The Pareto front: what is given up for fewer parameters or less time"), TradeOffsPanel),
    "search": Drawer(marked("Search"), marked("Run a search"),
                     marked("Run a search strategy over this table, follow it on the map, and compare it with chance"),
                     Search),
    "train": Drawer(marked("Train"), marked("Train this cell"), marked("Have the drawn cell trained and measured here"),
                    Train),
    "shelf": Drawer(marked("Shelf"), marked("Team shelf"),
                    marked("Save the drawn cell for yourself and others, and find the cells that "
                           "they saved"), TeamShelf),
    "exchange": Drawer(marked("Code"), marked("Take the cell away, or bring one"),
                       marked("The drawn cell as PyTorch, NAS-Bench-101 or JSON text, and back"), Exchange),
    "data": Drawer(marked("Data"), marked("Columns of the table"),
                   marked("What every column of the table was taken for, and why; which values are better"),
                   DataColumns),
    "report": Drawer(marked("Report"), marked("Report"),
                     marked("Save the page as one file, or a figure or a table of it"), ReportPanel),
    "about": Drawer(marked("About"), marked("About this page"),
                    marked("About this page: its version, and how to cite it"), About),
}
"""Every drawer by its name, in the order of their buttons. To add one, write its view and one line here."""
