"""What opens over the right of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import panel as pn

from vanas_panel.report.panel import ReportPanel
from vanas_panel.session import Session
from vanas_panel.views.about import About
from vanas_panel.views.exchange import Exchange
from vanas_panel.views.shelf import TeamShelf
from vanas_panel.views.tools import Tools
from vanas_panel.views.train import Train


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
        The class of the view, which is made with the session and the `vanas_panel.views.tools.Tools` of the page when
        the drawer is first opened.
    """

    label: str
    title: str
    tooltip: str
    view: Callable[[Session, Tools], pn.viewable.Viewer]


DRAWERS: dict[str, Drawer] = {
    "train": Drawer("Train", "Train this cell", "Have the drawn cell trained and measured here", Train),
    "shelf": Drawer("Shelf", "Team shelf", "Save what is drawn for yourself and others, and find what they saved",
                    TeamShelf),
    "exchange": Drawer("Code", "Take the cell away, or bring one",
                       "The drawn cell as PyTorch, NAS-Bench-101 or JSON text, and back", Exchange),
    "report": Drawer("Report", "Report", "Save what is on the screen as one file, or a figure or a table of it",
                     ReportPanel),
    "about": Drawer("About", "About this page", "What this is, in which version, and how to cite it", About),
}
"""Every drawer by its name, in the order of their buttons. To add one, write its view and one line here."""
