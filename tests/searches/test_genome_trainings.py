"""Genomes that a server trains by themselves: plans, files, and the life of a training on a worker."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

import vanas_panel as vp
from vanas_panel.core.cost import Skeleton
from vanas_panel.errors import SearchError, TrainingError, VanasError
from vanas_panel.neat import Genome, NeatSettings
from vanas_panel.neat.genome_run import FILE, FORM, GenomeSettings, network_of, read_genome_run
from vanas_panel.searches.gradient_plan import alike, plan_gradient, read_gradient_plan, seconds_of
from vanas_panel.searches.gradient_searches import GradientSearches
from vanas_panel.searches.kept_folders import KeptFolders
from vanas_panel.searches.live_progress import DONE, FAILED, RUNNING, STOPPED
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import DataSettings, Settings

GENOME = Genome.from_text("1:0>1! 2:0>2 3:2>1", (0,), 1, nodes="2:sep_conv_3x3,none/relu/add")
# The same network from other genes.
TWIN = Genome.from_text("1:0>1! 8:0>7 9:7>1", (0,), 1, nodes="7:sep_conv_3x3,none/relu/add")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Images of 4 x 4 pixels in two classes."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 80, (120, 9, 9))
    pixels[:60, :, :4] += 150
    pixels[60:, :, 5:] += 150
    path = tmp_path_factory.mktemp("images") / "halves.npz"
    np.savez(path, images=pixels.astype(np.uint8), labels=np.repeat([0, 1], 60))
    return DataSettings(str(path), crop=8, pool=2, noise=0.0, copies=1, train=80, validation=20, test=20)


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def searches(scheduler, data, tmp_path):
    single = Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), batch_size=16, data=data)
    runs = Runs(Personal(tmp_path / "trained.sqlite"), single, scheduler=scheduler)
    made = GradientSearches(runs, KeptFolders("gradient-searches", tmp_path / "kept"))
    yield made
    made.close()
    runs.close()


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def settings(data, genome=GENOME, **changed):
    return NeatSettings(**{"epochs": 3, "channels": 2, "batch_size": 16, "data": data, **changed}), genome


def planned(data, genome=GENOME, **changed):
    neat, genome = settings(data, genome, **changed)
    return plan_gradient(GenomeSettings(genome, neat.training))


def test_a_training_on_a_worker_is_that_of_this_process(searches, data):
    plan = planned(data)
    searches.start(plan, "ann")
    until(lambda: searches.progress(plan, "ann").state == DONE)
    (kept,) = searches.all("ann")
    losses = []
    expected = vp.neat.train(GENOME, settings(data)[0], on_epoch=lambda epoch, loss: losses.append((epoch, loss)))
    assert kept.run.result == replace(expected, seconds=kept.run.result.seconds)
    assert [(each.epoch, each.train_loss) for each in kept.run.history] == losses
    # Measuring after each epoch changes nothing, and the last measurement is that of the result.
    assert kept.run.history[-1].validation_accuracy == expected.validation_accuracy
    assert kept.run.is_finished and searches.all("bob") == []
    # What such a training costs is known now, of every genome of the same network.
    assert searches.seconds_per_epoch(planned(data, TWIN, epochs=9, seed=4), "ann") == seconds_of(kept.run)
    assert searches.seconds_per_epoch(planned(data, channels=4), "ann") is None
    assert searches.measure(plan).of_plan(plan) > 0


def test_a_training_that_was_stopped_begins_anew(searches, data):
    plan = planned(data, epochs=200)
    searches.start(plan, "ann")
    until(lambda: searches.progress(plan, "ann").done >= 2)
    assert searches.progress(plan, "ann").state == RUNNING
    searches.stop(plan, "ann")
    until(lambda: searches.progress(plan, "ann").state == STOPPED)
    (kept,) = searches.all("ann")
    assert 2 <= len(kept.run) < 200 and not kept.run.is_finished
    searches.go_on(plan, "ann")
    until(lambda: searches.progress(plan, "ann").state == RUNNING)
    searches.stop(plan, "ann")
    until(lambda: searches.progress(plan, "ann").state == STOPPED)
    (again,) = searches.all("ann")
    both = min(len(kept.run), len(again.run))
    assert [each.train_loss for each in again.run.history[:both]] == [
        each.train_loss for each in kept.run.history[:both]]


def test_what_cannot_be_trained_says_why(searches, data):
    plan = planned(data, batch_size=81)
    searches.start(plan, "ann")
    until(lambda: searches.progress(plan, "ann").state == FAILED)
    assert "Found 80 training examples" in searches.progress(plan, "ann").error.words


def test_plans_are_read_back_and_alike_by_their_network(data):
    plan = planned(data)
    assert read_gradient_plan(plan.to_json().encode(), plan.name) == plan and plan.method == "genome"
    assert alike(plan) == alike(planned(data, TWIN, epochs=7, seed=3, learning_rate=0.5))
    assert alike(plan) != alike(planned(data, batch_size=8))
    with pytest.raises(SearchError, match="without a path"):
        planned(data, Genome.from_text("1:0>1!", (0,), 1))
    assert network_of(GENOME) == network_of(TWIN) and network_of(Genome.from_text("1:0>1!", (0,), 1)) == ""


@pytest.mark.parametrize("change", [{"genome": 7}, {"genome": "Genome()"}, {"training": {"epochs": 0}},
                                    {"training": {"pockets": 1}}])
def test_a_damaged_plan_is_one_clear_error(data, change):
    content = json.loads(planned(data).to_json())
    content["settings"] |= change
    with pytest.raises(VanasError, match="Found"):
        read_gradient_plan(json.dumps(content).encode(), "0" * 32)


HEADER = {"form": FORM, "network": network_of(GENOME)}
EPOCH = {"epoch": 1, "train_loss": 0.5, "validation_accuracy": 0.5, "seconds": 1.0}


@pytest.mark.parametrize(("lines", "words"), [
    ([{"form": "x"}], "line 1: Found no training of this genome"),
    ([{**HEADER, "settings_hash": "0"}], "line 1: Found no training of this genome"),
    ([None, {**EPOCH, "epoch": 2}], "line 2"),
    ([None, {**EPOCH, "validation_accuracy": 1.5}], "line 2"),
    ([None, EPOCH, {"network": "other"}], "line 3"),
    ([None, EPOCH, 7], "line 3"),
])
def test_a_damaged_file_names_its_line(tmp_path, data, lines, words):
    wanted = planned(data).settings
    header = {**HEADER, "settings_hash": wanted.training.digest}
    path = tmp_path / FILE
    path.write_text("".join(json.dumps(header if each is None else each) + "\n" for each in lines))
    with pytest.raises(TrainingError, match=words):
        read_genome_run(path, wanted)


def test_a_line_that_was_cut_off_is_left_out(tmp_path, data):
    wanted = planned(data).settings
    header = {**HEADER, "settings_hash": wanted.training.digest}
    (tmp_path / FILE).write_text(f"{json.dumps(header)}\n{json.dumps(EPOCH)}\n{{\"epoch\": 2")
    run = read_genome_run(tmp_path / FILE, wanted)
    assert len(run) == 1 and not run.is_finished and len(read_genome_run(tmp_path / "none.jsonl", wanted)) == 0
