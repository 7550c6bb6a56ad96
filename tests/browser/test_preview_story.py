"""The preview stands in the page before any script of Bokeh or Panel is there, and the live page takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import vanas_panel as vp
from tests.serve.test_lifecycle import Process
from vanas_panel.serve.requests.network import free_port

pytestmark = pytest.mark.browser

NAME = "{{ 7 * 7 }} <i>tiny"
BOXES = """(frame) => {
  const found = []
  const walk = (node) => {
    if (node.matches?.(".vp-bar, .vp-card, .overview-map, .importance-bars, .designer-canvas, h1, h2, button")
        && node.getClientRects().length) {
      const { x, y, width, height } = node.getBoundingClientRect()
      found.push([x, y, width, height])
    }
    for (const each of [...node.shadowRoot?.children ?? [], ...node.children]) walk(each)
  }
  walk(document.querySelector(frame))
  return found
}"""
DEPTH = "(node) => Number(getComputedStyle(node).zIndex)"
IDS = """() => {
  const found = []
  const walk = (node) => {
    if (node.id) found.push(node.id)
    for (const each of [...node.shadowRoot?.children ?? [], ...node.children]) walk(each)
  }
  walk(document.body)
  return found
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server as people start it, of a table with a name that would do something if it were no text."""
    folder = tmp_path_factory.mktemp("preview")
    source = folder / f"{NAME}.csv"
    shutil.copy(Path(vp.__file__).parents[1] / "docs" / "explanation" / "tiny.csv", source)
    mnist = vp.open_table("mnist-cells")
    server = Process.serve(folder, "mnist-cells", str(source), "--port", str(free_port(0, "127.0.0.1")))
    server.table = mnist
    yield server
    server.process.kill()
    server.process.wait()


@pytest.fixture
def held(page):
    """What is asked for of Bokeh and Panel while it is held back; ``held.go()`` lets it come."""
    class Held(list):
        is_open = False

        def take(self, route):
            if self.is_open:
                route.continue_()
            else:
                self.append(route)

        def go(self):
            self.is_open = True
            for route in self:
                route.continue_()

    routes = Held()
    page.route("**/static/**", lambda route: routes.take(route))
    yield routes
    # A route that nobody has answered is an error of whichever test runs when Python throws it away.
    if not routes.is_open:
        routes.go()


def test_preview_shows_the_table_before_scripts_and_the_live_page_matches_its_layout(server, page, held,
                                                                                            eventually):
    page.goto(server.url, wait_until="commit")
    preview = page.locator(".vp-preview")
    preview.wait_for()
    eventually(lambda: page.evaluate("performance.getEntriesByName('first-contentful-paint').length"),
               "nothing was painted")
    # The line of text is never seen before it.
    assert page.locator(".vp-wait").evaluate("(node) => getComputedStyle(node).clipPath") == "inset(50%)"
    assert held and page.evaluate("typeof Bokeh") == "undefined"
    assert preview.get_by_text("2,532 cells", exact=True).is_visible()
    assert preview.locator("option").all_text_contents()[1] == NAME
    importance = vp.edge_importance(server.table)["importance"]
    said = [float(words.replace("−", "-")) for words in preview.locator(".ends span").all_text_contents()]
    assert said == pytest.approx([100 * each for each in importance], abs=0.051) and len(said) == 16
    bins = preview.locator(".overview-map svg").bounding_box()
    assert bins["width"] > 300 and bins["height"] > 180 and preview.locator(".overview-map path").count() > 20
    before = page.evaluate(BOXES, ".vp-preview > .vp-page")
    assert len(before) > 30
    # Whoever cannot see it is told to wait, and finds nothing in it.
    assert page.get_by_role("status").all_text_contents() == ["Opening the table …"]
    assert not page.get_by_role("button").count() and not page.get_by_role("heading").count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body")
    # What has gone wrong meanwhile is said above it.
    assert page.locator(".vp-wait").evaluate(DEPTH) > preview.evaluate(DEPTH)

    held.go()
    page.locator("html.vp-there").wait_for(state="attached")
    eventually(lambda: not preview.count(), "the preview is still there")
    assert not page.locator(".vp-sheets, [data-sheets], .vp-seen").count()
    assert page.get_by_role("button", name="Copy link").count() == page.get_by_role("banner").count() == 1
    ids = page.evaluate(IDS)
    assert len(ids) == len(set(ids))

    def is_in_place():
        after = page.evaluate(BOXES, ".vp-root .vp-page")
        return len(after) == len(before) and all(one == pytest.approx(other, abs=1)
                                                 for one, other in zip(before, after, strict=True))

    eventually(is_in_place, "parts of the page have jumped")
    page.locator("[data-action='preset:0']").click()
    page.locator("[data-action='preset:0'][aria-pressed=true]").wait_for()


@pytest.mark.parametrize("query, dark", [("?dark=1", True), ("?dark=0", False)])
def test_the_appearance_of_a_link_is_that_of_the_preview(server, page, held, query, dark):
    page.goto(server.url + query, wait_until="commit")
    page.locator(".vp-preview").wait_for()
    color = page.locator(".vp-preview .vp-page").evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert (color == "rgb(17, 22, 29)") is dark


@pytest.mark.parametrize("query", ["?table=1", "?x=flops", "?metric=flops&dark=1", "?dark=2", "?drawer=train", "?what"])
def test_link_to_another_state_gets_no_preview_of_the_default_one(server, page, held, query):
    page.goto(server.url + query, wait_until="commit")
    waits = page.get_by_text("Opening the table …")
    waits.wait_for()
    page.locator(".vp-root").wait_for(state="attached")
    assert not page.locator(".vp-preview, .vp-sheets").count()
    assert waits.evaluate("(node) => getComputedStyle(node).clipPath") == "none"


def test_a_button_that_is_pressed_on_the_preview_is_pressed_on_the_live_page(server, page, held):
    page.goto(server.url, wait_until="commit")
    page.locator(".vp-preview").wait_for()
    box = page.locator(".vp-preview [data-action='preset:0']").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".vp-pressed").wait_for()
    held.go()
    page.locator(".vp-root [data-action='preset:0'][aria-pressed=true]").wait_for()
    assert not page.locator(".vp-pressed").count()


def test_without_scripts_and_on_paper_there_is_no_preview(server, new_page, page, held):
    still = new_page(java_script_enabled=False)
    still.goto(server.url)
    assert not still.locator(".vp-preview").is_visible() and still.get_by_text("Opening the table …").is_visible()
    page.goto(server.url, wait_until="commit")
    page.locator(".vp-preview").wait_for()
    page.emulate_media(media="print")
    assert not page.locator(".vp-preview").is_visible()
    assert page.get_by_text("Opening the table …").evaluate("(node) => getComputedStyle(node).clipPath") == "none"
