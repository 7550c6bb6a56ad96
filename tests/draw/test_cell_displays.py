"""What notebooks show of objects: true, escaped, whole as HTML and as SVG, and readable on any theme."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import numpy as np
import pytest

import vanas_panel as vp
from tests.conftest import ROOT
from vanas_panel.draw.notebook import MOST_METRICS, MOST_NOTES, MOST_RECORDS
from vanas_panel.training.results import Record, Results
from vanas_panel.training.run import Progress, Run
from vanas_panel.training.settings import Settings

C3, C1, MP = vp.NASBENCH101.operations
CELL = vp.Cell(["input", C3, MP, "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>\u202e&amp;'
TAGS = {"div", "b", "bdi", "code", "table", "thead", "tbody", "tr", "th", "td", "svg", "title", "g", "path", "polyline",
        "rect", "text"}
VOID = {"path", "polyline", "rect"}


class Reader(HTMLParser):
    """The tags, attributes and words of some HTML; fails where tags do not close."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def record(**changes) -> Record:
    good = {"repeat": 0, "train_accuracy": [0.5, 0.75], "validation_accuracy": [0.4, 0.65],
            "test_accuracy": [0.4, 0.625], "failed": False, "reason": "", "training_seconds": [1, 2]}
    lost = {"repeat": 1, "train_accuracy": [None, None], "validation_accuracy": [None, None],
            "test_accuracy": [None, None], "failed": True, "reason": f"lost {EVIL}", "training_seconds": [0, 0]}
    return Record(1, list(CELL.operations), [list(edge) for edge in CELL.edges], 12345, 678900, [good, lost], "abc",
                  Settings().to_dict(), "img", {"torch": "2.9"}, finished="2026-01-01T10:00:00+00:00", **changes)


def table(**changes) -> vp.BenchmarkTable:
    space = vp.CellSpace([f"conv{EVIL}", "pool"], 3, 3)
    metrics = {EVIL: vp.Metric(EVIL, EVIL, EVIL, False), "test_accuracy": vp.Metric("test_accuracy", "Accuracy",
               "fraction", True), "empty": vp.Metric("empty", "Empty")}
    columns = {EVIL: np.arange(5.0), "test_accuracy": np.array([0.25, 0.5, np.nan, 0.75, 0.5]),
               "empty": np.full(5, np.nan)}
    return vp.BenchmarkTable(space, vp.enumerate_cells(space), metrics, columns, name="odd", title=EVIL,
                             notes=[f"Note {number} {EVIL}" for number in range(MOST_NOTES + 2)], **changes)


STRANGE = vp.Draft(["input", EVIL, C3, "output"], [(0, 1), (1, 0), (2, 3)])
SHOWN = {
    "table": lambda: table(),
    "embedded table": lambda: vp.open_table("structure4"),
    "cell": lambda: CELL,
    "smallest cell": lambda: vp.Cell(["input", "output"], [(0, 1)]),
    "draft": lambda: STRANGE,
    "empty draft": lambda: vp.Draft(["input", "output"]),
    "large draft": lambda: vp.Draft(["input", *[C3] * 30, "output"], [(0, 31)]),
    "session": lambda: vp.Session(table()),
    "run": lambda: Run("r", 1, CELL, Settings(), progress=Progress("running", 45)),
    "failed run": lambda: Run("r", 1, CELL, Settings(), progress=Progress("failed", 45, reason=EVIL)),
    "ended run": lambda: Run("r", 1, CELL, Settings(), progress=Progress("done", 180, record=record())),
    "record": lambda: record(device_name=EVIL),
    "results": lambda: Results((record(),) * (MOST_RECORDS + 2), b"torn", 3),
    "no results": lambda: Results(),
}


@pytest.mark.parametrize("thing", SHOWN.values(), ids=SHOWN)
def test_html_is_well_formed_and_escapes_names(thing):
    html = thing()._repr_html_()
    read = Reader(html)
    assert read.tags <= TAGS
    assert not any(name.startswith("on") or name in ("src", "href") for name in read.attributes)
    assert "\u202e" not in html and "url(" not in html
    # Colours are those of the page around it, but for the boxes of operations and trouble.
    assert "background:" not in html.replace("background: none", "")


