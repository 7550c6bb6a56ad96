"""Damaged tables: CSV, Parquet, TFRecord files, descriptions beside a table, and our own form."""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tests.fuzz.hands import TEXTS, VALUES, bytes_of, json_of, plain_of
from tests.fuzz.kind import Kind, check_table, shape
from tests.readers.tfrecord_writer import record_of, trainings
from vanas_panel.core.cell import Cell
from vanas_panel.readers.formats.nasbench import read_nasbench
from vanas_panel.readers.formats.stored import KEY, read_stored, write_table
from vanas_panel.readers.formats.tabular import read_csv, read_parquet

C3, C1, POOL = "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"
CELLS = [Cell(("input", *inner, "output"), edges) for inner, edges in [
    ((C3,), ((0, 1), (1, 2))), ((C1,), ((0, 1), (1, 2), (0, 2))), ((POOL,), ((0, 1), (1, 2))),
    ((C3, C1), ((0, 1), (1, 2), (2, 3))), ((C3, POOL), ((0, 1), (0, 2), (1, 3), (2, 3))),
    ((C3, C3, POOL), ((0, 1), (1, 2), (2, 4), (0, 3), (3, 4)))]]
METRICS = {"test_accuracy": [0.91, 0.72, 0.5, 0.815, 0.64, 0.33], "training_time": [10.5, 20.25, 30.0, 4.5, 50.0, 6.25],
           "latency": [-1.5, 0.0, 1e-3, 12.0, 7.5, 1e6], "trainable_parameters": [100, 200, 300, 400, 500, 600]}
COLUMNS: dict[str, list] = {
    "adjacency": ["".join(map(str, cell.matrix.ravel().tolist())) for cell in CELLS],
    "operations": [",".join(cell.operations) for cell in CELLS], **METRICS}
RIGHT = {shape(cell): {name: [float(values[row])] for name, values in METRICS.items()}
         for row, cell in enumerate(CELLS)}
"""What is true of each cell."""


class Made(NamedTuple):
    """A file, and what is still true of it."""

    content: bytes
    beside: bytes | None = None
    touched: frozenset[str] | None = None
    """Metrics whose values may have changed; None where anything may have."""
    cells_kept: bool = False


def check_right(table: Any, made: Made) -> None:
    """Hold a table against what is still true."""
    found = check_table(table)
    if made.cells_kept:
        assert found.keys() == RIGHT.keys(), "other cells"
    if made.touched is not None:
        for cell, values in found.items():
            for name in RIGHT.get(cell, {}).keys() & values.keys() - made.touched:
                assert all(math.isclose(value, RIGHT[cell][name][0]) for value in values[name]), (name, values)


