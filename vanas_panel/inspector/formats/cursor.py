"""A place in bytes that are read from their beginning on, a window at a time."""

from __future__ import annotations

from pathlib import Path

from vanas_panel.inspector.formats.byte_ranges import Bytes
from vanas_panel.inspector.formats.damage import damaged
from vanas_panel.text.language import marked

_WINDOW = 1 << 16


class Cursor:
    """A place in bytes, which are walked from there on.

    Parameters
    ----------
    path : Path
        The file that errors name.
    values : Bytes
    start, end : int, optional
        The part that is walked; all bytes by default.
    """

    def __init__(self, path: Path, values: Bytes, start: int = 0, end: int | None = None):
        self.path = path
        self.values = values
        self.at = start
        self.end = values.size if end is None else end
        # Bytes that were read last, and where they begin; parts share them.
        self._window: list = [b"", 0]

    def skip(self, count: int) -> int:
        """Go on by so many bytes, which are not read, and give where they begin.

        Raises
        ------
        SourceError
            Where the bytes end before that.
        """
        if not 0 <= count <= self.end - self.at:
            raise damaged(self.path, marked("it ends too early"))
        start, self.at = self.at, self.at + count
        return start

    def take(self, count: int) -> bytes:
        """The next bytes, of which there should be few."""
        start = self.skip(count)
        window, first = self._window
        if not first <= start <= self.at <= first + len(window):
            stop = min(self.values.size, max(self.at, start + _WINDOW))
            window, first = self._window[:] = self.values.read(start, stop).tobytes(), start
        return window[start - first:self.at - first]

    def number(self, count: int, order: str = "little") -> int:
        """The next bytes as a number from 0 on; `order` is ``"little"`` or ``"big"``."""
        return int.from_bytes(self.take(count), "big" if order == "big" else "little")

    def within(self, start: int, size: int) -> Cursor:
        """A cursor over a part of the same bytes.

        Raises
        ------
        SourceError
            Where the part does not lie within the bytes.
        """
        if start < 0 or size < 0 or start + size > self.values.size:
            raise damaged(self.path, marked("it ends too early"))
        part = Cursor(self.path, self.values, start, start + size)
        part._window = self._window
        return part
