"""The charts of the page on paper: overview and importance as SVG, for print, for files and where no script runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.metrics import Metric
from vanas_panel.report.paper_axis import axis_ticks, tick_texts
from vanas_panel.views.binning import Bins, Points
from vanas_panel.views.format import best_words
from vanas_panel.views.importance_figure import importance_columns
from vanas_panel.views.scale import MetricScale
from vanas_panel.views.theme import FONT, Palette
from vanas_panel.views.window import Axis, Window

_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 74.0, 26.0, 44.0
_DIMMED = 0.16
_ROW = 20.0
_NAMES = 190.0
_LETTER = 6.6


def overview_svg(points: Points, bins: Bins, window: Window, scale: MetricScale, colors: Palette, *,
                 mark: tuple[float, float] | None = None, selected: bool = False, width: int = 720,
                 height: int = 400) -> str:
    """The map of the table as one SVG element.

    Parameters
    ----------
    points, bins, window, scale, colors, mark, selected
        As for `vanas_panel.views.overview_figure.overview_element`; the colours may be CSS variables.
    width, height : int, optional
        In pixels, at least 240 and 160.

    Returns
    -------
    str
        Self-contained, all text escaped.

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
    >>> svg = overview_svg(points, bin_points(points, window, (80, 60)), window, scale_of(table, "edges"), LIGHT)
    >>> svg.startswith("<svg") and "Parameters" in svg
    True
    """
    right, bottom = width - _RIGHT, height - _BOTTOM

    def across(value: Any) -> Any:
        return _LEFT + _share(points.x, window.x, value) * (right - _LEFT)

    def down(value: Any) -> Any:
        return bottom - _share(points.y, window.y, value) * (bottom - _TOP)

    x_label, y_label = (escape(axis.metric.label) for axis in (points.x, points.y))
    name = f"{y_label} over {x_label}, coloured by the {escape(best_words(points.metric))} of each bin"
    frame = (_LEFT, _TOP, right, bottom)
    parts = [
        _axis_marks(points.x, window.x, across, frame, colors, vertical=False),
        _axis_marks(points.y, window.y, down, frame, colors, vertical=True),
        _bin_paths(bins, across, down, frame, scale, selected),
        "" if mark is None else _ring(across(mark[0]), down(mark[1]), colors),
        _color_bar(scale, frame, width, colors),
        _text(_LEFT, 14, y_label, colors.muted),
        _text((_LEFT + right) / 2, height - 8, x_label, colors.muted, "middle"),
    ]
    return _svg(width, height, name, "".join(parts))


def importance_svg(importance: pd.DataFrame, metric: Metric, colors: Palette, *, width: int = 720) -> str:
    """Bars of edge importance as one SVG element.

    Parameters
    ----------
    importance, metric, colors
        As for `vanas_panel.views.importance_figure.importance_figure`; the colours may be CSS variables.
    width : int, optional
        In pixels, at least 360; the height follows from the number of edge types.
    """
    rows = importance_columns(importance, metric, colors)
    count = len(rows["name"])
    low, high = (rows[end][0] if count else 0.0 for end in ("low", "high"))
    room = 14 + _LETTER * max(map(len, rows["value_text"]), default=0)
    start, end = _NAMES + 12 + (room if low < 0 else 0), width - 8 - room
    unit = (end - start) / ((high - low) or 1.0)
    zero = start - low * unit
    parts = []
    for place, (name, value, color, words) in enumerate(zip(rows["name"], rows["value"], rows["color"],
                                                            rows["value_text"], strict=True)):
        middle = (place + 0.5) * _ROW
        tip = zero + value * unit
        side, anchor = (-5, "end") if value < 0 else (5, "start")
        says = "; ".join(filter(None, (rows["full_text"][place], rows["with_text"][place],
                                       rows["without_text"][place], rows["reason"][place])))
        parts.append(f"<g><title>{escape(rows['full_name'][place])}: {escape(says)}</title>"
                     f"{_text(_NAMES, middle, escape(name), colors.text, 'end', middle=True)}"
                     f'<rect x="{min(zero, tip):.1f}" y="{middle - 7:.1f}" width="{abs(tip - zero):.1f}" height="14" '
                     f'rx="2" fill="{escape(color)}"/>'
                     f"{_text(tip + side, middle, escape(words), colors.muted, anchor, middle=True)}</g>")
    height = math.ceil(max(1, count) * _ROW)
    parts.append(f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{height}" stroke="{escape(colors.faint)}"/>')
    return _svg(width, height, "Edge importance", "".join(parts))


def _svg(width: float, height: float, name: str, content: str) -> str:
    """The frame of a figure."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" aria-label="{name}" font-family="{escape(FONT)}" font-size="11">'
            f"<title>{name}</title>{content}</svg>")


