"""A page that asks another machine for anything reaches none, and its story fails."""

import os
import socket
import subprocess
import sys

import pytest

from tests.browser.conftest import Watch
from tests.conftest import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture
def elsewhere():
    """A port of this machine that stands for another one: under an address that no page has a reason to ask."""
    with socket.create_server(("127.0.0.2", 0)) as listening:
        listening.setblocking(False)
        yield listening


def complaints_about(browser, address, script="() => 0"):
    """What is said against a page after it has run a script."""
    page = browser.new_page()
    try:
        watch = Watch(page)
        page.goto(address)
        page.evaluate(script)
        return watch.complaints
    finally:
        page.close()


@pytest.mark.parametrize("ask", [
    "fetch(URL, {mode: 'no-cors'}).catch(() => 0)",
    "new Promise(done => { const image = new Image(); image.onload = image.onerror = done; image.src = URL })",
    "new Promise(done => { const sheet = document.createElement('link'); sheet.rel = 'stylesheet';"
    " sheet.onload = sheet.onerror = done; sheet.href = URL; document.head.append(sheet) })",
    "new Promise(done => { const web = new WebSocket(URL.replace('http', 'ws')); web.onclose = done })"],
    ids=["fetch", "image", "style sheet", "websocket"])
@pytest.mark.parametrize("host", ["127.0.0.2", "elsewhere.localhost.example"])
def test_no_other_host_is_reached_and_the_request_is_named(browser, elsewhere, ask, host):
    address = f"http://{host}:{elsewhere.getsockname()[1]}/"
    complaints = complaints_about(browser, "about:blank", f"() => {{ const URL = {address!r}; return {ask} }}")
    assert [text for text in complaints if text.startswith("request to an outside host") and host in text]
    with pytest.raises(BlockingIOError):
        elsewhere.accept()


def test_page_that_asks_only_this_machine_passes(browser, serve_app):
    app = serve_app(lambda: "a page")
    assert complaints_about(browser, app.url) == []


def test_a_story_that_asks_another_host_fails(chromium_path, tmp_path):
    (tmp_path / "test_story.py").write_text(
        "def test_asks(page):\n"
        "    page.evaluate(\"fetch('http://elsewhere.example/').catch(() => 0)\")\n\n\n"
        "def test_quiet_page_sends_no_request(page):\n"
        "    page.evaluate('1 + 1')\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "tests.browser.conftest",
         "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "request to an outside host: http://elsewhere.example/" in done.stdout
    assert "2 passed, 1 error" in done.stdout


def test_chromium_loads_no_extra_page(browser):
    page = browser.new_page()
    try:
        page.goto("about:blank")
        targets = browser.new_browser_cdp_session().send("Target.getTargets", {"filter": [{}]})["targetInfos"]
        assert [each["url"] for each in targets if each["url"].startswith("chrome")] == []
    finally:
        page.close()
