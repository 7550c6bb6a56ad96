"""Extent of an axis for any range of values: never empty, never infinite.

A column may be constant, equal up to rounding, 19 digits long, or hold ``1.8e308`` where something failed. Whoever
draws divides by widths, takes logarithms of them and hands them to a browser, so widths are made here: finite, and wide
enough for numbers between the ends to differ.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FAR = 1e300
"""Values beyond are drawn here: there is room for a margin, and for the width between both ends."""
NEAR = 1e-300
"""Positive values below are drawn here on a logarithmic axis."""

_NARROW = 1e-11
"""Two values closer than this share of their size are one position: browsers would draw the rounding of their sums."""
_FINEST = 1e-13
"""The finest step, as a share of the size of the values: some hundred neighbouring numbers."""
_NOTHING = 1e-290
"""Widths below are none."""


def drawn_value(value: Any, log: bool = False) -> Any:
    """A value, or an array of them, as it is drawn: moved to the end of what can be drawn where it lies beyond.

    Parameters
    ----------
    value : float or float64 array
        NaN stays NaN.
    log : bool, optional
        Whether the axis is logarithmic, which cannot show zero or less: these become NaN.

    Examples
    --------
    >>> drawn_value(0.31), drawn_value(1.797e308), drawn_value(5e-324, log=True)
    (0.31, 1e+300, 1e-300)
    """
    if isinstance(value, np.ndarray):
        if not log:
            return np.clip(value, -FAR, FAR)
        return np.clip(np.where(value > 0, value, np.nan), NEAR, FAR)
    if math.isnan(value) or (log and value <= 0):
        return math.nan
    return min(FAR, max(NEAR if log else -FAR, float(value)))


def is_wide(low: float, high: float) -> bool:
    """Whether two values differ enough to be drawn apart.

    Parameters
    ----------
    low, high : float
        Finite, within `FAR`.

    Examples
    --------
    >>> is_wide(0.3, 0.31), is_wide(0.3, 0.30000000000000004), is_wide(0.0, 5e-324)
    (True, False, False)
    """
    return high - low > narrowest(low, high)


def narrowest(low: float, high: float) -> float:
    """The smallest width that is drawn as one, among values of this size."""
    return max(_NOTHING, _NARROW * max(abs(low), abs(high)))


def widened(low: float, high: float, share: float = 0.05) -> tuple[float, float]:
    """The ends of a stretch that holds two values, moved apart where these are one position.

    Parameters
    ----------
    low, high : float
        ``low <= high``; not NaN.
    share : float, optional
        How far each end is moved then, as a share of the size of the value; about zero by a half.

    Returns
    -------
    low, high : float
        Finite, and a width apart that can be divided by.

    Examples
    --------
    >>> widened(0.2, 0.9), widened(0.0, 0.0), widened(200.0, 200.0)
    ((0.2, 0.9), (-0.5, 0.5), (190.0, 210.0))
    """
    low, high = drawn_value(low), drawn_value(high)
    if is_wide(low, high):
        return low, high
    size = max(abs(low), abs(high))
    reach = share * size if size > _NOTHING else 0.5
    return low - reach, high + reach


def reach(low: float, high: float) -> tuple[float, float]:
    """The values that are drawn between two positions: all that lie beyond what can be drawn belong to its end.

    Examples
    --------
    >>> reach(0.0, 5.0), reach(0.0, 1.1e300)
    ((0.0, 5.0), (0.0, inf))
    """
    return -math.inf if low <= -FAR else low, math.inf if high >= FAR else high


def finest_step(low: float, high: float) -> float:
    """The smallest step in which a stretch can be divided so that its multiples differ."""
    return max(_NOTHING, _FINEST * max(abs(low), abs(high)))


def tidy(value: float) -> float:
    """A number that was reckoned from round ones, without what rounding added: 15 digits of it.

    Examples
    --------
    >>> tidy(3 * 0.05), tidy(1e-20 * 3)
    (0.15, 3e-20)
    """
    return float(f"{value:.15g}")


def middle_of(values: np.ndarray) -> float:
    """The median of ascending values, ``float64 (n,)`` with at least one; halves are added, so it is always finite.

    Examples
    --------
    >>> middle_of(np.array([1.0, 2.0])), middle_of(np.array([1.5e308, 1.7e308]))
    (1.5, 1.6e+308)
    """
    middle = values.size // 2
    high = float(values[middle])
    if values.size % 2:
        return high
    low = float(values[middle - 1])
    total = low + high
    return total / 2 if math.isfinite(total) else low / 2 + high / 2
