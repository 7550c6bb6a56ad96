"""Row numbers as a short text that an address takes as it is."""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np

from vanas_panel.errors import SelectionError
from vanas_panel.text.language import Constant, Message


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
        found = Message("one from a table of {size:,} cells", size=int(size)) if known else Constant("something else")
        raise SelectionError(Message("Found {found}; expected a selection from a table of {count:,} cells. Select "
                                     "again.", found=found, count=count))
    length = (count + 7) // 8
    try:
        packed = base64.b64decode(data.encode("ascii") + b"=" * (-len(data) % 4), altchars=b"-_", validate=True)
        engine = zlib.decompressobj()
        # One byte more than fits, so that a longer one shows; never all that it may claim to hold.
        bits = engine.decompress(packed, length + 1)
    except (UnicodeEncodeError, binascii.Error, zlib.error):
        bits = b""
    if len(bits) != length or not engine.eof or engine.unused_data:
        raise SelectionError("Found a selection that is damaged or cut short. Select again.")
    mask = np.unpackbits(np.frombuffer(bits, dtype=np.uint8)).astype(bool)
    if mask[count:].any():
        raise SelectionError("Found a selection of rows that the table does not have. Select again.")
    return np.flatnonzero(mask[:count])
