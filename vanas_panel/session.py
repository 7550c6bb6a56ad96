"""Session: what one person has selected, drawn and pinned, and what follows from it.

Views read it, call its actions and watch its parameters; they never call each other. Nothing here knows how anything is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import param
from numpy.typing import ArrayLike

from vanas_panel.core import edit
from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft, Problem
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.plain import plain_bool, plain_float, plain_int, plain_text
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.errors import TooManyEdgesError, UnknownMetricError
from vanas_panel.history import History, Positions, Sketch
from vanas_panel.selection import Box, pack_rows
from vanas_panel.table import BenchmarkTable

EMPTY = Draft((INPUT, OUTPUT))


class Session(param.Parameterized):
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
        "`BenchmarkTable.with_directions`. Setting it turns `table` before anybody who watches hears of it."))
    x = param.Selector(doc="The metric on the overview's horizontal axis.")
    y = param.Selector(doc="The metric on the overview's vertical axis.")
    log_x = param.Boolean(False, doc="Whether the horizontal axis is logarithmic.")
    log_y = param.Boolean(False, doc="Whether the vertical axis is logarithmic.")
    window = param.NumericTuple(None, length=4, allow_None=True, doc=(
        "The part of the overview that is visible: left, right, lower and upper end in the metrics' own units. None "
        "for where it starts, as after every change of its axes."))
    rows = param.Parameter(None, doc="Selected rows, sorted int64 (m,); None stands for the whole table.")
    draft = param.ClassSelector(default=EMPTY, class_=Draft, allow_None=False, doc="What the designer holds.")
    positions = param.Dict({}, doc="Where a person put vertices, in data units; empty where the layout decides.")
    pinned = param.ClassSelector(default=None, class_=Cell, doc="The cell that others are compared with.")
    dark = param.Boolean(False, doc="Whether the page is in its dark appearance.")
    drawer = param.String("", doc="The name of the drawer that is open over the page; empty where none is.")
    wanted_table = param.ClassSelector(default=None, class_=BenchmarkTable,
                                       doc="A table that the page is asked to open in place of this one.")
    message = param.String("", doc="The last thing that was said to the person, such as a limit that was hit.")
    extra_vertices = param.Integer(0, bounds=(0, 2), doc="How many more inner vertices a completion may have.")

    def __init__(self, table: BenchmarkTable, **params):
        super().__init__()
        self.table = table
        self._cache: dict[str, tuple[tuple, Any]] = {}
        self._selection = 0
        self.loads = 0
        self._box: tuple[int, Box] | None = None
        names = list(table.metrics)
        for selector in ("metric", "x", "y"):
            self.param[selector].objects = names
            self.param[selector].check_on_set = True
        self.param.watch(self._check_rows, "rows")
        self.param.update(**{"better": table.directions, **first_choices(table), **params})
        # What a page starts with is no step of anybody.
        self._history = History(Sketch(self.draft, self.positions))
        self.param.watch(self._record, ["draft", "positions"])
        self.param.watch(self._leave_window, ["x", "y", "log_x", "log_y", "window"])

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "better" and isinstance(value, Mapping):
            value = self._turn(value)
        # Scalars of NumPy are taken, which param refuses, or keeps so that they cannot be written into code.
        super().__setattr__(name, _PLAIN[name](value) if name in _PLAIN else value)

    # What follows from the state -------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the draft from being a cell of the table's search space."""
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
        return self._box[1] if self._box is not None and self._box[0] == self._selection else None

    @property
    def short_box(self) -> Box | None:
        """The box with as few digits as select the same rows."""
        box = self.box
        return None if box is None else self._derived("short_box", (self._selection,),
                                                      lambda: box.shortened(self.table))

    @property
    def packed_rows(self) -> str:
        """The selected rows as `vanas_panel.selection.pack_rows` writes them, nothing for the whole table."""
        return self._derived("packed_rows", (self._selection,), lambda: "" if self.rows is None else pack_rows(
            self.rows, len(self.table)))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._history.past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to take again."""
        return bool(self._history.future)

    # Actions on the draft --------------------------------------------------------------------------------------------

    def load_row(self, row: int) -> None:
        """Put the cell of a row into the designer."""
        self.load_cell(self.table.cell(row))

    def load_cell(self, cell: Draft) -> None:
        """Put a cell, or any draft, into the designer."""
        self.loads += 1
        self._change(Draft(cell.operations, cell.edges), {})

    def clear(self) -> None:
        """Leave input and output only."""
        self.loads += 1
        self._change(EMPTY, {})

    def add_vertex(self, operation: str) -> None:
        """Add an inner vertex, within the limits of the search space."""
        self.table.space.operation_index(operation)
        self._change_within_limits(edit.with_vertex(self.draft, operation))

    def remove_vertex(self, vertex: int) -> None:
        """Remove an inner vertex with its edges; input and output stay."""
        vertex = _vertex(vertex)
        if not 0 < vertex < self.draft.output:
            self.message = "Input and output cannot be removed."
            return
        kept = {place - (place > vertex): at for place, at in self.positions.items() if place != vertex}
        self._change(edit.without_vertex(self.draft, vertex), kept)

    def prune(self) -> None:
        """Remove what is on no path from input to output; the other vertices keep their places."""
        vertices, _ = self.draft.on_path()
        if not vertices:
            self.message = "There is no path from input to output to keep."
            return
        kept = {place: self.positions[vertex] for place, vertex in enumerate(sorted(vertices))
                if vertex in self.positions}
        self._change(self.draft.pruned(), kept)

    def add_edge(self, source: int, target: int) -> None:
        """Draw an edge, within the limits of the search space; a cycle is allowed, as a draft may have one."""
        source, target = _vertex(source), _vertex(target)
        if source == target:
            self.message = "An edge needs two different vertices."
        elif target == 0:
            self.message = "No edge can enter the input."
        elif source == self.draft.output:
            self.message = "No edge can leave the output."
        elif (source, target) in self.draft.edges:
            self.message = "That edge is drawn already."
        else:
            self._change_within_limits(edit.with_edge(self.draft, (source, target)))

    def remove_edge(self, source: int, target: int) -> None:
        """Remove an edge."""
        self._change(edit.without_edge(self.draft, (_vertex(source), _vertex(target))), self.positions)

    def toggle_edge(self, source: int, target: int) -> None:
        """Remove the edge where it is drawn, draw it where it is not."""
        act = self.remove_edge if (_vertex(source), _vertex(target)) in self.draft.edges else self.add_edge
        act(source, target)

    def add_edge_type(self, source_operation: str, target_operation: str) -> None:
        """Draw an edge of a type, with as few new vertices as that takes, within the limits of the search space."""
        grown, _ = edit.with_edge_type(self.draft, source_operation, target_operation)
        if grown == self.draft:
            self.message = "Every edge of that type is drawn already, or would close a cycle."
            return
        self._change_within_limits(grown)

    def move_vertex(self, vertex: int, x: float, y: float, positions: Positions) -> None:
        """Put a vertex somewhere; `positions` says where all of them are, so that the others stay."""
        self._change(self.draft, {**positions, _vertex(vertex): (float(x), float(y))})

    def hold_places(self, positions: Positions) -> None:
        """Keep vertices where the layout has put them, as a part of the step that comes next and no step of its own."""
        if not self.positions:
            with param.parameterized.discard_events(self):
                self.positions = dict(positions)

    def undo(self) -> None:
        """Take the last step back."""
        self._change(*self._history.back())

    def redo(self) -> None:
        """Take the step again that was taken back."""
        self._change(*self._history.forward())

    @property
    def steps(self) -> tuple[list[Sketch], list[Sketch]]:
        """The steps that can be taken back, and those that can be taken again; the next one is the last of each."""
        return list(self._history.past), list(self._history.future)

    def keep_steps(self, past: Sequence[Sketch], future: Sequence[Sketch]) -> None:
        """Let other steps be taken back and again, as those of a page that this one goes on from."""
        self._history.past, self._history.future = list(past), list(future)
        # Whoever shows whether there is a step.
        self.param.trigger("message")

    def take(self, other: Session) -> None:
        """Take the state of another session on the same table, in one step; the appearance stays.

        Its directions may be others, as long as both tables were opened as one.
        """
        names = set(self.param) - {"name", "rows", "dark", "message", "wanted_table", "window"}
        self.loads += 1
        self.param.update(message="", **{name: getattr(other, name) for name in sorted(names)
                                         if getattr(other, name) != getattr(self, name)})
        # After the axes, which let go of the window that was there.
        self.window = other.window
        if other.box is not None:
            if other.box != self.box:
                self.select_box(other.box)
        elif not np.array_equal(self.rows, other.rows):
            self.rows = other.rows

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
        rows = box.rows(self.table)
        # Said beforehand, so that whoever watches the rows finds the box.
        self._box = self._selection + 1, box
        self.rows = rows

    def pin(self) -> None:
        """Compare others with the current cell from now on."""
        if self.cell is None:
            self.message = "Only a valid cell can be pinned."
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
            # What was computed may be ordered by them.
            self._cache.clear()
        return self.table.directions

    def _find_row(self) -> int | None:
        """Row of the current cell."""
        if self.cell is None:
            return None
        row = self.table.find_key(canonical_key(self.cell.packed(self.table.space)))
        return None if row < 0 else row

    def _find_contributions(self) -> pd.DataFrame | None:
        """Contributions of the current cell's edges."""
        cell = self.cell
        if cell is None or self.row is None:
            return None
        try:
            return edge_contributions(self.table, cell, self.metric)
        except TooManyEdgesError:
            return None  # the page says so in place of the contributions

    def _change(self, draft: Draft, positions: Positions) -> None:
        """Take a step to another draft."""
        self.param.update(draft=draft, positions=dict(positions), message="")

    def _change_within_limits(self, draft: Draft) -> None:
        """Take a step that adds something, or say which limit forbids it."""
        space = self.table.space
        vertices, edges = len(draft.operations), len(draft.edges)
        if vertices > max(space.max_vertices, len(self.draft.operations)):
            self.message = f"A cell of this search space has at most {space.max_vertices} vertices."
        elif edges > max(space.max_edges, len(self.draft.edges)):
            self.message = f"A cell of this search space has at most {space.max_edges} edges."
        else:
            self._change(draft, self._kept_positions(draft))

    def _kept_positions(self, draft: Draft) -> Positions:
        """Positions after vertices were added in front of the output."""
        shift = draft.output - self.draft.output
        return {place + shift * (place == self.draft.output): at for place, at in self.positions.items()}

    def _record(self, *events) -> None:
        """Keep the last state for undo, however the draft was changed."""
        changed = {event.name for event in events}
        known = self._history.current.draft.operations
        if "positions" not in changed and self.draft.operations != known and self.positions:
            # Set from code: positions of other vertices would mean nothing.
            with param.parameterized.discard_events(self):
                self.positions = {}
        self._history.record(Sketch(self.draft, self.positions))

    def _leave_window(self, *events) -> None:
        """Start with all of the overview on other axes, unless somebody says which part to show."""
        if "window" not in {event.name for event in events}:
            # Whoever watches the axes finds it so.
            with param.parameterized.discard_events(self):
                self.window = None

    def _check_rows(self, event) -> None:
        """Hold a selection that was set from code to the table, and count it: arrays make poor keys of a cache."""
        try:
            rows = self.table.checked_rows(event.new)
        except Exception:
            with param.parameterized.discard_events(self):
                self.rows = event.old
            raise
        self._selection += 1
        if rows is not event.new:
            with param.parameterized.discard_events(self):
                self.rows = rows


