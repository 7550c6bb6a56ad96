"""The way of a search over the map: the cells that it asked, the best so far, and the query that it has come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, GlyphRenderer, Line, Scatter
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph
from vanas_panel.draw.map.axes import Axis, Window
from vanas_panel.draw.map.bins import Points
from vanas_panel.draw.theme import Palette
from vanas_panel.searches.run import SearchRun

ASKED, BEST, NOW = "trail_asked", "trail_best", "trail_now"
"""Names of the renderers: a dot for what was asked, a line through the best so far, a diamond for the query."""

WAY, _HALO = "trail_way", "trail_halo"
_CELLS = 200
"""Dots along each axis that are told apart: as close as they can be seen."""

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Trail:
    """A search on the map up to one of its queries, in data units.

    Attributes
    ----------
    asked : float64 (k, 2)
        Where cells were asked; one point for those that would lie upon each other.
    best : float64 (m, 2)
        Cells that were the best so far, in the order in which they were found.
    now : (float, float), optional
        The cell of the query; None where the map cannot show it.
    hidden : int
        Distinct cells that were asked and that the map cannot show: outside of the window, or without a value on one of
        the axes.
    connected : bool
        Whether a line leads through the best so far. Cells that added to a front have no such order: a line from one to
        the next would run to and fro between the ends of the front.
    """

    asked: np.ndarray
    best: np.ndarray
    now: Range | None
    hidden: int
    connected: bool = True


def trail_of(run: SearchRun, query: int, points: Points, window: Window, table: Any) -> Trail:
    """The way of a run over a map.

    Parameters
    ----------
    run : SearchRun
        Over `table`.
    query : int
        Up to which one, from 1.
    points : Points
        Say what the axes are.
    window : Window
        The visible part.
    table : BenchmarkTable

    Returns
    -------
    Trail
    """
    trials = run.trials
    rows = trials["row"].to_numpy()[:query]
    improving = run.improving[:query]
    distinct = np.unique(rows[rows >= 0])
    places = _positions(distinct, points, window, table)
    seen = ~np.isnan(places).any(axis=1)
    best = rows[improving]
    line = _positions(best[best >= 0], points, window, table)
    now = _positions(rows[-1:][rows[-1:] >= 0], points, window, table)
    return Trail(_thinned(places[seen], points, window), line[~np.isnan(line).any(axis=1)],
                 (float(now[0, 0]), float(now[0, 1])) if now.size and not np.isnan(now).any() else None,
                 int((~seen).sum()), connected=not run.proposals.also)


def trail_of_rows(rows: np.ndarray, now: int | None, points: Points, window: Window, table: Any) -> Trail:
    """A path of cells over a map.

    Parameters
    ----------
    rows : int64 (k,)
        Rows of `table`, in the order of the path.
    now : int, optional
        The row that the path has come to.
    points, window, table
        As for `trail_of`.

    Returns
    -------
    Trail
    """
    line = _positions(rows, points, window, table)
    seen = ~np.isnan(line).any(axis=1)
    at = np.full((1, 2), np.nan) if now is None else _positions(np.array([now]), points, window, table)
    return Trail(np.empty((0, 2)), line[seen], None if np.isnan(at).any() else (float(at[0, 0]), float(at[0, 1])),
                 int((~seen).sum()))


def add_trail(drawn: figure, colors: Palette) -> None:
    """Give the figure of a map the renderers of a trail, empty.

    Parameters
    ----------
    drawn : figure
        Changed in place.
    colors : Palette
    """
    asked, best, now = (ColumnDataSource({"x": [], "y": []}) for _ in range(3))
    add_glyph(drawn, Scatter(x="x", y="y", size=5, line_width=1), asked, name=ASKED)
    add_glyph(drawn, Line(x="x", y="y", line_width=4.5, line_join="round"), best, name=_HALO)
    add_glyph(drawn, Line(x="x", y="y", line_width=2, line_join="round"), best, name=WAY)
    add_glyph(drawn, Scatter(x="x", y="y", size=8, line_width=1.5), best, name=BEST)
    add_glyph(drawn, Scatter(x="x", y="y", marker="diamond", size=15, line_width=1.5), now, name=NOW)
    recolor_trail(drawn, colors, colors.accent)


def recolor_trail(drawn: figure, colors: Palette, color: str) -> None:
    """Give the trail the colour of its search, and outlines in that of the page."""
    _renderer(drawn, ASKED).glyph.update(fill_color=color, line_color=colors.card)
    _renderer(drawn, _HALO).glyph.line_color = colors.card
    _renderer(drawn, WAY).glyph.line_color = color
    _renderer(drawn, BEST).glyph.update(fill_color=colors.card, line_color=color)
    _renderer(drawn, NOW).glyph.update(fill_color=color, line_color=colors.card)


def show_trail(drawn: figure, trail: Trail | None) -> None:
    """Show a trail, or none; what stays is not sent again."""
    nothing = np.empty((0, 2))
    now = nothing if trail is None or trail.now is None else np.array([trail.now])
    for name, places in ((ASKED, nothing if trail is None else trail.asked),
                         (BEST, nothing if trail is None else trail.best), (NOW, now)):
        source = _renderer(drawn, name).data_source
        if not (np.array_equal(source.data["x"], places[:, 0]) and np.array_equal(source.data["y"], places[:, 1])):
            source.data = {"x": places[:, 0].copy(), "y": places[:, 1].copy()}
    for name in (_HALO, WAY):
        _renderer(drawn, name).visible = trail is None or trail.connected


def _positions(rows: np.ndarray, points: Points, window: Window, table: Any) -> np.ndarray:
    """Where rows are in data units, ``float64 (k, 2)``; NaN outside of the window."""
    found = np.full((rows.size, 2), np.nan)
    for column, (axis, ends) in enumerate(((points.x, window.x), (points.y, window.y))):
        values = axis.drawn(table.column(axis.metric.name)[rows])
        found[:, column] = np.where((values >= ends[0]) & (values <= ends[1]), values, np.nan)
    return found


def _thinned(places: np.ndarray, points: Points, window: Window) -> np.ndarray:
    """One of the points that lie upon each other on the screen."""
    if not places.size:
        return places
    steps = np.column_stack([_steps(places[:, 0], points.x, window.x), _steps(places[:, 1], points.y, window.y)])
    _, first = np.unique(steps[:, 0] * (_CELLS + 1) + steps[:, 1], return_index=True)
    return places[np.sort(first)]


def _steps(values: np.ndarray, axis: Axis, ends: Range) -> np.ndarray:
    """How far along an axis values are, in steps that can be told apart."""
    low, high = (axis.to_screen(end) for end in ends)
    return np.floor((axis.to_screen(values) - low) / (high - low) * _CELLS).astype(np.int64)


def _renderer(drawn: figure, name: str) -> GlyphRenderer:
    """One of our renderers."""
    return next(each for each in drawn.renderers if each.name == name)
