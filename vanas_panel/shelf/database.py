"""The database of a shelf: its URL, its engine, and errors that never show its password."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from vanas_panel.errors import ShelfError
from vanas_panel.files.disk_errors import shortage
from vanas_panel.files.user_folders import data_folder
from vanas_panel.text.language import Constant, Message

SHELF_ENVIRONMENT = "VANAS_PANEL_SHELF"
"""The environment variable that names the shelf where nothing else does."""

FILE_NAME = "shelf.sqlite"
WRITES = "vanas_writes"
"""Option of a connection whose transactions write."""

_BUSY_SECONDS = 30
_EXPECTED = Message("expected a file name, sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE. Correct "
                    "the address of the shelf")


def shelf_url(address: str | os.PathLike[str] | None) -> URL:
    """The URL of an address.

    Parameters
    ----------
    address : str, path or None
        A URL, the name of a file, or None for what `SHELF_ENVIRONMENT` names, else a file in the data folder.

    Raises
    ------
    ShelfError
        Where it is none, names another kind of database, or the driver is missing.

    Examples
    --------
    >>> shelf_url("team.sqlite").drivername, shelf_url("postgresql://host/team").drivername
    ('sqlite', 'postgresql+psycopg')
    """
    if address is None:
        address = os.environ.get(SHELF_ENVIRONMENT) or None
    if address is None:
        return URL.create("sqlite", database=str(data_folder() / FILE_NAME))
    written = os.fspath(address)
    if "://" not in written:
        if not written.strip() or "\x00" in written:
            raise ShelfError(Message("Found {written!r} as the address of the shelf; {expected}.", written=written,
                                     expected=_EXPECTED))
        return URL.create("sqlite", database=written)
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        # Not quoted: there may be a password in it.
        raise ShelfError(Message("Found an address of the shelf that cannot be read; {expected}.",
                                 expected=_EXPECTED)) from None
    return _supported(url)


def _supported(url: URL) -> URL:
    """A URL whose database and driver are at hand."""
    kind, _, driver = url.drivername.partition("+")
    if kind == "sqlite" and driver in ("", "pysqlite"):
        if not url.database or url.database == ":memory:" or url.query:
            raise ShelfError(Message("Found a shelf in memory or with options; {expected}.", expected=_EXPECTED))
        return url.set(drivername="sqlite")
    if kind in ("postgresql", "postgres") and driver in ("", "psycopg"):
        if importlib.util.find_spec("psycopg") is None:
            raise ShelfError("Found no driver for PostgreSQL; expected the package psycopg. Install it with: pip "
                             "install 'vanas-panel[postgres]'.")
        return url.set(drivername="postgresql+psycopg")
    raise ShelfError(Message("Found a shelf of the kind {kind!r}; {expected}.", kind=url.drivername,
                             expected=_EXPECTED))


def described(url: URL) -> str:
    """A URL for people: without user, password and options.

    Examples
    --------
    >>> described(shelf_url("postgresql://ann:secret@db.example:5433/team"))
    'the database team on db.example, port 5433'
    """
    if url.drivername == "sqlite":
        return Message("the file {database}", database=url.database)
    host = url.host or url.query.get("host") or Constant("this machine")
    port = Message(", port {port}", port=url.port) if url.port else ""
    if not url.database:
        return Message("the database on {host}{port}", host=host, port=port)
    return Message("the database {database} on {host}{port}", database=url.database, host=host, port=port)


def make_engine(url: URL) -> Engine:
    """An engine for a URL; nothing is opened yet.

    Transactions of connections with the option `WRITES` take SQLite's write lock when they begin, so that
    two of them wait for each other instead of failing half-way.
    """
    if url.drivername != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True,
                             connect_args={"connect_timeout": 10, "tcp_user_timeout": 30_000, **url.query})
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Set up one connection; what is written is on the disk when a transaction ends."""
    # Python's own transactions begin late and leave out changes of tables; `_begin_sqlite` begins them instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


@contextmanager
def errors_for_people(url: URL) -> Iterator[None]:
    """Turn what the database and its driver say into a `ShelfError` without password, statement or contents."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        full = full_disk(error.orig if isinstance(error, DBAPIError) and error.orig else error, url)
        if full is not None:
            raise full from None
        # Without the chain: its text and its values may hold a password or a person's words.
        raise ShelfError(Message("Found {shelf} unusable ({reason}); expected the database of a shelf that can be "
                                 "read and written. Check that it is there and that this user may use it, then try "
                                 "again.", shelf=described(url), reason=_reason(error, url))) from None


def full_disk(error: BaseException, url: URL) -> ShelfError | None:
    """The error for a full disk under the file; None where an error has another cause."""
    lack = shortage(error, Path(str(url.database))) if url.drivername == "sqlite" else ""
    if not lack:
        return None
    return ShelfError(Message("Found {lack} at {shelf}; expected room for another entry. Make room, then try again: "
                              "earlier entries are still there.", lack=lack, shelf=described(url)))


def _reason(error: Exception, url: URL) -> str:
    """The first line of what a driver said, without the password."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    secrets = [str(url.password or ""), str(url.query.get("password", ""))]
    reason = lines[0]
    for secret in filter(None, secrets):
        reason = reason.replace(secret, "***")
    return reason.rstrip(".")[:300]
