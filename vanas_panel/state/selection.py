"""The selection in a table: rows, the box that they were drawn as, and row numbers as a short text."""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import cached_property

import numpy as np

from vanas_panel.errors import SelectionError
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Constant, Message

Range = tuple[float, float]

# Digits enough for the longest float beside the shortest.
_WIDE = Context(prec=800)


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

    def shortened(self, table: BenchmarkTable) -> Box:
        """The same rows of a table within limits of few digits, rounded outwards.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> table = vp.open_table("structure4")
        >>> box = Box("trainable_parameters", "flops", (0.123456789, 2345678.9), (1e8 / 3, float("inf")))
        >>> box.shortened(table).x_range, len(box.shortened(table).rows(table)) == len(box.rows(table))
        ((0.0, 2346000.0), True)
        """
        rows = self.rows(table)
        for extra in range(4):
            short = Box(self.x, self.y, rounded_range(self.x_range, extra), rounded_range(self.y_range, extra))
            if np.array_equal(short.rows(table), rows):
                return short
        return self


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows of a table, and the box that they were drawn as.

    Parameters
    ----------
    table : BenchmarkTable
    rows : int64 (m,), optional
        Ascending; None for the whole table.
    box : Box, optional
        None where the rows were chosen in another way.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> Selection(table, np.array([3, 6])) == Selection(table, np.array([3, 6])), Selection(table).packed
    (True, '')
    """

    table: BenchmarkTable
    rows: np.ndarray | None = None
    box: Box | None = None

    @classmethod
    def in_box(cls, table: BenchmarkTable, box: Box) -> Selection:
        """The rows of a table that lie in a box; raises UnknownMetricError where the table lacks a metric of it."""
        return cls(table, box.rows(table), box)

    def on(self, table: BenchmarkTable) -> Selection:
        """The same on a table that begins with the same rows: what follows them may have come or gone."""
        if self.box is not None:
            return Selection.in_box(table, self.box)
        return Selection(table, None if self.rows is None else self.rows[self.rows < len(table)])

    @cached_property
    def short_box(self) -> Box | None:
        """The box with as few digits as select the same rows."""
        return None if self.box is None else self.box.shortened(self.table)

    @cached_property
    def packed(self) -> str:
        """The rows as `pack_rows` writes them, nothing for the whole table."""
        return "" if self.rows is None else pack_rows(self.rows, len(self.table))

    def shows_as(self, other: Selection) -> bool:
        """Whether a page that shows another selection shows this one: the same box, or without a box the same rows."""
        return np.array_equal(self._array, other._array) if self.box is None else self.box == other.box

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Selection) and self.box == other.box
                                 and np.array_equal(self._array, other._array))

    def __hash__(self) -> int:
        return hash((self.box, self._array.size))

    @property
    def _array(self) -> np.ndarray:
        """The rows; -1 stands for the whole table."""
        return np.array([-1]) if self.rows is None else self.rows


def rounded_range(limits: Range, extra: int = 0, log: bool = False) -> Range:
    """Two limits with as many digits as can be seen between them, the lower one rounded down, the upper one up.

    Parameters
    ----------
    limits : (float, float)
    extra : int, optional
        How many digits more to keep.
    log : bool, optional
        Whether the axis between them is logarithmic: digits then count from each limit.

    Returns
    -------
    (float, float)
        Rounding them again leaves them as they are.

    Examples
    --------
    >>> rounded_range((0.912345678, 0.9456789)), rounded_range((1234567.8, 9876543.2), log=True)
    ((0.91234, 0.94568), (1234000.0, 9877000.0))
    """
    # Coarser limits lie further apart, which may make a digit less enough.
    while (found := _rounded_once(limits, extra, log)) != limits:
        limits = found
    return limits


def _rounded_once(limits: Range, extra: int, log: bool) -> Range:
    """One step of rounding."""
    low, high = map(float, limits)
    span = high - low
    if log and low > 0:
        # A step on the screen is a share of the value there.
        steps = [value * min(math.log(high / low), 1.0) for value in (low, high)] if low < high < math.inf else []
    else:
        steps = [span, span] if 0 < span < math.inf else []
    if not steps:
        return low, high
    low_step, high_step = (Decimal(1).scaleb(math.floor(math.log10(step)) - 3 - extra) for step in steps)
    found = (float(Decimal(repr(low)).quantize(low_step, ROUND_FLOOR, _WIDE)),
             float(Decimal(repr(high)).quantize(high_step, ROUND_CEILING, _WIDE)))
    return found if all(map(math.isfinite, found)) else (low, high)


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
