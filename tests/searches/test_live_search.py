"""Live searches: told exactly once, killed anywhere they go on the same, and every fault is one clear error."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import filelock
import live_hands
import numpy as np
import pytest
from live_hands import FakeCluster, fake_record, searched, tiny_settings

import vanas_panel as vp
from vanas_panel.errors import DeviceError, SearchError, TrainingError
from vanas_panel.searches import live as live_module
from vanas_panel.searches import live_engine
from vanas_panel.searches.live import LiveSearch, search_live
from vanas_panel.training.personal import Personal

OTHER = Path(live_hands.__file__)


@pytest.fixture(autouse=True)
def workers(monkeypatch):
    """A class of workers of this test's own; that it trains nothing needs neither PyTorch nor Dask."""
    cluster = type("Workers", (FakeCluster,), {})
    monkeypatch.setitem(sys.modules, "vanas_panel.training.live", live_hands.use(cluster))
    monkeypatch.setattr(live_module, "missing_words", lambda settings: "")
    return cluster


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def named(path, name):
    return [line for line in lines(path) if name in line]


def test_a_search_trains_what_it_asks_for_and_is_read_back(tmp_path, workers):
    live = searched(tmp_path, 1)
    run = live.start().wait()
    assert live.done and live.error is None and len(run) == 40 and run.is_live
    asks, tells = named(tmp_path / "run.jsonl", "ask"), named(tmp_path / "run.jsonl", "tell")
    assert [line["ask"] for line in asks] == [line["tell"] for line in tells] == list(range(len(asks)))
    settings = tiny_settings(tmp_path)
    for proposal, tell in zip(run.keys.tolist(), tells, strict=True):
        key = live_engine.canonical_cell(vp.Cell.from_packed(proposal, live_hands.SPACE))[0]
        record = fake_record(key, settings)
        values = [repeat["validation_accuracy"][-1] for repeat in record.repeats]
        assert tell["value"] == (None if None in values else pytest.approx(sum(values) / 2, abs=1e-12))
        assert tell["error"] == ("It failed." if None in values else None)
        assert (tell["seconds"], tell["device"]) == (record.seconds, "cpu")
    assert sum(line["value"] is not None for line in tells) == 40 and run.asked_in_vain == len(tells) - 40
    # Equal cells are trained once.
    assert len(workers.last.trained) == len(set(workers.last.trained)) == len(set(run.keys.tolist()))
    assert run.duplicates > 0 and workers.last.most == 1
    end = lines(tmp_path / "run.jsonl")[-1]
    assert set(end) == {"end", "others", "crc32c"} and (end["end"], end["others"]) == ("budget", None)
    again = vp.read_search(tmp_path / "run.jsonl")
    assert again.trials.equals(run.trials) and again.best == run.best and set(again.trials["device"]) == {"cpu"}
    assert again.errors == {line["tell"]: "It failed." for line in tells if line["value"] is None}
    told = [line["value"] for line in tells if line["value"] is not None]
    assert run.trials["best"].iloc[-1] == max(told)
    assert dict(again.states)[len(tells) - 1] == named(tmp_path / "run.jsonl", "state")[-1]["knows"]


def test_cells_of_the_personal_table_are_not_trained_again(tmp_path, workers):
    first = searched(tmp_path, 1).start().wait()
    assert {row.record.key for row in Personal(tmp_path / "trained.sqlite").all("")} == set(workers.last.trained)
    second = searched(tmp_path, 4, "other.jsonl").start().wait()
    assert workers.last.trained == [] and second.trials.equals(first.trials)
    # Nobody sees what another person has trained, and a processor's results are no graphics card's.
    searched(tmp_path, 4, "third.jsonl", user="ann").start().wait()
    assert len(workers.last.trained) > 10
    searched(tmp_path, 4, "fourth.jsonl", device="cuda").start().wait()
    assert len(workers.last.trained) > 10 and workers.last.device == "cuda"


def test_cut_anywhere_and_continued_the_lines_are_the_same(tmp_path, workers):
    path = tmp_path / "run.jsonl"
    searched(tmp_path, 1).start().wait()
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    for cut in sorted({0, 1, len(content) - 1, *rng.integers(0, len(content), 20).tolist()}):
        path.write_bytes(content[:cut])
        again = searched(tmp_path, 1).start().wait()
        assert path.read_bytes() == content
        torn = bool(cut) and content[cut - 1:cut] != b"\n"
        assert any("was cut off" in note for note in again.notes) is torn


def test_a_whole_file_is_left_as_it_is(tmp_path, workers):
    searched(tmp_path, 1).start().wait()
    before = (tmp_path / "run.jsonl").read_bytes()
    del workers.last
    assert len(searched(tmp_path, 1).start().wait()) == 40
    assert (tmp_path / "run.jsonl").read_bytes() == before and not hasattr(workers, "last")


