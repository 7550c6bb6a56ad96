"""The drawer *Compare*: how many single edits lead from the first cell to each other one."""

from __future__ import annotations

import io
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from demo_tables import Page, structure_table

import vanas_panel as vp
from vanas_panel.core.edit_graph import edit_count
from vanas_panel.draw.compared.edits import edits_between
from vanas_panel.errors import NoEditPathError
from vanas_panel.panels.compare.panel import Compare
from vanas_panel.report.compared_section import compared_html
from vanas_panel.report.plan import plan_of
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable


@pytest.fixture
def session() -> Session:
    session = Session(structure_table(), metric="flops", drawer="compare")
    for row in (3, 40, 7):
        session.pin(session.table.cell(row))
    return session


def counts(html) -> list[str]:
    """What the row of edits shows, from its second column on."""
    row, = re.findall(r"<tr><th scope=\"row\">Single edits from [^<]*</th>(.*?)</tr>", str(html))
    return re.findall(r">([^<]+)</td>", row)


def gaps(*cells: vp.Cell) -> BenchmarkTable:
    """A table of a few cells."""
    packed = np.array([cell.packed(vp.NASBENCH101) for cell in cells])
    return BenchmarkTable(vp.NASBENCH101, packed, {"flops": known_metric("flops")},
                          {"flops": np.arange(len(cells)) + 1.0}, name="gaps")


def test_the_number_of_edits_is_that_of_the_path(session):
    markup = Compare(session).__panel__()
    table = session.table
    assert counts(markup.html) == ["–", *(str(vp.edit_path(table, 3, row, "flops").attrs["edits"]) for row in (40, 7))]
    session.compare_with(table.cell(7))
    by_mark = {pin.mark: table.find(pin.cell) for pin in session.pins}
    assert counts(markup.html) == ["–", *(str(edit_count(table, 7, row)) for row in list(by_mark.values())[1:])]
    assert f"Single edits from {session.pins[0].mark}" in Page(str(markup.html)).text
    assert counts(compared_html(plan_of(session.table, session=session))) == counts(markup.html)


def test_cells_without_a_path_and_cells_that_the_table_lacks_are_said():
    one = vp.Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])
    far = vp.Cell(["input", *["conv3x3-bn-relu"] * 3, "output"], [(0, 1), (1, 2), (2, 3), (3, 4)])
    table = gaps(one, far)
    session = Session(table, drawer="compare", pinned=one, other_pins=[far])
    session.load_cell(vp.Draft(["input", "output"], [(0, 1)]))
    assert counts(Compare(session).__panel__().html) == ["–", "no path", "not in the table"]
    with pytest.raises(NoEditPathError, match="from row 0 to row 1"):
        edit_count(table, 0, 1)
    assert edits_between(table, session.cell, one) == "not in the table" and edits_between(table, one, one) == 0


def saved(html) -> pd.DataFrame:
    """The file that the button of the drawer saves."""
    text, = re.findall(r'<pre hidden data-text="comparison">(.*?)</pre>', str(html), re.DOTALL)
    return pd.read_csv(io.StringIO(unescape(text)), dtype={"edits": "Int64"})


def test_the_file_has_the_numbers_of_edits(session):
    table = session.table
    found = saved(Compare(session).__panel__().html).groupby("cell")["edits"].unique()
    assert {mark: each.tolist() for mark, each in found.items()} == {
        "A": [0], "B": [vp.edit_path(table, 3, 40, "flops").attrs["edits"]],
        "C": [vp.edit_path(table, 3, 7, "flops").attrs["edits"]]}


def test_the_file_has_no_number_where_there_is_no_path():
    one = vp.Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])
    far = vp.Cell(["input", *["conv3x3-bn-relu"] * 3, "output"], [(0, 1), (1, 2), (2, 3), (3, 4)])
    session = Session(gaps(one, far), drawer="compare", pinned=one, other_pins=[far])
    assert saved(Compare(session).__panel__().html)["edits"].isna().tolist() == [False, True]


def test_edits_are_counted_one_after_the_other_in_the_background(session, monkeypatch):
    waiting = []
    monkeypatch.setattr("vanas_panel.panels.compare.panel.run_in_background",
                        lambda _thread, work, then, _failed: waiting.append((work, then)))
    markup = Compare(session).__panel__()
    assert counts(markup.html) == ["–", "…", "…"] and len(waiting) == 1

    def finish():
        work, then = waiting.pop(0)
        then(work())

    finish()
    assert counts(markup.html)[1] != "…" == counts(markup.html)[2] and len(waiting) == 1
    session.compare_with(session.table.cell(40))
    finish()
    assert counts(markup.html) == ["–", "…", "…"], "it was about another first cell"
    session.drawer = "cells"
    finish()
    assert not waiting, "a closed drawer asks no more"
    session.drawer = "compare"
    finish()
    assert "…" not in counts(markup.html) and not waiting
