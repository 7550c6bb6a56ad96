"""Edge importance against plain means in exact fractions."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import JIT, cells, examples
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.edge_groups import EdgeGroups
from vanas_panel.core.edge_sets import EdgeSets
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SelectionError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations
COLUMNS = ["source", "target", "importance", "mean_with", "mean_without", "n_with", "n_without", "low", "high"]


def check(frame, graphs, values, space=NASBENCH101):
    """Hold a frame of importances against the oracle, its order included."""
    assert list(frame.columns) == COLUMNS
    kinds = list(zip(frame["source"], frame["target"], strict=True))
    assert set(kinds) == set(space.edge_types) and len(kinds) == len(space.edge_types)
    expected = oracles.importance(graphs, values)
    known = [value for value in values if not math.isnan(value)]
    for kind, row in zip(kinds, frame.itertuples(index=False), strict=True):
        mean_with, mean_without, n_with, n_without = expected.get(kind, (math.nan, oracles.mean(known), 0, len(known)))
        assert (row.n_with, row.n_without) == (n_with, n_without)
        assert [row.mean_with, row.mean_without] == pytest.approx([mean_with, mean_without], rel=1e-12, nan_ok=True)
        assert row.importance == pytest.approx(mean_with - mean_without, rel=1e-9, abs=1e-12, nan_ok=True)
        assert math.isnan(row.importance) == (n_with == 0 or n_without == 0)
        sides = [[value for graph, value in zip(graphs, values, strict=True) if not math.isnan(value)
                  and (kind in oracles.kinds_of(*graph)) == there] for there in (True, False)]
        assert [row.low, row.high] == pytest.approx(oracles.welch(*sides), rel=1e-6, abs=1e-9, nan_ok=True)
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


FIFTEEN = CellSpace([f"operation {index}" for index in range(15)], 8, 28)


@pytest.fixture(scope="module")
def fifteen():
    """Cells with fifteen operations: every pair of them in a chain, and NAS-Bench-101's graphs of up to five vertices
    with operations drawn at random; values of some of them are unknown, and some are constant on a side.
    """
    rng = np.random.default_rng(3)
    pairs = product(FIFTEEN.operations, repeat=2)
    graphs = [(("input", *pair, "output"), [(0, 1), (1, 2), (2, 3)]) for index, pair in enumerate(pairs) if index % 4]
    shapes = {tuple(cell.edges) for cell in vp.open_table("structure4")}
    graphs += [(("input", *rng.choice(FIFTEEN.operations[3:], max(shape)[1] - 1), "output"), list(shape))
               for shape in sorted(shapes) for _ in range(9)]
    # Six operations in one cell: as many types as a group can have.
    joined = [(source, target) for target in range(7) for source in range(target)]
    graphs += [(("input", *FIFTEEN.operations[9:], "output"), [*joined[:count], (5, 6), (6, 7)]) for count in (19, 20)]
    graphs = {int(canonical_keys(np.array([packed_of(*graph, FIFTEEN)]))[0]): graph for graph in graphs}
    values = rng.choice([0.1, 0.3, 0.7, math.nan, 12345.678], len(graphs))
    metrics = {"loss": known_metric("loss"), "one": known_metric("one")}
    table = BenchmarkTable(FIFTEEN, np.array([packed_of(*graph, FIFTEEN) for graph in graphs.values()]), metrics,
                           {"loss": values, "one": np.full(len(graphs), 0.1)}, name="wide")
    return table, list(graphs.values())


@pytest.mark.parametrize("metric", ["loss", "one"])
def test_fifteen_operations_against_exact_fractions(fifteen, metric):
    table, graphs = fifteen
    check(edge_importance(table, metric), graphs, table.column(metric).tolist(), FIFTEEN)


@pytest.mark.parametrize("count", [0, 1, 2, 9, 60])
def test_fifteen_operations_over_a_selection(fifteen, count):
    table, graphs = fifteen
    rows = np.sort(np.random.default_rng(count).choice(len(table), count, replace=False))
    check(edge_importance(table, "loss", rows), [graphs[row] for row in rows], table.column("loss")[rows].tolist(),
          FIFTEEN)


def test_which_cells_have_an_edge_type_of_256(fifteen):
    table, graphs = fifteen
    kinds = [oracles.kinds_of(*graph) for graph in graphs]
    for place, kind in enumerate(FIFTEEN.edge_types):
        assert table.edge_types.having([place]).tolist() == [kind in there for there in kinds]
    some = [3, 17, 40, 255]
    assert table.edge_types.having(some).tolist() == [any(FIFTEEN.edge_types[each] in there for each in some)
                                                      for there in kinds]
    assert not table.edge_types.having([]).any()


@examples(40)
@given(st.lists(cells(), min_size=1, max_size=8), st.data())
def test_sets_and_groups_of_cells_agree(some, data):
    """The way of spaces with few operations and that of those with many, on the same cells."""
    packed = np.array([packed_of(cell.operations, cell.edges) for cell in some])
    values = np.array(data.draw(st.lists(st.floats(-5, 5) | st.just(math.nan), min_size=len(some), max_size=len(some))))
    rows = data.draw(st.none() | st.lists(st.integers(0, len(some) - 1), unique=True).map(
        lambda rows: np.array(sorted(rows), np.int64)))
    sets, groups = EdgeSets.of(packed, 3), EdgeGroups.of(packed, 3)
    sums, counts, squares = sets.moments(values, rows)
    others = groups.moments(values, rows)
    assert np.array_equal(counts, others[1])
    np.testing.assert_allclose(others[0], sums, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(others[2], squares, rtol=1e-9, atol=1e-12)
    assert all(np.array_equal(sets.having([kind]), groups.having([kind])) for kind in range(16))


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
