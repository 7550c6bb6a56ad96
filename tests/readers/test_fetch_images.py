"""Fetching sets of images from a server that misbehaves: every digest verified, no part taken for a whole."""

from __future__ import annotations

import hashlib

import pytest

from tests.readers.unreliable_server import break_off, good, hang_up, serving, status
from vanas_panel.cli import main
from vanas_panel.errors import DownloadError
from vanas_panel.readers.download.http import Patience
from vanas_panel.readers.download.image_sets import IMAGE_SETS, ImageSet, fetch_images, image_folder

HASTY = Patience(timeout=1.0, attempts=3, pause=0.0)
CONTENT = bytes(range(256)) * 400


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Ask the local server itself."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server(monkeypatch, cache):
    """A server of two files with the same content."""
    with serving(CONTENT) as server:
        digest = hashlib.sha256(CONTENT).hexdigest()
        monkeypatch.setitem(IMAGE_SETS, "mnist", ImageSet(f"{server.url}/", {"one.gz": digest, "two.gz": digest}))
        yield server


def test_digests_are_sha256_of_every_published_file():
    assert sorted(map(len, (chosen.files for chosen in IMAGE_SETS.values()))) == [1, 4, 4]
    assert all(len(digest) == 64 and int(digest, 16) and chosen.url.startswith("https://") and chosen.url.endswith("/")
               for chosen in IMAGE_SETS.values() for digest in chosen.files.values())


def test_a_set_is_fetched_once_though_connections_break(server):
    server.behaviours = [break_off(30_000), hang_up, status(503), good]
    folder = fetch_images("mnist", patience=HASTY)
    assert folder == image_folder("mnist") and sorted(path.name for path in folder.iterdir()) == ["one.gz", "two.gz"]
    assert all(path.read_bytes() == CONTENT for path in folder.iterdir())
    asked = len(server.ranges)
    assert fetch_images("mnist", patience=HASTY) == folder and len(server.ranges) == asked


def test_an_interrupted_set_keeps_its_first_file(server):
    server.behaviours = [good, hang_up]
    with pytest.raises(DownloadError, match="run the same command again"):
        fetch_images("mnist", patience=HASTY)
    assert not image_folder("mnist").exists()
    server.behaviours, asked = [good], len(server.ranges)
    fetch_images("mnist", patience=HASTY)
    assert len(server.ranges) == asked + 1


def test_a_changed_file_is_refused_and_not_kept(server, monkeypatch):
    monkeypatch.setitem(IMAGE_SETS, "mnist", ImageSet(f"{server.url}/", {"one.gz": "0" * 64}))
    with pytest.raises(DownloadError, match=f"Found SHA-256 [0-9a-f]{{64}}; expected {'0' * 64}"):
        fetch_images("mnist", patience=HASTY)
    folder = image_folder("mnist")
    assert not folder.exists() and not any(folder.with_name("mnist.arriving").iterdir())


def test_the_command_fetches_and_says_how_to_train(server, capsys):
    assert not main(["fetch", "mnist", "--url", server.url])
    assert '{"data": {"source": "mnist"}}' in capsys.readouterr().out
    assert main(["fetch", "mnist", "--full"])
    assert "Found --full with mnist" in capsys.readouterr().err
