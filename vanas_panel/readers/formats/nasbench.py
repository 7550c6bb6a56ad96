"""The official NAS-Bench-101 files, ``nasbench_only108.tfrecord`` and ``nasbench_full.tfrecord``, without TensorFlow.

Every record is one training: the JSON list ``[module_hash, epochs, adjacency, operations, metrics]``, the last of them
in base64 (`vanas_panel.readers.formats.protobuf`). A table made of them has one row a cell and, for every training
budget, the repeats of what was measured at the end and half way. The longest budget has the plain names,
``test_accuracy``; another one, and the half-way evaluation, are said after it, ``test_accuracy_12``,
``test_accuracy_12_half``.

Framing, checksums, JSON and base64 come from libraries, at about 3 us a record. Adjacency matrices and metrics are
decoded by the block in compiled kernels, the 1,270,872 records of the smaller file in about a second.
"""

from __future__ import annotations

import gc
from binascii import a2b_base64, unhexlify
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.packing import pack_cells, pruning_notes
from vanas_panel.readers.columns.infinite import aside_note
from vanas_panel.readers.description import SET_ASIDE
from vanas_panel.readers.formats.protobuf import EVALUATIONS, FIELDS, decode_metrics
from vanas_panel.readers.formats.tfrecord import read_records
from vanas_panel.readers.notes import FEWER_TRAININGS, SEVERAL_HASHES
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.readers.repeats.grouping import check_repeats, count_earlier, group_rows, spread_repeats
from vanas_panel.readers.source import Advance, check_values, table_name
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Constant, Message, marked

_MEASURED = ("test_accuracy", "validation_accuracy", "train_accuracy", "training_time")
_COLUMNS = (*_MEASURED, "total_time", *(f"{name}_half" for name in _MEASURED))
_TITLE = "NAS-Bench-101 (Ying et al., ICML 2019)"
_FORMAT = marked("the list [module_hash, epochs, adjacency, operations, metrics in base64]")
_ADVICE = marked("Check where the file comes from, or get it again with: vanas-panel fetch nasbench101")


@dataclass(frozen=True)
class _Trainings:
    """Trainings as columns, one entry a record.

    Attributes
    ----------
    offsets : int64 (n,)
        Where each record starts in the file.
    hashes : uint64 (n, 2)
        The 128 bits of the module hash.
    epochs, packed, parameters : int64 (n,)
    pruned, padded : bool (n,)
        As in `vanas_panel.readers.cells.packing.Packed`.
    values : float64 (n, 9)
        One column for each of `_COLUMNS`.
    """

    offsets: np.ndarray
    hashes: np.ndarray
    epochs: np.ndarray
    packed: np.ndarray
    parameters: np.ndarray
    pruned: np.ndarray
    padded: np.ndarray
    values: np.ndarray


