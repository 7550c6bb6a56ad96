"""Columns of accuracies beside architecture strings: named by data set and part, and most often in per cent.

NAS-Bench-201 measures every architecture on three data sets. These are metrics of one row, not repeats of it, and
``cifar10-test`` says neither that it is an accuracy nor that 93.5 stands for 0.935. Both are worked out here: the first
from the words of the name, the second from the values, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.readers.columns.names import base_and_repeat, listed
from vanas_panel.readers.description import Description
from vanas_panel.readers.notes import ACCURACIES_IN_PERCENT
from vanas_panel.tables.families import DATA_SETS as _DATA
from vanas_panel.tables.metrics import ACCURACY, DATA_ACCURACY, FRACTION, known_metric

_PARTS = {"test": "test", "oritest": "test", "xtest": "test", "val": "validation", "valid": "validation",
          "xvalid": "validation", "validation": "validation", "train": "train", "training": "train"}
_NUMBERS = {"arch", "arch_id", "arch_idx", "arch_index", "architecture", "index", "idx", "id", "number"}
_MEASURES = ("accuracy", "acc", "top1")
_NAME = re.compile(
    rf"(?:(?P<before>{'|'.join(sorted(_PARTS, key=len, reverse=True))}))?"
    rf"(?P<early>{'|'.join(_MEASURES)})?"
    rf"(?:(?P<data>{'|'.join(sorted(_DATA, key=len, reverse=True))}))?"
    rf"(?:(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))}))?(?P<measure>{'|'.join(_MEASURES)})?")


def accuracy_label(name: str) -> str:
    """The label of a column that is an accuracy by its name; empty where it is none.

    Examples
    --------
    >>> accuracy_label("cifar10-test"), accuracy_label("ImageNet16-120_valid_acc"), accuracy_label("test_acc_cifar100")
    ('CIFAR-10 test accuracy', 'ImageNet16-120 validation accuracy', 'CIFAR-100 test accuracy')
    >>> accuracy_label("val_acc"), accuracy_label("cifar10"), accuracy_label("test_loss"), accuracy_label("latency")
    ('Validation accuracy', '', '', '')
    """
    found = _NAME.fullmatch(re.sub(r"[\s_./-]", "", name.lower()))
    if found is None:
        return ""
    part, data = found["part"] or found["before"], found["data"]
    is_said = found["early"] or found["measure"]
    if (found["part"] and found["before"]) or not (is_said or (data and part)):
        return ""
    said = _PARTS.get(part or "", "")
    return DATA_ACCURACY[said].format(data=_DATA[data]) if data else ACCURACY[said]


def read_accuracies(rows: pa.Table, columns: Sequence[str], description: Description) -> tuple[pa.Table, Description]:
    """Name accuracies, and make fractions of those in per cent.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    columns : sequence of str
        Those of numbers that become metrics.
    description : Description
        What it says of a column holds; one whose unit it gives stays as it is.

    Returns
    -------
    rows : pyarrow.Table (n,)
        With ``float64`` in [0, 1] in the place of values in per cent: where all repeats of a metric lie in [0, 100] and
        one of them is above 1.
    description : Description
        With labels, units and directions of accuracies, and a note that names those that were in per cent.
    """
    metrics = {name: dict(said) for name, said in description.metrics.items()}
    by_base: dict[str, list[str]] = {}
    for name in columns:
        by_base.setdefault(base_and_repeat(name)[0], []).append(name)
    changed: list[str] = []
    for base, names in by_base.items():
        said, label = metrics.get(base, {}), accuracy_label(base)
        known = known_metric(base)
        if not (label or known.unit == FRACTION) or "unit" in said or base in description.conditions:
            continue
        ends = [_ends(rows[name]) for name in names]
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        # Whatever lies outside, such as a loss of that name, is no accuracy in per cent.
        if not (low >= 0 and high <= 100):
            continue
        label = known.label if known.unit == FRACTION else label
        metrics[base] = {"label": label, "unit": FRACTION, "higher_is_better": True, **said}
        if high > 1:
            changed += names
    if changed:
        there = {*changed}
        rows = pa.table([_hundredth(column) if name in there else column
                         for name, column in zip(rows.column_names, rows.columns, strict=True)], rows.column_names)
    notes = [ACCURACIES_IN_PERCENT.format(names=listed(changed))] if changed else []
    return rows, replace(description, metrics=metrics, notes=(*description.notes, *notes))


def numbers_of_architectures(rows: pa.Table, description: Description, cells: Collection[str]) -> list[str]:
    """Columns that number the architectures, and measure nothing: distinct whole numbers under such a name.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    description : Description
        What it names stays.
    cells : collection of str
        The columns of the cells.
    """
    named = {*description.metrics, *description.conditions, *description.ignore, *cells}
    return [field.name for field in rows.schema
            if field.name.lower() in _NUMBERS and field.name not in named and pa.types.is_integer(field.type)
            and len(pc.unique(rows[field.name])) == rows.num_rows]


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """A column as ``float64 (n,)``, NaN where there is no value."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return pc.cast(column, pa.float64(), safe=False).to_numpy()


def _ends(column: pa.ChunkedArray) -> tuple[float, float]:
    """The least and the largest value; infinity and its opposite where there is none."""
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_decimal(column.type)):
        return np.inf, -np.inf
    values = _numbers(column)
    values = values[~np.isnan(values)]
    return (float(values.min()), float(values.max())) if values.size else (np.inf, -np.inf)


def _hundredth(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values divided by 100."""
    return pa.chunked_array([pa.array(_numbers(column) / 100, from_pandas=True)])
