"""The tab of parallel coordinates: axes that are brushed, moved and flipped."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import panel as pn

from vanas_panel.draw.parallel.axis import ParallelAxis, axes_of
from vanas_panel.draw.parallel.frame import frame_html
from vanas_panel.draw.parallel.raster import parallel_png, polylines
from vanas_panel.draw.png import data_address
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.panels.cells.axes_picture import AxesPicture
from vanas_panel.state.boxes import rounded_range
from vanas_panel.state.brushes import brushed, brushes_of, without_brushes
from vanas_panel.state.session import Session
from vanas_panel.text.language import translated
from vanas_panel.widgets.markup import note_html
from vanas_panel.widgets.threads import PageThread, run_in_background

STEP = 0.02
"""How far a key moves the end of a brush, as a share of the axis."""


class AxesPart:
    """The tab of parallel coordinates.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    picture : AxesPicture
    """

    def __init__(self, session: Session):
        self.session = session
        self._thread = PageThread()
        self._asked: object = None
        self.picture = AxesPicture(self.act, sizing_mode="stretch_width")

    @property
    def view(self) -> pn.viewable.Viewable:
        """What stands on the page."""
        return self.picture

    @property
    def axes(self) -> tuple[ParallelAxis, ...]:
        """The axes from the top."""
        return axes_of(self.session.table, self.session.cells, self.session.metric)

    def follow(self) -> None:
        """Draw the session as it is, on another thread; the latest drawing counts."""
        session, axes = self.session, self.axes
        table, rows, colors, brushes = session.table, session.rows, palette(session.dark), brushes_of(
            session.conditions)
        asked = self._asked = object()

        def work() -> str:
            if asked is not self._asked:
                return ""
            chosen = None if rows is None else polylines(table, axes, rows)
            png = parallel_png(polylines(table, axes), chosen, colors)
            return str(frame_html(table, axes, brushes, data_address(png), None if rows is None else rows.size))

        run_in_background(self._thread, work, lambda html: self._take(asked, html), self._fail)

    def _take(self, asked: object, html: str) -> None:
        """Show a drawing, if nothing else was asked for meanwhile."""
        if asked is self._asked and html:
            self.picture.html = html

    def _fail(self, error: VanasError) -> None:
        """Say what went wrong."""
        self.picture.html = str(note_html(translated(error), "alert"))

    # Actions of the user ---------------------------------------------------------------------------------------------

    def act(self, asked: dict[str, Any]) -> None:
        """Take what was asked for; what makes no sense does nothing."""
        axes, index = self.axes, asked.get("axis")
        axis = axes[index] if type(index) is int and 0 <= index < len(axes) else None
        alone: dict[str, Callable[[], None]] = {
            "clear": self._clear, "reset": lambda: self._change(axes=(), flipped=()),
            "value": lambda: self._change(spread="value"), "rank": lambda: self._change(spread="rank")}
        of_axis: dict[str, Callable[[ParallelAxis], None]] = {
            "brush": lambda each: self._brush(each, asked.get("from"), asked.get("to")),
            "unbrush": lambda each: self._unbrush(each), "flip": self._flip,
            "step": lambda each: self._step(each, asked.get("by"), asked.get("right") is True),
            "move": lambda each: self._move(each, asked.get("to"))}
        name = str(asked.get("do"))
        if name in alone:
            alone[name]()
        elif name in of_axis and axis is not None:
            of_axis[name](axis)

    def _change(self, **changes: Any) -> None:
        """Change the view."""
        self.session.cells = replace(self.session.cells, **changes)

    def _clear(self) -> None:
        """Take all brushes away."""
        self.session.select_where(without_brushes(self.session.conditions))

    def _unbrush(self, axis: ParallelAxis) -> None:
        """Take one brush away, where there is one."""
        conditions = self.session.conditions
        if axis.name in brushes_of(conditions):
            left = brushed(conditions, axis.name, None)
            self.session.select_where(left if left.parts else None)

    def _brush(self, axis: ParallelAxis, start: Any, end: Any) -> None:
        """Brush an axis between two shares of it."""
        if not all(isinstance(share, int | float) and math.isfinite(share) for share in (start, end)):
            return
        values = sorted(axis.value(self.session.table, float(share)) for share in (start, end))
        if not all(map(math.isfinite, values)):
            return
        low, high = (values[0], values[1]) if axis.by_rank else rounded_range((values[0], values[1]))
        self.session.select_where(brushed(self.session.conditions, axis.name, (low, high)))

    def _step(self, axis: ParallelAxis, by: Any, right: bool) -> None:
        """Move one end of the brush by a key; without a brush, from the end of the axis."""
        if by not in (-1, 1):
            return
        limits = brushes_of(self.session.conditions).get(axis.name)
        shares = [0.0, 1.0] if limits is None else sorted(axis.share(self.session.table, value) for value in limits)
        moved = min(1.0, max(0.0, shares[right] + by * STEP))
        shares[right] = min(moved, shares[1]) if not right else max(moved, shares[0])
        if shares == [0.0, 1.0]:
            self._unbrush(axis)
        else:
            self._brush(axis, *shares)

    def _flip(self, axis: ParallelAxis) -> None:
        """Turn an axis round."""
        self._change(flipped=tuple(set(self.session.cells.flipped) ^ {axis.name}))

    def _move(self, axis: ParallelAxis, to: Any) -> None:
        """Put an axis somewhere else."""
        names = [each.name for each in self.axes]
        if type(to) is int and 0 <= to < len(names) and names[to] != axis.name:
            names.remove(axis.name)
            names.insert(to, axis.name)
            self._change(axes=self._shortest(names))

    def _shortest(self, names: list[str]) -> tuple[str, ...]:
        """The fewest names that put the axes into this order, as the others follow in theirs."""
        session = self.session
        for count in range(len(names)):
            view = replace(session.cells, axes=tuple(names[:count]))
            if [axis.name for axis in axes_of(session.table, view, session.metric)] == names:
                return view.axes
        return tuple(names)
