"""Entries as plain objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vanas_panel.core.draft import Draft


@dataclass(frozen=True)
class Entry:
    """A saved draft and what people wrote about it.

    Attributes
    ----------
    id : int
        Never given twice in a shelf.
    table_name : str
        The name of the table it was drawn on.
    user : str
        The author; empty on a server without sign-in.
    saved_at : datetime
        When, in UTC.
    name, note : str
    tags : tuple of str
    draft : Draft
        The saved draft, its vertices in the order in which they were drawn.
    version : int
        1 at first, one more with every change.
    changed_by : str
        The last author.
    changed_at : datetime
        When, in UTC.
    shape : str or None
        The same text exactly for equal cells; None where the draft is no cell.
    """

    id: int
    table_name: str
    user: str
    saved_at: datetime
    name: str
    note: str
    tags: tuple[str, ...]
    draft: Draft
    version: int
    changed_by: str
    changed_at: datetime
    shape: str | None


@dataclass(frozen=True)
class Change:
    """The words of an entry in one of its versions.

    Attributes
    ----------
    version : int
    changed_by : str
    changed_at : datetime
        In UTC.
    name, note : str
    tags : tuple of str
    """

    version: int
    changed_by: str
    changed_at: datetime
    name: str
    note: str
    tags: tuple[str, ...]
