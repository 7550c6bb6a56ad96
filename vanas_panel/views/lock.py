"""Changing a page only while its document is locked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn


def with_lock(function: Callable[..., None], *arguments: object) -> None:
    """Call a function while the page's document is locked: at once where it is, or where there is no server.

    Panel hands over what a script of ours sends without that lock where a property was changed in the browser just
    before, as by a field that somebody types in and leaves for a button. Bokeh refuses changes of a figure then, and
    nearly every action changes one. So the call waits for the lock then, and only then: what need not wait is sent
    together with all else that the same message brings about.

    Parameters
    ----------
    function : callable
    *arguments
        What to call it with.

    Examples
    --------
    >>> with_lock(print, "no server, so at once")
    no server, so at once
    """
    context = getattr(pn.state.curdoc, "session_context", None)
    session = getattr(context, "session", None)
    # Bokeh has no better word for it: writes are collected exactly while the lock is held.
    is_locked = session is None or getattr(session, "_pending_writes", None) is not None
    pn.state.execute(partial(function, *arguments), schedule=not is_locked)
