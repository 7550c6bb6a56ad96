"""Parameters of Flax as `flax.serialization.to_bytes` writes them: nested dictionaries in MessagePack.

Only the places of arrays are wanted, so that their bytes are passed over here: the library of MessagePack would hand
out every array as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from vanas_panel.inspector.formats.byte_ranges import Bytes, FileState, JoinedBytes, file_range
from vanas_panel.inspector.formats.cursor import Cursor
from vanas_panel.inspector.formats.damage import damaged, lying
from vanas_panel.inspector.formats.tensors import (
    FLOATS,
    MOST_AXES,
    NO_VALUES,
    UNKNOWN_TYPE,
    WHOLE,
    WHOLE_TYPES,
    Tensor,
    TensorFile,
    contiguous,
)
from vanas_panel.text.language import marked

_ITEM = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
_ARRAY, _SCALAR = 1, 3
"""Types of extensions that Flax gives to arrays and to single values of NumPy."""
_CHUNKED = "__msgpack_chunked_array__"
_DEEPEST = 100
_MOST_VALUES = 2_000_000


@dataclass(frozen=True)
class _Array:
    """An array of the file: where its bytes stand."""

    shape: tuple[int, ...]
    type: str
    start: int
    size: int


def read_flax(path: Path) -> TensorFile:
    """The arrays of a file. Dictionaries lose the order of layers as soon as JAX maps over them.

    Raises
    ------
    SourceError
        Where the file is damaged, or an array does not fit its bytes.
    """
    file = FileState.of(path)
    reader = _Reader(Cursor(path, file_range(file, 0, file.size)))
    value = reader.value(0)
    tensors, skipped = [], []
    for parts, held in _arrays(value):
        name = "/".join(parts) or "weights"
        made = _chunked(file, name, held) if isinstance(held, dict) else _tensor(file, name, held.shape, [held])
        if isinstance(made, Tensor):
            tensors.append(made)
        else:
            skipped.append((name, made))
    return TensorFile(path, tuple(tensors), False, tuple(skipped))


class _Reader:
    """Reads values of MessagePack; whatever is no dictionary, list, text, number or array comes as None."""

    def __init__(self, cursor: Cursor):
        self._cursor = cursor
        self._count = 0

    def value(self, depth: int) -> Any:
        """The next value."""
        self._count += 1
        if depth > _DEEPEST or self._count > _MOST_VALUES:
            raise damaged(self._cursor.path, marked("its dictionaries are nested too deeply"))
        take = self._cursor
        code = take.number(1)
        if code < 0x80 or code >= 0xE0:
            return code if code < 0x80 else code - 0x100
        if code < 0x90:
            return self._pairs(code & 0x0F, depth)
        if code < 0xA0:
            return self._list(code & 0x0F, depth)
        if code < 0xC0:
            return self._text(code & 0x1F)
        if code in (0xC2, 0xC3):
            return code == 0xC3
        if code in _SIZED:
            kind, width = _SIZED[code]
            size = take.number(width, "big")
            if kind == "extension":
                return self._extension(size)
            if kind == "text":
                return self._text(size)
            if kind == "bytes":
                take.skip(size)
                return None
            return self._pairs(size, depth) if kind == "map" else self._list(size, depth)
        if 0xD4 <= code <= 0xD8:
            return self._extension(1 << (code - 0xD4))
        if 0xCC <= code <= 0xCF:
            return take.number(1 << (code - 0xCC), "big")
        take.skip(_PASSED.get(code, 0))
        return None

    def _pairs(self, count: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            found[str(key) if isinstance(key, (str, int)) else f"?{len(found)}"] = self.value(depth + 1)
        return found

    def _list(self, count: int, depth: int) -> dict[str, Any]:
        return {str(place): self.value(depth + 1) for place in range(count)}

    def _text(self, size: int) -> str:
        return self._cursor.take(size).decode("utf-8", "replace")

    def _extension(self, size: int) -> _Array | None:
        """An array; other extensions are passed over."""
        take = self._cursor
        code, end = take.number(1), take.at + size
        if code not in (_ARRAY, _SCALAR):
            take.skip(size)
            return None
        # Three values: shape, name of the type, bytes.
        if take.number(1) != 0x93:
            raise damaged(take.path, marked("an array without a shape"))
        shape, kind = self.value(_DEEPEST - 2), self.value(_DEEPEST - 2)
        length = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}.get(head := take.number(1), 0)
        size = take.number(length, "big") if length else head & 0x1F
        if not isinstance(shape, dict) or not isinstance(kind, str) or not _sizes(shape.values()):
            raise damaged(take.path, marked("an array without a shape"))
        start = take.skip(size)
        if take.at != end:
            raise damaged(take.path, marked("an array whose size is not that of its bytes"))
        return _Array(tuple(shape.values()), kind, start, size)


_SIZED = {0xC4: ("bytes", 1), 0xC5: ("bytes", 2), 0xC6: ("bytes", 4), 0xC7: ("extension", 1), 0xC8: ("extension", 2),
          0xC9: ("extension", 4), 0xD9: ("text", 1), 0xDA: ("text", 2), 0xDB: ("text", 4), 0xDC: ("list", 2),
          0xDD: ("list", 4), 0xDE: ("map", 2), 0xDF: ("map", 4)}
"""Codes that a size follows, with its width in bytes."""
_PASSED = {0xCA: 4, 0xCB: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
"""Numbers that no name or shape is made of, with their bytes."""


def _sizes(values: Any) -> bool:
    """Whether values can be the sizes of an array."""
    return all(type(size) is int and size >= 0 for size in values)


def _arrays(value: Any, parts: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The arrays within dictionaries, with the keys that lead to each; large ones are dictionaries of chunks."""
    if isinstance(value, _Array) or (isinstance(value, dict) and value.get(_CHUNKED) is True):
        yield parts, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _arrays(part, (*parts, key))


def _chunked(file: FileState, name: str, held: dict[str, Any]) -> Tensor | str:
    """A large array, whose values stand in several pieces."""
    shape, chunks = held.get("shape"), held.get("chunks")
    if not isinstance(shape, dict) or not isinstance(chunks, dict) or not _sizes(shape.values()):
        raise lying(file.path, name)
    pieces = list(chunks.values())
    if not pieces or not all(isinstance(piece, _Array) and piece.type == pieces[0].type for piece in pieces):
        raise lying(file.path, name)
    return _tensor(file, name, tuple(shape.values()), pieces)


def _tensor(file: FileState, name: str, shape: tuple[int, ...], pieces: list[_Array]) -> Tensor | str:
    """A tensor of one or several pieces; the reason where it is not measured."""
    kind = pieces[0].type
    if kind not in FLOATS:
        return WHOLE if WHOLE_TYPES.fullmatch(kind) else UNKNOWN_TYPE
    if prod(shape) * _ITEM[kind] != sum(piece.size for piece in pieces) or len(shape) > MOST_AXES:
        raise lying(file.path, name)
    if not prod(shape):
        return NO_VALUES
    ranges: list[Bytes] = [file_range(file, piece.start, piece.size) for piece in pieces]
    return Tensor(name, shape, contiguous(shape), kind, ranges[0] if len(ranges) == 1 else JoinedBytes(tuple(ranges)))
