"""Official-looking TFRecord files with invented measurements, written with the protobuf library itself.

    python -m tests.readers.tfrecord_writer nasbench101.parquet big.tfrecord [--full] [--cells 1000]

writes what the real file would be, down to its size (1,270,872 records, 523 MB; --full: 5,083,488), from the cells of a
Parquet file with the columns module_hash, module_adjacency, module_operations and trainable_parameters.
"""

from __future__ import annotations

import argparse
import base64
import json
import struct
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import google_crc32c
import numpy as np
import pyarrow.parquet as pq
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from vanas_panel.readers.formats.protobuf import FIELDS

CELL_COLUMNS = ("module_hash", "module_adjacency", "module_operations", "trainable_parameters")


class Training(NamedTuple):
    """One record before it is written."""

    module_hash: str
    epochs: int
    adjacency: str
    operations: str
    parameters: int
    evaluations: Sequence[Sequence[float]]
    total_time: float


def _message_class():
    """`ModelMetrics`, from a descriptor built here."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="model_metrics.proto", package="nasbench", syntax="proto2")
    evaluation = file.message_type.add(name="EvaluationData")
    for number, name in enumerate(FIELDS, start=1):
        evaluation.field.add(name=name, number=number, type=field.TYPE_DOUBLE, label=field.LABEL_OPTIONAL)
    evaluation.field.add(name="checkpoint_path", number=6, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    metrics = file.message_type.add(name="ModelMetrics")
    metrics.field.add(name="evaluation_data", number=1, type=field.TYPE_MESSAGE, label=field.LABEL_REPEATED,
                      type_name=".nasbench.EvaluationData")
    metrics.field.add(name="trainable_parameters", number=2, type=field.TYPE_INT32, label=field.LABEL_OPTIONAL)
    metrics.field.add(name="total_time", number=3, type=field.TYPE_DOUBLE, label=field.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("nasbench.ModelMetrics"))


ModelMetrics = _message_class()


def masked_checksum(data: bytes) -> int:
    """Masked CRC-32C as the format defines it: rotated right by 15 bits, plus a constant."""
    checksum = google_crc32c.value(data)
    rotated = (checksum >> 15) | ((checksum & 0x7FFF) << 17)
    return (rotated + 0xA282EAD8) % (1 << 32)


def frame(payload: bytes) -> bytes:
    """One TFRecord."""
    length = struct.pack("<Q", len(payload))
    return b"".join((length, struct.pack("<I", masked_checksum(length)), payload,
                     struct.pack("<I", masked_checksum(payload))))


def message_of(training: Training) -> bytes:
    """The serialised metrics of a training."""
    metrics = ModelMetrics(trainable_parameters=training.parameters, total_time=training.total_time)
    for values in training.evaluations:
        metrics.evaluation_data.add(**dict(zip(FIELDS, values, strict=True)))
    return metrics.SerializeToString()


def payload_of(training: Training) -> bytes:
    """The JSON of a training; base64 in lines of 76 characters, as the official files have it."""
    text = base64.encodebytes(message_of(training)).decode()
    return json.dumps([training.module_hash, training.epochs, training.adjacency, training.operations, text]).encode()


def record_of(training: Training) -> bytes:
    """The TFRecord of a training."""
    return frame(payload_of(training))


def trainings(cells: Iterable[tuple[str, str, str, int]], budgets: Sequence[int] = (108,), repeats: int = 3,
              seed: int = 0) -> Iterable[Training]:
    """Invented trainings of cells given as module hash, adjacency, operations and parameters.

    Accuracies are counts of 9,984 images and times have single precision, as in the official files; the total time has
    double precision.
    """
    rng = np.random.default_rng(seed)
    cells = iter(cells)
    count = len(budgets) * repeats
    while block := list(islice(cells, 4096)):
        images = (rng.integers(998, 9985, (len(block), count, 6)) / 9984).astype(np.float32).astype(np.float64).tolist()
        times = (rng.random((len(block), count, 2)) * 1000).astype(np.float32).astype(np.float64).tolist()
        totals = (rng.random((len(block), count)) * 4000 + 2000).tolist()
        for (module_hash, adjacency, operations, parameters), image, time, total in zip(block, images, times, totals,
                                                                                        strict=True):
            for index in range(count):
                budget, accuracy = budgets[index // repeats], image[index]
                evaluations = ((0.0, 0.0, 0.1, 0.1, 0.1), (budget / 2, time[index][0], *accuracy[:3]),
                               (float(budget), time[index][0] + time[index][1], *accuracy[3:]))
                yield Training(module_hash, budget, adjacency, operations, parameters, evaluations, total[index])


def write_records(path: Path, records: Iterable[Training]) -> Path:
    """Write trainings as TFRecords."""
    with path.open("wb") as file:
        for training in records:
            file.write(record_of(training))
    return path


def cells_of(source: Path, cells: int | None = None) -> Iterable[tuple[str, str, str, int]]:
    """Cells of a Parquet file, all of them or the first so many."""
    columns = pq.read_table(source, columns=list(CELL_COLUMNS)).slice(0, cells)
    return zip(*(columns[name].to_pylist() for name in CELL_COLUMNS), strict=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write an official-looking TFRecord file with invented measurements.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--full", action="store_true", help="budgets of 4, 12, 36 and 108 epochs instead of 108 alone")
    parser.add_argument("--cells", type=int, help="only the first so many cells")
    given = parser.parse_args()
    chosen = (4, 12, 36, 108) if given.full else (108,)
    write_records(given.target, trainings(cells_of(given.source, given.cells), chosen))
