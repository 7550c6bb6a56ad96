"""Tensors in the pickle of a checkpoint of PyTorch, by the few names that stand for them.

The functions that PyTorch's pickles call are known here by heart: what they would build is described, not built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vanas_panel.files.pickle_parts import Call, Name, Pairs, Persistent, PickleError

_STORAGES = {"HalfStorage": "float16", "BFloat16Storage": "bfloat16", "FloatStorage": "float32",
             "DoubleStorage": "float64", "ByteStorage": "uint8", "CharStorage": "int8", "ShortStorage": "int16",
             "IntStorage": "int32", "LongStorage": "int64", "BoolStorage": "bool"}
_TYPES = {"half": "float16", "float": "float32", "double": "float64"}
_VALUES_AT = {"_rebuild_tensor": 4, "_rebuild_tensor_v2": 4, "_rebuild_tensor_v3": 4}
"""Functions that rebuild a tensor: its storage, start, shape and strides come first."""
_WRAPPERS = {"_rebuild_parameter", "_rebuild_parameter_with_state"}
_OPAQUE = {"_rebuild_qtensor": "quantised", "_rebuild_sparse_tensor": "sparse", "_rebuild_nested_tensor": "nested",
           "_rebuild_device_tensor_from_numpy": "foreign", "_rebuild_wrapper_subclass": "foreign",
           "_rebuild_meta_tensor_no_storage": "meta"}
_PARTS_OF_MODULES = ("_parameters", "_buffers", "_modules")
MOST_TENSORS = 200_000


@dataclass(frozen=True)
class PickledTensor:
    """A tensor as a pickle describes it; `type` is the name of a type of PyTorch, or says what else it is."""

    storage: str
    numel: int
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    type: str


def pickled_tensors(value: Any) -> Iterator[tuple[tuple[str, ...], PickledTensor]]:
    """The tensors within the value of a pickle, with the keys that lead to each, in their order.

    Every list, dictionary and module is walked once, where it comes first, so that one that holds itself ends.

    Parameters
    ----------
    value : object
        From `pickled_value`.

    Raises
    ------
    PickleError
        Where a tensor is described in a way that none can be, or there are too many.
    """
    walked: set[int] = set()
    left: list[tuple[tuple[str, ...], Any]] = [((), value)]
    count = 0
    while left:
        path, value = left.pop()
        tensor = pickled_tensor(value)
        if tensor is not None:
            count += 1
            if count > MOST_TENSORS:
                raise PickleError("more than 200,000 tensors")
            yield path, tensor
        elif id(value) not in walked and len(path) < 50:
            parts = _parts(value)
            if parts:
                walked.add(id(value))
            left += [((*path, *key), part) for key, part in reversed(parts)]


def _parts(value: Any) -> list[tuple[tuple[str, ...], Any]]:
    """What stands within a value, with the keys that lead there."""
    if isinstance(value, Pairs):
        return [((str(key),), part) for key, part in value.pairs if _is_key(key)]
    if isinstance(value, (list, tuple)):
        return [((str(place),), part) for place, part in enumerate(value)]
    if not isinstance(value, Call):
        return []
    parts: list[tuple[tuple[str, ...], Any]] = [((str(key),), part) for key, part in value.pairs if _is_key(key)]
    state = value.state[0] if isinstance(value.state, tuple) and value.state else value.state
    if isinstance(state, Pairs):
        for key, part in state.pairs:
            # The tensors of a module that was saved as a whole carry the names that its state_dict gives them.
            if key in _PARTS_OF_MODULES and isinstance(part, (Pairs, Call)):
                parts += [((str(name),), each) for name, each in part.pairs if _is_key(name)]
            elif _is_key(key):
                parts.append(((str(key),), part))
    return parts


def _is_key(key: Any) -> bool:
    """Whether a key can be part of a name."""
    return isinstance(key, str) or (type(key) is int and abs(key) < 10**18)


def pickled_tensor(value: Any) -> PickledTensor | None:
    """The tensor that a call would build; None where it would build something else."""
    for _ in range(8):
        if not isinstance(value, Call) or not isinstance(value.function, Name):
            return None
        name, arguments = value.function, value.arguments
        if not name.module.startswith("torch") or not isinstance(arguments, tuple):
            return None
        if name.name in _VALUES_AT:
            return _rebuilt(arguments)
        if name.name in _OPAQUE:
            return PickledTensor("", 0, 0, (), (), _OPAQUE[name.name])
        if name.name in _WRAPPERS and arguments:
            value = arguments[0]
        elif name.name == "_rebuild_from_type_v2" and len(arguments) > 2 and isinstance(arguments[2], tuple):
            # A subclass of tensors: its function with its arguments makes the tensor.
            value = Call(arguments[0], arguments[2])
        elif name.name == "Parameter" and arguments:
            value = arguments[0]
        else:
            return None
    return None


def _rebuilt(arguments: tuple) -> PickledTensor:
    """The tensor of `_rebuild_tensor_v2` and its like."""
    if len(arguments) < 4 or not isinstance(arguments[0], Persistent):
        raise PickleError("a tensor without values")
    key = arguments[0].key
    if not (isinstance(key, tuple) and len(key) == 5 and key[0] == "storage" and isinstance(key[1], Name)
            and isinstance(key[2], str)):
        raise PickleError("a tensor whose values stand nowhere")
    start, shape, strides = arguments[1], _sizes(arguments[2]), _sizes(arguments[3])
    if len(shape) != len(strides) or not _is_size(start) or not _is_size(key[4]):
        raise PickleError("a tensor whose sizes are no whole numbers")
    kind = _STORAGES.get(key[1].name, key[1].name)
    if kind == "UntypedStorage":
        # Only newer types come so; the type is named behind the flags.
        said = arguments[6] if len(arguments) > 6 else None
        kind = _TYPES.get(said.name, said.name) if isinstance(said, Name) else "unknown"
    return PickledTensor(key[2], key[4], start, shape, strides, kind)


def _sizes(value: Any) -> tuple[int, ...]:
    """Sizes or strides of a tensor."""
    if isinstance(value, Call) and value.function == Name("torch", "Size") and isinstance(value.arguments, tuple):
        value = value.arguments[0] if value.arguments else ()
    if not isinstance(value, (tuple, list)) or len(value) > 64 or not all(map(_is_size, value)):
        raise PickleError("a tensor whose sizes are no whole numbers")
    return tuple(value)


def _is_size(value: Any) -> bool:
    """Whether a value can be a size of a tensor."""
    return type(value) is int and 0 <= value < 1 << 62

