"""Full disks, folders without permission, rights of files: one clear error, and nothing half-written or readable."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.readers.conftest import NOBODY, no_super_user, public_folder  # noqa: F401
from tests.trained_cells import CHAIN, POOL, record
from vanas_panel.core.draft import Draft
from vanas_panel.errors import TrainingError
from vanas_panel.files.disk_errors import keep_private
from vanas_panel.shelf import Shelf
from vanas_panel.training.personal import Personal
from vanas_panel.training.results import ResultsFile
from vanas_panel.training.settings import Settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has neither these limits nor these rights")

CHAINS = [inside for length in range(1, 5)
          for inside in itertools.product(("conv1x1-bn-relu", "conv3x3-bn-relu", "maxpool3x3"), repeat=length)]
VALUES = [row / 1000 for row in range(len(CHAINS))]
ALONE = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
"""A small disk of one program, which is gone with it."""


def matrix(vertices: int) -> str:
    """The adjacency of a chain, row by row."""
    return "".join("1" if target == source + 1 else "0" for source in range(vertices) for target in range(vertices))


def can_mount(folder: Path) -> bool:
    """Whether this user may make a small disk."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*ALONE, f"mount -t tmpfs none '{folder}'"], capture_output=True).returncode == 0


@pytest.fixture(scope="module", params=[("disk", 0), ("disk", 16_384), ("limit", 2000)],
                ids=lambda param: f"{param[0]}-{param[1]}")
def story(request, tmp_path_factory) -> dict:
    """What happened on a full disk; elsewhere, and in another way everywhere, where no file may grow."""
    way, amount = request.param
    folder = tmp_path_factory.mktemp("disk")
    source = folder / "some.csv"
    source.write_text("adjacency,operations,loss\n" + "".join(
        f'{matrix(len(inside) + 2)},"{",".join(("input", *inside, "output"))}",{loss}\n'
        for inside, loss in zip(CHAINS, VALUES, strict=True)))
    (folder / "small").mkdir()
    program = [sys.executable, "-m", "tests.full_disk", way, str(amount), str(folder / "small"), str(source)]
    if way == "disk":
        if not can_mount(folder / "small"):
            pytest.skip("this user may not mount a small disk")
        program = [*ALONE, f"mount -t tmpfs -o size=2m none '{folder / 'small'}' && exec \"$@\"", "sh", *program]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=request.config.rootpath)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return json.loads(ran.stdout) | {"full": way == "disk"}


@pytest.mark.slow
def test_each_refusal_says_the_fault_the_path_and_the_remedy(story):
    refused = {what: words for what, words in story["words"].items() if words}
    assert {"shelf new", "trained new"} <= set(refused)
    for what, words in refused.items():
        kind, _, state = what.partition(" ")
        assert words.startswith("ShelfError: " if kind == "shelf" else "TrainingError: ")
        assert (f"{state}/{kind}.sqlite" if state else "results.jsonl") in words
        assert "Make room, then" in words
        assert "I/O error" not in words and "Errno" not in words
        if story["full"]:
            assert "no space left on the disk" in words


def test_full_disk_leaves_earlier_content_whole(story):
    words, found = story["words"], story["found"]
    for state in ("new", "closed", "open"):
        before = [] if state == "new" else ["first"]
        assert found[f"shelf {state}"] == before + ([] if words[f"shelf {state}"] else ["second"])
        assert found[f"trained {state}"] == len(before) + (not words[f"trained {state}"])
    assert found["results"] == 1 + (not words["results"])
    assert found["unfinished"] == []


def test_writing_works_again_once_there_is_room(story):
    assert set(story["again"].values()) == {""}
    found = story["found again"]
    assert all("second" in found[f"shelf {state}"] for state in ("new", "closed", "open"))
    # A result of the same cell replaces the earlier one; a result in a file is only ever appended.
    assert [found[f"trained {state}"] for state in ("new", "closed", "open")] == [1, 2, 2]
    assert found["results"] == 2 and found["unfinished"] == []


