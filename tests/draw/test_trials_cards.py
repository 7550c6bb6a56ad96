"""The cards of the page of a table of trials: right places, and one clear sentence where there is nothing."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vanas_panel.draw.theme import LIGHT, SCALE
from vanas_panel.draw.trials.axes import axes_html
from vanas_panel.draw.trials.map import map_html
from vanas_panel.draw.trials.map_axis import BOTTOM, LEFT, RIGHT, TOP, map_axis
from vanas_panel.panels.trials.cards import box_view, drawn, trial_at
from vanas_panel.readers.trials import open_trials
from vanas_panel.state.trials_found import found
from vanas_panel.state.trials_view import starting_view

NASTY = "<img src=x onerror=alert(1)>"


def all_cards(table, **changes):
    view = replace(starting_view(table), **changes)
    return drawn(found(table, view))


def test_texts_of_a_table_are_shown_as_text():
    table = open_trials(pd.DataFrame({NASTY: [NASTY, "b", NASTY], "lr": [1.0, 2.0, 3.0], "loss": [1.0, 2.0, 3.0]}),
                        kinds={NASTY: "parameter"})
    for name, html in all_cards(table, where={NASTY: NASTY}, chosen=0).items():
        assert "<img" not in html, name


@pytest.mark.parametrize(("frame", "kinds", "said"), [
    ({"lr": [0.1], "loss": [0.5]}, {}, ("nearest", "No other trial under the same conditions was measured.")),
    ({"params_lr": [0.1, 0.2], "state": ["FAIL", "FAIL"], "value": [None, None], "number": [0, 1]}, {},
     ("map", "No trial is complete")),
    ({"lr": [0.1, 0.2]}, {"lr": "parameter"}, ("importance", "This table has no metric")),
    ({"loss": [0.1, 0.2]}, {}, ("importance", "This table has no parameter.")),
    ({"loss": [0.1, 0.2]}, {}, ("axes", "Two columns and a complete trial are needed")),
    ({"opt": ["a", "b"], "loss": [0.1, 0.2]}, {}, ("importance", "opt = a")),
    ({"lr": [1e308, -1e308, 0.0], "loss": [1e308, -1e308, 5e-324]}, {}, ("importance", "lr = 0")),
])
def test_small_and_odd_tables_have_a_page(frame, kinds, said):
    table = open_trials(pd.DataFrame(frame), kinds=kinds)
    for changes in ({}, {"chosen": 0}, {"states": "every", "chosen": 0, "form": "matched", "over": "matching"}):
        cards = all_cards(table, **changes)
        assert not any("nan" in html.lower().replace("nanas", "") for name, html in cards.items() if name == "map")
        if not changes or said[0] == "nearest":
            assert said[1] in str(all_cards(table)[said[0]]) or said[1] in str(cards[said[0]])


def test_points_lie_where_their_values_are_and_the_best_are_light():
    table = open_trials(pd.DataFrame({"lr": [1.0, 2.0, 3.0], "loss": [0.9, 0.1, 0.5]}))
    html = str(map_html(found(table, starting_view(table))))
    x, y = (map_axis(table, name, np.arange(3)) for name in ("lr", "loss"))
    paths = dict(re.findall(r'stroke="(#\w+)" stroke-width="7" stroke-linecap="round" d="([^"]*)"', html))
    place = f"M{LEFT + x.shares(2.0) * (RIGHT - LEFT):.1f} {BOTTOM - y.shares(0.1) * (BOTTOM - TOP):.1f}h0"
    assert paths[SCALE[-1]] == place
    assert sum(path.count("h0") for path in paths.values()) == 3
    assert "0.9000 (worse)" in html and "0.1000 (better)" in html


def test_an_axis_and_its_inverse():
    table = open_trials(pd.DataFrame({"lr": [1e-5, 1e-2, 1.0], "width": [1.0, 5.0, 9.0], "loss": [1.0, 2.0, 3.0]}))
    for name, log in (("lr", True), ("width", False)):
        axis = map_axis(table, name, np.arange(3))
        assert axis.log is log
        for value in table.columns[name].values:
            share = float(axis.shares(value))
            assert 0 < share < 1 and axis.value(share) == pytest.approx(value)


def test_a_press_finds_the_trial_and_a_box_what_is_in_it():
    random = np.random.default_rng(0)
    table = open_trials(pd.DataFrame({"lr": 10 ** random.uniform(-5, 0, 300), "loss": random.random(300)}))
    shown = found(table, starting_view(table))
    x, y = (map_axis(table, name, shown.rows) for name in ("lr", "loss"))
    places = np.stack([x.shares(table.columns["lr"].values), y.shares(table.column("loss"))], axis=1)
    for row in (0, 17, 299):
        assert trial_at(shown, tuple(places[row])) == row
    view = box_view(shown, (0.7, 0.2), (0.3, 0.6))
    inside = (places >= [0.3, 0.2]).all(axis=1) & (places <= [0.7, 0.6]).all(axis=1)
    assert found(table, view).matching.tolist() == np.flatnonzero(inside).tolist()


def test_a_hundred_thousand_trials_are_drawn_in_bins():
    random = np.random.default_rng(0)
    size = 100_000
    table = open_trials(pd.DataFrame({
        "lr": 10 ** random.uniform(-5, 0, size), "opt": np.array(["adam", "sgd", "lion"])[random.integers(0, 3, size)],
        "depth": random.integers(1, 9, size), "loss": random.random(size)}), kinds={"depth": "parameter"})
    view = starting_view(table).having("depth", (3.0, 5.0))
    drawn(found(table, view))
    start = time.process_time()
    shown = found(table, view)
    cards = drawn(shown)
    assert time.process_time() - start < 3
    assert "100,000 trials in bins" in cards["map"]
    assert sum(map(len, cards.values())) < 700_000
    depth = table.columns["depth"].values
    assert shown.matching.size == int(((depth >= 3) & (depth <= 5)).sum())


def test_lines_pass_where_the_values_are():
    table = open_trials(pd.DataFrame({"opt": ["a", "b"], "depth": [1, 3], "loss": [0.1, 0.2]}),
                        kinds={"depth": "parameter"})
    html = str(axes_html(found(table, replace(starting_view(table), chosen=1)), LIGHT))
    assert 'd="M494.5 0L494.5 44L494.5 88"' in html and "data:image/png;base64," in html
