"""What the page says by itself covers nothing that can be pressed, at any size, and closes by hand and by keyboard."""

from __future__ import annotations

import pytest

from tests.demo_tables import demo_table
from vanas_panel.serve import page as served_page

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (1024, 768), (390, 844)]
BAD_LINK = "?metric=nothing&x=nothing&y=nothing"

# What can be pressed and lies within a box, however deep below shadow roots; but for what stands in the box itself.
COVERED = """selector => {
  const found = []
  const walk = (node, within) => {
    for (const each of node.querySelectorAll("*")) {
      const own = within || each.closest(selector) !== null
      if (!own && each.matches("button, select, input, textarea, summary, a[href], canvas, [tabindex]"))
        found.push(each)
      if (each.matches(".vp-page")) end = each.getBoundingClientRect().bottom
      if (own && each.matches(selector)) box = each.getBoundingClientRect()
      if (each.shadowRoot) walk(each.shadowRoot, own)
    }
  }
  let box = null
  let end = innerHeight
  walk(document, false)
  if (box === null || box.height < 10) return null
  // What the page has scrolled away below its lower edge is not there to be covered.
  const inside = ({ left, top, right, bottom }) => Math.min(right, box.right) - Math.max(left, box.left) > 0.5
    && Math.min(bottom, end, box.bottom) - Math.max(top, box.top) > 0.5
  return found.filter((each) => each.checkVisibility({ opacityProperty: true })
      && inside(each.getBoundingClientRect())).map((each) => each.outerHTML.slice(0, 120))
}"""


@pytest.fixture
def opened(serve_app, new_page):
    app = serve_app(lambda: served_page([demo_table()]))

    def open_page(size, query="", script=None):
        page = new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
        if script is not None:
            page.add_init_script(script)
        page.goto(app.url + query)
        page.locator(".vp-completions h2").wait_for()
        page.locator(".vp-designer canvas").first.wait_for(state="attached")
        page.locator(".vp-overview canvas").first.wait_for(state="attached")
        return page

    open_page.app = app
    return open_page


@pytest.mark.parametrize("size", SIZES)
def test_link_parts_that_cannot_be_shown_are_reported_in_their_own_row(opened, eventually, size):
    page = opened(size, BAD_LINK)
    page.locator(".notice li").nth(2).wait_for()
    eventually(lambda: page.evaluate(COVERED, ".notice") == [], f"covers {page.evaluate(COVERED, '.notice')}")
    top = page.locator(".vp-overview").bounding_box()["y"]
    height = page.locator(".notice").bounding_box()["height"]
    page.keyboard.press("Escape")
    page.locator(".notice li").first.wait_for(state="detached")
    assert page.locator(".vp-overview").bounding_box()["y"] == pytest.approx(top - height, abs=1)
    assert page.locator(".vp-page").evaluate("e => e.scrollWidth - e.clientWidth") == 0


@pytest.mark.parametrize("size", SIZES)
def test_a_link_to_copy_by_hand_stays_until_it_is_closed_and_covers_nothing(opened, eventually, size):
    page = opened(size, script="""
      Object.defineProperty(navigator, "clipboard", { value: undefined })
      document.execCommand = () => false
    """)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_label("Link to this page").wait_for()
    eventually(lambda: page.evaluate(COVERED, ".below .said") == [], f"covers {page.evaluate(COVERED, '.below .said')}")
    page.get_by_role("button", name="Close this message").press("Enter")
    page.get_by_label("Link to this page").wait_for(state="detached")
    assert page.locator("[data-action=copy-link]").evaluate("e => e === e.getRootNode().activeElement")


def test_a_copied_link_moves_nothing(opened, page, eventually):
    page = opened(SIZES[0])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    parts = [page.locator(part) for part in (".vp-overview", "[data-action=copy-link]", "[data-action=dark]")]
    before = [part.bounding_box() for part in parts]
    page.get_by_role("button", name="Copy link").click()
    page.locator(".copy.done").wait_for()
    assert page.get_by_role("status").filter(has_text="Link copied.").count() == 1
    assert [part.bounding_box() for part in parts] == before
    # It is nothing to close: Escape is for the drawer.
    page.locator("[data-action='drawer:about']").click()
    page.locator(".vp-drawer h2").wait_for()
    page.keyboard.press("Escape")
    page.locator(".vp-drawer h2").wait_for(state="hidden")


def test_a_message_on_a_scrolled_page_moves_what_is_seen(opened, eventually):
    page = opened(SIZES[2], script="""
      Object.defineProperty(navigator, "clipboard", { value: undefined })
      document.execCommand = () => false
    """)
    page.locator(".vp-page").evaluate("e => { e.scrollTop = 700 }")
    seen = page.locator(".vp-designer")
    eventually(lambda: page.locator(".vp-page").evaluate("e => e.scrollTop") == 700, "scrolled")
    before = seen.bounding_box()["y"]
    page.get_by_role("button", name="Copy link").click()
    page.get_by_label("Link to this page").wait_for()
    height = page.locator(".below .said").bounding_box()["height"]
    assert height > 40
    eventually(lambda: abs(seen.bounding_box()["y"] - before - height) < 1, "moved down")


@pytest.mark.parametrize("size", SIZES)
def test_a_lost_connection_is_said_below_the_page(opened, eventually, size):
    page = opened(size, script="""
      const Plain = window.WebSocket
      window.WebSocket = class extends Plain { constructor(...given) { super(...given); window.socket = this } }
    """)
    page.locator("html.vp-there").wait_for()
    # Only what the page says of it: Bokeh, whose socket is open still, complains about each event that it cannot send.
    page.evaluate("() => { socket.onclose = null; socket.dispatchEvent(new CloseEvent('close', { code: 1006 })) }")
    page.locator(".vp-lost.vp-said").wait_for()
    eventually(lambda: page.evaluate(COVERED, ".vp-lost") == [], f"covers {page.evaluate(COVERED, '.vp-lost')}")
