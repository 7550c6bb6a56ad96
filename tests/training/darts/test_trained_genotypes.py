"""Genotypes: their networks against plain ones, their cost against hooks, training, results, and random ones."""

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
from vanas_panel.exchange.genotype_pytorch import BUILT  # noqa: E402
from vanas_panel.training.darts.cost import genotype_cost  # noqa: E402
from vanas_panel.training.darts.derived_network import GenotypeNetwork  # noqa: E402
from vanas_panel.training.darts.genotype_results import results_frame  # noqa: E402
from vanas_panel.training.darts.network_shape import OPERATIONS, Shape  # noqa: E402
from vanas_panel.training.darts.separable import Separable  # noqa: E402

EVERY = vp.random_genotypes(12, operations=OPERATIONS, nodes=3, seed=5)
WITH_NONE = vp.Genotype.from_text("Genotype(normal=[('none', 0), ('none', 1), ('skip_connect', 2), ('none', 0)], "
                                  "normal_concat=[2, 3], reduce=[('none', 0), ('skip_connect', 1), ('none', 2), "
                                  "('max_pool_3x3', 0)], reduce_concat=[3])")


def counted(network, size, channels):
    """Multiply-accumulates of an image, from the shapes that every convolution and linear layer sees."""
    total = 0

    def convolution(module, inputs, output):
        nonlocal total
        total += output[0].numel() * module.weight[0].numel()

    def separable(module, inputs, output):
        nonlocal total
        total += output[0].numel() * (module.kernel[0] * module.kernel[1] + module.pointwise.shape[1])

    hooks = [each.register_forward_hook(separable if isinstance(each, Separable) else convolution)
             for each in network.modules() if isinstance(each, nn.Conv2d | nn.Linear | Separable)]
    network(torch.zeros(1, channels, size, size))
    for hook in hooks:
        hook.remove()
    return total


@pytest.mark.parametrize("genotype", [*EVERY, WITH_NONE])
def test_the_cost_of_a_network_is_what_it_has_and_computes(genotype):
    for shape, size in ((Shape(4, 4, 1, 1, 10), 12), (Shape(3, 5, 1, 3, 4), 13), (Shape(2, 1, 1, 1, 2), 8)):
        network = GenotypeNetwork(genotype, shape).eval()
        cost = genotype_cost(genotype, shape, size)
        assert cost.parameters == sum(each.numel() for each in network.parameters())
        assert cost.multiply_accumulates == counted(network, size, shape.image_channels)


