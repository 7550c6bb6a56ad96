"""Published benchmarks: downloaded, every record verified, converted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import filelock

from vanas_panel.errors import DownloadError, SourceError
from vanas_panel.files.atomic import publish
from vanas_panel.readers import open_table
from vanas_panel.readers.cache import downloads_folder, open_remembered
from vanas_panel.readers.download.http import Patience, download, forget
from vanas_panel.readers.formats.tfrecord import read_records
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Constant, Message


@dataclass(frozen=True)
class Published:
    """A benchmark file that its authors published as TFRecords.

    Attributes
    ----------
    url : str
    records : int or None
        How many records it has, where that is known.
    """

    url: str
    records: int | None


# Each cell was trained three times: for 108 epochs in the one file, for 4, 12, 36 and 108 in the other.
PUBLISHED = {
    "nasbench101": Published("https://storage.googleapis.com/nasbench/nasbench_only108.tfrecord", 3 * 423_624),
    "nasbench101_full": Published("https://storage.googleapis.com/nasbench/nasbench_full.tfrecord", 12 * 423_624),
}
"""Benchmarks that can be fetched, by the name of the table they become."""

_DOWNLOADS = 3
"""How often a damaged stretch is downloaded before it counts as damaged at its source."""


def fetch(name: str, *, full: bool = False, url: str | None = None, patience: Patience | None = None,
          progress: bool | None = None) -> BenchmarkTable:
    """Download a published benchmark, verify every record and convert it; or open it, where that has been done.

    A download that breaks off is resumed, also by a later call. The file stays in the folder ``downloads`` of the cache
    (`vanas_panel.readers.cache`), where it may be deleted after it has been converted.

    Parameters
    ----------
    name : str
        One of `PUBLISHED`. Afterwards ``open_table(name)`` opens it.
    full : bool, optional
        Fetch ``<name>_full`` instead, with all training budgets.
    url : str, optional
        Fetch it from another address.
    patience : Patience, optional
    progress : bool, optional
        Whether to show progress bars; by default where the standard error is a terminal.

    Returns
    -------
    BenchmarkTable

    Raises
    ------
    DownloadError
        Where the file cannot be had whole and sound.

    Examples
    --------
    >>> fetch("nasbench102")
    Traceback (most recent call last):
        ...
    vanas_panel.errors.DownloadError: Found 'nasbench102'; expected one of nasbench101, nasbench101_full. ...
    """
    if full and not name.endswith("_full"):
        name = f"{name}_full"
    if name not in PUBLISHED:
        raise DownloadError(Message("Found {name!r}; expected one of {published}. Open your own files by their path.",
                                    name=name, published=", ".join(PUBLISHED)))
    target = downloads_folder() / f"{name}.tfrecord"
    published = PUBLISHED[name] if url is None else Published(url, None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Two processes that append to one file would spoil it, so the second one waits and finds it whole.
        with filelock.FileLock(target.with_name(f"{target.name}.lock")):
            table = _already_there(target, progress)
            if table is None:
                _download_sound(published, target, patience or Patience(), None if progress is None else not progress)
    except OSError as error:
        raise DownloadError(Message("{target} could not be written: {cause}. Make room or give yourself "
                                    "permission, or name another folder in VANAS_PANEL_CACHE.", target=target,
                                    cause=Constant(os.strerror(error.errno or 0)))) from error
    return open_table(target, progress=progress) if table is None else table


def _already_there(target: Path, progress: bool | None) -> BenchmarkTable | None:
    """The table where it has been fetched before; a file that has been damaged since is removed."""
    if not target.exists():
        return open_remembered(target)
    try:
        return open_table(target, progress=progress)
    except SourceError:
        target.unlink()
        return None


def _download_sound(published: Published, target: Path, patience: Patience, hidden: bool | None) -> None:
    """Download a file until all of its records are sound, then give it its name.

    What stands before the first damaged record is kept, and the rest downloaded again.
    """
    part = target.with_name(f"{target.name}.part")
    for remaining in reversed(range(_DOWNLOADS)):
        download(published.url, part, patience, hidden=hidden)
        try:
            with part.open("rb") as file:
                records = sum(len(payloads) for _, payloads in read_records(file, part, lambda count: None))
            break
        except SourceError as error:
            os.truncate(part, error.offset or 0)
            if not remaining:
                raise DownloadError(Message("{url} is damaged or no NAS-Bench-101 file. Downloaded {downloads} times, "
                                            "the last time with this result: {error}", url=published.url,
                                            downloads=_DOWNLOADS, error=error)) from error
    if records != (published.records or records):
        part.unlink()
        raise DownloadError(Message("{url} has {records:,} records; expected {expected:,}. The server seems to have "
                                    "cut it short: try again later, or give another address.", url=published.url,
                                    records=records, expected=published.records))
    publish(part, target)
    forget(part)
