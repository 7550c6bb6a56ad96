"""Initialisers of ONNX graphs; what a weight is, and where its outputs stand, is told by the node that uses it."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from pathlib import Path

from vanas_panel.errors import SourceError
from vanas_panel.inspector.formats.byte_ranges import FileState, file_range
from vanas_panel.inspector.formats.cursor import Cursor
from vanas_panel.inspector.formats.damage import damaged, lying
from vanas_panel.inspector.formats.onnx_graph import GraphReader, Initialiser, Node
from vanas_panel.inspector.formats.tensors import (
    CONSTANTS,
    MOST_AXES,
    NO_VALUES,
    QUANTISED,
    STATISTICS,
    UNKNOWN_TYPE,
    WHOLE,
    Tensor,
    TensorFile,
    contiguous,
)
from vanas_panel.inspector.layers import BIAS, NORMALISATION
from vanas_panel.text.language import marked

_FLOATS = {1: ("float32", 4), 10: ("float16", 2), 11: ("float64", 8), 16: ("bfloat16", 2)}
_WHOLE = {2, 3, 4, 5, 6, 7, 9, 12, 13, 21, 22}
_NORMALISATIONS = {"BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization",
                   "SimplifiedLayerNormalization", "RMSNormalization"}
_GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def read_onnx(path: Path) -> TensorFile:
    """The initialisers of a graph, in the order in which its nodes use them.

    Raises
    ------
    SourceError
        Where the file is damaged, or keeps its values in other files.
    """
    file = FileState.of(path)
    graph = GraphReader(Cursor(path, file_range(file, 0, file.size)))
    if not graph.initialisers and not graph.nodes:
        raise damaged(path, marked("no graph of ONNX"))
    uses: dict[str, tuple[Node, int]] = {}
    for node in graph.nodes:
        for place, name in enumerate(node.inputs):
            uses.setdefault(name, (node, place))
    rank = {name: place for place, name in enumerate(uses)}
    tensors, skipped = [], []
    for said in sorted(graph.initialisers, key=lambda each: rank.get(each.name, len(rank))):
        made = _tensor(file, said)
        if isinstance(made, Tensor):
            made = _used(made, *uses.get(said.name, (Node(), 0)))
        if isinstance(made, Tensor):
            tensors.append(made)
        else:
            skipped.append((said.name, made))
    return TensorFile(path, tuple(tensors), True, tuple(skipped))


def _tensor(file: FileState, said: Initialiser) -> Tensor | str:
    """An initialiser as a tensor; the reason where it is not measured."""
    if said.external:
        raise SourceError("weights that stand in another file than the graph", "weights within the file",
                          "Save the model again with onnx.save(model, path), without external data", path=file.path)
    if said.type not in _FLOATS:
        return WHOLE if said.type in _WHOLE else UNKNOWN_TYPE
    kind, item = _FLOATS[said.type]
    shape = tuple(said.shape)
    if any(size >= 1 << 62 for size in shape) or len(shape) > MOST_AXES:
        raise lying(file.path, said.name)
    if not prod(shape):
        return NO_VALUES
    if said.start < 0:
        return UNKNOWN_TYPE
    if prod(shape) * item != said.size:
        raise lying(file.path, said.name)
    return Tensor(said.name, shape, contiguous(shape), kind, file_range(file, said.start, said.size))


def _used(tensor: Tensor, node: Node, place: int) -> Tensor | str:
    """A tensor with its outputs first and its role, as the node tells that uses it first."""
    operation, axes = node.operation, len(tensor.shape)
    if operation in ("DequantizeLinear", "QuantizeLinear") or operation.startswith("QLinear"):
        return QUANTISED
    if not axes:
        return CONSTANTS
    if operation in _NORMALISATIONS and place:
        return replace(tensor, role=NORMALISATION if place < 3 else STATISTICS)
    if operation in _GATES and place in (1, 2, 3) and axes > 1:
        # Directions, gates times units, inputs; biases lack the last.
        merged = tensor.reshaped((tensor.shape[0] * tensor.shape[1], *tensor.shape[2:]))
        gates = _GATES[operation] * tensor.shape[0]
        return replace(merged, turned=True, bands=gates) if place < 3 else replace(merged, turned=True, role=BIAS)
    if operation in ("Conv", "ConvTranspose", "Gemm") and place == 2 and axes == 1:
        return replace(tensor, role=BIAS)
    if axes > 1 and place == 1:
        if operation == "ConvTranspose":
            return tensor.permuted((1, 0, *range(2, axes)))
        if (operation == "MatMul" or (operation == "Gemm" and not node.numbers.get("transB"))) and axes == 2:
            return tensor.permuted((1, 0))
    return replace(tensor, turned=True) if axes > 1 else tensor
