"""Limits on the connections of a server: how many at once, for how long, and what happens without file descriptors.

Tornado accepts without limit, waits an hour for the rest of a request, and writes a traceback for each connection that
it has no file descriptor for. `ConnectionGate` takes over the accepting. Every limit is one process's own.
"""

from __future__ import annotations

import errno
import logging
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from panel.io.server import Server
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.iostream import IOStream

from vanas_panel.serve.compat import http_server
from vanas_panel.text.language import LANGUAGES, gettext, keep_language, marked

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

IDLE_SECONDS = 30.0
"""Seconds that a connection may take to send the head of a request, the first one or the next one."""

BODY_SECONDS = 30.0
"""Seconds that the body of a request may take."""

MOST_CONNECTIONS = 4_096
"""Connections at once, where the system has file descriptors for them."""

MOST_PER_ADDRESS = 512
"""Connections of one address at once."""

RESERVED_DESCRIPTORS = 96
"""File descriptors that are kept for tables, databases, logs and workers."""

PAUSE_SECONDS = 1.0
"""How long nothing is accepted once the file descriptors are used up."""

_AT_ONCE = 64
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ConnectionLimits:
    """Limits of one process.

    Parameters
    ----------
    most : int, optional
        Connections at once; by default as many as `descriptors` allow, at most `MOST_CONNECTIONS`.
    per_address : int, optional
        Connections of one address at once.
    """

    most: int = MOST_CONNECTIONS
    per_address: int = MOST_PER_ADDRESS

    @classmethod
    def fitting(cls, most: int = MOST_CONNECTIONS, per_address: int = MOST_PER_ADDRESS) -> ConnectionLimits:
        """Limits for which this process has file descriptors; the system's soft limit is raised to its hard limit."""
        room = max(raise_descriptor_limit() - RESERVED_DESCRIPTORS, 16)
        return cls(min(most, room), min(per_address, room))


def raise_descriptor_limit() -> int:
    """Raise the number of files that this process may open as far as the system allows, and return it."""
    if resource is None:
        return MOST_CONNECTIONS + RESERVED_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + RESERVED_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):
            pass
    return MOST_CONNECTIONS + RESERVED_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


class ConnectionGate:
    """Accepts the connections of a server.

    A connection beyond the limit of its address is answered with 429. One beyond the limit of the process takes the
    place of the connection that has waited longest for its visitor to send something; where there is none, it is
    answered with 503.

    Parameters
    ----------
    http : tornado.httpserver.HTTPServer
        That has its sockets and has accepted nothing yet.
    limits : ConnectionLimits
    """

    def __init__(self, http: HTTPServer, limits: ConnectionLimits):
        self._http, self._limits = http, limits
        # In the order of their beginning.
        self._open: dict[IOStream, str] = {}
        self._count: Counter[str] = Counter()
        self._warned = False

    @classmethod
    def install(cls, server: Server, limits: ConnectionLimits) -> ConnectionGate:
        """Set a gate before a server that has not begun to answer."""
        http = http_server(server)
        gate = cls(http, limits)
        begin = http.handle_stream

        def handle_stream(stream: IOStream, address: Any) -> None:
            gate._note(stream, _host(address))
            begin(stream, address)

        http.handle_stream = handle_stream
        # Tornado accepts by handlers of its own, and forgets them by calling what it keeps of each.
        for descriptor, listener in http._sockets.items():
            http._handlers[descriptor]()
            http._handlers[descriptor] = gate._listen(listener, server.io_loop)
        return gate

    def _listen(self, listener: socket.socket, loop: IOLoop) -> Callable[[], None]:
        """Accept connections from now on; the result stops that."""
        stopped = False

        def accept(_listener: Any, _events: int) -> None:
            if not stopped and not self._accept(listener):
                loop.remove_handler(listener)
                loop.call_later(PAUSE_SECONDS, resume)

        def resume() -> None:
            if not stopped:
                loop.add_handler(listener, accept, IOLoop.READ)

        def stop() -> None:
            nonlocal stopped
            stopped = True
            loop.remove_handler(listener)

        resume()
        return stop

    def _accept(self, listener: socket.socket) -> bool:
        """Accept the connections that wait; whether there are file descriptors left."""
        for accepted in range(_AT_ONCE):
            if accepted and len(self._open) >= self._limits.most:
                # Those that were just accepted are read from the next turn of the loop on, and only then known to wait.
                break
            try:
                connection, address = listener.accept()
            except BlockingIOError:
                break
            except ConnectionAbortedError:
                continue
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                self._say_exhausted(error)
                # One that waits for its visitor makes room for the next one.
                self._close_waiting()
                return False
            self._admit(connection, _host(address), address)
        return True

    def _admit(self, connection: socket.socket, host: str, address: Any) -> None:
        """Hand a connection to the server, or refuse it."""
        if self._count[host] >= self._limits.per_address:
            self._prune()
        if self._count[host] >= self._limits.per_address:
            self._refuse(connection, "429 Too Many Requests", marked("Too many connections from this address. Try "
                                                                     "again in a moment."))
            return
        if len(self._open) >= self._limits.most:
            self._prune()
        if len(self._open) >= self._limits.most and not self._close_waiting():
            self._refuse(connection, "503 Service Unavailable", marked("This server has too many connections. Try "
                                                                       "again in a moment."))
            return
        self._http._handle_connection(connection, address)

    def _note(self, stream: IOStream, host: str) -> None:
        """Count a connection that has begun."""
        self._open[stream] = host
        self._count[host] += 1

    def _forget(self, stream: IOStream) -> None:
        """Count a connection no longer."""
        host = self._open.pop(stream)
        self._count[host] -= 1
        if not self._count[host]:
            del self._count[host]

    def _prune(self) -> None:
        """Forget the connections that have ended."""
        for stream in [stream for stream in self._open if stream.closed()]:
            self._forget(stream)

    def _close_waiting(self) -> bool:
        """Close the connection that has waited longest for a request; whether there was one."""
        # Websockets have left the set of the server's plain connections.
        plain = {connection.stream for connection in self._http._connections}
        for stream in self._open:
            # Tornado reads only while it waits for the head or the body of a request.
            if stream in plain and stream.reading() and not stream.closed():
                stream.close()
                self._forget(stream)
                return True
        return False

    def _refuse(self, connection: socket.socket, status: str, words: str) -> None:
        """Answer a connection at once and close it, without reading its request."""
        try:
            connection.setblocking(False)
            if self._http.ssl_options is None:
                connection.send(refusal(status, words))
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        finally:
            connection.close()

    def _say_exhausted(self, error: OSError) -> None:
        """Write into the log that there are no file descriptors, once."""
        if not self._warned:
            self._warned = True
            _log.error("No file descriptor is left for a new connection (%s); %d are open. Raise the limit of open "
                       "files (ulimit -n). This is said once.", error.strerror, len(self._open))


def refusal(status: str, words: str) -> bytes:
    """The answer to a request that was not read.

    The language that the visitor prefers stands in the request, so the answer is in every language.

    Parameters
    ----------
    status : str
        Such as ``503 Service Unavailable``.
    words : str
        A marked text.
    """
    body = "".join(f"{keep_language(gettext, language)(words)}\n" for language in LANGUAGES).encode()
    head = (f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            "Retry-After: 5\r\nConnection: close\r\n\r\n")
    return head.encode() + body


def _host(address: Any) -> str:
    """The address of a peer without its port."""
    return str(address[0]) if isinstance(address, tuple) else ""
