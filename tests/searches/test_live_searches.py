"""The live searches of a process: stopped, continued, kept for their person, waiting for each other, and failing."""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
import time

import live_hands
import numpy as np
import pytest
from live_hands import FakeCluster, fake_record, tiny_settings

import vanas_panel as vp
from vanas_panel.core.kinds import KindSpace
from vanas_panel.errors import SearchError, TrainingError, VanasError
from vanas_panel.searches import live as live_module
from vanas_panel.searches import live_file, live_searches, shared_workers
from vanas_panel.searches.kept_entries import MOST_KEPT
from vanas_panel.searches.live_kept import KeptSearches
from vanas_panel.searches.live_plan import LivePlan, plan_live, read_plan
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.searches.shared_workers import SharedWorkers
from vanas_panel.training import runs as runs_module
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs
from vanas_panel.training.trainable import canonical_cell


@pytest.fixture(autouse=True)
def _nothing_missing(monkeypatch):
    """Workers that train nothing need neither PyTorch nor Dask."""
    for module in (live_module, runs_module):
        monkeypatch.setattr(module, "missing_words", lambda settings: "")
    monkeypatch.setattr(live_searches, "TICK", 0.02)


@pytest.fixture
def made(tmp_path):
    """Makes the live searches of a process over a folder; those of all processes end with the test."""
    found = []

    def make(seconds=0.0, workers=1, folder=tmp_path):
        cluster = type("Workers", (FakeCluster,), {"seconds": seconds})(None, workers, None)
        runs = Runs(Personal(folder / "trained.sqlite"), tiny_settings(folder), workers=workers, cluster=cluster)
        found.append(LiveSearches(runs, KeptSearches(folder / "searches")))
        return found[-1]

    yield make
    for live in found:
        live.close()
        live.runs.close()


def planned(live, queries=12, seed=3, strategy="regularised-evolution", **more) -> LivePlan:
    settings = {"population": 6, "tournament": 3} if strategy == "regularised-evolution" else None
    return plan_live(live_hands.SPACE, strategy, live.runs.settings, settings=settings, queries=queries, seed=seed,
                     at_once=more.pop("at_once", 1), **more)


def until(condition, seconds=30):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def ended(live, plan, user="ann"):
    until(lambda: (found := live.progress(plan, user)) is not None and found.ended)
    return live.progress(plan, user)


def lines(live, plan, user="ann"):
    return [json.loads(line) for line in live.kept.content(user, plan).splitlines()]


def test_stopped_and_continued_its_lines_are_those_of_one_that_was_not(made, tmp_path):
    live = made(seconds=0.02)
    plan = planned(live)
    live.start(plan, "ann")
    until(lambda: live.progress(plan, "ann").told >= 4)
    live.stop(plan, "ann")
    found = ended(live, plan)
    assert found.state == "stopped" and 4 <= found.told < 12 and found.error is None
    # What was in training came to its end, and is told.
    asks, tells = ([line[name] for line in lines(live, plan) if name in line] for name in ("ask", "tell"))
    assert asks == tells
    live.go_on(plan, "ann")
    assert ended(live, plan).state == "done" and len(live.run(plan, "ann")) == 12
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "images.npz").symlink_to(tmp_path / "images.npz")
    whole = made(folder=tmp_path / "other")
    other = planned(whole)
    whole.start(other, "ann")
    ended(whole, other)
    assert lines(live, plan)[1:-1] == lines(whole, other)[1:-1]


def test_what_is_left_in_training_is_trained_when_it_goes_on(made):
    live = made(seconds=0.2)
    plan = planned(live, queries=6, strategy="random")
    live.start(plan, "ann")
    until(lambda: live.progress(plan, "ann").in_training == 1)
    live.stop(plan, "ann")
    assert live.progress(plan, "ann").state == "stopping"
    live.stop(plan, "ann", abandon=True)
    ended(live, plan)
    asks, tells = ([line[name] for line in lines(live, plan) if name in line] for name in ("ask", "tell"))
    assert len(asks) == len(tells) + 1
    live.go_on(plan, "ann")
    ended(live, plan)
    assert [line["tell"] for line in lines(live, plan) if "tell" in line] == [
        line["ask"] for line in lines(live, plan) if "ask" in line]


