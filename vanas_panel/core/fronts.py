"""Pareto fronts of merits, where higher is better in every column, and the volume that they dominate.

A point dominates another one where it is nowhere worse and somewhere better. Equal points do not dominate each other:
all of them are on a front, or none.
"""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel

MOST_METRICS = 4
"""Columns; the exact volume takes too long beyond."""


@kernel
def dominates(one, other):
    """Whether a point dominates another one; both ``float64 (m,)``."""
    better = False
    for column in range(one.size):
        if one[column] < other[column]:
            return False
        better |= one[column] > other[column]
    return better


def on_front(merits: np.ndarray) -> np.ndarray:
    """Which points no other one dominates.

    Parameters
    ----------
    merits : float64 (n, m)
        Without NaN.

    Returns
    -------
    bool (n,)

    Examples
    --------
    >>> on_front(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [2.0, 1.0]])).tolist()
    [True, True, False, True]
    """
    merits = np.ascontiguousarray(merits, np.float64)
    # Whatever dominates a point comes before it.
    order = np.lexsort(-merits.T[::-1])
    if merits.shape[1] == 2:
        return _on_staircase(merits, order)
    if merits.shape[1] == 3:
        return _on_surface(merits, order, np.searchsorted(np.unique(-merits[:, 1]), -merits[:, 1]))
    return _on_front(merits, order)


@kernel
def _on_staircase(merits, order):
    """`on_front` of two columns: the highest second value so far says whether some earlier point dominates."""
    found = np.zeros(order.size, np.bool_)
    highest, last = -np.inf, -1
    for place, index in enumerate(order):
        if last >= 0 and merits[last, 0] == merits[index, 0] and merits[last, 1] == merits[index, 1]:
            found[index] = found[last]
        else:
            found[index] = place == 0 or merits[index, 1] > highest
            highest = max(highest, merits[index, 1])
        last = index
    return found


@kernel
def _on_surface(merits, order, ranks):
    """`on_front` of three columns; `ranks` number the distinct values of the second one, 0 for the highest.

    A binary indexed tree (Fenwick, 1994) holds the highest third value by rank, so each point takes a number of steps
    that grows with the logarithm (Kung, Luccio and Preparata, 1975). A rank is below ``order.size``.
    """
    found = np.zeros(order.size, np.bool_)
    tree = np.full(order.size + 1, -np.inf)
    filled = np.zeros(order.size + 1, np.bool_)
    last = -1
    for index in order:
        if last >= 0 and (merits[last] == merits[index]).all():
            found[index] = found[last]
            last = index
            continue
        last = index
        third, place = merits[index, 2], ranks[index] + 1
        is_dominated = False
        while place > 0 and not is_dominated:
            is_dominated = filled[place] and tree[place] >= third
            place -= place & -place
        found[index] = not is_dominated
        place = ranks[index] + 1
        while place < tree.size:
            tree[place] = max(tree[place], third)
            filled[place] = True
            place += place & -place
    return found


@kernel
def _on_front(merits, order):
    """`on_front` of any number of columns, from the points in descending order."""
    found = np.zeros(order.size, np.bool_)
    kept = np.empty(order.size, np.int64)
    count = 0
    for index in order:
        is_dominated = False
        for place in range(count):
            if dominates(merits[kept[place]], merits[index]):
                is_dominated = True
                break
        if is_dominated:
            continue
        found[index] = True
        # Equal ones stand behind each other; one of them is enough to compare with.
        if count == 0 or np.any(merits[kept[count - 1]] != merits[index]):
            kept[count] = index
            count += 1
    return found


