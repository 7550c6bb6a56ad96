"""The drawer *Train*, its texts and its curve, without a browser."""

from __future__ import annotations

import gc
import re
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from page_parts import click, html, parts, send
from panel.io.state import set_curdoc
from trained_cells import CHAIN, POOL, SIX, record

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import multiply_accumulates, trainable_parameters
from vanas_panel.core.draft import Draft
from vanas_panel.draw.curve import curve_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import TrainingError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.panels.performance import performance_html
from vanas_panel.panels.training.list import Listing, list_html
from vanas_panel.panels.training.panel import Train
from vanas_panel.panels.training.results import accuracy_words, own_html, result_html, rows_for, settings_words, spread
from vanas_panel.panels.training.text import Drawn, live_html, others_html
from vanas_panel.state.session import Session
from vanas_panel.training import runs as runs_module
from vanas_panel.training.joined import JoinedTable
from vanas_panel.training.personal import Personal, Trained
from vanas_panel.training.run import CANCELLED, DONE, FAILED, RUNNING, STARTING, WAITING, Evaluation, Progress, Run
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import results_table
from vanas_panel.training.trainable import TRAINABLE, canonical_cell
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import watch_runs
from vanas_panel.widgets.tools import Tools

SETTINGS = Settings(repeats=1, budgets=(180,))
"""Those of `record`."""


