"""Runs over a table: their trials by plain Python, luck, waste, and what cannot be searched."""

import math

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


def test_trials_by_plain_python(table):
    run = vp.search(table, "regularised-evolution:naszilla", metric="validation_accuracy", report=["test_accuracy"],
                    queries=120, seed=7)
    trials, seen, best, winner = run.trials, set(), -math.inf, None
    values, judged = table.column("validation_accuracy"), table.column("test_accuracy")
    goal = max(value for value in values if not math.isnan(value))
    numbers = {}
    for place, trial in enumerate(trials.itertuples()):
        row = trial.row
        assert trial.query == place + 1 and trial.value == values[row]
        assert table.find(run.cell(trial.number)) == row
        assert trial.duplicate is (row in seen)
        seen.add(row)
        if trial.value > best:
            best, winner = trial.value, place
        assert trial.best == best and trial.incumbent == winner + 1
        assert trial.regret == pytest.approx(goal - best, abs=1e-15)
        assert trial.test_accuracy == judged[trials["row"][winner]]
        assert all(parent in numbers for parent in trial.parents)
        numbers[trial.number] = place
    assert len(run) == 120 and run.regret == trials["regret"].iloc[-1]
    assert run.duplicates == 120 - len(seen) == trials["duplicate"].sum() > 0
    assert table.find(run.best) == trials["row"][winner]
    again = trials[trials["duplicate"]]
    assert run.wasted_seconds == pytest.approx(table.column("training_time")[again["row"]].sum())
    assert run.luck["test_accuracy"] == pytest.approx(best - judged[trials["row"][winner]])
    assert math.isnan(run.luck["repeats"])


def test_luck_of_a_drawn_repeat_is_its_lead_over_the_others(table):
    run = vp.search(table, "random", metric="validation_accuracy", repeat="draw", queries=200, seed=1)
    last = run.trials.iloc[-1]
    repeats = table.repeats("validation_accuracy")[int(run.trials["row"][last["incumbent"] - 1])].tolist()
    repeats.remove(last["best"])
    assert run.luck["repeats"] == pytest.approx(last["best"] - np.mean(repeats))
    index = vp.search(table, "random", metric="validation_accuracy", repeat=1, queries=200, seed=1)
    row = int(index.trials["row"][index.trials["incumbent"].iloc[-1] - 1])
    assert index.trials["best"].iloc[-1] == table.repeats("validation_accuracy")[row, 1]
    assert index.luck["repeats"] == pytest.approx(
        index.trials["best"].iloc[-1] - np.delete(table.repeats("validation_accuracy")[row], 1).mean())


def test_where_lower_is_better_the_lowest_wins():
    frame = vp.open_table("structure4").frame(cells=True)
    frame["error"] = np.arange(len(frame)) / 100
    table = vp.BenchmarkTable.from_frame(frame).with_direction("error", False)
    run = vp.search(table, "random-cells", metric="error", queries=300, seed=0)
    trials = run.trials
    assert (trials["best"] == trials["value"].cummin()).all()
    assert (trials["regret"] >= 0).all() and run.regret == pytest.approx(trials["best"].iloc[-1])


def test_cells_without_a_value_are_asked_again_and_counted(table):
    frame = table.frame(cells=True)
    frame["rare"] = np.where(np.arange(len(frame)) % 10 == 0, frame["test_accuracy"], np.nan)
    rare = vp.BenchmarkTable.from_frame(frame).with_direction("rare", True)
    run = vp.search(rare, "random-cells", metric="rare", queries=50, seed=0)
    assert len(run) == 50 and not run.trials["value"].isna().any()
    assert run.asked_in_vain == run.trials["number"].iloc[-1] + 1 - 50 > 200
    assert f"{run.asked_in_vain:,} of {run.asked_in_vain + 50:,} cells" in run.notes[0]


def test_the_grid_goes_once_through_all_cells(table):
    run = vp.search(table, "grid", metric="test_accuracy", queries=100)
    assert run.duplicates == 0 and len(run) == 100
    keys = run.keys
    assert (np.diff(keys) > 0).all()
    whole = vp.search(table, "grid", metric="test_accuracy", queries=len(table))
    assert whole.regret == 0 and set(whole.trials["row"]) == set(range(len(table)))


def test_strategy_state_is_kept_in_the_run(table):
    run = vp.search(table, "regularised-evolution:naszilla", queries=60, seed=2)
    number, state = run.states[-1]
    known = run.trials["number"].tolist()
    assert number == run.proposals.values.size - 1 and state["population"] == known[-30:]
    assert vp.search(table, "random", queries=5).states == []


