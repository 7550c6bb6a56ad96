"""The personal table: trainings that each person started from the designer, in one SQLite file.

Several processes may read and write it at once. A row holds the whole result of a cell with its settings; a result of
the same cell, settings, images and kind of device replaces an earlier one of the same person.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock

from vanas_panel.errors import TrainingError
from vanas_panel.files.atomic import clear_left_over, publish, unpublished
from vanas_panel.files.disk_errors import cause, keep_private, shortage
from vanas_panel.files.json_schema import SchemaError
from vanas_panel.files.user_folders import ENVIRONMENT, data_folder
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.training.recordings import KeptRecordings, row_name
from vanas_panel.training.results import Record
from vanas_panel.training.table import results_table

FORM = 1
"""Version of the form of the file, kept as SQLite's ``user_version``."""

_PATIENCE = 10.0
"""Seconds to wait while another process writes."""

_TABLE = """
CREATE TABLE trained (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    source TEXT NOT NULL,
    key INTEGER NOT NULL,
    settings TEXT NOT NULL,
    images TEXT NOT NULL,
    record TEXT NOT NULL,
    finished TEXT NOT NULL,
    UNIQUE (owner, key, settings, images)
)
"""

_ADD = """
INSERT INTO trained (owner, source, key, settings, images, record, finished) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (owner, key, settings, images)
DO UPDATE SET source = excluded.source, record = excluded.record, finished = excluded.finished
"""

_READ = "SELECT id, source, record FROM trained WHERE owner = ? {} ORDER BY finished DESC, id DESC"


# The lock of the database is taken by it, so the files go with the row.
_REMOVE = "DELETE FROM trained WHERE owner = ? AND id = ? RETURNING key, settings, images"


@dataclass(frozen=True)
class Trained:
    """A row of the personal table.

    Attributes
    ----------
    row_id : int
        Number of the row, which stays the same.
    source : str
        Name of the table beside which the cell was drawn.
    record : Record
    """

    row_id: int
    source: str
    record: Record


