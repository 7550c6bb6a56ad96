"""The official format: what was written is in the table, and what no training can be is refused with its offset."""

from __future__ import annotations

import base64
import json
import math
import random
from types import SimpleNamespace

import numpy as np
import orjson
import pytest

from tests.readers.conftest import as_texts, digest
from tests.readers.tfrecord_writer import FIELDS, ModelMetrics, frame, payload_of, record_of, trainings, write_records
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import SourceError
from vanas_panel.readers.formats import nasbench, tfrecord
from vanas_panel.readers.formats.nasbench import read_nasbench
from vanas_panel.readers.repeats import grouping
from vanas_panel.tables.limits import Limits, limited

ACCURACIES = ("test_accuracy", "validation_accuracy", "train_accuracy")


@pytest.fixture(params=[4 << 20, 20_000], autouse=True)
def block(request, monkeypatch):
    """One block for all records, and several."""
    monkeypatch.setattr(tfrecord, "BLOCK", request.param)


def read(tmp_path, records):
    """Write trainings and read them back."""
    return read_nasbench(write_records(tmp_path / "some.tfrecord", records), lambda count: None)


def expected_columns(records):
    """What a table must hold, by hash and column name: plain Python, one list of repeats each."""
    longest = max(training.epochs for training in records)
    columns: dict[str, dict[str, list[float]]] = {}
    for training in records:
        budget = "" if training.epochs == longest else f"_{training.epochs}"
        of = columns.setdefault(training.module_hash, {})
        of.setdefault(f"total_time{budget}", []).append(training.total_time)
        for index, half in ((1, "_half"), (2, "")):
            for field, value in zip(FIELDS[1:], training.evaluations[index][1:], strict=True):
                of.setdefault(f"{field}{budget}{half}", []).append(value)
    return columns


@pytest.mark.parametrize(("budgets", "repeats"), [((108,), 3), ((4, 12, 36, 108), 3), ((108,), 1), ((36, 4), 5)])
def test_every_measurement_is_in_the_table(tmp_path, few_rows, budgets, repeats):
    records = list(trainings(few_rows, budgets, repeats, seed=1))
    random.Random(0).shuffle(records)
    table = read(tmp_path, records)
    expected = expected_columns(records)
    assert set(table.metrics) == {*next(iter(expected.values())), "trainable_parameters"}
    assert len(table) == len(few_rows)
    assert table.notes == ()
    order = list(dict.fromkeys(training.module_hash for training in records))
    parameters = {row[0]: row[3] for row in few_rows}
    for row, module_hash in enumerate(order):
        assert table.cell(row).module_hash == module_hash
        assert table.repeats("trainable_parameters")[row].tolist() == [parameters[module_hash]]
        for name, values in expected[module_hash].items():
            assert table.repeats(name)[row].tolist() == values, name


def test_vertices_keep_the_order_of_the_file(tmp_path, few_rows, few_trainings):
    table = read(tmp_path, few_trainings)
    for row, (_, adjacency, operations, _) in enumerate(few_rows):
        assert as_texts(table.cell(row)) == (adjacency, operations)
    assert table.space is NASBENCH101
    assert table.name == "some"


def test_missing_repeats_are_unknown_and_noted(tmp_path, few_trainings):
    records = [training for index, training in enumerate(few_trainings) if index not in (1, 2, 5)]
    table = read(tmp_path, [*records, few_trainings[8]._replace(total_time=1.0)])
    assert np.isnan(table.repeats("test_accuracy")).sum(axis=1).tolist() == [3, 2, *[0], *[1] * 88]
    assert table.repeats("total_time")[2].tolist()[-1] == 1.0
    assert table.column("test_accuracy")[0] == few_trainings[0].evaluations[2][4]
    assert table.notes == ("90 of 91 cells have fewer than 4 trainings of 108 epochs.",)


def test_a_budget_that_a_cell_lacks_is_unknown(tmp_path, few_rows):
    table = read(tmp_path, [*trainings(few_rows, (108,)), *trainings(few_rows[:1], (12,))])
    assert table.known("test_accuracy") == 91
    assert table.known("test_accuracy_12_half") == 1
    assert table.notes == ("90 of 91 cells have fewer than 3 trainings of 12 epochs.",)


def test_values_that_were_not_recorded_are_unknown(tmp_path, few_trainings):
    nan = few_trainings[0]._replace(evaluations=[*few_trainings[0].evaluations[:2], (108.0, 5.0, 0.5, math.nan, 0.25)])
    metrics = ModelMetrics(trainable_parameters=nan.parameters)
    for _ in range(3):
        metrics.evaluation_data.add(current_epoch=1.0, test_accuracy=0.5)
    sparse = frame(json.dumps([nan.module_hash, 108, nan.adjacency, nan.operations,
                               base64.b64encode(metrics.SerializeToString()).decode()]).encode())
    path = tmp_path / "some.tfrecord"
    path.write_bytes(record_of(nan) + sparse)
    table = read_nasbench(path, lambda count: None)
    assert table.repeats("test_accuracy")[0].tolist() == [0.25, 0.5]
    assert np.isnan(table.repeats("validation_accuracy")).all()
    assert np.isnan(table.repeats("total_time")[0]).tolist() == [False, True]


