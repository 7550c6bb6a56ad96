"""Our own form: what is written is read, lazily, and damage is found."""

from __future__ import annotations

import copy
import threading
import tracemalloc

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vanas_panel.core.cell import Cell
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SourceError
from vanas_panel.readers.formats import stored
from vanas_panel.readers.formats.stored import FORM, KEY, is_stored, read_stored, write_table
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable


@pytest.fixture
def table(few_cells) -> BenchmarkTable:
    """A table with gaps, repeats, and values that single precision cannot hold."""
    rng = np.random.default_rng(5)
    rows = len(few_cells)
    accuracy = (rng.integers(0, 9985, (rows, 3)) / 9984).astype(np.float32).astype(np.float64)
    accuracy[rng.random((rows, 3)) < 0.2] = np.nan
    columns = {"test_accuracy": accuracy, "total_time": rng.random(rows) * 1e4,
               "loss": rng.normal(size=(rows, 2)) * 1e300,
               "trainable_parameters": rng.integers(1 << 24, 1 << 30, rows).astype(float), "packed": np.ones(rows)}
    metrics = {name: known_metric(name) for name in columns} | {"loss": Metric("loss", "Loß / 损失", "nats", False)}
    packed = np.array([cell.packed(NASBENCH101) for cell in few_cells])
    return BenchmarkTable(NASBENCH101, packed, metrics, columns, name="made", title="A title", notes=("One.", "Two."))


@pytest.fixture
def path(table, tmp_path):
    """The file of it."""
    path = tmp_path / "table.parquet"
    write_table(table, path)
    return path


def test_everything_comes_back(table, path):
    other = read_stored(path)
    assert (other.name, other.title, other.notes, other.space) == ("made", "A title", ("One.", "Two."), NASBENCH101)
    assert dict(other.metrics) == dict(table.metrics)
    assert [*other.metrics] == [*table.metrics]
    np.testing.assert_array_equal(other.packed, table.packed)
    np.testing.assert_array_equal(other.keys, table.keys)
    for name in table.metrics:
        np.testing.assert_array_equal(other.repeats(name), table.repeats(name))
        np.testing.assert_array_equal(other.column(name), table.column(name))
    assert read_stored(path, name="other").name == "other"


def test_a_table_of_many_metrics_and_repeats_comes_back(table, path):
    values = np.arange(90.0)[None] / 7
    names = [f"metric_{number}" for number in range(60)]
    # 5,400 columns of the file, beyond what a file of somebody else's may have.
    write_table(BenchmarkTable(NASBENCH101, table.packed[:1], {name: known_metric(name) for name in names},
                               dict.fromkeys(names, values), name="many"), path)
    again = read_stored(path)
    assert len(again.metrics) == 60 and np.array_equal(again.repeats("metric_59"), values)


def test_single_precision_is_used_only_where_it_loses_nothing(path):
    schema = pq.read_schema(path)
    assert schema.field("test_accuracy/0").type == pa.float32()
    assert schema.field("total_time/0").type == pa.float64()
    assert schema.field("loss/1").type == pa.float64()
    assert schema.field("trainable_parameters/0").type == pa.float64()


def test_columns_are_read_when_they_are_asked_for(path, monkeypatch):
    asked = []
    read = pq.ParquetFile.read
    monkeypatch.setattr(pq.ParquetFile, "read", lambda self, columns, **options: (
        asked.append(columns), read(self, columns=columns, **options))[1])
    table = read_stored(path)
    assert asked == [["packed", "key"]]
    table.column("loss")
    table.repeats("loss")
    assert asked[1:] == [["loss/0", "loss/1"]]


def test_columns_can_be_read_after_the_file_has_been_replaced_or_removed(table, path):
    other = read_stored(path)
    path.unlink()
    np.testing.assert_array_equal(other.repeats("loss"), table.repeats("loss"))
    path.write_text("something else")
    np.testing.assert_array_equal(other.repeats("total_time"), table.repeats("total_time"))


