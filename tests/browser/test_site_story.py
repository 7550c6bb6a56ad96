"""The documentation site in a browser: opened from disk with the network off, in light and dark, wide and narrow."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def open_site(browser, site):
    """Opens a page of the site offline. It may ask for files only, and complain of nothing."""
    contexts, asked, complaints = [], [], []

    def open_page(name, **options):
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((site / name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert asked and [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_site_follows_the_appearance_of_the_reader(open_site, colour_scheme):
    page = open_site("index.html", color_scheme=colour_scheme)
    colours = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (sum(colours) < 3 * 128) is (colour_scheme == "dark")


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_page_is_wider_than_the_window(open_site, site, width):
    page = open_site("index.html", viewport={"width": width, "height": 900})
    for file in sorted(site.rglob("*.html")):
        page.goto(file.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, file.name


def test_search_works_from_disk(open_site):
    page = open_site("index.html")
    page.locator("input[name=q]").first.fill("percent signs")
    page.keyboard.press("Enter")
    page.locator("#search-results a", has_text="Forms of files").first.wait_for()
