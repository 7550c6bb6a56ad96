"""Overview and edge importance as SVG, for print, for files, and where no script runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.draw.bars import importance_columns
from vanas_panel.draw.format import letters
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.map.front import FrontMarks
from vanas_panel.draw.map.picture import DIMMED, HALO_WIDTH, RING, RING_WIDTH, DrawnAxis, MapPicture
from vanas_panel.draw.theme import FONT, Palette
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 74.0, 26.0, 44.0
_ROW = 20.0
_NAMES = 190.0
_LETTER = 6.6


def overview_svg(picture: MapPicture, colors: Palette, *, width: int = 720, height: int = 400,
                 front: FrontMarks | None = None) -> Html:
    """The map of the table as one SVG element.

    Parameters
    ----------
    picture : MapPicture
    colors : Palette
        They may be CSS variables.
    width, height : int, optional
        In pixels, at least 240 and 160.
    front : FrontMarks, optional
        A Pareto front to draw over the map.

    Returns
    -------
    Html
        Self-contained, all text escaped.

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
    >>> svg = overview_svg(picture, LIGHT)
    >>> svg.startswith("<svg") and "Parameters" in svg
    True
    """
    x, y = picture.x, picture.y
    right, bottom = width - _RIGHT, height - _BOTTOM

    def across(value: Any) -> Any:
        return _LEFT + x.share(value) * (right - _LEFT)

    def down(value: Any) -> Any:
        return bottom - y.share(value) * (bottom - _TOP)

    frame = (_LEFT, _TOP, right, bottom)
    shades, scale_words = _color_bar(picture, frame, colors)
    drawn = {
        "x_axis": _axis_marks(x, across, frame, colors, vertical=False),
        "y_axis": _axis_marks(y, down, frame, colors, vertical=True),
        "has_bins": bool(len(picture.bins)), "paths": _bin_paths(picture, across, down, frame),
        "rings": [] if picture.mark is None else _ring(across(picture.mark[0]), down(picture.mark[1]), colors),
        "front": None if front is None else _front(front, across, down, frame, colors), "shades": shades,
        "words": [*scale_words, _word(_LEFT, 14, y.label, colors.muted),
                  _word((_LEFT + right) / 2, height - 8, x.label, colors.muted, "middle")],
    }
    name = _("{y} over {x}, coloured by the {value} of each bin").format(
        y=y.label, x=x.label, value=picture.points.words)
    return _PIECES.overview(frame=_frame(width, height, name), picture=drawn)


def importance_svg(importance: pd.DataFrame, metric: Metric, colors: Palette, *, width: int = 720,
                   whole: pd.DataFrame | None = None) -> Html:
    """Bars of edge importance as one SVG element.

    Parameters
    ----------
    importance, metric, colors
        As for `vanas_panel.draw.bars.importance_figure`; the colours may be CSS variables.
    width : int, optional
        In pixels, at least 360; the height follows from the number of edge types.
    whole : DataFrame, optional
        As for `vanas_panel.draw.bars.importance_figure`.
    """
    rows = importance_columns(importance, metric, colors, whole)
    count = len(rows["name"])
    low, high = (rows[end][0] if count else 0.0 for end in ("low", "high"))
    room = 14 + _LETTER * max(map(letters, rows["value_text"]), default=0)
    start, end = _NAMES + 12 + (room if low < 0 else 0), width - 8 - room
    unit = (end - start) / ((high - low) or 1.0)
    zero = start - low * unit
    bars = []
    for index, (name, value, color, words) in enumerate(zip(rows["name"], rows["value"], rows["color"],
                                                            rows["value_text"], strict=True)):
        middle = (index + 0.5) * _ROW
        tip = zero + value * unit
        side, anchor = (-5, "end") if value < 0 else (5, "start")
        says = "; ".join(filter(None, (rows[each][index] for each in (
            "full_text", "with_text", "without_text", "ghost_text", "reason"))))
        pale = zero + rows["ghost"][index] * unit
        ghost = None if whole is None else {"x": min(zero, pale), "y": middle - 9, "width": abs(pale - zero),
                                            "color": colors.muted}
        # On paper they end with the scale, too, where the screen cuts them.
        left, right = max(rows["whisker_low"][index], low), min(rows["whisker_high"][index], high)
        bars.append({
            "whisker": {"x1": zero + left * unit, "x2": zero + right * unit, "y": middle,
                        "color": colors.text} if left < right else None,
            "title": f"{rows['full_name'][index]}: {says}", "color": color, "ghost": ghost,
            "x": min(zero, tip), "y": middle - 7, "width": abs(tip - zero),
            "name": _word(_NAMES, middle, name, colors.text, "end", is_middle=True),
            "value": _word(zero + rows["text_x"][index] * unit + side, middle, words, colors.muted, anchor,
                           is_middle=True)})
    height = math.ceil(max(1, count) * _ROW)
    return _PIECES.importance(frame=_frame(width, height, _("Edge importance")), bars=bars,
                              zero={"x": zero, "color": colors.faint})


def _frame(width: float, height: float, name: str) -> dict[str, Any]:
    """The frame of a figure."""
    return {"width": width, "height": height, "name": name, "font": FONT}


def _word(x: float, y: float, words: str, color: str, anchor: str = "start", *,
          is_middle: bool = False) -> dict[str, Any]:
    """A word at a place, which is its middle or its foot."""
    return {"x": x, "y": y, "words": words, "color": color, "anchor": anchor, "is_middle": is_middle}


def _axis_marks(axis: DrawnAxis, at: Any, frame: Sequence[float], colors: Palette, *,
                vertical: bool) -> list[dict[str, Any]]:
    """Grid lines and the words of the ticks."""
    left, top, right, bottom = frame
    marks = []
    for tick, words in axis.ticks:
        at_tick = float(at(tick))
        x1, y1, x2, y2 = (left, at_tick, right, at_tick) if vertical else (at_tick, top, at_tick, bottom)
        word = (_word(left - 7, at_tick, words, colors.muted, "end", is_middle=True) if vertical
                else _word(at_tick, bottom + 16, words, colors.muted, "middle"))
        marks.append({"x1": x1, "y1": y1, "x2": x2, "y2": y2, "color": colors.line, "words": word})
    return marks


def _bin_paths(picture: MapPicture, across: Any, down: Any, frame: Sequence[float]) -> list[dict[str, str]]:
    """All bins, those of one colour as one path: a quarter of the size of single rectangles."""
    bins = picture.bins
    if not len(bins):
        return []
    left, top, right, bottom = frame
    # Clipped to the frame, as bins at the border of the window reach beyond it.
    x0, x1 = np.clip(across(bins.left), left, right), np.clip(across(bins.right), left, right)
    y0, y1 = np.clip(down(bins.top), top, bottom), np.clip(down(bins.bottom), top, bottom)
    strong = bins.chosen > 0 if picture.selected else np.ones(len(bins), dtype=bool)
    paths: dict[tuple[str, bool], list[str]] = {}
    for color, chosen, *box in zip(picture.colors, strong.tolist(), x0.tolist(), y0.tolist(), x1.tolist(),
                                   y1.tolist(), strict=True):
        if box[2] - box[0] < 0.05 or box[3] - box[1] < 0.05:
            continue
        shape = f"M{box[0]:.1f} {box[1]:.1f}H{box[2]:.1f}V{box[3]:.1f}H{box[0]:.1f}"
        paths.setdefault((color, chosen), []).append(shape)
    # Edges that follow the pixels leave no seams between neighbours.
    return [{"color": color, "opacity": "" if chosen else str(DIMMED), "shapes": "".join(shapes)}
            for (color, chosen), shapes in sorted(paths.items())]


def _ring(x: float, y: float, colors: Palette) -> list[dict[str, Any]]:
    """Where the designer's cell is."""
    return [{"x": x, "y": y, "radius": RING / 2, "color": color, "width": width}
            for color, width in ((colors.card, HALO_WIDTH), (colors.accent, RING_WIDTH))]