def test_a_table_opens_with_a_note_where_it_cannot_be_cached(story):
    table, found = story["table"], story["found"]
    assert sorted(table["values"]) == sorted(story["table again"]["values"]) == VALUES
    if not found["cached"]:
        (note,) = table["notes"]
        assert note.startswith("This table could not be cached (no ") and "VANAS_PANEL_CACHE" in note
        assert "/" not in note, "reports show notes, and name no folder"
    assert story["table again"]["notes"] == [] and story["found again"]["cached"] == 1


def test_a_folder_without_permission_is_said(public_folder):  # noqa: F811
    closed = public_folder / "closed"
    closed.mkdir(mode=0o555)
    settings = Settings.from_dict(record().settings)
    with no_super_user():
        with pytest.raises(TrainingError, match=r"trained\.sqlite: Found no usable .*\(permission denied\).*VANAS_"):
            Personal(closed / "trained.sqlite").add("ann", "t", record())
        with pytest.raises(TrainingError, match=r"results\.jsonl: Found no file .*\(permission denied\).*another path"):
            ResultsFile(closed / "results.jsonl", settings)
    assert os.listdir(closed) == []
    (public_folder / "file").touch()
    with pytest.raises(TrainingError, match=r"results\.jsonl: Found no"):
        ResultsFile(public_folder / "file" / "results.jsonl", settings)
    with pytest.raises(TrainingError, match="Found no usable file of trained cells"):
        Personal(public_folder / "file" / "trained.sqlite").add("ann", "t", record())


def modes(path: Path) -> dict[str, int]:
    """Rights of a file of SQLite and of those beside it."""
    return {file.name.removeprefix(path.name): stat.S_IMODE(file.stat().st_mode)
            for file in path.parent.glob(f"{path.name}*") if not file.name.endswith(".lock")}


PRIVATE = {"": 0o600, "-wal": 0o600, "-shm": 0o600}


@pytest.mark.parametrize("older", [0o644, 0o664, 0o666, 0o640])
def test_trained_cells_are_for_their_owner_alone_also_where_they_were_not(tmp_path, older):
    personal = Personal(tmp_path / "trained.sqlite")
    personal.add("ann", "t", record(CHAIN))
    assert modes(personal.path)[""] == 0o600
    personal.path.chmod(older)
    with closing(sqlite3.connect(personal.path)) as other:
        # Somebody else keeps it open, so that the files beside it are there, as readable as it was.
        assert other.execute("SELECT count(*) FROM trained").fetchone() == (1,)
        assert set(modes(personal.path).values()) == {older}
        assert len(personal.all("ann")) == 1, "also where it is only looked at"
        assert modes(personal.path) == PRIVATE
        personal.add("ann", "t", record(POOL))
        assert modes(personal.path) == PRIVATE
    assert len(personal.all("ann")) == 2


@pytest.mark.parametrize(("older", "now"), [(0o644, 0o600), (0o640, 0o600), (0o604, 0o600), (0o660, 0o660),
                                            (0o664, 0o660)])
def test_a_shelf_is_closed_to_others_but_not_to_a_group_that_writes_it(tmp_path, older, now):
    path = tmp_path / "shelf.sqlite"
    with Shelf(path) as shelf:
        shelf.save("ann", "t", Draft(["input", "output"]), "A")
        assert modes(path) == PRIVATE
    path.chmod(older)
    with closing(sqlite3.connect(path)) as other, Shelf(path) as shelf:
        assert other.execute("SELECT count(*) FROM shelf_entry").fetchone() == (1,)
        assert set(modes(path).values()) == {older}
        assert shelf.count() == 1
        assert modes(path) == {"": now, "-wal": now, "-shm": now}


def test_permissions_of_another_users_file_are_left_alone(tmp_path):
    path = tmp_path / "trained.sqlite"
    path.touch(mode=0o644)
    if os.geteuid() != 0:
        pytest.skip("only a super-user can give a file away")
    os.chown(path, NOBODY, NOBODY)
    keep_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
