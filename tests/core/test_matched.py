"""Matched importance against removing every edge of every cell and looking for what is left."""

from __future__ import annotations

import math
import statistics

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import JIT, examples
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.matched import matched_importance, matched_pairs
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import SelectionError, UnknownMetricError, UnknownOperationError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations


@pytest.fixture(scope="module")
def pairs(small_cells, rows_by_text):
    """All pairs of the small table, by the oracle."""
    return list(oracles.matched_pairs(small_cells, lambda cell: oracles.find(cell, rows_by_text)))


def check(frame, pairs, values, rows):
    """Hold a frame of matched importances against pairs of the oracle."""
    assert list(frame.columns) == ["source", "target", "importance", "low", "high", "n_pairs"]
    kinds = list(zip(frame["source"], frame["target"], strict=True))
    assert sorted(kinds) == sorted(NASBENCH101.edge_types)
    for kind, row in zip(kinds, frame.itertuples(index=False), strict=True):
        differences = [values[one] - values[other] for one, _, its, other in pairs if its == kind and one in rows]
        differences = [each for each in differences if not math.isnan(each)]
        assert row.n_pairs == len(differences)
        assert row.importance == pytest.approx(oracles.mean(differences), rel=1e-9, abs=1e-12, nan_ok=True)
        if len(differences) < 2:
            assert math.isnan(row.low) and math.isnan(row.high)
            continue
        reach = stats.t.ppf(0.975, len(differences) - 1) * statistics.stdev(differences) / len(differences) ** 0.5
        assert [row.low, row.high] == pytest.approx([row.importance - reach, row.importance + reach], rel=1e-9,
                                                    abs=1e-12)
    defined = frame["importance"].dropna()
    assert defined.is_monotonic_decreasing and defined.index.tolist() == list(range(len(defined)))


@pytest.mark.parametrize("metric", ["test_accuracy", "loss", "rare", "never"])
def test_matched_importance_agrees_with_brute_force(small_table, pairs, metric):
    assert len(pairs) > 500
    check(matched_importance(small_table, metric), pairs, small_table.column(metric), range(len(small_table)))


@examples(30)
@given(data=st.data())
def test_rows_are_the_cells_that_an_edge_is_taken_from(small_table, pairs, data):
    rows = data.draw(st.lists(st.integers(0, len(small_table) - 1), max_size=200, unique=True))
    check(matched_importance(small_table, "loss", rows), pairs, small_table.column("loss"), set(rows))


def test_pairs_agree_with_brute_force(small_table, pairs):
    values = small_table.column("test_accuracy")
    for kind in NASBENCH101.edge_types:
        found = matched_pairs(small_table, *kind)
        expected = {(one, *edge, other) for one, edge, its, other in pairs
                    if its == kind and not math.isnan(values[one] - values[other])}
        assert set(zip(found["row"], found["source"], found["target"], found["without"], strict=True)) == expected
        assert len(found) == len(expected) and found["row"].is_monotonic_increasing
        assert found["difference"].tolist() == (values[found["row"]] - values[found["without"]]).tolist()


def test_pairs_of_a_selection(small_table):
    everything = matched_pairs(small_table, CONV, "output", "loss")
    rows = everything["row"].unique()[:5]
    some = matched_pairs(small_table, CONV, "output", "loss", rows)
    assert set(some["row"]) == set(rows) and len(some) < len(everything)


def test_each_edge_of_a_type_makes_a_pair():
    """Two convolutions into the output, each of which also leads to the other's place by way of a pool."""
    graphs = [(("input", CONV, CONV, POOL, "output"), [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4), (2, 4)]),
              (("input", CONV, CONV, POOL, "output"), [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4)])]
    table = BenchmarkTable(NASBENCH101, np.array([packed_of(*graph) for graph in graphs]),
                           {"loss": known_metric("loss")}, {"loss": np.array([0.9, 0.5])}, name="two")
    found = matched_importance(table, "loss").set_index(["source", "target"]).loc[(CONV, "output")]
    assert found["n_pairs"] == 2 and found["importance"] == pytest.approx(0.4)
    assert [found["low"], found["high"]] == pytest.approx([0.4, 0.4])


