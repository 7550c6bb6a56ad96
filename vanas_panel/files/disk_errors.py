"""Plain words for errors of a full or read-only disk, and SQLite files that only their owner can read."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

from vanas_panel.text.language import Constant, marked

BESIDE = ("-journal", "-wal", "-shm")
"""Endings that SQLite appends to a file's name for the files that it keeps beside it."""

FULL = Constant("no space left on the disk")
_REFUSED = Constant("a disk that takes nothing more (it or a quota is full, or it fails)")

_NO_ROOM = {errno.ENOSPC: FULL, errno.EFBIG: Constant("no room for a larger file"),
            getattr(errno, "EDQUOT", errno.ENOSPC): FULL}
# SQLite says "disk I/O error" of a full disk where it was not the file itself that could not grow.
_NOT_WRITTEN = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP,
                sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE)
_LITTLE = 1 << 20
"""Bytes of free space that a file of SQLite with what lies beside it cannot do with."""
_SYSTEM = (marked("permission denied"), marked("operation not permitted"), marked("no such file or directory"),
           marked("is a directory"), marked("not a directory"), marked("read-only file system"), marked("file exists"),
           marked("input/output error"), marked("file name too long"), marked("too many open files"),
           marked("Permission denied"), marked("No space left on device"), marked("File too large"),
           marked("Read-only file system"), marked("Is a directory"), marked("Input/output error"))
"""The most frequent words of systems, as they write them and as `cause` gives them; others stay English."""


def shortage(error: BaseException, path: Path) -> str:
    """The lack of a disk, in words that follow *Found*; empty where an error has another cause.

    Parameters
    ----------
    error : OSError or sqlite3.Error
    path : Path
        The file that could not be written; only its folder must be there.

    Returns
    -------
    str

    Examples
    --------
    >>> shortage(OSError(errno.ENOSPC, "No space left on device"), Path("results.jsonl"))
    'no space left on the disk'
    >>> shortage(PermissionError(errno.EACCES, "Permission denied"), Path("results.jsonl"))
    ''
    """
    if isinstance(error, OSError):
        return _NO_ROOM.get(error.errno or 0, "")
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return FULL
    if code not in _NOT_WRITTEN:
        return ""
    with suppress(OSError):
        if shutil.disk_usage(path.parent).free < _LITTLE:
            return FULL
    return _REFUSED


def cause(error: OSError) -> str:
    """Why the system refused something, in a few words and without any path.

    Examples
    --------
    >>> cause(PermissionError(errno.EACCES, "Permission denied", "/home/ann/cache"))
    'permission denied'
    """
    known = _NO_ROOM.get(error.errno or 0)
    # Arrow's errors hold a sentence of their own instead of the system's word.
    return known or (Constant(os.strerror(error.errno).lower()) if error.errno else type(error).__name__)


def keep_private(path: Path, *, group: bool = False) -> None:
    """Take from other people their rights to a file of SQLite, and to those beside it, where they are our own.

    Earlier versions left some of them readable for all users.

    Parameters
    ----------
    path : Path
        Need not be there.
    group : bool, optional
        Whether a group keeps its rights where it may also write: that was set on purpose.
    """
    if os.name != "posix":
        return
    for ending in ("", *BESIDE):
        # Permissions that cannot be changed, as on a disk of another system, stay as they are.
        with suppress(OSError):
            file = Path(f"{path}{ending}")
            found = file.stat()
            mode = stat.S_IMODE(found.st_mode)
            kept = mode & (0o660 if group and mode & 0o020 else 0o600)
            if kept != mode and found.st_uid == os.geteuid() and stat.S_ISREG(found.st_mode):
                file.chmod(kept)
