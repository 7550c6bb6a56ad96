"""Parallel coordinates of trials: one axis for each parameter and the metric, one line for each trial."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from vanas_panel.core.polyline_counts import polyline_counts
from vanas_panel.core.trial_levels import number_text
from vanas_panel.draw.format import format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.parallel.axis import COLUMNS
from vanas_panel.draw.parallel.raster import BAND, parallel_png
from vanas_panel.draw.png import data_address
from vanas_panel.draw.theme import Palette
from vanas_panel.draw.trials.map_axis import map_axis
from vanas_panel.draw.trials.words import column_words, short
from vanas_panel.state.trials_found import Found, axis_values
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

MOST_AXES = 14
"""Axes that are drawn: the first parameters, and the metric."""

_FIRST, _LAST = 26, COLUMNS - 2
"""Pixels of the low and of the high end; at 0 pass the trials without a value."""


def axes_html(found: Found, colors: Palette) -> Html:
    """The card of parallel coordinates.

    Parameters
    ----------
    found : Found
    colors : Palette
        A picture knows no variables of CSS.
    """
    table, view = found.table, found.view
    names = [*table.parameters[:MOST_AXES - 1], *([view.metric] if view.metric else [])]
    title = _("Parallel coordinates")
    if len(names) < 2 or not found.rows.size:
        return _PIECES.nothing(title=title, words=_("Two columns and a complete trial are needed to draw lines."))
    pixels = [_once(found, "pixels", name, axis_pixels) for name in names]
    is_matching = np.zeros(len(table), bool)
    is_matching[found.matching] = True
    own = is_matching[found.rows]
    ghost = found.once(("ghost", *names), lambda: _counted(pixels))
    chosen = _counted([each[own] for each in pixels]) if view.where else None
    titles = [column_words(table, name) for name in names]
    lines = [_line(words, _once(found, "ends", name, _ends), BAND * place)
             for place, (name, words) in enumerate(zip(names, titles, strict=True))]
    at = np.flatnonzero(found.rows == view.chosen) if view.chosen is not None else np.zeros(0, np.int64)
    way = "" if not at.size else "M" + "L".join(f"{each[at[0]] + .5:.1f} {BAND * place}"
                                                for place, each in enumerate(pixels))
    return _PIECES.card(
        title=title, lines=lines, way=way,
        picture={"address": data_address(parallel_png(ghost, chosen, colors)), "width": COLUMNS,
                 "height": BAND * (len(names) - 1)},
        frame={"width": COLUMNS + 8, "height": BAND * (len(names) - 1) + 34, "first": _FIRST, "last": _LAST,
               "middle": (_FIRST + _LAST) / 2},
        label=_("Parallel coordinates of {names}").format(names=", ".join(titles)))


def _once(found: Found, what: str, name: str, make: Callable[[TrialTable, str, np.ndarray], Any]) -> Any:
    """What follows from a column over the trials of a view, made once for all views of the same trials."""
    return found.once((what, name), lambda: make(found.table, name, found.rows))


def axis_pixels(table: TrialTable, name: str, rows: np.ndarray) -> np.ndarray:
    """Where trials cross the axis of a column, ``uint16 (m,)``: numbers by value, texts in equal steps, 0 without one.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"opt": ["adam", "sgd", None], "loss": [1.0, 2.0, 3.0]}))
    >>> axis_pixels(trials, "opt", trials.rows_in("complete")).tolist()
    [26, 494, 0]
    """
    column = table.columns[name]
    if column.levels is not None:
        shares = column.values[rows] / max(len(column.levels) - 1, 1)
    else:
        axis = map_axis(table, name, rows)
        ends = axis_values(table, name)[rows]
        known = ends[~np.isnan(ends)]
        low, high = (axis.shares(float(known.min())), axis.shares(float(known.max()))) if known.size else (0.0, 1.0)
        shares = (axis.shares(ends) - low) / (high - low) if high > low else np.full(rows.size, 0.5)
    known = column.known[rows]
    places = np.zeros(rows.size, np.uint16)
    places[known] = np.clip(np.rint(_FIRST + shares[known] * (_LAST - _FIRST)), _FIRST, _LAST)
    return places


def _line(name: str, ends: tuple[str, str], y: int) -> dict[str, Any]:
    """One axis for the template."""
    return {"name": name, "low": ends[0], "high": ends[1], "y": y, "above": y - 4, "below": y + 11}


def _counted(pixels: list[np.ndarray]) -> np.ndarray:
    """How many trials pass each pixel."""
    return np.vstack([polyline_counts(*pair, COLUMNS, BAND) for pair in pairwise(pixels)])


def _ends(table: TrialTable, name: str, rows: np.ndarray) -> tuple[str, str]:
    """What stands at the ends of an axis."""
    column = table.columns[name]
    if column.levels is not None:
        return short(column.levels[0]), short(column.levels[-1])
    known = column.values[rows][column.known[rows]]
    if not known.size:
        return "", ""
    low, high = float(known.min()), float(known.max())
    if name in table.metrics:
        return format_value(table.metrics[name], low), format_value(table.metrics[name], high)
    return number_text(low), number_text(high)
