"""Edits of drafts keep every other part of the drawing."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.strategies import drafts
from vanas_panel.core.draft import Draft
from vanas_panel.core.edit import free_edge, with_edge, with_edge_type, with_vertex, without_edge, without_vertex
from vanas_panel.core.space import NASBENCH101

CONV, CONV1, POOL = NASBENCH101.operations
operations = st.sampled_from(NASBENCH101.operations)


@given(drafts(), operations)
def test_removing_an_added_vertex_gives_the_draft_back(draft, operation):
    grown = with_vertex(draft, operation)
    assert grown.operations == (*draft.operations[:-1], operation, "output")
    assert oracles.graph_of(grown.operations, grown.edges).degree(draft.output) == 0
    assert without_vertex(grown, draft.output) == draft


@given(drafts(), st.data())
def test_removing_a_vertex_leaves_the_rest_of_the_graph(draft, data):
    if draft.output == 1:
        return
    vertex = data.draw(st.integers(1, draft.output - 1))
    graph = oracles.graph_of(draft.operations, draft.edges)
    graph.remove_node(vertex)
    kept = sorted(graph)
    smaller = without_vertex(draft, vertex)
    assert smaller.operations == tuple(draft.operations[old] for old in kept)
    assert {(kept[source], kept[target]) for source, target in smaller.edges} == set(graph.edges)


@pytest.mark.parametrize("vertex", [-1, 0, 2, 3])
def test_input_and_output_cannot_be_removed(vertex):
    with pytest.raises(IndexError):
        without_vertex(Draft(["input", CONV, "output"]), vertex)


@given(drafts(), st.data())
def test_added_edge_can_be_removed_again(draft, data):
    end = st.integers(0, draft.output)
    edge = data.draw(st.tuples(end, end))
    assert set(with_edge(draft, edge).edges) == {*draft.edges, edge}
    assert set(without_edge(draft, edge).edges) == {*draft.edges} - {edge}


@given(drafts(), st.sampled_from(NASBENCH101.edge_types))
def test_a_free_edge_joins_two_vertices_without_a_cycle(draft, kind):
    edge = free_edge(draft, *kind)
    # A draft that has a cycle already keeps it, whatever is added.
    possible = {
        (source, target)
        for source in range(draft.output + 1)
        for target in range(draft.output + 1)
        if draft.edge_type((source, target)) == kind and (source, target) not in draft.edges
        and nx.is_directed_acyclic_graph(oracles.graph_of(draft.operations, [*draft.edges, (source, target)]))
    }
    assert (edge in possible) if possible else edge is None


@given(drafts(), st.sampled_from(NASBENCH101.edge_types))
def test_an_edge_type_is_added_with_as_few_vertices_as_it_takes(draft, kind):
    grown, edge = with_edge_type(draft, *kind)
    added = Counter(grown.operations) - Counter(draft.operations)
    assert grown.operations[: draft.output] == draft.operations[:-1]
    assert added.total() <= 2 and set(added) <= set(kind)
    if grown == draft:
        # Nothing can help: the edge from input to output is there, or the draft has a cycle.
        assert edge in draft.edges or draft.topological_order() is None or kind == ("input", "output")
        return
    assert grown.edge_type(edge) == kind and edge in grown.edges
    assert len(grown.edges) == len(draft.edges) + 1
    assert grown.topological_order() is not None
    if added:
        assert free_edge(draft, *kind) is None


def test_an_edge_type_on_an_empty_draft():
    draft, edge = with_edge_type(Draft(["input", "output"]), CONV, POOL)
    assert Counter(draft.operations) == Counter(["input", CONV, POOL, "output"])
    assert draft.edge_type(edge) == (CONV, POOL) and draft.edges == (edge,)
