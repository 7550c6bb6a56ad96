"""Session: what one person has selected, drawn and pinned, and what follows from it.

Views read it, call its actions and watch its parameters; they never call each other. Nothing here knows how anything is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pandas as pd
import param

from vanas_panel.core.cell import Cell
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft, Problem
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.plain import plain_text
from vanas_panel.core.protocol import check_table
from vanas_panel.errors import TooManyEdgesError
from vanas_panel.providers import provided
from vanas_panel.state.attributing import Attributing
from vanas_panel.state.cells_view import CellsView, checked_cells
from vanas_panel.state.map_colour import STATISTICS
from vanas_panel.state.page_state import PageState, entries, parameters, plain_of, steps
from vanas_panel.state.pinning import Pinning
from vanas_panel.state.pointing import Pointing
from vanas_panel.state.searching import MOST_SEARCHES
from vanas_panel.state.selecting import Selecting
from vanas_panel.state.start import EMPTY, FIRST_CHOICES, first_choices
from vanas_panel.state.trade_offs import TradeOffs
from vanas_panel.state.travelling import Travelling
from vanas_panel.tables.families import Family, families
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import LANGUAGES

__all__ = ["EMPTY", "Session", "first_choices"]


class Session(Selecting, TradeOffs, Pinning, Attributing, Travelling, Pointing):
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
    color = param.Selector(default="", objects=[""], check_on_set=True, doc=(
        "The structure column that colours the map, such as structure.depth; empty where the ranking metric does."))
    statistic = param.Selector(default=STATISTICS[0], objects=list(STATISTICS), check_on_set=True, doc=(
        "Which cell of a bin gives its colour on the map, or count for how many there are."))
    dark = param.Boolean(False, doc="Whether the page is in its dark appearance.")
    lang = param.Selector(default="", objects=["", *LANGUAGES], check_on_set=True, doc=(
        "The language chosen for the page, such as ko; empty where it is that of the browser or of the "
        "environment, see `language`."))
    drawer = param.String("", doc="The name of the drawer that is open over the page; empty where none is.")
    wanted_table = param.ClassSelector(default=None, class_=BenchmarkTable,
                                       doc="A table that the page is asked to open instead of this one.")
    read_again = param.ClassSelector(default=None, class_=BenchmarkTable, doc=(
        "The source of the table read in another way, which the page is asked to show in the place of this one."))
    cells = param.Parameter(CellsView(), doc=(
        "What the drawer Cells shows, a `vanas_panel.state.cells_view.CellsView`."))
    only_selected = param.Boolean(False, doc="Whether completions are among the selected cells only.")
    extra_vertices = param.Integer(0, bounds=(0, 2), doc="How many more inner vertices a completion may have.")

    state_type: ClassVar[type[PageState]] = PageState

    def __init__(self, table: BenchmarkTable, **params):
        check_table(table)
        super().__init__(table)
        self._cache: dict[str, tuple[tuple, Any]] = {}
        names = list(table.metrics)
        for selector in FIRST_CHOICES:
            # Axes may be structure columns, too; what ranks is measured.
            self.param[selector].objects = names if selector == "metric" else list(table.numbers)
            self.param[selector].check_on_set = True
        self.param.color.objects = ["", *table.structure_metrics]
        self._begin_selecting(table)
        self.param.update(**{"better": table.directions, **first_choices(table), **params})
        self._begin()
        self.param.watch(self._leave_window, ["x", "y", "log_x", "log_y", "window"])

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "better" and isinstance(value, Mapping):
            value = self._turn(value)
        elif name == "cells":
            value = checked_cells(value)
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

    @property
    def families(self) -> tuple[Family, ...]:
        """Metrics that were measured on several data sets or under several conditions."""
        return self._derived("families", (self.table,), lambda: families(self.table.metrics))

    def switch_family(self, family: Family, value: str) -> None:
        """Show what was measured at another value of a family: colour, axes and front take the metrics of equal role.

        Draft, selection and pins stay.
        """
        shown = {name: family.switched(getattr(self, name), value) for name in FIRST_CHOICES}
        if shown["x"] == shown["y"] and self.x != self.y:
            # The map compares two of the family: the other one is now the one that was left.
            shown["x"] = self.y
        self.param.update(**shown, front=tuple(dict.fromkeys(family.switched(name, value) for name in self.front)))

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
    def importance(self) -> pd.DataFrame:
        """Importance of every edge type over the selected rows, in the order of `importance_of_all`."""
        return self._derived("importance", (self._selection, self.metric), self._find_importance)

    @property
    def importance_of_all(self) -> pd.DataFrame:
        """Importance of every edge type over the whole table, the most important one first."""
        return self._derived("importance of all", (self.metric,), self._find_importance_of_all)

    @property
    def undefined_types(self) -> int:
        """How many edge types of larger cells `importance` leaves out, as all cells have them or none."""
        return len(self.table.space.edge_types) - len(self.importance_of_all)

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

    def _find_importance_of_all(self) -> pd.DataFrame:
        """Importance over the whole table; of the many edge types of larger cells those for which it is defined."""
        found = edge_importance(self.table, self.metric)
        if not self.table.larger_cells or found["importance"].isna().all():
            return found
        return found[found["importance"].notna()].reset_index(drop=True)

    def _find_importance(self) -> pd.DataFrame:
        """Importance over the selected rows: an order of its own would hide which edge type has gained or lost."""
        whole = self.importance_of_all
        if self.rows is None:
            return whole
        found = edge_importance(self.table, self.metric, self.rows)
        places = {pair: place for place, pair in enumerate(zip(whole["source"], whole["target"], strict=True))}
        pairs = list(zip(found["source"], found["target"], strict=True))
        order = sorted((row for row, pair in enumerate(pairs) if pair in places), key=lambda row: places[pairs[row]])
        return found.iloc[order].reset_index(drop=True)

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
