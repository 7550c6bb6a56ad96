"""One file over HTTP, however often the connection breaks.

The standard library's client is enough for it: one GET request at a time, with a range. What libraries add, pools and
retries of whole requests, does not help to resume, which has to compare what the server said before and after.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import orjson
from tqdm import tqdm

from vanas_panel.errors import DownloadError
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.json_schema import SchemaError, fitted, read_json
from vanas_panel.text.language import Constant, Message
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import escaped

_BLOCK = 1 << 18
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Patience:
    """How long to try.

    Attributes
    ----------
    timeout : float
        Seconds without a byte after which a connection counts as broken.
    attempts : int
        Attempts in a row that may end without a new byte.
    pause : float
        Seconds before the first repetition; each further one doubles it, up to half a minute.
    """

    timeout: float = 30.0
    attempts: int = 6
    pause: float = 1.0


@dataclass(frozen=True)
class _Remote:
    """A server's description of a file. Two parts belong together where it is the same for both."""

    url: str
    total: int
    etag: str | None
    modified: str | None

    @property
    def recognisable(self) -> bool:
        """Whether a changed file would be noticed."""
        return self.etag is not None or self.modified is not None


class _BrokenOffError(Exception):
    """An attempt ended early; another one may go on."""


def download(url: str, part: Path, patience: Patience, *, hidden: bool | None = None) -> None:
    """Download a file, or the rest of it.

    Parameters
    ----------
    url : str
        Where from, by HTTP or HTTPS.
    part : Path
        Where to. Bytes that are there already, from an earlier attempt on the same file, are kept. The file
        ``<part>.json`` beside it remembers what the server said. Both stay where the download fails.
    patience : Patience
    hidden : bool, optional
        Whether to show no progress bar; by default where the standard error is no terminal.

    Raises
    ------
    DownloadError
        Where the file cannot be had whole, or not be written.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadError(Message("Found address {url!r}; expected one that starts with https:// or http://. "
                                    "Correct it.", url=url))
    with tqdm(desc=escaped(_("Downloading {name}").format(name=url.rpartition("/")[2])), unit="B", unit_scale=True,
              disable=hidden) as bar:
        # Counted is what lies beyond the furthest byte ever reached, so that a file which starts over again and again,
        # or a server that never gets further, comes to an end.
        furthest, failures = _size(part), 0
        while True:
            try:
                if _attempt(url, part, patience.timeout, bar):
                    return
                trouble = ""
            except _BrokenOffError as reason:
                trouble = str(reason)
            size = _size(part)
            failures = 0 if size > furthest else failures + 1
            furthest = max(furthest, size)
            if failures >= patience.attempts:
                raise DownloadError(Message("{url} could not be downloaded whole: {trouble}. {size:,} bytes are kept "
                                            "in {part}. Check the connection and run the same command again; it goes "
                                            "on from there.", url=url,
                                            trouble=trouble or Constant("it came in parts"), size=size, part=part))
            if trouble:
                time.sleep(min(patience.pause * 2 ** max(failures - 1, 0), _LONGEST_PAUSE))


def _attempt(url: str, part: Path, timeout: float, bar: tqdm) -> bool:
    """Ask for what is missing and append it; whether the file is whole now."""
    before = _recall(part)
    size = _size(part)
    if before is None or before.url != url or size > before.total or not before.recognisable:
        before, size = None, 0
    elif size == before.total:
        return True
    try:
        with urllib.request.urlopen(_request(url, before, size), timeout=timeout) as response:
            remote, start, stop = _examine(response, url)
            if before is not None and remote != before:
                _local(lambda: part.unlink(missing_ok=True), part)
                if start:
                    raise _BrokenOffError("the file changed on the server in between")
                size = 0
            if start not in (0, size):
                raise _BrokenOffError(Message("the server sent byte {start:,} and what follows instead of byte "
                                              "{size:,}", start=start, size=size))
            _local(lambda: write_whole(_state(part), orjson.dumps(asdict(remote))), part)
            _check_space(part, remote.total - size)
            bar.total, bar.n = remote.total, size
            _append(response, part, start, size, stop, bar)
            return stop == remote.total
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(url, part, error) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise DownloadError(Message("{url} could not be downloaded: {reason}. Check the clock and the "
                                        "certificates of this machine.", url=url, reason=reason)) from error
        said = " ".join(f"{type(reason).__name__}: {reason}".split())
        raise _BrokenOffError("".join(filter(str.isprintable, said)).rstrip(":.")) from error


def _request(url: str, before: _Remote | None, size: int) -> urllib.request.Request:
    """A request for what is missing after `size` bytes."""
    headers = {"User-Agent": "vanas-panel", "Accept-Encoding": "identity"}
    if before is not None and size:
        headers["Range"] = f"bytes={size}-"
        # A weak tag is not allowed here; that the answer belongs to the same file is compared in any case.
        strong = before.etag if before.etag and not before.etag.startswith("W/") else None
        if strong or before.modified:
            headers["If-Range"] = strong or before.modified or ""
    return urllib.request.Request(url, headers=headers)


def _examine(response: http.client.HTTPResponse, url: str) -> tuple[_Remote, int, int]:
    """A server's description of the file, and the first and last byte of its answer."""
    length = response.headers.get("Content-Length", "")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise DownloadError(Message("{url} was sent with Content-Encoding {headers}; expected the file as it is. Use "
                                    "another address.", url=url, headers=response.headers["Content-Encoding"]))
    if not length.isdecimal():
        raise DownloadError(Message("{url} was sent without its length; expected Content-Length, without which a "
                                    "download that broke off looks like a whole one. Use another address.", url=url))
    start, stop, total = 0, int(length), int(length)
    if response.status == 206:
        said = response.headers.get("Content-Range", "")
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said.strip())
        if not match:
            raise _BrokenOffError(Message("the server sent a part with Content-Range {said!r}", said=said))
        start, stop, total = int(match[1]), int(match[2]) + 1, int(match[3])
        if stop - start != int(length) or stop > total:
            raise _BrokenOffError(Message("the server contradicts itself: Content-Range {said!r}, Content-Length "
                                          "{length}", said=said, length=length))
    elif response.status != 200:
        raise DownloadError(Message("{url} was answered with status {status}; expected 200 or 206. Check the address.",
                                    url=url, status=response.status))
    return _Remote(url, total, response.headers.get("ETag"), response.headers.get("Last-Modified")), start, stop