def _front(front: FrontMarks, across: Any, down: Any, frame: Sequence[float], colors: Palette) -> dict[str, Any]:
    """The marks of a front as the page draws them: squares, a diamond for the knee, and steps with a halo."""
    left, top, right, bottom = frame
    steps = list(zip(across(front.steps[:, 0]).tolist(), down(front.steps[:, 1]).tolist(), strict=True))
    turn = "V{1:.1f}H{0:.1f}" if front.mode == "before" else "H{0:.1f}V{1:.1f}"
    path = "".join(("M{:.1f} {:.1f}" if not place else turn).format(*at) for place, at in enumerate(steps))
    # The upper left corner of a square, and the top of a diamond.
    cells, knee = (list(zip((across(each[:, 0]) - left_by).tolist(), (down(each[:, 1]) - up_by).tolist(), strict=True))
                   for each, left_by, up_by in ((front.cells, 3, 3), (front.knee, 0, 8)))
    return {"clip": {"x": left - 5, "y": top - 5, "width": right - left + 10, "height": bottom - top + 10},
            "path": path, "lines": [(colors.card, 4), (colors.text, 1.5)], "cells": cells, "knee": knee,
            "fill": colors.card, "ink": colors.text}


def _color_bar(picture: MapPicture, frame: Sequence[float],
               colors: Palette) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The shades of the scale, and words whose ends say where they include everything beyond them."""
    scale = picture.scale
    _, top, right, bottom = frame
    shades = scale.palette[::4]
    x, size = right + 12, (bottom - top) / len(shades)
    drawn = [{"x": x, "y": bottom - (index + 1) * size, "height": size + 0.3, "color": color}
             for index, color in enumerate(shades)]
    words = [_word(x + 13, bottom - (tick - scale.low) / (scale.high - scale.low) * (bottom - top), each, colors.muted,
                   is_middle=True) for tick, each in picture.scale_ticks]
    return drawn, words