def plain_cell(cell, before, last):
    """A cell by the words of the article, with PyTorch's own functions and the weights of the network."""
    states = [cell.first(functional.relu(before)), cell.second(functional.relu(last))]
    for node in range(0, len(cell.genes), 2):
        total = 0
        for number in (node, node + 1):
            name, source = cell.genes[number]
            features, stride = states[source], 2 if cell.halves[number] else 1
            size = int(name[-1]) if name[-1].isdigit() else 0
            if name == "none":
                out = 0 * features[:, :, ::stride, ::stride]
            elif name.startswith("max_pool"):
                out = functional.max_pool2d(features, size, stride, size // 2)
            elif name.startswith("avg_pool"):
                out = functional.avg_pool2d(features, size, stride, size // 2, count_include_pad=False)
            elif name == "skip_connect" and stride == 1:
                out = features
            else:
                out = functional.relu(features)
                for each in cell.paths[number].modules():
                    if isinstance(each, Separable):
                        padding = [each.dilation * (size // 2) for size in each.kernel]
                        out = functional.conv2d(out, each.depthwise, None, each.stride, padding, each.dilation,
                                                out.shape[1])
                        out = functional.conv2d(out, each.pointwise)
                    elif type(each).__name__ == "Halved":
                        shifted = functional.pad(out, (0, 1, 0, 1))[:, :, 1:, 1:]
                        halves = (out, each.even), (shifted, each.odd)
                        out = each.norm(torch.cat([functional.conv2d(pixels, convolution.weight, stride=2)
                                                   for pixels, convolution in halves], dim=1))
                        break
                    elif isinstance(each, nn.BatchNorm2d):
                        out = each(out)
                    elif isinstance(each, nn.ReLU):
                        out = functional.relu(out)
            total = total + out
        states.append(total)
    return torch.cat([states[node] for node in cell.concat], dim=1)


@pytest.mark.parametrize("genotype", [*EVERY[:6], WITH_NONE])
def test_a_network_computes_what_its_genotype_says(genotype):
    torch.manual_seed(0)
    network = GenotypeNetwork(genotype, Shape(4, 3, 1, 1, 3)).double().eval()
    for each in network.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.running_mean.uniform_(-1, 1)
            each.running_var.uniform_(0.5, 2)
    images = torch.randn(4, 1, 9, 9).double()
    before = last = network.stem(images)
    for cell in network.cells:
        before, last = last, plain_cell(cell, before, last)
    assert torch.allclose(network(images), network.classifier(last.mean(dim=(2, 3))), atol=1e-9)


def test_dropped_paths_keep_the_expected_value_and_spare_identities():
    torch.manual_seed(0)
    network = GenotypeNetwork(WITH_NONE, Shape(2, 1, 1, 1, 2)).double()
    images = torch.randn(6, 1, 8, 8).double()
    # In cells of normal kind all operations are identities or none.
    assert torch.equal(network(images, 0.9), network(images, 0.0))
    pooled = vp.Genotype([("avg_pool_3x3", 0), ("avg_pool_3x3", 1)], [2], [("avg_pool_3x3", 0), ("none", 1)], [2])
    cell = GenotypeNetwork(pooled, Shape(2, 1, 1, 1, 2)).double().eval().cells[0]
    states = torch.randn(1, 6, 8, 8).double().repeat(4000, 1, 1, 1)
    whole = cell(states, states, 0.6)
    # Normalisations stay as they are; only paths are dropped.
    cell.training = True
    dropped = cell(states, states, 0.6)
    assert torch.allclose(dropped.mean(dim=0), whole[0], atol=0.15) and not torch.allclose(dropped[0], whole[0])
    zero = (dropped.flatten(1) == 0).all(dim=1)
    assert abs(float(zero.double().mean()) - 0.36) < 0.04


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("images") / "images.npz"
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 2
    images = rng.integers(0, 100, (160, 8, 8)) + 120 * labels[:, None, None] * (np.arange(8) < 4)
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return {"cells": 3, "channels": 4, "epochs": 4, "batch_size": 16, "learning_rate": 0.1, "drop_path": 0.1,
            "data": {"source": str(path), "crop": 8, "pool": 1, "train": 80, "validation": 40, "test": 40}}


def test_a_genotype_learns_and_its_result_is_kept_once(made, tmp_path):
    path, seen = tmp_path / "results.jsonl", []
    first = vp.train_genotype(EVERY[0], made, out=path, device="cpu", on_epoch=lambda epoch, loss: seen.append(epoch))
    assert seen == [1, 2, 3, 4] and first.test_accuracy > 0.9 and first.validation_accuracy > 0.9
    again = vp.train_genotype(str(EVERY[0]), made, out=path, device="cpu",
                              on_epoch=lambda epoch, loss: seen.append(epoch))
    assert again == first and len(seen) == 4 and len(path.read_bytes().splitlines()) == 1
    threads = torch.get_num_threads()
    other = vp.train_genotype(EVERY[0], {**made, "seed": 1}, out=path, device="cpu")
    assert torch.get_num_threads() == threads
    assert other.train_loss != first.train_loss and vp.read_genotype_results(path) == [first, other]
    alone = vp.train_genotype(EVERY[0], made, device="cpu")
    assert (alone.test_accuracy, alone.train_loss) == (first.test_accuracy, first.train_loss)
    frame = results_frame([first, other])
    assert frame["seed"].tolist() == [0, 1] and frame["test_accuracy"].tolist() == [first.test_accuracy,
                                                                                     other.test_accuracy]


def test_a_torn_line_goes_and_damaged_ones_are_named(made, tmp_path):
    path = tmp_path / "results.jsonl"
    first = vp.train_genotype(EVERY[0], {**made, "epochs": 1}, out=path, device="cpu")
    content = path.read_bytes()
    path.write_bytes(content + b'{"form":"vanas-panel-gen')
    assert vp.read_genotype_results(path) == [first]
    second = vp.train_genotype(EVERY[1], {**made, "epochs": 1}, out=path, device="cpu")
    assert vp.read_genotype_results(path) == [first, second]
    line = json.loads(content)
    for change in ({"form": "other"}, {"test_accuracy": None}, {"parameters": 1.5}, {"genotype": "Genotype()"},
                   {"settings": {"colour": 1}}, {"device": 3}, {"versions": []}, {"more": 1}):
        path.write_text(json.dumps({**line, **change}) + "\n")
        with pytest.raises(TrainingError, match="results.jsonl, line 1: Found"):
            vp.read_genotype_results(path)
        with pytest.raises(TrainingError, match="results.jsonl, line 1: Found"):
            vp.train_genotype(EVERY[1], {**made, "epochs": 1}, out=path, device="cpu")
        assert json.loads(path.read_text()) == {**line, **change}
    with pytest.raises(TrainingError, match="line 1: Found no such file"):
        vp.read_genotype_results(tmp_path / "absent.jsonl")


@pytest.mark.parametrize(("change", "words"), [
    ({"epochs": 0}, "Found epochs = 0"), ({"cells": 1.5}, "type int"), ({"momentum": 1}, "Found momentum = 1.0"),
    ({"clip": True}, "type float"), ({"colour": 1}, "Found colour in settings"),
    ({"batch_size": 81}, "Found 80 training examples; expected a batch of 81"),
    ({"learning_rate": 1e6, "clip": 1e6, "epochs": 9}, "Found a loss")])
def test_settings_that_cannot_be_used_are_named(made, change, words):
    with pytest.raises(TrainingError, match=words):
        vp.train_genotype(EVERY[0], {**made, **change}, device="cpu")


def test_random_genotypes_are_uniform_and_of_the_wanted_cost():
    drawn = vp.random_genotypes(3000, operations=("none", "skip_connect", "max_pool_3x3"), nodes=2, seed=1)
    assert drawn == vp.random_genotypes(3000, operations=("none", "skip_connect", "max_pool_3x3"), nodes=2, seed=1)
    # The second node has three pairs of sources, each as often; operations are drawn one by one.
    pairs = [tuple(source for _name, source in each.normal[2:]) for each in drawn]
    for pair in ((0, 1), (0, 2), (1, 2)):
        assert abs(pairs.count(pair) / 3000 - 1 / 3) < 0.04
    names = [name for each in drawn for name, _source in (*each.normal, *each.reduce)]
    assert set(names) == {"skip_connect", "max_pool_3x3"} and abs(names.count("skip_connect") / len(names) - 0.5) < 0.02
    goal = genotype_cost(EVERY[0], Shape(), 12).multiply_accumulates
    for each in vp.random_genotypes(20, operations=OPERATIONS, nodes=3, like=EVERY[0], spread=0.05):
        assert abs(genotype_cost(each, Shape(), 12).multiply_accumulates - goal) <= 0.05 * goal


@pytest.mark.parametrize(("options", "words"), [
    ({"count": 0}, "Found count = 0"), ({"nodes": 9}, "Found nodes = 9"), ({"seed": -1}, "Found seed = -1"),
    ({"spread": "a"}, "Found spread = 'a'"), ({"operations": ["none"]}, "expected two or more"),
    ({"operations": ["skip_connect", "max_pool_3x3"], "like": vp.random_genotypes(seed=3)[0], "spread": 0.01},
     "Found 0 genotypes of the wanted cost among 20,000; expected 1. Raise spread")])
def test_genotypes_that_cannot_be_drawn_are_refused(options, words):
    with pytest.raises(TrainingError, match=words):
        vp.random_genotypes(**options)


def test_operations_of_which_no_network_can_be_built_are_named(made):
    strange = vp.Genotype([("attention", 0), ("none", 1)], [2], [("none", 0), ("none", 1)], [2])
    with pytest.raises(TrainingError, match="Found operation 'attention'; expected one of none"):
        vp.train_genotype(strange, made)
    with pytest.raises(TrainingError, match="Found operation 'attention'"):
        genotype_cost(strange, Shape(), 12)


@pytest.mark.parametrize("genotype", [*EVERY, WITH_NONE])
def test_the_source_of_a_genotype_is_the_network_that_is_trained(genotype):
    torch.manual_seed(0)
    network = GenotypeNetwork(genotype, Shape(6, 4, 1, 2, 3)).double()
    for each in network.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.running_mean.uniform_(-1, 1)
            each.running_var.uniform_(0.5, 2)
    names: dict = {"__name__": "source"}
    exec(vp.exchange.genotype_to_pytorch(genotype, channels=6, cells=4, image_size=13, image_channels=2, classes=3),
         names)
    written = names["Network"]().double()
    # In the order in which both are built.
    for kind in ("parameters", "buffers"):
        ours, theirs = list(getattr(network, kind)()), list(getattr(written, kind)())
        assert len(ours) == len(theirs)
        for own, other in zip(ours, theirs, strict=True):
            assert own.numel() == other.numel()
            other.data = own.data.reshape(other.shape).clone()
    images = torch.randn(3, 2, 13, 13).double()
    assert torch.allclose(network.eval()(images), written.eval()(images), atol=1e-9)


def test_a_source_runs_by_itself(tmp_path):
    path = tmp_path / "genotype.py"
    path.write_text(vp.exchange.genotype_to_pytorch(EVERY[0]))
    done = subprocess.run([sys.executable, "-W", "error", path.name], cwd=tmp_path, capture_output=True, text=True,
                          check=True, env={**os.environ, "PYTHONPATH": ""})
    parameters = genotype_cost(EVERY[0], Shape(), 12).parameters
    assert done.stdout.splitlines() == [f"{parameters:,} trainable parameters", "(2, 1, 12, 12) -> (2, 10)"]


@pytest.mark.parametrize(("options", "words"), [
    ({"cells": 0}, "Found cells 0; expected a whole number from 1"), ({"channels": "8"}, "Found channels '8'")])
def test_a_source_with_impossible_sizes_is_refused(options, words):
    with pytest.raises(vp.ExchangeError, match=words):
        vp.exchange.genotype_to_pytorch(EVERY[0], **options)
    strange = vp.Genotype([("attention", 0), ("none", 1)], [2], [("none", 0), ("none", 1)], [2])
    with pytest.raises(vp.UnknownOperationError, match="Found operation attention; expected only none"):
        vp.exchange.genotype_to_pytorch(strange)
    assert BUILT == OPERATIONS
