"""Cells of large tables beside the converted table: mapped, right, and done without where they are damaged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.readers.test_cache import tables
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.readers import kept_cells as kept_module
from vanas_panel.readers import kept_files, open_table
from vanas_panel.readers.formats import stored


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and cells kept of every table."""
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(kept_module, "FEWEST", 1)
    return tmp_path / "cache"


@pytest.fixture
def source(tmp_path):
    """The cells of an embedded table in a file of their own, shuffled."""
    frame = vp.open_table("mnist-cells").frame(cells=True).sample(frac=1, random_state=5)
    frame.attrs.clear()
    frame.to_parquet(tmp_path / "some.parquet", index=False)
    return tmp_path / "some.parquet"


def kept(cache):
    return sorted((cache / "tables").glob("*.kept"))


def check(table, source):
    """Hold a table against one that is made of the same file without a cache."""
    other = vp.BenchmarkTable(table.space, table.packed, table.metrics, {}, name="again")
    assert np.array_equal(table.keys, canonical_keys(np.array(table.packed)))
    assert all(np.array_equal(one, two) for one, two in zip(table.lookup, other.lookup, strict=True))
    assert [table.find(table.cell(row)) for row in (0, 7, len(table) - 1)] == [0, 7, len(table) - 1]
    frame = pd.read_parquet(source)
    assert np.array_equal(table.packed, vp.BenchmarkTable.from_frame(frame).packed)
    assert table["test_accuracy"].tolist() == frame["test_accuracy"].tolist()
    assert not table.packed.flags.writeable and not table.lookup[0].flags.writeable


def is_mapped(array):
    """Whether an array is a part of a file that is mapped into memory."""
    while array is not None and not isinstance(array, np.memmap):
        array = array.base
    return array is not None


def test_cells_are_mapped_and_not_sorted_again(source, cache, monkeypatch):
    check(open_table(source), source)
    assert len(kept(cache)) == 4
    monkeypatch.setattr(np, "argsort", lambda *_, **__: pytest.fail("sorted again"))
    table = open_table(source)
    assert all(map(is_mapped, (table.packed, table.keys, *table.lookup)))
    monkeypatch.undo()
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(cache))
    check(table, source)


@pytest.mark.parametrize("damage", ["a bit", "cut off", "empty", "gone"])
@pytest.mark.parametrize("which", [0, 3])
def test_damaged_cells_are_written_again(source, cache, damage, which):
    open_table(source)
    files = kept(cache)
    file = files[which]
    held = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    else:
        held[-3] ^= 1
        file.write_bytes({"a bit": held, "cut off": held[:-8], "empty": b""}[damage])
    check(open_table(source), source)
    assert kept(cache) == files and is_mapped(open_table(source).packed)


def test_cells_go_with_a_damaged_table(source, cache):
    open_table(source)
    [file], cells = tables(cache), kept(cache)
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)
    check(open_table(source), source)
    assert tables(cache) == [file] and kept(cache) == cells


def test_small_tables_have_none(source, cache, monkeypatch):
    monkeypatch.setattr(kept_module, "FEWEST", 10_000)
    check(open_table(source), source)
    assert kept(cache) == []


def test_a_table_opens_where_its_cells_cannot_be_kept(source, cache, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept_files, "publish", full)
    check(open_table(source), source)
    assert kept(cache) == [] and not list(cache.rglob("*.tmp"))


def indexes(table):
    """What is derived from the cells of a table, as plain values."""
    edges, completions = table.edge_index, table.completion_index
    some = (table.edge_types.arrays, [table.structure], edges.arrays, completions.arrays)
    return completions.groups, [[array.tolist() for array in arrays] for arrays in some]


def test_indexes_are_kept_where_they_take_long(source, cache, monkeypatch):
    made, importance = indexes(open_table(source)), vp.matched_importance(open_table(source))
    assert len(kept(cache)) == 4
    monkeypatch.setattr(kept_files, "SECONDS", 0.0)
    assert indexes(open_table(source)) == made
    assert len(kept(cache)) == 4 + 2 + 1 + 7 + 3
    for module in ("edge_index_of", "build_index", "edge_types_of", "structure_of"):
        monkeypatch.setattr(f"vanas_panel.tables.table.{module}", lambda *_: pytest.fail("made again"))
    table = open_table(source)
    assert indexes(table) == made and is_mapped(table.edge_index.without) and is_mapped(table.completion_index.rows)
    pd.testing.assert_frame_equal(vp.matched_importance(table), importance)


def test_damaged_indexes_are_made_again(source, cache, monkeypatch):
    monkeypatch.setattr(kept_files, "SECONDS", 0.0)
    made = indexes(open_table(source))
    files = kept(cache)
    for file in files:
        held = bytearray(file.read_bytes())
        held[-1] ^= 1
        file.write_bytes(held)
    assert indexes(open_table(source)) == made and kept(cache) == files


def test_known_cells_are_not_read(source, cache, monkeypatch):
    open_table(source)
    [file] = tables(cache)
    packed = np.array([0x20000000000001], np.int64)
    known = stored.Cells(packed, packed, (packed, np.zeros(1, np.int64)))
    assert stored.read_stored(file, verify=False, known=known).packed.tolist() == packed.tolist()
