"""Groups, arrays and attributes of an HDF5 file, as far as Keras writes them.

The library of HDF5 is not used: of damaged files, one in a few hundred crashed it or kept it busy without an end. What
is read here is the form that h5py writes by default: groups as trees of names, arrays in one piece. The HDF Group
describes it in "HDF5 File Format Specification Version 3.0".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from pathlib import Path

from vanas_panel.errors import SourceError
from vanas_panel.inspector.formats.byte_ranges import Bytes
from vanas_panel.inspector.formats.cursor import Cursor
from vanas_panel.inspector.formats.damage import damaged
from vanas_panel.text.language import marked

HDF5_START = b"\x89HDF\r\n\x1a\n"
_NOWHERE = (1 << 64) - 1
_MOST_OBJECTS = 200_000
_SPACE, _TYPE, _LINK_INFO, _LAYOUT, _ATTRIBUTE, _CONTINUED, _GROUP = 1, 3, 2, 8, 12, 16, 17
_WHOLE_NUMBER, _FLOAT, _TEXT, _ENUMERATION, _VARIABLE = 0, 1, 3, 8, 9


@dataclass
class Hdf5Object:
    """A group, or an array.

    Parameters
    ----------
    shape : tuple of int or None
        None for a group.
    type : str
        ``"float32"`` and the like, ``"int"``, or ``"other"``.
    big_endian : bool
    start, size : int
        Where the bytes of an array stand; -1 where they do not stand in one piece.
    attributes : dict of str to list of str
        Those that are texts.
    members : dict of str to int
        Names in a group, and where their headers stand.
    """

    shape: tuple[int, ...] | None = None
    type: str = ""
    big_endian: bool = False
    start: int = -1
    size: int = 0
    attributes: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)


class Hdf5Reader:
    """Reads the objects of a file.

    Parameters
    ----------
    path : Path
        The file that errors name.
    values : Bytes
        The whole file, or a member of an archive.
    """

    def __init__(self, path: Path, values: Bytes):
        self._path = path
        self._whole = Cursor(path, values)
        if values.size < 96 or self._at(0, 8).take(8) != HDF5_START:
            raise damaged(path, marked("no file of HDF5"))
        head = self._at(8, 88)
        if head.number(1) > 1:
            raise SourceError("an HDF5 file in a newer form than h5py writes by default",
                              "a file of Keras", "Save the weights with model.save_weights, or in another format",
                              path=path)
        # Sizes of addresses, and the entry of the root group at the end of the first block.
        if self._at(13, 2).take(2) != b"\x08\x08":
            raise damaged(path, marked("addresses of an odd size"))
        self.root = self._at(64 if self._at(8, 1).number(1) == 0 else 68, 8).number(8)

    def _at(self, start: int, size: int) -> Cursor:
        return self._whole.within(start, size)

    def objects(self) -> dict[str, Hdf5Object]:
        """All groups and arrays by their names with slashes, each where it comes first.

        Links by name, which may lead into other files, are not followed.

        Raises
        ------
        SourceError
            Where the file is damaged.
        """
        found: dict[str, Hdf5Object] = {}
        walked: set[int] = set()
        left = [("", self.root)]
        while left:
            name, place = left.pop()
            if place in walked or name.count("/") > 60:
                continue
            if len(walked) > _MOST_OBJECTS:
                raise damaged(self._path, marked("more objects than a network has"))
            walked.add(place)
            found[name] = self._object(place)
            left += [(f"{name}/{member}".lstrip("/"), where) for member, where in found[name].members.items()]
        return found

    def _object(self, place: int) -> Hdf5Object:
        """The object whose header stands somewhere."""
        head = self._at(place, 16)
        version, _, messages, _, size = (head.number(width) for width in (1, 1, 2, 4, 4))
        if version != 1:
            raise damaged(self._path, marked("a header in a form that Keras does not write"))
        made, blocks = Hdf5Object(), [(place + 16, size)]
        for block in blocks:
            part = self._at(*block)
            while messages and part.end - part.at >= 8:
                messages -= 1
                kind, length, _ = (part.number(width) for width in (2, 2, 4))
                held = part.within(part.skip(length), length)
                if kind == _CONTINUED and len(blocks) < 1000:
                    blocks.append((held.number(8), held.number(8)))
                else:
                    self._message(made, kind, held)
        return made

    def _message(self, made: Hdf5Object, kind: int, held: Cursor) -> None:
        """Take what a message of a header says."""
        if kind == _SPACE:
            made.shape = self._space(held)
        elif kind == _TYPE:
            made.type, made.big_endian, _ = self._type(held)
        elif kind == _LAYOUT:
            version, layout = held.number(1), held.number(1)
            if version in (3, 4) and layout == 1:
                start, made.size = held.number(8), held.number(8)
                made.start = -1 if start == _NOWHERE else start
            elif version in (3, 4) and layout == 0:
                made.size = held.number(2)
                made.start = held.at
        elif kind == _GROUP:
            tree, heap = held.number(8), held.number(8)
            made.members = self._members(tree, heap)
        elif kind == _LINK_INFO:
            raise damaged(self._path, marked("a header in a form that Keras does not write"))
        elif kind == _ATTRIBUTE:
            self._attribute(made, held)

    def _space(self, held: Cursor) -> tuple[int, ...]:
        """The shape that a message says."""
        version, rank = held.number(1), held.number(1)
        held.skip(6 if version == 1 else 2)
        return tuple(held.number(8) for _ in range(rank))

    def _type(self, held: Cursor) -> tuple[str, bool, int]:
        """The type that a message says, whether its bytes stand the other way round, and how many there are."""
        kind = held.number(1) & 15
        flags, size = held.take(3), held.number(4)
        if kind == _FLOAT:
            _, bits, _, exponent, _, fraction = (held.number(width) for width in (2, 2, 1, 1, 1, 1))
            layout = {(2, 5, 10): "float16", (2, 8, 7): "bfloat16", (4, 8, 23): "float32", (8, 11, 52): "float64"}
            known = layout.get((size, exponent, fraction), "other") if bits == 8 * size else "other"
            return known, bool(flags[0] & 1), size
        if kind == _VARIABLE and flags[0] & 15 == 1:
            return "text", False, 16
        return {_WHOLE_NUMBER: "int", _ENUMERATION: "int", _TEXT: "letters"}.get(kind, "other"), False, size

    def _attribute(self, made: Hdf5Object, held: Cursor) -> None:
        """An attribute of texts; others are passed over."""
        version, _, *lengths = (held.number(width) for width in (1, 1, 2, 2, 2))
        if version == 3:
            held.skip(1)
        # Only the first version fills up to eight bytes.
        parts = [held.within(held.skip(length), length)
                 for length in ([(length + 7) // 8 * 8 for length in lengths] if version == 1 else lengths)]
        name = parts[0].take(lengths[0]).split(b"\0")[0].decode("utf-8", "replace")
        kind, _, size = self._type(parts[1])
        count = prod(self._space(parts[2]))
        if kind not in ("text", "letters") or count * size > held.end - held.at:
            return
        texts = (self._heap_text(held) if kind == "text" else held.take(size) for _ in range(count))
        made.attributes[name] = [text.split(b"\0")[0].decode("utf-8", "replace") for text in texts]

    def _heap_text(self, held: Cursor) -> bytes:
        """A text of any length, which stands in a heap for all of them."""
        length, place, wanted = held.number(4), held.number(8), held.number(4)
        head = self._at(place, 16)
        if head.take(4) != b"GCOL":
            raise damaged(self._path, marked("a text that stands nowhere"))
        head.skip(4)
        heap = self._at(place, head.number(8))
        heap.skip(16)
        while heap.end - heap.at >= 16:
            index, _, _, size = (heap.number(width) for width in (2, 2, 4, 8))
            if index == wanted:
                return heap.take(min(length, size))
            if not index:
                break
            heap.skip((size + 7) // 8 * 8)
        raise damaged(self._path, marked("a text that stands nowhere"))

    def _members(self, tree: int, heap: int) -> dict[str, int]:
        """Names in a group, from its tree and its heap of names."""
        head = self._at(heap, 32)
        if head.take(4) != b"HEAP":
            raise damaged(self._path, marked("a group without names"))
        head.skip(4)
        size, _, start = (head.number(8) for _ in range(3))
        found: dict[str, int] = {}
        left, walked = [tree], set()
        while left:
            place = left.pop()
            if place in walked or len(found) > _MOST_OBJECTS:
                raise damaged(self._path, marked("a group that holds itself"))
            walked.add(place)
            node = self._at(place, 8)
            sign = node.take(4)
            if sign == b"TREE":
                _, _, count = (node.number(width) for width in (1, 1, 2))
                children = self._at(place + 24, 8 + 16 * count)
                for _ in range(count):
                    children.skip(8)
                    left.append(children.number(8))
            elif sign == b"SNOD":
                node.skip(2)
                count = node.number(2)
                entries = self._at(place + 8, 40 * count)
                for _ in range(count):
                    at, where, kind = (entries.number(width) for width in (8, 8, 4))
                    entries.skip(20)
                    # The third kind is a link by name, which may lead anywhere.
                    if kind < 2 and at < size:
                        name = self._at(start + at, min(size - at, 1000)).take(min(size - at, 1000))
                        found[name.split(b"\0")[0].decode("utf-8", "replace")] = where
            else:
                raise damaged(self._path, marked("a group without names"))
        return dict(sorted(found.items()))
