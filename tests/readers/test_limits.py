"""Files that grow when they are read: small ones that ask for gigabytes, and very many columns, names and repeats."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from vanas_panel.cli import command_line as cli
from vanas_panel.errors import SourceError
from vanas_panel.readers import READERS, open_table, read_stored, write_table
from vanas_panel.readers.columns.names import number_nameless
from vanas_panel.readers.formats import parquet_limits as bounded
from vanas_panel.readers.repeats.summaries import summarised
from vanas_panel.tables.limits import ENVIRONMENT, Limits, current_limits, limited

CELLS = {"adjacency": ["0100", "010001000"], "operations": ["input,output", "input,conv3x3-bn-relu,output"]}
TINY = Limits(bytes=100_000)


def written(tmp_path: Path, columns: dict, kind: str = "parquet", **options) -> Path:
    path = tmp_path / f"some.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table(columns), path, **options)
    else:
        pd.DataFrame(columns).to_csv(path, index=False)
    return path


def refused(path: Path, words: str, limits: Limits | None = None) -> str:
    with pytest.raises(SourceError, match=words) as caught:
        open_table(path, limits=limits)
    assert caught.value.path == path
    return str(caught.value)


# Before anything is read ----------------------------------------------------------------------------------------------


@pytest.fixture
def unread(monkeypatch):
    """Reading any column is a failure."""
    def fail(*_, **__):
        raise AssertionError("columns are read")
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", fail)
    monkeypatch.setattr(pq.ParquetFile, "read", fail)


@pytest.mark.slow
def test_a_small_file_of_gigabytes_is_refused_by_its_metadata(tmp_path, unread):
    rows = 400_000
    path = written(tmp_path, {name: pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [values[0]])
                              for name, values in CELLS.items()}
                   | {f"loss{number}": np.zeros(rows) for number in range(700)}, compression="zstd")
    assert path.stat().st_size < 3_000_000
    assert "2,240,000,000 bytes when it is decompressed; expected at most 2,147,483,648" in refused(path, "bytes")
    refused(path, "400,000 rows; expected at most 1,000", Limits(rows=1000))


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_too_many_columns_are_refused_by_the_header(tmp_path, kind, unread):
    path = written(tmp_path, CELLS | {f"m{number}": [0.5, 0.6] for number in range(5_000)}, kind)
    assert "--limit columns=5002" in refused(path, "Found 5,002 columns; expected at most 5,000")


def test_a_csv_file_is_refused_by_its_size_lines_and_header(tmp_path):
    path = written(tmp_path, CELLS | {"loss": [0.5, 0.6]}, "csv")
    refused(path, "bytes; expected at most 50", Limits(bytes=50))
    refused(path, "3 lines; expected at most 1", Limits(rows=1))
    path.write_text("adjacency,operations," + "," * 90 + "\n" + "," * 90 + "\n" * 9)
    refused(path, "7,440 bytes of values; expected at most 7,000", Limits(bytes=7_000))
    path.write_text(",".join("a" * 30 for _ in range(200_000)) + "\n")
    refused(path, "columns; expected at most 5,000")
    path.write_text("a" * 30_000_000)
    refused(path, "does not read as CSV")


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_long_names_and_texts_are_refused_in_short(tmp_path, kind):
    assert len(refused(written(tmp_path, CELLS | {"m" * 100_000: [1, 2]}, kind), "100,000 characters")) < 700
    labels = ["input,output", f"input,{'x' * 501},output"]
    refused(written(tmp_path, CELLS | {"operations": labels, "loss": [1, 2]}, kind), "name has 501 characters")
    labels = ["input,output", f"input,{'x' * 60_000},output"]
    path = written(tmp_path, CELLS | {"operations": labels, "loss": [1, 2]}, kind)
    assert "row 2" in refused(path, "text of 60,013 characters")
    labels = ["input,output", f"input,{'x' * 500},output"]
    assert len(open_table(written(tmp_path, CELLS | {"operations": labels, "loss": [1, 2]}, kind))) == 2


def test_an_operation_of_many_megabytes_is_refused(tmp_path):
    path = written(tmp_path, CELLS | {"operations": ["input,output", "input," + "x" * (1 << 26) + ",output"],
                                      "loss": [1, 2]}, compression="zstd")
    assert path.stat().st_size < 1_000_000
    assert len(refused(path, "text of 67,108,877 characters")) < 700


def test_a_long_sidecar_is_refused_before_it_is_parsed(tmp_path):
    path = written(tmp_path, CELLS | {"loss": [1, 2]})
    beside = path.with_name(path.name + ".json")
    beside.write_text(json.dumps({"title": "x" * 3_000_000}))
    with pytest.raises(SourceError, match=r"1,048,577 bytes; expected at most 1,048,576"):
        open_table(path)
    beside.write_text(json.dumps({"title": "x" * 1001}))
    with pytest.raises(SourceError, match="title"):
        open_table(path)


# While it is read -----------------------------------------------------------------------------------------------------


def test_a_text_that_a_dictionary_repeats_is_counted_as_often_as_it_occurs(tmp_path):
    notes = pa.DictionaryArray.from_arrays(np.zeros(1000, np.int32), ["n" * 1000])
    cells = {name: pa.DictionaryArray.from_arrays(np.zeros(1000, np.int32), [values[1]])
             for name, values in CELLS.items()}
    path = written(tmp_path, cells | {"notes": notes, "loss": np.zeros(1000)})
    refused(path, "bytes when it is decompressed; expected at most 100,000", TINY)
    assert open_table(path).column("loss_repeats").tolist() == [1000.0]


def test_metadata_that_say_too_little_do_not_help(tmp_path, monkeypatch):
    path = written(tmp_path, CELLS | {"notes": ["n" * 60_000, "m" * 60_000], "loss": [1, 2]})
    monkeypatch.setattr(bounded, "check_size", lambda *_: None)
    refused(path, "bytes when it is decompressed; expected at most 100,000", TINY)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()),
                                  pa.dictionary(pa.int8(), pa.large_string())])
@pytest.mark.parametrize("dictionary", [True, False])
def test_texts_of_every_kind_are_read_as_they_are(tmp_path, kind, dictionary):
    columns = {name: pa.array(values * 5000, pa.string()).cast(kind) for name, values in CELLS.items()}
    columns |= {"dataset": pa.array(["a", None] * 5000, pa.string()).cast(kind),
                "loss": np.linspace(0, 1, 10_000), "bad": pa.array([1, None] * 5000, pa.int8())}
    path = written(tmp_path, columns, use_dictionary=dictionary, row_group_size=3000)
    table = open_table(path)
    assert table.column("loss_repeats").tolist() == [5000, 5000]
    assert table.column("loss").tolist() == pytest.approx([np.linspace(0, 1, 10_000)[row::2].mean() for row in (0, 1)],
                                                          rel=1e-14)
    assert table.column("bad").tolist() == pytest.approx([1, math.nan], nan_ok=True)


@pytest.mark.slow
def test_the_peak_of_memory_stays_low_when_a_bomb_is_refused(tmp_path):
    rows = 2_000_000
    path = written(tmp_path, {name: pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [values[0]])
                              for name, values in CELLS.items()}
                   | {"log": pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), ["n" * 4_000])})
    assert path.stat().st_size < 1_000_000
    code = ("import resource, sys, vanas_panel as vp\n"
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "try: vp.open_table(sys.argv[1])\n"
            "except vp.SourceError as error: print(error)\n"
            "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n")
    said, megabytes = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True,
                                     check=True, env={**os.environ, ENVIRONMENT: "bytes=200M"}).stdout.splitlines()
    assert "bytes when it is decompressed" in said
    # The texts hold 8 GB, where 0.2 are allowed; Arrow's own blocks take some room, too.
    assert int(megabytes) < 800


@pytest.mark.parametrize("error", [MemoryError(), pa.ArrowMemoryError("malloc of size 99 failed")])
def test_a_lack_of_memory_is_one_error(tmp_path, monkeypatch, error):
    path = written(tmp_path, CELLS | {"loss": [1, 2]})

    def fail(*_, **__):
        raise error
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", fail)
    refused(path, "does not fit into the memory of this machine")
    monkeypatch.undo()
    table = open_table(path)
    monkeypatch.setattr(pq.ParquetFile, "read", fail)
    with pytest.raises(SourceError, match="does not fit into the memory"):
        table.column("loss")


# Our own form ---------------------------------------------------------------------------------------------------------


def test_our_own_form_keeps_the_limits_of_rows_and_bytes(tmp_path, unread):
    path = tmp_path / "stored.parquet"
    packed = vp.enumerate_cells(vp.CellSpace(vp.NASBENCH101.operations, 3, 3))
    write_table(vp.BenchmarkTable(vp.NASBENCH101, packed, {"loss": vp.Metric("loss", "Loss")},
                                  {"loss": np.zeros((7, 99))}, name="stored"), path)
    refused(path, "7 rows; expected at most 5", Limits(rows=5))
    refused(path, "bytes when it is decompressed; expected at most 900", Limits(bytes=900))


# Many repeats ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_more_than_a_hundred_repeats_are_summarised(tmp_path, kind):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({name: [values[0]] * 250 + [values[1]] * 2 for name, values in CELLS.items()})
    rows["test_accuracy"] = rng.uniform(0.8, 0.9, 252)
    rows["loss"] = rng.normal(1e6, 1e-3, 252)
    rows.loc[[3, 4, 250], "loss"] = np.nan
    rows["flops"] = [7] * 250 + [9] * 2
    rows = rows.sample(frac=1, random_state=4, ignore_index=True)
    table = open_table(written(tmp_path, dict(rows), kind))
    assert {*table.metrics} == {"test_accuracy", "test_accuracy_repeats", "test_accuracy_deviation", "loss",
                                "loss_repeats", "loss_deviation", "flops"}
    for row in range(2):
        mine = rows[rows["adjacency"] == {2: "0100", 3: "010001000"}[len(table.cell(row).operations)]]
        for name in ("test_accuracy", "loss"):
            values = mine[name].dropna().tolist()
            assert table.column(name)[row] == pytest.approx(math.fsum(values) / len(values), rel=1e-15)
            assert table.column(f"{name}_repeats")[row] == len(values)
            deviation = statistics.stdev(values) if len(values) > 1 else math.nan
            assert table.column(f"{name}_deviation")[row] == pytest.approx(deviation, rel=1e-9, nan_ok=True)
        assert table.column("flops")[row] == mine["flops"].iloc[0]
    assert any("measured up to 250 times" in note and "test_accuracy_deviation" in note for note in table.notes)
    again = tmp_path / "again.parquet"
    write_table(table, again)
    stored = read_stored(again)
    assert list(stored.metrics) == list(table.metrics) and stored.notes == table.notes
    assert np.array_equal(stored.column("loss_deviation"), table.column("loss_deviation"), equal_nan=True)


def test_a_hundred_repeats_are_kept_and_more_where_that_is_asked_for(tmp_path):
    rows = {name: values[:1] * 150 + values[1:] for name, values in CELLS.items()} | {"loss": np.arange(151) / 7}
    path = written(tmp_path, {name: values[50:] for name, values in rows.items()})
    assert open_table(path).repeats("loss").shape == (2, 100)
    path = written(tmp_path, rows)
    assert open_table(path).repeats("loss").shape == (2, 1)
    # Another choice is another table, also where the first one is remembered.
    assert open_table(path, limits=Limits(repeats=150)).repeats("loss").shape == (2, 150)
    assert open_table(path).repeats("loss").shape == (2, 1)


def test_repeats_in_columns_are_summarised_and_given_names_are_kept(tmp_path):
    values = np.random.default_rng(5).random((2, 120))
    path = written(tmp_path, CELLS | {f"loss/{number}": values[:, number] for number in range(120)}
                   | {"loss_repeats": [5.0, 6.0]})
    table = open_table(path)
    assert list(table.metrics) == ["loss", "loss__repeats", "loss__deviation", "loss_repeats"]
    assert table.column("loss_repeats").tolist() == [5, 6]
    assert table.column("loss__repeats").tolist() == [120, 120]
    assert table.column("loss__deviation") == pytest.approx(values.std(axis=1, ddof=1), rel=1e-12)


def test_very_large_values_have_a_deviation():
    columns, _ = summarised(np.array([1.7e308, 1.5e308, -1.6e308]), np.array([0, 0, 1]), 2, vp.Metric("x", "X"))
    mean, count, deviation = columns.values()
    assert mean.tolist() == [1.6e308, -1.6e308] and count.tolist() == [2, 1]
    assert deviation[0] == pytest.approx(1e307 * math.sqrt(2), rel=1e-12)


def test_one_hundred_thousand_repeats_of_one_cell_are_three_columns(tmp_path):
    path = written(tmp_path, {"adjacency": np.repeat(CELLS["adjacency"], [100_000, 1]),
                              "operations": np.repeat(CELLS["operations"], [100_000, 1]),
                              "loss": np.arange(100_001.0)})
    table = open_table(path)
    assert table.column("loss").tolist() == [49_999.5, 100_000]
    stored = next((Path(tmp_path) / "cache folder" / "tables").glob("*.parquet"))
    assert pq.read_metadata(stored).num_columns == 5


# Which limits ---------------------------------------------------------------------------------------------------------


def test_limits_come_from_the_keyword_the_command_line_and_the_environment(tmp_path, monkeypatch, capsys):
    path = written(tmp_path, CELLS | {"loss": [1, 2], "gain": [1, 2]})
    monkeypatch.setenv(ENVIRONMENT, "columns=3")
    refused(path, "4 columns; expected at most 3")
    assert cli.main(["info", str(path)]) == 2
    assert cli.main(["info", str(path), "--limit", "columns=4"]) == 0
    assert current_limits().columns == 3
    with limited(Limits(rows=7)):
        assert current_limits() == Limits(rows=7)
    assert len(open_table(path, limits=Limits())) == 2
    capsys.readouterr()
    for words in ("columns", "columns=", "columns=-1", "lines=4", "columns=1e3", "columns=0", "columns=9" + "9" * 20):
        assert cli.main(["info", str(path), "--limit", words]) == 2
        assert "a limit" in capsys.readouterr().err
    with pytest.raises(SourceError, match="whole number above 0"):
        Limits(rows=0)
    with pytest.raises(SourceError, match="whole number above 0"):
        Limits(rows=1.5)  # type: ignore[arg-type]


def test_the_real_table_is_far_below_every_limit(real_table_path):
    about = pq.read_metadata(real_table_path)
    size = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    assert about.num_rows * 3 * 10 < Limits().rows
    assert about.num_columns * 100 < Limits().columns
    assert size * 10 < Limits().bytes


# Nothing quadratic ----------------------------------------------------------------------------------------------------


def test_many_columns_are_looked_at_once_each(tmp_path, monkeypatch):
    """Time is not measured: names are counted that are compared with each other."""
    compared = 0

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other):
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

    names = [Name(f"m{number}") for number in range(3000)] + [Name("")] * 3000
    number_nameless(names)
    vp_names = READERS[".parquet"].__globals__["Names"]
    vp_names([*names[:3000], Name("adjacency"), Name("operations")], vp_description(), tmp_path / "some.csv")
    assert compared < 100_000


def vp_description():
    return READERS[".parquet"].__globals__["Description"]()
