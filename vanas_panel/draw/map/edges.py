"""Edges of the bins of the map: round numbers that panning does not shift."""

from __future__ import annotations

import math

import numpy as np

from vanas_panel.draw.map.axes import Axis
from vanas_panel.draw.spans import finest_step

_NICE = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_MOST_DECIMALS = 15
# Wider bins end anywhere: a whole number more or less makes no difference to them.
_WHOLE = 2.0**50


def bin_edges(axis: Axis, window: tuple[float, float], count: int) -> np.ndarray:
    """Edges of bins that cover a window, ``float64 (bins + 1,)`` in the coordinates of `Axis.to_canvas`.

    They are multiples of a round width, so that panning does not shift them and a hover can name them. Between whole
    numbers they lie half-way, and no bin is narrower than one of them: otherwise empty stripes would look like gaps in
    the data.
    """
    low, high = (float(axis.to_canvas(value)) for value in window)
    step = _round_width(max((high - low) / max(1, count), finest_step(low, high)))
    offset = 0.0
    if axis.whole and (axis.on_units or not axis.log) and step < _WHOLE:
        step, offset = float(max(1, math.ceil(step - 1e-9))), -0.5
    first = math.floor((low - offset) / step)
    # One beyond the high end, where that is an edge itself: a bin does not contain its right edge.
    last = math.floor((high - offset) / step + 1e-9) + 1
    # Rounded, an edge is the number that it is meant to be, and a hover does not say 1000.0000000000009.
    decimals = max(1, 3 - math.floor(math.log10(step)))
    edges = np.arange(last - first + 1) * step + (first * step + offset)
    return edges if decimals > _MOST_DECIMALS else np.round(edges, decimals)


def nudged(edges: np.ndarray) -> tuple[float, float]:
    """The range of a canvas, moved to the left by so little that only values on an edge are touched.

    Rounding in the canvas would else put some of them into the bin on their left, and a bin contains its left edge.
    """
    shift = 1e-10 * float(edges[1] - edges[0])
    return float(edges[0]) - shift, float(edges[-1]) - shift


def _round_width(width: float) -> float:
    """The smallest round number that is not below a width, to within rounding."""
    power = 10.0 ** math.floor(math.log10(width))
    return power * next(nice for nice in _NICE if nice * (1 + 1e-9) >= width / power)
