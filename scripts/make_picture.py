"""Makes docs/page.png, the picture of the page in README, from the table that comes with the package."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs" / "page.png"


def main() -> None:
    """Serve the page, load the best cell, and take its picture."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "vanas_panel.cli", "serve", "--port", str(port)])
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            while True:
                page.wait_for_timeout(500)
                if server.poll() is not None:
                    raise SystemExit("Found the server stopped; expected it to serve. Read what it says above.")
                try:
                    urlopen(f"http://localhost:{port}/health").close()
                    break
                except URLError:
                    continue
            page.goto(f"http://localhost:{port}/", timeout=60_000)
            page.locator("[data-action='preset:0']").click(timeout=60_000)
            page.locator(".vp-performance [data-card=shape]").wait_for()
            page.wait_for_function("Bokeh.documents[0].is_idle")
            page.wait_for_timeout(1500)
            page.mouse.move(0, 0)
            page.screenshot(path=TARGET)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
