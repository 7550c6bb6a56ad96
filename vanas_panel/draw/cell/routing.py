"""Routing of edges: smooth curves from border to border that never pass behind a vertex.

Every edge chooses among a fan of Bezier curves, from straight to more and more bowed on both sides, the one that is
clear of every other box and costs least (crossings, running along another edge, detours). Short edges choose first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import networkx as nx
import numpy as np

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.draw.cell.canvas import Point, box_size
from vanas_panel.draw.cell.routing_cost import cheapest, clearance, is_blocked, sights

Route = tuple[np.ndarray, np.ndarray]
Detours = dict[Edge, np.ndarray | None]

_POINTS = 22
_OFFSETS = (0, 24, 55, 95, 145, 205, 275)
_BOWS = np.array(sorted(
    ((side * one, side * other) for one in _OFFSETS for other in _OFFSETS for side in (1, -1)),
    key=lambda bow: (abs(bow[0]) + abs(bow[1]), bow),
), dtype=float)
"""How far to the side a curve leaves its source and arrives at its target, cheapest first."""
_LEVEL = 14.0
"""Least free height for an edge to leave through the bottom and arrive at the top."""


def _basis(points: int) -> np.ndarray:
    """Cubic Bernstein polynomials at evenly spaced parameters, `float64 (points, 4)`."""
    t = np.linspace(0, 1, points)
    return np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)


_BASIS = _basis(_POINTS)


def route(draft: Draft, positions: Mapping[int, Point]) -> dict[Edge, Route]:
    """The lines of all edges of a draft.

    Parameters
    ----------
    draft : Draft
    positions : mapping of int to (float, float)
        Centre of every vertex's box, see `vanas_panel.draw.cell.layout`.

    Returns
    -------
    dict of edge to (float64 (k,), float64 (k,))
        x and y along each edge in canvas units, read-only: from the border of the source's box to the border of the
        target's, through no other box (as long as the boxes themselves do not overlap).
    """
    centres = tuple(tuple(map(float, positions[vertex])) for vertex in range(len(draft.operations)))
    return dict(_route(centres, draft.edges))


@lru_cache(maxsize=4096)
def _route(centres: tuple[Point, ...], edges: tuple[Edge, ...]) -> tuple[tuple[Edge, Route], ...]:
    """`route` for centres and edges, as something that can be cached."""
    boxes = np.array(centres)
    order = sorted(edges, key=lambda edge: (round(float(np.abs(boxes[edge[1]] - boxes[edge[0]]).sum())), edge))
    # The first round takes the edges as they come, the second lets each one reconsider among all others; that tells
    # where it leaves and arrives, and the third gives it its own port there.
    centred = dict.fromkeys(edges, (0.0, 0.0))
    detours: Detours = {}
    lines = _choose(boxes, order, centred, {}, detours)
    lines = _choose(boxes, order, centred, lines, detours)
    lines = _choose(boxes, order, _ports(lines, box_size(len(boxes))[0]), lines, detours)
    result = []
    for edge in edges:
        xs, ys = np.ascontiguousarray(lines[edge].T)
        xs.flags.writeable = ys.flags.writeable = False
        result.append((edge, (xs, ys)))
    return tuple(result)


def _choose(boxes: np.ndarray, order: list[Edge], ports: dict[Edge, tuple[float, float]],
            former: dict[Edge, np.ndarray], detours: Detours) -> dict[Edge, np.ndarray]:
    """The cheapest clear curve of each edge, `float64 (k, 2)`, in the order given, among the former lines."""
    lines = dict(former)
    for edge in order:
        drawn, ends, skip = _drawn(lines, edge)
        for controls, prices in _fans(boxes, edge, ports[edge]):
            curves = _BASIS @ controls
            best = cheapest(curves, prices, boxes, *edge, drawn, ends, skip)
            if best >= 0:
                lines[edge] = curves[best]
                break
        else:
            if edge not in detours:
                detours[edge] = _detour(boxes, edge)
            found = detours[edge]
            lines[edge] = curves[0] if found is None else found
    return lines


def _drawn(lines: dict[Edge, np.ndarray], edge: Edge) -> tuple[np.ndarray, np.ndarray, int]:
    """Lines so far as one array, padded with their last points; the vertices they join; which one is the edge's own."""
    longest = max((len(line) for line in lines.values()), default=2)
    drawn = np.empty((len(lines), longest, 2))
    for index, line in enumerate(lines.values()):
        drawn[index, :len(line)], drawn[index, len(line):] = line, line[-1]
    ends = np.array(list(lines), dtype=np.int64).reshape(-1, 2)
    return drawn, ends, list(lines).index(edge) if edge in lines else -1


def _fans(boxes: np.ndarray, edge: Edge, ports: tuple[float, float]):
    """Yield fans of candidates, the preferred one first: control points `(c, 4, 2)` and prices of the shapes `(c,)`."""
    source, target = boxes[edge[0]], boxes[edge[1]]
    half = _half(boxes)
    if edge[0] == edge[1]:
        yield _loops(source, half)
        return
    if source[1] - target[1] >= 2 * half[1] + _LEVEL:
        yield _downwards(source, target, ports, half)
    yield _sideways(source, target, half)


def _half(boxes: np.ndarray) -> np.ndarray:
    """Half the width and height of every box, `float64 (2,)`."""
    return np.array(box_size(len(boxes))) / 2


