"""Geometry of the designer's canvas: sizes of boxes and gaps, for layout, routing and drawing.

The canvas is measured in units that are about one pixel on a 1440-pixel page; x grows to the right, y upwards.
"""

from __future__ import annotations

WIDTH = 500.0
HEIGHT = 520.0
STRIP_HEIGHT = 34.0
"""Height of the strip at the bottom on which a vertex is dropped to delete it."""

BOX_WIDTH = 104.0
BOX_HEIGHT = 32.0
GAP_X = 16.0
"""Least free width between two boxes of one row."""
GAP_Y = 6.0
"""Least free height between two rows of boxes."""

LEFT, RIGHT = BOX_WIDTH / 2 + 12, WIDTH - BOX_WIDTH / 2 - 12
BOTTOM, TOP = STRIP_HEIGHT + BOX_HEIGHT / 2 + 14, HEIGHT - BOX_HEIGHT / 2 - 8
"""Where centres of boxes may lie: an edge has room between any box and the border of the canvas."""

Point = tuple[float, float]
Positions = dict[int, Point]


def overlap(one: Point, other: Point, gap: float = 0.0) -> bool:
    """Whether boxes around two centres overlap, or come closer than `gap`."""
    return abs(one[0] - other[0]) < BOX_WIDTH + gap and abs(one[1] - other[1]) < BOX_HEIGHT + gap


def inside(point: Point) -> Point:
    """The nearest centre at which a box lies wholly on the canvas, clear of the strip."""
    return min(max(float(point[0]), LEFT), RIGHT), min(max(float(point[1]), BOTTOM), TOP)