def with_evaluation(training, field, value, index=2):
    """A training with another value in one of its evaluations."""
    evaluations = [list(values) for values in training.evaluations]
    evaluations[index][FIELDS.index(field)] = value
    return training._replace(evaluations=evaluations)


@pytest.mark.parametrize(("change", "found"), [
    (lambda t: t._replace(operations="input,avgpool3x3,output"), "unknown operation 'avgpool3x3'"),
    (lambda t: t._replace(operations="output,maxpool3x3,input"), "expected 'input' first and 'output' last"),
    (lambda t: t._replace(adjacency="010001100"), "directed cycle"),
    (lambda t: t._replace(adjacency="01000100"), "no square matrix"),
    (lambda t: t._replace(adjacency="".join("1" if c == r + 1 else "0" for r in range(8) for c in range(8)),
                          operations=",".join(["input", *["maxpool3x3"] * 6, "output"])),
     "a cell of 8 vertices; expected at most 7"),
    (lambda t: t._replace(adjacency="".join("1" if c > r else "0" for r in range(6) for c in range(6)),
                          operations=",".join(["input", *["maxpool3x3"] * 4, "output"])), "15 edges; expected at most"),
    (lambda t: t._replace(epochs=0), "Found 0; expected a number of epochs from 1"),
    (lambda t: t._replace(epochs=1 << 40), "expected a number of epochs from 1"),
    (lambda t: t._replace(epochs=True), "Found True; expected a whole number of epochs"),
    (lambda t: t._replace(epochs=108.0), "Found 108.0; expected a whole number of epochs"),
    (lambda t: t._replace(module_hash="abc"), "Found 'abc' ("),
    (lambda t: t._replace(module_hash="abcd"), "module hash of 32 hexadecimal digits"),
    (lambda t: t._replace(module_hash="x" * 32), "expected a module hash of 32"),
    (lambda t: t._replace(module_hash=None), "Found None; expected a module hash as text"),
    (lambda t: t._replace(adjacency=["0100"]), "expected adjacency as text"),
    (lambda t: t._replace(operations=7), "expected operations as text"),
    (lambda t: t._replace(parameters=-5), "trainable_parameters = -5"),
    (lambda t: t._replace(total_time=math.inf), "an infinite value of total_time"),
    (lambda t: t._replace(total_time=-1.0), "total_time = -1; expected nothing below 0"),
    (lambda t: t._replace(evaluations=t.evaluations[:2]), "2 evaluations; expected three"),
    (lambda t: t._replace(evaluations=[*t.evaluations, t.evaluations[2]]), "4 evaluations; expected three"),
    (lambda t: with_evaluation(t, "test_accuracy", 93.5), "test_accuracy = 93.5; expected a fraction"),
    (lambda t: with_evaluation(t, "validation_accuracy", -0.5), "validation_accuracy = -0.5; expected a fraction"),
    (lambda t: with_evaluation(t, "train_accuracy", -math.inf, 1), "an infinite value of train_accuracy_half"),
    (lambda t: with_evaluation(t, "training_time", -2.0), "training_time = -2; expected nothing below 0"),
])
def test_a_record_that_is_no_training_is_named_with_its_offset(tmp_path, few_trainings, change, found):
    index = next(index for index in range(60, 200) if few_trainings[index].operations == "input,maxpool3x3,output")
    records = [*few_trainings[:index], change(few_trainings[index]), *few_trainings[index + 1 :]]
    with pytest.raises(SourceError) as caught:
        read(tmp_path, records)
    assert found in str(caught.value)
    assert caught.value.offset == sum(len(record_of(training)) for training in few_trainings[:index])
    assert caught.value.path == tmp_path / "some.tfrecord"


def changed_payload(training, change) -> bytes:
    """A record with a sound frame and a payload that was changed."""
    return frame(change(payload_of(training)))


@pytest.mark.parametrize("change", [
    lambda payload: b"",
    lambda payload: b"\x0a\x04text",
    lambda payload: payload[:-1],
    lambda payload: b"{}",
    lambda payload: b"[1, 2, 3, 4]",
    lambda payload: b"[1, 2, 3, 4, 5]",
    lambda payload: payload[:-1] + b', "more"]',
    lambda payload: payload.replace(b'"Ci', b'"!!'),
    lambda payload: payload.replace(b'"Ci', b'"'),
    lambda payload: payload.replace(b'"Ci', b'"Cv'),
    lambda payload: payload.replace(b"input", b"inp\xff\xfe"),
    lambda payload: payload.replace(b"input", b"\\ud800"),
    lambda payload: b"[" * 100_000,
])
def test_a_payload_that_is_not_the_json_list_is_refused(tmp_path, few_trainings, change):
    first = record_of(few_trainings[0])
    broken = changed_payload(few_trainings[1], change)
    assert broken != record_of(few_trainings[1])
    path = tmp_path / "some.tfrecord"
    path.write_bytes(first + broken + record_of(few_trainings[2]))
    with pytest.raises(SourceError) as caught:
        read_nasbench(path, lambda count: None)
    assert caught.value.offset == len(first)


