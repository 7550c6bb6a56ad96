"""Whole numbers of more digits than a metric holds: above 2^53, neighbours fall together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.readers.notes import LOST_DIGITS

LARGEST = 1 << 53
"""Up to here every whole number is a ``float64``."""

_WHOLE = re.compile(r"\s*[+-]?\d+\s*")


def may_lose(column: pa.ChunkedArray) -> bool:
    """Whether a column of a CSV file that was read as ``float64`` holds numbers which that may have changed."""
    if not pa.types.is_floating(column.type):
        return False
    values = column.to_numpy()
    return bool((np.isfinite(values) & (np.abs(values) >= LARGEST)).any())


def lost_digits(name: str, column: pa.ChunkedArray, texts: pa.ChunkedArray | None = None) -> list[str]:
    """A note where whole numbers of a column are not what a metric makes of them.

    Parameters
    ----------
    name : str
        Of the column.
    column : pyarrow.ChunkedArray (n,)
        Numbers as they were read.
    texts : pyarrow.ChunkedArray (n,), optional
        The same as they stand in the file, where that is text.

    Returns
    -------
    list of str
        One note at most; it names the first such number and its row.

    Examples
    --------
    >>> lost_digits("seed", pa.chunked_array([[1, 2**53 + 1]]))[0][:55]
    'Column seed: 1 of 2 values has more digits than a metri'
    """
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_floating(column.type) and texts is None:
        return []
    if not (pa.types.is_integer(column.type) or pa.types.is_decimal(column.type) or pa.types.is_floating(column.type)):
        return []
    values = pc.cast(column, pa.float64(), safe=False).to_numpy()
    with np.errstate(invalid="ignore"):
        large = np.flatnonzero(np.isfinite(values) & (np.abs(values) >= LARGEST))
    if not large.size:
        return []
    said = (column if texts is None else texts).take(pa.array(large)).to_pylist()
    lost = [index for index, value in enumerate(said) if _changed(value, values[large[index]])]
    if not lost:
        return []
    row = int(large[lost[0]])
    words = LOST_DIGITS[0 if len(values) == 1 else 1 if len(lost) == 1 else 2]
    return [words.format(name=name, lost=len(lost), total=len(values), largest=LARGEST,
                         said=str(said[lost[0]]).strip()[:60], row=row + 1, counts=int(values[row]))]


def lost_in(columns: Sequence[tuple[str, pa.ChunkedArray, pa.ChunkedArray | None]]) -> list[str]:
    """The notes of several columns."""
    return [note for name, column, texts in columns for note in lost_digits(name, column, texts)]


def _changed(value: int | Decimal | str, kept: float) -> bool:
    """Whether a number is another one as ``float64``."""
    if isinstance(value, str):
        # Decimals and powers of ten are rounded as people expect; whole numbers are counts, or names.
        return bool(_WHOLE.fullmatch(value)) and len(value) < 400 and int(value) != int(kept)
    return value != int(kept)
