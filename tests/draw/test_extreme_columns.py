"""Columns that hardly differ, or by hundreds of orders of magnitude, are drawn like any other."""

import json
import math
import re

import numpy as np
import pytest
from demo_tables import CELLS
from hypothesis import given, settings
from hypothesis import strategies as st
from page_parts import html

from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.map.axes import home_window, whole_window
from vanas_panel.draw.map.bins import bin_points, points_of
from vanas_panel.draw.percentile import histogram
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.spans import drawn_value, middle_of, reach
from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.report.document import report_html
from vanas_panel.report.exports import exported
from vanas_panel.report.offline.columns import code_column
from vanas_panel.report.plan import plan_of
from vanas_panel.state.selection import Box
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

ROWS = 12
MOST = 1.7976931348623157e308
ODD = {
    "run_id": np.full(ROWS, 1760448103833408513.0),
    "ulp": np.where(np.arange(ROWS) % 3 == 0, 0.30000000000000004, 0.3),
    "failed": np.r_[np.linspace(0.31, 0.52, ROWS - 1), MOST],
    "far": np.r_[np.linspace(0.31, 0.52, ROWS - 2), MOST, -MOST],
    "denormal": np.r_[np.full(ROWS - 1, 5e-324), 1e-323],
    "minus": -np.linspace(1, 9, ROWS) * 1e18,
    "zero": np.zeros(ROWS),
    "ids": 1760448103833408513.0 + np.arange(ROWS) * 256,
    "one": np.r_[np.full(ROWS - 1, np.nan), 4.0],
    "empty": np.full(ROWS, np.nan),
}
UNITS = ("fraction", "s", "parameters", "MAC", "", "nats")


def table_of(columns, units=("",), higher=None) -> BenchmarkTable:
    metrics = {name: Metric(name, name, units[index % len(units)], higher) for index, name in enumerate(columns)}
    return BenchmarkTable(NASBENCH101, CELLS[:ROWS], metrics, columns, name="odd")


def is_strict_json(text: str) -> bool:
    def refuse(constant):
        raise AssertionError(constant)

    return bool(json.loads(text, parse_constant=refuse))


@pytest.mark.slow
@pytest.mark.parametrize("units", [("", "s", "fraction"), ("parameters", "MAC", "nats", "fraction")])
def test_every_pair_of_odd_columns_is_a_page_and_its_figures(units):
    session = Session(table_of(ODD, units), metric="run_id", x="run_id", y="ulp")
    session.load_row(3)
    session.pin()
    session.load_row(ROWS - 1)
    page = Dashboard(session)
    names = list(ODD)
    for index, name in enumerate(names):
        log = bool(index % 2)
        session.param.update(metric=name, x=names[index - 1], y=names[index - 3], log_x=log, log_y=not log)
        bins = page.views["overview"].bins
        assert int(bins.cells.sum()) == len(page.views["overview"].points)
        for figure in ("overview", "importance", "cell"):
            svg = exported(session, figure, "svg")
            assert not re.search(r'"[^"]*\b(nan|inf)\b[^"]*"', re.sub(r'(aria-label|fill)="[^"]*"', "", svg))
        assert max(map(len, re.findall(r"[\d,.]+", html(page.views["performance"]))), default=0) < 40


@pytest.mark.parametrize("name", ["run_id", "ulp", "failed", "far", "denormal"])
def test_a_report_of_an_odd_column_holds_numbers_alone(name):
    table = table_of({"test_accuracy": np.linspace(0.6, 0.9, ROWS), **ODD})
    session = Session(table, metric=name, x=name, y="test_accuracy")
    session.load_row(2)
    text = report_html(plan_of(table, session=session))
    assert is_strict_json(re.search(r'id="report-data">(.*?)</script>', text, re.S)[1])


values = st.one_of(
    st.floats(allow_nan=True, allow_infinity=False),
    st.sampled_from([0.0, MOST, -MOST, 5e-324, 1e300, 1760448103833408513.0]),
    st.floats(0.3, 0.30000000000000016), st.integers(-5, 2**62).map(float))


@given(st.lists(values, min_size=ROWS, max_size=ROWS), st.lists(values, min_size=ROWS, max_size=ROWS),
       st.booleans(), st.booleans(), st.sampled_from([True, False, None]), st.integers(0, 5))
