"""Wrong passwords in the database of a shelf, over SQLite and PostgreSQL, by many threads and processes at once."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from vanas_panel.shelf import Attempts, Count, Shelf
from vanas_panel.shelf.models import AttemptRow, HomeRow


@pytest.fixture
def attempts(shelf):
    return Attempts(shelf)


def one_more(door, now=1.0):
    """A change that counts one more wrong password at a door."""
    return lambda found: {door: Count(found[door].wrong + 1, now)}


def rows(shelf, kind):
    with shelf.transaction() as database:
        return [tuple(getattr(row, column.name) for column in kind.__table__.columns)
                for row in database.scalars(select(kind).order_by(*kind.__table__.primary_key))]


def test_a_count_is_kept_to_the_last_digit(attempts, shelf, url):
    attempts.change(["b", "a"], lambda found: {"a": Count(found["a"].wrong + 3, 1764312345.678901), "b": Count(1, 2.5)})
    with Shelf(url) as other:
        Attempts(other).change(["a"], lambda found: {"a": Count(found["a"].wrong + 1, found["a"].last)})
    assert rows(shelf, AttemptRow) == [("a", 4, 1764312345.678901), ("b", 1, 2.5)]


def test_a_refusal_leaves_no_row(attempts, shelf):
    attempts.change(["a", "b"], lambda found: {})
    assert rows(shelf, AttemptRow) == []
    attempts.change(["a"], one_more("a"))
    attempts.change(["a", "made up"], lambda found: {})
    assert rows(shelf, AttemptRow) == [("a", 1, 1.0)]


def test_a_change_that_fails_changes_nothing(attempts, shelf):
    attempts.change(["a"], one_more("a"))

    def fail(found):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempts.change(["a", "b"], fail)
    assert rows(shelf, AttemptRow) == [("a", 1, 1.0)]


def test_home_is_where_the_last_sign_in_came_from(attempts, shelf):
    assert attempts.home("ada") is None
    attempts.settle("ada", "there", 1.0)
    attempts.settle("bob", "elsewhere", 2.0)
    attempts.settle("ada", "here", 3.0)
    assert attempts.home("ada") == "here" and attempts.home("bob") == "elsewhere"
    assert rows(shelf, HomeRow) == [("ada", "here", 3.0), ("bob", "elsewhere", 2.0)]


def test_old_rows_are_removed_and_no_others(attempts, shelf):
    for number in range(6):
        attempts.change([f"door {number}"], one_more(f"door {number}", float(number)))
        attempts.settle(f"account {number}", "x", float(number))
    attempts.forget(3.0, 5.0)
    assert [row[0] for row in rows(shelf, AttemptRow)] == ["door 3", "door 4", "door 5"]
    assert [row[0] for row in rows(shelf, HomeRow)] == ["account 5"]


def test_many_threads_lose_no_count_and_never_wait_for_each_other_for_ever(attempts, shelf):
    # Two doors of three, in both orders: whoever took them as they are named would wait for ever.
    pairs = [["a", "b"], ["b", "a"], ["b", "c"], ["c", "a"]] * 10

    def change(doors):
        attempts.change(doors, lambda found: {door: Count(found[door].wrong + 1, 1.0) for door in doors})
        attempts.forget(0.5, 0.5)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, pairs))
    assert rows(shelf, AttemptRow) == [("a", 30, 1.0), ("b", 30, 1.0), ("c", 20, 1.0)]


def test_concurrent_attempt_waits_and_sees_the_earlier_count(attempts):
    deciding, seen = threading.Event(), []

    def decide(found):
        deciding.set()
        other.join(0.3)
        assert other.is_alive(), "it waits for its turn"
        return {"a": Count(found["a"].wrong + 1, 1.0)}

    def ask():
        assert deciding.wait(30)
        attempts.change(["a"], lambda found: seen.append(found["a"].wrong) or {})

    other = threading.Thread(target=ask)
    other.start()
    attempts.change(["a"], decide)
    other.join(30)
    assert seen == [1]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_processes_count_together(attempts, shelf, url):
    program = ("import sys; from vanas_panel.shelf import Attempts, Count, Shelf\n"
               "attempts = Attempts(Shelf(sys.argv[1]))\n"
               "for _ in range(20): attempts.change(['a'], lambda found: {'a': Count(found['a'].wrong + 1, 1.0)})")
    shelf.open()
    processes = [os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", program, url]) for _ in range(3)]
    assert [os.waitpid(process, 0)[1] for process in processes] == [0, 0, 0]
    assert rows(shelf, AttemptRow) == [("a", 60, 1.0)]
