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
MANY = 12
"""Boxes of drafts with more vertices are small."""
SMALL_WIDTH = 84.0
SMALL_HEIGHT = 28.0
GAP_X = 16.0
"""Least free width between two boxes of one row."""
GAP_Y = 6.0
"""Least free height between two rows of boxes."""

LEFT, RIGHT = BOX_WIDTH / 2 + 12, WIDTH - BOX_WIDTH / 2 - 12
BOTTOM, TOP = STRIP_HEIGHT + BOX_HEIGHT / 2 + 14, HEIGHT - BOX_HEIGHT / 2 - 8
"""Where centres of boxes may lie: an edge has room between any box and the border of the canvas."""

Point = tuple[float, float]
Positions = dict[int, Point]


def box_size(vertices: int) -> tuple[float, float]:
    """Width and height of every box of a draft with so many vertices.

    Examples
    --------
    >>> box_size(8), box_size(24)
    ((104.0, 32.0), (84.0, 28.0))
    """
    return (SMALL_WIDTH, SMALL_HEIGHT) if vertices > MANY else (BOX_WIDTH, BOX_HEIGHT)


def overlap(one: Point, other: Point, gap: float = 0.0, size: tuple[float, float] = (BOX_WIDTH, BOX_HEIGHT)) -> bool:
    """Whether boxes of a size around two centres overlap, or come closer than `gap`."""
    return abs(one[0] - other[0]) < size[0] + gap and abs(one[1] - other[1]) < size[1] + gap


def inside(point: Point) -> Point:
    """The nearest centre at which a box lies wholly on the canvas, clear of the strip."""
    return min(max(float(point[0]), LEFT), RIGHT), min(max(float(point[1]), BOTTOM), TOP)
