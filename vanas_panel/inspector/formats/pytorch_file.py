"""Checkpoints of PyTorch and Lightning: archives whose members are a pickle and the values of tensors.

The pickle is not unpickled: its opcodes are walked, and the few that stand for tensors are known by heart.
"""

from __future__ import annotations

from math import prod
from pathlib import Path

from vanas_panel.errors import SourceError
from vanas_panel.files.pickle_parts import PickleError
from vanas_panel.files.pickle_values import pickled_value
from vanas_panel.inspector.formats.byte_ranges import Bytes, FileState
from vanas_panel.inspector.formats.damage import damaged, lying
from vanas_panel.inspector.formats.pytorch_pickle import PickledTensor, pickled_tensors
from vanas_panel.inspector.formats.tensors import (
    FLOATS,
    MOST_AXES,
    NO_VALUES,
    QUANTISED,
    REPEATED,
    UNKNOWN_TYPE,
    WHOLE,
    WHOLE_TYPES,
    Tensor,
    TensorFile,
    extent,
)
from vanas_panel.inspector.formats.zip_members import ZIP_START, zip_members
from vanas_panel.text.language import marked

_LARGEST_PICKLE = 64 << 20
_ITEM = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


def read_pytorch(path: Path) -> TensorFile:
    """The tensors of a checkpoint, in the order of its dictionaries.

    Raises
    ------
    SourceError
        Where the file is damaged, or has the old form that can only be unpickled.
    """
    file = FileState.of(path)
    if file.read(0, min(4, file.size)).tobytes() != ZIP_START:
        raise SourceError("a checkpoint of PyTorch in the old form, a bare pickle, or something else",
                          "an archive, which torch.save writes since version 1.6",
                          "Where you trust the file, load it with torch.load and save it again with torch.save, or "
                          "with safetensors", path=path)
    members = zip_members(file)
    pickles = [name for name in members if name.rpartition("/")[2] == "data.pkl"]
    if not pickles:
        raise SourceError("an archive without data.pkl", "a checkpoint of PyTorch",
                          "Give an archive of NumPy a name that ends in .npz", path=path)
    # The outermost one, where an archive holds several.
    folder = min(pickles, key=lambda name: name.count("/")).removesuffix("data.pkl")
    held = members[f"{folder}data.pkl"]
    if held.size > _LARGEST_PICKLE:
        raise damaged(path, marked("its pickle is larger than 64 MB"))
    order = members.get(f"{folder}byteorder")
    big = order is not None and order.read(0, min(order.size, 3)).tobytes() == b"big"
    try:
        found = list(pickled_tensors(pickled_value(held.read(0, held.size).tobytes())))
    except PickleError as error:
        raise damaged(path, error) from error
    tensors, skipped = [], []
    for parts, pickled in found:
        name = ".".join(parts) or "weights"
        made = _tensor(path, name, pickled, members.get(f"{folder}data/{pickled.storage}"), big)
        if isinstance(made, Tensor):
            tensors.append(made)
        else:
            skipped.append((name, made))
    return TensorFile(path, tuple(tensors), True, tuple(skipped))


def _tensor(path: Path, name: str, pickled: PickledTensor, values: Bytes | None, big: bool) -> Tensor | str:
    """A tensor of the pickle with its values; the reason where it is not measured."""
    if pickled.type not in FLOATS:
        if pickled.type.startswith("quantised") or pickled.type.startswith("Q"):
            return QUANTISED
        return WHOLE if WHOLE_TYPES.fullmatch(pickled.type) else UNKNOWN_TYPE
    if 0 in pickled.shape:
        return NO_VALUES
    last = pickled.start + extent(pickled.shape, pickled.strides)
    count = prod(pickled.shape)
    if values is None or len(pickled.shape) > MOST_AXES or last * _ITEM[pickled.type] > values.size:
        raise lying(path, name)
    if count > last - pickled.start:
        # With a stride of 0, a few bytes stand for any number of values.
        return REPEATED
    storage = (pickled.storage, pickled.start, pickled.shape, pickled.strides)
    return Tensor(name, pickled.shape, pickled.strides, pickled.type, values, pickled.start, big, storage)
