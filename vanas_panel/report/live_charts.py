"""Live charts of a report: Bokeh figures as JSON, byte-identical for the same input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.embed import json_item
from bokeh.models import BoxSelectTool, BoxZoomTool, LassoSelectTool, ZoomOutTool

from vanas_panel.draw.bars import importance_figure
from vanas_panel.draw.map.axes import Axis, Window, home_window, whole_window
from vanas_panel.draw.map.bins import bin_points
from vanas_panel.draw.map.colour import bins_scale, session_points
from vanas_panel.draw.map.figure import overview_figure, source_of
from vanas_panel.draw.map.picture import MapPicture, mark_of
from vanas_panel.draw.map.style import BINS
from vanas_panel.draw.theme import LIGHT
from vanas_panel.report.plan import Axes, Plan
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _

SHAPE = (150, 96)
"""How many bins the window of a map aims at along x and y: they are fixed, however far one zooms in."""
_MOST_BINS = 2000

Range = tuple[float, float]


def maps_of(plan: Plan) -> list[MapPicture]:
    """The maps of a report, binned; a click opens a cell where the report has the designer."""
    action = None if "designer" in plan.parts else ""
    return [map_of(plan.session, axes, action=action) for axes in plan.axes]


def map_of(session: Session, axes: Axes, *, action: str | None = None) -> MapPicture:
    """One map of a session at fixed bins, with the window that the page starts with."""
    points = session_points(session, *axes)
    window = home_window(session.table, points.x, points.y)
    whole = whole_window(points.x, points.y)
    (x, columns), (y, lines) = (_binned(axis, *ends, count) for axis, ends, count in zip(
        (points.x, points.y), ((whole.x, window.x), (whole.y, window.y)), SHAPE, strict=True))
    bins = bin_points(points, Window(x, y), (columns, lines), session.rows)
    return MapPicture(points, bins, window, bins_scale(session.table, points, bins),
                      mark_of(session.table, session.row, points, window), session.rows is not None, action)


def map_item(picture: MapPicture, prefix: str = "map", *, packed_rows: Sequence[int] | None = None) -> dict[str, Any]:
    """A map as what ``Bokeh.embed.embed_item`` takes: the page's, with the tools that work in a file.

    Parameters
    ----------
    picture : MapPicture
    prefix : str, optional
        Of this map among those of one page, as what begins the ids of its models.
    packed_rows : sequence of int (k,), optional
        For every bin where a click finds its best cell: a row of the packed table.

    Returns
    -------
    dict
        JSON with ids that depend on nothing but its content. The data source of the renderer ``bins`` has the extents
        of every bin, ``best``, ``cells``, ``row``, the best cell's row in the table, and ``packed_row``.
    """
    chart = overview_figure(picture, LIGHT)
    if packed_rows is not None:
        source_of(chart, BINS).add(np.asarray(packed_rows, dtype=np.int32), "packed_row")
    # Selecting cells takes more than a file.
    chart.tools = [tool for tool in chart.tools if not isinstance(tool, BoxSelectTool | LassoSelectTool)]
    chart.add_tools(ZoomOutTool(description=_("Zoom out")))
    chart.toolbar.active_drag = next(tool for tool in chart.tools if isinstance(tool, BoxZoomTool))
    # The wheel scrolls a report; it zooms once its tool is switched on.
    chart.toolbar.active_scroll = None
    for axis, range_ in ((picture.x, chart.x_range), (picture.y, chart.y_range)):
        range_.update(reset_start=axis.ends[0], reset_end=axis.ends[1])
    return _stable(json_item(chart), prefix)


def importance_item(plan: Plan) -> dict[str, Any]:
    """The bars of edge importance as what ``Bokeh.embed.embed_item`` takes."""
    session = plan.session
    chart = importance_figure(session.importance, session.table.metric(session.metric), LIGHT,
                              action=_("click for the meaning"),
                              whole=None if session.rows is None else session.importance_of_all)
    return _stable(json_item(chart), "importance")


def _binned(axis: Axis, whole: Range, window: Range, count: int) -> tuple[Range, int]:
    """The span of an axis that is binned, and the number of bins: all of the axis, so that a reader can zoom out.

    Where that would take too many bins, as beside a ``1e308`` that stands for a failure, the window alone.
    """
    spans = [float(axis.to_canvas(high) - axis.to_canvas(low)) for low, high in (whole, window)]
    wanted = count * (spans[0] / spans[1])
    return (whole, round(wanted)) if wanted <= _MOST_BINS else (window, count)


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