def test_threads_may_share_a_table(table, path):
    other = read_stored(path)
    wrong = []

    def read():
        for _ in range(20):
            # A copy shares the file, but not what was read of it.
            fresh = copy.copy(other)
            for name in table.metrics:
                if not np.array_equal(fresh.repeats(name), table.repeats(name), equal_nan=True):
                    wrong.append(name)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_every_damaged_byte_is_found_or_harmless(table, path):
    whole = path.read_bytes()
    rng = np.random.default_rng(6)
    found = 0
    for offset in rng.integers(len(whole), size=200):
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        try:
            other = read_stored(path)
            values = {name: other.repeats(name) for name in other.metrics}
        except SourceError:
            found += 1
            continue
        # What is not covered by a page's checksum is the footer: statistics that nothing reads, labels, names.
        np.testing.assert_array_equal(other.packed, table.packed)
        for name, value in zip(table.metrics, values.values(), strict=True):
            np.testing.assert_array_equal(value, table.repeats(name))
    assert found > 50


def test_a_column_that_is_damaged_after_opening_is_not_trusted(path):
    table = read_stored(path)
    chunk = pq.ParquetFile(path).metadata.row_group(0)
    columns = [chunk.column(number) for number in range(chunk.num_columns)]
    chunk = next(c for c in columns if c.path_in_schema == "loss/0")
    with path.open("rb+") as file:
        file.seek(chunk.data_page_offset + chunk.total_compressed_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0xFF]))
    with pytest.raises(SourceError, match="damaged file"):
        table.column("loss")
    assert table.column("total_time").size == 91


def rewrite(path, change=None, **columns):
    """Write the file again with another description or other columns."""
    rows = pq.read_table(path)
    about = orjson.loads(rows.schema.metadata[KEY])
    if change:
        change(about)
    for name, values in columns.items():
        rows = rows.drop_columns([name]) if values is None else rows.set_column(
            rows.schema.get_field_index(name), name, pa.array(values))
    pq.write_table(rows.replace_schema_metadata({KEY: orjson.dumps(about)}), path)


@pytest.mark.parametrize("change", [
    lambda about: about.pop("space"),
    lambda about: about.pop("metrics"),
    lambda about: about["space"].update(max_vertices=99),
    lambda about: about["space"].update(operations=[]),
    lambda about: about["metrics"][0].update(repeats=4),
    lambda about: about["metrics"][0].pop("label"),
    lambda about: about["metrics"].append({"name": "more", "label": "", "unit": "", "higher_is_better": None,
                                           "repeats": 1}),
    lambda about: about.update(metrics=5),
    lambda about: about["metrics"][0].update(repeats=10**9),
    lambda about: about["metrics"][0].update(repeats=0),
    lambda about: about["metrics"][0].update(repeats=True),
    lambda about: about["metrics"][0].update(repeats="3"),
    lambda about: about["metrics"][0].update(name=7),
    lambda about: about["metrics"][0].update(label=["a"]),
    lambda about: about["metrics"][0].update(higher_is_better="yes"),
    lambda about: about["metrics"].append(about["metrics"][0]),
    lambda about: about.update(title=5),
    lambda about: about.update(name=None),
    lambda about: about.update(title="x" * 20_000),
    lambda about: about.update(notes="One."),
    lambda about: about.update(notes=[1]),
    lambda about: about["space"].update(max_edges=10**18),
    lambda about: about.update(training=[]),
    lambda about: about.update(training={"devices": 5}),
    lambda about: about.update(training={"settings_digest": 1}),
])
def test_a_description_that_does_not_fit_is_refused(path, change):
    rewrite(path, change)
    with pytest.raises(SourceError, match="incomplete"):
        read_stored(path)


