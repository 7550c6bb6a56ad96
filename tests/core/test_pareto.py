"""Pareto fronts, knees, prices and what is lost without an operation, against definitions in plain Python."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from tests.core.strategies import JIT, examples
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.fronts import on_front
from vanas_panel.core.pareto import pareto_front
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.core.trade_offs import knee_distances, operation_losses, rows_without, trade_offs
from vanas_panel.errors import (
    ArgumentKindError,
    DirectionError,
    SelectionError,
    UnknownMetricError,
    UnknownOperationError,
)
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations
CELLS = enumerate_cells(CellSpace(NASBENCH101.operations, max_vertices=4, max_edges=6))
NAMES = ("high", "low", "other")


def table_of(columns, directions=(True, False, True)) -> BenchmarkTable:
    """A table of some columns of values, without cells that repeat."""
    metrics = {name: Metric(name, name, "", direction)
               for name, direction in zip(NAMES, directions, strict=True)}
    return BenchmarkTable(NASBENCH101, CELLS[:len(columns[0])], metrics,
                          dict(zip(NAMES, map(np.array, columns), strict=True)), name="made")


def brute_front(points, signs):
    """Indices of the points that no other one dominates, from the definition."""
    known = [index for index, point in enumerate(points) if not any(map(math.isnan, point))]
    merits = {index: [sign * value for sign, value in zip(signs, points[index], strict=True)] for index in known}
    return [index for index in known if not any(
        all(one >= other for one, other in zip(merits[rival], merits[index], strict=True))
        and any(one > other for one, other in zip(merits[rival], merits[index], strict=True)) for rival in known)]


values = st.one_of(st.integers(-3, 3).map(float), st.sampled_from([math.nan, math.inf, -math.inf, 0.5]))


@examples(150)
@given(data=st.data())
def test_the_front_is_what_nothing_dominates(data):
    count = data.draw(st.integers(1, 40))
    columns = [data.draw(st.lists(values, min_size=count, max_size=count)) for _ in NAMES]
    directions = [data.draw(st.booleans()) for _ in NAMES]
    table = table_of(columns, directions)
    for size in (2, 3):
        signs = [1 if direction else -1 for direction in directions[:size]]
        points = list(zip(*columns[:size], strict=True))
        found = pareto_front(table, NAMES[:size])
        assert found.dtype == np.int64 and found.tolist() == brute_front(points, signs)
        rows = sorted(set(data.draw(st.lists(st.integers(0, count - 1), max_size=20))))
        expected = [rows[index] for index in brute_front([points[row] for row in rows], signs)]
        assert pareto_front(table, NAMES[:size], rows).tolist() == expected


@examples(60)
@given(st.data())
def test_neither_order_nor_scale_matters(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    columns = rng.integers(0, 6, (3, 60)).astype(float)
    order = rng.permutation(60)
    front = pareto_front(table_of(columns), NAMES)
    assert sorted(order[pareto_front(table_of(columns[:, order]), NAMES)].tolist()) == front.tolist()
    assert pareto_front(table_of(np.exp(columns)), NAMES).tolist() == front.tolist()
    assert pareto_front(table_of(columns), ("other", "high", "low")).tolist() == front.tolist()


@pytest.mark.parametrize("columns", [2, 3, 4])
def test_more_points_than_any_window_on_one_front(columns):
    """Points of a simplex do not dominate each other; each stands twice, and those below are dominated."""
    steps = 40 if JIT else 6
    simplex = np.array([[*some, steps - sum(some)] for some in product(range(steps), repeat=columns - 1)
                        if sum(some) <= steps][:2_000], float)
    points = np.vstack([simplex, simplex - 0.5, simplex])[np.random.default_rng(3).permutation(3 * len(simplex))]
    assert on_front(points).tolist() == (points.sum(axis=1) == steps).tolist()


def test_the_real_front_is_that_of_plain_numpy(real_table):
    for names in (["test_accuracy", "trainable_parameters"], ["validation_accuracy", "training_time"],
                  ["test_accuracy", "trainable_parameters", "flops"]):
        found = pareto_front(real_table, names)
        signs = [1 if real_table.metric(name).higher_is_better else -1 for name in names]
        merits = np.column_stack([sign * real_table.column(name) for sign, name in zip(signs, names, strict=True)])
        on = merits[found]
        assert not any(((on >= point).all(axis=1) & (on > point).any(axis=1)).any() for point in on)
        others = np.setdiff1d(np.flatnonzero(~np.isnan(merits).any(axis=1)), found)
        is_dominated = np.zeros(others.size, bool)
        for point in on:
            is_dominated |= (point >= merits[others]).all(axis=1) & (point > merits[others]).any(axis=1)
        assert is_dominated.all()


# Order, knee and prices ----------------------------------------------------------------------------------------------


def test_the_list_by_hand():
    high, low = [9.0, 8.0, 4.0, 8.0, 1.0], [100.0, 40.0, 20.0, 40.0, 60.0]
    found = trade_offs(table_of([high, low, high]), NAMES[:2])
    assert found["row"].tolist() == [0, 1, 3, 2]
    assert found["price_low"].tolist() == pytest.approx([math.nan, 1 / 60, math.nan, 4 / 20], nan_ok=True)
    # Scaled: (1, 0), (0.8, 0.75) twice, (0, 1).
    assert found["knee_distance"].tolist() == pytest.approx([0, 0.55 / math.sqrt(2), 0.55 / math.sqrt(2), 0])
    assert found.attrs["knee"] == 1


@examples(80)
@given(st.data())
def test_the_knee_is_farthest_from_the_chord(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    points = rng.integers(0, 9, (rng.integers(1, 30), 2)).astype(float)
    found = trade_offs(table_of([points[:, 0], points[:, 1], points[:, 0]]), NAMES[:2])
    x, y = found["high"].to_numpy(), found["low"].to_numpy()
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert found["knee_distance"].isna().all() and found.attrs["knee"] is None
        return
    u, v = (x - x.min()) / np.ptp(x), (y.max() - y) / np.ptp(y)
    # Twice the area of the triangle with the ends of the front, (1, 0) and (0, 1), over the length of the chord.
    expected = [-((0 - 1) * (b - 0) - (1 - 0) * (a - 1)) / math.sqrt(2) for a, b in zip(u, v, strict=True)]
    assert found["knee_distance"].tolist() == pytest.approx(expected)
    if found.attrs["knee"] is None:
        assert max(expected) <= 1e-12
    else:
        assert found.attrs["knee"] == found["row"][int(np.argmax(np.round(expected, 12)))]


def test_three_metrics_have_a_price_for_each_gain():
    table = table_of([[3.0, 2.0, 1.0], [9.0, 9.0, 5.0], [0.0, 4.0, 2.0]])
    found = trade_offs(table, NAMES)
    assert found["row"].tolist() == [0, 1, 2]
    assert found["price_low"].tolist() == pytest.approx([math.nan, math.nan, 0.25], nan_ok=True)
    assert found["price_other"].tolist() == pytest.approx([math.nan, 0.25, math.nan], nan_ok=True)


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.array([[1.0, 2.0]]), np.array([[1.0, 2.0], [1.0, 2.0]]),
                                    np.array([[1.0, math.inf], [2.0, 1.0]])])
def test_a_front_without_extent_has_no_knee(points):
    assert len(knee_distances(points)) == len(points) and not (knee_distances(points) > 0).any()


# Without an operation ------------------------------------------------------------------------------------------------


def made_table(seed=5):
    rng = np.random.default_rng(seed)
    return table_of([rng.integers(0, 30, CELLS.size).astype(float), rng.integers(0, 30, CELLS.size).astype(float),
                     np.where(rng.random(CELLS.size) < 0.5, rng.random(CELLS.size), np.nan)])


def test_rows_without_operations():
    table = made_table()
    for unwanted in ([], [CONV], [CONV, POOL], [CONV, CONV1, POOL]):
        expected = [row for row in range(len(table)) if not set(unwanted) & set(table.cell(row).operations)]
        assert rows_without(table, unwanted).tolist() == expected
        assert rows_without(table, unwanted, [0, 5, 40]).tolist() == [row for row in expected if row in (0, 5, 40)]
    with pytest.raises(UnknownOperationError, match="expected one of conv3x3-bn-relu"):
        rows_without(table, ["input"])


def brute_area(points, reference):
    """The area that points dominate above a reference, as a union of unit squares of whole numbers."""
    return len({(x, y) for a, b in points for x in range(int(reference[0]), int(a))
                for y in range(int(reference[1]), int(b))})


@pytest.mark.parametrize("reference", [None, {"high": 2, "low": 28}])
def test_losses_are_differences_of_areas(reference):
    table = made_table()
    found = operation_losses(table, NAMES[:2], reference=reference)
    merits = np.column_stack([table.column("high"), -table.column("low")])
    whole = brute_front([tuple(point) for point in merits], (1, 1))
    low = merits[whole].min(axis=0) if reference is None else np.array([2.0, -28.0])
    assert list(found.attrs["reference"].values()) == [low[0], -low[1]]
    volume = brute_area(merits[whole], low)
    assert found["loss"].is_monotonic_decreasing and set(found["operation"]) == {CONV, CONV1, POOL}
    for row in found.itertuples():
        left = [each for each in range(len(table)) if row.operation not in table.cell(each).operations]
        front = [left[index] for index in brute_front([tuple(merits[each]) for each in left], (1, 1))]
        assert (row.n_cells, row.n_front, row.kept) == (len(left), len(front), len(set(front) & set(whole)))
        assert row.loss == pytest.approx(1 - brute_area(merits[front], low) / volume)
        assert row.best == max(merits[left, 0])


def test_a_front_without_volume_has_no_loss():
    one = table_of([[1.0], [1.0], [1.0]])
    found = operation_losses(one, NAMES[:2])
    assert found["loss"].isna().all() and found.attrs["hypervolume"] == 0.0
    assert len(operation_losses(one, NAMES[:2], rows=[])) == 3


# What is refused -----------------------------------------------------------------------------------------------------


def test_no_row_and_one_row():
    table = made_table()
    assert pareto_front(table, NAMES[:2], []).tolist() == [] and pareto_front(table, NAMES[:2], [7]).tolist() == [7]
    assert trade_offs(table, NAMES[:2], []).attrs["knee"] is None
    missing = table_of([[math.nan, 1.0], [1.0, math.nan], [1.0, 1.0]])
    assert pareto_front(missing, NAMES[:2]).tolist() == []


@pytest.mark.parametrize(("metrics", "error", "words"), [
    ("high", ArgumentKindError, "two or three names"), (None, ArgumentKindError, "two or three names"),
    (["high"], ArgumentKindError, "Found 1 metrics"), (["high", "high"], ArgumentKindError, "different"),
    ([*NAMES, "high"], ArgumentKindError, "Found 4 metrics"), (["high", "nothing"], UnknownMetricError, "nothing")])
def test_other_metrics_are_refused(metrics, error, words):
    for function in (pareto_front, trade_offs, operation_losses):
        with pytest.raises(error, match=words):
            function(made_table(), metrics)


def test_a_metric_needs_a_direction():
    table = table_of([[1.0], [1.0], [1.0]], (True, None, True))
    with pytest.raises(DirectionError, match="with_directions .*--better .*=lower"):
        pareto_front(table, ["high", "low"])
    assert pareto_front(table.with_directions({"low": False}), ["high", "low"]).tolist() == [0]
    with pytest.raises(SelectionError):
        pareto_front(made_table(), NAMES[:2], [len(CELLS)])
    with pytest.raises(ArgumentKindError, match="a number for each"):
        operation_losses(made_table(), NAMES[:2], reference={"high": 1})


@pytest.mark.parametrize("wrong", [
    lambda table, names: vp.front_probability(table, names, noise=0.01),
    lambda table, names: vp.front_probability(table, names, noise={"test_acuracy": 0.01}),
    lambda table, names: vp.operation_losses(table, names, reference="worst"),
    lambda table, names: vp.operation_losses(table, names, reference=5),
    lambda table, _names: vp.rows_without(table, None),
    lambda table, _names: vp.rows_without(table, "conv3x3-bn-relu"),
    lambda table, _names: vp.compare_cells(table, [0], 5),
])
def test_arguments_of_another_kind_are_refused_in_one_sentence(wrong):
    with pytest.raises(ArgumentKindError, match="^Found .*; expected"):
        wrong(vp.open_table("mnist-cells"), ["test_accuracy", "flops"])
