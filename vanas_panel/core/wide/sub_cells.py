"""Sub-cells of a larger cell: values of the measured ones with and without each edge."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.canonical import FORM_BYTES, new_work, write_form
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES
from vanas_panel.core.wide.lookup import row_of_form


@kernel
def wide_sub_cell_sums(labels, ends, forms, rows, values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums, counts and squares of `values` over sub-cells without (row 0) and with (row 1) each edge.

    Parameters
    ----------
    labels : uint8 (vertices,)
        Operation indices of the cell in a topological order, 0 for input and output.
    ends : int64 (edges, 2)
        Its edges, at most 62.
    forms, rows
        Of a `vanas_panel.core.wide.lookup.WideLookup`.
    values : float64 (n,)

    Returns
    -------
    float64 (2, edges) each
        Squares are sums of squared differences from the mean.
    """
    edges, last = ends.shape[0], labels.size - 1
    sums, counts = np.zeros((2, edges)), np.zeros((2, edges))
    means, squares = np.zeros((2, edges)), np.zeros((2, edges))
    part_labels = np.zeros(MAX_WIDE_VERTICES, np.uint8)
    part_before = np.zeros(MAX_WIDE_VERTICES, np.uint32)
    number = np.zeros(MAX_WIDE_VERTICES, np.int64)
    work, scratch, form = new_work(), np.zeros(FORM_BYTES, np.uint8), np.zeros(FORM_BYTES, np.uint8)
    for chosen in range(1, 1 << edges):
        has_source, has_target = 1, 1 << last
        for index in range(edges):
            if chosen >> index & 1:
                has_target |= 1 << ends[index, 0]
                has_source |= 1 << ends[index, 1]
        # In a DAG all edges lie on paths exactly where each vertex with an edge has one in and one out.
        if has_source != has_target:
            continue
        vertices = 0
        part_labels[:] = 0
        part_before[:] = 0
        for vertex in range(last + 1):
            if has_source >> vertex & 1:
                number[vertex] = vertices
                part_labels[vertices] = labels[vertex]
                vertices += 1
        for index in range(edges):
            if chosen >> index & 1:
                part_before[number[ends[index, 1]]] |= np.uint32(1 << number[ends[index, 0]])
        write_form(part_labels, part_before, vertices, work, scratch, form)
        row = row_of_form(form, forms, rows)
        if row < 0 or np.isnan(values[row]):
            continue
        for edge in range(edges):
            side = chosen >> edge & 1
            sums[side, edge] += values[row]
            counts[side, edge] += 1
            off = values[row] - means[side, edge]
            means[side, edge] += off / counts[side, edge]
            squares[side, edge] += off * (values[row] - means[side, edge])
    return sums, counts, squares
