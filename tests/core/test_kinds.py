"""Kinds of search spaces, against networkx and against every expression of the grammar of nested cells."""

from functools import lru_cache
from itertools import combinations, product

import networkx as nx
import pytest

import vanas_panel as vp
from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.encoding import pack, unpack
from vanas_panel.core.kinds import KINDS, KindSpace

SMALL = vp.CellSpace(["a", "b"], max_vertices=5, max_edges=7)


def all_cells(space):
    """Every cell of a space as a labelled graph of networkx, isomorphic ones once."""
    found = {}
    for vertices in range(2, space.max_vertices + 1):
        pairs = list(combinations(range(vertices), 2))
        for count in range(1, min(space.max_edges, len(pairs)) + 1):
            for edges in combinations(pairs, count):
                ends = {source for source, _ in edges}, {target for _, target in edges}
                if ends != (set(range(vertices - 1)), set(range(1, vertices))):
                    continue
                for labels in product(space.operations, repeat=vertices - 2):
                    graph = nx.DiGraph(edges)
                    nx.set_node_attributes(graph, dict(enumerate(("input", *labels, "output"))), "operation")
                    alike = found.setdefault((vertices, count, tuple(sorted(labels))), [])
                    if not any(nx.is_isomorphic(graph, other, lambda one, two: one == two) for other in alike):
                        alike.append(graph)
    return [graph for alike in found.values() for graph in alike]


def is_chain(graph):
    return all(degree <= 1 for _, degree in [*graph.in_degree(), *graph.out_degree()])


def is_branched(graph):
    inner = graph.subgraph(set(graph) - {0, max(graph)})
    return all(len(nx.dag_longest_path(inner.subgraph(part))) == len(part)
               for part in nx.weakly_connected_components(inner))


@lru_cache
def expressions(inner):
    """Every way to write a nested part of so many operations: op, pass, or two parts in series or side by side."""
    if inner <= 1:
        return ("pass",) if inner == 0 else ("op", ("side by side", "op", "pass"))
    pairs = [(one, other) for first in range(1, inner) for one in expressions(first)
             for other in expressions(inner - first)]
    joined = [(how, *pair) for how in ("in series", "side by side") for pair in pairs]
    return tuple(joined + [("side by side", each, "pass") for each in joined])


def flat(expression):
    """The edges of an expression as a flat cell: a network of wires, from which the wires are then taken out."""
    wires = nx.DiGraph()
    numbers = iter(range(1, 1_000))
    operations = []

    def build(part, start, end):
        if part == "pass":
            wires.add_edge(start, end)
        elif part == "op":
            operations.append(("op", next(numbers)))
            wires.add_edges_from([(start, operations[-1]), (operations[-1], end)])
        elif part[0] == "side by side":
            build(part[1], start, end)
            build(part[2], start, end)
        else:
            middle = ("wire", next(numbers))
            build(part[1], start, middle)
            build(part[2], middle, end)

    build(expression, "input", "output")
    vertices = ["input", *operations, "output"]

    def targets(vertex):
        for after in wires.successors(vertex):
            if isinstance(after, tuple) and after[0] == "wire":
                yield from targets(after)
            else:
                yield after

    edges = {(one, other) for one in vertices if one != "output" for other in targets(one)}
    order = [each for each in nx.topological_sort(wires) if each in vertices]
    rank = {each: place for place, each in enumerate(order)}
    return sorted((rank[one], rank[other]) for one, other in edges)


@lru_cache
def nested_shapes(inner):
    return {canonical_key(pack([0] * inner, flat(each))) for each in expressions(inner)}


def is_nested(graph):
    inner = len(graph) - 2
    return canonical_key(pack([0] * inner, graph.edges)) in nested_shapes(inner)


HOLDS = {"chain": is_chain, "branches": is_branched, "cells": lambda graph: True, "hierarchical": is_nested}


@pytest.fixture(scope="module")
def graphs():
    return all_cells(SMALL)


@pytest.mark.parametrize("kind", KINDS)
def test_cells_of_a_kind_are_those_of_networkx(kind, graphs):
    space = KindSpace(SMALL.operations, SMALL.max_vertices, SMALL.max_edges, kind)
    expected = [graph for graph in graphs if HOLDS[kind](graph)]
    found = vp.enumerate_cells(space)
    keys = {space.key_of(vp.Cell([graph.nodes[vertex]["operation"] for vertex in sorted(graph)], graph.edges, SMALL))
            for graph in expected}
    assert set(found.tolist()) == keys and len(found) == len(expected)
    assert kind == "cells" or 0 < len(expected) < len(graphs)


def test_nested_shapes_are_all_that_the_grammar_writes():
    shapes = vp.enumerate_cells(vp.CellSpace(["a"], max_vertices=6, max_edges=15))
    for inner in range(5):
        of_size = {int(shape) for shape in shapes if len(unpack(shape)[0]) == inner}
        assert {shape for shape in of_size if KINDS["hierarchical"].holds(shape)} == nested_shapes(inner)


@pytest.mark.parametrize("operations", [1, 2, 3])
def test_chains_are_the_words_over_the_operations(operations):
    space = KindSpace("abc"[:operations], 6, 9, "chain")
    assert vp.enumerate_cells(space).size == sum(operations**layers for layers in range(5))


def test_bridge_is_neither_branched_nor_nested():
    # One branch feeds the middle of the other, the smallest such cell.
    cell = (["input", "a", "b", "c", "output"], [(0, 1), (0, 2), (1, 3), (2, 3), (1, 4), (3, 4)])
    for kind, problems in (("cells", 0), ("branches", 1), ("chain", 1), ("hierarchical", 1)):
        assert len(vp.Draft(*cell).problems(KindSpace("abc", 5, 9, kind))) == problems
    with pytest.raises(vp.InvalidCellError, match="This search space has chains only"):
        vp.Cell(*cell, KindSpace("abc", 5, 9, "chain"))


def test_the_order_of_vertices_makes_no_difference():
    # output's predecessor stands first.
    draft = vp.Draft(["input", "b", "a", "output"], [(0, 2), (2, 1), (1, 3)])
    assert draft.problems(KindSpace("ab", 4, 4, "chain")) == ()


@pytest.mark.parametrize("edges", [[], [(0, 1)], [(0, 1), (1, 2), (2, 1), (2, 3)], [(0, 1), (1, 3), (0, 2)],
                                   [(0, 1), (1, 3)]])
def test_unfinished_draft_has_no_kind(edges):
    kinds = {problem.kind for problem in vp.Draft(["input", "a", "a", "output"], edges).problems(
        KindSpace("a", 4, 4, "chain"))}
    assert kinds and "not of this kind" not in kinds


@pytest.mark.parametrize("kind", ["Chain", "", None, 3, ["chain"]])
def test_unknown_kind_is_refused(kind):
    with pytest.raises(vp.SearchSpaceError, match=r"expected one of chain, branches, cells, hierarchical"):
        KindSpace("ab", 4, 4, kind)
