"""DG-DARTS: what the groups of every edge decide, a network without the rest, and both stages on the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')",
                            exc_type=ImportError)
from torch.nn import functional  # noqa: E402

from vanas_panel.errors import TrainingError  # noqa: E402
from vanas_panel.training.darts.dg_run import DgDartsSettings, read_dg_darts  # noqa: E402
from vanas_panel.training.darts.dropping import drop_operations  # noqa: E402
from vanas_panel.training.darts.entry import search_darts, search_dg_darts  # noqa: E402
from vanas_panel.training.darts.groups import group_operations  # noqa: E402
from vanas_panel.training.darts.network import SearchNetwork  # noqa: E402
from vanas_panel.training.darts.network_shape import DARTS_OPERATIONS, OPERATIONS, Shape, edge_of  # noqa: E402
from vanas_panel.training.darts.operations import Fan  # noqa: E402
from vanas_panel.training.darts.settings import DartsSettings  # noqa: E402

NAMES = ("none", "max_pool_3x3", "skip_connect", "sep_conv_3x3", "dil_conv_3x3")


def expected(gradients, weights, names, clusters, least):
    """What stays of one edge, in words: lists of names, with the groups in the order of their weight."""
    real = [name for name in names if name != "none"]
    at = {name: place for place, name in enumerate(names)}
    labels = group_operations(np.array([gradients[:, at[name]] for name in real]), min(clusters, len(real)))
    groups = [[name for name, label in zip(real, labels, strict=True) if label == group]
              for group in range(max(labels) + 1)]
    groups += [["none"]] if "none" in names else []
    groups.sort(key=lambda group: -sum(weights[at[name]] for name in group))
    stays = set(groups[0])
    for group in groups[1:]:
        for name in sorted(group, key=lambda name: -weights[at[name]]):
            if name != "none" and len(stays - {"none"}) < min(least, len(real)):
                stays.add(name)
    return stays


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 5), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_stays_is_the_strongest_group_and_what_follows_it(seed, clusters, least, has_none):
    random = np.random.default_rng(seed)
    names = NAMES if has_none else NAMES[1:]
    gradients = random.normal(size=(4, 2, 3, len(names)))
    weights = random.dirichlet(np.ones(len(names)), size=(2, 3))
    # Where `none` is the strongest everywhere there is nothing to go on with.
    weights[0, 0] = np.linspace(0, 1, len(names)) / np.linspace(0, 1, len(names)).sum()
    found = drop_operations(gradients, weights, names, clusters=clusters, least=least)
    for kind, edge in np.ndindex(2, 3):
        assert set(found.names()[kind][edge]) == expected(gradients[:, kind, edge], weights[kind, edge], names,
                                                          clusters, least)
        assert np.nansum(found.sums[kind, edge]) == pytest.approx(1)
        real = [place for place, name in enumerate(names) if name != "none"]
        best = real[int(weights[kind, edge][real].argmax())]
        assert found.outvoted[kind, edge] == (names[best] not in found.names()[kind][edge])


def test_a_tie_goes_to_the_first_and_none_counts_for_nothing():
    gradients = np.zeros((2, 1, 2, 4))
    gradients[:, 0, :, 1:] = [5.0, -5.0, -5.1]
    names = ("none", "max_pool_3x3", "skip_connect", "sep_conv_3x3")
    found = drop_operations(gradients, np.array([[[0.2, 0.4, 0.2, 0.2], [0.6, 0.1, 0.1, 0.2]]]), names, clusters=2,
                            least=2)
    # Groups of equal weight; then none is the strongest and does not count as one that stays.
    assert found.strongest.tolist() == [[0, 2]]
    assert found.names() == ((("max_pool_3x3", "skip_connect"), ("none", "skip_connect", "sep_conv_3x3")),)
    assert found.outvoted.tolist() == [[False, False]]


@pytest.mark.parametrize(("change", "words"), [
    ({"weights": np.array([[[0.9, 0.05, 0.05]]])}, "Found none as the strongest group of every edge"),
    ({"clusters": 0}, "Found clusters = 0; expected a whole number from 1"), ({"least": "a"}, "Found least = 'a'"),
    ({"gradients": np.full((2, 1, 1, 3), np.nan)}, "some that are no finite numbers"),
    ({"gradients": np.zeros((2, 1, 2, 3))}, r"Found gradients of shape \(2, 1, 2, 3\) and weights of shape"),
    ({"gradients": np.zeros((0, 1, 1, 3))}, "Found gradients of shape"),
    ({"operations": ("none", "a")}, "Found gradients of shape"),
    ({"weights": np.ones((1, 1, 1)), "gradients": np.ones((2, 1, 1, 1)), "operations": ("none",)},
     "Found operations none; expected two or more")])
def test_what_cannot_be_grouped_is_refused(change, words):
    given_ = {"gradients": np.arange(6.0).reshape(2, 1, 1, 3), "weights": np.array([[[0.2, 0.4, 0.4]]]),
              "operations": NAMES[:3], **change}
    with pytest.raises(TrainingError, match=words):
        drop_operations(**given_)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_fan_without_operations_equals_its_edges_alone(stride):
    torch.manual_seed(0)
    kept = [("skip_connect", "sep_conv_3x3"), OPERATIONS, ("none", "max_pool_3x3", "sep_conv_3x3")]
    fan = Fan(4, 3, OPERATIONS, stride, kept=kept).double()
    features, weights = torch.randn(5, 4, 6, 6).double(), torch.rand(3, len(OPERATIONS)).double()
    together = fan(features, weights)
    for edge, names in enumerate(kept):
        alone = Fan(4, 1, tuple(names), stride).double()
        for own, name in zip(alone.paths, names, strict=True):
            number = OPERATIONS.index(name)
            place, count = fan.rows[number].index(edge), len(fan.rows[number])
            theirs = dict(fan.paths[number].named_parameters())
            for parameter, values in own.named_parameters():
                values.data.copy_(theirs[parameter].data.view(count, -1, *values.shape[1:])[place])
        own_weights = weights[edge:edge + 1][:, [OPERATIONS.index(name) for name in names]]
        assert torch.allclose(alone(features, own_weights)[0], together[edge], atol=1e-10)


def test_what_is_dropped_has_no_weights_and_no_gradient():
    torch.manual_seed(1)
    kept = [[("none", "skip_connect", "sep_conv_3x3")] * 5, [("max_pool_3x3",)] * 5]
    kept[0][edge_of(1, 2)] = ("dil_conv_5x5", "skip_connect")
    network = SearchNetwork(Shape(2, 3, 2, 1, 2), DARTS_OPERATIONS, kept).double()
    whole = SearchNetwork(Shape(2, 3, 2, 1, 2), DARTS_OPERATIONS)
    counts = [sum(each.numel() for each in one.parameters()) for one in (network, whole)]
    assert counts[0] < counts[1] / 2
    alphas = [torch.randn(5, 8).double().requires_grad_() for _ in range(2)]
    functional.cross_entropy(network(torch.randn(8, 1, 8, 8).double(), alphas), torch.arange(8) % 2).backward()
    for each, kind in zip(alphas, kept, strict=True):
        dropped = torch.tensor([[name not in edge for name in DARTS_OPERATIONS] for edge in kind])
        assert not each.grad[dropped].any() and each.grad.sum(dim=1).abs().max() < 1e-12
    assert alphas[0].grad.abs().max() > 1e-8


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A search of seconds: twice 3 epochs of 4 steps."""
    path = tmp_path_factory.mktemp("images") / "images.npz"
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    images = rng.integers(0, 100, (80, 8, 8)) + 120 * labels[:, None, None] * (np.arange(8) < 4)
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return {"clusters": 2, "least": 2, "stage": {
        "operations": list(NAMES), "nodes": 2, "cells": 3, "channels": 2, "epochs": 3, "frozen": 1, "batch_size": 8,
        "learning_rate": 0.1, "alpha_rate": 0.01,
        "data": {"source": str(path), "crop": 8, "pool": 1, "train": 64, "validation": 8, "test": 8}}}


