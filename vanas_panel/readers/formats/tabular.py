"""Parquet and CSV: one row for each measured cell.

The columns:

``adjacency``
    Text: the adjacency matrix row by row without separators, ``V * V`` characters 0 or 1, rows are sources. Any
    topological or other order of the vertices will do. Also called ``module_adjacency``.
``operations``
    Text: ``V`` labels separated by commas, ``input`` first and ``output`` last. Also called ``module_operations``.
every other column of numbers
    A metric, unless its name says that it numbers runs (`vanas_panel.readers.columns.identifiers`).
    Empty (null, NaN) means unknown. Columns ``name/0``, ``name/1``, ... are repeats of one metric.
every other column of texts with percent signs
    A metric, too: ``93.5%`` is 0.935.
every other column
    Left out, and a note of the table says so; ``module_hash`` is left out silently, for it follows from the cell.

Standard names (`vanas_panel.tables.metrics.known_metric`) bring their label, unit and direction with them. For others,
a JSON object may say them, in the file ``<name of the source>.json`` beside it, or under the key ``vanas_panel`` in the
metadata of a Parquet schema; docs/schema.md describes it with examples. Several rows of one cell become its repeats.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.cells.architectures import found_notes, read_architectures, without_path
from vanas_panel.readers.cells.column_names import ADJACENCY_NAMES, OPERATION_NAMES, Names
from vanas_panel.readers.cells.larger import Cells, cell_numbers, table_of_cells
from vanas_panel.readers.cells.packing import pack_cells, pruning_notes
from vanas_panel.readers.cells.streaming import FEWEST, CellStream, NotPlain
from vanas_panel.readers.cells.written import as_cells
from vanas_panel.readers.columns.accuracies import numbers_of_architectures, read_accuracies
from vanas_panel.readers.columns.conditions import (
    Split,
    check_conditions,
    choose_rows,
    is_text,
    split_rows,
)
from vanas_panel.readers.columns.digits import lost_in, may_lose
from vanas_panel.readers.columns.exact import follows_from_cell
from vanas_panel.readers.columns.identifiers import identifiers, identifiers_note
from vanas_panel.readers.columns.infinite import set_aside
from vanas_panel.readers.columns.names import base_and_repeat, listed, without_nameless
from vanas_panel.readers.columns.percents import read_percents
from vanas_panel.readers.columns.recorded import recorded
from vanas_panel.readers.columns.trials import as_study, without_values
from vanas_panel.readers.description import PRUNE, SET_ASIDE, Description, describe
from vanas_panel.readers.formats.csv_dialect import SEPARATORS, read_sheet
from vanas_panel.readers.formats.parquet_limits import open_parquet, read_columns
from vanas_panel.readers.notes import (
    CONDITIONS,
    DUPLICATES,
    EMPTY,
    NO_NUMBERS,
    NONE_PRUNED,
    NUMBERS_OF_ARCHITECTURES,
)
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.readers.repeats.grouping import group_rows
from vanas_panel.readers.repeats.merging import Owner, merged, taken_from
from vanas_panel.readers.source import ARROW_ERRORS, Advance, check_values, table_name
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.source_columns import METRIC
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

SILENT_NAMES = ("module_hash",)
EMPTY_COLUMNS = "without any value"
"""Why columns of numbers are left out, in the words of a note."""

# Texts that Arrow takes for a number in a CSV file.
_NUMBER = r"(?i)^\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)\s*$"


def read_parquet(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read a Parquet file of the schema above.

    Raises
    ------
    SourceError
        Where it is no Parquet file, lacks a column, or holds something that is no cell or no measurement.
    """
    try:
        table = _read_parquet(path, asked, stream=True)
    except NotPlain:
        table = _read_parquet(path, asked, stream=False)
    advance(path.stat().st_size)
    return table