def test_base64_without_lines_is_read_alike(tmp_path, few_trainings):
    one_line = [changed_payload(training, lambda payload: payload.replace(b"\\n", b"")) for training in few_trainings]
    path = tmp_path / "other.tfrecord"
    path.write_bytes(b"".join(one_line))
    table = read_nasbench(path, lambda count: None)
    other = read(tmp_path, few_trainings)
    for name in other.metrics:
        assert np.array_equal(table.repeats(name), other.repeats(name), equal_nan=True)


@pytest.mark.parametrize(("change", "what"), [
    (lambda t, other: t._replace(adjacency=other.adjacency, operations=other.operations), "another cell"),
    (lambda t, other: t._replace(parameters=t.parameters + 1), "another number of parameters"),
])
def test_records_that_contradict_each_other_are_refused(tmp_path, few_trainings, change, what):
    records = [*few_trainings, change(few_trainings[0], few_trainings[3])]
    with pytest.raises(SourceError) as caught:
        read(tmp_path, records)
    assert f"{what} under module hash {few_trainings[0].module_hash} than in the record at byte" in str(caught.value)
    assert caught.value.offset == sum(len(record_of(training)) for training in few_trainings)


def test_a_cell_under_two_hashes_has_the_repeats_of_both(tmp_path, few_trainings):
    other = few_trainings[4]._replace(module_hash=digest("other"))
    table = read(tmp_path, [*few_trainings, other])
    assert len(table) == 91
    assert table.repeats("test_accuracy").shape == (91, 4)
    assert table.repeats("test_accuracy")[1, 3] == other.evaluations[2][4]
    assert any("1 module hashes belong to a cell that has another hash too" in note
               for note in table.notes)


def test_a_relabelled_matrix_is_the_same_cell(tmp_path, few_trainings):
    index = next(index for index, t in enumerate(few_trainings) if t.operations.count("maxpool3x3") == 1
                 and t.operations.count("conv1x1-bn-relu") == 1 and t.adjacency == "0110000100010000")
    first = few_trainings[index]
    swapped = first._replace(operations=",".join(first.operations.split(",")[i] for i in (0, 2, 1, 3)))
    assert swapped.operations != first.operations
    table = read(tmp_path, [*few_trainings, swapped])
    assert len(table) == 91
    assert table.cell(index // 3).operations == tuple(first.operations.split(","))


def test_one_cell_trained_too_often_is_refused_before_it_fills_the_memory(tmp_path, few_trainings, monkeypatch):
    monkeypatch.setattr(grouping, "MOST_VALUES", 91 * 4)
    with pytest.raises(SourceError, match=r"measured 5 times; expected at most 4 times") as caught:
        read(tmp_path, [*few_trainings, few_trainings[7], few_trainings[8]])
    assert caught.value.offset == sum(map(len, map(record_of, [*few_trainings, few_trainings[7]])))


def test_more_records_than_allowed_are_refused_while_they_are_read(tmp_path, few_trainings, block, monkeypatch):
    count = len(few_trainings)
    with limited(Limits(rows=count)):
        assert len(read(tmp_path, few_trainings)) == 91
    decoded: list[bytes] = []

    def counted(payload):
        decoded.append(payload)
        return orjson.loads(payload)

    monkeypatch.setattr(nasbench, "orjson", SimpleNamespace(loads=counted))
    with limited(Limits(rows=40)), pytest.raises(SourceError) as caught:
        read(tmp_path, few_trainings)
    assert str(caught.value).endswith("Found more than 40 records; expected at most 40. Write the file with fewer, or "
                                      "raise the limit with --limit rows=NUMBER (VANAS_PANEL_LIMITS).")
    assert len(decoded) <= 40
    monkeypatch.setenv("VANAS_PANEL_LIMITS", f"rows={count - 1}")
    with pytest.raises(SourceError, match=f"more than {count - 1} records"):
        read(tmp_path, few_trainings)


def test_no_records_are_no_table(tmp_path):
    with pytest.raises(SourceError, match="no records"):
        read(tmp_path, [])


def test_reading_is_reported_byte_by_byte(tmp_path, few_trainings):
    path = write_records(tmp_path / "some.tfrecord", few_trainings)
    counts: list[int] = []
    read_nasbench(path, counts.append)
    assert sum(counts) == path.stat().st_size


def test_unpruned_records_are_pruned_with_a_note(tmp_path, few_trainings):
    index = next(index for index, t in enumerate(few_trainings) if t.operations == "input,maxpool3x3,output"
                 and t.adjacency == "010001000")
    unpruned = few_trainings[index]._replace(adjacency="0110000100000000",
                                             operations="input,maxpool3x3,maxpool3x3,output")
    table = read(tmp_path, [*few_trainings[:index], unpruned, *few_trainings[index + 1 :]])
    assert table.notes[0] == (f"In 1 of {len(few_trainings)} records, record {index + 1} for one, vertices or edges on "
                              "no path from input to output were left out.")
    assert len(table) == len(read(tmp_path, few_trainings))
