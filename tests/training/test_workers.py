"""Cells are trained on Dask workers, each once, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import Future, LocalCluster

from vanas_panel.core.encoding import operation_shift
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import TrainingError
from vanas_panel.training import workers
from vanas_panel.training.results import ResultsFile, read_results
from vanas_panel.training.trainer import train_cell
from vanas_panel.training.workers import connected, space_keys, train_keys


@pytest.fixture
def client(processes):
    return processes


@pytest.fixture(scope="module")
def keys() -> list[int]:
    return [int(key) for key in space_keys(4)[:8]]


def test_space_comes_in_a_fixed_mixture():
    keys = space_keys(4)
    assert sorted(keys) == enumerate_cells(CellSpace(NASBENCH101.operations, 4, 9)).tolist()
    assert keys.tolist() == space_keys(4).tolist() != sorted(keys)


@pytest.mark.slow
def test_workers_give_the_same_result_as_this_process(client, keys, settings, images, dataset, tmp_path):
    seen = []
    with ResultsFile(tmp_path / "results.jsonl", settings) as file:
        assert train_keys(keys[:3], settings, images, file, client, on_record=seen.append) == []
    found = read_results(tmp_path / "results.jsonl").records
    assert [record.key for record in found] == [record.key for record in seen]
    assert {record.key for record in found} == set(keys[:3])
    for record in found:
        assert record.threads == 1
        for repeat, wanted in zip(record.repeats, train_cell(record.cell, settings, dataset), strict=True):
            assert repeat["loss"] == pytest.approx(wanted.loss, abs=1e-4)
            assert repeat["test_accuracy"] == pytest.approx(wanted.test_accuracy, abs=0.026)


def test_a_run_broken_off_goes_on_without_repeating_a_cell(client, keys, settings, images, tmp_path):
    path = tmp_path / "results.jsonl"

    def break_off(record):
        if len(file.keys) == 3:
            raise KeyboardInterrupt

    with ResultsFile(path, settings) as file, pytest.raises(KeyboardInterrupt):
        train_keys(keys, settings, images, file, client, on_record=break_off)
    before = path.read_bytes()
    assert len(read_results(path).records) == 3
    # As a power cut would leave it.
    path.write_bytes(before + b'{"key": 12, "operat')
    trained = []
    with ResultsFile(path, settings) as file:
        assert train_keys(keys, settings, images, file, client, on_record=trained.append) == []
    assert len(trained) == 5
    assert path.read_bytes().startswith(before)
    found = read_results(path)
    assert {record.key for record in found.records} == set(keys)
    assert (found.repeated, found.torn) == (0, b"")
    with ResultsFile(path, settings) as file:
        assert train_keys(keys, settings, images, file, client, on_record=trained.append) == []
    assert len(trained) == 5


def test_a_worker_that_is_killed_loses_no_result_and_its_cell_is_done_again(client, keys, settings, images, tmp_path):
    # Long enough that a worker is always in the middle of a cell.
    keys, settings = keys[:6], replace(settings, steps=60, budgets=(60,))
    killed = []

    def kill(record):
        if not killed:
            busy = next(address for address, tasks in client.processing().items()
                        if any(str(task).startswith("train-") for task in tasks))
            killed.extend(client.run(os.getpid, workers=[busy]).values())
            os.kill(killed[0], signal.SIGKILL)

    with ResultsFile(tmp_path / "results.jsonl", settings) as file:
        assert train_keys(keys, settings, images, file, client, on_record=kill) == []
    assert len(killed) == 1
    found = read_results(tmp_path / "results.jsonl")
    assert {record.key for record in found.records} == set(keys)
    assert (len(found.records), found.repeated) == (6, 0)
    client.wait_for_workers(2, timeout=600)
    assert killed[0] not in client.run(os.getpid).values()


@pytest.mark.slow
def test_a_result_that_goes_with_its_worker_is_made_again(client, keys, settings, images, tmp_path, monkeypatch):
    fetch, lost = Future.result, []

    def lose_once(future, timeout=None):
        if not lost:
            lost.append(future.key)
            raise RuntimeError("nobody has it any more")
        return fetch(future, timeout)

    monkeypatch.setattr(Future, "result", lose_once)
    with ResultsFile(tmp_path / "results.jsonl", settings) as file:
        assert train_keys(keys[:4], settings, images, file, client) == []
    found = read_results(tmp_path / "results.jsonl")
    assert len(lost) == 1 and found.repeated == 0
    assert sorted(record.key for record in found.records) == sorted(keys[:4])


def test_cells_that_end_in_an_error_are_named_and_the_others_are_kept(client, keys, settings, images, tmp_path):
    broken = keys[1] | 15 << int(operation_shift(1))  # operation 15 is none
    with ResultsFile(tmp_path / "results.jsonl", settings) as file:
        (failure,) = train_keys([keys[0], broken, keys[2]], settings, images, file, client)
    assert failure.key == broken
    assert "Error" in failure.reason
    assert {record.key for record in read_results(tmp_path / "results.jsonl").records} == {keys[0], keys[2]}


def test_a_run_in_which_nothing_works_ends(client, keys, settings, images, tmp_path):
    misfit = replace(settings, skeleton=replace(settings.skeleton, classes=3))
    with (ResultsFile(tmp_path / "results.jsonl", misfit) as file,
          pytest.raises(TrainingError, match=r"10 cells in a row .* skeleton\.classes = 3")):
        train_keys(space_keys(4), misfit, images, file, client)


def test_results_for_other_images_are_refused(client, keys, settings, images, tmp_path):
    with ResultsFile(tmp_path / "results.jsonl", settings) as file:
        train_keys(keys[:1], settings, images, file, client)
    other = replace(images, labels=1 - images.labels)
    with (ResultsFile(tmp_path / "results.jsonl", settings) as file,
          pytest.raises(TrainingError, match=f"{images.digest}; expected those of {other.digest}")):
        train_keys(keys, settings, other, file, client)


def test_a_scheduler_elsewhere_can_be_used(keys, settings, images, tmp_path):
    with (LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0",
                       host="127.0.0.1", scheduler_port=0, protocol="tcp") as cluster,
          connected(cluster.scheduler_address) as client, ResultsFile(tmp_path / "results.jsonl", settings) as file):
        assert train_keys(keys[:2], settings, images, file, client) == []
        assert file.keys == set(keys[:2])


def test_a_scheduler_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 0.5)
    with pytest.raises(TrainingError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"), connected("tcp://127.0.0.1:9"):
        pass
