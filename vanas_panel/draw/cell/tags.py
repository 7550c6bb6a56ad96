"""Positions of the labels of edges: on their own line, clear of boxes, other labels and other lines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.draw.cell.canvas import HEIGHT, STRIP_HEIGHT, WIDTH, Point
from vanas_panel.draw.cell.routing import Route
from vanas_panel.draw.cell.routing_cost import half_height, half_width, segment_hits

TAG_HEIGHT = 15.0
_SHARES = np.array([0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86])
"""How far along its line a label may stand, the middle first."""
_SIDES = np.array([0.0, 1.0, -1.0])
"""On the line, or beside it where there is no room."""
_COVERED = 1000.0
_CROSSED = 40.0
_HIDDEN = 100.0
"""For a label on its line, times the share of the line that it hides."""
_BESIDE = 30.0


def tag_width(text: str) -> float:
    """Width of a label in canvas units, with room for a narrower canvas."""
    return 7.4 * len(text) + 9


def place_tags(lines: Sequence[Route], texts: Sequence[str], boxes: Sequence[Point]) -> list[Point]:
    """Centres of the labels of lines.

    Parameters
    ----------
    lines : sequence of (float64 (k,), float64 (k,))
    texts : sequence of str
        One for each line; an empty one needs no room.
    boxes : sequence of (float, float)
        Centres of the vertices.

    Returns
    -------
    list of (float, float)
        One for each line, in canvas units.
    """
    segments = [_segments(*line) for line in lines]
    owners = np.repeat(np.arange(len(lines)), [len(part) for part in segments])
    every = np.concatenate(segments) if segments else np.empty((0, 4))
    centres = np.array(boxes, dtype=float).reshape(-1, 2)
    taken = np.empty((0, 4))
    spots: list[Point] = []
    for index, (line, text) in enumerate(zip(lines, texts, strict=True)):
        width = tag_width(text)
        spots_here, prices = _candidates(*line, width)
        if not text:
            spots.append((float(spots_here[0, 0]), float(spots_here[0, 1])))
            continue
        costs = prices + _clutter(spots_here, width / 2, TAG_HEIGHT / 2, centres, taken, every, owners, index)
        x, y = spots_here[int(costs.argmin())].tolist()
        spots.append((x, y))
        taken = np.vstack([taken, [x, y, width / 2, TAG_HEIGHT / 2]])
    return spots


def _segments(xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """The segments of a line, `float64 (k - 1, 4)`."""
    return np.column_stack([xs[:-1], ys[:-1], xs[1:], ys[1:]])


def _candidates(xs: np.ndarray, ys: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Points on and beside a line, `float64 (c, 2)`, and what each costs to begin with, `float64 (c,)`."""
    steps = np.hypot(np.diff(xs), np.diff(ys))
    along = np.concatenate([[0], np.cumsum(steps)])
    wanted = _SHARES * along[-1]
    points = np.column_stack([np.interp(wanted, along, xs), np.interp(wanted, along, ys)])
    nearest = np.clip(np.searchsorted(along, wanted), 1, len(xs) - 1) - 1
    direction = np.column_stack([np.diff(xs), np.diff(ys)])[nearest] / np.maximum(steps[nearest], 1e-9)[:, None]
    normal = np.column_stack([-direction[:, 1], direction[:, 0]])
    # As far as it takes for the label to stand beside the line rather than on it.
    reach = (np.abs(normal) * [width / 2 + 3, TAG_HEIGHT / 2 + 3]).sum(axis=1)[:, None]
    spots = points + _SIDES[:, None, None] * normal * reach
    hidden = np.minimum(width / np.maximum(np.abs(direction[:, 0]), 1e-9),
                        TAG_HEIGHT / np.maximum(np.abs(direction[:, 1]), 1e-9)) / max(along[-1], 1e-9)
    prices = 30 * np.abs(_SHARES - 0.5) + np.where(_SIDES == 0, 0, _BESIDE)[:, None] + np.where(
        _SIDES[:, None] == 0, _HIDDEN * hidden, 0)
    return spots.reshape(-1, 2), prices.ravel()


@kernel
def _clutter(spots, half_x, half_y, boxes, taken, segments, owners, own):
    """Cost of the parts that a label at each spot would cover, `float64 (c,)`."""
    costs = np.zeros(spots.shape[0])
    box_x, box_y = half_width(boxes.shape[0]), half_height(boxes.shape[0])
    for c in range(spots.shape[0]):
        x, y = spots[c, 0], spots[c, 1]
        if abs(x - WIDTH / 2) > WIDTH / 2 - half_x or y + half_y > HEIGHT or y - half_y < STRIP_HEIGHT:
            costs[c] += _COVERED
        for b in range(boxes.shape[0]):
            if (abs(x - boxes[b, 0]) < box_x + half_x + 2
                    and abs(y - boxes[b, 1]) < box_y + half_y + 2):
                costs[c] += _COVERED
        for t in range(taken.shape[0]):
            if abs(x - taken[t, 0]) < taken[t, 2] + half_x + 1 and abs(y - taken[t, 1]) < taken[t, 3] + half_y + 1:
                costs[c] += _COVERED
        last = math.inf
        for s in range(segments.shape[0]):
            # A line that runs through a label counts once, however many segments of it do.
            if owners[s] == own or owners[s] == last:
                continue
            if segment_hits(segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3], x, y, half_x + 1,
                            half_y + 1):
                costs[c] += _CROSSED
                last = owners[s]
    return costs