def _text(x: float, y: float, content: str, color: str, anchor: str = "start", *, middle: bool = False) -> str:
    """A word; its content is escaped already."""
    lower = ' dy="0.35em"' if middle else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{escape(color)}"{lower}>{content}</text>'


def _share(axis: Axis, ends: tuple[float, float], value: Any) -> Any:
    """How far along an axis a value is, 0 at its start and 1 at its end."""
    low, high = (axis.to_screen(end) for end in ends)
    return (axis.to_screen(value) - low) / (high - low)


def _axis_marks(axis: Axis, ends: tuple[float, float], at: Any, frame: Sequence[float], colors: Palette, *,
                vertical: bool) -> str:
    """Grid lines and the words of the ticks."""
    left, top, right, bottom = frame
    ticks = axis_ticks(axis.metric, *ends, log=axis.log)
    parts = []
    for tick, words in zip(ticks, tick_texts(axis.metric, ticks, log=axis.log), strict=True):
        place = float(at(tick))
        line = (left, place, right, place) if vertical else (place, top, place, bottom)
        parts.append('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" '.format(*line)
                     + f'stroke="{escape(colors.line)}" stroke-opacity="0.7"/>')
        parts.append(_text(left - 7, place, escape(words), colors.muted, "end", middle=True) if vertical
                     else _text(place, bottom + 16, escape(words), colors.muted, "middle"))
    return "".join(parts)


def _bin_paths(bins: Bins, across: Any, down: Any, frame: Sequence[float], scale: MetricScale, selected: bool) -> str:
    """All bins, those of one colour as one path: a quarter of the size of single rectangles."""
    if not len(bins):
        return ""
    left, top, right, bottom = frame
    # Clipped to the frame, as bins at the border of the window reach beyond it.
    x0, x1 = np.clip(across(bins.left), left, right), np.clip(across(bins.right), left, right)
    y0, y1 = np.clip(down(bins.top), top, bottom), np.clip(down(bins.bottom), top, bottom)
    strong = bins.chosen > 0 if selected else np.ones(len(bins), dtype=bool)
    paths: dict[tuple[str, bool], list[str]] = {}
    for value, chosen, *box in zip(bins.best.tolist(), strong.tolist(), x0.tolist(), y0.tolist(), x1.tolist(),
                                   y1.tolist(), strict=True):
        if box[2] - box[0] < 0.05 or box[3] - box[1] < 0.05:
            continue
        shape = f"M{box[0]:.1f} {box[1]:.1f}H{box[2]:.1f}V{box[3]:.1f}H{box[0]:.1f}"
        paths.setdefault((scale.color(value), chosen), []).append(shape)
    # Edges that follow the pixels leave no seams between neighbours.
    drawn = "".join(f'<path fill="{color}" {"" if chosen else f"""fill-opacity="{_DIMMED}" """}d="{"".join(shapes)}"/>'
                    for (color, chosen), shapes in sorted(paths.items()))
    return f'<g shape-rendering="crispEdges">{drawn}</g>'


def _ring(x: float, y: float, colors: Palette) -> str:
    """Where the designer's cell is."""
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7.5" fill="none" stroke="{{}}" stroke-width="{{}}"/>'
    return circle.format(escape(colors.card), 6) + circle.format(escape(colors.accent), 2.5)


def _color_bar(scale: MetricScale, frame: Sequence[float], width: float, colors: Palette) -> str:
    """The scale of the colours, its ends saying where they stand for everything beyond them."""
    _, top, right, bottom = frame
    shades = scale.palette[::4]
    x, size = right + 12, (bottom - top) / len(shades)
    parts = ['<g shape-rendering="crispEdges">']
    parts += [f'<rect x="{x:.1f}" y="{bottom - (place + 1) * size:.2f}" width="8" height="{size + 0.3:.2f}" '
              f'fill="{color}"/>' for place, color in enumerate(shades)]
    parts.append("</g>")
    ticks = scale.ticks
    words = tick_texts(scale.metric, ticks)
    for tick, word in zip(ticks, words, strict=True):
        beyond = "<" if tick == ticks[0] and scale.clipped_low else ">" if tick == ticks[-1] and scale.clipped_high \
            else ""
        y = bottom - (tick - scale.low) / (scale.high - scale.low) * (bottom - top)
        parts.append(_text(x + 13, y, escape(beyond + word), colors.muted, middle=True))
    return "".join(parts)
