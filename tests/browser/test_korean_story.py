"""Somebody switches the page to Korean and does all that it is for; nothing is cut, and no English is left.

This machine has no Korean fonts: letters are drawn as boxes as wide as high, which is at least the room that they take.
"""

from __future__ import annotations

import re

import pytest

import vanas_panel as vp
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.report import plan_of, report_html

pytestmark = pytest.mark.browser

SIZES = ((1440, 900), (1024, 768), (390, 844))
HANGUL = re.compile("[가-힣]")
# Names of data, operations, languages, programs and files, units, and works that are cited.
SAME = re.compile(r"conv |max-pool|input|output|FLOPs|MAC$|SVG|PNG|CSV|Parquet|vanas|English|Jiwon Choi|Chris Ying|"
                  r"import |^ada$|mnist-cells|^Python$|numpy|numba|pandas|bokeh|holoviews|datashader|panel|PyTorch|"
                  r"JSON|NAS-Bench|[\d.]+$")

# What a person sees and hears of a page, and texts that their boxes cut where nothing scrolls and no dots say so.
LOOK = """
() => {
  const found = {texts: [], cut: [], wide: document.documentElement.scrollWidth - innerWidth}
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot)
      const style = getComputedStyle(node)
      if (["SCRIPT", "STYLE", "PRE", "CODE", "TEXTAREA"].includes(node.tagName) || style.visibility === "hidden" ||
        !node.getClientRects().length) continue
      const own = [...node.childNodes].filter((each) => each.nodeType === 3 && each.data.trim())
        .map((each) => each.data.trim()).join(" ")
      found.texts.push(...[own, ...["title", "aria-label", "placeholder"].map((name) => node.getAttribute(name))]
        .filter(Boolean))
      const clips = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis"
      const is_for_ears = node.clientWidth <= 1
      if (own && !(node instanceof SVGElement) && style.display !== "inline" && !is_for_ears &&
        node.scrollWidth > node.clientWidth + 1 && (clips || style.overflowX === "visible"))
        found.cut.push(own)
    }
  }
  walk(document)
  return found
}
"""


def english(texts: list[str]) -> list[str]:
    """Texts without a Korean word that are no names."""
    return [text for text in texts
            if re.search("[A-Za-z]{3}", text) and not HANGUL.search(text) and not SAME.search(text)]


@pytest.fixture
def served(serve_team):
    return serve_team(vp.open_table("mnist-cells"), vp.open_table("structure4"))


def look(page, *, where: str) -> None:
    """Nothing is cut, and no English is left."""
    found = page.evaluate(LOOK)
    assert found["cut"] == [], where
    assert found["wide"] <= 0, where
    assert english(found["texts"]) == [], where


def test_a_visitor_signs_in_works_and_signs_out_in_korean(served, new_page):
    page = new_page(locale="ko-KR", viewport={"width": 1440, "height": 900})
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.get_by_role("heading", name="로그인").wait_for()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        look(page, where=f"sign-in at {width}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("이름").fill("ada")
    page.get_by_label("비밀번호").fill("difference engine")
    page.get_by_role("button", name="로그인").click()

    # Explore a selection: the bars are over it.
    page.get_by_role("heading", name="간선 중요도").wait_for()
    assert page.evaluate("document.documentElement.lang") == "ko"
    box = page.locator(".vp-overview .bk-Canvas").first.bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 150, steps=5)
    page.mouse.up()
    page.locator(".vp-importance .aside").get_by_text("2,532").wait_for(state="hidden")

    # Design a cell, and read its contributions.
    page.locator(".vp-presets .presets button").first.click()
    page.get_by_text("타당한 셀, 측정됨").first.wait_for()
    page.get_by_text(re.compile("기여")).first.wait_for()
    first = page.url

    # Take a completion, and go back to the cell before it.
    page.locator(".vp-completions .list button[aria-pressed=false]").first.click()
    page.wait_for_function("(before) => location.href !== before", arg=first)
    look(page, where="the page at 1440")
    page.go_back()
    page.wait_for_function("(before) => location.href === before", arg=first)

    page.get_by_role("button", name="로그아웃").click()
    page.get_by_role("heading", name="로그인").wait_for()


def test_the_switch_keeps_what_is_done_and_nothing_is_cut(serve_app, new_page, eventually):
    app = serve_app(lambda: vp.explore(vp.open_table("mnist-cells")))
    page = new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
    page.goto(app.url)
    page.locator(".vp-presets .presets button").first.click()
    page.get_by_text("Valid cell, measured").first.wait_for()
    session = app.built[-1].session
    page.get_by_role("button", name="한국어").click()
    page.get_by_text("타당한 셀, 측정됨").first.wait_for()
    assert app.built[-1].session is session and session.can_undo
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.get_by_role("heading", name="구조 디자이너").wait_for()
        look(page, where=f"the page at {width}")
        for name in DRAWERS:
            page.locator(f"button[data-action='drawer:{name}']").first.click()
            eventually(lambda name=name: session.drawer == name)
            page.locator(".vp-drawer [data-action=close]").wait_for()
            look(page, where=f"{name} at {width}")
            page.locator(".vp-drawer [data-action=close]").click()
            eventually(lambda: session.drawer == "")


def test_back_goes_to_the_cell_before_in_the_language_of_now(served, new_page):
    page = new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("difference engine")
    page.get_by_role("button", name="Sign in").click()
    presets = page.locator(".vp-presets .presets button")
    presets.first.click()
    page.wait_for_url(re.compile("draft="))
    first = re.search("draft=([^&]*)", page.url)[1]
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("heading", name="구조 추천").wait_for()
    page.wait_for_url(re.compile("lang=ko"))
    presets.nth(1).click()
    page.wait_for_function("(first) => !location.search.includes(`draft=${first}&`)", arg=first)
    page.go_back()
    page.wait_for_url(re.compile(f"draft={re.escape(first)}&.*lang=ko"))
    page.go_back()
    page.wait_for_function("() => !location.search.includes('draft=') && location.search.includes('lang=ko')")
    page.get_by_role("heading", name="구조 추천").wait_for()


def test_a_report_from_disk_works_in_korean(new_page, tmp_path):
    table = vp.open_table("mnist-cells")
    session = vp.Session(table)
    session.load_row(table.best(session.metric))
    file = tmp_path / "report.html"
    file.write_text(report_html(plan_of(table, session=session, lang="ko")), encoding="utf-8")
    for width, height in SIZES:
        page = new_page(locale="en-GB", viewport={"width": width, "height": height})
        page.context.set_offline(True)
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        page.get_by_role("button", name="실행 취소 (Ctrl+Z)").wait_for()
        page.locator("#designer button[data-action='add:1']").click()
        page.get_by_text("정점 1개가 input에서 output까지의 경로에 있지 않습니다.").first.wait_for()
        look(page, where=f"the report at {width}")
