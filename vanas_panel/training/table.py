"""Trained cells as a benchmark table, with every repeat."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np

from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import TrainingError
from vanas_panel.readers.notes import FAILED_REPEATS, TRAINED_ON
from vanas_panel.tables.metrics import SECONDS, Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.training.results import Record
from vanas_panel.training.settings import FLOAT32, Settings

_KINDS = {"cpu": "processor", "cuda": "CUDA", "mps": "MPS"}

ACCURACIES = ("test_accuracy", "validation_accuracy", "train_accuracy")


def results_table(records: Sequence[Record], *, name: str, title: str = "",
                  notes: Sequence[str] = ()) -> BenchmarkTable:
    """Make a table of records.

    Metrics without a number are those after the last step; ``test_accuracy_45`` and its like look at the training after
    45 steps. ``training_time`` is processor time, or time on the clock on a graphics card: that of all repeats of a
    cell trained together, divided by how many they are, evaluations left out. A repeat that failed is NaN, and
    ``failed_repeats`` counts such. ``table.training`` says on what kinds of devices, on which ones, in which precision
    and with which versions of PyTorch.

    Parameters
    ----------
    records : sequence of Record
        Of one set of settings, each cell once. Rows come in ascending order of their keys.
    name, title : str
    notes : sequence of str
        Go before the note on failed repeats.

    Returns
    -------
    BenchmarkTable
        Of NAS-Bench-101's space.

    Raises
    ------
    TrainingError
        Where there are no records, or they are of several settings.
    """
    hashes = sorted({record.settings_hash for record in records})
    images = sorted({record.images for record in records})
    if len(hashes) != 1:
        raise TrainingError(Message("Found results of {found} settings; expected those of one. Train some, or make a "
                                    "table of each.", found=len(hashes)))
    if any(record.settings != records[0].settings for record in records):
        raise TrainingError(Message("Found two kinds of settings with the digest {digest}; expected one. Restore the "
                                    "file of results from a copy, or train these cells again.", digest=hashes[0]))
    records = sorted(records, key=lambda record: record.key)
    settings = Settings.from_dict(records[0].settings)
    columns, metrics = _measured(records, settings)
    cells = [record.cell for record in records]
    columns |= {
        "trainable_parameters": np.array([record.trainable_parameters for record in records]),
        "flops": np.array([record.multiply_accumulates for record in records]),
        "vertices": np.array([len(cell.operations) for cell in cells]),
        "edges": np.array([len(cell.edges) for cell in cells]),
        "depth": np.array([nx.dag_longest_path_length(cell.to_networkx()) for cell in cells]),
    }
    failed = np.array([sum(repeat["failed"] for repeat in record.repeats) for record in records])
    if failed.any():
        columns["failed_repeats"] = failed
        metrics["failed_repeats"] = Metric("failed_repeats", "Failed repeats", "", False)
    keys = np.array([record.key for record in records], dtype=np.int64)
    metrics = {column: metrics.get(column, known_metric(column)) for column in columns}
    # Said only where it holds for every row.
    kinds = device_kinds(records)
    training = {"settings": settings.to_dict(), "settings_digest": hashes[0], "images": images[0], "devices": kinds,
                "device_names": sorted({record.device_name for record in records} - {""}),
                "precision": settings.precision,
                "torch": sorted({record.versions["torch"] for record in records if "torch" in record.versions})}
    if kinds != ["cpu"] or settings.precision != FLOAT32:
        notes = (*notes, TRAINED_ON.format(devices=" and ".join(kinds), precision=settings.precision))
    said = FAILED_REPEATS.format(failed=int(failed.sum()), total=len(records) * settings.repeats)
    return BenchmarkTable(NASBENCH101, keys, metrics, columns, name=name, title=title, keys=keys,
                          notes=(*notes, said if failed.any() else "No repeat failed."),
                          training=training if len(images) == 1 else None)


def _measured(records: Sequence[Record], settings: Settings) -> tuple[dict[str, np.ndarray], dict[str, Metric]]:
    """Columns ``float64 (n, repeats)`` that were measured, the last budget first, and metrics with labels of ours."""
    columns: dict[str, np.ndarray] = {}
    metrics: dict[str, Metric] = {}
    last = len(settings.budgets) - 1
    for name in ACCURACIES:
        columns[name] = _values(records, name, last)
    columns["training_time"] = _values(records, "training_seconds", last)
    kinds = device_kinds(records)
    # Processor time and time on the clock are not the same thing, so a mixture of them is called one.
    where = _KINDS.get(kinds[0], kinds[0]) if len(kinds) == 1 else "several devices"
    metrics["training_time"] = Metric("training_time", f"Training time ({where})", SECONDS, False)
    for index, steps in enumerate(settings.budgets[:-1]):
        for name in ACCURACIES:
            column = f"{name}_{steps}"
            known = known_metric(name)
            columns[column] = _values(records, name, index)
            metrics[column] = Metric(column, f"{known.label}, {steps} steps", known.unit, known.higher_is_better)
    return columns, metrics


def device_kinds(records: Sequence[Record]) -> list[str]:
    """Kinds of the devices on which some cells were trained, ``cpu``, ``cuda`` or ``mps``."""
    return sorted({record.device_kind for record in records})


def _values(records: Sequence[Record], name: str, index: int) -> np.ndarray:
    """One entry of every repeat, ``float64 (n, repeats)``, NaN for None."""
    return np.array([[repeat[name][index] for repeat in record.repeats] for record in records], dtype=np.float64)


def table_settings(table: BenchmarkTable) -> Settings | None:
    """The settings with which all cells of a table were trained; None where it does not say them."""
    try:
        return None if table.training is None else Settings.from_dict(table.training["settings"])
    except (TrainingError, KeyError, TypeError):
        # Written by another version, which knew other settings.
        return None
