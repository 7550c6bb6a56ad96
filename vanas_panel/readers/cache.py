"""Every source is converted once. What it became is kept in a cache folder, in our own form.

The folder is the user's cache folder of the system, or what ``VANAS_PANEL_CACHE`` names:

``tables/<key>-<reading>-<checksum>.parquet``
    A converted source. The key is a hash of its content and description, and of how it was asked to be read, so that a
    copy of it need not be converted again; `READING` is the version of what readers make of a source; the checksum is
    the CRC-32C of the file itself, compared at every opening. A damaged file is removed and written again.
``tables/<that name>.<kind>-<number>-<checksum>.kept``
    The cells of a large table and what follows from them, see `vanas_panel.readers.kept_files`.
``index/<hash of a path>.json``
    The key of the source at that path and its size, times and inode: while these are unchanged, a large source need not
    be hashed to be recognised.
``results/``
    What follows from a table and takes long to compute, see `vanas_panel.readers.kept_arrays`.
``downloads/``
    What `vanas_panel.readers.download.benchmarks` has downloaded.

`vanas_panel.readers.cache_limit` says how large ``tables/`` may become. All of it may be deleted at any time. Processes
that convert one source at once wait for each other.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock
import google_crc32c
import orjson
import platformdirs
from tqdm import tqdm

from vanas_panel.errors import SourceError
from vanas_panel.files.atomic import clear_left_over, publish, unpublished, write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.files.json_schema import SchemaError, fitted, read_json
from vanas_panel.readers.cache_limit import cache_limit, hold, make_room
from vanas_panel.readers.description import sidecar
from vanas_panel.readers.formats.stored import read_stored, write_unpublished
from vanas_panel.readers.kept_cells import keep_cells, kept_cells
from vanas_panel.readers.kept_files import KeptFiles
from vanas_panel.readers.notes import NOT_CACHED
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.readers.source import Reader, table_name, unreadable
from vanas_panel.tables.limits import Limits, current_limits
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import escaped

ENVIRONMENT = "VANAS_PANEL_CACHE"
"""The environment variable that names another cache folder."""

READING = 11
"""Version of what readers make of a source. Raise it when that changes, also where it is stored in another form: every
source is then converted once more. What is left of a source that is gone may be older."""

_BLOCK = 1 << 20
SETTLED = 2_000_000_000
"""A file that changed within so many nanoseconds may change again without a new time stamp: it is hashed instead."""


def cache_folder() -> Path:
    """The folder for converted and downloaded tables."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else Path(platformdirs.user_cache_dir("vanas-panel"))


def downloads_folder() -> Path:
    """The folder for downloaded sources."""
    return cache_folder() / "downloads"


def open_converted(path: Path, reader: Reader, *, progress: bool | None = None,
                   asked: Asked = NOTHING) -> BenchmarkTable:
    """Open a source by way of the cache.

    Parameters
    ----------
    path : Path
        A readable source.
    reader : Reader
        What converts it.
    progress : bool, optional
        Whether to show a progress bar while it is converted; by default where the standard error is a terminal.
    asked : Asked, optional
        How it is to be read. What it became in another way stays in the cache beside it.

    Returns
    -------
    BenchmarkTable
        Backed by the cached file. Where the cache folder cannot be written the table is in memory, and a note says so.

    Raises
    ------
    SourceError
        Where the source cannot be read, or changes meanwhile, or what is said to limit the cache is no limit.
    """
    limit = cache_limit()
    for name in ("tables", "index", "downloads"):
        clear_left_over(cache_folder() / name)
    try:
        stamp = _stamp(path)
        content = _remembered_key(path, stamp)
        if content is None:
            content = content_key(path)
    except OSError as error:
        raise unreadable(path, error) from error
    made = _key_of(content, asked)
    table = _open_intact(made, table_name(path))
    if table is None:
        with _alone(made):
            # Another process may have converted it while this one waited.
            table = _open_intact(made, table_name(path)) or _convert(path, reader, made, stamp, progress, asked)
    _remember(path, stamp, content)
    make_room(cache_folder() / "tables", limit)
    return table


def open_remembered(path: Path, asked: Asked = NOTHING) -> BenchmarkTable | None:
    """Open what a source has been converted to although it is gone; None where nothing whole is left of it."""
    entry = _read_entry(_index_file(path))
    return None if entry is None else _open_intact(_key_of(entry.key, asked), table_name(path), older=True)


def cached_sources() -> dict[str, list[Path]]:
    """Sources that have been opened or downloaded, by the name of their table.

    A downloaded one hides others of the same name.
    """
    sources: dict[str, list[Path]] = {}
    for entry in _entries():
        sources.setdefault(table_name(Path(entry.path)), []).append(Path(entry.path))
    folder = downloads_folder()
    for name, paths in sources.items():
        sources[name] = [path for path in paths if path.parent == folder.resolve()] or sorted(set(paths))
    return sources


@dataclass(frozen=True)
class _Entry:
    """The entry of the index for one path."""

    path: str
    stamp: list
    seen: int
    key: str


