"""The websocket of the page is opened before the scripts are there, and Bokeh goes on with it."""

from pathlib import Path

import pytest
from demo_tables import demo_table

from vanas_panel import serve
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


HAND_OVER = """
(script) => {
  window.WebSocket = class extends EventTarget {
    constructor(url, protocols) {
      super()
      Object.assign(this, { url, protocols })
      window.opened = this
    }
    set onmessage(listener) { this.heard = listener; this.addEventListener("message", listener) }
    get onmessage() { return this.heard }
    say(data) { this.dispatchEvent(new MessageEvent("message", { data })) }
    close() {}
  }
  const node = Object.assign(document.createElement("script"), { textContent: script })
  node.dataset.token = "token"
  document.body.append(node)
  const heard = []
  opened.say(1)
  const socket = new WebSocket(opened.url, ["bokeh", "token"])
  socket.onmessage = ({ data }) => heard.push(data)
  opened.say(2)
  return new Promise((resolve) => setTimeout(() => {
    opened.say(3)
    resolve(heard)
  }, 50))
}
"""


def test_messages_that_come_while_the_websocket_is_handed_over_keep_their_order(app, page):
    page.goto(f"{app.url}static/js/bokeh.min.js", wait_until="commit")
    script = Path(serve.__file__).with_name("early_socket.js").read_text(encoding="utf-8")
    assert page.evaluate(HAND_OVER, script) == [1, 2, 3]
