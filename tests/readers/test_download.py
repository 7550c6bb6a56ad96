"""Downloads from a server that breaks off, is slow, and lies: whole and right, or one clear error."""

from __future__ import annotations

import os
import resource
import shutil
from collections import namedtuple

import numpy as np
import pytest

from tests.readers.conftest import no_super_user
from tests.readers.unreliable_server import (
    break_off,
    drip,
    good,
    hang_up,
    in_parts,
    serving,
    stall,
    status,
    without_ranges,
)
from vanas_panel.errors import DownloadError
from vanas_panel.readers.download import http as download_module
from vanas_panel.readers.download.http import Patience, download

CONTENT = np.random.default_rng(9).bytes(100_000)
SIZE = len(CONTENT)
HASTY = Patience(timeout=0.5, attempts=3, pause=0.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Ask the local server itself."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server():
    """A server of some bytes."""
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def part(tmp_path):
    """Where the bytes go."""
    return tmp_path / "some.part"


def fetch(server, part, *behaviours, patience=HASTY):
    """Download from a server that behaves like that."""
    if behaviours:
        server.behaviours = list(behaviours)
    download(server.url, part, patience, hidden=True)


def test_a_good_server_is_asked_once(server, part):
    fetch(server, part)
    assert part.read_bytes() == CONTENT
    assert server.ranges == [None]


@pytest.mark.parametrize("behaviours", [
    [break_off(30_000), good],
    [break_off(0), break_off(1), break_off(SIZE - 2), good],
    [break_off(10_000)],
    [stall(20_000, 1.5), good],
    [hang_up, hang_up, good],
    [status(503), break_off(5), status(500), status(429), good],
    [break_off(40_000), status(416), good],
    [in_parts(30_000)],
    [break_off(40_000), without_ranges],
    [break_off(40_000), break_off(20_000, "everything"), break_off(60_000, "everything"), without_ranges],
    [drip(9_000, 0.05)],
])
def test_download_is_complete_despite_server_faults(server, part, behaviours):
    fetch(server, part, *behaviours)
    assert part.read_bytes() == CONTENT


def test_a_break_is_resumed_where_it_happened(server, part):
    fetch(server, part, break_off(30_000), break_off(20_000), good)
    assert server.ranges == [None, "bytes=30000-", "bytes=50000-"]


def test_bytes_received_before_a_stall_are_kept(server, part):
    fetch(server, part, stall(20_000, 1.5), good)
    assert server.ranges == [None, "bytes=20000-"]


def test_later_call_resumes_the_download(server, part):
    with pytest.raises(DownloadError, match=r"could not be downloaded whole: .* 30,000 bytes are kept in .*some.part"):
        fetch(server, part, break_off(30_000), hang_up)
    assert part.read_bytes() == CONTENT[:30_000]
    fetch(server, part, good)
    assert part.read_bytes() == CONTENT
    assert server.ranges[-1] == "bytes=30000-"
    fetch(server, part, status(500))
    assert len(server.ranges) == 5, "a file that is whole is asked for again"


def test_bytes_that_a_server_sends_again_are_kept_as_they_are(server, part):
    with pytest.raises(DownloadError):
        fetch(server, part, break_off(30_000), break_off(10_000, "everything"))
    assert part.read_bytes() == CONTENT[:30_000]


@pytest.mark.parametrize("respond", [good, without_ranges, lambda handler: handler.answer(
    206, handler.server.content[30_000:], Content_Range=f"bytes 30000-{SIZE - 1}/{SIZE}")])
def test_changed_file_is_downloaded_from_the_start(server, part, respond):
    other = np.random.default_rng(10).bytes(SIZE)

    def changed(handler):
        server.content, server.etag = other, '"two"'
        respond(handler)

    fetch(server, part, break_off(30_000), changed, good)
    assert part.read_bytes() == other


def test_a_file_that_changes_all_the_time_comes_to_an_end(server, part):
    def changed(handler):
        server.etag = f'"{len(server.ranges)}"'
        break_off(10_000)(handler)

    with pytest.raises(DownloadError, match="could not be downloaded whole"):
        fetch(server, part, changed)
    assert len(server.ranges) <= 6


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_tag_only_a_file_that_is_recognised_is_resumed(server, part, etag):
    server.etag = etag
    fetch(server, part, break_off(30_000), good)
    assert part.read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=30000-" if etag else None]


def test_a_time_stamp_recognises_a_file_too(server, part):
    server.etag = None
    when = "Tue, 05 Mar 2019 10:00:00 GMT"
    fetch(server, part, lambda handler: handler.proper(body=CONTENT[:30_000], length=SIZE, Last_Modified=when),
          lambda handler: handler.answer(206, CONTENT[30_000:], Last_Modified=when,
                                         Content_Range=f"bytes 30000-{SIZE - 1}/{SIZE}"))
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize(("lie", "said"), [
    (lambda handler: handler.answer(200, CONTENT, SIZE + 5), "announced 100,005 bytes and sent 100,000"),
    (lambda handler: handler.answer(206, CONTENT[5:], Content_Range=f"bytes 0-{SIZE - 1}/{SIZE}"), "contradicts"),
    (lambda handler: handler.answer(206, CONTENT, Content_Range=f"bytes 0-{SIZE - 1}/{SIZE - 9}"), "contradicts"),
    (lambda handler: handler.answer(206, CONTENT, Content_Range=f"bytes 7-{SIZE + 6}/{SIZE + 7}"), "sent byte 7"),
    (lambda handler: handler.answer(206, CONTENT, Content_Range="bytes */*"), r"Content-Range 'bytes \*/\*'"),
    (lambda handler: handler.answer(206, CONTENT), "a part with Content-Range ''"),
    (lambda handler: handler.wfile.write(b"\x00\x01 no HTTP at all\r\n\r\n"), "BadStatusLine"),
    (hang_up, "RemoteDisconnected"),
    (break_off(0), "announced 100,000 bytes and sent 0"),
    (stall(0, 1.5), "timed out"),
    (status(500), "answered 500"),
])
def test_lying_server_ends_the_download_with_an_error(server, part, lie, said):
    with pytest.raises(DownloadError, match=rf"could not be downloaded whole: .*{said}.*run the same command again"):
        fetch(server, part, lie)
    assert len(server.ranges) <= 2 * HASTY.attempts


@pytest.mark.parametrize(("behaviour", "said"), [
    (status(404), "answered with 404 Not Found; expected the file"),
    (status(403), "answered with 403"),
    (status(410), "answered with 410"),
    (lambda handler: handler.answer(204, b"", None), "answered with status 204; expected 200 or 206"),
    (lambda handler: handler.answer(200, CONTENT, Content_Length=None), "without its length; expected Content-Length"),
    (lambda handler: handler.answer(200, CONTENT, Content_Length="many"), "without its length"),
    (lambda handler: handler.answer(200, CONTENT, Content_Encoding="gzip"), "Content-Encoding gzip"),
])
def test_permanent_failure_is_not_retried(server, part, behaviour, said):
    with pytest.raises(DownloadError, match=said):
        fetch(server, part, behaviour)
    assert len(server.ranges) == 1


def test_a_length_that_is_too_small_cuts_the_file(server, part):
    # Nobody can notice that here; the records are verified afterwards, see test_fetch.py.
    fetch(server, part, lambda handler: handler.answer(200, CONTENT, SIZE - 100))
    assert part.read_bytes() == CONTENT[:-100]


def test_a_redirection_is_followed(server, part):
    fetch(server, part, lambda handler: handler.answer(302, b"", Location=server.url + "?again"), good)
    assert part.read_bytes() == CONTENT


def test_refused_connection_is_reported(tmp_path, part):
    with serving(b"") as server:
        url = server.url
    with pytest.raises(DownloadError, match=r"ConnectionRefusedError.*0 bytes are kept"):
        download(url, part, HASTY, hidden=True)


@pytest.mark.parametrize("url", ["ftp://host/file", "file:///etc/passwd", "some.tfrecord", ""])
def test_other_addresses_are_refused(part, url):
    with pytest.raises(DownloadError, match="expected one that starts with https:// or http://"):
        download(url, part, HASTY)


def test_a_part_of_which_nothing_is_remembered_is_not_trusted(server, part):
    part.write_bytes(b"something else")
    fetch(server, part)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b'{"url": 1, "total": "x", "etag": null, "modified": null}'])
