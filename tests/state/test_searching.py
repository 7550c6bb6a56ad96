"""Searches of a session: what it keeps, follows, selects and writes into links."""

import numpy as np
import pytest
from demo_tables import demo_table

import vanas_panel as vp
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.plan import SearchPlan, plan_search, read_settings
from vanas_panel.state.carry_over import carry
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.searching import MOST_SEARCHES
from vanas_panel.state.session import Session


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def session(table):
    return Session(table)


def plan(table, strategy="random", **options):
    return plan_search(table, strategy, **{"queries": 40, **options})


def test_plan_runs_equal_vp_search(table):
    made = plan(table, "regularised-evolution:naszilla", seed=3, settings={"population": 20})
    run = vp.search(table, "regularised-evolution:naszilla", queries=40, seed=3, settings={"population": 20})
    assert made.run(table).trials.equals(run.trials)
    assert made.settings == (("population", 20),)


def test_settings_that_equal_the_preset_are_no_difference(table):
    usual = plan(table, "regularised-evolution", queries=60)
    population = usual.chosen.settings.population
    assert plan(table, "regularised-evolution", queries=60, settings={"population": population}).settings == ()


@pytest.mark.parametrize(("options", "words"), [
    ({"strategy": "magic"}, "Found strategy 'magic'"), ({"metric": "beauty"}, "beauty"),
    ({"queries": 0}, "Found queries 0"), ({"seed": -1}, "Found seed -1"), ({"repeat": 99}, "Found repeat 99"),
    ({"strategy": "regularised-evolution", "queries": 10}, "Found 10 queries for a population"),
    ({"queries": 101, "most": 100}, "from 1 to 100")])
def test_a_plan_that_cannot_run_is_refused(table, options, words):
    with pytest.raises(VanasError, match=words):
        plan(table, **options)


def test_settings_are_read_as_the_kind_they_have():
    texts = {"population": "20", "edge_flip": "0.25", "selection": "rank"}
    assert read_settings("regularised-evolution", texts) == {"population": 20, "edge_flip": 0.25, "selection": "rank"}
    with pytest.raises(SearchError, match="Found population 'many'"):
        read_settings("regularised-evolution", {"population": "many"})


def test_a_search_has_a_run_or_an_error(session, table):
    made = plan(table)
    session.add_search(made)
    run, error = made.run(table), SearchError("disk")
    session.take_run(made, error)
    assert (session.search_errors, session.runs) == ({made: error}, {})
    session.take_run(made, run)
    assert (session.search_errors, session.runs) == ({}, {made: run})
    session.take_run(made, error)
    assert (session.search_errors, session.runs) == ({made: error}, {})


def test_a_search_that_is_added_is_followed_to_its_end(session, table):
    first, second = plan(table), plan(table, "local-search")
    session.add_search(first)
    session.add_search(second)
    assert session.searches == (first, second) and session.followed == (1, 0) and session.followed_run is None
    session.run_searches()
    assert session.followed_run.strategy == "local-search:first" and session.followed_query == 40
    session.add_search(first)
    assert len(session.searches) == 2 and session.followed == (0, 0)


def test_no_more_searches_than_colours(session, table):
    for seed in range(MOST_SEARCHES):
        session.add_search(plan(table, seed=seed))
    with pytest.raises(SearchError, match="Remove one first"):
        session.add_search(plan(table, seed=MOST_SEARCHES))
    assert len(session.searches) == MOST_SEARCHES


@pytest.mark.parametrize(("removed", "followed"), [(0, (0, 7)), (1, (1, 0)), (2, (1, 7))])
def test_a_removed_search_leaves_the_others_followed(session, table, removed, followed):
    plans = [plan(table, seed=seed) for seed in range(3)]
    session.searches = plans
    session.run_searches()
    session.followed = (1, 7)
    session.remove_search(removed)
    plans.pop(removed)
    assert session.searches == tuple(plans) and set(session.runs) == set(plans)
    assert session.followed == followed


def test_the_last_search_that_is_removed_leaves_nothing(session, table):
    session.add_search(plan(table))
    session.run_searches()
    session.remove_search(0)
    assert (session.searches, session.followed, session.runs) == ((), None, {})


