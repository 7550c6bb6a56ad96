"""Content of a report as plain values, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import check_table
from vanas_panel.draw.table_words import title_of
from vanas_panel.errors import ReportError
from vanas_panel.report.ends import checked_ends, default_ends
from vanas_panel.report.searches_checked import checked_comparison, checked_searches
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import LANGUAGES, Message, gettext, known_language, marked, speaking

PARTS: dict[str, str] = {
    "overview": marked("Overview maps"),
    "importance": marked("Edge importance"),
    "presets": marked("Presets"),
    "completions": marked("Completions"),
    "neighbours": marked("Cells one edit away"),
    "path": marked("Path between two cells"),
    "trade-offs": marked("Trade-offs"),
    "best": marked("Table of the best cells"),
    "shelf": marked("Shelf entries"),
    "code": marked("Settings, versions and code"),
    "designer": marked("Designer that works offline"),
}
"""The parts of a report that can be left out, by name, with their English titles, which `gettext` translates."""

MOST_BEST = 200
"""The most rows that the table of the best cells may have."""
_MOST_NOTES = 20_000


class Axes(NamedTuple):
    """One map of the overview: the metrics of its axes, and whether these are logarithmic."""

    x: str
    y: str
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class ShelfEntry:
    """A saved draft as a report shows it.

    Attributes
    ----------
    name : str
    draft : Draft
    note : str
    tags : tuple of str
    user : str
        Who saved it; empty on a server without sign-in.
    saved : str
        When, as a date such as ``2026-01-31``; may be empty.
    """

    name: str
    draft: Draft
    note: str = ""
    tags: tuple[str, ...] = ()
    user: str = ""
    saved: str = ""

    @classmethod
    def of(cls, entry: Any) -> ShelfEntry:
        """The same for an entry of the shelf (`vanas_panel.shelf`), or for what is one already."""
        if isinstance(entry, cls):
            return entry
        draft = Draft(entry.draft.operations, entry.draft.edges)
        return cls(entry.name, draft, entry.note, tuple(entry.tags), entry.user, entry.saved_at.date().isoformat())


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that decides what a report says. Made by `plan_of`, which checks it.

    Attributes
    ----------
    session : Session
        Its table, metric, selection, draft and pinned cell are reported.
    title, notes : str
        The reporter's own words; the notes may have several paragraphs, separated by empty lines.
    axes : tuple of Axes
        One map each.
    entries : tuple of ShelfEntry
    metrics : tuple of str
        The metrics of the data card and of the table of the best cells.
    best : int
        Rows of that table.
    parts : frozenset of str
        Which of `PARTS` are in the report.
    source : str
        What ``open_table`` opens the table by.
    language : str
        Of everything but names, code and the reporter's own words.
    made : date
        The day on the report.
    searches : tuple of SearchRun
    comparison : DataFrame or None
        Of strategies over seeds.
    ends : (Cell, Cell) or None
        Of the path of edits.
    """

    session: Session
    title: str
    notes: str
    axes: tuple[Axes, ...]
    entries: tuple[ShelfEntry, ...]
    metrics: tuple[str, ...]
    best: int
    parts: frozenset[str]
    source: str
    language: str
    made: date = field(repr=False)
    searches: tuple[SearchRun, ...] = ()
    comparison: pd.DataFrame | None = None
    ends: tuple[Cell, Cell] | None = None

    @property
    def table(self) -> BenchmarkTable:
        """The table of the session."""
        return self.session.table

    @property
    def cells(self) -> CellsView | None:
        """What the drawer of cells shows; None where that is as at first."""
        return None if self.session.cells == CellsView() else self.session.cells


