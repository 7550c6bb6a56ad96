"""Makes the pictures of the page that README and the documentation show, with Chromium.

``python -m scripts.make_pictures`` makes those of the table that comes with the package, and
``python -m scripts.make_pictures path/to/nasbench101.parquet`` those of the case study as well.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURES = DOCS / "pictures"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def served(source: str) -> Iterator[str]:
    """Serve a table on a free port.

    Parameters
    ----------
    source : str
        A file or the name of a table.

    Yields
    ------
    str
        The address of the page.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "vanas_panel.cli", "serve", source, "--port", str(port)])
    try:
        while not _answers(port):
            try:
                code = server.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
            raise SystemExit(f"The server stopped with {code} before it served. Read what it says above.")
        yield f"http://localhost:{port}/"
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    """Whether a server is ready."""
    try:
        urlopen(f"http://localhost:{port}/health").close()
    except URLError:
        return False
    return True


def settle(page: Page) -> None:
    """Wait until nothing changes on the page any more.

    Parameters
    ----------
    page : Page
        The page, with the pointer anywhere.
    """
    page.mouse.move(0, 0)
    page.wait_for_function("Bokeh.documents[0].is_idle")
    page.wait_for_timeout(1500)  # figures are drawn some frames after the document is idle


def keep(page: Page, name: str, part: str | None = None) -> None:
    """Take a picture, small enough to be committed.

    Parameters
    ----------
    page : Page
        The page to show.
    name : str
        A file in ``docs/pictures``.
    part : str, optional
        A selector of the part to show; by default all that is visible.
    """
    settle(page)
    shot = page.locator(part).first.screenshot() if part else page.screenshot()
    Image.open(BytesIO(shot)).convert("RGB").save(PICTURES / name, quality=82, method=6)
    print(f"docs/pictures/{name}: {(PICTURES / name).stat().st_size:,} bytes")


def opened(browser: Browser, url: str, *, phone: bool = False, dark: bool = False) -> Page:
    """Open the page.

    Parameters
    ----------
    browser : Browser
        Chromium.
    url : str
        Where the page is served.
    phone, dark : bool
        On the screen of a phone; in the dark appearance.

    Returns
    -------
    Page
        Ready to be used.
    """
    page = browser.new_page(viewport=PHONE if phone else DESK, has_touch=phone, is_mobile=phone,
                            device_scale_factor=2 if phone else 1)
    page.goto(url + ("?v=1&dark=1" if dark else ""), timeout=60_000)
    page.get_by_role("heading", name="Recommended completions").wait_for(timeout=60_000)
    return page


def load_best(page: Page) -> None:
    """Load the first preset.

    Parameters
    ----------
    page : Page
        The page.
    """
    page.locator("[data-action='preset:0']").click(timeout=60_000)
    page.locator(".vp-performance [data-card=shape]").wait_for()


def first_page(browser: Browser, url: str) -> None:
    """Make the pictures of the first steps.

    Parameters
    ----------
    browser : Browser
        Chromium.
    url : str
        Where the table that comes with the package is served.
    """
    for name, dark in (("page-light.webp", False), ("page-dark.webp", True)):
        page = opened(browser, url, dark=dark)
        load_best(page)
        keep(page, name)
        if not dark:
            page.screenshot(path=DOCS / "page.png")
            for part in ("overview", "importance", "designer", "performance", "completions"):
                keep(page, f"{part}.webp", f".vp-{part}")
        page.close()
    page = opened(browser, url, phone=True)
    keep(page, "page-phone.webp")
    page.close()


def case_study(browser: Browser, url: str) -> None:
    """Make the pictures of the case study.

    Parameters
    ----------
    browser : Browser
        Chromium.
    url : str
        Where NAS-Bench-101 is served.
    """
    page = opened(browser, url)
    keep(page, "case-size-accuracy.webp", ".vp-overview")
    keep(page, "case-importance.webp", ".vp-importance")
    page.get_by_role("combobox", name="Metric of the vertical axis").select_option("Training time")
    page.get_by_text("cells on the map").wait_for()
    keep(page, "case-size-time.webp", ".vp-overview")
    load_best(page)
    keep(page, "case-best.webp", ".vp-designer")
    page.get_by_role("button", name="Leave input and output only").click()
    for _ in range(2):
        page.get_by_role("toolbar").get_by_role("button", name="conv 3×3").click()
        settle(page)
    keep(page, "case-completions.webp", ".vp-completions")
    page.locator(".vp-completions").get_by_role("button", name="93.81 %").first.click()
    settle(page)
    page.get_by_role("button", name="Pin this cell").click()
    page.get_by_role("button", name="Leave input and output only").click()
    for operation in ("conv 3×3", "conv 1×1"):
        page.get_by_role("toolbar").get_by_role("button", name=operation).click()
        settle(page)
    page.locator(".vp-completions").get_by_role("button", name="93.53 %").first.click()
    settle(page)
    keep(page, "case-exchanged.webp", ".vp-performance")
    page.close()


def main(arguments: list[str]) -> None:
    """Make all pictures.

    Parameters
    ----------
    arguments : list of str
        The file of NAS-Bench-101, or nothing.
    """
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with served("default") as url:
            first_page(browser, url)
        for source in arguments:
            with served(source) as url:
                case_study(browser, url)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
