"""Files of safetensors, whose header is JSON and whose values stand behind it in one piece.

Read here rather than with the library of that name: that maps the file into memory, and has no bfloat16 for NumPy.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import orjson

from vanas_panel.inspector.formats.byte_ranges import FileState, file_range
from vanas_panel.inspector.formats.damage import damaged, lying
from vanas_panel.inspector.formats.tensors import (
    MOST_AXES,
    NO_VALUES,
    UNKNOWN_TYPE,
    WHOLE,
    Tensor,
    TensorFile,
    contiguous,
)
from vanas_panel.text.language import Message, marked

_LARGEST_HEADER = 100_000_000
"""The limit of the format itself."""
_FLOATS = {"F16": ("float16", 2), "BF16": ("bfloat16", 2), "F32": ("float32", 4), "F64": ("float64", 8)}
_WHOLE = {"BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64"}


def read_safetensors(path: Path) -> TensorFile:
    """The tensors of a file. Its order is that of types and names, so that the order of layers is lost.

    Raises
    ------
    SourceError
        Where the file is damaged, or a tensor does not lie within it.
    """
    file = FileState.of(path)
    length = int.from_bytes(file_range(file, 0, min(8, file.size)).read(0, min(8, file.size)).tobytes(), "little")
    if file.size < 10 or length > min(file.size - 8, _LARGEST_HEADER):
        raise damaged(path, marked("its header is longer than the file"))
    try:
        header = orjson.loads(file.read(8, 8 + length).tobytes())
    except ValueError as error:
        raise damaged(path, error) from error
    if not isinstance(header, dict):
        raise damaged(path, marked("its header is no list of tensors"))
    tensors, skipped, taken = [], [], []
    for name, said in header.items():
        if name == "__metadata__":
            continue
        found = _tensor(file, 8 + length, name, said)
        taken.append(tuple(said["data_offsets"]))
        if isinstance(found, Tensor):
            tensors.append(found)
        else:
            skipped.append((name, found))
    taken.sort()
    if any(first[1] > second[0] for first, second in pairwise(taken)):
        raise damaged(path, marked("tensors overlap"))
    return TensorFile(path, tuple(tensors), False, tuple(skipped))


def _tensor(file: FileState, start: int, name: str, said: Any) -> Tensor | str:
    """A tensor of the header; the reason where it is not measured."""
    if (not isinstance(said, dict) or not isinstance(said.get("dtype"), str) or not _sizes(said.get("shape"))
            or not _sizes(said.get("data_offsets")) or len(said["data_offsets"]) != 2):
        raise damaged(file.path, Message("the header says {said} of {name}", said=brief_of(said), name=name))
    shape, (first, last) = tuple(said["shape"]), said["data_offsets"]
    if first > last or start + last > file.size or len(shape) > MOST_AXES:
        raise lying(file.path, name)
    if said["dtype"] not in _FLOATS:
        return WHOLE if said["dtype"] in _WHOLE else UNKNOWN_TYPE
    kind, size = _FLOATS[said["dtype"]]
    if prod(shape) * size != last - first:
        raise lying(file.path, name)
    if first == last:
        return NO_VALUES
    return Tensor(name, shape, contiguous(shape), kind, file_range(file, start + first, last - first))


def _sizes(value: Any) -> bool:
    """Whether a value of the header is a list of whole numbers from 0 on."""
    return isinstance(value, list) and all(type(each) is int and each >= 0 for each in value)


def brief_of(value: Any) -> str:
    """A value of a file in a few characters."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