def killed_again_and_again(folder, count):
    """Kill a searching process several times, each after a few more lines, then let one come to its end."""
    path = folder / "run.jsonl"
    command = [sys.executable, str(OTHER), str(folder), str(count), "0.004"]
    environment = {**os.environ, "PYTHONPATH": str(OTHER.parents[2])}
    for _ in range(3):
        size = path.stat().st_size if path.exists() else 0
        process = subprocess.Popen(command, env=environment)
        while process.poll() is None and (path.stat().st_size if path.exists() else 0) < size + 900:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not named(path, "end") if path.read_bytes().endswith(b"\n") else True
    subprocess.run(command, env=environment, check=True)


@pytest.mark.slow
def test_processes_that_are_killed_leave_the_lines_of_one_that_is_not(tmp_path):
    killed_again_and_again(tmp_path, 1)
    (tmp_path / "whole").mkdir()
    (tmp_path / "images.npz").rename(tmp_path / "whole" / "images.npz")
    (tmp_path / "images.npz").symlink_to(tmp_path / "whole" / "images.npz")
    searched(tmp_path / "whole", 1).start().wait()
    ours, theirs = (folder / "run.jsonl" for folder in (tmp_path, tmp_path / "whole"))
    # Paths and so the sums differ.
    assert lines(ours)[1:-1] == lines(theirs)[1:-1]


@pytest.mark.slow
def test_eight_workers_and_kills_tell_every_ask_exactly_once(tmp_path):
    killed_again_and_again(tmp_path, 8)
    asks, tells = named(tmp_path / "run.jsonl", "ask"), named(tmp_path / "run.jsonl", "tell")
    assert [line["ask"] for line in asks] == list(range(len(asks)))
    assert sorted(line["tell"] for line in tells) == list(range(len(asks)))
    assert sum(line["value"] is not None for line in tells) == 40
    run = vp.read_search(tmp_path / "run.jsonl")
    assert len(run) == 40 and run.trials["number"].tolist() == [
        line["tell"] for line in tells if line["value"] is not None]


def test_eight_workers_train_eight_cells_at_once_and_arrivals_are_in_their_order(tmp_path, workers):
    others, done = threading.Semaphore(0), []

    def train(key, settings):
        if key == workers.last.trained[0]:
            # The first one is the last one of the first eight.
            for _ in range(7):
                assert others.acquire(timeout=300)
        elif len(done) < 7:
            done.append(key)
            others.release()
        return fake_record(key, settings)

    workers.train = staticmethod(train)
    run = searched(tmp_path, 8).start().wait()
    assert workers.last.busy == 0 and 1 < workers.last.most <= 8
    told = [line["tell"] for line in named(tmp_path / "run.jsonl", "tell")]
    assert sorted(told) == list(range(len(told))) != told
    assert len(workers.last.trained) == len(set(run.keys.tolist()))
    read = vp.read_search(tmp_path / "run.jsonl")
    assert dict(read.states) == dict(run.states)
    shown = {line["state"]: line["knows"] for line in named(tmp_path / "run.jsonl", "state")}
    assert {told.index(number) + 1: state for number, state in read.states}.items() <= shown.items()


def test_a_search_is_watched_stopped_and_resumed(tmp_path, workers):
    workers.seconds = 0.01
    reached, seen = threading.Event(), []

    def watch():
        seen.append(len(live.run.trials))
        if seen[-1] >= 5:
            reached.set()

    live = searched(tmp_path, 2, on_change=watch)
    assert not live.done and len(live.run) == 0
    live.start()
    assert reached.wait(60)
    live.stop()
    part = live.wait(60)
    assert live.done and 5 <= len(part) < 40 and seen == sorted(seen)
    assert any("not finished" in note for note in part.notes)
    open_asks = {line["ask"] for line in named(live.path, "ask")} - {line["tell"] for line in named(live.path, "tell")}
    whole = searched(tmp_path, 2).start().wait()
    assert len(whole) == 40 and whole.trials[:len(part)].equals(part.trials)
    assert open_asks <= {line["tell"] for line in named(live.path, "tell")}


@pytest.mark.parametrize("record", [True, False])
def test_trainings_are_recorded_unless_the_search_says_no(tmp_path, workers, record):
    searched(tmp_path, 1, **({} if record else {"record": False})).start().wait()
    assert set(workers.last.recorded) == {record}


