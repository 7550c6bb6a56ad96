"""Cost of a candidate curve of an edge: the compiled inner loops of `vanas_panel.draw.cell.routing`."""

from __future__ import annotations

import math

from vanas_panel.core.encoding import kernel
from vanas_panel.draw.cell.canvas import BOX_HEIGHT, BOX_WIDTH, HEIGHT, STRIP_HEIGHT, WIDTH

CLEAR = 6.0
"""Least distance between an edge and a box that it passes."""
EDGE = 3.0
"""Least distance between an edge and the border of the canvas."""
HALF_WIDTH, HALF_HEIGHT = BOX_WIDTH / 2, BOX_HEIGHT / 2

_CROSSING = 32.0
_COMPANY = 2.5
_NEAR = 11.0
"""Points of two edges that come closer than this keep company."""
_LENGTH = 0.12


@kernel
def segment_hits(x0, y0, x1, y1, box_x, box_y, half_x, half_y):
    """Whether a segment meets the inside of a box (the slab method)."""
    enter, leave = 0.0, 1.0
    for axis in range(2):
        start, step, centre, half = (x0, x1 - x0, box_x, half_x) if axis == 0 else (y0, y1 - y0, box_y, half_y)
        if abs(step) < 1e-12:
            if abs(start - centre) >= half:
                return False
            continue
        near, far = (centre - half - start) / step, (centre + half - start) / step
        enter, leave = max(enter, min(near, far)), min(leave, max(near, far))
    return enter < leave


@kernel
def is_blocked(curve, boxes, source, target):
    """Whether a curve comes too close to another box or runs back into its own ones."""
    for box in range(boxes.shape[0]):
        own = box == source or box == target
        half_x = HALF_WIDTH - 0.01 if own else HALF_WIDTH + CLEAR
        half_y = HALF_HEIGHT - 0.01 if own else HALF_HEIGHT + CLEAR
        for i in range(curve.shape[0] - 1):
            if segment_hits(curve[i, 0], curve[i, 1], curve[i + 1, 0], curve[i + 1, 1],
                            boxes[box, 0], boxes[box, 1], half_x, half_y):
                return True
    return False


@kernel
def _cross(p, q, r, s):
    """Whether the segments p-q and r-s cross, ends not counted: edges that share a vertex meet at its border."""
    d1x, d1y, d2x, d2y = q[0] - p[0], q[1] - p[1], s[0] - r[0], s[1] - r[1]
    area = d1x * d2y - d1y * d2x
    if abs(area) < 1e-9:
        return False
    gap_x, gap_y = r[0] - p[0], r[1] - p[1]
    along, across = (gap_x * d2y - gap_y * d2x) / area, (gap_x * d1y - gap_y * d1x) / area
    return 0 < along < 1 and 0 < across < 1


@kernel
def leaves_canvas(curve):
    """Whether a curve comes closer than `EDGE` to the border of the canvas, or into the strip."""
    for i in range(curve.shape[0]):
        x, y = curve[i, 0], curve[i, 1]
        if x < EDGE or x > WIDTH - EDGE or y < STRIP_HEIGHT or y > HEIGHT - EDGE:
            return True
    return False


@kernel
def _length(curve):
    """Length of a curve."""
    length = 0.0
    for i in range(1, curve.shape[0]):
        length += math.hypot(curve[i, 0] - curve[i - 1, 0], curve[i, 1] - curve[i - 1, 1])
    return length


@kernel
def _shared_cost(curve, line, skip_head, skip_tail):
    """Crossings with another line, and points that keep it company apart from the skipped ends."""
    cost = 0.0
    for i in range(curve.shape[0]):
        near = math.inf
        for j in range(line.shape[0] - 1):
            if i and _cross(curve[i - 1], curve[i], line[j], line[j + 1]):
                cost += _CROSSING
            near = min(near, max(abs(curve[i, 0] - line[j, 0]), abs(curve[i, 1] - line[j, 1])))
        if near < _NEAR and skip_head <= i < curve.shape[0] - skip_tail:
            cost += _COMPANY
    return cost


@kernel
def cheapest(curves, prices, boxes, source, target, lines, ends, skip):
    """The clear candidate that costs least.

    Parameters
    ----------
    curves : float64 (c, k, 2)
    prices : float64 (c,)
        Cost of each curve's shape.
    boxes : float64 (b, 2)
        Centres.
    source, target : int
        The boxes that the edge joins.
    lines : float64 (m, l, 2)
        Other edges, padded with their last point.
    ends : int64 (m, 2)
        Source and target of each of them.
    skip : int
        The line that is the edge's own former one and does not count; -1 for none.

    Returns
    -------
    int
        Its index; -1 where every candidate is blocked or leaves the canvas.
    """
    best, least = -1, math.inf
    for c in range(curves.shape[0]):
        cost = prices[c] + _LENGTH * _length(curves[c])
        if cost >= least or leaves_canvas(curves[c]) or is_blocked(curves[c], boxes, source, target):
            continue
        for m in range(lines.shape[0]):
            if m != skip and cost < least:
                head = 4 if source == ends[m, 0] or source == ends[m, 1] else 1
                tail = 4 if target == ends[m, 0] or target == ends[m, 1] else 1
                cost += _shared_cost(curves[c], lines[m], head, tail)
        if cost < least:
            best, least = c, cost
    return best
