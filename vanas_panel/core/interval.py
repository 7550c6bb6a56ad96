"""Intervals of means and of differences of means, by Student's t.

They say how far a mean of so many draws scatters, were the draws independent. Cells of a table are not: they share
vertices and edges, and pairs of cells share cells. Read an interval as a floor of the uncertainty.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95
"""How often an interval holds the mean, in the long run of independent draws."""


def mean_interval(means: np.ndarray, squares: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Interval of the mean of each of several samples.

    .. math:: \bar x \pm t_{0.975, n - 1} \sqrt{\frac{Q}{n (n - 1)}}, \quad Q = \sum (x - \bar x)^2

    (Student, *The probable error of a mean*, Biometrika 6, 1908).

    Parameters
    ----------
    means, squares : float64 (k,)
        Means, and sums of squared differences from them.
    counts : integer (k,)

    Returns
    -------
    low, high : float64 (k,)
        NaN for fewer than two values.

    Examples
    --------
    >>> low, high = mean_interval(np.array([2.0]), np.array([2.0]), np.array([3]))  # of 1, 2 and 3
    >>> low.round(3).item(), high.round(3).item()
    (-0.484, 4.484)
    """
    return _around(means, *_error(squares, counts))


def difference_interval(differences: np.ndarray, squares: np.ndarray,
                        counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Interval of the difference of two means whose samples may scatter differently.

    .. math:: d \pm t_{0.975, \nu} \sqrt{u_1 + u_0}, \quad u = \frac{Q}{n (n - 1)}, \quad
              \nu = \frac{(u_1 + u_0)^2}{u_1^2 / (n_1 - 1) + u_0^2 / (n_0 - 1)}

    (Welch, *The generalization of "Student's" problem when several different population variances are involved*,
    Biometrika 34, 1947).

    Parameters
    ----------
    differences : float64 (k,)
    squares : float64 (2, k)
        Sums of squared differences from the mean of each side.
    counts : integer (2, k)

    Returns
    -------
    low, high : float64 (k,)
        NaN where a side has fewer than two values.

    Examples
    --------
    >>> low, high = difference_interval(np.array([1.0]), np.array([[2.0], [2.0]]), np.array([[3], [3]]))
    >>> low.round(3).item(), high.round(3).item()
    (-1.267, 3.267)
    """
    errors, freedom = _error(squares, counts)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        # In shares of the sum: squares of small errors vanish, those of large ones overflow.
        shares = errors / errors.sum(axis=0)
        joint = 1 / (shares ** 2 / freedom).sum(axis=0)
    total = errors.sum(axis=0)
    # Without any scatter all degrees give the same: nothing around the difference.
    return _around(differences, total, np.where(total == 0, freedom.min(axis=0), joint))


def _error(squares: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared standard errors of means and their degrees of freedom, NaN for fewer than two values."""
    known = np.asarray(counts) > 1
    freedom = np.where(known, np.asarray(counts, np.float64) - 1, np.nan)
    return squares / (freedom * counts), freedom


def _around(middle: np.ndarray, error: np.ndarray, freedom: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end."""
    with np.errstate(invalid="ignore", over="ignore"):
        reach = stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(error)
        return middle - reach, middle + reach
