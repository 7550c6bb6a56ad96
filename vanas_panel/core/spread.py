"""Spread of the values of some rows: how many lie between given edges, and their median."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vanas_panel.core.encoding import kernel


class Spread(NamedTuple):
    """Values of some rows.

    Attributes
    ----------
    counts : int64 (bins,)
        How many lie in each bin, from its left edge up to its right one, which is not included; what lies beyond the
        outermost edges counts in the outermost bin.
    known : int
        How many of the rows have a value.
    median : float
        The mean of the two middle ones where their number is even; NaN where there is none.
    """

    counts: np.ndarray
    known: int
    median: float


def spread_of_rows(values: np.ndarray, rows: np.ndarray, edges: np.ndarray) -> Spread:
    """Spread of the values of some rows.

    Parameters
    ----------
    values : float64 (n,)
        NaN where unknown.
    rows : int64 (m,)
        Each from 0 to ``n - 1``.
    edges : float64 (bins + 1,)
        Ascending, at about equal distances, as `numpy.linspace` makes them.

    Returns
    -------
    Spread

    Examples
    --------
    >>> spread = spread_of_rows(np.array([0.1, 0.2, 0.6, np.nan]), np.array([0, 1, 2, 3]), np.array([0.0, 0.5, 1.0]))
    >>> spread.counts, spread.known, spread.median
    (array([2, 1]), 3, 0.2)
    """
    counts, known = _counts(values, np.ascontiguousarray(rows, dtype=np.int64), np.ascontiguousarray(edges))
    return Spread(counts, known.size, _median(known))


def _median(known: np.ndarray) -> float:
    """The median of values; halves are added, since the sum of two large ones may be larger than a number can be."""
    if not known.size:
        return float("nan")
    places = [(known.size - 1) // 2, known.size // 2]
    low, high = np.partition(known, places)[places].tolist()
    return low if low == high else low / 2 + high / 2


@kernel
def _counts(values, rows, edges):
    """Counts of each bin, and the known values."""
    bins = edges.size - 1
    counts = np.zeros(bins, np.int64)
    known = np.empty(rows.size)
    size = 0
    low, width = edges[0], (edges[bins] - edges[0]) / bins
    for row in rows:
        value = values[row]
        if np.isnan(value):
            continue
        known[size] = value
        size += 1
        # Rounding may miss the bin by one. Values beyond the ends are clipped before they become whole numbers.
        place = int(min(max((value - low) / width, 0.0), bins - 1.0))
        while place < bins - 1 and value >= edges[place + 1]:
            place += 1
        while place > 0 and value < edges[place]:
            place -= 1
        counts[place] += 1
    return counts, known[:size]
