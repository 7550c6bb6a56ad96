"""Look of the map: axes, marker of the current cell, tools, hover and colour bar.

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
    LassoSelectTool,
    LinearScale,
    LogScale,
    PanTool,
    ResetTool,
    Scatter,
    Tool,
    WheelZoomTool,
)
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph, keep_one_look, style_chart
from vanas_panel.draw.gestures import share_with_page
from vanas_panel.draw.map.picture import HALO_WIDTH, RING, RING_WIDTH, TEXTS, MapPicture
from vanas_panel.draw.print_css import NOT_PRINTED
from vanas_panel.draw.scale import MetricScale
from vanas_panel.draw.theme import FONT, Palette
from vanas_panel.draw.ticks import axis_formatter, axis_ticker
from vanas_panel.text.language import gettext as _

BINS, MARK = "bins", "mark"
"""Names of the renderers in the figure."""

_HALO = "halo"
# Few of the texts of thousands of bins differ: bins hold indices into the list of those that do.
_LOOK_UP = "return words.data.text[value];"

_Kind = TypeVar("_Kind", bound=Tool)


def finish_map(drawn: figure, picture: MapPicture, colors: Palette) -> None:
    """Give a figure with bins and a ring everything that HoloViews has no option for.

    Parameters
    ----------
    drawn : figure
        With axes and with renderers `BINS` and `MARK`, the bins coloured by a mapper; changed in place.
    picture : MapPicture
    colors : Palette
    """
    renderers = _renderers(drawn)
    _add_halo(drawn, renderers[MARK])
    keep_one_look(drawn)
    _add_tools(drawn, renderers[BINS])
    drawn.min_border = 4
    metric = picture.points.metric
    for plotted in (drawn.xaxis[0], drawn.yaxis[0]):
        plotted.update(ticker=axis_ticker(metric), formatter=axis_formatter(metric))
    drawn.right = [_color_bar(renderers[BINS].glyph.fill_color.transform, picture.scale)]
    replot_map(drawn, picture, colors)
    recolor_map(drawn, picture, colors)


def replot_map(drawn: figure, picture: MapPicture, colors: Palette) -> None:
    """Take other axes, another window or another scale; the caller changes the data.

    Parameters
    ----------
    drawn, picture, colors
        As for `finish_map`, which has finished the figure before.
    """
    _set_ends(drawn, picture)
    _set_labels(drawn, picture)
    _tool(drawn, HoverTool).tooltips = picture.hover(colors)
    _set_scales(drawn, picture)
    rescale_map(drawn, picture)


def rescale_map(drawn: figure, picture: MapPicture) -> None:
    """Take the colour scale of other bins.

    Parameters
    ----------
    drawn : figure
        Finished by `finish_map`.
    picture : MapPicture
    """
    scale = picture.scale
    _renderers(drawn)[BINS].glyph.fill_color.transform.update(palette=list(scale.palette), low=scale.low,
                                                              high=scale.high)
    _set_color_bar(drawn.right[0], scale)


def recolor_map(drawn: figure, picture: MapPicture, colors: Palette) -> None:
    """Take other colours.

    Parameters
    ----------
    drawn, picture, colors
        As for `finish_map`, which has finished the figure before.
    """
    renderers = _renderers(drawn)
    renderers[MARK].glyph.line_color = colors.accent
    renderers[_HALO].glyph.line_color = colors.card
    _tool(drawn, HoverTool).tooltips = picture.hover(colors)
    _tool(drawn, BoxSelectTool).overlay.update(fill_color=colors.accent, line_color=colors.accent)
    _tool(drawn, LassoSelectTool).overlay.update(fill_color=colors.accent, line_color=colors.accent)
    _tool(drawn, BoxZoomTool).overlay.update(fill_color=colors.muted, line_color=colors.muted)
    buttons = f"* {{ --button-width: 24px; --button-height: 22px; --active-border: {colors.accent}; "
    icons = f"--icon-color: {colors.muted}; --button-color: {colors.line}; }}"
    drawn.toolbar.stylesheets = [buttons + icons, NOT_PRINTED]
    style_chart(drawn, colors)
    drawn.right[0].major_label_text_color = colors.muted


def _renderers(drawn: figure) -> dict[str, GlyphRenderer]:
    """The renderers by name."""
    return {each.name: each for each in drawn.renderers if isinstance(each, GlyphRenderer)}


def _add_halo(drawn: figure, ring: GlyphRenderer) -> None:
    """A ring in the accent colour, on a wider one in the colour of the page so that it stands out from any bin."""
    shape = {"fill_color": None, "fill_alpha": 0.0, "size": RING, "line_alpha": 1.0, "line_dash": "solid"}
    ring.glyph.update(**shape, line_width=RING_WIDTH)
    ring.level = "overlay"
    add_glyph(drawn, Scatter(x="x", y="y", **shape, line_width=HALO_WIDTH), ring.data_source, name=_HALO,
              level="annotation")


def _add_tools(drawn: figure, bins: GlyphRenderer) -> None:
    """A calm set of tools: select by dragging, zoom by the wheel; a hover that needs no server."""
    select = BoxSelectTool(renderers=[], description=_("Drag a box to select cells"))
    select.overlay.update(fill_alpha=0.08, line_alpha=0.9, line_dash=[], line_width=1)
    lasso = LassoSelectTool(renderers=[], description=_("Draw a lasso to select cells"))
    lasso.overlay.update(fill_alpha=0.08, line_alpha=0.9, line_dash=[], line_width=1)
    zoom = BoxZoomTool(description=_("Drag a box to zoom in"))
    zoom.overlay.update(fill_alpha=0.12, line_dash=[4, 3])
    wheel = WheelZoomTool(description=_("Zoom with the wheel"))
    look_up = CustomJSHover(args={"words": ColumnDataSource({"text": []})}, code=_LOOK_UP)
    hover = HoverTool(renderers=[bins], visible=False, show_arrow=False, attachment="horizontal", limit=1,
                      formatters={f"@{name}": look_up for name in TEXTS})
    pan, reset = PanTool(description=_("Drag to pan")), ResetTool(description=_("Show the whole table"))
    drawn.toolbar.update(tools=[select, lasso, pan, zoom, wheel, reset, hover], active_drag=select, active_scroll=wheel,
                         logo=None, autohide=False)
    drawn.toolbar_location = "above"
    share_with_page(drawn, waiting=[select, wheel])


def words_of(drawn: figure) -> ColumnDataSource:
    """The data source with the list ``text`` in which the columns `TEXTS` of the bins hold indices."""
    words: ColumnDataSource = _tool(drawn, HoverTool).formatters[f"@{TEXTS[0]}"].args["words"]
    return words


def _tool(drawn: figure, kind: type[_Kind]) -> _Kind:
    """The tool of a kind."""
    return next(tool for tool in drawn.toolbar.tools if isinstance(tool, kind))


def _set_scales(drawn: figure, picture: MapPicture) -> None:
    """The scales of the axes, and what places and writes their ticks."""
    x, y = picture.points.x, picture.points.y
    for name, axis in (("x_scale", x), ("y_scale", y)):
        wanted = LogScale if axis.log else LinearScale
        # A new model instead of the old one makes Bokeh look through all models of the page.
        if type(getattr(drawn, name)) is not wanted:
            setattr(drawn, name, wanted())
    for axis, plotted in ((x, drawn.xaxis[0]), (y, drawn.yaxis[0])):
        plotted.ticker.args = axis_ticker(axis.metric, log=axis.log).args
        plotted.formatter.args = axis_formatter(axis.metric, log=axis.log).args


def _set_ends(drawn: figure, picture: MapPicture) -> None:
    """The visible range, and the limits of zooming."""
    for axis, range_ in ((picture.x, drawn.x_range), (picture.y, drawn.y_range)):
        bounds = axis.bounds
        ends = {"start": axis.ends[0], "end": axis.ends[1], "reset_start": bounds[0], "reset_end": bounds[1],
                "bounds": bounds, "min_interval": axis.closest}
        if any(getattr(range_, name) != end for name, end in ends.items()):
            # The browser takes one after the other, and would keep new ends within the old bounds.
            range_.update(bounds=None, min_interval=None)
            range_.update(**ends)


def _set_labels(drawn: figure, picture: MapPicture) -> None:
    """Name the axes; the vertical one beside the tools, where it is horizontal text."""
    drawn.xaxis[0].axis_label = picture.x.label
    drawn.yaxis[0].axis_label = ""
    drawn.title.text = picture.y.label


def _color_bar(mapper: Any, scale: MetricScale) -> ColorBar:
    """A slim colour bar."""
    return ColorBar(
        color_mapper=mapper, ticker=FixedTicker(), title=None, width=8, padding=2, margin=0, bar_line_color=None,
        background_fill_color=None, major_tick_line_color=None, label_standoff=5, major_label_text_font=FONT,
        major_label_text_font_size="11px", formatter=axis_formatter(scale.metric),
    )


def _set_color_bar(bar: ColorBar, scale: MetricScale) -> None:
    """The ticks of the colour bar; an end that includes everything beyond it says so."""
    bar.ticker.ticks = scale.ticks
    bar.formatter.args = axis_formatter(scale.metric, below=scale.low if scale.clipped_low else None,
                                        above=scale.high if scale.clipped_high else None).args