def hypervolume(merits: np.ndarray, reference: np.ndarray) -> float:
    """The volume of all points that lie above a reference and that some of these points dominate or equal, exactly.

    Parameters
    ----------
    merits : float64 (n, m)
        Without NaN. Points that are not better than the reference in every column add nothing.
    reference : float64 (m,)

    Returns
    -------
    float
        Of slices along the last column, and of rectangles where two are left; 0 without a point.

    Examples
    --------
    >>> hypervolume(np.array([[1.0, 3.0], [2.0, 1.0]]), np.zeros(2))
    4.0
    """
    merits = np.asarray(merits, np.float64) - reference
    merits = merits[(merits > 0).all(axis=1)]
    if not merits.size:
        return 0.0
    return _volume(merits[on_front(merits)])


def _volume(points: np.ndarray) -> float:
    """The volume between zero and some positive points, ``float64 (n, m)``."""
    columns = points.shape[1]
    if columns == 1:
        return float(points.max())
    points = points[np.argsort(-points[:, -1], kind="stable")]
    if columns == 2:
        return float(_area(points))
    heights = points[:, -1]
    total = 0.0
    for place in range(len(points)):
        below = heights[place + 1] if place + 1 < len(points) else 0.0
        if heights[place] > below:
            slice_ = points[:place + 1, :-1]
            total += (heights[place] - below) * _volume(slice_[on_front(slice_)])
    return total


@kernel
def _area(points):
    """The area between zero and some points, ``float64 (n, 2)``, the second column descending."""
    total, width = 0.0, 0.0
    for place in range(points.shape[0]):
        width = max(width, points[place, 0])
        below = points[place + 1, 1] if place + 1 < points.shape[0] else 0.0
        total += width * (points[place, 1] - below)
    return total


def hypervolumes(merits: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`hypervolume` of the first point, of the first two, and so on.

    Parameters
    ----------
    merits : float64 (n, m)
        Without NaN.
    reference : float64 (m,)

    Returns
    -------
    float64 (n,)
        Never falls.
    """
    merits = np.ascontiguousarray(np.asarray(merits, np.float64) - reference)
    if merits.shape[1] == 2:
        return _areas(merits)
    volumes, volume = np.zeros(len(merits)), 0.0
    front = np.empty((0, merits.shape[1]))
    for index, point in enumerate(merits):
        if (point > 0).all() and not (front >= point).all(axis=1).any():
            front = np.vstack([front[~(front <= point).all(axis=1)], point])
            # Sums of other slices may round to a little less.
            volume = max(volume, _volume(front))
        volumes[index] = volume
    return volumes


def shares_of(merits: np.ndarray, reference: np.ndarray, volume: float) -> np.ndarray:
    """`hypervolumes` as shares of a volume, at most 1, ``float64 (n,)``; NaN where that is 0."""
    if not volume:
        return np.full(len(merits), np.nan)
    # The same sum in another order may round to a little more.
    return np.minimum(hypervolumes(merits, reference) / volume, 1.0)


@kernel
def _areas(merits):
    """`hypervolumes` in two columns and above zero; the front is kept with its second column descending."""
    areas = np.zeros(merits.shape[0], np.float64)
    front = np.empty((merits.shape[0] + 1, 2), np.float64)
    count, area = 0, 0.0
    for index in range(merits.shape[0]):
        x, y = merits[index, 0], merits[index, 1]
        if x > 0 and y > 0:
            above = 0
            # Those that are higher, and so narrower.
            while above < count and front[above, 1] > y:
                above += 1
            is_covered = (above > 0 and front[above - 1, 0] >= x) or (
                above < count and front[above, 1] == y and front[above, 0] >= x)
            if not is_covered:
                behind = above
                while behind < count and front[behind, 0] <= x:
                    behind += 1
                # From the top down, so that nothing is overwritten before it has moved.
                moved = count - behind
                if behind > above:
                    for place in range(moved):
                        front[above + 1 + place] = front[behind + place]
                else:
                    for place in range(moved - 1, -1, -1):
                        front[above + 1 + place] = front[behind + place]
                front[above, 0], front[above, 1] = x, y
                count = above + 1 + moved
                area = max(area, _area(front[:count]))
        areas[index] = area
    return areas
