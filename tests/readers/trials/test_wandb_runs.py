"""Runs of Weights & Biases as its documentation writes them from Python: dictionaries in two columns."""

import numpy as np
import pandas as pd
import pytest

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials import open_trials


def written(tmp_path, **more):
    """Three runs as CSV, with numbers that are none, values within values, and a name that both columns have."""
    frame = pd.DataFrame({
        "summary": [{"loss": 0.5, "epoch": 3, "_runtime": 1.5, "best": {"loss": 0.4}},
                    {"loss": float("nan"), "epoch": 2, "_runtime": 2.5, "lr": 0.3}, {"loss": float("-inf")}],
        "config": [{"lr": 0.1, "kind": "a, 'b': 1"}, {"lr": 0.2, "kind": None, "net": {"layers": 2}}, {}],
        "name": ["one", "two", "three"], **more})
    path = tmp_path / "project.csv"
    frame.to_csv(path)
    return path


def test_dictionaries_are_columns(tmp_path):
    table = open_trials(written(tmp_path, state=["finished", "crashed", "running"]))
    assert table.format == "runs of Weights & Biases, written from Python"
    assert table.parameters == ("lr", "kind", "net/layers") and [*table.metrics] == ["loss", "best/loss", "summary/lr"]
    np.testing.assert_array_equal(table.column("loss"), [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(table.columns["lr"].values, [0.1, 0.2, np.nan])
    assert table.columns["kind"].levels == ("a, 'b': 1",)
    assert {name: column.kind for name, column in table.columns.items()}["epoch"] == "condition"
    assert table.columns["_runtime"].kind == table.columns["name"].kind == "identifier"
    assert [int(each) for each in np.bincount(table.states, minlength=2)[:2]] == [1, 1]


@pytest.mark.parametrize("text", ["__import__('os').system('x')", "[1]", "{'a'", "{" * 5000])
def test_what_is_no_dictionary_is_refused_and_not_run(tmp_path, text):
    path = tmp_path / "project.csv"
    pd.DataFrame({"summary": ["{'loss': 1}", text], "config": ["{}", "{}"], "name": ["a", "b"]}).to_csv(path)
    with pytest.raises(SourceError, match="in column 'summary'; expected a dictionary of Python"):
        open_trials(path)
