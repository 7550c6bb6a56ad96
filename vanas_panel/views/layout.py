"""Where the vertices of a draft stand on the canvas: a layered layout with few crossings, or the person's own places.

The layers, the order within them and the horizontal places come from grandalf's Sugiyama layout; this module makes any
draft fit what it expects (one source, one sink, no cycle) and the result fit the canvas.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from grandalf.graphs import Edge as LayoutEdge
from grandalf.graphs import Graph, Vertex
from grandalf.layouts import SugiyamaLayout, VertexViewer

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.views.canvas import (
    BOTTOM,
    BOX_HEIGHT,
    BOX_WIDTH,
    GAP_X,
    GAP_Y,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Point,
    Positions,
    inside,
    overlap,
)
from vanas_panel.views.routing import route

__all__ = ["arrange", "place", "route", "settle"]

_PER_ROW = int((RIGHT - LEFT) // (BOX_WIDTH + GAP_X)) + 1
_MOST_ROWS = int((TOP - BOTTOM) // (BOX_HEIGHT + GAP_Y)) + 1
_LANE = 26.0
"""Width kept free for an edge that passes a layer."""
_SPACE = 30.0
"""Width kept free between neighbours in a layer, before the drawing is stretched."""
_FILLED = 0.72
"""Share of the canvas that a drawing is stretched to, by no more than this factor:"""
_MOST_STRETCH = 1.6

Row = list[tuple[int, float]]
"""Vertices of one row from left to right, each with its x."""


def place(draft: Draft) -> Positions:
    """Places for the vertices of any draft: input at the top, output at the bottom, every edge downwards if it can be.

    Parameters
    ----------
    draft : Draft
        Cycles, isolated vertices and missing edges are all welcome.

    Returns
    -------
    dict of int to (float, float)
        Centre of every vertex's box in canvas units (see `vanas_panel.views.canvas`). The same draft always gets the
        same places; boxes do not overlap as long as the canvas has room for them (44 vertices).

    Examples
    --------
    >>> place(Draft(["input", "output"], [(0, 1)]))
    {0: (250.0, 496.0), 1: (250.0, 64.0)}
    """
    # Cells compare equal up to relabelling, so they must not be keys of the cache themselves.
    return dict(_place(len(draft.operations), draft.edges))


def arrange(draft: Draft, positions: Mapping[int, Point]) -> Positions:
    """Places for a draft of which some vertices were put somewhere by a person.

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
            known[vertex] = _free_place(known.values())
    return {vertex: known[vertex] for vertex in range(len(draft.operations))}


def settle(vertex: int, point: Point, positions: Mapping[int, Point]) -> Point:
    """The place nearest to `point` at which the box of `vertex` keeps a little distance from every other one."""
    others = [other for index, other in positions.items() if index != vertex]
    point = inside(point)
    # Besides the wish itself, the places that just touch another box or the corner of two of them.
    step_x, step_y = BOX_WIDTH + GAP_X / 2, BOX_HEIGHT + GAP_Y
    columns = [point[0], *(x + side * step_x for x, _ in others for side in (-1, 1))]
    rows = [point[1], *(y + side * step_y for _, y in others for side in (-1, 1))]
    wishes = {inside((x, y)) for x in columns for y in rows}
    free = [wish for wish in wishes if not any(overlap(wish, other, GAP_Y) for other in others)]
    best = min(free, key=lambda p: ((p[0] - point[0]) ** 2 + (p[1] - point[1]) ** 2, p), default=point)
    return round(best[0], 1), round(best[1], 1)


@lru_cache(maxsize=4096)
def _place(count: int, edges: tuple[Edge, ...]) -> tuple[tuple[int, Point], ...]:
    """`place` for a number of vertices and their edges, as something that can be cached."""
    rows = _rows(*_layers(count, _acyclic(count, edges)))
    if len(rows) > _MOST_ROWS:
        rows = _grid(count)
    step = (TOP - BOTTOM) / max(len(rows) - 1, 1)
    places = {vertex: (x, TOP - row * step) for row, members in enumerate(rows) for vertex, x in members}
    return tuple(sorted(places.items()))


def _acyclic(count: int, edges: tuple[Edge, ...]) -> list[Edge]:
    """Edges of a DAG with one source, the input, and one sink, the output, that keeps to the draft where it can."""
    last = count - 1
    inner = [(s, t) for s, t in edges if s != t and t != 0 and s != last]
    successors = {v: [t for s, t in inner if s == v] for v in range(count)}
    kept: dict[Edge, None] = {}
    finished: set[int] = set()

    def visit(vertex: int, above: tuple[int, ...]) -> None:
        for target in successors[vertex]:
            forward = target not in above
            kept[(vertex, target) if forward else (target, vertex)] = None
            if forward and target not in finished:
                visit(target, (*above, target))
        finished.add(vertex)

    for vertex in range(count):
        if vertex not in finished:
            visit(vertex, (vertex,))
    for vertex in range(1, last):
        if all(target != vertex for _, target in kept):
            kept[(0, vertex)] = None
        if all(source != vertex for source, _ in kept):
            kept[(vertex, last)] = None
    if not kept:
        kept[(0, last)] = None
    return sorted(kept)


