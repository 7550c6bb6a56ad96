"""The way of a search over the map: what is drawn of it, against a plain loop over its queries."""

import math

import numpy as np
import pytest
from bokeh.plotting import figure

import vanas_panel as vp
from vanas_panel.draw.map.axes import Window, whole_window
from vanas_panel.draw.map.bins import points_of
from vanas_panel.draw.map.trail import ASKED, BEST, NOW, WAY, add_trail, recolor_trail, show_trail, trail_of
from vanas_panel.draw.theme import DARK, LIGHT, run_color


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "regularised-evolution:naszilla", queries=120, seed=2)


def placed(table, rows, window, x="trainable_parameters", y="test_accuracy"):
    """Where rows are, in order, without those outside of the window."""
    found = [(table.column(x)[row], table.column(y)[row]) for row in rows]
    return [at for at in found if window.x[0] <= at[0] <= window.x[1] and window.y[0] <= at[1] <= window.y[1]]


@pytest.mark.parametrize("query", [1, 2, 50, 120])
def test_trail_shows_asked_and_best_cells(table, run, query):
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    window = whole_window(points.x, points.y)
    trail = trail_of(run, query, points, window, table)
    best, line = -math.inf, []
    for row, value in zip(run.trials["row"][:query], run.trials["value"][:query], strict=True):
        if value > best:
            best = value
            line.append(row)
    rows = run.trials["row"][:query].tolist()
    assert list(map(tuple, trail.best)) == placed(table, line, window)
    assert set(map(tuple, trail.asked)) <= set(placed(table, set(rows), window))
    assert trail.now == placed(table, rows[-1:], window)[0] and trail.hidden == 0


def test_a_line_leads_through_the_best_of_one_metric_and_not_through_a_front(table, run):
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    window = whole_window(points.x, points.y)
    several = vp.search(table, "nsga2", metric=["test_accuracy", "trainable_parameters"], queries=60)
    drawn = figure()
    add_trail(drawn, LIGHT)
    for each, seen in ((run, True), (several, False), (run, True)):
        show_trail(drawn, trail_of(each, 60, points, window, table))
        shown = {renderer.name: renderer for renderer in drawn.renderers}
        assert shown[WAY].visible is seen and shown[BEST].visible and len(shown[BEST].data_source.data["x"]) > 1


def test_cells_outside_of_the_window_are_counted(table, run):
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    whole = whole_window(points.x, points.y)
    middle = float(np.median(table.column("trainable_parameters")))
    window = Window((whole.x[0], middle), whole.y)
    rows = set(run.trials["row"].tolist())
    trail = trail_of(run, 120, points, window, table)
    assert trail.hidden == len(rows) - len(placed(table, rows, window)) > 0
    assert (trail.asked[:, 0] <= middle).all() and (trail.best[:, 0] <= middle).all()


def test_a_logarithmic_axis_takes_values_above_zero(table, run):
    points = points_of(table, "trainable_parameters", "edges", "test_accuracy", log_x=True, log_y=True)
    trail = trail_of(run, 120, points, whole_window(points.x, points.y), table)
    assert trail.hidden == 0 and len(trail.asked) > 10


def test_a_figure_shows_a_trail_and_lets_go_of_it(table, run):
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    trail = trail_of(run, 60, points, whole_window(points.x, points.y), table)
    drawn = figure()
    add_trail(drawn, LIGHT)
    sources = {each.name: each.data_source for each in drawn.renderers}
    show_trail(drawn, trail)
    assert len(sources[ASKED].data["x"]) == len(trail.asked) and len(sources[BEST].data["x"]) == len(trail.best)
    before = sources[ASKED].data
    show_trail(drawn, trail)
    assert sources[ASKED].data is before
    recolor_trail(drawn, DARK, run_color(1, DARK))
    assert sources[NOW].data["x"].size == 1
    show_trail(drawn, None)
    assert all(len(source.data["x"]) == 0 for source in sources.values())
