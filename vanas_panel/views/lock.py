"""Changing a page while its document is locked, away from the thread that serves all pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from threading import get_ident
from typing import Any

import panel as pn
from bokeh.document import Document
from panel.io import hold
from panel.io.state import set_curdoc, state


class _Threads:
    """Where `with_lock` finds a thread; nowhere unless a server says so."""

    find: Callable[[], Executor] | None = None


def change_on(find: Callable[[], Executor] | None) -> None:
    """Let `with_lock` use another thread.

    Parameters
    ----------
    find : callable or None
        Gives the one thread of this process on which pages are changed. Bokeh must keep apart what its threads do,
        which it only does in servers of our own, see `vanas_panel.serve.opening`. None, as at first, lets everything
        happen on the thread that serves the pages.
    """
    _Threads.find = find


def with_lock(function: Callable[..., None], *arguments: object) -> None:
    """Call a function while the page's document is locked.

    Everything that somebody does on a page goes through here. On a server of our own it happens on another thread, so
    that nobody else's page waits for it, and one thing after the other; elsewhere at once where the document is locked.
    It is not where Panel hands over what a script of ours sends just after a property was changed in the browser, as by
    a field that somebody types in and leaves for a button; Bokeh refuses changes of a figure then, and nearly every
    action changes one.

    Parameters
    ----------
    function : callable
        On a server, all that it changes goes to the browser as one message: one for each change would take longer.
    *arguments
        What to call it with.

    Examples
    --------
    >>> with_lock(print, "no server, so at once")
    no server, so at once
    """
    document: Any = pn.state.curdoc
    call = partial(pn.state.execute, partial(function, *arguments), schedule=False)
    session = getattr(getattr(document, "session_context", None), "session", None)
    if session is None:
        call()
    elif _Threads.find is not None:
        document.add_next_tick_callback(partial(_elsewhere, _Threads.find, document, call))
    # Bokeh has no better word for it: writes are collected exactly while the lock is held.
    elif getattr(session, "_pending_writes", None) is not None:
        _at_once(document, call)
    else:
        document.add_next_tick_callback(partial(_at_once, document, call))


def _at_once(document: Document, call: Callable[[], None]) -> None:
    """Call a function, and send all that it changes together."""
    with set_curdoc(document), hold(document, policy="collect"):
        call()


async def _elsewhere(find: Callable[[], Executor], document: Document, call: Callable[[], None]) -> None:
    """Call a function on another thread; Bokeh keeps the document locked until that is over."""
    def call_there() -> None:
        # Panel changes a page at once on the thread that is noted for it.
        serving = state._thread_id_[document]
        state._thread_id_[document] = get_ident()
        try:
            with set_curdoc(document):
                call()
        finally:
            state._thread_id_[document] = serving

    # What is held back is neither sent nor scheduled from the other thread, but from this one.
    with set_curdoc(document), hold(document, policy="collect"):
        await asyncio.get_running_loop().run_in_executor(find(), call_there)
