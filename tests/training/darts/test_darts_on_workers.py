"""A gradient search as a task of Dask workers: the same lines, also where workers are killed, or it is stopped."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')",
                            exc_type=ImportError)
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import Client, LocalCluster, Queue  # noqa: E402
from test_darts_search import lines_of  # noqa: E402

from vanas_panel.errors import DeviceError, TrainingError  # noqa: E402
from vanas_panel.training.darts import on_workers, worker_task  # noqa: E402
from vanas_panel.training.darts.datasets import load_data  # noqa: E402
from vanas_panel.training.darts.entry import search_darts, search_dg_darts  # noqa: E402
from vanas_panel.training.darts.on_workers import measure_epoch, search_on_workers  # noqa: E402
from vanas_panel.training.darts.run_file import read_darts  # noqa: E402
from vanas_panel.training.darts.settings import DartsSettings  # noqa: E402
from vanas_panel.training.workers import connected  # noqa: E402


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A search of seconds on images of 8 x 8 pixels in two classes."""
    path = tmp_path_factory.mktemp("images") / "images.npz"
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    images = rng.integers(0, 100, (80, 8, 8)) + 120 * labels[:, None, None] * (np.arange(8) < 4)
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return DartsSettings.from_dict({
        "operations": ["none", "max_pool_3x3", "skip_connect", "sep_conv_3x3"], "nodes": 2, "cells": 3,
        "channels": 2, "epochs": 4, "batch_size": 8, "learning_rate": 0.1, "alpha_rate": 0.01,
        "data": {"source": str(path), "crop": 8, "pool": 1, "train": 64, "validation": 8, "test": 8}})


@pytest.fixture(scope="module")
def whole(settings, tmp_path_factory):
    """The lines of the same search in this process."""
    path = tmp_path_factory.mktemp("whole") / "run.jsonl"
    search_darts(settings, out=path)
    return lines_of(path)


def test_the_lines_are_those_of_a_search_in_this_process(settings, whole, threads, tmp_path):
    path, seen = tmp_path / "run.jsonl", []
    run = search_darts(settings, out=path, client=threads, on_epoch=lambda epoch: seen.append(epoch.epoch))
    assert lines_of(path) == whole and run.is_finished and seen == [1, 2, 3, 4]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["run.jsonl"]
    # A finished one asks no worker.
    assert search_darts(settings, out=path, client=None).is_finished
    assert len(search_darts(settings, out=path, client=threads, on_epoch=seen.append)) == 4 and len(seen) == 4


def tasks(client):
    """Searches that the scheduler knows."""
    return client.run_on_scheduler(lambda dask_scheduler: [
        key for key in dask_scheduler.tasks if str(key).startswith("darts-") and "darts-data" not in str(key)])


def test_one_that_was_stopped_goes_on_from_its_last_epoch(settings, whole, threads, tmp_path):
    path, begun = tmp_path / "run.jsonl", []
    run = search_on_workers(settings, path, threads, goes_on=lambda: not path.exists() or len(read_darts(path)) < 2)
    assert 2 <= len(run) < 4 and (tmp_path / "run.jsonl.checkpoint").exists()
    kept = len(run)
    search_on_workers(settings, path, threads, on_begin=lambda run: begun.append(len(run)))
    assert begun == [kept] and lines_of(path) == whole
    until = time.monotonic() + 20
    while tasks(threads):
        assert time.monotonic() < until, "the scheduler keeps a search that has ended"
        time.sleep(0.05)


def test_a_line_without_its_checkpoint_is_computed_again(settings, whole, threads, tmp_path):
    path, kept = tmp_path / "run.jsonl", []
    checkpoint = tmp_path / "run.jsonl.checkpoint"
    search_on_workers(settings, path, threads, on_epoch=lambda _epoch: kept.append(checkpoint.read_bytes()),
                      goes_on=lambda: len(kept) < 2)
    # As if the power went between the line and its checkpoint.
    checkpoint.write_bytes(kept[0])
    begun = []
    search_on_workers(settings, path, threads, on_begin=lambda run: begun.append(len(run)))
    assert begun == [1] and lines_of(path) == whole


@pytest.mark.slow
def test_a_killed_worker_is_followed_by_another_one_from_the_last_epoch(settings, whole, tmp_path):
    path, pids, begun = tmp_path / "run.jsonl", [], []
    with connected(workers=1) as client:
        def kill(epoch):
            if epoch.epoch in (1, 3):
                (pid,) = client.run(os.getpid).values()
                pids.append(pid)
                os.kill(pid, signal.SIGKILL)

        search_on_workers(settings, path, client, on_epoch=kill, on_begin=lambda run: begun.append(len(run)))
    assert lines_of(path) == whole and len(set(pids)) == 2
    # Each went on from an epoch that was on the disk: none was computed twice.
    assert begun == [0, 1, 3]


