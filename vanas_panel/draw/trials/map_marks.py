"""What the map of trials draws: points or bins as paths, by levels of colour."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vanas_panel.draw.scale import UNKNOWN
from vanas_panel.draw.spans import drawn_value
from vanas_panel.draw.theme import SCALE
from vanas_panel.draw.trials.map_axis import BOTTOM, LEFT, RIGHT, TOP, TrialAxis
from vanas_panel.draw.trials.words import metric_of
from vanas_panel.state.trials_found import Found, axis_values
from vanas_panel.state.trials_view import ROW
from vanas_panel.tables.trials import TrialTable

MOST_POINTS = 5000
"""More trials than this are drawn as bins."""

LEVELS = 12
"""Steps of colour."""

_COLUMNS, _LINES = 122, 76


def ramp() -> list[str]:
    """The colours of the levels, worst first."""
    return [SCALE[step * (len(SCALE) - 1) // (LEVELS - 1)] for step in range(LEVELS)]


def paths(found: Found, drawn: np.ndarray, x: TrialAxis, y: TrialAxis) -> list[dict[str, Any]]:
    """Points or bins as paths: what does not match in one quiet colour below, the rest by levels, the best on top."""
    table, view = found.table, found.view
    is_some = bool(view.where)
    is_matching = np.zeros(len(table), bool)
    is_matching[found.matching] = True
    bright = drawn[is_matching[drawn]] if is_some else drawn
    # Which trials are drawn follows from the axes.
    axes = view.x, view.y
    colors = found.once(("colours", *axes, *_coloring(found)), lambda: _color_shares(found, drawn))
    has_bins = drawn.size > MOST_POINTS
    parts: list[dict[str, Any]] = []
    if is_some:
        under = found.once(("under", *axes), lambda: _shape(table, drawn, x, y, has_bins))
        parts.append({"color": "", "d": under})
    colors_of = ramp()
    if not has_bins:
        level = _levels(colors[bright])
        groups = [(step, _shape(table, bright[level == step], x, y, False)) for step in range(-1, LEVELS)]
    else:
        places, means = _binned(table, bright, x, y, colors)
        level = _levels(means)
        groups = [(step, _bins_path(places[level == step])) for step in range(-1, LEVELS)]
    for step, shape in groups:
        color = UNKNOWN if step < 0 else colors_of[step]
        if shape:
            parts.append({"color": color, "d": shape})
    return [{**part, "width": 4 if has_bins else 7 if drawn.size <= 1000 else 5, "cap": "butt" if has_bins else "round"}
            for part in parts]


def _shape(table: TrialTable, rows: np.ndarray, x: TrialAxis, y: TrialAxis, has_bins: bool) -> str:
    """Trials as one path of dots, or of bins."""
    if has_bins:
        return _bins_path(_binned(table, rows, x, y, None)[0])
    if not rows.size:
        return ""
    across = LEFT + x.shares(axis_values(table, x.name)[rows]) * (RIGHT - LEFT)
    down = BOTTOM - y.shares(axis_values(table, y.name)[rows]) * (BOTTOM - TOP)
    return "".join(f"M{one:.1f} {other:.1f}h0" for one, other in zip(across.tolist(), down.tolist(), strict=True))


def _binned(table: TrialTable, rows: np.ndarray, x: TrialAxis, y: TrialAxis,
            colors: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The bins that hold trials, and the mean colour of each."""
    column = np.clip((x.shares(axis_values(table, x.name)[rows]) * _COLUMNS).astype(np.int64), 0, _COLUMNS - 1)
    line = np.clip((y.shares(axis_values(table, y.name)[rows]) * _LINES).astype(np.int64), 0, _LINES - 1)
    at, bins = line * _COLUMNS + column, _LINES * _COLUMNS
    places = np.flatnonzero(np.bincount(at, minlength=bins))
    if colors is None:
        return places, np.zeros(0)
    values = colors[rows]
    known = ~np.isnan(values)
    counts = np.bincount(at[known], minlength=bins)[places]
    sums = np.bincount(at[known], weights=values[known], minlength=bins)[places]
    return places, np.divide(sums, counts, out=np.full(places.size, np.nan), where=counts > 0)


def _bins_path(places: np.ndarray) -> str:
    """Bins as one path of short strokes, as wide as a bin is high."""
    wide, high = (RIGHT - LEFT) / _COLUMNS, (BOTTOM - TOP) / _LINES
    return "".join(f"M{LEFT + column * wide:.1f} {BOTTOM - (line + .5) * high:.1f}h{wide:.1f}"
                   for line, column in zip((places // _COLUMNS).tolist(), (places % _COLUMNS).tolist(), strict=True))


def color_ends(found: Found, drawn: np.ndarray) -> tuple[float, float]:
    """The values at the two ends of the colours: without the outermost 2 % at the worse end."""
    if found.view.color == ROW:
        return math.nan, math.nan
    return found.once(("color_ends", found.view.x, found.view.y, *_coloring(found)),
                      lambda: _color_ends(found, drawn))


def _coloring(found: Found) -> tuple[str, bool | None]:
    """What the colours follow from: the column, and its direction."""
    name = found.view.color
    return name, None if name == ROW else metric_of(found.table, name).higher_is_better


def _color_ends(found: Found, drawn: np.ndarray) -> tuple[float, float]:
    """The ends, computed."""
    values = axis_values(found.table, found.view.color)[drawn]
    values = values[~np.isnan(values)]
    if not values.size:
        return math.nan, math.nan
    better = metric_of(found.table, found.view.color).higher_is_better
    low, high = float(values.min()), float(values.max())
    if better is True:
        low = float(np.quantile(values, 0.02, method="inverted_cdf"))
    elif better is False:
        high = float(np.quantile(values, 0.98, method="inverted_cdf"))
    return drawn_value(low), drawn_value(high)


def _color_shares(found: Found, drawn: np.ndarray) -> np.ndarray:
    """How good the colour of every trial of the table says it is, 0 to 1; NaN where it is not known."""
    low, high = color_ends(found, drawn)
    if math.isnan(low):
        return np.full(len(found.table), np.nan)
    values = drawn_value(axis_values(found.table, found.view.color))
    with np.errstate(invalid="ignore"):
        share = np.clip((values - low) / (high - low), 0.0, 1.0) if high > low else np.where(
            np.isnan(values), np.nan, 1.0)
    return 1.0 - share if metric_of(found.table, found.view.color).higher_is_better is False and high > low else share


def _levels(shares: np.ndarray) -> np.ndarray:
    """Shares as levels from 0, -1 for an unknown one."""
    known = ~np.isnan(shares)
    level = np.full(shares.size, -1)
    level[known] = np.minimum((shares[known] * LEVELS).astype(np.int64), LEVELS - 1)
    return level


def place(x: TrialAxis, y: TrialAxis, across: float, down: float) -> tuple[float, float]:
    """Where a trial is on the drawing; at the edge where it is beyond."""
    one, other = (float(np.clip(axis.shares(value), 0, 1)) for axis, value in ((x, across), (y, down)))
    return LEFT + one * (RIGHT - LEFT), BOTTOM - other * (BOTTOM - TOP)
