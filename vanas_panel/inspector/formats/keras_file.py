"""Weights of Keras: ``.weights.h5``, the archive ``.keras`` that holds one, and the older ``.h5``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import orjson

from vanas_panel.inspector.formats.byte_ranges import Bytes, BytesFrom, FileState, file_range
from vanas_panel.inspector.formats.damage import damaged, lying
from vanas_panel.inspector.formats.hdf5_objects import Hdf5Object, Hdf5Reader
from vanas_panel.inspector.formats.tensors import (
    FLOATS,
    IN_CHUNKS,
    MOST_AXES,
    NO_VALUES,
    STATISTICS,
    UNKNOWN_TYPE,
    WHOLE,
    Tensor,
    TensorFile,
    contiguous,
    outputs_first,
)
from vanas_panel.inspector.formats.zip_members import zip_members
from vanas_panel.inspector.layers import NORMALISATION
from vanas_panel.text.language import marked

_ITEM = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
_LARGEST_CONFIG = 64 << 20
_NORMALISATION_VARIABLES = ("gamma", "beta", "moving_mean", "moving_variance")


def read_hdf5(path: Path) -> TensorFile:
    """The weights of a file of HDF5, in its order of names, since it keeps no other one.

    Raises
    ------
    SourceError
        Where the file is damaged, or an array does not lie within it.
    """
    file = FileState.of(path)
    return _tensors(path, file_range(file, 0, file.size), ())


def read_keras(path: Path) -> TensorFile:
    """The weights of an archive, in the order of layers that its configuration says.

    Raises
    ------
    SourceError
        Where the archive or its weights are damaged.
    """
    members = zip_members(FileState.of(path))
    weights, config = members.get("model.weights.h5"), members.get("config.json")
    if weights is None:
        raise damaged(path, marked("an archive without model.weights.h5"))
    layers: tuple[str, ...] = ()
    if config is not None and config.size <= _LARGEST_CONFIG:
        try:
            layers = _layers(orjson.loads(config.read(0, config.size).tobytes()))
        except ValueError as error:
            raise damaged(path, error) from error
    return _tensors(path, weights, layers)


def _layers(config: Any) -> tuple[str, ...]:
    """Names of the layers of a model, in their order."""
    held = config.get("config") if isinstance(config, dict) else None
    layers = held.get("layers") if isinstance(held, dict) else None
    said = [layer.get("config") for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
    return tuple(str(each["name"]) for each in said if isinstance(each, dict) and "name" in each)


def _tensors(path: Path, values: Bytes, layers: Sequence[str]) -> TensorFile:
    """The tensors of a file of HDF5, of a model with these layers."""
    objects = Hdf5Reader(path, values).objects()
    known = list(layers) or objects.get("model_weights", objects[""]).attributes.get("layer_names", [])
    rank = {name: place for place, name in enumerate(known)}
    found = []
    skipped = []
    for name, held in objects.items():
        if held.shape is None:
            continue
        made = _tensor(path, values, name, held, objects)
        if isinstance(made, Tensor):
            found.append(made)
        else:
            skipped.append((name, made))
    if not rank:
        return TensorFile(path, tuple(found), False, tuple(skipped))

    def place(tensor: Tensor) -> tuple[int, str, tuple[int, str]]:
        parts = tensor.name.split("/")
        first = next((rank[part] for part in parts if part in rank), len(rank))
        return first, "/".join(parts[:-1]), _variable(tensor.name)

    return TensorFile(path, tuple(sorted(found, key=place)), True, tuple(skipped))


def _variable(name: str) -> tuple[int, str]:
    """The place of a variable within its layer: the kernel comes first."""
    leaf = name.rpartition("/")[2].removesuffix(":0")
    order = ("kernel", "depthwise_kernel", "pointwise_kernel", "recurrent_kernel", "embeddings", "gamma", "beta",
             "bias")
    return order.index(leaf) if leaf in order else len(order), name


def _tensor(path: Path, values: Bytes, name: str, held: Hdf5Object, objects: Mapping[str, Hdf5Object]) -> Tensor | str:
    """An array as a tensor; the reason where it is not measured."""
    kind = "bfloat16" if held.attributes.get("dtype") == ["bfloat16"] else held.type
    if kind not in FLOATS:
        return WHOLE if kind == "int" else UNKNOWN_TYPE
    shape = held.shape or ()
    if len(shape) > MOST_AXES:
        raise lying(path, name)
    if not prod(shape):
        return NO_VALUES
    if held.start < 0:
        return IN_CHUNKS
    size = prod(shape) * _ITEM[kind]
    if size > held.size or held.start + size > values.size:
        raise lying(path, name)
    tensor = Tensor(name.removesuffix(":0"), shape, contiguous(shape), kind, BytesFrom(values, held.start),
                    big_endian=held.big_endian)
    parts = name.split("/")
    if len(parts) > 2 and parts[-2] == "vars" and parts[-1].isdigit() and parts[0] != "optimizer":
        return _named(tensor, parts, objects)
    return _turned(tensor, parts[-1].removesuffix(":0"), parts[-2] if len(parts) > 1 else "")


def _named(tensor: Tensor, parts: Sequence[str], objects: Mapping[str, Hdf5Object]) -> Tensor:
    """A variable under the name of its layer: Keras 3 writes groups named by classes, and numbers.

    Parameters
    ----------
    tensor : Tensor
    parts : sequence of str
        Such as ``layers``, ``conv2d_1``, ``vars``, ``0``.
    objects : mapping
        All groups; those of variables say what their layer is called.
    """
    group, number = parts[:-2], int(parts[-1][:6])
    kind = _kind(group)
    path = []
    for end, part in enumerate(group, 1):
        called = objects.get("/".join((*group[:end], "vars")), Hdf5Object()).attributes.get("name")
        if part not in ("layers", "cell"):
            path.append(called[0].replace("/", "_") if called and not part.endswith("_layer") else part)
    leaf = _leaf(kind, number, tensor)
    named = replace(tensor, name="/".join((*path, leaf)), bands=4 if "lstm" in kind else 3 if "gru" in kind else 1)
    if "lstm" in kind or "gru" in kind:
        # The biases of a GRU are two rows: of its inputs, and of its state.
        return outputs_first(named) if leaf.endswith("kernel") else named.reshaped((prod(named.shape),))
    return _turned(named, leaf, kind)


def _kind(group: Sequence[str]) -> str:
    """The class of a layer as its group is named; a cell has that of the layer around it, as both directions have."""
    names = [part for part in group if part not in ("cell", "layers")]
    kind = names[-1] if names else ""
    return "lstm" if kind in ("forward_layer", "backward_layer") else kind


def _leaf(kind: str, number: int, tensor: Tensor) -> str:
    """What a variable is called: by its number within layers of a class, and by its shape."""
    if "normalization" in kind:
        return _NORMALISATION_VARIABLES[number] if number < 4 else f"variable_{number}"
    if "embedding" in kind and len(tensor.shape) == 2:
        return "embeddings"
    if any(word in kind for word in ("lstm", "gru", "rnn")):
        return ("kernel", "recurrent_kernel", "bias")[number] if number < 3 else f"variable_{number}"
    if "separable" in kind:
        return ("depthwise_kernel", "pointwise_kernel", "bias")[number] if number < 3 else f"variable_{number}"
    return ("kernel", "bias")[number] if number < 2 else f"variable_{number}"


def _turned(tensor: Tensor, leaf: str, kind: str) -> Tensor:
    """A variable with its outputs first, and its role where the class of the layer tells it."""
    axes = len(tensor.shape)
    if "normalization" in kind and axes == 1:
        return replace(tensor, role=STATISTICS if leaf.startswith("moving") else NORMALISATION)
    if leaf.endswith("kernel") and axes > 2 and ("transpose" in kind or "depthwise" in f"{kind} {leaf}"):
        # Outputs stand last but one there; a depthwise kernel has some for every channel.
        return tensor.permuted((axes - 2, axes - 1, *range(axes - 2)))
    return tensor
