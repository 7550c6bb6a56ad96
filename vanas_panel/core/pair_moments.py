"""Counts, means and squares of the differences of pairs of cells that differ in one operation."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel


@kernel
def add_difference(counts, means, squares, own, other, difference) -> None:
    """Count a pair to the operation `own` against `other`, and against all others together: the last column.

    Mean and squares, ``float64 (operations, operations + 1)``, grow with every pair (Welford, as in
    `vanas_panel.core.matched`).
    """
    for column in (other, counts.shape[0]):
        counts[own, column] += 1
        off = difference - means[own, column]
        means[own, column] += off / counts[own, column]
        squares[own, column] += off * (difference - means[own, column])


@kernel
def without_pair(counts, means) -> None:
    """Make a mean NaN where there is no pair."""
    for own in range(counts.shape[0]):
        for column in range(counts.shape[1]):
            if counts[own, column] == 0:
                means[own, column] = np.nan
