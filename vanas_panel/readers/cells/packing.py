"""From text to packed cells: adjacency as rows of 0 and 1, operations as a comma-separated list.

Every tabular source writes its cells this way, so the checks on them live here and nowhere else. Matrices are pruned as
NAS-Bench-101's own interface prunes them: what lies on no path from input to output is left out. Kernels only say which
rows are no cells; why the first of them is none is then worked out once, in plain Python, for the message.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_OPERATIONS, MAX_VERTICES, adjacency_columns
from vanas_panel.core.space import INPUT, OUTPUT, CellSpace
from vanas_panel.core.wide.columns import WideCells, is_wide
from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.labels import Location, fitted, index_labels, kept_labels, short, split_labels
from vanas_panel.readers.cells.matrices import LARGEST_SIDE, NOT_A_CELL, find_on_path, labelled_rows, pack_matrices
from vanas_panel.readers.cells.wide_matrices import read_wide_matrices
from vanas_panel.readers.notes import PADDED, PRUNED
from vanas_panel.text.language import Constant, Message, joined


class Packed(NamedTuple):
    """Cells of a source.

    Attributes
    ----------
    packed : int64 (n,) or WideCells
        Columns where a cell has more than 8 vertices, or the space more than 15 operations.
    space : CellSpace
    pruned : bool (n,)
        Where vertices or edges on no path from input to output were left out.
    padded : bool (n,)
        Where the matrix had rows and columns of zeros beyond the operations.
    """

    packed: np.ndarray | WideCells
    space: CellSpace
    pruned: np.ndarray
    padded: np.ndarray


def pack_cells(adjacency: pa.Array, operations: pa.Array, location: Location, space: CellSpace | None = None) -> Packed:
    """Pack cells that are given as text.

    Vertices keep their order wherever every edge already points forward; otherwise they are sorted topologically, the
    lowest index first where several are free.

    Parameters
    ----------
    adjacency : pyarrow string array (n,)
        Row-major 0/1 matrices, ``V * V`` characters each; rows are sources. A matrix may be padded with rows and
        columns of zeros, and hold more than the cell.
    operations : pyarrow string array (n,)
        Comma-separated labels, ``input`` first and ``output`` last.
    location : callable
        Gives `SourceError` the location of a row, see `Location`.
    space : CellSpace, optional
        Whose limits to hold the cells to. By default NAS-Bench-101's where all cells fit into it, otherwise the
        smallest one that holds them, its operations in alphabetical order. Vertices that are left out do not count.

    Returns
    -------
    Packed

    Raises
    ------
    SourceError
        At the first row that is no cell of the space.

    Examples
    --------
    >>> from vanas_panel.core.space import NASBENCH101
    >>> found = pack_cells(pa.array(["001000000"]), pa.array(["input,maxpool3x3,output"]), lambda row: {})
    >>> hex(found.packed[0]), found.space is NASBENCH101, found.pruned
    ('0x20000000000001', True, array([ True]))
    """
    _check_present(adjacency, Constant("adjacency"), location)
    _check_present(operations, Constant("operations"), location)
    encoded = operations.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    labels = split_labels(encoded.dictionary.to_pylist(), codes, location)
    sizes = np.array([len(row) for row in labels], np.int64)[codes]
    offsets, text = text_buffers(adjacency)
    rows_kept, labels_kept = np.empty(codes.size, np.int64), np.empty(codes.size, np.int64)
    find_on_path(offsets, text, sizes, rows_kept, labels_kept)

    def why_not(rows: np.ndarray) -> SourceError:
        """The error for the first of some rows."""
        row = int(rows[0])
        return _why_not(adjacency[row].as_py(), labels[codes[row]], location(row))

    if (strange := np.flatnonzero(rows_kept == 0)).size:
        raise why_not(strange)
    pruned = labels_kept != (1 << sizes) - 1
    labels_on_path, codes_on_path = kept_labels(labels, codes, labels_kept, pruned)
    read, inner = index_labels(labels_on_path, codes_on_path, location, space)
    found: np.ndarray | WideCells
    most = max(map(len, labels_on_path), default=2)
    if is_wide(read) if space is not None else most > MAX_VERTICES or len(read.operations) > MAX_OPERATIONS:
        found = WideCells.empty(codes.size)
        read_wide_matrices(offsets, text, rows_kept, codes_on_path, inner, found.labels, found.predecessors,
                           found.vertices)
        strange = np.flatnonzero(found.vertices == 0)
        sizes_of_cells = found.vertices, found.edge_counts()
    else:
        found = np.empty(codes.size, np.int64)
        pack_matrices(offsets, text, rows_kept, codes_on_path, inner, found)
        strange = np.flatnonzero(found == NOT_A_CELL)
        sizes_of_cells = adjacency_columns(found)
    if strange.size:
        raise why_not(strange)
    return Packed(found, fitted(read, *sizes_of_cells, location, fixed=space is not None), pruned,
                  np.diff(offsets) > sizes * sizes)


def pruning_notes(pruned: np.ndarray, padded: np.ndarray, what: str = "rows",
                  numbers: np.ndarray | None = None) -> list[str]:
    """Say in how many rows something was left out.

    Parameters
    ----------
    pruned, padded : bool (n,)
        As in `Packed`.
    what : str
        Rows or records.
    numbers : int64 (n,), optional
        Which rows of the source these are.

    Returns
    -------
    list of str

    Examples
    --------
    >>> pruning_notes(np.array([False, True]), np.array([False, False]))
    ['In 1 of 2 rows, row 2 for one, vertices or edges on no path from input to output were left out.']
    """
    numbers = np.arange(pruned.size) if numbers is None else numbers
    return [words[what].format(found=np.count_nonzero(which), total=which.size,
                               number=int(numbers[np.argmax(which)]) + 1)
            for which, words in ((padded, PADDED), (pruned, PRUNED)) if which.any()]


def _check_present(column: pa.Array, what: str, location: Location) -> None:
    """Refuse rows without a value."""
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise SourceError(Message("no {what}", what=what), Message("{what} in every row", what=what),
                          "Fill it in, or leave the row out", **location(row))


def text_buffers(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offsets ``int64 (n + 1,)`` and characters ``uint8 (m,)`` of a column of texts, without a copy where possible."""
    column = pc.cast(column, pa.large_string())
    _, offsets, text = column.buffers()
    offsets = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    return offsets, np.frombuffer(text, np.uint8) if text is not None else np.empty(0, np.uint8)


