"""The report drawer without a browser: what it offers, what it makes, and what it refuses."""

from __future__ import annotations

import base64
import gzip
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest
from page_parts import part

import vanas_panel as vp
from tests.demo_tables import Page, demo_table
from vanas_panel.errors import ShelfError
from vanas_panel.panels.report.panel import ReportForm, ReportPanel
from vanas_panel.report.parts import file_name
from vanas_panel.report.plan import PARTS
from vanas_panel.report.tables import csv, selection_table
from vanas_panel.shelf.entry import Entry
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools

WHEN = datetime(2026, 1, 2)
ENTRIES = [Entry(number, "demo", "mira", WHEN, name, "", (), vp.Draft(["input", "output"], [(0, 1)]), 1, "mira", WHEN,
                 None) for number, name in ((4, "<b>First</b>"), (7, "Second"))]


class Saved(list):
    """Files that were handed over: name, kind, text."""

    def __call__(self, message) -> None:
        text = gzip.decompress(base64.b64decode(message["content"])).decode("utf-8")
        self.append((message["name"], message["kind"], text))


@pytest.fixture
def panel(monkeypatch) -> ReportPanel:
    shelf = SimpleNamespace(entries=lambda table, limit: [entry for entry in ENTRIES if entry.table_name == table])
    panel = ReportPanel(Session(demo_table(), drawer="report"), Tools(shelf=shelf))
    panel.saved = Saved()
    monkeypatch.setattr(form_of(panel), "send", panel.saved)
    return panel


def form_of(panel: ReportPanel) -> ReportForm:
    return part(panel, ReportForm)


def ask(panel: ReportPanel, message) -> None:
    """Let the drawer receive what a button sends."""
    form_of(panel).receive(message)


def asked(**more) -> dict:
    return {"do": "report", "title": "", "notes": "", "axes": ["0"], "parts": list(PARTS), "entries": [], **more}


def test_drawer_offers_maps_parts_entries_and_single_files(panel):
    page = Page(form_of(panel).html)
    names = [attributes.get("name") for attributes in page.all("input")]
    assert names.count("axes") == 3 and names.count("entries") == 2 and names.count("parts") == len(PARTS)
    assert "<b>First</b> · mira" in page.text
    assert "Test accuracy over parameters, as on the screen" in page.text
    assert page.all("button", data_export="importance", data_kind="csv")
    assert "disabled" in page.all("button", data_export="contributions")[0]


def test_drawer_names_the_works_to_cite(panel):
    words = Page(form_of(panel).html).text
    assert "Choi, Hong and Jo" in words and "Ying et al., NAS-Bench-101" in words


def test_drawer_text_follows_the_session(panel):
    panel.session.select(range(12))
    panel.session.load_row(3)
    page = Page(form_of(panel).html)
    assert "about 12 selected cells" in page.text
    assert "disabled" not in page.all("button", data_export="contributions")[0]


def test_a_report_is_about_what_is_on_the_screen(panel):
    session = panel.session
    session.param.update(x="training_time", log_x=True)
    session.load_row(8)
    session.pin()
    session.select(range(30))
    ask(panel, asked(title=" My </title> ", notes="Mind\n\nthis", axes=["0", "1"], entries=["7", "99"]))
    (name, kind, text), = panel.saved
    assert (name, kind) == ("my-title.html", "html")
    page = Page(text)
    assert "Test accuracy over training time (log x)" in page.text
    assert "30 of 90 cells are selected" in page.text
    assert "<b>Second</b>" in text and "First&lt;" not in text
    assert page.text.count("My </title>") >= 2
    assert not form_of(panel).busy and "Saved my-title.html" in form_of(panel).said and not form_of(panel).refused


def test_without_maps_there_is_no_overview(panel):
    ask(panel, asked(axes=[]))
    assert 'id="overview"' not in panel.saved[0][2]


@pytest.mark.parametrize(("name", "kind", "head"), [
    ("overview", "svg", "<svg"), ("importance", "png", "<svg"), ("importance", "csv", "source,target"),
    ("selection", "csv", "row,operations"), ("completions", "csv", "row,test_accuracy"), ("cell", "svg", "<svg"),
])
def test_single_files_are_made(panel, name, kind, head):
    ask(panel, {"do": "export", "name": name, "kind": kind})
    file, made, text = panel.saved[0]
    assert file == f"demo-{name}.{kind}" and made == kind and text.startswith(head)


