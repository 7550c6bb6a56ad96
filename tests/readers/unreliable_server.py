"""A local web server that misbehaves as it is told, one behaviour a request."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the next behaviour of the server; the last one stays."""

    def do_GET(self):
        server = self.server
        server.ranges.append(self.headers.get("Range"))
        behaviour = server.behaviours.pop(0) if len(server.behaviours) > 1 else server.behaviours[0]
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):  # the client has had enough
            behaviour(self)

    def log_message(self, *given):
        """Say nothing."""

    def answer(self, status: int, body: bytes, length: int | None = None, **headers: str | None):
        """Send an answer; a header that is None is left out."""
        self.send_response(status)
        said = {"Content-Length": str(len(body) if length is None else length), "ETag": self.server.etag,
                **{name.replace("_", "-"): value for name, value in headers.items()}}
        for name, value in said.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def asked(self) -> int:
        """The byte from which on the rest is asked for, 0 where the server should send everything."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if_range = self.headers.get("If-Range")
        return int(match[1]) if match and if_range in (None, self.server.etag) else 0

    def proper(self, *, stop: int | None = None, length: int | None = None, body: bytes | None = None, **headers):
        """Answer as a good server does: all of the content, or what the range asks for, up to `stop`."""
        content, start = self.server.content, self.asked()
        body = content[start:stop] if body is None else body
        if not start and stop is None:
            return self.answer(200, body, length, **headers)
        if start >= len(content):
            return self.answer(416, b"", Content_Range=f"bytes */{len(content)}")
        said = {"Content_Range": f"bytes {start}-{start + len(body) - 1}/{len(content)}", **headers}
        return self.answer(206, body, length, **said)


def good(handler: Handler):
    """Serve ranges."""
    handler.proper()


def without_ranges(handler: Handler):
    """Send everything, whatever was asked for."""
    handler.answer(200, handler.server.content)


def break_off(count: int, behaviour: str = "ranges") -> Behaviour:
    """Announce everything, send `count` bytes and hang up."""

    def run(handler: Handler):
        start = handler.asked() if behaviour == "ranges" else 0
        rest = handler.server.content[start:]
        said = {"Content_Range": f"bytes {start}-{len(handler.server.content) - 1}/{len(handler.server.content)}"}
        handler.answer(206 if start else 200, rest[:count], len(rest), **(said if start else {}))

    return run


def stall(count: int, seconds: float) -> Behaviour:
    """Send `count` bytes, then nothing for a while."""

    def run(handler: Handler):
        break_off(count)(handler)
        handler.wfile.flush()
        time.sleep(seconds)

    return run


def drip(size: int, seconds: float) -> Behaviour:
    """Send everything, a little at a time."""

    def run(handler: Handler):
        start = handler.asked()
        break_off(0)(handler)
        rest = handler.server.content[start:]
        for index in range(0, len(rest), size):
            handler.wfile.write(rest[index : index + size])
            handler.wfile.flush()
            time.sleep(seconds)

    return run


def in_parts(size: int) -> Behaviour:
    """Send no more than so many bytes an answer, and say so."""
    return lambda handler: handler.proper(stop=handler.asked() + size)


def status(code: int) -> Behaviour:
    """Answer with an error."""
    return lambda handler: handler.answer(code, b"<h1>Sorry</h1>")


def hang_up(handler: Handler):
    """Close the connection without an answer."""


class UnreliableServer(ThreadingHTTPServer):
    """The server; its attributes may be changed between and during requests."""

    daemon_threads = True

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.etag: str | None = '"one"'
        self.behaviours: list[Behaviour] = [good]
        self.ranges: list[str | None] = []

    def handle_error(self, request, client_address):
        """A client that hangs up is no error."""

    @property
    def url(self) -> str:
        """Where the file is."""
        return f"http://127.0.0.1:{self.server_address[1]}/folder/some.tfrecord"


@contextmanager
def serving(content: bytes) -> Iterator[UnreliableServer]:
    """A server on a free port, stopped at the end."""
    with UnreliableServer(content) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
