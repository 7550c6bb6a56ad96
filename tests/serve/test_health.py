"""``/health``: well or not for everybody, more for those who may know."""

from __future__ import annotations

import json
import os
import urllib.request
from urllib.error import HTTPError

import pytest

from tests.serve.team import Served
from vanas_panel.serve import server as serving
from vanas_panel.serve.compat import http_server, tornado_of
from vanas_panel.serve.process.lifecycle import Door
from vanas_panel.serve.process.liveness import Life
from vanas_panel.serve.requests.health import resident_memory


def ask(served: Served, path: str = "health", **headers: str) -> tuple[int, str]:
    """Status and text of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(served.options.url + path, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def life(monkeypatch) -> Life:
    """Of the server that the test starts next."""
    made = Life()
    monkeypatch.setattr(serving, "Life", lambda: made)
    return made


def test_detail_on_this_machine(life, serve):
    served = serve()
    status, text = ask(served)
    answer = json.loads(text)
    assert (status, answer["status"]) == (200, "ok")
    assert answer["process"]["id"] == os.getpid()
    assert answer["process"]["memory_bytes"] == pytest.approx(resident_memory(), rel=0.5)
    assert answer["process"]["uptime_seconds"] >= 0
    assert answer["pages"] == {"held": 0, "connected": 0}
    assert answer["tables"] == [{"title": served.tables[0].title, "cells": 91}]
    urllib.request.urlopen(served.options.url).read()
    assert json.loads(ask(served)[1])["pages"] == {"held": 1, "connected": 0}


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded"])
def test_no_detail_through_a_proxy(serve, header):
    assert ask(serve(), **{header: "203.0.113.7"}) == (200, '{"status": "ok"}')


def test_no_detail_for_strangers(team, ada, stranger):
    assert ask(team) == (200, '{"status": "ok"}')
    assert set(json.loads(ada.ask("/health").text)) == {"status", "version", "process", "pages", "tables"}
    assert json.loads(stranger.ask("/health").text) == {"status": "ok"}


def test_any_name_and_head(serve):
    served = serve()
    assert ask(served, Host="10.1.2.3")[0] == 200
    head = urllib.request.Request(served.options.url + "health", method="HEAD")
    with urllib.request.urlopen(head) as answer:
        assert (answer.status, answer.read(), answer.headers["Cache-Control"]) == (200, b"", "no-store")


def test_stopping(life, serve):
    served = serve()
    http = http_server(served.server)
    served.call(lambda: setattr(http, "request_callback", Door(http.request_callback, tornado_of(served.server), life)))
    assert ask(served, "")[0] == 200
    life.stopping = True
    status, text = ask(served)
    assert (status, json.loads(text)["status"]) == (503, "stopping")
    status, text = ask(served, "")
    assert status == 503 and "being stopped" in text
    assert len(served.server.get_sessions("/")) == 1


def test_under_a_prefix(life, serve):
    served = serve(prefix="/lab")
    assert ask(served)[0] == 200
    http = http_server(served.server)
    served.call(lambda: setattr(http, "request_callback", Door(http.request_callback, tornado_of(served.server), life)))
    life.stopping = True
    assert ask(served)[0] == 503
    assert "being stopped" not in ask(served)[1]
