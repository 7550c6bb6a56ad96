"""Parquet and CSV: what people bring, read right or refused with the row."""

from __future__ import annotations

import csv
import json
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from tests.readers.conftest import as_texts
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SourceError
from vanas_panel.readers.formats.tabular import read_csv, read_parquet
from vanas_panel.readers.repeats import summaries
from vanas_panel.tables.metrics import Metric


def ignore(count):
    """Nobody wants to know how far it is."""


@pytest.fixture
def frame(few_cells) -> pd.DataFrame:
    """Cells and invented results, some unknown."""
    rng = np.random.default_rng(2)
    adjacency, operations = zip(*map(as_texts, few_cells), strict=True)
    accuracy = rng.random(len(few_cells))
    accuracy[[4, 60]] = np.nan
    parameters, latency = rng.integers(1, 1 << 40, len(few_cells)), rng.normal(size=len(few_cells))
    return pd.DataFrame({"adjacency": adjacency, "operations": operations, "test_accuracy": accuracy,
                         "trainable_parameters": parameters, "latency": latency})


def test_columns_come_back_as_they_were(write, frame, few_cells):
    table = write(frame)
    assert table.space is NASBENCH101
    assert table.name == "my results"
    assert table.notes == ()
    assert [*table.metrics] == ["test_accuracy", "trainable_parameters", "latency"]
    assert table.metrics["latency"] == Metric("latency", "Latency", "", False, guessed=True)
    for name in table.metrics:
        np.testing.assert_array_equal(table.column(name), frame[name].to_numpy(float))
    assert [as_texts(table.cell(row)) for row in range(91)] == [*map(as_texts, few_cells)]


@pytest.mark.parametrize("names", [("module_adjacency", "module_operations"), ("matrix", "ops"),
                                   ("adjacency_matrix", "operations")])
def test_other_names_of_the_cells_are_known(write, frame, names):
    table = write(frame.rename(columns=dict(zip(("adjacency", "operations"), names, strict=True))))
    assert len(table) == 91


def test_columns_without_numbers_are_left_out_and_noted(write, frame):
    table = write(frame.assign(module_hash="ab", device="gpu", when="2024-05-06", nothing=np.nan))
    assert [*table.metrics] == ["test_accuracy", "trainable_parameters", "latency"]
    assert table.notes == ("Columns left out, since not numbers: device, when.",
                           "Columns left out, since without any value: nothing.")


def test_a_description_beside_the_file_is_followed(write, frame):
    table = write(frame.rename(columns={"adjacency": "graph", "operations": "labels"}).assign(seed=7), {
        "title": "Run 7", "notes": ["One device."], "adjacency": "graph", "operations": "labels", "ignore": ["seed"],
        "metrics": {"latency": {"label": "Latency on a phone", "unit": "ms", "higher_is_better": False},
                    "test_accuracy": {"label": "Accuracy"}},
        "space": {"operations": ["maxpool3x3", "conv1x1-bn-relu", "conv3x3-bn-relu", "none"], "max_vertices": 8,
                  "max_edges": 12}})
    assert (table.title, table.notes) == ("Run 7", ("One device.",))
    assert table.metrics["latency"] == Metric("latency", "Latency on a phone", "ms", False)
    assert table.metrics["test_accuracy"] == Metric("test_accuracy", "Accuracy", "fraction", True)
    assert table.space == CellSpace(("maxpool3x3", "conv1x1-bn-relu", "conv3x3-bn-relu", "none"), 8, 12)
    assert "seed" not in table.metrics


def test_repeats_may_stand_in_columns_of_their_own(write, frame):
    rng = np.random.default_rng(3)
    values = rng.random((91, 12))
    columns = {f"speed/{repeat}": values[:, repeat] for repeat in reversed(range(12))}
    table = write(frame.assign(**columns), {"metrics": {"speed": {"higher_is_better": True}}})
    np.testing.assert_array_equal(table.repeats("speed"), values)
    assert table.metrics["speed"].higher_is_better


