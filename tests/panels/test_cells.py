"""The drawer of cells: its table, its files, and its parallel coordinates, as a person meets them."""

import base64
import gzip
import io
import re

import numpy as np
import pandas as pd
import pytest
from demo_tables import demo_table, structure_table
from page_parts import click, html, part, send

from vanas_panel.panels.cells.axes_picture import AxesPicture
from vanas_panel.panels.cells.panel import Cells
from vanas_panel.report import plan_of, report_html
from vanas_panel.report.cell_files import PARTS, cell_frame
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.conditions import Between, HasEdge
from vanas_panel.state.session import Session
from vanas_panel.widgets.file_parts import FileParts


@pytest.fixture
def session():
    return Session(structure_table())


@pytest.fixture
def drawer(session):
    return Cells(session)


def rows_of(drawer):
    """The rows that are listed, from the top."""
    return [int(row) for row in re.findall(r'data-action="row:(\d+)"', html(drawer))]


def column(drawer, name):
    return drawer.table.columns.index(name)


def type_over(drawer, name, text):
    index = len(drawer.table.columns) if name == "operations" else column(drawer, name)
    send(drawer.table.view, f"where:{index}:{text}")


# The table -----------------------------------------------------------------------------------------------------------


def test_it_lists_twenty_cells_and_goes_from_page_to_page(session, drawer):
    first = rows_of(drawer)
    assert len(first) == 20 and "of 5" in html(drawer) and f"{len(session.table)} cells" in html(drawer)
    click(drawer, "next")
    assert session.cells.page == 1 and not set(rows_of(drawer)) & set(first)
    send(drawer.table.view, "page: 99 ")
    assert session.cells.page == 4 and len(rows_of(drawer)) == len(session.table) - 80
    for typed in ("zero", "", "\u00b2", "1.5", "nothing of the kind, and long"):
        shown = rows_of(drawer)
        send(drawer.table.view, f"page:{typed}")
        assert rows_of(drawer) == shown and repr(typed[:20]) in session.message
        assert "expected a whole number from 1 to 5" in session.message
    send(drawer.table.view, "page:1")
    assert rows_of(drawer) == first and session.message == ""
    session.message = "Something else"
    send(drawer.table.view, "page:2")
    assert session.message == "Something else"


def test_a_path_leads_to_a_row_that_is_chosen_here(session, drawer):
    session.load_row(3)
    goal = rows_of(drawer)[5]
    assert f'data-action="path:{goal}"' in html(drawer)
    send(drawer.table.view, f"path:{goal}")
    assert session.improve.tab == "path" and session.goal == session.table.cell(goal) and session.drawer == ""
    before = session.improve
    for text in ("path:100000", "path:", "path:x"):
        send(drawer.table.view, text)
    assert session.improve == before


def test_a_click_on_a_head_sorts_best_first_and_then_the_other_way_round(session, drawer):
    flops = session.table.column("flops")
    send(drawer.table.view, f"sort:{column(drawer, 'structure.edges')}")
    assert session.cells.sort == "structure.edges" and session.cells.down and 'aria-sort="descending"' in html(drawer)
    send(drawer.table.view, f"sort:{column(drawer, 'flops')}")
    up = rows_of(drawer)
    assert (np.diff(flops[up]) >= 0).all(), "fewer operations are better"
    send(drawer.table.view, f"sort:{column(drawer, 'flops')}")
    assert (np.diff(flops[rows_of(drawer)]) <= 0).all()


def test_filters_narrow_the_list_and_become_a_selection(session, drawer):
    type_over(drawer, "structure.edges", "3..4")
    type_over(drawer, "operations", "conv3x3 !maxpool")
    edges = session.table.column("structure.edges")
    wanted = {row for row in range(len(session.table)) if 3 <= edges[row] <= 4 and any(
        "conv3x3" in each for each in session.table.cell(row).operations) and "maxpool3x3" not in
        session.table.cell(row).operations}
    assert set(drawer.table.listed().rows.tolist()) == wanted and session.rows is None
    click(drawer, "take")
    assert set(session.rows.tolist()) == wanted and session.cells.filters == ()
    assert Between("structure.edges", 3, 4) in session.conditions.parts


def test_a_bad_filter_is_one_calm_sentence_and_hides_nothing(session, drawer):
    type_over(drawer, "flops", "<b>much")
    type_over(drawer, "structure.edges", "four")
    shown = html(drawer)
    assert shown.count('role="alert"') == 1 and "&lt;b&gt;much" in shown and "<b>much" not in shown
    assert len(rows_of(drawer)) == 20 and shown.count('aria-invalid="true"') == 2
    assert 'data-action="take"' not in shown
    click(drawer, "unfilter")
    assert 'role="alert"' not in html(drawer)


def test_no_cell_is_listed_where_none_fits(session, drawer):
    type_over(drawer, "flops", "none")
    assert rows_of(drawer) == [] and "No cell meets all filters." in html(drawer)
    session.param.update(rows=np.array([], dtype=np.int64), cells=CellsView())
    assert "No cell is selected." in html(drawer)