def test_workers_that_are_all_lost_are_one_error_and_the_search_goes_on_later(tmp_path, workers, monkeypatch):
    monkeypatch.setattr(live_engine, "LOST_AFTER", 0.02)
    monkeypatch.setattr(live_engine, "LOOK", 0.01)
    honest, left = workers.submit, [10]

    def submit(self, name, key, settings, *, record=False):
        left[0] -= 1
        if left[0] >= 0:
            return honest(self, name, key, settings, record=record)
        self.threads = 0
        return Future()

    monkeypatch.setattr(workers, "submit", submit)
    with pytest.raises(SearchError, match="Found no worker left to train on; .* of 40 queries are in .*run.jsonl"):
        searched(tmp_path, 2).start().wait()
    asked = named(tmp_path / "run.jsonl", "ask")
    monkeypatch.setattr(workers, "submit", honest)
    run = searched(tmp_path, 2).start().wait()
    assert len(run) == 40 and named(tmp_path / "run.jsonl", "ask")[:len(asked)] == asked


def test_a_connection_that_is_lost_leaves_the_ask_open(tmp_path, workers, monkeypatch):
    def cancelled(self, name, key, settings, *, record=False):
        future = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future

    honest = workers.submit
    monkeypatch.setattr(workers, "submit", cancelled)
    with pytest.raises(SearchError, match="no worker left"):
        searched(tmp_path, 1).start().wait()
    assert named(tmp_path / "run.jsonl", "tell") == []
    monkeypatch.setattr(workers, "submit", honest)
    searched(tmp_path, 1).start().wait()
    assert named(tmp_path / "run.jsonl", "tell")[0]["tell"] == 0


def test_trainings_that_end_in_an_error_have_no_value_and_ten_in_a_row_end_the_search(tmp_path, workers):
    calls = []

    def train(key, settings):
        calls.append(key)
        if len(calls) % 2:
            raise MemoryError("too large")
        return fake_record(key, settings)

    workers.train = staticmethod(train)
    run = searched(tmp_path, 1, queries=8).start().wait()
    assert len(run) == 8 and "MemoryError: too large" in set(run.errors.values())

    def never(key, settings):
        raise MemoryError("too large")

    workers.train = staticmethod(never)
    with pytest.raises(SearchError, match="Found 10 trainings in a row .*MemoryError: too large"):
        searched(tmp_path, 1, "other.jsonl", seed=99, strategy="random", strategy_settings=None).start().wait()


def test_a_device_that_is_not_there_is_named(tmp_path, workers):
    def train(key, settings):
        raise DeviceError("Found no device cuda")

    workers.train = staticmethod(train)
    with pytest.raises(DeviceError, match="On a worker: Found no device cuda"):
        searched(tmp_path, 2).start().wait()
    assert named(tmp_path / "run.jsonl", "tell") == []


@pytest.mark.parametrize(("options", "words"), [
    ({"seed": 4}, "another seed"), ({"queries": 41}, "another budget"), ({"strategy": "random", "strategy_settings":
     None}, "strategy or settings"), ({"metric": "test_accuracy"}, "another objective")])
def test_another_search_does_not_touch_the_file(tmp_path, options, words):
    searched(tmp_path, 1, queries=40).start().wait()
    before = (tmp_path / "run.jsonl").read_bytes()
    with pytest.raises(SearchError, match=words):
        searched(tmp_path, 1, **options).start().wait()
    assert (tmp_path / "run.jsonl").read_bytes() == before


def test_other_images_and_searches_of_tables_are_refused(tmp_path):
    searched(tmp_path, 1).start().wait()
    np.savez(tmp_path / "images.npz", images=np.zeros((120, 9, 9), np.uint8), labels=np.repeat([0, 1], 60))
    with pytest.raises(SearchError, match="another training settings or images"):
        searched(tmp_path, 1).start().wait()
    vp.search(vp.open_table("mnist-cells"), "random", queries=5, out=tmp_path / "table.jsonl")
    with pytest.raises(SearchError, match="Found a search with another"):
        searched(tmp_path, 1, "table.jsonl").start().wait()


@pytest.fixture
def half(tmp_path):
    """Half a file, as bytes."""
    searched(tmp_path, 1).start().wait()
    path = tmp_path / "run.jsonl"
    kept = path.read_bytes().splitlines(keepends=True)[:31]
    path.write_bytes(b"".join(kept))
    return path, kept


def test_changed_run_file_is_refused_with_its_line(half, tmp_path):
    path, kept = half
    place = next(place for place in range(15, len(kept)) if b'"ask"' in kept[place])
    changed = [*kept]
    changed[place] = re.sub(rb'"how":"\w+"', b'"how":"grid"', kept[place])
    path.write_bytes(b"".join(changed) + b'{"tell":')
    before = path.read_bytes()
    with pytest.raises(SearchError, match=f"line {place + 1}: Found another proposal or value"):
        searched(tmp_path, 1).start().wait()
    assert path.read_bytes() == before


