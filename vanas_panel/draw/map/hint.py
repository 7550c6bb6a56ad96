"""What is pointed at elsewhere, on the map: a mark at a cell, and bins lit up by how many of their cells fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Scatter
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph
from vanas_panel.draw.map.bins import Bins
from vanas_panel.draw.map.picture import DIMMED, mark_columns
from vanas_panel.draw.map.style import BINS
from vanas_panel.draw.theme import Palette

HINT = "hint"
"""Name of the renderer that marks the bin of a cell that is pointed at elsewhere."""
_HALO = "hint_halo"


def add_hint(drawn: figure, colors: Palette) -> None:
    """Give the figure of a map the mark of a cell that is pointed at, which is nowhere at first.

    A diamond, so that it is never taken for the ring of the designer's cell.
    """
    source = ColumnDataSource({"x": [], "y": []})
    for name, width in ((_HALO, 6), (HINT, 2.5)):
        add_glyph(drawn, Scatter(x="x", y="y", marker="diamond", size=21, fill_alpha=0, line_width=width), source,
                  name=name, level="overlay")
    recolor_hint(drawn, colors)


def recolor_hint(drawn: figure, colors: Palette) -> None:
    """Give the mark the colours of the page."""
    for name, color in ((_HALO, colors.card), (HINT, colors.text)):
        _renderer(drawn, name).glyph.line_color = color


def show_hint(drawn: figure, mark: tuple[float, float] | None) -> None:
    """Put the mark somewhere, or nowhere; what stays is not sent again."""
    source, columns = _renderer(drawn, HINT).data_source, mark_columns(mark)
    if dict(source.data) != columns:
        source.data = columns


def light_up(drawn: figure, bins: Bins, marked: np.ndarray | None, opacity: np.ndarray) -> None:
    """Light bins up by the share of their cells that are marked; as they were with None.

    Parameters
    ----------
    drawn : figure
    bins : Bins
    marked : int64 (k,), optional
        How many cells of each bin are marked.
    opacity : float32 (k,)
        Opacity of each bin where nothing is pointed at.
    """
    source = _renderer(drawn, BINS).data_source
    wanted = opacity if marked is None else shares(bins, marked)
    if not np.array_equal(source.data["opacity"], wanted):
        # Two columns go to the browser, and not all of them. Outlines of half transparent bins would draw a lattice.
        source.data["outline"] = (wanted == 1).astype(np.float32)
        source.data["opacity"] = wanted


def shares(bins: Bins, marked: np.ndarray) -> np.ndarray:
    """Opacity of bins by the share of their cells that are marked, ``float32 (k,)``: from nearly nothing to all."""
    return (DIMMED + (1 - DIMMED) * marked / bins.cells).astype(np.float32)


def _renderer(drawn: figure, name: str) -> Any:
    """One of our renderers."""
    return next(each for each in drawn.renderers if each.name == name)
