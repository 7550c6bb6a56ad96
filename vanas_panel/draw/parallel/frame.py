"""What stands around the raster of parallel coordinates: names, ends and brushes of the axes, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vanas_panel.draw.cells_table import short_name
from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, PAGE, TEXT
from vanas_panel.draw.format import count_cells, format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.parallel.axis import COLUMNS, OFFSET, RAIL, WIDTH, ParallelAxis
from vanas_panel.draw.parallel.raster import BAND
from vanas_panel.tables.metrics import better_words, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked

_PIECES = pieces(__file__)

HELP = marked("Left and right arrow keys move the left end of the brush, with Shift its right end; up and down arrow "
              "keys move the axis; F flips it; Delete takes the brush away.")
"""Keys of an axis, for people and screen readers."""

CSS = f"""
.parallel {{ position: relative; display: grid; grid-template-columns: 138px minmax(0, 1fr); user-select: none; }}
.parallel .names, .parallel .plot {{ position: relative; }}
.parallel .plot {{ margin-right: 10px; }}
.parallel img {{ position: absolute; left: 0; width: 100%; image-rendering: auto; pointer-events: none; }}
.parallel .name {{
  position: absolute; left: 0; right: 8px; height: 40px; transform: translateY(-50%); display: flex; gap: 2px;
  align-items: center;
}}
.parallel .name .handle {{
  flex: 1 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; text-align: left; border-color: transparent;
  background: none; padding: 3px 4px; font-size: 11px; font-weight: 550; cursor: grab; touch-action: none;
  line-height: 1.1; max-height: 42px; white-space: normal;
}}
.parallel .name .flip {{ flex: none; border: 0; background: none; padding: 3px 4px; color: {MUTED}; font-size: 11px; }}
.parallel .name.moving {{
  z-index: 4; background: {CARD}; outline: 1px solid {ACCENT}; border-radius: 6px; opacity: .9;
}}
.parallel .axis {{
  position: absolute; height: 28px; transform: translateY(-50%); cursor: crosshair; touch-action: pan-y;
}}
.parallel .axis::before {{
  content: ""; position: absolute; left: 0; right: 0; top: 50%; border-top: 1.5px solid {TEXT}; opacity: .75;
}}
.parallel .end {{
  position: absolute; top: 17px; font-size: 10px; line-height: 1; color: {TEXT}; background: {CARD}; opacity: .86;
  padding: 1px 3px; border-radius: 3px; pointer-events: none; white-space: nowrap;
}}
.parallel .end.right {{ right: 0; }}
.parallel .brush {{
  position: absolute; top: 7px; bottom: 7px; border: 1.5px solid {ACCENT}; border-radius: 3px; min-width: 3px;
  background: color-mix(in srgb, {ACCENT} 22%, transparent); pointer-events: none; box-sizing: border-box;
}}
.parallel .rail {{
  position: absolute; border-left: 1px dashed {MUTED}; opacity: .8; pointer-events: none;
}}
@media (max-width: 720px) {{
  .parallel {{ grid-template-columns: 104px minmax(0, 1fr); }}
  .parallel .name .flip {{ padding: 3px 1px; }}
}}
.bar {{ display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; }}
.bar .words {{ flex: 1 1 auto; }}
.bar .pair {{ display: inline-flex; gap: 3px; }}
.parallel-scroll {{
  flex: 0 0 auto; padding: 18px 0 30px 4px; border: 1px solid {LINE}; border-radius: 6px; background: {CARD};
}}
.help {{ color: {MUTED}; font-size: 11px; background: {PAGE}; border-radius: 6px; padding: 6px 10px; }}
"""


def frame_html(table: BenchmarkTable, axes: Sequence[ParallelAxis], brushes: Mapping[str, tuple[float, float]],
               address: str, chosen: int | None, *, still: bool = False) -> Html:
    """Parallel coordinates with their axes.

    Parameters
    ----------
    table : BenchmarkTable
    axes : sequence of ParallelAxis
        From the top.
    brushes : mapping of str to (float, float)
        The lowest and the highest value of the brush on an axis, by its name.
    address : str
        Of the raster, see `vanas_panel.draw.png.data_address`.
    chosen : int or None
        How many cells are selected; None where all are.
    still : bool, optional
        Whether nothing answers, as in a report.
    """
    return _PIECES.whole(
        words=_words(table, chosen), axes=[_axis(table, axis, index, brushes) for index, axis in enumerate(axes)],
        address=address, height=BAND * (len(axes) - 1), still=still, by_rank=bool(axes and axes[0].by_rank),
        rail=f"{100 * RAIL / COLUMNS:.3f}%", left=f"{100 * OFFSET / COLUMNS:.3f}%",
        width=f"{100 * WIDTH / COLUMNS:.3f}%",
        rail_words=_("Cells that were not measured pass here."),
        picture=_("Parallel coordinates of {cells}: every cell is a line down through all axes.").format(
            cells=count_cells(len(table))),
        spread=_("Spread"), value=_("by value"), rank=_("by rank"),
        value_tooltip=_("A place on an axis is a value: equal steps are equal differences"),
        rank_tooltip=_("A place on an axis is a rank: cells lie evenly, and equal ones together"),
        flip=_("Flip"), clear=_("Clear brushes") if brushes else "", reset=_("As at first"),
        reset_tooltip=_("The order and the directions of the axes as at first"), help=_(HELP),
        drag=_("Drag along an axis to brush it; click it to take the brush away. Drag a name to move its axis."))


def _words(table: BenchmarkTable, chosen: int | None) -> str:
    """How many cells are drawn how."""
    if chosen is None:
        return count_cells(len(table))
    return _("{count} of {total} cells are selected.").format(count=format_count(chosen),
                                                              total=format_count(len(table)))


def _axis(table: BenchmarkTable, axis: ParallelAxis, index: int,
          brushes: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """One axis for the template."""
    metric = axis.metric
    ends = [format_value(metric, value) for value in axis.ends(table)]
    unknown = int(np.isnan(table.column(axis.name)).sum())
    words = _("{column}, {direction}: {left} at the left, {right} at the right.").format(
        column=label_of(metric), direction=better_words(metric), left=ends[0], right=ends[1])
    words += " " + _("{count} not measured.").format(count=format_count(unknown)) if unknown else ""
    brush = brushes.get(axis.name)
    drawn = None
    if brush is not None:
        from_left, from_right = sorted(axis.share(table, value) for value in brush)
        drawn = {"left": f"{100 * from_left:.2f}%", "width": f"{100 * (from_right - from_left):.2f}%"}
        words += " " + _("Brushed from {low} to {high}.").format(
            low=format_value(metric, brush[0]), high=format_value(metric, brush[1]))
    return {"index": index, "top": index * BAND, "name": short_name(axis.name, metric), "words": words,
            "left": ends[0], "right": ends[1], "brush": drawn, "flipped": str(axis.flipped).lower()}
