"""Several writers at once, and one that is killed: real threads, real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.shelf.conftest import WRITER
from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfConflictError
from vanas_panel.shelf import Shelf

DRAFT = Draft(["input", "output"], [(0, 1)])
PATIENCE = 120


def run_writers(*arguments: object) -> list[str]:
    """Lines that all processes said; fails where one of them did."""
    done = subprocess.run([sys.executable, "-W", "error", str(WRITER), *map(str, arguments)], capture_output=True,
                          text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_one_of_two_concurrent_writers_gets_a_conflict(url):
    with Shelf(url) as one, Shelf(url) as other:
        for number in range(10):
            entry = one.save("ann", "t", DRAFT, f"{number}")
            start = threading.Barrier(2)

            def write(shelf: Shelf, user: str, entry=entry, start=start) -> str:
                start.wait()
                try:
                    return shelf.update(entry.id, user, entry.version, note=f"by {user}").changed_by
                except ShelfConflictError as error:
                    return f"told of {error.current.changed_by}: {', '.join(error.changed)}"

            with ThreadPoolExecutor(2) as pool:
                said = {pool.submit(write, shelf, user) for shelf, user in ((one, "ann"), (other, "bob"))}
            said = {future.result() for future in said}
            winner = one.entry(entry.id).changed_by
            assert said == {winner, f"told of {winner}: note"}
            assert one.entry(entry.id).note == f"by {winner}" and len(one.history(entry.id)) == 2


def test_threads_share_one_shelf(shelf):
    def save(number: int) -> str:
        return shelf.save(f"user {number % 3}", "t", DRAFT, f"{number}", tags=["x"]).name

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(save, range(60)))
    assert len(names) == 60 and {entry.name for entry in shelf.entries()} == names
    assert shelf.tags() == [("x", 60)]


@pytest.mark.slow
def test_twenty_processes_save_and_nothing_is_lost(url):
    said = run_writers("save", url, 20, 5)
    with Shelf(url) as shelf:
        found = shelf.entries(limit=None)
        assert len(said) == 100 and sorted(entry.name for entry in found) == sorted(said)
        assert len({entry.id for entry in found}) == 100
        assert all(len(shelf.history(entry.id)) == 1 for entry in found[:5])
        assert shelf.tags(1) == [("all", 100)]


def test_eight_processes_change_one_note_and_no_line_is_lost(url):
    with Shelf(url) as shelf:
        entry = shelf.save("ann", "t", DRAFT, "together")
        shelf.close()
        run_writers("edit", url, 8, entry.id)
        final = shelf.entry(entry.id)
        assert sorted(final.note.splitlines()) == sorted(f"line of {writer}" for writer in range(8))
        assert final.version == 9 and [change.version for change in shelf.history(entry.id)] == list(range(1, 10))


def test_processes_that_make_the_database_at_once_wait_for_each_other(url):
    assert run_writers("upgrade", url, 8) == ["0"] * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_opens_connections_of_its_own(shelf):
    entry = shelf.save("ann", "t", DRAFT, "before")
    child = os.fork()
    if child == 0:
        try:
            shelf.save("child", "t", DRAFT, "in the child")
            shelf.close()
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    shelf.update(entry.id, "ann", 1, note="the parent's connections still work")
    assert {found.name for found in shelf.entries()} == {"before", "in the child"}


@pytest.mark.slow
def test_killed_writer_loses_no_confirmed_entry(url):
    rounds, said = 4, []
    with Shelf(url) as shelf:
        shelf.open()
        shelf.close()
    for _ in range(rounds):
        with subprocess.Popen([sys.executable, str(WRITER), "save", url, "1", "100000"], stdout=subprocess.PIPE,
                              text=True, start_new_session=True) as writer:
            heard = [writer.stdout.readline() for _ in range(5)]
            time.sleep(0.05)
            # The writer and its child, in the midst of whatever they are doing.
            os.killpg(writer.pid, signal.SIGKILL)
            heard += writer.stdout.readlines()
        assert writer.returncode == -signal.SIGKILL and all(heard)
        said += [line.rstrip("\n") for line in heard]
    with Shelf(url) as shelf:
        found = [entry.name for entry in shelf.entries(limit=None)]
        # One more may have been written in each round without a chance to say so.
        for name in set(said):
            assert found.count(name) >= said.count(name)
        assert len(said) <= len(found) <= len(said) + rounds
        assert all(entry.tags == ("t0", "all") for entry in shelf.entries(limit=None)), "nothing is half-written"
        shelf.save("ann", "t", DRAFT, "and it goes on")