def _why_not(adjacency: str, labels: tuple[str, ...], location: dict) -> SourceError:
    """The error for a row that a kernel refused."""
    size, side = len(labels), math.isqrt(len(adjacency))
    if not size <= side <= LARGEST_SIDE or side * side != len(adjacency):
        shape = (Message("a {side} x {side} matrix", side=side) if side * side == len(adjacency) else
                 Constant("no square matrix"))
        return SourceError(Message("an adjacency of {found} characters, {shape}, for {size} operations",
                                   found=len(adjacency), shape=shape, size=size),
                           Message("{size} characters 0 or 1, one for each ordered pair of vertices", size=size * size),
                           "Write the whole matrix row by row without separators", **location)
    position = next((index for index, letter in enumerate(adjacency) if letter not in "01"), None)
    if position is not None:
        return SourceError(Message("{adjacency!r} at position {position} of the adjacency {adjacency_2!r}",
                                   adjacency=adjacency[position], position=position, adjacency_2=short(adjacency)),
                           "only 0 and 1", "Write an edge as 1 and its absence as 0", **location)
    edges = [divmod(index, side) for index, letter in enumerate(adjacency) if letter == "1"]
    used = {vertex for edge in edges for vertex in edge}
    bits = int(labelled_rows(sum(1 << vertex for vertex in used), side, size))
    if not bits:
        return SourceError(Message("a matrix of {side} rows, {found} of them with edges, for {size} operations",
                                   side=side, found=len(used), size=size),
                           "one operation for each row, or zeros only in the rows beyond them",
                           "Check the operations", **location)
    number = {row: vertex for vertex, row in enumerate(row for row in range(side) if bits >> row & 1)}
    draft = Draft([INPUT, *(label or "?" for label in labels[1:-1]), OUTPUT],
                  [(number[source], number[target]) for source, target in edges])
    if draft.on_path()[0]:
        draft = draft.pruned()
    reasons = joined(" ", [problem.message for problem in draft.problems(None) if problem.kind != "off path"])
    return SourceError(Message("operations {labels!r} with adjacency {adjacency!r}, which is no valid cell: {reasons}",
                               labels=short(",".join(labels)), adjacency=short(adjacency), reasons=reasons),
                       "an acyclic cell with a path from input to output", "Correct the row", **location)