@settings(max_examples=60)
def test_any_column_has_windows_bins_ticks_and_colours(xs, ys, log_x, log_y, higher, first):
    columns = {"x": np.array(xs), "y": np.array(ys)}
    table = table_of(columns, UNITS[first:] + UNITS[:first], higher)
    points = points_of(table, "x", "y", "x", log_x, log_y)
    for window in (whole_window(points.x, points.y), home_window(table, points.x, points.y)):
        for (low, high), axis in ((window.x, points.x), (window.y, points.y)):
            assert math.isfinite(low) and math.isfinite(high) and low < high and math.isfinite(high - low)
            ticks = axis_ticks(axis.metric, low, high, log=axis.log)
            texts = tick_texts(axis.metric, ticks, log=axis.log)
            assert len(ticks) < 30 and len(set(texts)) == len(texts), texts
        bins = bin_points(points, window, (60, 40))
        assert all(np.isfinite(getattr(bins, side)).all() for side in ("left", "right", "bottom", "top"))
    assert int(bin_points(points, whole_window(points.x, points.y), (60, 40)).cells.sum()) == len(points)
    scale = scale_of(table, "x")
    assert scale.low < scale.high and 2 <= len(scale.ticks) < 30
    assert all(scale.color(value).startswith("#") for value in xs)
    if table.known("x"):
        spread = histogram(table, "x", float(table.sorted_column("x")[0]))
        assert np.isfinite(spread.heights).all() and 0 <= spread.position <= 1
        coded = code_column(columns["x"])
        assert math.isfinite(coded.description["error"])
        assert np.allclose(coded.restored, columns["x"], rtol=2.0**-15, atol=0, equal_nan=True)


def test_a_mean_is_right_where_the_sum_is_larger_than_a_number_can_be():
    table = table_of({"failed": np.full(ROWS, 1.7e308), "few": np.arange(ROWS)})
    found = edge_importance(table, "failed")
    assert np.allclose(found["mean_with"].dropna(), 1.7e308, rtol=1e-15)
    assert np.abs(found["importance"].dropna()).max() < 1e293
    assert middle_of(np.array([1.5e308, 1.7e308])) == 1.6e308


def test_one_failure_marked_by_the_largest_number_leaves_the_others_apart():
    table = table_of({"val_loss": np.r_[np.linspace(0.31, 0.52, ROWS - 1), MOST]}, higher=False)
    points = points_of(table, "val_loss", "val_loss", "val_loss")
    home = home_window(table, points.x, points.y)
    assert 0 < home.x[0] < 0.31 and 0.52 < home.x[1] < 1
    assert points.inside(home) == ROWS - 1 and points.far == 1
    # A box to the end of the axis takes what is drawn there.
    low, high = reach(0.4, whole_window(points.x, points.y).x[1])
    assert ROWS - 1 in Box("val_loss", "val_loss", (low, high), (low, high)).rows(table)
    assert drawn_value(MOST) == 1e300


@pytest.mark.parametrize(("low", "high", "log"), [
    (0.5301, 0.5309, True), (1.204e9, 1.2055e9, True), (1.2041e9, 1.2044e9, False), (0.94601, 0.94609, False),
    (1e299, 9e299, False), (1e-200, 3e-200, False), (1.760448103833e18, 1.7604481039e18, False)])
def test_tick_labels_of_a_zoomed_axis_differ_and_equal_their_values(low, high, log):
    for unit in UNITS:
        metric = Metric("m", "M", unit)
        ticks = axis_ticks(metric, low, high, log=log)
        texts = tick_texts(metric, ticks, log=log)
        assert len(ticks) >= 2 and len(set(texts)) == len(ticks), texts
        factor = {"%": 0.01, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "h": 3600.0, "min": 60.0}
        read = [float(text.split()[0].replace(",", "").replace("−", "-")) * factor.get(text.split()[-1], 1.0)
                for text in texts]
        assert np.allclose(read, ticks, rtol=1e-12)


@pytest.mark.parametrize("log", [False, True])
def test_the_keys_of_the_map_know_their_way_over_odd_columns(log):
    session = Session(table_of(ODD), metric="run_id", x="run_id", y="ulp")
    shown = Overview(session)
    keys = shown.keys
    for index, name in enumerate(ODD):
        session.param.update(x=name, y=list(ODD)[index - 1], metric=name, log_x=log, log_y=log)
        for key in ("b", "+", "+", "ArrowLeft", "0", "Shift+ArrowUp", "Shift+ArrowRight", "-", "Home", "End", "PageUp"):
            keys.press(key)
            assert keys.view.said and (keys.row is not None) == bool(len(shown.points))
            assert keys.view.at is None or 0 <= keys.view.at <= 1
        keys.press("Enter")
        assert keys.row in (session.row, None)
