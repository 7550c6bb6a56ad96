"""Limits on connections and pages, over real sockets: stalled ones, too many at once, and no file descriptors left."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future

import pytest

from tests.serve.team import PATIENCE, Client
from vanas_panel.serve.compat import tornado_of
from vanas_panel.serve.process import connections
from vanas_panel.serve.process.connections import ConnectionGate, ConnectionLimits
from vanas_panel.serve.process.fair_thread import FairThread
from vanas_panel.serve.requests.network import Hosts


def stalled(port: int, text: bytes = b"GET /") -> socket.socket:
    """A connection that begins a request and says no more."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection.sendall(text)
    return connection


def ended(connection: socket.socket) -> bytes:
    """All that a server sends until it closes a connection."""
    connection.settimeout(PATIENCE)
    found = b""
    try:
        while piece := connection.recv(4096):
            found += piece
    except ConnectionResetError:
        pass
    return found


@pytest.mark.parametrize("text", [b"", b"GET /", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Le"])
def test_silent_connection_is_closed(serve, text):
    served = serve(idle_seconds=0.3)
    with stalled(served.port, text) as connection:
        ended(connection)
    assert Client(served).ask("/health").status == 200


def test_a_slow_head_is_no_way_around_the_time_limit(serve):
    served = serve(idle_seconds=0.5)
    with stalled(served.port, b"GET / HTTP/1.1\r\n") as connection, pytest.raises(OSError):
        for _ in range(round(PATIENCE / 0.1)):
            connection.sendall(b"X: y\r\n")
            time.sleep(0.1)
    assert Client(served).ask("/health").status == 200


def test_beyond_the_limit_the_longest_waiting_connection_makes_room(serve):
    served = serve(most_connections=20)
    waiting = [stalled(served.port) for _ in range(40)]
    try:
        for _ in range(5):
            assert Client(served).ask("/health").status == 200
        # The first ones are gone.
        ended(waiting[0])
    finally:
        for connection in waiting:
            connection.close()


def test_address_beyond_its_connection_limit_gets_an_answer(serve):
    served = serve()
    gate = served.call(lambda: ConnectionGate.install(served.server, ConnectionLimits(most=100, per_address=5)))
    waiting = [stalled(served.port) for _ in range(5)]
    try:
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as connection:
            answer = ended(connection)
        assert answer.startswith(b"HTTP/1.1 429 ") and b"Retry-After: 5" in answer
    finally:
        for connection in waiting:
            connection.close()
    assert gate is not None


@pytest.mark.slow
def test_without_file_descriptors_the_server_answers_again_and_says_so_once(tmp_path):
    """A process of its own with few file descriptors, as `ulimit -n` gives them."""
    program = ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))\n"
               "from vanas_panel.serve.process import connections\n"
               # As if nothing were kept for tables and databases: descriptors do run out then.
               "connections.RESERVED_DESCRIPTORS = -1000\n"
               # Connections that say nothing make room again after a third of the usual time.
               "from vanas_panel.serve import serve; serve(port=0, idle_seconds=10.0, ready_searches=False)")
    log = tmp_path / "log"
    environment = {**os.environ, "VANAS_PANEL_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as errors, subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE,
                                                    stderr=errors, env=environment, text=True) as process:
        waiting = []
        try:
            port = next(int(line.split("http://127.0.0.1:")[1].split("/")[0]) for line in process.stdout
                        if "http://127.0.0.1:" in line)
            for _ in range(400):
                waiting.append(stalled(port))
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                connection.settimeout(PATIENCE)
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert b'"ok"' in ended(connection)
        finally:
            for connection in waiting:
                connection.close()
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
    text = log.read_text()
    assert text.count("No file descriptor is left") == 1 and len(text) < 10_000


def test_limits_fit_the_file_descriptors(monkeypatch):
    monkeypatch.setattr(connections, "raise_descriptor_limit", lambda: 256)
    assert ConnectionLimits.fitting() == ConnectionLimits(160, 160)
    monkeypatch.setattr(connections, "raise_descriptor_limit", lambda: 20)
    assert ConnectionLimits.fitting() == ConnectionLimits(16, 16)
    monkeypatch.setattr(connections, "raise_descriptor_limit", lambda: 10**6)
    assert ConnectionLimits.fitting(100) == ConnectionLimits(100, 512)