def _append(response: http.client.HTTPResponse, part: Path, start: int, size: int, stop: int, bar: tqdm) -> None:
    """Append what a response with the bytes from `start` to `stop` adds to the `size` bytes of a part."""
    mode = "ab" if size else "wb"
    file: BinaryIO = _local(lambda: part.open(mode), part)
    try:
        position = start
        # One read from the socket at a time, so that what arrived before a break is not lost.
        while block := response.read1(_BLOCK):
            # A server that ignores ranges sends again what is there already.
            fresh = block[max(size - position, 0) :]
            position += len(block)
            _local(lambda data=fresh: file.write(data), part)
            bar.update(len(fresh))
    finally:
        _local(file.close, part)
    if position < stop:
        raise _BrokenOffError(Message("the server announced {stop:,} bytes and sent {position:,}", stop=stop - start,
                                      position=position - start))


def _refused(url: str, part: Path, error: urllib.error.HTTPError) -> Exception:
    """The meaning of an error status."""
    if error.code == 416:
        _local(lambda: part.unlink(missing_ok=True), part)
        return _BrokenOffError("the server has no such range of the file")
    if error.code in _PASSING:
        return _BrokenOffError(Message("the server answered {code} {reason}", code=error.code, reason=error.reason))
    return DownloadError(Message("{url} was answered with {code} {reason}; expected the file. Check the address.",
                                 url=url, code=error.code, reason=error.reason))


def _check_space(part: Path, missing: int) -> None:
    """Refuse to start where the disk cannot hold the rest."""
    free = shutil.disk_usage(part.parent).free
    if missing > free:
        raise DownloadError(Message("Found {free:,} bytes free in {parent}; expected {missing:,} for the rest of the "
                                    "download. Make room, or name another folder in VANAS_PANEL_CACHE.", free=free,
                                    parent=part.parent, missing=missing))


def _local(action: Callable, part: Path):
    """Do something with the local file, and say so where that is what failed."""
    try:
        return action()
    except OSError as error:
        raise DownloadError(Message("{part} could not be written: {cause}. Make room or give yourself permission, or "
                                    "name another folder in VANAS_PANEL_CACHE. The part that has arrived "
                                    "is kept.", part=part,
                                    cause=Constant(os.strerror(error.errno or 0)))
                            ) from error


def _state(part: Path) -> Path:
    """Where what the server said is remembered."""
    return part.with_name(part.name + ".json")


def _recall(part: Path) -> _Remote | None:
    """The server's description of a part."""
    try:
        return fitted(read_json(_state(part).read_bytes()), _Remote)
    except (OSError, SchemaError):
        return None


def _size(part: Path) -> int:
    """How many bytes there are."""
    try:
        return part.stat().st_size
    except OSError:
        return 0


def forget(part: Path) -> None:
    """Remove what is remembered of a part that has become a file of its own."""
    _state(part).unlink(missing_ok=True)
