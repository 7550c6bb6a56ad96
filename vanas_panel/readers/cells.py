"""From text to packed cells: adjacency as rows of 0 and 1, operations as a comma-separated list.

Every tabular source writes its cells this way, so the checks on them live here and nowhere else. The kernel only says
which rows are no cells; why the first of them is none is then worked out once, in plain Python, for the message.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_OPERATIONS, MAX_VERTICES, adjacency_columns
from vanas_panel.core.space import INPUT, NASBENCH101, OUTPUT, CellSpace
from vanas_panel.errors import SourceError
from vanas_panel.readers.matrices import NOT_A_CELL, pack_matrices

Place = Callable[[int], dict]
"""Where a row stands in its source, as keyword arguments of `SourceError`: path and row, or path and offset."""


@dataclass(frozen=True)
class _Labels:
    """What the distinct operation texts of a column say: one row of `inner` for each text."""

    space: CellSpace
    sizes: np.ndarray
    inner: np.ndarray


def pack_cells(adjacency: pa.Array, operations: pa.Array, place: Place,
               space: CellSpace | None = None) -> tuple[np.ndarray, CellSpace]:
    """Pack cells that are given as text.

    Vertices keep their order wherever every edge already points forward; otherwise they are sorted topologically, the
    lowest index first where several are free.

    Parameters
    ----------
    adjacency : pyarrow string array (n,)
        Row-major 0/1 matrices, ``V * V`` characters each; rows are sources.
    operations : pyarrow string array (n,)
        Comma-separated labels, ``input`` first and ``output`` last.
    place : callable
        Gives `SourceError` the place of a row, see `Place`.
    space : CellSpace, optional
        Whose limits to hold the cells to. By default NAS-Bench-101's where all cells fit into it, otherwise the
        smallest one that holds them, its operations in alphabetical order.

    Returns
    -------
    packed : int64 (n,)
    space : CellSpace

    Raises
    ------
    SourceError
        At the first row that is no cell of the space.

    Examples
    --------
    >>> packed, space = pack_cells(pa.array(["010001000"]), pa.array(["input,maxpool3x3,output"]), lambda row: {})
    >>> hex(packed[0]), space is NASBENCH101
    ('0x32000000000005', True)
    """
    _check_present(adjacency, "adjacency", place)
    _check_present(operations, "operations", place)
    encoded = operations.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    labels = _read_labels(encoded.dictionary.to_pylist(), codes, place, space)
    offsets, text = _text_buffers(adjacency)
    packed = np.empty(len(adjacency), np.int64)
    pack_matrices(offsets, text, codes, labels.sizes, labels.inner, packed)
    strange = np.flatnonzero(packed == NOT_A_CELL)
    if strange.size:
        row = int(strange[0])
        raise _why_not(adjacency[row].as_py(), operations[row].as_py(), place(row))
    return packed, _fitted(labels.space, packed, place, fixed=space is not None)


def _check_present(column: pa.Array, what: str, place: Place) -> None:
    """Refuse rows without a value."""
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise SourceError(f"no {what}", f"{what} in every row", "Fill it in, or leave the row out", **place(row))


def _text_buffers(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offsets ``int64 (n + 1,)`` and characters ``uint8 (m,)`` of a column of texts, without a copy where possible."""
    column = pc.cast(column, pa.large_string())
    _, offsets, text = column.buffers()
    offsets = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    return offsets, np.frombuffer(text, np.uint8) if text is not None else np.empty(0, np.uint8)


def _read_labels(texts: Sequence[str], codes: np.ndarray, place: Place, space: CellSpace | None) -> _Labels:
    """Read the distinct operation texts; `codes` says which rows hold them."""
    split = []
    for code, text in enumerate(texts):
        labels = tuple(label.strip() for label in text.split(","))
        trouble = _label_trouble(labels, space)
        if trouble:
            raise SourceError(*trouble, **place(int(np.flatnonzero(codes == code)[0])))
        split.append(labels)
    space = space or _space_of(split, codes, place)
    indices = {label: index for index, label in enumerate(space.operations)}
    sizes = np.array([len(labels) for labels in split], np.int64)
    inner = np.zeros((len(split), MAX_VERTICES), np.int64)
    for code, labels in enumerate(split):
        inner[code, 1 : len(labels) - 1] = [indices[label] for label in labels[1:-1]]
    return _Labels(space, sizes, inner)


