"""Numbers of trials against loops over all trials that share nothing with them."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import vanas_panel as vp
from vanas_panel.errors import ArgumentKindError, RowOutsideTableError, SearchSpaceError, UnknownMetricError


def random_frame(seed, count=40, *, grid=False):
    """Trials with a text, numbers that are few and many, a conditional parameter, a condition, and gaps."""
    rng = np.random.default_rng(seed)
    depth = rng.integers(1, 4, count)
    frame = pd.DataFrame({
        "optimizer": rng.choice(["adam", "sgd", "rmsprop"], count),
        "depth": depth.astype(float),
        "units": np.where(depth > 1, rng.choice([32.0, 64.0], count), np.nan),
        "dataset": rng.choice(["cifar", "svhn"], count),
        "accuracy": rng.normal(100, 1, count).round(3),
    })
    if not grid:
        frame["lr"] = 10 ** rng.uniform(-5, -1, count)
    frame.loc[rng.random(count) < 0.1, "accuracy"] = np.nan
    return frame


def plain_value(value):
    """A value, None where there is none."""
    return None if value is None or value != value else value


def table_of(frame, states=None):
    kinds = {name: "parameter" for name in ("units", "lr") if name in frame}
    return vp.open_trials(frame if states is None else frame.assign(state=states), kinds=kinds)


def bins_of(values, bins):
    """Levels of a numeric parameter, by counting."""
    known = sorted(value for value in values if value is not None)
    distinct = sorted(set(known))
    if len(distinct) <= 8:
        return [(value, value) for value in distinct]
    ends = []
    for part in range(1, bins + 1):
        ends.append(next(value for value in distinct
                         if sum(each <= value for each in known) * bins >= part * len(known)))
    ends = sorted(set(ends))
    starts = [distinct[0], *(min(value for value in distinct if value > end) for end in ends[:-1])]
    return list(zip(starts, ends, strict=True))


def is_at(value, level):
    return value == level if isinstance(level, str) else level[0] <= value <= level[1]


def levels_by_hand(values, bins):
    known = [value for value in values if value is not None]
    return sorted(set(known)) if known and isinstance(known[0], str) else bins_of(values, bins)


def key_of(row):
    return row["value"] if math.isnan(row["lowest"]) else (row["lowest"], row["highest"])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("bins", [2, 4, 7])
def test_importance_is_a_difference_of_two_means(seed, bins):
    frame = random_frame(seed)
    table = table_of(frame)
    found = vp.parameter_importance(table, "accuracy", bins=bins)
    known = frame[frame["accuracy"].notna()]
    seen = 0
    for parameter in table.parameters:
        pairs = [(plain_value(value), metric) for value, metric in zip(known[parameter], known["accuracy"],
                                                                       strict=True)]
        is_set = [(value, metric) for value, metric in pairs if value is not None]
        assert found.attrs["not_set"][parameter] == len(pairs) - len(is_set)
        for level in levels_by_hand([value for value, _ in pairs], bins):
            with_it = [metric for value, metric in is_set if is_at(value, level)]
            without = [metric for value, metric in is_set if not is_at(value, level)]
            row, = (row for _, row in found[found["parameter"] == parameter].iterrows() if key_of(row) == level)
            seen += 1
            assert (row["n_with"], row["n_without"]) == (len(with_it), len(without))
            assert row["importance"] == pytest.approx(np.mean(with_it) - np.mean(without), abs=1e-9)
            assert (row["mean_with"], row["mean_without"]) == pytest.approx((np.mean(with_it), np.mean(without)))
            interval = stats.ttest_ind(with_it, without, equal_var=False).confidence_interval(0.95)
            assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), abs=1e-7, nan_ok=True)
    assert len(found) == seen


@pytest.mark.parametrize("seed", range(12))
def test_matched_importance_is_over_all_pairs_that_differ_in_one_parameter(seed):
    frame = random_frame(seed, 60, grid=True)
    table = table_of(frame)
    assert table.conditions == ("dataset",)
    found = vp.matched_parameter_importance(table, "accuracy")
    rows = [{name: plain_value(value) for name, value in row.items()} for row in frame.to_dict("records")]
    rows = [row for row in rows if row["accuracy"] is not None]
    total = 0
    for parameter in table.parameters:
        others = [name for name in (*table.parameters, "dataset") if name != parameter]
        pairs = [(one, other) for one, other in itertools.permutations(rows, 2)
                 if all(one[name] == other[name] for name in others)
                 and None not in (one[parameter], other[parameter]) and one[parameter] != other[parameter]]
        for level in levels_by_hand([row[parameter] for row in rows], 4):
            differences = [one["accuracy"] - other["accuracy"] for one, other in pairs if is_at(one[parameter], level)]
            row, = (row for _, row in found[found["parameter"] == parameter].iterrows() if key_of(row) == level)
            assert row["n_pairs"] == len(differences)
            total += len(differences)
            if not differences:
                assert math.isnan(row["importance"])
                continue
            assert row["importance"] == pytest.approx(np.mean(differences), abs=1e-9)
            if len(differences) > 1:
                reach = stats.t.ppf(0.975, len(differences) - 1) * stats.sem(differences)
                assert (row["low"], row["high"]) == pytest.approx((np.mean(differences) - reach,
                                                                   np.mean(differences) + reach), abs=1e-7)
    assert total > 20


@given(st.permutations(range(40)))
def test_importance_does_not_depend_on_the_order_of_trials(order):
    frame = random_frame(3)
    one = vp.parameter_importance(table_of(frame), "accuracy")
    other = vp.parameter_importance(table_of(frame.iloc[order].reset_index(drop=True)), "accuracy")
    columns = ["parameter", "value"]
    pd.testing.assert_frame_equal(one.sort_values(columns, ignore_index=True),
                                  other.sort_values(columns, ignore_index=True), check_exact=False, rtol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_matches_are_those_of_a_loop(seed):
    frame = random_frame(seed, 60)
    table = table_of(frame)
    where = {"optimizer": ["adam", "sgd"], "lr": (None, 1e-2), "depth": 2, "units": None if seed % 5 == 0 else {32, 64}}
    found = vp.matching_trials(table, where, "accuracy", top=4, start=1)

    def keeps(row, but=""):
        return ((but == "optimizer" or row["optimizer"] in ("adam", "sgd")) and (but == "lr" or row["lr"] <= 1e-2)
                and (but == "depth" or row["depth"] == 2)
                and (but == "units" or (math.isnan(row["units"]) if seed % 5 == 0 else row["units"] in (32, 64))))

    rows = frame.to_dict("records")
    matching = [number for number, row in enumerate(rows) if keeps(row)]
    values = frame["accuracy"]
    ranked = sorted(matching, key=lambda number: (math.isnan(values[number]), -values[number]
                                                  if not math.isnan(values[number]) else 0, number))
    assert found["row"].tolist() == ranked[1:5]
    assert found.attrs["matches"] == len(matching)
    known = values[matching].dropna()
    assert found.attrs["best"] == pytest.approx(known.max(), nan_ok=True)
    assert found.attrs["median"] == pytest.approx(known.median(), nan_ok=True)
    assert found.attrs["without"] == ({} if matching else {
        name: sum(keeps(row, name) for row in rows) for name in where})


@pytest.mark.parametrize("seed", range(12))
def test_nearest_differ_in_the_fewest_parameters(seed):
    frame = random_frame(seed)
    table = table_of(frame)
    own = seed
    found = vp.nearest_trials(table, own, "accuracy", top=100)
    rows = [{name: plain_value(value) for name, value in row.items()} for row in frame.to_dict("records")]
    expected = []
    for number, row in enumerate(rows):
        if number == own or row["accuracy"] is None or row["dataset"] != rows[own]["dataset"]:
            continue
        changed, distance = [], 0.0
        for name in table.parameters:
            mine, other = rows[own][name], row[name]
            if mine == other:
                continue
            changed.append(name)
            if isinstance(mine, float) and isinstance(other, float):
                distinct = sorted({each[name] for each in rows if each[name] is not None})
                distance += abs(distinct.index(mine) - distinct.index(other)) / max(len(distinct) - 1, 1)
            else:
                distance += 1
        expected.append((len(changed), distance / len(table.parameters), number, tuple(changed)))
    expected.sort(key=lambda each: (each[0], round(each[1], 12), each[2]))
    assert found["row"].tolist() == [number for _, _, number, _ in expected]
    assert found["changed"].tolist() == [changed for *_, changed in expected]
    assert found["differences"].tolist() == [count for count, *_ in expected]
    np.testing.assert_allclose(found["distance"], [distance for _, distance, *_ in expected], atol=1e-12)
    np.testing.assert_allclose(found["difference"], frame["accuracy"][found["row"]] - frame["accuracy"][own])


def test_only_complete_trials_count_unless_others_are_asked_for():
    frame = pd.DataFrame({"a": ["x", "x", "y", "y"], "loss": [1.0, 9.0, 3.0, 5.0]})
    table = table_of(frame, ["complete", "pruned", "complete", "failed"])
    assert table.state_counts == {"complete": 2, "failed": 1, "pruned": 1}
    assert vp.parameter_importance(table, "loss")["importance"].tolist() == [2.0, -2.0]
    every = vp.parameter_importance(table, "loss", table.rows_in("complete", "pruned"))
    assert every.set_index("value").loc["x", "importance"] == 2.0
    assert vp.matching_trials(table, {}, "loss").attrs["matches"] == 2
    assert vp.nearest_trials(table, 1, "loss")["row"].tolist() == [0, 2]


def test_front_of_trials():
    frame = pd.DataFrame({"lr": [0.1, 0.2, 0.3, 0.4], "accuracy": [0.9, 0.8, 0.7, 0.95],
                          "latency": [3.0, 1.0, 2.0, 3.0]})
    assert vp.pareto_front(table_of(frame), ["accuracy", "latency"]).tolist() == [1, 3]
    assert vp.pareto_front(table_of(frame, ["ok", "ok", "ok", "failed"]), ["accuracy", "latency"]).tolist() == [0, 1]


def test_values_near_the_largest_number_do_not_overflow():
    frame = pd.DataFrame({"a": ["x", "x", "y", "y"], "loss": [1.7e308, 1.5e308, 1e308, 1.2e308]})
    found = vp.parameter_importance(table_of(frame), "loss")
    assert found["importance"].tolist() == pytest.approx([5e307, -5e307])


def test_tables_of_trials_without_parameters_or_values_give_empty_frames():
    table = table_of(pd.DataFrame({"accuracy": [0.1, 0.2]}))
    assert len(vp.parameter_importance(table, "accuracy")) == 0
    assert len(vp.matched_parameter_importance(table, "accuracy")) == 0
    assert vp.nearest_trials(table, 0, "accuracy")["row"].tolist() == [1]
    nothing = vp.parameter_importance(table_of(random_frame(1)), "accuracy", [])
    assert len(nothing) == 0


@pytest.mark.parametrize("where", [{"lr": (2, 1)}, {"lr": "fast"}, {"optimizer": (1, 2)}, {"lr": (None, math.nan)},
                                   {"nothing": 1}, {"lr": (1,)}, [1]])
def test_requirements_that_are_none(where):
    with pytest.raises(SearchSpaceError, match="expected"):
        vp.matching_trials(table_of(random_frame(1)), where, "accuracy")


def test_arguments_of_a_wrong_kind():
    table = table_of(random_frame(1))
    with pytest.raises(ArgumentKindError, match="at least 2"):
        vp.parameter_importance(table, "accuracy", bins=1)
    with pytest.raises(ArgumentKindError, match="vp.open_trials"):
        vp.parameter_importance("study.db", "accuracy")
    with pytest.raises(UnknownMetricError, match="expected one of accuracy"):
        vp.matching_trials(table, {}, "lr")
    with pytest.raises(RowOutsideTableError, match="0 to 39"):
        vp.nearest_trials(table, 40, "accuracy")
    with pytest.raises(ArgumentKindError, match="no cells"):
        vp.edge_importance(table)


def test_the_only_trial_has_no_neighbour():
    trials = vp.open_trials(pd.DataFrame({"lr": [0.1], "opt": ["adam"], "loss": [0.5]}))
    found = vp.nearest_trials(trials, 0, "loss")
    assert found.empty and found.attrs["compared"] == 0
    assert vp.nearest_trials(vp.open_trials(pd.DataFrame({"loss": [0.5, 0.4]})), 0, "loss")["changed"].tolist() == [()]
