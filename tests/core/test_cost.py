"""Parameters and multiply-accumulates, against the published numbers and a network spelled out layer by layer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import cells, relabellings
from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import Skeleton, multiply_accumulates, trainable_parameters
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchSpaceError, UnknownOperationError

CONV, CONV1, POOL = NASBENCH101.operations


def costs(cell, skeleton=None, space=NASBENCH101):
    packed = np.array([cell.packed(space)])
    further = () if skeleton is None else (skeleton,)
    return (
        int(trainable_parameters(packed, space, *further)[0]),
        int(multiply_accumulates(packed, space, *further)[0]),
    )


skeletons = st.builds(
    Skeleton,
    stem_channels=st.integers(6, 150),
    stacks=st.integers(1, 4),
    cells_per_stack=st.integers(1, 4),
    image_size=st.integers(1, 65),
    image_channels=st.integers(1, 4),
    classes=st.integers(1, 1000),
)


@given(cells(), skeletons)
def test_costs_agree_with_a_network_spelled_out(cell, skeleton):
    assert costs(cell, skeleton) == oracles.network_costs(cell.operations, cell.edges, skeleton)


@given(cells(NASBENCH101.operations, max_inner=6, max_edges=28, space=None), skeletons)
def test_costs_of_cells_beyond_nasbench101(cell, skeleton):
    assert costs(cell, skeleton) == oracles.network_costs(cell.operations, cell.edges, skeleton)


def test_the_smallest_cell_by_hand():
    """One projection per cell: 3712 for the stem, 222 of 128, 256 and 512 channels, 5130 for the dense layer."""
    stem = 27 * 128 + 256
    first = 3 * (128 * 128 + 256)
    second = (128 * 256 + 512) + 2 * (256 * 256 + 512)
    third = (256 * 512 + 1024) + 2 * (512 * 512 + 1024)
    cell = Cell(["input", "output"], [(0, 1)])
    assert costs(cell) == (
        stem + first + second + third + 5130,
        1024 * (stem + first) + 256 * second + 64 * third + 5120,
    )


def test_left_over_channels_go_to_the_first_vertices():
    """128 channels among three vertices are 43, 43 and 42, so it matters which one holds the 3x3 convolution."""
    edges = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)]
    first = Cell(["input", CONV, POOL, POOL, "output"], edges)
    last = Cell(["input", POOL, POOL, CONV, "output"], edges)
    assert first == last
    one_cell = Skeleton(stacks=1, cells_per_stack=1)
    assert costs(first, one_cell)[0] - costs(last, one_cell)[0] == 9 * (43**2 - 42**2) + 2
    assert costs(first, one_cell)[0] == 3712 + (43 + 43 + 42) * (128 + 2) + 9 * 43**2 + 2 * 43 + 1290


@given(relabellings())
def test_the_order_of_vertices_matters_little(drawn):
    cell, order = drawn
    forward = [Cell(*form) for form in oracles.forward_forms(*oracles.relabelled(cell.operations, cell.edges, order))]
    parameters = [costs(form)[0] for form in forward]
    assert max(parameters) <= min(parameters) * 1.05


def test_many_cells_at_once_keep_their_order(small_cells):
    packed = np.array([packed_of(*cell) for cell in small_cells])
    parameters, accumulates = trainable_parameters(packed, NASBENCH101), multiply_accumulates(packed, NASBENCH101)
    assert parameters.dtype == accumulates.dtype == np.int64
    rows = np.random.default_rng(0).integers(packed.size, size=20)
    for row in rows:
        assert (parameters[row], accumulates[row]) == oracles.network_costs(*small_cells[row], Skeleton())
    assert trainable_parameters(packed[::-3], NASBENCH101).tolist() == parameters[::-3].tolist()
    assert multiply_accumulates(packed[:0], NASBENCH101).shape == (0,)


def test_operations_are_known_by_name_not_by_index():
    turned = CellSpace(NASBENCH101.operations[::-1], 7, 9)
    cell = Cell(["input", CONV, CONV1, "output"], [(0, 1), (1, 2), (2, 3)])
    assert costs(cell, space=turned) == costs(cell)
    only = CellSpace([POOL], 7, 9)
    pools = Cell(["input", POOL, "output"], [(0, 1), (1, 2)])
    assert costs(pools, space=only) == costs(pools)


@pytest.mark.parametrize("cost", [trainable_parameters, multiply_accumulates])
def test_unknown_operations_are_named(cost):
    space = CellSpace([CONV, "conv5x5", "conv7x7"], 7, 9)
    with pytest.raises(UnknownOperationError, match="Found operation conv5x5, conv7x7; expected only conv3x3"):
        cost(np.array([], dtype=np.int64), space)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stem_channels": 5},
        {"stacks": 0},
        {"cells_per_stack": 0},
        {"image_size": 0},
        {"image_channels": 1.0},
        {"classes": True},
        {"stacks": 7},
        {"classes": None},
    ],
)
def test_impossible_skeletons_are_refused(wrong):
    with pytest.raises(SearchSpaceError, match=f"Found {next(iter(wrong))} = .*; expected a whole number from "):
        Skeleton(**wrong)


def test_the_largest_skeleton_does_not_overflow():
    skeleton = Skeleton(1024, 6, 64, 1024, 1024, 1_000_000)
    dense = [(s, t) for t in range(8) for s in range(t)]
    cell = Cell(["input", *[CONV] * 6, "output"], dense, space=None)
    chain = Cell(["input", *[CONV] * 6, "output"], [(v, v + 1) for v in range(7)], space=None)
    for largest in (cell, chain):
        assert costs(largest, skeleton) == oracles.network_costs(largest.operations, largest.edges, skeleton)
        assert max(costs(largest, skeleton)) < 2**62


@pytest.mark.real
def test_every_published_number_of_parameters(real_part, real_packed):
    assert (trainable_parameters(real_packed, NASBENCH101) == real_part["trainable_parameters"].to_numpy()).all()


@pytest.mark.real
def test_every_profiled_number_of_multiply_accumulates(real_part, real_packed):
    assert (multiply_accumulates(real_packed, NASBENCH101) == real_part["flops"].to_numpy()).all()


@pytest.mark.real
def test_the_first_row(real_packed, real_part):
    assert real_part["module_hash"].iloc[0] == "00005c142e6f48ac74fdcf73e3439874"
    assert trainable_parameters(real_packed[:1], NASBENCH101).tolist() == [8_555_530]