def test_a_click_loads_a_cell_and_ticks_select_cells(session, drawer):
    row = rows_of(drawer)[3]
    click(drawer, f"row:{row}")
    assert session.row == row and 'class="shown"' in html(drawer)
    for each in (5, 7, 9, 7):
        send(drawer.table.view, f"tick:{each}:on")
    assert "Select 2 ticked" in html(drawer)
    click(drawer, "take-ticked")
    assert session.rows.tolist() == [5, 9] and sorted(rows_of(drawer)) == [5, 9]


def test_a_change_of_the_selection_begins_at_the_first_page(session, drawer):
    click(drawer, "next")
    session.select_where(HasEdge("input", "output"))
    assert session.cells.page == 0 and set(rows_of(drawer)) <= set(session.rows.tolist())


@pytest.mark.parametrize("message", ["sort:99", "sort:-1", "sort:", "where:99:1", "where", "tick:", "tick:10000:on",
                                     "tick:x", "row:100000", "page", "save:exe", "next:3", "", "tab:list", 7, None])
def test_what_makes_no_sense_does_nothing(session, drawer, message):
    send(drawer.table.view, message)
    send(part(drawer, type(drawer.table.view), "cells-head"), message)
    assert session.cells == CellsView() and session.rows is None and session.draft.edges == ()


# Files ---------------------------------------------------------------------------------------------------------------


