"""Files that grow, shrink, are replaced and go while they are followed."""

from __future__ import annotations

import gc
import os
import sqlite3
import time
import weakref

import pytest

from vanas_panel.readers.snapshot import UnsettledError, snapshot, stamp_of
from vanas_panel.readers.trials import open_trials
from vanas_panel.state.followed import Followed
from vanas_panel.state.trials_moved import moved, news_words, same_trial
from vanas_panel.state.trials_view import TrialsView

HEAD = "lr,depth,loss\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text(HEAD + "0.1,1,0.5\n0.2,2,0.4\n")
    return path


@pytest.fixture
def followed(path):
    return Followed(path, open_trials, seconds=0.01)


def _append(path, text):
    with path.open("a") as file:
        file.write(text)


def test_new_rows_are_there_once_their_lines_are_whole(path, followed):
    assert not followed.poll() and len(followed.table) == 2
    _append(path, "0.3,3,0.3\n0.4,4,0.")
    assert followed.poll() and followed.table.column("loss").tolist() == [0.5, 0.4, 0.3]
    # Half of a number is none: 0.25 is not 0.
    _append(path, "25\n")
    assert followed.poll() and followed.table.column("loss").tolist() == [0.5, 0.4, 0.3, 0.25]
    assert not followed.poll()


def test_a_file_is_replaced_atomically_and_truncated(path, followed):
    other = path.with_name("part")
    other.write_text(HEAD + "0.9,9,0.9\n")
    # As a program does that writes anew: same size or time would not hide it, since it is another file.
    os.replace(other, path)
    assert followed.poll() and len(followed.table) == 1
    path.write_text("")
    assert followed.poll() and "no whole line" in str(followed.fault) and len(followed.table) == 1
    path.write_text(HEAD + "0.1,1,0.5\n0.2,2,0.4\n0.3,3,0.3\n")
    assert followed.poll() and followed.fault is None and len(followed.table) == 3


def test_a_deleted_file_is_said_once_and_comes_back(path, followed):
    text = path.read_text()
    path.unlink()
    assert followed.poll() and "results.csv: Found no file of that name any more" in str(followed.fault)
    assert str(path.parent) not in str(followed.fault)
    assert not followed.poll() and not followed.poll() and len(followed.table) == 2
    path.write_text(text)
    assert followed.poll() and followed.fault is None


def test_what_cannot_be_read_leaves_the_table_as_it_was(path, followed):
    path.write_text("x\n")
    assert followed.poll() and "still shown" in str(followed.fault) and len(followed.table) == 2
    assert "vanas-panel-" not in str(followed.fault)


def test_a_description_beside_the_file_counts(path, followed):
    path.with_name("results.csv.json").write_text('{"kinds": {"depth": "condition"}}')
    assert followed.poll() and followed.table.conditions == ("depth",)


def test_a_database_is_read_after_its_last_transaction(tmp_path):
    path = tmp_path / "some.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t (x)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    before = stamp_of(path)
    writer.execute("INSERT INTO t VALUES (2)")
    writer.commit()
    assert stamp_of(path) != before
    writer.execute("INSERT INTO t VALUES (3)")
    with snapshot(path) as copy:
        # What a reader sees that looks at the one file alone.
        with sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True) as reader:
            assert reader.execute("SELECT x FROM t").fetchall() == [(1,), (2,)]
        reader.close()
    assert not copy.exists()
    writer.close()


def test_a_file_without_lines_is_not_copied_while_it_changes(tmp_path, monkeypatch):
    path = tmp_path / "some.parquet"
    path.write_bytes(b"PAR1")
    stamps = iter([((1,),), ((2,),)])
    monkeypatch.setattr("vanas_panel.readers.snapshot.stamp_of", lambda _: next(stamps))
    with pytest.raises(UnsettledError), snapshot(path):
        pass


def test_one_thread_tells_all_that_watch_and_keeps_no_old_version(path, followed):
    class Page:
        told = 0

        def changed(self):
            self.told += 1

    pages = [Page(), Page()]
    for page in pages:
        followed.watch(page.changed)
    old = weakref.ref(followed.table)
    followed.start()
    _append(path, "0.3,3,0.3\n")
    deadline = time.monotonic() + 20
    while not all(page.told for page in pages):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    followed.stop()
    gc.collect()
    assert old() is None and len(followed.table) == 3


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_a_trial_is_found_by_what_it_is(tmp_path, order):
    lines = ["a,0.1,1.0\n", "b,0.1,2.0\n", "c,0.2,3.0\n"]
    def written(name, parts):
        path = tmp_path / name
        path.write_text("trial_id,lr,loss\n" + "".join(parts))
        return open_trials(path)
    old, new = written("old.csv", lines), written("new.csv", [lines[each] for each in order])
    for row in range(3):
        assert same_trial(old, new, row) == order.index(row)
    assert same_trial(old, written("less.csv", lines[:2]), 2) is None


def test_a_view_stays_and_what_is_gone_is_said(tmp_path):
    (tmp_path / "old.csv").write_text("opt,lr,loss\nadam,0.1,1.0\nsgd,0.2,2.0\n")
    (tmp_path / "new.csv").write_text("lr,loss\n0.1,1.0\n0.2,2.0\n0.3,3.0\n")
    old, new = open_trials(tmp_path / "old.csv"), open_trials(tmp_path / "new.csv")
    view = TrialsView("loss", "lr", "loss", "loss", where={"opt": "sgd", "lr": (0.15, None)}, chosen=1, order="opt",
                      better={"loss": "higher"}, dark=True)
    found, messages = moved(view, old, new)
    assert found.where == {"lr": (0.15, None)} and found.chosen == 1 and found.order == "" and found.dark
    assert found.better == {"loss": "higher"}
    assert [str(each) for each in messages] == ["The table that was taken in has no such column opt any more."]
    assert news_words(old, new) == "1 new trial" and news_words(new, old) == "1 trial fewer"
