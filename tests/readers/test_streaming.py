"""Cells that are packed part by part: tables, notes and errors are those of the reader of whole sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.readers.conftest import as_texts
from vanas_panel.core.encoding import pack
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.streaming import CellStream, NotPlain, is_used, renamed
from vanas_panel.readers.formats import parquet_limits, tabular
from vanas_panel.readers.formats.tabular import read_parquet
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.tables.larger import LargerTable
from vanas_panel.tables.table import BenchmarkTable


def ignore(count):
    """Nobody wants to know how far it is."""


@pytest.fixture
def frame(few_cells) -> pd.DataFrame:
    """Cells that stand in several rows each, in no order."""
    rng = np.random.default_rng(5)
    rows = rng.integers(0, len(few_cells), 400)
    adjacency, operations = zip(*(as_texts(few_cells[row]) for row in rows), strict=True)
    return pd.DataFrame({"adjacency": adjacency, "operations": operations, "test_accuracy": rng.random(400),
                         "trainable_parameters": rows, "epochs": rng.choice([4, 108], 400)})


@pytest.fixture
def both_ways(tmp_path, monkeypatch):
    """Read a frame whole and part by part, in parts of a few rows; say whether the parts were taken."""
    monkeypatch.setattr(parquet_limits, "ROWS_AT_ONCE", 7)
    added = []
    finish = CellStream.cells

    def cells(self, rows, space):
        """The cells of a stream, which counts."""
        found = finish(self, rows, space)
        added.append(rows.size)
        return found

    monkeypatch.setattr(CellStream, "cells", cells)

    def read(frame, asked=NOTHING):
        path = tmp_path / "some.parquet"
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, row_group_size=90)
        found: list[BenchmarkTable | str] = []
        for fewest in (10**9, 1):
            monkeypatch.setattr(tabular, "FEWEST", fewest)
            added.clear()
            try:
                found.append(read_parquet(path, ignore, asked))
            except SourceError as error:
                found.append(str(error))
        return *found, bool(added)

    return read


def assert_same(one, other):
    """Two tables do not differ in anything that is kept."""
    assert (one.space, one.notes, one.metrics, one.title) == (other.space, other.notes, other.metrics, other.title)
    np.testing.assert_array_equal(one.packed, other.packed)
    np.testing.assert_array_equal(one.keys, other.keys)
    for mine, its in zip(one.lookup, other.lookup, strict=True):
        np.testing.assert_array_equal(mine, its)
    for name in one.metrics:
        np.testing.assert_array_equal(one.repeats(name), other.repeats(name))


SPLIT = Asked({"epochs": "split"})


@pytest.mark.parametrize("asked", [SPLIT, Asked({"epochs": {"choose": 4}}), Asked({"epochs": "repeat"})])
def test_tables_are_the_same(both_ways, frame, asked):
    whole, parts, streamed = both_ways(frame, asked)
    assert streamed
    assert_same(whole, parts)


CHANGES = {
    "other names": lambda frame: frame.assign(operations=frame["operations"].str.replace("maxpool3x3", "zoom")),
    "off every path": lambda frame: frame.assign(
        adjacency=["001000000", *frame["adjacency"][1:]],
        operations=["input,never-used,output", *frame["operations"][1:]]),
    "padded": lambda frame: frame.assign(
        adjacency=["010000000", *frame["adjacency"][1:]], operations=["input,output", *frame["operations"][1:]]),
    "written as lists": lambda frame: frame.assign(
        operations=["[" + ", ".join(map(repr, text.split(","))) + "]" for text in frame["operations"]]),
    "categories": lambda frame: frame.assign(operations=frame["operations"].astype("category"),
                                             adjacency=frame["adjacency"].astype("category")),
    "cells alone": lambda frame: frame[["adjacency", "operations"]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_unusual_tables_are_the_same(both_ways, frame, change):
    # The number of parameters follows from a cell, which some of these changes make another one.
    changed = CHANGES[change](frame).drop(columns="trainable_parameters", errors="ignore")
    whole, parts, streamed = both_ways(changed, SPLIT if change != "cells alone" else NOTHING)
    assert streamed
    assert_same(whole, parts)


def broken(column, value):
    """A change of one row near the end."""
    def change(frame):
        frame = frame.copy()
        frame.loc[377, column] = value
        return frame
    return change


FAULTS = {
    "no matrix": broken("adjacency", "0101"),
    "a cycle": broken("adjacency", "011100000"),
    "another letter": broken("adjacency", "0x0000000"),
    "nothing": broken("adjacency", None),
    "no operations": broken("operations", None),
    "no input": broken("operations", "conv3x3-bn-relu,output"),
    "a lost zero": broken("adjacency", "1000"),
    "too many operations": lambda frame: frame.assign(
        operations=[text.replace("maxpool3x3", f"own{row}") for row, text in enumerate(frame["operations"])]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_errors_and_notes_are_those_of_whole_sources(both_ways, frame, fault):
    whole, parts, streamed = both_ways(FAULTS[fault](frame), SPLIT)
    assert not streamed
    if isinstance(whole, str):
        assert whole == parts
    elif isinstance(whole, LargerTable):
        assert whole.notes == parts.notes and list(whole) == list(parts)
    else:
        assert_same(whole, parts)


def test_rows_that_do_not_count_bring_no_operations(both_ways, frame):
    named = frame.assign(operations=frame["operations"].where(
        frame["epochs"] == 4, frame["operations"].str.replace("maxpool3x3", "zoom")))
    whole, parts, streamed = both_ways(named, Asked({"epochs": {"choose": 4}}))
    assert streamed
    assert "zoom" not in parts.space.operations
    assert_same(whole, parts)


def test_a_stream_that_ends_early_is_none(few_cells):
    stream = CellStream(Path("some.parquet"), 2)
    stream.add(pa.array(["0100"]), pa.array(["input,output"]))
    with pytest.raises(NotPlain):
        stream.cells(np.arange(2), None)
    with pytest.raises(NotPlain):
        stream.add(pa.array(["0100"] * 2), pa.array(["input,output"] * 2))


def test_operations_get_other_numbers():
    cell = pack([2, 0], [(0, 1), (1, 2), (2, 3)])
    assert renamed(np.array([cell]), np.array([1, 2, 0])).tolist() == [pack([0, 1], [(0, 1), (1, 2), (2, 3)])]


def test_a_described_space_is_kept(frame):
    space = CellSpace(("maxpool3x3", "conv1x1-bn-relu", "conv3x3-bn-relu", "zoom"), 7, 12)
    stream = CellStream(Path("some.parquet"), len(frame))
    stream.add(pa.array(frame["adjacency"]), pa.array(frame["operations"]))
    found = stream.cells(np.arange(len(frame)), space)
    assert found.space is space
    assert is_used(found.packed, 0)
    with pytest.raises(NotPlain):
        stream.cells(np.arange(len(frame)), CellSpace(("zoom",), 7, 12))
