"""axe-core finds no barrier: page, drawers, sign-in and report, light and dark, on a wide screen and on a phone."""

from __future__ import annotations

import pytest

import vanas_panel as vp
from tests.browser.axe import barriers
from tests.demo_tables import demo_table
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.report import save_report
from vanas_panel.serve import page as served_page
from vanas_panel.serve import warm
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def tables():
    tables = [demo_table(), vp.open_table("structure4")]
    warm(tables[0])
    return tables

SEARCH_VIEWS = {"Ledger": "Asked again", "Family tree": "drawn at random", "Compare seeds": "Mean rank",
                "Curves": "Random, exactly"}


@pytest.fixture
def opened(new_page, serve_app, tables):
    """``opened(query, **options)`` opens the page of a server and waits until map and bars are drawn."""
    app = serve_app(lambda: served_page(tables))

    def start(query="", **options):
        page = new_page(**options)
        page.goto(app.url + query)
        page.locator(".vp-completions h2").wait_for()
        for view in ("overview", "importance"):
            page.locator(f".vp-{view} .bk-events[role=application]").wait_for()
        return page

    return start


@pytest.mark.parametrize(("dark", "options"), [("", {}), ("&dark=1", {}), ("", PHONE)])
def test_the_page_with_and_without_a_cell(opened, dark, options):
    page = opened(f"?{dark[1:]}", **options)
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    assert barriers(page) == []
    page.locator("[data-action='preset:0']").click()
    page.locator("[data-action=clear]:enabled").wait_for()
    page.locator(".vp-performance [data-action=pin]:enabled").wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize(("name", "dark"), [(name, dark) for dark, names in {
    "0": DRAWERS, "1": ["shelf", "report"]}.items() for name in names])
def test_every_drawer(opened, name, dark):
    page = opened(f"?drawer={name}&dark={dark}")
    page.get_by_role("complementary", name=DRAWERS[name].title).wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize(("dark", "options"), [(0, {}), (1, {}), (0, PHONE)])
def test_a_search_with_each_of_its_views(opened, dark, options):
    page = opened(f"?drawer=search&dark={dark}&search=random:test_accuracy:mean:60:0&query=0:17", **options)
    page.get_by_text("Query 17", exact=True).wait_for()
    for name, words in SEARCH_VIEWS.items():
        page.get_by_role("button", name=name).click()
        page.locator(".search-picture").filter(has_text=words).wait_for()
        assert barriers(page) == []
    page.get_by_role("button", name="New search").click()
    page.get_by_role("button", name="Run", exact=True).wait_for()
    assert barriers(page) == []


def test_the_sign_in(new_page, tables, serve_team):
    page = new_page()
    page.goto(f"http://127.0.0.1:{serve_team(*tables).port}/")
    page.locator("input:focus").wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_a_report(browser, tables, tmp_path, dark):
    session = Session(tables[0])
    session.load_row(tables[0].best("test_accuracy"))
    path = save_report(tables[0], tmp_path / "demo.html", session=session)
    page = browser.new_page(color_scheme="dark" if dark else "light")
    try:
        page.goto(path.as_uri())
        page.locator("#overview canvas").first.wait_for(state="attached")
        assert barriers(page) == []
    finally:
        page.close()
