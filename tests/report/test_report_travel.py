"""Neighbours, the path of edits and the Pareto front in a report, against the public functions and by brute force."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date

import numpy as np
import pytest

import vanas_panel as vp
from tests.demo_tables import Page, demo_table, table_of
from vanas_panel.cli.command_line import main
from vanas_panel.draw.format import format_count, format_value
from vanas_panel.errors import ReportError, SelectionError
from vanas_panel.report import plan_of, report_html, travel_section
from vanas_panel.report.ends import default_ends
from vanas_panel.report.recipe import code_of
from vanas_panel.report.trade_offs_section import front_axes
from vanas_panel.report.travel_section import worst_step
from vanas_panel.selection import CellsView
from vanas_panel.state.improving import Improve
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

MADE = date(2026, 1, 31)
MOST = 5
ACCURACY = known_metric("test_accuracy")


def made(table=None, **options) -> str:
    return report_html(plan_of(table or demo_table(), made=MADE, **options))


def section(html: str, name: str) -> str:
    found = re.search(rf'<section id="{name}">.*?</section>', html, re.DOTALL)
    return "" if found is None else found[0]


def loads(html: str) -> list[dict]:
    """The drafts that its buttons and rows load."""
    return [json.loads(attributes["data-vanas-load"]) for _, attributes in Page(html).elements
            if "data-vanas-load" in attributes]


def rows_of(table, html: str) -> list[int]:
    return [table.find(vp.Cell(each["operations"], [tuple(edge) for edge in each["edges"]], table.space))
            for each in loads(html)]


def files(html: str) -> dict[str, str]:
    block = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(block)["csv"]


def test_neighbours_are_the_best_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr(travel_section, "MOST_NEIGHBOURS", MOST)
    table = demo_table()
    session = Session(table)
    counts = [len(vp.neighbours(table, row)) for row in range(len(table))]
    session.load_row(int(np.argmax(counts)))
    assert max(counts) > MOST + 1
    html = made(table, session=session)
    found = vp.neighbours(table, session.row)
    assert rows_of(table, section(html, "neighbours")) == found["row"].tolist()[:MOST]
    values = table.column("test_accuracy")
    own = values[session.row]
    better = sum(values[row] > own for row in found["row"])
    rest = sum(values[row] > own for row in found["row"][MOST:])
    text = Page(section(html, "neighbours")).text
    assert f"{len(found)} measured cells one edit away, {better or 'none'} better" in text
    left = len(found) - MOST
    assert f"{left} more {'is' if left == 1 else 'are'} not shown, {rest or 'none'} better." in text
    assert files(html)["neighbours"].count("\n") == 1 + len(found)


def test_pinned_cells_have_neighbours_too_and_each_cell_once():
    table = demo_table()
    session = Session(table)
    session.load_row(3)
    session.pin()
    session.load_row(9)
    html = section(made(table, session=session), "neighbours")
    assert re.findall(r"<h3[^>]*>(.*?)[:<]", html) == ["The cell in the designer", "Pin A"]
    session.load_row(3)
    assert "<h3" not in section(made(table, session=session), "neighbours")


def test_without_a_cell_or_a_neighbour():
    session = Session(demo_table())
    session.clear()
    assert not section(made(session=session), "neighbours")
    lonely = demo_table()
    alone = BenchmarkTable(lonely.space, lonely.packed[:1], {"test_accuracy": ACCURACY},
                           {"test_accuracy": np.array([0.5])}, name="alone")
    text = Page(section(made(alone), "neighbours")).text
    assert "0 measured cells one edit away" in text


def test_the_path_shows_every_step_and_marks_the_worst():
    table = demo_table()
    session = Session(table)
    session.load_row(5)
    session.pin()
    session.load_row(40)
    found = vp.edit_path(table, 40, 5)
    html = made(table, session=session)
    part = section(html, "path")
    assert rows_of(table, part) == found["row"].tolist()
    values = found["test_accuracy"].tolist()
    marked = [attributes.get("class") == "worst" for tag, attributes in Page(part).elements
              if tag == "button" and "data-vanas-load" in attributes]
    assert marked.count(True) == 1 and values[marked.index(True)] == min(values)
    for value in values:
        assert format_value(ACCURACY, value) in Page(part).text
    assert files(html)["path"].count("\n") == 1 + len(found)
    assert 'href="#path"' in html


def test_the_ends_are_those_of_the_page_else_the_first_two_cells():
    table = demo_table()
    session = Session(table)
    session.clear()
    assert default_ends(session) is None and not section(made(table, session=session), "path")
    session.load_row(2)
    assert default_ends(session) is None
    session.pin()
    assert default_ends(session) is None, "a cell and itself"
    session.load_row(7)
    assert default_ends(session) == (table.cell(7), table.cell(2))
    session.travel((table.cell(4), table.cell(6)))
    assert default_ends(session) == (table.cell(4), table.cell(6))
    plan = plan_of(table, session=session)
    assert plan.ends == (table.cell(4), table.cell(6)) and plan.session.improve == Improve()


def test_where_no_path_leads_it_says_so():
    whole = demo_table()
    far = max(range(1, len(whole)), key=lambda row: vp.edit_path(whole, 0, row).attrs["edits"])
    two = BenchmarkTable(whole.space, whole.packed[[0, far]], {"test_accuracy": ACCURACY},
                         {"test_accuracy": np.array([0.5, 0.6])}, name="two")
    text = Page(section(made(two, ends=(0, 1)), "path")).text
    assert "Found no path of edits through measured cells from row 0 to row 1" in text
    assert "0행에서 1행으로 가는 편집 경로가 없음" in Page(section(made(two, ends=(0, 1), lang="ko"), "path")).text
    outside = vp.Cell(["input", *["maxpool3x3"] * 5, "output"], [(place, place + 1) for place in range(6)])
    assert "One of the two cells is not in the table" in Page(section(made(ends=(outside, 3)), "path")).text


@pytest.mark.parametrize(("ends", "error"), [
    ((1,), ReportError), ("ab", ReportError), (5, ReportError), ((1, 1), ReportError), ((0, 10_000), SelectionError),
    ((0, "x"), TypeError)])
def test_other_ends_are_refused(ends, error):
    with pytest.raises(error):
        plan_of(demo_table(), ends=ends)


@pytest.mark.parametrize(("values", "metric", "place"), [
    ([1.0, 0.5, 0.5], ACCURACY, 1), ([1.0, 5.0, 2.0], known_metric("flops"), 1), ([0.5, 0.5], ACCURACY, None),
    ([np.nan, np.nan], ACCURACY, None), ([np.nan, 0.4, 0.6], ACCURACY, 1)])
def test_the_worst_step(values, metric, place):
    assert worst_step(values, metric) == place


def brute_front(table, names, rows):
    signs = [-1 if table.metric(name).higher_is_better is False else 1 for name in names]
    points = {row: [sign * table.column(name)[row] for sign, name in zip(signs, names, strict=True)] for row in rows}
    points = {row: point for row, point in points.items() if not np.isnan(point).any()}
    return {row for row, point in points.items() if not any(
        other != point and all(one >= two for one, two in zip(other, point, strict=True)) for other in points.values())}


@pytest.mark.parametrize("names", [("test_accuracy", "trainable_parameters"),
                                   ("test_accuracy", "trainable_parameters", "training_time")])
def test_the_front_is_that_of_brute_force(names):
    table = demo_table()
    session = Session(table, front=names, without=("conv1x1-bn-relu",))
    session.load_row(8)
    session.select(range(60))
    html = made(table, session=session)
    part = section(html, "tradeoffs")
    expected = brute_front(table, names, vp.rows_without(table, session.without, np.arange(60)).tolist())
    assert set(rows_of(table, part)) == expected and len(loads(part)) == len(expected)
    text = Page(part).text
    assert f"{format_count(len(expected))} cell" in text and "Of the selected cells alone. Without conv 1×1." in text
    losses = vp.operation_losses(table, names, np.arange(60))
    for loss in losses["loss"]:
        assert (f"{100 * loss:.1f} %" if loss == loss else "–") in text
    knee = session.trade_offs.attrs["knee"]
    assert ("◆" in text) == (knee is not None)
    assert files(html)["front"].count("\n") == 1 + len(expected)
    # A square or a diamond for each cell; a front of three metrics casts no line.
    svg = part[part.index("<svg"):part.index("<figcaption")]
    assert svg.count('height="6"') + svg.count("l6 8l") == len(expected)
    assert svg.count('stroke-width="4"') == (1 if len(names) == 2 else 0)


def test_the_front_is_on_the_axes_of_a_map_where_one_has_them():
    session = Session(demo_table(), x="flops", y="test_accuracy", log_x=True, front=("test_accuracy", "flops"))
    assert front_axes(plan_of(session.table, session=session)) == ("flops", "test_accuracy", True, False)
    assert front_axes(plan_of(session.table, session=session, axes=[("flops", "flops")]))[:2] == (
        "flops", "test_accuracy")


def test_a_table_without_two_metrics_has_no_front():
    html = made(table_of({"test_accuracy": np.linspace(0.1, 0.9, 91)}))
    assert not section(html, "tradeoffs") and "#tradeoffs\"" not in html
    session = Session(demo_table())
    session.select([])
    assert not section(made(session=session), "tradeoffs")


def test_the_code_keeps_the_cells_the_front_and_the_ends(tmp_path, monkeypatch):
    session = Session(vp.open_table("structure4"), metric="flops", front=("flops", "trainable_parameters"))
    session.load_row(7)
    session.select(range(40))
    session.cells = CellsView("table", "edges", True, (("edges", "3..5"),), 1)
    asked = {"session": session, "ends": (1, 20), "made": MADE, "title": "Same"}
    path = vp.save_report(session.table, tmp_path / "first.html", **asked)
    code = code_of(plan_of(session.table, **asked))
    assert "cells=CellsView(sort='edges', down=True, filters=(('edges', '3..5'),), page=1)," in code
    assert "front=('flops', 'trainable_parameters')" in code and "    ends=(vp.Cell([" in code
    first = path.read_text(encoding="utf-8")
    assert 'id="cells"' in first
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "code", "exec"), {})
    again = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert again.replace(date.today().isoformat(), MADE.isoformat()) == first
    session.pinned = session.table.cell(2)
    assert "ends=" not in code_of(plan_of(session.table, session=session)), "those of the session"


def test_the_command_line_names_ends_and_metrics(tmp_path, capsys):
    target = tmp_path / "out.html"
    assert main(["report", "structure4", str(target), "--ends", "3,8", "--front", "flops,trainable_parameters"]) == 0
    html = target.read_text(encoding="utf-8")
    table = vp.open_table("structure4")
    assert rows_of(table, section(html, "path")) == vp.edit_path(table, 3, 8, "trainable_parameters")["row"].tolist()
    expected = brute_front(table, ("flops", "trainable_parameters"), range(len(table)))
    assert set(rows_of(table, section(html, "tradeoffs"))) == expected
    capsys.readouterr()
    for wrong, words in ((("--ends", "3"), "comma"), (("--ends", "3,x"), "whole number"), (("--ends", "3,999"), "999"),
                         (("--front", "flops"), "two or three"), (("--front", "flops,beauty"), "beauty")):
        with suppress(SystemExit):
            assert main(["report", "structure4", str(target), *wrong]) == 2
        error = capsys.readouterr().err
        assert words in error and "Traceback" not in error


# Completions ---------------------------------------------------------------------------------------------------------

def completions_of(html: str) -> tuple[list[int], list[str], str]:
    """What the part of completions lists: drafts that it loads, the values beside them, and all of its text."""
    part = re.search(r'<h3 class="after">Recommended completions</h3>.*?</div>', html, re.DOTALL)[0]
    return loads(part), re.findall(r"</i>([^<]+)</b>", part), Page(part).text


def bounded(table) -> Session:
    """A session that shows the second page of completions, by size and from a size on."""
    session = Session(table, draft=vp.Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1)]), extra_vertices=2)
    low = float(np.nanmedian(table.column("trainable_parameters")))
    session.improve = Improve("neighbours", "trainable_parameters", 5, (("trainable_parameters", low, None),))
    return session


def test_completions_are_sorted_and_bounded_as_on_the_page():
    table = demo_table()
    session, size = bounded(table), table.metric("trainable_parameters")
    (_name, low, _high), = session.improve.bounds
    found = vp.complete(table, session.draft, size.name, 5, 2, where={size.name: (low, None)})
    assert found["row"].tolist() != vp.complete(table, session.draft, "test_accuracy", 5, 2)["row"].tolist()
    drafts, values, words = completions_of(made(table, session=session))
    assert [table.find(vp.Cell(each["operations"], [tuple(edge) for edge in each["edges"]], table.space))
            for each in drafts] == found["row"].tolist()
    assert values == [format_value(size, each) for each in found[size.name]]
    assert f"1 to 5 of {found.attrs['matches']}" in words
    assert f"sorted by parameters; Parameters at least {format_value(size, low)}" in words


def test_the_code_of_a_report_sorts_and_bounds_completions(tmp_path):
    table = vp.open_table("mnist-cells")
    session = bounded(table)
    session.select(np.arange(0, len(table), 2))
    session.travel_to(vp.Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)]))
    plan = plan_of(table, made=MADE, session=session)
    code = code_of(plan)
    assert "Improve(sort='trainable_parameters', bounds=" in code and "start=" not in code
    made_again: dict = {}
    exec(code.replace('"report.html"', repr(str(tmp_path / "report.html"))), made_again)
    assert made_again["session"].improve == session.improve.reported()
    assert plan_of(made_again["table"], made=MADE, session=made_again["session"]).ends == plan.ends


def test_a_report_says_what_excludes_the_last_completion():
    table = demo_table()
    session = Session(table, draft=vp.Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1)]))
    session.improve = Improve(bounds=(("trainable_parameters", None, 1.0),))
    text = Page(made(table, session=session)).text
    assert "Parameters at most 1" in text and "Without Parameters at most 1: " in text


def test_completions_of_a_selection_are_said_to_be():
    table = demo_table()
    session = Session(table, draft=vp.Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1)]), extra_vertices=2)
    rows = vp.complete(table, session.draft, "test_accuracy", 3, 2)["row"].to_numpy()
    session.select(rows)
    session.only_selected = True
    drafts, _values, words = completions_of(made(table, session=session))
    assert len(drafts) == 3 and "selected cells only" in words
