"""The columns that hold larger cells in our own Parquet form: labels, predecessors and vertices, as bytes.

``labels`` are 24 bytes a row, ``predecessors`` 24 little-endian ``uint32`` (96 bytes), ``vertices`` is ``uint8``, as
`vanas_panel.core.wide.columns.WideCells` has them. A file has these or ``packed`` and ``key``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, WideCells

COLUMNS = ("labels", "predecessors", "vertices")
_BYTES = {"labels": MAX_WIDE_VERTICES, "predecessors": 4 * MAX_WIDE_VERTICES}


def has_larger(names: Sequence[str]) -> bool:
    """Whether the columns of a file are those of larger cells."""
    return "packed" not in names and {*COLUMNS} <= {*names}


def columns_of(cells: WideCells) -> dict[str, pa.Array]:
    """The columns of a file that hold some cells."""
    parts = {"labels": cells.labels, "predecessors": cells.predecessors.astype("<u4")}
    columns: dict[str, pa.Array] = {
        name: pa.FixedSizeBinaryArray.from_buffers(pa.binary(_BYTES[name]), len(cells), [
            None, pa.py_buffer(np.ascontiguousarray(part).tobytes())]) for name, part in parts.items()}
    return {**columns, "vertices": pa.array(cells.vertices)}


def cells_of(rows: pa.Table) -> WideCells:
    """The cells in the columns of a file.

    Raises
    ------
    ValueError
        Where a column is of another type, or a value is missing.
    """
    for name, width in _BYTES.items():
        if rows[name].type != pa.binary(width):
            raise ValueError(f"{name} of type {rows[name].type}")
    if rows["vertices"].type != pa.uint8() or not rows.num_rows or any(rows[name].null_count for name in COLUMNS):
        raise ValueError(f"{rows.num_rows} cells, some of them missing")
    parts = {name: b"".join(rows[name].to_pylist()) for name in _BYTES}
    return WideCells(np.frombuffer(parts["labels"], np.uint8).reshape(-1, MAX_WIDE_VERTICES),
                     np.frombuffer(parts["predecessors"], "<u4").astype(np.uint32).reshape(-1, MAX_WIDE_VERTICES),
                     rows["vertices"].to_numpy())


def strange_rows(cells: WideCells, operations: int, max_vertices: int, max_edges: int) -> np.ndarray:
    """Rows that are no cells with so many operations, or beyond the limits, ``int64 (m,)``."""
    good = np.zeros(len(cells), np.bool_)
    _check_cells(cells.labels, cells.predecessors, cells.vertices, operations, good)
    return np.flatnonzero(~good | (cells.vertices > max_vertices) | (cells.edge_counts() > max_edges))


@kernel
def _check_cells(labels, predecessors, vertices, operations, good):
    """Say for every row whether it is a valid cell, with nothing behind its output."""
    for row in range(vertices.size):
        count = np.int64(vertices[row])
        if count < 2 or count > MAX_WIDE_VERTICES:
            continue
        fine, sources, targets = True, np.int64(0), np.int64(0)
        for vertex in range(MAX_WIDE_VERTICES):
            label, before = np.int64(labels[row, vertex]), np.int64(predecessors[row, vertex])
            inner = 0 < vertex < count - 1
            if (inner and label >= operations) or (not inner and label) or before >> vertex or (
                    vertex >= count and before):
                fine = False
            sources |= before
            targets |= (1 if before else 0) << vertex
        everything = (1 << count) - 1
        good[row] = fine and sources == everything >> 1 and targets == everything - 1
