"""Successive halving and Hyperband: published brackets, promotions, costs, files, and what only full trainings say."""

import json
import math

import live_hands
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_hands import FakeCluster, fake_record, searched, tiny_settings

import vanas_panel as vp
from vanas_panel.draw.searches.lineage import lineage_html
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import SearchError
from vanas_panel.searches import budget_agreement, ledger, lineage, live_engine, search_ranks
from vanas_panel.searches import live as live_module
from vanas_panel.searches.asking import HOWS, generator_of
from vanas_panel.searches.budget_objective import with_budgets
from vanas_panel.searches.curves import comparison_curves, drawn_curves, run_curve
from vanas_panel.searches.fitting import fitting
from vanas_panel.searches.live_objective import settings_after
from vanas_panel.searches.objective import objective_of, usual_metric
from vanas_panel.searches.opened import open_search_file
from vanas_panel.searches.plan import plan_search
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.strategies.halving import HalvingSettings, HyperbandSettings
from vanas_panel.searches.table_search import run_in_python, run_kernel
from vanas_panel.state.link_searches import read_followed

EPOCHS = (1, 3, 9, 27, 81)
BOTH = ("successive-halving", "hyperband")


def table_with(columns):
    """The cells of a small space with such columns."""
    frame = vp.open_table("structure4").frame(cells=True)
    frame = pd.concat([frame, pd.DataFrame(columns, index=frame.index)], axis=1)
    return vp.BenchmarkTable.from_frame(frame, name="budgets")


@pytest.fixture(scope="module")
def table():
    """Five budgets; many values tie, and some are missing, each budget's own."""
    size = len(vp.open_table("structure4").frame(cells=True))
    random = np.random.default_rng(5)
    columns = {}
    for epochs in EPOCHS:
        values = (random.integers(0, 12, size) / 12).round(3)
        name = "accuracy" if epochs == 81 else f"accuracy_{epochs}"
        columns[name] = np.where(random.random(size) < 0.15, np.nan, values)
    return table_with({**columns, "training_time": random.integers(1, 9, size).astype(float)})