def _label_trouble(labels: tuple[str, ...], space: CellSpace | None) -> tuple[str, str, str] | None:
    """What was found, what was expected and what to do where `labels` cannot be those of a cell."""
    most = MAX_VERTICES if space is None else space.max_vertices
    if len(labels) < 2 or labels[0] != INPUT or labels[-1] != OUTPUT:
        return (f"operations {_short(','.join(labels))!r}", f"{INPUT!r} first and {OUTPUT!r} last",
                "Order the vertices that way")
    if len(labels) > most:
        return (f"a cell of {len(labels)} vertices", f"at most {most}, input and output included",
                "Leave the row out, or describe the cell with fewer vertices")
    for label in labels[1:-1]:
        if label in (INPUT, OUTPUT, ""):
            return (f"operation {label!r} between input and output", "one of the operations of the search space",
                    "Correct the row")
        if space is not None and label not in space.operations:
            return (f"unknown operation {_short(label)!r}", f"one of {', '.join(space.operations)}",
                    "Correct the row, or bring the results as Parquet or CSV, whose operations are free")
    return None


def _space_of(split: Sequence[tuple[str, ...]], codes: np.ndarray, place: Place) -> CellSpace:
    """The space whose operations these are; its limits are fitted to the cells later."""
    used: dict[str, int] = {}
    for code, labels in enumerate(split):
        for label in labels[1:-1]:
            used.setdefault(label, code)
    if used.keys() <= set(NASBENCH101.operations):
        return NASBENCH101
    if len(used) > MAX_OPERATIONS:
        code = list(used.values())[MAX_OPERATIONS]
        raise SourceError(f"{len(used)} distinct operations, {', '.join(_short(label) for label in sorted(used)[:4])}, "
                          "... among them", f"at most {MAX_OPERATIONS}",
                          "Check that each vertex has one label, or group operations",
                          **place(int(np.flatnonzero(codes == code)[0])))
    return CellSpace(tuple(sorted(used)), MAX_VERTICES, MAX_VERTICES * (MAX_VERTICES - 1) // 2)


def _fitted(space: CellSpace, packed: np.ndarray, place: Place, *, fixed: bool) -> CellSpace:
    """`space` with limits that hold all cells; where it is `fixed`, an error at the first cell beyond them."""
    vertices, edges = adjacency_columns(packed)
    if fixed:
        beyond = np.flatnonzero((vertices > space.max_vertices) | (edges > space.max_edges))
        if beyond.size:
            row = int(beyond[0])
            raise SourceError(f"a cell of {vertices[row]} vertices and {edges[row]} edges",
                              f"at most {space.max_vertices} vertices and {space.max_edges} edges",
                              "Leave the row out, or use a search space with higher limits", **place(row))
        return space
    most_vertices, most_edges = int(vertices.max(initial=2)), int(edges.max(initial=1))
    if space is not NASBENCH101:
        return CellSpace(space.operations, most_vertices, most_edges)
    if most_vertices <= space.max_vertices and most_edges <= space.max_edges:
        return space
    return CellSpace(space.operations, max(space.max_vertices, most_vertices), max(space.max_edges, most_edges))


def _why_not(adjacency: str, operations: str, place: dict) -> SourceError:
    """The error for a row that the kernel refused."""
    labels = [label.strip() for label in operations.split(",")]
    size = len(labels)
    if len(adjacency) != size * size:
        side = math.isqrt(len(adjacency))
        shape = f"a {side} x {side} matrix" if side * side == len(adjacency) else "no square matrix"
        return SourceError(f"an adjacency of {len(adjacency)} characters, {shape}, for {size} operations",
                           f"{size * size} characters 0 or 1, one for each ordered pair of vertices",
                           "Write the whole matrix row by row without separators", **place)
    position = next((index for index, letter in enumerate(adjacency) if letter not in "01"), None)
    if position is not None:
        return SourceError(f"{adjacency[position]!r} at place {position} of the adjacency {_short(adjacency)!r}",
                           "only 0 and 1", "Write an edge as 1 and its absence as 0", **place)
    edges = [divmod(index, size) for index, letter in enumerate(adjacency) if letter == "1"]
    problems = Draft(labels, edges).problems(None)
    reasons = " ".join(str(problem) for problem in problems).rstrip(".")
    return SourceError(f"operations {operations!r} with adjacency {adjacency!r}, which is no valid cell: {reasons}",
                       "an acyclic cell in which every vertex and every edge lies on a path from input to output",
                       "Prune or correct the row", **place)


def _short(text: str) -> str:
    """A text from a file, cut to what a message can hold."""
    return text if len(text) <= 60 else text[:57] + "..."
