"""The map of the overview as a HoloViews element and as the Bokeh figure that it is drawn into."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import holoviews as hv
import holoviews.plotting.bokeh
import numpy as np
from bokeh.core.property.vectorization import Field
from bokeh.models import (
    BoxSelectTool,
    BoxZoomTool,
    ColumnDataSource,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    PanTool,
    ResetTool,
    WheelZoomTool,
)
from bokeh.plotting import figure

from vanas_panel.views.binning import Bins, Points
from vanas_panel.views.chart import hover_html, style_chart, verbatim
from vanas_panel.views.format import best_words, format_count, format_range, format_value
from vanas_panel.views.scale import MetricScale
from vanas_panel.views.theme import FONT, Palette
from vanas_panel.views.ticks import axis_formatter, axis_ticker
from vanas_panel.views.window import Axis, Window, whole_window

BINS, MARK = "bins", "mark"
"""Names of the renderers in the figure."""

BIN_PIXELS = 4
"""The smallest width and height of a bin on the screen."""

_EXTENT = ("left", "bottom", "right", "top")
_FACTS = ("best", "cells", "row")
_DIMMED = 0.16
_MARK_SIZE = 15


_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_drawing = threading.RLock()


def _alone(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let one thread at a time in: HoloViews counts its options in one place for all, and pages are made on threads."""
    @wraps(function)
    def run(*arguments: _Given.args, **options: _Given.kwargs) -> _Result:
        with _drawing:
            return function(*arguments, **options)
    return run


@_alone
def overview_element(points: Points, bins: Bins, window: Window, scale: MetricScale, colors: Palette, *,
                     mark: tuple[float, float] | None = None, selected: bool = False) -> hv.Overlay:
    """The map: every bin in the colour of its best cell, and a ring around one cell.

    Parameters
    ----------
    points : Points
        Say what the axes are, see `vanas_panel.views.binning.points_of`.
    bins : Bins
        What to draw, see `vanas_panel.views.binning.bin_points`.
    window : Window
        The visible part.
    scale : MetricScale
        Which value has which colour.
    colors : Palette
    mark : (float, float), optional
        Where the ring is, in data units.
    selected : bool, optional
        Whether bins without a selected cell are dimmed.

    Returns
    -------
    holoviews.Overlay
        A `holoviews.Rectangles` with the best value, the number of cells and the row of the best cell of every bin, and
        a `holoviews.Points` for the ring.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.views.binning import bin_points, points_of
    >>> from vanas_panel.views.scale import scale_of
    >>> from vanas_panel.views.theme import LIGHT
    >>> table = vp.open_table("structure4")
    >>> points = points_of(table, "trainable_parameters", "edges", "edges")
    >>> window = whole_window(points.x, points.y)
    >>> bins = bin_points(points, window, (80, 60))
    >>> element = overview_element(points, bins, window, scale_of(table, "edges"), LIGHT)
    >>> int(element.get(0).dimension_values("cells").sum()) == len(table)
    True
    """
    columns = bin_columns(points, bins, selected)

    def draw(plot: Any, _element: hv.Rectangles) -> None:
        draw_bins(plot.handles["glyph_renderer"], columns)

    rectangles = hv.Rectangles({name: columns[name] for name in (*_EXTENT, *_FACTS)}, list(_EXTENT), list(_FACTS)).opts(
        color="best", cmap=list(scale.palette), clim=(scale.low, scale.high), colorbar=True, line_width=1,
        default_tools=[], hooks=[draw], backend="bokeh",
    )
    ring = hv.Points([] if mark is None else [mark], ["x", "y"]).opts(
        default_tools=[], hooks=[_name_mark], backend="bokeh")

    def finish(plot: Any, _element: hv.Overlay) -> None:
        finish_map(plot.state, points, window, scale, colors)

    return (rectangles * ring).opts(
        logx=points.x.log, logy=points.y.log, xlim=window.x, ylim=window.y, responsive=True, min_height=180,
        min_width=200, show_legend=False, default_tools=[], apply_ranges=False, hooks=[finish], backend="bokeh",
    )


@_alone
def overview_figure(element: hv.Overlay) -> figure:
    """The Bokeh figure of an overview element; later bins are put into the data source of its renderer `BINS`."""
    plot = hv.renderer("bokeh").get_plot(element)
    drawn = plot.state
    # HoloViews would otherwise keep the plot, with all its data, for as long as the process lives.
    plot.cleanup()
    return drawn


