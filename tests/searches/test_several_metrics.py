"""Searches that are told several metrics at once: NSGA-II, fronts, volumes, files and what is refused."""

import itertools
import json
import math
import re

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.fronts import hypervolume, hypervolumes, on_front
from vanas_panel.draw.searches.curves import curves_svg
from vanas_panel.draw.searches.ledger import ledger_html
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.curves import comparison_curves, drawn_curves
from vanas_panel.searches.goals import goals_of
from vanas_panel.searches.judging import judging_metric
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies import STRATEGIES, choose
from vanas_panel.searches.strategies.nsga2 import Ranked, crowding_of, survivors
from vanas_panel.searches.table_search import run_in_python, run_kernel
from vanas_panel.state.searching import rows_of

BOTH = ["validation_accuracy", "trainable_parameters"]


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def gaps():
    """Values tie often; accuracy is unknown for some cells, cost for others."""
    frame = vp.open_table("structure4").frame(cells=True)
    place = np.arange(len(frame))
    frame["accuracy"] = np.where(place % 5 == 2, np.nan, place * 7 % 11 / 11)
    frame["loss"] = np.where(place % 7 == 3, np.nan, place * 5 % 13 / 13)
    frame["other_accuracy"] = place * 3 % 8 / 8
    return vp.BenchmarkTable.from_frame(frame)


def dominated(one, other):
    """Whether the second point dominates the first one, said in plain words."""
    return all(b >= a for a, b in zip(one, other, strict=True)) and any(b > a for a, b in zip(one, other, strict=True))


def brute_front(points):
    return [not any(dominated(point, other) for other in points) for point in points]


def brute_volume(points, reference):
    """By inclusion and exclusion: boxes of all subsets with alternating signs."""
    total = 0.0
    for size in range(1, len(points) + 1):
        for some in itertools.combinations(points, size):
            sides = [max(0.0, min(values) - low) for values, low in zip(zip(*some, strict=True), reference,
                                                                        strict=True)]
            total += (-1) ** (size + 1) * math.prod(sides)
    return total


# Fronts and volumes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_the_front_is_what_nothing_dominates(columns):
    generator = np.random.default_rng(columns)
    for _ in range(30):
        points = generator.integers(0, 5, (int(generator.integers(0, 25)), columns)).astype(float)
        assert on_front(points).tolist() == brute_front(points.tolist())


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_volumes_by_inclusion_and_exclusion(columns):
    generator = np.random.default_rng(10 + columns)
    for _ in range(12):
        points = generator.integers(-1, 6, (int(generator.integers(0, 9)), columns)).astype(float)
        reference = generator.integers(-1, 3, columns).astype(float)
        grown = hypervolumes(points, reference)
        for count in range(len(points) + 1):
            expected = brute_volume(points[:count].tolist(), reference.tolist())
            assert hypervolume(points[:count], reference) == pytest.approx(expected)
            if count:
                assert grown[count - 1] == pytest.approx(expected)


def test_volumes_by_counting_the_squares_of_a_grid():
    points = np.random.default_rng(3).integers(0, 40, (200, 2)).astype(float)
    covered = np.zeros((40, 40), bool)
    grown = hypervolumes(points, np.zeros(2))
    for index, (x, y) in enumerate(points.astype(int)):
        covered[:x, :y] = True
        assert grown[index] == covered.sum() == hypervolume(points[:index + 1], np.zeros(2))


def test_a_point_on_the_border_of_the_reference_adds_nothing():
    assert hypervolume(np.array([[0.0, 5.0], [5.0, 0.0]]), np.zeros(2)) == 0
    assert hypervolumes(np.array([[0.0, 5.0], [1.0, 1.0], [1.0, 1.0]]), np.zeros(2)).tolist() == [0, 1, 1]


# NSGA-II --------------------------------------------------------------------------------------------------------------


def test_crowding_by_hand():
    front = np.array([[0.0, 10.0], [2.0, 6.0], [3.0, 5.0], [10.0, 0.0]])
    # 3 / 10 + 5 / 10 and 8 / 10 + 6 / 10.
    np.testing.assert_allclose(crowding_of(front), [np.inf, 0.8, 1.4, np.inf])


def test_crowding_of_equal_points_is_that_of_the_first_and_the_last_row():
    assert crowding_of(np.array([[1.0, 1.0]] * 4)).tolist() == [np.inf, 0, 0, np.inf]
    assert crowding_of(np.array([[1.0, 1.0]])).tolist() == [np.inf]