def _read_parquet(path: Path, asked: Asked, *, stream: bool) -> BenchmarkTable:
    """Read a Parquet file; `NotPlain` where its cells are to be streamed, and one of them is unusual."""
    cells = None
    try:
        with path.open("rb") as opened:
            file = open_parquet(opened, path)
            schema = file.schema_arrow
            description = asked.over(describe(path, schema.metadata), schema.names, path)
            description = without_nameless(schema.names, description)
            # Texts may be conditions.
            texts = {field.name for field in schema if field.name not in SILENT_NAMES and is_text(field)}
            names = Names(schema.names, description, path, lambda: _first_rows(file, texts))
            description = as_study(schema.names, names.cells, description)
            metrics = [field.name for field in schema if field.name in names.cells or may_be_metric(field)]
            ignored = {*description.ignore}
            there = texts.union(metrics)
            wanted = [name for name in schema.names if name in there and name not in ignored]
            if stream and may_stream(names, description, file.metadata.num_rows):
                cells = CellStream(path, file.metadata.num_rows)
            rows = read_columns(opened, file, wanted, texts.intersection(wanted), path, cells, names.cells)
        rows.validate(full=True)
    except ARROW_ERRORS as error:
        raise SourceError(Message("a file that does not read as Parquet ({reason})", reason=_first_line(error)),
                          "a whole Parquet file", "Write or copy it again", path=path) from error
    return typed_table(rows, schema, description, path, cells)


def may_stream(names: Names, description: Description, rows: int) -> bool:
    """Whether so many cells are enough to be packed part by part, and no columns but theirs are asked about them."""
    return (rows >= FEWEST and not names.architectures and names.adjacency != names.operations
            and {*names.cells}.isdisjoint(description.conditions) and not description.none)


def _first_rows(file: pq.ParquetFile, columns: Collection[str]) -> pa.Table:
    """Some columns of the first rows of a Parquet file."""
    batches = file.iter_batches(batch_size=1000, columns=[name for name in file.schema_arrow.names if name in columns])
    first = next(batches, None)
    return pa.table({}) if first is None else pa.Table.from_batches([first])


def typed_table(rows: pa.Table, schema: pa.Schema, description: Description, path: Path,
                cells: CellStream | None = None) -> BenchmarkTable:
    """Make a table of columns whose types say what they hold, as those of a Parquet file or of a data frame do.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
        The columns of numbers and of texts that are not ignored.
    schema : pyarrow.Schema
        Of all columns.
    description : Description
    path : Path
        Of the source, for messages.
    cells : CellStream, optional
        Has all cells already; their columns hold nothing then.

    Raises
    ------
    SourceError
        Where a column holds something that is no cell or no measurement.
    NotPlain
        From `cells`.
    """
    names = Names(schema.names, description, path, lambda: rows)
    description = as_study(schema.names, names.cells, description)
    ignored = {*description.ignore}
    rows = rows.drop_columns([name for name in rows.column_names if name in ignored])
    metrics = [field.name for field in schema if field.name in names.cells or may_be_metric(field)]
    others = [name for name in rows.column_names if name not in names.cells]
    rows, description, percents = read_percents(rows, others, description, path)
    measured = {*metrics, *percents}
    left_out = [name for name in schema.names if name not in measured and name not in ignored]
    for name in left_out:
        if name in description.metrics or known_metric(name).unit:
            raise SourceError(Message("column {name!r} of type {type}", name=name, type=schema.field(name).type),
                              "numbers", "Store it as numbers, or list it under 'ignore' in the description", path=path)
    numbers, unmeasured = _metric_columns(rows, names, description, left_out)
    lost = lost_in([(name, rows[name], None) for name in numbers])
    return _assemble(rows, names, description, left_out, unmeasured, path, lost, cells)