def test_rows_of_one_cell_become_its_repeats(write, frame, few_cells):
    symmetric = next(row for row, cell in enumerate(few_cells) if as_texts(cell)[0] == "0110000100010000"
                     and len({*cell.operations}) == 4)
    operations = few_cells[symmetric].operations
    again = frame.iloc[[symmetric, 5]].assign(
        operations=[",".join((operations[0], operations[2], operations[1], operations[3])), frame.operations[5]],
        test_accuracy=[0.25, 0.5])
    table = write(pd.concat([frame, again]))
    assert len(table) == 91
    assert table.repeats("test_accuracy").shape == (91, 2)
    assert table.repeats("test_accuracy")[5].tolist() == [frame.test_accuracy[5], 0.5]
    assert table.repeats("test_accuracy")[symmetric].tolist() == [frame.test_accuracy[symmetric], 0.25], symmetric
    assert math.isnan(table.repeats("test_accuracy")[6, 1])
    assert table.column("test_accuracy")[5] == pytest.approx((frame.test_accuracy[5] + 0.5) / 2)
    # A matter of structure that all rows of a cell agree on is not measured twice.
    assert table.repeats("trainable_parameters").shape == (91, 1)
    assert table.cell(symmetric).operations == operations
    [note] = table.notes
    assert "2 of 93 rows" in note
    assert f"row 92, for one, that of row {symmetric + 1}" in note


@pytest.mark.parametrize(("change", "row", "found"), [
    ({"test_accuracy": 93.5}, 7, "test_accuracy = 93.5; expected a fraction from 0 to 1. Divide by 100"),
    ({"test_accuracy": -0.5}, 7, "test_accuracy = -0.5"),
    ({"latency": math.inf}, 7, "an infinite value of latency"),
    ({"latency": -math.inf}, 7, "an infinite value of latency"),
    ({"trainable_parameters": -1}, 7, "trainable_parameters = -1; expected nothing below 0"),
    ({"adjacency": ""}, 7, "adjacency"),
    ({"adjacency": None}, 7, "no adjacency; expected adjacency in every row"),
    ({"operations": None}, 7, "no operations"),
    ({"adjacency": "010001100", "operations": "input,maxpool3x3,output"}, 7, "directed cycle"),
    ({"adjacency": "01", "operations": "input,output"}, 7, "no square matrix"),
])
def test_impossible_value_is_refused_with_its_row(write, frame, tmp_path, change, row, found):
    for name, value in change.items():
        frame.loc[row, name] = value
    with pytest.raises(SourceError) as caught:
        write(frame)
    assert caught.value.row == row
    assert caught.value.path.parent == tmp_path
    assert found in str(caught.value)


@pytest.mark.parametrize(("columns", "found"), [
    (["operations", "latency"], "Found columns operations, latency; expected one column named adjacency or"),
    (["adjacency", "latency"], "expected one column named operations or"),
])
def test_missing_columns_are_named(write, frame, columns, found):
    with pytest.raises(SourceError, match=found):
        write(frame[columns])


def test_two_columns_for_the_cells_are_ambiguous(write, frame):
    with pytest.raises(SourceError, match="Found columns adjacency and matrix; expected one column named"):
        write(frame.assign(matrix=frame.adjacency))
    assert len(write(frame.assign(matrix=frame.adjacency), {"adjacency": "matrix", "ignore": ["adjacency"]})) == 91


def test_a_table_without_rows_is_refused(write, frame):
    with pytest.raises(SourceError, match="no rows"):
        write(frame[:0])


def test_a_metric_of_texts_is_refused_where_it_must_be_one(write, frame):
    with pytest.raises(SourceError, match="test_accuracy"):
        write(frame.assign(test_accuracy="high"))
    with pytest.raises(SourceError, match="latency"):
        write(frame.assign(latency="low"), {"metrics": {"latency": {"unit": "ms"}}})
    assert "test_accuracy" not in write(frame.assign(test_accuracy="high"), {"ignore": ["test_accuracy"]}).metrics


def test_truth_values_are_numbers(write, frame):
    table = write(frame.assign(feasible=np.arange(91) % 2 == 0))
    assert table.column("feasible").tolist() == [1.0 - row % 2 for row in range(91)]


def test_one_cell_measured_very_often_is_summarised_before_it_fills_the_memory(write, frame, monkeypatch):
    monkeypatch.setattr(summaries, "MOST_VALUES", 91 * 10)
    again = pd.concat([frame, *[frame.iloc[[40]]] * 9])
    assert write(again).repeats("latency").shape == (91, 10)
    table = write(pd.concat([again, frame.iloc[[40]]]))
    assert table.repeats("latency").shape == (91, 1)
    assert table.column("latency_repeats").tolist() == [11.0 if row == 40 else 1.0 for row in range(91)]


