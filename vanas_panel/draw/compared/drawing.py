"""A cell drawn like another one: what both have stands where it stands there, and what differs is marked."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from vanas_panel.core.alignment import Alignment, align_cells
from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Edge
from vanas_panel.draw.cell.canvas import BOTTOM, LEFT, RIGHT, TOP, Positions, box_size
from vanas_panel.draw.cell.layout import place, route, settle
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette, operation_colors
from vanas_panel.text.language import current_language, ngettext
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_MARGIN = 4.0


def aligned_places(alignment: Alignment) -> Positions:
    """Positions of the vertices of the other cell: those of their counterparts, and free ones for the rest.

    Parameters
    ----------
    alignment : Alignment
        Of the reference and the other cell.

    Returns
    -------
    dict of int to (float, float)
        By the vertices of the other cell. A vertex of its own lies between those that it is joined with, as near to the
        middle as there is room.
    """
    anchors = place(alignment.one)
    places = {its: anchors[mine] for mine, its in alignment.vertices}
    for vertex in alignment.other.topological_order():
        if vertex in places:
            continue
        above = [places[source][1] for source, target in alignment.other.edges if target == vertex and source in places]
        below = [places[target][1] for source, target in alignment.other.edges if source == vertex and target in places]
        sides = [places[end][0] for edge in alignment.other.edges if vertex in edge for end in edge if end in places]
        wish = (float(np.mean(sides)), (min(above, default=TOP) + max(below, default=BOTTOM)) / 2)
        places[vertex] = settle(vertex, wish, {**{-1 - mine: anchors[mine] for mine in alignment.lone_one}, **places})
    return places


def aligned_svg(reference: Cell, cell: Cell, operations: tuple[str, ...], colors: Palette, width: int = 108,
                height: int = 112) -> Html:
    """A small drawing of a cell in the places of another one.

    Lines that both have are thin, those that only this cell has are thick and dashed, and those that only the reference
    has are dotted and pale, as are the frames of its vertices. Vertices that only this cell has have a thick frame.

    Parameters
    ----------
    reference, cell : Cell
        The same one where the reference is drawn itself.
    operations : tuple of str
        Of the search space, which give the boxes their colours.
    colors : Palette
    width, height : int, optional
        In pixels.

    Returns
    -------
    Html
        One ``<svg>`` element.
    """
    return _drawn(reference.operations, reference.edges, cell.operations, cell.edges, operations, colors, width, height,
                  current_language())


def difference_words(alignment: Alignment) -> str:
    """How many edges two cells share and do not share, in words."""
    shared = len(alignment.edges)
    words = ngettext("{count} edge shared", "{count} edges shared", shared).format(count=shared)
    only, lacks = len(alignment.only_other), len(alignment.only_one)
    if not (only or lacks or alignment.lone_one or alignment.lone_other):
        return _("the same cell")
    return _("{shared}, {only} only here, {lacks} missing").format(shared=words, only=only, lacks=lacks)


@lru_cache(maxsize=512)
def _drawn(labels: tuple[str, ...], edges: tuple[Edge, ...], its_labels: tuple[str, ...], its_edges: tuple[Edge, ...],
           operations: tuple[str, ...], colors: Palette, width: int, height: int, language: str) -> Html:
    """The drawing, by what can be a key: cells are equal up to the order of their vertices, its name has a language."""
    one, other = Cell(labels, edges, None), Cell(its_labels, its_edges, None)
    alignment = align_cells(one, other)
    anchors, places = place(one), aligned_places(alignment)
    lines, ghosts = route(other, places), route(one, anchors)
    box_width, box_height = box_size(max(len(labels), len(its_labels)))
    scale_x = (width - 2 * _MARGIN) / (RIGHT - LEFT + box_width)
    scale_y = (height - 2 * _MARGIN) / (TOP - BOTTOM + box_height)

    def at(x: float, y: float) -> tuple[float, float]:
        return (_MARGIN + (x - LEFT + box_width / 2) * scale_x, _MARGIN + (TOP + box_height / 2 - y) * scale_y)

    def points(line: tuple[np.ndarray, np.ndarray]) -> str:
        return " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in zip(*(each.tolist() for each in line),
                                                                          strict=True))

    def box(centre: tuple[float, float], operation: str) -> dict[str, Any]:
        x, y = at(*centre)
        fill, _ink = operation_colors(operation, operations, colors)
        return {"x": f"{x - box_width / 2 * scale_x:.1f}", "y": f"{y - box_height / 2 * scale_y:.1f}", "fill": fill,
                "line": colors.terminal_line if operation in ("input", "output") else fill}

    own, lone = set(alignment.only_other), set(alignment.lone_other)
    return _PIECES.drawing(
        width=width, height=height, name=difference_words(alignment), colors=colors,
        box_width=f"{box_width * scale_x:.1f}", box_height=f"{box_height * scale_y:.1f}",
        missing=[points(ghosts[edge]) for edge in alignment.only_one],
        missing_boxes=[box(anchors[vertex], labels[vertex]) for vertex in alignment.lone_one],
        shared=[points(line) for edge, line in lines.items() if edge not in own],
        own=[points(line) for edge, line in lines.items() if edge in own],
        boxes=[{**box(places[vertex], its_labels[vertex]), "is_own": vertex in lone} for vertex in sorted(places)])