def source_of(drawn: figure, name: str) -> ColumnDataSource:
    """The data source behind `BINS` or `MARK`."""
    return next(each.data_source for each in drawn.renderers if isinstance(each, GlyphRenderer) and each.name == name)


def bin_columns(points: Points, bins: Bins, selected: bool = False) -> dict[str, Any]:
    """What is drawn and said of every bin, as columns of equal length.

    Parameters
    ----------
    points : Points
    bins : Bins
    selected : bool, optional
        Whether there is a selection: bins without a selected cell are then nearly transparent.

    Returns
    -------
    dict of str to array or list
        Extents in data units, the best value, numbers of cells, and the texts that a hover shows.
    """
    return {
        **{name: getattr(bins, name) for name in _EXTENT},
        "best": bins.best, "cells": bins.cells.astype(np.int32), "row": bins.row.astype(np.int32),
        "chosen": bins.chosen.astype(np.int32),
        "opacity": np.where(bins.chosen > 0, 1.0, _DIMMED).astype(np.float32),
        # Outlines overlap: half transparent ones would draw a lattice.
        "outline": np.where(bins.chosen > 0, 1.0, 0.0).astype(np.float32),
        "best_text": [format_value(points.metric, value) for value in bins.best.tolist()],
        "cells_text": _cells_texts(bins, selected),
        "x_text": _extent_texts(points.x, bins.left, bins.right),
        "y_text": _extent_texts(points.y, bins.bottom, bins.top),
    }


def mark_columns(mark: tuple[float, float] | None) -> dict[str, list[float]]:
    """Where the ring is, as columns; empty without one."""
    return {"x": [], "y": []} if mark is None else {"x": [mark[0]], "y": [mark[1]]}


def _cells_texts(bins: Bins, selected: bool) -> list[str]:
    """How many cells every bin holds, and how many of them are selected where that matters."""
    cells, chosen = bins.cells.tolist(), bins.chosen.tolist()
    texts = [f"{format_count(count)} cell{'' if count == 1 else 's'}" for count in cells]
    if selected:
        texts = [f"{text}, {format_count(count)} selected" for text, count in zip(texts, chosen, strict=True)]
    return texts


