"""Noise of repeats: what is said of true values must hold on repeats that were held out."""

from __future__ import annotations

import json
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

import vanas_panel as vp
from tests.conftest import ROOT
from tests.core.test_pareto import CELLS, brute_front
from vanas_panel.core.certainty import noise_of
from vanas_panel.core.noise import estimated_noise, stated_noise
from vanas_panel.core.space import NASBENCH101
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

MACRO = ROOT.parent / "shared" / "data" / "nasbench_macro" / "cifar10.json"


def table_of(repeats, *, higher=True, cost=None) -> BenchmarkTable:
    metrics = {"score": Metric("score", "Score", "", higher), "cost": Metric("cost", "Cost", "", False)}
    repeats = np.array(repeats, float)
    cost = np.arange(len(repeats), dtype=float) if cost is None else cost
    return BenchmarkTable(NASBENCH101, CELLS[:len(repeats)], metrics, {"score": repeats, "cost": cost}, name="made")


def repeats_of(name):
    """Three repeats of real trainings: of all cells of a small space, or of the chains of NAS-Bench-Macro."""
    if name == "mnist-cells":
        return vp.open_table("mnist-cells").repeats("test_accuracy")
    if not MACRO.is_file():
        pytest.skip(f"NAS-Bench-Macro is not there: {MACRO}")
    return np.array([each["test_acc"] for each in json.loads(MACRO.read_text()).values()]) / 100


def predicted(model, rows, held):
    """Probability that a further repeat of each row lies below the one that was held out."""
    points, chances = model.posteriors(rows)
    away = (held[:, None] - model.grid[points]) / model.deviation_at(model.grid[points])
    return (chances * np.vectorize(NormalDist().cdf)(away)).sum(axis=1)


