"""Raw cells: kernels and Python draw alike, and pruning agrees with networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.encoding import VERTEX_SHIFT, pack, unpack
from vanas_panel.searches.asking import generator_of
from vanas_panel.searches.raw_cells import RawSpace, crossed, key_of, moved, mutated, random_raw

SPACES = [vp.NASBENCH101, vp.CellSpace(["a"], 5, 6), vp.CellSpace(["a", "b"], 2, 1), vp.CellSpace(list("abcde"), 8, 12)]


def key_by_networkx(raw, space):
    """Key of the cell of a raw cell, by reachability in networkx; None where there is none."""
    operations, edges = unpack(raw)
    last = len(operations) + 1
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(last + 1))
    kept = sorted((nx.descendants(graph, 0) | {0}) & (nx.ancestors(graph, last) | {last}))
    if 0 not in kept or last not in kept:
        return None
    rank = {vertex: place for place, vertex in enumerate(kept)}
    inner = [operations[vertex - 1] for vertex in kept[1:-1]]
    left = [(rank[source], rank[target]) for source, target in edges if source in rank and target in rank]
    return canonical_key(pack(inner, left)) if len(left) <= space.max_edges else None


@given(st.sampled_from(SPACES), st.integers(0, 2**63 - 1))
def test_pruning_agrees_with_networkx(space, bits):
    raws = RawSpace(space)
    raw = space.max_vertices << VERTEX_SHIFT | bits % 2**raws.edges
    for vertex in range(1, raws.inner + 1):
        raw |= (bits >> 3 * vertex) % raws.operations << 28 + (6 - vertex) * 4
    expected = key_by_networkx(raw, space)
    assert raws.key(raw) == (-1 if expected is None else expected) == key_of(raw, space.max_edges)


@given(st.sampled_from(SPACES), st.integers(0, 2**32), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_kernels_and_python_draw_the_same(space, seed, edge_flip, operation_change, exactly_one):
    raws, operations = RawSpace(space), len(space.operations)
    one, other = generator_of(seed), generator_of(seed)
    raw = random_raw(one, space.max_vertices, operations, space.max_edges)
    assert raws.random(other) == raw
    child = mutated(one, raw, operations, space.max_edges, edge_flip, operation_change, exactly_one)
    assert raws.mutated(other, raw, edge_flip, operation_change, exactly_one) == child
    assert raws.crossed(other, raw, child) == crossed(one, raw, child, space.max_edges)
    assert one.random() == other.random()
    for move in range(raws.moves):
        assert raws.moved(raw, move) == moved(raw, move, operations)


def test_one_change_is_one_change():
    raws, generator = RawSpace(vp.NASBENCH101), generator_of(0)
    raw = raws.random(generator)
    neighbours = {raws.moved(raw, move) for move in range(raws.moves)}
    assert len(neighbours) == raws.moves == 21 + 5 * 2
    children = {raws.mutated(generator, raw, 0, 0, True) for _ in range(2_000)}
    assert children == {each for each in neighbours if raws.key(each) >= 0}


def test_mutation_rates_match_their_settings():
    # All cells of this space are valid where the first edge stays, so nothing is drawn again for another reason.
    space = vp.CellSpace(["a", "b", "c"], 8, 28)
    raws, generator = RawSpace(space), generator_of(1)
    raw = pack([0] * 6, [(i, j) for i in range(8) for j in range(i + 1, 8)])
    flips = changes = 0
    for _ in range(2_000):
        difference = raw ^ raws.mutated(generator, raw, 1 / 21, 1 / 5, False)
        flips += (difference & 2**28 - 1).bit_count()
        changes += sum(difference >> 28 + 4 * place & 15 > 0 for place in range(6))
    assert flips / 2_000 / 28 == pytest.approx(1 / 21, abs=0.003)
    assert changes / 2_000 / 6 == pytest.approx(1 / 5, abs=0.012)


def test_a_space_whose_only_cell_cannot_change_gives_that_cell():
    raws = RawSpace(vp.CellSpace(["a"], 2, 1))
    assert {raws.random(generator_of(seed)) for seed in range(9)} == {pack([], [(0, 1)])}
    assert raws.mutated(generator_of(0), pack([], [(0, 1)]), 0, 0, True) == pack([], [(0, 1)])
    assert np.int64(raws.size) == 2
