"""The file of a report: its text, its scripts, and that it is written whole or not at all."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest

import vanas_panel as vp
from tests.demo_tables import Page, demo_columns, demo_table, structure_table, table_of
from vanas_panel.draw.bars import short_difference
from vanas_panel.draw.format import format_value
from vanas_panel.errors import ReportError
from vanas_panel.report import PARTS, ShelfEntry, plan_of, report_html, save_report
from vanas_panel.report.live_charts import map_of
from vanas_panel.report.plan import Axes
from vanas_panel.state.session import Session

MADE = date(2026, 1, 31)
NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- & \"quoted\" 'twice'"


class Scripts(HTMLParser):
    """Scripts of a page as a browser finds them: attributes and text of each."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[dict, str]] = []
        self._open = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "script":
            self._open = (dict(attributes), [])

    def handle_data(self, data):
        if self._open is not None:
            self._open[1].append(data)

    def handle_endtag(self, tag):
        if tag == "script":
            self.found.append((self._open[0], "".join(self._open[1])))
            self._open = None


def made(table=None, **options) -> str:
    return report_html(plan_of(table or demo_table(), made=MADE, **options))


@pytest.fixture(scope="module")
def nasty() -> str:
    columns = demo_columns()
    table = table_of({name: columns[name] for name in ("test_accuracy", "trainable_parameters")},
                     title=NASTY)
    table.notes = (NASTY,)
    draft = vp.Draft(["input", NASTY, "output"], [(0, 1), (1, 2)])
    return made(table, title=NASTY, notes=f"{NASTY}\n\n{NASTY}", source=NASTY,
                shelf_entries=[ShelfEntry(NASTY, draft, NASTY, (NASTY,), NASTY, NASTY)])


def test_typed_text_is_escaped(nasty):
    page = Page(nasty)
    assert not page.all("img")
    assert not [attributes for _, attributes in page.elements if any(name.startswith("on") for name in attributes)]
    assert page.text.count("alert(2)") >= 8
    assert re.search(r"<title>(.*?)</title>", nasty)[1].count("&lt;") == 5


def test_data_blocks_hold_no_end_of_a_script(nasty):
    scripts = Scripts(nasty).found
    data = [json.loads(text) for attributes, text in scripts if attributes.get("type") == "application/json"]
    assert len(data) == 3
    assert {"maps", "importance", "designer"} <= set(data[0])
    # Three data blocks, Bokeh, the designer and our own: nothing that was typed has opened another.
    assert len(scripts) == 6


def test_only_the_scripts_of_the_file_may_run_and_nothing_may_be_asked_for(nasty):
    policy = Page(nasty).all("meta", http_equiv="Content-Security-Policy")[0]["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["connect-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe-inline" not in rules["script-src"]
    running = [text for attributes, text in Scripts(nasty).found if attributes.get("type") in (None, "module")]
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in running}
    assert hashes == set(rules["script-src"].split()) - {"'unsafe-eval'"}


def test_nothing_refers_to_anything_outside():
    page = Page(made())
    for name, attributes in page.elements:
        assert name not in ("link", "iframe", "object", "embed", "base", "form")
        assert not attributes.get("src")
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.slow
def test_same_input_makes_the_same_file_regardless_of_earlier_reports():
    table = demo_table()
    session = Session(table)
    session.load_row(12)
    first = made(table, session=session)
    made(structure_table())
    assert made(table, session=session) == first


def test_only_the_day_changes_from_day_to_day():
    first, second = (report_html(plan_of(demo_table(), made=day)) for day in (MADE, date(2027, 2, 1)))
    assert first != second
    assert first == second.replace("2027-02-01", "2026-01-31")


@pytest.mark.parametrize("left_out", PARTS)
def test_a_part_that_is_left_out_is_not_there(left_out):
    entries = [ShelfEntry("Kept", vp.Draft(["input", "output"], [(0, 1)]))]
    html = made(parts=[name for name in PARTS if name != left_out], shelf_entries=entries, ends=(0, 9))
    marks = {"overview": 'id="overview"', "importance": 'id="importance"', "presets": 'class="presets"',
             "completions": 'class="completions"', "neighbours": 'id="neighbours"', "path": 'id="path"',
             "trade-offs": 'id="tradeoffs"', "best": 'id="best"', "shelf": 'id="shelf"', "code": 'id="made"',
             "designer": 'id="vanas-table"'}
    there = {name: mark in html for name, mark in marks.items()}
    assert there == {name: name != left_out for name in PARTS}


def test_with_no_part_there_is_the_table_and_a_still_cell_and_no_library():
    html = made(parts=[])
    assert len(html) < 200_000
    assert 'id="data"' in html and 'data-figure="cell"' in html


