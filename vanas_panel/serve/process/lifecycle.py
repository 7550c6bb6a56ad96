"""Run a server until a signal stops it, and shut it down without losing work."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable

from bokeh.server.server import BaseServer

from vanas_panel.serve.compat import connections, http_server, queued_callbacks, socket_of, tornado_of
from vanas_panel.serve.process.liveness import STOP_TIMEOUT, Door, Life
from vanas_panel.serve.process.logs import tell

_LOOK_SECONDS = 0.05
# Of the codes of a websocket the one that says so, after which a browser tries again.
_GOING_AWAY = 1001


def run_server(server: BaseServer, life: Life, *, stop_timeout: float = STOP_TIMEOUT,
               ready: Callable[[], None] = lambda: None, orphaned: int | None = None) -> None:
    """Run a server until SIGTERM, SIGINT (Ctrl+C) or the end of its parent; then let running work finish.

    From the signal on, new visitors get 503, while open pages go on. When nothing is at work any more, at the latest
    after `stop_timeout`, or at once on a second signal, pages are closed and the function returns.

    Parameters
    ----------
    server : panel.io.server.Server
        That has its port and has not begun.
    life : Life
        Of this process.
    stop_timeout : float, optional
        In seconds.
    ready : callable, optional
        Called once the server answers.
    orphaned : int, optional
        A file descriptor that can be read from as soon as the parent process is gone.
    """
    http = http_server(server)
    http.request_callback = Door(http.request_callback, tornado_of(server), life)
    life.works.append(lambda: _holds_a_page(server))
    server.start()
    stop = Stop(server, life, stop_timeout)
    loop = server.io_loop.asyncio_loop
    for number in (signal.SIGTERM, signal.SIGINT):
        # Panel has set a handler of its own for Ctrl+C, which this replaces.
        loop.add_signal_handler(number, stop.ask, signal.Signals(number).name)
    if orphaned is not None:
        loop.add_reader(orphaned, stop.ask, "the end of the parent process", orphaned)
    loop.call_soon(ready)
    server.io_loop.start()
    _leave(server)
    tell("stopped", seconds=round(stop.seconds, 2))


class Stop:
    """Stops a server when it is asked to.

    Parameters
    ----------
    server : BaseServer
    life : Life
        Of this process.
    timeout : float
        Seconds to wait for running work.
    """

    def __init__(self, server: BaseServer, life: Life, timeout: float):
        self._server, self._life, self._timeout = server, life, timeout
        self._begun = 0.0
        self._task: asyncio.Task | None = None

    @property
    def seconds(self) -> float:
        """Since it was asked for."""
        return time.monotonic() - self._begun

    def ask(self, reason: str, descriptor: int | None = None) -> None:
        """Begin to stop; asked again, stop at once."""
        loop = self._server.io_loop.asyncio_loop
        if descriptor is not None:
            loop.remove_reader(descriptor)
        if self._life.stopping:
            self._server.io_loop.stop()
            return
        self._life.stopping = True
        self._begun = time.monotonic()
        tell("stopping", reason=reason, pages=len(connections(tornado_of(self._server))))
        for end in self._life.ends:
            end()
        self._task = loop.create_task(self._wait())

    async def _wait(self) -> None:
        """Wait for running work, but not for ever."""
        while self._life.is_busy() and self.seconds < self._timeout:
            await asyncio.sleep(_LOOK_SECONDS)
        if self._life.is_busy():
            tell("stopped before all work was done", level=logging.WARNING, seconds=self._timeout)
        for connection in list(connections(tornado_of(self._server))):
            socket_of(connection).close(_GOING_AWAY, "the server is being stopped")
        # Written bytes have to leave the process, and the browsers have to get them.
        await asyncio.sleep(_LOOK_SECONDS)
        self._server.io_loop.stop()


def _holds_a_page(server: BaseServer) -> bool:
    """Whether a callback of any page is at work: it holds the page until it is done."""
    application = tornado_of(server)
    return bool(queued_callbacks()) or any(
        session.expiration_blocked for path in application.app_paths for session in application.get_sessions(path))


def _leave(server: BaseServer) -> None:
    """Close the port and everything that runs on the loop."""
    server.stop()
    loop = server.io_loop.asyncio_loop
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
