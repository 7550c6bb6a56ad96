"""Conversion between database rows and plain objects, conditions of a search, and words of a conflict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as Database

from vanas_panel.core.draft import Draft
from vanas_panel.errors import InvalidDraftError, ShelfConflictError, ShelfError
from vanas_panel.shelf.entry import Change, Entry
from vanas_panel.shelf.models import ChangeRow, EntryRow, TagRow
from vanas_panel.shelf.text import (
    LONGEST_NOTE,
    LONGEST_SEARCH,
    LONGEST_TABLE_NAME,
    LONGEST_TAG,
    LONGEST_USER,
    checked_text,
    folded,
)
from vanas_panel.text.language import Message

_WORDS = ("name", "note", "tags")

Wanted = TypeVar("Wanted", bound=Select[Any])


def matching(wanted: Wanted, table: str | None, text: str, tag: str | None, user: str | None,
             shape: str | None) -> Wanted:
    """Add the conditions of `vanas_panel.shelf.Shelf.entries` to a query over entries."""
    if table is not None:
        table = checked_text(table, Message("the table's name"), LONGEST_TABLE_NAME)
        wanted = wanted.where(EntryRow.table_name == table)
    if user is not None:
        wanted = wanted.where(EntryRow.saved_by == checked_text(user, Message("the user's name"), LONGEST_USER))
    if shape is not None:
        wanted = wanted.where(EntryRow.shape == checked_text(shape, Message("the shape"), LONGEST_NOTE))
    if tag is not None:
        wanted = wanted.where(EntryRow.tags.any(TagRow.tag == checked_text(tag, Message("the tag"), LONGEST_TAG)))
    sought = folded(checked_text(text.strip(), Message("the search"), LONGEST_SEARCH))
    if sought:
        wanted = wanted.where(EntryRow.search_text.contains(sought, autoescape=True))
    return wanted


def number_of(database: Database, ids: Select[Any]) -> int:
    """How many rows a query has."""
    return database.scalar(select(func.count()).select_from(ids.subquery())) or 0


def storable(number: int) -> int:
    """A number that an entry or a version can have; 0, which none has, for every other one."""
    return number if 0 < number < 2**31 else 0


def entry_of(row: EntryRow) -> Entry:
    """A row as a plain object."""
    try:
        draft = Draft(row.operations, row.edges)
    except (InvalidDraftError, TypeError):
        raise ShelfError(Message("Found no draft in entry {id}; expected one. Another program has changed the "
                                 "database: remove the entry from it.", id=row.id)) from None
    return Entry(row.id, row.table_name, row.saved_by, row.saved_at, row.name, row.note,
                 tuple(tag.tag for tag in row.tags), draft, row.version, row.changed_by, row.changed_at, row.shape)


def tag_rows(tags: Sequence[str]) -> list[TagRow]:
    """Rows for the tags of an entry that is being made."""
    return [TagRow(tag=tag, place=index) for index, tag in enumerate(tags)]


def change_of(row: ChangeRow) -> Change:
    """A version of the words as a plain object."""
    return Change(row.version, row.changed_by, row.changed_at, row.name, row.note, tuple(row.tags))


def change_row(id: int, version: int, user: str, now: datetime, name: str, note: str,
               tags: Sequence[str]) -> ChangeRow:
    """A version of the words as a row."""
    return ChangeRow(entry_id=id, version=version, changed_by=user, changed_at=now, name=name, note=note,
                     tags=list(tags))


def missing(id: int) -> ShelfError:
    """The error for an entry that is not there."""
    return ShelfError(Message("Found no entry {id} on the shelf; expected one. It may have been deleted: look at the "
                              "list again.", id=id))


def conflict(database: Database, row: EntryRow | None, version: int) -> ShelfConflictError:
    """The error for a second writer: who changed what, and when."""
    if row is None:
        return ShelfConflictError(Message("Found the entry deleted; expected the one that you started from. Save yours "
                                          "as a new one."))
    now = entry_of(row)
    before = database.get(ChangeRow, (row.id, storable(version)))
    changed = () if before is None else tuple(
        word for word in _WORDS if _as_tuple(getattr(now, word)) != _as_tuple(getattr(before, word)))
    what = f" ({', '.join(changed)})" if changed else ""
    return ShelfConflictError(Message(
        "Found version {found}, which {user} wrote on {date} at {time} UTC{what}; expected version {version}, from "
        "which you started. Nothing of yours was written, nothing of theirs was lost: look at both, then save again.",
        found=now.version, user=now.changed_by or Message("someone without a name"), version=version, what=what,
        date=f"{now.changed_at:%Y-%m-%d}", time=f"{now.changed_at:%H:%M:%S}"), now, changed)


def _as_tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    """Lists and tuples of tags alike; a text stays one."""
    return (value,) if isinstance(value, str) else tuple(value)
