"""Checkpoints that the frameworks wrote (scripts/make_checkpoints.py), against the arrays that were saved."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import SourceError
from vanas_panel.inspector.checkpoint import Checkpoint
from vanas_panel.inspector.opening import open_checkpoints
from vanas_panel.inspector.tensor_checkpoint import read_checkpoint

FOLDER = Path(__file__).with_name("checkpoints")
FILES = sorted(path for path in FOLDER.iterdir() if path.is_file())


def expected(path: Path) -> dict[str, np.ndarray]:
    name = path.name.replace(".weights.h5", "_weights").partition(".")[0]
    with np.load(FOLDER / "arrays" / f"{name}.npz") as held:
        return dict(held)


def arrays(checkpoint: Checkpoint) -> dict[str, np.ndarray]:
    return {layer.name: checkpoint.rows(index, 0, layer.outputs) for index, layer in enumerate(checkpoint.layers)}


def same(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> None:
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        assert found[name].dtype == array.dtype and found[name].flags.c_contiguous, name
        np.testing.assert_array_equal(found[name], array, err_msg=name, strict=True)


def test_there_are_files_of_every_format():
    assert {path.suffix for path in FILES} >= {
        ".pt", ".pth", ".ckpt", ".safetensors", ".onnx", ".h5", ".keras", ".msgpack"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_weight_is_the_one_that_was_saved(path):
    checkpoint = read_checkpoint(path)
    wanted = expected(path)
    same(arrays(checkpoint), wanted)
    for index, layer in enumerate(checkpoint.layers):
        assert layer.shape == wanted[layer.name].shape
        for start in range(layer.outputs):
            np.testing.assert_array_equal(checkpoint.rows(index, start, start + 1), wanted[layer.name][start:start + 1])


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix not in (".pth", ".onnx")],
                         ids=lambda path: path.name)
def test_roles_are_those_of_the_network(path):
    for layer in read_checkpoint(path).layers:
        parts = layer.name.lower().replace(".", "/").split("/")
        norm = any("norm" in part for part in parts)
        wanted = "normalisation" if norm else "bias" if "bias" in parts[-1] else "weight"
        assert layer.role == wanted, layer


def test_bands_are_gates_and_queries_keys_and_values():
    bands = {(path.suffix, layer.name): layer.bands for path in FILES for layer in read_checkpoint(path).layers}
    assert bands[".pt", "lstm.weight_ih_l0"] == bands[".pt", "lstm.weight_hh_l0"] == 4
    assert bands[".pt", "attention.in_proj_weight"] == 3 and bands[".pt", "lstm.bias_ih_l0"] == 1
    assert bands[".keras", "memory/kernel"] == bands[".h5", "memory/recurrent_kernel"] == 4
    assert bands[".keras", "gates/kernel"] == 3 and bands[".onnx", "gates"] == bands[".onnx", "state"] == 4
    assert bands[".keras", "answer/kernel"] == bands[".pt", "head.weight"] == 1


def test_order_is_that_of_the_network_where_the_file_keeps_it():
    keras = read_checkpoint(FOLDER / "keras.keras")
    assert keras.ordered
    assert list(dict.fromkeys(layer.name.partition("/")[0] for layer in keras.layers)) == [
        "zeroth", "norm", "depth", "wider", "memory", "look", "gates", "answer"]
    weights = read_checkpoint(FOLDER / "keras.weights.h5")
    assert not weights.ordered and weights.layers[0].name == "answer/kernel"
    onnx = read_checkpoint(FOLDER / "onnx_torch.onnx")
    assert onnx.ordered
    assert [layer.name for layer in onnx.layers][0::2] == ["0.weight", "1.weight", "3.weight", "5.weight"]
    assert [layer.name for layer in read_checkpoint(FOLDER / "pytorch_float32.pt").layers][:2] == [
        "conv.weight", "conv.bias"]


def test_what_is_left_out_is_said():
    said = {path.name: " ".join(read_checkpoint(path).skipped) for path in FILES}
    assert "running_mean" in said["pytorch_float32.pt"] and "num_batches_tracked" in said["pytorch_float32.pt"]
    assert "optimizer_states" in said["lightning.ckpt"]
    assert "ids" in said["safetensors.safetensors"] and "tiny.weight" in said["safetensors.safetensors"]
    assert "moving_mean" in said["keras.keras"] and "optimizer" in said["keras.keras"]
    assert "mean" in said["flax.msgpack"]
    assert all(name in said["onnx_made.onnx"] for name in ("ids", "factor", "small", "scale"))


def test_values_in_place_are_said_to_be():
    mapped = {path.name: read_checkpoint(path).mapped for path in FILES}
    assert mapped["pytorch_float32.pt"] and mapped["safetensors.safetensors"] and mapped["lightning.ckpt"]
    # Turned kernels cross the whole layer.
    assert not mapped["keras.keras"] and not mapped["flax.msgpack"] and not mapped["pytorch_views.pth"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_two_of_them_are_a_training(tmp_path, path):
    ending = path.name.partition(".")[2]
    for epoch in (1, 2):
        shutil.copy(path, tmp_path / f"epoch_{epoch}.{ending}")
    found = open_checkpoints(tmp_path)
    assert found.epochs == (1, 2) and found.unit == "epoch"
    same(arrays(found.checkpoints[1]), expected(path))


def test_archives_of_pytorch_may_be_packed_or_of_the_other_byte_order(tmp_path):
    source = FOLDER / "pytorch_float32.pt"
    with zipfile.ZipFile(source) as held:
        members = {info.filename: held.read(info) for info in held.infolist()}
    with zipfile.ZipFile(tmp_path / "packed.pt", "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    packed = read_checkpoint(tmp_path / "packed.pt")
    assert not packed.mapped
    same(arrays(packed), expected(source))
    with zipfile.ZipFile(tmp_path / "big.pt", "w") as made:
        for name, content in members.items():
            if "/data/" in name and len(content) % 4 == 0:
                content = np.frombuffer(content, "<f4").astype(">f4").tobytes()
            made.writestr(name, b"big" if name.endswith("byteorder") else content)
    same(arrays(read_checkpoint(tmp_path / "big.pt")), expected(source))


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    content = bytearray((FOLDER / "pytorch_float32.pt").read_bytes())
    entry = content.rfind(b"PK\x01\x02")
    for place in (20, 24):
        lies = content.copy()
        lies[entry + place:entry + place + 4] = (1 << 30).to_bytes(4, "little")
        (tmp_path / "lies.pt").write_bytes(lies)
        with pytest.raises(SourceError, match=r"lies\.pt"):
            read_checkpoint(tmp_path / "lies.pt")


@given(st.lists(st.integers(1, 4), min_size=0, max_size=5), st.sampled_from(["f2", "<f4", ">f4", "<f8", ">f8"]),
       st.booleans())
def test_arrays_of_numpy_come_back_in_any_layout(tmp_path_factory, shape, kind, across):
    path = tmp_path_factory.mktemp("arrays") / "a.npz"
    array = np.random.default_rng(0).normal(size=shape).astype(kind)
    np.savez(path, **{"net.w": np.asfortranarray(array) if across else array})
    found = read_checkpoint(path)
    wide = array.astype(np.float64 if kind[-1] == "8" else np.float32)
    np.testing.assert_array_equal(found.rows(0, 0, found.layers[0].outputs), wide.reshape(found.layers[0].shape),
                                  strict=True)


def test_objects_in_arrays_are_never_unpickled(tmp_path):
    np.savez(tmp_path / "a.npz", evil=np.array([print], object), **{"w.weight": np.ones((2, 2))})
    found = read_checkpoint(tmp_path / "a.npz")
    assert [layer.name for layer in found.layers] == ["w.weight"] and "evil" in " ".join(found.skipped)