def _downwards(source: np.ndarray, target: np.ndarray, ports: tuple[float, float],
               half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Curves from the bottom of the source to the top of the target."""
    start = source + [ports[0], -half[1]]
    end = target + [ports[1], half[1]]
    drop = start[1] - end[1]
    reaches = np.array([0.36 * drop] if drop < 90 else [0.36 * drop, 40.0])[:, None]
    controls = np.empty((len(reaches), len(_BOWS), 4, 2))
    controls[:, :, 0], controls[:, :, 3] = start, end
    controls[:, :, 1, 0], controls[:, :, 2, 0] = start[0] + _BOWS[:, 0], end[0] + _BOWS[:, 1]
    controls[:, :, 1, 1], controls[:, :, 2, 1] = start[1] - reaches, end[1] + reaches
    # A bow looks worse the shorter the edge.
    prices = np.broadcast_to(np.abs(_BOWS).sum(axis=1) * (0.05 + 6 / drop), controls.shape[:2])
    return controls.reshape(-1, 4, 2), prices.ravel()


def _sideways(source: np.ndarray, target: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Curves that leave and arrive at the left or right borders, for edges that do not go down."""
    controls, prices = [], []
    for leave in (-1, 1):
        for arrive in (-1, 1):
            start, end = source + [leave * half[0], -5], target + [arrive * half[0], 5]
            for reach in (20, 36, 56, 84, 120, 165, 220):
                for rise in (-90, -45, 0, 45, 90) if leave != arrive else (0,):
                    controls.append([start, start + [leave * reach, rise], end + [arrive * reach, rise], end])
                    prices.append(abs(reach - 56) * 0.15 + abs(rise) * 0.05)
    return np.array(controls), np.array(prices)


def _loops(box: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An edge from a vertex to itself: an ear on the right or on the left."""
    controls = []
    for reach in (46, 34, 24, 14, 9):
        for side in (1, -1):
            start, end = box + [side * half[0], -8], box + [side * half[0], 8]
            controls.append([start, start + [side * reach, -14], end + [side * reach, 14], end])
    return np.array(controls), np.arange(len(controls), dtype=float)


def _ports(lines: dict[Edge, np.ndarray], box: float) -> dict[Edge, tuple[float, float]]:
    """Where along the bottom and top borders edges start and end, so that neighbours neither merge nor cross there."""
    starts: dict[int, list] = {}
    ends: dict[int, list] = {}
    for edge, line in lines.items():
        starts.setdefault(edge[0], []).append((_lean(line[:5]), edge))
        ends.setdefault(edge[1], []).append((_lean(line[::-1][:5]), edge))
    offsets = {}
    for side, groups in ((0, starts), (1, ends)):
        for group in groups.values():
            step = min(20.0, (box - 28) / max(len(group) - 1, 1))
            for rank, (_, edge) in enumerate(sorted(group)):
                offsets[edge, side] = (rank - (len(group) - 1) / 2) * step
    return {edge: (offsets[edge, 0], offsets[edge, 1]) for edge in lines}


def _lean(points: np.ndarray) -> float:
    """How far to the right a line leaves a border, as the sine of its direction."""
    step = points[-1] - points[0]
    return round(float(step[0] / (np.hypot(*step) + 1e-9)), 6)


def _detour(boxes: np.ndarray, edge: Edge) -> np.ndarray | None:
    """A short clear line around the corners of boxes, for crowded drawings; None where there is none."""
    found = None
    # Far from the corners there is room to round the line; close to them there is a line at all.
    for margin in (12.0, 2.0, 0.5):
        line = _around_corners(boxes, edge, clearance(len(boxes)) + margin)
        if line is not None:
            rounded = _rounded(line)
            if not is_blocked(rounded, boxes, *edge):
                return rounded
            found = line
    return found


def _around_corners(boxes: np.ndarray, edge: Edge, margin: float) -> np.ndarray | None:
    """The shortest clear line from any side to any side by way of the corners of boxes, `margin` away from them."""
    half = _half(boxes)
    sides = half * np.array([(0, -1), (1, 0), (-1, 0), (0, 1)])
    corners = (half + margin) * np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)])
    points = np.concatenate([boxes[edge[0]] + sides, boxes[edge[1]] + sides,
                             (boxes[:, None] + corners).reshape(-1, 2)])
    graph = nx.Graph()
    for side in range(4):
        graph.add_edge("start", side, weight=0.0)
        graph.add_edge(4 + side, "end", weight=0.0)
    seen = sights(points, boxes, *edge)
    for first, second in zip(*(ends.tolist() for ends in np.nonzero(seen)), strict=True):
        graph.add_edge(first, second, weight=float(np.hypot(*(points[second] - points[first]))))
    try:
        return points[nx.shortest_path(graph, "start", "end", weight="weight")[1:-1]]
    except nx.NetworkXNoPath:
        return None


def _rounded(line: np.ndarray) -> np.ndarray:
    """A polyline with its corners cut, and the cuts again, which comes close to a smooth curve (Chaikin, 1974)."""
    for _ in range(3):
        near, far = 0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.concatenate([line[:1], np.stack([near, far], axis=1).reshape(-1, 2)[1:-1], line[-1:]])
    return line
