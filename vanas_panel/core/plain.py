"""Conversion of NumPy scalars and the like, as callers pass them, to plain Python values.

They are taken at the doors of the package, never within kernels or loops over cells: everything behind may then
compare with ``is False``, write `repr` into code that runs, and store what it has as JSON.
"""

from __future__ import annotations

from operator import index
from typing import Any, SupportsFloat

import numpy as np


def plain_text(value: Any) -> Any:
    """A text as a `str` and nothing narrower; anything else as it is, for the caller to refuse.

    Examples
    --------
    >>> plain_text(np.str_("maxpool3x3")), plain_text(None)
    ('maxpool3x3', None)
    """
    return str.__str__(value) if isinstance(value, str) else value


def plain_bool(value: Any) -> Any:
    """A truth value of NumPy as a `bool`; anything else as it is, for the caller to refuse.

    Examples
    --------
    >>> plain_bool(np.False_), plain_bool(None)
    (False, None)
    """
    return bool(value) if isinstance(value, np.bool_) else value


def plain_int(value: Any) -> int | None:
    """A whole number of any kind as an `int`; None for what is no whole number, truth values among them.

    Examples
    --------
    >>> plain_int(np.int64(3)), plain_int(3.0), plain_int(True)
    (3, None, None)
    """
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    try:
        return index(value)
    except TypeError:
        return None


def plain_float(value: Any) -> float | None:
    """A number of any kind as a `float`; None for what is no number, texts and truth values among them.

    Examples
    --------
    >>> plain_float(np.float32(0.5)), plain_float(2), plain_float("2"), plain_float(np.True_)
    (0.5, 2.0, None, None)
    """
    if isinstance(value, str | bytes | bool | np.bool_) or not isinstance(value, SupportsFloat):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def plain_vertex(value: Any) -> Any:
    """A whole number of any kind as an `int`; anything else as it is, for the caller to refuse.

    Examples
    --------
    >>> plain_vertex(np.int64(3)), plain_vertex("3")
    (3, '3')
    """
    plain = plain_int(value)
    return value if plain is None else plain


def plain_floats(values: Any) -> Any:
    """Several numbers of any kind as a tuple of `float`; anything else as it is, for the caller to refuse.

    Examples
    --------
    >>> plain_floats(np.array([1, 2])), plain_floats(None), plain_floats([1, "2"])
    ((1.0, 2.0), None, [1, '2'])
    """
    if values is None or isinstance(values, str):
        return values
    try:
        numbers = tuple(map(plain_float, values))
    except TypeError:
        return values
    return values if None in numbers else numbers
