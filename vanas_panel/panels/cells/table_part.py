"""The tab of the table of cells: a page of rows, sorted and filtered on the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import panel as pn

from vanas_panel.draw.cells_table import CSS, PAGE_ROWS, CellsPage, cells_table_html, columns_of
from vanas_panel.draw.format import format_count
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.state.cell_filters import OPERATIONS, filter_condition
from vanas_panel.state.conditions import AllOf
from vanas_panel.state.listed_cells import Listed, listed_cells, order_of
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.text.numerals import whole_number
from vanas_panel.widgets.markup import Markup, note_html, number_after
from vanas_panel.widgets.threads import PageThread, run_in_background


class TablePart:
    """The tab of the table.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    markup : Markup
    ticked : set of int
        Rows that are ticked, on any page.
    """

    def __init__(self, session: Session):
        self.session = session
        self.ticked: set[int] = set()
        self._thread = PageThread()
        self._asked: object = None
        self._refused = ""
        self._held: tuple[tuple[Any, ...], Listed] | None = None
        self.markup = Markup("", self.act, css=CSS, sizing_mode="stretch_both",
                             on_point=session.point_at)

    @property
    def view(self) -> pn.viewable.Viewable:
        """What stands on the page."""
        return self.markup

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return columns_of(self.session.table, self.session.metric)

    def listed(self) -> Listed:
        """The rows of all pages, as the session is."""
        session, view = self.session, self.session.cells
        table, metric, rows = session.table, session.metric, session.rows
        key = (session.selection, table, metric, order_of(table, view, metric), view.filters)
        held = self._held
        if held is None or held[0] != key:
            held = self._held = (key, listed_cells(table, view, metric, rows))
        return held[1]

    def follow(self) -> None:
        """Show the session as it is: the numbers first, then the drawings, which take longer; the latest counts."""
        session, ticked = self.session, frozenset(self.ticked)
        view, table, colors, shown = session.cells, session.table, palette(session.dark), session.row
        selected = None if session.rows is None else int(session.rows.size)
        columns, order = self.columns, order_of(table, view, session.metric)
        asked = self._asked = object()

        def page() -> CellsPage:
            listed = self.listed()
            number = min(view.page, max(0, -(-listed.rows.size // PAGE_ROWS) - 1))
            return CellsPage(
                listed.rows[number * PAGE_ROWS:(number + 1) * PAGE_ROWS], listed.rows.size, number, columns, *order,
                dict(view.filters), {name: translated(error) for name, error in listed.faults.items()}, ticked, shown,
                selected)

        def numbers() -> CellsPage | None:
            return page() if asked is self._asked else None

        def take(found: CellsPage | None) -> None:
            if found is None or asked is not self._asked:
                return
            self.markup.html = cells_table_html(table, found, colors, draw=not self._thread.waits)
            if self._thread.waits:
                run_in_background(self._thread, lambda: cells_table_html(table, found, colors)
                                  if asked is self._asked else None, draw, self._fail)

        def draw(html: str | None) -> None:
            if html is not None and asked is self._asked:
                self.markup.html = html

        run_in_background(self._thread, numbers, take, self._fail)

    def _fail(self, error: VanasError) -> None:
        """Say what went wrong."""
        self.markup.html = note_html(translated(error), "alert")

    # Actions of the user ---------------------------------------------------------------------------------------------

    def act(self, action: str) -> None:
        """Take an action of the table; what makes no sense does nothing."""
        name, _sep, rest = action.partition(":")
        session = self.session
        row, goal = number_after(action, "row"), number_after(action, "path")
        alone: dict[str, Callable[[], None]] = {
            "next": lambda: self._go(session.cells.page + 1), "previous": lambda: self._go(session.cells.page - 1),
            "take": self._take_filtered, "take-ticked": self._take_ticked, "untick": self._untick,
            "unfilter": lambda: self._change(filters=(), page=0)}
        with_rest: dict[str, Callable[[str], None]] = {
            "page": self._turn, "sort": self._sort, "where": self._filter, "tick": self._tick}
        if row is not None and row < len(session.table):
            session.load_row(row)
        elif goal is not None and goal < len(session.table):
            # The card with the path lies below this drawer.
            session.drawer = ""
            session.travel_to(session.table.cell(goal))
        elif action in alone:
            alone[action]()
        elif name in with_rest:
            with_rest[name](rest)

    def _change(self, **changes: Any) -> None:
        """Change the view; where nothing changes, the fields still show what holds."""
        view = replace(self.session.cells, **changes)
        if view == self.session.cells:
            self.markup.param.trigger("html")
        self.session.cells = view

    def _turn(self, text: str) -> None:
        """Go to a page whose number was typed; stay, and say what was expected, where it is none."""
        number, session = whole_number(text.strip()), self.session
        if number is None:
            session.message = self._refused = _(
                "Found the page {found}; expected a whole number from 1 to {last}.").format(
                    found=repr(text.strip()[:20]), last=format_count(self._last() + 1))
            self.markup.param.trigger("html")
            return
        if session.message == self._refused:
            session.message = ""
        self._go(number - 1)

    def _last(self) -> int:
        """The last page, from 0."""
        return max(0, -(-self.listed().rows.size // PAGE_ROWS) - 1)

    def _go(self, page: int) -> None:
        """Go to a page, to the nearest one where there is no such."""
        self._change(page=min(max(page, 0), self._last()))

    def _column(self, index: str) -> str | None:
        """The column of a number; None where there is none."""
        number = whole_number(index)
        columns = (*self.columns, OPERATIONS)
        return columns[number] if number is not None and 0 <= number < len(columns) else None

    def _sort(self, index: str) -> None:
        """Sort by a column, best first; the other way round where it sorts already."""
        name, session = self._column(index), self.session
        if name is None or name == OPERATIONS:
            return
        sorted_by, down = order_of(session.table, session.cells, session.metric)
        first = session.table.metric(name).higher_is_better is not False
        self._change(sort=name, down=not down if name == sorted_by else first, page=0)

    def _filter(self, typed: str) -> None:
        """Take what was typed over a column."""
        index, _sep, text = typed.partition(":")
        name = self._column(index)
        if name is not None:
            self._change(filters=tuple({**dict(self.session.cells.filters), name: text}.items()), page=0)

    def _tick(self, rest: str) -> None:
        """Tick a row, or take its tick away."""
        row = whole_number(rest.partition(":")[0])
        if row is not None and 0 <= row < len(self.session.table):
            self.ticked ^= {row}
            self.follow()

    def _untick(self) -> None:
        """Take all ticks away."""
        self.ticked.clear()
        self.follow()

    def _take_ticked(self) -> None:
        """Select the ticked rows."""
        rows = [row for row in sorted(self.ticked) if row < len(self.session.table)]
        self.ticked.clear()
        self.session.select(np.array(rows, dtype=np.int64))

    def _take_filtered(self) -> None:
        """Select what the filters take: they become conditions of the selection, and are filters no longer."""
        session = self.session
        conditions = [filter_condition(session.table, name, text) for name, text in session.cells.filters]
        now = session.conditions
        parts = now.parts if isinstance(now, AllOf) else (now,)
        session.select_where(AllOf((*parts, *(each for each in conditions if each not in parts)),
                                   now.name if isinstance(now, AllOf) else ""))
        self._change(filters=(), page=0)