def test_the_data_card_says_what_the_table_is():
    text = Page(made()).text
    for words in ("Demo", "90 cells", "at most 7 vertices and 9 edges", "conv 3×3, conv 1×1, max-pool 3×3",
                  "2026-01-31", "Test accuracy", "per cent", "MAC"):
        assert words in text


def test_a_selection_is_said_and_importance_and_best_cells_are_over_it():
    table = demo_table()
    session = Session(table)
    session.select(range(10, 40))
    html = made(table, session=session)
    assert "30 of 90 cells are selected" in Page(html).text
    chosen = table.best("test_accuracy", np.arange(10, 40))
    best = html[html.index('id="best"'):]
    assert format_value(table.metric("test_accuracy"), table.column("test_accuracy")[chosen]) in best
    overall = format_value(table.metric("test_accuracy"), np.nanmax(table.column("test_accuracy")))
    assert (overall in best) == (table.best("test_accuracy") in range(10, 40))
    assert "30 of 30 selected cells have a value" in Page(html).text
    value = vp.edge_importance(table, "test_accuracy", np.arange(10, 40))["importance"].iloc[0]
    assert short_difference(table.metric("test_accuracy"), value) in html[html.index('id="importance"'):]


def test_an_empty_selection_is_defined():
    session = Session(demo_table())
    session.select([])
    html = made(session=session)
    text = Page(html).text
    assert "No cell is selected." in text
    assert "0 of 0 selected cells have a value" in text
    assert 'id="best"' not in html


@pytest.mark.parametrize("table", [
    structure_table(), table_of({"test_accuracy": np.linspace(0.1, 0.9, 91)}),
    table_of({"never_measured": np.full(91, np.nan)}), table_of({"loss": np.full(91, 0.5)}),
], ids=["no accuracy", "one metric", "nothing known", "one value"])
def test_poor_tables_are_reported_as_well(table):
    text = Page(made(table)).text
    assert "The table" in text and "How this report was made" in text


def test_a_draft_that_is_no_cell_and_a_cell_outside_the_table_say_so():
    session = Session(demo_table())
    session.load_cell(vp.Draft(["input", "maxpool3x3", "output"], [(0, 1)]))
    assert "A draft that is not a cell." in Page(made(session=session)).text
    session.load_cell(vp.Cell(["input", *["maxpool3x3"] * 5, "output"], [(place, place + 1) for place in range(6)]))
    assert session.row is None and session.cell is not None
    assert "A cell that is not in the table." in Page(made(session=session)).text


def test_the_maps_hold_every_bin_with_its_best_cell():
    session = Session(demo_table())
    drawn = map_of(session, Axes("trainable_parameters", "test_accuracy"))
    html = made(session=session, axes=[("trainable_parameters", "test_accuracy")])
    blocks = [json.loads(text) for attributes, text in Scripts(html).found if attributes.get("id") == "report-data"]
    data = blocks[0]["maps"][0]
    text = json.dumps(data)
    for column in ("best_text", "cells_text", "row", "packed_row"):
        assert f'"{column}"' in text
    assert drawn.bins.cells.sum() == 90


def test_the_cards_are_those_of_the_designers_cell():
    session = Session(demo_table())
    session.load_row(5)
    value = format_value(session.table.metric("test_accuracy"), session.table.column("test_accuracy")[5])
    still = made(session=session).split('class="performance"')[1]
    assert value.split()[0] in still.split("Recommended")[0]


# Writing ------------------------------------------------------------------------------------------------------------


def test_a_file_that_exists_is_replaced(tmp_path):
    target = tmp_path / "report.html"
    target.write_text("old")
    assert save_report(demo_table(), target, made=MADE) == target
    assert target.read_text(encoding="utf-8") == made()
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_where_writing_fails_the_old_file_stays_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("old")

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("vanas_panel.files.atomic.os.fsync", full)
    with pytest.raises(ReportError, match="no space left"):
        save_report(demo_table(), target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(("name", "words"), [
    ("nowhere/report.html", "no folder"), ("report.pdf", "ends in .html"), ("folder.html", "Found a folder"),
])
def test_unwritable_path_is_refused_before_the_report_is_made(tmp_path, monkeypatch, name, words):
    (tmp_path / "folder.html").mkdir()
    monkeypatch.setattr("vanas_panel.report.report_html", lambda _plan: pytest.fail("worked in vain"))
    with pytest.raises(ReportError, match=words):
        save_report(demo_table(), tmp_path / name)


def test_the_public_name_is_the_same_function():
    assert vp.save_report is save_report
