"""Changes on the page that come at a bad moment: early, before the page is drawn, or while a button is pressed."""

import pytest
from demo_tables import demo_table

import vanas_panel as vp
from vanas_panel.page.dashboard import explore
from vanas_panel.serve import warm
from vanas_panel.widgets.markup import Markup

pytestmark = pytest.mark.browser

C3 = vp.NASBENCH101.operations[0]
DRAFT = vp.Draft(["input", C3, "output"], [(0, 1), (1, 2)])
SILENT = """
  // The browser never says that the page is drawn. A message has three parts.
  const send = WebSocket.prototype.send
  let parts = []
  WebSocket.prototype.send = function (text) {
    parts.push(text)
    if (parts.length < 3) return
    if (text.includes("document_ready")) window.held = true
    else for (const part of parts) send.call(this, part)
    parts = []
  }"""


def test_a_change_arrives_before_the_browser_said_that_the_page_is_drawn(serve_app, page, eventually):
    warm(demo_table())
    page.add_init_script(SILENT)
    app = serve_app(lambda: explore(demo_table()))
    page.goto(app.url)
    clear = page.locator(".vp-designer [data-action=clear]")
    clear.wait_for()
    eventually(lambda: page.evaluate("() => window.held === true"), "the page is drawn")
    assert clear.is_disabled()
    app.call(lambda built: built.session.load_cell(DRAFT))
    eventually(clear.is_enabled, "the change")


@pytest.mark.parametrize("kind", ["mouse", "finger"])
def test_a_button_that_is_replaced_while_it_is_pressed_is_clicked(serve_app, new_page, eventually, kind):
    page = new_page(has_touch=kind == "finger")
    pressed = []
    app = serve_app(lambda: Markup('<button data-action="go">Go</button><p class="number">0</p>', pressed.append))
    page.goto(app.url)
    button = page.get_by_role("button", name="Go")
    button.wait_for()
    page.evaluate("""() => {
      // Another piece of the page says when the message has come.
    window.came = () => Bokeh.documents[0].roots()[0].data.html.includes(">1<")
    }""")
    box = button.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = page.context.new_cdp_session(page) if kind == "finger" else None

    def down():
        if hand:
            hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        else:
            page.mouse.move(x, y)
            page.mouse.down()

    def up():
        if hand:
            hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        else:
            page.mouse.up()

    down()
    app.call(lambda built: built.param.update(html='<button data-action="go">Go</button><p class="number">1</p>'))
    eventually(lambda: page.evaluate("() => window.came()"), "the change")
    page.wait_for_timeout(100)
    assert page.locator(".number").inner_text() == "0"
    up()
    eventually(lambda: pressed == ["go"], "the click")
    eventually(lambda: page.locator(".number").inner_text() == "1", "what was put off")


def test_a_press_that_ends_elsewhere_holds_nothing_back(serve_app, page, eventually):
    app = serve_app(lambda: Markup('<button data-action="go">Go</button><p class="number">0</p>', print))
    page.goto(app.url)
    page.get_by_role("button", name="Go").hover()
    page.mouse.down()
    page.mouse.move(900, 800)
    page.mouse.up()
    app.call(lambda built: built.param.update(html='<p class="number">2</p>'))
    eventually(lambda: page.locator(".number").inner_text() == "2", "the change")
