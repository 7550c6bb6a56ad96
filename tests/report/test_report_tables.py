"""Tables behind page and report, against brute force."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.demo_tables import FIVE, demo_table, table_of
from vanas_panel.core.space import NASBENCH101
from vanas_panel.report.tables import (
    best_rows,
    best_table,
    completions_table,
    contributions_table,
    csv,
    edges_text,
    operations_text,
    selection_table,
    tables_of,
)
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), keep_default_na=True)


def test_selected_cells_are_written_with_every_metric():
    table = BenchmarkTable(NASBENCH101, FIVE, {"loss": known_metric("loss")}, {"loss": np.arange(FIVE.size) / 7},
                           name="five")
    rows = np.array([0, 1, 17, 900, 2531])
    found = read(csv(selection_table(table, rows)))
    for index, row in enumerate(rows):
        cell = table.cell(int(row))
        operations = found["operations"][index]
        assert ("" if pd.isna(operations) else operations) == operations_text(cell)
        assert found["edges"][index] == edges_text(cell)
        edges = [tuple(map(int, pair.split("-"))) for pair in found["edges"][index].split()]
        assert vp.Cell(cell.operations, edges) == cell
    assert found["row"].tolist() == rows.tolist()
    assert found["loss"].tolist() == (rows / 7).tolist()
    assert len(selection_table(table)) == len(table)


def test_metric_called_edges_does_not_replace_the_edges_column():
    frame = selection_table(vp.open_table("structure4"), np.array([0, 3]))
    assert frame["edges (metric)"].tolist() == [len(text.split()) for text in frame["edges"]]


def test_no_row_gives_a_table_with_its_heads():
    found = selection_table(demo_table(), np.array([], dtype=np.int64))
    assert len(found) == 0
    assert list(found.columns)[:3] == ["row", "operations", "edges"]


@pytest.mark.parametrize(("values", "higher", "expected"), [
    ([0.5, 0.9, np.nan, 0.9, 0.1], True, [1, 3, 0]), ([0.5, 0.9, np.nan, 0.1, 0.1], False, [3, 4, 0]),
    ([np.nan] * 5, True, []),
])
def test_best_rows_break_ties_by_row_and_leave_out_what_is_unknown(values, higher, expected):
    name = "test_accuracy" if higher else "training_time"
    table = table_of({name: np.concatenate([values, np.full(86, np.nan)])})
    assert best_rows(table, name, 3).tolist() == expected


def test_best_rows_of_a_selection_are_of_it():
    table = demo_table()
    rows = np.array([4, 30, 60])
    values = table.column("test_accuracy")
    assert best_rows(table, "test_accuracy", 9, rows).tolist() == sorted(rows, key=lambda row: -values[row])
    assert best_table(table, "test_accuracy", 2, rows)["rank"].tolist() == [1, 2]


def test_tables_of_a_session_are_those_of_the_functions():
    session = Session(demo_table())
    session.load_row(40)
    tables = tables_of(session)
    assert list(tables) == ["importance", "contributions", "completions"]
    pd.testing.assert_frame_equal(read(csv(tables["importance"])), vp.edge_importance(session.table, "test_accuracy"))
    found = vp.edge_contributions(session.table, session.cell, "test_accuracy")
    again = read(csv(contributions_table(session)))
    for name in found:
        assert np.array_equal(again[name], found[name], equal_nan=True)
    assert again["source_operation"].tolist() == [session.cell.operations[vertex] for vertex in found["source"]]
    completions = vp.complete(session.table, session.draft, "test_accuracy")
    written = read(csv(completions_table(session)))
    assert written["row"].tolist() == completions["row"].tolist()
    assert written["test_accuracy"].tolist() == completions["test_accuracy"].tolist()


def test_without_a_measured_cell_there_are_no_contributions():
    session = Session(demo_table())
    session.clear()
    assert "contributions" not in tables_of(session)
