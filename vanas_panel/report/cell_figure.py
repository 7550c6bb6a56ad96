"""A cell with the contributions of its edges as SVG: the designer's drawing on paper."""

from __future__ import annotations

import math
from html import escape

from vanas_panel.views.canvas import HEIGHT, STRIP_HEIGHT, WIDTH
from vanas_panel.views.designer_scene import Columns, Scene, edge_columns, vertex_columns
from vanas_panel.views.designer_tags import TAG_HEIGHT, tag_width
from vanas_panel.views.drawing import describe
from vanas_panel.views.theme import FONT

PAPER_HEIGHT = HEIGHT - STRIP_HEIGHT
"""Height of the drawing: the canvas without the strip for deleting."""


def cell_figure_svg(scene: Scene, title: str = "") -> str:
    """The designer's drawing as one SVG element.

    The sign of a contribution is told by colour, by dashes and by a label; the width of an edge by its size.

    Parameters
    ----------
    scene : Scene
        What is drawn; its colours may be CSS variables.
    title : str, optional
        What a screen reader says; any text. By default the operations and the number of edges.

    Returns
    -------
    str
        One self-contained ``<svg>``, 500 x 486 units, all text escaped.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> from vanas_panel.metrics import known_metric
    >>> from vanas_panel.views.layout import place
    >>> from vanas_panel.views.theme import LIGHT
    >>> draft = Draft(["input", "output"], [(0, 1)])
    >>> svg = cell_figure_svg(Scene(draft, place(draft), (), LIGHT, known_metric("test_accuracy")))
    >>> svg.count("<rect"), svg.count("<polyline")
    (2, 1)
    """
    name = escape(title or describe(scene.draft))
    vertices, edges = vertex_columns(scene), edge_columns(scene)
    lines = "".join(_edge(edges, place) for place in range(len(edges["start"])))
    boxes = "".join(_vertex(vertices, place) for place in range(len(vertices["index"])))
    tags = "".join(_tag(edges, place, scene.colors.card) for place in range(len(edges["start"])))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {PAPER_HEIGHT:g}" width="{WIDTH:g}" '
            f'height="{PAPER_HEIGHT:g}" role="img" aria-label="{name}" font-family="{escape(FONT)}">'
            f"<title>{name}</title>{lines}{boxes}{tags}</svg>")


def _at(y: float) -> float:
    """A height of the canvas, which grows upwards, as one of the drawing."""
    return HEIGHT - y


def _edge(edges: Columns, place: int) -> str:
    """The line of an edge with its head, and what a pointer reads."""
    points = " ".join(f"{x:.1f},{_at(y):.1f}"
                      for x, y in zip(edges["line_xs"][place], edges["line_ys"][place], strict=True))
    dash = edges["dash"][place]
    dashes = f' stroke-dasharray="{" ".join(map(str, dash))}"' if dash else ""
    color, alpha = escape(edges["color"][place]), edges["alpha"][place]
    says = " ".join(part for part in (f"{edges['title'][place]}:", edges["value"][place],
                                      f"({edges['detail'][place]})" if edges["detail"][place] else "") if part)
    return (f'<g opacity="{alpha:g}"><title>{escape(says)}</title><polyline points="{points}" fill="none" '
            f'stroke="{color}" stroke-width="{edges["width"][place]:.2f}" stroke-linejoin="round"{dashes}/>'
            f'<path d="{_head(edges, place)}" fill="{color}"/></g>')


def _head(edges: Columns, place: int) -> str:
    """The triangle at the end of an edge."""
    tail_x, tail_y = edges["tail_x"][place], _at(edges["tail_y"][place])
    tip_x, tip_y = edges["tip_x"][place], _at(edges["tip_y"][place])
    angle = math.atan2(tip_y - tail_y, tip_x - tail_x)
    size = edges["head"][place]
    corners = [(tip_x - size * math.cos(angle + turn), tip_y - size * math.sin(angle + turn)) for turn in (-0.5, 0.5)]
    return f"M{tip_x:.1f} {tip_y:.1f}" + "".join(f"L{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _vertex(vertices: Columns, place: int) -> str:
    """The box of a vertex with its word."""
    left, right, top, bottom = (vertices[side][place] for side in ("left", "right", "top", "bottom"))
    return (f'<g opacity="{vertices["alpha"][place]:g}"><title>{escape(vertices["text"][place])}: '
            f'{escape(vertices["what"][place])}, {escape(vertices["degree"][place])}</title>'
            f'<rect x="{left:.1f}" y="{_at(top):.1f}" width="{right - left:.1f}" height="{top - bottom:.1f}" rx="6" '
            f'fill="{escape(vertices["fill"][place])}" stroke="{escape(vertices["outline"][place])}"/>'
            f'<text x="{(left + right) / 2:.1f}" y="{_at((top + bottom) / 2):.1f}" dy="0.35em" text-anchor="middle" '
            f'font-size="12.5" fill="{escape(vertices["text_color"][place])}">{escape(vertices["text"][place])}'
            "</text></g>")


def _tag(edges: Columns, place: int, background: str) -> str:
    """The contribution on an edge."""
    tag = edges["tag"][place]
    if not tag:
        return ""
    x, y, width = edges["tag_x"][place], _at(edges["tag_y"][place]), tag_width(tag) - 4
    return (f'<rect x="{x - width / 2:.1f}" y="{y - TAG_HEIGHT / 2:.1f}" width="{width:.1f}" height="{TAG_HEIGHT:g}" '
            f'rx="4" fill="{escape(background)}"/><text x="{x:.1f}" y="{y:.1f}" dy="0.35em" text-anchor="middle" '
            f'font-size="10.5" fill="{escape(edges["color"][place])}">{escape(tag)}</text>')
