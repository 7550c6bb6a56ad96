"""An edit of the drawn cell, sketched on the designer's canvas before it is made: ghost edges and ghost operations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, MultiLine, Rect, Text
from bokeh.plotting import figure

from vanas_panel.core.cell_edits import ADD, CHANGE, CONTRACT, INSERT, KINDS, REMOVE, CellEdit
from vanas_panel.core.edit import with_edge
from vanas_panel.draw.cell.canvas import MANY, box_size
from vanas_panel.draw.cell.routing import Route, route
from vanas_panel.draw.cell.scene import Columns, Scene
from vanas_panel.draw.chart import add_glyph
from vanas_panel.draw.labels import IN_BOX, IN_SMALL_BOX, short_labels
from vanas_panel.draw.theme import FONT, operation_colors

LINES, BOXES = "ghost_lines", "ghost_boxes"
"""Names of the renderers."""


class GhostColumns(NamedTuple):
    """Columns of a sketch: lines, and boxes with a word each."""

    lines: Columns
    boxes: Columns


def ghost_columns(scene: Scene, edit: CellEdit | None) -> GhostColumns:
    """What sketches an edit of the draft of a scene; empty columns for none.

    An edge that comes is dashed and one that goes is wide and pale; a box that comes or changes is dashed and bears the
    new operation, and one that goes bears a cross: no two of them differ by colour alone.

    Parameters
    ----------
    scene : Scene
    edit : CellEdit, optional
    """
    lines: list[tuple[Route, bool]] = []
    boxes: list[tuple[float, float, str]] = []
    if edit is not None:
        edge, kind = (edit.source, edit.target), KINDS.index(edit.kind)
        if kind in (ADD, CONTRACT):
            lines.append((route(with_edge(scene.draft, edge), scene.positions)[edge], True))
        if kind in (REMOVE, INSERT):
            lines.append((scene.lines[edge], False))
        if kind == INSERT:
            boxes.append((*_middle(scene.lines[edge]), edit.operation))
        if kind == CHANGE:
            boxes.append((*scene.positions[edit.vertex], edit.operation))
        if kind == CONTRACT:
            boxes.append((*scene.positions[edit.vertex], ""))
    return GhostColumns(_line_columns(scene, lines), _box_columns(scene, boxes))


def _middle(line: Route) -> tuple[float, float]:
    """The point halfway along a line."""
    xs, ys = line
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    return float(np.interp(along[-1] / 2, along, xs)), float(np.interp(along[-1] / 2, along, ys))


def _line_columns(scene: Scene, lines: list[tuple[Route, bool]]) -> Columns:
    """Edges that come and go."""
    colors = scene.colors
    return {"xs": [line[0].tolist() for line, _ in lines], "ys": [line[1].tolist() for line, _ in lines],
            "color": [colors.accent if comes else colors.muted for _, comes in lines],
            "width": [3.0 if comes else 11.0 for _, comes in lines],
            "alpha": [1.0 if comes else 0.4 for _, comes in lines],
            "dash": [[7, 5] if comes else [] for _, comes in lines]}


def _box_columns(scene: Scene, boxes: list[tuple[float, float, str]]) -> Columns:
    """Operations that come, and vertices that go."""
    count = len(scene.draft.operations)
    short = short_labels((*scene.operations, *scene.draft.operations), IN_SMALL_BOX if count > MANY else IN_BOX)
    wide, high = box_size(count)
    looks = [operation_colors(name, scene.operations, scene.colors) if name else (scene.colors.card, scene.colors.text)
             for *_, name in boxes]
    return {"x": [x for x, _, _ in boxes], "y": [y for _, y, _ in boxes], "wide": [wide for _ in boxes],
            "high": [high for _ in boxes], "fill": [fill for fill, _ in looks], "text_color": [ink for _, ink in looks],
            "outline": [scene.colors.accent for _ in boxes],
            "word": [short[name] if name else "✕" for *_, name in boxes]}


def add_ghost(drawn: figure) -> None:
    """Give the designer's figure the renderers of a sketch, empty, above all others.

    Parameters
    ----------
    drawn : figure
        Changed in place.
    """
    empty = GhostColumns({name: [] for name in ("xs", "ys", "color", "width", "alpha", "dash")},
                         {name: [] for name in ("x", "y", "wide", "high", "fill", "text_color", "outline", "word")})
    lines, boxes = ColumnDataSource(empty.lines), ColumnDataSource(empty.boxes)
    add_glyph(drawn, MultiLine(xs="xs", ys="ys", line_color="color", line_width="width", line_alpha="alpha",
                               line_dash="dash", line_cap="round"), lines, name=LINES)
    add_glyph(drawn, Rect(x="x", y="y", width="wide", height="high", border_radius=6, fill_color="fill",
                          line_color="outline", line_width=2.5, line_dash=[6, 4]), boxes, name=BOXES)
    add_glyph(drawn, Text(x="x", y="y", text="word", text_color="text_color", text_align="center",
                          text_baseline="middle", text_font=value(FONT), text_font_size="12.5px"), boxes)


def show_ghost(drawn: figure, columns: GhostColumns) -> None:
    """Show a sketch; what stays is not sent again."""
    for name, wanted in ((LINES, columns.lines), (BOXES, columns.boxes)):
        source = next(each for each in drawn.renderers if each.name == name).data_source
        if dict(source.data) != wanted:
            source.data = wanted
