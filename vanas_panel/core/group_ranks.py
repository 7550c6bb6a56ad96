"""First, middle and last member of every group, where all members stand in one order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vanas_panel.core.encoding import kernel


class GroupRanks(NamedTuple):
    """Members of each group, ``int64 (groups,)`` each; -1 for a group without members.

    Attributes
    ----------
    first, last : int64 (groups,)
        The member that stands first, and the one that stands last.
    lower, upper : int64 (groups,)
        The two in the middle, the same one where the group has an odd number of members: the median of any values that
        rise or fall along the order is the mean of theirs.
    """

    first: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    last: np.ndarray


def group_ranks(groups: np.ndarray, order: np.ndarray, count: int) -> GroupRanks:
    """Find first, middle and last member of every group in one pass, without sorting.

    Parameters
    ----------
    groups : int64 (m,)
        The group of every member, from 0 to ``count - 1``; -1 for one that is in none.
    order : int64 (m,)
        All members in their common order.
    count : int
        How many groups there are.

    Returns
    -------
    GroupRanks

    Examples
    --------
    >>> found = group_ranks(np.array([0, 1, 0, 0, -1]), np.array([4, 3, 2, 1, 0]), 3)
    >>> found.first, found.lower, found.last
    (array([ 3,  1, -1]), array([ 2,  1, -1]), array([ 0,  1, -1]))
    """
    return GroupRanks(*_ranks(np.ascontiguousarray(groups, dtype=np.int64),
                              np.ascontiguousarray(order, dtype=np.int64), count))


def canvas_bins(x: np.ndarray, y: np.ndarray, x_range: tuple[float, float], y_range: tuple[float, float],
                shape: tuple[int, int]) -> np.ndarray:
    """The bin of every point, by the very arithmetic of Datashader's canvas, so that both count the same cells.

    Parameters
    ----------
    x, y : float64 (m,)
    x_range, y_range : (float, float)
        Ends of the canvas.
    shape : (int, int)
        How many bins it has along x and y.

    Returns
    -------
    int64 (m,)
        ``line * columns + column``; -1 outside the canvas.

    Examples
    --------
    >>> canvas_bins(np.array([0.0, 1.5, 9.0]), np.array([0.0, 0.5, 0.5]), (0.0, 2.0), (0.0, 1.0), (2, 1))
    array([ 0,  1, -1])
    """
    return _bins(np.ascontiguousarray(x, dtype=np.float64), np.ascontiguousarray(y, dtype=np.float64),
                 float(x_range[0]), float(x_range[1]), float(y_range[0]), float(y_range[1]), shape[0], shape[1])


@kernel
def _ranks(groups, order, count):
    """Members of `GroupRanks`: one pass counts, a second one along the order picks."""
    sizes = np.zeros(count, np.int64)
    for group in groups:
        if group >= 0:
            sizes[group] += 1
    seen = np.zeros(count, np.int64)
    first, lower, upper, last = (np.full(count, -1), np.full(count, -1), np.full(count, -1), np.full(count, -1))
    for member in order:
        group = groups[member]
        if group < 0:
            continue
        if seen[group] == 0:
            first[group] = member
        if seen[group] == (sizes[group] - 1) // 2:
            lower[group] = member
        if seen[group] == sizes[group] // 2:
            upper[group] = member
        seen[group] += 1
        last[group] = member
    return first, lower, upper, last


@kernel
def _bins(x, y, left, right, bottom, top, columns, lines):
    """Bins as `canvas_bins` describes them; a point at the very end of the canvas is in its last bin."""
    found = np.full(x.size, -1, np.int64)
    across, along = columns / (right - left), lines / (top - bottom)
    start, foot = -left * across, -bottom * along
    for point in range(x.size):
        if left <= x[point] <= right and bottom <= y[point] <= top:
            column = min(int(x[point] * across + start), columns - 1)
            line = min(int(y[point] * along + foot), lines - 1)
            found[point] = line * columns + column
    return found
