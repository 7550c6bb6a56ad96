"""Cost of a candidate curve of an edge: the compiled inner loops of `vanas_panel.draw.cell.routing`."""

from __future__ import annotations

import math

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.draw.cell.canvas import (
    BOX_HEIGHT,
    BOX_WIDTH,
    HEIGHT,
    MANY,
    SMALL_HEIGHT,
    SMALL_WIDTH,
    STRIP_HEIGHT,
    WIDTH,
)

CLEAR = 6.0
"""Least distance between an edge and a box that it passes,"""
SMALL_CLEAR = 3.0
"""and where boxes are small."""
EDGE = 3.0
"""Least distance between an edge and the border of the canvas."""
_CROSSING = 32.0
_COMPANY = 2.5
_NEAR = 11.0
"""Points of two edges that come closer than this keep company."""
_LENGTH = 0.12


@kernel
def half_width(boxes):
    """Half the width of a box where there are so many, as `vanas_panel.draw.cell.canvas.box_size` says."""
    return (SMALL_WIDTH if boxes > MANY else BOX_WIDTH) / 2


@kernel
def half_height(boxes):
    """Half the height of a box where there are so many."""
    return (SMALL_HEIGHT if boxes > MANY else BOX_HEIGHT) / 2


@kernel
def clearance(boxes):
    """Least distance between an edge and a box that it passes, where there are so many boxes."""
    return SMALL_CLEAR if boxes > MANY else CLEAR


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
    wide, high = half_width(boxes.shape[0]), half_height(boxes.shape[0])
    clear = clearance(boxes.shape[0])
    left, right, bottom, top = _extent(curve)
    for box in range(boxes.shape[0]):
        room = -0.01 if box == source or box == target else clear
        half_x, half_y = wide + room, high + room
        x, y = boxes[box, 0], boxes[box, 1]
        if left > x + half_x or right < x - half_x or bottom > y + half_y or top < y - half_y:
            continue
        for i in range(curve.shape[0] - 1):
            if segment_hits(curve[i, 0], curve[i, 1], curve[i + 1, 0], curve[i + 1, 1],
                            x, y, half_x, half_y):
                return True
    return False


@kernel
def _extent(curve):
    """Left, right, bottom and top of a curve."""
    left, right, bottom, top = math.inf, -math.inf, math.inf, -math.inf
    for i in range(curve.shape[0]):
        left, right = min(left, curve[i, 0]), max(right, curve[i, 0])
        bottom, top = min(bottom, curve[i, 1]), max(top, curve[i, 1])
    return left, right, bottom, top


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
def sights(points, boxes, source, target):
    """Whether an edge may run straight from each point to each earlier one, ``bool (p, p)``.

    Parameters
    ----------
    points : float64 (p, 2)
    boxes : float64 (b, 2)
        Centres.
    source, target : int
        The boxes that the edge joins.
    """
    seen = np.zeros((points.shape[0], points.shape[0]), np.bool_)
    step = np.empty((2, 2))
    for first in range(points.shape[0]):
        for second in range(first):
            step[0], step[1] = points[first], points[second]
            seen[first, second] = not (leaves_canvas(step) or is_blocked(step, boxes, source, target))
    return seen


@kernel
def _length(curve):
    """Length of a curve."""
    length = 0.0
    for i in range(1, curve.shape[0]):
        length += math.hypot(curve[i, 0] - curve[i - 1, 0], curve[i, 1] - curve[i - 1, 1])
    return length


@kernel
def _shared_cost(curve, line, extent, skip_head, skip_tail):
    """Crossings with another line of a known extent, and points that keep it company apart from the skipped ends."""
    left, right, bottom, top = extent[0] - _NEAR, extent[1] + _NEAR, extent[2] - _NEAR, extent[3] + _NEAR
    cost = 0.0
    for i in range(curve.shape[0]):
        x, y = curve[i, 0], curve[i, 1]
        # Most points are far from most lines.
        here = left < x < right and bottom < y < top
        if i:
            last_x, last_y = curve[i - 1, 0], curve[i - 1, 1]
            if here or (left < last_x < right and bottom < last_y < top) or not (
                    max(x, last_x) < left or min(x, last_x) > right or max(y, last_y) < bottom
                    or min(y, last_y) > top):
                cost += _CROSSING * _crossings(curve, i, line)
        if here and skip_head <= i < curve.shape[0] - skip_tail:
            for j in range(line.shape[0] - 1):
                if max(abs(x - line[j, 0]), abs(y - line[j, 1])) < _NEAR:
                    cost += _COMPANY
                    break
    return cost


@kernel
def _crossings(curve, i, line):
    """How often the segment of a curve that ends at its point `i` crosses a line."""
    left, right = min(curve[i - 1, 0], curve[i, 0]), max(curve[i - 1, 0], curve[i, 0])
    bottom, top = min(curve[i - 1, 1], curve[i, 1]), max(curve[i - 1, 1], curve[i, 1])
    count = 0
    for j in range(line.shape[0] - 1):
        if (min(line[j, 0], line[j + 1, 0]) <= right and max(line[j, 0], line[j + 1, 0]) >= left
                and min(line[j, 1], line[j + 1, 1]) <= top and max(line[j, 1], line[j + 1, 1]) >= bottom
                and _cross(curve[i - 1], curve[i], line[j], line[j + 1])):
            count += 1
    return count


@kernel
def _apart(one, other):
    """Whether two extents are so far apart that nothing in them crosses or keeps company."""
    return (one[0] > other[1] + _NEAR or one[1] < other[0] - _NEAR or one[2] > other[3] + _NEAR
            or one[3] < other[2] - _NEAR)


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
    extents = np.empty((lines.shape[0], 4))
    for m in range(lines.shape[0]):
        extents[m, 0], extents[m, 1], extents[m, 2], extents[m, 3] = _extent(lines[m])
    for c in range(curves.shape[0]):
        cost = prices[c] + _LENGTH * _length(curves[c])
        if cost >= least or leaves_canvas(curves[c]) or is_blocked(curves[c], boxes, source, target):
            continue
        extent = _extent(curves[c])
        for m in range(lines.shape[0]):
            if cost >= least:
                break
            if m != skip and not _apart(extent, extents[m]):
                head = 4 if source == ends[m, 0] or source == ends[m, 1] else 1
                tail = 4 if target == ends[m, 0] or target == ends[m, 1] else 1
                cost += _shared_cost(curves[c], lines[m], extents[m], head, tail)
        if cost < least:
            best, least = c, cost
    return best