def read_nasbench(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read an official file of NAS-Bench-101.

    Raises
    ------
    SourceError
        At the first record that is damaged, or is no training of a cell of NAS-Bench-101, with its byte offset; and
        where two records contradict each other.
    """
    asked.without_conditions(marked("a file of NAS-Bench-101, whose budgets are metrics of their own"), path)
    with path.open("rb") as file, _without_collector():
        batches: list[_Trainings] = []
        count, limits = 0, current_limits()
        for offsets, payloads in read_records(file, path, advance):
            count += len(offsets)
            if count > limits.rows:
                raise limits.exceeded("rows", marked("records"), marked("Write the file with fewer"), path=path)
            batches.append(_decode(offsets, payloads, path, asked.infinite))
    if not batches:
        raise SourceError("no records", "at least one", _ADVICE, path=path)
    # Field by field, each released before the next one: so there is never a second copy of everything.
    parts = {field.name: [getattr(batch, field.name) for batch in batches] for field in fields(_Trainings)}
    del batches
    trainings = _Trainings(**{name: np.concatenate(parts.pop(name)) for name in [*parts]})
    notes = pruning_notes(trainings.pruned, trainings.padded, "records")
    trainings, aside = _without_infinite(trainings, path)
    keys = _keys(trainings.packed)
    first, group = group_rows(keys)
    notes += aside + _check_hashes(trainings, group, path)
    columns = _columns(trainings, group, first.size, path)
    columns["trainable_parameters"] = trainings.parameters[first].astype(np.float64)
    metrics = {name: known_metric(name) for name in columns}
    notes += _repeats_notes(trainings, group, first.size)
    return BenchmarkTable(NASBENCH101, trainings.packed[first], metrics, columns, name=table_name(path), title=_TITLE,
                          notes=notes, keys=keys[first])


def _without_infinite(trainings: _Trainings, path: Path) -> tuple[_Trainings, list[str]]:
    """The trainings of finite values, and a note about the others, which were let through on request alone."""
    strange = np.isinf(trainings.values)
    aside = strange.any(axis=1)
    if not aside.any():
        return trainings, []
    if aside.all():
        raise SourceError("an infinite value in every record", "at least one record of finite values", _ADVICE,
                          path=path)
    names = [name for name, column in zip(_COLUMNS, strange.T, strict=True) if column.any()]
    note = aside_note("record", np.flatnonzero(aside) + 1, aside.size, names)
    return _Trainings(**{field.name: getattr(trainings, field.name)[~aside] for field in fields(_Trainings)}), [note]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the search for reference cycles, of which JSON has none: it would take longer than the reading itself."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _decode(offsets: list[int], payloads: list[bytes], path: Path, infinite: str) -> _Trainings:
    """Decode some records and check what they hold; `infinite` says what to do with infinite values."""
    fields = _Records(offsets, path)
    records = fields.each(orjson.loads, payloads, Message("JSON, {format}", format=Constant(_FORMAT)))
    fields.check(records, type, list, _FORMAT)
    fields.check(records, len, 5, _FORMAT)
    hashes, epochs, adjacency, operations, metrics = zip(*records, strict=True)
    fields.check(hashes, type, str, marked("a module hash as text"))
    fields.check(epochs, type, int, marked("a whole number of epochs"))
    fields.check(adjacency, type, str, marked("adjacency as text"))
    fields.check(operations, type, str, marked("operations as text"))
    fields.check(metrics, type, str, marked("metrics as text"))
    digests = fields.each(unhexlify, hashes, marked("a module hash of 32 hexadecimal digits"))
    fields.check(digests, len, 16, marked("a module hash of 32 hexadecimal digits"))
    if min(epochs) < 1 or max(epochs) >= 1 << 31:
        fields.check(epochs, lambda value: 1 <= value < 1 << 31, True, marked("a number of epochs from 1"))
    packed, _, pruned, padded = pack_cells(
        pa.array(adjacency, pa.large_string()), pa.array(operations, pa.large_string()),
        lambda row: {"path": path, "offset": offsets[row]}, NASBENCH101)
    assert isinstance(packed, np.ndarray)
    batch = decode_metrics(fields.each(_message, metrics, marked("metrics in base64")))
    fields.refuse(batch.count < 0, lambda row: marked("metrics that are no whole protobuf message"),
                 "a ModelMetrics message")
    fields.refuse(batch.count != EVALUATIONS, lambda row: Message("{count} evaluations", count=batch.count[row]),
                 "three: at the start, half way and at the end")
    fields.refuse(batch.trainable_parameters < 0,
                 lambda row: Message("trainable_parameters = {found} (-1 where there are none)",
                                     found=batch.trainable_parameters[row]),
                 "nothing below 0")
    measured = [FIELDS.index(name) for name in _MEASURED]
    values = np.column_stack((batch.evaluations[:, 2, measured], batch.total_time, batch.evaluations[:, 1, measured]))
    passed = np.where(np.isinf(values), np.nan, values) if infinite == SET_ASIDE else values
    for column, name in enumerate(_COLUMNS):
        trouble = check_values(known_metric(name), passed[:, column])
        if trouble:
            row, found, expected, advice = trouble
            raise SourceError(found, expected, advice, path=path, offset=offsets[row])
    halves = np.frombuffer(b"".join(digests), np.dtype(">u8")).astype(np.uint64).reshape(-1, 2)
    return _Trainings(np.array(offsets), halves, np.array(epochs), packed, batch.trainable_parameters,
                      pruned, padded, values)


def _message(text: str) -> bytes:
    """The protobuf message that stands in base64, in lines or in one."""
    return a2b_base64(text.replace("\n", ""), strict_mode=True)


@dataclass(frozen=True)
class _Records:
    """Checks of some records, one field of all of them at once, which is fast. Errors name the offset."""

    offsets: list[int]
    path: Path

    def error(self, row: int, found: str, expected: str) -> SourceError:
        """The error for one of the records."""
        return SourceError(found if len(found) <= 160 else f"{found[:157]}...", expected, _ADVICE, path=self.path,
                           offset=self.offsets[row])

    def each(self, function: Callable[[Any], Any], values: Sequence[Any], expected: str) -> list[Any]:
        """The results of a function; an error at the first value that it refuses."""
        try:
            return list(map(function, values))
        except ValueError:
            for row, value in enumerate(values):
                try:
                    function(value)
                except ValueError as error:
                    raise self.error(row, f"{value!r:.100} ({error})", expected) from None
            raise

    def check(self, values: Sequence[Any], look: Callable[[Any], Any], wanted: Any, expected: str) -> None:
        """Raise at the first value for which `look` does not give what is wanted."""
        if set(map(look, values)) != {wanted}:
            row = next(row for row, value in enumerate(values) if look(value) != wanted)
            raise self.error(row, repr(values[row]), expected)

    def refuse(self, wrong: np.ndarray, found: Callable[[int], str], expected: str) -> None:
        """Raise at the first record that is wrong."""
        rows = np.flatnonzero(wrong)
        if rows.size:
            raise self.error(int(rows[0]), found(int(rows[0])), expected)


def _keys(packed: np.ndarray) -> np.ndarray:
    """Canonical keys, ``int64 (n,)``, of cells most of which appear several times."""
    distinct, inverse = np.unique(packed, return_inverse=True)
    return canonical_keys(distinct)[inverse]


def _check_hashes(trainings: _Trainings, group: np.ndarray, path: Path) -> list[str]:
    """Refuse records that have one hash and different cells or parameters; note cells that have several hashes."""
    order = np.lexsort((trainings.hashes[:, 0], trainings.hashes[:, 1]))
    hashes = trainings.hashes[order]
    same = (hashes[1:] == hashes[:-1]).all(axis=1)
    for what, values in ((Constant("cell"), group), (Constant("number of parameters"), trainings.parameters)):
        values = values[order]
        conflicts = np.flatnonzero(same & (values[1:] != values[:-1]))
        if conflicts.size:
            one, other = np.sort(order[conflicts[0] : conflicts[0] + 2])
            name = "".join(f"{half:016x}" for half in trainings.hashes[other].tolist())
            raise SourceError(Message("another {what} under module hash {name} than in the record at byte {offset:,}",
                                      what=what, name=name, offset=trainings.offsets[one]),
                              Message("one {what} a hash", what=what), _ADVICE, path=path,
                              offset=int(trainings.offsets[other]))
    cells = int(group.max()) + 1
    surplus = np.count_nonzero(~same) + 1 - cells
    if not surplus:
        return []
    return [SEVERAL_HASHES.format(surplus=surplus)]


def _columns(trainings: _Trainings, group: np.ndarray, cells: int, path: Path) -> dict[str, np.ndarray]:
    """Measurements by metric name, ``float64 (cells, repeats)``, the longest budget first."""
    columns = {}
    budgets = np.unique(trainings.epochs)[::-1].tolist()
    for budget in budgets:
        rows = np.flatnonzero(trainings.epochs == budget)
        repeat = count_earlier(group[rows])
        trouble = check_repeats(group[rows], repeat, cells)
        if trouble:
            row, found, expected, advice = trouble
            raise SourceError(found, expected, advice, path=path, offset=int(trainings.offsets[rows[row]]))
        for column, name in enumerate(_COLUMNS):
            if budget != budgets[0]:
                base = name.removesuffix("_half")
                name = f"{base}_{budget}{name.removeprefix(base)}"
            columns[name] = spread_repeats(trainings.values[rows, column], group[rows], repeat, cells)
    return columns


def _repeats_notes(trainings: _Trainings, group: np.ndarray, cells: int) -> list[str]:
    """Say for which budgets some cells have fewer repeats than others."""
    notes = []
    for budget in np.unique(trainings.epochs)[::-1].tolist():
        repeats = np.bincount(group[trainings.epochs == budget], minlength=cells)
        fewer = np.count_nonzero(repeats < repeats.max())
        if fewer:
            notes.append(FEWER_TRAININGS.format(fewer=fewer, cells=cells, most=repeats.max(), budget=budget))
    return notes
