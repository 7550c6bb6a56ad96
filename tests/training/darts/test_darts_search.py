"""A gradient search: the network against a plain one, its file, and what a killed one goes on with."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')",
                            exc_type=ImportError)
from torch.nn import functional  # noqa: E402

from vanas_panel.errors import TrainingError  # noqa: E402
from vanas_panel.training.darts.entry import search_darts  # noqa: E402
from vanas_panel.training.darts.network import SearchNetwork  # noqa: E402
from vanas_panel.training.darts.network_shape import OPERATIONS, Shape  # noqa: E402
from vanas_panel.training.darts.operations import Fan  # noqa: E402
from vanas_panel.training.darts.run_file import read_darts  # noqa: E402
from vanas_panel.training.darts.separable import MOST_POSITIONS, Separable  # noqa: E402
from vanas_panel.training.darts.settings import DartsSettings  # noqa: E402


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A search of seconds: 3 epochs of 4 steps on images of 8 x 8 pixels in two classes."""
    path = tmp_path_factory.mktemp("images") / "images.npz"
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    images = rng.integers(0, 100, (80, 8, 8)) + 120 * labels[:, None, None] * (np.arange(8) < 4)
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return DartsSettings.from_dict({
        "operations": ["none", "max_pool_3x3", "skip_connect", "sep_conv_3x3", "dil_conv_3x3"], "nodes": 2, "cells": 3,
        "channels": 2, "epochs": 3, "batch_size": 8, "learning_rate": 0.1, "alpha_rate": 0.01,
        "data": {"source": str(path), "crop": 8, "pool": 1, "train": 64, "validation": 8, "test": 8}})


