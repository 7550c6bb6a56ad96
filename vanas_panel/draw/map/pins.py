"""Pins on the map: a dot at every pinned cell, and its letter on a disc beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, GlyphRenderer, HoverTool, Scatter, Text
from bokeh.plotting import figure

from vanas_panel.draw.cards import row_of
from vanas_panel.draw.chart import add_glyph, hover_html
from vanas_panel.draw.format import format_value
from vanas_panel.draw.map.axes import Axis, Window
from vanas_panel.draw.map.bins import Points
from vanas_panel.draw.map.picture import mark_of
from vanas_panel.draw.pins import pin_name
from vanas_panel.draw.theme import FONT, Palette, pin_color
from vanas_panel.state.pins import Pin
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable

DOTS, LETTERS = "pin_dots", "pin_letters"
"""Names of the renderers."""

_COLUMNS = ("x", "y", "mark", "dx", "dy", "color", "name", "x_text", "y_text")
_DISC = 17.0
_PLACES = ((0.0, -14.0), (15.0, -10.0), (-15.0, -10.0), (0.0, 15.0), (16.0, 9.0), (-16.0, 9.0), (0.0, -31.0),
           (0.0, 32.0))
"""Where a disc may stand, in pixels from its dot, the preferred one first: eight pins at one place have one each."""


class DrawnPin(NamedTuple):
    """A pin on the map.

    Attributes
    ----------
    mark : str
    x, y : float
        Where its cell is, in data units.
    dx, dy : float
        Where its letter stands, in pixels to the right of and below the cell.
    name : str
        The pin in words.
    x_text, y_text : str
        Its values on the axes.
    """

    mark: str
    x: float
    y: float
    dx: float
    dy: float
    name: str
    x_text: str
    y_text: str


def drawn_pins(pins: Sequence[Pin], table: BenchmarkTable, points: Points, window: Window,
               size: tuple[float, float]) -> list[DrawnPin]:
    """The pins that the map can show.

    Parameters
    ----------
    pins : sequence of Pin
    table : BenchmarkTable
    points : Points
        Say what the axes are.
    window : Window
        The visible part. Cells outside, without a value, and cells that the table lacks are left out.
    size : (float, float)
        Width and height of the map in pixels.

    Returns
    -------
    list of DrawnPin
        No two letters cover each other, as long as there are places for them.
    """
    found: list[DrawnPin] = []
    taken: list[tuple[float, float]] = []
    for pin in pins:
        at = mark_of(table, row_of(table, pin.cell), points, window)
        if at is None:
            continue
        x, y = (_pixels(axis, where, ends, pixels) for axis, where, ends, pixels in
                zip((points.x, points.y), at, (window.x, window.y), size, strict=True))
        place = next((each for each in _PLACES if _is_free((x + each[0], y - each[1]), taken, size)), _PLACES[0])
        taken.append((x + place[0], y - place[1]))
        x_text, y_text = (f"{label_of(axis.metric)}: {format_value(axis.metric, where)}"
                          for axis, where in zip((points.x, points.y), at, strict=True))
        found.append(DrawnPin(pin.mark, *at, *place, pin_name(pin), x_text, y_text))
    return found


def add_pins(drawn: figure, colors: Palette) -> None:
    """Give the figure of a map the renderers of pins, empty.

    Parameters
    ----------
    drawn : figure
        Changed in place.
    colors : Palette
    """
    source = ColumnDataSource({name: [] for name in _COLUMNS})
    dots = add_glyph(drawn, Scatter(x="x", y="y", size=7, fill_color="color", line_width=1.5), source, name=DOTS,
                     level="overlay")
    letters = add_glyph(drawn, Text(
        x="x", y="y", text="mark", x_offset="dx", y_offset="dy", text_align="center", text_baseline="middle",
        text_font=value(FONT), text_font_size="11px", text_font_style="bold", background_fill_color="color",
        padding=[4, 2], border_radius=8, border_line_width=1.5), source, name=LETTERS, level="overlay")
    drawn.add_tools(HoverTool(name=LETTERS, renderers=[dots, letters], visible=False, show_arrow=False, limit=1,
                              attachment="vertical"))
    recolor_pins(drawn, colors)


def recolor_pins(drawn: figure, colors: Palette) -> None:
    """Give outlines and letters the colour of the page; the discs follow with `show_pins`."""
    _renderer(drawn, DOTS).glyph.line_color = colors.card
    _renderer(drawn, LETTERS).glyph.update(text_color=colors.card, border_line_color=colors.card)
    hover = next(tool for tool in drawn.toolbar.tools if tool.name == LETTERS)
    hover.tooltips = hover_html(colors, "@name", "", ["@x_text", "@y_text"], "")


def show_pins(drawn: figure, pins: Sequence[DrawnPin], colors: Palette) -> None:
    """Show pins; what stays is not sent again."""
    columns: dict[str, list[Any]] = {name: [getattr(pin, name) for pin in pins] for name in _COLUMNS if name != "color"}
    columns["color"] = [pin_color(pin.mark, colors) for pin in pins]
    source = _renderer(drawn, DOTS).data_source
    if dict(source.data) != columns:
        source.data = columns


def _is_free(centre: tuple[float, float], taken: Sequence[tuple[float, float]], size: tuple[float, float]) -> bool:
    """Whether a disc lies on the map and on no other one."""
    return all(_DISC / 2 <= at <= end - _DISC / 2 for at, end in zip(centre, size, strict=True)) and all(
        abs(centre[0] - x) >= _DISC - 3 or abs(centre[1] - y) >= _DISC - 3 for x, y in taken)


def _pixels(axis: Axis, value: float, ends: tuple[float, float], pixels: float) -> float:
    """How far along an axis a value is, in pixels."""
    low, high = (float(axis.to_screen(end)) for end in ends)
    return (float(axis.to_screen(value)) - low) / (high - low) * pixels


def _renderer(drawn: figure, name: str) -> GlyphRenderer:
    """One of our renderers."""
    return next(each for each in drawn.renderers if each.name == name)
