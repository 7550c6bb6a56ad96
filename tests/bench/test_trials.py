"""Speed of the page of a table of trials at 10^5 and 10^6 trials, and of what it computes, beside pandas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.panels.trials.cards import drawn
from vanas_panel.state.trials_found import found
from vanas_panel.state.trials_view import starting_view

SIZES = {100_000: "100,000", 1_000_000: "1,000,000"}
AIMS = {100_000: "100 ms, worst 300 ms", 1_000_000: "1 s, worst 3 s"}


@pytest.fixture(scope="module", params=SIZES)
def trials(request):
    """A random search over five parameters, and its frame."""
    random, size = np.random.default_rng(0), request.param
    frame = pd.DataFrame({
        "lr": 10 ** random.uniform(-5, 0, size), "decay": 10 ** random.uniform(-6, -1, size),
        "opt": np.array(["adam", "sgd", "lion"])[random.integers(0, 3, size)], "depth": random.integers(1, 9, size),
        "width": random.integers(16, 512, size), "loss": random.random(size)})
    return vp.open_trials(frame, kinds={"depth": "parameter", "width": "parameter"}), frame


def test_importance_of_parameters(measure, trials):
    table, _ = trials
    rows = measure(f"Importance of five parameters, {SIZES[len(table)]} trials", AIMS[len(table)],
                   lambda _: vp.parameter_importance(table, "loss"), rounds=3)
    assert len(rows) == 3 + 8 + 3 * 4


def test_importance_peer(measure, trials):
    """The means alone, by the values and by quartiles."""
    _, frame = trials

    def plain(_):
        levels = [frame["opt"], frame["depth"], *(pd.qcut(frame[name], 4) for name in ("lr", "decay", "width"))]
        return [frame["loss"].groupby(each, observed=True).agg(["mean", "var", "count"]) for each in levels]

    assert measure(f"Importance of five parameters, {SIZES[len(frame)]} trials", "", plain, peer="pandas", rounds=3)


def test_click(measure, trials):
    """What a requirement costs: what is found and the texts of all cards; on another thread than the server's loop."""
    table, frame = trials
    start = starting_view(table)
    before = found(table, start)

    def click(number):
        return drawn(found(table, replace(start, where={"depth": (3.0, 4.0 + number % 4)}), before))

    texts = measure(f"A click on the page of {SIZES[len(table)]} trials", AIMS[len(table)], click, range(5))
    assert sum(map(len, texts.values())) < 500_000
    shown = found(table, start.having("depth", (3.0, 5.0)), before)
    assert shown.matching.size == int(frame["depth"].between(3, 5).sum())


def test_click_on_a_trial(measure, trials):
    """The card and its nearest trials."""
    table, _ = trials
    start = starting_view(table)
    before = found(table, start)
    texts = measure(f"Nearest trials on the page of {SIZES[len(table)]} trials", AIMS[len(table)],
                    lambda number: drawn(found(table, replace(start, chosen=number), before)), range(5))
    assert "nearest" in texts