# CSV alone -----------------------------------------------------------------------------------------------------------


def read_text(tmp_path, text, encoding="utf-8"):
    """Read a CSV file of that text."""
    path = tmp_path / "some.csv"
    path.write_bytes(text.encode(encoding))
    return read_csv(path, ignore)


HEAD = "adjacency,operations,loss\n"
ROW = '010001000,"input,maxpool3x3,output",{}\n'


@pytest.mark.parametrize("text", ["abc", "1,234", "0x10", "12 s", "--"])
def test_a_text_among_numbers_is_named_with_its_row(tmp_path, text):
    with pytest.raises(SourceError) as caught:
        read_text(tmp_path, HEAD + "".join(map(ROW.format, (" +.5e0 ", "", f'"{text}"', "1e-3"))))
    assert caught.value.row == 2
    assert f"{text!r} in column 'loss'; expected a number" in str(caught.value)


@pytest.mark.parametrize("text", ["0x10", "0XfF", "-0x1", "1_000", "１２", "٣", "0b11"])
@pytest.mark.parametrize("others", [("7", "8"), ("0.5", "1e3")])
def test_only_plain_digits_are_numbers(tmp_path, text, others):
    with pytest.raises(SourceError, match="column 'loss'; expected a number") as caught:
        read_text(tmp_path, HEAD + "".join(map(ROW.format, (others[0], text, others[1]))))
    assert caught.value.row == 1 and repr(text) in str(caught.value)


def test_a_column_of_addresses_is_no_metric(tmp_path):
    table = read_text(tmp_path, "adjacency,operations,loss,address\n"
                      '0100,"input,output",0.5,0x10\n010001000,"input,maxpool3x3,output",0.25,0x2F\n')
    assert list(table.metrics) == ["loss"]


@pytest.mark.parametrize("text", ["", "NA", "NaN", "nan", "null"])
def test_usual_words_for_unknown_are_unknown(tmp_path, text):
    table = read_text(tmp_path, HEAD + ROW.format(text) + '0100,"input,output",0.5\n')
    assert np.isnan(table.column("loss")).tolist() == [True, False]


def test_whole_numbers_may_become_fractions_late_in_the_file(tmp_path, few_cells):
    # More than a block of the parser, so that a type guessed from the start would not do.
    lines = [f'{as_texts(cell)[0]},"{as_texts(cell)[1]}",{row}' for row, cell in enumerate(few_cells)] * 400
    table = read_text(tmp_path, HEAD + "\n".join([*lines, ROW.format("0.25")]))
    assert sorted(table.column("loss_repeats")) == [400.0] * 90 + [401.0]
    row = int(np.argmax(table.column("loss_repeats")))
    assert table.column("loss")[row] == pytest.approx((400 * row + 0.25) / 401, rel=1e-15)


def test_unquoted_operations_are_explained(tmp_path):
    with pytest.raises(SourceError, match="Put the operations in quotes, since they contain commas"):
        read_text(tmp_path, HEAD + ROW.format(1) + "010001000,input,maxpool3x3,output,1\n")


def test_other_encodings_and_binary_files_are_refused(tmp_path):
    with pytest.raises(SourceError, match="UTF-8"):
        read_text(tmp_path, "adjacency,operations,Größe\n" + ROW.format(1), "latin-1")
    for encoding in ("utf-16-le", "latin-1"):
        with pytest.raises(SourceError):
            read_text(tmp_path, HEAD + '010001000,"input,größe,output",1\n', encoding)
    path = tmp_path / "some.csv"
    path.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(SourceError):
        read_csv(path, ignore)


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    assert len(read_text(tmp_path, "\ufeff" + HEAD + ROW.format(1))) == 1


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(SourceError, match="two columns 'loss'"):
        read_text(tmp_path, "adjacency,operations,loss,loss\n" + ROW.format("1,2"))


def test_a_header_alone_or_nothing_is_no_table(tmp_path):
    with pytest.raises(SourceError, match="no rows"):
        read_text(tmp_path, HEAD)
    with pytest.raises(SourceError, match="columns none"):
        read_text(tmp_path, "\n")


# Parquet alone -------------------------------------------------------------------------------------------------------


def write_parquet(tmp_path, columns, metadata=None):
    """Write columns as Parquet and read them."""
    path = tmp_path / "some.parquet"
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)
    return read_parquet(path, ignore)