def test_another_process_goes_on_with_what_a_stopped_server_left(made):
    first = made(seconds=0.05, workers=2)
    plan, waiting = planned(first, at_once=2), [planned(first, seed=seed) for seed in (4, 5)]
    for each in (plan, *waiting):
        first.start(each, "ann")
    until(lambda: first.progress(plan, "ann").told >= 2)
    assert first.progress(waiting[1], "ann").state == "waiting" and first.is_busy
    first.stop_all()
    until(lambda: not first.is_busy)
    assert first.progress(waiting[1], "ann").state == "stopped"
    # It begins nothing any more.
    with pytest.raises(SearchError, match="about to stop"):
        first.start(planned(first, seed=6), "ann")
    assert len(first.all("ann")) == 3
    first.go_on(plan, "ann")
    assert first.progress(plan, "ann").state == "stopped"
    second = made()
    kept = {each.plan: each for each in second.all("ann")}
    assert set(kept) == {plan, *waiting} and kept[plan].told >= 2 and not kept[plan].is_finished
    assert kept[waiting[1]].told == 0 and second.run(waiting[1], "ann") is None
    (again,) = (each for each in kept if each == plan)
    second.go_on(again, "ann")
    ended(second, again)
    run = second.run(again, "ann")
    assert run.is_finished and len(run) == 12
    told = [line["tell"] for line in lines(second, again) if "tell" in line]
    assert sorted(told) == list(range(len(told)))


def test_closing_leaves_what_is_in_training_and_waits_for_the_threads(made):
    live = made(seconds=5)
    plan = planned(live)
    live.start(plan, "ann")
    until(lambda: live.progress(plan, "ann").in_training)
    begun = time.monotonic()
    live.close()
    assert time.monotonic() - begun < 4 and not live.is_busy and live.progress(plan, "ann").state == "stopped"


def test_two_of_a_person_run_and_others_wait_their_turn(made):
    live = made(seconds=0.03, workers=2)
    mine, others = [planned(live, seed=seed) for seed in range(4)], planned(live, seed=9)
    for plan in mine:
        live.start(plan, "ann")
    live.start(others, "bob")
    states = [live.progress(plan, "ann").state for plan in mine]
    assert states[2:] == ["waiting", "waiting"] and "waiting" not in states[:2]
    assert live.progress(others, "bob").state != "waiting"
    live.stop(mine[2], "ann")
    assert live.progress(mine[2], "ann").state == "stopped"
    for plan in (mine[0], mine[1], mine[3]):
        assert ended(live, plan).state == "done"
    assert ended(live, others, "bob").state == "done"


def test_a_process_runs_so_many_at_once(made, monkeypatch):
    monkeypatch.setattr(live_searches, "MOST_AT_ONCE", 3)
    live = made(seconds=0.05)
    plans = {user: planned(live, queries=6, seed=number) for number, user in enumerate("abcde")}
    for user, plan in plans.items():
        live.start(plan, user)
    assert [live.progress(plan, user).state == "waiting" for user, plan in plans.items()] == [False] * 3 + [True] * 2
    for user, plan in plans.items():
        assert ended(live, plan, user).state == "done"


