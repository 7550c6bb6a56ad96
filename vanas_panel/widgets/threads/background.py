"""Run slow work, such as database queries, off the event loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from vanas_panel.errors import VanasError
from vanas_panel.text.language import Message, keep_language
from vanas_panel.widgets.threads.page_thread import PageThread

_THREADS = 8


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """The threads of this process."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="vanas-work")


_under_way: set[Future[Any]] = set()


def is_working() -> bool:
    """Whether requested work is in progress, which a server finishes before it stops."""
    return bool(_under_way)


def _forget() -> None:
    """In a new process: threads, and what they were doing, do not follow."""
    _pool.cache_clear()
    _under_way.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def run_in_background(page: PageThread, work: Callable[[], Any], then: Callable[[Any], None],
                      failed: Callable[[VanasError], None]) -> None:
    """Run a function on another thread, and bring what it returns back to the page.

    Parameters
    ----------
    page : PageThread
        Of the page that asks. Where that has no thread to wait for, everything runs at once.
    work : callable
        Without arguments; it touches nothing that the page may change meanwhile.
    then : callable
        Gets its result, as an event of the page.
    failed : callable
        Gets the error instead, as an event of the page.

    Examples
    --------
    >>> run_in_background(PageThread(), lambda: 6 * 7, print, print)
    42
    """
    work, then, failed = keep_language(work), keep_language(then), keep_language(failed)
    if not page.waits:
        done: Future[Any] = Future()
        try:
            done.set_result(work())
        except Exception as error:
            done.set_exception(error)
        _hand_over(done, then, failed)
    else:
        asked = _pool().submit(work)
        _under_way.add(asked)
        asked.add_done_callback(lambda done: page.call(lambda: _hand_over(done, then, failed)))
        asked.add_done_callback(_under_way.discard)


def _hand_over(done: Future[Any], then: Callable[[Any], None], failed: Callable[[VanasError], None]) -> None:
    """Pass the result or the error to the waiting callback."""
    error = done.exception()
    if error is None:
        then(done.result())
    elif isinstance(error, VanasError):
        failed(error)
    else:
        failed(VanasError(Message("This program has a fault. Tell the server's operator, who finds it in the log.")))
        raise error
