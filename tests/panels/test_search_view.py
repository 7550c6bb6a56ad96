"""The drawer Search without a browser: form, searches, slider, selections and pictures."""

import numpy as np
import page_parts
import pytest
from demo_tables import demo_table
from search_drawer import Drawer

import vanas_panel as vp
from vanas_panel.draw.map.trail import ASKED, BEST
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import SearchError
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.search import pictures
from vanas_panel.panels.search.form import SearchForm
from vanas_panel.panels.search.pictures import Wanted, picture_of
from vanas_panel.panels.search.runner import SearchRunner
from vanas_panel.searches.plan import plan_search
from vanas_panel.searches.proposals import Proposals
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.session import Session


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def drawer(table):
    return Drawer(table)


def test_form_runs_equal_vp_search(drawer, table):
    drawer.run("regularised-evolution", 80, preset="naszilla", metric="test_accuracy", seed=7)
    run = vp.search(table, "regularised-evolution:naszilla", metric="test_accuracy", queries=80, seed=7)
    session = drawer.session
    assert session.followed_run.trials.equals(run.trials)
    assert f"{run.duplicates} of 80 repeated" in drawer.text("runs")
    assert drawer.player.visible and drawer.player.last == 80 == drawer.player.query


def test_settings_go_into_the_search_and_its_name(drawer):
    drawer.act("strategy:regularised-evolution")
    drawer.act("settings")
    assert 'data-action="set-population"' in drawer.html("form")
    drawer.run("regularised-evolution", 80, **{"set-population": "20"})
    (plan,) = drawer.session.searches
    assert dict(plan.settings) == {"population": 20} and "population 20" in drawer.text("runs")


def test_training_budgets_are_followed_and_only_full_trainings_are_best(drawer, table):
    drawer.run("hyperband", 20)
    run = vp.search(table, "hyperband", queries=20)
    session = drawer.session
    assert session.followed_run.trials.equals(run.trials) and drawer.player.last == len(run) > 20
    drawer.act("new")
    assert "Queries count full trainings; budgets are 45, 90, 180 epochs or steps." in drawer.text("form")
    drawer.slide(1)
    assert "budget 45 of 180" in drawer.text("query") and "not compared with full trainings" in drawer.text("query")
    assert "Go to the best" not in drawer.text("query")
    first = int(run.trials["incumbent"].iloc[-1])
    drawer.slide(first)
    assert "budget 180 of 180" in drawer.text("query") and "best so far" in drawer.text("query")
    drawer.act("tab:states")
    assert 'class="vp-budgets"' in drawer.html("picture") and "among the best tenth" in drawer.text("picture")
    drawer.act("tab:ledger")
    assert "Cost in full trainings" in drawer.text("picture")
    for tab in ("curves", "lineage", "compare"):
        drawer.act(f"tab:{tab}")
        assert "<svg" in drawer.html("picture")
    assert session.search_rows("improving").size == len(set(run.trials["row"][run.improving]))


def test_a_search_without_a_full_training_takes_no_colour_of_another_one(drawer):
    for seed in (0, 1):
        drawer.run("hyperband", 20, seed=seed)
    session = drawer.session
    first, second = session.searches
    whole = session.runs[first]
    asked = whole.proposals
    session.take_run(first, SearchRun(whole.header, Proposals(
        asked.trace[:3], asked.values[:3], asked.seconds[:3], {name: each[:3] for name, each in asked.reports.items()},
        budgets=asked.budgets[:3]), is_finished=False))
    assert not session.runs[first].has_best and session.runs[second].has_best
    drawer.act("follow:1")
    drawn = drawer.html("picture")
    assert LIGHT.series[1] in drawn and LIGHT.series[0] not in drawn
    # It is no search of another metric.
    assert "left out" not in drawer.text("picture")
    drawer.act("follow:0")
    assert LIGHT.series[0] not in drawer.html("picture")


def test_a_table_without_training_budgets_says_so():
    drawer = Drawer(vp.open_table("structure4"))
    drawer.run("successive-halving", 20)
    assert "after a lower training budget in structure4" in drawer.text("form") and not drawer.session.searches


@pytest.mark.parametrize(("field", "words"), [
    ("queries:many", "Found queries &#39;many&#39;"), ("queries:0", "Found queries 0"), ("seed:-1", "Found seed -1"),
    ("queries:5001", "from 1 to 5,000"), ("queries:20", "Found 20 queries for a population"),
    ("queries:<b>1</b>", "&lt;b&gt;"), ("metric:beauty", "beauty"), ("set-population:x", "Found population")])
def test_a_search_that_cannot_run_says_why_and_leaves_the_page(drawer, field, words):
    drawer.act(field)
    drawer.act("run")
    assert words in drawer.html("form") and drawer.session.searches == ()
    for name, value in {"queries": 60, "seed": 0, "metric": "test_accuracy", "preset": "naszilla"}.items():
        drawer.act(f"{name}:{value}")
    drawer.act("run")
    assert len(drawer.session.searches) == 1 and "Found" not in drawer.html("form")


