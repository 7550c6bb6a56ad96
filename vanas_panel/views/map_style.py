"""How the map of the overview looks: axes, ring, tools, hover and colour bar of its Bokeh figure.

A figure is finished once when it is made, and follows the axes, the metric and the appearance in place, which takes a
fraction of the time that another figure would.
"""

from __future__ import annotations

from typing import Any, TypeVar

from bokeh.models import (
    BoxSelectTool,
    BoxZoomTool,
    ColorBar,
    ColumnDataSource,
    CustomJSHover,
    FixedTicker,
    GlyphRenderer,
    HoverTool,
    LinearScale,
    LogScale,
    PanTool,
    ResetTool,
    Scatter,
    Tool,
    WheelZoomTool,
)
from bokeh.plotting import figure

from vanas_panel.views.binning import Points
from vanas_panel.views.chart import add_glyph, hover_html, keep_one_look, style_chart, verbatim
from vanas_panel.views.format import best_words
from vanas_panel.views.printing import NOT_PRINTED
from vanas_panel.views.scale import MetricScale
from vanas_panel.views.sharing import share_with_page
from vanas_panel.views.spans import narrowest
from vanas_panel.views.theme import FONT, Palette
from vanas_panel.views.ticks import axis_formatter, axis_ticker
from vanas_panel.views.window import Window, whole_window

BINS, MARK = "bins", "mark"
"""Names of the renderers in the figure."""

TEXTS = ("best_text", "cells_text", "x_text", "y_text")
"""Columns of the bins with what a hover says."""

_HALO = "halo"
# Few of the texts of thousands of bins differ: bins hold places in the list of those that do.
_LOOK_UP = "return words.data.text[value];"
_MARK_SIZE = 15

_Kind = TypeVar("_Kind", bound=Tool)


def finish_map(drawn: figure, points: Points, window: Window, scale: MetricScale, colors: Palette) -> None:
    """Give a figure with bins and a ring everything that HoloViews has no option for.

    Parameters
    ----------
    drawn : figure
        With axes and with renderers `BINS` and `MARK`, the bins coloured by a mapper; changed in place.
    points : Points
        Say what the axes are.
    window : Window
        The visible part.
    scale : MetricScale
        Which value has which colour.
    colors : Palette
    """
    renderers = _renderers(drawn)
    _add_halo(drawn, renderers[MARK])
    keep_one_look(drawn)
    _add_tools(drawn, renderers[BINS])
    drawn.min_border = 4
    for plotted in (drawn.xaxis[0], drawn.yaxis[0]):
        plotted.update(ticker=axis_ticker(points.metric), formatter=axis_formatter(points.metric))
    drawn.right = [_color_bar(renderers[BINS].glyph.fill_color.transform, scale)]
    replot_map(drawn, points, window, scale, colors)
    recolor_map(drawn, points, colors)


def replot_map(drawn: figure, points: Points, window: Window, scale: MetricScale, colors: Palette) -> None:
    """Take other axes, another window or another scale; the data are changed by whoever has them.

    Parameters
    ----------
    drawn, points, window, scale, colors
        As for `finish_map`, which has finished the figure before.
    """
    _set_ends(drawn, points, window)
    _set_labels(drawn, points)
    _set_hover(drawn, points, colors)
    _set_scales(drawn, points)
    _renderers(drawn)[BINS].glyph.fill_color.transform.update(palette=list(scale.palette), low=scale.low,
                                                              high=scale.high)
    _set_color_bar(drawn.right[0], scale)


def recolor_map(drawn: figure, points: Points, colors: Palette) -> None:
    """Take other colours.

    Parameters
    ----------
    drawn, points, colors
        As for `finish_map`, which has finished the figure before.
    """
    renderers = _renderers(drawn)
    renderers[MARK].glyph.line_color = colors.accent
    renderers[_HALO].glyph.line_color = colors.card
    _set_hover(drawn, points, colors)
    _tool(drawn, BoxSelectTool).overlay.update(fill_color=colors.accent, line_color=colors.accent)
    _tool(drawn, BoxZoomTool).overlay.update(fill_color=colors.muted, line_color=colors.muted)
    buttons = f"* {{ --button-width: 24px; --button-height: 22px; --active-border: {colors.accent}; "
    icons = f"--icon-color: {colors.muted}; --button-color: {colors.line}; }}"
    drawn.toolbar.stylesheets = [buttons + icons, NOT_PRINTED]
    style_chart(drawn, colors)
    drawn.right[0].major_label_text_color = colors.muted


def _renderers(drawn: figure) -> dict[str, GlyphRenderer]:
    """What is drawn, by name."""
    return {each.name: each for each in drawn.renderers if isinstance(each, GlyphRenderer)}


def _add_halo(drawn: figure, ring: GlyphRenderer) -> None:
    """A ring in the accent colour, on a wider one in the colour of the page so that it stands out from any bin."""
    shape = {"fill_color": None, "fill_alpha": 0.0, "size": _MARK_SIZE, "line_alpha": 1.0, "line_dash": "solid"}
    ring.glyph.update(**shape, line_width=2.5)
    ring.level = "overlay"
    add_glyph(drawn, Scatter(x="x", y="y", **shape, line_width=6), ring.data_source, name=_HALO, level="annotation")


