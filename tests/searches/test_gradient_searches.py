"""The searches by gradient of a process: stopped, continued, kept for their person, waiting for each other, failing."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')", exc_type=ImportError)
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

from vanas_panel.errors import SearchError, TrainingError
from vanas_panel.searches import gradient_searches as module
from vanas_panel.searches import kept_entries
from vanas_panel.searches.gradient_plan import (
    alike,
    epochs_of,
    plan_gradient,
    read_gradient_plan,
    stage_at,
    stages_of,
)
from vanas_panel.searches.gradient_searches import GradientSearches
from vanas_panel.searches.kept_folders import KeptFolders
from vanas_panel.training.darts.dg_run import DgDartsSettings
from vanas_panel.training.darts.entry import search_darts
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    path = tmp_path_factory.mktemp("images") / "images.npz"
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    images = rng.integers(0, 100, (80, 8, 8)) + 120 * labels[:, None, None] * (np.arange(8) < 4)
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return DartsSettings.from_dict({
        "operations": ["none", "max_pool_3x3", "skip_connect", "sep_conv_3x3"], "nodes": 2, "cells": 3,
        "channels": 2, "epochs": 3, "batch_size": 8, "alpha_rate": 0.05,
        "data": {"source": str(path), "crop": 8, "pool": 1, "train": 64, "validation": 8, "test": 8}})


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def process(scheduler, tmp_path):
    """Makes the searches of a process over the same folder; those of all processes end with the test."""
    found = []

    def make():
        runs = Runs(Personal(tmp_path / "trained.sqlite"), scheduler=scheduler)
        found.append(GradientSearches(runs, KeptFolders("gradient-searches", tmp_path / "kept")))
        return found[-1]

    yield make
    for each in found:
        each.close()
        each.runs.close()


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def ended(searches, plan, user="ann"):
    until(lambda: (found := searches.progress(plan, user)) is not None and found.ended)
    return searches.progress(plan, user)


def lines(searches, plan, name="stage0.jsonl"):
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"}
            for line in (searches.kept.path("ann", plan.name) / name).read_bytes().splitlines()]


class Watcher:
    def __init__(self, searches):
        self.calls = 0
        searches.watch(self.changed)

    def changed(self):
        self.calls += 1


def test_stopped_and_continued_elsewhere_its_lines_are_those_of_one_that_was_not(process, settings, tmp_path):
    searches, plan = process(), plan_gradient(replace(settings, epochs=12))
    watcher = Watcher(searches)
    searches.start(plan, "ann")
    until(lambda: searches.progress(plan, "ann").done >= 2)
    assert searches.is_busy and searches.progress(plan, "ann").left > 0
    searches.stop(plan, "ann")
    found = ended(searches, plan)
    assert found.state == "stopped" and 2 <= found.done < 12 and found.error is None and not searches.is_busy
    assert watcher.calls >= 4
    (kept,) = searches.all("ann")
    assert kept.plan == plan and epochs_of(kept.run) == found.done and not kept.run.is_finished
    # A server that was started again knows it from the disk.
    other = process()
    assert other.progress(plan, "ann") is None
    other.go_on(other.all("ann")[0].plan, "ann")
    assert ended(other, plan).state == "done"
    search_darts(plan.settings, out=tmp_path / "whole.jsonl")
    whole = [{key: value for key, value in json.loads(line).items() if key != "seconds"}
             for line in (tmp_path / "whole.jsonl").read_bytes().splitlines()]
    assert lines(other, plan) == whole
    assert stat.S_IMODE((tmp_path / "kept").joinpath(next((tmp_path / "kept").iterdir())).stat().st_mode) == 0o700


def test_nobody_else_goes_on_with_it_or_deletes_it_meanwhile(process, settings):
    searches, other, plan = process(), process(), plan_gradient(replace(settings, epochs=200))
    searches.start(plan, "ann")
    until(lambda: searches.progress(plan, "ann").done >= 1)
    assert searches.all("bob") == [] and searches.progress(plan, "bob") is None
    for refused in (lambda: other.go_on(plan, "ann"), lambda: other.remove(plan, "ann")):
        with pytest.raises(SearchError, match="another process"):
            refused()
    with pytest.raises(SearchError, match="under way"):
        searches.remove(plan, "ann")
    # Another search of the same person waits, and one that is stopped while it waits never begins.
    second, third = plan_gradient(settings), plan_gradient(settings)
    searches.start(second, "ann")
    searches.start(third, "ann")
    assert searches.progress(second, "ann").state == searches.progress(third, "ann").state == "waiting"
    searches.stop(third, "ann")
    assert searches.progress(third, "ann").state == "stopped"
    searches.stop(plan, "ann")
    assert ended(searches, second).state == "done" and searches.progress(third, "ann").done == 0
    searches.remove(plan, "ann")
    assert {each.plan.name for each in searches.all("ann")} == {second.name, third.name}
    assert not searches.kept.path("ann", plan.name).exists()
    with pytest.raises(SearchError, match="deleted"):
        other.go_on(plan, "ann")


def test_a_server_that_stops_leaves_searches_that_go_on(process, settings):
    searches, plan = process(), plan_gradient(replace(settings, epochs=200))
    searches.start(plan, "ann")
    until(lambda: searches.progress(plan, "ann").done >= 1)
    searches.stop_all()
    assert ended(searches, plan).state == "stopped"
    with pytest.raises(SearchError, match="about to stop"):
        searches.start(plan_gradient(settings), "ann")
    searches.go_on(plan, "ann")
    assert searches.progress(plan, "ann").ended


def test_both_stages_of_dg_darts(process, settings):
    searches, plan = process(), plan_gradient(DgDartsSettings(replace(settings, epochs=2, alpha_rate=0.2), 2, 2))
    searches.start(plan, "ann")
    assert ended(searches, plan).state == "done"
    (kept,) = searches.all("ann")
    assert epochs_of(kept.run) == plan.epochs == 4 and len(stages_of(kept.run)) == 2
    assert [stage_at(kept.run, epoch) for epoch in (1, 2, 3, 4)] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert kept.run.second.settings.kept == kept.run.dropping.names()


def test_what_an_epoch_takes_is_known_from_one_that_is_alike(process, settings):
    searches, plan = process(), plan_gradient(settings)
    assert searches.seconds_per_epoch(plan, "ann") is None
    measured = searches.measure(plan)
    assert measured.moving > 0 and measured.frozen > 0
    searches.start(plan, "ann")
    ended(searches, plan)
    found = searches.seconds_per_epoch(plan_gradient(replace(settings, seed=8, epochs=50)), "ann")
    assert found.frozen is None and found.moving == pytest.approx(searches.all("ann")[0].run.epochs["seconds"].mean())
    for other in (replace(settings, channels=4), replace(settings, order=2)):
        assert searches.seconds_per_epoch(plan_gradient(other), "ann") is None
    assert alike(plan_gradient(DgDartsSettings(replace(settings, frozen=1)))) == alike(plan)


def test_what_goes_wrong_is_said(process, settings, tmp_path, monkeypatch):
    searches = process()
    broken = plan_gradient(replace(settings, batch_size=64))
    searches.start(broken, "ann")
    found = ended(searches, broken)
    assert found.state == "failed" and "two batches of 64" in found.error.words
    # A damaged file is in the list, with the reason; a damaged text is not.
    (searches.kept.path("ann", broken.name) / "stage0.jsonl").write_text("nothing\n")
    (searches.kept.folder("ann") / f"{'0' * 32}.json").write_text("{}")
    (kept,) = searches.all("ann")
    assert kept.run is None and "no search of this form" in kept.error.words
    monkeypatch.setattr(module, "missing_words", lambda settings: "Install it")
    with pytest.raises(TrainingError, match="Install it"):
        searches.start(plan_gradient(settings), "ann")
    monkeypatch.setattr(module, "missing_words", lambda settings: "")
    monkeypatch.setattr(kept_entries, "MOST_KEPT", 2)
    with pytest.raises(SearchError, match="expected room for one more"):
        searches.start(plan_gradient(settings), "ann")
    with pytest.raises(SearchError, match="32 hexadecimal digits"):
        searches.kept.path("ann", "../../etc")
    for text in (b"", b"{", b'{"vanas_panel_gradient": 2, "method": "darts", "settings": {}, "begun": ""}'):
        with pytest.raises(SearchError):
            read_gradient_plan(text, "a")
