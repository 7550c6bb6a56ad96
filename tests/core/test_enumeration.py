"""Every cell of a space is generated, and none twice."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core import oracles
from tests.core.strategies import JIT
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.encoding import unpack
from vanas_panel.core.enumeration import count_labelled, enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace

compiled = pytest.mark.skipif(not JIT, reason="the whole space is for compiled kernels")

UNIQUE = {2: 1, 3: 6, 4: 84, 5: 2_441, 6: 62_010, 7: 359_082}
LABELLED = {2: 1, 3: 6, 4: 90, 5: 3_267, 6: 125_145, 7: 1_164_699}


def by_vertices(cells):
    sizes, counts = np.unique(cells >> 52, return_counts=True)
    return dict(zip(sizes.tolist(), counts.tolist(), strict=True))


@compiled
def test_unique_cells_of_nasbench101():
    cells = enumerate_cells(NASBENCH101)
    assert by_vertices(cells) == UNIQUE
    assert cells.size == 423_624
    assert (np.diff(cells) > 0).all()


@compiled
def test_labelled_cells_of_nasbench101():
    assert count_labelled(NASBENCH101) == LABELLED


@pytest.mark.parametrize("vertices", [2, 3, 4, 5])
def test_smaller_limits_have_the_same_first_counts(vertices):
    space = CellSpace(NASBENCH101.operations, vertices, 9)
    assert by_vertices(enumerate_cells(space)) == {size: UNIQUE[size] for size in range(2, vertices + 1)}
    assert count_labelled(space) == {size: LABELLED[size] for size in range(2, vertices + 1)}


@pytest.mark.parametrize(
    ("operations", "vertices", "edges"),
    [("abc", 4, 9), ("abc", 4, 4), ("ab", 4, 6), ("a", 5, 28), ("a", 5, 5), ("abcde", 3, 2), ("a", 2, 1), ("ab", 7, 1)],
)
def test_enumeration_agrees_with_brute_force(operations, vertices, edges):
    if not JIT:
        vertices = min(vertices, 5)
    space = CellSpace(tuple(operations), vertices, edges)
    found = [
        (("input", *(operations[code] for code in codes), "output"), list(pairs))
        for codes, pairs in map(unpack, enumerate_cells(space))
    ]
    # Listing all paths of all labelled graphs is too slow beyond five vertices; with one edge there are none there.
    largest = min(vertices, 5)
    labelled = [list(oracles.labelled_cells(operations, size, edges)) for size in range(2, largest + 1)]
    expected = oracles.unique_cells(cell for some in labelled for cell in some)
    assert len(found) == len(expected)
    assert len(oracles.unique_cells(found + expected)) == len(expected)
    assert count_labelled(space) == {size: len(labelled[size - 2]) if size <= largest else 0
                                     for size in range(2, vertices + 1)}


def test_cells_are_ascending_and_their_own_keys():
    cells = enumerate_cells(CellSpace(NASBENCH101.operations, 5, 9))
    assert (np.diff(cells) > 0).all()
    assert (canonical_keys(cells) == cells).all()


@pytest.mark.slow
@compiled
@pytest.mark.real
def test_the_real_table_is_the_whole_space(real_packed):
    assert (np.sort(canonical_keys(real_packed)) == enumerate_cells(NASBENCH101)).all()
