"""Cells side by side: aligned drawings, the table of values, the drawer and the part of a report."""

import csv
import io
import re

import pytest
from demo_tables import Page, demo_table, structure_table
from hypothesis import given
from page_parts import click, html, page, send

import vanas_panel as vp
from tests.core.strategies import cells, examples
from vanas_panel.draw.cell.canvas import overlap
from vanas_panel.draw.cell.layout import place
from vanas_panel.draw.compared.drawing import aligned_places, aligned_svg, difference_words
from vanas_panel.draw.compared.table import Compared, comparison_frame, comparison_html
from vanas_panel.draw.theme import LIGHT
from vanas_panel.panels.compare.panel import Compare, compare_html, compared_cells
from vanas_panel.report import save_report
from vanas_panel.state.session import Session
from vanas_panel.text.language import speaking

POOL = "maxpool3x3"
CHAIN = vp.Cell(["input", POOL, "output"], [(0, 1), (1, 2)])
BRANCH = vp.Cell(["input", POOL, POOL, "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])


@examples(40)
@given(one=cells(), other=cells())
def test_what_both_have_stands_where_it_stands_in_the_reference(one, other):
    alignment = vp.align_cells(one, other)
    places, anchors = aligned_places(alignment), place(one)
    assert sorted(places) == list(range(len(other.operations)))
    assert all(places[its] == anchors[mine] for mine, its in alignment.vertices)
    own = [places[vertex] for vertex in alignment.lone_other]
    assert not any(overlap(one, other) for at, one in enumerate(own) for other in own[:at])


def test_a_drawing_is_named_in_the_language_of_who_asks():
    names = []
    for language in ("en", "ko", "en"):
        with speaking(language):
            drawn = aligned_svg(CHAIN, CHAIN, vp.NASBENCH101.operations, LIGHT)
            names.append(re.search('aria-label="([^"]*)"', drawn)[1])
    assert names == ["the same cell", "같은 셀", "the same cell"]


def kinds(svg):
    return {kind: len(re.findall(rf'<polyline class="{kind}"', svg)) for kind in ("shared", "own", "missing")}


@examples(20)
@given(one=cells(), other=cells())
def test_a_drawing_marks_every_edge_that_differs(one, other):
    alignment = vp.align_cells(one, other)
    drawn = kinds(aligned_svg(one, other, vp.NASBENCH101.operations, LIGHT))
    assert drawn == {"shared": len(alignment.edges), "own": len(alignment.only_other),
                     "missing": len(alignment.only_one)}


def test_differences_are_said_in_words():
    assert difference_words(vp.align_cells(CHAIN, CHAIN)) == "the same cell"
    assert difference_words(vp.align_cells(CHAIN, BRANCH)) == "2 edges shared, 2 only here, 0 missing"


def test_values_stand_beside_each_other_with_differences_and_the_best_marked():
    table = demo_table()
    row, best = 3, table.best("test_accuracy")
    shown = Page(comparison_html(table, [Compared("A", table.cell(row)), Compared("B", table.cell(best), True)],
                                 "test_accuracy", LIGHT))
    assert all(words in shown.text for words in ("· better", "★", "in the designer", "in both"))


def test_a_cell_of_another_space_has_no_values_and_no_contributions():
    table = structure_table()
    other = vp.Cell(["input", "new", "output"], [(0, 1), (1, 2)], vp.CellSpace(["new"], 3, 3))
    shown = Page(comparison_html(table, [Compared("A", table.cell(5)), Compared("B", other)], "trainable_parameters",
                                 LIGHT))
    assert "–" in shown.text and "no edge" in shown.text


def test_the_file_has_the_letters_of_the_pins():
    table = structure_table()
    frame = comparison_frame(table, [Compared("C", table.cell(5)), Compared("", table.cell(6), True)])
    assert frame["cell"].unique().tolist() == ["C", "drawn"]


# The drawer ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def session():
    return Session(structure_table(), drawer="compare")


def test_without_pins_the_drawer_says_what_to_do(session):
    assert "Nothing to compare yet" in compare_html(session)
    session.load_row(3)
    assert "Pin this cell" in compare_html(session) and [each.mark for each in compared_cells(session)] == [""]


def test_the_drawer_follows_and_its_buttons_act(session):
    view = Compare(session)
    session.load_row(3)
    click(view, "pin")
    session.load_row(4)
    assert [each.mark for each in compared_cells(session)] == ["A", ""]
    click(view, "pin")
    session.load_row(9)
    click(view, "first:B")
    assert session.pinned == session.table.cell(4)
    click(view, "load-pin:B")
    assert session.row == 3
    click(view, "unpin:B")
    assert [pin.mark for pin in session.pins] == ["A"]
    send(view, "first:H", "unpin:<b>", "load-pin:", "first:")
    assert [pin.mark for pin in session.pins] == ["A"] and session.row == 3
    click(view, "unpin-all")
    assert not session.pins


def test_a_closed_drawer_waits_until_it_is_opened(session):
    view = Compare(session)
    before = html(view)
    session.drawer = ""
    session.load_row(3)
    assert html(view) == before
    session.drawer = "compare"
    assert html(view) != before


def test_the_table_is_saved_as_csv(session):
    view = Compare(session)
    session.pin(session.table.cell(3))
    session.pin(session.table.cell(4))
    shown = page(view)
    assert shown.all("button", data_download="comparison.csv")
    text = comparison_frame(session.table, compared_cells(session)).to_csv(index=False)
    assert {line["cell"] for line in csv.DictReader(io.StringIO(text))} == {"A", "B"}


def test_a_report_compares_two_pins_and_more(tmp_path):
    table = vp.open_table("structure4")
    session = Session(table)
    session.pin(table.cell(3))
    save_report(table, tmp_path / "one.html", session=session)
    session.pin(table.cell(4))
    save_report(table, tmp_path / "two.html", session=session)
    one, two = ((tmp_path / f"{name}.html").read_text() for name in ("one", "two"))
    assert 'id="compared"' not in one and 'id="compared"' in two and "Pin B" in two
