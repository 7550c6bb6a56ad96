"""Selections: the box that one was drawn as, and row numbers as a short text."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass

import numpy as np

from vanas_panel.errors import SelectionError
from vanas_panel.table import BenchmarkTable

Range = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """Limits on two metrics.

    Parameters
    ----------
    x, y : str
        Names of the metrics.
    x_range, y_range : (float, float)
        Their lowest and highest value, both included, in the metric's own unit.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> box = Box("trainable_parameters", "flops", (0, 2e6), (2e8, float("inf")))
    >>> box.rows(vp.open_table("structure4"))[:3]
    array([ 3,  6, 49])
    """

    x: str
    y: str
    x_range: Range
    y_range: Range

    def rows(self, table: BenchmarkTable) -> np.ndarray:
        """Rows of a table whose two metrics are known and lie in the box, ``int64 (m,)`` ascending.

        Raises
        ------
        UnknownMetricError
            Where the table has no such metric.
        """
        inside = np.ones(len(table), dtype=bool)
        for name, (low, high) in ((self.x, self.x_range), (self.y, self.y_range)):
            values = table.column(name)
            inside &= (values >= low) & (values <= high)
        return np.flatnonzero(inside)


def pack_rows(rows: np.ndarray, count: int) -> str:
    """Row numbers as text: one bit a row, compressed, in letters that an address takes as they are.

    Parameters
    ----------
    rows : int64 (m,)
        Distinct, each from 0 to ``count - 1``.
    count : int
        How many rows the table has.

    Returns
    -------
    str
        `count`, a full stop, and base64url: some 100 letters for a block of rows, about three a row for scattered ones.

    Examples
    --------
    >>> text = pack_rows(np.arange(100, 300), 423_624)
    >>> len(text) < 130, unpack_rows(text, 423_624)[[0, -1]].tolist()
    (True, [100, 299])
    """
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    packed = zlib.compress(np.packbits(mask).tobytes(), 6)
    return f"{count}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def unpack_rows(text: str, count: int) -> np.ndarray:
    """The reverse of `pack_rows`, for a text that may be anything; takes memory for `count` rows and no more.

    Parameters
    ----------
    text : str
    count : int
        How many rows the table has.

    Returns
    -------
    int64 (m,)
        Ascending.

    Raises
    ------
    SelectionError
        Where the text is no selection, or one from a table of another size.
    """
    size, _, data = text.partition(".")
    if size != str(count):
        known = size.isascii() and size.isdigit() and len(size) < 16
        found = f"one from a table of {int(size):,} cells" if known else "something else"
        raise SelectionError(f"Found {found}; expected a selection from a table of {count:,} cells. Select anew.")
    length = (count + 7) // 8
    try:
        packed = base64.b64decode(data.encode("ascii") + b"=" * (-len(data) % 4), altchars=b"-_", validate=True)
        engine = zlib.decompressobj()
        # One byte more than fits, so that a longer one shows; never all that it may claim to hold.
        bits = engine.decompress(packed, length + 1)
    except (UnicodeEncodeError, binascii.Error, zlib.error):
        bits = b""
    if len(bits) != length or not engine.eof or engine.unused_data:
        raise SelectionError("Found a selection that is damaged or cut short. Select anew.")
    mask = np.unpackbits(np.frombuffer(bits, dtype=np.uint8)).astype(bool)
    if mask[count:].any():
        raise SelectionError("Found a selection of rows that the table does not have. Select anew.")
    return np.flatnonzero(mask[:count])
