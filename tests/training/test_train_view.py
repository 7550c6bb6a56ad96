"""The drawer *Train*, its texts and its curve, without a browser."""

from __future__ import annotations

import gc
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc
from trained_cells import CHAIN, POOL, SIX, record

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import multiply_accumulates, trainable_parameters
from vanas_panel.core.draft import Draft
from vanas_panel.dashboard import Dashboard
from vanas_panel.session import Session
from vanas_panel.training import runs as runs_module
from vanas_panel.training.joined import JoinedTable
from vanas_panel.training.personal import Personal, Trained
from vanas_panel.training.run import CANCELLED, DONE, FAILED, RUNNING, STARTING, WAITING, Look, Progress, Run
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import results_table
from vanas_panel.training.trainable import TRAINABLE, canonical_cell
from vanas_panel.views.curve import curve_svg
from vanas_panel.views.follow import Follower
from vanas_panel.views.performance import performance_html
from vanas_panel.views.theme import LIGHT
from vanas_panel.views.tools import Tools
from vanas_panel.views.train import Train
from vanas_panel.views.train_list import Listing, list_html
from vanas_panel.views.train_text import Drawn, live_html, others_html
from vanas_panel.views.trained import accuracy_words, own_html, result_html, rows_for, settings_words, spread

SETTINGS = Settings(repeats=1, budgets=(180,))
"""Those of `record`."""


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Runs whose trainings begin and never come further, as if no worker were ever free."""
    made = Runs(Personal(tmp_path / "trained.sqlite"))
    monkeypatch.setattr(Runs, "_begin", lambda self, run: None)
    monkeypatch.setattr(runs_module, "missing_words", lambda settings: "")
    yield made
    made.close()


@pytest.fixture
def session():
    return Session(results_table([record(), record(POOL, 0.5)], name="source", title="Source"), drawer="train")


def view_of(session, runs, user="ann") -> Train:
    return Train(session, Tools(user=user, runs=runs))


def a_run(progress: Progress, people=("ann",)) -> Run:
    return Run("name", canonical_cell(CHAIN)[0], CHAIN, SETTINGS, {person: "" for person in people}, progress)


def repeats(*values):
    """A record with these test accuracies; None for a repeat that failed."""
    one = record().repeats[0]
    return replace(record(), repeats=[
        {**one, "repeat": place, "test_accuracy": [value], "failed": value is None, "reason": "" if value else "broke",
         "training_seconds": [None if value is None else 1.0]} for place, value in enumerate(values)])


def test_spread_is_that_of_the_repeats_that_ended_well():
    found = spread(repeats(0.8, None, 0.9, 0.86), "test")
    assert (found.mean, found.deviation) == (pytest.approx(np.mean([0.8, 0.9, 0.86])),
                                             pytest.approx(np.std([0.8, 0.9, 0.86], ddof=1)))
    assert (found.low, found.high, found.known) == (0.8, 0.9, 3)
    assert accuracy_words(spread(repeats(0.8), "test")) == "80.00 %"
    assert accuracy_words(spread(repeats(None, None), "test")) == "failed"


def test_a_result_shows_every_repeat_and_why_one_failed():
    shown = result_html(Trained(3, "source", repeats(0.81, None)))
    assert "81.00 %" in shown and "Repeat 2: broke" in shown and "trained here" in shown
    assert record().settings_hash in shown and "4 Mar 2025, 05:06 UTC" in shown


def test_what_a_file_says_is_shown_as_text():
    odd = replace(record(), settings_hash="<s>", images="<u>", finished="<q>", versions={"torch": "<kbd>"})
    row = Trained(1, "<var>", odd)
    for shown in (result_html(row), own_html(row), list_html(Listing([row]), (), LIGHT)):
        assert "&lt;s&gt;" in shown
        assert not re.search("<(s|u|q|kbd|var)>", shown)


def test_rows_of_these_settings_come_first():
    new, old = Trained(2, "", replace(record(), settings_hash="other")), Trained(1, "", record())
    assert rows_for([new, old], SETTINGS) is old
    assert rows_for([new], SETTINGS) is new
    assert rows_for([], SETTINGS) is None


def test_settings_are_told_in_words():
    said = settings_words(Settings())
    for words in ("3 repeats of 180 steps", "batches of 64", "1,500 MNIST digits of 12 × 12 pixels in 3 noisy copies",
                  "3 stacks of one cell, 8 channels", "Learning rate 0.1"):
        assert words in said


def test_the_curve_has_a_line_for_each_repeat_and_set_at_its_places():
    looks = [Look(5, (0.5, 0.25), (0.25, None)), Look(10, (1.0, None), (0.5, None))]
    drawn = curve_svg(looks, 10)
    lines = re.findall(r'<polyline class="(\w+)" points="([^"]+)"/>', drawn.partition("</g>")[2])
    assert [name for name, _ in lines] == ["train", "validation"]
    points = np.array([[float(part) for part in point.split(",")] for point in lines[0][1].split()])
    # Step 10 of 10 at the right end, an accuracy of 1 at the top line, of 0.5 half way down.
    assert points[1].tolist() == [384.0, 20.0] and points[0].tolist() == [209.0, 75.0]
    assert drawn.count('<circle class="train"') == 1, "a repeat that failed after one look is a dot"
    assert "50.0 % on validation images" in drawn
    assert "nothing measured yet" in curve_svg([], 10)


@pytest.mark.parametrize(("progress", "said", "never"), [
    (Progress(STARTING), ("Starting workers", "cancel:name", "<progress"), ("value=",)),
    (Progress(WAITING), ("Waiting for a worker", "cancel:name"), ("value=",)),
    (Progress(RUNNING, 7), ("step 7 of 180", 'value="7"', 'max="180"', "cancel:name"), ("Train this cell",)),
    (Progress(RUNNING, 0, restarts=1), ("getting ready", "attempt 2"), ()),
    (Progress(FAILED, reason="<i>no</i>"), ("&lt;i&gt;no&lt;/i&gt;", "Train this cell"), ("cancel:",)),
    (Progress(CANCELLED), ("Cancelled", "Train this cell"), ("cancel:",)),
    (Progress(DONE, looks=(Look(180, (0.5,), (0.5,)),)), ("<svg", "Train this cell"), ("cancel:", "<progress")),
])
def test_each_state_of_a_run_is_told(progress, said, never):
    shown = live_html(Drawn(CHAIN, run=a_run(progress)), "")
    assert all(words in shown for words in said) and not any(words in shown for words in never)


def test_others_who_wait_are_counted_and_not_named():
    shown = live_html(Drawn(CHAIN, run=a_run(Progress(RUNNING, 7), ("ann", "bob", "eve"))), "")
    assert "2 others wait" in shown and "bob" not in shown
    assert "Also under way" in others_html([a_run(Progress(RUNNING, 7))]) and others_html([]) == ""


def test_what_is_missing_is_told_and_the_button_is_off():
    shown = live_html(Drawn(CHAIN), "Install it: pip install 'vanas-panel[train]'.")
    assert "pip install &#x27;vanas-panel[train]&#x27;" in shown
    assert re.search(r'data-action="train"[^>]*disabled', shown)


def test_the_drawer_follows_the_draft(session, runs):
    view = view_of(session, runs)
    assert "Draw a cell" in view._cell.html and view._live.html == ""
    session.add_vertex("conv3x3-bn-relu")
    assert "Not a cell yet. There is no path" in view._cell.html
    session.load_cell(SIX)
    _, cell = canonical_cell(SIX)
    packed = np.array([cell.packed(TRAINABLE)])
    assert f"{trainable_parameters(packed, TRAINABLE, SETTINGS.skeleton)[0]:,} trainable parameters" in view._cell.html
    assert f"{multiply_accumulates(packed, TRAINABLE, SETTINGS.skeleton)[0]:,} multiply-" in view._cell.html
    assert "the numbers can be compared" in view._cell.html and "Train this cell" in view._live.html
    assert view.settings == SETTINGS, "as the cells of the table were trained"


def test_a_click_trains_with_the_settings_of_the_table_and_another_cancels(session, runs):
    view = view_of(session, runs)
    view._act("train")
    assert runs.under_way("ann") == [], "nothing is drawn"
    session.load_cell(SIX)
    view._act("train")
    (run,) = runs.under_way("ann")
    assert (run.settings, run.people) == (SETTINGS, {"ann": "source"})
    view._act(f"cancel:{run.name}")
    assert run.progress.state == CANCELLED and "Cancelled" in view._live.html
    for odd in ("cancel:", "cancel:none", "load:7", "delete:x", "sure:1", "show:none", "<b>"):
        view._act(odd)


def test_nobody_cancels_the_run_of_somebody_else(session, runs):
    run = runs.start(SIX, "bob")
    view = view_of(session, runs)
    view._act(f"cancel:{run.name}")
    view._act(f"show:{run.name}")
    assert not run.progress.ended and session.cell is None
    assert "Also under way" not in view._live.html


def test_rows_are_listed_loaded_and_deleted_after_a_second_thought(session, runs):
    runs.personal.add("ann", "source", record(SIX, 0.9))
    runs.personal.add("bob", "source", record())
    view = view_of(session, runs)
    (row,) = runs.personal.all("ann")
    assert view._list.html.count('class="row"') == 1 and "90.00 %" in view._list.html
    view._act(f"load:{row.place}")
    assert session.cell is not None and len(session.cell.operations) == 6
    view._act(f"delete:{row.place}")
    assert f"sure:{row.place}" in view._list.html
    view._act("keep")
    assert f"sure:{row.place}" not in view._list.html
    view._act(f"sure:{row.place}")
    runs._aside.submit(lambda: None).result(10)
    assert runs.personal.all("ann") == () and len(runs.personal.all("bob")) == 1
    assert "0 cells" in view._list.html


def test_a_long_list_comes_in_parts(session, runs):
    for place in range(35):
        runs.personal.add("ann", "", record(SIX, images=str(place)))
    view = view_of(session, runs)
    assert view._list.html.count('class="row"') == 30 and "5 more" in view._list.html
    view._act("more")
    assert view._list.html.count('class="row"') == 35 and 'data-action="more"' not in view._list.html


def test_the_switch_asks_for_a_joined_table_and_back(session, runs):
    view = view_of(session, runs)
    assert 'role="switch"' in view._list.html and "disabled" in view._list.html
    view._act("join")
    assert session.wanted_table is None and "No cell has been trained" in session.message
    runs.personal.add("ann", "", record(SIX, 0.9))
    view = view_of(session, runs)
    assert "disabled" not in view._list.html
    view._act("join")
    joined = session.wanted_table
    assert isinstance(joined, JoinedTable) and joined.source is session.table and len(joined) == 3
    there = Session(joined, drawer="train")
    on = view_of(there, runs)
    assert 'aria-checked="true"' in on._list.html and "1 of these cells is counted in" in on._list.html
    assert "Count the new ones" not in on._list.html
    runs.personal.add("ann", "", record(Cell(SIX.operations, (*SIX.edges, (0, 5))), 0.7))
    runs.kept += 1
    on._update()
    assert "Count the new ones" in on._list.html
    on._act("part")
    assert there.wanted_table is session.table


def test_the_switch_keeps_switched_directions(session, runs):
    runs.personal.add("ann", "", record(SIX, 0.9))
    there = Session(session.table.with_direction("test_accuracy", False))
    view_of(there, runs)._act("join")
    joined = there.wanted_table
    assert joined.directions == {"test_accuracy": False} and isinstance(joined, JoinedTable)
    back = Session(joined)
    view_of(back, runs)._act("part")
    assert back.wanted_table.directions == {"test_accuracy": False}
    assert back.wanted_table.origin is session.table


def test_the_page_keeps_what_is_drawn_when_tables_change_places(session, runs):
    runs.personal.add("ann", "", record(SIX, 0.9))
    page = Dashboard(session, [session.table], tools=Tools(user="ann", runs=runs))
    session.load_cell(SIX)
    session.select([1])
    session.pinned = CHAIN
    Train(session, page.tools)._act("join")
    now = page.session
    assert isinstance(now.table, JoinedTable) and now is not session
    assert (now.draft, now.pinned, now.drawer, now.rows.tolist()) == (session.draft, CHAIN, "train", [1])
    assert now.row == 2
    now.select([1, 2])
    Train(now, page.tools)._act("part")
    assert page.session.table is session.table and page.session.rows.tolist() == [1]
    assert page.session.row is None


def test_a_broken_personal_table_is_told_and_the_rest_goes_on(session, runs):
    runs.personal.add("ann", "", record(SIX))
    with closing(sqlite3.connect(runs.personal.path)) as database:
        database.execute("PRAGMA user_version = 99")
    view = view_of(session, runs)
    assert "Found form 99" in view._list.html
    session.load_cell(SIX)
    assert "Train this cell" in view._live.html
    page = Dashboard(session, tools=Tools(user="ann", runs=runs))
    assert "Performance" in page.views["performance"].__panel__().html


def test_performance_marks_what_was_trained_here_apart_from_the_cards(session, runs):
    runs.personal.add("ann", "", record(SIX, 0.9))
    page = Dashboard(session, tools=Tools(user="ann", runs=runs))
    shown = page.views["performance"].__panel__()
    session.load_cell(SIX)
    assert "trained here" in shown.html and "90.00 %" in shown.html and 'data-card="test_accuracy"' not in shown.html
    session.drawer = ""
    page.views["performance"]._act("train")
    assert session.drawer == "train"
    session.load_cell(CHAIN)
    assert "trained here" not in shown.html
    runs.personal.add("ann", "", record(CHAIN, 0.77))
    runs.kept += 1
    runs._tell()
    assert "77.00 %" in shown.html and "80.00" in shown.html, "both, each in its place"
    assert "Train this cell" not in performance_html(session), "where nothing can be trained, nothing is offered"


def test_a_page_without_workers_says_so(session):
    view = Train(session, Tools())
    view._act("train")
    assert "cannot be trained from this page" in view._cell.html


def test_operations_without_a_network_are_named(runs):
    from vanas_panel.core.space import CellSpace
    from vanas_panel.metrics import known_metric
    from vanas_panel.table import BenchmarkTable

    space = CellSpace(("conv5x5",), 3, 3)
    odd = Cell(("input", "conv5x5", "output"), ((0, 1), (1, 2)), space)
    table = BenchmarkTable(space, np.array([odd.packed(space)]), {"test_accuracy": known_metric("test_accuracy")},
                           {"test_accuracy": np.array([0.5])}, name="odd")
    session = Session(table, drawer="train", draft=Draft(odd.operations, odd.edges))
    view = view_of(session, runs)
    assert "cannot be trained" in view._cell.html and "conv5x5" in view._cell.html
    view._act("train")
    assert "conv5x5" in session.message
    assert pn.panel(Dashboard(session, tools=Tools(runs=runs))).get_root() is not None


def test_a_follower_speaks_on_the_thread_of_its_page_once_for_many_changes(runs):
    calls: list[int] = []
    document = Document()
    document._session_context = lambda: SimpleNamespace()
    with set_curdoc(document):
        follower = Follower(runs, lambda: calls.append(1))
    for _ in range(5):
        follower.changed()
    assert calls == []
    (waiting,) = document.session_callbacks
    waiting.callback()
    assert calls == [1]
    follower.changed()
    assert len(document.session_callbacks) == 1
    (leave,) = document.callbacks.session_destroyed_callbacks
    leave(None)
    assert runs._watchers == []


def test_a_follower_is_gone_with_its_view(runs):
    follower = Follower(runs, lambda: None)
    assert len(runs._watchers) == 1
    del follower
    gc.collect()
    runs._tell()
    assert runs._watchers == []
