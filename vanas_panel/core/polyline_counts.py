"""How many polylines cross each pixel between two neighbouring axes of parallel coordinates."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel


def polyline_counts(starts: np.ndarray, ends: np.ndarray, columns: int, height: int) -> np.ndarray:
    r"""Count the straight lines that touch each pixel of a band between two axes that lie.

    The axis above the band has a line at each of its pixels ``starts``, the one below it at ``ends``. On its way
    down, the line from :math:`a` to :math:`b` is after :math:`j` of :math:`h` lines of pixels at

    .. math:: x_j = a + \left\lfloor \frac{2 (b - a) j + h}{2 h} \right\rfloor,

    and touches the pixels from :math:`x_j` to :math:`x_{j+1}` of line :math:`j`, both included: so it has no gap,
    however steep it is.

    Parameters
    ----------
    starts, ends : uint16 (m,)
        Pixels, each below `columns`.
    columns : int
        Width of the band in pixels, at most 4,096.
    height : int
        Its height in pixels, at least 1.

    Returns
    -------
    int32 (height, columns)
        Numbers of lines. Lines with the same ends are counted together first, so many take hardly longer than few.

    Raises
    ------
    ValueError
        Where the two arrays are of different length, or a pixel is none of the band.

    Notes
    -----
    Parallel coordinates are those of Inselberg, *The plane with parallel coordinates*, The Visual Computer 1, 1985.
    Counting pairs of pixels before drawing is what Novotný and Hauser do, *Outlier-preserving focus+context
    visualization in parallel coordinates*, 2006.

    Examples
    --------
    >>> polyline_counts(np.array([0, 0], np.uint16), np.array([2, 0], np.uint16), 3, 2)
    array([[2, 1, 0],
           [1, 1, 1]], dtype=int32)
    """
    if starts.shape != ends.shape or height < 1 or not 1 <= columns <= 4096:
        raise ValueError("expected as many starts as ends, and a band of at least one pixel")
    if starts.size and max(int(starts.max()), int(ends.max())) >= columns:
        raise ValueError("expected pixels of the band")
    return _counts(np.ascontiguousarray(starts, np.uint16), np.ascontiguousarray(ends, np.uint16), columns, height)


@kernel
def _counts(starts, ends, columns, height):
    """Counts of `polyline_counts`."""
    pairs = np.zeros((columns, columns), np.int32)
    for line in range(starts.size):
        pairs[starts[line], ends[line]] += 1
    # Where a line is after each line of pixels depends on the difference of its ends alone.
    moved = np.zeros((2 * columns, height + 1), np.int32)
    for index in range(2 * columns):
        for step in range(height + 1):
            moved[index, step] = (2 * (index - columns) * step + height) // (2 * height)
    # One more column, as a run that reaches the last pixel ends behind it.
    found = np.zeros((height, columns + 1), np.int32)
    for start in range(columns):
        for end in range(columns):
            count = pairs[start, end]
            if count == 0:
                continue
            ways = moved[end - start + columns]
            for step in range(height):
                one, other = start + ways[step], start + ways[step + 1]
                found[step, min(one, other)] += count
                found[step, max(one, other) + 1] -= count
    for step in range(height):
        for column in range(1, columns):
            found[step, column] += found[step, column - 1]
    return found[:, :columns].copy()
