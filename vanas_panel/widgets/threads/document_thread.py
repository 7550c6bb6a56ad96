"""Callbacks of a page: they run while its document is locked, away from the thread that serves all pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any

import panel as pn
from bokeh.document import Document
from panel.io.state import set_curdoc

from vanas_panel.widgets.compat import is_locked, note_connected, on_this_thread, one_message


class _Threads:
    """Where `run_callback` finds a thread; nowhere unless a server says so."""

    find: Callable[[], Executor] | None = None


def use_callback_thread(find: Callable[[], Executor] | None) -> None:
    """Let `run_callback` use another thread.

    Parameters
    ----------
    find : callable or None
        Gives the one thread of this process on which pages are changed. Bokeh must keep apart what its threads do,
        which it only does in servers of our own, see `vanas_panel.serve.process.page_opening`. None, as at first, lets
        everything happen on the thread that serves the pages.
    """
    _Threads.find = find


def run_callback(function: Callable[..., None], *arguments: object) -> None:
    """Run every callback of a page through this function: it locks the page's document.

    On a server of our own a callback runs on another thread, so that no other page waits for it, and one runs after the
    other; elsewhere it runs at once where the document is locked.
    It is not where Panel hands over what a script of ours sends just after a property was changed in the browser, as by
    a text field that loses the focus to a button; Bokeh refuses changes of a figure then, and nearly every
    action changes one.

    Parameters
    ----------
    function : callable
        On a server, all that it changes goes to the browser as one message: one for each change would take longer.
    *arguments
        Its arguments.

    Examples
    --------
    >>> run_callback(print, "no server, so at once")
    no server, so at once
    """
    document: Any = pn.state.curdoc
    call = partial(pn.state.execute, partial(function, *arguments), schedule=False)
    session = getattr(getattr(document, "session_context", None), "session", None)
    if session is None:
        call()
        return
    # The browser of an acting user has drawn the page already.
    note_connected(document)
    if _Threads.find is not None:
        document.add_next_tick_callback(partial(_elsewhere, _Threads.find, document, session, call))
    elif is_locked(session):
        _at_once(document, session, call)
    else:
        document.add_next_tick_callback(partial(_at_once, document, session, call))


def _at_once(document: Document, session: Any, call: Callable[[], None]) -> None:
    """Call a function, and send all that it changes together."""
    with set_curdoc(document), one_message(document, session):
        call()


async def _elsewhere(find: Callable[[], Executor], document: Document, session: Any, call: Callable[[], None]) -> None:
    """Call a function on another thread; Bokeh keeps the document locked until that is over."""
    def call_there() -> None:
        with on_this_thread(document), set_curdoc(document):
            call()

    # This thread, not the other one, sends and schedules the changes that are held back.
    with set_curdoc(document), one_message(document, session):
        await asyncio.get_running_loop().run_in_executor(find(), call_there)
