"""Make the embedded table `structure4`: every NAS-Bench-101 cell of at most four vertices, and what it costs.

Nothing in it is measured. Run it from the root of the repository after a change of `vanas_panel.core.cost` or of our
own Parquet form: ``python -m scripts.make_structure_table``.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import multiply_accumulates, trainable_parameters
from vanas_panel.core.encoding import adjacency_columns
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.readers import EMBEDDED, write_table
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

MAX_VERTICES = 4
NAME = f"structure{MAX_VERTICES}"
TITLE = f"NAS-Bench-101 cells of at most {MAX_VERTICES} vertices: structure only, nothing measured"
NOTES = (
    "Structure only: none of these cells was trained, and nothing here is a measurement. All columns follow from the "
    "cell: exact parameters, multiply-accumulates of one 32x32 image, vertices, edges, and depth (the edges of the "
    "longest path from input to output).",
)


def structure_table() -> BenchmarkTable:
    """All cells of at most `MAX_VERTICES` vertices, in ascending order of their keys, without any measured metric."""
    # NAS-Bench-101's own space, so that larger cells can be drawn and are said not to be in the table.
    packed = enumerate_cells(CellSpace(NASBENCH101.operations, MAX_VERTICES, NASBENCH101.max_edges))
    vertices, edges = adjacency_columns(packed)
    columns = {
        "trainable_parameters": trainable_parameters(packed, NASBENCH101),
        "flops": multiply_accumulates(packed, NASBENCH101),
        "vertices": vertices,
        "edges": edges,
        "depth": np.array([depth(Cell.from_packed(int(cell), NASBENCH101)) for cell in packed]),
    }
    metrics = {name: known_metric(name) for name in columns}
    return BenchmarkTable(NASBENCH101, packed, metrics, columns, name=NAME, title=TITLE, notes=NOTES, keys=packed)


def depth(cell: Cell) -> int:
    """Edges on the longest path from input to output."""
    return int(nx.dag_longest_path_length(cell.to_networkx()))


if __name__ == "__main__":
    EMBEDDED.mkdir(exist_ok=True)
    path = EMBEDDED / f"{NAME}.parquet"
    table = structure_table()
    write_table(table, path)
    print(f"{len(table)} cells written to {path}, {path.stat().st_size:,} bytes")
