"""A file that other programs may be writing: how it stands, and a copy of what is whole in it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from urllib.parse import quote

from vanas_panel.errors import SourceError
from vanas_panel.readers.description import sidecar
from vanas_panel.readers.formats.compressed import is_packed
from vanas_panel.readers.source import JSON_LINES, TEXTS, unreadable
from vanas_panel.readers.trials.sqlite_files import FIRST_BYTES
from vanas_panel.text.language import Message

LINES = (*TEXTS, *JSON_LINES, ".log", ".journal")
"""Endings of files that grow line by line: a last line counts once its line break is there."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLOCK = 1 << 16
_PATIENCE = 5.0
"""Seconds that another program may take to finish what it writes into a database."""

Stamp = tuple[tuple[int, ...], ...]
"""What tells that a file has changed."""


class UnsettledError(Exception):
    """Nothing whole can be copied at this moment; later it may."""


def stamp_of(path: Path) -> Stamp | None:
    """How a file stands: its size, time and inode, those of the files beside it, and the counter of a database.

    Reading it takes some 20 microseconds. None where there is no file.
    """
    facts = []
    for each in (path, sidecar(path), path.with_name(f"{path.name}-wal")):
        try:
            status = each.stat()
        except OSError:
            if each is path:
                return None
            continue
        facts.append((status.st_size, status.st_mtime_ns, status.st_ino))
    try:
        with path.open("rb") as file:
            start = file.read(28)
    except OSError:
        return None
    # SQLite counts changes there: two may fall into one tick of the clock, and leave the size as it is.
    return (*facts, (int.from_bytes(start[24:28], "big"),)) if start.startswith(FIRST_BYTES) else tuple(facts)


@contextmanager
def snapshot(path: Path) -> Iterator[Path]:
    r"""A copy of a file, of the same name, with what is whole in it; it goes with the block.

    A table as text ends with its last whole line, a database after its last transaction. The description beside the
    file comes with it.

    Raises
    ------
    UnsettledError
        Where it changes while it is copied, or a program holds a database locked.
    SourceError
        Where there is no such file, or no whole line in it.

    Examples
    --------
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "results.csv"
    ...     _ = path.write_text("lr,loss\n0.1,0.5\n0.2,0.")
    ...     with snapshot(path) as copy:
    ...         copy.name, copy.read_text()
    ('results.csv', 'lr,loss\n0.1,0.5\n')
    """
    with TemporaryDirectory(prefix="vanas-panel-") as folder:
        copy = Path(folder) / path.name
        try:
            with path.open("rb") as file:
                start = file.read(len(FIRST_BYTES))
                if start == FIRST_BYTES:
                    _copy_database(path, copy)
                elif path.suffix.lower() in LINES and not is_packed(path) and not start.startswith(_UTF16):
                    _copy_lines(path, file, copy)
                else:
                    _copy_whole(path, copy)
            if sidecar(path).is_file():
                shutil.copyfile(sidecar(path), sidecar(copy))
        except FileNotFoundError:
            raise gone(path) from None
        except OSError as error:
            raise unreadable(path, error) from error
        yield copy


def gone(path: Path) -> SourceError:
    """The error for a file that is no longer there."""
    return SourceError("no file of that name any more", "the file that was opened", "Put it back", path=path)


def _copy_lines(path: Path, file: BinaryIO, copy: Path) -> None:
    """Copy all whole lines of a text."""
    end = _end_of_lines(file, os.fstat(file.fileno()).st_size)
    if not end:
        raise SourceError("no whole line", "a table of lines, each with a line break at its end",
                          "Wait until it is written, or end its last line", path=path)
    file.seek(0)
    with copy.open("wb") as target:
        while left := end - target.tell():
            block = file.read(min(left, 16 * _BLOCK))
            if not block:
                raise UnsettledError
            target.write(block)


def _end_of_lines(file: BinaryIO, size: int) -> int:
    """The number of bytes up to and with the last line break; 0 where there is none."""
    while size:
        start = max(size - _BLOCK, 0)
        file.seek(start)
        place = file.read(size - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        size = start
    return 0


def _copy_whole(path: Path, copy: Path) -> None:
    """Copy a file that has no lines to go by, where it does not change meanwhile."""
    before = stamp_of(path)
    shutil.copyfile(path, copy)
    if stamp_of(path) != before:
        raise UnsettledError


def _copy_database(path: Path, copy: Path) -> None:
    """Copy a database as its last transaction left it; what lies in the log beside it comes with it."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True,
                                     timeout=_PATIENCE)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            # One file, which readers open as it lies there.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise UnsettledError from error
    except sqlite3.Error as error:
        raise SourceError(Message("a SQLite file that cannot be read ({reason})", reason=str(error).rstrip(".")),
                          "a whole one", "Copy it again while no program writes it, or repair it with: sqlite3 FILE "
                          ".recover", path=path) from error
