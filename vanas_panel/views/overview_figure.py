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
from bokeh.models import ColumnDataSource, GlyphRenderer
from bokeh.plotting import figure

from vanas_panel.views.binning import Bins, Points
from vanas_panel.views.format import format_count, format_range, format_value
from vanas_panel.views.map_style import BINS, MARK, TEXTS, finish_map, words_of
from vanas_panel.views.scale import MetricScale
from vanas_panel.views.theme import Palette
from vanas_panel.views.window import Axis, Window

BIN_PIXELS = 4
"""The smallest width and height of a bin on the screen."""

_EXTENT = ("left", "bottom", "right", "top")
_FACTS = ("best", "cells", "row")
_DIMMED = 0.16


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
    >>> from vanas_panel.views.window import whole_window
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
        draw_bins(plot.handles["glyph_renderer"])

    rectangles = hv.Rectangles({name: columns[name] for name in (*_EXTENT, *_FACTS)}, list(_EXTENT), list(_FACTS)).opts(
        color="best", cmap=list(scale.palette), clim=(scale.low, scale.high), colorbar=True, line_width=1,
        default_tools=[], hooks=[draw], backend="bokeh",
    )
    ring = hv.Points([] if mark is None else [mark], ["x", "y"]).opts(
        default_tools=[], hooks=[_name_mark], backend="bokeh")

    def finish(plot: Any, _element: hv.Overlay) -> None:
        finish_map(plot.state, points, window, scale, colors)
        show_bins(plot.state, columns)

    return (rectangles * ring).opts(
        logx=points.x.log, logy=points.y.log, xlim=window.x, ylim=window.y, responsive=True, min_height=180,
        min_width=200, show_legend=False, default_tools=[], apply_ranges=False, hooks=[finish], backend="bokeh",
    )


@_alone
def overview_figure(element: hv.Overlay) -> figure:
    """The Bokeh figure of an overview element; `show_bins` shows later ones in it."""
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


def show_bins(drawn: figure, columns: dict[str, Any]) -> None:
    """Show other bins in a finished figure.

    Parameters
    ----------
    drawn : figure
    columns : dict of str to array or list
        As `bin_columns` returns them, and any further ones. Those of `TEXTS` are replaced by places in the list of the
        different texts: encoding one for each bin would take longer than all else.
    """
    places: dict[str, int] = {}
    coded = {name: [places.setdefault(text, len(places)) for text in columns[name]] for name in TEXTS}
    kind = np.uint16 if len(places) < 1 << 16 else np.int32
    words_of(drawn).data = {"text": list(places)}
    source_of(drawn, BINS).data = columns | {name: np.array(place, dtype=kind) for name, place in coded.items()}


def draw_bins(renderer: GlyphRenderer) -> None:
    """Give the bins their opacity, and the outline that closes the seams between them."""
    renderer.name = BINS
    shade = Field("best", renderer.glyph.fill_color.transform)
    renderer.glyph.update(fill_color=shade, line_color=shade, hatch_color=shade, fill_alpha="opacity",
                          line_alpha="outline")
    renderer.hover_glyph = None


def _name_mark(plot: Any, _element: hv.Points) -> None:
    """Let the ring be found."""
    plot.handles["glyph_renderer"].name = MARK
