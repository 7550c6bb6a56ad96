"""What goes into a report, and the code that makes the same one."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pytest

import vanas_panel as vp
from tests.demo_tables import demo_table, structure_table, table_of
from vanas_panel.errors import ReportError, UnknownMetricError
from vanas_panel.report import ShelfEntry, plan_of, report_html, save_report
from vanas_panel.report.data_card import data_card_html
from vanas_panel.report.plan import Axes, default_axes, snapshot, starting_session
from vanas_panel.report.recipe import code_of
from vanas_panel.shelf.entry import Entry
from vanas_panel.state.code_text import rows_code
from vanas_panel.state.selection import Box
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.joined import JoinedTable

MADE = date(2026, 1, 31)
CELL = vp.Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(0, 1), (1, 2), (2, 3), (0, 3)])


def full_session() -> Session:
    """A session in which everything was used."""
    session = Session(vp.open_table("structure4"), metric="flops", x="edges", y="flops", log_y=True, extra_vertices=1)
    session.load_row(7)
    session.pin()
    session.load_cell(CELL)
    session.positions = {0: (250.0, 490.0), 1: (100.5, 300.0), 2: (300.0, 200.0), 3: (250.0, 64.0)}
    return session


def test_the_defaults_take_the_best_cell_and_maps_of_size_time_and_metric():
    table = demo_table()
    plan = plan_of(table)
    assert plan.session.row == table.best("test_accuracy")
    assert plan.axes == (Axes("trainable_parameters", "test_accuracy"), Axes("training_time", "test_accuracy"),
                         Axes("trainable_parameters", "training_time"))
    assert plan.title == "Demo: report"
    assert plan.made == date.today()
    assert "never_measured" not in plan.metrics


def test_a_table_without_a_measurement_has_nothing_in_the_designer_where_nothing_ranks():
    session = starting_session(structure_table())
    assert session.draft != EMPTY  # the cell with the fewest parameters
    lonely = table_of({"never_measured": np.full(91, np.nan)})
    assert starting_session(lonely).draft == EMPTY


def test_a_table_of_one_metric_has_one_map_of_it():
    table = table_of({"test_accuracy": np.linspace(0.1, 0.9, 91)})
    assert default_axes(Session(table)) == (Axes("structure.vertices", "test_accuracy"),)
    assert "Best cells" in report_html(plan_of(table))


def test_the_map_of_the_screen_comes_first_and_only_once():
    session = Session(demo_table(), x="training_time", y="test_accuracy", log_x=True)
    assert default_axes(session)[0] == Axes("training_time", "test_accuracy", True, False)
    assert len(default_axes(session)) == 3


@pytest.mark.parametrize(("wrong", "words"), [
    ({"axes": ["test_accuracy"]}, "two names"),
    ({"axes": [("test_accuracy",)]}, "two names"),
    ({"best": 201}, "0 to 200"),
    ({"best": -1}, "0 to 200"),
    ({"parts": ["overview", "poem"]}, "'poem'"),
    ({"notes": "x" * 20_001}, "20,001 characters"),
    ({"session": Session(structure_table())}, "the session's own table"),
])
def test_invalid_options_are_refused_in_words(wrong, words):
    with pytest.raises(ReportError, match=words):
        plan_of(demo_table(), **wrong)


@pytest.mark.parametrize("wrong", [{"axes": [("test_accuracy", "beauty")]}, {"metrics": ["beauty"]}])
def test_an_unknown_metric_is_refused(wrong):
    with pytest.raises(UnknownMetricError, match="beauty"):
        plan_of(demo_table(), **wrong)


def test_a_plan_keeps_the_state_that_the_session_had():
    session = full_session()
    session.select([1, 5, 6])
    plan = plan_of(session.table, session=session)
    session.clear()
    session.select(None)
    session.metric = "edges"
    assert plan.session.draft == CELL
    assert plan.session.rows.tolist() == [1, 5, 6]
    assert plan.session.metric == "flops"


def test_a_copy_of_a_session_remembers_its_box():
    session = full_session()
    box = Box("edges", "flops", (2, 4), (0, float("inf")))
    session.select_box(box)
    copy = snapshot(session)
    assert copy.box == box
    assert copy.rows.tolist() == session.rows.tolist()


def test_an_entry_of_the_shelf_becomes_plain():
    when = datetime(2026, 1, 2, 3, 4)
    entry = Entry(3, "demo", "mira", when, "Mine", "good", ("a", "b"), CELL, 1, "mira", when, None)
    assert ShelfEntry.of(entry) == ShelfEntry("Mine", CELL, "good", ("a", "b"), "mira", "2026-01-02")


def selections(session: Session):
    """Every way in which rows are selected."""
    rng = np.random.default_rng(3)
    yield "all", lambda: session.select(None)
    yield "none", lambda: session.select([])
    yield "few runs", lambda: session.select([1, 2, 3, 9])
    yield "scattered", lambda: session.select(np.flatnonzero(rng.random(91) < 0.5))
    yield "box", lambda: session.select_box(Box("edges", "flops", (2, 4), (0, float("inf"))))


@pytest.mark.parametrize("place", range(5))
def test_the_code_in_a_report_makes_the_same_report(place, tmp_path, monkeypatch):
    session = full_session()
    words, select = list(selections(session))[place]
    select()
    entries = [ShelfEntry('A "name"\n', CELL, "it's a <b>note</b>", ("x",), "mira", "2026-01-02"),
               ShelfEntry("Half", vp.Draft(["input", "maxpool3x3", "output"], [(0, 1)]))]
    asked = {"title": "It's </script> \\ “done”", "notes": "One\n\nTwo 'quoted' \"twice\" \\n", "session": session,
             "axes": [("edges", "flops", False, True), ("trainable_parameters", "edges")], "shelf_entries": entries,
             "metrics": ["flops", "edges"], "best": 3, "made": MADE}
    path = save_report(session.table, tmp_path / "first.html", **asked)
    code = code_of(plan_of(session.table, **asked))
    shown = re.search(r"<code>(.*?)</code>", path.read_text(encoding="utf-8"), re.DOTALL)[1]
    assert "vp.save_report(" in shown
    monkeypatch.chdir(tmp_path)
    exec(compile(code, words, "exec"), {})
    again = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert again.replace(date.today().isoformat(), MADE.isoformat()) == path.read_text(encoding="utf-8")


def test_a_report_of_a_switched_direction_says_so_and_its_code_makes_the_same(tmp_path, monkeypatch):
    table = vp.open_table("structure4").with_direction("flops", True)
    session = starting_session(table, "flops")
    assert session.row == int(np.argmax(table.column("flops")))
    path = save_report(table, tmp_path / "first.html", session=session, made=MADE)
    text = path.read_text(encoding="utf-8")
    assert "FLOPs (flops); higher is better" in text and "flops: higher is better" in text
    monkeypatch.chdir(tmp_path)
    code = code_of(plan_of(table, session=session))
    assert "table = table.with_direction('flops', True)" in code
    exec(compile(code, "code", "exec"), {})
    again = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert again.replace(date.today().isoformat(), MADE.isoformat()) == text


def test_the_code_names_the_parts_only_where_some_are_left_out():
    table = vp.open_table("structure4")
    assert "parts=" not in code_of(plan_of(table))
    assert "parts=['best']" in code_of(plan_of(table, parts=["best"]))


def test_rows_are_ranges_where_these_are_few():
    assert rows_code(np.array([], dtype=np.int64), 9) == "[]"
    assert rows_code(np.array([0, 1, 2, 8]), 9) == "np.r_[0:3, 8]"
    assert rows_code(np.arange(0, 100, 2), 100).startswith("unpack_rows('100.")


@pytest.mark.parametrize("source", ["/home/mira/secret/cells.parquet", "secret/cells.parquet", "~mira/cells.parquet",
                                    "C:\\Users\\mira\\cells.parquet"])
def test_a_report_names_no_folder_of_its_author(source, tmp_path):
    path = save_report(vp.open_table("structure4"), tmp_path / "out.html", source=source, made=MADE)
    text = path.read_text(encoding="utf-8")
    assert "mira" not in text and "secret" not in text and str(tmp_path) not in text
    assert "<dd>cells.parquet</dd>" in text and "vp.open_table(&#39;cells.parquet&#39;)" in text
    assert "# In the folder of the table." in text


def test_a_report_says_what_its_cells_were_trained_on():
    table = vp.open_table("structure4")
    table.training = {"devices": ["cuda"], "device_names": ["Some <GPU>"], "precision": "bf16", "torch": ["2.9"]}
    text = data_card_html(plan_of(table))
    assert "<dt>Trained on</dt><dd>CUDA (Some &lt;GPU&gt;), bf16, PyTorch 2.9</dd>" in text
    assert "Trained here on" not in text
    five = vp.Cell(["input", *3 * ["maxpool3x3"], "output"], [(0, 1), (1, 2), (2, 3), (3, 4)], table.space)
    own = BenchmarkTable(table.space, np.array([five.packed(table.space)]), {}, {}, name="own", training=table.training)
    joined = JoinedTable(vp.open_table("structure4"), own)
    assert "<dt>Trained here on</dt><dd>CUDA" in data_card_html(plan_of(joined))
