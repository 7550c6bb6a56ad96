"""Positions of the vertices of a draft on the canvas: a layered layout, or positions that a person chose.

`vanas_panel.draw.cell.layers` gives the layers; this module fits them into the canvas. It has a twin,
`vanas_panel/report/offline/layout.js`, which places every draft alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.draw.cell.canvas import (
    BOTTOM,
    GAP_X,
    GAP_Y,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Point,
    Positions,
    box_size,
    inside,
    overlap,
)
from vanas_panel.draw.cell.layers import acyclic, half_width, layered
from vanas_panel.draw.cell.order import Layer
from vanas_panel.draw.cell.routing import route

__all__ = ["arrange", "place", "route", "settle"]

_FILLED = 0.72
"""Share of the canvas that a drawing is stretched to, by no more than this factor:"""
_MOST_STRETCH = 1.6

Size = tuple[float, float]
"""Width and height of the boxes."""
Row = list[tuple[int, float]]
"""Vertices of one row from left to right, each with its x."""


def place(draft: Draft, boxes: int = 0) -> Positions:
    """Positions of the vertices of any draft: input at the top, output at the bottom, edges downwards if possible.

    Parameters
    ----------
    draft : Draft
        Cycles, isolated vertices and missing edges are all welcome.
    boxes : int, optional
        How many of the vertices are drawn, where some are not; it decides how large boxes are.

    Returns
    -------
    dict of int to (float, float)
        Centre of every vertex's box in canvas units (see `vanas_panel.draw.cell.canvas`). The same draft always gets
        the same positions; boxes do not overlap as long as the canvas has room for them (more than 40 vertices).

    Examples
    --------
    >>> place(Draft(["input", "output"], [(0, 1)]))
    {0: (250.0, 496.0), 1: (250.0, 64.0)}
    """
    # Cells compare equal up to relabelling, so they must not be keys of the cache themselves.
    return dict(_place(len(draft.operations), draft.edges, boxes or len(draft.operations)))


def arrange(draft: Draft, positions: Mapping[int, Point]) -> Positions:
    """Positions for a draft of which some vertices were put somewhere by a person.

    Parameters
    ----------
    draft : Draft
    positions : mapping of int to (float, float)
        Centres that are known; others are looked for. Empty: `place` decides about all.
    """
    known = {vertex: inside(positions[vertex]) for vertex in range(len(draft.operations)) if vertex in positions}
    if not known:
        return place(draft)
    for vertex in range(len(draft.operations)):
        if vertex not in known:
            known[vertex] = _free_point(known.values(), box_size(len(draft.operations)))
    return {vertex: known[vertex] for vertex in range(len(draft.operations))}


def settle(vertex: int, point: Point, positions: Mapping[int, Point]) -> Point:
    """The point nearest to `point` at which the box of `vertex` keeps a little distance from every other one."""
    others = [other for index, other in positions.items() if index != vertex]
    size = box_size(len(positions))
    point = inside(point)
    # Besides the wish itself, the points that just touch another box or the corner of two of them.
    step_x, step_y = size[0] + GAP_X / 2, size[1] + GAP_Y
    columns = [point[0], *(x + side * step_x for x, _ in others for side in (-1, 1))]
    rows = [point[1], *(y + side * step_y for _, y in others for side in (-1, 1))]
    wishes = {inside((x, y)) for x in columns for y in rows}
    free = [wish for wish in wishes if not any(overlap(wish, other, GAP_Y, size) for other in others)]
    best = min(free, key=lambda p: ((p[0] - point[0]) ** 2 + (p[1] - point[1]) ** 2, p), default=point)
    return _rounded(best[0]), _rounded(best[1])


@lru_cache(maxsize=4096)
def _place(count: int, edges: tuple[Edge, ...], boxes: int) -> tuple[tuple[int, Point], ...]:
    """`place` for a number of vertices and their edges, as something that can be cached."""
    size = box_size(boxes)
    rows = _rows(layered(count, acyclic(count, edges), size[0]), size[0])
    if len(rows) > _most_rows(size):
        rows = _grid(count, size)
    step = (TOP - BOTTOM) / max(len(rows) - 1, 1)
    centres = {vertex: (_rounded(x), _rounded(TOP - row * step))
              for row, members in enumerate(rows) for vertex, x in members}
    return tuple(sorted(centres.items()))


def _per_row(box: float) -> int:
    """How many boxes of a width fit into a row."""
    return int((RIGHT - LEFT) // (box + GAP_X)) + 1


def _most_rows(size: Size) -> int:
    """How many rows of boxes fit under each other."""
    return int((TOP - BOTTOM) // (size[1] + GAP_Y)) + 1


def _rows(layers: list[Layer], box: float) -> list[Row]:
    """The layers fitted into the canvas: centred, stretched or narrowed, and split where even that is not enough."""
    start = min(node.x - half_width(node, box) for layer in layers for node in layer)
    end = max(node.x + half_width(node, box) for layer in layers for node in layer)
    middle, span = (start + end) / 2, end - start
    scale = min(_MOST_STRETCH, (_FILLED * WIDTH - box) / max(span - box, 1.0))
    if scale < 1:
        scale = min(1.0, (RIGHT - LEFT) / (span - box))
    rows, per_row = [], _per_row(box)
    for layer in layers:
        fitted = [(node.vertex, min(max(WIDTH / 2 + (node.x - middle) * scale, LEFT), RIGHT))
                  for node in layer if node.vertex is not None]
        if len(fitted) > per_row:
            parts = -(-len(fitted) // per_row)
            spread = [(vertex, LEFT + index * (RIGHT - LEFT) / (len(fitted) - 1))
                      for index, (vertex, _) in enumerate(fitted)]
            rows.extend(_apart(spread[part::parts], box) for part in range(parts))
        else:
            rows.append(_apart(fitted, box))
    return rows


def _apart(row: Row, box: float) -> Row:
    """One row with its boxes moved apart as little as needed, from left to right and back from the right border."""
    step = box + GAP_X
    xs = [x for _, x in row]
    if any(right - left < step - 1e-9 for left, right in pairwise(xs)):
        for index in range(1, len(xs)):
            xs[index] = max(xs[index], xs[index - 1] + step)
        xs[-1] = min(xs[-1], RIGHT)
        for index in range(len(xs) - 2, -1, -1):
            xs[index] = min(xs[index], xs[index + 1] - step)
    return [(vertex, x) for (vertex, _), x in zip(row, xs, strict=True)]


def _grid(count: int, size: Size) -> list[Row]:
    """Rows of vertices in order of their indices, for drafts too deep to be layered."""
    per_row = max(_per_row(size[0]), -(-count // _most_rows(size)))
    return [[(vertex, LEFT + (vertex - first) * (RIGHT - LEFT) / (per_row - 1))
             for vertex in range(first, min(first + per_row, count))]
            for first in range(0, count, per_row)]


def _free_point(taken, size: Size) -> Point:
    """A point for a new vertex: down a zigzag, so that straight edges between neighbours hit nothing, then anywhere."""
    taken = list(taken)
    rows = [TOP + (BOTTOM - TOP) * (row + 1) / 6 for row in range(5)]
    zigzag = [(WIDTH * (0.36 if row % 2 == 0 else 0.64), y) for row, y in enumerate(rows)]
    for wish in zigzag:
        if not any(overlap(wish, other, GAP_X, size) for other in taken):
            return wish
    spots = [(LEFT + column * (RIGHT - LEFT) / 12, TOP - row * (TOP - BOTTOM) / 24)
             for row in range(25) for column in range(13)]
    return max(spots, key=lambda spot: min(_distance(spot, other, size) for other in taken))


def _rounded(value: float) -> float:
    """A coordinate to a tenth of a unit, halves upwards as JavaScript rounds."""
    return math.floor(value * 10 + 0.5) / 10


def _distance(one: Point, other: Point, size: Size) -> float:
    """How far two boxes are apart, in boxes; more than two are as good as two."""
    return min(2.0, max(abs(one[0] - other[0]) / size[0], abs(one[1] - other[1]) / size[1]))
