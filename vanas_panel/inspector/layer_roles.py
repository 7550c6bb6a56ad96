"""From tensors to layers: outputs first, what each does, and into which bands its outputs fall."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import prod

from vanas_panel.inspector.file_order import natural_key
from vanas_panel.inspector.formats.tensors import Tensor, outputs_first
from vanas_panel.inspector.layer_names import parts_of
from vanas_panel.inspector.layers import BIAS, NORMALISATION, WEIGHT, Layer

_OFFSETS = re.compile(r"(bias|b|beta|offset)(\d*|_.*)")
_GAINS = re.compile(r"(weight|scale|gamma|gain|g|a_2|.*_scale|scale_.*)")
_RECURRENT = re.compile(r"weight_(ih|hh|hr)(_l\d+)?(_reverse)?")
_QUERY_KEY_VALUE = re.compile(r"(in_proj|qkv|Wqkv|c_attn|to_qkv|qkv_proj|query_key_value)", re.IGNORECASE)
_HEADS_IN = {"query", "key", "value", "query_dense", "key_dense", "value_dense"}
_HEADS_OUT = {"out", "output", "output_dense", "attention_output"}

Modules = dict[tuple[str, ...], dict[str, Tensor]]
"""Tensors by the last part of their names, by all other parts."""


def layers_of(tensors: Sequence[Tensor], ordered: bool) -> tuple[tuple[Layer, ...], tuple[Tensor, ...]]:
    """The layers that tensors are, and the tensors with outputs first.

    Parameters
    ----------
    tensors : sequence of Tensor
    ordered : bool
        Whether they stand in the order of the network; otherwise they are put into the natural order of their names,
        the kernel of a module before its biases.

    Returns
    -------
    layers : tuple of Layer
    tensors : tuple of Tensor
        One a layer, of the same shape.
    """
    modules: Modules = {}
    for tensor in tensors:
        *path, leaf = parts_of(tensor.name)
        modules.setdefault(tuple(path), {})[leaf] = tensor
    turned = {}
    for module, held in modules.items():
        for leaf, tensor in held.items():
            turned[tensor.name] = _turned(tensor, leaf, module, held, modules)
    found = [(_layer(turned[tensor.name], modules, turned), turned[tensor.name]) for tensor in tensors]
    if not ordered:
        found.sort(key=lambda each: _natural(each[1]))
    return tuple(layer for layer, _ in found), tuple(tensor for _, tensor in found)


def _natural(tensor: Tensor) -> tuple:
    """Order of layers that a file does not keep."""
    *module, leaf = parts_of(tensor.name)
    return natural_key("/".join(module)), -len(tensor.shape), natural_key(leaf)


def _turned(tensor: Tensor, leaf: str, module: tuple[str, ...], held: dict[str, Tensor], modules: Modules) -> Tensor:
    """A tensor with its outputs first; a single value as a vector of one."""
    if not tensor.shape:
        return replace(tensor, shape=(1,), strides=(1,))
    if tensor.turned:
        return tensor
    last = module[-1] if module else ""
    is_attention = len(tensor.shape) < 4 and any((*module[:-1], name) in modules for name in _HEADS_IN)
    if is_attention and last in _HEADS_IN | _HEADS_OUT:
        return _without_heads(tensor, leaf, last in _HEADS_IN)
    if leaf.endswith("kernel") and len(tensor.shape) > 1:
        return outputs_first(tensor)
    bias = held.get("bias")
    if (leaf == "weight" and bias is not None and len(tensor.shape) == 2 and len(bias.shape) == 1
            and tensor.shape[1] == bias.shape[0] != tensor.shape[0]):
        # As many biases as columns: the outputs are across, as in GPT-2.
        return tensor.permuted((1, 0))
    return tensor


def _without_heads(tensor: Tensor, leaf: str, heads_last: bool) -> Tensor:
    """A kernel of attention in Keras or Flax, whose heads have an axis of their own, as a matrix."""
    shape = tensor.shape
    if leaf == "kernel" and len(shape) == 3:
        if heads_last:
            return tensor.reshaped((shape[0], prod(shape[1:]))).permuted((1, 0))
        return tensor.reshaped((prod(shape[:2]), shape[2])).permuted((1, 0))
    if leaf == "bias" and len(shape) == 2:
        return tensor.reshaped((prod(shape),))
    return outputs_first(tensor) if leaf == "kernel" and len(shape) == 2 else tensor


def _layer(tensor: Tensor, modules: Modules, turned: dict[str, Tensor]) -> Layer:
    """What a tensor is in the network."""
    *module, leaf = parts_of(tensor.name)
    held = {name: turned[each.name] for name, each in modules[tuple(module)].items()}
    bands = max(tensor.bands, _bands(tensor, leaf, module, held)) if len(tensor.shape) > 1 else 1
    return Layer(tensor.name, tensor.shape, tensor.role or _role(tensor, leaf, held),
                 bands if tensor.shape[0] % bands == 0 else 1)


def _role(tensor: Tensor, leaf: str, held: dict[str, Tensor]) -> str:
    """A role by shape and name: gains and offsets of a normalisation stand together without any matrix."""
    if len(tensor.shape) > 1:
        return WEIGHT
    if any(len(other.shape) > 1 for other in held.values()):
        return NORMALISATION if _GAINS.fullmatch(leaf) else BIAS
    if _GAINS.fullmatch(leaf) or any(_GAINS.fullmatch(name) for name in held):
        return NORMALISATION
    return BIAS if _OFFSETS.fullmatch(leaf) else WEIGHT


def _bands(tensor: Tensor, leaf: str, module: Sequence[str], held: dict[str, Tensor]) -> int:
    """Gates of a recurrent layer, or 3 for queries, keys and values in one matrix."""
    match = _RECURRENT.fullmatch(leaf)
    if match and match[1] != "hr":
        rest = f"{match[2] or ''}{match[3] or ''}"
        hidden = held.get(f"weight_hh{rest}")
        # With a projection, the state is narrower than a gate; the projection's inputs tell how wide one is.
        narrow = held.get(f"weight_hr{rest}", hidden)
        gates = hidden.shape[0] // narrow.shape[1] if hidden is not None and narrow is not None else 1
        return gates if gates in (3, 4) else 1
    if _QUERY_KEY_VALUE.fullmatch(leaf.removesuffix("_weight")) or (module and _QUERY_KEY_VALUE.fullmatch(module[-1])):
        return 3 if tensor.shape[0] == 3 * tensor.shape[1] else 1
    return 1