def test_whole_fronts_live_on_then_those_that_stand_alone_then_the_young():
    generator = np.random.default_rng(0)
    for _ in range(40):
        size, most = int(generator.integers(1, 24)), int(generator.integers(1, 20))
        points = generator.integers(0, 6, (size, 2)).astype(float).tolist()
        members = [Ranked(number, 0, 0, tuple(point)) for number, point in enumerate(points)]
        left, rank, expected = list(range(size)), 0, {}
        while left:
            front = [each for each, best in zip(left, brute_front([points[i] for i in left]), strict=True) if best]
            crowding = crowding_of(np.array([points[each] for each in front]))
            expected |= {each: (rank, alone) for each, alone in zip(front, crowding.tolist(), strict=True)}
            left, rank = [each for each in left if each not in front], rank + 1
        order = sorted(expected, key=lambda each: (expected[each][0], -expected[each][1], -each))[:most]
        kept = survivors(members, most)
        assert [member.number for member in kept] == sorted(order)
        assert [(member.rank, member.crowding) for member in kept] == [expected[each] for each in sorted(order)]


@pytest.mark.parametrize("metric", ["accuracy", ["accuracy", "loss"], ["loss", "accuracy", "other_accuracy"]])
@pytest.mark.parametrize("settings", [{"population": 2}, {"population": 9, "exactly_one": True},
                                      {"population": 30, "crossover": 0.0, "distinct": True},
                                      {"population": 12, "edge_flip": 0.3, "distinct": True}])
def test_kernel_and_python_ask_alike(gaps, metric, settings):
    chosen, objective = choose("nsga2", settings), goals_of(gaps, metric, "mean", None)
    for seed in range(3):
        for one, other in zip(run_kernel(chosen, objective, 150, seed), run_in_python(chosen, objective, 150, seed),
                              strict=True):
            np.testing.assert_array_equal(one, other)


def test_children_have_members_as_parents_and_the_first_are_random(table):
    run = vp.search(table, "nsga2", metric=BOTH, queries=120, settings={"population": 10})
    numbers, living = run.trials["number"].tolist(), []
    merits = dict(zip(numbers, (run.trials[BOTH].to_numpy() * [1, -1]).tolist(), strict=True))
    for place, parents in enumerate(run.trials["parents"]):
        assert (place < 10) == (not parents)
        assert set(parents) <= set(living)
        if place % 10 == 9:
            pool = [*living, *numbers[place - 9:place + 1]]
            members = [Ranked(each, 0, 0, tuple(merits[each])) for each in pool]
            living = [member.number for member in survivors(members, 10)]
    assert set(run.trials["how"].astype(str)) <= set(HOWS)
    assert run.states[-1][1]["population"] == living
    assert set(run.states[-1][1]["front"]) <= set(living)


def test_distinct_children_are_asked_again_less_often(table):
    counts = [vp.search(table, "nsga2", metric=BOTH, queries=300, settings={"distinct": one}).duplicates
              for one in (False, True)]
    assert counts[1] < counts[0]


def test_several_may_wait_for_their_values(table):
    strategy = choose("nsga2", {"population": 4}).kind.make(
        RawSpace(table.space), choose("nsga2", {"population": 4}).settings, 0, table.lookup[0], 40)
    strategy.expect(2)
    for start in range(0, 40, 8):
        asked = [strategy.ask() for _ in range(8)]
        for proposal in reversed(asked):
            strategy.tell(proposal.number, (float(proposal.number % 5), float(proposal.number % 3)))
        assert len(strategy.state()["population"]) == 4, start


@pytest.mark.parametrize("merit", [0.5, (0.5,), (0.5, 1.0, 2.0), (0.5, math.nan), (0.5, None), (0.5, math.inf),
                                   ("a", 1.0), "ab"])
def test_what_is_no_pair_of_numbers_is_refused(table, merit):
    strategy = choose("nsga2").kind.make(RawSpace(table.space), choose("nsga2").settings, 0, table.lookup[0], 40)
    strategy.expect(2)
    strategy.ask()
    with pytest.raises(SearchError, match="2 finite numbers"):
        strategy.tell(0, merit)
    # It waits as before.
    strategy.tell(0, None)


