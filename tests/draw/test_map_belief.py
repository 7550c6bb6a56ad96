"""The map in the colours of what a Gaussian process believes, against brute force over the rows of each bin."""

import math

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.draw.map.axes import whole_window
from vanas_panel.draw.map.belief import map_belief
from vanas_panel.draw.map.bins import believed_points, bin_points, points_of
from vanas_panel.draw.map.picture import MapPicture
from vanas_panel.draw.map.walk import best_bin, bin_words
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.theme import DEVIATION_SCALE, LIGHT
from vanas_panel.errors import SearchError
from vanas_panel.searches.beliefs import beliefs_of

X, Y = "trainable_parameters", "training_time"


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "gaussian-process", metric="validation_accuracy", queries=60, seed=1)


def drawn(run, table, kind, after=40, x=X, y=Y):
    belief = map_belief(run, table, after, kind)
    points = believed_points(table, x, y, belief)
    window = whole_window(points.x, points.y)
    return points, bin_points(points, window, (30, 20)), window


def rows_of(table, bins, index):
    """Rows in a bin; those of whole numbers end half-way between them, and no other value lies on an edge."""
    x, y = table.column(X), table.column(Y)
    return np.flatnonzero((bins.left[index] <= x) & (x < bins.right[index])
                          & (bins.bottom[index] <= y) & (y < bins.top[index]))


@pytest.mark.parametrize("kind", ["mean", "deviation"])
@pytest.mark.parametrize("metric", ["validation_accuracy", "training_time"])
def test_bins_hold_what_is_believed_of_their_cells(table, kind, metric):
    run = vp.search(table, "gaussian-process", metric=metric, queries=60, seed=1)
    _points, bins, _window = drawn(run, table, kind)
    beliefs = beliefs_of(run, table, 40)
    for index in range(len(bins)):
        rows = rows_of(table, bins, index)
        assert rows.size == bins.cells[index]
        assert bins.mean[index] == pytest.approx(beliefs.mean[rows].mean())
        assert bins.deviation[index] == pytest.approx(beliefs.deviation[rows].mean())
        if kind == "deviation":
            assert bins.best[index] == bins.deviation[index]
            assert bins.row[index] == rows[np.argmax(beliefs.deviation[rows])]
        else:
            merits = run.sign * beliefs.mean[rows]
            assert bins.best[index] == beliefs.mean[rows[np.argmax(merits)]]
            assert bins.row[index] == rows[np.argmax(merits)]


def test_expected_values_have_the_colours_of_measured_ones_and_deviations_others(table, run):
    mean, deviation = (map_belief(run, table, 40, kind) for kind in ("mean", "deviation"))
    assert mean.scale == scale_of(table, "validation_accuracy")
    assert deviation.scale.palette == tuple(DEVIATION_SCALE) and deviation.scale.low == 0
    assert deviation.scale.high >= beliefs_of(run, table, 40).deviation.max() > deviation.scale.high / 2


def test_a_bin_says_what_is_believed_of_it_and_after_which_query(table, run):
    for kind, words, action in (("mean", "best expected validation accuracy", "most promising"),
                                ("deviation", "mean deviation of the expected validation accuracy", "most unsure")):
        points, bins, window = drawn(run, table, kind)
        picture = MapPicture(points, bins, window, points.belief.scale)
        hover = picture.hover(LIGHT)
        assert words in hover and action in hover and points.belief.after == "after query 40"
        index = best_bin(bins, points)
        text = picture.columns["cells_text"][index]
        assert "on average" in text and " ± " in text and "points" in text
        assert text in bin_words(points, bins, index) and bin_words(points, bins, index).startswith(
            words[:1].upper() + words[1:])
        assert ("points" in picture.columns["best_text"][index]) is (kind == "deviation")


def test_lower_is_better_is_said_and_shown(table):
    run = vp.search(table, "gaussian-process", metric="training_time", queries=30)
    points, bins, _window = drawn(run, table, "mean", 30)
    assert points.words.startswith("lowest expected ")
    assert bins.best[best_bin(bins, points)] == beliefs_of(run, table, 30).mean.min()


def test_cells_without_a_measured_value_are_believed_and_those_without_a_place_are_not_drawn(table, run):
    columns = {name: table.column(name).copy() for name in (X, Y, "validation_accuracy")}
    columns["validation_accuracy"][::2] = np.nan
    columns[Y][::5] = np.nan
    metrics = {name: table.metric(name) for name in columns}
    gaps = vp.BenchmarkTable(table.space, table.packed, metrics, columns, name="with gaps")
    belief = map_belief(run, gaps, 40, "mean")
    assert len(believed_points(gaps, X, Y, belief)) == np.isfinite(columns[Y]).sum()
    # An axis of the very metric that was searched.
    both = np.isfinite(columns[Y]) & np.isfinite(columns["validation_accuracy"])
    points = believed_points(gaps, "validation_accuracy", Y, belief)
    assert points.rows.tolist() == np.flatnonzero(both).tolist()
    assert len(points_of(gaps, X, Y, "validation_accuracy")) < len(believed_points(gaps, X, Y, belief))


def test_a_table_that_knows_no_value_has_a_scale_of_its_own(table, run):
    columns = {X: table.column(X), Y: table.column(Y), "validation_accuracy": np.full(len(table), np.nan)}
    blank = vp.BenchmarkTable(table.space, table.packed, {name: table.metric(name) for name in columns}, columns,
                              name="blank")
    belief = map_belief(run, blank, 40, "mean")
    assert belief.scale.low <= belief.beliefs.mean.min() < belief.beliefs.mean.max() <= belief.scale.high


def test_deviations_are_refused_while_all_values_are_equal(table, run):
    with pytest.raises(SearchError, match="Go to a later query"):
        map_belief(run, table, 1, "deviation")
    points, bins, _window = drawn(run, table, "mean", 1)
    assert (bins.best == run.trials["value"][0]).all() and math.isnan(bins.deviation[0])
    assert "±" not in bin_words(points, bins, 0)
