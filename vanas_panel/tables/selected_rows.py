"""Selections of rows, in whatever form a caller gives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import RowOutsideTableError, SelectionError
from vanas_panel.text.language import Message

_LARGEST = np.iinfo(np.int64).max
"""Larger row numbers stand for this one, which no table has."""


def selected_rows(rows: ArrayLike, count: int) -> np.ndarray:
    """A selection as sorted unique row indices, ``int64 (m,)``.

    Parameters
    ----------
    rows : integer array_like (m,) or bool array (n,)
    count : int
        Rows of the table, n.

    Raises
    ------
    SelectionError
        Where it is neither, or a row is outside the table.

    Examples
    --------
    >>> selected_rows([2, 0, 2], 3).tolist(), selected_rows([False, True, False], 3).tolist()
    ([0, 2], [1])
    """
    array = _unboxed(np.asarray(rows))
    if array.dtype == bool and array.shape == (count,):
        return np.flatnonzero(array)
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise SelectionError(Message("Found rows of type {dtype} and shape {shape}; expected row numbers, or "
                                     "{found} truth values. Select with one of these.", dtype=array.dtype,
                                     shape=array.shape, found=count))
    array = array.astype(np.int64)
    if (array[1:] <= array[:-1]).any():
        array = np.unique(array)
    if array[0] < 0 or array[-1] >= count:
        raise RowOutsideTableError(Message("Found rows from {first} to {last}; expected 0 to {most}. Leave "
                                           "the others out.", first=array[0], last=array[-1], most=count - 1))
    return array


def _unboxed(array: np.ndarray) -> np.ndarray:
    """An array of objects, as pandas' own types become one, as truth values or whole numbers where all are."""
    if array.dtype != object or not array.size:
        return array
    items = array.ravel().tolist()
    if all(isinstance(item, bool | np.bool_) for item in items):
        return array.astype(bool)
    numbers = [plain_int(item) for item in items]
    whole = [min(max(number, -_LARGEST), _LARGEST) for number in numbers if number is not None]
    return np.array(whole, np.int64).reshape(array.shape) if len(whole) == len(numbers) else array
