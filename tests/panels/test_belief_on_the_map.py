"""What a Gaussian process believes colours the map: chosen, followed, said, linked, and left out elsewhere."""

import asyncio
import time

import numpy as np
import page_parts
import pytest
from search_drawer import Drawer

import vanas_panel as vp
from vanas_panel.draw.map.belief import map_belief
from vanas_panel.draw.map.figure import source_of
from vanas_panel.draw.map.style import BINS
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.theme import DEVIATION_SCALE
from vanas_panel.page.address_bar import AddressBar
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.panels.overview import belief
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.report.panel import ReportForm, ReportPanel
from vanas_panel.searches.beliefs import beliefs_of
from vanas_panel.searches.opened import open_search_file
from vanas_panel.searches.plan import plan_search
from vanas_panel.searches.proposals import Arrivals, Proposals
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.carry_over import carry
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.session import Session
from vanas_panel.widgets.keyboard import Keyboard
from vanas_panel.widgets.tools import Tools


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def drawer(table):
    return Drawer(table)


@pytest.fixture
def overview(drawer):
    """The map of the same session."""
    return Overview(drawer.session)


def caption(view):
    return page_parts.page(view, "overview-caption").text


def heading(view):
    return page_parts.page(view, "overview-settings").text


def colors_of(view):
    """Values that colour the bins, and the ends and the palette of their scale."""
    chart = page_parts.figure_of(view)
    mapper = chart.right[0].color_mapper
    return np.asarray(source_of(chart, BINS).data["best"]), (mapper.low, mapper.high), tuple(mapper.palette)


def test_the_tab_offers_what_colours_the_map_and_the_map_takes_it(drawer, overview, table):
    drawer.run("gaussian-process", 60, metric="test_accuracy")
    measured = colors_of(overview)
    drawer.act("tab:states")
    assert 'data-action="belief:" aria-pressed="true"' in drawer.html("tabs")
    assert "True and expected test accuracy after query 60" in drawer.html("picture")
    drawer.act("belief:mean")
    values, ends, colors = colors_of(overview)
    scale = scale_of(table, "test_accuracy")
    beliefs = beliefs_of(drawer.session.followed_run, table, 60)
    assert ends == (scale.low, scale.high) and colors == scale.palette
    assert values.max() == beliefs.mean[np.isin(np.arange(len(table)), overview.points.rows)].max()
    assert "best expected test accuracy, after query 60" in heading(overview)
    assert "Colours: what the search expects after query 60." in caption(overview)
    drawer.act("belief:deviation")
    values, ends, colors = colors_of(overview)
    assert ends[0] == 0 and colors == tuple(DEVIATION_SCALE) and values.max() <= beliefs.deviation.max()
    assert "how unsure the search is after query 60" in caption(overview)
    page_parts.send(overview, "measured")
    assert drawer.session.belief == "" and "Colours" not in caption(overview)
    for before, after in zip(measured, colors_of(overview), strict=True):
        assert np.array_equal(before, after)


def test_the_map_and_the_picture_follow_the_slider(drawer, overview, table):
    drawer.run("gaussian-process", 60, metric="test_accuracy")
    drawer.act("tab:states")
    drawer.act("belief:mean")
    for query in (3, 25):
        drawer.slide(query)
        assert overview.belief.beliefs.after == query and f"after query {query}" in heading(overview)
        assert f"after query {query}:" in drawer.html("picture")
        assert overview.bins.best.max() == beliefs_of(drawer.session.followed_run, table, query).mean[
            overview.points.rows].max()


def test_a_search_that_goes_on_faster_than_it_is_computed_is_shown_nevertheless(table, monkeypatch):
    plan = plan_search(table, "gaussian-process", metric="validation_accuracy", queries=30, most=500)
    whole = plan.run(table)

    def so_far(count):
        asked = whole.proposals
        there = np.arange(count)
        arrivals = Arrivals(there, there, ("cpu",) * count, {}, np.full(count, np.nan))
        return SearchRun(whole.header, Proposals(asked.trace[:count], asked.values[:count], asked.seconds[:count], {},
                                                 arrivals), is_finished=False)

    def slow(run, table, query, kind, go_on):
        for _step in range(30):
            go_on()
            time.sleep(0.01)
        return map_belief(run, table, query, kind, go_on)

    monkeypatch.setattr(belief, "map_belief", slow)

    async def followed():
        session = Session(table)
        session.add_search(plan)
        session.belief = "mean"
        shown = []
        followed = belief.FollowedBelief(
            session, lambda: followed.shown is not None and shown.append(followed.shown.beliefs.after))

        async def until(query):
            for _step in range(3000):
                if shown and shown[-1] == query and not followed.wanted:
                    return
                await asyncio.sleep(0.01)
            raise AssertionError(shown)

        def go_on(count):
            session.take_run(plan, so_far(count))
            followed.follow()
            return session.followed_query

        # The first one may have to compile something.
        await until(go_on(6))
        for count in range(7, 37):
            last = go_on(count)
            await asyncio.sleep(0.1)
        meanwhile = set(shown)
        await until(last)
        # What a person asks for on the slider is not to wait for a search.
        given_up = go_on(35)
        session.follow_search(0, 12)
        followed.follow()
        await until(12)
        return meanwhile, shown, last, given_up

    meanwhile, shown, last, given_up = asyncio.run(followed())
    assert len(meanwhile) >= 4 and last == 30
    first = shown.index(last)
    assert shown[:first] == sorted(shown[:first]) and given_up not in shown[first:]