def _layers(count: int, edges: list[Edge]) -> tuple[list[Row], tuple[float, float]]:
    """Layers from top to bottom, and from where to where boxes and passing edges reach, by Sugiyama's method."""
    vertices = [Vertex(index) for index in range(count)]
    for vertex in vertices:
        vertex.view = VertexViewer(BOX_WIDTH, BOX_HEIGHT)
    graph = Graph(vertices, [LayoutEdge(vertices[source], vertices[target]) for source, target in edges])
    layout = SugiyamaLayout(graph.C[0])
    layout.xspace = _SPACE
    layout.dw = _LANE
    layout.init_all(roots=[vertices[0]], inverted_edges=[])
    layout.draw(6)
    rows = [sorted(((v.data, v.view.xy[0]) for v in layer if isinstance(v, Vertex)), key=lambda pair: pair[::-1])
            for layer in layout.layers]
    reach = [(v.view.xy[0], (BOX_WIDTH if isinstance(v, Vertex) else _LANE) / 2)
             for layer in layout.layers for v in layer]
    return rows, (min(x - half for x, half in reach), max(x + half for x, half in reach))


def _rows(layers: list[Row], reach: tuple[float, float]) -> list[Row]:
    """The layers fitted into the canvas: centred, stretched or narrowed, and split where even that is not enough."""
    middle, span = sum(reach) / 2, reach[1] - reach[0]
    scale = min(_MOST_STRETCH, (_FILLED * WIDTH - BOX_WIDTH) / max(span - BOX_WIDTH, 1.0))
    if scale < 1:
        scale = min(1.0, (RIGHT - LEFT) / (span - BOX_WIDTH))
    rows = []
    for layer in layers:
        fitted = [(vertex, min(max(WIDTH / 2 + (x - middle) * scale, LEFT), RIGHT)) for vertex, x in layer]
        if len(layer) > _PER_ROW:
            parts = -(-len(layer) // _PER_ROW)
            step = (RIGHT - LEFT) / (len(layer) - 1)
            spread = [(vertex, LEFT + place * step) for place, (vertex, _) in enumerate(fitted)]
            rows.extend(_apart(spread[part::parts]) for part in range(parts))
        else:
            rows.append(_apart(fitted))
    return rows


def _apart(row: Row) -> Row:
    """One row with its boxes moved apart as little as needed, from left to right and back from the right border."""
    step = BOX_WIDTH + GAP_X
    places = [x for _, x in row]
    if any(right - left < step - 1e-9 for left, right in pairwise(places)):
        for index in range(1, len(places)):
            places[index] = max(places[index], places[index - 1] + step)
        places[-1] = min(places[-1], RIGHT)
        for index in range(len(places) - 2, -1, -1):
            places[index] = min(places[index], places[index + 1] - step)
    return [(vertex, x) for (vertex, _), x in zip(row, places, strict=True)]


def _grid(count: int) -> list[Row]:
    """Rows of vertices in order of their indices, for drafts too deep to be layered."""
    per_row = max(_PER_ROW, -(-count // _MOST_ROWS))
    step = (RIGHT - LEFT) / (per_row - 1)
    return [[(vertex, LEFT + (vertex - first) * step) for vertex in range(first, min(first + per_row, count))]
            for first in range(0, count, per_row)]


def _free_place(taken) -> Point:
    """A place for a new vertex: down a zigzag, so that straight edges between neighbours hit nothing, then anywhere."""
    taken = list(taken)
    rows = [TOP + (BOTTOM - TOP) * (row + 1) / 6 for row in range(5)]
    zigzag = [(WIDTH * (0.36 if row % 2 == 0 else 0.64), y) for row, y in enumerate(rows)]
    for wish in zigzag:
        if not any(overlap(wish, other, GAP_X) for other in taken):
            return wish
    step_x, step_y = (RIGHT - LEFT) / 12, (TOP - BOTTOM) / 24
    spots = [(LEFT + column * step_x, TOP - row * step_y) for row in range(25) for column in range(13)]
    return max(spots, key=lambda spot: min(_distance(spot, other) for other in taken))


def _distance(one: Point, other: Point) -> float:
    """How far two boxes are apart, in boxes; more than two are as good as two."""
    return min(2.0, max(abs(one[0] - other[0]) / BOX_WIDTH, abs(one[1] - other[1]) / BOX_HEIGHT))
