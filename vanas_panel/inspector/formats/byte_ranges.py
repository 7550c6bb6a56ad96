"""Where the bytes of tensors stand: ranges of a file, read piece by piece.

Ranges are read and not mapped into memory. A map of a file that becomes shorter ends the process that looks at it,
and pages of a map count as memory of the process; what is read here is bounded by what is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy import uint8
from numpy.typing import NDArray

from vanas_panel.errors import SourceError
from vanas_panel.inspector.formats.damage import damaged
from vanas_panel.text.language import marked


class Bytes(Protocol):
    """Bytes that tensors lie in."""

    @property
    def size(self) -> int:
        """How many."""
        ...

    @property
    def in_place(self) -> bool:
        """Whether `read` touches only what it gives."""
        ...

    def read(self, start: int, stop: int) -> NDArray[uint8]:
        """The bytes of ``[start, stop)``, within ``[0, size]``."""
        ...


@dataclass(frozen=True)
class FileState:
    """A file as it was when it was opened: later reads refuse another one under its name."""

    path: Path
    size: int
    changed: int
    """Time of its last change, in nanoseconds."""

    @classmethod
    def of(cls, path: Path) -> FileState:
        """The state of a file now.

        Raises
        ------
        SourceError
            Where there is no such file, or it may not be read, or it is empty.
        """
        try:
            found = os.stat(path)
            if not path.is_file():
                raise SourceError("a folder or a device", "a file of weights", "Name a file in it", path=path)
        except OSError as error:
            raise unreadable(path, error) from error
        if not found.st_size:
            raise SourceError("an empty file", "a whole file of weights", "Save the checkpoint again, or leave it out",
                              path=path)
        return cls(path, found.st_size, found.st_mtime_ns)

    def read(self, start: int, stop: int) -> NDArray[uint8]:
        """Bytes of the file.

        Raises
        ------
        SourceError
            Where the file is another one by now.
        """
        try:
            found = os.stat(self.path)
            got = np.fromfile(self.path, uint8, stop - start, offset=start)
        except OSError as error:
            raise unreadable(self.path, error) from error
        if (found.st_size, found.st_mtime_ns) != (self.size, self.changed) or got.size != stop - start:
            raise SourceError("a file that changed while it was read", "a file that nobody writes",
                              "Open the checkpoints again when the training has written them", path=self.path)
        return got


@dataclass(frozen=True)
class FileRange:
    """A range of a file."""

    file: FileState
    start: int
    size: int
    in_place = True

    def read(self, start: int, stop: int) -> NDArray[uint8]:
        """Bytes of the range."""
        return self.file.read(self.start + start, self.start + stop)


@dataclass(frozen=True)
class PackedBytes:
    """Bytes that are packed in a file: every read unpacks them from their beginning."""

    size: int
    unpack: Callable[[], bytes]
    in_place = False

    def read(self, start: int, stop: int) -> NDArray[uint8]:
        """Bytes of what was packed."""
        return np.frombuffer(self.unpack(), uint8)[start:stop]


@dataclass(frozen=True)
class BytesFrom:
    """All bytes from a place on, such as those behind a header."""

    whole: Bytes
    start: int

    @property
    def size(self) -> int:
        """Bytes that are left."""
        return self.whole.size - self.start

    @property
    def in_place(self) -> bool:
        """As the whole is."""
        return self.whole.in_place

    def read(self, start: int, stop: int) -> NDArray[uint8]:
        """Bytes of what is left."""
        return self.whole.read(self.start + start, self.start + stop)


@dataclass(frozen=True)
class JoinedBytes:
    """Several ranges as one."""

    parts: tuple[Bytes, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)

    @property
    def in_place(self) -> bool:
        """Whether all parts are."""
        return all(part.in_place for part in self.parts)

    def read(self, start: int, stop: int) -> NDArray[uint8]:
        """Bytes of the parts, one after the other."""
        found, at = [], 0
        for part in self.parts:
            if start < at + part.size and stop > at:
                found.append(part.read(max(start - at, 0), min(stop - at, part.size)))
            at += part.size
        return np.concatenate(found)


def file_range(file: FileState, start: int, size: int) -> FileRange:
    """A range that lies within a file.

    Raises
    ------
    SourceError
        Where it does not.
    """
    if start < 0 or size < 0 or start + size > file.size:
        raise damaged(file.path, marked("it ends too early"))
    return FileRange(file, start, size)


def unreadable(path: Path, error: OSError) -> SourceError:
    """The error for a file that the system does not give."""
    if isinstance(error, FileNotFoundError):
        return SourceError("no file of that name", "an existing file of weights", "Check the spelling and the folder",
                           path=path)
    return SourceError(error.strerror or "an error of the disk", "a file that can be read",
                       "Check the disk and the permissions of the file", path=path)
