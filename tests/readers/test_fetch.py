"""Fetching a published benchmark: every record verified, nothing half-written taken for whole."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.readers.conftest import no_super_user
from tests.readers.tfrecord_writer import record_of
from tests.readers.unreliable_server import break_off, drip, good, hang_up, serving, status, without_ranges
from vanas_panel.errors import DownloadError
from vanas_panel.readers import open_table
from vanas_panel.readers.download.benchmarks import PUBLISHED, Published, fetch
from vanas_panel.readers.download.http import Patience

HASTY = Patience(timeout=1.0, attempts=3, pause=0.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Ask the local server itself."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="module")
def content(few_trainings) -> bytes:
    """A small official-looking file."""
    return b"".join(map(record_of, few_trainings))


@pytest.fixture
def server(content, monkeypatch):
    """A server of that file, from which ``nasbench101`` is fetched."""
    with serving(content) as server:
        monkeypatch.setitem(PUBLISHED, "nasbench101", Published(server.url, 273))
        yield server


@pytest.fixture
def downloads(cache):
    """The folder for downloads."""
    return cache / "downloads"


def names(folder) -> list[str]:
    """Files of a folder, locks left out."""
    return sorted(name for name in os.listdir(folder) if not name.endswith(".lock"))


def test_the_published_addresses():
    assert PUBLISHED["nasbench101"] == Published(
        "https://storage.googleapis.com/nasbench/nasbench_only108.tfrecord", 1_270_872)
    assert PUBLISHED["nasbench101_full"] == Published(
        "https://storage.googleapis.com/nasbench/nasbench_full.tfrecord", 5_083_488)


def test_a_benchmark_is_fetched_once_and_opened_by_name(server, downloads, few_trainings):
    table = fetch("nasbench101", patience=HASTY)
    assert (table.name, len(table), len(server.ranges)) == ("nasbench101", 91, 1)
    assert table.repeats("test_accuracy")[0].tolist() == [few_trainings[row].evaluations[2][4] for row in range(3)]
    assert names(downloads) == ["nasbench101.tfrecord"]
    assert len(fetch("nasbench101", patience=HASTY)) == len(open_table("nasbench101")) == 91
    assert len(server.ranges) == 1


def test_the_full_file_is_another_table(server, content, downloads):
    table = fetch("nasbench101", full=True, url=server.url, patience=HASTY)
    assert table.name == "nasbench101_full"
    assert fetch("nasbench101_full", patience=HASTY).name == "nasbench101_full"
    assert names(downloads) == ["nasbench101_full.tfrecord"]


@pytest.mark.parametrize("behaviours", [
    [break_off(30_000), hang_up, break_off(1), status(503), good],
    [break_off(50_000), without_ranges],
    [drip(20_000, 0.01)],
])
def test_fetch_succeeds_from_an_unreliable_server(server, downloads, content, behaviours):
    server.behaviours = behaviours
    assert len(fetch("nasbench101", patience=HASTY)) == 91
    assert (downloads / "nasbench101.tfrecord").read_bytes() == content


def test_a_download_that_fails_is_no_table_and_goes_on_the_next_time(server, downloads, content):
    server.behaviours = [break_off(30_000), hang_up]
    with pytest.raises(DownloadError, match="30,000 bytes are kept"):
        fetch("nasbench101", patience=HASTY)
    assert names(downloads) == ["nasbench101.tfrecord.part", "nasbench101.tfrecord.part.json"]
    with pytest.raises(Exception, match="no table named 'nasbench101'"):
        open_table("nasbench101")
    server.behaviours = [good]
    assert len(fetch("nasbench101", patience=HASTY)) == 91
    assert server.ranges[-1] == "bytes=30000-"
    assert names(downloads) == ["nasbench101.tfrecord"]


def start_of_record(content: bytes, few_trainings, row: int) -> int:
    """Where a record starts."""
    return sum(len(record_of(training)) for training in few_trainings[:row])


def damaged(content: bytes, index: int) -> bytes:
    """The content with one other bit."""
    return content[:index] + bytes([content[index] ^ 1]) + content[index + 1 :]


def test_a_stretch_that_arrived_damaged_is_fetched_again(server, content, few_trainings, downloads):
    start = start_of_record(content, few_trainings, 100)
    server.behaviours = [lambda handler: handler.answer(200, damaged(content, start + 50)), good]
    assert len(fetch("nasbench101", patience=HASTY)) == 91
    assert server.ranges == [None, f"bytes={start}-"]
    assert (downloads / "nasbench101.tfrecord").read_bytes() == content


def test_a_file_that_is_damaged_on_the_server_is_refused(server, content, few_trainings, downloads):
    start = start_of_record(content, few_trainings, 100)
    server.content = damaged(content, start + 50)
    with pytest.raises(DownloadError, match=rf"is damaged or no NAS-Bench-101 file.*byte {start:,}.*CRC-32C"):
        fetch("nasbench101", patience=HASTY)
    assert names(downloads) == ["nasbench101.tfrecord.part", "nasbench101.tfrecord.part.json"]
    # What is kept are sound records alone, so that a server that has been mended is enough.
    assert (downloads / "nasbench101.tfrecord.part").read_bytes() == content[:start]
    server.content = content
    assert len(fetch("nasbench101", patience=HASTY)) == 91


def test_a_page_instead_of_the_file_is_refused(server, downloads):
    server.content = b"<!DOCTYPE html><title>Sign in to this network</title>" * 9
    with pytest.raises(DownloadError, match=r"no NAS-Bench-101 file.*starts with b'<!DOCTYPE"):
        fetch("nasbench101", patience=HASTY)
    assert "nasbench101.tfrecord" not in names(downloads)


def test_a_length_that_cuts_a_record_is_noticed(server, content, downloads):
    server.behaviours = [lambda handler: handler.answer(200, content, len(content) - 100)]
    with pytest.raises(DownloadError, match=r"a file that ends .* bytes after a record has started"):
        fetch("nasbench101", patience=HASTY)
    assert "nasbench101.tfrecord" not in names(downloads)


def test_a_length_that_cuts_between_records_is_noticed(server, content, few_trainings, downloads):
    server.content = content[: start_of_record(content, few_trainings, 200)]
    with pytest.raises(DownloadError, match="has 200 records; expected 273"):
        fetch("nasbench101", patience=HASTY)
    assert names(downloads) in ([], ["nasbench101.tfrecord.part.json"])
    server.content = content
    assert len(fetch("nasbench101", patience=HASTY)) == 91


def test_another_address_may_have_another_number_of_records(server, content, few_trainings):
    server.content = content[: start_of_record(content, few_trainings, 200)]
    assert len(fetch("nasbench101", url=server.url, patience=HASTY)) == 67


def test_a_downloaded_file_that_was_damaged_since_is_fetched_again(server, content, downloads):
    fetch("nasbench101", patience=HASTY)
    (downloads / "nasbench101.tfrecord").write_bytes(damaged(content, 5000))
    assert len(fetch("nasbench101", patience=HASTY)) == 91
    assert (downloads / "nasbench101.tfrecord").read_bytes() == content
    assert len(server.ranges) == 2


def test_a_download_may_be_deleted_after_it_was_converted(server, downloads):
    fetch("nasbench101", patience=HASTY)
    (downloads / "nasbench101.tfrecord").unlink()
    assert len(fetch("nasbench101", patience=HASTY)) == len(open_table("nasbench101")) == 91
    assert len(server.ranges) == 1


def test_same_file_name_in_another_folder_is_not_opened(server, tmp_path):
    other = tmp_path / "nasbench101.csv"
    other.write_text('adjacency,operations,loss\n0100,"input,output",1\n')
    open_table(other)
    other.unlink()
    assert len(fetch("nasbench101", patience=HASTY)) == 91
    assert len(open_table("nasbench101")) == 91


def test_unknown_names_are_answered_with_the_known_ones():
    for full in (False, True):
        with pytest.raises(DownloadError, match="expected one of nasbench101, nasbench101_full"):
            fetch("nasbench201", full=full)


def test_a_folder_that_cannot_be_written_is_said(server, public_folder, monkeypatch):
    closed = public_folder / "closed"
    closed.mkdir(mode=0o555)
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(closed / "cache"))
    with no_super_user(), pytest.raises(DownloadError, match=r"could not be written: Permission denied.*VANAS_"):
        fetch("nasbench101", patience=HASTY)
    assert server.ranges == []


@pytest.mark.slow
def test_two_processes_that_fetch_at_once_download_once(server, content, cache):
    server.behaviours = [drip(len(content) // 20, 0.05)]
    code = f"""
from vanas_panel.readers.download.benchmarks import PUBLISHED, Published, fetch
PUBLISHED["nasbench101"] = Published({server.url!r}, 273)
print(len(fetch("nasbench101")))
"""
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=300)[0].strip() for process in running] == ["91", "91"]
    assert len(server.ranges) == 1


def test_progress_bars_are_shown_where_they_are_asked_for(server, capsys):
    fetch("nasbench101", patience=HASTY, progress=True)
    shown = capsys.readouterr().err
    assert "Downloading some.tfrecord" in shown
    assert "Converting nasbench101.tfrecord" in shown
