"""What columns were taken for: recorded while a file is read, kept with the table, and counted as pandas does."""

from __future__ import annotations

import io
import pickle

import pandas as pd
import pytest

import vanas_panel as vp
from tests.conftest import REAL_TABLE
from vanas_panel.readers import write_table
from vanas_panel.state.source_rows import counted_columns, known_columns
from vanas_panel.tables.families import families
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.source_columns import REASONS, SOURCE_KINDS

TEXT = """adjacency,operations,,module_hash,seed,host,dataset,budget,acc/0,acc/1,score,empty,long
010001000,"input,a,output",0,x,0,h1,c10,4,0.5,0.6,1,,a longer text
010001000,"input,b,output",1,y,0,h2,c10,4,0.5,,2,,another text
010001000,"input,b,output",2,y,1,h2,c10,4,0.7,0.8,2,,another text
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "cells.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_every_column_has_a_kind_a_reason_and_counts(source):
    table = vp.open_table(source)
    kinds = {each.name: each.kind for each in table.source_columns}
    assert kinds == {
        "adjacency": "cell", "operations": "cell", "": "left out", "module_hash": "left out", "seed": "repeat",
        "host": "identifier", "dataset": "condition", "budget": "metric", "acc/0": "metric", "acc/1": "metric",
        "score": "metric", "empty": "left out", "long": "left out"}
    frame = pd.read_csv(io.StringIO(TEXT))
    for each in table.source_columns:
        assert each.reason in REASONS and each.kind in SOURCE_KINDS and each.words
        if each.missing is not None:
            assert each.missing == frame[each.name].isna().sum(), each.name
        if each.distinct is not None:
            assert each.distinct == frame[each.name].nunique(), each.name
    assert {each.metrics for each in table.source_columns if each.name.startswith("acc")} == {("acc",)}


def test_they_stay_with_the_table(source, tmp_path):
    table = vp.open_table(source)
    # From the cache, from a pickle, with another direction, and in the form of vanas-panel.
    assert vp.open_table(source).source_columns == table.source_columns
    assert pickle.loads(pickle.dumps(table)).source_columns == table.source_columns
    assert table.with_direction("score", False).source_columns == table.source_columns
    write_table(table, tmp_path / "own.parquet")
    assert vp.open_table(tmp_path / "own.parquet").source_columns == table.source_columns


def test_a_frame_has_them_too():
    table = vp.open_table(pd.read_csv(io.StringIO(TEXT), dtype={"adjacency": str}))
    assert [each.name for each in table.source_columns][3:5] == ["module_hash", "seed"]


def test_a_study_names_its_parameters_and_its_bookkeeping():
    frame = pd.DataFrame({"number": [0, 1], "value": [0.5, 0.6], "datetime_start": ["a", "b"],
                          **{f"params_op_{place}": ["none", "nor_conv_1x1"] for place in range(6)},
                          "params_lr": [0.1, 0.2], "state": ["COMPLETE", "COMPLETE"]})
    frame.loc[0, [f"params_op_{place}" for place in range(6)]] = "skip_connect"
    kinds = {each.name: each.kind for each in vp.open_table(frame).source_columns}
    assert kinds["params_lr"] == "parameter" and kinds["number"] == kinds["datetime_start"] == "identifier"
    assert kinds["params_op_3"] == "cell" and kinds["value"] == "metric"


def test_a_table_of_our_own_form_is_counted_over_its_cells():
    table = vp.open_table("mnist-cells")
    assert all(each.distinct is None for each in known_columns(table))
    for each in counted_columns(table):
        values = pd.Series(table.column(each.name))
        assert (each.missing, each.distinct) == (values.isna().sum(), values.nunique())


@pytest.mark.slow
def test_the_real_table_is_counted(real_table_path):
    table = vp.open_table(real_table_path)
    found = {each.name: each for each in counted_columns(table)}
    values = pd.Series(table.column("test_accuracy_108")) if "test_accuracy_108" in found else None
    assert values is None or found["test_accuracy_108"].distinct == values.nunique()
    assert REAL_TABLE.is_file()


def test_a_direction_that_no_word_says_is_unknown_until_it_is_said(source):
    table = vp.open_table(source)
    assert table.metrics["score"].higher_is_better is True
    assert table.metrics["budget"].better == "direction unknown"
    assert table.with_direction("budget", None).metrics["budget"].better == "neither is better"
    assert known_metric("edges").better == "neither is better" and known_metric("value").is_unknown
    described = table.frame(cells=True).attrs["vanas_panel"]["metrics"]["budget"]
    assert "higher_is_better" not in described


def test_values_of_many_digits_are_listed_apart_and_each_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "budgets.csv"
    path.write_text('adjacency,operations,budget,score\n010001000,"input,a,output",1000000.5,1\n'
                    '010001000,"input,a,output",1000001.5,2\n', encoding="utf-8")
    split = vp.open_table(path, conditions={"budget": "split"})
    assert list(split.metrics) == ["score_budget_1000000.5", "score_budget_1000001.5"]
    values = next(each.values for each in split.source_columns if each.name == "budget")
    assert values == ("1000000.5", "1000001.5")
    family, = families(split.metrics)
    assert family.switched("score_budget_1000000.5", "1000001.5") == "score_budget_1000001.5"
    for value, score in zip(values, (1, 2), strict=True):
        chosen = vp.open_table(path, conditions={"budget": {"choose": value}})
        assert chosen.column("score").tolist() == [score]
