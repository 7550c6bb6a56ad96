"""Upgrade of a shelf's database to the current revision; newer ones are refused."""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from pathlib import Path

import filelock
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, text

from vanas_panel.errors import ShelfError
from vanas_panel.files.disk_errors import cause, keep_private
from vanas_panel.shelf.database import WRITES, described, errors_for_people, full_disk
from vanas_panel.shelf.models import VERSION_TABLE
from vanas_panel.text.language import Message

_PATIENCE = 120
_LOCK_NUMBER = 0x76616E6173
"""PostgreSQL's advisory lock of an upgrade: any number that no other program is likely to use."""

# Alembic keeps what it is doing in variables of its modules, so one process does one upgrade at a time.
_one_at_a_time = threading.Lock()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for the migrations in this package, to be run over a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@lru_cache(maxsize=1)
def newest_revision() -> str:
    """The revision that this program works with."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def upgrade(engine: Engine, url: URL, revision: str = "head") -> None:
    """Bring a database to a revision. Processes that do so at once wait for each other; a killed one changes nothing.

    Parameters
    ----------
    engine : Engine
        Of `vanas_panel.shelf.database.make_engine`.
    url : URL
    revision : str, optional
        By default the newest one; tests stop at earlier ones.

    Raises
    ------
    ShelfError
        Where the database cannot be used, or was written by a newer version.
    """
    with _one_at_a_time, errors_for_people(url):
        if url.drivername == "sqlite":
            _upgrade_file(engine, url, revision)
        else:
            with engine.connect() as connection, connection.begin():
                _check_encoding(connection, url)
                # Held to the end of this transaction.
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
                _upgrade(connection, url, revision)


def _upgrade_file(engine: Engine, url: URL, revision: str) -> None:
    """Make the folder and the file where they are absent, and upgrade it in one transaction."""
    file = Path(str(url.database))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # A file can change to a write-ahead log only while no other process has it open.
        with filelock.FileLock(file.with_name(f"{file.name}.lock"), timeout=_PATIENCE):
            if not file.exists():
                # Notes are private on a machine that several people use.
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            keep_private(file, group=True)
            with engine.execution_options(**{WRITES: True}).connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
                with connection.begin():
                    _upgrade(connection, url, revision)
    except filelock.Timeout:
        raise ShelfError(Message("Found {shelf} locked for two minutes by another process; expected its turn to "
                                 "come. Stop that process, then try again.", shelf=described(url))) from None
    except OSError as error:
        full = full_disk(error, url)
        if full is not None:
            raise full from None
        raise ShelfError(Message("Found no way to use {shelf} ({cause}); expected a folder that this user may "
                                 "write to. Name another one.", shelf=described(url),
                                 cause=cause(error))) from None


def _upgrade(connection: Connection, url: URL, revision: str) -> None:
    """Run the missing revisions in the transaction that the connection is in."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    found = context.get_current_revision()
    if found == newest_revision():
        return
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise ShelfError(Message("Found {shelf} at revision {found}; expected at most {newest}, which is "
                                 "all that this version of vanas-panel knows. It was written by a newer one: update "
                                 "vanas-panel here, or name another shelf.", shelf=described(url), found=found,
                                 newest=newest_revision()))
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise ShelfError(Message("Found {shelf} impossible to upgrade ({error}); expected a shelf. Name another "
                                 "one.", shelf=described(url), error=error)) from None


def _check_encoding(connection: Connection, url: URL) -> None:
    """Refuse a database that cannot hold every character."""
    found = connection.execute(text("SHOW server_encoding")).scalar()
    if found != "UTF8":
        raise ShelfError(Message("Found {shelf} in the encoding {found}; expected UTF8, which holds every "
                                 "character. Create one with ENCODING 'UTF8'.", shelf=described(url), found=found))
