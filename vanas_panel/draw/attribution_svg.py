"""Matched importance and distributions of contributions as SVG, for reports."""

from __future__ import annotations

import math
from typing import Any

from vanas_panel.draw.attribution import Columns
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import FONT, Palette

_PIECES = pieces(__file__)
_ROW, _NAMES = 18, 150
"""Height of a row, and width of the names, in pixels."""


def attribution_svg(columns: Columns, title: str, colors: Palette, *, width: int = 560) -> Html:
    """Rows of bars with intervals as one SVG element.

    Parameters
    ----------
    columns : dict of str to list
        As for `vanas_panel.draw.attribution.attribution_figure`; their colours may be CSS variables.
    title : str
        Text for screen readers; any text.
    colors : Palette
    width : int, optional
        In pixels; the height follows from the number of rows.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.attribution import matched_columns
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("structure4")
    >>> plain, matched = vp.edge_importance(table, "edges"), vp.matched_importance(table, "edges")
    >>> attribution_svg(matched_columns(plain, matched, table.metric("edges"), LIGHT), "Matched", LIGHT).count("<g>")
    16
    """
    count = len(columns["name"])
    left, right = (columns[end][0] if count else each for end, each in (("left_end", 0.0), ("right_end", 1.0)))
    unit = (width - _NAMES - 12) / (right - left)

    def at(value: float) -> float:
        return _NAMES + 8 + (value - left) * unit

    return _PIECES.drawing(width=width, height=max(1, count) * _ROW, name=title, font=FONT, zero=at(0.0), ink=colors,
                           faint=colors.faint, rows=[_row(columns, index, at, colors, width) for index in range(count)])


def _row(columns: Columns, index: int, at: Any, colors: Palette, width: int) -> dict[str, Any]:
    """The marks of one row; what is unknown is not drawn."""
    row = {name: each[index] for name, each in columns.items()}
    middle = (index + 0.5) * _ROW

    def bar(start: float, end: float, height: float, color: str, opacity: float | None = None) -> list[dict[str, Any]]:
        if math.isnan(start) or math.isnan(end):
            return []
        ends = sorted((at(start), at(end)))
        return [{"x": ends[0], "width": ends[1] - ends[0], "y": middle - height / 2, "height": height, "color": color,
                 "opacity": opacity}]

    def line(start: float, end: float, half: float = 0.0) -> list[dict[str, float]]:
        if math.isnan(start) or math.isnan(end):
            return []
        return [{"x1": at(start), "x2": at(end), "y1": middle - half, "y2": middle + half}]

    says = "; ".join(filter(None, (row["full_text"], row["first"], row["second"], row["third"])))
    return {"says": f"{row['full_name']}: {says}", "name": row["name"], "name_x": _NAMES, "value": row["value_text"],
            "value_x": width - 2, "middle": middle,
            "bars": [*bar(0.0, row["ghost"], 13, colors.muted, 0.22),
                     *bar(row["bar_left"], row["bar_right"], 8, row["color"])],
            "lines": line(row["whisker_left"], row["whisker_right"]) + line(row["tick"], row["tick"], 5)}
