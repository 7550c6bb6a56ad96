"""Conditions: columns that say under what a cell was measured, such as epochs or a data set.

Rows of one cell are repeats where only a seed or a measurement differs. Where a condition differs, their mean would mix
values that cannot be compared, so the reader asks what to do. The answer is a keyword of `vanas_panel.open_table`,
an option of the command line, or stands in the description of the source, see docs/schema.md::

    {"conditions": {"epochs": "split", "dataset": {"choose": "cifar10"}}}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.errors import SourceError
from vanas_panel.readers.columns.exact import follows_from_cell
from vanas_panel.readers.columns.identifiers import tells_runs_apart
from vanas_panel.readers.notes import NOT_CHOSEN
from vanas_panel.tables.families import bare
from vanas_panel.tables.metrics import known_metric
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import decimal_number, whole_number

SPLIT, IGNORE, REPEAT, CHOOSE = "split", "ignore", "repeat", "choose"
"""Choices for a condition: a metric for each value; leave the column out and average; the same, because the
column only numbers repeats; keep the rows of one value."""

MOST_VALUES = 20
"""Values of a condition that become metrics of their own, and distinct values that a column of unknown name has at most
to be taken for a condition."""

_CONDITIONS = frozenset({
    "augmentation", "batch", "batch_size", "budget", "channels", "cutout", "data", "data_set", "dataset",
    "device", "dropout", "epoch", "epochs", "fidelity", "fraction", "hyperparameters", "image_size",
    "init_channels", "label_smoothing", "layers", "learning_rate", "lr", "max_epochs", "momentum", "num_channels",
    "num_epochs", "num_layers", "optimiser", "optimizer", "precision", "resolution", "schedule", "scheduler",
    "split", "steps", "subset", "task", "train_epochs", "train_steps", "wd", "weight_decay", "width",
})

@dataclass(frozen=True)
class Split:
    """The rows that one metric is made of, where conditions are split.

    Attributes
    ----------
    rows : int64 (m,)
    suffix : str
        Of the metric's name, ``_epochs_4``.
    words : str
        For its label, ``epochs 4``.
    """

    rows: np.ndarray
    suffix: str
    words: str


def choose_rows(rows: pa.Table, choices: Mapping[str, Any], path: Path) -> tuple[np.ndarray, list[str]]:
    """The rows whose conditions have the chosen values.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    choices : Mapping
        By column, as in the description.
    path : Path
        Of the source, for messages.

    Returns
    -------
    kept : int64 (m,)
        Ascending.
    notes : list of str
        How many rows were left out, and why.

    Raises
    ------
    SourceError
        Where no row has such a value.
    """
    notes = []
    kept = np.arange(rows.num_rows)
    for name, choice in choices.items():
        if not isinstance(choice, Mapping):
            continue
        column, wanted = plain_column(rows[name]).take(pa.array(kept)), choice[CHOOSE]
        codes = _codes(column)
        same = np.array([_same(value, wanted) for value in _values_by_code(column, codes)], bool)[codes]
        if not same.any():
            raise SourceError(Message("no row whose {name!r} is {wanted}", name=name, wanted=_quoted(wanted)),
                              Message("one of {names}", names=_listed(column)), "Choose one of these", path=path)
        if not same.all():
            notes.append(NOT_CHOSEN.format(found=int((~same).sum()), total=same.size, name=name, wanted=wanted))
            kept = kept[same]
    return kept, notes


def check_conditions(rows: pa.Table, columns: Sequence[str], group: np.ndarray, choices: Mapping[str, Any],
                     numbers: np.ndarray, path: Path, parameters: Collection[str] = ()) -> None:
    """Refuse rows of one cell that differ in a condition about which nothing was said.

    Parameters
    ----------
    rows : pyarrow.Table
    columns : sequence of str
        Those that may be conditions.
    group : int64 (n,)
        The number of each row's cell, in the order of their first rows.
    choices : Mapping
        By column, as in the description.
    numbers : int64 (n,)
        Which rows of the source these are, for messages.
    path : Path
    parameters : collection of str, optional
        Columns that are conditions whatever they hold: what trials were given.

    Raises
    ------
    SourceError
        That offers the choices.
    """
    if group.size == int(group.max(initial=-1)) + 1:
        return  # Every cell stands in one row, so there is nothing to compare.
    for name in columns:
        if name in choices or not (name in parameters or _may_be_condition(rows[name], name)):
            continue
        codes = _codes(rows[name])
        pair = differing_rows(codes, group)
        if pair is None:
            continue
        column = plain_column(rows[name])
        one, other = (column[row].as_py() for row in pair)
        say = f'{{"{name}": "split"}}'
        raise SourceError(
            Message("rows {row} and {other_row}, which hold the same cell, with {name} = {one} and {other}",
                    row=numbers[pair[0]] + 1, other_row=numbers[pair[1]] + 1, name=name, one=_quoted(one),
                    other=_quoted(other)),
            "rows of one cell that differ in seeds and measurements only",
            Message('Say open_table(..., conditions={say}), --condition {name}=split, or {{"conditions": {say}}} in '
                    '{file}.json for a metric of each value; or {{"choose": {json}}} in place of "split" to keep '
                    'one value, "repeat" or "ignore" to average', say=say, name=name, file=path.name,
                    json=_json(one)), path=path)


def split_rows(rows: pa.Table, choices: Mapping[str, Any], path: Path) -> list[Split]:
    """The rows of every combination of values of the conditions that are split; one split of all rows where none is.

    Raises
    ------
    SourceError
        Where a condition has more than `MOST_VALUES` values, or none in some row.
    """
    splits = [Split(np.arange(rows.num_rows), "", "")]
    for name, choice in choices.items():
        if choice != SPLIT:
            continue
        column = plain_column(rows[name])
        if column.null_count:
            row = column.is_null().index(True).as_py()
            raise SourceError(Message("no value of {name!r}", name=name),
                              "one in every row, since the table is split by it", "Fill it in, or choose one value",
                              path=path, row=row)
        codes = _codes(rows[name])
        if codes.max(initial=0) >= MOST_VALUES:
            raise SourceError(Message("{found:,} values of {name!r}, by which the table is to be split",
                                      found=int(codes.max()) + 1, name=name),
                              Message("at most {most}", most=MOST_VALUES),
                              "Choose one of them, or take the rows for repeats", path=path)
        values = _values_by_code(column, codes)
        splits = [Split(split.rows[codes[split.rows] == code], f"{split.suffix}_{name}_{bare(value)}",
                        ", ".join(filter(None, (split.words, f"{name} {value}"))))
                  for split in splits for code, value in sorted(enumerate(values), key=lambda item: _order(item[1]))]
    return _told_apart([split for split in splits if split.rows.size])


def _told_apart(splits: Sequence[Split]) -> list[Split]:
    """Splits whose suffixes are numbered where values differ only in what no name of a metric holds."""
    taken: set[str] = set()
    apart = []
    for split in splits:
        suffix, number = split.suffix, 1
        while suffix in taken:
            number += 1
            suffix = f"{split.suffix}_{number}"
        taken.add(suffix)
        apart.append(replace(split, suffix=suffix))
    return apart


def differing_rows(codes: np.ndarray, group: np.ndarray) -> tuple[int, int] | None:
    """The first two rows of one group whose codes differ; None where all groups are uniform.

    Parameters
    ----------
    codes, group : int64 (n,)

    Examples
    --------
    >>> differing_rows(np.array([0, 1, 0, 2]), np.array([0, 1, 0, 1]))
    (1, 3)
    """
    first = np.full(int(group.max(initial=-1)) + 1, group.size, np.int64)
    np.minimum.at(first, group, np.arange(group.size))
    other = np.flatnonzero(codes != codes[first[group]])
    return (int(first[group[other[0]]]), int(other[0])) if other.size else None


def is_condition_name(name: str) -> bool:
    """Whether a column of that name is a condition, whatever it holds."""
    return name.lower().strip() in _CONDITIONS


def is_text(column: pa.Field) -> bool:
    """Whether a column holds texts, which may be a condition."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _may_be_condition(column: pa.ChunkedArray, name: str) -> bool:
    """Whether a column is a condition by its name, or else by its values: few texts, or few whole numbers."""
    if is_condition_name(name):
        return True
    known = known_metric(name)
    if follows_from_cell(known):
        return False  # A contradiction, not a condition.
    if known.unit or known.higher_is_better is not None or tells_runs_apart(name) or "/" in name:
        return False
    plain = plain_column(column)
    if pa.types.is_floating(plain.type):
        values = plain.to_numpy(zero_copy_only=False)
        if (values[np.isfinite(values)] % 1 != 0).any():
            return False
    return len(pc.unique(plain)) <= MOST_VALUES


