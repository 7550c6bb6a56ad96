"""The Pareto front on the map: a square for each cell, a diamond for the knee, and steps between them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, GlyphRenderer, Scatter, Step
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph
from vanas_panel.draw.map.axes import Window
from vanas_panel.draw.map.bins import Points
from vanas_panel.draw.theme import Palette

CELLS, KNEE, STEPS = "front_cells", "front_knee", "front_steps"
"""Names of the renderers."""

_HALO = "front_halo"


class FrontMarks(NamedTuple):
    """Where a front is on a map, in data units, ``float64 (n, 2)`` each.

    Attributes
    ----------
    cells, knee : array
        Within the window.
    steps : array
        The corners of the line that joins the cells, by x; none where the axes are others.
    mode : str
        Of this line, as Bokeh has it: whether it rises ``before`` or ``after`` a cell.
    outside : int
        Cells of the front that lie outside the window, or lack a value on an axis.
    """

    cells: np.ndarray
    knee: np.ndarray
    steps: np.ndarray
    mode: str
    outside: int


def add_front(drawn: figure, colors: Palette) -> None:
    """Give the figure of a map the renderers of a front, empty.

    Parameters
    ----------
    drawn : figure
        Changed in place.
    colors : Palette
    """
    cells, knee, steps = (ColumnDataSource({"x": [], "y": []}) for _ in range(3))
    for name, width in ((_HALO, 4.0), (STEPS, 1.5)):
        add_glyph(drawn, Step(x="x", y="y", line_width=width, mode="before"), steps, name=name)
    add_glyph(drawn, Scatter(x="x", y="y", marker="square", size=7, line_width=1.5), cells, name=CELLS)
    add_glyph(drawn, Scatter(x="x", y="y", marker="diamond", size=14, line_width=1.5), knee, name=KNEE)
    recolor_front(drawn, colors)


def recolor_front(drawn: figure, colors: Palette) -> None:
    """Give the front the colours of the page."""
    _renderer(drawn, _HALO).glyph.line_color = colors.card
    _renderer(drawn, STEPS).glyph.line_color = colors.text
    _renderer(drawn, CELLS).glyph.update(fill_color=colors.card, line_color=colors.text)
    _renderer(drawn, KNEE).glyph.update(fill_color=colors.text, line_color=colors.card)


def show_front(drawn: figure, front: pd.DataFrame | None, points: Points, window: Window, table: Any) -> None:
    """Show a front as `vanas_panel.trade_offs` gives it, or none; what stays is not sent again."""
    marks = front_marks(front, points, window, table)
    _give(drawn, CELLS, marks.cells)
    _give(drawn, KNEE, marks.knee)
    for name in (_HALO, STEPS):
        _renderer(drawn, name).glyph.mode = marks.mode
    _give(drawn, STEPS, marks.steps)


def front_marks(front: pd.DataFrame | None, points: Points, window: Window, table: Any) -> FrontMarks:
    """Where a front as `vanas_panel.trade_offs` gives it, or none, is on a map.

    Steps join the cells where both axes are metrics of a front of two: what lies between two cells is what one of them
    beats.
    """
    rows = np.empty(0, np.int64) if front is None else front["row"].to_numpy()
    places = np.column_stack([axis.drawn(table.column(axis.metric.name)[rows]) for axis in (points.x, points.y)])
    known = ~np.isnan(places).any(axis=1)
    inside = known & np.all([(places[:, at] >= ends[0]) & (places[:, at] <= ends[1])
                             for at, ends in enumerate((window.x, window.y))], axis=0)
    is_knee = rows == (None if front is None else front.attrs["knee"]) if rows.size else np.empty(0, bool)
    axes = {axis.metric.name for axis in (points.x, points.y)}
    metrics = set() if front is None else {name for name in front.columns[1:]
                                           if name != "knee_distance" and not name.startswith("price_")}
    joined = places[known] if len(axes) == 2 and axes == metrics else np.empty((0, 2))
    joined = joined[np.lexsort((joined[:, 1], joined[:, 0]))]
    mode = "before"
    if len(joined):
        lower = {name: table.metric(name).higher_is_better is False for name in axes}
        # The corner between two cells is the value that is the worse one in both metrics.
        mode = "after" if lower[points.x.metric.name] else "before"
    return FrontMarks(places[inside & ~is_knee], places[inside & is_knee], joined, mode, int((~inside).sum()))


def _give(drawn: figure, name: str, places: np.ndarray) -> None:
    """Put the points of a renderer somewhere else."""
    source = _renderer(drawn, name).data_source
    if not (np.array_equal(source.data["x"], places[:, 0]) and np.array_equal(source.data["y"], places[:, 1])):
        source.data = {"x": places[:, 0].copy(), "y": places[:, 1].copy()}


def _renderer(drawn: figure, name: str) -> GlyphRenderer:
    """One of our renderers."""
    return next(each for each in drawn.renderers if each.name == name)
