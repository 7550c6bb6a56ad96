"""Counts of wrong passwords in the database of a shelf, for all servers that share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as Database

from vanas_panel.shelf.models import AttemptRow, HomeRow
from vanas_panel.shelf.shelf import Shelf

_MOST_AT_ONCE = 1_000


class Count(NamedTuple):
    """The wrong passwords at one door.

    Attributes
    ----------
    wrong : int
        How many.
    last : float
        When the last password was tried, in seconds since 1970.
    """

    wrong: int = 0
    last: float = 0.0


class Attempts:
    """Counts in the database of a shelf. Any number of threads and processes may use one at the same time.

    Parameters
    ----------
    shelf : Shelf
        Its methods raise `ShelfError` where its database cannot be used, and so do all of these.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Shelf(f"{folder.name}/shelf.sqlite") as shelf:
    ...     attempts = Attempts(shelf)
    ...     for now in (10.0, 12.5):
    ...         attempts.change(["a door"], lambda found: {"a door": Count(found["a door"].wrong + 1, now)})
    ...     attempts.change(["a door"], lambda found: print(found["a door"]) or {})
    Count(wrong=2, last=12.5)
    >>> folder.cleanup()
    """

    def __init__(self, shelf: Shelf):
        self._shelf = shelf

    def change(self, doors: Sequence[str], decide: Callable[[Mapping[str, Count]], Mapping[str, Count]]) -> None:
        """Look at some doors and change them, alone: other requests for them wait.

        Parameters
        ----------
        doors : sequence of str
        decide : callable
            Takes what is found at every door, and gives what is to be there; nothing is written of a door that it
            leaves out.
        """
        with self._shelf.transaction(writes=True) as database:
            # Always in the same order, so that no two wait for each other.
            wanted = decide({door: _locked(database, door) for door in sorted(set(doors))})
            for door, count in sorted(wanted.items()):
                database.execute(update(AttemptRow).where(AttemptRow.door == door).values(count._asdict()))
            if not wanted:
                # A refusal leaves no row behind, or made-up names would fill the table.
                database.rollback()

    def home(self, account: str) -> str | None:
        """From where an account signed in last; None where that is not known."""
        with self._shelf.transaction() as database:
            return database.scalar(select(HomeRow.address).where(HomeRow.account == account))

    def settle(self, account: str, address: str, now: float) -> None:
        """Note from where an account has signed in."""
        with self._shelf.transaction(writes=True) as database:
            new = _insert(database)(HomeRow.__table__).values(account=account, address=address, last=now)
            database.execute(new.on_conflict_do_update(index_elements=["account"],
                                                       set_={"address": address, "last": now}))

    def forget(self, attempts_before: float, homes_before: float) -> None:
        """Remove what is older than a time, in seconds since 1970; a thousand of each at once at most."""
        with self._shelf.transaction(writes=True) as database:
            for key, old in ((AttemptRow.door, AttemptRow.last < attempts_before),
                             (HomeRow.account, HomeRow.last < homes_before)):
                # Skipped while another process holds it: nothing waits for this.
                found = select(key).where(old).limit(_MOST_AT_ONCE).with_for_update(skip_locked=True)
                database.execute(delete(key.class_).where(key.in_(found)).execution_options(
                    synchronize_session=False))


def _locked(database: Database, door: str) -> Count:
    """The count at a door, locked for this transaction, whether there is a row or not."""
    new = _insert(database)(AttemptRow.__table__).values(door=door, wrong=0, last=0.0)
    held = new.on_conflict_do_update(index_elements=["door"], set_={"door": door})
    return Count(*database.execute(held.returning(AttemptRow.wrong, AttemptRow.last)).one())


def _insert(database: Database) -> Any:
    """The INSERT of this database that can also meet a row; both kinds write it alike."""
    return postgresql.insert if database.get_bind().dialect.name == "postgresql" else sqlite.insert