def _vertex(number: Any) -> Any:
    """The number of a vertex as an `int`; what is none as it is, for the draft to refuse."""
    plain = plain_int(number)
    return number if plain is None else plain


def _window(value: Any) -> Any:
    """Four ends of a window as floats; what is none as it is, for param to refuse."""
    if value is None or isinstance(value, str):
        return value
    try:
        ends = tuple(map(plain_float, value))
    except TypeError:
        return value
    return value if None in ends else ends


_PLAIN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("metric", "x", "y", "drawer", "message"), plain_text),
    **dict.fromkeys(("log_x", "log_y", "dark"), plain_bool),
    "extra_vertices": _vertex, "window": _window,
}


def first_choices(table: BenchmarkTable) -> dict[str, str]:
    """The ranking metric and the axes that a page of a table starts with, by the names of the parameters.

    They stay the same where somebody switches a direction, since links leave them out.
    """
    table = table.origin
    names = list(table.metrics)
    if not names:
        raise UnknownMetricError(f"{table.name}: Found no column of numbers in which anything is measured; expected at "
                                 "least one. Add one, or fill in what was measured.")
    good = [metric.name for metric in table.metrics.values() if metric.higher_is_better]
    metric = _first(names, "test_accuracy", *good)
    x = _first(names, "trainable_parameters", *(name for name in names if name != metric))
    y = metric if metric != x else _first([name for name in names if name != x] or names)
    return {"metric": metric, "x": x, "y": y}


def _first(names: list[str], *wanted: str) -> str:
    """The first of `wanted` that is among `names`, else the first of these."""
    return next((name for name in wanted if name in names), names[0])
