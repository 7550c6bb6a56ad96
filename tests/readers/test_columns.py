"""Columns without a name are left out with a note, however they come about."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from vanas_panel.readers.formats.tabular import read_csv, read_parquet


def ignore(count):
    """Nobody wants to know how far it is."""


@pytest.fixture
def frame():
    """Three cells and their index, which is not that of a range."""
    labels = ["conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu"]
    return pd.DataFrame({"adjacency": ["010001000"] * 3, "operations": [f"input,{label},output" for label in labels],
                         "test_accuracy": [0.9, 0.7, 0.8]}, index=[4, 0, 2])


def check(table, said):
    """Only the accuracy is a metric, and the note names what was left out."""
    assert [*table.metrics] == ["test_accuracy"]
    assert table.column("test_accuracy").tolist() == [0.9, 0.7, 0.8]
    assert table.notes == (f"Columns left out, since they have no name, as the index that pandas writes: {said}.",)


def test_the_index_in_a_csv_file(tmp_path, frame):
    path = tmp_path / "some.csv"
    frame.to_csv(path)
    check(read_csv(path, ignore), "the one at place 1")
    again = pd.read_csv(path, dtype={"adjacency": str})
    again.to_csv(path)
    check(read_csv(path, ignore), "the one at place 1, Unnamed: 0")
    pd.read_csv(path, dtype={"adjacency": str}).to_csv(path, index=False, sep=";", decimal=",")
    check(read_csv(path, ignore), "Unnamed: 0.1, Unnamed: 0")


def test_the_index_in_a_parquet_file(tmp_path, frame):
    path = tmp_path / "some.parquet"
    frame.to_parquet(path)
    check(read_parquet(path, ignore), "__index_level_0__")
    frame.rename_axis("Unnamed: 0").reset_index().to_parquet(path)
    check(read_parquet(path, ignore), "Unnamed: 0")


def test_separators_at_the_ends_of_lines_are_nameless_columns(tmp_path, frame):
    path = tmp_path / "some.csv"
    path.write_text("".join(f"{line},,\n" for line in frame.to_csv(index=False).splitlines()))
    check(read_csv(path, ignore), "the one at place 4, Unnamed: 4")


def test_a_description_may_keep_such_a_column_or_ignore_it_silently(tmp_path, frame):
    path = tmp_path / "some.csv"
    frame.rename_axis("Unnamed: 0").to_csv(path)
    (tmp_path / "some.csv.json").write_text(json.dumps({"metrics": {"Unnamed: 0": {"label": "Place"}}}))
    table = read_csv(path, ignore)
    assert table.column("Unnamed: 0").tolist() == [4, 0, 2] and table.notes == ()
    (tmp_path / "some.csv.json").write_text(json.dumps({"ignore": ["Unnamed: 0"]}))
    table = read_csv(path, ignore)
    assert [*table.metrics] == ["test_accuracy"] and table.notes == ()
