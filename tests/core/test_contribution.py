"""Edge contributions against listing every subset of edges and every path."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import JIT, cells, examples, relabellings
from vanas_panel.core.cell import Cell
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import SearchSpaceError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations


def value_in(table, rows_by_text, metric):
    """A function that gives the value of a cell in a table, None where it has none."""
    def value_of(cell):
        row = oracles.find(cell, rows_by_text)
        value = math.nan if row is None else float(table.column(metric)[row])
        return None if math.isnan(value) else value

    return value_of


def check(frame, cell, value_of):
    """Hold a frame of contributions against the oracle."""
    assert list(frame.columns) == ["source", "target", "contribution", "n_with", "n_without", "low", "high"]
    assert list(zip(frame["source"], frame["target"], strict=True)) == list(cell.edges)
    expected = oracles.contributions(cell.operations, cell.edges, value_of)
    sides = oracles.contribution_sides(cell.operations, cell.edges, value_of)
    for row in frame.itertuples():
        contribution, n_with, n_without = expected[row.source, row.target]
        assert (row.n_with, row.n_without) == (n_with, n_without)
        assert row.contribution == pytest.approx(contribution, rel=1e-9, abs=1e-12, nan_ok=True)
        assert math.isnan(row.contribution) == (n_with == 0 or n_without == 0)
        assert [row.low, row.high] == pytest.approx(oracles.welch(*sides[row.source, row.target]), rel=1e-6, abs=1e-9,
                                                    nan_ok=True)


@pytest.mark.parametrize("metric", ["test_accuracy", "loss"])
@examples(60)
@given(drawn=relabellings(cells(max_inner=4)))
def test_contributions_agree_with_brute_force(small_table, rows_by_text, metric, drawn):
    cell, order = drawn
    cell = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    check(edge_contributions(small_table, cell, metric), cell, value_in(small_table, rows_by_text, metric))


@examples(60)
@given(drawn=relabellings(cells(max_inner=5)))
def test_relabelling_moves_contributions_with_their_edges(small_table, drawn):
    cell, order = drawn
    relabelled = [0, *order, cell.output]
    other = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    one = edge_contributions(small_table, cell).set_index(["source", "target"])
    two = edge_contributions(small_table, other).set_index(["source", "target"])
    for source, target in cell.edges:
        here, there = one.loc[(source, target)], two.loc[(relabelled[source], relabelled[target])]
        assert here.to_numpy() == pytest.approx(there.to_numpy(), rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.fixture(scope="module")
def tiny_table():
    """Input to output 0.5; through a convolution 0.8; both ways 0.9. One single repeat each."""
    graphs = [(("input", "output"), [(0, 1)]), (("input", CONV, "output"), [(0, 1), (1, 2)]),
              (("input", CONV, "output"), [(0, 1), (0, 2), (1, 2)])]
    packed = np.array([packed_of(*graph) for graph in graphs])
    return BenchmarkTable(NASBENCH101, packed, {"test_accuracy": known_metric("test_accuracy")},
                          {"test_accuracy": np.array([[0.5], [0.8], [0.9]])}, name="tiny")


def test_contributions_by_hand(tiny_table):
    cell = Cell(["input", CONV, "output"], [(0, 1), (0, 2), (1, 2)])
    frame = edge_contributions(tiny_table, cell)
    assert frame["contribution"].tolist() == pytest.approx([0.85 - 0.5, 0.7 - 0.8, 0.85 - 0.5])
    assert frame["n_with"].tolist() == [2, 2, 2] and frame["n_without"].tolist() == [1, 1, 1]


def test_an_edge_that_no_sub_cell_lacks_has_no_contribution(tiny_table):
    frame = edge_contributions(tiny_table, Cell(["input", CONV, "output"], [(0, 1), (1, 2)]))
    assert frame["contribution"].isna().all()
    assert frame["n_with"].tolist() == [1, 1] and frame["n_without"].tolist() == [0, 0]


def test_equal_sub_cells_count_once_for_each_subset_of_edges(tiny_table):
    """Two convolutions side by side: either one leaves the same cell, and both of these subsets count."""
    cell = Cell(["input", CONV, CONV, "output"], [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)])
    frame = edge_contributions(tiny_table, cell).set_index(["source", "target"])
    # In the table: the bare edge, each of two chains, each chain with the edge. The rest is not.
    assert frame.loc[(0, 3), "n_with"] == 3 and frame.loc[(0, 3), "n_without"] == 2
    assert frame.loc[(0, 3), "contribution"] == pytest.approx((0.5 + 0.9 + 0.9) / 3 - 0.8)
    assert frame.loc[(0, 1), "n_with"] == 2 and frame.loc[(0, 1), "n_without"] == 3
    assert frame.loc[(0, 1), "contribution"] == pytest.approx((0.8 + 0.9) / 2 - (0.5 + 0.8 + 0.9) / 3)


def test_operations_that_the_table_lacks(tiny_table):
    """Of a cell with an unknown operation, the sub-cells without it are in the table all the same."""
    edges = [(0, 1), (1, 4), (0, 2), (2, 4), (0, 4), (0, 3), (3, 4)]
    cell = Cell(["input", CONV, "conv5x5", "conv7x7", "output"], edges, space=None)
    frame = edge_contributions(tiny_table, cell).set_index(["source", "target"])
    # In the table: the bare edge, the chain of the known convolution, and both.
    assert frame.loc[(0, 4), ["n_with", "n_without"]].tolist() == [2, 1]
    assert frame.loc[(0, 4), "contribution"] == pytest.approx(0.7 - 0.8)
    assert frame.loc[(0, 1), ["n_with", "n_without"]].tolist() == [2, 1]
    for edge in [(0, 2), (2, 4), (0, 3), (3, 4)]:
        assert frame.loc[edge, ["n_with", "n_without"]].tolist() == [0, 3]
        assert math.isnan(frame.loc[edge, "contribution"])


def test_a_cell_of_unknown_operations_alone_has_no_contributions(tiny_table):
    frame = edge_contributions(tiny_table, Cell(["input", "conv5x5", "output"], [(0, 1), (1, 2)], space=None))
    assert frame["contribution"].isna().all()
    assert (frame[["n_with", "n_without"]] == 0).all(axis=None) and len(frame) == 2


def test_a_metric_that_is_never_known_gives_no_contribution(small_table):
    cell = Cell(["input", CONV, "output"], [(0, 1), (0, 2), (1, 2)])
    frame = edge_contributions(small_table, cell, "never")
    assert frame["contribution"].isna().all()
    assert (frame[["n_with", "n_without"]] == 0).all(axis=None)


def test_an_unknown_metric_is_named(small_table):
    with pytest.raises(UnknownMetricError, match="'accuracy'; expected one of"):
        edge_contributions(small_table, Cell(["input", "output"], [(0, 1)]), "accuracy")


def test_a_cell_with_too_many_edges_is_refused(small_table):
    dense = [(source, target) for target in range(8) for source in range(target)]
    cell = Cell(["input", *[CONV] * 6, "output"], dense, space=None)
    with pytest.raises(SearchSpaceError, match="Found a cell of 28 edges; expected at most 20"):
        edge_contributions(small_table, cell)


@pytest.mark.skipif(not JIT, reason="a million subsets are for compiled kernels")
def test_the_largest_cell_whose_subsets_are_enumerated(small_table, rows_by_text):
    """Twenty edges on eight vertices: counts only, of the bare edge among all sub-cells."""
    dense = [(source, target) for target in range(8) for source in range(target)]
    chain = [(vertex, vertex + 1) for vertex in range(7)]
    edges = chain + [edge for edge in dense if edge not in chain and edge != (0, 7)][:12] + [(0, 7)]
    cell = Cell(["input", *[CONV] * 6, "output"], edges, space=None)
    frame = edge_contributions(small_table, cell, "loss").set_index(["source", "target"])
    both = frame["n_with"] + frame["n_without"]
    assert len(frame) == 20 and both.nunique() == 1 and both.iloc[0] > 20


@pytest.mark.real
def test_contributions_of_the_best_cell(real_table, real_rows_by_text):
    cell = real_table.cell(real_table.best("test_accuracy"))
    check(edge_contributions(real_table, cell), cell, value_in(real_table, real_rows_by_text, "test_accuracy"))


@pytest.mark.real
@pytest.mark.parametrize("metric", ["test_accuracy", "training_time"])
def test_contributions_of_real_cells(real_table, real_rows_by_text, metric):
    for row in np.random.default_rng(5).integers(len(real_table), size=6):
        cell = real_table.cell(int(row))
        check(edge_contributions(real_table, cell, metric), cell, value_in(real_table, real_rows_by_text, metric))