def read(kind, content):
    if kind == "parquet":
        return pd.read_parquet(io.BytesIO(content))
    return pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values={"x": [""]})


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize("count", [0, 1, 6, 7, 91])
def test_a_file_holds_every_row_in_order_with_its_exact_values(kind, count):
    table = structure_table()
    rows = np.random.default_rng(3).permutation(len(table))[:count]
    made = list(PARTS[kind](table, rows, 7))
    assert len(made) == max(1, -(-count // 7))
    pd.testing.assert_frame_equal(read(kind, b"".join(made)), cell_frame(table, rows), check_exact=True,
                                  check_dtype=False)


def test_missing_values_and_formulas_survive_a_file():
    table = demo_table()
    frame = cell_frame(table, np.arange(len(table)))
    parquet = read("parquet", b"".join(PARTS["parquet"](table, np.arange(len(table)))))
    pd.testing.assert_frame_equal(parquet, frame, check_exact=True)
    assert list(frame)[:3] == ["row", "operations", "edges"] and frame["structure.edges"].dtype == np.int64


@pytest.mark.parametrize(("kind", "media"), [("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")])
def test_the_listed_cells_are_saved_under_the_name_of_table_and_selection(session, drawer, monkeypatch, kind, media):
    sent = []
    monkeypatch.setattr(FileParts, "send", lambda _files, message: sent.append(message))
    type_over(drawer, "structure.edges", "3")
    listed = drawer.table.listed().rows
    click(drawer, f"save:{kind}")
    assert len(sent) == 1 and sent[0]["name"] == f"{session.table.name}-selection-{listed.size}-cells.{kind}"
    assert sent[0]["kind"].startswith(media) and f"Saved {session.table.name}-selection-{listed.size}" in html(drawer)
    assert read(kind, gzip.decompress(base64.b64decode(sent[0]["content"])))["row"].tolist() == listed.tolist()
    session.select_where(HasEdge("input", "output"))
    session.name_selection("Short cuts")
    assert drawer.export.name("csv", 46) == f"{session.table.name}-short-cuts-46-cells.csv"
    session.select(None)
    assert drawer.export.name("csv", len(session.table)) == f"{session.table.name}-{len(session.table)}-cells.csv"


def test_a_file_is_given_up_with_the_drawer(session, drawer, monkeypatch):
    sent = []
    monkeypatch.setattr(FileParts, "send", lambda _files, message: sent.append(message))
    session.drawer = "cells"
    drawer.export.files.begin("a.csv", "text/csv", iter([b"1", b"2", b"3"]), 3)
    assert drawer.export.files.busy and len(sent) == 1
    send(drawer.export.view, {"more": 7}, {"more": "1"}, "more", kind=FileParts)
    assert len(sent) == 1
    send(drawer.export.view, {"more": 1}, kind=FileParts)
    assert len(sent) == 2
    session.drawer = ""
    send(drawer.export.view, {"more": 2}, kind=FileParts)
    assert len(sent) == 2 and not drawer.export.files.busy and "was not finished" in html(drawer)


# Parallel coordinates ------------------------------------------------------------------------------------------------


@pytest.fixture
def axes(session, drawer):
    session.cells = CellsView("axes")
    return drawer.axes


def ask(axes, **message):
    send(axes.view, message, kind=AxesPicture)


def names(axes):
    return [axis.name for axis in axes.axes]


def test_every_number_has_an_axis_and_the_ranking_metric_is_on_top(session, axes):
    assert names(axes) == [session.metric, *(name for name in session.table.numbers if name != session.metric)]
    shown = axes.picture.html
    assert shown.count('class="axis"') == len(session.table.numbers) and "data:image/png" in shown


def test_a_brush_selects_cells_and_stands_on_its_axis(session, axes):
    index = names(axes).index("structure.edges")
    ask(axes, do="brush", axis=index, **{"from": 0.6, "to": 1.0})
    low, high = session.table.column("structure.edges").min(), session.table.column("structure.edges").max()
    edges = session.table.column("structure.edges")
    assert session.rows.tolist() == np.flatnonzero(edges >= low + 0.6 * (high - low)).tolist()
    assert axes.picture.html.count('class="brush"') == 1 and f"{session.rows.size} of" in axes.picture.html
    ask(axes, do="brush", axis=0, **{"from": 0.2, "to": 0.0})
    assert len(session.conditions.parts) == 2 and axes.picture.html.count('class="brush"') == 2
    ask(axes, do="unbrush", axis=index)
    assert [each.name for each in session.conditions.parts] == [names(axes)[0]]
    ask(axes, do="clear")
    assert session.rows is None


def test_other_conditions_stay_when_brushes_go(session, axes):
    session.select_where(HasEdge("input", "output"))
    ask(axes, do="brush", axis=0, **{"from": 0, "to": 0.5})
    assert len(session.conditions.parts) == 2
    ask(axes, do="clear")
    assert session.conditions.parts == (HasEdge("input", "output"),)


def test_keys_move_the_ends_of_a_brush_by_a_fiftieth(session, axes):
    index = names(axes).index("structure.edges")
    axis = axes.axes[index]
    for _ in range(3):
        ask(axes, do="step", axis=index, by=1, right=False)
    brush = session.conditions.parts[0]
    assert axis.share(session.table, brush.low) == pytest.approx(0.06, abs=0.002) and brush.high >= 6
    ask(axes, do="step", axis=index, by=-1, right=True)
    assert axis.share(session.table, session.conditions.parts[0].high) == pytest.approx(0.98, abs=0.002)
    for _ in range(60):
        ask(axes, do="step", axis=index, by=-1, right=True)
    low, high = session.conditions.parts[0].low, session.conditions.parts[0].high
    assert low <= high


def test_axes_are_moved_flipped_and_put_back(session, axes):
    before = names(axes)
    ask(axes, do="move", axis=3, to=0)
    assert names(axes) == [before[3], *before[:3], *before[4:]] and session.cells.axes == (before[3],)
    ask(axes, do="move", axis=0, to=3)
    assert names(axes) == before and session.cells.axes == ()
    ask(axes, do="flip", axis=1)
    assert session.cells.flipped == (before[1],) and 'aria-pressed="true"' in axes.picture.html
    ask(axes, do="rank")
    assert session.cells.spread == "rank"
    ask(axes, do="reset")
    ask(axes, do="value")
    assert session.cells == CellsView("axes")


@pytest.mark.parametrize("message", [
    {}, {"do": "brush"}, {"do": "brush", "axis": 99, "from": 0, "to": 1}, {"do": "brush", "axis": 0, "from": "a"},
    {"do": "brush", "axis": 0, "from": float("nan"), "to": 1}, {"do": "step", "axis": 0, "by": 5},
    {"do": "move", "axis": 0, "to": -1}, {"do": "move", "axis": True, "to": 1}, {"do": ["x"], "axis": 0}, "brush",
    None])
def test_what_a_browser_may_send_does_nothing(session, axes, message):
    send(axes.view, message, kind=AxesPicture)
    assert session.cells == CellsView("axes") and session.rows is None


def test_a_metric_of_one_value_and_no_value_at_all_are_axes_too():
    table = structure_table()
    frame = table.frame(cells=True).assign(same=1.0, missing=np.nan)
    frame.attrs = {}
    other = type(table).from_frame(frame, name="odd")
    session = Session(other, cells=CellsView("axes"))
    drawer = Cells(session)
    ask(drawer.axes, do="brush", axis=names(drawer.axes).index("same"), **{"from": 0.2, "to": 0.4})
    assert session.rows is not None and session.rows.size == len(other)


# Report --------------------------------------------------------------------------------------------------------------


def report_of(session):
    return report_html(plan_of(session.table, session=session, parts=[]))


def test_a_report_has_the_first_rows_or_the_axes_where_they_were_looked_at(session):
    session.select_where(Between("structure.edges", 2, 4))
    assert 'id="cells"' not in report_of(session)
    session.cells = CellsView(sort="flops", filters=(("operations", "conv1x1"),))
    html = report_of(session)
    assert 'id="cells"' in html and "operations: conv1x1" in html and "The first" in html
    session.cells = CellsView("axes", spread="rank")
    html = report_of(session)
    assert "data:image/png" in html and 'class="brush"' in html and 'data-do="rank"' not in html
    assert report_of(session) == html
