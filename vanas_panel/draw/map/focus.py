"""Keyboard focus on the map: a frame around the current bin, and the box of a selection."""

from __future__ import annotations

from typing import Any, NamedTuple

from bokeh.models import ColumnDataSource, Quad
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph
from vanas_panel.draw.map.bins import Bins
from vanas_panel.draw.theme import Palette
from vanas_panel.state.selection import Range

FOCUS = "focus"
"""Name of the renderer that frames the bin the keyboard is at."""
BOX = "key_box"
"""Name of the renderer of the box that keys draw."""
_HALO = "focus_halo"
_SIDES = ("left", "right", "bottom", "top")


class Extent(NamedTuple):
    """A part of the map in data units, such as a bin."""

    x: Range
    y: Range

    def to(self, other: Extent) -> Extent:
        """The smallest extent that holds this one and another."""
        return Extent((min(self.x[0], other.x[0]), max(self.x[1], other.x[1])),
                      (min(self.y[0], other.y[0]), max(self.y[1], other.y[1])))


def extent_of(bins: Bins, index: int) -> Extent:
    """The extent of one bin, given by its index into the arrays of the bins."""
    return Extent((float(bins.left[index]), float(bins.right[index])),
                  (float(bins.bottom[index]), float(bins.top[index])))


def add_focus(drawn: figure, colors: Palette) -> None:
    """Give the figure of a map the frame and the box of its keyboard, both empty.

    Parameters
    ----------
    drawn : figure
        Changed in place.
    colors : Palette
    """
    sides = dict(zip(_SIDES, _SIDES, strict=True))
    frame, box = (ColumnDataSource({side: [] for side in _SIDES}) for _ in range(2))
    for name, width in ((_HALO, 7), (FOCUS, 3)):
        add_glyph(drawn, Quad(**sides, fill_alpha=0, line_width=width), frame, name=name, level="overlay")
    add_glyph(drawn, Quad(**sides, fill_alpha=0.08, line_width=1), box, name=BOX, level="annotation")
    recolor_focus(drawn, colors)


def recolor_focus(drawn: figure, colors: Palette) -> None:
    """Give the frame and the box the colours of the page."""
    for name, color in ((_HALO, colors.card), (FOCUS, colors.text)):
        _renderer(drawn, name).glyph.line_color = color
    _renderer(drawn, BOX).glyph.update(line_color=colors.accent, fill_color=colors.accent)


def show_extent(drawn: figure, name: str, extent: Extent | None) -> None:
    """Put the frame (`FOCUS`) or the box (`BOX`) around an extent, or nowhere; what stays is not sent again."""
    ends = [] if extent is None else [*extent.x, *extent.y]
    columns = {side: [ends[at]] if ends else [] for at, side in enumerate(_SIDES)}
    source = _renderer(drawn, name).data_source
    if dict(source.data) != columns:
        source.data = columns


def _renderer(drawn: figure, name: str) -> Any:
    """One of our renderers."""
    return next(each for each in drawn.renderers if each.name == name)
