"""The order of rows by a metric: best first, unknown values last, ties by row."""

from __future__ import annotations

import numpy as np


def ranked_rows(rows: np.ndarray, values: np.ndarray, lower_first: bool, top: int | None = None) -> np.ndarray:
    """The best of some rows, best first.

    Parameters
    ----------
    rows : int64 (n,)
    values : float64 (n,)
        The value of each of `rows`, NaN where unknown: these rows come last.
    lower_first : bool
        Whether lower values are better.
    top : int, optional
        How many to return; all by default.

    Returns
    -------
    int64 (min(top, n),)

    Examples
    --------
    >>> ranked_rows(np.array([7, 8, 9]), np.array([0.5, np.nan, 0.9]), lower_first=False)
    array([9, 7, 8])
    """
    score = np.where(np.isnan(values), np.inf, values if lower_first else -values)
    if top and top < rows.size:
        limit = np.partition(score, top - 1)[top - 1]
        near = score <= limit
        rows, score = rows[near], score[near]
    return rows[np.lexsort((rows, score))][:top]
