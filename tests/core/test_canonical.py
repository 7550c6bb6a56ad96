"""Canonical keys are equal exactly for isomorphic cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import cells, examples, relabellings
from vanas_panel.core.canonical import canonical_key, canonical_keys
from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import unpack
from vanas_panel.core.space import NASBENCH101, CellSpace

LARGEST = CellSpace([f"operation {index}" for index in range(15)], 8, 28)


def graph(packed, space=NASBENCH101):
    operations, edges = unpack(packed)
    return ("input", *(space.operations[index] for index in operations), "output"), edges


@given(relabellings())
def test_relabelling_never_changes_the_key(drawn):
    cell, order = drawn
    other = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    assert canonical_key(cell.packed(NASBENCH101)) == canonical_key(other.packed(NASBENCH101))


@given(cells())
def test_the_key_is_the_smallest_of_all_relabellings(cell):
    smallest = min(packed_of(*form) for form in oracles.forward_forms(cell.operations, cell.edges))
    assert canonical_key(cell.packed(NASBENCH101)) == smallest


@examples(50)
@given(cells(LARGEST.operations, max_inner=6, max_edges=28, space=LARGEST))
def test_the_key_is_the_smallest_in_the_largest_space_too(cell):
    smallest = min(packed_of(*form, LARGEST) for form in oracles.forward_forms(cell.operations, cell.edges))
    assert canonical_key(cell.packed(LARGEST)) == smallest


def test_the_densest_cell_has_a_key():
    """All 28 edges and six operations of the highest index: every bit of the packed form that can be set."""
    edges = [(source, target) for target in range(8) for source in range(target)]
    cell = Cell(["input", *[LARGEST.operations[-1]] * 6, "output"], edges, LARGEST)
    assert canonical_key(cell.packed(LARGEST)) == cell.packed(LARGEST)


@given(cells())
def test_the_key_is_a_packed_cell_isomorphic_to_its_own(cell):
    key = canonical_key(cell.packed(NASBENCH101))
    assert oracles.isomorphic(graph(key), (cell.operations, cell.edges))
    assert canonical_key(key) == key


@pytest.mark.parametrize("vertices", [2, 3, 4, 5])
def test_keys_part_all_labelled_cells_as_networkx_does(vertices):
    labelled = list(oracles.labelled_cells(NASBENCH101.operations, vertices, 9))
    keys = [canonical_key(packed_of(*cell)) for cell in labelled]
    assert all(oracles.isomorphic(graph(key), cell) for key, cell in zip(keys, labelled, strict=True))
    assert len(set(keys)) == len(oracles.unique_cells(labelled))


def test_many_keys_at_once(small_cells):
    packed = np.array([packed_of(*cell) for cell in small_cells])
    assert canonical_keys(packed).tolist() == [canonical_key(number) for number in packed]
    assert canonical_keys(np.array([], dtype=np.int64)).size == 0
    assert canonical_keys(packed[::2]).tolist() == canonical_keys(packed)[::2].tolist()