def test_a_number_of_repeats_costs_nothing_before_it_is_believed(path):
    rewrite(path, lambda about: about["metrics"][0].update(repeats=10**9))
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="1000000000 repeats of metric 'test_accuracy'; expected a column"):
            read_stored(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_values_that_a_metric_cannot_have_are_damage(path, table):
    accuracy = table.repeats("test_accuracy")[:, 1].copy()
    accuracy[17] = 1.5
    rewrite(path, **{"test_accuracy/1": accuracy})
    other = read_stored(path)
    with pytest.raises(SourceError, match=r"row 18: Found test_accuracy = 1\.5"):
        other.column("test_accuracy")
    np.testing.assert_array_equal(other.column("total_time"), table.column("total_time"))


def test_another_version_is_refused(path):
    rewrite(path, lambda about: about.update(form=FORM + 1))
    with pytest.raises(SourceError, match=f"version {FORM + 1} of our own form; expected version {FORM}"):
        read_stored(path)


@pytest.mark.parametrize("bad", [0, -1, 1 << 52, 9 << 52 | 1, 15 << 52, 2 << 52, 2 << 52 | 1 << 1,
                                 3 << 52 | 0b111 | 15 << 48, 3 << 52 | 0b101 | 1 << 44, 3 << 52 | 0b011,
                                 2 << 52 | 1 | 1 << 60])
def test_numbers_that_are_no_cells_never_reach_a_kernel(path, table, bad):
    packed = table.packed.copy()
    packed[17] = bad
    rewrite(path, packed=packed)
    with pytest.raises(SourceError) as caught:
        read_stored(path)
    assert caught.value.row == 17


def test_exactly_the_packed_cells_are_cells(few_cells):
    packed = np.array([cell.packed(NASBENCH101) for cell in few_cells])
    assert stored.are_cells(packed, 3).all()
    np.testing.assert_array_equal(stored.are_cells(packed, 2), [
        all(NASBENCH101.operations.index(name) < 2 for name in cell.operations[1:-1]) for cell in few_cells])


def test_keys_that_are_not_those_of_the_cells_are_refused(path, table):
    keys = table.keys.copy()
    keys[[0, 1]] = keys[[1, 0]]
    rewrite(path, key=keys)
    with pytest.raises(SourceError, match="canonical key"):
        read_stored(path)


def test_cells_beyond_the_limits_are_refused(path):
    rewrite(path, lambda about: about["space"].update(max_vertices=3))
    with pytest.raises(SourceError, match="a packed cell of the search space"):
        read_stored(path)


@pytest.mark.parametrize("values", [None, np.ones(91), np.ones(91, np.int32), pa.array([None] * 91, pa.int64())])
def test_cells_of_another_type_are_refused(path, values):
    rewrite(path, packed=values)
    with pytest.raises(SourceError, match="incomplete"):
        read_stored(path)


def test_the_form_is_recognised(path, tmp_path):
    assert is_stored(path)
    pq.write_table(pa.table({"x": [1]}), tmp_path / "other.parquet")
    assert not is_stored(tmp_path / "other.parquet")
    assert not is_stored(tmp_path / "nothing.parquet")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(path, table, tmp_path, monkeypatch):
    before = path.read_bytes()

    def fail(rows, where, **options):
        where.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", fail)
    with pytest.raises(OSError, match="No space"):
        write_table(table, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["table.parquet"]


def test_a_space_of_other_operations_comes_back(tmp_path):
    space = CellSpace(("b", "a"), 4, 5)
    cells = [Cell(("input", "a", "output"), ((0, 1), (1, 2)), space), Cell(("input", "output"), ((0, 1),), space)]
    table = BenchmarkTable(space, np.array([cell.packed(space) for cell in cells]), {}, {}, name="x")
    write_table(table, tmp_path / "x.parquet")
    other = read_stored(tmp_path / "x.parquet")
    assert other.space == space
    assert [other.cell(row) for row in range(2)] == cells
    assert dict(other.metrics) == {}
