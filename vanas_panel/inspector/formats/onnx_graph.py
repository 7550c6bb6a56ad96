"""The parts of an ONNX file that weights need: its messages of Protocol Buffers are walked, and values passed over.

Field numbers are those of ``onnx.proto3``. The libraries of ONNX and Protocol Buffers would read every value into
memory, up to 2 GB a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vanas_panel.inspector.formats.cursor import Cursor
from vanas_panel.inspector.formats.damage import damaged
from vanas_panel.text.language import marked

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_FIELDS = 2_000_000


@dataclass
class Initialiser:
    """A tensor that a graph starts with.

    Parameters
    ----------
    name : str
    shape : list of int
    type : int
        A number of ``TensorProto.DataType``.
    start, size : int
        Where its bytes stand; -1 where they do not stand in one piece.
    external : bool
        Whether its values are in another file.
    """

    name: str = ""
    shape: list[int] = field(default_factory=list)
    type: int = 0
    start: int = -1
    size: int = -1
    external: bool = False


@dataclass
class Node:
    """A step of a graph."""

    operation: str = ""
    inputs: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    """Attributes that are whole numbers, such as ``transB``."""


class GraphReader:
    """Reads the nodes and initialisers of a model.

    Parameters
    ----------
    cursor : Cursor
        Over the whole file.
    """

    def __init__(self, cursor: Cursor):
        self._cursor = cursor
        self._count = 0
        self.nodes: list[Node] = []
        self.initialisers: list[Initialiser] = []
        for number, kind, part in self._fields(cursor):
            if number == 7 and kind == _BYTES:
                self._graph(part)

    def _graph(self, cursor: Cursor) -> None:
        for number, kind, part in self._fields(cursor):
            if number == 1 and kind == _BYTES:
                self.nodes.append(self._node(part))
            elif number == 5 and kind == _BYTES:
                self.initialisers.append(self._initialiser(part))

    def _node(self, cursor: Cursor) -> Node:
        node = Node()
        for number, kind, part in self._fields(cursor):
            if number == 1 and kind == _BYTES:
                node.inputs.append(_text(part))
            elif number == 4 and kind == _BYTES:
                node.operation = _text(part)
            elif number == 5 and kind == _BYTES:
                name, value = "", 0
                for inner, wire, held in self._fields(part):
                    if inner == 1 and wire == _BYTES:
                        name = _text(held)
                    elif inner == 3 and wire == _VARINT:
                        value = held
                node.numbers[name] = value
        return node

    def _initialiser(self, cursor: Cursor) -> Initialiser:
        found = Initialiser()
        for number, kind, part in self._fields(cursor):
            if number == 1 and kind == _VARINT:
                found.shape.append(part)
            elif number == 1 and kind == _BYTES:
                while part.at < part.end:
                    found.shape.append(self._varint(part))
            elif number == 2 and kind == _VARINT:
                found.type = part
            elif number in (4, 9, 10) and kind == _BYTES:
                # Values of float32, as they are, of float64; packed into one piece.
                found.start, found.size = part.at, part.end - part.at
            elif number == 8 and kind == _BYTES:
                found.name = _text(part)
            elif number == 13 or (number == 14 and part == 1):
                found.external = True
        return found

    def _fields(self, cursor: Cursor) -> Iterator[tuple]:
        """Number, wire type and content of every field: a number, or a cursor over its bytes."""
        while cursor.at < cursor.end:
            self._count += 1
            if self._count > _MOST_FIELDS:
                raise damaged(cursor.path, marked("more fields than a graph has"))
            tag = self._varint(cursor)
            number, kind = tag >> 3, tag & 7
            if kind == _VARINT:
                yield number, kind, self._varint(cursor)
            elif kind == _BYTES:
                size = self._varint(cursor)
                yield number, kind, cursor.within(cursor.skip(size), size)
            elif kind in (_FIXED32, _FIXED64) and number:
                cursor.skip(4 if kind == _FIXED32 else 8)
            else:
                raise damaged(cursor.path, marked("a field that Protocol Buffers do not have"))

    def _varint(self, cursor: Cursor) -> int:
        value = 0
        for place in range(10):
            digit = cursor.number(1)
            value |= (digit & 0x7F) << 7 * place
            if digit < 0x80:
                return value
        raise damaged(cursor.path, marked("a number without an end"))


def _text(cursor: Cursor) -> str:
    """A short text."""
    return cursor.take(min(cursor.end - cursor.at, 1000)).decode("utf-8", "replace")
