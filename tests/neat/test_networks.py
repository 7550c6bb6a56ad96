"""Networks that genomes express: equal exactly where an independent test of isomorphism says so."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.errors import ExchangeError, SearchError
from vanas_panel.neat import Genome, NodeGene, express
from vanas_panel.neat.canonical import canonical_order
from vanas_panel.training.neat.plan import Plan

OPERATIONS = ("none", "skip_connect", "sep_conv_3x3")


@st.composite
def genomes(draw, most=6):
    """Genomes of one input, few operations, and connections from lower to higher places."""
    hidden = draw(st.integers(0, most - 2))
    nodes = [0, *range(2, 2 + hidden), 1]
    pairs = [pair for pair in itertools.combinations(nodes, 2) if draw(st.integers(0, 2))]
    numbers = draw(st.permutations(range(1, len(pairs) + 1)))
    genes = [vp.neat.ConnectionGene(number, *pair, draw(st.integers(0, 4)) > 0)
             for number, pair in zip(numbers, pairs, strict=True)]
    reached = {gene.target for gene in genes} | {gene.source for gene in genes} | {1}
    ones = [NodeGene(node, (draw(st.sampled_from(OPERATIONS)), draw(st.sampled_from(OPERATIONS))),
                     draw(st.sampled_from(("identity", "relu"))), draw(st.sampled_from(("add", "multiply"))))
            for node in sorted(reached - {0})]
    return Genome(genes, (0,), 1, ones)


def graph_of(genome):
    """The network of a genome by another way: a graph whose paths are all written out."""
    graph = nx.DiGraph()
    graph.add_nodes_from([0, genome.output])
    for target in genome.nodes:
        incoming = sorted((gene for gene in genome.genes if gene.target == target), key=lambda gene: gene.innovation)
        for number, gene in enumerate(incoming):
            name = genome.node_gene(target).operations[number % 2]
            if gene.enabled and name != "none":
                graph.add_edge(gene.source, target, name=name)
    on_paths = set(itertools.chain.from_iterable(nx.all_simple_paths(graph, 0, genome.output)))
    graph = graph.subgraph(on_paths).copy()
    for node in graph:
        gene = genome.node_gene(node)
        joins = gene.aggregation if graph.in_degree(node) > 1 else ""
        graph.nodes[node]["label"] = "in" if node == 0 else (gene.activation, joins, node == genome.output)
    return graph


def isomorphic(a, b):
    return nx.is_isomorphic(a, b, lambda one, other: one["label"] == other["label"],
                            lambda one, other: one["name"] == other["name"])


@settings(max_examples=400)
@given(genomes(4), genomes(4))
def test_keys_are_equal_exactly_for_isomorphic_networks(one, other):
    graphs = [graph_of(each) for each in (one, other)]
    plans = [vp.neat.find_network(each) for each in (one, other)]
    assert [plan is None for plan in plans] == [len(graph) == 0 for graph in graphs]
    if None not in plans:
        assert (plans[0] == plans[1]) == (str(plans[0]) == str(plans[1])) == isomorphic(*graphs)


@settings(max_examples=200)
@given(genomes(8), st.randoms(use_true_random=False))
def test_other_numbers_and_other_orders_keep_the_key(genome, draw):
    plan = vp.neat.find_network(genome)
    hidden = [node for node in genome.nodes if node not in (0, 1)]
    renamed = dict(zip(hidden, draw.sample(range(2, 60), len(hidden)), strict=True)) | {0: 0, 1: 1}
    # Numbers that keep the order of the connections into each node keep their operations.
    numbers = dict(zip(sorted(gene.innovation for gene in genome.genes),
                       sorted(draw.sample(range(1, 500), len(genome))), strict=True))
    other = Genome([vp.neat.ConnectionGene(numbers[gene.innovation], renamed[gene.source], renamed[gene.target],
                                           gene.enabled) for gene in genome.genes], (0,), 1,
                   [NodeGene(renamed[gene.node], gene.operations, gene.activation, gene.aggregation)
                    for gene in genome.node_genes])
    assert vp.neat.find_network(other) == plan
    if plan is not None:
        assert Plan.from_text(str(plan)) == plan
        assert isomorphic(graph_of(genome), graph_of(other))


def test_networks_of_many_equal_branches_have_one_order_each():
    rng = random.Random(1)
    for width in (2, 7, 14):
        labels = {0: (0, 0), 1: (1, "z")} | {node: (1, "b") for node in range(2, 2 + 2 * width)}
        edges = [(0, node, "x") for node in range(2, 2 + width)] + [(node + width, 1, "y") for node in
                                                                       range(2, 2 + width)]
        edges += [(node, node + width, "x") for node in range(2, 2 + width)]
        found = set()
        for _ in range(4):
            renamed = dict(zip(labels, rng.sample(range(1000), len(labels)), strict=True))
            moved = [(renamed[a], renamed[b], name) for a, b, name in rng.sample(edges, len(edges))]
            order = canonical_order({renamed[node]: label for node, label in labels.items()}, moved)
            place = {node: number for number, node in enumerate(order)}
            found.add(tuple(sorted((place[a], place[b], name) for a, b, name in moved)))
        assert len(found) == 1
        assert all(a < b for a, b, _ in found.pop())


def test_two_bipartite_graphs_that_refinement_cannot_tell_apart():
    # Two cycles of three and one of six: every node has the same neighbourhood.
    def keys(pairs):
        labels = {node: ("n",) for node in range(12)}
        edges = [(a, 6 + b, "x") for a, b in pairs]
        place = {node: number for number, node in enumerate(canonical_order(labels, edges))}
        return sorted((place[a], place[b], name) for a, b, name in edges)

    two = [(a, a) for a in range(6)] + [(a, a // 3 * 3 + (a + 1) % 3) for a in range(6)]
    one = [(a, a) for a in range(6)] + [(a, (a + 1) % 6) for a in range(6)]
    turned = [((5 * a + 1) % 6, (5 * b + 3) % 6) for a, b in one]
    assert keys(two) != keys(one) == keys(turned)


def test_genomes_without_a_path_and_texts_that_are_no_network():
    for text, nodes in (("1:0>1!", ""), ("1:0>1", "1:none,none/identity/add"), ("1:0>2", ""), ("", "")):
        with pytest.raises(SearchError, match="without a path of enabled connections"):
            express(Genome.from_text(text, (0,), 1, nodes=nodes))
    for text in ("", "in0 | ", "in0 relu | 0>1", "in0 relu | 1>0:skip_connect", "in0 relu/add | 0>1:skip_connect",
                 "in0 relu relu | 0>1:skip_connect 0>2:skip_connect", "relu in0 | 0>1:skip_connect",
                 "in0 relu | 0>1:skip_connect 0>1:skip_connect", "in0 swish | 0>1:skip_connect",
                 "in00 relu | 0>1:skip_connect", None, "in0 relu relu/add | 0>1:skip_connect 1>2:none 0>2:none"):
        with pytest.raises(ExchangeError, match="as a network; expected the key of one"):
            Plan.from_text(text)