def test_a_damaged_memory_is_not_trusted(server, part, said):
    part.write_bytes(b"something else")
    part.with_name("some.part.json").write_bytes(said)
    fetch(server, part)
    assert part.read_bytes() == CONTENT


def test_a_part_from_another_address_is_not_trusted(server, part):
    with pytest.raises(DownloadError):
        fetch(server, part, break_off(30_000), hang_up)
    with serving(CONTENT[::-1]) as other:
        fetch(other, part)
    assert part.read_bytes() == CONTENT[::-1]


def test_a_part_that_is_longer_than_the_file_is_not_trusted(server, part):
    fetch(server, part)
    part.write_bytes(CONTENT + b"more")
    fetch(server, part)
    assert part.read_bytes() == CONTENT


def test_a_full_disk_is_said_before_it_is_full(server, part, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, SIZE - 1))
    with pytest.raises(DownloadError, match=r"Found 99,999 bytes free .* expected 100,000 .*VANAS_PANEL_CACHE"):
        fetch(server, part)


def test_a_write_that_fails_is_said_and_the_part_kept(server, part):
    # A limit on the size of files is what a full disk looks like from here, but for the number of the error.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(DownloadError, match=r"some.part could not be written: File too large.*kept"):
            fetch(server, part)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    kept = part.stat().st_size
    assert 0 < kept <= 40_000
    assert part.read_bytes() == CONTENT[:kept]
    fetch(server, part)
    assert part.read_bytes() == CONTENT
    assert server.ranges[-1] == f"bytes={kept}-"


def test_no_permission_to_write_is_said(server, public_folder):
    (public_folder / "closed").mkdir(mode=0o555)
    with no_super_user(), pytest.raises(DownloadError, match="could not be written: Permission denied"):
        fetch(server, public_folder / "closed" / "some.part")
    assert os.listdir(public_folder / "closed") == []


def test_retry_pauses_double_and_reset_after_progress(server, part, monkeypatch):
    pauses = []
    monkeypatch.setattr(download_module.time, "sleep", pauses.append)
    patience = Patience(timeout=5, attempts=9, pause=1.0)
    fetch(server, part, *[status(500)] * 7, break_off(1), *[status(500)] * 3, good, patience=patience)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1, 1, 2, 4]


def test_progress_bar_counts_bytes_of_a_resumed_download(server, part, capsys):
    with pytest.raises(DownloadError):
        fetch(server, part, break_off(30_000), hang_up)
    server.behaviours = [good]
    download(server.url, part, HASTY, hidden=False)
    shown = capsys.readouterr().err
    assert "Downloading some.tfrecord" in shown
    assert "100k/100k" in shown