# Runs -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["random", "random-cells", "grid", "nsga2", "nsga2:deb"])
def test_trials_by_plain_python(table, strategy):
    run = vp.search(table, strategy, metric=BOTH, queries=130, seed=4)
    trials, frame = run.trials, table.frame()
    points = [(frame[BOTH[0]][row], -frame[BOTH[1]][row]) for row in trials["row"]]
    assert [tuple(row) for row in trials[BOTH].to_numpy() * [1, -1]] == points
    assert trials["front"].tolist() == brute_front(points)
    known = frame[BOTH].dropna()
    low = (known[BOTH[0]].min(), -known[BOTH[1]].max())
    assert run.header["objective"]["reference"] == [low[0], -low[1]]
    whole = [(one, -other) for one, other in known.to_numpy()]
    best = [point for point, keep in zip(whole, on_front(np.array(whole)), strict=True) if keep]
    truth = staircase(best, low)
    for query in (1, 2, 40, 130):
        assert run.hypervolume[query - 1] == pytest.approx(staircase(points[:query], low) / truth, rel=1e-9)
    assert run.regret == 1 - run.hypervolume[-1] == trials["regret"].iloc[-1]
    front = run.front
    assert not front["duplicate"].any()
    assert set(front["row"]) == set(trials.loc[trials["front"], "row"])
    assert front[BOTH[0]].is_monotonic_decreasing
    assert front[BOTH[1]].is_monotonic_decreasing


def staircase(points, low):
    """The area that points dominate, strip by strip between neighbouring values of the first column."""
    edges = sorted({low[0], *(x for x, _ in points if x > low[0])})
    return sum((right - left) * max(0.0, max(y for x, y in points if x >= right) - low[1])
               for left, right in itertools.pairwise(edges))


def test_the_whole_table_has_the_share_one(table):
    run = vp.search(table, "grid", metric=BOTH, queries=len(table))
    assert run.hypervolume[-1] == 1
    assert run.regret == 0
    assert set(run.front["row"]) <= set(goals_of(table, BOTH, "mean", None).front)


def test_a_cell_that_lacks_a_metric_is_asked_in_vain(gaps):
    run = vp.search(gaps, "nsga2", metric=["accuracy", "loss"], queries=60, settings={"population": 10})
    values, also = run.proposals.values, run.proposals.also["loss"]
    assert (np.isnan(values) == np.isnan(also)).all()
    accuracy, loss = gaps.column("accuracy"), gaps.column("loss")
    for row, value in zip(run.proposals.trace[:, 1], values, strict=True):
        assert math.isnan(value) == (row < 0 or math.isnan(accuracy[row]) or math.isnan(loss[row]))
    assert run.asked_in_vain == np.isnan(values).sum() > 0
    assert "accuracy + loss" in run.notes[0]
    assert len(run) == 60


def test_a_table_whose_front_dominates_nothing_has_no_share():
    """Each cell is the best in one metric and the worst in the other."""
    frame = vp.open_table("structure4").frame(cells=True)
    place = np.arange(len(frame)) % 2
    frame["accuracy"], frame["loss"] = place / 2, place / 2
    run = vp.search(vp.BenchmarkTable.from_frame(frame), "random", metric=["accuracy", "loss"], queries=40)
    assert np.isnan(run.hypervolume).all()
    assert math.isnan(run.regret)
    assert run.trials["front"].all()


