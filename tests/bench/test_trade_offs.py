"""Speed of fronts and of what noise makes of ranks, on the whole of NAS-Bench-101, beside peers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp

pytestmark = pytest.mark.real

FRONTS = {"two": ["test_accuracy", "trainable_parameters"], "three": ["test_accuracy", "trainable_parameters", "flops"]}
NOISE = 0.003
"""Standard deviation of one repeat, as a person states it where a table holds a single one."""


@pytest.mark.parametrize("many", FRONTS)
def test_front(measure, table, many):
    rows = measure(f"Pareto front of {many} metrics, all cells", "20 ms, worst 200 ms",
                   lambda _: vp.pareto_front(table, FRONTS[many]), rounds=20)
    assert 30 < rows.size < 50


@pytest.mark.parametrize("many", FRONTS)
def test_front_peer(measure, table, many):
    """Sorted by the first metric, then each cell against those that are left: what a notebook would do."""
    signs = np.array([1 if table.metric(name).higher_is_better else -1 for name in FRONTS[many]])

    def plain(_):
        frame = pd.DataFrame({name: table.column(name) for name in FRONTS[many]}).dropna() * signs
        left = frame.sort_values(FRONTS[many], ascending=False).to_numpy()
        front = []
        while len(left):
            front.append(left[0])
            left = left[1:][(left[1:] > left[0]).any(axis=1)]
        return front

    assert measure(f"Pareto front of {many} metrics, all cells", "", plain, peer="pandas and NumPy", rounds=3)


def test_front_peer_optuna(measure, table):
    """Optuna's own front of a study of 20,000 trials; its time grows faster than their number."""
    optuna = pytest.importorskip("optuna")
    names = FRONTS["two"]
    study = optuna.create_study(directions=["maximize", "minimize"])
    study.add_trials([optuna.trial.create_trial(values=[float(table.column(name)[row]) for name in names])
                      for row in np.linspace(0, len(table) - 1, 20_000, dtype=int)])
    assert measure("Pareto front of two metrics, all cells", "", lambda _: study.best_trials,
                   peer="Optuna, 20,000 trials", rounds=1, warm=False)


def test_operation_losses(measure, table):
    found = measure("front without each operation", "-", lambda _: vp.operation_losses(table, FRONTS["two"]), rounds=10)
    assert found["loss"].max() > 0.2


@pytest.mark.parametrize("many", FRONTS)
def test_front_probability(measure, table, many):
    found = measure(f"probability of the front of {many} metrics, 100 draws", "-",
                    lambda _: vp.front_probability(table, FRONTS[many], noise={"test_accuracy": NOISE}, draws=100),
                    rounds=3)
    assert found["on_front"].sum() > 30


def test_front_probability_peer(measure, table):
    """NumPy: values of all cells from a normal distribution around what was measured, and the front of each draw."""
    accuracy, parameters = (table.column(name) for name in FRONTS["two"])
    rng = np.random.default_rng(1)

    def plain(_):
        hits = np.zeros(len(table))
        for _draw in range(100):
            drawn = rng.normal(accuracy, NOISE)
            order = np.lexsort((-drawn, parameters))
            best = np.maximum.accumulate(drawn[order])
            hits[order[np.r_[True, best[1:] > best[:-1]]]] += 1
        return hits / 100

    assert measure("probability of the front of two metrics, 100 draws", "", plain, peer="NumPy, normal draws",
                   rounds=1, warm=False).max() <= 1