@pytest.mark.parametrize(("options", "words"), [
    ({"metric": "vertices"}, "neither direction is better"),
    ({"metric": "nothing"}, "Found metric 'nothing'"),
    ({"report": ["nothing"]}, "Found metric 'nothing'"),
    ({"repeat": "best"}, "expected mean, draw or a number from 0 to 2"),
    ({"repeat": 3}, "Found repeat 3"),
    ({"queries": 0}, "Found queries 0; expected a whole number from 1 to 10,000,000"),
    ({"queries": 1.5}, "Found queries 1.5"),
    ({"seed": -1}, "Found seed -1"),
    ({"strategy": "regularised-evolution", "queries": 20}, "Found 20 queries for a population that begins with 50"),
])
def test_invalid_search_options_are_refused(table, options, words):
    with pytest.raises(vp.VanasError, match=words):
        vp.search(table, **options)


@pytest.mark.parametrize(("value", "words"), [(np.nan, "no value of metric"), (0.5, "one value of metric")])
def test_a_metric_without_two_values_is_refused(value, words):
    space, packed = vp.NASBENCH101, np.sort(vp.enumerate_cells(vp.CellSpace(vp.NASBENCH101.operations, 4, 9)))
    metric = vp.Metric("metric", "Metric", higher_is_better=True)
    table = vp.BenchmarkTable(space, packed, {"metric": metric}, {"metric": np.full(packed.size, value)}, name="mine")
    with pytest.raises(SearchError, match=words):
        vp.search(table, metric="metric")


def test_comparing_agrees_with_single_runs(table):
    frame = vp.compare_searches(table, ["local-search", "random-cells"], metric="validation_accuracy",
                                report="test_accuracy", queries=40, seeds=[3, 4, 8], exact=False)
    assert frame.attrs["judged_by"] == "test_accuracy"
    best = np.nanmax(table.column("test_accuracy"))
    for title in ("local-search:first", "random-cells"):
        runs = [vp.search(table, title, metric="validation_accuracy", report=["test_accuracy"], queries=40, seed=seed)
                for seed in (3, 4, 8)]
        regrets = np.array([best - run.trials["test_accuracy"] for run in runs])
        part = frame[frame["strategy"] == title]
        assert part["query"].tolist() == list(range(1, 41))
        np.testing.assert_allclose(part["regret"], regrets.mean(axis=0), atol=1e-15)
        np.testing.assert_allclose(part["low"], np.quantile(regrets, 0.025, axis=0), atol=1e-15)
        np.testing.assert_allclose(part["high"], np.quantile(regrets, 0.975, axis=0), atol=1e-15)
        shares = [run.trials["duplicate"].cumsum() / run.trials["query"] for run in runs]
        np.testing.assert_allclose(part["duplicates"], np.mean(shares, axis=0), atol=1e-15)


def test_exact_random_search_stands_beside_by_default(table):
    frame = vp.compare_searches(table, "random", metric="test_accuracy", queries=60, seeds=200)
    by_query = frame.pivot(index="query", columns="strategy", values="regret")
    assert list(by_query) == ["random", "random (exact)"]
    assert (by_query["random"] - by_query["random (exact)"]).abs().max() < 0.03
    exact = frame[frame["strategy"] == "random (exact)"]
    assert (exact["low"] <= exact["regret"]).all() and (exact["regret"] <= exact["high"]).all()
    assert isinstance(frame, pd.DataFrame)


def test_a_space_too_large_to_count_has_no_exact_curve_by_default():
    space = vp.CellSpace(["a", "b"], 8, 9)
    packed = vp.enumerate_cells(vp.CellSpace(["a", "b"], 4, 9))
    metric = vp.Metric("score", "Score", higher_is_better=True)
    table = vp.BenchmarkTable(space, packed, {"score": metric}, {"score": np.arange(packed.size) * 1.0}, name="large")
    frame = vp.compare_searches(table, "random-cells", queries=5, seeds=2)
    assert set(frame["strategy"]) == {"random-cells"}
    with pytest.raises(SearchError, match="8 vertices, 9 edges and 2 operations"):
        vp.compare_searches(table, "random-cells", queries=5, seeds=2, exact=True)
    with pytest.raises(SearchError, match="no strategy"):
        vp.compare_searches(table, [])
    with pytest.raises(SearchError, match="expected at most 20,000,000 queries together"):
        vp.compare_searches(table, "random-cells", queries=10_000_000, seeds=3)
