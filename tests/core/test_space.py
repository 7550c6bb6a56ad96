"""Search spaces refuse what the packed form cannot hold."""

from __future__ import annotations

import pytest

from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchSpaceError, UnknownOperationError


def test_nasbench101_has_sixteen_edge_types():
    kinds = NASBENCH101.edge_types
    assert len(set(kinds)) == 16
    assert ("input", "output") in kinds and ("maxpool3x3", "conv1x1-bn-relu") in kinds
    assert not any(source == "output" or target == "input" for source, target in kinds)


@pytest.mark.parametrize(
    ("operations", "vertices", "edges"),
    [
        ([], 7, 9),
        (["a"] * 2, 7, 9),
        (["a", " "], 7, 9),
        (["a", "input"], 7, 9),
        (["a", "output"], 7, 9),
        (["a", 3], 7, 9),
        ([str(number) for number in range(256)], 7, 9),
        (["a"], 1, 9),
        (["a"], 25, 9),
        (["a"], 7, 0),
        (["a"], 7, 277),
        (["a"], 7.0, 9),
        (["a"], True, 9),
    ],
)
def test_impossible_spaces_are_refused(operations, vertices, edges):
    with pytest.raises(SearchSpaceError, match=r"Found .*; expected "):
        CellSpace(operations, vertices, edges)


def test_the_largest_space_is_allowed():
    space = CellSpace([str(number) for number in range(15)], 8, 28)
    assert space.operation_index("14") == 14


def test_an_unknown_operation_is_named():
    with pytest.raises(UnknownOperationError, match="'conv5x5'; expected one of conv3x3-bn-relu, "):
        NASBENCH101.operation_index("conv5x5")
