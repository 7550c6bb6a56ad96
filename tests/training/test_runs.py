"""Trainings that people wait for: shared, cancelled, broken off, failed, and never in the way of a page."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading
import time
from dataclasses import asdict, replace
from typing import ClassVar

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from vanas_panel.core.cell import Cell
from vanas_panel.errors import TrainingError, UnknownOperationError
from vanas_panel.inspector.recording import read_recording
from vanas_panel.training import live, workers
from vanas_panel.training.personal import Personal
from vanas_panel.training.run import CANCELLED, DONE, FAILED, RUNNING, STARTING, Evaluation, Progress
from vanas_panel.training.runs import SCHEDULER, Runs
from vanas_panel.training.trainer import train_cell

ENDLESS = {"steps": 20_000, "budgets": (20_000,)}
"""Changes of settings with which a training of a test goes on until it is stopped."""


def wait(condition, what: str = "", patience: float = 60.0):
    """Until a condition holds."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.01)
    return found


def ended(run) -> Progress:
    """The last progress of a run."""
    wait(lambda: run.progress.ended, f"the end of {run.progress}")
    return run.progress


def busy(client) -> dict[str, int]:
    """How many tasks each worker is computing at this moment."""
    return client.run(lambda dask_worker: dask_worker.state.executing_count)


@pytest.fixture
def personal(tmp_path) -> Personal:
    return Personal(tmp_path / "trained.sqlite")


@pytest.fixture
def runs(threads, personal, settings):
    made = Runs(personal, settings, scheduler=threads.scheduler.address)
    yield made
    made.close()


def test_a_run_ends_as_a_row_of_the_personal_table(runs, personal, cell, settings, dataset):
    class Watcher:
        ends: ClassVar[list[bool]] = []

        def look(self):
            self.ends.append(not runs.under_way("ann"))

    watcher = Watcher()
    runs.watch(watcher.look)
    run = runs.start(cell, "ann", source="somewhere")
    progress = ended(run)
    assert (progress.state, progress.step, progress.reason) == (DONE, 12, "")
    (row,) = personal.all("ann")
    assert (row.source, row.record) == ("somewhere", progress.record)
    # Watched or not, the numbers are those of a training that nobody watches.
    for repeat, wanted in zip(row.record.repeats, train_cell(cell, settings, dataset), strict=True):
        quiet = {name: value for name, value in asdict(wanted).items() if name not in ("training_seconds", "loss")}
        assert {name: repeat[name] for name in quiet} == quiet
        assert repeat["loss"] == pytest.approx(wanted.loss, abs=1e-4)
    steps = [evaluation.step for evaluation in progress.evaluations]
    assert steps == sorted({*live.look_steps(settings), *settings.budgets})
    for index, budget in enumerate(settings.budgets):
        evaluation = progress.evaluations[steps.index(budget)]
        for name, values in (("train", evaluation.train), ("validation", evaluation.validation)):
            assert list(values) == [repeat[f"{name}_accuracy"][index] for repeat in row.record.repeats]
    paths = runs.recordings("ann", progress.record)
    assert len(paths) == len(row.record.repeats) and runs.recordings("bob", progress.record) == ()
    for repeat, path in enumerate(paths):
        training = read_recording(path)
        assert training.epochs[-1] == 12 and training.settings["repeat"] == str(repeat)
    wait(lambda: watcher.ends[-1], "the watcher is told of the end")
    assert not watcher.ends[0]
    assert 0 < run.seconds == run.seconds


def test_looks_do_not_count_as_time_and_change_nothing(cell, settings, dataset):
    plain = train_cell(cell, settings, dataset)
    begun = time.process_time()
    spent = []

    def on_step(step, evaluation):
        start = time.process_time()
        while time.process_time() - start < 0.05:
            evaluation()
        spent.append(time.process_time() - start)

    watched = train_cell(cell, settings, dataset, on_step=on_step)
    total = time.process_time() - begun
    assert [asdict(one)["loss"] for one in watched] == [asdict(one)["loss"] for one in plain]
    assert [one.test_accuracy for one in watched] == [one.test_accuracy for one in plain]
    assert len(spent) == settings.steps
    assert 3 * watched[0].training_seconds[-1] <= total - sum(spent) + 0.01


