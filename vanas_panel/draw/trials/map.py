"""The map of a table of trials as SVG: two columns of numbers, coloured by a third."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.draw.trials.map_axis import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, TrialAxis, map_axis
from vanas_panel.draw.trials.map_marks import MOST_POINTS, color_ends, place, ramp
from vanas_panel.draw.trials.map_marks import paths as map_paths
from vanas_panel.draw.trials.words import column_words, metric_of
from vanas_panel.state.trials_found import Found, axis_values
from vanas_panel.state.trials_view import ROW, numeric_columns
from vanas_panel.tables.metrics import DIRECTION_WORDS, Metric, better_words
from vanas_panel.tables.trial_words import trials_words
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)
_FRAME = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "top": TOP, "right": RIGHT, "bottom": BOTTOM,
          "ticks": BOTTOM + 14, "beside": LEFT - 6, "names": BOTTOM + 32}

def map_html(found: Found) -> Html:
    """The card of the map.

    Parameters
    ----------
    found : Found

    Returns
    -------
    Html
        With the actions ``metric``, ``better``, ``x``, ``y``, ``color``; the plot says where it is in ``data-plot``.
    """
    table, view = found.table, found.view
    x, y = (map_axis(table, name, found.rows) for name in (view.x, view.y))
    across, down = axis_values(table, view.x), axis_values(table, view.y)
    drawn = found.rows[~(np.isnan(across[found.rows]) | np.isnan(down[found.rows]))]
    chosen = view.chosen
    if chosen is not None and (math.isnan(across[chosen]) or math.isnan(down[chosen])):
        chosen = None
    mark = None
    if chosen is not None:
        mark = dict(zip("xy", place(x, y, across[chosen], down[chosen]), strict=True))
    drawn_paths = map_paths(found, drawn, x, y)
    numbers = numeric_columns(table)
    return _PIECES.card(
        title=_("Overview"), choices=[
            {"name": name, "label": label, "options": [
                {"value": each, "words": column_words(table, each), "chosen": each == value} for each in options]}
            for name, label, value, options in (
                ("x", "x", view.x, (ROW, *numbers)), ("y", "y", view.y, (ROW, *numbers)),
                ("color", _("colour"), view.color, (*numbers,)))],
        plot=f"{LEFT / WIDTH:.6f},{TOP / HEIGHT:.6f},{RIGHT / WIDTH:.6f},{BOTTOM / HEIGHT:.6f}",
        frame={**_FRAME, "x_name": _axis_words(table, x), "y_name": _axis_words(table, y)}, paths=drawn_paths,
        ticks_x=_ticks(table, x), ticks_y=_ticks(table, y), box=_box(found, x, y), mark=mark,
        scale=_scale_words(found, drawn), ramp=ramp(),
        label=_("{y} over {x}, {count}").format(x=column_words(table, view.x), y=column_words(table, view.y),
                                                count=trials_words(drawn.size)),
        said=_said(found, drawn))


def _box(found: Found, x: TrialAxis, y: TrialAxis) -> dict[str, float] | None:
    """The required ranges of both axes, as a box; None where neither has one."""
    ends = []
    for axis in (x, y):
        required = found.view.where.get(axis.name)
        low, high = required if isinstance(required, tuple) else (None, None)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = [edge if end is None else float(np.clip(np.nan_to_num(axis.shares(end), nan=edge), 0, 1))
                      for end, edge in ((low, 0.0), (high, 1.0))]
        ends.append((shares, isinstance(required, tuple)))
    if not any(is_set for _, is_set in ends):
        return None
    (x_low, x_high), (y_low, y_high) = ends[0][0], ends[1][0]
    left, top = LEFT + x_low * (RIGHT - LEFT), BOTTOM - y_high * (BOTTOM - TOP)
    return {"x": left, "y": top, "width": (x_high - x_low) * (RIGHT - LEFT),
            "height": (y_high - y_low) * (BOTTOM - TOP)}


def _ticks(table: TrialTable, axis: TrialAxis) -> list[dict[str, Any]]:
    """Ticks of an axis with their shares and texts."""
    metric = metric_of(table, axis.name)
    values = axis_ticks(metric, axis.low, axis.high, log=axis.log)
    if axis.name == ROW:
        values = [value for value in values if value == round(value)]
    texts = tick_texts(metric, values, log=axis.log)
    shares = [float(axis.shares(value)) for value in values]
    return [{"words": words, "x": LEFT + share * (RIGHT - LEFT), "y": BOTTOM - share * (BOTTOM - TOP)}
            for share, words in zip(shares, texts, strict=True)]


def _axis_words(table: TrialTable, axis: TrialAxis) -> str:
    """The name below or beside an axis."""
    words = column_words(table, axis.name)
    return _("{column} (logarithmic)").format(column=words) if axis.log else words


def _scale_words(found: Found, drawn: np.ndarray) -> dict[str, str] | None:
    """What the colours say: their two ends, worse first."""
    low, high = color_ends(found, drawn)
    if math.isnan(low):
        return None
    metric = metric_of(found.table, found.view.color)
    ends = [format_value(metric, low), format_value(metric, high)]
    if metric.higher_is_better is False:
        ends.reverse()
    is_directed = metric.higher_is_better is not None
    return {"name": column_words(found.table, found.view.color), "from": ends[0], "to": ends[1],
            "worse": _("worse") if is_directed else _("lower"), "better": _("better") if is_directed else _("higher")}


def _said(found: Found, drawn: np.ndarray) -> list[str]:
    """What is left out, and how many are drawn as bins."""
    lines = []
    if not found.rows.size:
        lines.append(_("No trial is complete: nothing is drawn. Show failed and pruned trials in the table."))
    elif not drawn.size:
        lines.append(_("No trial has a value on both axes: choose other columns."))
    elif found.rows.size > drawn.size:
        missing = found.rows.size - drawn.size
        lines.append(ngettext("{count} trial without a value on an axis is not drawn.",
                              "{count} trials without a value on an axis are not drawn.", missing).format(
                                  count=format_count(missing)))
    if drawn.size > MOST_POINTS:
        lines.append(_("{count} in bins, each in the colour of its mean.").format(count=trials_words(drawn.size)))
    return lines


def better_choices(metric: Metric) -> list[dict[str, Any]]:
    """The directions for a template; first that it is unknown, where nobody has said it."""
    unknown = [{"value": "", "words": better_words(metric), "chosen": True}] if metric.is_unknown else []
    words = {True: _("higher is better"), False: _("lower is better"), None: _("neither is better")}
    return unknown + [{"value": DIRECTION_WORDS[direction], "words": words[direction],
                       "chosen": not unknown and direction is metric.higher_is_better} for direction in words]
