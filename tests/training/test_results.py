"""Results are only ever appended, survive a sudden end, and become a table with every repeat."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from vanas_panel.core.cost import multiply_accumulates, trainable_parameters
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import TrainingError
from vanas_panel.training.results import Record, ResultsFile, read_results
from vanas_panel.training.table import results_table
from vanas_panel.training.trainable import TRAINABLE
from vanas_panel.training.workers import space_keys, train_record


@pytest.fixture(scope="module")
def records(settings, dataset) -> list[Record]:
    return [train_record(int(key), settings, dataset, "images") for key in space_keys(3)[:4]]


@pytest.fixture
def file(tmp_path, settings, records):
    path = tmp_path / "folder" / "results.jsonl"
    with ResultsFile(path, settings) as stream:
        for record in records[:3]:
            stream.append(record)
    return path


def test_a_record_says_everything(records, settings):
    record = records[0]
    assert record.settings == settings.to_dict()
    assert record.settings_hash == settings.digest
    assert record.cell.packed(TRAINABLE) == record.key
    assert record.trainable_parameters == trainable_parameters(np.array([record.key]), TRAINABLE, settings.skeleton)[0]
    assert record.multiply_accumulates == multiply_accumulates(np.array([record.key]), TRAINABLE, settings.skeleton)[0]
    assert [repeat["repeat"] for repeat in record.repeats] == [0, 1, 2]
    assert set(record.versions) == {"vanas-panel", "python", "torch", "numpy"}
    assert record.finished.endswith("+00:00")


def test_records_come_back_as_they_were_written(file, records):
    found = read_results(file)
    assert [asdict(record) for record in found.records] == [asdict(record) for record in records[:3]]
    assert (found.torn, found.repeated) == (b"", 0)


def test_every_prefix_of_a_file_is_readable_and_can_be_gone_on_with(file, records, settings, tmp_path):
    content = file.read_bytes()
    ends = [index + 1 for index, byte in enumerate(content) if byte == ord("\n")]
    cut = tmp_path / "cut.jsonl"
    for length in [*range(0, len(content), 97), *(end + shift for end in ends for shift in (-2, -1, 0))]:
        cut.write_bytes(content[:length])
        # A record without its line end is whole all the same.
        whole = sum(end - 1 <= length for end in ends)
        found = read_results(cut)
        assert len(found.records) == whole
        assert (found.torn == b"") == (length in (0, *ends) or length + 1 in ends)
        with ResultsFile(cut, settings) as stream:
            stream.append(records[3])
        again = read_results(cut)
        assert [record.key for record in again.records] == [record.key for record in (*records[:whole], records[3])]
        assert again.torn == b""


def test_a_file_is_only_appended_to(file, records, settings):
    before = file.read_bytes()
    with ResultsFile(file, settings) as stream:
        assert stream.keys == {record.key for record in records[:3]}
        stream.append(records[3])
        assert stream.keys == {record.key for record in records}
        # On disk before the file is closed.
        assert len(read_results(file).records) == 4
    assert file.read_bytes().startswith(before)


def test_a_cell_that_is_there_twice_counts_once(file, records):
    other = replace(records[0], finished="later")
    file.write_bytes(file.read_bytes() + other.to_json().encode() + b"\n")
    found = read_results(file)
    assert found.repeated == 1
    assert [record.finished for record in found.records] == [record.finished for record in records[:3]]


@pytest.mark.parametrize("line", [b"not JSON", b"[]", b'{"key": 1}', b"", b"\xff"])
def test_a_broken_line_before_the_last_is_an_error_that_says_which(file, line):
    lines = file.read_bytes().split(b"\n")
    lines[1] = line
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(TrainingError, match=r"results\.jsonl, line 2: Found no record"):
        read_results(file)


def test_results_of_other_settings_are_refused_and_left_as_they_are(file, settings):
    before = file.read_bytes()
    other = replace(settings, seed=9)
    with pytest.raises(TrainingError, match=f"{settings.digest}; expected those of {other.digest}"):
        ResultsFile(file, other)
    assert file.read_bytes() == before


def test_unwritable_paths_are_named(tmp_path, settings):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "results.jsonl"):
        with pytest.raises(TrainingError, match="Found no"):
            ResultsFile(path, settings)


def test_no_file_means_no_results_yet(tmp_path):
    assert read_results(tmp_path / "none.jsonl").records == ()


def test_the_table_has_every_repeat_at_every_budget(records):
    table = results_table(records[::-1], name="small", notes=["Made by a test."])
    assert table.space == NASBENCH101
    assert len(table) == 4
    for record in records:
        row = table.find_key(record.key)
        for repeat, values in enumerate(record.repeats):
            for name in ("test_accuracy", "validation_accuracy", "train_accuracy"):
                assert table.repeats(name)[row, repeat] == values[name][1]
                assert table.repeats(f"{name}_4")[row, repeat] == values[name][0]
            assert table.repeats("training_time")[row, repeat] == values["training_seconds"][1]
        assert table.column("flops")[row] == record.multiply_accumulates
    assert table.metric("test_accuracy_4").label == "Test accuracy, 4 steps"
    assert table.notes == ("Made by a test.", "No repeat failed.")
    assert next(iter(table.metrics)) == "test_accuracy"


def test_the_table_leaves_failed_repeats_empty_and_counts_them(records):
    failed = {**records[0].repeats[1], "failed": True, "reason": "why", "test_accuracy": [0.5, None]}
    spoilt = replace(records[0], repeats=[records[0].repeats[0], failed, records[0].repeats[2]])
    table = results_table([spoilt, *records[1:]], name="small")
    row = table.find_key(spoilt.key)
    assert np.isnan(table.repeats("test_accuracy")[row]).tolist() == [False, True, False]
    assert table.repeats("test_accuracy_4")[row, 1] == 0.5
    assert table.column("failed_repeats")[row] == 1
    assert table.column("failed_repeats").sum() == 1
    assert "1 of 12 repeats failed" in table.notes[-1]


def test_a_table_of_nothing_or_of_two_settings_is_refused(records):
    for some in ([], [records[0], replace(records[1], settings_hash="other")]):
        with pytest.raises(TrainingError, match=r"results of [02] settings"):
            results_table(some, name="small")
