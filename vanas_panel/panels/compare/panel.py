"""The drawer that shows the pinned cells and the drawn one side by side."""

from __future__ import annotations

from collections.abc import Mapping

from vanas_panel.core.cell import Cell
from vanas_panel.draw.compared.edits import edits_between
from vanas_panel.draw.compared.table import CSS as COMPARED_CSS
from vanas_panel.draw.compared.table import Compared, comparison_frame, comparison_html
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import palette
from vanas_panel.report.tables import csv
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup, note_html
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import PageThread, run_in_background
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

CSS = f"""
.vp-markup {{ height: auto; gap: 10px; }}
{COMPARED_CSS}
"""


def compared_cells(session: Session) -> list[Compared]:
    """The pinned cells by letter, and the drawn one where it is not among them."""
    drawn = session.cell
    cells = [Compared(pin.mark, pin.cell, pin.cell == drawn) for pin in session.pins]
    if drawn is not None and session.pin_of(drawn) is None:
        cells.append(Compared("", drawn, True))
    return cells


def compare_html(session: Session, steps: Mapping[str, int | str] | None = None) -> Html:
    """The drawer as HTML.

    Parameters
    ----------
    session : Session
    steps : mapping of str to int or str, optional
        How many edits lead from the first cell to each other one, or in words why that is not known, by its mark.

    Returns
    -------
    Html
        With all text escaped, the actions of `vanas_panel.draw.compared.table.comparison_html`, ``unpin-all``, and a
        button that saves the table as a CSV file.
    """
    cells = compared_cells(session)
    if not cells:
        return note_html(_("Nothing to compare yet. Draw a cell, or click one on the map, and pin it."))
    hint = "" if len(cells) > 1 else _("Pin this cell, then draw or load another one to compare it with.")
    return _PIECES.whole(
        hint=hint, comparison=comparison_html(
            session.table, cells, session.metric, palette(session.dark), steps),
        save=_("Save as CSV"), save_tooltip=_(
            "Values, differences, shared edges and numbers of edits of these cells as a table"),
        unpin=_("Unpin all") if session.pins else "", unpin_tooltip=_("Take all pins away"),
        text=csv(comparison_frame(session.table, cells, steps)))


class Compare(View):
    """The pinned cells and the drawn one side by side.

    Parameters
    ----------
    session : Session
    tools : Tools, optional
        Of no use here.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools | None = None, **params):
        super().__init__(**params)
        self.session = session
        self._thread = PageThread()
        self._found: dict[Cell, int | str] = {}
        self._asked: tuple[BenchmarkTable, Cell] | None = None
        self._is_seeking = False
        self._markup = Markup("", self._act, css=CSS, sizing_mode="stretch_width")
        self.follow(self._update, ["draft", "pinned", "other_pins", "metric", "better", "dark", "drawer"])
        self.follow_language(self._say_again)
        self._show()

    def __panel__(self):
        return self._markup

    def _update(self, *_events) -> None:
        """Follow the session while the drawer is open; a closed one catches up when it is opened."""
        if self.session.drawer == "compare":
            self._show()

    def _say_again(self, *_events) -> None:
        """Show everything in another language."""
        self._asked = None
        self._show()

    def _show(self, *_events) -> None:
        """Show the session as it is."""
        cells = compared_cells(self.session)
        asked = (self.session.table, cells[0].cell) if cells else None
        if asked != self._asked:
            self._asked, self._found = asked, {}
        self._paint(cells)
        self._seek(cells)

    def _paint(self, cells: list[Compared]) -> None:
        """Show the cells, with the numbers of edits that are known."""
        self._markup.html = compare_html(self.session, {
            each.mark: self._found.get(each.cell, "…") for each in cells[1:]})

    def _seek(self, cells: list[Compared]) -> None:
        """Count the edits to the next cell for which that is not known, while the drawer is open."""
        missing = [each.cell for each in cells[1:] if each.cell not in self._found]
        asked = self._asked
        # Alone in a notebook, the view is open without a drawer.
        if not missing or self._is_seeking or asked is None or self.session.drawer not in ("compare", ""):
            return
        self._is_seeking = True

        def take(steps: int | str) -> None:
            self._is_seeking = False
            now = compared_cells(self.session)
            if asked == self._asked:
                self._found[missing[0]] = steps
                self._paint(now)
            self._seek(now)

        run_in_background(self._thread, lambda: edits_between(*asked, missing[0]), take,
                          lambda error: take(error.translated()))

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        name, _separator, mark = action.partition(":")
        session = self.session
        cell: Cell | None = next((pin.cell for pin in session.pins if pin.mark == mark), None)
        if action == "pin":
            session.pin()
        elif action == "unpin-all":
            session.unpin_all()
        elif name == "unpin":
            session.unpin(mark)
        elif name == "load-pin":
            session.load_pin(mark)
        elif name == "first" and cell is not None:
            session.compare_with(cell)
