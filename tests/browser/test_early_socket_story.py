"""The websocket of the page is opened before the scripts are there, and Bokeh goes on with it."""

import pytest
from demo_tables import demo_table

from vanas_panel.serve import page as served_page
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser


@pytest.fixture
def app(serve_app):
    """A server of the page as `vanas-panel serve` sends it."""
    table = demo_table()
    warm(table)
    return serve_app(lambda: served_page([table]))


@pytest.fixture
def sockets(page):
    """The addresses of the websockets that the page opens, the first one first."""
    opened = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    return opened


def test_one_websocket_opens_before_the_scripts_are_there(app, page, sockets, eventually):
    held = []
    page.route("**/bokeh.min.js*", lambda route: held.append(route))
    page.goto(f"{app.url}?dark=1", wait_until="commit")
    eventually(lambda: held and sockets, "no websocket was opened while the script was held back")
    # What is written meanwhile says what people wait for.
    assert page.locator(".vp-wait").is_visible()
    held[0].continue_()
    page.locator("html.vp-there").wait_for(state="attached")
    page.locator("[data-action='preset:0']").click()
    page.locator("[data-action='preset:0'][aria-pressed=true]").wait_for()
    assert sockets == [f"{app.url.replace('http', 'ws')}ws?dark=1"]


def test_a_page_whose_address_has_changed_opens_its_own(app, page, sockets, eventually):
    page.route("**/bokeh.min.js*", lambda route: (
        page.evaluate("history.replaceState(null, '', '?dark=1')"), route.continue_()))
    page.goto(app.url, wait_until="commit")
    page.locator("html.vp-there").wait_for(state="attached")
    eventually(lambda: len(sockets) == 2, "Bokeh got a websocket of another address")
    assert [url.partition("?")[2] for url in sockets] == ["", "dark=1"]
    page.locator("[data-action='preset:0']").click()
    page.locator("[data-action='preset:0'][aria-pressed=true]").wait_for()
    assert not page.locator(".vp-lost.vp-said").count()