def test_faults_of_a_worker_are_said_in_words(settings, threads, tmp_path):
    with pytest.raises(DeviceError, match="cuda"):
        search_darts(settings, out=tmp_path / "a.jsonl", client=threads, device="cuda:7")
    with pytest.raises(TrainingError, match="two batches of 64"):
        search_darts(replace(settings, batch_size=64), out=tmp_path / "b.jsonl", client=threads)
    path = tmp_path / "c.jsonl"
    search_on_workers(settings, path, threads, goes_on=lambda: not path.exists() or not len(read_darts(path)))
    (tmp_path / "c.jsonl.checkpoint").write_bytes(b"no checkpoint")
    with pytest.raises(TrainingError, match=r"c\.jsonl\.checkpoint: Found no readable checkpoint"):
        search_darts(settings, out=path, client=threads)
    with pytest.raises(TrainingError, match="other settings"):
        search_darts(replace(settings, seed=5), out=path, client=threads)


def test_both_stages_of_dg_darts_are_tasks(settings, threads, tmp_path):
    about = {"stage": {**settings.to_dict(), "epochs": 2, "alpha_rate": 0.1}, "clusters": 2, "least": 2}
    here = search_dg_darts(about, out=tmp_path / "here")
    there = search_dg_darts(about, out=tmp_path / "there", client=threads)
    for stage in ("stage0.jsonl", "stage1.jsonl"):
        assert lines_of(tmp_path / "here" / stage) == lines_of(tmp_path / "there" / stage)
    assert here.genotype == there.genotype


def test_an_epoch_is_estimated_by_steps_on_a_worker(settings, threads, tmp_path):
    longer = replace(settings, data=replace(settings.data, train=64), epochs=6, batch_size=4)
    estimated = measure_epoch(longer, threads)
    run = search_darts(longer, out=tmp_path / "run.jsonl", client=threads)
    assert estimated == pytest.approx(run.epochs["seconds"].median(), rel=0.9)
    # Frozen alphas need no gradient.
    assert measure_epoch(replace(longer, frozen=6), threads) < estimated * 1.2
    assert measure_epoch(replace(longer, batch_size=32), threads) > 0


def test_an_answer_to_a_word_that_was_said_again_is_not_taken_for_another(settings, threads, monkeypatch):
    monkeypatch.setattr(worker_task, "PATIENCE", 1.0)
    words = Queue(worker_task.words_name("again"), threads)
    data = load_data(settings.data)
    future = threads.submit(worker_task.search_on_worker, settings, data, "again", "x", "cpu", None, pure=False)
    begin = words.get(timeout=30)
    assert begin["kind"] == "begin" and begin["sizes"] == {"image_size": 8, "image_channels": 1, "classes": 2}
    again = words.get(timeout=30)
    assert again == begin
    answers = Queue(worker_task.answers_name("again", begin["attempt"]), threads)
    for each in (begin, again):
        answers.put({"goes_on": True, "checkpoint": b"", "number": each["number"]})
    loaded = words.get(timeout=30)
    assert loaded["kind"] == "loaded" and loaded["number"] != begin["number"]
    # It has the second answer, and asks once more: no epoch begins before this word is answered.
    assert words.get(timeout=30) == loaded
    answers.put({"goes_on": False, "number": loaded["number"]})
    with pytest.raises(worker_task.Left):
        future.result(timeout=30)


def test_the_first_line_has_the_sizes_of_the_network_and_may_lack_them(settings, whole, tmp_path):
    assert whole[0]["sizes"] == {"image_size": 8, "image_channels": 1, "classes": 2}
    path = tmp_path / "run.jsonl"
    search_darts(settings, out=path)
    header, *lines = path.read_bytes().splitlines(keepends=True)
    old = {name: value for name, value in json.loads(header).items() if name != "sizes"}
    path.write_bytes(json.dumps(old).encode() + b"\n" + b"".join(lines))
    assert read_darts(path).is_finished and search_darts(settings, out=path).header == old
    path.write_bytes(json.dumps({**old, "sizes": {"classes": 2}}).encode() + b"\n" + b"".join(lines))
    with pytest.raises(TrainingError, match="sizes of a network that cannot be"):
        read_darts(path)


def test_nobody_waits_for_workers_that_do_not_come(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(on_workers, "PATIENCE", 1.0)
    with LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as cluster, \
            Client(cluster) as client, pytest.raises(TrainingError, match="No worker was there for 1 seconds"):
        search_on_workers(settings, tmp_path / "run.jsonl", client)
