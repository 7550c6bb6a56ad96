"""Writes the small checkpoints that tests open, with the frameworks themselves.

    python -m scripts.make_checkpoints FOLDER [--only pytorch,keras]

Needs the frameworks, which nothing else here does: PyTorch, safetensors, onnx, onnxscript, Keras with JAX, Flax.
For every checkpoint, ``arrays/NAME.npz`` has what is to be found in it: layers by name, outputs first, as NumPy has
them from the framework. The files under tests/inspector/checkpoints were made in this way.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]


def write_pytorch(folder: Path) -> None:
    """State of a network of many kinds of layers, plain and as Lightning keeps it, of several types."""
    import torch

    torch.manual_seed(1)
    network = torch.nn.ModuleDict({
        "conv": torch.nn.Conv2d(2, 3, 3), "norm": torch.nn.BatchNorm2d(3), "lstm": torch.nn.LSTM(4, 2),
        "attention": torch.nn.MultiheadAttention(4, 2), "head": torch.nn.Linear(4, 5)})
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
        state = {name: value.to(dtype) if value.is_floating_point() else value
                 for name, value in network.state_dict().items()}
        name = str(dtype).removeprefix("torch.")
        torch.save(state, folder / f"pytorch_{name}.pt")
        _expect(folder, f"pytorch_{name}", _of_torch(state))
    # Views: turned, every second column, in the middle of a larger storage; a tied one; a Parameter.
    base = torch.arange(48.0).reshape(6, 8)
    views = {"a.weight": base.t(), "b.weight": base[:, ::2], "c.weight": base[2:4],
             "d.weight": torch.nn.Parameter(base * 2), "e.weight": base.reshape(6, 2, 2, 2).to(
                 memory_format=torch.channels_last)}
    torch.save(views, folder / "pytorch_views.pth")
    _expect(folder, "pytorch_views", _of_torch(views))
    optimiser = torch.optim.Adam(network.parameters())
    torch.stack([parameter.sum() for parameter in network.parameters()]).sum().backward()
    optimiser.step()
    state = {f"model._orig_mod.{name}": value for name, value in network.state_dict().items()}
    torch.save({"epoch": 3, "global_step": 1200, "pytorch-lightning_version": "2.5.0", "state_dict": state,
                "optimizer_states": [optimiser.state_dict()], "callbacks": {"best": torch.ones(2, 2)},
                "hyper_parameters": {"rate": 0.1}}, folder / "lightning.ckpt")
    _expect(folder, "lightning", _of_torch(network.state_dict()))


def write_safetensors(folder: Path) -> None:
    """The same tensors in four types, and one of whole numbers."""
    import torch
    from safetensors.torch import save_file

    hand = torch.Generator().manual_seed(2)
    state = {f"{name}.weight": torch.randn(3, 4, generator=hand).to(dtype) for name, dtype in (
        ("half", torch.float16), ("brain", torch.bfloat16), ("single", torch.float32), ("double", torch.float64))}
    save_file({**state, "ids": torch.arange(3), "tiny.weight": torch.ones(2, 2).to(torch.float8_e4m3fn)},
              folder / "safetensors.safetensors", {"format": "pt"})
    _expect(folder, "safetensors", _of_torch(state))


def write_onnx(folder: Path) -> None:
    """A network that PyTorch exports, and a graph whose matrices stand inputs first."""
    import onnx
    import torch
    from onnx import TensorProto, helper, numpy_helper

    torch.manual_seed(3)
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.ReLU(),
                                  torch.nn.ConvTranspose2d(2, 3, 2), torch.nn.Flatten(), torch.nn.Linear(147, 2))
    network.eval()
    torch.onnx.export(network, (torch.zeros(1, 1, 8, 8),), str(folder / "onnx_torch.onnx"), external_data=False,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, optimize=False)
    # Traces of the export name folders of the machine.
    model = onnx.load(folder / "onnx_torch.onnx")
    del model.metadata_props[:], model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.graph.initializer):
        del part.metadata_props[:]
    onnx.save(model, folder / "onnx_torch.onnx")
    expected = _of_torch(network.state_dict())
    expected["3.weight"] = expected["3.weight"].transpose(1, 0, 2, 3)
    _expect(folder, "onnx_torch", expected)
    hand = np.random.default_rng(3)
    arrays = {"matrix": hand.normal(size=(4, 3)), "rows": hand.normal(size=(4, 3)), "columns": hand.normal(size=(3, 4)),
              "gates": hand.normal(size=(1, 8, 3)), "state": hand.normal(size=(1, 8, 2)),
              "offsets": hand.normal(size=(1, 16)), "packed": hand.normal(size=(2, 3))}
    arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    starts = [numpy_helper.from_array(array, name) for name, array in arrays.items() if name != "packed"]
    starts.append(helper.make_tensor("packed", TensorProto.FLOAT, (2, 3), arrays["packed"].ravel()))
    starts += [numpy_helper.from_array(np.arange(3), "ids"), numpy_helper.from_array(np.float32(0.5), "factor"),
               numpy_helper.from_array(np.ones((2, 2), np.int8), "small"),
               numpy_helper.from_array(np.ones(2, np.float32), "scale")]
    nodes = [helper.make_node("MatMul", ["x", "matrix"], ["a"]), helper.make_node("Gemm", ["x", "rows"], ["b"]),
             helper.make_node("Gemm", ["x", "columns"], ["c"], transB=1),
             helper.make_node("Mul", ["a", "factor"], ["f"]),
             helper.make_node("LSTM", ["s", "gates", "state", "offsets"], ["y"], hidden_size=2),
             helper.make_node("DequantizeLinear", ["small", "scale"], ["q"]),
             helper.make_node("Add", ["q", "packed"], ["z"])]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "s", "z")]
    graph = helper.make_graph(nodes, "made", values[:2], values[2:], starts)
    onnx.save(helper.make_model(graph), folder / "onnx_made.onnx")
    _expect(folder, "onnx_made", {
        "matrix": arrays["matrix"].T, "rows": arrays["rows"].T, "columns": arrays["columns"],
        "gates": arrays["gates"][0], "state": arrays["state"][0], "offsets": arrays["offsets"][0],
        "packed": arrays["packed"]})


def write_keras(folder: Path) -> None:
    """A network of many kinds of layers, as an archive and as weights, and a model of a class of its own."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras
    from keras import layers

    keras.utils.set_random_seed(4)
    image = keras.Input((8, 8, 1))
    found = layers.Conv2D(2, 3, name="zeroth")(image)
    found = layers.BatchNormalization(name="norm")(found)
    found = layers.DepthwiseConv2D(3, name="depth")(found)
    found = layers.Conv2DTranspose(3, 2, name="wider")(found)
    found = layers.Reshape((25, 3))(found)
    found = layers.LSTM(2, return_sequences=True, name="memory")(found)
    found = layers.MultiHeadAttention(2, 3, name="look")(found, found)
    found = layers.GRU(2, name="gates")(found)
    network = keras.Model(image, layers.Dense(3, name="answer")(found))
    network.compile("sgd", "mse")
    network.fit(np.ones((2, 8, 8, 1)), np.ones((2, 3)), verbose=0)
    expected: Arrays = {}
    for layer in network.layers:
        for variable in layer.weights:
            path = variable.path.split("/")
            if not path[-1].startswith("moving"):
                name = "/".join(part for part in path if not part.endswith("_cell"))
                expected[name] = _of_keras(path, np.asarray(variable.value))
    network.save(folder / "keras.keras")
    network.save_weights(folder / "keras.weights.h5")
    for name in ("keras", "keras_weights"):
        _expect(folder, name, expected)


