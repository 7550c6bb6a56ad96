"""Counters of wrong passwords: in the memory of a process, or in a shared database."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from vanas_panel.errors import ShelfError
from vanas_panel.shelf import Attempts, Count

MOST_DOORS = 20_000
"""Doors and homes that a process keeps each; the oldest make room."""

RETRY_SECONDS = 30.0
"""Seconds for which a database that failed is not asked, so that no sign-in waits for it."""

_log = logging.getLogger(__name__)


class HeldAttempts:
    """Counts in the memory of a process; methods as of `vanas_panel.shelf.Attempts`.

    Examples
    --------
    >>> attempts = HeldAttempts()
    >>> attempts.change(["a door"], lambda found: {"a door": Count(found["a door"].wrong + 1, 10.0)})
    >>> attempts.change(["a door"], lambda found: print(found["a door"]) or {})
    Count(wrong=1, last=10.0)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, Count] = OrderedDict()
        self._homes: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def change(self, doors: Sequence[str], decide: Callable[[Mapping[str, Count]], Mapping[str, Count]]) -> None:
        """Look at some doors and change them, alone."""
        with self._lock:
            for door, count in decide({door: self._counts.get(door, Count()) for door in doors}).items():
                self._counts[door] = count
                self._counts.move_to_end(door)
            while len(self._counts) > MOST_DOORS:
                self._counts.popitem(last=False)

    def home(self, account: str) -> str | None:
        """From where an account signed in last; None where that is not known."""
        with self._lock:
            return self._homes.get(account, (None, 0.0))[0]

    def settle(self, account: str, address: str, now: float) -> None:
        """Note from where an account has signed in."""
        with self._lock:
            self._homes[account] = (address, now)
            self._homes.move_to_end(account)
            if len(self._homes) > MOST_DOORS:
                self._homes.popitem(last=False)

    def forget(self, attempts_before: float, homes_before: float) -> None:
        """Remove what is older than a time."""
        with self._lock:
            for door in [door for door, count in self._counts.items() if count.last < attempts_before]:
                del self._counts[door]
            for account in [account for account, (_, last) in self._homes.items() if last < homes_before]:
                del self._homes[account]


class SharedAttempts:
    """Counts in a database that several processes share; methods as of `vanas_panel.shelf.Attempts`.

    While the database cannot be used, this process counts in its own memory, and says so in the log: a database that
    is down must neither keep people out nor let guessing go on uncounted.

    Parameters
    ----------
    attempts : Attempts
    clock : callable, optional
        Seconds of a clock that never goes back.
    """

    def __init__(self, attempts: Attempts, clock: Callable[[], float] = time.monotonic):
        self._attempts, self._own, self._clock = attempts, HeldAttempts(), clock
        self._again = float("-inf")

    def change(self, doors: Sequence[str], decide: Callable[[Mapping[str, Count]], Mapping[str, Count]]) -> None:
        """Look at some doors and change them, alone."""
        if not self._shared(lambda: self._attempts.change(doors, decide)):
            self._own.change(doors, decide)

    def home(self, account: str) -> str | None:
        """From where an account signed in last; None where that is not known."""
        found: list[str | None] = []
        if self._shared(lambda: found.append(self._attempts.home(account))):
            return found[0]
        return self._own.home(account)

    def settle(self, account: str, address: str, now: float) -> None:
        """Note from where an account has signed in; here, too, for a time without the database."""
        self._own.settle(account, address, now)
        self._shared(lambda: self._attempts.settle(account, address, now))

    def forget(self, attempts_before: float, homes_before: float) -> None:
        """Remove what is older than a time."""
        self._own.forget(attempts_before, homes_before)
        self._shared(lambda: self._attempts.forget(attempts_before, homes_before))

    def _shared(self, act: Callable[[], None]) -> bool:
        """Do something with the database; whether that worked."""
        if self._clock() < self._again:
            return False
        try:
            act()
        except ShelfError as error:
            self._again = self._clock() + RETRY_SECONDS
            _log.error("Wrong passwords are counted by this process alone for a while: %s", error)
            return False
        return True
