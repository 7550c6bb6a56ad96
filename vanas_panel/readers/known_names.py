"""Names that the sources of a server know, from their headers; a mistyped one is refused before any is read."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.cells.column_names import ADJACENCY_NAMES, OPERATION_NAMES
from vanas_panel.readers.columns.names import base_and_repeat
from vanas_panel.readers.description import describe
from vanas_panel.readers.formats.csv_dialect import header_of
from vanas_panel.readers.formats.parquet_limits import open_parquet
from vanas_panel.readers.formats.stored import KEY
from vanas_panel.readers.formats.tabular import SILENT_NAMES
from vanas_panel.readers.options import Asked
from vanas_panel.readers.source import ARROW_ERRORS, TEXTS, format_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Constant, Message

# The cells themselves, also in our own form.
_NEVER = {*ADJACENCY_NAMES, *OPERATION_NAMES, *SILENT_NAMES}
_NEVER_IN_OWN_FORM = {*_NEVER, "packed", "key"}


class Known(NamedTuple):
    """The names of one source.

    Attributes
    ----------
    columns : frozenset of str
        Those that may be conditions.
    metrics : frozenset of str
        What the names of its metrics are, or begin with.
    """

    columns: frozenset[str]
    metrics: frozenset[str]


def known_names(path: Path) -> Known | None:
    """The names in the header of a file; None where only reading all of it tells.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SourceError
        Where the file has no header that can be read.
    """
    suffix = format_of(path)
    try:
        if suffix in TEXTS:
            said = describe(path)
            columns = header_of(path, [[said.adjacency] if said.adjacency else ADJACENCY_NAMES,
                                       [said.operations] if said.operations else OPERATION_NAMES])
        elif suffix in (".parquet", ".pq"):
            with path.open("rb") as opened:
                schema = open_parquet(opened, path, is_own=True).schema_arrow
            columns = schema.names
            if schema.metadata and KEY in schema.metadata:
                return Known(frozenset(), frozenset(base_and_repeat(name)[0] for name in columns) - _NEVER_IN_OWN_FORM)
        else:
            return None
    except ARROW_ERRORS as error:
        raise SourceError("a file without a header", "a table", "Write or copy it again", path=path) from error
    return Known(frozenset(columns) - _NEVER, frozenset(base_and_repeat(name)[0] for name in columns) - _NEVER)


def check_known(asked: Asked, paths: Iterable[Path | None]) -> None:
    """Refuse names in what is asked for that none of several sources can have.

    Parameters
    ----------
    asked : Asked
    paths : iterable of Path or None
        Where the sources are; None for one of which nothing is known yet.

    Raises
    ------
    SourceError
        That lists the names there are.
    """
    if not asked.conditions and not asked.directions:
        return
    found: list[Known] = []
    for path in paths:
        try:
            names = None if path is None else known_names(path)
        except SourceError:
            continue  # What is wrong with it is said when it is opened.
        if names is None:
            return
        found.append(names)
    if not found:
        return
    columns = sorted(frozenset[str]().union(*(names.columns for names in found)))
    metrics = sorted(frozenset[str]().union(*(names.metrics for names in found)))
    for name in asked.conditions:
        if name not in columns:
            raise _unknown(Constant("a condition"), name, columns)
    for name in asked.directions:
        # Of a condition that is split, and of many repeats, metrics are made whose names are longer.
        if not any(name == metric or name.startswith(f"{metric}_") for metric in metrics):
            raise _unknown(Constant("a direction for"), name, metrics)


def check_directions(asked: Asked, tables: Sequence[BenchmarkTable | TrialTable]) -> None:
    """Refuse a direction of a metric that none of some tables has; errors as for `check_known`."""
    metrics = sorted({name for table in tables for name in table.metrics})
    there = {*metrics}
    for name in asked.directions:
        if name not in there:
            raise _unknown(Constant("a direction for"), name, metrics)


def _unknown(what: str, name: str, names: Collection[str]) -> SourceError:
    """The error for a name that no source has."""
    near = difflib.get_close_matches(name, names, 1)
    return SourceError(Message("{what} {name!r}, which none of the sources has", what=what, name=brief(name, 60)),
                       Message("one of {names}", names=brief(", ".join(names), 300) or Constant("none")),
                       Message("Write {near!r}, if that is meant", near=near[0]) if near else "Correct its name")