def _stamp(path: Path) -> list:
    """The state of a source and its description, as far as the file system tells: it changes when they do."""
    return [_facts(path), _facts(sidecar(path)) if sidecar(path).is_file() else None]


def _facts(path: Path) -> list[int]:
    """Size, times and inode of a file."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def content_key(path: Path) -> str:
    """Hash of what a source and its description contain, and of its format."""
    digest = hashlib.sha256(path.suffix.lower().encode())
    for part in (path, sidecar(path)):
        if part.is_file():
            with part.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def _key_of(content: str, asked: Asked) -> str:
    """The key of what a source becomes that is read as it is asked for, with so many repeats kept one by one."""
    repeats = current_limits().repeats
    how = asked.key + ("" if repeats == Limits().repeats else f" {repeats} repeats")
    return hashlib.sha256(f"{content}{how}".encode()).hexdigest()[:32] if how else content


def _index_file(path: Path) -> Path:
    """Where the index keeps what it says of a path."""
    name = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
    return cache_folder() / "index" / f"{name}.json"


def _read_entry(file: Path) -> _Entry | None:
    """An entry of the index; None where it is missing or damaged."""
    try:
        entry = fitted(read_json(file.read_bytes()), _Entry)
    except (OSError, SchemaError):
        return None
    return entry if entry.key.isalnum() and "\0" not in entry.path else None


def _entries() -> Iterator[_Entry]:
    """All entries of the index."""
    for file in sorted((cache_folder() / "index").glob("*.json")):
        entry = _read_entry(file)
        if entry is not None:
            yield entry


def _remembered_key(path: Path, stamp: list) -> str | None:
    """The key of a source that has not changed since it was last seen."""
    entry = _read_entry(_index_file(path))
    if entry is None or entry.stamp != stamp:
        return None
    newest = max(time_stamp for facts in stamp if facts for time_stamp in facts[1:3])
    return entry.key if newest < entry.seen - SETTLED else None


def _remember(path: Path, stamp: list, key: str) -> None:
    """Note the key of a source; it is no harm where that fails."""
    entry: dict[str, Any] = {"path": str(path.resolve()), "stamp": stamp, "seen": time.time_ns(), "key": key}
    old = _read_entry(_index_file(path))
    if old is not None and old.stamp == stamp and _remembered_key(path, stamp) == key:
        return
    try:
        write_whole(_index_file(path), orjson.dumps(entry))
    except (OSError, TypeError):  # no permission, or a path that is no UTF-8
        return


def _open_intact(key: str, name: str, *, older: bool = False) -> BenchmarkTable | None:
    """Open a converted source, its newest reading first; None where there is none, or none that is whole."""
    reading = "*" if older else READING
    for file in sorted((cache_folder() / "tables").glob(f"{key}-{reading}-*.parquet"), reverse=True):
        kept = KeptFiles(file, file_checksum)
        try:
            hold(file, kept)
            if file.stem.endswith(f"-{file_checksum(file)}"):
                known = kept_cells(kept)
                table = read_stored(file, name=name, verify=False, known=known)
                if known is None:
                    keep_cells(table, kept)
                table.kept = kept
                return table
            kept.forget()
            file.unlink(missing_ok=True)
        except (OSError, SourceError):
            continue
    return None


def file_checksum(path: Path) -> str:
    """CRC-32C of a file, eight hexadecimal digits."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            checksum = google_crc32c.extend(checksum, block)
    return f"{checksum:08x}"


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """Keep other processes from converting the same source; without effect where the folder allows no locks."""
    lock = filelock.FileLock(cache_folder() / "tables" / f"{key}.lock")
    try:
        Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError):
        # Files are published whole, so two conversions cost time and do no harm.
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _convert(path: Path, reader: Reader, key: str, stamp: list, progress: bool | None,
             asked: Asked) -> BenchmarkTable:
    """Convert a source into the cache and open the result."""
    hidden = None if progress is None else not progress
    with tqdm(total=stamp[0][0], desc=escaped(_("Converting {name}").format(name=path.name)), unit="B", unit_scale=True,
              disable=hidden) as bar:
        try:
            table = reader(path, bar.update, asked)
            changed = _stamp(path) != stamp
        except OSError as error:
            raise unreadable(path, error) from error
    if changed:
        raise SourceError("a file that changed while it was read", "a file that is finished", "Open it again",
                          path=path)
    try:
        folder = cache_folder() / "tables"
        with unpublished(folder) as part:
            write_unpublished(table, part)
            file = folder / f"{key}-{READING}-{file_checksum(part)}.parquet"
            publish(part, file)
    except OSError as error:
        # Without the path of the folder: reports show notes, too.
        note = NOT_CACHED.format(cause=cause(error), variable=ENVIRONMENT)
        table.notes = (*table.notes, note)
        return table
    keep_cells(table, KeptFiles(file, file_checksum))
    return _open_intact(key, table_name(path)) or table