def _of_keras(path: list[str], value: NDArray[Any]) -> NDArray[Any]:
    """A variable of Keras with outputs first, told apart by its path."""
    layer, leaf = path[0], path[-1]
    if layer == "look" and value.ndim == 3:
        return (value.reshape(-1, value.shape[2]) if path[-2] == "attention_output"
                else value.reshape(value.shape[0], -1)).T
    if layer in ("look", "gates") and leaf == "bias":
        return value.ravel()
    if layer in ("depth", "wider") and value.ndim == 4:
        return value.transpose(2, 3, 0, 1)
    if leaf.endswith("kernel") and value.ndim == 4:
        return value.transpose(3, 2, 0, 1)
    return value.T if leaf.endswith("kernel") else value


def write_flax(folder: Path) -> None:
    """Variables of a network, and arrays in chunks."""
    import flax.linen as nn
    import jax
    import jax.numpy as jnp
    from flax import serialization

    class Network(nn.Module):
        """A few kinds of layers."""

        @nn.compact
        def __call__(self, x: Any) -> Any:
            x = nn.BatchNorm(use_running_average=True)(nn.Conv(2, (3, 3))(x))
            x = nn.Dense(4)(x.reshape(x.shape[0], 1, -1))
            return nn.Dense(2, param_dtype=jnp.bfloat16)(nn.MultiHeadDotProductAttention(2)(x, x))

    variables = Network().init(jax.random.PRNGKey(5), jnp.zeros((1, 4, 4, 1)))
    (folder / "flax.msgpack").write_bytes(serialization.to_bytes(variables))
    expected: Arrays = {}
    for path, value in jax.tree_util.tree_leaves_with_path(variables["params"]):
        names = [key.key for key in path]
        array = np.asarray(value)
        array = np.asarray(value, np.float32) if array.dtype.name == "bfloat16" else array
        if array.ndim == 4:
            array = array.transpose(3, 2, 0, 1)
        elif array.ndim == 3:
            array = (array.reshape(-1, array.shape[2]) if names[-2] == "out" else array.reshape(array.shape[0], -1)).T
        elif array.ndim == 2:
            array = array.T if names[-1] == "kernel" else array.ravel()
        expected["/".join(names)] = array
    _expect(folder, "flax", expected)
    serialization.MAX_CHUNK_SIZE = 100
    kernel = np.random.default_rng(6).normal(size=(6, 10))
    chunked = {"dense": {"kernel": kernel}, "step": np.int64(3)}
    (folder / "flax_chunked.msgpack").write_bytes(serialization.msgpack_serialize(chunked))
    _expect(folder, "flax_chunked", {"dense/kernel": kernel.T})


