"""The shelf: where people save drafts with a name, a note and tags, for themselves and for each other."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session as Database

from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfError
from vanas_panel.shelf.database import WRITES, described, errors_for_people, make_engine, shelf_url
from vanas_panel.shelf.entry import Change, Entry
from vanas_panel.shelf.models import ChangeRow, EntryRow, TagRow
from vanas_panel.shelf.rows import (
    change_of,
    change_row,
    conflict,
    entry_of,
    matching,
    missing,
    number_of,
    storable,
    tag_rows,
)
from vanas_panel.shelf.text import (
    LONGEST_NOTE,
    LONGEST_TABLE_NAME,
    LONGEST_USER,
    checked_draft,
    checked_name,
    checked_tags,
    checked_text,
    searchable,
    shape_of,
)
from vanas_panel.shelf.upgrade import upgrade
from vanas_panel.text.language import Constant, Message

MOST_ENTRIES = 10_000
"""Most entries of one person."""
MOST_VERSIONS = 1_000
"""Most versions of one entry; all of them are kept."""


class Shelf:
    """Saved drafts in a database. Any number of threads and processes may use one at the same time.

    The database is opened, made and upgraded when it is first needed. A process that was forked opens connections of
    its own.

    Parameters
    ----------
    url : str, path or None, optional
        ``postgresql+psycopg://user:password@host/database``, ``sqlite:///file`` or the name of a file; by default what
        the environment variable ``VANAS_PANEL_SHELF`` names, else ``shelf.sqlite`` in the user's data folder, which
        ``VANAS_PANEL_DATA`` can change.

    Raises
    ------
    ShelfError
        Where the address is none, or the driver of PostgreSQL is not installed. Every method raises it where the
        database cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> draft = Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])
    >>> with Shelf(f"{folder.name}/shelf.sqlite") as shelf:
    ...     entry = shelf.save("ann", "nasbench101", draft, "Only pooling", tags=["small"])
    ...     entry = shelf.update(entry.id, "bob", entry.version, note="Surprisingly good.")
    ...     [(found.name, found.user, found.changed_by) for found in shelf.entries(text="SURPRISING")]
    [('Only pooling', 'ann', 'bob')]
    >>> folder.cleanup()
    """

    def __init__(self, url: str | os.PathLike[str] | None = None):
        self._url = shelf_url(url)
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        _shelves.add(self)

    def __repr__(self) -> str:
        return f"Shelf({self.place})"

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Where it is, in words, without any password."""
        return described(self._url)

    def open(self) -> None:
        """Connect, make and upgrade the database, where that has not been done; every other method does so, too."""
        self._ready()

    @property
    def is_open(self) -> bool:
        """Whether it holds connections, which must not go along into a forked process."""
        return self._engine is not None

    def close(self) -> None:
        """Give all connections back; the next use opens new ones."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine = None

    # Write -----------------------------------------------------------------------------------------------------------

    def save(self, user: str, table_name: str, draft: Draft, name: str, note: str = "",
             tags: Iterable[str] = ()) -> Entry:
        """Put a draft on the shelf. When this returns, it is kept whatever happens to this process.

        Parameters
        ----------
        user : str
            The author; empty on a server without sign-in.
        table_name : str
            The name of the table it was drawn on.
        draft : Draft
            Or a cell.
        name : str
            At most 120 characters; blanks around it are left out.
        note : str, optional
            At most 4,000 characters.
        tags : iterable of str, optional
            At most 20 of at most 40 characters each, without commas.

        Raises
        ------
        ShelfError
            Where one of these is too long or cannot be stored, or the user has 10,000 entries already.
        """
        user = checked_text(user, Message("the user's name"), LONGEST_USER)
        note = checked_text(note, Message("the note"), LONGEST_NOTE)
        table_name = checked_text(table_name, Message("the table's name"), LONGEST_TABLE_NAME)
        draft, name, worn = checked_draft(draft), checked_name(name), checked_tags(tags)
        now = datetime.now(UTC)
        row = EntryRow(table_name=table_name, saved_by=user, saved_at=now, changed_by=user, changed_at=now, version=1,
                       name=name, note=note, search_text=searchable(name, note, worn, user),
                       operations=list(draft.operations), edges=[list(edge) for edge in draft.edges],
                       shape=shape_of(draft), tags=tag_rows(worn))
        with self.transaction(writes=True) as database:
            if number_of(database, select(EntryRow.id).where(EntryRow.saved_by == user)) >= MOST_ENTRIES:
                raise ShelfError(Message("Found {found} entries of this user already; expected fewer. Delete some "
                                         "first.", found=f"{MOST_ENTRIES:,}"))
            database.add(row)
            database.flush()
            database.add(change_row(row.id, 1, user, now, name, note, worn))
            return entry_of(row)

    def update(self, id: int, user: str, version: int, *, name: str | None = None, note: str | None = None,
               tags: Iterable[str] | None = None) -> Entry:
        """Change the words of an entry, which every user may. All earlier versions stay in its `history`.

        Parameters
        ----------
        id : int
        user : str
            The author of the change.
        version : int
            The version that was changed from, as `Entry.version` gave it.
        name, note, tags : optional
            As for `save`; what is not given stays as it is.

        Raises
        ------
        ShelfConflictError
            Where another user has changed the entry since that version, or deleted it: it says who changed what and
            when, and nothing is written.
        ShelfError
            Where a text is too long or cannot be stored.
        """
        user = checked_text(user, Message("the user's name"), LONGEST_USER)
        name = None if name is None else checked_name(name)
        note = None if note is None else checked_text(note, Message("the note"), LONGEST_NOTE)
        wanted = None if tags is None else checked_tags(tags)
        now = datetime.now(UTC)
        with self.transaction(writes=True) as database:
            # PostgreSQL lets a second writer in at the same time: it waits here for the first one to finish.
            row = database.get(EntryRow, storable(id), with_for_update=True)
            if row is None or row.version != version:
                raise conflict(database, row, version)
            if version >= MOST_VERSIONS:
                raise ShelfError(Message("Found {found} versions of this entry; expected fewer. Save it as a new one.",
                                         found=f"{MOST_VERSIONS:,}"))
            worn = tuple(tag.tag for tag in row.tags) if wanted is None else wanted
            name, note = row.name if name is None else name, row.note if note is None else note
            database.execute(update(EntryRow).where(EntryRow.id == id).values(
                name=name, note=note, version=version + 1, changed_by=user, changed_at=now,
                search_text=searchable(name, note, worn, row.saved_by)))
            if wanted is not None:
                database.execute(delete(TagRow).where(TagRow.entry_id == id))
                if wanted:
                    database.execute(insert(TagRow), [{"entry_id": id, "tag": tag, "place": index}
                                                      for index, tag in enumerate(wanted)])
            database.add(change_row(id, version + 1, user, now, name, note, worn))
            database.flush()
            database.expire_all()
            return entry_of(database.get_one(EntryRow, id))

    def delete(self, id: int, user: str) -> None:
        """Remove an entry that the user saved, with its history.

        Raises
        ------
        ShelfError
            Where another user saved it, or it does not exist.
        """
        with self.transaction(writes=True) as database:
            row = database.get(EntryRow, storable(id))
            if row is None:
                raise missing(id)
            if row.saved_by != user:
                raise ShelfError(Message("Found {saved_by!r} as the one who saved {name!r}; expected yourself. Ask "
                                         "for it to be deleted there.", saved_by=row.saved_by or Constant("no name"),
                                         name=row.name))
            database.execute(delete(EntryRow).where(EntryRow.id == id))

    # Read ------------------------------------------------------------------------------------------------------------

    def entry(self, id: int) -> Entry:
        """One entry; `ShelfError` where it is not there."""
        with self.transaction() as database:
            row = database.get(EntryRow, storable(id))
            if row is None:
                raise missing(id)
            return entry_of(row)

    def entries(self, table: str | None = None, text: str = "", tag: str | None = None, user: str | None = None,
                shape: str | None = None, limit: int | None = 100, offset: int = 0) -> list[Entry]:
        """Entries that fulfil every condition given, saved last first.

        Parameters
        ----------
        table : str, optional
            The name of the table they were drawn on.
        text : str, optional
            Text within the name, the note, a tag or the user's name, letter by letter, upper and lower case alike; no
            character has a special meaning. Blanks around it are left out.
        tag : str, optional
            A whole tag.
        user : str, optional
            Their author.
        shape : str, optional
            As `Entry.shape`: only the same cell.
        limit : int or None, optional
            Most entries to return.
        offset : int, optional
            How many to leave out first.

        Returns
        -------
        list of Entry
        """
        found = matching(select(EntryRow), table, text, tag, user, shape)
        found = found.order_by(EntryRow.saved_at.desc(), EntryRow.id.desc()).limit(limit).offset(offset)
        with self.transaction() as database:
            return [entry_of(row) for row in database.scalars(found)]

    def count(self, table: str | None = None, text: str = "", tag: str | None = None, user: str | None = None,
              shape: str | None = None) -> int:
        """How many entries fulfil every condition given; these are those of `entries`."""
        with self.transaction() as database:
            return number_of(database, matching(select(EntryRow.id), table, text, tag, user, shape))

    def tags(self, limit: int | None = 100) -> list[tuple[str, int]]:
        """The tags in use with the number of entries that wear each, the most used first."""
        number = func.count()
        wanted = select(TagRow.tag, number).group_by(TagRow.tag).order_by(number.desc(), TagRow.tag).limit(limit)
        with self.transaction() as database:
            return [(tag, count) for tag, count in database.execute(wanted)]

    def history(self, id: int) -> list[Change]:
        """Every version of the words of an entry, the first one first; `ShelfError` where it is not there."""
        wanted = select(ChangeRow).where(ChangeRow.entry_id == storable(id)).order_by(ChangeRow.version)
        with self.transaction() as database:
            changes = [change_of(row) for row in database.scalars(wanted)]
        if not changes:
            raise missing(id)
        return changes

    # The machinery ---------------------------------------------------------------------------------------------------

    def _ready(self) -> Engine:
        """The engine of this process, after the database was upgraded."""
        with self._opening:
            if self._engine is None:
                engine = make_engine(self._url)
                try:
                    upgrade(engine, self._url)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    @contextmanager
    def transaction(self, *, writes: bool = False) -> Iterator[Database]:
        """A transaction, which ends well or leaves nothing behind.

        Parameters
        ----------
        writes : bool, optional
            Whether it writes: two such transactions wait for each other.

        Raises
        ------
        ShelfError
            Where the database cannot be used.
        """
        engine = self._ready().execution_options(**{WRITES: writes})
        with errors_for_people(self._url), Database(engine) as database, database.begin():
            yield database

    def _start_anew(self) -> None:
        """After a fork: leave the other process its connections, and open some when they are needed."""
        if self._engine is not None:
            _left_alone.append(self._engine)
        self._engine = None
        self._opening = threading.Lock()


_shelves: weakref.WeakSet[Shelf] = weakref.WeakSet()
# Kept, since closing a connection that another process uses, as its removal would, could harm that process.
_left_alone: list[Engine] = []


def _after_fork() -> None:
    """In a new process, right after it was forked."""
    for shelf in list(_shelves):
        shelf._start_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
