"""Tables of the shelf's database. A change here needs a new revision in ``migrations/versions``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Double, ForeignKey, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

VERSION_TABLE = "shelf_revision"
"""Where Alembic notes the revision; not its usual name, so that the shelf can share a database with other programs."""

Number = BigInteger().with_variant(Integer, "sqlite")
"""An identifier; SQLite counts upwards by itself only in a column of its own type INTEGER."""


class Moment(TypeDecorator):
    """A point in time in UTC, aware in Python. SQLite has no time zones, so it gets the UTC time without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the shelf."""


class EntryRow(Base):
    """One saved draft with the words that people gave it.

    `version` counts from 1 and grows with every change; `shape` is the exact canonical form of a valid cell, None for
    a draft that is none; `search_text` holds what a search looks at, see `vanas_panel.shelf.text.searchable`.
    """

    __tablename__ = "shelf_entry"
    # Numbers of deleted entries are never given again: a page that still shows one must not change another.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  # SQLAlchemy's own way to say it

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, index=True)
    saved_by: Mapped[str] = mapped_column(Text, index=True)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    operations: Mapped[list[Any]] = mapped_column(JSON)
    edges: Mapped[list[Any]] = mapped_column(JSON)
    shape: Mapped[str | None] = mapped_column(Text, index=True)
    tags: Mapped[list[TagRow]] = relationship(order_by="TagRow.place", lazy="selectin", passive_deletes=True)


class TagRow(Base):
    """One tag of one entry; `place` is its position among them."""

    __tablename__ = "shelf_tag"

    entry_id: Mapped[int] = mapped_column(Number, ForeignKey("shelf_entry.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    place: Mapped[int] = mapped_column(Integer)


class ChangeRow(Base):
    """The words of an entry in one of its versions, so that no text is lost when a user writes another one."""

    __tablename__ = "shelf_change"

    entry_id: Mapped[int] = mapped_column(Number, ForeignKey("shelf_entry.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[Any]] = mapped_column(JSON)


class AttemptRow(Base):
    """How many passwords in a row were wrong at one door, and when the last one was tried (seconds since 1970).

    A door is a keyed digest (see `vanas_panel.serve.auth.throttle`): the table holds neither names nor addresses, nor a
    password that was typed as a name.
    """

    __tablename__ = "shelf_attempt"

    door: Mapped[str] = mapped_column(Text, primary_key=True)
    wrong: Mapped[int] = mapped_column(Integer)
    last: Mapped[float] = mapped_column(Double, index=True)


class HomeRow(Base):
    """From which address an account signed in last, and when (seconds since 1970); both are keyed digests."""

    __tablename__ = "shelf_home"

    account: Mapped[str] = mapped_column(Text, primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    last: Mapped[float] = mapped_column(Double)
