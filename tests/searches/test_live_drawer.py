"""Searches that train, in the drawer *Search*, without a browser."""

from __future__ import annotations

import asyncio
import base64
import re
import threading
import time
from dataclasses import replace

import numpy as np
import page_parts
import pytest
from live_hands import FakeCluster, fake_record, tiny_settings

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.panels.search import live_part
from vanas_panel.panels.search.files import FileBox
from vanas_panel.panels.search.live_runner import LiveRunner
from vanas_panel.panels.search.panel import Search
from vanas_panel.panels.training.panel import Train
from vanas_panel.searches import live as live_module
from vanas_panel.searches import live_searches
from vanas_panel.searches.curves import chance_curve
from vanas_panel.searches.lineage import lineage
from vanas_panel.searches.live_chance import chance_beside, trained_as
from vanas_panel.searches.live_cost import cell_cost
from vanas_panel.searches.live_kept import KeptSearches
from vanas_panel.searches.live_plan import plan_live
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.searches.plan import plan_search
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.session import Session
from vanas_panel.training import image_files
from vanas_panel.training import runs as runs_module
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs
from vanas_panel.training.table import results_table, table_settings
from vanas_panel.widgets.tools import Tools


@pytest.fixture(autouse=True)
def _nothing_missing(monkeypatch):
    for module in (live_module, runs_module):
        monkeypatch.setattr(module, "missing_words", lambda settings: "")
    monkeypatch.setattr(live_searches, "TICK", 0.02)


@pytest.fixture
def process(tmp_path):
    """Makes the live searches of a process over the same folder; those of all processes end with the test."""
    found = []

    def make(workers=2):
        cluster = type("Workers", (FakeCluster,), {"seconds": 0.02})(None, workers, None)
        runs = Runs(Personal(tmp_path / "trained.sqlite"), tiny_settings(tmp_path), workers=workers, cluster=cluster)
        found.append(LiveSearches(runs, KeptSearches(tmp_path / "searches")))
        return found[-1]

    yield make
    for each in found:
        each.close()
        each.runs.close()


@pytest.fixture
def live(process):
    return process()


@pytest.fixture(scope="module")
def table():
    return vp.open_table("structure4")


class Page:
    """A page of a person with the drawer open."""

    def __init__(self, table, live, user="ann"):
        self.session = Session(table, drawer="search")
        self.live, self.user = live, user
        self.runner = LiveRunner(self.session, live, user)
        self.view = Search(self.session, Tools(user=user, runs=live.runs, live=live))

    def text(self, name):
        return page_parts.page(self.view, f"search-{name}").text

    def html(self, name):
        return page_parts.html(self.view, f"search-{name}")

    def act(self, *actions):
        for action in actions:
            page_parts.send(self.view, action)

    def press(self, *actions):
        """Press buttons that are shown and not disabled."""
        for action in actions:
            page_parts.click(self.view, action)

    def run(self, queries=20, strategy="random", **fields):
        """Run a search from the form."""
        if 'data-action="new"' in self.html("form"):
            self.act("new")
        self.act("cells:train", f"strategy:{strategy}", f"queries:{queries}",
                 *(f"{name.replace('_', '-')}:{value}" for name, value in fields.items()), "run")

    def wait(self, words, part="runs"):
        until(lambda: words in self.text(part), lambda: self.text(part))


