"""Views of a table of trials: links, actions, and what is found, against plain pandas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.trial_importance import parameter_importance
from vanas_panel.draw.theme import LIGHT
from vanas_panel.draw.trials.axes import axes_html
from vanas_panel.draw.trials.map import map_html
from vanas_panel.readers.trials import open_trials
from vanas_panel.state.trials_actions import acted, boxed
from vanas_panel.state.trials_found import found, pages, standing
from vanas_panel.state.trials_view import ROW, TrialsView, starting_view, view_from_query, view_query

STATES = ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE", "FAIL", "COMPLETE", "COMPLETE", "COMPLETE"]
FRAME = pd.DataFrame({
    "number": range(8), "state": STATES, "value": [0.5, 0.9, 0.2, 0.7, None, 0.4, 0.8, 0.6],
    "params_lr": [0.1, 0.01, 0.2, 0.001, 0.1, 0.3, 0.02, 0.05],
    "params_opt=x": ["adam", "sgd", "adam", "a.b", "sgd", None, "adam", "sgd"],
    "params_depth": [1, 2, 3, 4, 1, 2, 3, 4]})


@pytest.fixture(scope="module")
def table():
    return open_trials(FRAME, directions={"value": True})


def test_a_page_starts_with_its_best_trial_over_its_finest_parameter(table):
    view = starting_view(table)
    assert (view.metric, view.x, view.y, view.color, view.chosen) == ("value", "lr", "value", "value", 1)
    assert view_query(view, view) == ""


VIEWS = st.builds(
    TrialsView, metric=st.just("value"), x=st.sampled_from(["lr", "depth", ROW]), y=st.sampled_from(["value", "lr"]),
    color=st.sampled_from(["value", "depth", ROW]),
    where=st.dictionaries(st.just("lr") | st.just("depth") | st.just(ROW), st.tuples(
        st.none() | st.floats(-1e300, 0), st.none() | st.floats(0, 1e300)).filter(any), max_size=3).flatmap(
            lambda ranges: st.sampled_from([ranges, {**ranges, "opt=x": "a.b"}, {**ranges, "opt=x": None}])),
    chosen=st.none() | st.integers(0, 7), form=st.sampled_from(["plain", "matched"]),
    over=st.sampled_from(["all", "matching"]), states=st.sampled_from(["complete", "every"]),
    order=st.sampled_from(["", "lr", "opt=x"]), reverse=st.booleans(), page=st.integers(0, 3),
    better=st.sampled_from([{}, {"value": "lower"}, {"value": "neither"}]), dark=st.booleans(),
    lang=st.sampled_from(["", "en", "ko"]))


@given(view=VIEWS)
def test_a_link_opens_the_same_view(table, view):
    again, messages = view_from_query(view_query(view, starting_view(table)), table)
    assert again == view and not messages


def test_what_a_link_asks_for_and_the_table_lacks_is_said(table):
    view, messages = view_from_query("metric=loss&x=opt%3Dx&in.lr=3..1&is.depth=4&in.opt%3Dx=1..2&row=99"
                                     "&better.lr=lower&form=odd&nothing=1&page=-1&in.gone=1..2", table)
    assert view == starting_view(table)
    assert [str(each) for each in messages] == [
        "The link's loss is no column of this table.", "The link's opt=x is no column of this table.",
        "The link's requirement 3..1 of lr is none.", "The link's requirement 4 of depth is none.",
        "The link's requirement 1..2 of opt=x is none.", "The link's row 99 is not in this table.",
        "The link's lr is no column of this table.", "The link's page -1 is not in this table.",
        "The link's gone is no column of this table."]


@given(text=st.text(max_size=60))
def test_any_text_is_a_link_and_an_action(table, text):
    start = starting_view(table)
    view_from_query(text, table)
    names = ("low", "high", "is", "take", "row", "page", "sort", "drop", "metric", "better", "x", "")
    for name in names:
        view, _ = acted(table, start, f"{name}:{text}")
        found(table, view)


def test_actions_set_and_leave_out_requirements(table):
    place = {name: number for number, name in enumerate(table.columns)}
    view = starting_view(table)

    def act(view, action):
        after, wrong = acted(table, view, action)
        assert wrong is None
        return after

    view = act(act(view, f"low:{place['lr']}:1e-2"), f"high:{place['lr']}: 0.1 ")
    assert view.where == {"lr": (0.01, 0.1)}
    view = act(view, f"is:{place['opt=x']}:=sgd")
    assert view.where == {"lr": (0.01, 0.1), "opt=x": "sgd"}
    view = act(act(view, f"low:{place['lr']}:"), f"high:{place['lr']}:")
    assert view.where == {"opt=x": "sgd"}
    assert act(view, f"is:{place['opt=x']}:-").where == {"opt=x": None}
    assert act(view, f"is:{place['opt=x']}:").where == {}
    taken = act(view, 'take:["depth", [1, 2]]')
    assert taken.where == {"opt=x": "sgd", "depth": (1.0, 2.0)}
    assert act(taken, 'take:["depth", [1.0, 2.0]]').where == {"opt=x": "sgd"}
    assert act(taken, "clear").where == {}
    assert act(boxed(table, taken, (0.0, 5.0), (0.3, 0.1)), "drop:0").where["value"] == (0.1, 0.3)


def test_a_number_that_is_none_and_a_range_the_wrong_way_round_are_said(table):
    place = [*table.columns].index("lr")
    view = starting_view(table).having("lr", (0.2, None))
    for typed, words in (("0,1", "Found '0,1' for lr; expected a number such as 0.01"),
                         ("inf", "Found 'inf' for lr"), ("0.1", "Found 0.2 as the lowest and 0.1 as the highest")):
        after, wrong = acted(table, view, f"high:{place}:{typed}")
        assert after == view and str(wrong).startswith(words)


def test_what_is_found_is_what_pandas_finds(table):
    frame = FRAME[FRAME["state"] == "COMPLETE"]
    view = replace(starting_view(table), over="matching", order="lr").having("lr", (0.01, 0.1)).having("opt=x", "sgd")
    keep = frame[frame["params_lr"].between(0.01, 0.1) & (frame["params_opt=x"] == "sgd")]
    shown = found(table, view)
    assert shown.matching.tolist() == keep.index.tolist() == [1, 7]
    assert shown.best.tolist() == keep.sort_values("value", ascending=False).index.tolist()
    assert shown.listed.tolist() == keep.sort_values("params_lr").index.tolist()
    assert found(table, replace(view, reverse=True)).listed.tolist() == [7, 1]
    pd.testing.assert_frame_equal(shown.importance, parameter_importance(table, "value", keep.index.to_numpy()))
    every = found(table, replace(view, states="every"))
    assert every.matching.tolist() == [1, 4, 7] and every.rows.size == 8
    assert found(table, view.having(ROW, (2.0, None))).matching.tolist() == [7]


def test_where_none_matches_each_requirement_is_weighed(table):
    view = starting_view(table).having("lr", (0.25, None)).having("opt=x", "adam")
    shown = found(table, view.having(ROW, (0.0, 6.0)))
    assert not shown.matching.size and not shown.best.size
    assert shown.without == {"lr": 2, "opt=x": 1, ROW: 0}


def test_importance_is_kept_while_its_trials_are_the_same(table):
    view = starting_view(table)
    first = found(table, view)
    second = found(table, replace(view, chosen=3), first)
    assert second.importance is first.importance
    assert found(table, replace(view, form="matched"), first).importance is not first.importance
    assert found(table, replace(view, states="every"), first).importance is not first.importance


def test_a_direction_that_a_person_chose_turns_the_best(table):
    view, _ = acted(table, starting_view(table), "better:lower")
    assert view.better == {"value": "lower"} and found(table, view).best[0] == 5
    assert acted(table, view, "better:higher")[0].better == {}


def test_where_a_trial_stands(table):
    assert standing(table, "value", 1) == (5, 5) and standing(table, "value", 5) == (0, 5)
    assert standing(table, "value", 4) is None
    assert standing(table.with_direction("value", False), "value", 5) == (5, 5)
    # Of a pruned trial: among the complete ones.
    assert standing(table, "value", 2) == (0, 6)


def test_pages_of_a_long_table():
    random = np.random.default_rng(0)
    long = open_trials(pd.DataFrame({"lr": random.random(105), "loss": random.random(105)}))
    view, seen = starting_view(long), []
    for page in range(pages(105)):
        seen += found(long, replace(view, page=page)).listed.tolist()
    assert seen == np.argsort(long.column("loss"), kind="stable").tolist()
    assert found(long, replace(view, page=99)).listed.tolist() == seen[100:]


@pytest.mark.parametrize("change", [
    {"where": {"lr": (0.2, None)}}, {"chosen": 3}, {"metric": "depth"}, {"states": "every"}, {"form": "matched"},
    {"where": {"lr": (0.2, None)}, "over": "matching"}, {"better": {"loss": "higher"}}, {"x": "depth"},
    {"color": "lr"}])
def test_what_is_kept_from_the_view_before_changes_nothing(change):
    frame = pd.DataFrame({"lr": [0.1, 0.2, 0.3, 0.4, None, 0.2], "opt": ["a", "b", None, "a", "b", "b"],
                          "loss": [1.0, 3.0, 2.0, 5.0, 4.0, 3.5], "depth": [1, 2, 3, 1, 2, 3],
                          "state": ["COMPLETE"] * 5 + ["PRUNED"]})
    table = open_trials(frame, kinds={"depth": "metric"})
    start = starting_view(table)
    before = found(table, start)
    axes_html(before, LIGHT)
    map_html(before)
    view = replace(start, **change)
    quick, anew = found(table, view, before), found(table, view)
    for one, other in ((quick.nearest, anew.nearest), (quick.importance, anew.importance)):
        pd.testing.assert_frame_equal(one, other)
    assert quick.rows.tolist() == anew.rows.tolist() and quick.matching.tolist() == anew.matching.tolist()
    assert axes_html(quick, LIGHT) == axes_html(anew, LIGHT) and map_html(quick) == map_html(anew)
