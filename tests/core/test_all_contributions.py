"""Contributions of all edges against those of one cell after the other, and their distribution against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import vanas_panel as vp
from tests.core.conftest import packed_of
from tests.core.strategies import JIT
from vanas_panel.core.all_contributions import (
    all_contributions,
    contribution_distribution,
    contributions_of_table,
)
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import ArgumentKindError, TooManyEdgesError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV = NASBENCH101.operations[0]
SAME = ["source", "target", "contribution", "n_with", "n_without"]


def check(table, metric, rows):
    """Hold the contributions of some rows against those of each cell, to the last bit."""
    found = all_contributions(table, metric)
    first = np.concatenate([[0], np.cumsum(np.bincount(found["row"], minlength=len(table)))])
    for row in rows:
        one = edge_contributions(table, int(row), metric)
        own = found.iloc[first[row]:first[row + 1]]
        assert all(np.array_equal(one[name], own[name], equal_nan=name == "contribution") for name in SAME), row
    return found


@pytest.mark.parametrize("metric", ["test_accuracy", "loss", "rare", "never"])
def test_all_are_those_of_each_cell(small_table, metric):
    found = check(small_table, metric, range(len(small_table)))
    cell = small_table.cell(50)
    own = found[found["row"] == 50]
    assert [(each.source_operation, each.target_operation) for each in own.itertuples()] == [
        cell.edge_type(edge) for edge in cell.edges]


@pytest.mark.filterwarnings("ignore:overflow encountered")  # squares overflow: intervals are infinite, means are not
def test_large_values(small_table):
    large = BenchmarkTable(NASBENCH101, small_table.packed, {"loss": known_metric("loss")},
                           {"loss": small_table.column("loss") * 1e307}, name="large")
    check(large, "loss", range(0, len(large), 20))
    assert np.isfinite(contribution_distribution(large, "loss")["mean"]).all()


def test_the_table_keeps_the_last_two(small_table):
    one = contributions_of_table(small_table, "loss").values
    assert contributions_of_table(small_table.with_direction("loss", True), "loss").values is one
    contributions_of_table(small_table, "rare")
    assert contributions_of_table(small_table, "loss").values is one
    contributions_of_table(small_table, "never")
    assert contributions_of_table(small_table, "loss").values is not one


@pytest.mark.parametrize("by", [None, "position", "depth"])
@pytest.mark.parametrize("rows", [None, [3, 5, 8, 13, 21, 34], []])
def test_distribution_agrees_with_pandas(small_table, by, rows):
    edges = all_contributions(small_table, "loss")
    if rows is not None:
        edges = edges[edges["row"].isin(rows)]
    found = contribution_distribution(small_table, "loss", by, rows)
    keys = ["source_operation", "target_operation", *([by] if by else [])]
    groups = {key: part["contribution"] for key, part in edges.groupby(keys, observed=True)}
    assert len(found) == (len(groups) if by else 16) if len(edges) else found.empty or by is None
    for line in found.to_dict("records"):
        values = groups.get(tuple(line[name] for name in ("source", "target", *([by] if by else []))),
                            pd.Series(dtype=float))
        known = values.dropna()
        assert (line["n"], line["n_undefined"]) == (len(known), len(values) - len(known))
        expected = [known.mean(), *known.quantile([0.05, 0.25, 0.5, 0.75, 0.95])]
        assert [line[name] for name in ("mean", "q05", "q25", "median", "q75", "q95")] == pytest.approx(
            expected, nan_ok=True)
        assert line["share_positive"] == pytest.approx((known > 0).mean(), nan_ok=True)
        if len(known) > 1 and known.std() > 0:
            low, high = stats.t.interval(0.95, len(known) - 1, known.mean(), stats.sem(known))
            assert [line["low"], line["high"]] == pytest.approx([low, high])


def test_what_is_wrong_is_named(small_table):
    with pytest.raises(UnknownMetricError):
        all_contributions(small_table, "accuracy")
    with pytest.raises(ArgumentKindError, match="Found 'width' to split"):
        contribution_distribution(small_table, "loss", by="width")


def test_cells_of_too_many_edges_have_none():
    dense = [(source, target) for target in range(8) for source in range(target)]
    space = vp.CellSpace(NASBENCH101.operations, 8, 28)
    graphs = [(("input", *[CONV] * 6, "output"), dense), (("input", CONV, "output"), [(0, 1), (0, 2), (1, 2)]),
              (("input", "output"), [(0, 1)])]
    table = BenchmarkTable(space, np.array([packed_of(*graph, space) for graph in graphs]),
                           {"loss": known_metric("loss")}, {"loss": np.array([0.3, 0.2, 0.1])}, name="dense")
    found = all_contributions(table, "loss")
    assert found["contribution"][:28].isna().all() and (found["n_with"][:28] == 0).all()
    assert found["contribution"][28:31].tolist() == pytest.approx([0.1, np.nan, 0.1], nan_ok=True)


@pytest.mark.skipif(not JIT, reason="so many cells are for compiled kernels")
def test_more_subsets_than_there_is_time_for():
    space = vp.CellSpace(("a",), 8, 20)
    chain = [(vertex, vertex + 1) for vertex in range(7)]
    others = [(s, t) for t in range(8) for s in range(t) if t - s > 1][:13]
    one = packed_of(("input", *["a"] * 6, "output"), chain + others, space)
    table = BenchmarkTable(space, np.full(70_000, one), {"loss": known_metric("loss")}, {"loss": np.zeros(70_000)},
                           name="many", keys=np.arange(70_000))
    with pytest.raises(TooManyEdgesError, match=r"up to 20 edges, 7e\+10 subsets"):
        all_contributions(table, "loss")


@pytest.mark.real
@pytest.mark.skipif(not JIT, reason="the whole table is for compiled kernels")
def test_two_thousand_real_cells(real_table):
    found = check(real_table, "test_accuracy", np.random.default_rng(0).choice(len(real_table), 2000, replace=False))
    assert len(found) == 3_697_667
