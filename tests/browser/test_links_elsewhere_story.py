"""Links where the page is not at the root of its server: behind a prefix, and under plain ``panel serve``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.serve.requests.network import free_port

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
START = 90.0
BEHIND = """'#' + getComputedStyle(document.body).backgroundColor.match(/\\d+/g)
  .map((part) => Number(part).toString(16).padStart(2, '0')).join('')"""
TABLES = ("structure4", "mnist-cells")
WAYS = {
    "panel serve": (("panel", "serve", "vanas_panel/serve/app.py", "--args", *TABLES), "app"),
    "panel serve with a prefix": (("panel", "serve", "vanas_panel/serve/app.py", "--prefix", "team", "--args", *TABLES),
                                  "team/app"),
    "vanas-panel serve with a prefix": (("vanas_panel.cli", "serve", *TABLES, "--prefix", "team", "--lazy-searches"),
                                        "team/"),
}


@contextmanager
def serving(folder: Path, command: tuple[str, ...], path: str):
    """A server as a process of its own; the address of its page."""
    port = free_port(0, "127.0.0.1")
    url = f"http://127.0.0.1:{port}/{path}"
    index = command.index("--args") if "--args" in command else len(command)
    options = ["--port", str(port), "--address", "127.0.0.1"]
    log = folder / "log"
    with log.open("wb") as file:
        server = subprocess.Popen([sys.executable, "-m", *command[:index], *options, *command[index:]], cwd=ROOT,
                                  env={**os.environ, "VANAS_PANEL_DATA": str(folder)}, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + START
        while True:
            try:
                urllib.request.urlopen(url, timeout=START).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
        yield url
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize(("command", "path"), WAYS.values(), ids=WAYS)
def test_a_link_opens_the_page_and_another_table_is_a_link_back_and_forth(page, tmp_path, command, path, eventually):
    page.set_default_timeout(START * 1000)
    with serving(tmp_path, command, path) as url:
        page.goto(f"{url}?draft=maxpool3x3:0-1,1-2&dark=1")
        assert page.evaluate(BEHIND) == DARK.page, "before the page is there"
        page.locator(".vp-dark").wait_for(state="attached")
        cells = page.locator(".vp-header .num")
        eventually(lambda: cells.first.inner_text() == "91 cells", "the first table")
        page.locator("[data-action='extra:1']").click()
        page.wait_for_url("**extra_vertices=1**")
        page.locator(".vp-header select").select_option("1")
        page.wait_for_url(f"{url}?v=1&table=mnist-cells&**")
        eventually(lambda: cells.first.inner_text() == "2,532 cells", "the second table")
        assert page.locator(".vp-dark").count() == 1
        page.go_back()
        page.wait_for_url(f"{url}?**table=structure4**draft=maxpool3x3:0-1,1-2**extra_vertices=1**")
        eventually(lambda: cells.first.inner_text() == "91 cells", "the first table again")
        page.goto(url)
        assert page.evaluate(BEHIND) == LIGHT.page
        page.close()
