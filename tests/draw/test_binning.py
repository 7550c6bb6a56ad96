"""Bins against brute force: every bin is held to the rows that lie in it, one by one."""

import math

import numpy as np
import pandas as pd
import pytest
from demo_tables import FIVE
from hypothesis import example, given
from hypothesis import strategies as st

from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.map.axes import Axis, Window, home_window, whole_window
from vanas_panel.draw.map.bins import bin_edges, bin_points, nearest_bin, points_of
from vanas_panel.errors import UnknownMetricError
from vanas_panel.readers import open_table
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

SHAPE = (24, 16)


def table_of(x, y, best, higher_is_better: bool | None = True) -> BenchmarkTable:
    """A table with these three columns."""
    columns = {name: np.asarray(values, dtype=float) for name, values in (("x", x), ("y", y), ("best", best))}
    metrics = {name: Metric(name, name.upper(), "", higher_is_better if name == "best" else None) for name in columns}
    return BenchmarkTable(NASBENCH101, FIVE[: columns["x"].size], metrics, columns, name="three columns")


def random_table(seed: int, rows: int, higher_is_better: bool | None = True, whole: bool = False) -> BenchmarkTable:
    """Values of several magnitudes around zero, gaps, and few distinct values to tie in."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 10.0 ** rng.uniform(-2, 2, rows)), rng.uniform(-1, 3, rows)
    if whole:
        x, y = np.rint(x), np.rint(20 * y)
    best = rng.integers(0, 6, rows) / 8
    for values in (x, y, best):
        values[rng.random(rows) < 0.15] = np.nan
    return table_of(x, y, best, higher_is_better)


def drawable(table: BenchmarkTable, log_x: bool, log_y: bool) -> np.ndarray:
    """Rows that the map can show, found one by one."""
    rows = []
    for row in range(len(table)):
        x, y, best = (table.column(name)[row] for name in ("x", "y", "best"))
        if not any(map(math.isnan, (x, y, best))) and (x > 0 or not log_x) and (y > 0 or not log_y):
            rows.append(row)
    return np.array(rows, dtype=int)


def inside(table, rows, bins, index) -> list[int]:
    """Rows in one bin; no value lies on an edge but whole numbers, whose bins end half-way between them."""
    x, y = table.column("x"), table.column("y")
    return [row for row in rows if bins.left[index] <= x[row] < bins.right[index]
            and bins.bottom[index] <= y[row] < bins.top[index]]


def check(table, points, bins, window, log_x=False, log_y=False, selected=None):
    """Every bin holds what brute force finds in it, and no visible row is outside all bins."""
    rows, best = drawable(table, log_x, log_y), table.column("best")
    seen = []
    for index in range(len(bins)):
        members = inside(table, rows, bins, index)
        assert bins.cells[index] == len(members) > 0
        assert bins.chosen[index] == len(set(members) & set(members if selected is None else selected.tolist()))
        highest = points.metric.higher_is_better is not False
        value = max(best[row] for row in members) if highest else min(best[row] for row in members)
        assert bins.best[index] == value
        assert bins.row[index] == min(row for row in members if best[row] == value)
        seen += members
    assert len(seen) == len(set(seen))
    visible = {row for row in rows if window.contains(table.column("x")[row], table.column("y")[row])}
    assert len(visible) == points.inside(window)
    assert visible <= set(seen)


@given(seed=st.integers(0, 2**32), rows=st.integers(1, 60), higher=st.sampled_from([True, False, None]),
       log_x=st.booleans(), log_y=st.booleans(), whole=st.booleans())
@example(seed=5193, rows=27, higher=True, log_x=True, log_y=False, whole=True)  # a power of ten lies on an edge
def test_bins_of_the_whole_map(seed, rows, higher, log_x, log_y, whole):
    table = random_table(seed, rows, higher, whole)
    points = points_of(table, "x", "y", "best", log_x, log_y)
    window = whole_window(points.x, points.y)
    bins = bin_points(points, window, SHAPE)
    check(table, points, bins, window, log_x, log_y)
    assert bins.cells.sum() == len(drawable(table, log_x, log_y)) == len(points)


@given(seed=st.integers(0, 2**32), corner=st.floats(0, 0.8), part=st.floats(0.05, 0.6), log_y=st.booleans(),
       whole=st.booleans())
def test_a_zoomed_window_still_names_rows_of_the_whole_table(seed, corner, part, log_y, whole):
    table = random_table(seed, 60, whole=whole)
    points = points_of(table, "x", "y", "best", False, log_y)
    everything = whole_window(points.x, points.y)
    ends = [(low + corner * (high - low), low + (corner + part) * (high - low)) for low, high in
            (everything.x, everything.y)]
    window = Window(*ends)
    check(table, points, bin_points(points, window, SHAPE), window, False, log_y)


@given(seed=st.integers(0, 2**32), share=st.floats(0, 1))
def test_selected_cells_are_counted(seed, share):
    table = random_table(seed, 60)
    rng = np.random.default_rng(seed + 1)
    selected = np.flatnonzero(rng.random(60) < share)
    points = points_of(table, "x", "y", "best")
    window = whole_window(points.x, points.y)
    check(table, points, bin_points(points, window, SHAPE, selected), window, selected=selected)


def test_ties_go_to_the_lowest_row():
    table = table_of([0, 1, 1, 1], [0, 1, 1, 1], [0.1, 0.5, 0.9, 0.9])
    points = points_of(table, "x", "y", "best")
    bins = bin_points(points, whole_window(points.x, points.y), SHAPE)
    assert bins.row.tolist() == [0, 2]
    assert bins.cells.tolist() == [1, 3]


@pytest.mark.parametrize(("higher_is_better", "rows"), [(True, [2]), (None, [2]), (False, [1])])
def test_the_best_is_the_lowest_where_lower_is_better(higher_is_better, rows):
    table = table_of([5, 5, 5], [7, 7, 7], [2, 1, 3], higher_is_better)
    points = points_of(table, "x", "y", "best")
    assert bin_points(points, whole_window(points.x, points.y), SHAPE).row.tolist() == rows


def test_values_on_edges_count_once():
    # 0.25 keeps the axes from having bins of whole units; all others are multiples of the bins' widths.
    x, y = np.meshgrid(np.arange(0, 10.5, 0.5), np.arange(0, 10.5, 0.5))
    table = table_of([0.25, *x.ravel()], [0.25, *y.ravel()], np.zeros(x.size + 1))
    points = points_of(table, "x", "y", "best")
    for window, shape in ((Window((0, 10), (0, 10)), (20, 20)), (Window((-0.5, 10.5), (-0.5, 10.5)), (22, 22))):
        bins = bin_points(points, window, shape)
        assert bins.cells.sum() == x.size + 1
        assert np.unique(bins.right - bins.left).tolist() == [0.5]


def test_powers_of_ten_belong_to_the_bin_on_their_right():
    values = [1, 10, 100, 1000, 10_000, 100_000]
    points = points_of(table_of(values, [1] * 6, [1] * 6), "x", "y", "best", log_x=True)
    for count in range(10, 200, 7):
        bins = bin_points(points, whole_window(points.x, points.y), (count, 4))
        assert bins.cells.sum() == 6
        assert all(left <= value < right for value, left, right in zip(values, bins.left, bins.right, strict=True))


def test_whole_numbers_have_bins_of_their_own_without_gaps():
    values = np.repeat(np.arange(2, 8), 3)
    table = table_of(values, values[::-1], np.zeros(values.size))
    for log in (False, True):
        points = points_of(table, "x", "y", "best", log, log)
        bins = bin_points(points, whole_window(points.x, points.y), (100, 100))
        order = np.argsort(bins.left)
        assert bins.left[order].tolist() == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
        assert bins.right[order].tolist() == [2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
        assert bins.cells.tolist() == [3] * 6


def test_a_wide_axis_of_whole_numbers_is_never_cut_finer_than_these():
    axis = Axis(Metric("x", "X"), False, 0.0, 5e7, whole=True)
    for width in (1.0, 7.3, 250.0, 1e4, 5e7):
        edges = bin_edges(axis, (1000.0, 1000.0 + width), 100)
        steps = np.diff(edges)
        assert steps.min() == steps.max() >= 1
        assert np.array_equal(edges % 1, np.full(edges.size, 0.5))


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), count=st.integers(4, 200))
@example(low=0.0, width=1.0, count=100)
def test_edges_cover_the_window_with_about_as_many_bins_as_wanted(low, width, count):
    axis = Axis(Metric("x", "X"), False, low, low + width, whole=False)
    edges = bin_edges(axis, (low, low + width), count)
    slack = 1e-9 * (abs(low) + width)
    assert edges[0] <= low + slack and edges[-1] >= low + width - slack
    assert 0.74 * count - 1 <= edges.size - 1 <= count + 2


def test_panning_does_not_shift_the_bins():
    axis = Axis(Metric("x", "X"), False, 0.0, 100.0, whole=False)
    one, other = bin_edges(axis, (0.0, 50.0), 100), bin_edges(axis, (13.37, 63.37), 100)
    assert set(np.round(one[one > 15], 9)) <= set(np.round(other, 9))


def test_rows_left_out_of_the_map_are_counted():
    table = table_of([1, np.nan, 3, -4, 0, 6], [1, 2, np.nan, 4, 5, 6], [1, 2, 3, 4, np.nan, 6])
    points = points_of(table, "x", "y", "best", log_x=True)
    assert (points.total, len(points), points.unknown, points.nonpositive) == (6, 2, 3, 1)
    assert [metric.name for metric in points.lacking] == ["x", "y", "best"]
    assert points_of(table, "x", "x", "x").lacking == (table.metric("x"),)
    with pytest.raises(UnknownMetricError, match="absent"):
        points_of(table, "x", "absent", "best")


def test_no_points_make_no_bins():
    table = table_of([np.nan, np.nan], [1, 2], [1, 2])
    for log in (False, True):
        points = points_of(table, "x", "y", "best", log, log)
        window = whole_window(points.x, points.y)
        bins = bin_points(points, window, SHAPE)
        assert len(bins) == 0
        assert nearest_bin(bins, points, window, 1.0, 1.0) is None


@given(seed=st.integers(0, 2**32), at=st.tuples(st.floats(0, 1), st.floats(0, 1)), log_x=st.booleans())
def test_the_nearest_bin(seed, at, log_x):
    table = random_table(seed, 40)
    points = points_of(table, "x", "y", "best", log_x)
    if not len(points):
        return
    window = whole_window(points.x, points.y)
    bins = bin_points(points, window, SHAPE)
    scale = np.log10 if log_x else np.asarray
    span_x, span_y = np.ptp(scale(window.x)), np.ptp(window.y)
    u, y = scale(window.x)[0] + at[0] * span_x, window.y[0] + at[1] * span_y
    x = 10**u if log_x else u
    distances = [
        math.hypot(max(scale(bins.left[k]) - u, u - scale(bins.right[k]), 0) / span_x,
                   max(bins.bottom[k] - y, y - bins.top[k], 0) / span_y) for k in range(len(bins))]
    found = nearest_bin(bins, points, window, x, y, reach=0.1)
    if min(distances) > 0.1 + 1e-9:
        assert found is None
    elif min(distances) < 0.1 - 1e-9:
        assert distances[found] == pytest.approx(min(distances), abs=1e-9)


@pytest.mark.real
@pytest.mark.parametrize(("x", "y", "log"), [("trainable_parameters", "test_accuracy", False),
                                             ("flops", "training_time", True),
                                             ("validation_accuracy_4", "test_accuracy", False)])
def test_the_whole_of_nasbench101(real_table_path, real_frame, x, y, log):
    table = open_table(real_table_path)
    points = points_of(table, x, y, "test_accuracy", log, log)
    window = home_window(table, points.x, points.y)
    bins = bin_points(points, window, (105, 68))
    frame = pd.DataFrame({"x": real_frame[x], "y": real_frame[y], "best": real_frame["test_accuracy"]}).dropna()
    assert points.unknown == len(real_frame) - len(frame)
    # Rounding may put a value that lies on an edge on either side of it: hold the bins whose edges no value touches.
    held = 0
    for index in range(0, len(bins), 7):
        low_x, high_x, low_y, high_y = (each[index] for each in (bins.left, bins.right, bins.bottom, bins.top))
        near = frame[frame["x"].between(low_x * (1 - 1e-6), high_x * (1 + 1e-6)) &
                     frame["y"].between(low_y * (1 - 1e-6), high_y * (1 + 1e-6))]
        members = near[near["x"].between(low_x * (1 + 1e-6), high_x * (1 - 1e-6)) &
                       near["y"].between(low_y * (1 + 1e-6), high_y * (1 - 1e-6))]
        if len(near) == len(members):
            held += 1
            assert bins.cells[index] == len(members)
            assert bins.row[index] == members["best"].idxmax()
            assert bins.best[index] == members["best"].max()
    assert held > 20
