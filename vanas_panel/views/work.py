"""Work that may take its time, such as that of a database, away from the thread that serves every page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import panel as pn

from vanas_panel.errors import VanasError

_THREADS = 8


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """The threads of this process."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="vanas-work")


_under_way: set[Future[Any]] = set()


def is_working() -> bool:
    """Whether anything is being done that somebody asked for, which a server waits for before it stops."""
    return bool(_under_way)


def _forget() -> None:
    """In a new process: threads, and what they were doing, do not follow."""
    _pool.cache_clear()
    _under_way.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


class Work:
    """Runs functions on other threads and brings what they return back to the page that is being made.

    Where there is no page and no running event loop, as in a script, everything runs at once.
    """

    def __init__(self) -> None:
        self._document = pn.state.curdoc if pn.state.curdoc and pn.state.curdoc.session_context else None
        try:
            self._loop = None if self._document is not None else asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def do(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[VanasError], None]) -> None:
        """Run something elsewhere.

        Parameters
        ----------
        work : callable
            Without arguments; it touches nothing that the page may change meanwhile.
        then : callable
            Gets its result, as an event of the page.
        failed : callable
            Gets the error in its place, as an event of the page.
        """
        if self._document is None and self._loop is None:
            done: Future[Any] = Future()
            try:
                done.set_result(work())
            except Exception as error:
                done.set_exception(error)
            _hand_over(done, then, failed)
        else:
            asked = _pool().submit(work)
            _under_way.add(asked)
            asked.add_done_callback(lambda done: self._back(lambda: _hand_over(done, then, failed)))
            asked.add_done_callback(_under_way.discard)

    def _back(self, act: Callable[[], None]) -> None:
        """Do something on the thread of the page, as soon as it is free."""
        if self._document is not None:
            self._document.add_next_tick_callback(act)
        elif self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)


def _hand_over(done: Future[Any], then: Callable[[Any], None], failed: Callable[[VanasError], None]) -> None:
    """Give the result or the error to whoever waits for it."""
    error = done.exception()
    if error is None:
        then(done.result())
    elif isinstance(error, VanasError):
        failed(error)
    else:
        failed(VanasError("Found a fault in this program; expected none. Tell whoever runs it, who finds it in the "
                          "log."))
        raise error
