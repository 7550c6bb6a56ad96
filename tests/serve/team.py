"""A server in a thread of the test, and a client that says exactly what it is told to say."""

from __future__ import annotations

import asyncio
import http.client
import re
import ssl
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, websocket_connect

from vanas_panel.serve import ServeOptions, build_server
from vanas_panel.serve.compat import tornado_of
from vanas_panel.serve.requests.network import free_port

PATIENCE = 30.0

ON_A_THREAD = pytest.mark.parametrize("threads", [True], indirect=True, ids=["on a thread"])
"""For tests where the fixture ``threads`` is to say only how ``vanas-panel serve`` does it."""


class Served:
    """A server on a free port of this machine."""

    def __init__(self, options: ServeOptions, tables):
        self.options = options.on(free_port(0, "127.0.0.1"))
        self.port, self.tables = self.options.port, tables
        self._ready: Future = Future()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.result(PATIENCE)

    def call(self, function):
        """Run a function on the thread of the server."""
        done: Future = Future()

        def run():
            try:
                done.set_result(function())
            except BaseException as error:
                done.set_exception(error)

        self._loop.add_callback(run)
        return done.result(PATIENCE)

    def close_strangers(self):
        """Look now whether all visitors are still signed in, as the server does every few seconds."""
        self.call(lambda: tornado_of(self.server).settings["close_strangers"]())

    def stop(self):
        self._loop.add_callback(self._stop)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _run(self):
        asyncio.set_event_loop(asyncio.new_event_loop())
        self._loop = IOLoop.current()
        try:
            self.server = build_server(self.options, self.tables, loop=self._loop, warm=False)
            self.server.start()
            self._ready.set_result(None)
        except BaseException as error:
            self._ready.set_exception(error)
            return
        self._loop.start()
        self._loop.close(all_fds=True)

    def _stop(self):
        self.server.stop()
        self.server.unlisten()
        self._loop.call_later(0.1, self._loop.stop)


def unverified_context() -> ssl.SSLContext:
    """TLS with a certificate that nobody has signed."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    set_cookies: list[str] = field(default_factory=list)


class Client:
    """A browser without a window: it keeps cookies, and sends what it is told to."""

    def __init__(self, served: Served, tls: bool = False, source: str = "127.0.0.1"):
        self.served, self.tls = served, tls
        # On Linux every 127.x.y.z is an address of this machine: several visitors are several addresses.
        self.source = (source, 0)
        self.cookies: dict[str, str] = {}

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.served.port}"

    def ask(self, path: str = "/", method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Ask for something; ``Sec_Fetch_Site="..."`` sets a header."""
        unverified = unverified_context() if self.tls else None
        connection = (http.client.HTTPSConnection("127.0.0.1", self.served.port, timeout=PATIENCE, context=unverified,
                                                  source_address=self.source) if self.tls else
                      http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=PATIENCE,
                                                 source_address=self.source))
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()},
                            response.read().decode("utf-8", "replace"), response.headers.get_all("Set-Cookie") or [])
        finally:
            connection.close()
        for cookie in answer.set_cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        return self.ask(path, "POST", urlencode(fields), **{"Content_Type": "application/x-www-form-urlencoded",
                                                            "Origin": self.origin, **headers})

    def xsrf(self) -> str:
        """What the form to sign in holds now."""
        return re.search(r'name="_xsrf" value="([^"]+)"', self.ask(f"{self.prefix}/login").text)[1]

    def sign_in(self, name: str = "ada", password: str = "difference engine", target: str = "",
                **headers: str) -> Answer:
        return self.post(f"{self.prefix}/login", {"name": name, "password": password, "next": target,
                                                  "_xsrf": self.xsrf()}, **headers)

    @property
    def prefix(self) -> str:
        return self.served.options.path

    def token(self) -> str:
        """What the page that this client sees would open its websocket with."""
        return re.search(r'"token":"([^"]+)"', self.ask(f"{self.prefix}/").text)[1]

    def websocket(self, token: str | None, origin: str | None = "", cookies: bool = True, say=None) -> str | int:
        """Open a websocket; gives the status of a refusal, else what the server says first: the kind of its message.

        ``say(connection)`` may go on with it, and gives what is returned then.
        """
        # On a thread of its own: that of a test may have a loop, where another test has a browser.
        with ThreadPoolExecutor(1) as thread:
            origin = self.origin if origin == "" else origin
            return thread.submit(lambda: asyncio.run(self._websocket(token, origin, cookies, say))).result()

    async def _websocket(self, token, origin, cookies, say):
        headers = {"Origin": origin} if origin is not None else {}
        if cookies and self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = HTTPRequest(f"{self.origin.replace('http', 'ws')}{self.prefix}/ws", headers=headers,
                              validate_cert=False, connect_timeout=PATIENCE)
        try:
            connection = await websocket_connect(request, subprotocols=["bokeh", token] if token else None)
        except HTTPClientError as error:
            return error.code
        stream = connection.protocol.stream
        try:
            message = await asyncio.wait_for(connection.read_message(), PATIENCE)
            if say is not None:
                return await say(connection)
            if message is None:
                return connection.close_code
            return re.search(r'"msgtype":\s*"([^"]+)"', message)[1]
        finally:
            connection.close()
            # The server closes its side before the loop of this client ends.
            for _ in range(100):
                if stream.closed():
                    break
                await asyncio.sleep(0.02)
            stream.close()
            await asyncio.sleep(0.02)


async def closed(connection) -> int | None:
    """Wait until a websocket is closed; gives the code with which the server did."""
    while await asyncio.wait_for(connection.read_message(), PATIENCE) is not None:
        pass
    return connection.close_code


async def write(connection, *messages: str | bytes) -> None:
    """Write to a websocket that the server may close meanwhile."""
    with suppress(WebSocketClosedError, StreamClosedError):
        for message in messages:
            await connection.write_message(message, binary=isinstance(message, bytes))
