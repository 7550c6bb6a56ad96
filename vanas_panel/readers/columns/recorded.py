"""What a reader of cells took every column of its source for, so that a person can see it and say otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.readers.columns.conditions import (
    CHOOSE,
    IGNORE,
    MOST_VALUES,
    REPEAT,
    SPLIT,
    is_condition_name,
    plain_column,
)
from vanas_panel.readers.columns.identifiers import tells_runs_apart
from vanas_panel.readers.columns.names import base_and_repeat, is_nameless
from vanas_panel.readers.columns.trials import is_bookkeeping, is_study
from vanas_panel.readers.description import Description
from vanas_panel.tables import source_columns as said
from vanas_panel.tables.families import value_text
from vanas_panel.tables.metrics import known_metric, word_set, words_of
from vanas_panel.tables.source_columns import CELL, CONDITION, IDENTIFIER, LEFT_OUT, METRIC, PARAMETER, SourceColumn

MOST_COUNTED = 2_000_000
"""Rows up to which different values are counted: of more, that takes seconds a column."""

_SEEDS = word_set("seed seeds repeat repeats repetition repetitions rep reps replicate replicates replica fold")
_BY_CHOICE = {SPLIT: (CONDITION, said.SPLIT), CHOOSE: (CONDITION, said.CHOSEN), IGNORE: (LEFT_OUT, said.AVERAGED),
              REPEAT: (said.REPEAT, said.AVERAGED)}


def recorded(rows: pa.Table, columns: Sequence[str], cells: Collection[str], description: Description, *,
             silent: Collection[str], left_out: Collection[str], unmeasured: Collection[str],
             made: Mapping[str, Sequence[str]]) -> tuple[SourceColumn, ...]:
    """Every column of a source with its kind, the reason, and counts.

    Parameters
    ----------
    rows : pyarrow.Table
        The rows that count, of the columns that were read.
    columns : sequence of str
        All columns of the source.
    cells : collection of str
        Those that hold the cells.
    description : Description
    silent : collection of str
        Columns that follow from the cell.
    left_out, unmeasured : collection of str
        Columns that hold no numbers; those that are identifiers.
    made : Mapping of str to sequence of str
        The metrics that were made of each column, by its name without the number of a repeat.

    Returns
    -------
    tuple of SourceColumn
    """
    there, out, numbering = {*rows.column_names}, {*left_out}, {*unmeasured}
    study = is_study(columns)

    def kind_of(name: str) -> tuple[str, str]:
        choice: Any = description.conditions.get(name)
        if name in cells:
            return CELL, said.HOLDS_CELLS
        if name in silent:
            return LEFT_OUT, said.FROM_CELL
        if name in description.kinds:
            return description.kinds[name], said.SAID
        if choice is not None and name in there:
            return _BY_CHOICE[CHOOSE if isinstance(choice, Mapping) else choice]
        if name in description.parameters:
            return PARAMETER, said.GIVEN
        if name in description.ignore:
            return _ignored(name, study)
        if name in numbering:
            return (said.REPEAT if _SEEDS & {*words_of(name)} else IDENTIFIER), said.NUMBERS_RUNS
        if name in out or name not in there:
            if is_condition_name(name):
                return CONDITION, said.UNDER_WHAT
            return (IDENTIFIER, said.TELLS_APART) if tells_runs_apart(name) else (LEFT_OUT, said.NO_NUMBERS)
        base = base_and_repeat(name)[0]
        if not made.get(base):
            return LEFT_OUT, said.NO_VALUE
        metric = known_metric(base)
        is_said = metric.unit or metric.higher_is_better is not None or base in description.metrics
        return METRIC, said.SAYS_MEASURE if is_said else said.NUMBERS

    found = [SourceColumn(name, *kind_of(name), *_counts(rows, name, name in cells)) for name in columns]
    return tuple(replace(
        each, metrics=tuple(made.get(base_and_repeat(each.name)[0], ())) if each.kind == METRIC else (),
        values=_values(rows, each) if each.kind not in (CELL, LEFT_OUT) else ()) for each in found)


def _values(rows: pa.Table, column: SourceColumn) -> tuple[str, ...]:
    """The values of a column that may tell rows apart, where they are few."""
    if column.distinct is None or column.distinct > MOST_VALUES:
        return ()
    values = pc.unique(plain_column(rows[column.name])).drop_null().to_pylist()
    return tuple(map(value_text, sorted(values)))


def _ignored(name: str, study: bool) -> tuple[str, str]:
    """Why a column is among those to leave out, where no person said so."""
    if is_nameless(name):
        return LEFT_OUT, said.NAMELESS
    if study and is_bookkeeping(name):
        return IDENTIFIER, said.BOOKKEEPING
    return (IDENTIFIER, said.NUMBERS_CELLS) if tells_runs_apart(name) or name.startswith("arch") else (
        LEFT_OUT, said.SAID)


def _counts(rows: pa.Table, name: str, is_cell: bool) -> tuple[int | None, int | None]:
    """How many values of a column are missing, and how many different ones there are."""
    if name not in rows.column_names:
        return None, None
    column = plain_column(rows[name])
    if is_cell and pa.types.is_null(column.type):
        # Packed while it was read, which takes no column with a missing cell.
        return 0, None
    if pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py():
        column = pc.if_else(pc.is_nan(column), None, column)
    if is_cell or rows.num_rows > MOST_COUNTED or pa.types.is_null(column.type):
        return column.null_count, None
    return column.null_count, pc.count_distinct(column, mode="only_valid").as_py()
