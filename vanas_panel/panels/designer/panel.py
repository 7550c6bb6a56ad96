"""Designer: draw a cell by hand, with pointer, finger or keyboard, and see what its edges contribute."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn
import param
from bokeh.events import DoubleTap, Tap
from panel.io.document import hold
from panel.io.notebook import push_notebook

from vanas_panel.draw.cell.canvas import TOP
from vanas_panel.draw.cell.figure import DesignerCanvas
from vanas_panel.draw.cell.ghost import add_ghost, ghost_columns, show_ghost
from vanas_panel.draw.cell.layout import arrange, settle
from vanas_panel.draw.cell.scene import Scene, changes_of, contributions_of
from vanas_panel.draw.theme import palette
from vanas_panel.panels.designer.hit import hit
from vanas_panel.panels.designer.toolbar import TOOLBAR_STYLE, toolbar_html
from vanas_panel.panels.designer.voice import Voice, status
from vanas_panel.state.attributing import CONTRIBUTION, SHAPLEY
from vanas_panel.state.session import Session
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import run_callback

_STEP = 12.0
"""How far a key moves a vertex, in canvas units."""
_ASIDE = 0.6
"""Cost of a vertex aside of an arrow key's direction, relative to one straight ahead."""
_DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, 1), "down": (0, -1)}