def test_the_next_search_has_the_next_seed(drawer):
    drawer.run(seed=4)
    drawer.act("new")
    drawer.act("run")
    assert [plan.seed for plan in drawer.session.searches] == [4, 5]


def test_a_page_that_is_full_says_so_in_the_form(drawer):
    for seed in range(5):
        drawer.run("random", 30, seed=seed)
    drawer.run("random", 30, seed=9)
    assert "Remove one first" in drawer.html("form") and len(drawer.session.searches) == 5


@pytest.mark.parametrize("action", ["follow:9", "remove:9", "query:0", "query:999", "load:999", "select:best", "tab:x",
                                    "seeds:7", "strategy:magic", "preset:x", "set-x:1", "x", "follow:", "é:"])
def test_unknown_actions_change_nothing(drawer, action):
    drawer.run()
    before = drawer.session.state
    drawer.act(action)
    assert drawer.session.state == before


def test_the_slider_moves_map_words_and_selections(drawer, table):
    overview = Overview(drawer.session)
    drawer.run("regularised-evolution", 80)
    drawer.slide(17)
    trials = drawer.session.followed_run.trials.iloc[:17]
    assert drawer.session.followed == (0, 17) and "Query 17" in drawer.text("query")
    assert f"asked {trials['row'].nunique()}" in drawer.text("query")
    points = {each.name: each.data_source.data for each in page_parts.figure_of(overview).renderers if each.name}
    assert len(points[BEST]["x"]) == int((trials["query"] == trials["incumbent"]).sum())
    assert 0 < len(points[ASKED]["x"]) <= trials["row"].nunique()
    drawer.act("select:asked")
    assert drawer.session.rows.tolist() == sorted(trials["row"].unique())
    assert 'data-action="select:asked" aria-pressed="true"' in drawer.html("query")
    drawer.act("select:asked")
    assert drawer.session.rows is None


@pytest.mark.parametrize("sent", [0, -5, 10**9, "7", None, [3], 2.5])
def test_the_slider_takes_no_query_that_there_is_not(drawer, sent):
    drawer.run(queries=60)
    drawer.slide(sent)
    assert 1 <= drawer.session.followed_query <= 60


def test_a_query_and_its_parent_load_into_the_designer(drawer, table):
    drawer.run("regularised-evolution", 80)
    run = drawer.session.followed_run
    query = int(run.trials.index[run.trials["how"] == "mutation"][0]) + 1
    drawer.act(f"query:{query}")
    drawer.act(f"load:{query}")
    key = table.space.key_of(drawer.session.cell)
    assert key == table.space.key_of(table.cell(int(run.trials["row"][query - 1])))
    (parent,) = run.trials["parents"][query - 1]
    number = int(np.flatnonzero(run.trials["number"] == parent)[0]) + 1
    assert f'data-action="load:{number}"' in drawer.html("query")


@pytest.mark.parametrize(("tab", "words"), [
    ("curves", "Random, exactly"), ("ledger", "Asked again"), ("lineage", "ancestor"), ("compare", "Mean rank"),
    ("states", "population")])
def test_every_view_of_a_search_shows_chance_or_origin(drawer, tab, words):
    drawer.run("regularised-evolution", 80)
    drawer.act(f"tab:{tab}")
    assert words in drawer.text("picture")


def test_what_a_strategy_knows_follows_the_slider(drawer):
    drawer.run("regularised-evolution", 200)
    drawer.act("tab:states")
    whole = drawer.html("picture")
    drawer.slide(20)
    assert drawer.html("picture").count("<circle") < whole.count("<circle")
    drawer.run("random", 60)
    assert "keeps nothing that could be drawn" in drawer.text("picture")


def test_the_code_of_a_search_runs_it_again(drawer, table):
    drawer.run("regularised-evolution", 80, preset="naszilla", repeat="0", seed=5, **{"set-population": "20"})
    code, names = page_parts.page(drawer.view, "search-runs").text, {"vp": vp, "table": table}
    exec(code[code.index("run = "):code.index(" Copy as Python")], names)
    assert names["run"].trials.equals(drawer.session.followed_run.trials)


def test_searches_of_another_metric_are_counted_and_left_out(drawer):
    drawer.run("random", metric="test_accuracy")
    drawer.run("random", metric="validation_accuracy")
    assert "1 search is left out here" in drawer.text("picture")


def test_searches_of_another_repeat_are_left_out_of_the_curves(drawer):
    drawer.run("random", metric="test_accuracy", repeat="mean")
    drawer.run("random", metric="test_accuracy", repeat="0")
    assert "1 search is left out here" in drawer.text("picture")


