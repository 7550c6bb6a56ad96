"""What goes into a report, as plain values, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

from vanas_panel.core.draft import Draft
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.errors import ReportError
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable

PARTS: dict[str, str] = {
    "overview": "Overview maps",
    "importance": "Edge importance",
    "presets": "Presets",
    "completions": "Completions",
    "best": "Table of the best cells",
    "shelf": "Shelf entries",
    "code": "Settings, versions and code",
    "designer": "Designer that works offline",
}
"""What can be left out, by name, with its words for a person."""

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
        Who saved it; empty where nobody signs in.
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
    made : date
        The day on the report.
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
    made: date = field(repr=False)

    @property
    def table(self) -> BenchmarkTable:
        """The table of the session."""
        return self.session.table


def plan_of(table: BenchmarkTable, *, title: str | None = None, session: Session | None = None,
            axes: Iterable[Sequence[Any]] | None = None, shelf_entries: Iterable[Any] = (), notes: str = "",
            metrics: Iterable[str] | None = None, best: int = 20, parts: Iterable[str] | None = None,
            source: str | None = None, made: date | None = None) -> Plan:
    """Check what a report is asked to say, and fill in what was left open; see `vanas_panel.report.save_report`."""
    session = starting_session(table) if session is None else session
    if session.table is not table:
        raise ReportError(f"Found a session on {session.table.name!r}; expected one on the table of the report, "
                          f"{table.name!r}. Pass the session's own table.")
    count = plain_int(best)
    if count is None or not 0 <= count <= MOST_BEST:
        raise ReportError(f"Found {best!r} best cells to list; expected 0 to {MOST_BEST}. Choose a number between.")
    wanted = frozenset(PARTS if parts is None else map(plain_text, parts))
    if wanted - set(PARTS):
        raise ReportError(f"Found the part {sorted(wanted - set(PARTS))[0]!r} of a report; expected some of "
                          f"{', '.join(PARTS)}. Choose among these.")
    if len(notes) > _MOST_NOTES:
        raise ReportError(f"Found notes of {len(notes):,} characters; expected at most {_MOST_NOTES:,}. Shorten them.")
    listed = tuple(known_metrics(table) if metrics is None else map(plain_text, metrics))
    for name in listed:
        table.metric(name)
    return Plan(snapshot(session), plain_text(title) or f"{table.title}: report", notes.strip(),
                default_axes(session) if axes is None else tuple(_axes(table, each) for each in axes),
                tuple(ShelfEntry.of(entry) for entry in shelf_entries), listed, count, wanted,
                without_folders(plain_text(source) or table.name),
                made or date.today())


def starting_session(table: BenchmarkTable, metric: str | None = None) -> Session:
    """A session whose designer holds the best cell of the table, or nothing where no cell is measured."""
    session = Session(table) if metric is None else Session(table, metric=metric)
    best = table.best(session.metric)
    if best is not None:
        session.load_row(best)
    return session


def without_folders(source: str) -> str:
    r"""What a table is opened by, without the folders that it lies in: those are the author's own.

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
    names = ("metric", "x", "y", "log_x", "log_y", "draft", "positions", "pinned", "extra_vertices")
    copy = Session(session.table, **{name: getattr(session, name) for name in names})
    if session.box is not None:
        copy.select_box(session.box)
    else:
        copy.select(session.rows)
    return copy


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
        raise ReportError(f"Found axes {wanted!r}; expected two names of metrics, and for each whether it is "
                          "logarithmic. Write (\"trainable_parameters\", \"test_accuracy\").")
    axes = Axes(plain_text(wanted[0]), plain_text(wanted[1]), *map(bool, wanted[2:]))
    for name in axes[:2]:
        table.metric(name)
    return axes