@pytest.fixture
def columns(frame):
    """The same as Arrow columns."""
    return {name: pa.array(frame[name]) for name in frame}


def test_a_description_in_the_schema_is_followed(tmp_path, columns):
    said = {"title": "Within", "metrics": {"latency": {"unit": "ms"}}}
    table = write_parquet(tmp_path, columns, {"vanas_panel": json.dumps(said)})
    assert (table.title, table.metrics["latency"].unit) == ("Within", "ms")
    (tmp_path / "some.parquet.json").write_text('{"title": "Beside"}')
    table = write_parquet(tmp_path, columns, {"vanas_panel": json.dumps(said)})
    assert (table.title, table.metrics["latency"].unit) == ("Beside", "")


def test_a_description_names_no_cells_by_what_repeats_have_in_common(tmp_path, columns):
    columns["operations/0"] = columns.pop("operations")
    with pytest.raises(SourceError, match="column 'operations', which the description names"):
        write_parquet(tmp_path, columns, {"vanas_panel": b'{"operations": "operations"}'})


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.int8(), pa.uint64(), pa.decimal128(10, 2)])
def test_every_type_of_number_is_a_metric(tmp_path, columns, kind):
    values = [(Decimal if pa.types.is_decimal(kind) else np.float16 if kind == pa.float16() else int)(row % 5)
              for row in range(91)]
    table = write_parquet(tmp_path, {**columns, "size": pa.array(values, kind)})
    assert table.column("size").tolist() == [row % 5 for row in range(91)]


def test_nulls_are_unknown_and_large_and_dictionary_texts_are_read(tmp_path, columns):
    columns["test_accuracy"] = pa.array([None, 0.5] + [0.25] * 89)
    columns["adjacency"] = columns["adjacency"].cast(pa.large_string()).dictionary_encode()
    columns["operations"] = columns["operations"].dictionary_encode()
    table = write_parquet(tmp_path, columns)
    assert np.isnan(table.column("test_accuracy"))[:2].tolist() == [True, False]


def test_numbers_are_no_adjacency(tmp_path, columns):
    with pytest.raises(SourceError, match="column 'adjacency' of type int64; expected text"):
        write_parquet(tmp_path, {**columns, "adjacency": pa.array(range(91))})
    with pytest.raises(SourceError, match="column 'operations' of type list"):
        write_parquet(tmp_path, {**columns, "operations": pa.array([["input", "output"]] * 91)})


def test_a_damaged_file_is_refused_and_never_crashes(tmp_path, frame):
    path = tmp_path / "some.parquet"
    frame.to_parquet(path, index=False)
    whole = path.read_bytes()
    rng = np.random.default_rng(4)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        if rng.random() < 0.3:
            del damaged[rng.integers(len(damaged)) :]
        else:
            for index in rng.integers(len(damaged), size=3):
                damaged[index] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            table = read_parquet(path, ignore)
        except SourceError:
            refused += 1
        else:
            # Values are the writer's to protect; cells and shapes are sound all the same.
            assert all(len(table.column(name)) == len(table) for name in table.metrics)
            assert all(table.cell(row).problems(None) == () for row in range(len(table)))
    assert refused > 100


def test_text_is_no_parquet(tmp_path):
    path = tmp_path / "some.parquet"
    path.write_text("adjacency,operations")
    with pytest.raises(SourceError, match=r"does not read as Parquet.*expected a whole Parquet file"):
        read_parquet(path, ignore)


