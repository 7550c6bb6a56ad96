"""Several processes that share a port, and the supervisor that restarts them.

The tables are opened before the processes part, so that they exist once in memory. Threads and event loops begin
after that: neither survives the parting.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import bokeh.server.server
from tornado.netutil import bind_sockets

from vanas_panel.errors import ServeError
from vanas_panel.serve.process.garbage import memory
from vanas_panel.serve.process.logs import tell

GRACE_SECONDS = 5.0
"""Seconds that a process gets beyond its own time to stop before it is killed."""

_MOST_DEATHS, _WITHIN_SECONDS = 5, 60.0
_LOOK_SECONDS = 0.1


_SPREADS = sys.platform == "linux"
"""Whether the system spreads connections evenly over sockets on one port; else processes share a socket."""


@contextmanager
def bound(address: str, port: int) -> Iterator[Callable[[], None]]:
    """Take a port before processes part; call what it gives in every one, so that its server listens there.

    Raises
    ------
    OSError
        Where the port cannot be opened.
    """
    # One that only holds the port: a socket that all processes wait at would leave nearly all visitors to one of them.
    held = _reserved(address, port) if _SPREADS else bind_sockets(port, address)

    def take() -> None:
        sockets = bind_sockets(port, address, reuse_port=True) if _SPREADS else held
        # Bokeh opens the port itself, and offers no way to hand one over.
        bokeh.server.server.bind_sockets = lambda *_: (sockets, port)

    try:
        yield take
    finally:
        for one in held:
            one.close()


def _reserved(address: str, port: int) -> list[socket.socket]:
    """Sockets that keep others from a port without listening there."""
    found = []
    for family, kind, protocol, _, endpoint in socket.getaddrinfo(address, port, type=socket.SOCK_STREAM,
                                                              flags=socket.AI_PASSIVE):
        one = socket.socket(family, kind, protocol)
        found.append(one)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(endpoint)
    return found


@dataclass
class Supervisor:
    """The processes of a server.

    Parameters
    ----------
    count : int
        How many.
    work : callable
        The work of each process, called with its number, a function to call when it is ready, and a file descriptor
        that can be read from once the parent is gone. The process ends when it returns.
    stop_timeout : float
        Seconds that each takes at most to stop.
    """

    count: int
    work: Callable[[int, Callable[[], None], int], None]
    stop_timeout: float
    _numbers: dict[int, int] = field(default_factory=dict)
    _deaths: list[float] = field(default_factory=list)
    _kill_at: float = 0.0
    _asked: int = 0

    def run(self, ready: Callable[[], None]) -> None:
        """Start all, call `ready` when they all are, replace those that end by themselves, and stop with a signal.

        Raises
        ------
        ServeError
            Where they end again and again.
        """
        # Or the first round of the collector would copy what the processes share.
        memory.settle()
        self._alive, self._life_line = os.pipe()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._ask)
        told, tell_ready = os.pipe()
        for number in range(self.count):
            self._start(number, tell_ready)
        waited = 0
        while waited < self.count and self._numbers:
            if select.select([told], [], [], _LOOK_SECONDS)[0]:
                waited += len(os.read(told, self.count))
            self._look(tell_ready)
        if not self._asked:
            ready()
        while self._numbers:
            self._look(tell_ready)
            time.sleep(_LOOK_SECONDS)
        if not self._asked:
            raise ServeError("Found that the processes of the server end again and again; expected them to run. Look "
                             "into its log, and try it with one process.")

    def _start(self, number: int, tell_ready: int) -> None:
        """Start a process."""
        process = os.fork()
        if process:
            self._numbers[process] = number
            return
        # Ctrl+C in a terminal reaches the parent alone, which passes it on once.
        os.setpgrp()
        os.close(self._life_line)
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        self._numbers.clear()

        def ready() -> None:
            os.write(tell_ready, b"+")

        self.work(number, ready, self._alive)
        sys.exit(0)

    def _look(self, tell_ready: int) -> None:
        """See which processes have ended, and start others for those that should not have."""
        while self._numbers:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            number = self._numbers.pop(process, None)
            if number is None or self._asked:
                continue
            code = os.waitstatus_to_exitcode(status)
            tell("process ended", level=logging.ERROR, number=number, ended=process, code=code)
            now = time.monotonic()
            self._deaths = [*(death for death in self._deaths if now - death < _WITHIN_SECONDS), now]
            if len(self._deaths) > _MOST_DEATHS:
                self._send(signal.SIGTERM)
            else:
                self._start(number, tell_ready)
        if self._kill_at and time.monotonic() > self._kill_at:
            self._send(signal.SIGKILL)

    def _ask(self, _signal: int, _frame: object) -> None:
        """Pass a signal on."""
        self._asked += 1
        self._kill_at = self._kill_at or time.monotonic() + self.stop_timeout + GRACE_SECONDS
        self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        """Send a signal to all processes."""
        for process in self._numbers:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue

