"""Node genes: their text, what connections compute by them, how they are inherited, and what is refused."""

from __future__ import annotations

import pytest

import vanas_panel as vp
from vanas_panel.errors import ArgumentKindError, ExchangeError, SearchError
from vanas_panel.neat import Genome, Innovations, NodeGene, crossover, distance

NODES = "1:sep_conv_3x3,skip_connect/relu/add 2:max_pool_3x3,none/identity/multiply"


def genome(text="1:0>1! 2:0>2 3:2>1", nodes=NODES):
    return Genome.from_text(text, (0,), 1, nodes=nodes)


def test_text_and_genes():
    one = genome()
    assert one.nodes_text == NODES and Genome.from_text(str(one), (0,), 1, nodes=one.nodes_text) == one
    assert eval(repr(one), {"Genome": Genome}) == one
    assert one != genome(nodes="") and hash(one) != hash(genome(nodes=""))
    assert repr(genome(nodes="")) == "Genome.from_text('1:0>1! 2:0>2 3:2>1', inputs=(0,), output=1)"
    assert one.node_gene(2) == NodeGene(2, ("max_pool_3x3", "none"), "identity", "multiply")
    assert genome(nodes="").node_gene(2) == NodeGene(2) == NodeGene(2, ["skip_connect"] * 2)


def test_connections_take_the_two_operations_by_turns():
    one = Genome.from_text("1:0>1! 2:0>2 3:2>1 4:0>3 5:3>1 7:3>2", (0,), 1, nodes=NODES)
    taken = {gene.innovation: one.operation(gene) for gene in one.genes}
    # The disabled connection counts: what is enabled or not changes no operation.
    assert taken == {1: "sep_conv_3x3", 2: "max_pool_3x3", 3: "skip_connect", 4: "skip_connect", 5: "sep_conv_3x3",
                     7: "none"}


def test_mutations_keep_the_genes_of_nodes():
    one, numbers = genome(), Innovations(4, 3)
    grown = one.add_node(2, numbers)
    assert grown.node_genes == one.node_genes and grown.node_gene(3) == NodeGene(3)
    assert grown.add_connection(3, 1, numbers).node_genes == one.node_genes
    changed = grown.with_node(NodeGene(3, activation="tanh"))
    assert changed.node_gene(3).activation == "tanh" and changed.node_gene(1) == one.node_gene(1)
    assert numbers.made == {4: (0, 3), 5: (3, 2), 6: (3, 1)} and numbers.split == {3: 2}


def test_matching_nodes_come_from_either_parent_and_others_with_their_connections():
    one = genome()
    other = Genome.from_text("1:0>1 4:0>3 5:3>1", (0,), 1,
                             nodes="1:dil_conv_5x5,dil_conv_5x5/tanh/add 3:avg_pool_3x3,none/sigmoid/add")
    union = crossover(one, other, rule="union")
    assert union.nodes_text == f"{NODES} 3:avg_pool_3x3,none/sigmoid/add"
    children = [crossover(one, other, seed=seed) for seed in range(2000)]
    assert {child.node_gene(1).activation for child in children} == {"relu", "tanh"}
    assert all(child.node_gene(1) in (one.node_gene(1), other.node_gene(1)) for child in children)
    assert all(child.node_gene(2) == one.node_gene(2) and 3 not in child.nodes for child in children)
    share = sum(child.node_gene(1) == one.node_gene(1) for child in children) / len(children)
    assert abs(share - 0.5) < 4 * (0.25 / len(children)) ** 0.5
    # What happens to connections does not depend on node genes.
    plain = [crossover(genome(nodes=""), Genome(other.genes, (0,), 1), seed=seed) for seed in range(50)]
    assert [str(child) for child in plain] == [str(child) for child in children[:50]]
    assert not plain[0].node_genes


def test_distance_counts_the_nodes_that_both_have():
    one = genome()
    other = one.with_node(NodeGene(1, ("sep_conv_3x3", "none"), "tanh"))
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(0.4 * (2 / 4 + 0) / 2)
    assert distance(one, other, c3=3) == pytest.approx(3 * 0.25)
    assert distance(genome(nodes=""), genome(nodes="")) == 0


@pytest.mark.parametrize(("nodes", "kind", "words"), [
    ("1:a,b/relu", ExchangeError, "as a node; expected node:operation,operation"),
    ("1:a,b/relu/mean", SearchError, "Found aggregation 'mean' of node 1; expected one of add, multiply"),
    ("1:a,b/gelu/add", SearchError, "Found activation 'gelu' of node 1; expected one of identity, relu"),
    ("1:a,b/relu/add 1:a,b/relu/add", SearchError, "Found 2 node genes of node 1; expected at most one"),
    ("0:a,b/relu/add", SearchError, "Found 1 node genes of node 0"),
    ("9:a,b/relu/add", SearchError, "Found 1 node genes of node 9"),
    ("1:" + "a" * 99 + ",b/relu/add", SearchError, "expected the names of two"),
    (None, ArgumentKindError, "expected the text of node genes"),
    ("x" * 1_000_001, ExchangeError, "expected at most 1,000,000"),
])
def test_bad_node_genes(nodes, kind, words):
    with pytest.raises(kind, match=words):
        genome(nodes=nodes)


def test_bad_parts_of_a_node_gene():
    for bad in ({"operations": ("a",)}, {"operations": "ab"}, {"operations": ("a b", "c")}, {"operations": (1, 2)},
                {"activation": 1}, {"aggregation": None}):
        with pytest.raises(SearchError, match="of node 4; expected"):
            NodeGene(4, **bad)
    with pytest.raises(SearchError, match="Found node -1"):
        NodeGene(-1)
    assert vp.neat.NodeGene(4).difference(NodeGene(4, ("none", "none"), "tanh", "multiply")) == 1
