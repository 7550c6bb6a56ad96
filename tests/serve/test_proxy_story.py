"""Proxies that are set up badly, in a real browser: the page says what is wrong and what to set."""

import re
import socket
import socketserver
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def known_port():
    """A free port under which the server may be reached."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return opened.getsockname()[1]


@pytest.fixture(scope="module")
def server(known_port):
    """A server process and its port. The last test may end it."""
    process = subprocess.Popen([sys.executable, "-u", "-m", "vanas_panel.cli", "serve", "structure4", "--port", "0",
                                "--lazy-searches", "--allow-origin", f"localhost:{known_port}"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    port = next(int(found[1]) for line in process.stdout if (found := re.search(r"http://[^:]+:(\d+)", line)))
    yield process, port
    process.terminate()
    process.communicate(timeout=300)


@pytest.fixture
def proxy(server):
    """``proxy(change)`` puts one before the server that changes the head of every request, and gives its port."""
    started = []

    def start(change, port=0):
        class Connection(socketserver.BaseRequestHandler):
            def handle(self):
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (part := self.request.recv(65536)):
                        return
                    head += part
                # One request a connection, but for websockets, which need theirs.
                head = re.sub(rb"\r\nConnection: keep-alive", b"\r\nConnection: close", change(head, server[1]))
                with socket.create_connection(("127.0.0.1", server[1])) as inside:
                    inside.sendall(head)
                    back = threading.Thread(target=relay, args=(self.request, inside), daemon=True)
                    back.start()
                    relay(inside, self.request)

        proxied = socketserver.ThreadingTCPServer(("127.0.0.1", port), Connection)
        proxied.daemon_threads = True
        threading.Thread(target=proxied.serve_forever, daemon=True).start()
        started.append(proxied)
        return proxied.server_address[1]

    yield start
    for each in started:
        each.shutdown()
        each.server_close()


def relay(source, target):
    """Hand over what comes until one side ends."""
    try:
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def rewritten(head, port):
    return re.sub(rb"\r\nHost: [^\r]*", b"\r\nHost: 127.0.0.1:%d" % port, head)


def without_upgrade(head, port):
    head = re.sub(rb"\r\nUpgrade: [^\r]*", b"", rewritten(head, port))
    return re.sub(rb"\r\nConnection: [^\r]*", b"\r\nConnection: close", head)


def look(chromium_path, story):
    """A story with a page, on a thread of its own, where no other test has a browser."""
    def run():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(60_000)
            try:
                return story(page)
            finally:
                browser.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def said_at(address):
    def story(page):
        page.goto(address)
        page.get_by_role("button", name="Try again").wait_for()
        return page.locator(".vp-wait").inner_text()

    return story


def test_page_says_which_setting_a_host_rewriting_proxy_needs(proxy, chromium_path):
    port = proxy(rewritten)
    said = look(chromium_path, said_at(f"http://localhost:{port}/"))
    assert "was refused" in said and f"--allow-origin localhost:{port}" in said
    assert f"--allow-websocket-origin=localhost:{port}" in said


def test_page_says_that_the_proxy_blocks_websockets(proxy, known_port, chromium_path):
    proxy(without_upgrade, known_port)
    said = look(chromium_path, said_at(f"http://localhost:{known_port}/"))
    assert "Upgrade and Connection" in said


# The last one, since it ends the server of the others.
def test_page_says_that_the_server_is_gone(server, chromium_path):
    process, port = server

    def story(page):
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("html.vp-there").wait_for()
        assert not page.locator(".vp-wait").is_visible() and not page.locator(".vp-lost").is_visible()
        process.kill()
        page.get_by_role("button", name="Connect again").wait_for()
        return page.locator(".vp-lost").inner_text()

    assert "connection to the server is lost" in look(chromium_path, story)
