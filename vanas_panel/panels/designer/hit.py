"""Hit test of a click on the designer's canvas: vertex, edge or nothing."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.draft import Edge
from vanas_panel.draw.cell.canvas import box_size
from vanas_panel.draw.cell.scene import Scene


def hit(scene: Scene, x: float, y: float, reach: float = 9.0) -> int | Edge | None:
    """The part at a point of the canvas.

    Parameters
    ----------
    scene : Scene
    x, y : float
        In canvas units.
    reach : float, optional
        How far from an edge still counts as on it.

    Returns
    -------
    int, edge or None
        A vertex, the one drawn last where several overlap; else the nearest edge within `reach`; else nothing.
    """
    width, height = box_size(len(scene.draft.operations))
    for vertex in reversed(range(len(scene.draft.operations))):
        centre = scene.positions[vertex]
        if abs(x - centre[0]) <= width / 2 and abs(y - centre[1]) <= height / 2:
            return vertex
    distances = {edge: _distance(x, y, *line) for edge, line in scene.lines.items()}
    nearest = min(distances, key=distances.__getitem__, default=None)
    return nearest if nearest is not None and distances[nearest] <= reach else None


def _distance(x: float, y: float, xs: np.ndarray, ys: np.ndarray) -> float:
    """Distance of a point from a polyline."""
    start = np.column_stack([xs[:-1], ys[:-1]])
    step = np.column_stack([np.diff(xs), np.diff(ys)])
    to_point = np.array([x, y]) - start
    along = np.clip((to_point * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-12), 0, 1)
    return float(np.hypot(*(to_point - along[:, None] * step).T).min())
