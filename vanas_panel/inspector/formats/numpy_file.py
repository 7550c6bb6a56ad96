"""Arrays of NumPy: `.npz` archives and single `.npy` files. Objects in them are never unpickled."""

from __future__ import annotations

import re
from math import prod
from pathlib import Path

from vanas_panel.inspector.formats.byte_ranges import Bytes, BytesFrom, FileState, file_range
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
from vanas_panel.inspector.formats.zip_members import zip_members
from vanas_panel.text.language import Message

NPY_START = b"\x93NUMPY"
_LONGEST_HEADER = 10_000
# Read by its form: NumPy itself evaluates the text as a literal of Python, which nested brackets can break.
_HEADER = re.compile(r"\{'descr': (?P<type>'[^']{1,40}'|\[.*\]), 'fortran_order': (?P<turned>True|False), "
                     r"'shape': \((?P<shape>[0-9, ]{0,1000})\), \} *\n?", re.DOTALL)
_NAMES = {"f2": "float16", "f4": "float32", "f8": "float64"}


def read_npz(path: Path) -> TensorFile:
    """The arrays of an archive, in its order.

    Raises
    ------
    SourceError
        Where the archive or one of its arrays is damaged.
    """
    file = FileState.of(path)
    tensors, skipped = [], []
    for member, values in zip_members(file).items():
        name = member.removesuffix(".npy")
        found = _array(path, name, values)
        if isinstance(found, Tensor):
            tensors.append(found)
        else:
            skipped.append((name, found))
    return TensorFile(path, tuple(tensors), True, tuple(skipped))


def read_npy(path: Path) -> TensorFile:
    """A single array, whose name is ``weights``.

    Raises
    ------
    SourceError
        Where the file is damaged.
    """
    file = FileState.of(path)
    found = _array(path, "weights", file_range(file, 0, file.size))
    if isinstance(found, Tensor):
        return TensorFile(path, (found,), True)
    return TensorFile(path, (), True, (("weights", found),))


def _array(path: Path, name: str, values: Bytes) -> Tensor | str:
    """An array of an archive; the reason where it is not measured."""
    start = values.read(0, min(values.size, 12)).tobytes()
    if len(start) < 10 or not start.startswith(NPY_START) or start[6] not in (1, 2, 3):
        raise damaged(path, Message("{name} is no array of NumPy", name=name))
    fixed = 10 if start[6] == 1 else 12
    length = int.from_bytes(start[8:fixed], "little")
    if length > _LONGEST_HEADER or fixed + length > values.size:
        raise lying(path, name)
    header = _HEADER.fullmatch(values.read(fixed, fixed + length).tobytes().decode("latin-1"))
    if header is None:
        raise damaged(path, Message("the header of {name}", name=name))
    kind = header["type"].strip("'")
    shape = tuple(int(size) for size in header["shape"].replace(" ", "").split(",") if size)
    if kind[1:] not in _NAMES or kind[0] not in "<>=|" or not header["type"].startswith("'"):
        return WHOLE if re.fullmatch(r"[<>|=][iub]\d", kind) else UNKNOWN_TYPE
    item = int(kind[-1])
    if len(shape) > MOST_AXES or fixed + length + prod(shape) * item != values.size:
        raise lying(path, name)
    if not prod(shape):
        return NO_VALUES
    strides = contiguous(shape)
    if header["turned"] == "True":
        strides = contiguous(shape[::-1])[::-1]
    return Tensor(name, shape, strides, _NAMES[kind[1:]], BytesFrom(values, fixed + length), big_endian=kind[0] == ">")

