"""Canonical forms of larger cells, beside the packed keys of small ones and the hash of networkx."""

from __future__ import annotations

import random

import networkx as nx
import pytest

import vanas_panel as vp
from tests.larger_cells import of_packed
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.wide.canonical import canonical_forms
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.readers.cells.genotypes import DARTS_OPERATIONS, LABELS, genotype_draft

pytestmark = pytest.mark.real
ROWS = 20_000


@pytest.fixture(scope="module")
def genotypes() -> list[vp.Draft]:
    """Random genotypes of four nodes as cells, most of them of 24 vertices."""
    numbers = random.Random(2021)

    def genes():
        return [(numbers.choice(DARTS_OPERATIONS[len(LABELS):]), source)
                for node in range(4) for source in numbers.sample(range(2 + node), 2)]

    return [genotype_draft(vp.Genotype(genes(), [2, 3, 4, 5], genes(), [2, 3, 4, 5])) for _ in range(ROWS)]


def test_forms_of_genotypes(measure, genotypes):
    cells = WideCells.of_drafts(genotypes, DARTS_OPERATIONS)
    measure(f"canonical forms of {ROWS:,} genotypes", "10 microseconds a cell", canonical_forms, [cells], rounds=5)


def test_forms_of_genotypes_peer(measure, genotypes):
    """The hash of Weisfeiler and Lehman, which may be equal for different cells; graphs are given."""
    graphs = [nx.Graph(draft.to_networkx()) for draft in genotypes[:200]]
    measure(f"canonical forms of {ROWS:,} genotypes", "", lambda some: [
        nx.weisfeiler_lehman_graph_hash(graph, node_attr="operation") for graph in some], [graphs], rounds=3,
            peer="networkx's hash, 200 of them")


def test_forms_of_the_whole_benchmark(measure, table):
    measure("canonical forms of NAS-Bench-101", "-", canonical_forms, [of_packed(table.packed)], rounds=3)


def test_packed_keys_of_the_whole_benchmark(measure, table):
    measure("canonical forms of NAS-Bench-101", "", canonical_keys, [table.packed], rounds=3, peer="packed keys")
