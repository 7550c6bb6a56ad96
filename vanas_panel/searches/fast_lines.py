"""Reading of the lines of a search on a table at the speed of a disk, where they stand as vanas-panel writes them.

A kernel goes through the bytes once and takes whole numbers, cells and parents; numbers with a fraction it copies into
one text, which Arrow reads exactly. It stops at the first line that is not of that very form: the reader that takes any
JSON goes on there, and says what is wrong.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from vanas_panel.core.encoding import VERTEX_SHIFT, edge_count, kernel, operation_at
from vanas_panel.core.space import CellSpace
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.raw_cells import pruned

WORTH_IT = 1_000_000
"""Bytes from which on the kernel is used: below, the other reader takes no longer than loading it."""

_SHORTEST = 100
"""Bytes of a pair of an ask and a tell, at least."""

_ASK, _RAW, _ROW, _PARENTS, _HOW, _CLOSE = b'{"ask":', b',"raw":"', b'","row":', b',"parents":[', b'],"how":"', b'"}\n'
_TELL, _VALUE, _SECONDS, _REPORT, _END = b'{"tell":', b',"value":', b',"seconds":', b',"report":{', b'}}\n'


class FastLines(NamedTuple):
    """What the kernel took.

    Attributes
    ----------
    end : int
        Where the last whole pair of an ask and a tell ends that it went through.
    trace : int64 (n, 5)
        See `vanas_panel.searches.trace`.
    values : float64 (n, 2 + reports)
        Value, seconds and reports; NaN for null.
    """

    end: int
    trace: np.ndarray
    values: np.ndarray


def fast_lines(content: bytes, start: int, end: int, space: CellSpace, report: list[str]) -> FastLines:
    """Read asks and tells from a place in a file on, as far as they have the form of `run_file`.

    Parameters
    ----------
    content : bytes
        The file.
    start, end : int
        Where the line behind the header begins, and where the last whole line ends.
    space : CellSpace
    report : list of str
        Names of the metrics that are reported.
    """
    most = (end - start) // _SHORTEST
    names = [("," if place else "") + json.dumps(name) + ":" for place, name in enumerate(report)]
    words = [_ASK, _RAW, _ROW, _PARENTS, _HOW, _CLOSE, _TELL, _VALUE, _SECONDS, _REPORT, _END,
             *(how.encode() for how in HOWS), *(name.encode() for name in names)]
    starts = np.cumsum([0, *map(len, words)])
    trace = np.empty((most, 5), np.int64)
    columns = 2 + len(report)
    copied = np.empty(end - start, np.uint8)
    offsets = np.zeros(most * columns + 1, np.int64)
    known = np.zeros(most * columns, np.bool_)
    limits = _limits(space)
    pairs, done = _scan(np.frombuffer(content, np.uint8, end - start, start),
                        np.frombuffer(b"".join(words), np.uint8), starts, len(HOWS), limits, trace, copied, offsets,
                        known)
    count = pairs * columns
    numbers = pa.Array.from_buffers(
        pa.large_string(), count, [pa.py_buffer(np.packbits(known[:count], bitorder="little")),
                                   pa.py_buffer(offsets[:count + 1]), pa.py_buffer(copied[:offsets[count]])])
    values = numbers.cast(pa.float64()).to_numpy(zero_copy_only=False).reshape(pairs, columns)
    infinite = np.flatnonzero(np.isinf(values).any(axis=1))
    if infinite.size:
        # Such as 1e999. The other reader names the line.
        return nothing(report, start)
    return FastLines(start + int(done), trace[:pairs], values)


def nothing(report: list[str], start: int) -> FastLines:
    """What there is before the first line."""
    return FastLines(start, np.empty((0, 5), np.int64), np.empty((0, 2 + len(report))))


def strangers(raws: np.ndarray, space: CellSpace) -> int:
    """How many of some raw cells, ``int64 (n,)``, no search of a space can ask for."""
    return int(_strangers(np.ascontiguousarray(raws), _limits(space)))


def _limits(space: CellSpace) -> np.ndarray:
    """A space as the kernels take it."""
    return np.array([space.max_vertices, len(space.operations), space.max_edges], np.int64)


@kernel
def _strangers(raws, limits):
    """How many of some raw cells are none of a space."""
    count = 0
    for raw in raws:
        count += not _is_cell(raw, limits)
    return count


@kernel
def _word(data, place, words, starts, word):
    """Where a word ends that begins at a place, -1 where it does not."""
    length = starts[word + 1] - starts[word]
    if place < 0 or place + length > data.size:
        return np.int64(-1)
    for index in range(length):
        if data[place + index] != words[starts[word] + index]:
            return np.int64(-1)
    return place + length


@kernel
def _whole(data, place):
    """A whole number of at most 18 digits without a needless zero, and where it ends, -1 where there is none."""
    start, number = place, np.int64(0)
    while 0 <= place < data.size and 48 <= data[place] <= 57 and place - start < 18:
        number = 10 * number + np.int64(data[place]) - 48
        place += 1
    if place == start or (place - start > 1 and data[start] == 48):
        return number, np.int64(-1)
    return number, place


@kernel
def _null(data, place):
    """Whether null stands at a place."""
    return (0 <= place < data.size - 3 and data[place] == 110 and data[place + 1] == 117 and data[place + 2] == 108
            and data[place + 3] == 108)


@kernel
def _digits(data, place):
    """Where digits end, -1 where there are none."""
    start = place
    while place < data.size and 48 <= data[place] <= 57:
        place += 1
    return place if place > start else np.int64(-1)


@kernel
def _number(data, place):
    """Where a number of JSON ends that begins at a place, -1 where there is none."""
    if place < 0 or place >= data.size:
        return np.int64(-1)
    if data[place] == 45:
        place += 1
    first = place
    place = _digits(data, place)
    if place < 0 or (data[first] == 48 and place - first > 1):
        return np.int64(-1)
    if place < data.size and data[place] == 46:
        place = _digits(data, place + 1)
    if 0 <= place < data.size and (data[place] == 101 or data[place] == 69):
        place += 1
        if place < data.size and (data[place] == 43 or data[place] == 45):
            place += 1
        place = _digits(data, place)
    return place


@kernel
def _is_cell(raw, limits):
    """Whether a raw cell is one that a search of a space can ask for."""
    vertices = raw >> VERTEX_SHIFT
    # What is negative has fewer than no vertices.
    if vertices < 2 or vertices > limits[0]:
        return False
    for vertex in range(1, vertices - 1):
        if operation_at(raw, vertex) >= limits[1]:
            return False
    packed = pruned(raw)
    return packed >= 0 and edge_count(packed) <= limits[2]


@kernel
def _ask(data, place, words, starts, hows, limits, asked, row):
    """Read an ask into a row of a trace; where it ends, -1 where there is none."""
    number, place = _whole(data, _word(data, place, words, starts, 0))
    if place < 0 or number != asked:
        return np.int64(-1)
    place = _word(data, place, words, starts, 1)
    start, raw = place, np.int64(0)
    while 0 <= place < data.size and place - start < 15:
        digit = np.int64(data[place])
        if 48 <= digit <= 57:
            digit -= 48
        elif 97 <= digit <= 102:
            digit -= 87
        else:
            break
        raw = raw << 4 | digit
        place += 1
    place = _word(data, place, words, starts, 2)
    if place < 0 or not _is_cell(raw, limits):
        return np.int64(-1)
    row[0], row[1], row[2], row[3] = raw, -1, -1, -1
    if _null(data, place):
        place += 4
    else:
        row[1], place = _whole(data, place)
    place = _word(data, place, words, starts, 3)
    for parent in range(2):
        if place < 0 or place >= data.size or data[place] == 93:
            break
        if parent == 1:
            if data[place] != 44:
                return np.int64(-1)
            place += 1
        row[2 + parent], place = _whole(data, place)
        if place < 0 or row[2 + parent] >= asked:
            return np.int64(-1)
    place = _word(data, place, words, starts, 4)
    for how in range(hows):
        end = _word(data, _word(data, place, words, starts, 11 + how), words, starts, 5)
        if end >= 0:
            row[4] = how
            return end
    return np.int64(-1)


@kernel
def _scan(data, words, starts, hows, limits, trace, copied, offsets, known):
    """Read pairs of an ask and a tell up to the first line of another form; how many, and where the last one ends."""
    columns = (offsets.size - 1) // max(1, trace.shape[0])
    pairs, done, used = 0, 0, 0
    while pairs < trace.shape[0]:
        place = _ask(data, done, words, starts, hows, limits, pairs, trace[pairs])
        number, place = _whole(data, _word(data, place, words, starts, 6))
        if place < 0 or number != pairs:
            break
        entry = pairs * columns
        for column in range(columns):
            word = 7 + column if column < 2 else 11 + hows + column - 2
            if column == 2:
                place = _word(data, place, words, starts, 9)
            place = _word(data, place, words, starts, word)
            known[entry + column] = not _null(data, place)
            end = _number(data, place) if known[entry + column] else (place + 4 if place >= 0 else place)
            if end < 0:
                place = np.int64(-1)
                break
            if known[entry + column]:
                for index in range(place, end):
                    copied[used] = data[index]
                    used += 1
            offsets[entry + column + 1] = used
            place = end
        if columns == 2:
            place = _word(data, place, words, starts, 9)
        place = _word(data, place, words, starts, 10)
        if place < 0:
            break
        pairs += 1
        done = place
    return pairs, done
