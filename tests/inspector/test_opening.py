"""From paths to the checkpoints of a training: order, names, roles, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import SourceError
from vanas_panel.inspector.file_order import gaps, ordered_files
from vanas_panel.inspector.opening import open_checkpoints

WEIGHTS = {"fc1.weight": np.arange(12.0).reshape(3, 4), "fc1.bias": np.ones(3),
           "fc2.weight": np.arange(6.0).reshape(2, 3)}


def save(path: Path, weights=WEIGHTS, **more) -> Path:
    np.savez(path, **{**weights, **more})
    return path


def trained(folder: Path, names) -> Path:
    for place, name in enumerate(names):
        save(folder / name, {key: value + place for key, value in WEIGHTS.items()})
    return folder


@pytest.mark.parametrize(("names", "numbers", "unit"), [
    (["step_100.npz", "step_15.npz"], (15, 100), "step"),
    (["epoch=3-step=1200.ckpt", "epoch=12-step=4800.ckpt"], (3, 12), "epoch"),
    (["epoch=0-step=100.ckpt", "epoch=0-step=200.ckpt", "epoch=1-step=300.ckpt"], (100, 200, 300), "step"),
    (["epoch=1.ckpt", "epoch=2.ckpt", "last.ckpt"], (1, 2), "epoch"),
    (["resnet18_2.pt", "resnet18_10.pt"], (2, 10), "checkpoint"),
    (["a/checkpoint-500/model.safetensors", "a/checkpoint-1000/model.safetensors"], (500, 1000), "step"),
    (["model.3.weights.h5", "model.20.weights.h5"], (3, 20), "checkpoint"),
    (["best.pt", "first.pt"], (0, 1), "checkpoint"),
    (["net_e07_acc0.91.pt", "net_e06_acc0.93.pt"], (6, 7), "epoch"),
    (["Epoch-001.npz", "Epoch-002.npz"], (1, 2), "epoch"),
])
def test_files_are_ordered_by_the_number_in_their_names(names, numbers, unit):
    found = ordered_files([Path(name) for name in names])
    assert found.numbers == numbers and found.unit == unit
    assert len(found.paths) == len(numbers)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=8, unique=True),
       st.sampled_from(["ep", "step", "model", ""]))
def test_any_numbers_come_in_their_order(numbers, word):
    found = ordered_files([Path(f"{word}{number}.pt") for number in numbers])
    assert list(found.numbers) == sorted(numbers) and [path.stem for path in found.paths] == [
        f"{word}{number}" for number in sorted(numbers)]


@pytest.mark.parametrize("numbers", [[1, 2, 3], [5, 10, 15], [1, 10, 100], [0, 3]])
def test_even_numbers_and_growing_ones_have_no_gap(numbers):
    assert gaps(numbers, "epoch") == ()


def test_folders_patterns_and_lists_open_alike(tmp_path):
    folder = trained(tmp_path, ["epoch_2.npz", "epoch_10.npz"])
    (folder / "notes.txt").write_text("nothing")
    for source in (folder, str(folder / "*.npz"), [folder / "epoch_10.npz", folder / "epoch_2.npz"]):
        found = open_checkpoints(source)
        assert found.epochs == (2, 10) and found.unit == "epoch" and found.notes == ()
        assert [each.path.name for each in found.checkpoints] == ["epoch_2.npz", "epoch_10.npz"]
        layers = found.checkpoints[0].layers
        assert [(layer.name, layer.role) for layer in layers] == [
            ("fc1.weight", "weight"), ("fc1.bias", "bias"), ("fc2.weight", "weight")]
        np.testing.assert_array_equal(found.checkpoints[1].rows(0, 1, 3), WEIGHTS["fc1.weight"][1:3] + 1)


def test_folders_of_checkpoints_open(tmp_path):
    for step in (500, 1000):
        (tmp_path / f"checkpoint-{step}").mkdir()
        save(tmp_path / f"checkpoint-{step}" / "model.npz")
        (tmp_path / f"checkpoint-{step}" / "optimizer.pt").write_bytes(b"anything")
    found = open_checkpoints(tmp_path)
    assert found.epochs == (500, 1000) and found.unit == "step"


def test_a_list_without_numbers_stays_as_it_is_given(tmp_path):
    paths = [save(tmp_path / name) for name in ("init.npz", "best.npz", "final.npz")]
    assert [each.path for each in open_checkpoints(paths).checkpoints] == paths


def refused(source, **more) -> str:
    with pytest.raises(SourceError) as caught:
        open_checkpoints(source, **more)
    return str(caught.value)


def test_what_is_no_training_is_refused_with_its_file_layer_and_epoch(tmp_path):
    folder = trained(tmp_path, ["epoch_1.npz", "epoch_2.npz"])
    assert "single checkpoint" in refused(folder / "epoch_1.npz")
    assert "no file" in refused(folder / "*.pt") and "no file" in refused([])
    assert "no file" in refused([folder / "epoch_1.npz", folder / "epoch_3.npz"])
    save(folder / "epoch_3.npz", {name: value for name, value in WEIGHTS.items() if name != "fc2.weight"})
    text = refused(folder)
    assert "epoch_3.npz" in text and "fc2.weight" in text and "epoch 3" in text
    save(folder / "epoch_3.npz", more=np.ones((2, 2)))
    assert "more" in refused(folder)
    save(folder / "epoch_3.npz", {**WEIGHTS, "fc1.weight": np.ones((5, 4))})
    text = refused(folder)
    assert "fc1.weight" in text and "5 × 4" in text and "3 × 4" in text and "epoch 3" in text
    save(folder / "epoch_3.npz")
    save(folder / "epoch_03.npz")
    assert "epoch 3 twice" in refused(folder)
    (folder / "others").mkdir()
    save(folder / "others" / "epoch_3.npz")
    assert "epoch 3 twice" in refused([folder / "epoch_3.npz", folder / "others" / "epoch_3.npz"])
    (folder / "epoch_03.npz").rename(folder / "epoch_4.npy")
    assert "several formats" in refused(folder)
    (folder / "epoch_4.npy").write_bytes(b"")
    assert "empty" in refused([folder / "epoch_4.npy", save_npy(folder / "epoch_5.npy")])
    (folder / "epoch_6.xyz").write_bytes(b"1")
    assert ".xyz" in refused([folder / "epoch_6.xyz", folder / "epoch_7.xyz"])


def save_npy(path: Path) -> Path:
    np.save(path, np.ones((2, 2)))
    return path


def test_parts_of_one_checkpoint_are_refused(tmp_path):
    folder = trained(tmp_path, ["model-00001-of-00002.npz", "model-00002-of-00002.npz"])
    assert "part of a checkpoint" in refused(folder)


def test_a_bare_pickle_is_refused_with_what_to_do(tmp_path):
    for epoch in (1, 2):
        (tmp_path / f"epoch_{epoch}.pt").write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")
    text = refused(tmp_path)
    assert "old form" in text and "torch.save" in text


def test_gaps_are_noted(tmp_path):
    found = open_checkpoints(trained(tmp_path, [f"epoch_{epoch}.npz" for epoch in (0, 1, 2, 6, 7)]))
    assert found.epochs == (0, 1, 2, 6, 7)
    assert [note for note in found.notes if "between epoch 2 and 6" in note]


def test_statistics_optimisers_and_copies_are_left_out_and_said(tmp_path):
    more = {"bn.running_mean": np.ones(2), "bn.num_batches_tracked": np.array(3), "optimizer.exp_avg": np.ones((2, 2)),
            "ema.fc1.weight": np.ones((3, 4)), "mask": np.ones((2, 2), bool), "none": np.ones((0, 2))}
    for epoch in (1, 2):
        save(tmp_path / f"epoch_{epoch}.npz", **more)
    found = open_checkpoints(tmp_path)
    assert [layer.name for layer in found.checkpoints[0].layers] == list(WEIGHTS)
    text = " ".join(found.notes)
    assert all(name in text for name in more)


def test_roles_and_order_are_as_asked(tmp_path):
    trained(tmp_path, ["epoch_1.npz", "epoch_2.npz"])
    found = open_checkpoints(tmp_path, order=["fc2", "fc1.bias"], roles={"fc1.weight": "skip", "fc1.bias": "weight"})
    assert [(layer.name, layer.role) for layer in found.checkpoints[0].layers] == [
        ("fc2.weight", "weight"), ("fc1.bias", "weight")]
    np.testing.assert_array_equal(found.checkpoints[1].rows(0, 0, 2), WEIGHTS["fc2.weight"] + 1)
    assert "fc3" in refused(tmp_path, order=["fc3"]) and "fc3" in refused(tmp_path, roles={"fc3": "skip"})
    assert "gain" in refused(tmp_path, roles={"fc1": "gain"})
    assert "no tensor" in refused(tmp_path, roles={"fc1": "skip", "fc2": "skip"})


def test_a_role_brings_back_what_was_left_out(tmp_path):
    for epoch in (1, 2):
        save(tmp_path / f"epoch_{epoch}.npz", **{"bn.running_mean": np.ones(2)})
    found = open_checkpoints(tmp_path, roles={"running_mean": "normalisation"})
    assert found.checkpoints[0].layers[-1].name == "bn.running_mean"


def test_tied_matrices_count_once_and_equal_vectors_do_not(tmp_path):
    hand = np.random.default_rng(1)
    for epoch in (1, 2):
        tied = hand.normal(size=(5, 4))
        save(tmp_path / f"epoch_{epoch}.npz", {
            "emb.weight": tied, "head.weight": tied, "a.bias": np.zeros(5), "b.bias": np.zeros(5),
            "c.weight": np.zeros((5, 4)), "d.weight": np.zeros((5, 4)), "e.weight": tied if epoch == 1 else tied + 1})
    found = open_checkpoints(tmp_path)
    assert [layer.name for layer in found.checkpoints[0].layers] == [
        "emb.weight", "a.bias", "b.bias", "c.weight", "d.weight", "e.weight"]
    assert [note for note in found.notes if "head.weight" in note and "emb.weight" in note]


def test_a_file_that_changes_is_refused_when_it_is_read(tmp_path):
    found = open_checkpoints(trained(tmp_path, ["epoch_1.npz", "epoch_2.npz"]))
    path = found.checkpoints[0].path
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(SourceError, match="changed"):
        found.checkpoints[0].rows(0, 0, 1)
    path.unlink()
    with pytest.raises(SourceError, match="no file"):
        found.checkpoints[0].rows(0, 0, 1)


def test_shared_parts_of_names_are_left_out(tmp_path):
    for epoch, prefix in ((1, "module."), (2, "_orig_mod.module.")):
        save(tmp_path / f"epoch_{epoch}.npz", {prefix + name: value for name, value in WEIGHTS.items()})
    assert [layer.name for layer in open_checkpoints(tmp_path).checkpoints[1].layers] == list(WEIGHTS)


def test_packed_archives_read_alike(tmp_path):
    for epoch in (1, 2):
        np.savez_compressed(tmp_path / f"epoch_{epoch}.npz", **WEIGHTS)
    one = open_checkpoints(tmp_path).checkpoints[0]
    assert not one.mapped
    for index, layer in enumerate(one.layers):
        np.testing.assert_array_equal(one.rows(index, 0, layer.outputs), WEIGHTS[layer.name])