class Personal:
    """The personal tables of all people who use a machine or a server.

    Parameters
    ----------
    path : path-like, optional
        The file, made when something is first kept; ``trained.sqlite`` in
        `vanas_panel.files.user_folders.data_folder` by default.

    Raises
    ------
    TrainingError
        From every method, where the file cannot be used: damaged, of a newer form, or not to be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Personal(Path(folder) / "trained.sqlite").all("somebody")
    ()
    """

    def __init__(self, path: str | os.PathLike[str] | None = None):
        self._path = None if path is None else Path(path)

    @property
    def path(self) -> Path:
        """Where the file is, or will be."""
        return self._path or data_folder() / "trained.sqlite"

    @property
    def _recordings(self) -> KeptRecordings:
        return KeptRecordings(self.path.with_name(f"{self.path.stem}-recordings"))

    def add(self, owner: str, source: str, record: Record, recordings: Mapping[int, bytes] | None = None) -> None:
        """Keep a result; it is on the disk whole, or not at all.

        Parameters
        ----------
        owner : str
            Whose it is; empty on a server without sign-in.
        source : str
            Name of the table beside which the cell was drawn.
        record : Record
        recordings : mapping of int to bytes, optional
            How far the weights of its repeats moved, see `vanas_panel.training.recordings.RecordedRecord`. Those of an
            earlier result that this one replaces are removed.
        """
        how = _how(record)
        row = (owner, source, record.key, how, record.images, record.to_json(), record.finished)
        with self._opened(make=True) as database, database:
            # Within the transaction, so that of two processes each changes row and files together.
            database.execute(_ADD, row)
            self._recordings.replace(row_name(owner, record.key, how, record.images), recordings or {})

    def all(self, owner: str) -> tuple[Trained, ...]:
        """All trainings of a user, the newest first."""
        return self._read("", (owner,))

    def of(self, owner: str, key: int) -> tuple[Trained, ...]:
        """All trainings of one cell by a user, the newest first.

        Parameters
        ----------
        owner : str
        key : int
            Canonical key, see `vanas_panel.training.trainable.canonical_cell`.
        """
        return self._read("AND key = ?", (owner, key))

    def remove(self, owner: str, row_id: int) -> bool:
        """Remove a row for good, and say whether it was there and was theirs."""
        if not self.path.exists():
            return False
        with self._opened() as database, database:
            found = database.execute(_REMOVE, (owner, row_id)).fetchone()
            if found is not None:
                self._recordings.remove(row_name(owner, *found))
            return found is not None

    def recordings(self, owner: str, record: Record) -> tuple[Path, ...]:
        """Recordings of a user's training, in the order of its repeats.

        Parameters
        ----------
        owner : str
        record : Record
            A row of theirs, or one that was added just now.

        Returns
        -------
        tuple of Path
            Empty where nothing was recorded, or the result is not theirs.
        """
        return self._recordings.paths(row_name(owner, record.key, _how(record), record.images))

    def table(self, owner: str, settings: str, images: str, device: str = "cpu") -> BenchmarkTable:
        """A user's trainings with the same settings and images on one kind of device, as a table.

        Parameters
        ----------
        owner : str
        settings, images : str
            Digests, as a record has them.
        device : str, optional
            ``cpu``, ``cuda`` or ``mps``.

        Raises
        ------
        TrainingError
            Also where there is nothing of the kind.
        """
        records = [row.record for row in self.all(owner)
                   if (row.record.settings_hash, row.record.images, row.record.device_kind) == (settings, images,
                                                                                                device)]
        return results_table(records, name="trained-here", title="Cells trained here")

    def _read(self, condition: str, values: tuple) -> tuple[Trained, ...]:
        """Rows under a condition."""
        if not self.path.exists():
            return ()
        with self._opened() as database:
            rows = database.execute(_READ.format(condition), values).fetchall()
        return tuple(Trained(row_id, source, self._record(row_id, content)) for row_id, source, content in rows)

    def _record(self, row_id: int, content: str) -> Record:
        """The result in a row."""
        try:
            return Record.from_json(content)
        except SchemaError as error:
            raise TrainingError(Message("{path}, row {row}: Found no result ({error}); expected that of one cell in "
                                        "JSON. Restore the file from a copy, or move it away to start again.",
                                        path=self.path, row=row_id, error=error)) from None

    @contextmanager
    def _opened(self, make: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection of its own for everything that is done, since threads must not share one."""
        try:
            clear_left_over(self.path.parent)
            if make:
                self._make()
            keep_private(self.path)
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as database:
                self._check(database)
                yield database
        except (OSError, sqlite3.Error) as error:
            lack = shortage(error, self.path)
            if lack:
                raise TrainingError(Message("{path}: Found {lack}; expected room for trained cells. Make room, then "
                                            "try again: earlier results are still there.", path=self.path,
                                            lack=lack)) from None
            reason = cause(error) if isinstance(error, OSError) and error.errno else error
            raise TrainingError(Message("{path}: Found no usable file of trained cells ({reason}); expected one that "
                                        "can be read and written. Check the folder, or move the file away to start "
                                        "again; {variable} names another folder.", path=self.path, reason=reason,
                                        variable=ENVIRONMENT)) from None

    def _check(self, database: sqlite3.Connection) -> None:
        """Refuse a file of a newer form."""
        form = database.execute("PRAGMA user_version").fetchone()[0]
        if form != FORM:
            raise TrainingError(Message("{path}: Found form {form} of trained cells; expected form {expected}. It was "
                                        "written by another version of vanas-panel: use that one, or name another "
                                        "folder in {variable}.", path=self.path, form=form, expected=FORM,
                                        variable=ENVIRONMENT))

    def _make(self) -> None:
        """Make an empty file where there is none, once for all processes."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{self.path}.lock", timeout=_PATIENCE):
            if self.path.exists():
                return
            # The file takes its name when it is complete, so it is never seen without its tables.
            with unpublished(self.path.parent) as part:
                with closing(sqlite3.connect(part)) as database:
                    database.execute("PRAGMA journal_mode = WAL")
                    database.execute(_TABLE)
                    database.execute(f"PRAGMA user_version = {FORM}")
                publish(part, self.path, private=True)


def _how(record: Record) -> str:
    """How a cell was trained: the file has no column for the device, and older versions must go on reading it."""
    return record.settings_hash + ("" if record.device_kind == "cpu" else f"@{record.device_kind}")