def test_two_people_share_one_run_however_they_draw_the_cell(runs, personal, settings):
    one = Cell(("input", "maxpool3x3", "conv3x3-bn-relu", "output"), ((0, 1), (0, 2), (1, 3), (2, 3)))
    same = Cell(("input", "conv3x3-bn-relu", "maxpool3x3", "output"), ((0, 1), (0, 2), (1, 3), (2, 3)))
    run = runs.start(one, "ann", source="a")
    assert runs.start(same, "bob", source="b") is run
    assert runs.start(same, "bob", source="c") is run
    other = runs.start(one, "ann", settings=replace(settings, seed=1))
    assert other is not run
    assert ended(run).state == ended(other).state == DONE
    assert [row.source for row in personal.all("bob")] == ["b"]
    assert len(personal.all("ann")) == 2
    assert personal.all("bob")[0].record in [row.record for row in personal.all("ann")]
    assert runs.start(one, "ann") is not run, "what has ended is trained anew"


def test_cancelled_training_stops_on_the_worker(runs, personal, cell, settings, threads):
    run = runs.start(cell, "ann", settings=replace(settings, **ENDLESS))
    wait(lambda: run.progress.state == RUNNING and run.progress.step > 5, "steps")
    assert sum(busy(threads).values()) == 1
    runs.cancel(run, "bob")
    assert run.progress.state == RUNNING, "who does not wait cannot cancel"
    runs.cancel(run, "ann")
    assert run.progress.state == CANCELLED
    wait(lambda: sum(busy(threads).values()) == 0, "an idle worker", patience=20)
    step = run.progress.step
    # The worker is free for another one.
    assert ended(runs.start(cell, "ann")).state == DONE
    assert (run.progress.state, run.progress.step) == (CANCELLED, step)
    assert len(personal.all("ann")) == 1
    assert runs.under_way("ann") == []


def test_cancel_keeps_run_alive_for_other_waiters(runs, personal, cell, settings):
    run = runs.start(cell, "ann", settings=replace(settings, steps=40, budgets=(40,)))
    runs.start(cell, "bob", settings=run.settings)
    runs.cancel(run, "ann")
    assert not run.progress.ended and list(run.people) == ["bob"]
    assert (runs.under_way("ann"), runs.under_way("bob")) == ([], [run])
    assert ended(run).state == DONE
    assert personal.all("ann") == () and len(personal.all("bob")) == 1


def test_a_cell_on_a_worker_that_is_killed_is_done_again(processes, personal, cell, settings):
    runs = Runs(personal, replace(settings, steps=200, budgets=(100, 200)), scheduler=processes.scheduler.address)
    try:
        run = runs.start(cell, "ann")
        wait(lambda: run.progress.step > 5, "steps")
        (address,) = [worker for worker, tasks in processes.processing().items() if tasks]
        (victim,) = processes.run(os.getpid, workers=[address]).values()
        os.kill(victim, signal.SIGKILL)
        progress = ended(run)
        assert (progress.state, progress.restarts) == (DONE, 1)
        steps = [evaluation.step for evaluation in progress.evaluations]
        assert steps == sorted(set(steps)) and steps[-1] == 200
        (row,) = personal.all("ann")
        assert not any(repeat["failed"] for repeat in row.record.repeats)
    finally:
        runs.close()


def test_messages_of_an_abandoned_worker_are_ignored():
    known: set[str] = set()
    look = {"train_accuracy": [0.5], "validation_accuracy": [None]}
    progress = Progress().heard({"attempt": "a", "step": 4, "look": look}, known)
    assert progress.evaluations == (Evaluation(4, (0.5,), (None,)),)
    again = progress.heard({"attempt": "b", "step": 0}, known)
    assert (again.step, again.evaluations, again.restarts, again.state) == (0, (), 1, RUNNING)
    assert again.heard({"attempt": "a", "step": 9}, known) is again
    over = replace(again, state=DONE)
    assert over.heard({"attempt": "b", "step": 9}, known) is over


def test_images_that_are_not_there_end_the_run_with_the_reason(runs, personal, cell, settings, tmp_path):
    lost = replace(settings, data=replace(settings.data, source=str(tmp_path / "lost.npz")))
    progress = ended(runs.start(cell, "ann", settings=lost))
    assert progress.state == FAILED
    assert "lost.npz" in progress.reason and "Check the path" in progress.reason
    assert ended(runs.start(cell, "ann")).state == DONE, "the next one is not held up"


def test_training_whose_repeats_all_fail_is_kept_and_reported(runs, personal, cell, settings):
    progress = ended(runs.start(cell, "ann", settings=replace(settings, learning_rate=1e38)))
    assert progress.state == FAILED
    assert progress.reason.startswith("Training became unstable")
    (row,) = personal.all("ann")
    assert all(repeat["failed"] for repeat in row.record.repeats)