@pytest.mark.parametrize("name", ["cell", "smallest cell", "draft", "empty draft", "large draft"])
def test_svg_is_well_formed_with_its_own_background_and_within_its_view(name):
    svg = ElementTree.fromstring(SHOWN[name]()._repr_svg_())
    left, top, width, height = map(float, svg.get("viewBox").split())
    boxes = svg.findall(".//{*}rect")
    assert boxes[0].get("fill") == "#ffffff" and float(boxes[0].get("width")) == width
    for box in boxes:
        x, y = float(box.get("x")), float(box.get("y"))
        assert left <= x and x + float(box.get("width")) <= left + width
        assert top <= y and y + float(box.get("height")) <= top + height
    assert len(svg.findall(".//{*}text")) == len(SHOWN[name]().operations)


def test_a_table_shows_each_metric_with_unit_range_and_direction():
    words = Reader(table()._repr_html_()).text
    assert "5 cells" in words and "at most 3 vertices and 3 edges" in words
    row = re.search(r"Accuracy +test_accuracy +% +(\S+) % +(\d) +higher is better", words)
    assert row is not None and row[1] == "25–75" and row[2] == "4"
    assert re.search(r"Empty +empty +– +0 +neither", words) and EVIL.replace("\u202e", "\\u202e") in words
    assert "… and 2 more notes." in words


def test_a_table_of_many_metrics_says_how_many_more_there_are():
    space = vp.CellSpace(["a"], 3, 3)
    names = [f"m{number}" for number in range(MOST_METRICS + 3)]
    many = vp.BenchmarkTable(space, vp.enumerate_cells(space), {name: vp.Metric(name, name) for name in names},
                             {name: np.arange(3.0) for name in names}, name="many")
    words = Reader(many._repr_html_()).text
    assert "… and 3 more metrics." in words and f"m{MOST_METRICS} " not in words


def test_a_draft_says_what_keeps_it_from_being_a_cell_of_any_space():
    words = Reader(STRANGE._repr_html_()).text
    assert "There is no path from input to output." in words and "directed cycle" in words
    assert "no operation" not in words
    assert "⚠" not in CELL._repr_html_() and "4 edges" in CELL._repr_html_()


def test_every_label_of_a_drawing_is_drawn_in_full_strength():
    for drawing in (STRANGE._repr_html_(), STRANGE._repr_svg_()):
        opacities = {float(value) for value in re.findall(r'<g opacity="([^"]+)"', drawing)}
        assert opacities and min(opacities) > 0.5


def test_trainings_show_progress_and_result():
    assert "step 45 of 180" in Reader(SHOWN["run"]()._repr_html_()).text
    words = Reader(SHOWN["ended run"]()._repr_html_()).text
    assert all(value in words for value in ("75.00 %", "65.00 %", "62.50 %", "lost"))
    words = Reader(SHOWN["results"]()._repr_html_()).text
    assert f"Results of {MOST_RECORDS + 2} cells" in words and "… and 2 more cells." in words
    assert words.count("62.50 %") == MOST_RECORDS
    assert "broken off" in words and "3 records left out" in words
    assert "Results of 0 cells" in Reader(Results()._repr_html_()).text


def test_session_repr_names_selection_and_draft():
    session = vp.Session(vp.open_table("structure4"))
    assert "all cells" in Reader(session._repr_html_()).text
    session.select([1, 2])
    session.load_cell(CELL)
    session.pinned = CELL
    words = Reader(session._repr_html_()).text
    assert "2 selected cells" in words and words.count("4 edges") == 3


@pytest.mark.slow
def test_notebook_formatter_finds_displays_without_panel():
    code = ("import sys, vanas_panel as vp; from IPython.core.formatters import HTMLFormatter, SVGFormatter\n"
            "table = vp.open_table('structure4'); cell = table.cell(7)\n"
            "print(HTMLFormatter()(table)[:4], HTMLFormatter()(cell)[:4], SVGFormatter()(cell)[:4])\n"
            "print('panel' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["<div", "<div", "<svg", "False"]