def _lines(columns: dict[str, list], hand: Random) -> bytes:
    """CSV, in one of the dialects that people have."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=hand.choice(",,;\t"), lineterminator=hand.choice(["\n", "\r\n"]),
                        quoting=hand.choice([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]))
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue().encode(hand.choice(["utf-8", "utf-8", "utf-8-sig"]), "surrogatepass")


def _damaged_columns(hand: Random) -> tuple[dict[str, list], frozenset[str] | None, bool]:
    """Columns of which one was changed, left out, renamed or doubled; or only moved."""
    columns = {name: list(values) for name, values in COLUMNS.items()}
    name = hand.choice(list(columns))
    is_metric, what, row = name in METRICS, hand.randint(0, 5), hand.randint(0, 5)
    touched = frozenset([name]) if is_metric else None
    if what == 0:
        order = list(columns)
        hand.shuffle(order)
        return {one: columns[one] for one in order}, frozenset(), True
    if what == 1:
        del columns[name]
    elif what == 2:
        columns[hand.choice([*TEXTS, f"{name}/0", "latency/1", "epochs", "seed"])] = columns.pop(name)
        touched = None
    elif what == 3:
        columns[hand.choice([*TEXTS, "seed", "epochs", "note"])] = [hand.choice(VALUES)] * 6
        touched = None
    else:
        columns[name][row] = hand.choice([*VALUES, -columns[name][row]] if is_metric else
                                         [*VALUES, columns[name][row][:-1], columns[name][row] * 2])
    return columns, touched, is_metric


@st.composite
def csv_files(draw: Any) -> Made:
    """CSV files, and some damaged once more as bytes."""
    hand = draw(st.randoms(use_true_random=False))
    columns, touched, kept = _damaged_columns(hand)
    content = _lines({name: [json.dumps(value) if isinstance(value, (list, dict)) else value for value in values]
                      for name, values in columns.items()}, hand)
    return Made(bytes_of(hand, content)) if hand.randint(0, 2) == 0 else Made(content, None, touched, kept)


def _parquet(columns: dict[str, Any], metadata: dict[bytes, bytes] | None = None) -> bytes:
    """Parquet; columns that Arrow takes as they are not become texts."""
    arrays = []
    for values in columns.values():
        try:
            arrays.append(pa.array(values))
        except (pa.ArrowException, OverflowError, ValueError):
            arrays.append(pa.array([str(value).encode("utf-8", "replace").decode() for value in values]))
    stream = io.BytesIO()
    # Parquet has no struct without fields.
    arrays = [pa.array(["{}"] * len(each)) if each.type == pa.struct([]) else each for each in arrays]
    rows = pa.Table.from_arrays(arrays, names=[name.encode("utf-8", "replace").decode() for name in columns])
    pq.write_table(rows.replace_schema_metadata(metadata), stream, write_page_checksum=True)
    return stream.getvalue()


ODD_ARRAYS = [[{"x": 1.0, "latency": 2}] * 6, [[1.0]] * 6, [b"\xff"] * 6, [True] * 6, [None] * 6, [2**63 - 1] * 6,
              [[["a"]]] * 6, [1 << 60, None, -(1 << 60), 0, 1, 2]]


@st.composite
def parquet_files(draw: Any) -> Made:
    """Parquet files with odd columns, odd descriptions and odd bytes."""
    hand = draw(st.randoms(use_true_random=False))
    columns, touched, kept = _damaged_columns(hand)
    what = hand.randint(0, 4)
    if what == 0:
        columns[hand.choice(list(columns))] = hand.choice(ODD_ARRAYS)
        touched, kept = None, False
    metadata = None
    if what == 1:
        metadata, touched, kept = {b"vanas_panel": json_of(hand, DESCRIPTION)}, None, False
    content = _parquet(columns, metadata)
    return Made(bytes_of(hand, content)) if what == 2 else Made(content, None, touched, kept)


DESCRIPTION = {
    "title": "Six cells", "notes": ["One."], "adjacency": "adjacency", "operations": "operations",
    "space": {"operations": [C1, C3, POOL], "max_vertices": 7, "max_edges": 9},
    "metrics": {"latency": {"label": "Latency", "unit": "ms", "higher_is_better": False}},
    "ignore": ["training_time"], "conditions": {}}


@st.composite
def descriptions(draw: Any) -> Made:
    """Descriptions beside a whole CSV file: they may leave out columns and name them, and change no number."""
    hand = draw(st.randoms(use_true_random=False))
    return Made(_lines(COLUMNS, Random(1)), json_of(hand, DESCRIPTION), frozenset())


TRAININGS = list(trainings([(cell.module_hash, COLUMNS["adjacency"][row], COLUMNS["operations"][row],
                             100 * row + 100) for row, cell in enumerate(CELLS)]))
RECORDS = [record_of(training) for training in TRAININGS]
_CHANGES = ("module_hash", "epochs", "adjacency", "operations", "parameters", "total_time")


@st.composite
def tfrecord_files(draw: Any) -> Made:
    """TFRecord files: damaged bytes, records moved, left out or doubled, and whole records that are wrong."""
    hand = draw(st.randoms(use_true_random=False))
    records = list(RECORDS)
    what, index = hand.randint(0, 3), hand.randint(0, len(records) - 1)
    if what == 0:
        return Made(bytes_of(hand, b"".join(records)))
    if what == 1:
        hand.shuffle(records)
        del records[:hand.choice([0, 0, 1, 3, 17, 18])]
    elif what == 2:
        records.insert(index, hand.choice(records) * hand.choice([1, 5]))
    else:
        name = hand.choice(_CHANGES)
        value = hand.choice(VALUES if name not in ("parameters", "total_time") else [0, -1, 1, 7, 2**31 - 1])
        try:
            records[index] = record_of(TRAININGS[index]._replace(**{name: value}))
        except (TypeError, ValueError, OverflowError):
            del records[index]
    return Made(b"".join(records), cells_kept=False)


def _stored() -> tuple[pa.Table, dict]:
    """A table in our own form, as columns and what is said of them."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "six.csv"), Path(folder, "six.parquet")
        source.write_bytes(_lines(COLUMNS, Random(1)))
        write_table(read_csv(source, lambda count: None), target)
        rows = pq.read_table(target)
    return rows, orjson.loads(rows.schema.metadata[KEY])


_whole: list = []


@st.composite
def stored_files(draw: Any) -> Made:
    """Files in our own form whose description, columns or bytes are wrong."""
    hand = draw(st.randoms(use_true_random=False))
    if not _whole:
        _whole.append(_stored())
    (rows, about), what = _whole[0], hand.randint(0, 3)
    said = json.dumps(about).encode()
    if what <= 1:
        said = json_of(hand, about) if what else json.dumps(plain_of(hand, about)).encode()
    elif what == 2:
        name = hand.choice(rows.column_names)
        values: list = rows[name].to_pylist()
        values[hand.randint(0, 5)] = hand.choice([0, -1, 1, 2**40, 2**52, None])
        odd = hand.choice([rows[name].cast(pa.string()), *map(pa.array, ODD_ARRAYS),
                           pa.array(values, pa.int64() if name in ("packed", "key") else pa.float64())])
        rows = rows.set_column(rows.schema.get_field_index(name), name, odd)
    stream = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata({KEY: said}), stream, write_page_checksum=True)
    content = stream.getvalue()
    return Made(bytes_of(hand, content) if what == 3 else content)


def _taken(name: str, read: Any) -> Any:
    """What reads a file of a name, and holds the table against what is right."""

    def take(made: Made, folder: Path) -> None:
        path = folder / name
        path.write_bytes(made.content)
        beside = path.with_name(f"{name}.json")
        beside.unlink(missing_ok=True)
        if made.beside is not None:
            beside.write_bytes(made.beside)
        check_right(read(path), made)

    return take


def _take_tfrecord(made: Made, folder: Path) -> None:
    """Records have checksums, so whatever opens holds none but the values that were written, or whole wrong records."""
    path = folder / "six.tfrecord"
    path.write_bytes(made.content)
    found = check_table(read_nasbench(path, _nobody))
    if made.content in b"".join(RECORDS):
        assert set(found) <= set(RIGHT)


def _nobody(count: int) -> None:
    """Nobody wants to know how far it is."""


KINDS = {
    "CSV": Kind(csv_files(), _taken("six.csv", lambda path: read_csv(path, _nobody))),
    "Parquet": Kind(parquet_files(), _taken("six.parquet", lambda path: read_parquet(path, _nobody))),
    "TFRecord": Kind(tfrecord_files(), _take_tfrecord),
    "description": Kind(descriptions(), _taken("six.csv", lambda path: read_csv(path, _nobody))),
    "stored form": Kind(stored_files(), _taken("six.parquet", read_stored)),
}