def _of_torch(state: Mapping[str, Any]) -> Arrays:
    """Tensors as arrays, without statistics and whole numbers; half precision as float32."""
    import torch

    kept = {name: value.detach() for name, value in state.items()
            if value.is_floating_point() and "running_" not in name}
    return {name: (value if value.dtype == torch.float64 else value.float()).numpy().copy()
            for name, value in kept.items()}


def _expect(folder: Path, name: str, arrays: Arrays) -> None:
    """Write what is to be found in a checkpoint."""
    with (folder / "arrays" / f"{name}.npz").open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


WRITERS: dict[str, Callable[[Path], None]] = {
    "pytorch": write_pytorch, "safetensors": write_safetensors, "onnx": write_onnx, "keras": write_keras,
    "flax": write_flax}


def main() -> None:
    """Write all of them, or some."""
    parser = argparse.ArgumentParser(description="Write the small checkpoints that tests open.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(WRITERS), help="frameworks, separated by commas")
    given = parser.parse_args()
    (given.folder / "arrays").mkdir(parents=True, exist_ok=True)
    for name in given.only.split(","):
        WRITERS[name](given.folder)
        size = sum(path.stat().st_size for path in given.folder.rglob("*"))
        print(f"{name}: {size:,} bytes in all")


if __name__ == "__main__":
    main()
