"""The picture of a front: its dots and steps are what plain Python says."""

import re

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.draw.searches.front import front_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.searches.chance import objective_of_run

BOTH = ["validation_accuracy", "trainable_parameters"]


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "nsga2", metric=BOTH, queries=90)


def drawn(run, table, **options):
    return str(front_svg(run, objective_of_run(run, table), LIGHT, **options))


def places(svg, color):
    """Where the dots of a colour lie, and the corners of the line of that colour."""
    group = re.search(rf'<g fill="{color}"><title>[^<]*</title>(.*?)</g>', svg, re.S)[1]
    dots = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', group)]
    path = re.search(rf'<path d="([^"]*)" fill="none" stroke="{color}"', svg)
    return dots, path and path[1]


@pytest.mark.parametrize("query", [1, 12, 90])
def test_asked_cells_are_dots_and_the_front_is_a_step_line(table, run, query):
    svg = drawn(run, table, query=query, slot=1)
    points = {(row[BOTH[0]], row[BOTH[1]]) for _, row in run.trials.iloc[:query].iterrows()}
    front = [(up, across) for up, across in points
             if not any(a >= up and b <= across and (a, b) != (up, across) for a, b in points)]
    assert len(places(svg, LIGHT.faint)[0]) == len(points)
    dots, path = places(svg, LIGHT.series[1])
    assert len(dots) == len(front)
    corners = [(float(x), float(y)) for x, y in re.findall(r"[MH]([\d.-]+)[ V]([\d.-]+)", path)]
    # From left to right, with every point of the front as a corner: fewer parameters first, accuracy rises.
    assert corners == sorted(dots)
    assert np.all(np.diff([y for _, y in corners]) <= 0)
    assert f"{len(front)} point" in svg
    assert 'stroke-dasharray="5 4"' in svg and "Dashed: the front of the table." in svg


def test_where_both_are_better_higher_the_line_goes_the_other_way(table):
    table = table.with_direction("depth", True)
    run = vp.search(table, "nsga2", metric=["validation_accuracy", "depth"], queries=60)
    path = places(drawn(run, table), LIGHT.series[0])[1]
    corners = [float(x) for x in re.findall(r"[MH]([\d.-]+)", path)]
    assert corners == sorted(corners, reverse=True)


def test_of_three_metrics_there_is_no_line(table):
    run = vp.search(table, "nsga2", metric=[*BOTH, "training_time"], queries=60)
    dots, path = places(drawn(run, table), LIGHT.series[0])
    assert path is None
    assert dots
    assert "Of more metrics than are drawn." in drawn(run, table)


def test_what_lies_outside_is_counted(table, run):
    svg = drawn(run, table)
    merits = run.trials[BOTH].to_numpy() * [1, -1]
    hidden = int((merits < np.quantile(merits, 0.05, axis=0)).any(axis=1).sum())
    assert f"{hidden} queries lie outside" in svg


def test_a_single_query_is_drawn(table):
    run = vp.search(table, "random", metric=BOTH, queries=1)
    assert "1 point on the front" in drawn(run, table)
