"""The live charts of a report: Bokeh figures as JSON that needs no server and is the same for the same input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.embed import json_item
from bokeh.models import (
    BoxSelectTool,
    BoxZoomTool,
    ColumnDataSource,
    HoverTool,
    LinearColorMapper,
    Range1d,
    ZoomOutTool,
)
from bokeh.plotting import figure
from bokeh.transform import transform

from vanas_panel.report.plan import Axes, Plan
from vanas_panel.session import Session
from vanas_panel.views.binning import Bins, Points, bin_points, points_of
from vanas_panel.views.importance_figure import importance_figure
from vanas_panel.views.map_style import BINS, MARK, finish_map
from vanas_panel.views.overview_figure import bin_columns, draw_bins, mark_columns, show_bins
from vanas_panel.views.scale import MetricScale, scale_of
from vanas_panel.views.spans import drawn_value
from vanas_panel.views.theme import LIGHT
from vanas_panel.views.window import Axis, Window, home_window, whole_window

SHAPE = (150, 96)
"""How many bins the window of a map aims at along x and y: they are fixed, however far one zooms in."""
_MOST_BINS = 2000

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Map:
    """One map of the overview.

    Attributes
    ----------
    axes : Axes
    points, bins, window, scale
        As for `vanas_panel.views.overview_figure.overview_element`.
    mark : (float, float) or None
        Where the designer's cell is.
    outside : int
        How many points lie outside the window.
    """

    axes: Axes
    points: Points
    bins: Bins
    window: Window
    scale: MetricScale
    mark: tuple[float, float] | None
    outside: int


def maps_of(plan: Plan) -> list[Map]:
    """The maps of a report, binned."""
    return [map_of(plan.session, axes) for axes in plan.axes]


def map_of(session: Session, axes: Axes) -> Map:
    """One map of a session at fixed bins, with the window that the page starts with."""
    points = points_of(session.table, axes.x, axes.y, session.metric, axes.log_x, axes.log_y)
    window = home_window(session.table, points.x, points.y)
    whole = whole_window(points.x, points.y)
    (x, columns), (y, lines) = (_binned(axis, *ends, count) for axis, ends, count in zip(
        (points.x, points.y), ((whole.x, window.x), (whole.y, window.y)), SHAPE, strict=True))
    bins = bin_points(points, Window(x, y), (columns, lines), session.rows)
    return Map(axes, points, bins, window, scale_of(session.table, session.metric), _mark(session, axes, window),
               len(points) - points.inside(window))


def map_item(drawn: Map, prefix: str = "map", *, selected: bool, action: str = "",
             places: Sequence[int] | None = None) -> dict[str, Any]:
    """A map as what ``Bokeh.embed.embed_item`` takes.

    Parameters
    ----------
    drawn : Map
    prefix : str, optional
        Of this map among those of one page, as what begins the ids of its models.
    selected : bool
        Whether bins without a selected cell are dimmed.
    action : str, optional
        What the hover says that a click does; nothing where it does nothing.
    places : sequence of int (k,), optional
        For every bin where a click finds its best cell: a row of the packed table.

    Returns
    -------
    dict
        JSON with ids that depend on nothing but its content. The data source of the renderer ``bins`` has the extents
        of every bin, ``best``, ``cells``, ``row``, the best cell's row in the table, and ``place``.
    """
    columns = bin_columns(drawn.points, drawn.bins, selected)
    if places is not None:
        columns["place"] = np.asarray(places, dtype=np.int32)
    chart = map_figure(drawn, columns)
    hover = next(tool for tool in chart.tools if isinstance(tool, HoverTool))
    hover.tooltips = hover.tooltips.replace("click to open the best", action)
    # Selecting cells takes more than a file.
    chart.tools = [tool for tool in chart.tools if not isinstance(tool, BoxSelectTool)]
    chart.add_tools(ZoomOutTool(description="Zoom out"))
    chart.toolbar.active_drag = next(tool for tool in chart.tools if isinstance(tool, BoxZoomTool))
    # The wheel scrolls a report; it zooms once somebody has switched its tool on.
    chart.toolbar.active_scroll = None
    return _stable(json_item(chart), prefix)


def map_figure(drawn: Map, columns: dict[str, Any]) -> figure:
    """The Bokeh figure of a map, as `vanas_panel.views.overview_figure` finishes it.

    Made without HoloViews, whose options are kept for a whole process: a report is made beside the pages of a server,
    on a thread of its own.

    Parameters
    ----------
    drawn : Map
    columns : dict of str to array
        Of the bins, see `vanas_panel.views.overview_figure.bin_columns`.
    """
    points, window, scale = drawn.points, drawn.window, drawn.scale
    ranges = (Range1d(*window.x), Range1d(*window.y))
    chart = figure(x_axis_type="log" if points.x.log else "linear", y_axis_type="log" if points.y.log else "linear",
                   x_range=ranges[0], y_range=ranges[1], tools="", sizing_mode="stretch_both", min_width=200,
                   min_height=180)
    mapper = LinearColorMapper(palette=list(scale.palette), low=scale.low, high=scale.high)
    bins = chart.quad("left", "right", "top", "bottom", source=ColumnDataSource(), fill_color=transform("best", mapper))
    chart.scatter("x", "y", source=ColumnDataSource(mark_columns(drawn.mark)), name=MARK)
    draw_bins(bins)
    finish_map(chart, points, window, scale, LIGHT)
    show_bins(chart, columns)
    for range_, ends in ((chart.x_range, window.x), (chart.y_range, window.y)):
        range_.update(reset_start=ends[0], reset_end=ends[1])
    return chart


def importance_item(plan: Plan) -> dict[str, Any]:
    """The bars of edge importance as what ``Bokeh.embed.embed_item`` takes."""
    session = plan.session
    chart = importance_figure(session.importance, session.table.metric(session.metric), LIGHT)
    hover = next(tool for tool in chart.tools if isinstance(tool, HoverTool))
    hover.tooltips = hover.tooltips.replace("click to draw such an edge in the designer", "click for what this means")
    return _stable(json_item(chart), "importance")


def _binned(axis: Axis, whole: Range, window: Range, count: int) -> tuple[Range, int]:
    """What of an axis is binned where its window has so many bins, and into how many: all of it, to zoom out to.

    Where that would take too many bins, as beside a ``1e308`` that stands for a failure, the window alone.
    """
    spans = [float(axis.to_canvas(high) - axis.to_canvas(low)) for low, high in (whole, window)]
    wanted = count * (spans[0] / spans[1])
    return (whole, round(wanted)) if wanted <= _MOST_BINS else (window, count)


def _mark(session: Session, axes: Axes, window: Window) -> tuple[float, float] | None:
    """Where the designer's cell is on a map."""
    if session.row is None:
        return None
    x, y = (drawn_value(float(session.table.column(name)[session.row]), log)
            for name, log in zip(axes[:2], axes[2:], strict=True))
    return (x, y) if window.contains(x, y) else None


def _stable(item: dict[str, Any], prefix: str) -> dict[str, Any]:
    """An item whose models are numbered in the order in which they turn up, however many others were made before."""
    numbers: dict[str, str] = {}

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("id"), str) and part["id"] not in numbers:
                numbers[part["id"]] = f"{prefix}-{len(numbers)}"
            for value in part.values():
                collect(value)
        elif isinstance(part, list | tuple):
            for value in part:
                collect(value)

    def renumbered(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: numbers.get(value, value) if key in ("id", "root_id") and isinstance(value, str)
                    else renumbered(value) for key, value in part.items()}
        if isinstance(part, list | tuple):
            return [renumbered(value) for value in part]
        return part

    collect(item["doc"])
    return renumbered(item)


__all__ = ["BINS", "MARK", "Map", "importance_item", "map_item", "map_of", "maps_of"]

