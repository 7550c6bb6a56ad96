"""Cells: the drawer with the table of the selected cells, their files, and parallel coordinates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import panel as pn

from vanas_panel.draw.html import Html, pieces
from vanas_panel.panels.cells.axes_part import AxesPart
from vanas_panel.panels.cells.export import CellsExport
from vanas_panel.panels.cells.table_part import TablePart
from vanas_panel.report.cell_files import KINDS
from vanas_panel.state.cells_view import TABS
from vanas_panel.state.listed_cells import listed_cells
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)
_LABELS = {"table": marked("Table"), "axes": marked("Parallel coordinates")}
_TOOLTIPS = {"table": marked("Every selected cell with all its numbers; sort and filter them"),
             "axes": marked("Every cell as a line through the axes of all its numbers; brush any axis")}

CSS = """
.heads { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; justify-content: space-between; }
.heads div { display: inline-flex; gap: 4px; align-items: center; }
"""


def head_html(tab: str, said: str = "", *, refused: bool = False, busy: bool = False) -> Html:
    """The tabs of the drawer, the buttons that save files, and what became of them."""
    return _PIECES.head(
        tabs=[{"name": name, "label": _(_LABELS[name]), "tooltip": _(_TOOLTIPS[name]),
               "checked": str(name == tab).lower()} for name in TABS],
        group=_("View of the cells"), save=_("Save as"), files=[{
            "kind": kind, "label": label,
            "tooltip": _("Save every listed cell with its exact values as {kind}").format(kind=label),
        } for kind, label in KINDS.items()],
        busy=busy, said=said, role="alert" if refused else "status")


class Cells(View):
    """The drawer of cells.

    Parameters
    ----------
    session : Session
        Its selection is listed; the whole table where nothing is selected.
    tools : Tools, optional
        Not used.
    **params
        As for any viewer.

    Attributes
    ----------
    table : TablePart
    axes : AxesPart
    export : CellsExport
    """

    notebook_height = 700

    def __init__(self, session: Session, tools: Tools | None = None, **params: Any):
        super().__init__(**params)
        self.session = session
        self._said, self._refused = "", False
        self.table, self.axes = TablePart(session), AxesPart(session)
        self.export = CellsExport(session, self._say)
        self._head = Markup("", self._act, css=CSS, sizing_mode="stretch_width", css_classes=["cells-head"])
        self._view = pn.Column(sizing_mode="stretch_both", margin=0, css_classes=["cells-drawer"],
                               styles={"gap": "8px"})
        self._show()
        self.follow(self._follow, ["drawer", "cells", "rows", "metric", "better", "dark", "draft"])
        self.follow_language(self._show)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    @property
    def is_shown(self) -> bool:
        """Whether the drawer is open, or the view stands alone."""
        return self.session.drawer in ("cells", "")

    def _part(self) -> TablePart | AxesPart:
        """The tab that is open."""
        return self.table if self.session.cells.tab == "table" else self.axes

    def _show(self, *_events: Any) -> None:
        """Show the tab that is open."""
        self._paint()
        part = self._part()
        self._view.objects = [self._head, part.view, self.export.view]
        part.follow()

    def _follow(self, *events: Any) -> None:
        """Follow the session while the drawer is open."""
        changed = {event.name: event for event in events}
        if self.session.drawer != "cells" and "drawer" in changed:
            self.export.stop()
            return
        if changed.keys() == {"draft"} and self.session.cells.tab == "axes":
            return
        if "rows" in changed and self.session.cells.page and "cells" not in changed:
            # What was on that page is elsewhere now; this comes back with the change of the page.
            self.session.cells = replace(self.session.cells, page=0)
        elif self._part().view not in self._view.objects:
            self._show()
        else:
            self._part().follow()

    def _paint(self) -> None:
        """Bring the tabs and what was said up to date."""
        self._head.html = head_html(self.session.cells.tab, self._said, refused=self._refused,
                                    busy=self.export.files.busy)

    def _say(self, words: str, refused: bool) -> None:
        """Say what became of a file."""
        self._said, self._refused = words, refused
        self._paint()

    def _act(self, action: str) -> None:
        """Open a tab, or save a file."""
        name, _, value = action.partition(":")
        if name == "tab" and value in TABS:
            self.session.cells = replace(self.session.cells, tab=value)
        elif name == "save":
            session = self.session
            # What the axes show is the selection, without the filters of the table.
            view = session.cells if session.cells.tab == "table" else replace(session.cells, filters=())
            self.export.begin(value, listed_cells(session.table, view, session.metric, session.rows).rows)
