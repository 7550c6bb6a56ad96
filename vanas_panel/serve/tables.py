"""The tables of a process, opened once for all visitors."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

from vanas_panel.core.all_contributions import contribution_distribution
from vanas_panel.core.edit_path import edit_path
from vanas_panel.errors import NoCellsError, ServeError, SourceError, VanasError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.panels.compare.panel import compare_html
from vanas_panel.readers import DEFAULT, check_names, open_table
from vanas_panel.readers.columns.identifiers import LEFT_OUT
from vanas_panel.readers.formats.tabular import EMPTY_COLUMNS
from vanas_panel.readers.known_names import check_directions
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.serve.followed_runs import followed_runs, is_run_file, table_names
from vanas_panel.serve.followed_tables import ServedTables, opened
from vanas_panel.serve.served_trials import ServedTrials, opened_trials
from vanas_panel.state.attributing import MATCHED, SHAPLEY
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.conditions import AllOf, Between, HasEdge, Lasso
from vanas_panel.state.followed import Followed
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

ENVIRONMENT = "VANAS_PANEL_SOURCE"
"""The environment variable that names the tables where no argument does, separated like the folders of a path."""

MOST_AHEAD = 2_000_000
"""Cells up to which the drawers are filled before the port opens. Of more, they take seconds: they are filled in the
background once a visitor opens them, and their kernels are compiled by `vanas_panel.serve.page_kernels` in any case."""

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def shared_tables(sources: tuple[str, ...], say: Callable[[str], None] | None = None,
                  asked: Asked = NOTHING) -> ServedTables:
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
    return served_tables(sources, say, asked)


def served_tables(sources: tuple[str, ...], say: Callable[[str], None] | None = None, asked: Asked = NOTHING,
                  follow: bool = False) -> ServedTables:
    """The tables of a server as `shared_tables` opens them, those followed whose files are texts where that is wanted.

    Older versions of these are held by the pages alone that show them. A source may also be the file of a search over
    one of the tables; where all are, the tables are those that the files name. Among several sources, some may be
    tables of trials.
    """
    if asked.where_there:
        check_names([source for source in sources if not is_run_file(source)], asked)
    entries: list[BenchmarkTable | Followed[BenchmarkTable]] = []
    faults: list[tuple[str, VanasError]] = []
    files = [source for source in sources if is_run_file(source)]
    trials: list[ServedTrials] = []
    for source in [source for source in sources if source not in files] or table_names(files):
        try:
            entry = opened(source, asked, follow)
            first = entry.table if isinstance(entry, Followed) else entry
            _check_measured(first, source)
            warm(first)
        except NoCellsError as error:
            if len(sources) > 1:
                _add_trials(source, asked, follow, trials, faults)
            else:
                # By itself it has a server that does without what cells need.
                faults.append((source, error))
        except VanasError as error:
            faults.append((source, error))
        except Exception as error:
            _log.exception("%s could not be shown", source)
            fault = ServeError(Message("{source}: Found a table that cannot be shown ({kind}, a fault of this "
                                       "program); expected one that can. Report it, with the log.", source=source,
                                       kind=type(error).__name__))
            faults.append((source, fault))
        else:
            entries.append(entry)
    if not entries and not trials:
        raise faults[0][1]
    runs = followed_runs(files, ServedTables(entries), faults)
    if asked.where_there and not faults:
        check_directions(asked, [*ServedTables(entries), *(each.table for each in trials)])
    for source, why in faults:
        # Most errors name the file by themselves.
        line = (Message("Left out: {reason}", reason=why) if str(why).startswith(source) else
                Message("Left out: {source}. {reason}", source=source, reason=why))
        (say or _log.warning)(line)
    return ServedTables(entries, runs, trials, follow)


def _add_trials(source: str, asked: Asked, follow: bool, trials: list[ServedTrials],
                faults: list[tuple[str, VanasError]]) -> None:
    """Add a table of trials, or why it cannot be shown."""
    try:
        trials.append(opened_trials(source, asked, follow, [each.name for each in trials]))
    except VanasError as error:
        faults.append((source, error))


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
    for step in warming(table):
        step()


def warming(table: BenchmarkTable) -> list[Callable[[], Any]]:
    """What `warm` does, step by step; all steps are of one page, so they are to be done in turn."""
    session = Session(table)
    best = table.best(session.metric)
    first = partial(Dashboard, session)
    if best is None:
        return [first]
    steps = (_attribute, _walk, _select, *((_list, _weigh) if len(table) <= MOST_AHEAD else ()))
    return [first, *(partial(step, session, best) for step in steps)]


def _attribute(session: Session, best: int) -> None:
    """Values of edge types, and of the edges of the best cell."""
    session.attribution = MATCHED
    session.load_row(best)
    session.edge_values = SHAPLEY
    # Compiles the kernel; all cells are left to the visitor who asks for them.
    small = open_table(DEFAULT)
    contribution_distribution(small, next(iter(small.metrics)))


def _walk(session: Session, best: int) -> None:
    """The neighbours of the best cell, a way to one of them, and two cells side by side."""
    found = session.neighbours
    if found is not None and not session.table.larger_cells:
        # The path to a neighbour, or to the cell itself where there is none.
        edit_path(session.table, best, int([*found["row"], best][0]), session.metric)
    session.pin()
    compare_html(session)


def _select(session: Session, best: int) -> None:
    """Conditions of every kind, and medians of bins."""
    table = session.table
    session.statistic = "median"
    # Any corners compile the same. Those of a cell could be no numbers: the best one may lack a value on an axis.
    lasso = Lasso(session.x, session.y, ((0, 0), (1, 0), (0, 1)))
    session.select_where(AllOf((HasEdge(*table.space.edge_types[0]), Between(next(iter(table.structure_metrics)), 2),
                                lasso)))
    session.select([best])
    session.extra_vertices = 1


def _list(session: Session, _best: int) -> None:
    """What the drawer of cells shows."""
    # The order by the ranking metric and the parallel coordinates of all cells, which every visitor shares.
    session.drawer = "cells"
    session.param.update(cells=CellsView("axes"), drawer="cells")


def _weigh(session: Session, _best: int) -> None:
    """Fronts, and noise that a person states."""
    session.drawer = "tradeoffs"
    if len(session.directed_metrics) > 2:
        session.front = session.directed_metrics[:3]
    # Stated only here: what is asked once it is known must be compiled, too.
    session.noise = {session.metric: 1.0}
    session.clear()