def plan_of(table: BenchmarkTable, *, title: str | None = None, session: Session | None = None,
            axes: Iterable[Sequence[Any]] | None = None, shelf_entries: Iterable[Any] = (), notes: str = "",
            metrics: Iterable[str] | None = None, best: int = 20, parts: Iterable[str] | None = None,
            source: str | None = None, made: date | None = None, lang: str | None = None,
            searches: Iterable[Any] = (), comparison: pd.DataFrame | None = None,
            ends: Iterable[Any] | None = None) -> Plan:
    """Check what a report is asked to say, and fill in what was left open; see `vanas_panel.report.save_report`."""
    check_table(table)
    session = starting_session(table) if session is None else session
    if session.table is not table:
        raise ReportError(Message("Found a session on {found}; expected one on the table of the report, {expected}. "
                                  "Pass the session's own table.", found=repr(session.table.name),
                                  expected=repr(table.name)))
    language = session.language if lang is None else known_language(plain_text(lang))
    if language is None:
        raise ReportError(Message("Found the language {found} of a report; expected one of {known}. Choose one of "
                                  "these.", found=repr(lang), known=", ".join(LANGUAGES)))
    count = plain_int(best)
    if count is None or not 0 <= count <= MOST_BEST:
        raise ReportError(Message("Found {found} best cells to list; expected 0 to {most}. Choose a number between.",
                                  found=repr(best), most=MOST_BEST))
    wanted = frozenset(PARTS if parts is None else map(plain_text, parts))
    if wanted - set(PARTS):
        raise ReportError(Message("Found the part {found} of a report; expected some of {known}. Choose among these.",
                                  found=repr(sorted(wanted - set(PARTS))[0]), known=", ".join(PARTS)))
    if table.larger_cells:
        # Its script takes cells as one number each.
        wanted -= {"designer"}
    if len(notes) > _MOST_NOTES:
        raise ReportError(Message("Found notes of {found} characters; expected at most {most}. Shorten them.",
                                  found=f"{len(notes):,}", most=f"{_MOST_NOTES:,}"))
    listed = tuple(known_metrics(table) if metrics is None else map(plain_text, metrics))
    for name in listed:
        table.metric(name)
    with speaking(language):
        kept, own_title = snapshot(session), gettext("{table}: report").format(table=title_of(table))
    return Plan(kept, plain_text(title) or own_title, notes.strip(),
                default_axes(session) if axes is None else tuple(_axes(table, each) for each in axes),
                tuple(ShelfEntry.of(entry) for entry in shelf_entries), listed, count, wanted,
                without_folders(plain_text(source) or table.name), language,
                made or date.today(), checked_searches(table, searches), checked_comparison(table, comparison),
                default_ends(session) if ends is None else checked_ends(table, ends))


def starting_session(table: BenchmarkTable, metric: str | None = None) -> Session:
    """A session whose designer holds the best cell of the table, or nothing where no cell is measured."""
    session = Session(table) if metric is None else Session(table, metric=metric)
    best = table.best(session.metric)
    if best is not None:
        session.load_row(best)
    return session


def without_folders(source: str) -> str:
    r"""The source of a table, without the folders that it lies in: those are the author's own.

    Examples
    --------
    >>> without_folders("/home/mira/runs/cells.csv"), without_folders("C:\\\\runs\\\\cells.csv")
    ('cells.csv', 'cells.csv')
    >>> without_folders("nasbench101")
    'nasbench101'
    """
    return PureWindowsPath(source).name or source


def snapshot(session: Session) -> Session:
    """A session of its own in the state of another one, which may go on changing."""
    state = session.state.for_report()
    return type(session).in_state(replace(state, improve=state.improve.reported()))


def default_axes(session: Session) -> tuple[Axes, ...]:
    """The map of the session, then up to two more of size, time and the ranking metric where they are known."""
    table = session.table
    chosen = [Axes(session.x, session.y, session.log_x, session.log_y)]
    known = [name for name in ("trainable_parameters", "training_time") if name in table.metrics and table.known(name)]
    more = [Axes(name, session.metric) for name in known if name != session.metric]
    if len(known) == 2:
        more.append(Axes(known[0], known[1]))
    for each in more:
        if each[:2] not in [other[:2] for other in chosen]:
            chosen.append(each)
    return tuple(chosen[:3])


def known_metrics(table: BenchmarkTable) -> list[str]:
    """The metrics that any cell has a value of."""
    return [name for name in table.metrics if table.known(name)]


def _axes(table: BenchmarkTable, wanted: Sequence[Any]) -> Axes:
    """A pair of axes, checked."""
    if isinstance(wanted, str) or not 2 <= len(wanted) <= 4:
        raise ReportError(Message("Found axes {found}; expected two names of metrics, and for each whether it is "
                                  "logarithmic. Write (\"trainable_parameters\", \"test_accuracy\").",
                                  found=repr(wanted)))
    axes = Axes(plain_text(wanted[0]), plain_text(wanted[1]), *map(bool, wanted[2:]))
    for name in axes[:2]:
        table.metric(name)
    return axes
