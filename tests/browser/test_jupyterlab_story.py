"""The page in a real JupyterLab: shown, clicked, read and set from other cells, with the network off."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from vanas_panel.draw.css import NOTEBOOK_HEIGHT

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
START = 90.0
OWN_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "VANAS_PANEL_DATA")

# Values, not prints: JupyterLab has the page's messages answered on threads beside the one that runs cells, and while
# such an answer is under way its library keeps all that is printed for itself.
CELLS = {
    "page": "import vanas_panel as vp\ntable = vp.open_table('structure4')\npage = vp.explore(table)\npage",
    "cell": "f'cell: {page.session.cell}'",
    "rows": "f'rows: {page.session.rows}'",
    "set": "page.session.cell = table.cell(7)\npage.session.dark = True\nf'set: {page.session.row}'",
    "view": "vp.views.Presets(page.session)",
}


@contextmanager
def jupyterlab(folder: Path):
    """JupyterLab on a free port of this machine, with folders of its own; its address and its token."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    work = folder / "work"
    work.mkdir()
    own = {name: str(folder / name.lower()) for name in OWN_FOLDERS}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
               f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={work}",
               "--LabApp.news_url=", "--LabApp.extension_manager=readonly", "--ServerApp.terminals_enabled=False"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, **own, "JUPYTER_TOKEN": token}, stdout=log,
                                  stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START
        while True:
            try:
                urllib.request.urlopen(f"{url}/api").close()
                break
            except URLError:
                assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.1)
        yield url, token, work
    finally:
        # Its kernels go with it.
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(20)


class Notebook:
    """A notebook in JupyterLab."""

    def __init__(self, page, url: str, token: str, name: str):
        self.page = page
        page.goto(f"{url}/doc/tree/{name}?token={token}")
        self.cells = page.locator(".jp-Notebook .jp-CodeCell")
        self.cells.first.wait_for(timeout=START * 1000)
        page.get_by_text("| Idle").wait_for(timeout=START * 1000)

    def cell(self, name: str):
        return self.cells.nth(list(CELLS).index(name))

    def run(self, name: str) -> str:
        """Run a cell as a person does; what it prints."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        # A number stands there once the cell has run, a star while it runs.
        self.cell(name).locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).wait_for(timeout=START * 1000)
        output = self.cell(name).locator(".jp-OutputArea-output")
        output.first.wait_for(state="attached", timeout=START * 1000)
        return output.last.inner_text()


def test_the_page_works_in_jupyterlab_without_a_network(new_page, tmp_path, eventually):
    with jupyterlab(tmp_path) as (url, token, work):
        cells = [new_code_cell(source) for source in CELLS.values()]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), work / "story.ipynb")
        # The page of the conftest fails the test where anything asks for another host.
        page = new_page(viewport={"width": 1440, "height": 1080})
        notebook = Notebook(page, url, token, "story.ipynb")
        address = page.url

        notebook.run("page")
        shown = notebook.cell("page").locator(".vp-page")
        shown.locator(".vp-overview canvas").first.wait_for(timeout=START * 1000)
        shown.locator(".vp-completions h2").wait_for()
        status = shown.locator(".designer-status .status")
        box = shown.bounding_box()
        assert box["height"] == NOTEBOOK_HEIGHT and box["width"] > 1000
        assert shown.get_by_role("button", name="Copy link").count() == 0
        eventually(lambda: "91 cells" in shown.locator(".vp-header .vp-markup").inner_text(), "the header")

        # A click on the map changes the designer.
        eventually(lambda: "0 of" in status.inner_text(), "the empty canvas")
        shown.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)
        box = shown.locator(".overview-map").bounding_box()
        # More parameters take more work: the lowest bins are at the lower left of the frame.
        page.mouse.click(box["x"] + 0.22 * box["width"], box["y"] + 0.74 * box["height"])
        eventually(lambda: "Valid cell, in this table" in status.inner_text(), "the cell")
        SCREENSHOTS.mkdir(exist_ok=True)
        page.wait_for_timeout(500)
        page.screenshot(path=SCREENSHOTS / "jupyterlab.png")

        # What was clicked is there as a plain object, and what is set from code is shown.
        assert "cell: Cell(operations=('input'," in notebook.run("cell")
        assert "rows: None" in notebook.run("rows")
        assert "set: 7" in notebook.run("set")
        notebook.cell("page").locator(".vp-dark").wait_for(state="attached")
        eventually(lambda: "3 of" in status.inner_text(), "the cell that was set")

        # A view alone, of the same session.
        notebook.run("view")
        alone = notebook.cell("view").locator(".presets, .vp-markup").first
        alone.wait_for()
        notebook.cell("view").locator("[data-action='preset:1']").click()
        eventually(lambda: shown.locator("[data-action='preset:1'][aria-pressed=true]").count() == 1, "the preset")
        page.screenshot(path=SCREENSHOTS / "jupyterlab-view.png")
        assert page.url == address
        # Before the server goes, which JupyterLab would complain about.
        page.close()