@pytest.mark.parametrize("rows", [[], [5]])
def test_a_selection_without_pairs_has_no_importance(rows):
    graphs = [(("input", *[CONV] * count, "output"), [(v, v + 1) for v in range(count + 1)]) for count in range(6)]
    table = BenchmarkTable(NASBENCH101, np.array([packed_of(*graph) for graph in graphs]),
                           {"loss": known_metric("loss")}, {"loss": np.arange(6.0)}, name="chains")
    frame = matched_importance(table, "loss", rows)
    assert len(frame) == 16 and frame[["importance", "low", "high"]].isna().all(axis=None)
    assert (frame["n_pairs"] == 0).all()
    assert matched_pairs(table, CONV, "output", "loss", rows).empty


def test_a_metric_of_one_value_has_importance_zero(small_table):
    table = BenchmarkTable(NASBENCH101, small_table.packed, {"loss": known_metric("loss")},
                           {"loss": np.full(len(small_table), 0.1)}, name="flat")
    frame = matched_importance(table, "loss").dropna()
    assert (frame[["importance", "low", "high"]] == 0).all(axis=None) and len(frame) > 10


@pytest.mark.filterwarnings("ignore:overflow encountered")  # squares overflow: intervals are infinite, means are not
def test_values_whose_sum_is_beyond_every_number(small_table):
    large = BenchmarkTable(NASBENCH101, small_table.packed, {"loss": known_metric("loss")},
                           {"loss": small_table.column("loss") * 1e307}, name="large")
    one, two = (matched_importance(table, "loss").set_index(["source", "target"]).sort_index()
                for table in (small_table, large))
    assert (two["importance"] / 1e307).tolist() == pytest.approx(one["importance"].tolist(), nan_ok=True)


def test_what_is_wrong_is_named(small_table):
    with pytest.raises(UnknownMetricError, match="'accuracy'; expected one of"):
        matched_importance(small_table, "accuracy")
    with pytest.raises(SelectionError):
        matched_importance(small_table, "loss", [len(small_table)])
    with pytest.raises(UnknownOperationError, match="'output' to 'input'; expected"):
        matched_pairs(small_table, "output", "input")


def test_places_of_edges(small_table, small_cells):
    """Positions and depths as networkx finds longest paths."""
    index = small_table.edge_index
    for row, (operations, edges) in enumerate(small_cells):
        here = slice(index.first[row], index.first[row + 1])
        graph, last = oracles.graph_of(operations, edges), len(operations) - 1
        assert list(zip(index.sources[here], index.targets[here], strict=True)) == sorted(edges)
        assert set(index.depths[here]) == {nx.dag_longest_path_length(graph)}
        for source, position in zip(index.sources[here], index.positions[here], strict=True):
            before = graph.subgraph(nx.ancestors(graph, source) | {source})
            assert position == nx.dag_longest_path_length(before)
        kinds = [NASBENCH101.edge_types[kind] for kind in index.types[here]]
        assert kinds == [(operations[source], operations[target]) for source, target in sorted(edges)]
        assert (index.rows_of(np.arange(here.start, here.stop)) == row).all() and index.depths[here].max() <= last


@pytest.mark.real
@pytest.mark.skipif(not JIT, reason="the whole table is for compiled kernels")
def test_what_importance_says_of_the_last_convolution_shrinks(real_table):
    """Most of the 2.6 points of cells with a convolution into the output come from what else these cells have."""
    plain, matched = (function(real_table).set_index(["source", "target"]).loc[(CONV, "output"), "importance"]
                      for function in (edge_importance, matched_importance))
    assert plain == pytest.approx(0.026, abs=5e-4) and matched == pytest.approx(0.0048, abs=5e-5)


@pytest.mark.real
def test_pairs_of_real_cells(real_table, real_part, real_rows_by_text):
    """Every edge of some cells of the real table, removed by hand."""
    rows = np.random.default_rng(3).choice(len(real_table), 300 if JIT else 30, replace=False)
    texts = real_part[["module_adjacency", "module_operations"]].to_numpy()
    found = {kind: matched_pairs(real_table, *kind, rows=rows) for kind in NASBENCH101.edge_types}
    got = {(each.row, each.source, each.target, each.without) for frame in found.values()
           for each in frame.itertuples(index=False)}
    cells = [oracles.from_text(*texts[row]) for row in rows]
    expected = {(int(rows[at]), *edge, other) for at, edge, _, other in oracles.matched_pairs(
        cells, lambda cell: oracles.find(cell, real_rows_by_text))}
    assert got == expected and (len(got) > 200 or not JIT)