def until(condition, said=lambda: "", seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, said()
        time.sleep(0.01)


@pytest.fixture
def page(table, live):
    return Page(table, live)


def test_the_form_says_what_a_training_is_and_costs_before_it_runs(page, live):
    page.act("cells:train")
    assert page.session.searches == () and live.all("ann") == []
    words = page.text("form")
    assert live.runs.settings.digest in words and "2 repeats of 12 steps" in words
    assert "How long it takes is unknown: no cell was trained with these settings yet." in words
    assert "do not compare its numbers with those from here" in words and "value=\"50\"" in page.html("form")
    # Of what a search is told, only what a training measures.
    assert "FLOPs" not in words and "Training time" in words
    page.act("cells:table")
    assert "value=\"500\"" in page.html("form") and "FLOPs" in page.text("form")


def test_costs_are_those_of_cells_trained_with_the_same_settings(page, live, tmp_path):
    settings = live.runs.settings
    records = [fake_record(int(key), settings) for key in page.session.table.keys[:4]]
    assert all(record.seconds > 0 for record in records)
    for record in records:
        live.runs.personal.add("ann", "", record)
    other = replace(settings, steps=24, budgets=(24,))
    live.runs.personal.add("ann", "", fake_record(int(page.session.table.keys[5]), other))
    live.runs.personal.add("bob", "", fake_record(int(page.session.table.keys[6]), settings))
    mean = sum(record.seconds for record in records) / 4
    found = cell_cost(settings, [row.record for row in live.runs.personal.all("ann")])
    assert (found.seconds, found.cells, found.table) == (pytest.approx(mean), 4, "")
    assert found.total(7, 2) == pytest.approx(mean * 4) and found.total(1, 8) == pytest.approx(mean)
    page.act("cells:train", "queries:7", "at-once:1")
    assert "At most 7 cells of about" in page.text("form") and "4 cells trained here), 1 at once" in page.text("form")
    # More at once than there are workers take as long as those.
    page.act("at-once:50")
    assert "50 at once" not in page.text("form") and "2 at once" in page.text("form")
    page.act("queries:nonsense")
    assert "At most" not in page.text("form")


def test_costs_are_looked_up_for_a_form_that_shows_them(page, live, monkeypatch):
    counted = []

    def count(*args):
        counted.append(args)
        return cell_cost(*args)

    monkeypatch.setattr(live_part, "cell_cost", count)
    page.act("cells:train", "queries:30")
    assert len(counted) == 1
    page.run(30)
    before, kept = len(counted), live.runs.kept
    page.wait("of 30 repeated")
    until(lambda: live.runs.kept > kept)
    assert len(counted) == before
    page.act("new")
    # Once, or once more where the last cell was kept meanwhile.
    assert len(counted) > before and "At most" in page.text("form")


def test_costs_stay_while_those_after_another_training_are_looked_up(table, live, monkeypatch):
    live.runs.personal.add("ann", "", fake_record(int(table.keys[0]), live.runs.settings))
    may_count = threading.Event()
    may_count.set()

    def count(*args):
        assert may_count.wait(30)
        return cell_cost(*args)

    monkeypatch.setattr(live_part, "cell_cost", count)

    async def shown(page, words):
        for _step in range(3000):
            if words in page.text("form"):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(page.text("form"))

    async def served():
        page = Page(table, live)
        page.act("cells:train", "queries:7")
        await shown(page, "1 cell trained here")
        may_count.clear()
        live.runs.personal.add("ann", "", fake_record(int(table.keys[1]), live.runs.settings))
        live.runs.noted()
        page.act("queries:8")
        assert "At most 8 cells" in page.text("form") and "1 cell trained here" in page.text("form")
        may_count.set()
        await shown(page, "2 cells trained here")

    asyncio.run(served())


def test_a_table_says_what_a_cell_costs_where_nothing_was_trained():
    table = vp.open_table("mnist-cells")
    settings = table_settings(table)
    found = cell_cost(settings, [], table)
    assert found.seconds == pytest.approx(settings.repeats * np.nanmean(table.column("training_time")))
    assert (found.cells, found.table) == (len(table), "mnist-cells")
    assert not cell_cost(replace(settings, repeats=1), [], table).is_known


def test_a_search_is_run_followed_stopped_and_continued(page, live):
    page.run(30)
    assert page.session.followed == (0, 0) and "+ New search" in page.text("form")
    page.wait("in training")
    until(lambda: page.session.followed_query >= 3)
    page.press("stop:0")
    page.wait("stopped at query")
    (plan,) = page.session.searches
    told = live.progress(plan, "ann").told
    assert 3 <= told < 30
    until(lambda: len(page.session.followed_run) == told)
    page.press("resume:0")
    page.wait("of 30 repeated")
    run = page.session.followed_run
    assert run.is_finished and len(run) == 30 and "data-action=\"resume" not in page.html("runs")
    assert run.trials.drop(columns="row").equals(live.run(plan, "ann").trials.drop(columns="row"))
    # Rows are those of the open table.
    table = page.session.table
    assert run.trials["row"].tolist() == [table.find_key(int(key)) for key in
                                          run.keys[run.trials["number"]].tolist()]
    assert set(page.session.search_rows("asked")) == set(run.trials["row"][run.trials["row"] >= 0])
    for tab, words in {"curves": "Best validation accuracy so far", "ledger": "Asked again",
                       "lineage": "drawn at random", "states": "keeps nothing"}.items():
        page.press(f"tab:{tab}")
        assert words in page.text("picture"), tab
    assert "Regret" not in page.text("tabs")


def test_what_another_process_left_is_shown_before_the_first_new_line(table, live, process, monkeypatch):
    page = Page(table, live)
    page.run(30)
    until(lambda: page.session.followed_query >= 8)
    page.press("stop:0")
    page.wait("stopped at query")
    (plan,) = page.session.searches
    told = live.progress(plan, "ann").told
    second = process()
    has_images, has_workers = threading.Event(), threading.Event()

    def slow(call, event):
        def wait(*args):
            assert event.wait(30)
            return call(*args)
        return wait

    monkeypatch.setattr(image_files, "load_images", slow(image_files.load_images, has_images))
    monkeypatch.setattr(second.runs, "workers", slow(second.runs.workers, has_workers))
    other = Page(table, second)
    until(lambda: f"go-on:{plan.name}" in other.html("kept"))
    other.press(f"go-on:{plan.name}")
    third = Page(table, second)
    until(lambda: f"under way · {told} of 30 told" in third.text("kept"), lambda: third.text("kept"))
    # Before it has gone through its file, the file says it; without any worker it says it itself.
    for event in (has_images, has_workers):
        until(lambda: other.session.followed_run is not None)
        time.sleep(0.2)
        assert len(other.session.followed_run) == told and second.progress(plan, "ann").state == "starting"
        event.set()
        until(lambda: second.progress(plan, "ann").told == told)
    other.wait("of 30 repeated")
    assert len(other.session.followed_run) == 30


def test_links_and_buttons_find_queries_whose_values_came_in_another_order(table, process):
    page = Page(table, process(workers=8))
    page.run(60, "local-search", seed=2)
    page.wait("of 60 repeated")
    run = page.session.followed_run
    numbers = run.trials["number"].tolist()
    assert numbers != sorted(numbers)
    page.press("tab:lineage")
    tree = lineage(run)
    told = [each.number for each in tree.relatives if each.number in numbers]
    expected = sorted(numbers.index(number) + 1 for number in told)
    until(lambda: sorted(map(int, re.findall(r'data-action="query:(\d+)"', page.html("picture")))) == expected)
    for query in range(1, 61):
        page.session.follow_search(0, query)
        parents = [parent for parent in run.trials["parents"].iloc[query - 1] if parent in numbers]
        loads = set(map(int, re.findall(r'data-action="load:(\d+)"', page.html("query"))))
        assert loads == {query, *(numbers.index(parent) + 1 for parent in parents)}, query


def test_what_a_strategy_knows_is_that_after_the_values_which_had_come(table, process):
    page = Page(table, process(workers=8))
    page.run(30, "regularised-evolution", set_population="6", set_tournament="3")
    page.wait("of 30 repeated")
    page.press("tab:states")
    run = page.session.followed_run
    order = run.proposals.arrivals.order.tolist()
    known = [number for number, _state in run.states]
    assert order != sorted(order)
    for query in range(1, 31):
        page.session.follow_search(0, query)
        number = run.trials["number"].iloc[query - 1]
        last = [each for each in known if order.index(each) <= order.index(number)][-1]
        page.wait(f"after proposal {last}", "picture")


def test_the_slider_stays_where_it_is_while_the_search_goes_on(page):
    page.run(30)
    until(lambda: page.session.followed_query >= 4)
    page.session.follow_search(0, 2)
    page.wait("of 30 repeated")
    assert page.session.followed == (0, 2) and "Query 2" in page.text("query")


def test_what_is_removed_is_kept_and_deleted_only_when_that_is_confirmed(page, live):
    page.run(30)
    until(lambda: page.session.followed_query >= 2)
    page.press("remove:0")
    assert page.session.searches == () and page.session.runs == {} and page.session.live_searches == {}
    until(lambda: "not finished" in page.text("kept"), lambda: page.text("kept"))
    (kept,) = live.all("ann")
    assert 2 <= kept.told < 30
    name = kept.plan.name
    page.press(f"open:{name}")
    page.wait("stopped at query")
    assert page.session.searches == (kept.plan,) and "not finished" not in page.text("kept")
    page.press("remove:0")
    page.press(f"delete:{name}", "keep")
    assert live.all("ann")
    page.press(f"delete:{name}", f"sure:{name}")
    until(lambda: not live.all("ann"))
    until(lambda: name not in page.html("kept"))
    # What was trained stays.
    assert live.runs.personal.all("ann")


def test_another_page_of_a_person_is_offered_what_runs_and_follows_it(table, live):
    one = Page(table, live)
    one.run(40)
    until(lambda: one.session.followed_query >= 2)
    (plan,) = one.session.searches
    other = Page(table, live)
    until(lambda: "under way" in other.text("kept"))
    assert f"go-on:{plan.name}" not in other.html("kept") and f"delete:{plan.name}" not in other.html("kept")
    other.press(f"open:{plan.name}")
    other.wait("in training")
    other.press("stop:0")
    for page in (one, other):
        page.wait("stopped at query")
    one.press("resume:0")
    for page in (one, other):
        page.wait("of 40 repeated")
    assert one.session.followed_run.trials.equals(other.session.followed_run.trials)


def test_nobody_is_offered_the_searches_of_another_person(table, live):
    ann, bob = Page(table, live), Page(table, live, "bob")
    ann.run(12)
    ann.wait("of 12 repeated")
    (plan,) = ann.session.searches
    stranger = Page(table, live, "bob")
    for page in (bob, stranger):
        assert page.text("kept") == ""
        for part in page_parts.parts(page.view, page_parts.Markup):
            for action in ("open", "go-on", "delete", "sure"):
                part.receive(f"{action}:{plan.name}")
        assert page.session.searches == ()
    # Even a plan that is known by its name shows nothing.
    bob.session.add_search(plan)
    assert bob.session.followed_run is None and "Nothing was asked yet." in bob.text("runs")
    assert len(live.all("ann")) == 1


def test_a_link_leaves_it_out_and_back_leaves_it_there(page):
    page.run(12)
    page.wait("of 12 repeated")
    session = page.session
    assert "search=" not in to_query(session) and "query=" not in to_query(session)
    other = restore(to_query(session), [session.table]).session
    assert other.searches == ()
    session.take(other)
    (plan,) = session.searches
    assert plan.is_live and len(session.runs[plan]) == 12


def test_it_is_saved_as_its_file_also_while_it_runs(page, live, monkeypatch, tmp_path):
    sent = []
    monkeypatch.setattr(FileBox, "send", lambda box, message: sent.append(message))
    page.run(25)
    until(lambda: page.session.followed_query >= 3)
    (plan,) = page.session.searches
    page_parts.send(page.view, {"do": "save", "kind": "jsonl"}, kind=FileBox)
    content = base64.b64decode(sent[-1]["content"])
    page_parts.send(page.view, {"do": "save", "kind": "parquet"}, kind=FileBox)
    assert page_parts.part(page.view, FileBox).refused and "not finished" in page_parts.part(page.view, FileBox).said
    page.wait("of 25 repeated")
    assert live.kept.content("ann", plan).startswith(content) and content.endswith(b"\n")
    for kind in ("jsonl", "parquet"):
        page_parts.send(page.view, {"do": "save", "kind": kind}, kind=FileBox)
        path = tmp_path / f"saved.{kind}"
        path.write_bytes(base64.b64decode(sent[-1]["content"]))
        assert vp.read_search(path).trials.equals(live.run(plan, "ann").trials)


def test_why_cells_cannot_be_trained_is_said_as_in_the_drawer_train(table, live, monkeypatch):
    view = Search(Session(table, drawer="search"), Tools())
    assert "Cells cannot be trained from this page: it has no workers." in page_parts.page(view, "search-form").text
    with pytest.raises(AssertionError, match="is disabled"):
        page_parts.click(view, "cells:train")
    page_parts.send(view, "cells:train", "run")
    assert all(not plan.is_live for plan in view.session.searches)
    monkeypatch.setattr(runs_module, "missing_words", lambda settings: "Found no package torch; training needs it.")
    page = Page(table, live)
    assert "Found no package torch" in page.text("form")
    page.act("cells:train")
    assert "Trainings at once" not in page.text("form")


@pytest.mark.parametrize(("fields", "words"), [
    ({"queries": "x"}, "Found queries 'x'"), ({"queries": "1001"}, "1,000"), ({"seed": "-1"}, "seed"),
    ({"at_once": "0"}, "trainings at once"), ({"at_once": "two"}, "trainings at once"),
    ({"queries": "20", "strategy": "regularised-evolution"}, "population")])
def test_what_cannot_run_is_said_in_the_form(page, live, fields, words):
    page.run(**fields)
    assert words in page.text("form") and page.session.searches == () and live.all("ann") == []
    page.run(6, seed=0, at_once="")
    page.wait("of 6 repeated")


def test_a_page_that_is_full_begins_nothing(page, live):
    page.act("cells:table", "queries:10")
    for seed in range(5):
        page.session.add_search(plan_search(page.session.table, "random", queries=10, seed=seed))
    page.run(6)
    assert "room for one more" in page.text("form") and live.all("ann") == []


def test_workers_that_are_lost_are_one_message_without_any_path_and_the_page_goes_on(page, live, monkeypatch):
    def refuse():
        plan = page.session.searches[0]
        raise SearchError(f"{live.kept.path('ann', plan)}: Found no worker left to train on; expected one at least.")

    with monkeypatch.context() as patch:
        patch.setattr(live.runs, "workers", refuse)
        page.run(6)
        page.wait("Found no worker left to train on")
    assert str(live.kept.folder("ann")) not in page.text("runs")
    page.press("resume:0")
    page.wait("of 6 repeated")


def test_exact_random_search_of_a_table_that_was_trained_alike_stands_beside(live, tmp_path):
    settings = live.runs.settings
    source = vp.open_table("structure4")
    records = [fake_record(int(key), settings) for key in source.keys]
    alike = results_table(records, name="alike")
    # The same values in a table of the space that the search is in.
    table = vp.BenchmarkTable(source.space, alike.keys, alike.metrics, {name: alike.repeats(name) for name in
                                                                      alike.metrics}, name="alike",
                              training=alike.training)
    page = Page(table, live)
    page.run(20, "local-search")
    page.wait("of 20 repeated")
    page.wait("Random, exactly", "picture")
    assert "that of the table" in page.text("picture")
    run = page.session.followed_run
    assert trained_as(run, table) and not trained_as(run, source)
    curve = chance_beside(run, table)
    beside = vp.search(table, "random", queries=20)
    expected = chance_curve(beside, table, measure="best")
    assert np.array_equal(curve.x, expected.x) and np.allclose(curve.y, expected.y, rtol=0, atol=1e-12)
    assert chance_beside(run, source) is None


def test_a_random_search_of_the_same_budget_is_offered_and_stands_beside(page):
    page.run(15, "local-search", seed=4)
    page.wait("of 15 repeated")
    assert "Exact random search is not known here" in page.text("picture")
    page.press("beside")
    form = page.html("form")
    assert 'value="random" selected' in form and 'value="15"' in form and 'value="4"' in form
    page.press("run")
    page.wait("Random, over raw cells, seed 4, trained")
    until(lambda: page.session.followed_run is not None and page.session.followed_run.is_finished)
    page.press("follow:0")
    assert page.text("picture").count("Random, over raw cells, seed 4") and "not known here" not in page.text("picture")


def test_the_drawer_train_lists_what_a_search_has_trained(page, live, table):
    view = Train(Session(table, drawer="train"), Tools(user="ann", runs=live.runs, live=live))
    page.run(12)
    page.wait("of 12 repeated")
    keys = {row.record.key for row in live.runs.personal.all("ann")}
    # Rows come with the next change that the drawer is told of.
    until(lambda: page_parts.html(view).count('data-action="load:') == min(30, len(keys)))
    assert 0 < len(keys) <= 12


def test_the_dashboard_follows_in_any_language_and_on_a_turned_table(table, live):
    session = Session(table, drawer="search")
    board = Dashboard(session, tools=Tools(user="ann", runs=live.runs, live=live))
    plan = plan_live(table, "random", live.runs.settings, queries=30)
    live.start(plan, "ann")
    session.add_search(plan)
    until(lambda: session.followed_query >= 2)
    session.lang = "ko"
    session.better = {**session.better, "trainable_parameters": True}
    until(lambda: session.followed_run is not None and session.followed_run.is_finished, lambda: str(session.runs))
    assert board.session is session and len(session.followed_run) == 30
