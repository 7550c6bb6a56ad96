"""Spearman's rank correlation."""

from __future__ import annotations

import numpy as np
import pandas as pd


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of two arrays ``(n,)`` without NaN; equal values share their mean rank.

    Returns
    -------
    float
        NaN where all values of one of them are equal, or there are fewer than two.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([0.0, 0.1, 0.2]))
    1.0
    """
    if one.size < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(pd.DataFrame({"one": one, "other": other}).corr(method="spearman").to_numpy()[0, 1])
