"""Small drawings of cells as SVG text: thumbnails for presets, completions and reports."""

from __future__ import annotations

from functools import lru_cache

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.draw.cell.canvas import box_size
from vanas_panel.draw.cell.layout import place, route
from vanas_panel.draw.format import count_edges
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette, operation_colors, operation_label
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_MARGIN = 3.0
_WIDEST = 0.27
"""Most of the width that one box may take."""


def cell_svg(draft: Draft, operations: tuple[str, ...], colors: Palette, width: int = 88, height: int = 72,
             title: str = "") -> Html:
    """A small, calm drawing of a cell: coloured boxes without words, input at the top.

    Parameters
    ----------
    draft : Draft
    operations : tuple of str
        Operations of the search space, which give the boxes their colours.
    colors : Palette
        Light or dark, see `vanas_panel.draw.theme.palette`.
    width, height : int, optional
        Size in pixels, at least 24 each.
    title : str, optional
        Text for screen readers and tooltip; any text. By default the operations and the number of edges.

    Returns
    -------
    Html
        One self-contained `<svg>` element: no reference to anything outside, all text escaped.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> cell_svg(Draft(["input", "output"], [(0, 1)]), (), LIGHT).startswith("<svg")
    True
    """
    shapes = _shapes(draft.operations, draft.edges, tuple(operations), colors, width, height)
    return _PIECES.drawing(width=width, height=height, name=title or describe(draft), shapes=shapes)


def describe(draft: Draft) -> str:
    """A draft in words: its operations and how many edges it has.

    Examples
    --------
    >>> describe(Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]))
    '1 × max-pool 3×3; 2 edges'
    """
    counts: dict[str, int] = {}
    for operation in draft.operations[1:-1]:
        label = operation_label(operation)
        counts[label] = counts.get(label, 0) + 1
    parts = [f"{count} × {label}" for label, count in counts.items()] or [_("no operations")]
    return f"{', '.join(parts)}; {count_edges(len(draft.edges))}"


@lru_cache(maxsize=2048)
def _shapes(labels: tuple[str, ...], edges: tuple[Edge, ...], operations: tuple[str, ...], colors: Palette, width: int,
            height: int) -> Html:
    """Lines and boxes of a drawing, lines first."""
    draft = Draft(labels, edges)
    centres = place(draft)
    lines = route(draft, centres)
    box_width, box_height = box_size(len(labels))
    # Everything that has an extent, boxes by their corners.
    xs = [x for line, _ in lines.values() for x in line.tolist()]
    xs += [x + half for x, _ in centres.values() for half in (-box_width / 2, box_width / 2)]
    ys = [y for _, line in lines.values() for y in line.tolist()]
    ys += [y + half for _, y in centres.values() for half in (-box_height / 2, box_height / 2)]
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    scale_x = min((width - 2 * _MARGIN) / (right - left), _WIDEST * width / box_width)
    scale_y = (height - 2 * _MARGIN) / (top - bottom)

    def at(x: float, y: float) -> tuple[float, float]:
        return width / 2 + (x - (left + right) / 2) * scale_x, _MARGIN + (top - y) * scale_y

    half_x, half_y = box_width / 2 * scale_x, box_height / 2 * scale_y
    boxes = []
    for vertex, centre in centres.items():
        fill, _ = operation_colors(labels[vertex], operations, colors)
        line = colors.terminal_line if vertex in (0, draft.output) else fill
        x, y = at(*centre)
        boxes.append({"x": f"{x - half_x:.1f}", "y": f"{y - half_y:.1f}", "fill": fill, "line": line})
    return _PIECES.shapes(
        stroke=colors.muted, boxes=boxes, width=f"{2 * half_x:.1f}", height=f"{2 * half_y:.1f}",
        lines=[" ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in zip(xs.tolist(), ys.tolist(), strict=True))
               for xs, ys in lines.values()])
