"""Ways to improve the cell of a session: completions, neighbours, and a path to another cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import param

from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import CellEdit, edit_named
from vanas_panel.core.completion import complete
from vanas_panel.core.draft import Draft
from vanas_panel.core.neighbours import neighbours
from vanas_panel.state.improving import BEST, PER_PAGE, TABS, Improve
from vanas_panel.state.searching import Searching

if TYPE_CHECKING:
    from vanas_panel.state.pins import Pin
    from vanas_panel.state.selection import Selection


class Travelling(Searching):
    """The part of a session that says what a cell could become.

    Attributes
    ----------
    metric, extra_vertices, pins, cell
        As `vanas_panel.state.session.Session` has them.
    """

    if TYPE_CHECKING:
        metric: str
        extra_vertices: int
        only_selected: bool
        rows: Any
        _derived: Callable[[str, tuple, Callable[[], Any]], Any]

        @property
        def pins(self) -> tuple[Pin, ...]:
            """The pins, by letter."""

        @property
        def selection(self) -> Selection:
            """The selection."""

        @property
        def cell(self) -> Cell | None:
            """The draft as a cell."""

    improve = param.ClassSelector(default=Improve(), class_=Improve, allow_None=False, doc=(
        "What the card of completions shows: which tab, sorted by what, within which bounds, from which place on."))
    ghost = param.ClassSelector(default=None, class_=CellEdit, doc=(
        "The edit of the drawn cell that the designer sketches; None for none. No link holds it."))
    way = param.ClassSelector(default=None, class_=pd.DataFrame, doc=(
        "The path that the map shows, as `vanas_panel.edit_path` gives it; None for none. It follows from the state."))

    around = param.ClassSelector(default=None, class_=pd.DataFrame, doc=(
        "The cells one and two edits away from the drawn one, as `vanas_panel.neighbours` gives them; None where they "
        "are not shown, or not known yet. It follows from the state."))

    def _begin(self) -> None:
        """Begin, and follow what makes the first page of completions the right one."""
        super()._begin()
        self.param.watch(self._leave_around, ["draft", "metric", "better"])
        self.param.watch(self._to_first_page, ["draft", "metric", "better", "extra_vertices", "improve", "rows",
                                               "only_selected"])

    @property
    def sorted_by(self) -> str:
        """The metric that completions are sorted by."""
        return self.improve.sort or self.metric

    @property
    def completions(self) -> pd.DataFrame:
        """One page of the cells of the table that contain the draft within the bounds, best first.

        With `only_selected`, of the selected ones among them.
        """
        shown, selection = self.improve, self.selection if self.only_selected else None
        return self._derived("completions", (self.draft, self.sorted_by, self.extra_vertices, shown.start,
                                             shown.bounds, selection), self._find_completions)

    @property
    def selected_completions(self) -> int:
        """How many of the cells that contain the draft within the bounds are selected."""
        if self.only_selected:
            # Not found a second time: it takes a tenth of a second where vertices may be added.
            return self.completions.attrs["matches"]
        return self._derived("selected_completions", (self.draft, self.extra_vertices, self.improve.bounds,
                                                      self.selection), lambda: complete(
            self.table, self.draft, self.metric, 0, self.extra_vertices, where=self.improve.where,
            rows=self.rows).attrs["matches"])

    def _find_completions(self) -> pd.DataFrame:
        """The page that is asked for, or the last one where there are fewer."""
        def page(start: int) -> pd.DataFrame:
            return complete(self.table, self.draft, self.sorted_by, PER_PAGE, self.extra_vertices, start=start,
                            where=self.improve.where, rows=self.rows if self.only_selected else None)

        found = page(self.improve.start)
        matches = found.attrs["matches"]
        return page((matches - 1) // PER_PAGE * PER_PAGE) if matches and not len(found) else found

    @property
    def neighbours(self) -> pd.DataFrame | None:
        """Measured cells one edit away from the cell in the designer, best first; None while it is none."""
        cell = self.cell
        return None if cell is None else self._derived("neighbours", (self.draft, self.metric), lambda: neighbours(
            self.table, cell, self.metric))

    def _leave_around(self, *_events: Any) -> None:
        """Forget the cells around another cell, or ranked by another metric."""
        self.around = None

    @property
    def shown_neighbours(self) -> pd.DataFrame | None:
        """The neighbours that are shown, at most as many edits away as was chosen; None where they are not known."""
        return self.neighbours if self.improve.edits == 1 else self.around

    def show_tab(self, tab: str) -> None:
        """Show completions, neighbours or a path."""
        if tab in TABS:
            self.param.update(improve=replace(self.improve, tab=tab), ghost=None)

    def sketch(self, row: int | None) -> None:
        """Sketch the edit that leads to a neighbour in the designer; None stops it, and two edits are not sketched."""
        edits = [] if row is None else list(self.edits_to(row))
        self.ghost = edits[0] if len(edits) == 1 else None

    def load_neighbour(self, row: int) -> None:
        """Edit the drawn cell so that it becomes a neighbour; any other row is put into the designer whole."""
        edits = self.edits_to(row)
        self.ghost = None
        if not edits:
            self.load_row(row)
            return
        draft = self.draft
        for edit in edits:
            draft = edit.applied(draft)
        self.load_cell(draft)

    def edits_to(self, row: int) -> tuple[CellEdit, ...]:
        """The one or two edits by which the neighbours that are shown name a row; empty where they do not."""
        found, cell = self.shown_neighbours, self.cell
        if found is None or cell is None:
            return ()
        places = np.flatnonzero(found["row"].to_numpy() == row)
        if not places.size:
            return ()
        place = places[0]
        first = edit_named(cell, found["edit"].iloc[place], self.table.space)
        if "then" not in found or not found["then"].iloc[place]:
            return (first,)
        between = first.applied(cell)
        return first, edit_named(Cell(between.operations, between.edges, None), found["then"].iloc[place],
                                 self.table.space)

    @property
    def goal(self) -> Cell | None:
        """Where the path leads; None where there is no such cell."""
        chosen = self.improve.goal
        if isinstance(chosen, Draft):
            return None if chosen.problems(self.table.space) else Cell(chosen.operations, chosen.edges,
                                                                       self.table.space)
        if chosen == BEST:
            row = self.best_row
            return None if row is None else self.table.cell(row)
        return next((pin.cell for pin in self.pins if chosen in ("", pin.mark)), None)

    @property
    def best_row(self) -> int | None:
        """Row of the best selected cell, the first of equal ones; None where none of them has a value."""
        return self._derived("best_row", (self.metric, self.selection), lambda: self.table.best(
            self.metric, self.rows))

    @property
    def ends(self) -> tuple[Cell, Cell] | None:
        """Both ends of the path: those that are walked between, else the drawn cell and the goal."""
        if self.improve.ends:
            first, last = self.improve.ends
            if first.problems(self.table.space) or last.problems(self.table.space):
                return None
            return (Cell(first.operations, first.edges, self.table.space),
                    Cell(last.operations, last.edges, self.table.space))
        goal = self.goal
        return None if self.cell is None or goal is None or self.cell == goal else (self.cell, goal)

    def travel_to(self, goal: str | Draft) -> None:
        """Let the path lead from the drawn cell to a pin by its letter, to the best cell (`BEST`), or to a cell."""
        goal = goal if isinstance(goal, str) else Draft(goal.operations, goal.edges)
        self.param.update(improve=replace(self.improve, tab="path", goal=goal, ends=()), ghost=None)

    def travel(self, ends: tuple[Cell, Cell] | None) -> None:
        """Hold a path between two cells while it is walked; None lets it follow the drawn cell and the goal again."""
        drafts = () if ends is None else tuple(type(self.draft)(end.operations, end.edges) for end in ends)
        self.improve = replace(self.improve, ends=drafts)

    def _to_first_page(self, *events: Any) -> None:
        """Go to the first page of other completions, unless a page is set."""
        names = {event.name for event in events}
        if "draft" in names and self.ghost is not None:
            self.ghost = None
        if "improve" not in names and self.improve.start:
            self.improve = replace(self.improve, start=0)
