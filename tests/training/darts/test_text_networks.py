"""Searches and trainings over texts: attention against PyTorch's own, networks against plain ones, cost, exports."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')",
                            exc_type=ImportError)
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import vanas_panel as vp  # noqa: E402
from vanas_panel.errors import TrainingError  # noqa: E402
from vanas_panel.exchange.genotype_pytorch import TEXT_BUILT  # noqa: E402
from vanas_panel.training.darts.attention import Attention  # noqa: E402
from vanas_panel.training.darts.cost import genotype_cost  # noqa: E402
from vanas_panel.training.darts.derived_network import GenotypeNetwork  # noqa: E402
from vanas_panel.training.darts.network import SearchNetwork  # noqa: E402
from vanas_panel.training.darts.network_shape import TEXT_OPERATIONS, Shape  # noqa: E402
from vanas_panel.training.darts.operations import Fan  # noqa: E402
from vanas_panel.training.darts.separable import Separable  # noqa: E402
from vanas_panel.training.neat.network import NeatNetwork  # noqa: E402
from vanas_panel.training.neat.plan import Plan  # noqa: E402

SHAPE = Shape(channels=8, cells=3, nodes=1, classes=2, words=20, length=9)
EVERY = [*vp.random_genotypes(8, operations=TEXT_OPERATIONS, nodes=3, seed=5), vp.baseline_genotype("transformer")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Settings for 120 texts whose class is that of one of their words."""
    path = tmp_path_factory.mktemp("texts") / "reviews.csv"
    rng = np.random.default_rng(0)
    rows = []
    for number in range(120):
        words = [f"w{each}" for each in rng.integers(0, 20, rng.integers(3, 9))]
        words[int(rng.integers(len(words)))] = ("awful", "lovely")[number % 2]
        rows.append(f"{' '.join(words)},{number % 2}\n")
    path.write_text("text,label\n" + "".join(rows))
    return {"channels": 8, "cells": 2, "epochs": 12, "batch_size": 10,
            "data": {"kind": "text", "source": str(path), "length": 8, "train": 80, "validation": 20, "test": 20}}


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_attention_equals_that_of_pytorch_on_every_edge(heads):
    torch.manual_seed(heads)
    made, features = Attention(4, 3, heads).double(), torch.randn(5, 12, 1, 7).double()
    found = made(features)
    for edge in range(3):
        rows = slice(4 * edge, 4 * edge + 4)
        matrices = [each.weight[rows].flatten(1) for each in (made.query, made.key, made.value)]
        words = features[:, rows, 0].permute(2, 0, 1)
        expected, _shares = functional.multi_head_attention_forward(
            words, words, words, 4, heads, torch.cat(matrices), None, None, None, False, 0.0,
            made.out.weight[rows].flatten(1), None)
        assert torch.allclose(found[:, rows, 0], expected.permute(1, 2, 0), atol=1e-10)
    assert torch.allclose(Attention(4, 3, heads, 2)(features.float()).shape[3] * torch.ones(1), 4.0 * torch.ones(1))