class Designer(View):
    """The draft of a session as a graph that can be edited.

    Parameters
    ----------
    session : Session
    height : int, optional
        Height of the canvas in pixels.
    **params
        As for any viewer.

    Attributes
    ----------
    canvas : DesignerCanvas
        What is drawn.
    positions : dict of int to (float, float)
        The centre of every vertex on the canvas: where a person has put it, else where the layout has.
    """

    notebook_height = 640

    selected = param.Integer(None, allow_None=True, doc="The vertex that an edge is to start from.")
    focused = param.Integer(None, allow_None=True, doc="The vertex that the keyboard is at.")

    def __init__(self, session: Session, height: int = 520, **params):
        super().__init__(**params)
        self.session = session
        self.positions = arrange(session.draft, session.positions)
        self._height = height
        self._view = pn.Column(css_classes=["designer"], sizing_mode="stretch_both", margin=0)
        self._make()
        self.follow(self._follow_draft, ["draft", "positions"])
        self.follow(self._follow, ["metric", "better", "dark", "message", "edge_values", "noise"])
        self.follow(self._sketch, "ghost")
        self.follow(self._light_up, "pointed")
        self.param.watch(lambda *events: self.spoken(self._follow)(*events), ["selected", "focused"])
        self.follow_language(self._make)

    def __panel__(self):
        return self._view

    def _make(self, *_events: Any) -> None:
        """Make the canvas, the buttons and the status line, in the language that holds."""
        session = self.session
        self.canvas = DesignerCanvas(self._scene(), self._height)
        add_ghost(self.canvas.figure)
        self._toolbar = Markup(toolbar_html(session, self._changed_vertex()), self._press, css=TOOLBAR_STYLE,
                               sizing_mode="stretch_width", css_classes=["designer-toolbar"])
        self._voice = Voice(self._command, parts=status(session, self.selected), css_classes=["designer-status"])
        self.canvas.figure.on_event(Tap, lambda event: run_callback(self.spoken(self._tap), event))
        # A second tap that follows quickly, on the target of an edge for instance, comes as a double one.
        self.canvas.figure.on_event(DoubleTap, lambda event: run_callback(self.spoken(self._tap), event))
        self.canvas.drop.on_change("data", lambda attribute, old, new: run_callback(
            self.spoken(self._drop), attribute, old, new))
        self._pane = pn.pane.Bokeh(self.canvas.figure, sizing_mode="stretch_both", min_height=self._height,
                                   margin=0)
        self._view.objects = [self._toolbar, self._pane, self._voice]

    # The display ---------------------------------------------------------------------------------------------------

    def _scene(self) -> Scene:
        """The present state as plain data."""
        session = self.session
        return Scene(
            draft=session.draft, positions=self.positions, operations=session.table.space.operations,
            colors=palette(session.dark), metric=session.table.metric(session.metric),
            contributions=contributions_of(session.edge_frame), problems=session.problems,
            selected=self.selected, focused=self.focused, changes=changes_of(session.operation_changes),
        )

    def _follow_draft(self, *events) -> None:
        """Follow a change of the draft, whose vertices may be others now."""
        operations = {event.name: (event.old, event.new) for event in events}.get("draft")
        self.positions = arrange(self.session.draft, self.session.positions)
        with param.parameterized.discard_events(self):
            self.selected = None
            if operations and operations[0].operations != operations[1].operations:
                self.focused = None
        self._follow()

    def _follow(self, *_events, afresh: bool = False) -> None:
        """Bring everything up to date."""
        with hold():
            scene = self._scene()
            self.canvas.draw(scene, afresh=afresh)
            self.canvas.light_up(scene, self.session.pointed_type)
            self._toolbar.html = toolbar_html(self.session, self._changed_vertex())
            self._voice.parts = status(self.session, self.selected)
        # In a notebook nothing sends changes of Bokeh's models by itself; on a server this does nothing.
        push_notebook(self._pane)

    def _sketch(self, *_events) -> None:
        """Sketch the edit of the drawn cell that the session points at."""
        show_ghost(self.canvas.figure, ghost_columns(self._scene(), self.session.ghost))
        push_notebook(self._pane)

    def _light_up(self, *_events: Any) -> None:
        """Light up the edges of the type that is pointed at."""
        self.canvas.light_up(self._scene(), self.session.pointed_type)
        push_notebook(self._pane)

    def _changed_vertex(self) -> int | None:
        """The inner vertex whose operation the buttons change: the chosen one."""
        return self.selected if self.selected is not None and 0 < self.selected < self.session.draft.output else None

    # Pointer ---------------------------------------------------------------------------------------------------------

    def _tap(self, event) -> None:
        """Choose a source or a target, or remove an edge."""
        if event.x is None or event.y is None:
            return
        found = hit(self._scene(), event.x, event.y)
        if isinstance(found, tuple):
            self._edit(self.session.remove_edge, *found)
        else:
            self._pick(found)

    def _drop(self, _attribute, _old, new) -> None:
        """Take over what a drag came to."""
        rows = list(zip(new["kind"], new["vertex"], new["x"], new["y"], strict=True))
        for kind, vertex, x, y in rows:
            if not 0 <= vertex < len(self.session.draft.operations):
                continue
            if kind == "tap":
                self._pick(vertex)
            elif kind == "delete":
                self._edit(self.session.remove_vertex, vertex)
            else:
                self._move(vertex, x, y)
        self._follow(afresh=True)

    def _pick(self, vertex: int | None) -> None:
        """A vertex, or the empty canvas, was chosen."""
        source = self.selected
        if vertex is None or source is None or source == vertex:
            self.selected = None if source == vertex else vertex
            return
        self.selected = None
        self._edit(self.session.add_edge, source, vertex)

    def _move(self, vertex: int, x: float, y: float) -> None:
        """Put a vertex where it was dropped, or next to what is there already."""
        centre = settle(vertex, (x, y), self.positions)
        if centre != self.positions[vertex]:
            self.session.move_vertex(vertex, *centre, dict(self.positions))

    def _edit(self, action, *arguments) -> None:
        """Change the draft and leave the vertices where they are: they must not jump from under the pointer."""
        self.session.hold_places(self.positions)
        action(*arguments)

    # Buttons and keys ------------------------------------------------------------------------------------------------

    def _press(self, action: str) -> None:
        """A button of the toolbar."""
        self._command(action)

    def _command(self, command: str) -> None:
        """A command from a button or a key; unknown ones do nothing."""
        name, _, detail = command.partition(":")
        session = self.session
        actions: dict[str, Callable[[], None]] = {
            "add": partial(self._add, detail), "change": partial(self._change_operation, detail),
            "move": partial(self._nudge, detail),
            "undo": session.undo, "redo": session.redo, "clear": session.clear, "tidy": self._tidy,
            "values": self._switch_values, "prune": partial(self._edit, session.prune),
            "pick": self._pick_focused, "delete": self._delete_focused, "cancel": self._cancel,
            "first": partial(self._focus_at, 0), "last": partial(self._focus_at, -1),
            **{way: partial(self._focus_towards, way) for way in _DIRECTIONS},
        }
        if name in actions:
            actions[name]()

    def _add(self, number: str) -> None:
        """Add a vertex of the operation with that number, counted from 1."""
        operation = self._operation(number)
        if operation is not None:
            self._edit(self.session.add_vertex, operation)

    def _change_operation(self, number: str) -> None:
        """Write the operation with that number on the chosen vertex, else on the one that the keyboard is at."""
        operation, focused = self._operation(number), self.focused
        vertex = focused if self.selected is None else self.selected
        if operation is not None and vertex is not None:
            self._edit(self.session.change_operation, vertex, operation)
            # It is the same vertex still.
            self.param.update(selected=None, focused=focused)

    def _operation(self, number: str) -> str | None:
        """The operation with a number, counted from 1."""
        operations = self.session.table.space.operations
        is_one = number.isascii() and number.isdigit() and len(number) < 3 and 1 <= int(number) <= len(operations)
        return operations[int(number) - 1] if is_one else None

    def _switch_values(self) -> None:
        """Show the other values on the edges."""
        self.session.edge_values = CONTRIBUTION if self.session.edge_values == SHAPLEY else SHAPLEY

    def _tidy(self) -> None:
        """Leave all positions to the layout again."""
        self.session.positions = {}

    def _pick_focused(self) -> None:
        """Act like a click on the focused vertex, but let a second edge between two vertices remove the first."""
        edge = (self.selected, self.focused)
        if self.focused is not None and edge in self.session.draft.edges:
            self.selected = None
            self._edit(self.session.remove_edge, *edge)
        elif self.focused is not None:
            self._pick(self.focused)

    def _delete_focused(self) -> None:
        """Remove the focused vertex."""
        if self.focused is not None:
            self._edit(self.session.remove_vertex, self.focused)

    def _cancel(self) -> None:
        """Give up a chosen source, then the focus."""
        if self.selected is not None:
            self.selected = None
        else:
            self.focused = None

    def _focus_at(self, index: int) -> None:
        """Focus the input or the output."""
        self.focused = range(len(self.session.draft.operations))[index]

    def _focus_towards(self, way: str) -> None:
        """Focus the next vertex to one side; from nothing, the uppermost one."""
        if self.focused is None:
            self.focused = max(self.positions, key=lambda v: (self.positions[v][1], -v))
            return
        x, y = self.positions[self.focused]
        ahead, across = _DIRECTIONS[way]
        best, least = None, float("inf")
        for vertex, (other_x, other_y) in self.positions.items():
            forward = (other_x - x) * ahead + (other_y - y) * across
            aside = abs((other_x - x) * across) + abs((other_y - y) * ahead)
            if vertex != self.focused and forward > 1 and forward + _ASIDE * aside < least:
                best, least = vertex, forward + _ASIDE * aside
        if best is not None:
            self.focused = best

    def _nudge(self, way: str) -> None:
        """Move the focused vertex a little."""
        if self.focused is not None and way in _DIRECTIONS:
            x, y = self.positions[self.focused]
            ahead, across = _DIRECTIONS[way]
            self._move(self.focused, x + ahead * _STEP, min(TOP, y + across * _STEP))
