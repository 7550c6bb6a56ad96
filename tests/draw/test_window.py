"""Windows hold what they should, with room for a mark at the edge."""

import math

import numpy as np
import pytest
from demo_tables import FIVE
from hypothesis import example, given
from hypothesis import strategies as st

from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.map.axes import Axis, Window, home_window, whole_window
from vanas_panel.draw.map.bins import points_of
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable

PLAIN = Metric("plain", "Plain")


@given(st.floats(1e-3, 1e9), st.floats(0, 1e9), st.booleans(), st.booleans())
@example(1.0, 2.220446049250313e-16, False, False)
@example(1e9, 1e-6, True, False)
def test_the_whole_window_holds_both_ends_with_a_margin(low, width, log, whole):
    low, width = (math.ceil(low), math.ceil(width)) if whole else (low, width)
    axis = Axis(PLAIN, log, low, low + width, whole)
    start, end = whole_window(axis, axis).x
    assert start < low and low + width < end
    assert start > 0 or not log


@pytest.mark.parametrize("log", [False, True])
def test_without_points_there_is_still_a_window(log):
    axis = Axis(PLAIN, log, math.nan, math.nan, False)
    start, end = whole_window(axis, axis).y
    assert start < end and (start > 0 or not log)


def accuracies() -> BenchmarkTable:
    values = np.linspace(0.82, 0.947, 500)
    values[:5] = 0.1
    columns = {"test_accuracy": values, "trainable_parameters": np.geomspace(1e5, 5e7, 500)}
    return BenchmarkTable(NASBENCH101, FIVE[:500], {name: known_metric(name) for name in columns}, columns, name="few")


def test_a_map_starts_where_most_accuracies_are_and_shows_all_of_other_axes():
    table = accuracies()
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    home, whole = home_window(table, points.x, points.y), whole_window(points.x, points.y)
    assert home.x == whole.x
    assert whole.y[0] < 0.1 < 0.79 < home.y[0] < 0.8
    assert home.y[1] > 0.947


def test_a_logarithmic_axis_of_accuracies_starts_with_all_of_it():
    table = accuracies()
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy", log_y=True)
    assert home_window(table, points.x, points.y) == whole_window(points.x, points.y)


def test_window_contains_points_between_its_ends():
    window = Window((0, 1), (10, 20))
    assert window.contains(0, 20) and window.contains(0.5, 15)
    assert not window.contains(1.1, 15) and not window.contains(0.5, 9)
    assert not window.contains(math.nan, 15) and not window.contains(0.5, math.nan)
