"""The tables of a process, opened once for all visitors."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import lru_cache

from vanas_panel.errors import ServeError, SourceError, VanasError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.readers import DEFAULT, check_names, open_asked
from vanas_panel.readers.columns.identifiers import LEFT_OUT
from vanas_panel.readers.formats.tabular import EMPTY_COLUMNS
from vanas_panel.readers.known_names import check_directions
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

ENVIRONMENT = "VANAS_PANEL_SOURCE"
"""The environment variable that names the tables where no argument does, separated like the folders of a path."""


_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def shared_tables(sources: tuple[str, ...], say: Callable[[str], None] | None = None,
                  asked: Asked = NOTHING) -> tuple[BenchmarkTable, ...]:
    """The tables of a server, opened once and warmed up. One that fails is named and left out where others are there.

    Parameters
    ----------
    sources : tuple of str
        As for `vanas_panel.open_table`; at least one.
    say : callable, optional
        Called with each table that is left out, and the reason; by default, the log.
    asked : Asked, optional
        How they are to be read.

    Raises
    ------
    VanasError
        Where none of them can be shown: what is wrong with the first one. Where several are to be read alike, and a
        name in what is asked for is in none of them.
    """
    if asked.where_there:
        check_names(sources, asked)
    tables: list[BenchmarkTable] = []
    faults: list[tuple[str, VanasError]] = []
    for source in sources:
        try:
            table = open_asked(source, asked)
            _check_measured(table, source)
            warm(table)
        except VanasError as error:
            faults.append((source, error))
        except Exception as error:
            _log.exception("%s could not be shown", source)
            fault = ServeError(Message("{source}: Found a table that cannot be shown ({kind}, a fault of this "
                                       "program); expected one that can. Report it, with the log.", source=source,
                                       kind=type(error).__name__))
            faults.append((source, fault))
        else:
            tables.append(table)
    if not tables:
        raise faults[0][1]
    if asked.where_there and not faults:
        check_directions(asked, tables)
    for source, why in faults:
        # Most errors name the file by themselves.
        line = (Message("Left out: {reason}", reason=why) if str(why).startswith(source) else
                Message("Left out: {source}. {reason}", source=source, reason=why))
        (say or _log.warning)(line)
    return tuple(tables)


def _check_measured(table: BenchmarkTable, source: str) -> None:
    """Refuse a table in which nothing is measured."""
    if not any(table.known(name) for name in table.metrics):
        numbering = [note for note in table.notes if LEFT_OUT in note]
        if numbering and not table.metrics:
            columns = numbering[0].partition(": ")[2].partition(". What is")[0]
            raise SourceError(Message("no measured column (numbers of runs only: {columns})", columns=columns),
                              "at least one measured cell",
                              "Add measured values, or name a column under 'metrics' in a description", path=source)
        empty = [note for note in table.notes if EMPTY_COLUMNS in note]
        names = ", ".join(table.metrics) or (empty[0].rpartition(": ")[2].rstrip(".") if empty else "")
        found = (Message("no value in any column of numbers ({columns})", columns=names) if names else
                 Message("no value in any column of numbers"))
        raise SourceError(found, "at least one measured cell", "Fill in the measured values, or leave the file out",
                          path=source)


def named_sources(arguments: Sequence[str] = ()) -> tuple[str, ...]:
    """The sources to serve: those of the command line, else of the environment, else the embedded table."""
    named = [name for name in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if name]
    return tuple(arguments) or tuple(named) or (DEFAULT,)


def warm(table: BenchmarkTable) -> None:
    """Compile every kernel and fill every cache that the first visitor would otherwise wait for.

    Parameters
    ----------
    table : BenchmarkTable
    """
    session = Session(table)
    Dashboard(session)
    best = table.best(session.metric)
    if best is None:
        return
    session.load_row(best)
    session.pin()
    session.select([best])
    session.extra_vertices = 1
    session.clear()
