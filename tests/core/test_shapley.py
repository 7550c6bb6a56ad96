"""Shapley values against their definition, in exact fractions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

import vanas_panel as vp
from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import JIT, cells, examples, relabellings
from vanas_panel.core.cell import Cell
from vanas_panel.core.shapley import edge_shapley
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import ArgumentKindError, MissingSubCellsError, TooManyEdgesError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations
DIAMOND = Cell(["input", CONV, "output"], [(0, 1), (0, 2), (1, 2)])


@pytest.fixture(scope="module")
def whole_cells():
    """All cells of at most four vertices, as the oracles have them."""
    return [cell for vertices in range(2, 5)
            for cell in oracles.unique_cells(oracles.labelled_cells(NASBENCH101.operations, vertices, 9))]


@pytest.fixture(scope="module")
def whole_table(whole_cells):
    """All cells of at most four vertices, three repeats and a loss of a single one."""
    rng = np.random.default_rng(4)
    columns = {"test_accuracy": rng.uniform(0.5, 0.95, (len(whole_cells), 3)), "loss": rng.random(len(whole_cells))}
    return BenchmarkTable(NASBENCH101, np.array([packed_of(*cell) for cell in whole_cells]),
                          {name: known_metric(name) for name in columns}, columns, name="whole")


@pytest.fixture(scope="module")
def whole_rows(whole_cells):
    """Row of each of these cells by its text form."""
    return {oracles.text_form(*cell): row for row, cell in enumerate(whole_cells)}


@examples(60)
@given(drawn=relabellings(cells(max_inner=2)))
def test_shapley_values_agree_with_their_definition(whole_table, whole_rows, drawn):
    cell, order = drawn
    cell = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    values = whole_table.column("loss")
    frame = edge_shapley(whole_table, cell, "loss", 0.25)
    assert list(frame.columns) == ["source", "target", "shapley", "low", "high"]
    assert list(zip(frame["source"], frame["target"], strict=True)) == list(cell.edges)
    expected = oracles.shapley(cell.operations, cell.edges,
                               lambda part: float(values[oracles.find(part, whole_rows)]), 0.25)
    assert frame["shapley"].tolist() == pytest.approx([expected[edge] for edge in cell.edges], abs=1e-12)
    assert frame["shapley"].sum() == pytest.approx(values[whole_table.find(cell)] - 0.25, abs=1e-12)
    assert frame[["low", "high"]].isna().all(axis=None), "a single repeat says nothing of its scatter"


def test_by_hand(whole_table):
    """Chance without a path; two ways beside each other."""
    value = {edges: whole_table.column("test_accuracy")[whole_table.find(cell)] for edges, cell in (
        ("bare", Cell(["input", "output"], [(0, 1)])), ("chain", Cell(["input", CONV, "output"], [(0, 1), (1, 2)])),
        ("both", DIAMOND))}
    found = edge_shapley(whole_table, DIAMOND).set_index(["source", "target"])["shapley"]
    bare, chain, both = (value[name] - 0.1 for name in ("bare", "chain", "both"))
    # Orders of three edges: the bare edge comes first, second or last, twice each.
    assert found[0, 2] == pytest.approx((2 * bare + 2 * bare + 2 * (both - chain)) / 6)
    assert found[0, 1] == found[1, 2] == pytest.approx((both - found[0, 2]) / 2)


def test_intervals_are_of_the_repeats(whole_table):
    frame = edge_shapley(whole_table, DIAMOND)
    one_by_one = []
    for repeat in range(3):
        single = BenchmarkTable(NASBENCH101, whole_table.packed, {"loss": known_metric("loss")},
                                {"loss": whole_table.repeats("test_accuracy")[:, repeat]}, name="single")
        one_by_one.append(edge_shapley(single, DIAMOND, "loss", 0.1)["shapley"].to_numpy())
    assert frame["shapley"].tolist() == pytest.approx(np.mean(one_by_one, axis=0).tolist())
    reach = stats.t.ppf(0.975, 2) * np.std(one_by_one, axis=0, ddof=1) / math.sqrt(3)
    assert (frame["high"] - frame["shapley"]).tolist() == pytest.approx(reach.tolist())
    assert (frame["shapley"] - frame["low"]).tolist() == pytest.approx(reach.tolist())
    assert frame.attrs == {"cells": 3, "baseline": 0.1}


def spread_of_noise(table, cell, metric, rows, baseline, noise):
    """Standard deviation of each Shapley value, from the definition: one cell after the other is moved by its error."""
    values, deviations = table.column(metric), {edge: 0.0 for edge in cell.edges}
    still = oracles.shapley(cell.operations, cell.edges, lambda part: float(values[oracles.find(part, rows)]), baseline)
    repeats = np.isfinite(table.repeats(metric)).sum(axis=1)
    for row in range(len(table)):
        moved = values.copy()
        moved[row] += noise / math.sqrt(repeats[row])
        found = oracles.shapley(cell.operations, cell.edges,
                                lambda part, moved=moved: float(moved[oracles.find(part, rows)]), baseline)
        deviations = {edge: deviations[edge] + (found[edge] - still[edge]) ** 2 for edge in deviations}
    return {edge: math.sqrt(square) for edge, square in deviations.items()}


@pytest.mark.parametrize("cell", [
    DIAMOND, Cell(["input", "output"], [(0, 1)]),
    Cell(["input", CONV, POOL, "output"], [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)])])
def test_intervals_by_a_stated_noise_agree_with_their_definition(whole_cells, whole_rows, cell):
    rng = np.random.default_rng(7)
    repeats = rng.uniform(0.5, 0.95, (len(whole_cells), 3))
    repeats[::2, 1:] = np.nan
    single = rng.random(len(whole_cells))
    small = [row for row, (operations, _) in enumerate(whole_cells) if len(operations) <= len(cell.operations)]
    columns = {"test_accuracy": repeats[small], "loss": single[small]}
    table = BenchmarkTable(NASBENCH101, np.array([packed_of(*whole_cells[row]) for row in small]),
                           {name: known_metric(name) for name in columns}, columns, name="noisy")
    rows = {oracles.text_form(*whole_cells[row]): place for place, row in enumerate(small)}
    for metric in columns:
        frame = edge_shapley(table, cell, metric, 0.1, noise=0.02)
        wanted = spread_of_noise(table, cell, metric, rows, 0.1, 0.02)
        reach = [stats.norm.ppf(0.975) * wanted[edge] for edge in cell.edges]
        assert (frame["high"] - frame["shapley"]).tolist() == pytest.approx(reach, rel=1e-6)
        assert (frame["shapley"] - frame["low"]).tolist() == pytest.approx(reach, rel=1e-6)
        assert frame["shapley"].equals(edge_shapley(table, cell, metric, 0.1)["shapley"])
        assert frame.attrs["noise"] == 0.02


def test_a_stated_noise_of_any_size(whole_table):
    small = edge_shapley(whole_table, DIAMOND, "loss", 0, noise=1e-300)
    assert (small["high"] >= small["low"]).all()
    large = edge_shapley(whole_table, DIAMOND, "loss", 0, noise=1e300)
    assert np.isfinite(large[["low", "high"]]).all(axis=None) and (large["high"] > 1e299).all()
    for wrong in (0, -1, math.nan, math.inf, "0.1", True):
        with pytest.raises(ArgumentKindError, match="expected the standard deviation of one repeat"):
            edge_shapley(whole_table, DIAMOND, "loss", 0, noise=wrong)


def test_a_row_will_do_for_its_cell(whole_table):
    row = whole_table.find(DIAMOND)
    own = edge_shapley(whole_table, row, "loss", baseline=0)
    assert own["shapley"].sum() == pytest.approx(whole_table.column("loss")[row])


@pytest.mark.parametrize("values", [[0.8, 0.9, math.nan], [0.8, 0.9]])
def test_a_sub_cell_without_a_value_is_said(values):
    graphs = [(("input", CONV, "output"), [(0, 1), (1, 2)]), (DIAMOND.operations, DIAMOND.edges),
              (("input", "output"), [(0, 1)])][:len(values)]
    table = BenchmarkTable(NASBENCH101, np.array([packed_of(*graph) for graph in graphs]),
                           {"test_accuracy": known_metric("test_accuracy")}, {"test_accuracy": np.array(values)},
                           name="gap")
    with pytest.raises(MissingSubCellsError, match="without a value of 'test_accuracy', 2 with one"):
        edge_shapley(table, DIAMOND)
    assert edge_shapley(table, 0)["shapley"].tolist() == pytest.approx([0.35, 0.35])


def test_what_is_wrong_is_named(whole_table):
    with pytest.raises(ArgumentKindError, match="what chance gives is not known for 'loss'"):
        edge_shapley(whole_table, DIAMOND, "loss")
    for wrong in ("0.1", math.nan, math.inf, True):
        with pytest.raises(ArgumentKindError, match="as the baseline; expected a finite number"):
            edge_shapley(whole_table, DIAMOND, baseline=wrong)
    with pytest.raises(UnknownMetricError):
        edge_shapley(whole_table, DIAMOND, "accuracy")
    dense = [(source, target) for target in range(8) for source in range(target)]
    with pytest.raises(TooManyEdgesError, match="Found a cell of 28 edges; expected at most 20"):
        edge_shapley(whole_table, Cell(["input", *[CONV] * 6, "output"], dense, space=None))


@pytest.mark.skipif(not JIT, reason="a million subsets are for compiled kernels")
def test_twenty_edges_of_which_a_sub_cell_is_missing():
    space = vp.CellSpace(["a"], 8, 28)
    chain = [(vertex, vertex + 1) for vertex in range(7)]
    others = [(s, t) for t in range(8) for s in range(t) if t - s > 1]
    cell = Cell(["input", *["a"] * 6, "output"], chain + others[:13], space)
    table = BenchmarkTable(space, np.array([packed_of(cell.operations, cell.edges, space)]),
                           {"loss": known_metric("loss")}, {"loss": np.array([0.5])}, name="one")
    with pytest.raises(MissingSubCellsError, match="1 with one"):
        edge_shapley(table, cell, "loss", 0)


@pytest.mark.parametrize(("name", "chance"), [("test_accuracy", 0.1), ("validation_accuracy_36", 0.1), ("loss", None),
                                              ("training_time", None)])
def test_chance(name, chance):
    def table_of(operations):
        space = vp.CellSpace(operations, 4, 9)
        return BenchmarkTable(space, vp.enumerate_cells(space)[:3], {name: known_metric(name)}, {name: np.ones(3)},
                              name="some")

    assert table_of(NASBENCH101.operations).chance(name) == chance and table_of(("a", "b")).chance(name) is None


@pytest.mark.real
@pytest.mark.skipif(not JIT, reason="the whole table is for compiled kernels")
def test_real_cells_add_up(real_table, real_rows_by_text):
    values = real_table.column("test_accuracy")
    for row in np.random.default_rng(2).integers(len(real_table), size=50):
        assert edge_shapley(real_table, row)["shapley"].sum() == pytest.approx(values[row] - 0.1, abs=1e-12)
    cell = real_table.cell(int(row))
    expected = oracles.shapley(cell.operations, cell.edges, lambda part: float(values[oracles.find(
        part, real_rows_by_text)]), 0.1)
    assert edge_shapley(real_table, cell)["shapley"].tolist() == pytest.approx([expected[e] for e in cell.edges])