def test_quoting_is_that_of_the_csv_module(tmp_path, frame):
    path = tmp_path / "some.csv"
    frame.to_csv(path, index=False, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table = read_csv(path, ignore)
    np.testing.assert_array_equal(table.column("latency"), frame.latency)


def refused(write, frame, description=None) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(SourceError) as caught:
        write(frame, description)
    assert len(str(caught.value)) <= 500
    return str(caught.value)


def test_a_name_of_thousands_of_digits_is_refused(write, frame):
    for name in ("9" * 5000, "latency/" + "1" * 5000):
        assert "a column whose name has 5,0" in refused(write, frame.rename(columns={"latency": name}))


@pytest.mark.parametrize("digits", [7, 400])
def test_a_repeat_with_many_digits_is_no_repeat(write, frame, digits):
    name = "latency/" + "1" * digits
    assert name in write(frame.rename(columns={"latency": name})).metrics


def test_a_number_of_thousands_of_digits_is_read_as_python_reads_it(write, frame):
    texts = [repr(value) for value in frame["latency"]]
    texts[3] = "0." + "3" * 5000
    if write.format == "csv":
        assert write(frame.assign(latency=texts)).column("latency")[3] == float(texts[3])
    else:
        assert "latency" in refused(write, frame.assign(latency=texts), {"metrics": {"latency": {"unit": "s"}}})


@pytest.mark.parametrize(("description", "said"), [
    ({"metrics": {"latenzy": {"unit": "s"}}}, "a description of a column 'latenzy' that is not there"),
    ({"ignore": ["latenzy"]}, "'latenzy'"),
    ({"conditions": {"latenzy": "split"}}, "'latenzy'"),
    ({"adjacency": "latenzy"}, "'latenzy'"),
    ({"operations": "latenzy"}, "'latenzy'"),
    ({"ignore": ["adjacency"]}, "column 'adjacency', which describes the cells, under 'ignore'"),
    ({"ignore": ["operations"]}, "column 'operations', which describes the cells"),
    ({"metrics": {"x" * 5000: {}}}, "that is not there"),
])
def test_description_of_a_missing_column_is_refused(write, frame, description, said):
    assert said in refused(write, frame, description)


def test_columns_of_structures_are_left_out_with_a_note(tmp_path, frame):
    path = tmp_path / "made.parquet"
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    count = rows.num_rows
    rows = rows.append_column("s", pa.array([{"x": 1.5, "packed": 2}] * count))
    rows = rows.append_column("more", pa.array([[1.0, 2.0]] * count))
    pq.write_table(rows, path)
    table = read_parquet(path, ignore)
    assert list(table.metrics) == ["test_accuracy", "trainable_parameters", "latency"]
    assert "s, more" in " ".join(table.notes)
    np.testing.assert_array_equal(table.column("latency"), frame["latency"])
    pq.write_table(rows.rename_columns(["adjacency", "operations", "s.x", *rows.column_names[3:]]), path)
    table = read_parquet(path, ignore)
    np.testing.assert_array_equal(table.column("s.x"), frame["test_accuracy"])


def test_structures_where_a_metric_or_the_cells_should_be_are_refused(tmp_path, frame):
    path = tmp_path / "made.parquet"
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    odd = pa.array([{"x": 1.5}] * rows.num_rows)
    for name in ("adjacency", "operations", "test_accuracy"):
        pq.write_table(rows.set_column(rows.column_names.index(name), name, odd), path)
        with pytest.raises(SourceError, match=f"column '{name}' of type struct"):
            read_parquet(path, ignore)


def test_unpruned_matrices_are_pruned_with_a_note_and_fall_together(write):
    # A dead end, the same cell without it, padded with zeros, and with an isolated vertex.
    conv, pool = NASBENCH101.operations[0], NASBENCH101.operations[2]
    table = write(pd.DataFrame({
        "adjacency": ["0101000100000000", "011001000", "0110000100000000000000000", "0011000000010000"],
        "operations": [f"input,{conv},{pool},output", f"input,{conv},output", f"input,{conv},output",
                       f"input,{pool},{conv},output"],
        "test_accuracy": [0.9, 0.8, 0.7, 0.6]}))
    assert len(table) == 1 and table.cell(0) == vp.Cell(["input", conv, "output"], [(0, 1), (0, 2), (1, 2)])
    assert table.column("test_accuracy")[0] == pytest.approx(0.75)
    assert table.notes[:2] == (
        "In 1 of 4 rows, row 3 for one, rows and columns of zeros beyond the operations were left out.",
        "In 2 of 4 rows, row 1 for one, vertices or edges on no path from input to output were left out.")
    assert "3 of 4 rows hold a cell that an earlier row holds too" in table.notes[2]


def test_lists_as_text_are_pruned_with_any_placeholder_for_missing_operations(write):
    rows = str([[0, 0, 1, 0, 0], [0] * 5, [0, 0, 0, 1, 0], [0] * 5, [0] * 5])
    table = write(pd.DataFrame({"matrix": [rows], "ops": ["['input', None, 'a', 'output', None]"], "f1": [1.0]}))
    assert table.cell(0).operations == ("input", "a", "output") and table.space == CellSpace(("a",), 3, 2)
