"""Ranks of strategies and who beats whom, counted by plain Python over single runs."""

import math

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.searches.ranks import search_ranks, wins

NAMES = ["local-search:first", "random", "regularised-evolution:naszilla"]


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def frame(table):
    return vp.compare_searches(table, NAMES, queries=80, seeds=[3, 5, 8, 13, 21])


def test_last_regrets_and_seconds_are_those_of_single_runs(table, frame):
    best = np.nanmax(table.column("test_accuracy"))
    for name in NAMES:
        runs = [vp.search(table, name, queries=80, seed=seed) for seed in (3, 5, 8, 13, 21)]
        assert frame.attrs["final"][name] == pytest.approx([best - run.trials["test_accuracy"].iloc[-1]
                                                            for run in runs])
        rows = frame[frame["strategy"] == name]
        for query in (1, 40, 80):
            spent = [run.trials["seconds"].iloc[:query].sum() for run in runs]
            assert rows["seconds"].iloc[query - 1] == pytest.approx(sum(spent) / 5)
    assert frame.attrs["judged_by"] == "test_accuracy" and frame.attrs["searched_by"] == "validation_accuracy"


def test_ranks_and_duels_by_plain_python(frame):
    ranks, final = search_ranks(frame), frame.attrs["final"]
    for name in NAMES:
        sums = 0.0
        for seed in range(5):
            own = final[name][seed]
            sums += (1 + sum(final[other][seed] < own for other in NAMES)
                     + 0.5 * (sum(final[other][seed] == own for other in NAMES) - 1))
        row = ranks.table.set_index("strategy").loc[name]
        assert row["rank"] == pytest.approx(sums / 5) and row["regret"] == pytest.approx(np.mean(final[name]))
        for other in NAMES:
            if other != name:
                won = sum((a < b) + 0.5 * (a == b) for a, b in zip(final[name], final[other], strict=True))
                assert ranks.beats[name, other].share == won / 5
                assert ranks.beats[other, name].share == pytest.approx(1 - won / 5)
    assert ranks.table["strategy"].iloc[-1] == "random (exact)"
    assert ranks.table["rank"].iloc[:-1].is_monotonic_increasing
    level = frame[frame["strategy"] == "random (exact)"]["regret"].iloc[-1]
    assert ranks.beats_chance["random"].share == sum(each < level for each in final["random"]) / 5


@pytest.mark.parametrize(("won", "count", "low", "high"), [
    # Table of Newcombe (1998), interval of the score method.
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)])
def test_the_interval_is_wilsons(won, count, low, high):
    found = wins(np.where(np.arange(count) < won, 0.0, 1.0), np.full(count, 0.5))
    assert found.share == won / count and found.count == count
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_unknown_ends_do_not_count():
    found = wins(np.array([math.nan, 1.0]), np.array([1.0, 2.0]))
    assert (found.share, found.count) == (1.0, 1)
    assert wins(np.array([math.nan]), np.array([1.0])).count == 0


def test_a_frame_of_another_origin_is_refused(frame):
    with pytest.raises(SearchError, match="compare_searches gives"):
        search_ranks(pd.DataFrame(frame.to_dict("list")))