def test_a_comparison_runs_once_for_all_its_pictures(drawer, monkeypatch):
    counted = []
    monkeypatch.setattr(pictures, "compare_searches", lambda *args, **options: counted.append(1) or
                        vp.compare_searches(*args, **options))
    drawer.run("random", 31)
    drawer.act("tab:compare")
    for action in ("over", "tab:curves", "tab:compare"):
        drawer.act(action)
    drawer.session.dark = True
    assert "Mean rank" in drawer.text("picture") and counted == [1]


def test_unwanted_comparison_stops_after_the_current_run(table):
    plan = plan_search(table, "random", queries=30)
    run, asked = plan.run(table), []
    wanted = Wanted("compare", table, (plan,), ((0, run),), run, 30, "regret", "queries", 100, {},
                    lambda: asked.append(1) or len(asked) < 3, LIGHT, "en")
    with pytest.raises(SearchError, match="given up"):
        picture_of(wanted)
    assert len(asked) == 3 and wanted.frames == {}


def test_a_search_that_is_stopped_keeps_what_it_asked_and_goes_on(drawer, table):
    pytest.importorskip("optuna")
    session, buttons = drawer.session, []

    def stop(event):
        if event.new is not None and event.new[1]:
            buttons.append(drawer.text("runs"))
            drawer.act("stop:0")

    watcher = session.param.watch(stop, "search_progress")
    drawer.run("optuna", 400, preset="tpe")
    session.param.unwatch(watcher)
    run, whole = session.followed_run, vp.search(table, "optuna:tpe", queries=400)
    assert 0 < len(run) < 400 and not run.is_finished and session.search_progress is None
    assert "of 400 queries" in buttons[0] and "Stop" in buttons[0]
    assert run.trials["value"].equals(whole.trials["value"][:len(run)])
    assert f"stopped at query {len(run)} of 400" in drawer.text("runs") and drawer.player.last == len(run)
    drawer.act("resume:0")
    assert session.followed_run.trials.equals(whole.trials) and "stopped" not in drawer.text("runs")


def test_a_search_that_waits_is_stopped_before_its_first_query(table):
    session = Session(table)
    plans = [plan_search(table, "random", queries=30, seed=seed) for seed in range(2)]
    session.searches = tuple(plans)
    session.stop_search(1)
    SearchRunner(session)
    assert len(session.runs[plans[0]]) == 30 and "before its first query" in str(session.search_errors[plans[1]])
    session.stop_search(0)
    assert session.stopped_searches == {plans[1]}
    session.resume_search(1)
    assert len(session.runs[plans[1]]) == 30 and session.search_errors == {}


def test_an_error_goes_once_a_field_changes(drawer):
    drawer.act("queries:many")
    drawer.act("run")
    assert "Found" in drawer.text("form")
    drawer.act("queries:60")
    assert "Found" not in drawer.text("form")


def test_each_search_is_followed_where_it_was_left(drawer):
    drawer.run("random", 60)
    drawer.slide(33)
    drawer.run("random", 60, seed=3)
    assert drawer.session.followed == (1, 0) and drawer.player.query == 60
    drawer.slide(17)
    drawer.act("follow:0")
    assert drawer.session.followed == (0, 33) and drawer.player.search == 0 and drawer.player.query == 33
    drawer.act("follow:1")
    assert drawer.session.followed == (1, 17) and drawer.player.search == 1 and drawer.player.query == 17


def test_a_removed_search_leaves_the_drawer_and_the_map(drawer):
    overview = Overview(drawer.session)
    drawer.run()
    drawer.act("remove:0")
    assert drawer.session.searches == () and overview.trail is None and not drawer.player.visible
    assert "No search yet" in drawer.text("runs") and 'data-action="run"' in drawer.html("form")


def test_a_search_that_fails_says_so_in_its_line():
    drawer = Drawer(demo_table())
    plan = plan_search(drawer.session.table, "random", metric="test_accuracy", queries=10)
    drawer.session.better = {"test_accuracy": None}
    drawer.session.add_search(plan)
    assert "neither direction is better" in drawer.text("runs") and not drawer.player.visible


def test_a_table_without_a_direction_has_a_form_that_says_so():
    table = demo_table()
    drawer = Drawer(table.with_directions(dict.fromkeys(table.metrics)))
    drawer.act("run")
    assert drawer.session.searches == () and "Found" in drawer.text("form")


def test_a_page_opened_by_a_link_runs_its_searches(table):
    session = Session(table)
    session.add_search(plan_search(table, "random", queries=30))
    SearchRunner(session)
    assert len(session.followed_run) == 30


def test_form_keeps_fields_as_text():
    form = SearchForm().changed("queries", "<script>").changed("set-population", "9")
    assert form.queries == "<script>" and form.settings == {"population": "9"}
    assert form.changed("preset", "naslib").settings == {}
    assert form.changed("set-population", str(form.usual["population"])).settings == {}


def test_a_picture_of_nothing_is_a_sentence(table):
    wanted = Wanted("curves", table, (), (), None, 0, "regret", "queries", 10, {}, lambda: True, LIGHT, "en")
    assert "Nothing to show yet." in picture_of(wanted)
