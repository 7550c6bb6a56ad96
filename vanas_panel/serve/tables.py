"""The tables of a process, opened once for all who visit it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache

from vanas_panel.dashboard import Dashboard
from vanas_panel.readers import DEFAULT, open_table
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable

ENVIRONMENT = "VANAS_PANEL_SOURCE"
"""The environment variable that names the tables where no argument does, separated like the folders of a path."""


@lru_cache(maxsize=1)
def shared_tables(sources: tuple[str, ...]) -> tuple[BenchmarkTable, ...]:
    """The tables of a server, opened once and warmed up.

    Parameters
    ----------
    sources : tuple of str
        As for `vanas_panel.open_table`; at least one.

    Raises
    ------
    SourceError
        Where one of them cannot be opened.
    """
    tables = tuple(open_table(source) for source in sources)
    for table in tables:
        warm(table)
    return tables


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
