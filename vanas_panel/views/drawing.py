"""Small drawings of cells as SVG text: thumbnails for presets, completions and reports."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from vanas_panel.core.cell import Draft, Edge
from vanas_panel.views.canvas import BOX_HEIGHT, BOX_WIDTH
from vanas_panel.views.layout import place, route
from vanas_panel.views.theme import Palette, operation_colors, operation_label

_MARGIN = 3.0


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
    name = title or describe(draft)
    shapes = _shapes(draft.operations, draft.edges, tuple(operations), colors, width, height)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img" aria-label="{escape(name)}"><title>{escape(name)}</title>{shapes}</svg>')


def describe(draft: Draft) -> str:
    """A draft in words: its operations and how many edges it has."""
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
    """Paths and boxes of a drawing, edges first."""
    draft = Draft(labels, edges)
    places = place(draft)
    lines = route(draft, places)
    to_x, to_y = _scales(places, lines, width, height)
    box_w, box_h = _box_size(places, to_x, to_y, width, height)
    parts = [f'<g fill="none" stroke="{escape(colors.muted)}" stroke-width="1.1" stroke-linecap="round" '
             f'stroke-opacity="0.75">']
    for xs, ys in lines.values():
        points = " ".join(f"{to_x(x):.1f},{to_y(y):.1f}" for x, y in zip(xs.tolist(), ys.tolist(), strict=True))
        parts.append(f'<polyline points="{points}"/>')
    parts.append("</g>")
    for vertex, (x, y) in places.items():
        fill, _ = operation_colors(labels[vertex], operations, colors)
        line = colors.terminal_line if vertex in (0, len(labels) - 1) else fill
        parts.append(f'<rect x="{to_x(x) - box_w / 2:.1f}" y="{to_y(y) - box_h / 2:.1f}" width="{box_w:.1f}" '
                     f'height="{box_h:.1f}" rx="1.5" fill="{escape(fill)}" stroke="{escape(line)}" stroke-width="0.8"/>')
    return "".join(parts)


def _scales(places, lines, width: int, height: int):
    """Functions from canvas units to pixels that fit the whole drawing into the frame, its middle in the middle."""
    xs = [x for line, _ in lines.values() for x in line]
    xs += [x + side * BOX_WIDTH / 2 for x, _ in places.values() for side in (-1, 1)]
    ys = [y + side * BOX_HEIGHT / 2 for _, y in places.values() for side in (-1, 1)]
    ys += [y for _, line in lines.values() for y in line]
    middle = (min(xs) + max(xs)) / 2
    scale_x = min((width - 2 * _MARGIN) / (max(xs) - min(xs)), 0.3 * width / BOX_WIDTH)
    scale_y = (height - 2 * _MARGIN) / (max(ys) - min(ys))
    return (lambda x: width / 2 + (x - middle) * scale_x), (lambda y: _MARGIN + (max(ys) - y) * scale_y)


def _box_size(places, to_x, to_y, width, height):
    """Size of a box in pixels."""
    return to_x(BOX_WIDTH) - to_x(0), to_y(0) - to_y(BOX_HEIGHT)
