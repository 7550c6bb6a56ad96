"""How large the cache of converted tables may become, and what leaves it first.

The limit is that of the environment variable ``VANAS_PANEL_CACHE_LIMIT`` (``20G``, or ``none``), else `DEFAULT`. It
counts the files in ``tables/``. Where they are more, the table that was opened longest ago leaves first, with all that
is kept beside it, and none that a living process has open: such a process holds a shared lock on the table's file.
"""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from vanas_panel.errors import SourceError, brief
from vanas_panel.text.language import Message

try:
    import fcntl
except ImportError:  # Windows, which does not remove a file that a process has mapped into memory
    fcntl = None  # type: ignore[assignment]

ENVIRONMENT = "VANAS_PANEL_CACHE_LIMIT"
"""The environment variable that changes the limit."""

DEFAULT = 20 * 10**9
"""Bytes of all converted tables together."""

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_LIMIT = re.compile(r"\s*(?P<number>[0-9]{1,15})(?P<scale>[kmgt]?)\s*", re.IGNORECASE)


def cache_limit() -> int | None:
    """Bytes that converted tables may take; None where there is no limit.

    Raises
    ------
    SourceError
        Where the environment variable holds neither a number above 0 nor ``none``.

    Examples
    --------
    >>> cache_limit() is None or cache_limit() > 0
    True
    """
    said = os.environ.get(ENVIRONMENT, "")
    if not said.strip():
        return DEFAULT
    if said.strip().lower() == "none":
        return None
    found = _LIMIT.fullmatch(said)
    if found is None or not int(found["number"]):
        raise SourceError(Message("{variable} = {value}", variable=ENVIRONMENT, value=brief(repr(said), 60)),
                          "a number of bytes above 0, such as 20G, or none", "Correct the environment variable")
    return int(found["number"]) * _SCALES[found["scale"].lower()]


def hold(file: Path, holder: object) -> None:
    """Keep a converted table in the cache for as long as an object lives, and note that it was used now.

    Parameters
    ----------
    file : Path
        That of the table.
    holder : object
        What ends the hold when it is gone.

    Raises
    ------
    OSError
        Where the file is gone: another process has just removed it.
    """
    descriptor = os.open(file, os.O_RDONLY)
    weakref.finalize(holder, os.close, descriptor)
    try:
        if fcntl:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
    except OSError:
        pass  # A file system without locks: nothing is removed there either.
    if not os.path.samestat(os.fstat(descriptor), file.stat()):
        # It was removed while this process waited for the lock, and has been written anew.
        raise FileNotFoundError(file)
    try:
        os.utime(file)
    except OSError:
        return  # Another user's cache, which only reads.


def cache_size(folder: Path) -> int:
    """Bytes of the converted tables in a folder, and of what is kept beside them."""
    return sum(entry.size for entry in _entries(folder))


def make_room(folder: Path, limit: int | None) -> None:
    """Remove the tables that were used longest ago until the others fit the limit, as far as no process uses them.

    Parameters
    ----------
    folder : Path
        That of the converted tables.
    limit : int or None
        Bytes.
    """
    entries = _entries(folder)
    total = sum(entry.size for entry in entries)
    for entry in sorted(entries, key=lambda entry: entry.used):
        if limit is None or total <= limit:
            return
        with _unused(folder / f"{entry.name}.parquet") as unused:
            if unused and _remove(entry.files):
                total -= entry.size


@dataclass
class _Entry:
    """The files of one converted table: their size in bytes, and when the newest was used or written."""

    name: str
    files: list[Path] = field(default_factory=list)
    size: int = 0
    used: int = 0


def _entries(folder: Path) -> list[_Entry]:
    """All converted tables of a folder; what another process removes meanwhile is left out."""
    entries: dict[str, _Entry] = {}
    for file in (*folder.glob("*.parquet"), *folder.glob("*.kept")):
        try:
            status = file.stat()
        except OSError:
            continue
        name = file.name.partition(".")[0]
        entry = entries.setdefault(name, _Entry(name))
        entry.files.append(file)
        entry.size += status.st_size
        entry.used = max(entry.used, status.st_mtime_ns)
    return [entry for entry in entries.values() if entry.name]


@contextmanager
def _unused(file: Path) -> Iterator[bool]:
    """Whether no process uses a table; none can begin to within the context."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        yield not file.exists()  # What is kept beside a table that is gone.
        return
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether this process has got an open file to itself."""
    if not fcntl:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove(files: list[Path]) -> bool:
    """Remove files, the table's first: whether all are gone."""
    try:
        for file in files:
            file.unlink(missing_ok=True)
    except OSError:
        return False
    return True