class Starting:
    """Workers that are still starting when a test ends."""

    alive = True

    def __init__(self):
        self.over = threading.Event()

    def submit(self, *_arguments, **_options):
        self.over.wait(300)
        raise TrainingError("the test is over")

    def close(self):
        pass


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Runs whose trainings begin and never come further."""
    cluster = Starting()
    made = Runs(Personal(tmp_path / "trained.sqlite"), cluster=cluster)
    monkeypatch.setattr(runs_module, "missing_words", lambda settings: "")
    yield made
    cluster.over.set()
    made.close()


@pytest.fixture
def session():
    return Session(results_table([record(), record(POOL, 0.5)], name="source", title="Source"), drawer="train")


def view_of(session, runs, user="ann") -> Train:
    return Train(session, Tools(user=user, runs=runs))


def texts_of(view) -> list[str]:
    """HTML of the three parts: the cell, its training, what was trained before."""
    return [each.html for each in parts(view, Markup)]


def list_of(view) -> str:
    return texts_of(view)[2]


def change_elsewhere(runs, user="ann") -> None:
    """Another page removes a row, of which this one hears."""
    runs.personal.add(user, "", record(SIX, images="elsewhere"))
    (row, *_) = (row for row in runs.personal.all(user) if row.record.images == "elsewhere")
    runs.remove(user, row.row_id).result(30)


def a_run(progress: Progress, people=("ann",)) -> Run:
    return Run("name", canonical_cell(CHAIN)[0], CHAIN, SETTINGS, {person: "" for person in people}, progress)


def repeats(*values):
    """A record with these test accuracies; None for a repeat that failed."""
    one = record().repeats[0]
    return replace(record(), repeats=[
        {**one, "repeat": index, "test_accuracy": [value], "failed": value is None, "reason": "" if value else "broke",
         "training_seconds": [None if value is None else 1.0]} for index, value in enumerate(values)])


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


def test_text_from_a_file_is_escaped():
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


def test_settings_are_described_in_words():
    said = settings_words(Settings())
    for words in ("3 repeats of 180 steps", "batches of 64", "1,500 MNIST digits of 12 × 12 pixels in 3 noisy copies",
                  "3 stacks of one cell, 8 channels", "Learning rate 0.1"):
        assert words in said


def test_curve_has_a_line_for_each_repeat_and_set_at_its_coordinates():
    evaluations = [Evaluation(5, (0.5, 0.25), (0.25, None)), Evaluation(10, (1.0, None), (0.5, None))]
    drawn = curve_svg(evaluations, 10)
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
    (Progress(DONE, evaluations=(Evaluation(180, (0.5,), (0.5,)),)), ("<svg", "Train this cell"),
     ("cancel:", "<progress")),
])
def test_each_state_of_a_run_is_described(progress, said, never):
    shown = live_html(Drawn(CHAIN, run=a_run(progress)), "")
    assert all(words in shown for words in said) and not any(words in shown for words in never)


def test_other_waiters_are_counted_without_names():
    shown = live_html(Drawn(CHAIN, run=a_run(Progress(RUNNING, 7), ("ann", "bob", "eve"))), "")
    assert "2 others wait" in shown and "bob" not in shown
    assert "Also under way" in others_html([a_run(Progress(RUNNING, 7))]) and others_html([]) == ""


def test_missing_requirement_is_reported_and_the_button_is_off():
    shown = live_html(Drawn(CHAIN), "Install it: pip install 'vanas-panel[train]'.")
    assert "pip install &#39;vanas-panel[train]&#39;" in shown
    assert re.search(r'data-action="train"[^>]*disabled', shown)


def test_the_drawer_follows_the_draft(session, runs):
    view = view_of(session, runs)
    cell, live, _ = texts_of(view)
    assert "Draw a cell" in cell and live == ""
    session.add_vertex("conv3x3-bn-relu")
    assert "Not a cell yet. There is no path" in texts_of(view)[0]
    session.load_cell(SIX)
    _, cell = canonical_cell(SIX)
    packed = np.array([cell.packed(TRAINABLE)])
    shown, live, _ = texts_of(view)
    assert f"{trainable_parameters(packed, TRAINABLE, SETTINGS.skeleton)[0]:,} trainable parameters" in shown
    assert f"{multiply_accumulates(packed, TRAINABLE, SETTINGS.skeleton)[0]:,} multiply-" in shown
    assert "the numbers can be compared" in shown and "Train this cell" in live
    assert view.settings == SETTINGS, "as the cells of the table were trained"


def test_a_click_trains_with_the_settings_of_the_table_and_another_cancels(session, runs):
    view = view_of(session, runs)
    send(view, "train")
    assert runs.under_way("ann") == [], "nothing is drawn"
    session.load_cell(SIX)
    click(view, "train")
    (run,) = runs.under_way("ann")
    assert (run.settings, run.people) == (SETTINGS, {"ann": "source"})
    click(view, f"cancel:{run.name}")
    assert run.progress.state == CANCELLED and "Cancelled" in texts_of(view)[1]
    send(view, "cancel:", "cancel:none", "load:7", "delete:x", "sure:1", "show:none", "<b>")


def test_person_cannot_cancel_the_run_of_another(session, runs):
    run = runs.start(SIX, "bob")
    view = view_of(session, runs)
    send(view, f"cancel:{run.name}", f"show:{run.name}")
    assert not run.progress.ended and session.cell is None
    assert "Also under way" not in html(view)


def test_rows_are_listed_loaded_and_deleted_after_confirmation(session, runs):
    runs.personal.add("ann", "source", record(SIX, 0.9))
    runs.personal.add("bob", "source", record())
    view = view_of(session, runs)
    (row,) = runs.personal.all("ann")
    assert list_of(view).count('class="row"') == 1 and "90.00 %" in list_of(view)
    click(view, f"load:{row.row_id}")
    assert session.cell is not None and len(session.cell.operations) == 6
    # One thread removes one row after the other.
    send(view, f"sure:{row.row_id}")
    runs.remove("nobody", 0).result(30)
    assert len(runs.personal.all("ann")) == 1, "it was not asked"
    click(view, f"delete:{row.row_id}")
    click(view, "keep")
    assert f"sure:{row.row_id}" not in list_of(view)
    click(view, f"delete:{row.row_id}")
    click(view, f"sure:{row.row_id}")
    runs.remove("nobody", 0).result(30)
    assert runs.personal.all("ann") == () and len(runs.personal.all("bob")) == 1
    assert "0 cells" in list_of(view)


def test_a_long_list_comes_in_parts(session, runs):
    for index in range(35):
        runs.personal.add("ann", "", record(SIX, images=str(index)))
    view = view_of(session, runs)
    assert list_of(view).count('class="row"') == 30 and "5 more" in list_of(view)
    click(view, "more")
    assert list_of(view).count('class="row"') == 35 and 'data-action="more"' not in list_of(view)


def test_the_switch_asks_for_a_joined_table_and_back(session, runs):
    view = view_of(session, runs)
    assert 'role="switch"' in list_of(view) and "disabled" in list_of(view)
    send(view, "join")
    assert session.wanted_table is None and "No cell has been trained" in session.message
    runs.personal.add("ann", "", record(SIX, 0.9))
    view = view_of(session, runs)
    assert "disabled" not in list_of(view)
    click(view, "join")
    joined = session.wanted_table
    assert isinstance(joined, JoinedTable) and joined.source is session.table and len(joined) == 3
    there = Session(joined, drawer="train")
    on = view_of(there, runs)
    assert 'aria-checked="true"' in list_of(on) and "1 of these cells is counted in" in list_of(on)
    assert "Count the new ones" not in list_of(on)
    runs.personal.add("ann", "", record(Cell(SIX.operations, (*SIX.edges, (0, 5))), 0.7))
    change_elsewhere(runs)
    assert "Count the new ones" in list_of(on)
    click(on, "part")
    assert there.wanted_table is session.table


def test_the_switch_keeps_switched_directions(session, runs):
    runs.personal.add("ann", "", record(SIX, 0.9))
    there = Session(session.table.with_direction("test_accuracy", False))
    click(view_of(there, runs), "join")
    joined = there.wanted_table
    assert joined.directions == {"test_accuracy": False} and isinstance(joined, JoinedTable)
    back = Session(joined)
    click(view_of(back, runs), "part")
    assert back.wanted_table.directions == {"test_accuracy": False}
    assert back.wanted_table.origin is session.table


@pytest.mark.slow
def test_page_keeps_the_drawing_when_the_joined_table_replaces_the_table(session, runs):
    runs.personal.add("ann", "", record(SIX, 0.9))
    page = Dashboard(session, [session.table], tools=Tools(user="ann", runs=runs))
    session.load_cell(SIX)
    session.select([1])
    session.pinned = CHAIN
    click(Train(session, page.tools), "join")
    now = page.session
    assert isinstance(now.table, JoinedTable) and now is not session
    assert (now.draft, now.pinned, now.drawer, now.rows.tolist()) == (session.draft, CHAIN, "train", [1])
    assert now.row == 2
    now.select([1, 2])
    click(Train(now, page.tools), "part")
    assert page.session.table is session.table and page.session.rows.tolist() == [1]
    assert page.session.row is None


def test_broken_personal_table_is_reported_and_the_rest_works(session, runs):
    runs.personal.add("ann", "", record(SIX))
    with closing(sqlite3.connect(runs.personal.path)) as database:
        database.execute("PRAGMA user_version = 99")
    view = view_of(session, runs)
    assert "Found form 99" in list_of(view)
    session.load_cell(SIX)
    assert "Train this cell" in texts_of(view)[1]
    page = Dashboard(session, tools=Tools(user="ann", runs=runs))
    assert "Performance" in page.views["performance"].__panel__().html


def test_performance_marks_what_was_trained_here_apart_from_the_cards(session, runs):
    runs.personal.add("ann", "", record(SIX, 0.9))
    page = Dashboard(session, tools=Tools(user="ann", runs=runs))
    shown = page.views["performance"].__panel__()
    session.load_cell(SIX)
    assert "trained here" in shown.html and "90.00 %" in shown.html and 'data-card="test_accuracy"' not in shown.html
    session.drawer = ""
    click(page.views["performance"], "train")
    assert session.drawer == "train"
    session.load_cell(CHAIN)
    assert "trained here" not in shown.html
    runs.personal.add("ann", "", record(CHAIN, 0.77))
    change_elsewhere(runs)
    assert "77.00 %" in shown.html and "80.00" in shown.html, "both, each where it belongs"
    assert "Train this cell" not in performance_html(session), "where nothing can be trained, nothing is offered"


def test_a_page_without_workers_says_so(session):
    view = Train(session, Tools())
    send(view, "train")
    assert "cannot be trained from this page" in html(view)


def test_operations_without_a_network_are_named(runs):
    from vanas_panel.core.space import CellSpace
    from vanas_panel.tables.metrics import known_metric
    from vanas_panel.tables.table import BenchmarkTable

    space = CellSpace(("conv5x5",), 3, 3)
    odd = Cell(("input", "conv5x5", "output"), ((0, 1), (1, 2)), space)
    table = BenchmarkTable(space, np.array([odd.packed(space)]), {"test_accuracy": known_metric("test_accuracy")},
                           {"test_accuracy": np.array([0.5])}, name="odd")
    session = Session(table, drawer="train", draft=Draft(odd.operations, odd.edges))
    view = view_of(session, runs)
    shown = texts_of(view)[0]
    assert "cannot be trained" in shown and "conv5x5" in shown
    send(view, "train")
    assert "conv5x5" in session.message
    assert pn.panel(Dashboard(session, tools=Tools(runs=runs))).get_root() is not None


def test_a_follower_speaks_on_the_thread_of_its_page_once_for_many_changes(runs):
    calls: list[int] = []

    class Served(Document):
        """The document of a page on a server."""

        session_context = property(lambda self: SimpleNamespace())

    document = Served()
    with set_curdoc(document):
        follower = watch_runs(runs, lambda: calls.append(1))
    for _ in range(5):
        follower.changed()
    assert calls == []
    (waiting,) = document.session_callbacks
    waiting.callback()
    assert calls == [1]
    follower.changed()
    assert len(document.session_callbacks) == 1
    (leave,) = document.callbacks.session_destroyed_callbacks
    assert runs.watchers == 1
    leave(None)
    assert runs.watchers == 0


def test_a_follower_is_gone_with_its_view(runs):
    follower = watch_runs(runs, lambda: None)
    assert runs.watchers == 1
    del follower
    gc.collect()
    assert runs.watchers == 0
    change_elsewhere(runs)
