"""What a page of a table starts with: columns in which cells differ."""

from __future__ import annotations

import numpy as np
import pytest

import vanas_panel as vp
from tests.demo_tables import structure_table
from vanas_panel.state.session import Session
from vanas_panel.state.start import first_choices
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable


def table_of(columns):
    source = structure_table()
    values = {name: np.resize(np.array(each, float), len(source)) for name, each in columns.items()}
    metrics = {name: known_metric(name) for name in values}
    return BenchmarkTable(source.space, source.packed, metrics, values, name="some")


@pytest.mark.parametrize(("columns", "metric", "x", "y"), [
    ({"epochs": [108], "score_accuracy": [0.1, 0.2], "latency": [1, 2]}, "score_accuracy", "latency", "score_accuracy"),
    ({"trainable_parameters": [5], "test_accuracy": [0.1, 0.2], "flops": [1, 2]}, "test_accuracy", "flops",
     "test_accuracy"),
    ({"trainable_parameters": [5, 6], "flops": [1, 2]}, "trainable_parameters", "trainable_parameters", "flops"),
    ({"epochs": [108], "test_accuracy": [0.1, np.nan, 0.3]}, "test_accuracy", "structure.vertices", "test_accuracy"),
    ({"test_accuracy": [0.1, 0.2]}, "test_accuracy", "structure.vertices", "test_accuracy"),
    ({"test_accuracy": [0.5], "flops": [7]}, "test_accuracy", "structure.vertices", "test_accuracy")])
def test_columns_in_which_cells_differ_come_first(columns, metric, x, y):
    table = table_of(columns)
    assert first_choices(table) == {"metric": metric, "x": x, "y": y}
    session = Session(table)
    assert (session.metric, session.x, session.y) == (metric, x, y)


def test_a_table_of_one_cell_has_two_axes_where_it_has_two_columns():
    source = structure_table()
    names = ("test_accuracy", "flops")
    table = BenchmarkTable(source.space, source.packed[:1], {name: known_metric(name) for name in names},
                           {name: np.array([0.5]) for name in names}, name="one")
    assert first_choices(table) == {"metric": "test_accuracy", "x": "flops", "y": "test_accuracy"}
    assert isinstance(vp.explore(table), object)


def test_a_difference_in_the_last_row_is_one():
    source = vp.open_table("mnist-cells")
    late = np.full(len(source), 4.0)
    late[-1] = 5
    columns = {"flops": np.full(len(source), 3.0), "other": late, "test_accuracy": source["test_accuracy"]}
    table = BenchmarkTable(source.space, source.packed, {name: known_metric(name) for name in columns}, columns,
                           name="late")
    assert first_choices(table)["x"] == "other"
