"""Beliefs about a whole table: kept, given up, and against brute force where they are compared with what is known."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.searches.beliefs import BANDS, beliefs_of, calibration, has_posterior
from vanas_panel.searches.paths import alike, paths_of
from vanas_panel.searches.posterior import posterior

# Half widths of the central 50, 80 and 95 % of a normal distribution, from printed tables.
WIDTHS = {0.5: 0.674490, 0.8: 1.281552, 0.95: 1.959964}


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "gaussian-process", metric="validation_accuracy", queries=60, seed=1)


def mean_ranks(values):
    """The mean place of each value among all, one by one."""
    return [sum(other < value for other in values) + (sum(other == value for other in values) - 1) / 2
            for value in values]


def test_cells_are_alike_where_their_paths_are_the_same(table):
    cells, which = alike(table.packed)
    paths, sizes = paths_of(table.packed)
    sets = [frozenset(paths[row, :size].tolist()) for row, size in enumerate(sizes)]
    places = {}
    for row, each in enumerate(sets):
        assert places.setdefault(each, which[row]) == which[row]
        assert sets[int(np.flatnonzero(table.packed == cells[which[row]])[0])] == each
    assert len(places) == cells.size


def test_beliefs_are_the_posterior_and_are_computed_once_for_all_who_ask(table, run):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: beliefs_of(run, table, 30), range(8)))
    assert all(each is found[0] for each in found)
    mean, deviation = posterior(run, table, after=30)
    np.testing.assert_array_equal(found[0].mean, mean)
    np.testing.assert_array_equal(found[0].deviation, deviation)
    assert beliefs_of(run, table, 31) is not found[0]


def test_beliefs_that_are_given_up_are_asked_for_again(table, run):
    class Enough(Exception):
        pass

    def stop():
        raise Enough

    with pytest.raises(Enough):
        beliefs_of(run, table, 17, stop)
    assert beliefs_of(run, table, 17).after == 17


@pytest.mark.parametrize(("metric", "repeat"), [("validation_accuracy", "mean"), ("training_time", "mean"),
                                                ("test_accuracy", 0)])
def test_calibration_against_a_count_by_hand(table, metric, repeat):
    run = vp.search(table, "gaussian-process", metric=metric, repeat=repeat, queries=60, seed=2)
    beliefs = beliefs_of(run, table, 25)
    found = calibration(run, table, beliefs)
    asked = set(run.trials["row"][:25])
    values = table.column(metric) if repeat == "mean" else table.repeats(metric)[:, repeat]
    rows = [row for row in range(len(table)) if row not in asked and not math.isnan(values[row])]
    assert found.true.tolist() == [values[row] for row in rows]
    assert found.expected.tolist() == [beliefs.mean[row] for row in rows]
    errors = [abs(values[row] - beliefs.mean[row]) for row in rows]
    assert found.error == pytest.approx(sum(errors) / len(rows))
    for band, share in zip(BANDS, found.shares, strict=True):
        held = sum(error <= WIDTHS[band] * beliefs.deviation[row] for row, error in zip(rows, errors, strict=True))
        assert share == pytest.approx(held / len(rows), abs=1.5 / len(rows))
    ranks = np.array([mean_ranks(found.expected.tolist()), mean_ranks(found.true.tolist())])
    assert found.rank_correlation == pytest.approx(np.corrcoef(ranks)[0, 1])


def test_nothing_is_known_of_the_deviation_while_all_values_are_equal(table, run):
    mean, deviation = posterior(run, table, after=1)
    assert (mean == run.trials["value"][0]).all() and np.isnan(deviation).all()
    found = calibration(run, table, beliefs_of(run, table, 1))
    assert all(map(math.isnan, found.shares)) and math.isnan(found.rank_correlation) and found.error > 0


def test_a_table_that_knows_nothing_else_leaves_nothing_to_compare(table, run):
    columns = {"validation_accuracy": np.full(len(table), np.nan)}
    rows = run.trials["row"].to_numpy()
    columns["validation_accuracy"][rows] = table.column("validation_accuracy")[rows]
    metrics = {"validation_accuracy": table.metric("validation_accuracy")}
    known = vp.BenchmarkTable(table.space, table.packed, metrics, columns, name="asked cells only")
    found = calibration(run, known, beliefs_of(run, known, 60))
    assert found.true.size == 0 and math.isnan(found.error) and all(map(math.isnan, found.shares))


def test_only_a_gaussian_process_of_ours_has_a_posterior(table, run):
    pytest.importorskip("optuna")
    assert has_posterior(run) and not has_posterior(None)
    assert not has_posterior(vp.search(table, "random", queries=5))
    assert not has_posterior(vp.search(table, "optuna:tpe", queries=5))