def test_a_value_that_is_told_twice_is_refused(half, tmp_path):
    path, kept = half
    tell = next(line for line in kept if b'"tell":3,' in line)
    path.write_bytes(b"".join([*kept, tell]))
    for read in (lambda: vp.read_search(path), lambda: searched(tmp_path, 1).start().wait()):
        with pytest.raises(SearchError, match="line 32: Found a second value for proposal 3"):
            read()


@pytest.mark.parametrize("damage", [
    b"{}\n", b"7\n", b"not json\n", b'{"ask":99,"raw":"1","row":null,"parents":[],"how":"random"}\n',
    b'{"tell":500,"value":1.0,"seconds":1.0,"report":{},"others":null,"device":"cpu","error":null}\n',
    b'{"state":0,"knows":{}}\n', b'{"end":"soon","others":null}\n'])
def test_a_damaged_line_is_named(half, damage):
    path, kept = half
    path.write_bytes(b"".join(kept) + damage)
    with pytest.raises(SearchError, match=r"run\.jsonl, line 32: Found .*; expected an ask, a tell"):
        vp.read_search(path)


def test_a_finished_file_that_was_changed_is_refused(tmp_path):
    searched(tmp_path, 1).start().wait()
    path = tmp_path / "run.jsonl"
    path.write_bytes(re.sub(rb'"value":0\.', b'"value":1.', path.read_bytes(), count=1))
    with pytest.raises(SearchError, match="Found a finished search that was changed afterwards"):
        vp.read_search(path)


def test_a_newer_form_and_a_second_writer_are_refused(half, tmp_path):
    path, kept = half
    with filelock.FileLock(path.with_name(".run.jsonl.lock")), pytest.raises(SearchError, match="another process"):
        searched(tmp_path, 1).start().wait()
    path.write_bytes(kept[0].replace(b'"vanas_panel_search":1', b'"vanas_panel_search":7'))
    with pytest.raises(SearchError, match="Found form 7 of searches"):
        searched(tmp_path, 1).start().wait()


@pytest.mark.parametrize(("options", "words"), [
    ({"metric": "loss_of_sleep"}, "expected one that a training measures: test_accuracy"),
    ({"repeat": 2}, "a number from 0 to 1"), ({"queries": 0}, "Found queries 0"), ({"workers": 0}, "Found workers 0"),
    ({"strategy": "annealing", "strategy_settings": None}, "expected one of random"),
    ({"space": vp.CellSpace(("swim",), 5, 9)}, "operation 'swim', from which no network"),
    ({"space": "nasbench101"}, "expected a CellSpace"),
    ({"space": vp.CellSpace(("maxpool3x3",), 8, 9), "strategy": "grid"}, "8 vertices for the strategy grid")])
def test_impossible_live_search_is_refused_before_it_starts(tmp_path, options, words):
    asked = {"space": live_hands.SPACE, "strategy": "random", "queries": 5, **options}
    asked.pop("strategy_settings", None)
    with pytest.raises(SearchError, match=words):
        LiveSearch(asked.pop("space"), asked.pop("strategy"), tiny_settings(tmp_path), out=tmp_path / "x.jsonl",
                   **asked)
    assert not (tmp_path / "x.jsonl").exists()


def test_missing_torch_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(live_module, "missing_words", lambda settings: "Found no package torch")
    with pytest.raises(TrainingError, match="no package torch"):
        searched(tmp_path, 1)


@pytest.mark.parametrize("repeat", [0, 1, "draw"])
def test_single_repeats_are_told_and_the_other_repeats_measure_luck(tmp_path, repeat):
    run = searched(tmp_path, 3, repeat=repeat, queries=20).start().wait()
    settings = tiny_settings(tmp_path)
    for number, value in zip(run.trials["number"], run.trials["value"], strict=True):
        key = live_engine.canonical_cell(run.cell(number))[0]
        values = [each["validation_accuracy"][-1] for each in fake_record(key, settings).repeats]
        assert value in values if repeat == "draw" else value == values[repeat]
    key = live_engine.canonical_cell(run.best)[0]
    values = [each["validation_accuracy"][-1] for each in fake_record(key, settings).repeats]
    best = run.trials["best"].iloc[-1]
    assert run.luck["repeats"] == pytest.approx(best - (sum(values) - best))
    assert vp.read_search(tmp_path / "run.jsonl").luck == run.luck


def test_grid_and_metrics_of_which_less_is_better(tmp_path):
    run = search_live(live_hands.SPACE, "grid", tiny_settings(tmp_path), out=tmp_path / "g.jsonl", queries=10,
                      workers=2, metric="training_time", report="test_accuracy_4",
                      personal=Personal(tmp_path / "t.sqlite"))
    assert run.sign == -1 and run.trials["best"].iloc[-1] == run.trials["value"].min()
    assert set(run.proposals.reports) == {"test_accuracy_4"} and len(named(tmp_path / "g.jsonl", "ask")) == 10