def test_one_query_says_nothing_of_the_deviation(drawer, overview):
    drawer.run("gaussian-process", 60)
    drawer.act("belief:deviation")
    drawer.slide(1)
    assert overview.belief is None and "Found equal values in all queries up to 1" in caption(overview)
    drawer.slide(30)
    assert overview.belief.beliefs.after == 30 and "Found" not in caption(overview)


def test_keys_and_hover_say_it_and_a_click_opens_the_cell(drawer, overview, table):
    drawer.run("gaussian-process", 60, metric="test_accuracy")
    drawer.act("belief:mean")
    keyboard = page_parts.part(overview, Keyboard)
    assert "Colour: best expected test accuracy, after query 60." in keyboard.label
    overview.keys.press("b")
    assert keyboard.said.startswith("Best expected test accuracy ") and "on average" in keyboard.said
    overview.keys.press("Enter")
    best = overview.bins.row[np.argmax(overview.bins.best)]
    assert drawer.session.row == best
    drawer.act("belief:")
    assert "Colour:" not in keyboard.label and "expected" not in keyboard.said


def test_axes_selection_and_appearance_change_beneath_it(drawer, overview):
    drawer.run("gaussian-process", 60)
    drawer.act("belief:mean")
    belief = overview.belief
    drawer.session.param.update(x="training_time", log_x=True)
    drawer.session.select([1, 2, 3])
    drawer.session.dark = True
    drawer.session.metric = "training_time"
    assert overview.belief is belief is overview.points.belief
    assert overview.points.x.metric.name == "training_time" and overview.bins.chosen.sum() == 3
    assert "best expected validation accuracy" in heading(overview)


def test_lower_is_better(drawer, overview, table):
    drawer.run("gaussian-process", 60, metric="training_time")
    drawer.act("tab:states")
    drawer.act("belief:mean")
    assert "lowest expected training time" in heading(overview)
    assert colors_of(overview)[2] == scale_of(table, "training_time").palette
    assert "true training time" in drawer.text("picture")


@pytest.mark.parametrize("strategy", ["random", "regularised-evolution", "optuna"])
def test_other_strategies_have_none(drawer, overview, strategy):
    if strategy == "optuna":
        pytest.importorskip("optuna")
    drawer.session.belief = "mean"
    drawer.run(strategy, 60)
    drawer.act("tab:states")
    assert "belief:" not in drawer.html("tabs") and drawer.session.followed_belief == ""
    assert overview.belief is None and "Colours" not in caption(overview)
    drawer.run("gaussian-process", 60)
    assert overview.belief is not None
    drawer.act("follow:0")
    assert overview.belief is None and "best test accuracy in the bin" in heading(overview)


def test_what_is_followed_no_longer_colours_nothing(drawer, overview):
    drawer.run("gaussian-process", 60)
    drawer.act("belief:mean")
    drawer.session.remove_search(0)
    assert overview.belief is None and drawer.session.followed_belief == ""


def test_a_run_of_a_file_is_believed_and_no_link_holds_it(drawer, overview, table, tmp_path):
    path = tmp_path / "run.jsonl"
    run = vp.search(table, "gaussian-process", metric="test_accuracy", queries=40, seed=4, out=path)
    drawer.session.add_search(open_search_file(path.read_bytes(), "run.jsonl", table, "test_accuracy"))
    drawer.act("tab:states")
    drawer.act("belief:mean")
    assert np.array_equal(overview.belief.beliefs.mean, beliefs_of(run, table, 40).mean)
    assert "belief" not in to_query(drawer.session)


def test_directions_that_are_switched_run_the_search_anew_and_the_map_follows(drawer, overview):
    drawer.run("gaussian-process", 60, metric="test_accuracy")
    drawer.act("belief:mean")
    drawer.session.better = {"test_accuracy": False}
    assert overview.belief.searched.higher_is_better is False
    assert overview.points.belief is overview.belief and "lowest expected" in heading(overview)


def test_the_choice_is_in_the_link_in_back_and_on_another_page(drawer, table):
    bar = AddressBar()
    bar.follow(drawer.session)
    drawer.run("gaussian-process", 60)
    before = bar.query
    drawer.session.belief = "deviation"
    assert bar.query == f"{before}&belief=deviation" == to_query(drawer.session)
    again, messages = restore(bar.query, [table])
    assert (again.belief, again.followed_belief, messages) == ("deviation", "", ())
    again.run_searches()
    assert again.followed_belief == "deviation"
    drawer.session.take(restore(before, [table]).session)
    assert drawer.session.belief == ""
    _, messages = restore(f"{before}&belief=beauty", [table])
    assert messages == ("belief: Found 'beauty'; expected one of 'mean', 'deviation'.",)
    # Without a search it says nothing.
    assert "belief" not in to_query(Session(table, belief="mean"))


def test_another_table_keeps_the_choice_with_the_searches(drawer, table):
    drawer.run("gaussian-process", 60)
    drawer.session.belief = "mean"
    same, _ = carry(drawer.session, table)
    other, _ = carry(drawer.session, vp.open_table("structure4"))
    assert (same.belief, other.belief) == ("mean", "")


def test_a_page_shows_it_from_the_start(table):
    session = Session(table, searches=[plan_search(table, "gaussian-process", queries=60)],
                      followed=(0, 20), belief="mean")
    view = Dashboard(session).views["overview"]
    assert "after query 20" in heading(view)


def test_a_report_says_that_it_leaves_it_out(drawer, table):
    panel = ReportPanel(drawer.session, Tools())
    drawer.run("gaussian-process", 60)
    drawer.session.drawer = "report"
    words = "its maps show measured values"
    assert words not in page_parts.part(panel, ReportForm).html
    drawer.session.belief = "mean"
    assert words in page_parts.part(panel, ReportForm).html
    drawer.session.followed = None
    assert words not in page_parts.part(panel, ReportForm).html
