"""Ten million rows in a Parquet file, for benchmarks of large tables: distinct cells, or few of them with repeats.

Distinct cells are the graphs of NAS-Bench-101 with operations drawn among `OPERATIONS`, no two equal up to relabelling.
Rows with repeats are drawn among the cells of NAS-Bench-101, so that each has about 24, in no order.

``python -m tests.bench.many_rows NASBENCH101.parquet TARGET.parquet [ROWS] [OPERATIONS]`` writes distinct cells,
190 MB in about two minutes; with ``repeats`` in the place of OPERATIONS, it writes rows with repeats. All are in the
form that people have: texts of matrices and labels.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import vanas_panel as vp
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.encoding import EDGE_FIELD, MAX_INNER, OPERATION_BITS, OPERATION_SHIFT, VERTEX_SHIFT
from vanas_panel.core.matrix_text import cells_as_texts

ROWS = 10_000_000
OPERATIONS = (*vp.NASBENCH101.operations, "avgpool3x3", "skip", "sepconv3x3")
_PART = 500_000


def with_operations(packed: np.ndarray, operations: int, rng: np.random.Generator) -> np.ndarray:
    """Packed cells, ``int64 (n,)``, with every operation drawn anew among so many."""
    vertices = packed >> VERTEX_SHIFT
    drawn = vertices << VERTEX_SHIFT | packed & EDGE_FIELD
    for vertex in range(1, MAX_INNER + 1):
        operation = np.where(vertex < vertices - 1, rng.integers(0, operations, packed.size), 0)
        drawn |= operation << OPERATION_SHIFT + OPERATION_BITS * (MAX_INNER - vertex)
    return drawn


def distinct_cells(packed: np.ndarray, operations: int, rows: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """So many distinct cells with the graphs of others, in parts."""
    seen, total = np.empty(0, np.int64), 0
    while total < rows:
        part = with_operations(packed, operations, rng)
        keys, first = np.unique(canonical_keys(part), return_index=True)
        new = ~np.isin(keys, seen, assume_unique=True)
        seen = np.sort(np.concatenate([seen, keys[new]]), kind="stable")
        part = part[np.sort(first[new])][: rows - total]
        total += part.size
        yield part


def repeated_cells(packed: np.ndarray, rows: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """So many rows drawn among some cells, in parts."""
    for done in range(0, rows, _PART):
        yield packed[rng.integers(0, packed.size, min(_PART, rows - done))]


def write_many(source: Path | str, target: Path | str, rows: int = ROWS, operations: int = len(OPERATIONS), *,
               repeats: bool = False) -> None:
    """Write so many rows with three metrics.

    Parameters
    ----------
    source : path-like
        NAS-Bench-101.
    target : path-like
    rows : int, optional
    operations : int, optional
        How many there are.
    repeats : bool, optional
        Draw among the cells of the source, so that cells have repeats.
    """
    rng = np.random.default_rng(0)
    names = (*OPERATIONS, *(f"operation{number}" for number in range(len(OPERATIONS), operations)))[:operations]
    space = vp.NASBENCH101 if repeats else vp.CellSpace(names, 7, 9)
    packed = vp.open_table(source).packed
    parts = repeated_cells(packed, rows, rng) if repeats else distinct_cells(packed, operations, rows, rng)
    writer = None
    for drawn in parts:
        part = pa.table({
            **cells_as_texts(drawn, space),
            "test_accuracy": rng.normal(0.93, 0.02, drawn.size).clip(0, 1).astype(np.float32),
            "training_time": rng.uniform(100, 5000, drawn.size).astype(np.float32),
            # A cell has one number of parameters, whatever row it stands in.
            "trainable_parameters": drawn % 49_900_000 + 100_000})
        writer = writer or pq.ParquetWriter(target, part.schema, compression="zstd")
        writer.write_table(part)
    if writer:
        writer.close()


if __name__ == "__main__":
    more = sys.argv[4:5]
    write_many(*sys.argv[1:3], *map(int, sys.argv[3:4]), **({"repeats": True} if more == ["repeats"] else
                                                            {"operations": int(more[0])} if more else {}))
