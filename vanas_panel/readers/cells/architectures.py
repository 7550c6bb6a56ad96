"""Architecture strings of NAS-Bench-201 as cells: the line graph of each, see `vanas_panel.core.line_graph`.

One column of texts may hold them, or six columns the operations, as a study does that chooses each for itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_OPERATIONS, pack
from vanas_panel.core.kinds import LINE, PRUNED_LINE, KindSpace
from vanas_panel.core.line_graph import (
    LINE_EDGES,
    NASBENCH201_OPERATIONS,
    NONE,
    PLACES,
    VERTICES,
    is_like_architecture,
    read_architecture,
    write_architecture,
)
from vanas_panel.core.space import INPUT, OUTPUT, CellSpace
from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.columns.conditions import is_text
from vanas_panel.readers.columns.names import listed
from vanas_panel.readers.description import KEEP, PRUNE
from vanas_panel.readers.notes import ARCHITECTURES, NO_PATH, OPERATION_COLUMNS
from vanas_panel.text.language import Message, both, marked

_FORM = "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|"
_NUMBERED = re.compile(r"(?P<stem>.*\D)(?P<number>[0-5])")


class Architectures(NamedTuple):
    """Cells of some rows.

    Attributes
    ----------
    packed : int64 (n,)
        0 where nothing is left of a cell.
    space : KindSpace
    """

    packed: np.ndarray
    space: KindSpace


def find_architectures(texts: pa.Table, ignored: Collection[str], path: Path) -> tuple[str, ...]:
    """The columns that hold architectures: one of strings, or six of operations; none where there are none.

    Parameters
    ----------
    texts : pyarrow.Table
        Columns of texts, or the first rows of them.
    ignored : collection of str
        Columns that a description leaves out.
    path : Path
        Of the source, for messages.

    Raises
    ------
    SourceError
        Where several columns hold different ones.
    """
    there = [field.name for field in texts.schema if is_text(field) and field.name not in ignored]
    first = {name: _first(texts[name]) for name in there}
    strings = [name for name, text in first.items() if text is not None and is_like_architecture(text)]
    if len(strings) > 1 and any(not texts[name].equals(texts[strings[0]]) for name in strings):
        raise SourceError(Message("architecture strings of NAS-Bench-201 in the columns {names}", names=both(strings)),
                          "one column of them", "List the others under 'ignore' in a description", path=path)
    if strings:
        return (strings[0],)
    groups: dict[str, list[str]] = {}
    for name in there:
        if (match := _NUMBERED.fullmatch(name)) and first[name] in NASBENCH201_OPERATIONS:
            groups.setdefault(match["stem"], []).append(name)
    whole = [sorted(names) for names in groups.values() if len(names) == len(PLACES)]
    return tuple(whole[0]) if len(whole) == 1 else ()


def found_notes(columns: Sequence[str]) -> list[str]:
    """Say how the columns are understood."""
    if len(columns) == 1:
        return [ARCHITECTURES.format(name=columns[0])]
    places = ", ".join(f"{start}->{end}" for start, end in PLACES)
    return [OPERATION_COLUMNS.format(names=listed(columns), places=places)]


def read_architectures(rows: pa.Table, columns: Sequence[str], none: str, space: CellSpace | None,
                       path: Path) -> Architectures:
    """Pack the cells of some rows.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    columns : sequence of str
        As `find_architectures` gives them.
    none : str
        One of `vanas_panel.readers.description.NONES`, or nothing, which keeps it.
    space : CellSpace or None
        Whose operations, and their order, a description asks for.
    path : Path
        Of the source, for messages.

    Raises
    ------
    SourceError
        At the first row that holds no architecture.
    """
    texts = _strings(rows, columns, path)
    encoded = texts.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    read = []
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        operations = read_architecture(text)
        if operations is None or not {INPUT, OUTPUT}.isdisjoint(operations):
            raise SourceError(Message("{text!r:.100} in column {name!r}, which holds architecture strings of "
                                      "NAS-Bench-201", text=text, name=columns[0]),
                              Message("four nodes, as in {form}", form=_FORM),
                              "Correct the row, or leave it out; cells of more nodes are not read", path=path,
                              row=int(np.flatnonzero(codes == code)[0]))
        read.append(operations)
    kind_space = _space_of(read, codes, none, space, path)
    number = {operation: index for index, operation in enumerate(kind_space.operations)}
    packed = np.zeros(len(read), np.int64)
    for code, operations in enumerate(read):
        gone = sum(1 << place for place, operation in enumerate(operations) if operation == NONE) if (
            none == PRUNE) else 0
        kept, edges = _part(gone)
        if kept is not None:
            packed[code] = pack([number[operations[place]] for place in kept], edges)
    return Architectures(packed[codes], kind_space)


def without_path(rows: pa.Table, kept: np.ndarray, columns: Sequence[str], none: str,
                 path: Path) -> tuple[np.ndarray, list[str]]:
    """The rows of which something is left where ``none`` is pruned, ``int64 (m,)``, and how many are not.

    Raises
    ------
    SourceError
        Where a row holds no architecture, or nothing is left of any.
    """
    if none != PRUNE:
        return kept, []
    try:
        packed = read_architectures(rows.take(pa.array(kept)), columns, none, None, path).packed
    except SourceError as error:
        raise error if error.row is None else error.in_row(int(kept[error.row])) from None
    lost = np.flatnonzero(packed == 0)
    if not lost.size:
        return kept, []
    if lost.size == kept.size:
        raise SourceError("no architecture with a path from input to output once 'none' is pruned",
                          "at least one", Message("Keep it: none={keep!r}", keep=KEEP), path=path)
    return kept[packed != 0], [NO_PATH.format(found=lost.size, total=kept.size, row=int(kept[lost[0]]) + 1)]


def _first(column: pa.ChunkedArray) -> str | None:
    """The first text of a column that is not missing."""
    some = column.drop_null()
    return str(some[0].as_py()).strip() if len(some) else None


def _strings(rows: pa.Table, columns: Sequence[str], path: Path) -> pa.Array:
    """The architecture string of every row."""
    parts = [pc.cast(rows[name], pa.large_string()).combine_chunks() for name in columns]
    for name, part in zip(columns, parts, strict=True):
        if part.null_count:
            raise SourceError(Message("no architecture in column {name!r}", name=name), "one in every row",
                              "Fill it in, or leave the row out", path=path, row=part.is_null().index(True).as_py())
    if len(parts) == 1:
        return parts[0]
    # Each operation with what stands before it in the string; the end of it is all that is left.
    *before, end = write_architecture(["\0"] * len(PLACES)).split("\0")
    pieces: list[pa.Array | pa.Scalar] = []
    for words, part in zip(before, parts, strict=True):
        pieces += [pa.scalar(words, pa.large_string()), pc.utf8_trim_whitespace(part)]
    return pc.binary_join_element_wise(*pieces, pa.scalar(end, pa.large_string()), pa.scalar("", pa.large_string()))


@lru_cache(maxsize=64)
def _part(gone: int) -> tuple[tuple[int, ...] | None, tuple[tuple[int, int], ...]]:
    """Which of the six operations are left where some are gone, given as bits, and the edges between what is left.

    None in the place of the operations where no path is left.
    """
    edges = [edge for edge in LINE_EDGES if not any(gone << 1 >> vertex & 1 for vertex in edge)]
    vertices, on_path = Draft([INPUT, *["x"] * len(PLACES), OUTPUT], edges).on_path()
    if not vertices:
        return None, ()
    # The last vertex comes last also where it is not the eighth.
    number = {vertex: index for index, vertex in enumerate(sorted(vertices))}
    return (tuple(vertex - 1 for vertex in sorted(vertices) if 0 < vertex < VERTICES - 1),
            tuple((number[source], number[target]) for source, target in sorted(on_path)))


def _space_of(read: Sequence[tuple[str, ...]], codes: np.ndarray, none: str, space: CellSpace | None,
              path: Path) -> KindSpace:
    """The search space of some architectures: NAS-Bench-201's operations where they have no others."""
    pruned = none == PRUNE
    used: dict[str, int] = {}
    for code, operations in enumerate(read):
        for operation in operations:
            if not (pruned and operation == NONE):
                used.setdefault(operation, code)
    known = [operation for operation in NASBENCH201_OPERATIONS if not (pruned and operation == NONE)]
    names = known if used.keys() <= set(known) else [*(each for each in known if each in used),
                                                     *sorted(used.keys() - set(known))]
    if space is not None:
        for operation, code in used.items():
            if operation not in space.operations:
                raise SourceError(Message("operation {operation!r} in an architecture string of NAS-Bench-201",
                                          operation=brief(operation, 60)),
                                  Message("one of {names}, which the description names",
                                          names=", ".join(space.operations)),
                                  "Correct the row, or the operations of the description", path=path,
                                  row=int(np.flatnonzero(codes == code)[0]))
        names = list(space.operations)
    if len(names) > MAX_OPERATIONS:
        raise SourceError(Message("{found} distinct operations in architecture strings of NAS-Bench-201",
                                  found=len(names)),
                          Message("at most {most}", most=MAX_OPERATIONS), marked("Group operations"), path=path)
    return KindSpace(names, VERTICES, len(LINE_EDGES), PRUNED_LINE if pruned else LINE)
