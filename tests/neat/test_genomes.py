"""Genomes of NEAT: the worked examples of Stanley and Miikkulainen (2002), and what every genome must hold."""

from __future__ import annotations

from contextlib import suppress

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.errors import ArgumentKindError, ExchangeError, SearchError

ENDS = {"inputs": (1, 2, 3), "output": 4}
FIGURE_3 = "1:1>4 2:2>4! 3:3>4 4:2>5 5:5>4 6:1>5"
PARENT_1 = "1:1>4 2:2>4! 3:3>4 4:2>5 5:5>4 8:1>5"
PARENT_2 = "1:1>4 2:2>4! 3:3>4 4:2>5 5:5>4! 6:5>6 7:6>4 9:3>5 10:1>6"


def genome(text, **changes):
    return vp.neat.Genome.from_text(text, **{**ENDS, **changes})


def test_figure_3_of_the_article():
    before = genome(FIGURE_3)
    assert str(before.add_connection(3, 5, vp.neat.Innovations(7, 6))) == f"{FIGURE_3} 7:3>5"
    # The article goes on counting: the connection had number 7.
    split = before.add_node(3, vp.neat.Innovations(8, 6))
    assert str(split) == "1:1>4 2:2>4! 3:3>4! 4:2>5 5:5>4 6:1>5 8:3>6 9:6>4"
    assert str(before) == FIGURE_3


def test_figure_4_of_the_article():
    one, other = genome(PARENT_1), genome(PARENT_2)
    assert vp.neat.align(one, other) == ((1, 2, 3, 4, 5), (6, 7, 8), (9, 10)) == vp.neat.align(other, one)
    assert vp.neat.distance(one, other) == pytest.approx(2 / 9 + 3 / 9)
    assert vp.neat.distance(one, other, c1=2, c2=3, c3=9) == pytest.approx(4 / 9 + 9 / 9)
    assert vp.neat.distance(one, other, small=20) == 5
    child = vp.neat.crossover(one, other, equal=True)
    assert [gene.innovation for gene in child.genes] == list(range(1, 11))
    assert [(gene.source, gene.target) for gene in child.genes[5:]] == [(5, 6), (6, 4), (1, 5), (3, 5), (1, 6)]
    # The fitter parent alone gives what the other one lacks.
    assert [gene.innovation for gene in vp.neat.crossover(one, other).genes] == [1, 2, 3, 4, 5, 8]
    assert [gene.innovation for gene in vp.neat.crossover(other, one).genes] == [1, 2, 3, 4, 5, 6, 7, 9, 10]
    assert str(vp.neat.crossover(one, other, rule="union")) == (
        "1:1>4 2:2>4! 3:3>4 4:2>5 5:5>4 6:5>6 7:6>4 8:1>5 9:3>5 10:1>6")
    assert vp.neat.crossover(other, one, rule="union").gene(5).enabled is False


def test_genes_disabled_in_a_parent_are_disabled_in_three_quarters_of_children():
    one, other = genome(PARENT_1), genome(PARENT_2)
    children = [vp.neat.crossover(one, other, seed=seed) for seed in range(4000)]
    # Gene 2 is disabled in both, gene 5 in one.
    for number in (2, 5):
        share = sum(not child.gene(number).enabled for child in children) / len(children)
        assert abs(share - 0.75) < 4 * (0.75 * 0.25 / len(children)) ** 0.5
    assert all(child.gene(number).enabled for child in children for number in (1, 3, 4, 8))
    assert vp.neat.crossover(one, other, seed=3) == children[3]


def test_matching_genes_come_from_either_parent_and_weights_count():
    def weighted(weight):
        return vp.neat.Genome([vp.neat.ConnectionGene(1, 1, 4, weight=weight)], **ENDS)

    one, other = weighted(0.5), weighted(2.0)
    found = {vp.neat.crossover(one, other, seed=seed).genes[0].weight for seed in range(30)}
    assert found == {0.5, 2.0}
    assert vp.neat.distance(one, other) == pytest.approx(0.4 * 1.5)
    assert vp.neat.distance(one, one) == vp.neat.distance(genome(""), genome("")) == 0.0


def test_equal_mutations_of_a_generation_share_their_numbers():
    numbers = vp.neat.Innovations(7, 6)
    before = genome(FIGURE_3)
    assert before.add_node(3, numbers) == before.add_node(3, numbers)
    assert str(before.add_connection(3, 5, numbers)).endswith("9:3>5")
    assert before.add_node(1, numbers).nodes == (1, 2, 3, 4, 5, 7)
    numbers.next_generation()
    assert before.add_node(3, numbers).nodes == (1, 2, 3, 4, 5, 8)


def test_a_connection_that_was_enabled_again_is_split_by_another_node():
    numbers = vp.neat.Innovations(2, 5)
    once = genome("1:1>4").add_node(1, numbers)
    again = vp.neat.Genome([vp.neat.ConnectionGene(1, 1, 4), *once.genes[1:]], **ENDS).add_node(1, numbers)
    assert str(again) == "1:1>4! 2:1>5 3:5>4 4:1>6 5:6>4"