def test_both_stages_run_and_are_read_back(small, tmp_path):
    run = search_dg_darts(small, out=tmp_path / "dg", device="cpu")
    assert run.is_finished and repr(run) == "<DgDartsRun: 3 + 3 of 6 epochs>"
    # Stage 0 is DARTS, and what stays follows from its epochs with moving alphas alone.
    alone = search_darts(small["stage"], out=tmp_path / "alone.jsonl", device="cpu")
    assert np.array_equal(run.first.alphas, alone.alphas) and run.first.settings == alone.settings
    found = drop_operations(alone.gradients[1:], alone.weights[-1], NAMES, clusters=2, least=2)
    assert run.second.settings == replace(alone.settings, kept=found.names())
    assert np.array_equal(run.second.kept, found.kept) and not run.second.weights[:, ~found.kept].any()
    assert np.allclose(run.second.weights.sum(axis=-1), 1) and not run.second.gradients[:, ~found.kept].any()
    for cell, kind in ((run.genotype.normal, 0), (run.genotype.reduce, 1)):
        for number, (name, source) in enumerate(cell):
            assert name in found.names()[kind][edge_of(number // 2, source)]
    again = read_dg_darts(tmp_path / "dg", clusters=2, least=2)
    assert again.genotype == run.genotype and again.second.epochs.equals(run.second.epochs)
    assert np.array_equal(again.dropping.labels, run.dropping.labels)
    with pytest.raises(TrainingError, match=r"stage1.jsonl: Found a second stage of other operations .*clusters = 3"):
        read_dg_darts(tmp_path / "dg", clusters=3, least=4)


def test_a_killed_search_goes_on_in_both_stages(small, tmp_path):
    whole = search_dg_darts(small, out=tmp_path / "whole", device="cpu")
    program = ("import json, os, sys\n"
               "from vanas_panel.training.darts.entry import search_dg_darts\n"
               "left = int(sys.argv[3])\n"
               "def die(_):\n"
               "    global left\n"
               "    left -= 1\n"
               "    if not left:\n"
               "        os.kill(os.getpid(), 9)\n"
               "search_dg_darts(json.loads(sys.argv[1]), out=sys.argv[2], device='cpu', on_epoch=die)\n")
    for epochs in (2, 3):
        killed = subprocess.run([sys.executable, "-c", program, json.dumps(small), str(tmp_path / "killed"),
                                 str(epochs)], check=False)
        assert killed.returncode == -9
    half = read_dg_darts(tmp_path / "killed", clusters=2, least=2)
    assert not half.is_finished and (len(half.first), len(half.second)) == (3, 2)
    run = search_dg_darts(small, out=tmp_path / "killed", device="cpu")
    assert np.array_equal(run.second.alphas, whole.second.alphas) and run.genotype == whole.genotype


def test_a_first_stage_alone_has_no_genotype(small, tmp_path):
    search_darts(small["stage"], out=tmp_path / "stage0.jsonl", device="cpu")
    run = read_dg_darts(tmp_path, clusters=2, least=2)
    assert run.second is None and not run.is_finished and run.dropping.kept.any()
    with pytest.raises(TrainingError, match="Found a search without a finished epoch of its second stage"):
        assert run.genotype
    lines = (tmp_path / "stage0.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "stage0.jsonl").write_bytes(b"".join(lines[:2]))
    with pytest.raises(TrainingError, match="Found 1 of 3 epochs of the first stage; expected all"):
        assert read_dg_darts(tmp_path, clusters=2, least=2).dropping


@pytest.mark.parametrize(("change", "words"), [
    ({"frozen": 3}, "Found 3 frozen epochs of 3; expected fewer"), ({"kept": 5}, "Found kept = 5; expected for each"),
    ({"kept": [[["none"]]]}, "Found kept"), ({"kept": [[["none"]] * 5] * 2}, "one that is not none among them"),
    ({"kept": [[["skip_connect"]] * 5] * 2}, "Found stage = DartsSettings"),
    ({"kept": [[["attention"]] * 5] * 2}, "expected for each of 2 kinds of cells 5 edges")])
def test_a_stage_that_cannot_be_used_is_refused(small, change, words):
    with pytest.raises(TrainingError, match=words):
        DgDartsSettings.from_dict({**small, "stage": {**small["stage"], **change}})


@pytest.mark.parametrize(("change", "words"), [
    ({"clusters": 0}, "Found clusters = 0; expected 1 to 5"), ({"least": 9}, "Found least = 9"),
    ({"stage": 3}, "Found 3 as stage"), ({"colour": 1}, "Found colour in settings")])
def test_settings_that_cannot_be_used_are_refused(small, change, words):
    with pytest.raises(TrainingError, match=words):
        DgDartsSettings.from_dict({**small, **change})


def test_defaults_are_those_of_the_article_and_digests_stay():
    found = DgDartsSettings()
    assert (found.stage.epochs, found.stage.frozen, found.stage.batch_size, found.clusters, found.least) == (
        25, 10, 96, 3, 3)
    assert DgDartsSettings.from_dict({}) == found == DgDartsSettings.from_dict({"stage": found.stage})
    assert "kept" not in DartsSettings().to_dict() and DartsSettings().digest == DartsSettings(kept=()).digest
