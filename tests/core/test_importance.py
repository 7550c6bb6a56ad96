"""Edge importance against plain means in exact fractions."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import JIT, cells, examples
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SelectionError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations
COLUMNS = ["source", "target", "importance", "mean_with", "mean_without", "n_with", "n_without"]


def check(frame, graphs, values):
    """Hold a frame of importances against the oracle, its order included."""
    assert list(frame.columns) == COLUMNS
    kinds = list(zip(frame["source"], frame["target"], strict=True))
    assert set(kinds) == set(NASBENCH101.edge_types) and len(kinds) == len(NASBENCH101.edge_types)
    expected = oracles.importance(graphs, values)
    known = [value for value in values if not math.isnan(value)]
    for kind, row in zip(kinds, frame.itertuples(index=False), strict=True):
        mean_with, mean_without, n_with, n_without = expected.get(kind, (math.nan, oracles.mean(known), 0, len(known)))
        assert (row.n_with, row.n_without) == (n_with, n_without)
        assert [row.mean_with, row.mean_without] == pytest.approx([mean_with, mean_without], rel=1e-12, nan_ok=True)
        assert row.importance == pytest.approx(mean_with - mean_without, rel=1e-9, abs=1e-12, nan_ok=True)
        assert math.isnan(row.importance) == (n_with == 0 or n_without == 0)
    defined = frame["importance"].dropna()
    assert defined.is_monotonic_decreasing and defined.index.tolist() == list(range(len(defined)))


def exact_means(table, metric):
    """Mean over the known repeats of each row, in exact fractions."""
    return [oracles.mean(value for value in row if not math.isnan(value)) for row in table.repeats(metric).tolist()]


@pytest.mark.parametrize("metric", ["test_accuracy", "loss", "rare", "never"])
def test_importance_over_the_whole_table(small_table, small_cells, metric):
    check(edge_importance(small_table, metric), small_cells, exact_means(small_table, metric))


@examples(40)
@given(data=st.data())
def test_importance_over_a_selection(small_table, small_cells, data):
    rows = data.draw(st.lists(st.integers(0, len(small_cells) - 1), max_size=12))
    metric = data.draw(st.sampled_from(["test_accuracy", "loss"]))
    values = exact_means(small_table, metric)
    chosen = sorted(set(rows))
    check(edge_importance(small_table, metric, rows), [small_cells[r] for r in chosen], [values[r] for r in chosen])


def test_a_selection_may_be_rows_or_truth_values_in_any_order(small_table):
    chosen = np.array([7, 3, 3, 11])
    expected = edge_importance(small_table, "loss", [3, 7, 11])
    pd.testing.assert_frame_equal(edge_importance(small_table, "loss", chosen), expected)
    mask = np.zeros(len(small_table), dtype=bool)
    mask[chosen] = True
    pd.testing.assert_frame_equal(edge_importance(small_table, "loss", mask), expected)


@pytest.mark.parametrize("rows", [[], np.array([], dtype=np.int64), "none of them"])
def test_an_empty_selection_has_no_importance(small_table, rows):
    rows = np.zeros(len(small_table), dtype=bool) if isinstance(rows, str) else rows
    frame = edge_importance(small_table, "loss", rows)
    assert len(frame) == 16
    assert frame[["importance", "mean_with", "mean_without"]].isna().all(axis=None)
    assert (frame[["n_with", "n_without"]] == 0).all(axis=None)


def test_one_cell_has_means_but_no_importance(small_table, small_cells):
    frame = edge_importance(small_table, "loss", [0])
    operations, edges = small_cells[0]
    there = {(operations[source], operations[target]) for source, target in edges}
    for row in frame.itertuples():
        side, other = ("with", "without") if (row.source, row.target) in there else ("without", "with")
        assert getattr(row, f"mean_{side}") == small_table.column("loss")[0]
        assert getattr(row, f"n_{side}") == 1 and getattr(row, f"n_{other}") == 0
        assert math.isnan(row.importance)


def test_an_unknown_metric_is_named(small_table):
    with pytest.raises(UnknownMetricError, match="'accuracy'; expected one of test_accuracy, loss, rare, never"):
        edge_importance(small_table, "accuracy")


@pytest.mark.parametrize("rows", [[-1], [10**6], [0.5], [[0, 1]], ["a"], [True, False]])
def test_rows_that_are_none_are_refused(small_table, rows):
    with pytest.raises(SelectionError, match=r"Found rows .*; expected "):
        edge_importance(small_table, "loss", rows)


@given(st.lists(cells(), min_size=1, max_size=6, unique=True), st.data())
def test_relabelling_never_changes_importance(some, data):
    forms = [(cell.operations, cell.edges) for cell in some]
    moved = [data.draw(st.sampled_from(list(oracles.forward_forms(*form)))) for form in forms]
    values = data.draw(st.lists(st.floats(-5, 5) | st.just(math.nan), min_size=len(some), max_size=len(some)))
    frames = []
    for graphs in (forms, moved):
        packed = np.array([packed_of(*form) for form in graphs])
        metrics = {"loss": known_metric("loss")}
        table = BenchmarkTable(NASBENCH101, packed, metrics, {"loss": np.array(values)}, name="drawn")
        frames.append(edge_importance(table, "loss"))
    pd.testing.assert_frame_equal(*frames)
    check(frames[0], forms, values)


def test_a_space_with_more_edge_types_than_an_integer_has_bits():
    """Fifteen operations make 256 edge types: each has its own column, none overlaps another."""
    space = CellSpace([f"operation {index}" for index in range(15)], 4, 6)
    pairs = [pair for index, pair in enumerate(product(space.operations, repeat=2)) if index % 4]
    graphs = [(("input", *pair, "output"), [(0, 1), (1, 2), (2, 3)]) for pair in pairs]
    values = np.random.default_rng(3).normal(size=len(graphs))
    table = BenchmarkTable(space, np.array([packed_of(*graph, space) for graph in graphs]),
                           {"loss": known_metric("loss")}, {"loss": values}, name="wide")
    frame = edge_importance(table, "loss")
    assert len(frame) == 256
    expected = oracles.importance(graphs, values)
    for row in frame.itertuples():
        mean_with, mean_without, *counts = expected.get((row.source, row.target), (math.nan, 0, 0, len(graphs)))
        assert [row.n_with, row.n_without] == counts
        assert row.importance == pytest.approx(mean_with - mean_without, rel=1e-9, nan_ok=True)


@pytest.mark.skipif(not JIT, reason="the whole table is for compiled kernels")
@pytest.mark.real
def test_the_most_and_least_important_edge_types_of_nasbench101(real_table):
    frame = edge_importance(real_table)
    assert (frame.iloc[0]["source"], frame.iloc[0]["target"]) == (CONV, "output")
    assert (frame.iloc[-1]["source"], frame.iloc[-1]["target"]) == (POOL, POOL)
    assert (frame["n_with"] + frame["n_without"] == 423_624).all()


@pytest.mark.real
@pytest.mark.parametrize("metric", ["test_accuracy", "training_time"])
def test_importance_on_rows_of_the_real_table(real_table, real_part, metric):
    """Up to thirty thousand rows, most of them without a training time, against pandas on the text columns."""
    rows = np.random.default_rng(4).permutation(len(real_table))[:30_000]
    sample = real_part.iloc[rows]
    values = sample[metric].to_numpy(dtype=np.float64, na_value=np.nan)
    graphs = [oracles.from_text(*texts) for texts in
              zip(sample["module_adjacency"], sample["module_operations"], strict=True)]
    kinds = pd.DataFrame([{(names[s], names[t]): True for s, t in edges} for names, edges in graphs]).notna()
    frame = edge_importance(real_table, metric, rows).set_index(["source", "target"])
    for kind, importance in frame["importance"].items():
        there = kinds[kind].to_numpy()
        assert importance == pytest.approx(np.nanmean(values[there]) - np.nanmean(values[~there]), rel=1e-9, abs=1e-12)
