"""Atomic writing of files, and removal of the temporary files of a process that was killed.

An unfinished file is for its owner only and says in its name which process writes it. Where that process is gone, the
next one that uses the folder removes the file; see `clear_left_over`.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from vanas_panel.files.disk_errors import BESIDE

# SQLite keeps files of its own beside one that it writes.
_OURS = re.compile(r"\.vanas-([0-9a-f]{8})-(\d{1,10})-(\d{1,20})-[0-9a-f]{16}\.tmp(-journal|-wal|-shm)?")
# Of versions that did not write down whose it is.
_OLDER = re.compile(r"\.[0-9a-f]{32}\.tmp")
_DAY = 24 * 3600
"""Seconds after which an unfinished file of an unknown process is left over; nothing takes that long to write."""

_cleared: set[Path] = set()
_lock = threading.Lock()


def _usual_mode() -> int:
    """The mode that the system gives to new files of this process."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


# Asked once, while one thread runs: asking changes it for a moment.
_MODE = _usual_mode()


@contextmanager
def unpublished(folder: Path) -> Iterator[Path]:
    """A new empty file in a folder; unless it has been published under another name, it is removed at the end.

    Parameters
    ----------
    folder : Path
        Created where it is missing.

    Yields
    ------
    Path
        Readable for its owner alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The caller has cleared a folder of our own.
    clear_left_over(folder, is_own=False)
    path = folder / f".vanas-{_machine()}-{os.getpid()}-{_begun(os.getpid())}-{uuid4().hex[:16]}.tmp"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield path
    finally:
        for ending in ("", *BESIDE):
            Path(f"{path}{ending}").unlink(missing_ok=True)


def publish(path: Path, target: Path, *, private: bool = False) -> None:
    """Give a finished file its name, in one step, after it has reached the disk. Both are in the same folder.

    Parameters
    ----------
    path, target : Path
    private : bool, optional
        Whether it stays readable for its owner alone.

    Raises
    ------
    OSError
        As from the system; `target` is then what it was.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    if not private and os.name == "posix":
        path.chmod(_MODE)
    os.replace(path, target)
    if os.name == "posix":
        # The new name reaches the disk with the folder, which other systems do not let us open.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees either its old content or all of the new one."""
    with unpublished(path.parent) as part:
        part.write_bytes(content)
        publish(part, path)


def clear_left_over(folder: Path, *, again: bool = False, is_own: bool = True) -> None:
    """Remove unfinished files of processes that are gone, once for every folder and process.

    A file goes where its process was one of this machine and has ended; where that is unknown, as on a shared disk,
    after a day. Nothing else is touched, and what cannot be removed is left to others.

    Parameters
    ----------
    folder : Path
        Need not be there.
    again : bool, optional
        Look also where this process has looked before.
    is_own : bool, optional
        Whether only this program writes there. Elsewhere, files without our name may be those of other programs.
    """
    with _lock:
        if folder in _cleared and not again:
            return
        _cleared.add(folder)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") and entry.name.endswith((".tmp", ".tmp-journal", ".tmp-wal", ".tmp-shm")):
                with suppress(OSError):
                    if entry.is_file(follow_symlinks=False) and _is_left_over(entry, is_own):
                        os.unlink(entry.path)


def _is_left_over(entry: os.DirEntry, is_own: bool) -> bool:
    """Whether an unfinished file will never be finished."""
    ours = _OURS.fullmatch(entry.name)
    if ours is None and not (is_own and _OLDER.fullmatch(entry.name)):
        return False
    if ours is not None and ours[1] == _machine() and os.name == "posix":
        return not _runs(int(ours[2]), int(ours[3]))
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > _DAY


@functools.cache
def _machine() -> str:
    """Where numbers of processes mean what they mean here: this machine, and this container of it."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return hashlib.blake2b(f"{socket.gethostname()} {space}".encode(), digest_size=4).hexdigest()


def _runs(process: int, begun: int) -> bool:
    """Whether a process is still the one that began then. One of another user may tell nothing but that it is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return _begun(process) in (begun, 0)


def _begun(process: int) -> int:
    """When a process began, in ticks since the system did; 0 where that is unknown, 1 where it has ended."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            # The name of the program, in brackets, may hold anything.
            state, *numbers = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0
    return 1 if state in (b"Z", b"X") else int(numbers[18])
