"""The packed form loses nothing and orders cells as its table says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core import encoding


@st.composite
def forward_graphs(draw):
    inner = draw(st.lists(st.integers(0, encoding.MAX_OPERATIONS - 1), max_size=encoding.MAX_INNER))
    vertices = len(inner) + 2
    pairs = [(source, target) for target in range(vertices) for source in range(target)]
    return tuple(inner), tuple(sorted(draw(st.sets(st.sampled_from(pairs)))))


@given(forward_graphs())
def test_packing_loses_nothing(graph):
    packed = encoding.pack(*graph)
    assert 0 < packed < 1 << 56
    assert encoding.unpack(packed) == graph


@given(forward_graphs())
def test_kernels_read_packed_cells(graph):
    operations, edges = graph
    packed = np.int64(encoding.pack(operations, edges))
    vertices = len(operations) + 2
    assert encoding.vertex_count(packed) == vertices
    assert encoding.edge_count(packed) == len(edges)
    assert [encoding.operation_at(packed, vertex) for vertex in range(1, vertices - 1)] == list(operations)
    found = {(s, t) for t in range(vertices) for s in range(t) if encoding.has_edge(packed, s, t)}
    assert found == set(edges)


@given(forward_graphs(), forward_graphs())
def test_packed_cells_compare_by_vertices_then_operations_then_edges(one, other):
    def key(graph):
        operations, edges = graph
        return len(operations), operations, sum(1 << (target * (target - 1) // 2 + source) for source, target in edges)

    assert (encoding.pack(*one) < encoding.pack(*other)) == (key(one) < key(other))


@given(st.lists(forward_graphs(), max_size=5))
def test_columns_of_sizes(graphs):
    packed = np.array([encoding.pack(*graph) for graph in graphs], dtype=np.int64)
    vertices, edges = encoding.adjacency_columns(packed)
    assert vertices.tolist() == [len(operations) + 2 for operations, _ in graphs]
    assert edges.tolist() == [len(found) for _, found in graphs]


@pytest.mark.parametrize("value", [0, 1, 0b1011, (1 << 28) - 1, (1 << 62) + 5])
def test_bits_are_counted(value):
    assert encoding.count_bits(np.int64(value)) == value.bit_count()