def read_csv(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read a CSV file of the schema above: one header line, and quotes around texts that contain the separator.

    What the separator and the decimal sign are is found by `vanas_panel.readers.formats.csv_dialect`.

    Raises
    ------
    SourceError
        Where it is no CSV file, lacks a column, or holds something that is no cell or no measurement.
    """
    description = describe(path)
    sheet = read_sheet(path, [[description.adjacency] if description.adjacency else ADJACENCY_NAMES,
                              [description.operations] if description.operations else OPERATION_NAMES])
    description = without_nameless(sheet.columns, asked.over(description, sheet.columns, path))
    try:
        names = Names(sheet.columns, description, path, sheet.first_rows)
        description = as_study(sheet.columns, names.cells, description)
        ignored = {*description.ignore}
        include = [name for name in sheet.columns if name not in ignored]
        decimal = sheet.decimal([name for name in include if name not in (*names.cells, *SILENT_NAMES)], path)
        rows = sheet.rows(include, (*names.cells, *sheet.hexadecimal(include)), decimal)
    except ARROW_ERRORS as error:
        advice = (marked("Put the operations in quotes, since they contain commas, and write decimals with points")
                  if sheet.separator == "," else Message("Separate the columns of every line by {separators}",
                                                         separators=SEPARATORS[sheet.separator]))
        raise SourceError(Message("a file that does not read as CSV ({reason})", reason=_first_line(error)),
                          Message("{found} columns in every line, as in the header", found=len(sheet.columns)), advice,
                          path=path) from error
    advance(path.stat().st_size)
    rows, description, _ = read_percents(rows, [name for name in include if name not in (*names.cells, *SILENT_NAMES)],
                                         description, path, decimal)
    left_out = []
    for field in rows.schema:
        if field.name in names.cells or may_be_metric(field):
            continue
        _refuse_half_numbers(rows[field.name], field.name, description, path, decimal)
        left_out.append(field.name)
    # Whole numbers that no integer of Arrow's can hold have become others.
    numbers, unmeasured = _metric_columns(rows, names, description, left_out)
    large = {name: None for name in numbers if may_lose(rows[name])}
    texts = sheet.rows([*large], [*large], decimal) if large else rows
    lost = lost_in([(name, rows[name], texts[name] if name in large else None) for name in numbers])
    return _assemble(rows, names, description, left_out, unmeasured, path, lost)


def _metric_columns(rows: pa.Table, names: Names, description: Description,
                    left_out: Sequence[str]) -> tuple[list[str], list[str]]:
    """The columns of some rows that become metrics, and those of numbers that do not, since they are identifiers."""
    others = {*names.cells, *left_out, *description.ignore, *description.conditions, *description.parameters,
              *SILENT_NAMES}
    columns = [name for name in rows.column_names if name not in others]
    unmeasured = identifiers(rows, columns, description.metrics)
    there = {*unmeasured}
    return [name for name in columns if name not in there], unmeasured


def may_be_metric(field: pa.Field) -> bool:
    """Whether a column of that type holds numbers."""
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
            or pa.types.is_boolean(kind) or pa.types.is_null(kind))


def _refuse_half_numbers(column: pa.ChunkedArray, name: str, description: Description, path: Path,
                         decimal: str) -> None:
    """Refuse a text among numbers; a column of texts alone is simply no metric."""
    if name in SILENT_NAMES or name in description.conditions:
        return
    texts = pc.cast(column, pa.string()).combine_chunks()
    numeric = pc.match_substring_regex(texts, _NUMBER.replace(r"\.", re.escape(decimal)))
    row = pc.index(numeric, False).as_py()
    if row >= 0 and (pc.any(numeric).as_py() or name in description.metrics or known_metric(name).unit):
        raise SourceError(Message("{value!r:.100} in column {name!r}", value=texts[row].as_py(), name=name),
                          "a number, or nothing where it is unknown",
                          "Correct the value, or list the column under 'ignore' in a description", path=path, row=row)


def _assemble(rows: pa.Table, names: Names, description: Description, left_out: Sequence[str],
              unmeasured: Sequence[str], path: Path, lost: Sequence[str],
              cells: CellStream | None = None) -> BenchmarkTable:
    """Make a table of columns that have been read; `lost` are notes about their digits.

    Columns in `left_out` are no numbers, those in `unmeasured` are identifiers.
    """
    if not rows.num_rows:
        raise SourceError("no rows", "at least one row", "Write the file again", path=path)
    there = {*rows.column_names}
    choices = {name: choice for name, choice in description.conditions.items() if name in there}
    rows, description = without_values(rows, description)
    if names.architectures:
        numbers = numbers_of_architectures(rows, description, names.cells)
        unmeasured = [name for name in unmeasured if name not in numbers]
        found = [names.form.note] if names.form else found_notes(names.architectures)
        description = replace(description, ignore=(*description.ignore, *numbers), notes=(
            *found, *([NONE_PRUNED] if description.none == PRUNE else []), *description.notes,
            *_left_out_note(NUMBERS_OF_ARCHITECTURES, numbers)))
        rows, description = read_accuracies(rows, _metric_columns(rows, names, description, left_out)[0], description)
    if description.none and (names.form or not names.architectures):
        raise SourceError(Message("none={choice!r} for a table without architecture strings", choice=description.none),
                          "architecture strings of NAS-Bench-201", "Leave it out", path=path)
    kept, chosen = choose_rows(rows, choices, path)
    if names.architectures and not names.form:
        kept, lost_rows = without_path(rows, kept, names.architectures, description.none, path)
        chosen += lost_rows
    if description.infinite == SET_ASIDE:
        kept, aside = set_aside(rows, kept, _metric_columns(rows, names, description, left_out)[0], path)
        chosen += aside
    try:
        return _table(rows if kept.size == rows.num_rows else rows.take(pa.array(kept)), kept, names, description,
                      choices, left_out, unmeasured, path, [*chosen, *lost], cells)
    except SourceError as error:
        # People count the rows of the file.
        raise error if error.row is None else error.in_row(int(kept[error.row])) from None


def _table(rows: pa.Table, numbers: np.ndarray, names: Names, description: Description, choices: Mapping[str, Any],
           left_out: Sequence[str], unmeasured: Sequence[str], path: Path, said: Sequence[str],
           cells: CellStream | None) -> BenchmarkTable:
    """Make a table of those rows of a source that count, whose `numbers` in it are given."""
    found, space, changed = _cells(rows, numbers, names, description, path, cells)
    keys = cell_numbers(found)
    order = np.argsort(keys, kind="stable")
    first, group = group_rows(keys, order)
    # Where each cell stands in one row, that order is what looks it up.
    lookup = (keys[order], order) if first.size == keys.size else None
    del order
    there = {*rows.column_names}
    no_conditions = {*names.cells, *description.ignore, *SILENT_NAMES,
                     *(name for name, kind in description.kinds.items() if kind == METRIC)}
    candidates = [name for name in rows.column_names if name not in no_conditions]
    check_conditions(rows, candidates, group, choices, numbers, path, description.parameters)
    unmeasured = [name for name in unmeasured if name not in description.parameters]
    out = [*left_out, *unmeasured, *choices, *description.parameters]
    parts = _parts(rows.drop_columns([*there.intersection(out)]), names,
                   description, path)
    splits = split_rows(rows, choices, path)
    owners = [Owner.of(group[split.rows], first.size) for split in splits]
    metrics: dict[str, Metric] = {}
    columns: dict[str, np.ndarray] = {}
    made_of: dict[str, list[str]] = {}
    rounded: list[str] = []
    for name, values in parts.items():
        for split, owner in zip(splits, owners, strict=True):
            metric = description.metric(name)
            if split.suffix:
                metric = replace(metric, name=name + split.suffix, label=f"{metric.label} ({split.words})")
            if metric.name in metrics:
                raise SourceError(Message("two metrics {name!r} once the table is split", name=brief(metric.name, 80)),
                                  "distinct names", "Rename one of the columns", path=path)
            made, more = merged([taken_from(part, split.rows) for part in values], owner, first.size, metric,
                                numbers[split.rows], path, parts, exact=follows_from_cell(description.metric(name)))
            metrics |= {one.name: one for one in made}
            made_of.setdefault(name, []).extend(one.name for one in made)
            columns |= {one.name: column for one, column in made.items()}
            rounded += more
    empty = [name for name, values in columns.items() if np.isnan(values).all()]
    for name in empty:
        del columns[name], metrics[name]
    made_of = {name: [each for each in made if each in metrics] for name, made in made_of.items()}
    notes = [*description.notes, *changed, *said, *rounded,
             *_duplicates_note(group, splits, numbers),
             *_left_out_note(NO_NUMBERS, _others(left_out, {*SILENT_NAMES, *choices, *names.cells,
                                                        *description.parameters})),
             *_choices_note(choices), *identifiers_note(unmeasured, listed(unmeasured)),
             *_left_out_note(EMPTY, empty)]
    table = table_of_cells(space, found, keys, first, metrics, columns, name=table_name(path), title=description.title,
                           notes=notes, lookup=lookup)
    table.source_columns = recorded(rows, names.columns, names.cells, description, silent=SILENT_NAMES,
                                    left_out=left_out, unmeasured=unmeasured, made=made_of)
    return table


def _cells(rows: pa.Table, numbers: np.ndarray, names: Names, description: Description, path: Path,
           cells: CellStream | None) -> tuple[Cells, CellSpace, list[str]]:
    """The cells of some rows, their space, and notes about what was changed."""
    if names.architectures:
        for name in names.architectures:
            _texts(rows, name, path)
        if names.form:
            return *names.form.cells(rows, description.space, path), []
        return *read_architectures(rows, names.architectures, description.none, description.space, path), []
    if cells is not None:
        packed, space, pruned, padded = cells.cells(numbers, description.space)
        return packed, space, pruning_notes(pruned, padded, numbers=numbers)
    adjacency, operations, changed = as_cells(_texts(rows, names.adjacency, path), _texts(rows, names.operations, path),
                                              path, numbers)
    packed, space, pruned, padded = pack_cells(adjacency, operations, lambda row: {"path": path, "row": row},
                                               description.space)
    return packed, space, [*changed, *pruning_notes(pruned, padded, numbers=numbers)]


def _texts(rows: pa.Table, name: str, path: Path) -> pa.Array:
    """A column of texts."""
    column = rows[name]
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise SourceError(Message("column {name!r} of type {type}", name=name, type=column.type), "text",
                          "Store it as text", path=path)
    texts = pc.cast(column, pa.large_string()).combine_chunks()
    longest, most = pc.max(pc.binary_length(texts)).as_py() or 0, current_limits().text
    # Bytes are quick to count; only characters are limited.
    if longest > most and (longest := pc.max(lengths := pc.utf8_length(texts)).as_py()) > most:
        raise SourceError(Message("a text of {longest:,} characters in column {name!r}", longest=longest, name=name),
                          Message("at most {most:,}", most=most), "Correct the row, or leave it out", path=path,
                          row=pc.index(lengths, longest).as_py())
    return texts


def _parts(rows: pa.Table, names: Names, description: Description, path: Path) -> dict[str, list[np.ndarray]]:
    """Columns of numbers by metric, those of one metric in the order of their repeats, ``float64 (n,)`` each."""
    parts: dict[str, list[np.ndarray]] = {}
    others = {*names.cells, *description.ignore}
    columns = [name for name in rows.column_names if name not in others]
    order = {base_and_repeat(name)[0]: index for index, name in reversed(list(enumerate(columns)))}
    for name in sorted(columns, key=lambda name: (order[base_and_repeat(name)[0]], base_and_repeat(name)[1])):
        base, _ = base_and_repeat(name)
        parts.setdefault(base, []).append(_numbers(rows[name], description.metric(base), path))
    return parts


def _numbers(column: pa.ChunkedArray, metric: Metric, path: Path) -> np.ndarray:
    """A column as ``float64 (n,)``, NaN where there is no value."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_boolean(column.type):
        column = pc.cast(column, pa.int8())
    values = pc.cast(column, pa.float64(), safe=False).to_numpy()
    trouble = check_values(metric, values)
    if trouble:
        row, found, expected, advice = trouble
        raise SourceError(found, expected, advice, path=path, row=row)
    return values


def _choices_note(choices: Mapping[str, Any]) -> list[str]:
    """Say what was done with conditions, as the description asked for."""
    return [CONDITIONS[choice].format(name=name) for name, choice in choices.items() if isinstance(choice, str)]


def _duplicates_note(group: np.ndarray, splits: Sequence[Split], numbers: np.ndarray) -> list[str]:
    """Say how many rows hold a cell that an earlier row of the same split holds as well, and name one such pair."""
    pairs = []
    for split in splits:
        _, first, place = np.unique(group[split.rows], return_index=True, return_inverse=True)
        repeated = np.flatnonzero(first[place] != np.arange(place.size))
        pairs.append(split.rows[np.stack([repeated, first[place[repeated]]])])
    both = np.concatenate(pairs, axis=1)
    if not both.size:
        return []
    one, other = numbers[both[:, np.argmin(both[0])]]
    return [DUPLICATES.format(found=both.shape[1], total=group.size, one=one + 1, other=other + 1)]


def _others(names: Sequence[str], but: Collection[str]) -> list[str]:
    """Those of some names that are not among others."""
    return [name for name in names if name not in but]


def _left_out_note(words: str, names: Sequence[str]) -> list[str]:
    """Say which columns are no metrics, and why."""
    return [words.format(names=listed(names))] if names else []


def _first_line(error: Exception) -> str:
    """The message of a library, without the rest of its report."""
    return str(error).strip().split("\n")[0].rstrip(".")


