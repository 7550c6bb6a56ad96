"""Trainings are recorded as they are, every repeat by itself, and none the worse for it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")

import torch

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import Skeleton
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.weight_change import weight_change
from vanas_panel.training.network import GroupedNetwork
from vanas_panel.training.recorded import NetworkRecorder, cell_text, named_weights, record_steps
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainer import train_cell

SKELETON = Skeleton(6, 2, 2, 4, 1, 3)
DENSE = Cell(("input", "conv3x3-bn-relu", "conv1x1-bn-relu", "conv3x3-bn-relu", "output"),
             ((0, 1), (0, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4)))


def made(cell, seeds=1, skeleton=SKELETON):
    network = GroupedNetwork(cell, skeleton, seeds)
    network.initialise([np.random.default_rng(seed) for seed in range(seeds)])
    return network.eval()


def outputs(network):
    """Logits for some images."""
    size = network.stem.convolution.in_channels, SKELETON.image_size
    images = torch.from_numpy(np.random.default_rng(5).random((4, size[0], size[1], size[1]), dtype=np.float32))
    with torch.inference_mode():
        return network(images)[0].numpy()


def test_every_repeat_has_its_weights_under_names(cell):
    together = named_weights(made(cell, 3))
    for seed in range(3):
        alone = GroupedNetwork(cell, SKELETON)
        alone.initialise([np.random.default_rng(seed)])
        named = named_weights(alone)
        assert list(named) == list(together)
        for name, weights in named.items():
            assert torch.equal(weights[0], together[name][seed]), name
        assert sum(each[0].numel() for each in named.values()) == sum(each.numel() for each in alone.parameters())


def test_names_say_where_weights_are(cell):
    network = made(cell, 2)
    first, last = network.stacks[0][0], network.stacks[1][1]
    expected = {
        "stem.convolution": network.stem.convolution.weight[6:], "stem.gain": network.stem.normalisation.weight[6:],
        "stack1.cell1.vertex1.conv3x3": first.operations["1"].convolution.weight[6 // 2:],
        "stack2.cell2.output.projection": last.projections["4"].convolution.weight[12:],
        "stack2.cell2.vertex3.conv1x1.offset": last.operations["3"].normalisation.bias[6:],
        "classifier.weight": network.weight[1].T, "classifier.bias": network.bias[1, 0]}
    found = {name: weights[1] for name, weights in named_weights(network).items()}
    for name, weights in expected.items():
        assert torch.equal(found[name], weights), name
    assert not any("vertex2" in name and "projection" not in name for name in found)


def test_slices_of_readers_are_what_a_vertex_gives_to_the_output():
    parts = json.loads(cell_text(DENSE, SKELETON))["parts"]
    for stack, place in ((0, 0), (0, 1), (1, 0), (1, 1)):
        for vertex in (1, 2, 3):
            silent, unread = made(DENSE), made(DENSE)
            module = silent.stacks[stack][place]
            named = named_weights(unread)
            following = {(0, 0): "stack1.cell2.", (0, 1): "stack2.cell1.", (1, 0): "stack2.cell2.",
                         (1, 1): "classifier."}[stack, place]
            with torch.no_grad():
                # Vertices 1 and 2 act through vertex 3, too, which is therefore silenced in both networks.
                for network in (silent, unread) if vertex < 3 else ():
                    for name in ("weight", "bias"):
                        getattr(network.stacks[stack][place].operations["3"].normalisation, name).zero_()
                for name in ("weight", "bias"):
                    getattr(module.operations[str(vertex)].normalisation, name).zero_()
                for part in parts:
                    if part.get("edge") == [vertex, 4] and part["layer"].startswith(following):
                        start, end = part["inputs"]
                        named[part["layer"]][0, :, start:end] = 0
            np.testing.assert_allclose(outputs(silent), outputs(unread), rtol=1e-4, atol=1e-6)
            assert not np.allclose(outputs(silent), outputs(made(DENSE)))


@pytest.mark.parametrize("edges", [((0, 1),), ((0, 1), (1, 2)), ((0, 1), (1, 2), (0, 2))])
def test_all_weights_of_cells_have_a_place(edges):
    operations = ("input", "maxpool3x3", "output") if len(edges) > 1 else ("input", "output")
    cell = Cell(operations, edges)
    content = json.loads(cell_text(cell, SKELETON))
    assert (content["operations"], content["edges"]) == (list(operations), [list(edge) for edge in cell.edges])
    kernels = {name for name, weights in named_weights(made(cell)).items() if weights.ndim > 2}
    assert {part["layer"] for part in content["parts"]} | {"stem.convolution"} >= kernels - {"classifier.weight"}
    sliced = {tuple(part["edge"]) for part in content["parts"] if "inputs" in part}
    assert sliced == {edge for edge in cell.edges if edge[1] == cell.output and edge[0]}
    assert not any("vertex" in part for part in content["parts"])


def test_steps_are_the_first_one_twenty_parts_and_the_budgets():
    steps = record_steps(Settings(steps=200, budgets=(7, 33, 200)))
    assert steps == tuple(sorted({*range(0, 201, 10), 7, 33}))
    assert record_steps(Settings(steps=3, budgets=(3,))) == (0, 1, 2, 3)


def recorded(folder, cell, settings, dataset, **options):
    with NetworkRecorder(folder, 815, settings) as recorder:
        results = train_cell(cell, settings, dataset, recorder=recorder, **options)
        return results, recorder.finished()


def test_recording_changes_nothing(tmp_path, cell, settings, dataset):
    plain = train_cell(cell, settings, dataset)
    watched, paths = recorded(tmp_path, cell, settings, dataset)
    for one, other in zip(plain, watched, strict=True):
        one, other = asdict(one), asdict(other)
        one.pop("training_seconds"), other.pop("training_seconds")
        assert one == other
    assert list(paths) == [0, 1, 2]
    assert [path.name for path in paths.values()] == ["815-0.vptrain", "815-1.vptrain", "815-2.vptrain"]


def test_recording_does_not_count_as_time(tmp_path, cell, settings, dataset, monkeypatch):
    class Slow(NetworkRecorder):
        spent = 0.0

        def record(self, *arguments):
            start = time.process_time()
            super().record(*arguments)
            while time.process_time() - start < 0.2:
                pass
            self.spent += time.process_time() - start

    train_cell(cell, settings, dataset)
    with Slow(tmp_path, 1, settings) as recorder:
        start = time.process_time()
        results = train_cell(cell, settings, dataset, recorder=recorder)
        total = time.process_time() - start
    assert recorder.spent > 2.5
    assert 3 * results[0].training_seconds[-1] <= total - recorder.spent + 0.01


def test_what_is_recorded_is_what_a_training_does(tmp_path, cell, settings, dataset):
    class Spy(NetworkRecorder):
        seen: dict = {}  # noqa: RUF012

        def record(self, step, network, alive):
            super().record(step, network, alive)
            self.seen[step] = {name: weights.numpy().copy() for name, weights in named_weights(network).items()}

    with Spy(tmp_path, 815, settings) as recorder:
        train_cell(cell, settings, dataset, recorder=recorder, repeats=[4, 2])
        paths = recorder.finished()
    assert list(paths) == [4, 2]
    steps = sorted(Spy.seen)
    assert steps == list(record_steps(settings))
    for group, repeat in enumerate([4, 2]):
        training = read_recording(paths[repeat])
        assert (training.unit, training.epochs.tolist()) == ("step", steps)
        assert training.title == f"{' + '.join(cell.operations[1:-1])}, repeat {repeat}"
        frame = weight_change(training, scale="none", biases=True).set_index("layer")
        assert list(frame.index) == list(Spy.seen[0])
        for name in frame.index:
            path = sum(np.abs(Spy.seen[late][name][group].astype(float) - Spy.seen[early][name][group])
                       for early, late in pairwise(steps))
            assert frame.loc[name, "mean"] == pytest.approx(path.mean(), rel=1e-12)
            assert frame.loc[name, "max"] == pytest.approx(path.max(), rel=1e-12)
            assert frame.loc[name, "shape"] == path.shape
        roles = {name: role for name, role in frame["role"].items() if role != "weight"}
        assert set(roles) == {name for name in frame.index if name.endswith((".gain", ".offset", ".bias"))}
        assert roles.pop("classifier.bias") == "bias" and set(roles.values()) == {"normalisation"}
        assert training.settings["data.crop"] == "8" and training.settings["budgets"] == "4, 12"
        assert "period" in training.settings and training.settings["repeat"] == str(repeat)
        assert json.loads(training.cell)["operations"][0] == "input"


def test_a_repeat_that_fails_ends_its_recording_only(tmp_path, cell, settings, dataset):
    class Broken(NetworkRecorder):
        def record(self, step, network, alive):
            if step == 6:
                with torch.no_grad():
                    named_weights(network)["stem.convolution"][1] = float("nan")
            super().record(step, network, alive)

    with Broken(tmp_path, 815, settings) as recorder:
        results = train_cell(cell, settings, dataset, recorder=recorder)
        paths = recorder.finished()
    assert [result.failed for result in results] == [False, True, False]
    trainings = [read_recording(paths[repeat]) for repeat in range(3)]
    assert [training.epochs[-1] for training in trainings] == [12, 5, 12]
    assert "stem.convolution had nan" in trainings[1].notes[0] and not trainings[0].notes


def test_repeats_that_fail_at_once_have_no_recording(tmp_path, cell, settings, dataset):
    wild = replace(settings, learning_rate=1e30)
    results, paths = recorded(tmp_path, cell, wild, dataset)
    assert all(result.failed for result in results)
    for path in paths.values():
        assert len(read_recording(path).epochs) >= 2


def test_a_folder_that_cannot_be_written_ends_no_training(tmp_path, cell, settings, dataset, caplog):
    (tmp_path / "file").write_text("not a folder")
    results, paths = recorded(tmp_path / "file", cell, settings, dataset)
    assert not paths and not any(result.failed for result in results)
    assert "is not recorded" in caplog.text
