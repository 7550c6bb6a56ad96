"""Small drawings of cells as SVG text: thumbnails for presets, completions and reports."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.views.canvas import BOX_HEIGHT, BOX_WIDTH
from vanas_panel.views.layout import place, route
from vanas_panel.views.theme import Palette, operation_colors, operation_label

_MARGIN = 3.0
_WIDEST = 0.27
"""Most of the width that one box may take."""


def cell_svg(draft: Draft, operations: tuple[str, ...], colors: Palette, width: int = 88, height: int = 72,
             title: str = "") -> str:
    """A small, calm drawing of a cell: coloured boxes without words, input at the top.

    Parameters
    ----------
    draft : Draft
    operations : tuple of str
        Operations of the search space, which give the boxes their colours.
    colors : Palette
        Light or dark, see `vanas_panel.views.theme.palette`.
    width, height : int, optional
        Size in pixels, at least 24 each.
    title : str, optional
        What a screen reader says and a pointer shows; any text. By default the operations and the number of edges.

    Returns
    -------
    str
        One self-contained `<svg>` element: no reference to anything outside, all text escaped.

    Examples
    --------
    >>> from vanas_panel.views.theme import LIGHT
    >>> cell_svg(Draft(["input", "output"], [(0, 1)]), (), LIGHT)[:4]
    '<svg'
    """
    name = escape(title or describe(draft))
    shapes = _shapes(draft.operations, draft.edges, tuple(operations), colors, width, height)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img" aria-label="{name}"><title>{name}</title>{shapes}</svg>')


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
    parts = [f"{count} × {label}" for label, count in counts.items()] or ["no operations"]
    edges = len(draft.edges)
    return f"{', '.join(parts)}; {edges} {'edge' if edges == 1 else 'edges'}"


@lru_cache(maxsize=2048)
def _shapes(labels: tuple[str, ...], edges: tuple[Edge, ...], operations: tuple[str, ...], colors: Palette, width: int,
            height: int) -> str:
    """Lines and boxes of a drawing, lines first."""
    draft = Draft(labels, edges)
    places = place(draft)
    lines = route(draft, places)
    # Everything that has an extent, boxes by their corners.
    xs = [x for line, _ in lines.values() for x in line.tolist()]
    xs += [x + half for x, _ in places.values() for half in (-BOX_WIDTH / 2, BOX_WIDTH / 2)]
    ys = [y for _, line in lines.values() for y in line.tolist()]
    ys += [y + half for _, y in places.values() for half in (-BOX_HEIGHT / 2, BOX_HEIGHT / 2)]
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    scale_x = min((width - 2 * _MARGIN) / (right - left), _WIDEST * width / BOX_WIDTH)
    scale_y = (height - 2 * _MARGIN) / (top - bottom)

    def at(x: float, y: float) -> tuple[float, float]:
        return width / 2 + (x - (left + right) / 2) * scale_x, _MARGIN + (top - y) * scale_y

    parts = [f'<g fill="none" stroke="{escape(colors.muted)}" stroke-width="1.1" stroke-opacity="0.8">']
    for line_xs, line_ys in lines.values():
        points = " ".join("{:.1f},{:.1f}".format(*at(x, y))
                          for x, y in zip(line_xs.tolist(), line_ys.tolist(), strict=True))
        parts.append(f'<polyline points="{points}"/>')
    parts.append("</g>")
    half_x, half_y = BOX_WIDTH / 2 * scale_x, BOX_HEIGHT / 2 * scale_y
    for vertex, place_of in places.items():
        fill, _ = operation_colors(labels[vertex], operations, colors)
        line = colors.terminal_line if vertex in (0, draft.output) else fill
        x, y = at(*place_of)
        parts.append(f'<rect x="{x - half_x:.1f}" y="{y - half_y:.1f}" width="{2 * half_x:.1f}" '
                     f'height="{2 * half_y:.1f}" rx="1.5" fill="{escape(fill)}" stroke="{escape(line)}" '
                     'stroke-width="0.8"/>')
    return "".join(parts)