@pytest.mark.parametrize("name", ["mnist-cells", "NAS-Bench-Macro"])
def test_intervals_hold_what_they_promise_on_repeats_that_were_held_out(name):
    repeats = repeats_of(name)
    below, tops = [], []
    for held in range(3):
        model = estimated_noise(np.delete(repeats, held, axis=1))
        rows = np.arange(len(repeats))
        below.append(predicted(model, rows, repeats[:, held]))
        tops.append(np.isin(rows, np.argsort(-model.means)[:len(rows) // 20]))
    below, top = np.concatenate(below), np.concatenate(tops)
    for level in (0.5, 0.9, 0.95):
        inside = np.abs(below - 0.5) < level / 2
        assert inside.mean() == pytest.approx(level, abs=0.02), level
        # Also among the best twentieth, which are the lucky ones.
        assert inside[top].mean() == pytest.approx(level, abs=0.04), level


@pytest.mark.parametrize("name", ["mnist-cells", "NAS-Bench-Macro"])
def test_the_luck_of_the_best_is_taken_off(name):
    repeats = repeats_of(name)
    lucky, left = [], []
    for held in range(3):
        model = estimated_noise(np.delete(repeats, held, axis=1))
        best = np.argsort(-model.means)[:len(repeats) // 20]
        points, chances = model.posteriors(best)
        lucky.append((model.means[best] - repeats[best, held]).mean())
        left.append(((chances * model.grid[points]).sum(axis=1) - repeats[best, held]).mean())
    assert np.mean(lucky) > 0.0005 and abs(np.mean(left)) < np.mean(lucky) / 3


@pytest.mark.parametrize("name", ["mnist-cells", "NAS-Bench-Macro"])
def test_probabilities_of_pairs_come_true(name):
    """Of pairs that are said to be decided with the probability p, a share of p keeps its order in a mean of repeats
    without noise; in a single held-out repeat, the share that the noise of two repeats leaves."""
    repeats = repeats_of(name)
    rng, said, seen = np.random.default_rng(8), [], []
    for held in range(3):
        model = estimated_noise(np.delete(repeats, held, axis=1))
        order = np.argsort(model.means)
        first = rng.integers(0, len(order) - 41, 20_000)
        one, other = order[first + rng.integers(1, 41, first.size)], order[first]
        points, chances = model.posteriors(np.arange(len(repeats)))
        mean = (chances * model.grid[points]).sum(axis=1)
        spread = (chances * (model.grid[points] ** 2 + model.deviation_at(model.grid[points]) ** 2)).sum(axis=1)
        spread -= mean ** 2
        said.append(np.vectorize(NormalDist().cdf)((mean[one] - mean[other]) / np.sqrt(spread[one] + spread[other])))
        seen.append((repeats[one, held] > repeats[other, held]) + (repeats[one, held] == repeats[other, held]) / 2)
    said, seen = np.concatenate(said), np.concatenate(seen)
    for low in (0.5, 0.6):
        bin_ = (said >= low) & (said < low + 0.1)
        assert seen[bin_].mean() == pytest.approx(said[bin_].mean(), abs=0.04)


# Against plain definitions -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    """True values that are known, so that promises about them can be held to account."""
    rng = np.random.default_rng(4)
    truth = rng.normal(0.8, 0.05, len(CELLS))
    return truth, table_of(truth[:, None] + rng.normal(0, 0.02, (len(CELLS), 3)))


def test_the_noise_is_pooled():
    repeats = np.array([[0.8, 0.9, np.nan], [0.5, 0.5, 0.8], [0.7, np.nan, np.nan], [np.nan] * 3])
    model = estimated_noise(repeats)
    squares = 0.05**2 * 2 + (0.1**2 * 2 + 0.2**2)
    assert model.deviations.tolist() == pytest.approx([np.sqrt(squares / 3)])
    assert model.counts.tolist() == [2, 3, 1, 0] and np.isnan(model.means[3])


def test_better_is_the_integral_over_both_posteriors(made):
    _, table = made
    model = noise_of(table, "score")
    one, other = 3, 11
    fine = np.linspace(0.5, 1.1, 6_001)
    density = np.interp(fine, model.grid, model.prior / np.gradient(model.grid))
    posterior = []
    for row in (one, other):
        error = model.deviation_at(fine) / np.sqrt(3)
        shape = density * np.exp(-((model.means[row] - fine) / error) ** 2 / 2) / error
        posterior.append(shape / shape.sum())
    expected = sum(posterior[0][place] * posterior[1][:place].sum() for place in range(fine.size))
    found = vp.probability_better(table, one, other, "score")
    assert found == pytest.approx(expected, abs=0.01)
    assert vp.probability_better(table, table.cell(other), one, "score") == pytest.approx(1 - found)
    turned = table.with_directions({"score": False})
    assert vp.probability_better(turned, one, other, "score") == pytest.approx(1 - found)


def test_intervals_hold_true_values_and_true_ranks(made):
    truth, table = made
    found = vp.rank_intervals(table, "score", level=0.9)
    rank = np.array([1 + (truth > value).sum() for value in truth])
    assert ((found["low"] <= truth) & (truth <= found["high"])).mean() > 0.82
    assert ((found["rank_low"] <= rank) & (rank <= found["rank_high"])).mean() > 0.82
    assert found["rank"].tolist() == [1 + int((found["score"] > value).sum()) for value in found["score"]]
    assert (found["rank_low"] <= found["rank_high"]).all()
    few = vp.rank_intervals(table, "score", rows=[5, 2], level=0.9)
    assert few.equals(found.iloc[[2, 5]].reset_index(drop=True))


@pytest.mark.parametrize("higher", [True, False])
def test_the_set_of_the_best_by_its_definition(higher):
    rng = np.random.default_rng(6)
    repeats = rng.normal(0.8, 0.05, (60, 1)) + rng.normal(0, 0.03, (60, 4))
    repeats[rng.random((60, 4)) < 0.4] = np.nan
    table = table_of(repeats, higher=higher)
    model, sign = noise_of(table, "score"), 1 if higher else -1
    known = [row for row in range(60) if model.counts[row]]
    z = NormalDist().inv_cdf(1 - 0.1 / (len(known) - 1))
    expected = [row for row in known if not any(
        sign * (model.means[other] - model.means[row]) > z * np.hypot(model.errors[row], model.errors[other])
        for other in known)]
    assert vp.confidence_set(table, "score", 0.9).tolist() == expected
    assert vp.confidence_set(table, "score", 0.9, rows=[7]).tolist() == [7]


def test_the_set_holds_the_truly_best_cell(made):
    truth, _ = made
    rng, held = np.random.default_rng(1), 0
    for _ in range(100):
        table = table_of(truth[:, None] + rng.normal(0, 0.02, (len(CELLS), 2)))
        held += int(np.argmax(truth)) in vp.confidence_set(table, "score", 0.9, noise=0.02)
    assert held >= 90


def test_the_front_by_plain_draws(made):
    table = made[1]
    found = vp.front_probability(table, ["score", "cost"], draws=400, seed=3)
    again = vp.front_probability(table, ["score", "cost"], draws=400, seed=3)
    assert found.equals(again) and found.attrs["exact"] == ("cost",)
    model, rng, hits = noise_of(table, "score"), np.random.default_rng(9), np.zeros(len(table))
    posteriors = [model.posterior(row) for row in range(len(table))]
    for _ in range(400):
        values = [rng.choice(model.grid, p=posterior) for posterior in posteriors]
        hits[brute_front(list(zip(values, table.column("cost"), strict=True)), (1, -1))] += 1
    plain = hits / 400
    told = dict(zip(found["row"], found["probability"], strict=True))
    for row, share in enumerate(plain):
        assert told.get(row, 0.0) == pytest.approx(share, abs=0.13)
    assert set(vp.pareto_front(table, ["score", "cost"])) == set(found.loc[found["on_front"], "row"])


@pytest.mark.parametrize("names", [["score", "cost"], ["cost", "score"], ["cost", "other", "score"]])
@pytest.mark.parametrize("noise", [None, {"score": 0.3}, {"score": 0.02, "cost": 3.0}])
def test_the_front_is_that_of_all_rows_draw_for_draw(made, names, noise):
    """Rows that are left out of a draw are beaten: all of them, drawn from the same numbers, have the same fronts."""
    scores = made[1].repeats("score")
    rng = np.random.default_rng(2)
    metrics = {name: Metric(name, name, "", higher) for name, higher in (("score", True), ("cost", False),
                                                                        ("other", None if noise is None else False))}
    columns = {"score": scores, "cost": rng.integers(0, 12, len(scores)).astype(float),
               "other": scores.mean(axis=1)[::-1].copy()}
    if noise is None:
        names = [name for name in names if name != "other"]
    table = BenchmarkTable(NASBENCH101, CELLS[:len(scores)], metrics, columns, name="made")
    draws = 30
    found = vp.front_probability(table, names, noise=noise, draws=draws, seed=5)
    models = {name: noise_of(table, name, (noise or {}).get(name)) for name in names
              if table.repeats(name).shape[1] > 1 or name in (noise or {})}
    every = np.arange(len(table))
    signs = [1 if metrics[name].higher_is_better else -1 for name in names]
    low, high = ([np.array([sign * table.column(name)[row] + side * (
        5 * models[name].errors[row] if name in models else 0) for sign, name in zip(signs, names, strict=True)])
        for row in every] for side in (-1, 1))
    some = [row for row in every if not any((one >= high[row]).all() and (one > high[row]).any() for one in low)]
    rng, hits = np.random.default_rng(5), np.zeros(len(table), int)
    for _ in range(draws):
        points = np.empty((len(some), len(names)))
        for at, name in enumerate(names):
            points[:, at] = table.column(name)[some]
            if name in models:
                points[:, at] = [plainly_drawn(models[name], row, *pair) for row, *pair in zip(
                    some, *rng.random((2, len(some))), strict=True)]
        hits[np.array(some)[brute_front([tuple(point) for point in points], signs)]] += 1
    told = dict(zip(found["row"], found["probability"], strict=True))
    assert [told.get(row, 0.0) for row in every] == (hits / draws).tolist()


def plainly_drawn(model, row, share, place):
    """The true value of one row that two numbers stand for."""
    points, chances = model.posteriors(np.array([row]))
    values, sums = model.grid[points[0]], np.cumsum(chances[0])
    at = min(int(np.searchsorted(sums, share)), values.size - 1)
    return values[at] + (place - 0.5) * (values[min(at + 1, values.size - 1)] - values[max(at - 1, 0)]) / 2


def test_draws_are_counted_and_can_be_ended(made):
    seen = []
    whole = vp.front_probability(made[1], ["score", "cost"], draws=7, progress=seen.append)
    assert seen == list(range(7)) and whole.equals(vp.front_probability(made[1], ["score", "cost"], draws=7))

    def end(done):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vp.front_probability(made[1], ["score", "cost"], draws=7, progress=end)


# What there is no answer to ------------------------------------------------------------------------------------------


def test_a_single_repeat_needs_a_stated_noise():
    table = table_of(np.linspace(0.5, 0.9, 20)[:, None])
    for call in (lambda: vp.probability_better(table, 0, 1, "score"), lambda: vp.rank_intervals(table, "score"),
                 lambda: vp.confidence_set(table, "score"), lambda: vp.front_probability(table, ["score", "cost"])):
        with pytest.raises(vp.NoiseUnknownError, match="noise="):
            call()
    assert vp.probability_better(table, 19, 0, "score", noise=0.01) > 0.99
    assert vp.confidence_set(table, "score", noise=1e-6).tolist() == [19]
    assert vp.confidence_set(table, "score", noise=10.0).size == 20
    assert stated_noise(table.repeats("score"), 0.1).stated


def test_ties_one_value_one_row_and_nothing_known():
    same = table_of(np.full((10, 2), 0.5))
    with pytest.raises(vp.NoiseUnknownError):
        vp.confidence_set(same, "score")
    assert vp.confidence_set(same, "score", noise=0.1).size == 10
    assert vp.probability_better(same, 1, 2, "score", noise=0.1) == pytest.approx(0.5)
    one = table_of([[0.5, 0.6]])
    assert vp.confidence_set(one, "score").tolist() == [0] and vp.probability_better(one, 0, 0, "score") == 0.5
    assert vp.rank_intervals(one, "score").loc[0, ["rank", "rank_low", "rank_high"]].tolist() == [1, 1, 1]
    gap = table_of([[0.5, 0.6], [np.nan, np.nan], [0.7, np.nan]])
    assert np.isnan(vp.probability_better(gap, 0, 1, "score")) and 1 not in vp.confidence_set(gap, "score")
    unknown = vp.rank_intervals(gap, "score").loc[1]
    assert np.isnan(unknown["low"]) and unknown["rank"] == 0
    assert vp.rank_intervals(gap, "score", rows=[]).empty and vp.confidence_set(gap, "score", rows=[]).size == 0
    with pytest.raises(vp.NoiseUnknownError, match="no value"):
        vp.confidence_set(table_of(np.full((3, 2), np.nan)), "score")


@pytest.mark.parametrize(("arguments", "words"), [
    ({"noise": 0}, "above 0"), ({"noise": np.nan}, "above 0"), ({"noise": "x"}, "above 0"), ({"level": 1}, "level"),
    ({"level": "x"}, "level")])
def test_other_numbers_are_refused(made, arguments, words):
    with pytest.raises(vp.VanasError, match=words):
        vp.confidence_set(made[1], "score", **arguments)


def test_other_cells_and_draws_are_refused(made):
    table = made[1]
    for wrong in ("x", 1.5, None):
        with pytest.raises(TypeError, match="row"):
            vp.probability_better(table, wrong, 0, "score")
    with pytest.raises(vp.SelectionError):
        vp.probability_better(table, len(table), 0, "score")
    with pytest.raises(vp.UnknownMetricError):
        vp.probability_better(table, 0, 1, "nothing")
    for draws, seed in product((0, 10**6, "x"), (0,)):
        with pytest.raises(vp.VanasError, match="draws"):
            vp.front_probability(table, ["score", "cost"], draws=draws, seed=seed)
