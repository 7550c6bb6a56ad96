"""Points inside a polygon, as a lasso draws it."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel


def inside_polygon(x: np.ndarray, y: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Which points lie inside a polygon: a ray from them to the right crosses an odd number of its sides.

    Parameters
    ----------
    x, y : float64 (n,)
        NaN where unknown: such a point is never inside.
    corners : float64 (k, 2)
        Corners in order; the last one is joined to the first. Fewer than three hold nothing.

    Returns
    -------
    bool (n,)
        A point on the left or lower side counts as inside, one on the right or upper side does not, so that polygons
        side by side share no point.

    Notes
    -----
    The rule is that of Shimrat, *Algorithm 112: Position of point relative to polygon*, 1962.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    >>> inside_polygon(np.array([1.0, 0.0, 2.0, np.nan]), np.array([1.0, 0.0, 1.0, 1.0]), square)
    array([ True,  True, False, False])
    """
    return _inside(np.ascontiguousarray(x, dtype=np.float64), np.ascontiguousarray(y, dtype=np.float64),
                   np.ascontiguousarray(corners, dtype=np.float64).reshape(-1, 2))


@kernel
def _inside(x, y, corners):
    """The even-odd rule for every point within the extent of the polygon."""
    found = np.zeros(x.size, np.bool_)
    count = corners.shape[0]
    if count < 3:
        return found
    left, right = corners[:, 0].min(), corners[:, 0].max()
    low, high = corners[:, 1].min(), corners[:, 1].max()
    for point in range(x.size):
        across, along = x[point], y[point]
        # Comparisons with NaN are false.
        if not (left <= across <= right and low <= along <= high):
            continue
        crossed = False
        before = count - 1
        for corner in range(count):
            first, second = corners[corner, 1], corners[before, 1]
            if (first > along) != (second > along):
                # Divided first: a product of two large differences may be larger than a number can be.
                share = (along - first) / (second - first)
                if across < corners[corner, 0] + share * (corners[before, 0] - corners[corner, 0]):
                    crossed = not crossed
            before = corner
        found[point] = crossed
    return found