def _extent_texts(axis: Axis, low: np.ndarray, high: np.ndarray) -> list[str]:
    """The extent of every bin along an axis; every distinct one is worded once."""
    starts, first, place = np.unique(low, return_index=True, return_inverse=True)
    ends = high[first]
    if axis.whole:
        # Bins end half-way between whole numbers: name the whole numbers that they hold.
        starts, ends = np.ceil(starts), np.floor(ends)
    texts = [format_range(axis.metric, start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return [texts[each] for each in place.tolist()]


def draw_bins(renderer: GlyphRenderer, columns: dict[str, Any]) -> None:
    """Give the bins their texts, their opacity, and the outline that closes the seams between them."""
    renderer.name = BINS
    renderer.data_source.data = columns
    shade = Field("best", renderer.glyph.fill_color.transform)
    renderer.glyph.update(fill_color=shade, line_color=shade, hatch_color=shade, fill_alpha="opacity",
                          line_alpha="outline")
    # Bins look the same whatever the browser thinks is selected: the columns say what is.
    renderer.update(selection_glyph=None, nonselection_glyph=None, hover_glyph=None, muted_glyph=None)


def _name_mark(plot: Any, _element: hv.Points) -> None:
    """Let the ring be found."""
    plot.handles["glyph_renderer"].name = MARK


def finish_map(drawn: figure, points: Points, window: Window, scale: MetricScale, colors: Palette) -> None:
    """Give a figure with bins, a ring and a colour bar everything that HoloViews has no option for.

    Parameters
    ----------
    drawn : figure
        With renderers `BINS` and `MARK`, and a colour bar on its right; changed in place.
    points, window, scale, colors
        As for `overview_element`.
    """
    renderers = {each.name: each for each in drawn.renderers}
    _draw_ring(drawn, renderers[MARK], colors)
    _set_axes(drawn, points, window)
    _set_labels(drawn, points)
    _set_tools(drawn, renderers[BINS], points, colors)
    style_chart(drawn, colors)
    drawn.min_border = 4
    _set_color_bar(drawn.right[0], scale, colors)


def _draw_ring(drawn: figure, ring: GlyphRenderer, colors: Palette) -> None:
    """A ring in the accent colour, on a wider one in the colour of the page so that it stands out from any bin."""
    halo = {"fill_color": None, "fill_alpha": 0.0, "size": _MARK_SIZE, "line_alpha": 1.0, "line_dash": "solid"}
    ring.glyph.update(**halo, line_color=colors.accent, line_width=2.5)
    ring.level = "overlay"
    outer = drawn.scatter("x", "y", source=ring.data_source, name="halo", level="annotation")
    outer.glyph.update(**halo, line_color=colors.card, line_width=6)


def _set_axes(drawn: figure, points: Points, window: Window) -> None:
    """Ticks, labels, and how far one can zoom."""
    whole = whole_window(points.x, points.y)
    for axis, range_, plotted, ends, start in (
        (points.x, drawn.x_range, drawn.xaxis[0], whole.x, window.x),
        (points.y, drawn.y_range, drawn.yaxis[0], whole.y, window.y),
    ):
        plotted.ticker = axis_ticker(axis.metric, log=axis.log)
        plotted.formatter = axis_formatter(axis.metric, log=axis.log)
        bounds = (min(ends[0], start[0]), max(ends[1], start[1]))
        range_.update(start=start[0], end=start[1], reset_start=bounds[0], reset_end=bounds[1], bounds=bounds)
        if not axis.log:
            range_.min_interval = 4.0 if axis.whole else (ends[1] - ends[0]) * 1e-6


def _set_tools(drawn: figure, bins: GlyphRenderer, points: Points, colors: Palette) -> None:
    """A calm set of tools: select by dragging, zoom by the wheel; a hover that needs no server."""
    select = BoxSelectTool(renderers=[], description="Drag a box to select cells")
    select.overlay.update(fill_color=colors.accent, fill_alpha=0.08, line_color=colors.accent, line_alpha=0.9,
                          line_dash=[], line_width=1)
    zoom = BoxZoomTool(description="Drag a box to zoom in")
    zoom.overlay.update(fill_color=colors.muted, fill_alpha=0.12, line_color=colors.muted, line_dash=[4, 3])
    wheel = WheelZoomTool(description="Zoom with the wheel")
    x_name, y_name = (verbatim(axis.metric.label) for axis in (points.x, points.y))
    says = hover_html(colors, verbatim(best_words(points.metric)), "@best_text",
                      ["@cells_text", f"{x_name} @x_text", f"{y_name} @y_text"], "click to open the best")
    hover = HoverTool(renderers=[bins], tooltips=says, visible=False, show_arrow=False, attachment="horizontal",
                      limit=1)
    pan, reset = PanTool(description="Drag to pan"), ResetTool(description="Show the whole table")
    tools = [select, pan, zoom, wheel, reset, hover]
    buttons = f"* {{ --button-width: 24px; --button-height: 22px; --active-border: {colors.accent}; "
    drawn.toolbar.update(tools=tools, active_drag=select, active_scroll=wheel, logo=None, autohide=False,
                         stylesheets=[f"{buttons} --icon-color: {colors.muted}; --button-color: {colors.line}; }}"])
    drawn.toolbar_location = "above"


def _set_labels(drawn: figure, points: Points) -> None:
    """Name the axes; the vertical one beside the tools, where it reads without turning one's head."""
    drawn.xaxis[0].axis_label = points.x.metric.label
    drawn.yaxis[0].axis_label = ""
    drawn.title.text = points.y.metric.label


def _set_color_bar(bar: Any, scale: MetricScale, colors: Palette) -> None:
    """A slim colour bar; an end that stands for everything beyond it says so."""
    step = scale.step
    ticks = [round(scale.low + place * step, 12) for place in range(round((scale.high - scale.low) / step) + 1)]
    bar.update(
        ticker=FixedTicker(ticks=ticks), title=None, width=8, padding=2, margin=0, bar_line_color=None,
        background_fill_color=None, major_tick_line_color=None, label_standoff=5, major_label_text_color=colors.muted,
        major_label_text_font=FONT, major_label_text_font_size="11px",
        formatter=axis_formatter(scale.metric, below=scale.low if scale.clipped_low else None,
                                 above=scale.high if scale.clipped_high else None),
    )
