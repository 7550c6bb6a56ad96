"""Shared style of the charts: quiet frame, and hover in the page's font and colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bokeh.events import DoubleTap, PressUp, Tap
from bokeh.models import ColumnDataSource, Glyph, GlyphRenderer
from bokeh.plotting import figure

from vanas_panel.draw.html import Html, as_html, pieces
from vanas_panel.draw.print_css import FIGURE_PRINT
from vanas_panel.draw.theme import FONT, Palette

_PIECES = pieces(__file__)

CLICKS = (Tap, PressUp, DoubleTap)
"""Events that a click may arrive as: Bokeh calls a slow one a press, and the second of two quick ones a double tap."""


def style_chart(chart: figure, colors: Palette) -> None:
    """Give a figure the type and the colours of the page, and no frame of its own.

    Parameters
    ----------
    chart : figure
        Its axes, grids and title are changed in place.
    colors : Palette
    """
    # Bokeh outlines the canvas that was clicked last, though the keyboard has nothing to do there.
    chart.stylesheets = [".bk-Canvas { --outline-width: 0; }", FIGURE_PRINT]
    # HoloViews asks for WebGL, whose set-up takes longer than the first drawing, and whose script has to be loaded.
    chart.update(background_fill_color=None, border_fill_color=None, outline_line_color=None, output_backend="canvas")
    for grid in chart.grid:
        grid.update(grid_line_color=colors.line, grid_line_alpha=0.6, level="underlay")
    for axis in chart.axis:
        axis.update(axis_line_color=colors.line, major_tick_line_color=None, minor_tick_line_color=None,
                    major_label_text_color=colors.muted, major_label_text_font=FONT, major_label_text_font_size="11px",
                    axis_label_text_color=colors.muted, axis_label_text_font=FONT, axis_label_text_font_size="11px",
                    axis_label_text_font_style="normal", axis_label_standoff=4, major_label_standoff=4)
    chart.title.update(text_color=colors.muted, text_font=FONT, text_font_size="11px", text_font_style="normal",
                       standoff=3, align="left")


def add_glyph(chart: figure, glyph: Glyph, source: ColumnDataSource, **options: Any) -> GlyphRenderer:
    """Draw a glyph whose columns alone say how it looks, selected or not.

    The methods of a figure make four glyphs for one, which takes five times as long.

    Parameters
    ----------
    chart : figure
    glyph : Glyph
    source : ColumnDataSource
    **options
        Of the renderer, such as ``name`` and ``level``.

    Returns
    -------
    GlyphRenderer

    Examples
    --------
    >>> from bokeh.models import Rect
    >>> chart = figure()
    >>> add_glyph(chart, Rect(x="x", y="y"), ColumnDataSource(), name="boxes") is chart.renderers[0]
    True
    """
    return chart.add_glyph(source, glyph, selection_glyph=None, nonselection_glyph=None, muted_glyph=None, **options)


def keep_one_look(chart: figure) -> None:
    """Draw everything the same whatever the browser thinks is selected or muted: the columns say what is.

    Bokeh holds a glyph for each such case, and looks through all models of a page whenever one of them is exchanged.

    Parameters
    ----------
    chart : figure
        Its renderers are changed in place.
    """
    for renderer in chart.select(type=GlyphRenderer):
        renderer.update(selection_glyph=None, nonselection_glyph=None, muted_glyph=None)


def hover_html(colors: Palette, head: str, value: str, lines: Sequence[str], action: str) -> Html:
    """The template of a hover.

    Parameters
    ----------
    colors : Palette
    head, value : str
        The first line; the value is set in bold.
    lines : sequence of str
        Further lines in a smaller type. In all of these ``@name`` stands for a column of the data, so texts of a table
        go through `verbatim`.
    action : str
        Description of a click; no line where empty.
    """
    return _PIECES.hover(font=FONT, colors=colors, head=head, value=value, lines=lines, action=action)


def verbatim(words: str) -> Html:
    """A text as the template of a hover shows it as it is.

    Examples
    --------
    >>> str(verbatim("a<b @ $x"))
    'a&lt;b &#64; &#36;x'
    """
    return Html(str(as_html(words)).replace("@", "&#64;").replace("$", "&#36;"))
