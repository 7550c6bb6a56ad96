"""Results that took long are kept on disk by what they follow from; a damaged file is computed again."""

from __future__ import annotations

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.core.all_contributions import contributions_of_table
from vanas_panel.readers import kept_arrays as module
from vanas_panel.readers.kept_arrays import kept_arrays, results_folder
from vanas_panel.tables.table import BenchmarkTable


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "SECONDS", -1.0)
    return results_folder()


def files(folder):
    return sorted(folder.glob("*"))


def counted(arrays):
    calls = []
    return calls, lambda: calls.append(1) or arrays


ARRAYS = (np.array([0.1, np.nan, -np.inf]), np.array([1, 2, 3], np.int32))


def same(found, wanted):
    return len(found) == len(wanted) and all(
        one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
        for one, other in zip(found, wanted, strict=True))


def test_what_is_kept_is_not_computed_again(folder):
    calls, make = counted(ARRAYS)
    assert same(kept_arrays("some", "ab", make), ARRAYS) and same(kept_arrays("some", "ab", make), ARRAYS)
    assert len(calls) == 1 and len(files(folder)) == 1
    kept_arrays("some", "cd", make)
    kept_arrays("other", "ab", make)
    assert len(calls) == 3 and len(files(folder)) == 3


def test_what_is_quick_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 2.0)
    calls, make = counted(ARRAYS)
    kept_arrays("some", "ab", make)
    kept_arrays("some", "ab", make)
    assert len(calls) == 2 and not folder.exists()


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-9], lambda content: b"x" * 99,
                                    lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:]])
def test_a_damaged_file_is_computed_again(folder, damage):
    calls, make = counted(ARRAYS)
    kept_arrays("some", "ab", make)
    (file,) = files(folder)
    file.write_bytes(damage(file.read_bytes()))
    assert same(kept_arrays("some", "ab", make), ARRAYS) and len(calls) == 2
    assert same(kept_arrays("some", "ab", make), ARRAYS) and len(calls) == 2 and len(files(folder)) == 1


def test_a_folder_that_cannot_be_written_does_no_harm(folder):
    folder.parent.mkdir(parents=True)
    folder.write_text("a file")
    calls, make = counted(ARRAYS)
    assert same(kept_arrays("some", "ab", make), ARRAYS) and len(calls) == 1


def test_the_oldest_go_where_there_are_too_many(folder, monkeypatch):
    _, make = counted(ARRAYS)
    for digest in ("aa", "bb"):
        kept_arrays("some", digest, make)
    size = max(file.stat().st_size for file in files(folder))
    monkeypatch.setattr(module, "MOST_BYTES", 2 * size)
    kept_arrays("some", "aa", make)
    kept_arrays("some", "cc", make)
    assert [file.name[:7] for file in files(folder)] == ["some-aa", "some-cc"]


def test_contributions_are_those_of_the_same_cells_and_values(folder):
    table = vp.open_table("mnist-cells")
    found = contributions_of_table(table, "test_accuracy")
    assert len(files(folder)) == 1
    again = contributions_of_table(vp.open_table("mnist-cells"), "test_accuracy")
    assert len(files(folder)) == 1 and np.array_equal(found.values, again.values, equal_nan=True)
    assert np.array_equal(found.n_with, again.n_with) and np.array_equal(found.n_without, again.n_without)
    values = table.column("test_accuracy").copy()
    values[7] += 0.01
    other = BenchmarkTable(table.space, table.packed, {"test_accuracy": table.metric("test_accuracy")},
                           {"test_accuracy": values}, name="other")
    assert not np.array_equal(contributions_of_table(other, "test_accuracy").values, found.values, equal_nan=True)
    assert len(files(folder)) == 2
