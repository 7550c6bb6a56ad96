"""A cell with the contributions of its edges as SVG: the designer's drawing on paper."""

from __future__ import annotations

import math
from typing import Any

from vanas_panel.draw.cell.canvas import BOX_WIDTH, HEIGHT, STRIP_HEIGHT, WIDTH
from vanas_panel.draw.cell.scene import Columns, Scene, edge_columns, vertex_columns
from vanas_panel.draw.cell.tags import TAG_HEIGHT, tag_width
from vanas_panel.draw.cell.thumbnail import describe
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import FONT

_PIECES = pieces(__file__)

PAPER_HEIGHT = HEIGHT - STRIP_HEIGHT
"""Height of the drawing: the canvas without the strip for deleting."""

_MARGIN = 8
"""Units around a drawing that is cropped."""
_CROPPED_SCALE = 0.8
"""Pixels for each unit of a drawing that is cropped."""


def cell_figure_svg(scene: Scene, title: str = "", *, cropped: bool = False, background: str = "") -> Html:
    """The designer's drawing as one SVG element.

    Colour, dashes and a label show the sign of a contribution; the width of an edge shows its size.

    Parameters
    ----------
    scene : Scene
        The scene to draw; its colours may be CSS variables.
    title : str, optional
        Text for screen readers; any text. By default the operations and the number of edges.
    cropped : bool, optional
        Cut away what is empty around the drawing, and show it a little smaller.
    background : str, optional
        A CSS colour to fill the drawing with.

    Returns
    -------
    Html
        One self-contained ``<svg>``, 500 x 486 units unless it is cropped, all text escaped.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> from vanas_panel.tables.metrics import known_metric
    >>> from vanas_panel.draw.cell.layout import place
    >>> from vanas_panel.draw.theme import LIGHT
    >>> draft = Draft(["input", "output"], [(0, 1)])
    >>> svg = cell_figure_svg(Scene(draft, place(draft), (), LIGHT, known_metric("test_accuracy")))
    >>> svg.count("<rect"), svg.count("<polyline")
    (2, 1)
    """
    return columns_svg(vertex_columns(scene), edge_columns(scene), title or describe(scene.draft), scene.colors.card,
                       cropped=cropped, background=background)


def columns_svg(vertices: Columns, edges: Columns, title: str, card: str, *, cropped: bool = False,
                background: str = "") -> Html:
    """A drawing in the look of the designer, from columns like those of `vanas_panel.draw.cell.scene`.

    Parameters
    ----------
    vertices, edges : dict of str to list
        As `vertex_columns` and `edge_columns` give them. Boxes may have an ``outline_dash``, and a ``note`` below their
        word; labels of edges may have a ``tag_color`` of their own.
    title : str
        Text for screen readers.
    card : str
        The CSS colour behind labels.
    cropped, background : optional
        As for `cell_figure_svg`.
    """
    left, top, width, height = _extent(vertices, edges) if cropped else (0, 0, WIDTH, PAPER_HEIGHT)
    scale = _CROPPED_SCALE if cropped else 1
    return _PIECES.drawing(
        left=left, top=top, width=width, height=height, shown_width=width * scale, shown_height=height * scale,
        name=title, font=FONT, background=background, card=card,
        edges=[_edge(edges, index) for index in range(len(edges["line_xs"]))],
        vertices=[_vertex(vertices, index) for index in range(len(vertices["left"]))])


def _extent(vertices: Columns, edges: Columns) -> tuple[int, int, int, int]:
    """Left, top, width and height of all that is drawn, with a margin, in units of the drawing."""
    xs = [*vertices["left"], *vertices["right"], *(x for line in edges["line_xs"] for x in line)]
    # Labels may lie beyond all lines.
    xs += [x + side * tag_width(tag) / 2 for tag, x in zip(edges["tag"], edges["tag_x"], strict=True) if tag
           for side in (-1, 1)]
    ys = [_at(y) for y in (*vertices["top"], *vertices["bottom"], *(y for line in edges["line_ys"] for y in line))]
    left, top = math.floor(min(xs)) - _MARGIN, math.floor(min(ys)) - _MARGIN
    return left, top, math.ceil(max(xs)) + _MARGIN - left, math.ceil(max(ys)) + _MARGIN - top


def _at(y: float) -> float:
    """A height of the canvas, which grows upwards, as one of the drawing."""
    return HEIGHT - y


def _edge(edges: Columns, index: int) -> dict[str, Any]:
    """The line of an edge with its head, what a pointer reads, and the contribution on it."""
    tag, detail = edges["tag"][index], edges["detail"][index]
    tag_colors = edges["tag_color"] if "tag_color" in edges else edges["color"]
    x, y, width = edges["tag_x"][index], _at(edges["tag_y"][index]), tag_width(tag) - 4
    says = (f"{edges['title'][index]}:", edges["value"][index], f"({detail})" if detail else "")
    return {
        "alpha": edges["alpha"][index], "color": edges["color"][index], "width": edges["width"][index],
        "dashes": " ".join(map(str, edges["dash"][index])), "says": " ".join(filter(None, says)),
        "points": " ".join(f"{line_x:.1f},{_at(line_y):.1f}" for line_x, line_y in
                           zip(edges["line_xs"][index], edges["line_ys"][index], strict=True)),
        "head": _head(edges, index), "tag": tag, "tag_color": tag_colors[index],
        "tag_x": x, "tag_y": y, "tag_left": x - width / 2, "tag_top": y - TAG_HEIGHT / 2, "tag_width": width,
        "tag_height": TAG_HEIGHT,
    }


def _head(edges: Columns, index: int) -> str:
    """The triangle at the end of an edge."""
    tail_x, tail_y = edges["tail_x"][index], _at(edges["tail_y"][index])
    tip_x, tip_y = edges["tip_x"][index], _at(edges["tip_y"][index])
    angle = math.atan2(tip_y - tail_y, tip_x - tail_x)
    size = edges["head"][index]
    corners = [(tip_x - size * math.cos(angle + turn), tip_y - size * math.sin(angle + turn)) for turn in (-0.5, 0.5)]
    return f"M{tip_x:.1f} {tip_y:.1f}" + "".join(f"L{x:.1f} {y:.1f}" for x, y in corners) + "Z"


_SHOWN = ("alpha", "text", "what", "degree", "fill", "outline", "text_color")
"""What a box takes from the columns as it is there."""


def _vertex(vertices: Columns, index: int) -> dict[str, Any]:
    """The box of a vertex with its word."""
    left, right, top, bottom = (vertices[side][index] for side in ("left", "right", "top", "bottom"))
    # The boxes of a large draft are small, and so are their words.
    share = min(1.0, (right - left) / BOX_WIDTH)
    is_short = "note" not in vertices or len(vertices["note"][index]) < 13
    return {
        "size": 12.5 * share, "above": 11.5 * share, "below": (11.5 if is_short else 9.5) * share,
        **{name: vertices[name][index] for name in _SHOWN},
        **{name: vertices[name][index] if name in vertices else "" for name in ("outline_dash", "note")},
        "x": left, "y": _at(top), "width": right - left, "height": top - bottom,
        "middle_x": (left + right) / 2, "middle_y": _at((top + bottom) / 2),
    }
