"""Fixtures of the browser tests.

``serve_app(build)``
    Serves what ``build()`` returns (any Panel object or viewer) on a free loopback port, in a thread of this process,
    and gives a `ServedApp`: ``app.url``; ``app.built``, what ``build`` returned for each opened page, newest last, so
    that a test can look at the very session of the page (``app.built[-1].session.draft``); ``app.call(function)``,
    which runs ``function(built)`` on the server as an event of that page would run, and returns its result. Reading is
    safe from the test itself; everything that changes the session goes through ``app.call``. All servers stop with the
    test, which fails where the server logged an error, such as an exception in a callback.
``serve_team(*tables)``
    Serves tables as `vanas-panel serve` does, to those who sign in: ada, with the password *difference engine*. Gives a
    `tests.serve.team.Served`, whose ``port`` answers on this machine.
``page``
    A Playwright page of 1440 x 900 pixels. The test fails where the page writes an error to the console, raises one,
    gets an answer of 400 or above, or asks any host other than this machine for anything (such requests are blocked).
``new_page(**options)``
    The same with other options of Playwright's ``browser.new_page``, such as ``viewport`` or ``has_touch``.
``eventually(condition, what)``
    Waits until ``condition()`` is true while the page keeps running, and fails with ``what`` after ten seconds.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

import panel as pn
import pytest
from panel.io.server import get_server
from playwright.sync_api import Browser, Page, sync_playwright
from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketClosedError

from tests.serve.team import Served
from vanas_panel.serve import ServeOptions
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.process.page_opening import use_threads
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.widgets.compat import take_style_sheets_from_here
from vanas_panel.widgets.threads import run_callback

# Features of Chromium that are off in the stories. Its address bar would load two pages of its own beside each of ours,
# which took a fifth of the processor time of a page. The others are what Playwright switches off by itself: of several
# such options Chromium heeds the last one only.
WITHOUT = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
           "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
           "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay",
           "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
           "ThirdPartyStoragePartitioning")
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync",
                 # Chromium itself reaches no other machine. Were requests intercepted to hold them back, its cache
                 # would be off, and each of them would take a detour through this process.
                 "--no-proxy-server",
                 "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
                 f"--disable-features={','.join(WITHOUT)}"]
PATIENCE = 30.0
LOCAL = {"127.0.0.1", "localhost", ""}


@pytest.fixture(scope="session", autouse=True)
def threads():
    """Pages are made, written out and changed on threads, as `vanas-panel serve` does it."""
    use_threads()


class ServedApp:
    """A server in a thread; see the top of this file."""

    def __init__(self, build: Callable[[], Any]):
        self.built: list[Any] = []
        self._documents: list[Any] = []
        self._build = build
        self._ready: Future = Future()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.port = self._ready.result(PATIENCE)
        # The name, since a server on a port of its own choice lets only that origin open a websocket.
        self.url = f"http://localhost:{self.port}/"

    def call(self, function: Callable[[Any], Any]) -> Any:
        """Run ``function(built)`` for the page opened last, as what somebody does on it is run."""
        done: Future = Future()
        document, built = self._documents[-1], self.built[-1]

        def run():
            try:
                done.set_result(function(built))
            except BaseException as error:
                done.set_exception(error)

        self._loop.add_callback(document.add_next_tick_callback, lambda: run_callback(run))
        return done.result(PATIENCE)

    def stop(self) -> None:
        """Stop the server and its thread."""
        self._loop.add_callback(self._stop, time.monotonic() + PATIENCE / 10)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the server did not stop"

    def _run(self) -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        self._loop = IOLoop.current()
        try:
            # Asked to start, get_server would run the loop itself and not come back.
            self._server = get_server({"/": self._open}, port=0, address="127.0.0.1", loop=self._loop, start=False)
            self._server.start()
            self._ready.set_result(self._server.port)
        except BaseException as error:
            self._ready.set_exception(error)
            return
        self._loop.start()
        self._loop.close(all_fds=True)

    def _open(self) -> Any:
        # As the pages of the project do: a part of a page by itself would ask an outside host at times.
        take_style_sheets_from_here(pn.state.curdoc)
        built = self._build()
        self.built.append(built)
        self._documents.append(pn.state.curdoc)
        return built

    def _stop(self, deadline: float) -> None:
        # A page that was just closed is still known here until its connection ends, and would complain after the test.
        if any(session.connection_count for session in self._server.get_sessions()) and time.monotonic() < deadline:
            self._loop.call_later(0.02, self._stop, deadline)
            return
        self._server.stop()
        # What the end of a connection set off needs a moment, too.
        self._loop.call_later(0.05, self._loop.stop)


class Watch:
    """Everything about a page that should not happen."""

    def __init__(self, page: Page):
        self.complaints: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and self.complaints.append(
            f"{answer.status} for {answer.url}"))
        page.on("request", lambda request: self._check(request.url))
        page.on("websocket", lambda socket: self._check(socket.url))

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and (parts.hostname or "") not in LOCAL:
            self.complaints.append(f"request to an outside host: {url}")


@pytest.fixture(scope="session")
def browser(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def opened_pages() -> list[Page]:
    """Every page that the test has opened, newest last."""
    return []


@pytest.fixture
def new_page(browser: Browser, opened_pages):
    watches = []

    def open_page(**options) -> Page:
        page = browser.new_page(**{"viewport": {"width": 1440, "height": 900}, **options})
        page.set_default_timeout(PATIENCE * 1000)
        # Two browsers and two servers share the cores of a small machine while a page loads.
        page.set_default_navigation_timeout(3 * PATIENCE * 1000)
        watches.append(Watch(page))
        opened_pages.append(page)
        return page

    yield open_page
    for page in opened_pages:
        page.close()
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    assert not complaints, "\n".join(complaints)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Close the pages of a test before its fixtures stop the servers.

    A page whose server goes first complains about whatever it still has to say, for example where it is scrolled to.
    """
    for page in getattr(item, "funcargs", {}).get("opened_pages", ()):
        page.close()


@pytest.fixture
def page(new_page) -> Page:
    return new_page()


def _closed_meanwhile(record: logging.LogRecord) -> bool:
    """Whether a page was closed while something was written to it, which Tornado says in a task of its own."""
    return record.name == "asyncio" and bool(record.exc_info) and isinstance(record.exc_info[1], WebSocketClosedError)


@pytest.fixture
def serve_team(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_DATA", str(tmp_path))
    users = UserFile(tmp_path / "users")
    users.add("ada", "difference engine")
    running = []

    def serve(*tables: BenchmarkTable) -> Served:
        running.append(Served(ServeOptions(auth_file=users.path, secret_file=tmp_path / "secret"), tables))
        return running[-1]

    yield serve
    for served in running:
        served.stop()


@pytest.fixture
def serve_app(caplog):
    apps = []

    def serve(build: Callable[[], Any]) -> ServedApp:
        apps.append(ServedApp(build))
        return apps[-1]

    yield serve
    for app in apps:
        app.stop()
    errors = [record for phase in ("setup", "call") for record in caplog.get_records(phase)
              if record.levelno >= logging.ERROR and not _closed_meanwhile(record)]
    assert not errors, "\n".join(record.getMessage() for record in errors)


@pytest.fixture
def eventually(opened_pages):
    opened = opened_pages

    def wait(condition: Callable[[], Any], what: str = "") -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert time.monotonic() < deadline, f"waited in vain: {what or condition}"
            if opened:
                opened[-1].wait_for_timeout(20)
            else:
                time.sleep(0.02)
        return found

    return wait