@pytest.mark.parametrize("side", [3, 6, 7, 13])
@pytest.mark.parametrize(("size", "stride", "dilation"), [(1, 1, 1), (3, 1, 1), (3, 2, 1), (5, 1, 2), (5, 2, 2)])
def test_separable_convolutions_by_matrices_equal_convolutions(side, size, stride, dilation):
    torch.manual_seed(side)
    assert (side * side > MOST_POSITIONS) == (side == 13)
    made, features = Separable(3, 2, size, stride, dilation).double(), torch.randn(4, 6, side, side).double()
    padding = dilation * (size // 2)
    plain = functional.conv2d(features, made.depthwise, None, stride, padding, dilation, 6)
    assert torch.allclose(made(features), functional.conv2d(plain, made.pointwise, groups=2), atol=1e-10)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_fan_equals_its_edges_alone(stride):
    torch.manual_seed(0)
    fan = Fan(4, 3, OPERATIONS, stride).double()
    features = torch.randn(5, 4, 6, 6).double()
    weights = torch.rand(3, len(OPERATIONS)).double()
    together = fan(features, weights)
    assert together.shape == (3, 5, 4, 6 // stride, 6 // stride)
    for edge in range(3):
        alone = Fan(4, 1, OPERATIONS, stride).double()
        own = dict(alone.named_parameters())
        for name, values in fan.named_parameters():
            own[name].data.copy_(values.view(3, -1, *values.shape[1:])[edge])
        assert torch.allclose(alone(features, weights[edge:edge + 1])[0], together[edge], atol=1e-10)


def test_gradients_of_the_alphas_of_an_edge_sum_to_nothing():
    torch.manual_seed(1)
    network = SearchNetwork(Shape(2, 3, 2, 1, 2), OPERATIONS).double()
    alphas = [torch.randn(5, len(OPERATIONS)).double().requires_grad_() for _ in range(2)]
    functional.cross_entropy(network(torch.randn(8, 1, 8, 8).double(), alphas), torch.arange(8) % 2).backward()
    for each in alphas:
        assert each.grad.abs().max() > 1e-6 and each.grad.sum(dim=1).abs().max() < 1e-12


def lines_of(path):
    """Lines of a file without their seconds."""
    return [{name: value for name, value in json.loads(line).items() if name != "seconds"}
            for line in path.read_bytes().splitlines()]


def test_a_search_learns_and_is_read_back(settings, tmp_path):
    seen = []
    path = tmp_path / "run.jsonl"
    run = search_darts(settings, out=path, device="cpu", on_epoch=seen.append)
    assert run.is_finished and [each.epoch for each in seen] == [1, 2, 3]
    assert run.alphas.shape == run.gradients.shape == (3, 2, 5, 5)
    assert np.allclose(run.weights.sum(axis=-1), 1) and run.epochs["train_loss"].is_monotonic_decreasing
    assert np.abs(run.gradients.sum(axis=-1)).max() < 1e-6 < np.abs(run.gradients).max()
    read = read_darts(path)
    assert read.epochs.equals(run.epochs) and np.array_equal(read.alphas, run.alphas)
    assert read.genotype == run.genotype == run.genotype_at(3) and len(run.genotype.normal) == 4
    assert not path.with_name("run.jsonl.checkpoint").exists()
    # A finished one is only read.
    assert search_darts(settings, out=path).epochs.equals(run.epochs)
    for wrong in (0, 4, "1"):
        with pytest.raises(TrainingError, match="expected 1 to 3"):
            run.genotype_at(wrong)


def test_a_killed_search_goes_on_with_the_same_lines(settings, tmp_path):
    whole = tmp_path / "whole.jsonl"
    search_darts(settings, out=whole, device="cpu")
    path = tmp_path / "killed.jsonl"
    killed = subprocess.run([sys.executable, "-c", (
        "import json, os, sys\n"
        "from vanas_panel.training.darts.entry import search_darts\n"
        "die = lambda _: os.kill(os.getpid(), 9)\n"
        "search_darts(json.loads(sys.argv[1]), out=sys.argv[2], device='cpu', on_epoch=die)"
    ), json.dumps(settings.to_dict()), str(path)], check=False)
    assert killed.returncode == -9 and len(lines_of(path)) == 2
    # Killed between a line and its checkpoint, in the middle of a line: what has no checkpoint is computed again.
    with path.open("ab") as file:
        file.write(path.read_bytes().splitlines(keepends=True)[1].replace(b'"epoch":1', b'"epoch":2') + b'{"epo')
    search_darts(settings, out=path, device="cpu")
    assert lines_of(path) == lines_of(whole)


def test_second_order_and_frozen_alphas(settings, tmp_path):
    made = {**settings.to_dict(), "epochs": 2, "frozen": 1, "order": 2}
    near = search_darts(made, out=tmp_path / "near.jsonl", device="cpu")
    exact = search_darts({**made, "exact": True}, out=tmp_path / "exact.jsonl", device="cpu")
    assert not near.gradients[0].any() and np.abs(near.gradients[1]).max() > 0
    first = search_darts({**made, "order": 1}, out=tmp_path / "first.jsonl", device="cpu")
    kinds = [each.gradients[1] for each in (first, near, exact)]
    assert not any(np.allclose(kinds[one], kinds[other]) for one, other in ((0, 1), (0, 2), (1, 2)))
    assert all(np.abs(each.sum(axis=-1)).max() < 1e-6 for each in kinds)
    # Frozen alphas are those of the beginning in all three.
    assert np.array_equal(near.alphas[0], first.alphas[0])


def test_another_search_or_a_damaged_file_is_refused(settings, tmp_path):
    path = tmp_path / "run.jsonl"
    short = {**settings.to_dict(), "epochs": 1}
    search_darts(short, out=path, device="cpu")
    with pytest.raises(TrainingError, match="Found other settings; expected the same search"):
        search_darts(settings, out=path)
    content = path.read_bytes()
    for damaged, words in ((b"", "line 1: Found no search"), (b"[]\n", "line 1: Found no search"),
                           (content.replace(b'"nodes":2', b'"nodes":3'), "line 1: Found settings of another digest"),
                           (content.replace(b'"epoch":1', b'"epoch":7'), "line 2: Found no epoch 1"),
                           (content.replace(b'"alphas":[[[', b'"alphas":[[[1e999,'), "line 2: Found no epoch"),
                           (content.replace(b'"alphas":[[[', b'"alphas":[[[1.0,'), "line 2: Found an epoch without"),
                           (content + content.splitlines(keepends=True)[1], "line 3: Found no epoch 2")):
        path.write_bytes(damaged)
        with pytest.raises(TrainingError, match=words):
            read_darts(path)


@pytest.mark.parametrize(("change", "words"), [
    ({"operations": ["none"]}, "expected two or more"),
    ({"operations": ["none", "attention"]}, "Found operation 'attention'"),
    ({"operations": ["skip_connect", "skip_connect"]}, "each of them once"),
    ({"epochs": 0}, "Found epochs = 0"), ({"epochs": 2.5}, "type int"), ({"frozen": 99}, "Found frozen = 99"),
    ({"learning_rate": float("nan")}, "Found learning_rate = nan"), ({"exact": 1}, "Found exact = 1"),
    ({"colour": 1}, "Found colour in settings"), ({"data": {"colour": 1}}, "Found colour in data"),
    ({"data": 3}, "Found 3 as data"), ({"operations": 5}, "Found operations = 5"),
    ({"operations": [3, "none"]}, "Found operation 3"),
    ({"batch_size": 60}, "Found 64 training examples; expected two batches of 60"),
    ({"learning_rate": 1e6, "clip": 1e6}, "Found a loss (that is|of nan)"),
])
def test_settings_that_cannot_be_used_are_named(settings, change, words, tmp_path):
    made = {**settings.to_dict(), **change}
    if "data" not in change:
        made["data"] = settings.to_dict()["data"]
    with pytest.raises(TrainingError, match=words):
        search_darts(made, out=tmp_path / "run.jsonl", device="cpu")


def test_no_convolution_of_one_pixel_has_a_stride():
    # Trained on processors without AVX-512, one with 4 outputs writes beyond its memory (oneDNN 3.12).
    network = SearchNetwork(Shape(4, 3, 2, 3, 10), OPERATIONS)
    convolutions = [each for each in network.modules() if isinstance(each, torch.nn.Conv2d)]
    assert convolutions and not any(each.kernel_size == (1, 1) and max(each.stride) > 1 for each in convolutions)
