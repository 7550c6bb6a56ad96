"""Session: what one person has selected, drawn and pinned, and what follows from it.

Views read it, call its actions and watch its parameters; they never call each other. Nothing here knows how anything is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pandas as pd
import param
from numpy.typing import ArrayLike

from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft, Problem
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.plain import plain_text
from vanas_panel.core.protocol import check_table
from vanas_panel.errors import TooManyEdgesError
from vanas_panel.providers import provided
from vanas_panel.state.page_state import PageState, entries, parameters, plain_of, steps
from vanas_panel.state.searching import MOST_SEARCHES, Searching
from vanas_panel.state.selection import Box, Selection
from vanas_panel.state.start import EMPTY, FIRST_CHOICES, first_choices
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import LANGUAGES

__all__ = ["EMPTY", "Session", "first_choices"]


class Session(Searching):
    """The state of one page.

    Parameters
    ----------
    table : BenchmarkTable
        Shared by all sessions of a process; it is never written to. Where directions are switched, `table` becomes one
        that shares cells and columns with it.
    **params
        Any of the parameters below.

    Attributes
    ----------
    loads : int
        How often a whole draft was put into the designer.
    state_type : type
        The class that holds the state as a value, see `state`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = Session(vp.open_table("structure4"))
    >>> session.add_vertex("conv3x3-bn-relu")
    >>> session.add_edge(0, 1)
    >>> [problem.kind for problem in session.problems], session.completions.attrs["matches"]
    (['no path', 'off path'], 2)
    >>> session.undo()
    >>> session.draft.edges
    ()
    """

    metric = param.Selector(doc="The metric that ranks and colours everything.")
    better = param.Dict({}, doc=(
        "Directions that differ from those of the table as it was opened, by metric, as for "
        "`BenchmarkTable.with_directions`. Setting it updates `table` before any watcher runs."))
    x = param.Selector(doc="The metric on the overview's horizontal axis.")
    y = param.Selector(doc="The metric on the overview's vertical axis.")
    log_x = param.Boolean(False, doc="Whether the horizontal axis is logarithmic.")
    log_y = param.Boolean(False, doc="Whether the vertical axis is logarithmic.")
    window = param.NumericTuple(None, length=4, allow_None=True, doc=(
        "The part of the overview that is visible: left, right, lower and upper end in the metrics' own units. None "
        "for where it starts, as after every change of its axes."))
    rows = param.Parameter(None, doc="Selected rows, sorted int64 (m,); None stands for the whole table.")
    pinned = param.ClassSelector(default=None, class_=Cell, doc="The cell that others are compared with.")
    dark = param.Boolean(False, doc="Whether the page is in its dark appearance.")
    lang = param.Selector(default="", objects=["", *LANGUAGES], check_on_set=True, doc=(
        "The language chosen for the page, such as ko; empty where it is that of the browser or of the "
        "environment, see `language`."))
    drawer = param.String("", doc="The name of the drawer that is open over the page; empty where none is.")
    wanted_table = param.ClassSelector(default=None, class_=BenchmarkTable,
                                       doc="A table that the page is asked to open instead of this one.")
    extra_vertices = param.Integer(0, bounds=(0, 2), doc="How many more inner vertices a completion may have.")

    state_type: ClassVar[type[PageState]] = PageState

    def __init__(self, table: BenchmarkTable, **params):
        check_table(table)
        super().__init__(table)
        self._cache: dict[str, tuple[tuple, Any]] = {}
        self._selection = self._coming = Selection(table)
        names = list(table.metrics)
        for selector in FIRST_CHOICES:
            self.param[selector].objects = names
            self.param[selector].check_on_set = True
        self.param.watch(self._check_rows, "rows")
        self.param.update(**{"better": table.directions, **first_choices(table), **params})
        self._begin()
        self.param.watch(self._leave_window, ["x", "y", "log_x", "log_y", "window"])

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "better" and isinstance(value, Mapping):
            value = self._turn(value)
        # Scalars of NumPy are taken, which param refuses, or keeps so that they cannot be written into code.
        plain = plain_text if name == "message" else plain_of(self.state_type).get(name)
        super().__setattr__(name, value if plain is None else plain(value))

    def _repr_html_(self) -> str:
        return provided("HTML of a session")(self)

    # The state as a value --------------------------------------------------------------------------------------------

    @classmethod
    def in_state(cls, state: PageState) -> Session:
        """A new session in a state."""
        session = cls(state.table, **{name: getattr(state, each) for each, name in parameters(cls.state_type).items()
                                      if each == name})
        session._choose(state.selection)
        return session

    @property
    def state(self) -> PageState:
        """The state of the page, as a value."""
        return self.state_type.start(self.table, selection=self.selection, **{
            name: getattr(self, name) for name in parameters(self.state_type) if name in self.param})

    @property
    def selection(self) -> Selection:
        """The selection."""
        return self._selection

    def take(self, other: Session | PageState) -> None:
        """Take the state of another session on the same table, in one step; the appearance stays.

        Its directions may be others, as long as both tables were opened as one.
        """
        state = other if isinstance(other, PageState) else other.state
        self.loads += 1
        changed = {name: getattr(state, name) for name in sorted(parameters(self.state_type))
                   if name in self.param and name != "window" and entries(self.state_type)[name].step is not None
                   and getattr(state, name) != getattr(self, name)}
        if "searches" in changed:
            # No link holds those of files: they stay until they are removed.
            changed["searches"] = tuple(dict.fromkeys((*changed["searches"], *(
                plan for plan in self.searches if plan.is_opened))))[:MOST_SEARCHES]
        self.param.update(message="", **changed)
        # After the axes, which let go of the window that was there.
        self.window = state.window
        if not state.selection.shows_as(self.selection):
            self._choose(state.selection)

    def keep_appearance(self, other: Session) -> None:
        """Look like another session where Back and Forward change nothing, such as light or dark."""
        self.param.update(**{name: getattr(other, name) for name, step in steps(self.state_type).items()
                             if step is None})

    def _choose(self, selection: Selection) -> None:
        """Select what is selected there."""
        # Set first, so that watchers of the rows find the box.
        self._coming = replace(selection, table=self.table)
        self.rows = selection.rows

    # Results of the state -------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that keep the draft from being a cell of the table's search space."""
        return self._derived("problems", (self.draft,), lambda: self.draft.problems(self.table.space))

    @property
    def cell(self) -> Cell | None:
        """The draft as a cell, None while it is not one. Setting it loads it into the designer."""
        return self._derived("cell", (self.draft,), lambda: None if self.problems else
                             Cell(self.draft.operations, self.draft.edges, self.table.space))

    @cell.setter
    def cell(self, cell: Draft) -> None:
        self.load_cell(cell)

    @property
    def row(self) -> int | None:
        """Row of the cell in the table; None where there is no cell or the table lacks it."""
        return self._derived("row", (self.draft,), self._find_row)

    @property
    def contributions(self) -> pd.DataFrame | None:
        """Contributions of the cell's edges; None unless the draft is a cell of the table, of at most 20 edges."""
        return self._derived("contributions", (self.draft, self.metric), self._find_contributions)

    @property
    def completions(self) -> pd.DataFrame:
        """The best five cells of the table that contain the draft."""
        return self._derived("completions", (self.draft, self.metric, self.extra_vertices), lambda: complete(
            self.table, self.draft, self.metric, top=5, extra_vertices=self.extra_vertices))

    @property
    def importance(self) -> pd.DataFrame:
        """Importance of every edge type over the selected rows."""
        return self._derived("importance", (self._selection, self.metric), lambda: edge_importance(
            self.table, self.metric, self.rows))

    @property
    def box(self) -> Box | None:
        """The box that the selected rows were drawn as; None where they were chosen in another way, or all are."""
        return self._selection.box

    @property
    def short_box(self) -> Box | None:
        """The box with as few digits as select the same rows."""
        return self._selection.short_box

    @property
    def packed_rows(self) -> str:
        """The selected rows as `vanas_panel.state.selection.pack_rows` writes them, nothing for the whole table."""
        return self._selection.packed

    # Selection and comparison ----------------------------------------------------------------------------------------

    def select(self, rows: ArrayLike | None) -> None:
        """Select rows, the whole table with None.

        Raises
        ------
        SelectionError
            Where the table does not have them.
        """
        self.rows = self.table.checked_rows(rows)

    def select_box(self, box: Box) -> None:
        """Select the rows in a box, and remember it for as long as they are selected.

        Raises
        ------
        UnknownMetricError
            Where the table lacks a metric of the box.
        """
        self._choose(Selection.in_box(self.table, box))

    def pin(self) -> None:
        """Compare others with the current cell from now on."""
        if self.cell is None:
            self.message = self._said("Only a valid cell can be pinned.")
        else:
            self.pinned = self.cell

    def unpin(self) -> None:
        """Compare with nothing."""
        self.pinned = None

    # The machinery ---------------------------------------------------------------------------------------------------

    def _derived(self, name: str, key: tuple, compute: Callable[[], Any]) -> Any:
        """A result that is computed once per state it follows from."""
        held = self._cache.get(name)
        if held is None or held[0] != key:
            held = self._cache[name] = (key, compute())
        return held[1]

    def _turn(self, directions: Mapping[str, bool | None]) -> dict[str, bool | None]:
        """Let these directions hold, and no others that differ from those of the table as it was opened."""
        if directions != self.table.directions:
            self.table = self.table.with_directions(directions)
            # Computed results may be ordered by them.
            self._cache.clear()
            self.param.update(runs={}, search_errors={})
        return self.table.directions

    def _find_row(self) -> int | None:
        """Row of the current cell."""
        if self.cell is None:
            return None
        row = self.table.find_key(self.table.space.key_of(self.cell))
        return None if row < 0 else row

    def _find_contributions(self) -> pd.DataFrame | None:
        """Contributions of the current cell's edges."""
        cell = self.cell
        if cell is None or self.row is None:
            return None
        try:
            return edge_contributions(self.table, cell, self.metric)
        except TooManyEdgesError:
            return None  # the page says so instead of showing contributions

    def _leave_window(self, *events) -> None:
        """Show all of the overview when the axes change, unless a part is set."""
        if "window" not in {event.name for event in events}:
            # Set first, so that watchers of the axes find it.
            with param.parameterized.discard_events(self):
                self.window = None

    def _check_rows(self, event) -> None:
        """Hold a selection that was set from code to the table, with the box that it was drawn as."""
        try:
            rows = self.table.checked_rows(event.new)
        except Exception:
            with param.parameterized.discard_events(self):
                self.rows = event.old
            raise
        self._selection = Selection(self.table, rows, self._coming.box if event.new is self._coming.rows else None)
        if rows is not event.new:
            with param.parameterized.discard_events(self):
                self.rows = rows
