"""Tables of cells that grow while they are served."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import vanas_panel as vp
from tests.page_parts import click, html
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.readers.again import asked_of, can_read_again, opening_code, read_again
from vanas_panel.serve.followed_tables import ServedTables
from vanas_panel.serve.tables import served_tables
from vanas_panel.state.carry_over import carry
from vanas_panel.state.conditions import AllOf, Between
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools

HEAD = "adjacency,operations,test_accuracy,training_time\n"
CELLS = vp.open_table("structure4")


def line(row, accuracy=None, operations=None):
    """A line of a CSV for a cell of the small table."""
    cell = CELLS.cell(row)
    count = len(cell.operations)
    matrix = np.zeros((count, count), int)
    for one, other in cell.edges:
        matrix[one, other] = 1
    named = cell.operations if operations is None else [operations.get(each, each) for each in cell.operations]
    text = "".join(map(str, matrix.ravel()))
    return f'{text},"{",".join(named)}",{0.5 + row / 1000 if accuracy is None else accuracy},{10 + row}\n'


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(HEAD + "".join(map(line, range(1, 41))))
    return path


@pytest.fixture
def tables(path, monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)
    return served_tables((str(path), "structure4"), follow=True)


def _append(path, text):
    with path.open("a") as file:
        file.write(text)


def test_the_newest_version_is_served_and_the_old_one_let_go(path, tables):
    followed, other = tables.followed
    assert other is None and len(tables) == 2 and len(tables[0]) == 40 and tables[1].name == "structure4"
    old = weakref.ref(tables[0])
    _append(path, line(41) + line(42)[:-4])
    assert followed.poll() and len(tables[0]) == 41 and tables[0].name == "cells"
    gc.collect()
    assert old() is None
    _append(path, line(42)[-4:])
    assert followed.poll() and len(tables[0]) == 42 and [len(each) for each in tables] == [42, 91]
    path.write_text(HEAD)
    assert followed.poll() and followed.fault is not None and len(tables[0]) == 42


def test_a_newer_version_can_be_read_in_another_way_as_the_first_could(path, tables):
    assert can_read_again(tables[0])
    code = opening_code(tables[0])
    _append(path, line(41))
    assert tables.followed[0].poll() and tables[0].source_file == path
    assert can_read_again(tables[0]) and opening_code(tables[0]) == code == "vp.open_table('cells.csv')"


def test_what_is_not_to_be_followed_is_not(path, monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)
    assert served_tables((str(path),)).followed == (None,)


def test_cells_are_found_again_by_what_they_are(path, tables, tmp_path):
    old = Session(tables[0])
    old.select([3, 5, 7])
    old.load_row(5)
    old.pin()
    wanted = {old.table.cell(row) for row in (3, 5, 7)}
    # Other order, one cell gone, an operation that comes first among the letters: numbers and keys change.
    rows = [row for row in range(40, 0, -1) if row != 8]
    path.write_text(HEAD + line(50, operations={"conv3x3-bn-relu": "a-new-one"}) + "".join(map(line, rows)))
    assert tables.followed[0].poll()
    new, left = carry(old, tables[0], is_newer=True)
    assert new.draft == old.draft and new.pinned == old.pinned and new.can_undo == old.can_undo
    kept = {tuple(new.table.cell(row).operations) for row in new.rows}
    assert len(new.rows) == 2 and kept <= {tuple(each.operations) for each in wanted}
    assert {old.table.find(new.table.cell(row)) for row in new.rows} <= {3, 5, 7}
    assert "1 selected cell, which it no longer has" in left


def test_conditions_and_boxes_hold_anew(path, tables):
    old = Session(tables[0])
    old.select_where(AllOf([Between("test_accuracy", 0.53)], "good"))
    _append(path, line(60) + line(2, 0.9))
    tables.followed[0].poll()
    new, left = carry(old, tables[0], is_newer=True)
    assert not left and len(new.rows) == np.sum(new.table.column("test_accuracy") >= 0.53) > len(old.rows)
    assert new.selection.where == old.selection.where


def test_a_page_says_what_is_new_and_takes_it_in(path, tables):
    page = Dashboard(Session(tables[0]), tuple(tables), Tools(followed=tables.followed))
    page.session.select([1, 2])
    page.session.load_row(2)
    _append(path, "".join(map(line, range(41, 53))))
    tables.followed[0].poll()
    assert "12 new cells" in html(page) and len(page.session.table) == 40
    click(page, "take-in")
    assert len(page.session.table) == 52 and page.session.rows.tolist() == [1, 2] and page.session.row == 2
    assert page.tables[0] is page.session.table
    path.unlink()
    tables.followed[0].poll()
    assert "no file of that name any more" in html(page)


def test_what_a_person_said_of_columns_holds_for_the_rows_that_are_new(path, tables):
    page = Dashboard(Session(tables[0]), tuple(tables), Tools(followed=tables.followed))
    page.session.load_row(2)
    asked = asked_of(page.session.table, kinds={"training_time": "left out"})
    page.session.read_again = read_again(page.session.table, asked)
    assert "training_time" not in page.session.table.metrics and page.session.row == 2
    tables.followed[0].poll()
    assert "The file has changed" not in html(page) and "new cell" not in html(page)
    _append(path, "".join(map(line, range(41, 53))))
    tables.followed[0].poll()
    assert "12 new cells" in html(page)
    click(page, "take-in")
    assert len(page.session.table) == 52 and "training_time" not in page.session.table.metrics
    assert page.session.row == 2 and "new cell" not in html(page)
    _append(path, line(53))
    tables.followed[0].poll()
    assert "1 new cell" in html(page) and "training_time" in tables[0].metrics


def test_slices_are_newest_versions(tables):
    assert tables[0:1] == (tables[0],) and isinstance(tables, ServedTables)