def test_parents_that_order_a_network_differently_have_a_child_without_a_cycle():
    one = genome("1:1>5 2:5>6 3:6>4")
    other = genome("1:1>5 4:2>6 5:6>5 6:5>4")
    child = vp.neat.crossover(one, other, rule="union")
    assert str(child) == "1:1>5 2:5>6 3:6>4 4:2>6 6:5>4"


@pytest.mark.parametrize(("text", "words"), [
    ("1:1>4 2:2-4", "Found '2:2-4' as gene 2; expected innovation:source>target"),
    ("1:1>4!!", "as gene 1"), ("１:1>4", "as gene 1"), ("<b>", "Found '<b>' as gene 1"),
])
def test_texts_of_another_form_are_refused(text, words):
    with pytest.raises(ExchangeError, match=words):
        genome(text)


@pytest.mark.parametrize(("text", "changes", "words"), [
    ("1:1>4 1:2>4", {}, "every number and every connection once"),
    ("1:1>4 2:1>4", {}, "every number and every connection once"),
    ("1:1>2", {}, "Found gene 1:1>2; expected connections that lead to no input"),
    ("1:4>5", {}, "Found gene 1:4>5"),
    ("1:1>5 2:5>6 3:6>5!", {}, "Found a cycle through nodes"),
    ("1:5>5", {}, "Found a cycle through nodes 5"),
    ("", {"inputs": ()}, "expected different nodes, one input at least"),
    ("", {"inputs": (1, 4)}, "expected different nodes"),
    ("", {"output": -1}, "Found node -1"),
    ("", {"inputs": ("a",)}, "Found node 'a'"),
])
def test_genes_that_make_no_genome_are_refused(text, changes, words):
    with pytest.raises(SearchError, match=words):
        genome(text, **changes)


def test_mutations_that_cannot_be_made_use_up_no_number():
    numbers = vp.neat.Innovations(7, 6)
    before = genome(FIGURE_3)
    for source, target, words in ((1, 4, "once"), (5, 5, "cycle"), (1, 9, "Found node 9"), (1, 2, "no input"),
                                  (4, 5, "no input")):
        with pytest.raises(SearchError, match=words):
            before.add_connection(source, target, numbers)
    for number in (2, 9):
        with pytest.raises(SearchError, match="expected that of an enabled gene: 1, 3, 4, 5, 6"):
            before.add_node(number, numbers)
    assert (numbers.next_innovation, numbers.next_node) == (7, 6)


def test_other_mistakes_are_named():
    with pytest.raises(ArgumentKindError, match="type int; expected the text of a genome"):
        genome(3)
    with pytest.raises(SearchError, match="Found rule 'average'"):
        vp.neat.crossover(genome(PARENT_1), genome(PARENT_2), rule="average")
    with pytest.raises(SearchError, match="Found seed -1"):
        vp.neat.crossover(genome(PARENT_1), genome(PARENT_2), seed=-1)
    with pytest.raises(SearchError, match="other inputs or outputs"):
        vp.neat.crossover(genome("1:1>4"), genome("1:1>4", inputs=(1, 2)))
    for wrong in (0, -1, 1.5, True, "1"):
        with pytest.raises(SearchError, match="Found next_node"):
            vp.neat.Innovations(1, wrong)


def grown(draws):
    """A genome and another one of the same search, grown by mutations that share one list of numbers."""
    numbers = vp.neat.Innovations(4, 5)
    genomes = [genome("1:1>4 2:2>4 3:3>4")] * 2
    for which, is_node, one, other in draws:
        old = genomes[which]
        with suppress(SearchError):
            genomes[which] = (old.add_node(old.genes[one % len(old)].innovation, numbers) if is_node else
                              old.add_connection(old.nodes[one % len(old.nodes)], old.nodes[other % len(old.nodes)],
                                                 numbers))
    return genomes


@given(st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.integers(0, 50), st.integers(0, 50)), max_size=20),
       st.integers(0, 5), st.booleans())
def test_children_of_any_parents_are_genomes_and_alignment_equals_sets(draws, seed, equal):
    one, other = grown(draws)
    assert genome(str(one)) == one
    numbers = [{gene.innovation for gene in each.genes} for each in (one, other)]
    matching, disjoint, excess = vp.neat.align(one, other)
    assert set(matching) == numbers[0] & numbers[1] and set(disjoint) | set(excess) == numbers[0] ^ numbers[1]
    end = min(max(numbers[0]), max(numbers[1]))
    assert all(number <= end for number in disjoint) and all(number > end for number in excess)
    for child in (vp.neat.crossover(one, other, seed=seed, equal=equal), vp.neat.crossover(one, other, rule="union")):
        assert nx.is_directed_acyclic_graph(nx.DiGraph([(gene.source, gene.target) for gene in child.genes]))
        assert set(matching) <= {gene.innovation for gene in child.genes} <= numbers[0] | numbers[1]
    same = vp.neat.crossover(one, one, seed=seed)
    assert [gene.innovation for gene in same.genes] == [gene.innovation for gene in one.genes]