def _add_tools(drawn: figure, bins: GlyphRenderer) -> None:
    """A calm set of tools: select by dragging, zoom by the wheel; a hover that needs no server."""
    select = BoxSelectTool(renderers=[], description="Drag a box to select cells")
    select.overlay.update(fill_alpha=0.08, line_alpha=0.9, line_dash=[], line_width=1)
    zoom = BoxZoomTool(description="Drag a box to zoom in")
    zoom.overlay.update(fill_alpha=0.12, line_dash=[4, 3])
    wheel = WheelZoomTool(description="Zoom with the wheel")
    look_up = CustomJSHover(args={"words": ColumnDataSource({"text": []})}, code=_LOOK_UP)
    hover = HoverTool(renderers=[bins], visible=False, show_arrow=False, attachment="horizontal", limit=1,
                      formatters={f"@{name}": look_up for name in TEXTS})
    pan, reset = PanTool(description="Drag to pan"), ResetTool(description="Show the whole table")
    drawn.toolbar.update(tools=[select, pan, zoom, wheel, reset, hover], active_drag=select, active_scroll=wheel,
                         logo=None, autohide=False)
    drawn.toolbar_location = "above"
    share_with_page(drawn, waiting=[select, wheel])


def _set_hover(drawn: figure, points: Points, colors: Palette) -> None:
    """The words of the hover."""
    x_name, y_name = (verbatim(axis.metric.label) for axis in (points.x, points.y))
    _tool(drawn, HoverTool).tooltips = hover_html(
        colors, verbatim(best_words(points.metric)), "@best_text{custom}",
        ["@cells_text{custom}", f"{x_name} @x_text{{custom}}", f"{y_name} @y_text{{custom}}"],
        "click to open the best")


def words_of(drawn: figure) -> ColumnDataSource:
    """The data source with the list ``text`` in which the columns `TEXTS` of the bins hold places."""
    words: ColumnDataSource = _tool(drawn, HoverTool).formatters[f"@{TEXTS[0]}"].args["words"]
    return words


def _tool(drawn: figure, kind: type[_Kind]) -> _Kind:
    """The tool of a kind."""
    return next(tool for tool in drawn.toolbar.tools if isinstance(tool, kind))


def _set_scales(drawn: figure, points: Points) -> None:
    """The scales of the axes, and what places and writes their ticks."""
    for name, axis in (("x_scale", points.x), ("y_scale", points.y)):
        wanted = LogScale if axis.log else LinearScale
        # A model in the place of another one makes Bokeh look through all models of the page.
        if type(getattr(drawn, name)) is not wanted:
            setattr(drawn, name, wanted())
    for axis, plotted in ((points.x, drawn.xaxis[0]), (points.y, drawn.yaxis[0])):
        plotted.ticker.args = axis_ticker(axis.metric, log=axis.log).args
        plotted.formatter.args = axis_formatter(axis.metric, log=axis.log).args


def _set_ends(drawn: figure, points: Points, window: Window) -> None:
    """What is visible, and how far one can zoom."""
    whole = whole_window(points.x, points.y)
    for axis, range_, all_, start in ((points.x, drawn.x_range, whole.x, window.x),
                                      (points.y, drawn.y_range, whole.y, window.y)):
        bounds = (min(all_[0], start[0]), max(all_[1], start[1]))
        closest = None if axis.log else max(4.0 if axis.whole else (all_[1] - all_[0]) * 1e-6, narrowest(*all_))
        ends = {"start": start[0], "end": start[1], "reset_start": bounds[0], "reset_end": bounds[1],
                "bounds": bounds, "min_interval": closest}
        if any(getattr(range_, name) != end for name, end in ends.items()):
            # The browser takes one after the other, and would keep new ends within the old bounds.
            range_.update(bounds=None, min_interval=None)
            range_.update(**ends)


def _set_labels(drawn: figure, points: Points) -> None:
    """Name the axes; the vertical one beside the tools, where it reads without turning one's head."""
    drawn.xaxis[0].axis_label = points.x.metric.label
    drawn.yaxis[0].axis_label = ""
    drawn.title.text = points.y.metric.label


def _color_bar(mapper: Any, scale: MetricScale) -> ColorBar:
    """A slim colour bar."""
    return ColorBar(
        color_mapper=mapper, ticker=FixedTicker(), title=None, width=8, padding=2, margin=0, bar_line_color=None,
        background_fill_color=None, major_tick_line_color=None, label_standoff=5, major_label_text_font=FONT,
        major_label_text_font_size="11px", formatter=axis_formatter(scale.metric),
    )


def _set_color_bar(bar: ColorBar, scale: MetricScale) -> None:
    """The ticks of the colour bar; an end that stands for everything beyond it says so."""
    bar.ticker.ticks = scale.ticks
    bar.formatter.args = axis_formatter(scale.metric, below=scale.low if scale.clipped_low else None,
                                        above=scale.high if scale.clipped_high else None).args