def test_error_on_the_worker_is_reported_in_a_sentence(runs, cell, monkeypatch):
    def broken(*_, **__):
        raise MemoryError("no room")

    monkeypatch.setattr(live, "train_recorded", broken)
    progress = ended(runs.start(cell))
    assert (progress.state, progress.reason) == (FAILED, "MemoryError: no room")


def test_a_result_that_cannot_be_kept_is_not_silently_lost(runs, personal, cell):
    personal.path.write_bytes(b"no database, and longer than the header of one would be, by some hundred bytes" * 9)
    progress = ended(runs.start(cell))
    assert progress.state == FAILED
    assert "the result cannot be kept" in progress.reason and "trained.sqlite" in progress.reason
    assert progress.record is not None


def test_a_scheduler_that_is_not_there_is_named_and_asked_again(personal, cell, settings, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 0.3)
    monkeypatch.setenv(SCHEDULER, "tcp://127.0.0.1:9")
    runs = Runs(personal, settings)
    for _ in range(2):
        progress = ended(runs.start(cell))
        assert progress.state == FAILED
        assert "no Dask scheduler at tcp://127.0.0.1:9" in progress.reason
    runs.close()


def test_starting_a_run_never_waits_for_workers(personal, cell, settings, monkeypatch):
    asked, go = [], threading.Event()

    class Slow:
        def __init__(self, *_):
            asked.append(threading.current_thread())
            assert go.wait(30)
            raise OSError("no workers today")

    monkeypatch.setattr(live, "TrainingCluster", Slow)
    runs = Runs(personal, settings)
    first, second = runs.start(cell), runs.start(cell, settings=replace(settings, seed=5))
    wait(lambda: asked, "the start of workers")
    assert asked[0] is not threading.main_thread()
    assert first.progress.state == STARTING
    runs.cancel(second)
    assert second.progress.state == CANCELLED
    go.set()
    assert ended(first).reason == "OSError: no workers today"
    runs.close()
    assert len(asked) == 1, "nobody starts workers for a run that was cancelled"


def test_closed_tab_keeps_its_run_alive_and_gets_no_callbacks(runs, personal, cell):
    class Tab:
        calls = 0

        def look(self):
            Tab.calls += 1

    gone, left, stays = Tab(), Tab(), Tab()
    for tab in (gone, left, stays):
        runs.watch(tab.look)
    run = runs.start(cell, "ann")
    del gone
    runs.unwatch(left.look)
    assert ended(run).state == DONE
    assert len(personal.all("ann")) == 1
    assert runs.watchers == 1
    assert Tab.calls > 0


def test_runs_that_have_ended_are_forgotten_in_the_end(runs, cell, settings, monkeypatch):
    from vanas_panel.training import runs as module

    monkeypatch.setattr(module, "KEPT", 2)
    short = replace(settings, steps=1, budgets=(1,), repeats=1)
    made = [runs.start(cell, settings=replace(short, seed=seed)) for seed in range(4)]
    for run in made:
        ended(run)
    last = runs.start(cell, settings=replace(short, seed=9))
    assert [runs.named(run.name) is None for run in (*made, last)] == [True, True, False, False, False]
    assert runs.find(last.key, last.settings) is last
    assert runs.find(last.key, made[3].settings) is made[3]
    assert runs.find(last.key, made[3].settings, "somebody else") is None
    ended(last)


def test_rows_are_removed_away_from_the_page(runs, personal, cell):
    ended(runs.start(cell, "ann"))
    (row,) = personal.all("ann")
    before = runs.kept
    runs.remove("ann", row.row_id).result(10)
    assert personal.all("ann") == () and runs.kept == before + 1


def test_without_the_extra_nothing_starts_and_it_says_what_to_install(personal, cell, settings, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find(name, *rest))
    runs = Runs(personal, settings)
    with pytest.raises(TrainingError, match=r"pip install 'vanas-panel\[train\]'"):
        runs.start(cell)
    assert runs.find(1, settings) is None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None)
    assert "mlxtend" not in runs.missing()
    words = Runs(personal).missing()
    assert "torch and distributed and mlxtend" in words and "vanas-panel[train,rebuild]" in words
    runs.close()


def test_cells_that_cannot_be_trained_are_refused_at_once(runs):
    with pytest.raises(UnknownOperationError, match="conv5x5"):
        runs.start(Cell(("input", "conv5x5", "output"), ((0, 1), (1, 2)), None))


def test_runs_that_were_never_used_close_without_a_sound(personal):
    unused = Runs(personal)
    unused.close()
    assert not unused.is_busy
