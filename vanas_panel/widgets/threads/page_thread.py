"""PageThread: brings what other threads have done to the thread of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import panel as pn
from bokeh.document import Document
from tornado.ioloop import IOLoop


class PageThread:
    """The thread on which the page may be changed that is being made.

    A served page has a document, a page in a notebook the running event loop. Where there is neither, as in a script,
    everything happens at once.

    Attributes
    ----------
    document : Document or None
        That of a served page.
    waits : bool
        Whether what is handed over happens later.
    """

    def __init__(self) -> None:
        current = pn.state.curdoc
        self.document = current if current and current.session_context else None
        self._server_loop = _server_loop(self.document)
        try:
            self._loop = None if self.document is not None else asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    @property
    def waits(self) -> bool:
        """Whether there is a thread to wait for."""
        return self.document is not None or self._loop is not None

    def call(self, function: Callable[[], None]) -> None:
        """Call a function on the thread of the page as soon as that is free; from any thread."""
        if self._server_loop is not None:
            # Bokeh's list of held changes is not safe from threads: what another one adds as a callback ends is lost.
            self._server_loop.add_callback(self._add, function)
        elif self.document is not None:
            self.document.add_next_tick_callback(function)
        elif self._loop is None:
            function()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function)

    def _add(self, function: Callable[[], None]) -> None:
        """Call a function at the next turn of the page; on the thread that serves it."""
        assert self.document is not None
        self.document.add_next_tick_callback(function)


def _server_loop(document: Document | None) -> IOLoop | None:
    """The event loop of the server that a page belongs to; None where it belongs to none."""
    server = getattr(getattr(document, "session_context", None), "server_context", None)
    return getattr(getattr(server, "application_context", None), "io_loop", None)
