"""The personal table: whole on disk, one for each person, and clear about what is wrong with a file."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
from contextlib import closing

import pytest
from trained_cells import POOL, record

from vanas_panel.errors import TrainingError
from vanas_panel.files.user_folders import ENVIRONMENT, data_folder
from vanas_panel.training import recordings
from vanas_panel.training.personal import FORM, Personal


@pytest.fixture
def personal(tmp_path) -> Personal:
    return Personal(tmp_path / "mine" / "trained.sqlite")


def test_stored_results_come_back_whole_and_newest_first(personal):
    old, new = record(), record(POOL, finished="2025-03-05T00:00:00+00:00")
    personal.add("ann", "mnist-cells", old)
    personal.add("ann", "other", new)
    assert [(row.source, row.record) for row in personal.all("ann")] == [("other", new), ("mnist-cells", old)]
    assert [row.record for row in personal.of("ann", old.key)] == [old]
    assert personal.of("ann", 1) == ()


def test_reading_creates_no_file(personal):
    assert personal.all("ann") == personal.of("ann", 1) == ()
    assert not personal.remove("ann", 1)
    assert not personal.path.parent.exists()


def test_each_person_has_a_separate_table(personal):
    personal.add("ann", "", record())
    personal.add("bob'; DROP TABLE trained; --", "", record(POOL))
    assert personal.all("") == personal.all("Ann") == ()
    (row,) = personal.all("ann")
    assert not personal.remove("bob'; DROP TABLE trained; --", row.row_id)
    assert personal.remove("ann", row.row_id) and not personal.remove("ann", row.row_id)
    assert personal.all("ann") == ()
    assert len(personal.all("bob'; DROP TABLE trained; --")) == 1


def test_newer_result_of_the_same_training_replaces_the_old_one(personal):
    personal.add("ann", "a", record())
    personal.add("ann", "b", record(accuracy=0.7))
    personal.add("ann", "c", record(images="others"))
    personal.add("ann", "d", record(settings_hash="others"))
    found = personal.all("ann")
    assert sorted(row.source for row in found) == ["b", "c", "d"]
    assert next(row for row in found if row.source == "b").record.repeats[0]["test_accuracy"] == [0.7]


def test_a_table_is_made_of_one_kind_of_training(personal):
    personal.add("ann", "", record())
    personal.add("ann", "", record(POOL, 0.5))
    personal.add("ann", "", record(images="others"))
    made = personal.table("ann", record().settings_hash, "images")
    assert sorted(made.column("test_accuracy").tolist()) == [0.5, 0.8]
    assert made.training["settings_digest"] == record().settings_hash
    with pytest.raises(TrainingError, match="0 settings"):
        personal.table("ann", "nothing", "images")


def _write(path: str, owner: str) -> None:
    """In another process: keep twenty results."""
    for index in range(20):
        Personal(path).add(owner, "", record(images=str(index)))


@pytest.mark.slow
def test_two_processes_may_write_at_once(personal):
    other = multiprocessing.get_context("spawn").Process(target=_write, args=(str(personal.path), "bob"))
    other.start()
    # Until the other one has written, so that both surely do so at once.
    rounds = 0
    while other.is_alive() or not rounds:
        _write(str(personal.path), "ann")
        rounds += 1
    other.join(60)
    assert other.exitcode == 0
    for owner in ("ann", "bob"):
        assert sorted(int(row.record.images) for row in personal.all(owner)) == list(range(20))


def test_a_file_of_a_newer_form_is_left_alone(personal):
    personal.add("ann", "", record())
    with closing(sqlite3.connect(personal.path)) as database:
        database.execute(f"PRAGMA user_version = {FORM + 1}")
    before = personal.path.read_bytes()
    for act in (lambda: personal.all("ann"), lambda: personal.add("ann", "", record(POOL)),
                lambda: personal.remove("ann", 1)):
        with pytest.raises(TrainingError, match=rf"trained\.sqlite: Found form {FORM + 1} .* expected form {FORM}"):
            act()
    assert personal.path.read_bytes() == before


def test_a_file_that_is_no_database_is_named(personal):
    personal.path.parent.mkdir()
    personal.path.write_bytes(b"these are no trained cells at all, and long enough to be taken for a header" * 9)
    with pytest.raises(TrainingError, match=r"trained\.sqlite: Found no usable file .* move the file away"):
        personal.all("ann")
    with pytest.raises(TrainingError, match="no usable file"):
        personal.add("ann", "", record())


def test_a_row_that_is_no_result_is_named(personal):
    personal.add("ann", "", record())
    with closing(sqlite3.connect(personal.path)) as database, database:
        database.execute("UPDATE trained SET record = '[1]'")
    with pytest.raises(TrainingError, match=r"trained\.sqlite, row 1: Found no result"):
        personal.all("ann")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="no usable file"):
        Personal(tmp_path / "file" / "trained.sqlite").add("ann", "", record())


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "data"))
    assert Personal().path == tmp_path / "data" / "trained.sqlite"
    monkeypatch.delenv(ENVIRONMENT)
    assert "vanas-panel" in str(data_folder())


def test_recordings_go_with_the_row_of_their_owner(personal):
    personal.add("ann", "", record(), {1: b"second", 0: b"first", 10: b"last"})
    personal.add("bob", "", record(), {0: b"of bob"})
    personal.add("ann", "", record(POOL))
    paths = personal.recordings("ann", record())
    assert [path.read_bytes() for path in paths] == [b"first", b"second", b"last"]
    assert personal.recordings("ann", record(POOL)) == personal.recordings("eve", record()) == ()
    for changed in ({"images": "others"}, {"settings_hash": "others"}, {"device": "cuda:0"}):
        assert personal.recordings("ann", record(**changed)) == ()
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
        assert stat.S_IMODE(paths[0].parent.stat().st_mode) == 0o700
    row = next(row.row_id for row in personal.all("ann") if row.record.key == record().key)
    assert not personal.remove("bob", row)
    assert len(personal.recordings("ann", record())) == 3
    assert personal.remove("ann", row)
    assert personal.recordings("ann", record()) == ()
    assert [path.read_bytes() for path in personal.recordings("bob", record())] == [b"of bob"]
    assert len(list(paths[0].parent.iterdir())) == 1


def test_recordings_are_replaced_with_their_result(personal):
    personal.add("ann", "", record(), {0: b"first", 1: b"second"})
    personal.add("ann", "", record(accuracy=0.7), {1: b"new"})
    assert [path.read_bytes() for path in personal.recordings("ann", record())] == [b"new"]
    personal.add("ann", "", record(accuracy=0.6))
    assert personal.recordings("ann", record()) == ()


def test_the_oldest_recordings_make_room_for_new_ones(personal, monkeypatch):
    monkeypatch.setenv(recordings.ENVIRONMENT, "2.5e-8")
    people = ["ann", "bob", "eve", "ada"]
    for age, owner in enumerate(people):
        personal.add(owner, "", record(), {0: b"x" * 10})
        for path in personal.recordings(owner, record()):
            os.utime(path, (age, age))
    assert [len(personal.recordings(owner, record())) for owner in people] == [0, 0, 1, 1]
    assert all(personal.all(owner) for owner in people)
    # What has just been trained can be inspected, however much it takes.
    personal.add("ann", "", record(), {0: b"x" * 10, 1: b"y" * 30})
    assert [len(personal.recordings(owner, record())) for owner in people] == [2, 0, 0, 0]


def test_a_room_for_recordings_that_is_no_number_is_said_and_left(monkeypatch, caplog):
    monkeypatch.setenv(recordings.ENVIRONMENT, "much")
    assert recordings.recordings_room() == 4e9
    assert "Found VANAS_PANEL_RECORDINGS_GB = 'much'; expected a number of gigabytes" in caplog.text


def test_a_result_is_kept_where_its_recordings_cannot_be(personal, caplog):
    personal.add("ann", "", record())
    personal.path.with_name("trained-recordings").write_text("in the way")
    personal.add("ann", "", record(accuracy=0.7), {0: b"first"})
    (row,) = personal.all("ann")
    assert row.record.repeats[0]["test_accuracy"] == [0.7] and personal.recordings("ann", record()) == ()
    assert "without all of its recordings" in caplog.text
