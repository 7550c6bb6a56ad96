"""The page on paper: all views on white and whole, with title and table, and nothing that only a screen needs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.demo_tables import demo_table
from vanas_panel.draw.theme import LIGHT
from vanas_panel.serve import page as served_page

pytestmark = pytest.mark.browser

VIEWS = [".vp-overview", ".vp-importance", ".vp-designer", ".vp-performance", ".vp-completions"]
SCREEN_ONLY = [".drawers", "[data-action=dark]", "[data-action=copy-link]", ".designer-toolbar .tools", ".vp-presets",
               ".bk-Toolbar"]
TEXT = bytes.fromhex(LIGHT.text.removeprefix("#"))
A4 = {"width": 718, "height": 1047}


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (2560, 1440, True), (390, 844, True)])
def test_every_view_prints_whole_and_on_white(serve_app, new_page, eventually, width, height, dark):
    table = demo_table()
    app = serve_app(lambda: served_page([table]))
    page = new_page(viewport={"width": width, "height": height})
    page.goto(f"{app.url}?dark={int(dark)}&draft=maxpool3x3:0-1,1-2")
    page.locator(".vp-completions h2").wait_for()
    page.locator("html.vp-there").wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    eventually(lambda: page.locator(".vp-completions").bounding_box()["width"] <= A4["width"], "one column")
    assert page.locator("h1").is_visible() and page.get_by_text(table.title).first.is_visible()
    assert all(page.locator(view).is_visible() for view in VIEWS)
    assert not [view for view in SCREEN_ONLY if page.locator(view).first.is_visible()]
    boxes = [page.locator(view).bounding_box() for view in VIEWS]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= A4["width"] for box in boxes)
    assert all(one["y"] + one["height"] <= other["y"] for one, other in pairwise(boxes))
    for view in VIEWS:
        colors = page.locator(view).evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
        assert colors == ["rgb(255, 255, 255)", f"rgb({', '.join(str(part) for part in TEXT)})"], view
        card = page.locator(view).bounding_box()
        for canvas in page.locator(f"{view} canvas").all():
            box = canvas.bounding_box()
            assert box["x"] >= card["x"] and box["x"] + box["width"] <= card["x"] + card["width"] + 1, view
            assert box["y"] >= card["y"] and box["y"] + box["height"] <= card["y"] + card["height"] + 1, view
    assert page.locator(".vp-page").evaluate("e => e.clientHeight") >= boxes[-1]["y"] + boxes[-1]["height"] - 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": height})
    eventually(lambda: page.locator("[data-action=dark]").is_visible(), "the page as it was")
    assert page.pdf(format="A4").startswith(b"%PDF")
