"""Live searches with the trainer of the project and its Dask workers, which may be killed."""

from __future__ import annotations

import json
import os
import signal
from contextlib import contextmanager

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

import vanas_panel as vp
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchError, TrainingError
from vanas_panel.searches import live_engine
from vanas_panel.training import live, workers
from vanas_panel.training.personal import Personal
from vanas_panel.training.trainable import canonical_cell
from vanas_panel.training.trainer import train_cell

SPACE = CellSpace(NASBENCH101.operations, 4, 6)


def on(monkeypatch, client):
    """Have live searches train on the workers of a client."""
    @contextmanager
    def connected(scheduler=None, workers=None):
        yield client

    monkeypatch.setattr(live, "connected", connected)


def tells(path):
    return [line for line in map(json.loads, path.read_bytes().splitlines()) if "tell" in line]


@pytest.mark.slow
def test_search_receives_the_trained_value(threads, settings, dataset, tmp_path, monkeypatch):
    on(monkeypatch, threads)
    personal = Personal(tmp_path / "trained.sqlite")
    run = vp.search_live(SPACE, "random", settings, out=tmp_path / "run.jsonl", queries=3, workers=1,
                         device="cpu", personal=personal, source="mine")
    told = tells(tmp_path / "run.jsonl")
    assert len(run) == 3 and {line["device"] for line in told} == {"cpu"} == set(run.trials["device"])
    for number, line in enumerate(told):
        repeats = train_cell(run.cell(number), settings, dataset, device="cpu")
        assert line["value"] == pytest.approx(sum(one.validation_accuracy[-1] for one in repeats) / 3, abs=0.05)
        assert line["seconds"] > 0
    kept = personal.all("")
    assert {row.record.key for row in kept} == {canonical_cell(run.cell(each))[0] for each in range(3)}
    assert {row.source for row in kept} == {"mine"}
    for row in kept:
        paths = personal.recordings("", row.record)
        assert len(paths) == len(row.record.repeats)
        change = vp.inspector.cell_change(vp.open_training(paths[0]))
        assert change.operations == tuple(row.record.cell.operations)


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing(processes, settings, tmp_path, monkeypatch):
    on(monkeypatch, processes)
    killed = []

    def kill():
        if not killed and len(search.run):
            busy = [address for address, tasks in processes.processing().items()
                    if any(str(task).startswith("live-") for task in tasks)]
            if busy:
                killed.extend(processes.run(os.getpid, workers=busy[:1]).values())
                os.kill(killed[0], signal.SIGKILL)

    search = vp.LiveSearch(SPACE, "random", settings, out=tmp_path / "run.jsonl", queries=8, workers=2,
                           personal=Personal(tmp_path / "trained.sqlite"), on_change=kill)
    run = search.start().wait()
    told = [line["tell"] for line in tells(tmp_path / "run.jsonl")]
    assert len(killed) == 1 and len(run) == 8 and sorted(told) == list(range(len(told)))
    assert run.errors == {}
    processes.wait_for_workers(2, timeout=600)


def test_a_scheduler_without_workers_is_one_error(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(live_engine, "LOST_AFTER", 0.1)
    monkeypatch.setattr(live_engine, "LOOK", 0.05)
    with LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0", host="127.0.0.1",
                      scheduler_port=0, protocol="tcp") as cluster:
        asked = {"out": tmp_path / "run.jsonl", "queries": 2, "scheduler": cluster.scheduler_address,
                 "personal": Personal(tmp_path / "trained.sqlite")}
        with pytest.raises(SearchError, match="Found no worker left to train on"):
            vp.search_live(SPACE, "random", settings, **asked)
    assert tells(tmp_path / "run.jsonl") == []


def test_a_scheduler_that_is_not_there_is_named(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 0.5)
    with pytest.raises(TrainingError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"):
        vp.search_live(SPACE, "random", settings, out=tmp_path / "run.jsonl", queries=2,
                       scheduler="tcp://127.0.0.1:9", personal=Personal(tmp_path / "trained.sqlite"))
