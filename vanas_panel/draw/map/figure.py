"""The map as a HoloViews element, and the Bokeh figure of it that page and report show."""

from __future__ import annotations

import threading
from typing import Any

import holoviews as hv
import holoviews.plotting.bokeh
import numpy as np
from bokeh.core.property.vectorization import Field
from bokeh.models import ColumnDataSource, GlyphRenderer
from bokeh.plotting import figure

from vanas_panel.draw.map.picture import EXTENT, TEXTS, MapPicture
from vanas_panel.draw.map.style import BINS, MARK, finish_map, words_of
from vanas_panel.draw.theme import Palette

BIN_PIXELS = 4
"""The smallest width and height of a bin on the screen."""

_FACTS = ("best", "cells", "row")
# HoloViews counts its options in one place for all, and pages and reports are made on threads.
_drawing = threading.RLock()


def overview_figure(picture: MapPicture, colors: Palette) -> figure:
    """The Bokeh figure of a map, as HoloViews draws it and `vanas_panel.draw.map.style` finishes it.

    One thread at a time makes one.

    Parameters
    ----------
    picture : MapPicture
    colors : Palette

    Returns
    -------
    figure
        With the renderers `vanas_panel.draw.map.style.BINS` and `MARK`. `show_bins` shows other bins in it, and
        `vanas_panel.draw.map.style.replot_map` other axes.
    """
    with _drawing:
        plot = hv.renderer("bokeh").get_plot(overview_element(picture, colors))
        drawn = plot.state
        # HoloViews would otherwise keep the plot, with all its data, for as long as the process lives.
        plot.cleanup()
    return drawn


def overview_element(picture: MapPicture, colors: Palette) -> hv.Overlay:
    """The map: every bin in the colour of its best cell, and a ring around one cell.

    Parameters
    ----------
    picture : MapPicture
    colors : Palette

    Returns
    -------
    holoviews.Overlay
        A `holoviews.Rectangles` with the best value, the number of cells and the row of the best cell of every bin, and
        a `holoviews.Points` for the ring.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.map.axes import whole_window
    >>> from vanas_panel.draw.map.bins import bin_points, points_of
    >>> from vanas_panel.draw.scale import scale_of
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("structure4")
    >>> points = points_of(table, "trainable_parameters", "edges", "edges")
    >>> window = whole_window(points.x, points.y)
    >>> picture = MapPicture(points, bin_points(points, window, (80, 60)), window, scale_of(table, "edges"))
    >>> int(overview_element(picture, LIGHT).get(0).dimension_values("cells").sum()) == len(table)
    True
    """
    def draw(plot: Any, _element: hv.Rectangles) -> None:
        _draw_bins(plot.handles["glyph_renderer"])

    def finish(plot: Any, _element: hv.Overlay) -> None:
        finish_map(plot.state, picture, colors)
        show_bins(plot.state, picture.columns)

    scale = picture.scale
    columns = {name: picture.columns[name] for name in (*EXTENT, *_FACTS)}
    with _drawing:
        bins = hv.Rectangles(columns, list(EXTENT), list(_FACTS)).opts(
            color="best", cmap=list(scale.palette), clim=(scale.low, scale.high), colorbar=True, line_width=1,
            default_tools=[], hooks=[draw], backend="bokeh",
        )
        ring = hv.Points([] if picture.mark is None else [picture.mark], ["x", "y"]).opts(
            default_tools=[], hooks=[_name_mark], backend="bokeh")
        return (bins * ring).opts(
            logx=picture.x.axis.log, logy=picture.y.axis.log, xlim=picture.x.ends, ylim=picture.y.ends, responsive=True,
            min_height=180, min_width=200, show_legend=False, default_tools=[], apply_ranges=False, hooks=[finish],
            backend="bokeh",
        )


def source_of(drawn: figure, name: str) -> ColumnDataSource:
    """The data source behind `BINS` or `MARK`."""
    return next(each.data_source for each in drawn.renderers if isinstance(each, GlyphRenderer) and each.name == name)


def show_bins(drawn: figure, columns: dict[str, Any]) -> None:
    """Show other bins in a finished figure.

    Parameters
    ----------
    drawn : figure
    columns : dict of str to array or list
        As `vanas_panel.draw.map.picture.bin_columns` returns them. Those of `TEXTS` become indices into the
        list of their different values: encoding one for each bin would take longer than all else.
    """
    numbers: dict[str, int] = {}
    coded = {name: [numbers.setdefault(text, len(numbers)) for text in columns[name]] for name in TEXTS}
    kind = np.uint16 if len(numbers) < 1 << 16 else np.int32
    words_of(drawn).data = {"text": list(numbers)}
    source_of(drawn, BINS).data = columns | {name: np.array(codes, dtype=kind) for name, codes in coded.items()}


def _draw_bins(renderer: GlyphRenderer) -> None:
    """Give the bins their opacity, and the outline that closes the seams between them."""
    renderer.name = BINS
    shade = Field("best", renderer.glyph.fill_color.transform)
    renderer.glyph.update(fill_color=shade, line_color=shade, hatch_color=shade, fill_alpha="opacity",
                          line_alpha="outline")
    renderer.hover_glyph = None


def _name_mark(plot: Any, _element: hv.Points) -> None:
    """Let the ring be found."""
    plot.handles["glyph_renderer"].name = MARK
