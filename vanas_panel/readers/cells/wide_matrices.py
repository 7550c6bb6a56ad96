"""Adjacency matrices as texts of 0 and 1 as columns of larger cells: the compiled part for those."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES
from vanas_panel.readers.cells.matrices import LARGEST_SIDE, compress, rank_vertices, read_matrix


@kernel
def read_wide_matrices(offsets, text, rows_kept, codes, inner, labels, predecessors, counts) -> None:
    """Fill the columns of larger cells.

    Parameters
    ----------
    offsets, text, rows_kept, codes, inner
        As for `vanas_panel.readers.cells.matrices.pack_matrices`; at most 24 vertices of a row are kept.
    labels, predecessors, counts
        The columns of a `vanas_panel.core.wide.columns.WideCells`, all 0; `counts` stays 0 where a row is no cell.
    """
    everything = np.zeros(LARGEST_SIDE, np.int64)
    before = np.zeros(MAX_WIDE_VERTICES, np.int64)
    rank = np.zeros(MAX_WIDE_VERTICES, np.int64)
    for row in range(codes.size):
        side = int(np.sqrt(offsets[row + 1] - offsets[row]))
        read_matrix(text[offsets[row] : offsets[row + 1]], side, everything)
        vertices = compress(rows_kept[row], side, everything, before)
        if not rank_vertices(vertices, before, rank):
            continue
        counts[row] = vertices
        for vertex in range(1, vertices):
            if vertex < vertices - 1:
                labels[row, rank[vertex]] = inner[codes[row], vertex]
            found = 0
            for source in range(vertices):
                if before[vertex] >> source & 1:
                    found |= 1 << rank[source]
            predecessors[row, rank[vertex]] = found
