"""From what a reader has found to a table of trials: kinds, directions, what is left out, and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.columns.names import listed
from vanas_panel.readers.description import Description
from vanas_panel.readers.trials.found import Found, FoundColumn
from vanas_panel.readers.trials.kinds import guessed_kind
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.trial_columns import CONDITION, METRIC, Coded, TrialColumn, asked_kind
from vanas_panel.tables.trials import TrialTable, check_kind
from vanas_panel.text.language import Constant, Message, marked

LISTED = marked("the description lists it under 'conditions'")
_SAID = marked("the description says something of it under 'metrics'")


def assembled(found: Found, path: Path, description: Description, kinds: Mapping[str, str], name: str) -> TrialTable:
    """Make a table of what was found.

    Parameters
    ----------
    found : Found
    path : Path
        For messages.
    description : Description
        Of the source.
    kinds : Mapping of str to str
        By column; these come before what the description says.
    name : str
        Of the table.

    Raises
    ------
    SourceError
        Where there is no trial, or a name or a kind is none.
    """
    if not found.count:
        raise SourceError(Message("{format} without any trial", format=Constant(found.format)), "at least one trial",
                          "Run it first, or open another file", path=path)
    _check_names(found, path)
    notes = [*description.notes, *found.notes]
    kept = {name: column for name, column in found.columns.items() if name not in description.ignore}
    description.check_columns([*found.columns])
    kept, more = _without_useless(kept)
    notes += more
    finite: list[str] = []
    columns = [_column(name, column, description, kinds, finite) for name, column in kept.items()]
    by_name = {column.name: column for column in columns}
    asked = {**description.kinds, **kinds}
    for column_name, kind in asked.items():
        check_kind(by_name, column_name, kind)
    metrics = {each: _metric(each, column, description) for each, column in kept.items()}
    states = found.states if found.states is not None else np.zeros(found.count, np.int8)
    table = TrialTable(columns, states, {each: metric for each, metric in metrics.items() if metric}, name=name,
                       title=description.title or found.title or name, format=found.format,
                       notes=[*notes, *finite])
    return table if table.metrics else _with_note(table, Message(
        "No column was recognised as a metric. Say which one is: kinds={{'column': 'metric'}}, or \"kinds\" in the "
        "description."))


def _with_note(table: TrialTable, note: str) -> TrialTable:
    """The same table with one more note."""
    return TrialTable(table.columns.values(), table.states, name=table.name, title=table.title, format=table.format,
                      notes=[*table.notes, note])


def _check_names(found: Found, path: Path) -> None:
    """Refuse names that are too long, and too many of them."""
    limits = current_limits()
    limits.check("columns", len(found.columns), marked("columns"), marked("Leave some out"), path=path)
    limits.check("rows", found.count, marked("trials"), marked("Leave some out"), path=path)
    for name in found.columns:
        if len(name) > limits.name:
            raise SourceError(Message("a column whose name has {found:,} characters, {name!r}", found=len(name),
                                      name=brief(name, 60)),
                              Message("at most {most:,}", most=limits.name), "Rename it", path=path)


def _without_useless(columns: Mapping[str, FoundColumn]) -> tuple[dict[str, FoundColumn], list[str]]:
    """The columns with values of a bearable length, and notes about the others."""
    most = current_limits().text
    empty = [name for name, column in columns.items() if not column.values.known.any()]
    long = [name for name, column in columns.items() if max(map(len, column.values.levels or ()), default=0) > most]
    notes: list[str] = []
    if empty:
        notes.append(Message("Columns left out, since without any value: {names}.", names=listed(empty)))
    if long:
        notes.append(Message("Columns left out, since they hold texts of more than {most:,} characters: {names}.",
                             most=most, names=listed(long)))
    gone = {*empty, *long}
    return {name: column for name, column in columns.items() if name not in gone}, notes


def _column(name: str, found: FoundColumn, description: Description, kinds: Mapping[str, str],
            notes: list[str]) -> TrialColumn:
    """A column with its kind and the reason; infinite numbers count as unknown, which `notes` then says."""
    values = _finite(name, found.values, notes)
    kind, reason = (found.kind, found.reason) if found.kind else guessed_kind(name, values)
    if name in description.conditions:
        kind, reason = CONDITION, LISTED
    if name in description.metrics and values.levels is None:
        kind, reason = METRIC, _SAID
    said = kinds.get(name, description.kinds.get(name, ""))
    if said:
        kind, reason = said, asked_kind(said)
    return TrialColumn(name, kind, reason, values.values, values.levels)


def _finite(name: str, column: Coded, notes: list[str]) -> Coded:
    """The same numbers, infinite ones as unknown."""
    if column.levels is not None:
        return column
    infinite = np.isinf(column.values)
    count = int(infinite.sum())
    if not count:
        return column
    notes.append(Message("Column {name}: {count:,} infinite value counts as unknown.",
                         "Column {name}: {count:,} infinite values count as unknown.", count, name=name))
    return Coded(np.where(infinite, np.nan, column.values))


def _metric(name: str, found: FoundColumn, description: Description) -> Metric | None:
    """What is known of a column as a metric: by its format, changed as described; None where nothing is."""
    said = description.metrics.get(name, {})
    if found.metric is not None:
        return replace(found.metric, **said)
    return description.metric(name) if said else None
