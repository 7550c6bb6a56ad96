"""Outlines of the boxes and lassos of a selection on the map."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, MultiLine
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph
from vanas_panel.draw.map.axes import Axis, Window
from vanas_panel.draw.theme import Palette
from vanas_panel.state.boxes import Box, Range
from vanas_panel.state.conditions import AllOf, AnyOf, Combined, Condition, Lasso, Not

SHAPES = "selection_shapes"
"""Name of the renderer of the outlines."""
_HALO = "selection_halo"

Outline = tuple[list[float], list[float]]


def outlines(where: Combined, x: Axis, y: Axis, window: Window) -> list[Outline]:
    """Outlines of the boxes and lassos that were drawn on these axes, closed, in data units.

    Parameters
    ----------
    where : AllOf or AnyOf
        Those within others and those that are negated count, too.
    x, y : Axis
    window : Window
        A box without limits ends a little outside of it.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.map.bins import points_of
    >>> points = points_of(vp.open_table("structure4"), "edges", "depth", "edges")
    >>> box = Box("edges", "depth", (1.0, 3.0), (2.0, 4.0))
    >>> outlines(AllOf((box,)), points.x, points.y, Window((0.0, 9.0), (0.0, 9.0)))
    [([1.0, 3.0, 3.0, 1.0, 1.0], [2.0, 2.0, 4.0, 4.0, 2.0])]
    """
    names = x.metric.name, y.metric.name
    found: list[Outline] = []
    for shape in _shapes(where):
        if (shape.x, shape.y) != names:
            continue
        if isinstance(shape, Box):
            (left, right), (low, high) = _bounded(shape.x_range, x, window.x), _bounded(shape.y_range, y, window.y)
            found.append(([left, right, right, left, left], [low, low, high, high, low]))
        elif (shape.log_x, shape.log_y) == (x.log, y.log):
            corners = [*shape.corners, shape.corners[0]]
            found.append(([each[0] for each in corners], [each[1] for each in corners]))
    return found


def add_shapes(drawn: figure, colors: Palette) -> None:
    """Give the figure of a map the outlines of its selection, at first none."""
    source = ColumnDataSource({"xs": [], "ys": []})
    add_glyph(drawn, MultiLine(xs="xs", ys="ys", line_width=4, line_alpha=0.85), source, name=_HALO,
              level="annotation")
    add_glyph(drawn, MultiLine(xs="xs", ys="ys", line_width=1.5, line_dash=[5, 3]), source, name=SHAPES,
              level="annotation")
    recolor_shapes(drawn, colors)


def recolor_shapes(drawn: figure, colors: Palette) -> None:
    """Give the outlines the colours of the page."""
    _renderer(drawn, _HALO).glyph.line_color = colors.card
    _renderer(drawn, SHAPES).glyph.line_color = colors.accent


def show_shapes(drawn: figure, found: list[Outline]) -> None:
    """Show these outlines and no others; what stays is not sent again."""
    columns = {"xs": [each[0] for each in found], "ys": [each[1] for each in found]}
    source = _renderer(drawn, SHAPES).data_source
    if dict(source.data) != columns:
        source.data = columns


def short_lasso(x: Axis, y: Axis, across: list[float], along: list[float], window: Window) -> Lasso | None:
    """A lasso in as few corners and digits as can be seen on the screen.

    Parameters
    ----------
    x, y : Axis
        Of the map that it was drawn on.
    across, along : list of float
        Its corners in data units, as the browser sends them.
    window : Window
        The visible part of the map.

    Returns
    -------
    Lasso or None
        At most 64 corners; None where fewer than three of them are on the map.
    """
    ends = [[float(axis.to_screen(end)) for end in side] for axis, side in ((x, window.x), (y, window.y))]
    points = [(px, py) for px, py in zip(across, along, strict=False) if _is_on(x, px) and _is_on(y, py)]
    if len(points) < _FEWEST:
        return None
    shares = np.array([[(float(axis.to_screen(value)) - low) / (high - low)
                        for axis, value, (low, high) in zip((x, y), point, ends, strict=True)] for point in points])
    kept = list(range(len(points)))
    tolerance = _SEEN
    while tolerance < 1 and len(kept := _simplified(shares, tolerance)) > _MOST:
        tolerance *= 1.5
    if len(kept) < _FEWEST:
        return None
    corners = tuple((_rounded(x, points[index][0], window.x), _rounded(y, points[index][1], window.y))
                    for index in kept)
    return Lasso(x.metric.name, y.metric.name, corners, x.log, y.log)


_FEWEST, _MOST = 3, 64
_SEEN = 1 / 400
"""What can be seen, as a share of the map's width."""


def _simplified(points: np.ndarray, tolerance: float) -> list[int]:
    """Indices of the corners that Douglas and Peucker's algorithm keeps (1973)."""
    keep = {0, len(points) - 1}
    open_parts = [(0, len(points) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        line, inner = points[last] - points[first], points[first + 1:last] - points[first]
        length = math.hypot(*line)
        distance = np.abs(line[0] * inner[:, 1] - line[1] * inner[:, 0]) / length if length else np.hypot(*inner.T)
        farthest = int(np.argmax(distance))
        if distance[farthest] > tolerance:
            middle = first + 1 + farthest
            keep.add(middle)
            open_parts += [(first, middle), (middle, last)]
    return sorted(keep)


def _rounded(axis: Axis, value: float, ends: Range) -> float:
    """A value in the digits that can be seen between the ends of an axis."""
    span = abs(value) if axis.log else ends[1] - ends[0]
    return float(f"{value:.4g}") if not span or axis.log else round(value, 3 - math.floor(math.log10(span)))


def _is_on(axis: Axis, value: Any) -> bool:
    """Whether a value from a browser can be on an axis."""
    return isinstance(value, int | float) and math.isfinite(value) and (value > 0 or not axis.log)


def _shapes(condition: Condition) -> Iterator[Box | Lasso]:
    """Every box and lasso of a condition."""
    if isinstance(condition, Box | Lasso):
        yield condition
    elif isinstance(condition, Not):
        yield from _shapes(condition.condition)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _shapes(part)


def _bounded(ends: Range, axis: Axis, visible: Range) -> Range:
    """Ends that can be drawn: infinite ones a little outside of what is visible."""
    low, high = (float(axis.to_screen(end)) for end in visible)
    margin = (high - low) / 10
    least, most = (10.0**end if axis.log else end for end in (low - margin, high + margin))
    return (ends[0] if math.isfinite(ends[0]) and (ends[0] > 0 or not axis.log) else least,
            ends[1] if math.isfinite(ends[1]) and (ends[1] > 0 or not axis.log) else most)


def _renderer(drawn: figure, name: str) -> Any:
    """One of our renderers."""
    return next(each for each in drawn.renderers if each.name == name)
