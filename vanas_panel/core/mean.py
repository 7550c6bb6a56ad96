"""Means that do not overflow, even where the sum of the values would."""

from __future__ import annotations

import numpy as np

_LARGE = 1e290
_SHRUNK = 2.0**70


def summable(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Values that a million of can be added up, and what to multiply their mean by.

    Parameters
    ----------
    values : float64 (n,)
        NaN where unknown.

    Returns
    -------
    values : float64 (n,)
        The same but where one of them is beyond 1e290 in size: then all are divided by a power of two, which loses no
        digit of them.
    factor : float
        That power of two, else 1.

    Examples
    --------
    >>> small, factor = summable(np.array([1.7e308, 1.5e308]))
    >>> float(small.mean() * factor)
    1.6e+308
    """
    largest = np.fmax.reduce(np.abs(values), initial=0.0)
    return (values / _SHRUNK, _SHRUNK) if largest > _LARGE else (values, 1.0)


def difference_of_means(sums: np.ndarray, counts: np.ndarray, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Means of two sides and the second one's minus the first one's.

    Parameters
    ----------
    sums : float64 (2, k)
    counts : integer (2, k)
    factor : float, optional
        From `summable`.

    Returns
    -------
    means : float64 (2, k)
        NaN where nothing was counted.
    difference : float64 (k,)
        Infinite where it is larger than a number can be.
    """
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    with np.errstate(over="ignore", invalid="ignore"):
        return means * factor, (means[1] - means[0]) * factor