def test_rows_of_a_search_are_those_that_a_loop_finds(session, table):
    session.add_search(plan(table, "regularised-evolution:naszilla", queries=80))
    session.run_searches()
    trials = session.followed_run.trials
    for query in (1, 17, 80):
        session.follow_search(0, query)
        seen, repeated, improving, best = set(), set(), set(), -np.inf
        for row, value in zip(trials["row"][:query], trials["value"][:query], strict=True):
            if row in seen:
                repeated.add(row)
            seen.add(row)
            if value > best:
                best = value
                improving.add(row)
        assert session.search_rows("asked").tolist() == sorted(seen)
        assert session.search_rows("repeated").tolist() == sorted(repeated)
        assert session.search_rows("improving").tolist() == sorted(improving)
    session.select_searched("improving")
    assert session.rows.tolist() == sorted(improving)
    with pytest.raises(SearchError, match="Found 'best'"):
        session.search_rows("best")


def test_an_empty_named_selection_says_so_and_selects_nothing(session, table):
    session.select_searched("asked")
    assert session.rows is None and session.message == "No cell of this search is one of these."
    session.add_search(plan(table))
    session.run_searches()
    session.follow_search(0, 1)
    session.message = ""
    session.select_searched("repeated")
    assert session.rows is None and session.message


def test_a_query_beyond_the_run_is_its_last_one(session, table):
    session.add_search(plan(table))
    session.run_searches()
    session.follow_search(0, 10_000)
    assert session.followed_query == 40


def test_a_search_that_cannot_run_keeps_its_error(session, table):
    session.add_search(SearchPlan("random", "beauty"))
    session.run_searches()
    (error,) = session.search_errors.values()
    assert "beauty" in str(error) and session.missing_searches == ()


def test_a_switched_direction_runs_searches_again(session, table):
    session.add_search(plan(table))
    session.run_searches()
    best = session.followed_run.trials["best"].iloc[-1]
    session.better = {session.searches[0].metric: False}
    assert session.runs == {}
    session.run_searches()
    assert session.followed_run.trials["best"].iloc[-1] < best


@pytest.mark.parametrize("value", [3, (1,), (0, -1), ("a", 1), (0, 1.5)])
def test_followed_search_is_validated(session, value):
    with pytest.raises(SearchError, match="expected the index of a search"):
        session.followed = value


def test_searches_are_checked(session):
    with pytest.raises(SearchError, match="Found str among searches"):
        session.searches = ("random",)
    with pytest.raises(SearchError, match="Found int among searches"):
        session.searches = 5


def test_links_hold_searches_and_the_query(session, table):
    session.add_search(plan(table, "regularised-evolution:naszilla", seed=3, settings={"population": 20,
                                                                                      "edge_flip": 0.25}))
    session.add_search(plan(table, "random", repeat="draw", metric="test_accuracy"))
    session.follow_search(0, 17)
    query = to_query(session)
    assert "query=0:17" in query and "regularised-evolution@naszilla:" in query
    restored, messages = restore(query, [table])
    assert messages == () and restored.state == session.state and restored.searches == session.searches


@pytest.mark.parametrize(("text", "words"), [
    ("random", "expected a search such as"), ("random:beauty:mean:5:0", "Found 'beauty'"),
    ("magic:test_accuracy:mean:5:0", "Found strategy 'magic'"),
    ("random:test_accuracy:mean:5000000:0", "Found queries 5000000"),
    ("random:test_accuracy:mean:5:0:x", "expected a search such as"),
    ("random:test_accuracy:mean:5:0:x=1", "Found setting 'x'"),
    ("regularised-evolution:test_accuracy:mean:500:0:population=a", "Found population 'a'"),
    (",".join(["random:test_accuracy:mean:5:0"] * 6), "Found 6 searches")])
def test_links_with_bad_searches_say_so_and_show_the_rest(table, text, words):
    session, messages = restore(f"metric=test_accuracy&search={text}&query=0:3", [table])
    assert session.searches == () and session.followed is None and session.metric == "test_accuracy"
    assert any(words in each for each in messages), messages


def test_another_table_keeps_searches_that_it_can_run(session, table):
    session.add_search(plan(table, metric="test_accuracy"))
    other = demo_table()
    carried = carry(session, other)
    assert carried.session.searches == session.searches and carried.session.followed == (0, 0)
    session.searches = [plan(table, metric="train_accuracy")] if "train_accuracy" in table.metrics else [
        SearchPlan("random", "absent")]
    carried = carry(session, other)
    assert carried.session.searches == () and "the searches, since" in carried.left