def test_nobody_reaches_a_search_of_another_person(made):
    live = made(seconds=0.05)
    plan = planned(live)
    live.start(plan, "ann")
    until(lambda: live.progress(plan, "ann").told)
    assert live.all("bob") == [] and live.progress(plan, "bob") is None and live.under_way("bob") == {}
    assert live.run(plan, "bob") is None and live.kept.content("bob", plan) == b""
    live.stop(plan, "bob")
    live.remove(plan, "bob")
    assert live.progress(plan, "ann").state == "running"
    assert ended(live, plan).state == "done" and len(live.all("ann")) == 1
    assert {row.record.key for row in live.runs.personal.all("ann")} and live.runs.personal.all("bob") == ()


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_files_are_in_a_private_folder_whatever_the_name_of_a_person(made):
    live = made()
    for user in ("", "ann", "../ann", "a/b\0", "\ud800", "안녕" * 300):
        plan = planned(live, queries=6)
        live.start(plan, user)
        ended(live, plan, user)
        folder = live.kept.folder(user)
        assert folder.parent.name == "searches" and stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [each.plan for each in live.all(user)] == [plan]
        assert stat.S_IMODE((folder / f"{plan.name}.json").stat().st_mode) == 0o600


def test_a_search_that_is_under_way_is_not_deleted(made):
    live = made(seconds=0.05)
    plan = planned(live)
    live.start(plan, "ann")
    with pytest.raises(SearchError, match="under way"):
        live.remove(plan, "ann")
    live.stop(plan, "ann", abandon=True)
    ended(live, plan)
    live.remove(plan, "ann")
    assert live.all("ann") == [] and list(live.kept.folder("ann").iterdir()) == []


def test_a_search_that_was_deleted_goes_on_nowhere_and_leaves_no_file(made):
    one, other = made(), made()
    plan = planned(one)
    one.start(plan, "ann")
    ended(one, plan)
    other.remove(plan, "ann")
    for live in (one, other):
        live.go_on(plan, "ann")
        found = ended(live, plan)
        assert found.state == "failed" and "was deleted" in str(found.error)
        assert live.all("ann") == [] and list(live.kept.folder("ann").iterdir()) == []
    # It can be deleted once more, which changes nothing.
    one.remove(plan, "ann")
    assert one.progress(plan, "ann") is None


def test_another_process_deletes_no_search_that_waits_for_others(made):
    one, other = made(seconds=0.05), made()
    plans = [planned(one, seed=seed) for seed in range(3)]
    for plan in plans:
        one.start(plan, "ann")
    waiting = plans[2]
    assert one.progress(waiting, "ann").state == "waiting"
    with pytest.raises(SearchError, match="another process"):
        other.remove(waiting, "ann")
    other.go_on(waiting, "ann")
    found = ended(other, waiting)
    assert found.state == "failed" and "another process" in str(found.error)
    assert ended(one, waiting).state == "done"
    other.remove(waiting, "ann")
    # What was stopped while it waited is nobody's.
    more = [planned(one, seed=seed) for seed in range(3, 6)]
    for plan in more:
        one.start(plan, "ann")
    assert one.progress(more[2], "ann").state == "waiting"
    one.stop(more[2], "ann")
    other.remove(more[2], "ann")
    assert {each.plan for each in one.all("ann")} == {*plans[:2], *more[:2]}


