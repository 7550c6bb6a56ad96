"""The neighbourhood of a cell as a picture: the cell at the left, then those one edit away, then those two edits away.

Each ring is a column, best cell first: the best ones with drawings, the next ones as smaller buttons, and the rest as a
strip of colours with their number. Lines lead from the cell to its neighbours, and on to the cells behind them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import CARD, LINE, MUTED
from vanas_panel.draw.format import count_cells, format_count, format_difference, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.improve.words import Steps, steps_words
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.theme import Palette, difference_color
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

LARGE, SMALL = 3, 6
"""Cells of a ring that are drawn, and cells below them that are buttons; the rest is counted."""
_TOP, _LARGE_HEIGHT, _SMALL_HEIGHT, _GAP = 38, 44, 25, 3
_WIDTH = 100
_STRIP = 12
"""Colours of the strip of the rest."""

CSS = f"""
.rings {{ position: relative; display: flex; flex-direction: column; min-height: 0; flex: 1 1 auto; gap: 4px; }}
.plan {{ display: grid; grid-template-columns: 66px minmax(12px, 1fr) minmax(104px, 150px); align-items: start; }}
.plan.r2 {{
  grid-template-columns: 66px minmax(12px, 1fr) minmax(100px, 108px) minmax(12px, 1fr) minmax(100px, 108px);
}}
.plan .own {{ display: flex; align-items: center; }}
.plan .ring {{ display: grid; gap: {_GAP}px; }}
.plan .ring p {{ height: {_TOP - _GAP}px; overflow: hidden; font-size: 10.5px; line-height: 1.2; }}
.plan .fan {{ width: 100%; display: block; }}
.plan .near {{
  display: flex; align-items: center; gap: 6px; padding: 1px 5px; text-align: left; width: 100%; font-size: 11.5px;
  line-height: 1.2; min-width: 0;
}}
.plan .large {{ height: {_LARGE_HEIGHT}px; }}
.plan .small {{ height: {_SMALL_HEIGHT}px; font-size: 11.5px; }}
.plan .own .near {{ flex-direction: column; padding: 5px 2px; gap: 2px; height: auto; }}
.plan .own .near:disabled {{ opacity: 1; }}
.plan .near b {{ font-weight: 650; }}
.plan .near span {{ white-space: nowrap; font-size: 10.5px; }}
.plan .chip, .rest i {{ display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 4px; }}
.rest {{ font-size: 10.5px; color: {MUTED}; padding: 2px 5px; line-height: 1.2; }}
.rest i {{ display: block; width: 100%; height: 7px; margin: 0 0 2px; border: 1px solid {LINE}; }}
.rings .said {{
  position: absolute; left: 0; right: 0; top: 0; padding: 1px 0; background: {CARD}; color: inherit; opacity: 0;
  pointer-events: none; z-index: 2; white-space: normal !important; min-height: 32px; font-size: 11px !important;
}}
.near:hover .said, .near:focus-visible .said {{ opacity: 1; }}
"""


class Ring(NamedTuple):
    """The cells of one ring.

    Attributes
    ----------
    edits : int
        How many edits away they are.
    rows : int64 (n,)
        Best first.
    values, differences : float64 (n,)
        NaN where unknown.
    """

    edits: int
    rows: np.ndarray
    values: np.ndarray
    differences: np.ndarray


def rings_of(found: pd.DataFrame, edits: int) -> list[Ring]:
    """The rings of a frame as `vanas_panel.neighbours` returns it, the nearest one first."""
    away = found["edits"].to_numpy() if edits > 1 else np.ones(len(found), np.int64)
    columns = [found[name].to_numpy() for name in ("row", found.attrs["metric"], "difference")]
    return [Ring(number, *(column[away == number] for column in columns)) for number in range(1, edits + 1)]


def ring_rows(found: pd.DataFrame, edits: int) -> list[int]:
    """The rows of a frame that the picture has as buttons."""
    return [row for ring in rings_of(found, edits) for row in ring.rows[:LARGE + SMALL].tolist()]


def rings_html(table: BenchmarkTable, draft: Draft, row: int | None, found: pd.DataFrame, steps: Mapping[int, Steps],
               metric: Metric, colors: Palette) -> Html:
    """The picture, with the actions ``near:...`` and what each hovers and points at.

    Parameters
    ----------
    table : BenchmarkTable
    draft : Draft
        The cell in the middle.
    row : int, optional
        Its row; None where the table lacks it.
    found : DataFrame
        As `vanas_panel.neighbours` returns it.
    steps : mapping of int to Steps
        The edits that lead to each of `ring_rows`.
    metric : Metric
    colors : Palette
    """
    edits = 2 if "edits" in found else 1
    rings, scale = rings_of(found, edits), scale_of(table, metric.name)
    heights = [_height(min(ring.rows.size, LARGE + SMALL), ring.rows.size > LARGE + SMALL) for ring in rings]
    height, value = max(*heights, _height(LARGE, is_more=False)), found.attrs["value"]
    said = _("The drawn cell: {label} {value}").format(label=label_of(metric), value=format_value(metric, value))
    own = {"size": "large", "action": f"near:{row}", "hint": "" if row is None else f"row:{row}", "hover": "",
           "disabled": row is None, "said": said, "shade": scale.color(value), "number": format_value(metric, value),
           "change": "", "color": "", "drawing": cell_svg(draft, table.space.operations, colors, width=48, height=46,
                                                           title=said)}
    starts = {0: height / 2}
    shown = []
    via = {} if edits == 1 else dict(zip(found["row"].tolist(), found["via"].fillna(-1).tolist(), strict=True))
    for ring in rings:
        listed = ring.rows[:LARGE + SMALL].tolist()
        ends = {each: _middle(place) for place, each in enumerate(listed)}
        below = _middle(len(listed)) - _SMALL_HEIGHT / 2 + 6
        lines = [{"path": _path(starts[0] if ring.edits == 1 else starts.get(via[each], starts[-1]), ends[each]),
                  "color": shade} for each, shade in zip(listed, scale.colors(ring.values[:len(listed)].tolist()),
                                                         strict=True)]
        # The best lines lie above the others.
        shown.append({"lines": lines[::-1], **_ring_words(ring, metric),
                      "cells": [_near(table, steps[each], metric, colors, scale.color(cell_value), difference, each,
                                      is_large=place < LARGE)
                                for place, (each, cell_value, difference) in enumerate(zip(
                                    listed, ring.values.tolist(), ring.differences.tolist(), strict=False))],
                      **_rest(ring, metric, scale.colors(ring.values[len(listed):].tolist()))})
        starts = {**ends, -1: below}
    return _PIECES.rings(
        label=_("Cells around the drawn one"), own=own, rings=shown, height=math.ceil(height), width=_WIDTH,
        hint=_("Best cells first. Point at one to see its edits; click it to go there."))


def _height(count: int, is_more: bool) -> float:
    """The height of a column of cells in pixels."""
    large = min(count, LARGE)
    return (_TOP + large * (_LARGE_HEIGHT + _GAP) + (count - large) * (_SMALL_HEIGHT + _GAP) + (34 if is_more else 0))


def _middle(place: int) -> float:
    """The middle of a cell of a column, from the top."""
    own = _LARGE_HEIGHT if place < LARGE else _SMALL_HEIGHT
    return _height(place, is_more=False) + own / 2


def _path(start: float, end: float) -> str:
    """A line from the left side to the right one."""
    middle = _WIDTH / 2
    return f"M0,{start:.1f} C{middle:.0f},{start:.1f} {middle:.0f},{end:.1f} {_WIDTH},{end:.1f}"


def _ring_words(ring: Ring, metric: Metric) -> dict[str, str]:
    """What stands over a ring: how many edits, how many cells, and how many of them are better."""
    title = ngettext("{count} edit", "{count} edits", ring.edits).format(count=ring.edits)
    words, unknown = [count_cells(ring.rows.size)], int(np.isnan(ring.values).sum())
    if metric.higher_is_better is not None and not np.isnan(ring.differences).all():
        better = int((ring.differences > 0).sum() if metric.higher_is_better else (ring.differences < 0).sum())
        words.append(_("{count} better").format(count=format_count(better) if better else _("none")))
    if unknown:
        words.append(_("{count} not measured").format(count=format_count(unknown)))
    return {"title": title, "words": ", ".join(words)}


def _near(table: BenchmarkTable, steps: Steps, metric: Metric, colors: Palette, shade: str, difference: float, row: int,
          *, is_large: bool) -> dict[str, Any]:
    """One cell of a ring."""
    value = float(table.column(metric.name)[row])
    number = format_value(metric, value)
    change = "" if math.isnan(difference) else format_difference(metric, difference)
    said = _("{edit}: {label} {value}").format(edit=steps_words(steps), label=label_of(metric),
                                              value=f"{number} ({change})" if change else number)
    return {"size": "large" if is_large else "small", "action": f"near:{row}", "hint": f"row:{row}",
            "hover": f"near:{row}", "disabled": False, "said": said, "shade": shade, "number": number,
            "change": change if is_large else "", "color": difference_color(metric, difference, colors),
            "drawing": cell_svg(steps.after, table.space.operations, colors, width=30, height=36, title=said)
            if is_large else None}


def _rest(ring: Ring, metric: Metric, shades: Sequence[str]) -> dict[str, str]:
    """The cells of a ring that are no buttons: their number, and their colours from the best to the worst."""
    if not shades:
        return {"rest": "", "rest_colors": "", "rest_tooltip": ""}
    picked = [shades[place] for place in np.linspace(0, len(shades) - 1, _STRIP).round().astype(int)]
    known = ring.values[LARGE + SMALL:][~np.isnan(ring.values[LARGE + SMALL:])]
    stops = ", ".join(f"{shade} {100 * place / _STRIP:.1f}% {100 * (place + 1) / _STRIP:.1f}%"
                      for place, shade in enumerate(picked))
    tooltip = "" if not known.size else _("From {best} to {worst}").format(
        best=format_value(metric, float(known[0])), worst=format_value(metric, float(known[-1])))
    more = ngettext("{count} more cell", "{count} more cells", len(shades)).format(count=format_count(len(shades)))
    return {"rest": more, "rest_colors": f"linear-gradient(90deg, {stops})", "rest_tooltip": tooltip}
