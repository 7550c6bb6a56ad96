"""The drawer Search with several metrics: the form, links, the line of a search, the front and its selection."""

import numpy as np
import page_parts
import pytest

import vanas_panel as vp
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import LinkError
from vanas_panel.panels.search.panel import Search
from vanas_panel.panels.search.pictures import Wanted, picture_of
from vanas_panel.panels.search.runner import SearchRunner
from vanas_panel.panels.search.runs_list import plan_code
from vanas_panel.searches.plan import plan_search
from vanas_panel.state.link_searches import read_searches, searches_text
from vanas_panel.state.searching import rows_of
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools

BOTH = ["validation_accuracy", "trainable_parameters"]


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def drawer(table):
    session = Session(table, drawer="search")
    SearchRunner(session)
    view = Search(session, Tools())
    for action in ("strategy:nsga2", "queries:60", "metric:validation_accuracy", "also:trainable_parameters"):
        page_parts.send(view, action)
    return view


def test_the_form_runs_what_vp_search_does(drawer, table):
    assert "and also" in page_parts.page(drawer, "search-form").text
    page_parts.send(drawer, "run")
    run = vp.search(table, "nsga2", metric=BOTH, queries=60)
    session = drawer.session
    assert session.followed_run.trials.equals(run.trials)
    said = page_parts.page(drawer, "search-runs").text
    assert f"front of {len(run.front)}" in said and "of the volume" in said
    assert plan_code(session.searches[0]) == (
        "run = vp.search(table, 'nsga2:vanas-panel', metric=['validation_accuracy', 'trainable_parameters'], "
        "queries=60, seed=0)")


def test_a_strategy_that_takes_one_metric_says_which_take_several(drawer):
    page_parts.send(drawer, "strategy:local-search")
    page_parts.send(drawer, "run")
    assert "takes several: random" in page_parts.page(drawer, "search-form").text
    assert drawer.session.searches == ()


def test_a_metric_is_not_searched_twice(drawer):
    page_parts.send(drawer, "metric:trainable_parameters")
    page_parts.send(drawer, "run")
    assert drawer.session.searches[0].metrics == ("trainable_parameters",)


def test_the_front_is_a_view_and_a_selection(drawer, table):
    page_parts.send(drawer, "run")
    assert 'data-action="tab:front"' in page_parts.html(drawer, "search-tabs")
    session = drawer.session
    session.follow_search(0, 20)
    page_parts.send(drawer, "select:front")
    np.testing.assert_array_equal(session.rows, rows_of(session.followed_run, 20, "front"))
    facts = page_parts.page(drawer, "search-query").text
    assert "on the front so far" in facts or "dominated by an earlier query" in facts
    session.add_search(plan_search(table, "random", queries=30))
    assert 'data-action="tab:front"' not in page_parts.html(drawer, "search-tabs")


@pytest.mark.parametrize(("tab", "words"), [
    ("curves", "share of the front"), ("ledger", "share of the front"), ("lineage", "svg"), ("states", "svg"),
    ("front", "Front of Validation accuracy"), ("compare", "Share of the front")])
def test_every_view_of_a_search_with_several_metrics_is_drawn(table, tab, words):
    plans = (plan_search(table, "nsga2", metric=BOTH, queries=60), plan_search(table, metric=BOTH, queries=60),
             plan_search(table, queries=60))
    runs = tuple((index, plan.run(table)) for index, plan in enumerate(plans))
    wanted = Wanted(tab, table, plans, runs, runs[0][1], 60, "regret", "queries", 10, {}, lambda: True, LIGHT, "en")
    assert words in str(picture_of(wanted))


def test_a_link_holds_all_metrics(table):
    plans = (plan_search(table, "nsga2", metric=[*BOTH, "flops"], queries=60, settings={"population": 20}),
             plan_search(table, "random", queries=60))
    text = searches_text(plans)
    assert "and=trainable_parameters:and=flops" in text
    assert read_searches(text, table, 5) == plans
    with pytest.raises(LinkError):
        read_searches(text.replace("and=flops", "and=beauty"), table, 5)