def plain_column(column: pa.ChunkedArray) -> pa.Array:
    """A column without dictionary and chunks."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """The number of each row's value, ``int64 (n,)``; a missing one has a number as well."""
    encoded = plain_column(column).dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _values_by_code(column: pa.Array, codes: np.ndarray) -> list[Any]:
    """The value of every number."""
    _, first = np.unique(codes, return_index=True)
    return [column[int(row)].as_py() for row in first]


def _same(value: Any, wanted: Any) -> bool:
    """Whether a value is the chosen one; a number may be written as text, and 4 is 4.0."""
    if value is None:
        return False
    if isinstance(value, bool):
        return str(value).lower() == str(wanted).lower() or (not isinstance(wanted, str) and value == wanted)
    if isinstance(value, int | float | Decimal) and isinstance(wanted, str):
        # Whole numbers of any length are compared digit by digit.
        whole = whole_number(wanted.strip())
        number = decimal_number(wanted.strip()) if whole is None else whole
        # A decimal is seldom the same as the float nearest to it.
        return value == number or (isinstance(value, Decimal) and number is not None and float(value) == number)
    return value == wanted or str(value) == str(wanted)


def _order(value: Any) -> tuple:
    """Numbers by size before texts by letters."""
    return (1, 0, value) if isinstance(value, str) else (0, value, "")


def _json(value: Any) -> str:
    """A value as it stands in a description."""
    return f'"{value}"' if isinstance(value, str) else str(value)


def _quoted(value: Any) -> str:
    """A value for a message."""
    return repr(value)[:40]


def _listed(column: pa.Array) -> str:
    """The distinct values of a column, shortened."""
    values = [str(value)[:40] for value in pc.unique(column).to_pylist()]
    return ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