@pytest.mark.parametrize("strategy", ["hyperband", "random"])
def test_a_search_that_was_killed_within_its_first_line_is_listed_and_goes_on(made, strategy):
    live = made()
    plan, whole = planned(live, queries=6, strategy=strategy), planned(live, queries=6, strategy=strategy)
    live.start(whole, "ann")
    ended(live, whole)
    live.kept.add("ann", plan)
    content = live.kept.content("ann", whole)
    live.kept.path("ann", plan).write_bytes(content[:content.index(b"\n") // 2])
    kept = {each.plan: each for each in live.all("ann")}
    assert (kept[plan].told, kept[plan].is_finished) == (0, False) and kept[whole].is_finished
    live.go_on(plan, "ann")
    assert ended(live, plan).state == "done" and live.kept.content("ann", plan) == content
    live.kept.path("ann", plan).write_bytes(content[:40])
    live.remove(plan, "ann")
    assert [each.plan for each in live.all("ann")] == [whole]


def test_another_process_that_writes_is_one_error_and_the_other_goes_on(made):
    one, other = made(seconds=0.05), made()
    plan = planned(one)
    one.start(plan, "ann")
    until(lambda: one.progress(plan, "ann").told)
    other.go_on(plan, "ann")
    found = ended(other, plan)
    assert found.state == "failed" and "another process" in str(found.error)
    with pytest.raises(SearchError, match="another process"):
        other.remove(plan, "ann")
    assert ended(one, plan).state == "done"


def test_workers_that_cannot_be_had_are_one_error_and_it_goes_on_later(made, monkeypatch):
    live = made()
    plan = planned(live)
    broken = TrainingError("Found no Dask scheduler; expected one. Start it.")

    def refuse():
        raise broken

    monkeypatch.setattr(live.runs, "workers", refuse)
    live.start(plan, "ann")
    found = ended(live, plan)
    assert (found.state, found.error, found.told) == ("failed", broken, 0)
    monkeypatch.undo()
    monkeypatch.setattr(live_module, "missing_words", lambda settings: "")
    live.go_on(plan, "ann")
    assert ended(live, plan).state == "done"


def test_a_fault_of_the_workers_is_said_and_not_raised(made, monkeypatch):
    live = made()

    def break_down():
        raise OSError(errno.ENOMEM, "no memory")

    monkeypatch.setattr(live.runs, "workers", break_down)
    plan = planned(live)
    live.start(plan, "ann")
    assert "no memory" in str(ended(live, plan).error) and isinstance(live.progress(plan, "ann").error, VanasError)


def test_a_full_disk_stops_a_search_and_it_goes_on_when_there_is_room(made, monkeypatch):
    live = made(seconds=0.02)
    plan = planned(live)
    live.start(plan, "ann")
    until(lambda: live.progress(plan, "ann").told >= 3)
    fsync = os.fsync

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(live_file.os, "fsync", full)
    found = ended(live, plan)
    monkeypatch.setattr(live_file.os, "fsync", fsync)
    assert found.state == "failed" and "no space left" in str(found.error)
    # Every line that is there is whole.
    assert len(live.run(plan, "ann")) >= 3
    live.go_on(plan, "ann")
    assert ended(live, plan).state == "done" and len(live.run(plan, "ann")) == 12


def test_a_folder_that_cannot_be_made_is_one_error_and_nothing_runs(made, tmp_path):
    live = made()
    (tmp_path / "searches").write_text("no folder")
    plan = planned(live)
    with pytest.raises(SearchError, match="no usable folder for searches"):
        live.start(plan, "ann")
    assert live.progress(plan, "ann") is None and not live.is_busy


def test_missing_packages_are_said_before_anything_is_kept(made, monkeypatch):
    live = made()
    monkeypatch.setattr(runs_module, "missing_words", lambda settings: "Found no package torch; training needs it.")
    with pytest.raises(TrainingError, match="no package torch"):
        live.start(planned(live), "ann")
    assert live.all("ann") == []


def test_so_many_are_kept_and_damaged_ones_are_left_out(made):
    live = made()
    folder = live.kept.folder("ann")
    for _number in range(MOST_KEPT):
        live.kept.add("ann", planned(live))
    with pytest.raises(SearchError, match=f"{MOST_KEPT} searches that are kept"):
        live.start(planned(live), "ann")
    names = sorted(folder.glob("*.json"))
    names[0].write_text("{")
    names[1].write_text(names[1].read_text().replace('"vanas_panel_live": 1', '"vanas_panel_live": 2'))
    names[2].write_text(names[2].read_text().replace("regularised-evolution", "no-such"))
    (folder / "strange.json").write_text("{}")
    assert len(live.all("ann")) == MOST_KEPT - 3


def test_only_searches_of_the_space_are_offered(made):
    live = made()
    plan = planned(live)
    live.kept.add("ann", plan)
    other = plan_live(KindSpace(["conv3x3-bn-relu"], 5, 6, "chain"), "random", live.runs.settings, queries=4)
    live.kept.add("ann", other)
    assert [each.plan for each in live.all("ann", live_hands.SPACE)] == [plan]
    assert [each.plan for each in live.all("ann", other.space)] == [other]
    assert {each.plan for each in live.all("ann")} == {plan, other}


def test_a_plan_is_read_back_as_it_was_written(made):
    plan = planned(made(), metric="test_accuracy", repeat="draw", source="mine")
    again = read_plan(plan.to_json().encode(), plan.name)
    for name in (*LivePlan.__dataclass_fields__,):
        assert getattr(again, name) == getattr(plan, name), name
    assert again.is_live and again.is_opened


@pytest.mark.parametrize(("change", "words"), [
    (lambda text: text[:-5], "JSON"),
    (lambda text: text.replace('"queries": 12', '"queries": 0'), "queries"),
    (lambda text: text.replace('"queries": 12', '"queries": "12"'), "queries"),
    (lambda text: text.replace('"metric": "validation_accuracy"', '"metric": "latency"'), "latency"),
    (lambda text: text.replace('"max_edges": 9', '"edges": 9'), "search space"),
    (lambda text: text.replace('"max_vertices": 5', '"max_vertices": 500'), "500"),
    (lambda text: text.replace('"steps": 12', '"steps": -1'), "steps"),
    (lambda text: text.replace('"at_once": 1', '"at_once": 0'), "at_once"),
    (lambda text: text.replace('"population": 6', '"population": 600'), "population")])
def test_a_plan_that_was_changed_is_one_error(made, change, words):
    text = planned(made()).to_json()
    assert change(text) != text
    with pytest.raises(VanasError, match=words):
        read_plan(change(text).encode(), "0" * 32)


def test_a_name_of_a_file_leads_nowhere_else(made):
    live = made()
    plan = LivePlan("random", "test_accuracy", name="../../etc/passwd")
    for call in (lambda: live.kept.path("ann", plan), lambda: live.kept.add("ann", plan),
                 lambda: live.kept.remove("ann", plan)):
        with pytest.raises(SearchError, match="32 hexadecimal digits"):
            call()


def test_watchers_are_called_now_and_then_and_the_personal_table_is_said_to_have_grown(made, monkeypatch):
    monkeypatch.setattr(live_searches, "TICK", 0.2)
    live = made()

    class Page:
        calls = 0

        def changed(self):
            self.calls += 1

    page, kept = Page(), live.runs.kept
    live.watch(page.changed)
    begun = time.monotonic()
    plan = planned(live, queries=300, strategy="random")
    live.start(plan, "ann")
    found = ended(live, plan)
    until(lambda: live.runs.kept > kept)
    assert found.version > 600 and page.calls <= (time.monotonic() - begun) / 0.2 + 4
    calls = page.calls
    live.unwatch(page.changed)
    live.go_on(plan, "ann")
    ended(live, plan)
    assert page.calls == calls


def test_seconds_left_are_those_of_the_values_so_far(made):
    live = made(seconds=0.05)
    plan = planned(live, queries=30, strategy="random")
    live.start(plan, "ann")
    assert live.progress(plan, "ann").left is None
    until(lambda: live.progress(plan, "ann").told >= 10)
    found = live.progress(plan, "ann")
    # A training takes 0.05 to 0.15 s, and one of seven is asked in vain.
    assert 0.02 * (30 - found.told) < found.left < 0.6 * (30 - found.told)
    live.stop(plan, "ann")
    assert live.progress(plan, "ann").left is None
    ended(live, plan)
    # A page takes what differs only.
    assert live.progress(plan, "ann") == live.progress(plan, "ann")


def test_a_watcher_with_a_fault_is_logged_and_others_are_told(made, caplog):
    live = made(seconds=0.02)

    class Page:
        calls = 0

        def changed(self):
            self.calls += 1

        def fail(self):
            raise RuntimeError("no page")

    page = Page()
    live.watch(page.fail)
    live.watch(page.changed)
    for seed in (0, 1):
        calls, plan = page.calls, planned(live, seed=seed)
        live.start(plan, "ann")
        assert ended(live, plan).state == "done"
        # At the start, at the end, and now and then between them.
        until(lambda calls=calls: page.calls > calls + 2)
    assert "no page" in caplog.text


def test_many_trainings_are_asked_of_the_same_workers(made):
    live = made(seconds=0.02, workers=2)
    plans = [planned(live, seed=seed, strategy="random", at_once=2) for seed in (0, 1)]
    for plan in plans:
        live.start(plan, "ann")
    for plan in plans:
        ended(live, plan)
    cluster = live.runs.workers()
    assert cluster.most <= 2
    keys = {row.record.key for row in live.runs.personal.all("ann")}
    assert keys == set(cluster.trained)
    for plan in plans:
        run = live.run(plan, "ann")
        told = {int(key): value for key, value in zip(run.keys, run.proposals.values, strict=True)}
        for key, value in list(told.items())[:5]:
            cell = vp.Cell.from_packed(key, live_hands.SPACE)
            record = fake_record(canonical_cell(cell)[0], live.runs.settings)
            values = [each["validation_accuracy"][-1] for each in record.repeats]
            assert (np.isnan(value) and None in values) or value == pytest.approx(sum(values) / 2)


def test_threads_end_with_their_searches(made):
    live = made()
    plan = planned(live)
    live.start(plan, "ann")
    ended(live, plan)
    until(lambda: not [each for each in threading.enumerate() if each.name.startswith("vanas-live")])


def test_a_cell_that_two_searches_ask_for_at_once_is_trained_once(tmp_path, monkeypatch):
    gate = threading.Event()

    def train(key, settings):
        gate.wait(30)
        return fake_record(key, settings)

    cluster = type("Workers", (FakeCluster,), {"train": staticmethod(train)})(None, 4, None)
    stopped, stop = [], cluster.stop
    cluster.stop = lambda name, future: (stopped.append(name), stop(name, future))
    shared, settings = SharedWorkers(cluster), tiny_settings(tmp_path)
    key = canonical_cell(vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)]))[0]
    other = canonical_cell(vp.Cell(["input", "conv1x1-bn-relu", "output"], [(0, 1), (1, 2)]))[0]
    first, second = shared.submit("a", key, settings), shared.submit("b", key, settings)
    assert first is second and shared.submit("c", other, settings) is not first
    assert cluster.trained == [key, other] and shared.threads == 4 and shared.alive
    # One of two goes: the other one still waits.
    shared.stop("a", first)
    assert stopped == []
    shared.stop("b", first)
    assert stopped == ["a"]
    gate.set()
    again = shared.submit("d", other, settings)
    assert again.result(30).key == other
    assert shared.submit("f", other, settings) is again
    # Later it is in the personal table, where all look first.
    monkeypatch.setattr(shared_workers, "LINGER", -1.0)
    until(lambda: again.done())
    assert shared.submit("e", other, settings) is not again
    cluster.close()


def test_two_searches_of_one_seed_train_every_cell_once(made):
    live = made(seconds=0.02, workers=2)
    plans = [planned(live, queries=15, strategy="random") for _each in range(2)]
    for plan in plans:
        live.start(plan, "ann")
    for plan in plans:
        assert ended(live, plan).state == "done"
    runs = [live.run(plan, "ann") for plan in plans]
    assert np.array_equal(runs[0].trials["value"], runs[1].trials["value"])
    trained = live.runs.workers().trained
    assert len(trained) == len(set(trained)) == len(set(runs[0].keys.tolist()))
