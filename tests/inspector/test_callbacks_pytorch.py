"""Any loop in PyTorch is recorded as its weights are, and goes on whatever becomes of the recording."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")

import torch
from torch import nn

from vanas_panel.errors import TrainingError
from vanas_panel.inspector.callbacks import (
    follow_optimizer,
    keras_callback,
    lightning_callback,
    record_module,
    transformers_callback,
)
from vanas_panel.inspector.callbacks.pytorch import module_arrays
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.weight_change import weight_change


class Net(nn.Module):
    """A small network with two names for one matrix."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.embedding = nn.Embedding(5, 6)
        self.head = nn.Linear(6, 5, bias=False)
        self.head.weight = self.embedding.weight
        self.up = nn.ConvTranspose2d(4, 2, 3)
        self.register_buffer("steps", torch.zeros(1, dtype=torch.int64))


def moved(model):
    """Add something to every weight."""
    with torch.no_grad():
        for weights in model.parameters():
            weights += torch.randn_like(weights)


def record(path, model, epochs=3, **options):
    """A recording, and the weights as NumPy has them at each epoch."""
    seen = []
    with Recorder(path, **options) as recorder:
        for epoch in range(epochs):
            record_module(recorder, epoch, model)
            seen.append({name: weights.copy() for name, weights in module_arrays(model).items()})
            moved(model)
    return read_recording(path), seen


def test_a_module_is_recorded_under_its_names_with_tied_weights_once(tmp_path):
    model = Net()
    training, _ = record(tmp_path / "run.vptrain", model)
    frame = weight_change(training, biases=True).set_index("layer")
    assert list(frame.index) == ["conv.weight", "conv.bias", "norm.weight", "norm.bias", "embedding.weight",
                                 "up.weight", "up.bias"]
    assert frame.loc["conv.weight", "shape"] == (4, 1, 3, 3) and frame.loc["up.weight", "shape"] == (2, 4, 3, 3)
    assert frame.loc["norm.weight", "role"] == "normalisation" and frame.loc["conv.bias", "role"] == "bias"


def test_figures_are_those_of_the_weights(tmp_path):
    model = Net()
    states = []

    class Spied(Recorder):
        def record(self, epoch, arrays):
            states.append({name: value.detach().numpy().copy() for name, value in model.named_parameters()})
            super().record(epoch, arrays)

    with Spied(tmp_path / "run.vptrain") as recorder:
        for epoch in range(4):
            record_module(recorder, epoch, model)
            moved(model)
    frame = weight_change(read_recording(tmp_path / "run.vptrain"), scale="none", biases=True).set_index("layer")
    for name in frame.index:
        path = sum(np.abs(states[at + 1][name].astype(float) - states[at][name]) for at in range(3))
        assert frame.loc[name, "mean"] == pytest.approx(path.mean(), rel=1e-12)
        assert frame.loc[name, "max"] == pytest.approx(path.max(), rel=1e-12)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64])
def test_other_precisions_are_taken(tmp_path, kind):
    model = Net().to(kind)
    training, seen = record(tmp_path / "run.vptrain", model)
    expected = np.float64 if kind is torch.float64 else np.float32
    assert {weights.dtype for weights in seen[0].values()} == {np.dtype(expected)}
    frame = weight_change(training, scale="none").set_index("layer")
    for name in frame.index:
        path = sum(np.abs(seen[at + 1][name].astype(float) - seen[at][name]) for at in range(2))
        assert frame.loc[name, "mean"] == pytest.approx(path.mean(), rel=1e-12)


def test_layers_can_be_chosen(tmp_path):
    training, _ = record(tmp_path / "run.vptrain", Net(), include=["*.weight"], exclude=["up.*", "norm*"])
    assert [layer.name for layer in training.layers] == ["conv.weight", "embedding.weight"]


def test_names_have_no_parts_of_wrappers():
    model = nn.Sequential(nn.Linear(2, 3))
    assert list(module_arrays(nn.DataParallel(model))) == ["0.weight", "0.bias"]
    wrapped = nn.Module()
    wrapped.add_module("_orig_mod", model)
    assert list(module_arrays(wrapped)) == ["0.weight", "0.bias"]