def test_only_some_positions_ask_where_the_length_is_halved():
    torch.manual_seed(0)
    whole, half = Attention(4, 1, 2).double(), Attention(4, 1, 2, stride=2).double()
    half.load_state_dict(whole.state_dict())
    features = torch.randn(3, 4, 1, 7).double()
    assert torch.allclose(half(features), whole(features)[..., ::2], atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_fan_equals_its_edges_alone(stride):
    torch.manual_seed(0)
    fan = Fan(8, 3, TEXT_OPERATIONS, stride, is_text=True).double()
    features, weights = torch.randn(5, 8, 1, 7).double(), torch.rand(3, len(TEXT_OPERATIONS)).double()
    together = fan(features, weights)
    assert together.shape == (3, 5, 8, 1, -(-7 // stride))
    for edge in range(3):
        alone = Fan(8, 1, TEXT_OPERATIONS, stride, is_text=True).double()
        own = dict(alone.named_parameters())
        for name, values in fan.named_parameters():
            own[name].data.copy_(values.view(3, -1, *values.shape[1:])[edge])
        assert torch.allclose(alone(features, weights[edge:edge + 1])[0], together[edge], atol=1e-10)


@pytest.mark.parametrize("length", [9, 200])
def test_separable_convolutions_go_along_the_words_alone(length):
    torch.manual_seed(0)
    made, features = Separable(3, 2, 5, 2, 2, is_text=True).double(), torch.randn(4, 6, 1, length).double()
    plain = functional.conv1d(features[:, :, 0], made.depthwise[:, :, 0], None, 2, 4, 2, 6)
    plain = functional.conv1d(plain, made.pointwise[:, :, 0], groups=2)
    assert torch.allclose(made(features)[:, :, 0], plain, atol=1e-10)


def test_second_derivatives_go_through_attention_and_alphas_of_an_edge_sum_to_nothing():
    torch.manual_seed(1)
    network = SearchNetwork(Shape(8, 3, 2, 1, 2, 20, 9), TEXT_OPERATIONS).double()
    alphas = [torch.randn(5, len(TEXT_OPERATIONS)).double().requires_grad_() for _ in range(2)]
    texts = torch.randint(0, 20, (6, 1, 1, 9))
    loss = functional.cross_entropy(network(texts, alphas), torch.arange(6) % 2)
    gradients = torch.autograd.grad(loss, alphas, create_graph=True)
    for each in gradients:
        assert each.abs().max() > 1e-7 and each.sum(dim=1).abs().max() < 1e-12
    second = torch.autograd.grad(gradients[0].square().sum(), alphas)
    assert all(torch.isfinite(each).all() for each in second) and second[0].abs().max() > 0


def source_of(genotype, shape):
    """Names of the source file of a genotype."""
    names: dict = {"__name__": "source"}
    exec(vp.exchange.genotype_to_pytorch(genotype, channels=shape.channels, cells=shape.cells, classes=shape.classes,
                                         words=shape.words, length=shape.length), names)
    return names


@pytest.mark.parametrize("genotype", EVERY)
def test_the_source_of_a_genotype_is_the_network_that_is_trained(genotype):
    # The source is written with one-dimensional layers, so it is an oracle of the network.
    torch.manual_seed(0)
    network = GenotypeNetwork(genotype, SHAPE).double()
    for each in network.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.running_mean.uniform_(-1, 1)
            each.running_var.uniform_(0.5, 2)
    network.stem[0].positions.data.normal_()
    written = source_of(genotype, SHAPE)["Network"]().double()
    for kind in ("parameters", "buffers"):
        ours, theirs = list(getattr(network, kind)()), list(getattr(written, kind)())
        assert len(ours) == len(theirs)
        for own, other in zip(ours, theirs, strict=True):
            assert own.numel() == other.numel()
            other.data = own.data.reshape(other.shape).clone()
    texts = torch.randint(0, 20, (3, 9))
    assert torch.allclose(network.eval()(texts[:, None, None]), written.eval()(texts), atol=1e-9)


@pytest.mark.parametrize("genotype", EVERY)
def test_the_cost_of_a_network_is_what_it_has_and_computes(genotype):
    # Counted on the source, which computes the same: layers by hooks, and both products of attention by their shapes.
    names = source_of(genotype, SHAPE)
    network, total = names["Network"]().eval(), 0

    def layer(module, inputs, output):
        nonlocal total
        total += output[0].numel() * module.weight[0].numel()

    def attention(module, inputs, output):
        nonlocal total
        total += 2 * inputs[0].shape[1] * inputs[0].shape[2] * output.shape[2]

    for each in network.modules():
        if isinstance(each, nn.Conv1d | nn.Linear):
            each.register_forward_hook(layer)
        elif type(each).__name__ == "Attention":
            each.register_forward_hook(attention)
    network(torch.zeros(1, 9, dtype=torch.long))
    cost = genotype_cost(genotype, SHAPE, 0)
    assert cost.parameters == sum(each.numel() for each in network.parameters())
    assert cost.multiply_accumulates == total


def test_a_source_runs_by_itself(tmp_path):
    path = tmp_path / "genotype.py"
    path.write_text(vp.exchange.genotype_to_pytorch(EVERY[0], channels=8, classes=2, words=5_002, length=32))
    done = subprocess.run([sys.executable, "-W", "error", path.name], cwd=tmp_path, capture_output=True, text=True,
                          check=True, env={**os.environ, "PYTHONPATH": ""})
    parameters = genotype_cost(EVERY[0], Shape(8, 4, 1, 1, 2, 5_002, 32), 0).parameters
    assert done.stdout.splitlines() == [f"{parameters:,} trainable parameters", "(2, 32) -> (2, 2)"]
    assert TEXT_BUILT == TEXT_OPERATIONS


def test_a_genotype_learns_from_texts(made, tmp_path):
    path = tmp_path / "results.jsonl"
    made = {**made, "epochs": 40, "learning_rate": 0.01}
    result = vp.train_genotype(vp.baseline_genotype("transformer"), made, out=path, device="cpu")
    assert result.test_accuracy > 0.9 and result.settings.optimizer == "adam" and result.settings.dropout == 0.5
    assert vp.read_genotype_results(path) == [result]
    again = vp.train_genotype(vp.baseline_genotype("transformer"), made, device="cpu")
    assert (again.train_loss, again.test_accuracy) == (result.train_loss, result.test_accuracy)


def lines_of(path):
    """Lines of a file without their seconds."""
    return [{name: value for name, value in json.loads(line).items() if name != "seconds"}
            for line in path.read_bytes().splitlines()]


def test_a_search_over_texts_learns_and_goes_on_with_the_same_lines(made, tmp_path):
    settings = {**made, "epochs": 3, "nodes": 2, "batch_size": 8, "order": 2}
    run = vp.search_darts(settings, out=tmp_path / "whole.jsonl", device="cpu")
    assert run.settings.operations[-1] == "attention_8" and run.settings.data == vp.TextSettings(
        **{name: value for name, value in made["data"].items() if name != "kind"})
    assert vp.read_darts(tmp_path / "whole.jsonl").genotype == run.genotype

    class Killed(Exception):
        pass

    def die(_epoch):
        raise Killed

    for _ in range(2):
        with pytest.raises(Killed):
            vp.search_darts(settings, out=tmp_path / "killed.jsonl", device="cpu", on_epoch=die)
    vp.search_darts(settings, out=tmp_path / "killed.jsonl", device="cpu")
    assert lines_of(tmp_path / "killed.jsonl") == lines_of(tmp_path / "whole.jsonl")


def test_dg_darts_groups_operations_on_texts(made, tmp_path):
    run = vp.search_dg_darts({"stage": {**made, "epochs": 3, "frozen": 0, "nodes": 2, "batch_size": 8}},
                             out=tmp_path / "dg", device="cpu")
    kept = run.second.settings.kept
    assert all(3 <= len(set(edge) - {"none"}) <= 8 for kind in kept for edge in kind)


@pytest.mark.parametrize(("change", "words"), [
    ({"channels": 12}, "Found 12 channels for the 8 heads of attention_8; expected a multiple of 8"),
    ({"operations": ["none", "sep_conv_3x3"]}, "Found operation 'sep_conv_3x3'; expected one of none, max_pool_3,"),
    ({"optimizer": "lion"}, "Found optimizer = 'lion'; expected sgd, adam"), ({"data": 3}, "Found 3 as data"),
    ({"data": {"kind": "txt"}}, "Found kind = 'txt'; expected text"),
    ({"dropout": 1}, "Found dropout = 1.0; expected 0 to 0.99")])
def test_settings_that_cannot_be_used_are_named(made, change, words):
    with pytest.raises(TrainingError, match=words):
        vp.DartsSettings.from_dict({**made, **change})


def test_genotypes_of_images_are_refused_on_texts_and_the_other_way_round(made):
    with pytest.raises(TrainingError, match="Found operation 'sep_conv_3x3'; expected one of none, max_pool_3,"):
        vp.train_genotype(vp.baseline_genotype("resnet"), made)
    with pytest.raises(TrainingError, match="Found operation 'attention_8'; expected one of none, max_pool_3x3"):
        genotype_cost(vp.baseline_genotype("transformer"), Shape(), 12)
    with pytest.raises(TrainingError, match="Found 12 channels for the 8 heads"):
        vp.train_genotype(vp.baseline_genotype("transformer"), {**made, "channels": 12})
    with pytest.raises(vp.ExchangeError, match="Found 4 channels for the 8 heads"):
        vp.exchange.genotype_to_pytorch(vp.baseline_genotype("transformer"), channels=4, words=10)
    with pytest.raises(vp.UnknownOperationError, match="one of texts, and words = 0; expected the size of the vocab"):
        vp.exchange.genotype_to_pytorch(str(vp.baseline_genotype("transformer")))
    with pytest.raises(TrainingError, match="Found name = 'vgg'; expected resnet, transformer"):
        vp.baseline_genotype("vgg")


def test_random_genotypes_of_the_cost_of_a_transformer():
    shape, like = Shape(8, 2, 1, 1, 2, 100, 32), vp.baseline_genotype("transformer")
    assert any("attention_8" in str(each) for each in vp.random_genotypes(3, nodes=2, like=like, spread=0.5, seed=2))
    goal = genotype_cost(like, shape, 0).multiply_accumulates
    for each in vp.random_genotypes(5, nodes=2, like=like, spread=0.2, shape=shape, seed=2):
        assert abs(genotype_cost(each, shape, 0).multiply_accumulates - goal) <= 0.2 * goal


def test_settings_of_images_keep_the_digests_that_files_hold():
    # Written down before texts came.
    assert vp.DartsSettings().digest == "41d92b25afeb7272"
    assert vp.GenotypeSettings().digest == "b2778191b41bce76"


def test_neat_searches_for_networks_on_texts(made, tmp_path):
    settings = {"population": 4, "generations": 2, "epochs": 4, "batch_size": 10, "data": made["data"]}
    run = vp.neat.search(settings, out=tmp_path / "neat.jsonl", device="cpu")
    assert "attention_8" in run.settings.operations and run.settings.optimizer == "adam"
    again = vp.neat.search({**settings, "operations": ["attention_8", "skip_connect"]}, out=tmp_path / "two.jsonl",
                           device="cpu")
    assert any("attention_8" in network for network in again.trained)
    with pytest.raises(TrainingError, match="Found 12 channels for the 8 heads"):
        vp.neat.search({**settings, "channels": 12}, out=tmp_path / "three.jsonl")


def test_a_network_of_neat_on_texts_equals_a_plain_one():
    torch.manual_seed(0)
    plan = Plan.from_text("in0 relu tanh/add | 0>1:attention_2 0>2:skip_connect 1>2:max_pool_3")
    network = NeatNetwork(plan, SHAPE._replace(channels=4)).double().eval()
    texts = torch.randint(0, 20, (3, 1, 1, 9))
    features = network.stem(texts)
    for index, cell in enumerate(each for each in network.cells if hasattr(each, "paths")):
        if index:
            half = [each for each in network.cells if not hasattr(each, "paths")][index - 1].halved
            rectified = functional.relu(features)
            shifted = functional.pad(rectified, (0, 1))[..., 1:]
            halves = (rectified, half.even), (shifted, half.odd)
            features = half.norm(torch.cat([functional.conv2d(words, convolution.weight, stride=(1, 2))
                                            for words, convolution in halves], dim=1))
        attended = cell.paths[0](features, torch.ones(1, 1).double())[0]
        pooled = functional.max_pool1d(functional.relu(attended)[:, :, 0], 3, 1, 1)[:, :, None]
        norm = next(each for each in cell.paths[2].modules() if isinstance(each, nn.BatchNorm2d))
        features = torch.tanh(features + norm(pooled))
    assert torch.allclose(network(texts), network.classifier(features.mean(dim=(2, 3))), atol=1e-9)