def hyperband(table, metric, queries, seed, *, only_first=False, cells=0):
    """Algorithm 1 of Li et al. (2018) over a table, in dictionaries; budgets grow by 3."""
    values = {epochs: dict(zip(table.keys.tolist(), table.column(metric if epochs == 81 else f"{metric}_{epochs}"),
                               strict=True)) for epochs in EPOCHS}
    sign = -1 if table.metric(metric).higher_is_better is False else 1
    raws, generator = RawSpace(table.space), generator_of(seed)
    asked, spent, most_rung = [], 0, 4

    def evaluate(raw, epochs, parent):
        nonlocal spent
        if spent + epochs > queries * 81:
            raise StopIteration
        value = values[epochs].get(raws.key(raw), math.nan)
        asked.append((raw, parent, epochs, value))
        spent += 0 if math.isnan(value) else epochs
        return value

    try:
        while True:
            for s in [most_rung] if only_first else range(most_rung, -1, -1):
                count = (cells or 3**s) if only_first else math.ceil((most_rung + 1) / (s + 1) * 3**s - 1e-9)
                known = []
                while len(known) < count:
                    raw = raws.random(generator)
                    value = evaluate(raw, 3**(most_rung - s), -1)
                    if not math.isnan(value):
                        known.append((sign * value, len(asked) - 1))
                for i in range(1, s + 1):
                    ranked, known = sorted(known, key=lambda each: (-each[0], each[1])), []
                    for _, parent in ranked:
                        if len(known) == max(1, count // 3**i):
                            break
                        value = evaluate(asked[parent][0], 3**(most_rung - s + i), parent)
                        if not math.isnan(value):
                            known.append((sign * value, len(asked) - 1))
    except StopIteration:
        return asked


def same(found, asked):
    assert found.trace[:, [0, 2]].tolist() == [[raw, parent] for raw, parent, _epochs, _value in asked]
    assert found.budgets.tolist() == [epochs for _raw, _parent, epochs, _value in asked]
    np.testing.assert_array_equal(found.told, [value for *_rest, value in asked])
    assert [HOWS[how] for how in found.trace[:, 4]] == ["random" if parent < 0 else "promotion"
                                                       for _raw, parent, *_rest in asked]


def test_brackets_are_those_of_the_paper():
    """Table 1 of Li et al. (2018), R = 81 and eta = 3."""
    assert HyperbandSettings().brackets(EPOCHS).tolist() == [
        [81, 27, 9, 3, 1], [0, 34, 11, 3, 1], [0, 0, 15, 5, 1], [0, 0, 0, 8, 2], [0, 0, 0, 0, 5]]
    assert HalvingSettings().brackets(EPOCHS).tolist() == [[81, 27, 9, 3, 1]]
    assert HalvingSettings(cells=30, skip=1).brackets(EPOCHS).tolist() == [[0, 30, 10, 3, 1]]
    assert HyperbandSettings(skip=3).brackets(EPOCHS).tolist() == [[0, 0, 0, 3, 1], [0, 0, 0, 0, 2]]
    assert HalvingSettings().brackets([45, 90, 180]).tolist() == [[4, 2, 1]]


@given(st.lists(st.integers(1, 400), min_size=2, max_size=6, unique=True).map(sorted), st.integers(0, 90))
@settings(max_examples=60, deadline=None)
def test_brackets_shrink_and_end_with_a_full_training(epochs, cells):
    for settings_ in (HalvingSettings(cells), HyperbandSettings()):
        for bracket in settings_.brackets(epochs).tolist():
            used = [size for size in bracket if size]
            assert used == sorted(used, reverse=True) and bracket[-1] >= 1
            # No budget costs more than the first one, unless it keeps a single cell.
            costs = [size * each for size, each in zip(bracket, epochs, strict=True) if size]
            assert all(cost <= costs[0] or size == 1 for cost, size in zip(costs, used, strict=True))


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_kernel_and_python_ask_what_the_published_algorithm_asks(table, metric):
    if metric == "loss":
        table = table_with({("loss" if epochs == 81 else f"loss_{epochs}"):
                            1 - table.column("accuracy" if epochs == 81 else f"accuracy_{epochs}")
                            for epochs in EPOCHS})
    for strategy, options in (("hyperband", {}), ("successive-halving", {"only_first": True}),
                              ("successive-halving", {"only_first": True, "cells": 100})):
        chosen = choose(strategy, {"cells": options["cells"]} if "cells" in options else None)
        objective = fitting(chosen, objective_of(table, metric, "mean", None), 30)
        for seed in range(3):
            asked = hyperband(table, metric, 30, seed, **options)
            same(run_kernel(chosen, objective, 30, seed), asked)
            same(run_in_python(chosen, objective, 30, seed), asked)


@pytest.mark.parametrize("repeat", ["draw", 2])
@pytest.mark.parametrize("strategy", BOTH)
def test_kernel_and_python_ask_alike_of_single_repeats(strategy, repeat):
    chosen, mnist = choose(strategy), vp.open_table("mnist-cells")
    objective = fitting(chosen, objective_of(mnist, None, repeat, None), 20)
    for one, other in zip(run_kernel(chosen, objective, 20, 3), run_in_python(chosen, objective, 20, 3), strict=True):
        np.testing.assert_array_equal(one, other)
    run = vp.search(mnist, strategy, repeat=repeat, queries=20, seed=3)
    for trial in run.trials.itertuples():
        repeats = mnist.repeats("validation_accuracy" if trial.budget == 180 else
                                f"validation_accuracy_{trial.budget}")[trial.row]
        assert trial.value in repeats if repeat == "draw" else trial.value == repeats[2]


@pytest.mark.parametrize("strategy", BOTH)
def test_only_full_trainings_are_best_and_have_a_regret(table, strategy):
    run = vp.search(table, strategy, metric="accuracy", queries=20, seed=1)
    trials, best, winner, spent, seen = run.trials, math.nan, 0, 0, set()
    goal = np.nanmax(table.column("accuracy"))
    for trial in trials.itertuples():
        spent += trial.budget
        if trial.budget == 81 and not best >= trial.value:
            best, winner = trial.value, trial.query
        assert trial.cost == pytest.approx(spent / 81, abs=1e-12)
        np.testing.assert_equal((trial.best, trial.incumbent), (best, winner))
        np.testing.assert_equal(trial.regret, goal - best)
        assert trial.duplicate == ((trial.row, trial.budget) in seen)
        assert trial.seconds == pytest.approx(table.column("training_time")[trial.row] * trial.budget / 81)
        seen.add((trial.row, trial.budget))
    assert run.best == table.cell(int(trials.iloc[winner - 1]["row"])) and run.has_best
    assert run.cost == pytest.approx(spent / 81) and 19 < run.cost <= 20 and run.is_used_up
    assert run.budgets == EPOCHS and trials["duplicate"].sum() == run.duplicates
    assert run.improving.tolist() == [trial.incumbent == trial.query for trial in trials.itertuples()]
    assert set(run.front["budget"]) == {81} and set(run.front["value"]) == {best}


def test_times_of_lower_budgets_are_their_own_where_the_table_has_them():
    mnist = vp.open_table("mnist-cells")
    frame = mnist.frame(cells=True)[["adjacency", "operations", "validation_accuracy_45", "validation_accuracy",
                                     "training_time"]].head(500)
    frame["training_time_45"] = np.arange(500.0)
    own = vp.BenchmarkTable.from_frame(frame.rename(columns={"validation_accuracy": "validation_accuracy_90"}))
    run = vp.search(own, "successive-halving", metric="validation_accuracy_90", queries=10, seed=1)
    assert run.budgets == (45, 90)
    for trial in run.trials.itertuples():
        assert trial.seconds == own.column("training_time_45" if trial.budget == 45 else "training_time")[trial.row]


def test_stopped_before_a_full_training_there_is_no_best(table, tmp_path):
    whole = vp.search(table, "hyperband", metric="accuracy", queries=10, seed=1, out=tmp_path / "run.jsonl")
    lines = (tmp_path / "run.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "half.jsonl").write_bytes(b"".join(lines[:61]))
    half = vp.read_search(tmp_path / "half.jsonl")
    assert 0 < len(half) <= 30 and not half.has_best and half.best is None
    assert math.isnan(half.regret) and set(half.trials["incumbent"]) == {0} and half.front.empty
    assert math.isnan(half.luck["repeats"]) and not half.improving.any()
    assert run_curve(half).x.size == 0 and [curve.title for curve in drawn_curves([half], table)] == []
    assert ledger(half, table).chance is None and "No cell had a full training" in half._repr_html_()
    with pytest.raises(SearchError, match="Found a search without a full training; expected at least one"):
        lineage(half)
    vp.search(table, "hyperband", metric="accuracy", queries=10, seed=1, out=tmp_path / "half.jsonl")
    assert (tmp_path / "half.jsonl").read_bytes() == b"".join(lines) and whole.has_best


@pytest.mark.parametrize("strategy", BOTH)
def test_files_read_back_as_the_run_and_go_on_where_they_were_cut(table, tmp_path, strategy):
    path = tmp_path / "run.jsonl"
    run = vp.search(table, strategy, metric="accuracy", queries=12, seed=2, out=path)
    content = path.read_bytes()
    header, first = (json.loads(line) for line in content.splitlines()[:2])
    assert header["vanas_panel_search"] == 3 and first["budget"] == 1
    assert [each["epochs"] for each in header["objective"]["budgets"]] == list(EPOCHS)
    again = vp.read_search(path)
    pd.testing.assert_frame_equal(again.trials, run.trials)
    assert again.best == run.best and again.states == run.states
    run.to_parquet(tmp_path / "run.parquet")
    kept = vp.read_search(tmp_path / "run.parquet")
    pd.testing.assert_frame_equal(kept.trials, run.trials)
    kept.to_jsonl(tmp_path / "other.jsonl")
    assert (tmp_path / "other.jsonl").read_bytes() == content
    for cut in np.random.default_rng(1).integers(0, len(content), 12).tolist():
        path.write_bytes(content[:cut])
        vp.search(table, strategy, metric="accuracy", queries=12, seed=2, out=path)
        assert path.read_bytes() == content


@pytest.mark.parametrize(("old", "new"), [
    (b'"budget":3', b'"budget":4'), (b'"budget":3', b'"budget":"3"'), (b',"budget":3', b""),
    (b'"budget":3', b'"budget":[3]')])
def test_a_line_with_another_budget_is_refused(table, tmp_path, old, new):
    path = tmp_path / "run.jsonl"
    vp.search(table, "hyperband", metric="accuracy", queries=8, out=path)
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(SearchError, match=r"line \d+: Found .*expected an ask"):
        vp.read_search(path)


@pytest.mark.parametrize("damage", [
    {"budgets": []}, {"budgets": [{"metric": "accuracy", "epochs": 3}]}, {"budgets": "many"},
    {"budgets": [{"metric": "accuracy_3", "epochs": 3}, {"metric": "accuracy", "epochs": 3}]},
    {"budgets": [{"metric": "accuracy_3", "epochs": 0}, {"metric": "accuracy", "epochs": 3}]},
    {"budgets": [{"metric": 3, "epochs": 1}, {"metric": "accuracy", "epochs": 3}]}])
def test_a_header_with_budgets_that_cannot_be_is_refused(table, tmp_path, damage):
    path = tmp_path / "run.jsonl"
    vp.search(table, "hyperband", metric="accuracy", queries=8, out=path)
    first, rest = path.read_bytes().split(b"\n", 1)
    header = json.loads(first)
    header["objective"].update(damage)
    path.write_bytes(json.dumps(header).encode() + b"\n" + rest)
    with pytest.raises(SearchError, match="line 1: Found a header"):
        vp.read_search(path)


def test_a_changed_lower_budget_is_another_table(table, tmp_path):
    path = tmp_path / "run.jsonl"
    run = vp.search(table, "hyperband", metric="accuracy", queries=8, out=path)
    columns = {name: table.column(name).copy() for name in table.metrics if name.startswith("accuracy")}
    columns["accuracy_3"][0] = 0.123
    other = table_with(columns)
    with pytest.raises(SearchError, match="Found a search with another table"):
        vp.search(other, "hyperband", metric="accuracy", queries=8, out=path)
    with pytest.raises(SearchError, match="Found other values of accuracy"):
        ledger(run, other)


def test_ledger_counts_at_equal_cost(table):
    run = vp.search(table, "hyperband", metric="accuracy", queries=15, seed=4)
    spent = ledger(run, table)
    keys = [table.keys[row] for row in run.trials["row"]]
    assert (spent.queries, spent.cells, spent.cost) == (len(run), len(set(keys)), run.cost)
    assert spent.chance.queries == math.floor(run.cost) and spent.improving + spent.idle == len(run)
    random = vp.search(table, "random", metric="accuracy", queries=spent.chance.queries)
    assert spent.chance.regret == pytest.approx(ledger(random, table).chance.regret)


def test_family_tree_of_the_best_cell_is_its_promotions():
    mnist = vp.open_table("mnist-cells")
    run = vp.search(mnist, "successive-halving", queries=30, seed=2)
    tree = lineage(run)
    row = run.proposals.trace[run.winner, 1]
    names = ("validation_accuracy_45", "validation_accuracy_90", "validation_accuracy")
    assert [each.value for each in tree.relatives] == [mnist.column(name)[row] for name in names]
    assert [each.how for each in tree.relatives] == ["random", "promotion", "promotion"]
    assert not any(descent.change for descent in tree.descents)
    assert [each.budget for each in tree.relatives] == [45, 90, 180]
    # More training is no change of the cell, so it brings nothing.
    assert [each.budgets for each in tree.descents] == [(45, 90), (90, 180)]
    assert all(math.isnan(each.difference) for each in tree.descents)
    html = lineage_html(tree, mnist.metric("validation_accuracy"), mnist.space.operations, LIGHT)
    assert "after 45" in html and "trained for 180 instead of 90" in html and "points" not in html


def test_comparison_is_at_equal_cost(table):
    frame = vp.compare_searches(table, [*BOTH, "random"], metric="accuracy", queries=12, seeds=4)
    for strategy in BOTH:
        rows = frame[frame["strategy"] == strategy].set_index("query")
        runs = [vp.search(table, strategy, metric="accuracy", queries=12, seed=seed) for seed in range(4)]
        assert rows.index.max() == 12
        for query in rows.index:
            trials = [run.trials[run.trials["cost"] <= query + 1e-9].iloc[-1] for run in runs]
            assert rows.loc[query, "regret"] == pytest.approx(np.mean([each["regret"] for each in trials]))
        assert frame.attrs["final"][strategy] == pytest.approx([run.regret for run in runs])
        # Before the first bracket has come to its end there is nothing to compare.
        assert rows.index.min() == min(math.ceil(run.trials["cost"][run.trials["incumbent"] > 0].iloc[0] - 1e-9)
                                       for run in runs)


def test_curves_are_over_full_trainings(table):
    run = vp.search(table, "hyperband", metric="accuracy", queries=15, seed=4)
    curve = run_curve(run)
    better = run.trials[run.improving]
    np.testing.assert_allclose(curve.x, [*better["cost"], run.cost])
    np.testing.assert_allclose(curve.y, [*better["regret"], run.regret])
    chance, own = drawn_curves([run], table)
    assert chance.is_chance and chance.x.max() == run.spent == math.floor(run.cost + 1e-9) and own.x.max() == run.cost


def test_agreement_of_budgets_is_spearmans():
    mnist = vp.open_table("mnist-cells")
    found = budget_agreement(mnist).set_index("budget")

    def ranks(values):
        return np.array([(values < each).sum() + ((values == each).sum() + 1) / 2 for each in values])

    full = mnist.column("validation_accuracy")
    best = full >= np.sort(full)[-math.ceil(len(full) / 10)]
    for epochs in (45, 90):
        lower = mnist.column(f"validation_accuracy_{epochs}")
        for name, chosen in (("all", np.ones(len(full), bool)), ("best", best)):
            expected = np.corrcoef(ranks(lower[chosen]), ranks(full[chosen]))[0, 1]
            assert found.loc[epochs, name] == pytest.approx(expected, abs=1e-12)
    found.loc[45, "all"] = 7
    assert budget_agreement(mnist)["all"].max() == pytest.approx(1)
    same_value = table_with({"accuracy": np.arange(64 * 4)[:len(vp.open_table("structure4"))] * 1.0,
                             "accuracy_3": 0.5, "accuracy_1": 0.5})
    assert budget_agreement(same_value, "accuracy")["all"].isna().tolist() == [True, True, False]


def test_the_full_budget_is_found_out():
    values = np.random.default_rng(0).random(len(vp.open_table("structure4")))

    def epochs(*names, metric="accuracy"):
        found = table_with({name: values for name in names})
        return with_budgets(objective_of(found, metric, "mean", None)).epochs.tolist()

    assert epochs("accuracy", "accuracy_4", "accuracy_12", "accuracy_36") == [4, 12, 36, 108]
    assert epochs("accuracy_200", "accuracy_12", "accuracy_300", metric="accuracy_200") == [12, 200]
    with pytest.raises(SearchError, match="Found accuracy_12, but not after how many epochs accuracy was measured; "
                                          "expected a number above 12"):
        epochs("accuracy", "accuracy_12")
    with pytest.raises(SearchError, match="Found accuracy_4, the lowest training budget of budgets; expected the "
                                          "metric after the full one. Choose accuracy"):
        epochs("accuracy", "accuracy_4", "accuracy_12", metric="accuracy_4")
    with pytest.raises(SearchError, match="Found no accuracy after a lower training budget in budgets; expected a "
                                          "metric such as accuracy_12"):
        epochs("accuracy", "accuracy_0", "loss_3")


@pytest.mark.parametrize(("strategy", "options", "words"), [
    ("hyperband", {"queries": 4}, "Found 4 queries for hyperband; expected at least 5, which pay for its first "
                                  "bracket: 81 cells with 1 epochs"),
    ("successive-halving", {"settings": {"skip": 4}}, "Found skip 4 of 5 training budgets; expected at most 3"),
    ("hyperband", {"settings": {"skip": -1}}, "Found skip -1; expected 0 to 998"),
    ("hyperband", {"settings": {"skip": "a"}}, "Found skip 'a'; expected a whole number"),
    ("successive-halving", {"settings": {"cells": 2_000_000}}, "Found cells 2000000; expected 0 to 1000000"),
    ("hyperband", {"metric": ["accuracy", "training_time"]}, "Found 2 metrics for hyperband, which takes one"),
    ("hyperband", {"metric": "training_time"}, "Found no training_time after a lower training budget")])
def test_impossible_budgets_are_refused(table, strategy, options, words):
    with pytest.raises(SearchError, match=words):
        vp.search(table, strategy, **{"metric": "accuracy", "queries": 40, **options})


def test_a_repeat_that_a_lower_budget_lacks_is_refused():
    mnist = vp.open_table("mnist-cells")
    columns = {"accuracy": mnist.repeats("validation_accuracy"),
               "accuracy_9": mnist.repeats("validation_accuracy_90")[:, :2],
               "accuracy_3": mnist.column("validation_accuracy_45")}
    metrics = {name: vp.open_table("mnist-cells").metric("validation_accuracy") for name in columns}
    fewer = vp.BenchmarkTable(mnist.space, mnist.packed, metrics, columns, name="fewer")
    with pytest.raises(SearchError, match="Found repeat 2 for accuracy_9, of which there are 2; expected a repeat that "
                                          "all budgets have"):
        vp.search(fewer, "hyperband", metric="accuracy", repeat=2, queries=40)
    run = vp.search(fewer, "hyperband", metric="accuracy", repeat=1, queries=40)
    assert run.budgets == (3, 9, 27)
    for trial in run.trials.itertuples():
        name = {3: "validation_accuracy_45", 9: "validation_accuracy_90", 27: "validation_accuracy"}[trial.budget]
        # What was trained once is the same whatever the repeat.
        assert trial.value == (mnist.column(name) if trial.budget == 3 else mnist.repeats(name)[:, 1])[trial.row]


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_a_file_is_opened_and_held_against_every_budget(tmp_path, ending):
    mnist = vp.open_table("mnist-cells")
    path = tmp_path / f"run{ending}"
    run = vp.search(mnist, "hyperband", queries=20, seed=1, out=tmp_path / "run.jsonl")
    if ending == ".parquet":
        run.to_parquet(path)
    opened = open_search_file(path.read_bytes(), path.name, mnist, "test_accuracy")
    pd.testing.assert_frame_equal(opened.run(mnist).trials, run.trials)
    if ending == ".jsonl":
        lines = path.read_text().splitlines()
        # The value after the full budget stands where one after a lower budget belongs.
        changed = json.loads(lines[2])
        changed["value"] = float(mnist.column("validation_accuracy")[run.trials["row"].iloc[0]])
        lines[2] = json.dumps(changed, separators=(",", ":"))
        with pytest.raises(SearchError, match="Found proposal 0 with a value that mnist-cells does not have"):
            open_search_file(("\n".join(lines[:-1]) + "\n").encode(), path.name, mnist, "test_accuracy")


def test_a_budget_without_any_value_is_named(table):
    columns = {name: table.column(name).copy() for name in table.metrics if name.startswith("accuracy")}
    columns["accuracy_1"][:] = np.nan
    # A file with such a column would lose it.
    empty = vp.BenchmarkTable(table.space, table.packed, {name: table.metric(name) for name in columns}, columns,
                              name="budgets")
    with pytest.raises(SearchError, match="Found no value of accuracy_1 in budgets; expected one after every training "
                                          "budget. Leave the lowest budgets out"):
        vp.search(empty, "hyperband", metric="accuracy", queries=30)
    run = vp.search(empty, "hyperband", metric="accuracy", queries=30, settings={"skip": 1})
    assert run.has_best and set(run.trials["budget"]) == {3, 9, 27, 81}


def test_a_comparison_in_which_no_seed_has_a_full_training_says_so(table):
    columns = {name: np.where(np.arange(len(table)) < 3, table.column(name), np.nan) for name in table.metrics
               if name.startswith("accuracy")}
    columns["accuracy"][:2], columns["accuracy_1"][2] = [0.1, 0.2], 0.5
    columns["accuracy_27"][:] = np.where(np.arange(len(table)) == 9, 0.5, np.nan)
    rare = table_with(columns)
    frame = vp.compare_searches(rare, ["successive-halving", "random"], metric="accuracy", queries=6, seeds=2)
    rows = frame[frame["strategy"] == "successive-halving"]
    assert rows["query"].tolist() == [6] and rows[["regret", "low", "high"]].isna().all(axis=None)
    ranks = search_ranks(frame)
    assert ranks.beats["random", "successive-halving"].count == 0
    assert "successive-halving" not in [curve.title for curve in comparison_curves(frame)]


def test_a_table_may_have_a_budget_for_each_epoch(tmp_path):
    size = len(vp.open_table("structure4"))
    random = np.random.default_rng(0)
    many = table_with({f"accuracy_{epochs}": random.random(size) for epochs in range(1, 101)})
    path = tmp_path / "run.jsonl"
    run = vp.search(many, "successive-halving", metric="accuracy_100", queries=600, out=path)
    assert len(run.budgets) == 100 and vp.read_search(path).trials.equals(run.trials)
    assert with_budgets(objective_of(table_with({"accuracy_9": random.random(size), "accuracy_03": random.random(size),
                                                 "accuracy_3": random.random(size)}), "accuracy_9", "mean", None)
                        ).names == ("accuracy_3", "accuracy_9")
    with pytest.raises(SearchError, match="Found 200,000 queries for successive-halving; expected at most 100,000"):
        vp.search(many, "successive-halving", metric="accuracy_100", queries=200_000)


def test_full_trainings_are_searched_where_nobody_says_what():
    frame = vp.open_table("mnist-cells").frame(cells=True)[["adjacency", "operations"]]
    values = np.random.default_rng(0).random(len(frame))
    for name in ("val_loss_4", "val_loss_12", "val_loss_36", "val_loss"):
        frame[name] = values
    found = vp.BenchmarkTable.from_frame(frame)
    assert usual_metric(found) == "val_loss" and vp.search(found, "hyperband", queries=12).budgets == (4, 12, 36, 108)


def test_a_link_opens_at_its_training(table):
    mnist = vp.open_table("mnist-cells")
    plan = plan_search(mnist, "hyperband", queries=50)
    assert read_followed("0:83", (plan,)) == (0, 83)
    assert read_followed("0:83", (plan_search(mnist, "random", queries=50),)) == (0, 50)


# Live ----------------------------------------------------------------------------------------------------------------

@pytest.fixture
def workers(monkeypatch):
    cluster = type("Workers", (FakeCluster,), {"asked": []})
    monkeypatch.setitem(__import__("sys").modules, "vanas_panel.training.live", live_hands.use(cluster))
    monkeypatch.setattr(live_module, "missing_words", lambda settings: "")
    return cluster


@pytest.mark.parametrize("strategy", BOTH)
def test_a_live_search_trains_with_fewer_steps_first(tmp_path, workers, strategy):
    live = searched(tmp_path, 1, strategy=strategy, strategy_settings=None, queries=8)
    run = live.start().wait()
    whole = tiny_settings(tmp_path)
    assert run.budgets == (4, 12) and set(run.trials["budget"]) == {4, 12} and live.told == int(run.cost) == 8
    for number, (key, budget) in enumerate(zip(run.keys.tolist(), run.proposals.budgets.tolist(), strict=True)):
        cell = live_engine.canonical_cell(vp.Cell.from_packed(key, live_hands.SPACE))[0]
        record = fake_record(cell, settings_after(whole, budget))
        values = [repeat["validation_accuracy"][-1] for repeat in record.repeats]
        told = run.proposals.values[number]
        assert math.isnan(told) if None in values else told == pytest.approx(sum(values) / 2, abs=1e-12)
    assert settings_after(whole, 4).steps == 4 and settings_after(whole, 4).budgets == (4,)
    assert settings_after(whole, 12) is whole
    again = vp.read_search(tmp_path / "run.jsonl")
    pd.testing.assert_frame_equal(again.trials, run.trials)
    run.to_parquet(tmp_path / "run.parquet")
    vp.read_search(tmp_path / "run.parquet").to_jsonl(tmp_path / "other.jsonl")
    assert (tmp_path / "other.jsonl").read_bytes() == (tmp_path / "run.jsonl").read_bytes()


def test_a_live_search_with_budgets_goes_on_where_it_was_cut(tmp_path, workers):
    path = tmp_path / "run.jsonl"
    searched(tmp_path, 1, strategy="hyperband", strategy_settings=None, queries=8).start().wait()
    content = path.read_bytes()
    for cut in np.random.default_rng(0).integers(0, len(content), 8).tolist():
        path.write_bytes(content[:cut])
        searched(tmp_path, 1, strategy="hyperband", strategy_settings=None, queries=8).start().wait()
        assert path.read_bytes() == content


@pytest.mark.parametrize("strategy", BOTH)
@pytest.mark.parametrize("count", [2, 4, 8])
def test_a_parallel_live_search_is_asked_again_as_it_was(tmp_path, workers, strategy, count):
    workers.seconds = 0.002
    options = {"strategy": strategy, "strategy_settings": None, "queries": 10}
    for seed in range(3):
        path = tmp_path / f"{seed}.jsonl"
        run = searched(tmp_path, count, path.name, seed=seed, **options).start().wait()
        content = path.read_bytes()
        pd.testing.assert_frame_equal(searched(tmp_path, count, path.name, seed=seed, **options).start().wait().trials,
                                      run.trials)
        run.to_parquet(tmp_path / f"{seed}.parquet")
        vp.read_search(tmp_path / f"{seed}.parquet").to_jsonl(tmp_path / f"{seed}-again.jsonl")
        assert path.read_bytes() == content == (tmp_path / f"{seed}-again.jsonl").read_bytes()


@pytest.mark.parametrize(("queries", "count"), [(2, 8), (3, 8), (4, 16)])
def test_many_workers_do_not_spend_what_promotions_need(tmp_path, workers, queries, count):
    workers.seconds = 0.002
    options = {"strategy": "successive-halving", "strategy_settings": None, "queries": queries}
    run = searched(tmp_path, count, **options).start().wait()
    # One bracket: three cells with 4 steps, the best of them with 12.
    assert run.has_best and (run.trials["budget"] == 12).sum() >= queries // 2


def test_eight_workers_spend_no_more_than_there_is(tmp_path, workers):
    workers.seconds = 0.002
    run = searched(tmp_path, 8, strategy="successive-halving", strategy_settings=None, queries=10).start().wait()
    assert 9 < run.cost <= 10 and run.is_used_up and run.has_best and workers.last.most > 1
    told = [line for line in (tmp_path / "run.jsonl").read_text().splitlines() if '"tell"' in line]
    assert len(told) == run.proposals.values.size


@pytest.mark.parametrize(("options", "words"), [
    ({"metric": "validation_accuracy_4"}, "Found metric validation_accuracy_4 for a strategy with several training"),
    ({"report": ["test_accuracy_4"]}, "Found metric test_accuracy_4 for a strategy"),
    ({"queries": 1}, "Found 1 queries for hyperband; expected at least 2, which pay for its first bracket"),
    ({"strategy_settings": {"skip": 5}}, "Found skip 5 of 2 training budgets; expected at most 0")])
def test_live_metrics_that_not_every_budget_has_are_refused(tmp_path, workers, options, words):
    with pytest.raises(SearchError, match=words):
        searched(tmp_path, 1, **{"strategy": "hyperband", "strategy_settings": None, **options})