def test_one_person_has_at_most_so_many_pages(serve, users):
    served = serve(auth_file=users.path, most_pages_per_user=2)
    ada, bob = Client(served), Client(served)
    assert ada.sign_in().status == 303 and bob.sign_in("bob", "build the thing").status == 303
    tokens, mine = [ada.token() for _ in range(3)], bob.token()
    held: Future = Future()

    async def second(_connection):
        return ada.websocket(tokens[1], say=third)

    async def third(_connection):
        held.set_result(None)
        return ada.websocket(tokens[2]), bob.websocket(mine)

    assert ada.websocket(tokens[0], say=second) == (429, "ACK") and held.done()
    # Both are closed: there is room again.
    assert ada.websocket(ada.token()) == "ACK"


def test_a_page_that_is_still_being_made_ends_with_the_sign_in(serve, users, monkeypatch):
    """Its connection is closed although Bokeh does not know of it yet."""
    making, go_on = threading.Event(), threading.Event()

    def slow_page(_tables):
        making.set()
        go_on.wait(PATIENCE)
        raise RuntimeError("not looked at by anybody")

    served = serve(auth_file=users.path)
    ada = Client(served)
    ada.sign_in()
    token = ada.token()
    monkeypatch.setattr("vanas_panel.serve.server.visitor_page", slow_page)
    # The session of the token is there already: it has to be made once more, as in a server that shares its HTML.
    served.call(tornado_of(served.server).applications["/"]._sessions.clear)
    outcome: Future = Future()

    def visit():
        try:
            outcome.set_result(ada.websocket(token))
        except BaseException as error:
            outcome.set_exception(error)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        assert making.wait(PATIENCE)
        users.remove("ada")
        served.close_strangers()
        # Over before the page is made.
        visitor.join(PATIENCE)
        assert not visitor.is_alive() and (outcome.exception() or outcome.result() != "ACK")
    finally:
        go_on.set()
        visitor.join(PATIENCE)


def test_people_take_turns_however_much_one_of_them_asks_for():
    thread, gate, done = FairThread("test"), threading.Event(), []
    thread.submit_for("ann", gate.wait)
    greedy = [thread.submit_for("ann", done.append, ("ann", number)) for number in range(100)]
    others = [thread.submit_for(name, done.append, (name, 0)) for name in ("bob", "eve")]
    assert greedy[50].cancel()
    gate.set()
    for future in others:
        future.result(PATIENCE)
    greedy[-1].result(PATIENCE)
    assert done[:3] == [("ann", 0), ("bob", 0), ("eve", 0)] or {name for name, _ in done[:4]} == {"ann", "bob", "eve"}
    # What is of one person keeps its order; what was cancelled is left out.
    assert [number for name, number in done if name == "ann"] == [n for n in range(100) if n != 50]


def test_an_error_on_a_fair_thread_reaches_the_one_who_asked():
    thread = FairThread("test")
    failing = thread.submit_for("ann", int, "x")
    with pytest.raises(ValueError):
        failing.result(PATIENCE)
    assert thread.of("ann").submit(int, "7", base=8).result(PATIENCE) == 7


def test_the_scheme_of_an_origin_counts(serve):
    served = serve()
    client = Client(served)
    token = client.token()
    assert client.websocket(token, origin=client.origin.replace("http:", "https:")) == 403
    assert client.websocket(token) == "ACK"
    hosts = Hosts(frozenset({"localhost:80"}), frozenset())
    assert hosts.admit("localhost", "http", "http") and not hosts.admit("localhost", "https", "http")


def test_a_refused_message_shows_nothing_of_the_server(serve):
    client = Client(serve())

    async def say(connection):
        header = {"msgid": "1", "msgtype": "PATCH-DOC"}
        for part in (header, {}, {"events": [{"kind": "ModelChanged", "model": {"id": "no such"}, "attr": "x",
                                             "new": 1}]}):
            await connection.write_message(json.dumps(part))
        text = ""
        while '"traceback"' not in text:
            message = await connection.read_message()
            assert message is not None
            text += message
        return text

    text = client.websocket(client.token(), say=say)
    assert '"traceback":null' in text.replace(" ", "") and ".py" not in text and "Error" not in text


def test_a_proxy_that_is_not_believed_is_named_in_the_log_once(serve, caplog):
    served = serve()
    with caplog.at_level(logging.WARNING, logger="vanas_panel"):
        for _ in range(3):
            Client(served).ask("/health", X_Forwarded_For="203.0.113.7")
    assert sum("--use-xheaders" in record.message for record in caplog.records) == 1
