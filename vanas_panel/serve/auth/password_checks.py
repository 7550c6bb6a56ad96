"""Password checks away from the event loop, few at once, with a bounded queue."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

AT_ONCE = 2
"""Checks at the same time: each takes a tenth of a second and 64 MiB."""

MOST = 66
"""Checks that are going on or wait for their turn; more are refused."""

BUSY_SECONDS = 5
"""Seconds after which a refused visitor may try again."""

Found = TypeVar("Found")


class BusyError(Exception):
    """Too many passwords wait to be checked."""


class Checks:
    """Runs checks of passwords.

    Parameters
    ----------
    at_once, most : int, optional
        Threads, and checks that are taken on.

    Examples
    --------
    >>> asyncio.run(Checks().run(pow, 2, 10))
    1024
    """

    def __init__(self, at_once: int = AT_ONCE, most: int = MOST):
        # Threads begin with the first check, after processes have parted.
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="password")
        self._places = threading.BoundedSemaphore(most)

    async def run(self, check: Callable[..., Found], *arguments: Any) -> Found:
        """Run a check on a thread.

        Raises
        ------
        BusyError
            Where too many wait already.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            checking = self._threads.submit(check, *arguments)
        except BaseException:
            self._places.release()
            raise
        # Free when the thread is done with it, also where its visitor has left.
        checking.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(checking)
