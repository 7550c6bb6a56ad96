"""Genotypes: their text, read without running it, and what is taken from the weights of a search."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.genotype import Genotype, strongest_genes
from vanas_panel.errors import ArgumentKindError, ExchangeError

OPERATIONS = ["none", "max_pool_3x3", "skip_connect", "sep_conv_3x3"]
PUBLISHED = """DARTS_V2 = Genotype(
  normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1),
          ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5],
  reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0),
          ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))"""


def test_the_published_text_is_read():
    found = Genotype.from_text(PUBLISHED)
    assert found.normal[7] == ("dil_conv_3x3", 2) and found.reduce_concat == found.normal_concat == (2, 3, 4, 5)
    assert Genotype.from_text(str(found)) == found and hash(found) == hash(Genotype.from_text(str(found)))


@pytest.mark.parametrize(("text", "words"), [
    ("", "the text ''"),
    ("__import__('os').system('true')", "the text"),
    ("Genotype(normal=open('x'), normal_concat=[2], reduce=[('a', 0), ('b', 1)], reduce_concat=[2])", "open"),
    ("Genotype(**{})", "the arguments None"),
    ("Genotype([])", "the arguments none"),
    ("Genotype(normal=[('a', 0), ('b', 1)], normal_concat=[2])", "the arguments normal, normal_concat"),
    (PUBLISHED.replace("('dil_conv_3x3', 2)", "('dil_conv_3x3', 5)"), "source 5 of node 5 in normal"),
    (PUBLISHED.replace("('dil_conv_3x3', 2)", "('dil_conv_3x3', True)"), "the text"),
    (PUBLISHED.replace("('dil_conv_3x3', 2)", "('<b>', 2)"), "operation '<b>' in normal"),
    (PUBLISHED.replace(", ('dil_conv_3x3', 2)", ""), "7 genes in normal"),
    (PUBLISHED.replace("[2, 3, 4, 5]", "[2, 2]"), "nodes 2, 2 in normal_concat"),
    (PUBLISHED.replace("range(2, 6)", "range(2, 7)"), "nodes 2, 3, 4, 5, 6 in reduce_concat"),
    (PUBLISHED.replace("range(2, 6)", "range(2, 10**9)"), "the text"),
    (PUBLISHED.replace("range(2, 6)", "range(2, 1000000000)"), "the text"),
    ("(" * 10_000, "the text"),
    ("x" * 20_001, "a text of 20,001 characters"),
])
def test_other_texts_are_refused(text, words):
    with pytest.raises(ExchangeError) as error:
        Genotype.from_text(text)
    assert words in str(error.value) and "expected a genotype as the code of DARTS writes it" in str(error.value)
    assert len(str(error.value)) < 400


def test_something_else_than_a_text_is_refused():
    with pytest.raises(ArgumentKindError, match="type NoneType; expected the text of a genotype"):
        Genotype.from_text(None)


@given(st.data(), st.integers(1, 4), st.integers(0, 2))
def test_strongest_genes_equal_a_search_through_all_choices(data, nodes, spread):
    count = nodes * (nodes + 3) // 2
    # Few different values, so that there are ties.
    weights = np.array(data.draw(st.lists(st.lists(st.integers(0, spread), min_size=4, max_size=4), min_size=count,
                                          max_size=count)), dtype=float)
    found = strongest_genes(weights, OPERATIONS)
    for node in range(nodes):
        rows = weights[node * (node + 3) // 2:][:node + 2, 1:]
        pairs = [(-rows[source].max(), source) for source in range(node + 2)]
        # The best pair of inputs of all pairs; of equal ones the first.
        best = min(itertools.permutations(pairs, 2), key=lambda pair: (pair[0], pair[1]))
        assert found[2 * node:2 * node + 2] == [(OPERATIONS[1 + int(np.flatnonzero(rows[source] == -value)[0])], source)
                                                for value, source in best]


@pytest.mark.parametrize("weights", [np.zeros((3, 4)), np.zeros((2, 3)), np.zeros(2), np.full((2, 4), np.nan)])
def test_weights_that_fit_no_cell_are_refused(weights):
    with pytest.raises(ArgumentKindError):
        strongest_genes(weights, OPERATIONS)