def test_all_cells_travel_in_parts_as_the_browser_asks_for_them(panel, monkeypatch):
    monkeypatch.setattr("vanas_panel.panels.report.panel.PART_ROWS", 40)
    sent = []
    monkeypatch.setattr(form_of(panel), "send", sent.append)
    ask(panel, {"do": "export", "name": "selection", "kind": "csv"})
    for number, known in ((0, 1), (2, 1), ("1", 1), (None, 1), (1, 2), (1, 2), (2, 3), (3, 3)):
        # Only the part that comes next is made; what else a browser says changes nothing.
        ask(panel, {"do": "more", "part": number})
        assert len(sent) == known
    assert [(each["part"], each["parts"]) for each in sent] == [(0, 3), (1, 3), (2, 3)]
    texts = [gzip.decompress(base64.b64decode(each["content"])).decode() for each in sent]
    assert [text.count("\n") for text in texts] == [41, 40, 10]
    assert "".join(texts) == csv(selection_table(panel.session.table))
    assert not form_of(panel).busy and form_of(panel).said.startswith("Saved demo-selection.csv")


def test_a_table_on_its_way_is_of_the_cells_that_were_selected(panel, monkeypatch):
    monkeypatch.setattr("vanas_panel.panels.report.panel.PART_ROWS", 40)
    sent = []
    monkeypatch.setattr(form_of(panel), "send", sent.append)
    panel.session.select(range(60))
    ask(panel, {"do": "export", "name": "selection", "kind": "csv"})
    assert form_of(panel).busy and form_of(panel).said == "Making demo-selection.csv … 40 of 60 cells"
    panel.session.select([2])
    ask(panel, {"do": "more", "part": 1})
    texts = [gzip.decompress(base64.b64decode(each["content"])).decode() for each in sent]
    assert "".join(texts) == csv(selection_table(panel.session.table, np.arange(60)))


def test_a_table_on_its_way_is_given_up_with_the_drawer(panel, monkeypatch):
    monkeypatch.setattr("vanas_panel.panels.report.panel.PART_ROWS", 40)
    sent = []
    monkeypatch.setattr(form_of(panel), "send", sent.append)
    panel.session.drawer = "report"
    ask(panel, {"do": "export", "name": "selection", "kind": "csv"})
    panel.session.drawer = ""
    assert not form_of(panel).busy and form_of(panel).refused
    assert form_of(panel).said == "demo-selection.csv was not finished, since the drawer was closed."
    panel.session.drawer = "report"
    # What the browser had asked for before is no part of the file that is asked for now.
    ask(panel, {"do": "more", "part": 1})
    ask(panel, {"do": "export", "name": "selection", "kind": "csv"})
    assert [each["part"] for each in sent] == [0, 0] and form_of(panel).busy


@pytest.mark.parametrize("message", [
    {"do": "export", "name": "contributions", "kind": "csv"}, {"do": "export", "name": "../x", "kind": "csv"},
    {"do": "export", "name": ["x"], "kind": None}, asked(title="x" * 201), asked(notes="x" * 20_001),
])
def test_refusals_are_said_and_hand_nothing_over(panel, message):
    ask(panel, message)
    assert form_of(panel).refused and form_of(panel).said and not form_of(panel).busy
    assert panel.saved == []


@pytest.mark.parametrize("message", ["report", None, 3, {}, {"do": "burn"}, {"do": ["report"]}])
def test_malformed_request_does_nothing(panel, message):
    ask(panel, message)
    assert panel.saved == [] and not form_of(panel).refused


def test_a_list_that_is_none_is_empty(panel):
    ask(panel, {"do": "report", "title": 4, "notes": None, "axes": "0", "parts": [1], "entries": {}})
    assert panel.saved[0][0] == "demo-report.html"
    assert 'id="data"' in panel.saved[0][2]


def test_a_shelf_that_cannot_be_reached_offers_nothing(monkeypatch):
    def broken(**_options):
        raise ShelfError("away")

    panel = ReportPanel(Session(demo_table(), drawer="report"), Tools(shelf=SimpleNamespace(entries=broken)))
    assert not Page(form_of(panel).html).all("input", name="entries")


def test_without_tools_it_works_as_well():
    assert Page(form_of(ReportPanel(Session(demo_table()))).html).all("button", data_do="report")


def test_file_names_are_tame():
    assert file_name("…/..\\?") == "report"
    assert len(file_name("word " * 50)) <= 60