def test_matrices_with_their_inputs_first_are_turned():
    class Conv1D(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.arange(6.0).reshape(2, 3))

    assert module_arrays(Conv1D())["weight"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_an_optimiser_is_followed_step_by_step(tmp_path):
    torch.manual_seed(0)
    model, plain = nn.Linear(3, 2), nn.Linear(3, 2)
    plain.load_state_dict(model.state_dict())
    images = torch.randn(4, 3)
    recorder = Recorder(tmp_path / "run.vptrain", unit="step")
    optimisers = [torch.optim.SGD(each.parameters(), lr=0.1) for each in (model, plain)]
    handle = follow_optimizer(recorder, model, optimisers[0], every=3)
    for step in range(10):
        if step == 8:
            handle.remove()
        for each, optimiser in zip((model, plain), optimisers, strict=True):
            optimiser.zero_grad()
            each(images).square().sum().backward()
            optimiser.step()
    recorder.close()
    assert torch.equal(model.weight, plain.weight)
    training = read_recording(tmp_path / "run.vptrain")
    assert (training.unit, training.epochs.tolist()) == ("step", [0, 3, 6])


@pytest.mark.parametrize("every", [0, -1, 1.5, True])
def test_numbers_of_steps_are_checked(tmp_path, every):
    model = nn.Linear(1, 1)
    with Recorder(tmp_path / "run.vptrain") as recorder:
        with pytest.raises(TrainingError, match="expected a number of steps"):
            follow_optimizer(recorder, model, torch.optim.SGD(model.parameters(), lr=1), every=every)
        with pytest.raises(TrainingError, match="expected a number of steps"):
            transformers_callback(recorder, every=every)


def test_trouble_at_the_beginning_is_an_error(tmp_path):
    with Recorder(tmp_path / "run.vptrain") as recorder, pytest.raises(TrainingError, match="no layer to record"):
        record_module(recorder, 0, nn.ReLU())


def test_trouble_later_is_one_warning(tmp_path):
    model = nn.Sequential(nn.Linear(2, 3))
    with Recorder(tmp_path / "run.vptrain") as recorder:
        record_module(recorder, 0, model)
        moved(model)
        record_module(recorder, 1, model)
        model[0] = nn.Linear(2, 4)
        with pytest.warns(RuntimeWarning, match="recorded no further: Found layer 0.weight of shape"):
            record_module(recorder, 2, model)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            record_module(recorder, 3, model)
    assert read_recording(tmp_path / "run.vptrain").epochs.tolist() == [0, 1]


def test_an_epoch_twice_is_one_warning(tmp_path):
    model = nn.Linear(2, 3)
    with Recorder(tmp_path / "run.vptrain") as recorder:
        record_module(recorder, 0, model)
        with pytest.warns(RuntimeWarning, match="Found epoch 0 after 0"):
            record_module(recorder, 0, model)


def test_weights_that_are_no_numbers_are_one_warning(tmp_path):
    model = nn.Linear(2, 3)
    with Recorder(tmp_path / "run.vptrain") as recorder:
        record_module(recorder, 0, model)
        with torch.no_grad():
            model.bias[1] = float("inf")
        with pytest.warns(RuntimeWarning, match="layer bias has inf"):
            record_module(recorder, 1, model)
        record_module(recorder, 2, model)


@pytest.mark.parametrize(("make", "package"), [(keras_callback, "keras"), (lightning_callback, "lightning"),
                                               (transformers_callback, "transformers")])
def test_a_framework_that_is_not_there_is_named(tmp_path, monkeypatch, make, package):
    import sys

    for name in (package, "lightning.pytorch", "pytorch_lightning"):
        monkeypatch.setitem(sys.modules, name, None)
    with Recorder(tmp_path / "run.vptrain") as recorder, pytest.raises(TrainingError, match=f"no package {package}"):
        make(recorder)
