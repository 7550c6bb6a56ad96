"""Edits of the draft in the designer; each is one step of undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import param

from vanas_panel.core import edit
from vanas_panel.core.draft import Draft
from vanas_panel.core.plain import plain_vertex
from vanas_panel.state.start import EMPTY
from vanas_panel.state.undo import History, Positions, Sketch
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import current_language, gettext, speaking


class Drafting(param.Parameterized):
    """The draft of a session, and the actions on it. Sets ``message`` where an action cannot be.

    Attributes
    ----------
    table : BenchmarkTable
        Its search space limits what can be added.
    loads : int
        How often a whole draft was put into the designer.
    """

    draft = param.ClassSelector(default=EMPTY, class_=Draft, allow_None=False, doc="The draft in the designer.")
    positions = param.Dict({}, doc="Where a person put vertices, in data units; empty where the layout decides.")
    message = param.String("", doc="The last thing that was said to the person, such as a limit that was hit.")

    lang: str

    def __init__(self, table: BenchmarkTable):
        super().__init__()
        self._surrounding = current_language()
        self.table = table
        self.loads = 0
        self._history = History(Sketch(self.draft, self.positions))

    def _begin(self) -> None:
        """Take the current draft as the start of the page: it is no step of undo."""
        self._history = History(Sketch(self.draft, self.positions))
        self.param.watch(self._record, ["draft", "positions"])

    @property
    def language(self) -> str:
        """The language in which the page speaks: the chosen one, else the one that held when the session began."""
        return self.lang or self._surrounding

    def _said(self, message: str, **values: Any) -> str:
        """A text in the language of the page, whatever the language of the caller."""
        with speaking(self.language):
            return gettext(message).format(**values)

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
        vertex = plain_vertex(vertex)
        if not 0 < vertex < self.draft.output:
            self.message = self._said("Input and output cannot be removed.")
            return
        kept = {other - (other > vertex): at for other, at in self.positions.items() if other != vertex}
        self._change(edit.without_vertex(self.draft, vertex), kept)

    def change_operation(self, vertex: int, operation: str) -> None:
        """Write another operation on an inner vertex; its edges and all positions stay."""
        vertex = plain_vertex(vertex)
        self.table.space.operation_index(operation)
        if not 0 < vertex < self.draft.output:
            self.message = self._said("Input and output carry no operation.")
            return
        draft, positions = edit.with_operation(self.draft, vertex, operation), self.positions
        with param.parameterized.batch_call_watchers(self):
            self._change(draft, positions)
            # Equal positions are no change to param, and positions that did not change go with the vertices they had.
            self.param.trigger("positions")

    def prune(self) -> None:
        """Remove all parts that are on no path from input to output; the other vertices keep their positions."""
        vertices, _ = self.draft.on_path()
        if not vertices:
            self.message = self._said("There is no path from input to output to keep.")
            return
        kept = {index: self.positions[vertex] for index, vertex in enumerate(sorted(vertices))
                if vertex in self.positions}
        self._change(self.draft.pruned(), kept)

    def add_edge(self, source: int, target: int) -> None:
        """Draw an edge, within the limits of the search space; a cycle is allowed, as a draft may have one."""
        source, target = plain_vertex(source), plain_vertex(target)
        if source == target:
            self.message = self._said("An edge needs two different vertices.")
        elif target == 0:
            self.message = self._said("No edge can enter the input.")
        elif source == self.draft.output:
            self.message = self._said("No edge can leave the output.")
        elif (source, target) in self.draft.edges:
            self.message = self._said("That edge is drawn already.")
        else:
            self._change_within_limits(edit.with_edge(self.draft, (source, target)))

    def remove_edge(self, source: int, target: int) -> None:
        """Remove an edge."""
        self._change(edit.without_edge(self.draft, (plain_vertex(source), plain_vertex(target))), self.positions)

    def toggle_edge(self, source: int, target: int) -> None:
        """Remove the edge where it is drawn, draw it where it is not."""
        act = self.remove_edge if (plain_vertex(source), plain_vertex(target)) in self.draft.edges else self.add_edge
        act(source, target)

    def add_edge_type(self, source_operation: str, target_operation: str) -> None:
        """Draw an edge of a type, with as few new vertices as that takes, within the limits of the search space."""
        grown, _ = edit.with_edge_type(self.draft, source_operation, target_operation)
        if grown == self.draft:
            self.message = self._said("Every edge of that type is drawn already, or would close a cycle.")
            return
        self._change_within_limits(grown)

    def move_vertex(self, vertex: int, x: float, y: float, positions: Positions) -> None:
        """Put a vertex somewhere; `positions` says where all of them are, so that the others stay."""
        self._change(self.draft, {**positions, plain_vertex(vertex): (float(x), float(y))})

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
        # For views that show whether there is a step.
        self.param.trigger("message")

    # The machinery ---------------------------------------------------------------------------------------------------

    def _change(self, draft: Draft, positions: Positions) -> None:
        """Take a step to another draft."""
        self.param.update(draft=draft, positions=dict(positions), message="")

    def _change_within_limits(self, draft: Draft) -> None:
        """Take a step that adds something, or say which limit forbids it."""
        space = self.table.space
        vertices, edges = len(draft.operations), len(draft.edges)
        if vertices > max(space.max_vertices, len(self.draft.operations)):
            self.message = self._said("A cell of this search space has at most {most} vertices.",
                                      most=space.max_vertices)
        elif edges > max(space.max_edges, len(self.draft.edges)):
            self.message = self._said("A cell of this search space has at most {most} edges.", most=space.max_edges)
        else:
            self._change(draft, self._kept_positions(draft))

    def _kept_positions(self, draft: Draft) -> Positions:
        """Positions after vertices were added in front of the output."""
        shift = draft.output - self.draft.output
        return {vertex + shift * (vertex == self.draft.output): at for vertex, at in self.positions.items()}

    def _record(self, *events) -> None:
        """Keep the last state for undo, however the draft was changed."""
        changed = {event.name for event in events}
        known = self._history.current.draft.operations
        if "positions" not in changed and self.draft.operations != known and self.positions:
            # Set from code: positions of other vertices would mean nothing.
            with param.parameterized.discard_events(self):
                self.positions = {}
        self._history.record(Sketch(self.draft, self.positions))