def test_one_metric_in_a_list_is_one_metric(table, tmp_path):
    for name, metric in (("a", "test_accuracy"), ("b", ["test_accuracy"])):
        vp.search(table, "nsga2", metric=metric, queries=60, out=tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    run = vp.read_search(tmp_path / "a")
    assert set(run.front["value"]) == {run.trials["best"].iloc[-1]}
    with pytest.raises(SearchError, match="expected several"):
        print(run.hypervolume)


def test_an_index_of_a_repeat_holds_for_metrics_that_have_several(table):
    goals = goals_of(table, BOTH, 1, None)
    np.testing.assert_array_equal(goals.columns[:, 0], table.repeats(BOTH[0])[:, 1])
    np.testing.assert_array_equal(goals.columns[:, 1], table.column(BOTH[1]))


@pytest.mark.parametrize(("options", "words"), [
    ({"strategy": "reinforce"}, "takes several: random, random-cells, grid, nsga2, optuna:tpe, optuna:nsga2"),
    ({"strategy": "optuna:gp"}, "takes several"),
    ({"metric": ["test_accuracy"] * 2}, "different ones"),
    ({"metric": ["test_accuracy", "train_accuracy", "flops", "training_time", "trainable_parameters"]}, "2 to 4"),
    ({"metric": ["test_accuracy", "no such"]}, "no such"),
    ({"metric": BOTH, "repeat": "draw"}, "several metrics"),
    ({"settings": {"population": 1}}, "population 1"),
    ({"settings": {"crossover": 2}}, "crossover 2"),
    ({"queries": 10}, "population that begins with 30"),
])
def test_what_cannot_be_searched_is_refused(table, options, words):
    with pytest.raises(SearchError if "no such" not in words else vp.VanasError, match=words):
        vp.search(table, **{"strategy": "nsga2", "metric": BOTH, **options})


def test_every_strategy_that_takes_several_does(table):
    for name, kind in STRATEGIES.items():
        if name != "optuna":
            for preset in kind.several:
                run = vp.search(table, f"{name}:{preset}" if preset else name, metric=BOTH, queries=120)
                assert run.metrics == tuple(BOTH)


def test_samplers_of_optuna_take_several(table):
    pytest.importorskip("optuna")
    for name in STRATEGIES["optuna"].several:
        runs = [vp.search(table, f"optuna:{name}", metric=BOTH, queries=30, seed=2) for _ in range(2)]
        pd.testing.assert_frame_equal(runs[0].trials, runs[1].trials)
        assert 0 < runs[0].hypervolume[-1] <= 1


# Comparisons ----------------------------------------------------------------------------------------------------------


def test_comparing_agrees_with_single_runs_and_has_chance_beneath(table):
    frame = vp.compare_searches(table, ["nsga2"], metric=BOTH, queries=60, seeds=3)
    assert frame.attrs["judged_by"] == "hypervolume"
    assert frame.attrs["searched_by"] == tuple(BOTH)
    assert frame["strategy"].unique().tolist() == ["random", "nsga2:vanas-panel"]
    for strategy, rows in frame.groupby("strategy"):
        regrets = np.array([1 - vp.search(table, strategy, metric=BOTH, queries=60, seed=seed).hypervolume
                            for seed in range(3)])
        np.testing.assert_allclose(rows["regret"], regrets.mean(axis=0))
        np.testing.assert_allclose(rows["low"], np.quantile(regrets, 0.025, axis=0))
        np.testing.assert_allclose(rows["high"], np.quantile(regrets, 0.975, axis=0))
        assert frame.attrs["final"][strategy] == regrets[:, -1].tolist()
    curves = comparison_curves(frame)
    assert [(curve.title, curve.is_chance) for curve in curves] == [("random", True), ("nsga2:vanas-panel", False)]
    drawn = str(curves_svg(curves, judging_metric(table, "hypervolume"), LIGHT))
    assert "share of the front" in drawn and LIGHT.muted in drawn and drawn.count("stroke-dasharray") == 2
    assert vp.compare_searches(table, ["nsga2", "random"], metric=BOTH, queries=40, seeds=2)["strategy"].unique(
        ).tolist() == ["nsga2:vanas-panel", "random"]


@pytest.mark.parametrize(("options", "words"), [
    ({"strategies": ["nsga2", "local-search"]}, "takes several"), ({"report": "test_accuracy"}, "volume judges"),
    ({"exact": True}, "no closed form")])
def test_what_cannot_be_compared_is_refused(table, options, words):
    with pytest.raises(SearchError, match=words):
        vp.compare_searches(table, **{"strategies": ["nsga2"], "metric": BOTH, "queries": 40, "seeds": 2, **options})


def test_runs_are_drawn_by_their_volume_over_chance(table):
    run = vp.search(table, "nsga2", metric=BOTH, queries=60)
    chance, own = drawn_curves([run], table)
    assert chance.is_chance and not own.is_chance
    assert own.y[-1] == run.regret
    assert (np.diff(own.y) <= 0).all()
    chance, own = drawn_curves([run], table, measure="best")
    assert own.y[-1] == run.hypervolume[-1]
    assert (chance.low <= chance.y).all() and (chance.y <= chance.high).all()
    with pytest.raises(SearchError, match="the volume"):
        drawn_curves([run], table, metric="test_accuracy")


def test_the_ledger_counts_what_added_to_the_volume(table):
    run = vp.search(table, "nsga2", metric=BOTH, queries=60)
    found = ledger(run, table)
    assert (found.metric, found.chance, found.regret) == ("hypervolume", None, run.regret)
    grown, before = 0, 0.0
    for volume in run.hypervolume:
        grown, before = grown + (volume > before), volume
    assert found.improving == grown
    assert "front" in str(ledger_html(found, LIGHT, table))


def test_reports_and_notebooks_judge_by_the_volume_and_keep_other_searches_apart(table, tmp_path):
    both, one = vp.search(table, "nsga2", metric=BOTH, queries=60), vp.search(table, "random", queries=60)
    shown = re.sub(r"<[^>]+>", " ", both._repr_html_())
    assert f"{len(both.front)} cells on the front of Validation accuracy, Parameters" in shown
    assert "Regret in share of the front" in shown and "Regret in validation accuracy" not in shown
    frame = vp.compare_searches(table, ["nsga2"], metric=BOTH, queries=60, seeds=2)
    vp.save_report(table, tmp_path / "report.html", searches=[both, one], comparison=frame)
    titles = re.findall("<h3[^>]*>([^<]*)", (tmp_path / "report.html").read_text())
    assert [title for title in titles if "regret" in title.lower()] == [
        "Strategies over seeds: regret in share of the front&#39;s volume",
        "Regret in share of the front&#39;s volume: Validation accuracy, Parameters", "Regret in validation accuracy"]


@pytest.mark.parametrize("metric", ["validation_accuracy", BOTH])
def test_rows_of_the_front_so_far(table, metric):
    run = vp.search(table, "nsga2", metric=metric, queries=60)
    names = [metric] if isinstance(metric, str) else metric
    for query in (1, 7, 60):
        trials = run.trials.iloc[:query]
        points = [[sign * table.column(name)[row] for name, sign in zip(names, (1, -1), strict=False)]
                  for row in trials["row"]]
        expected = {row for row, best in zip(trials["row"], brute_front(points), strict=True) if best}
        assert set(rows_of(run, query, "front")) == expected


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def path(gaps, tmp_path):
    target = tmp_path / "run.jsonl"
    options(gaps, target)
    return target


def options(gaps, target):
    return vp.search(gaps, "nsga2", metric=["accuracy", "loss"], queries=60, settings={"population": 10}, out=target)


def test_a_file_names_all_metrics_and_reads_back(gaps, path, tmp_path):
    run = options(gaps, path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["objective"]["metric"] == "accuracy"
    assert lines[0]["objective"]["also"][0]["metric"] == "loss"
    assert (lines[0]["objective"]["higher_is_better"], lines[0]["objective"]["also"][0]["higher_is_better"]) == (
        True, False)
    tells = [line["value"] for line in lines if "tell" in line]
    assert {None if value is None else len(value) for value in tells} == {None, 2}
    read = vp.read_search(path)
    pd.testing.assert_frame_equal(read.trials, run.trials)
    read.to_parquet(tmp_path / "run.parquet")
    back = vp.read_search(tmp_path / "run.parquet")
    pd.testing.assert_frame_equal(back.trials, run.trials)
    back.to_jsonl(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()


def test_killed_anywhere_and_continued_the_file_is_the_same(gaps, path):
    whole = path.read_bytes()
    for end in (0, 10, 300, len(whole) // 3, len(whole) // 2 + 1, len(whole) - 5):
        path.write_bytes(whole[:end])
        if end > 600:
            assert not vp.read_search(path).is_finished
        options(gaps, path)
        assert path.read_bytes() == whole


@pytest.mark.parametrize("value", ["1.0", "[1.0]", "[1.0,2.0,3.0]", "[1.0,null]", '[1.0,"2"]', "[]"])
def test_a_tell_with_another_number_of_values_is_named(path, value):
    lines = path.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if '"tell"' in line and '"value":[' in line)
    start = lines[place].index('"value":') + 8
    lines[place] = lines[place][:start] + value + lines[place][lines[place].index(',"seconds"'):]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(SearchError, match=f"line {place + 1}"):
        vp.read_search(path)


@pytest.mark.parametrize("change", [
    {"also": []}, {"also": [{"metric": "accuracy", "higher_is_better": True, "best": 1.0}]}, {"also": None},
    {"also": [{"metric": "loss", "higher_is_better": 1, "best": 1.0}]}, {"reference": [0.0]}, {"volume": -1.0},
    {"volume": None}, {"reference": None}])
def test_a_damaged_header_is_refused(path, change):
    first, _, rest = path.read_text().partition("\n")
    header = json.loads(first)
    header["objective"] |= change
    path.write_text(json.dumps(header) + "\n" + rest)
    with pytest.raises(SearchError, match="line 1"):
        vp.read_search(path)


def test_the_forms_of_one_and_of_several_metrics_are_not_mixed(path):
    first, _, rest = path.read_text().partition("\n")
    path.write_text(first.replace('"vanas_panel_search":2', '"vanas_panel_search":1') + "\n" + rest)
    with pytest.raises(SearchError, match="line 1"):
        vp.read_search(path)
