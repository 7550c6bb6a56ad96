"""Links in real browsers: the address follows the page, opens the same page elsewhere, and says what it cannot open."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import numpy as np
import panel as pn
import pytest
from demo_tables import demo_table, structure_table

from vanas_panel.core.draft import Draft
from vanas_panel.readers import open_table
from vanas_panel.serve import page as served_page
from vanas_panel.serve import pages, warm
from vanas_panel.state.link import to_query
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
STATE = ("table", "metric", "x", "y", "log_x", "log_y", "box", "draft", "positions", "pinned", "extra_vertices", "dark",
         "drawer")
EVIL = "<img src=x onerror='window.harmed=1'>"


@pytest.fixture(scope="module")
def tables(request):
    """The structure of small cells, and NAS-Bench-101 where it is at hand, else made-up numbers."""
    try:
        table = open_table(request.getfixturevalue("real_table_path"))
    except pytest.skip.Exception:
        table = demo_table()
    for each in (structure_table(), table):
        warm(each)
    return [structure_table(), table]


@pytest.fixture
def served(serve_app, tables, monkeypatch):
    """The page as the server makes it; and the dashboards of all that were opened, newest last."""
    dashboards = []
    linked = pages.linked

    def noted(*arguments):
        dashboards.append(linked(*arguments))
        return dashboards[-1]

    monkeypatch.setattr(pages, "linked", noted)
    app = serve_app(lambda: served_page(tables))
    app.dashboards = dashboards
    return app


def open_link(page, url):
    page.goto(url)
    page.locator(".vp-completions h2").wait_for()
    page.locator(".vp-designer canvas").first.wait_for(state="attached")
    page.locator(".vp-overview canvas").first.wait_for(state="attached")


def in_page(app, action):
    """Do something to the session of the page that was opened last, as an event of that page would."""
    app.call(lambda _: action(app.dashboards[-1].session))


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def words(page, selector):
    return page.locator(f"{selector} .vp-markup").inner_text()


def test_link_opens_the_drawn_cell_for_another_visitor(served, page, new_page, eventually, tables):
    open_link(page, served.url)
    assert page.url == served.url
    page.locator(".vp-header select").select_option("1")
    # Every view is made anew, for the whole of NAS-Bench-101.
    page.wait_for_function("location.search !== ''", timeout=60_000)
    page.locator(".overview-settings option[value=test_accuracy]").first.wait_for(state="attached")
    session = served.dashboards[-1].session
    page.locator(".vp-overview canvas").first.wait_for(state="attached")
    page.locator(".overview-settings select[data-action=x]").select_option("flops")
    eventually(lambda: "x=flops" in page.url, "the axis")
    page.locator(".overview-settings [data-action=log_x]").click()
    eventually(lambda: "log=x" in page.url, "the logarithm")
    page.wait_for_timeout(600)
    box = page.locator(".overview-map").bounding_box()
    drag(page, (box["x"] + 0.4 * box["width"], box["y"] + 0.2 * box["height"]),
         (box["x"] + 0.9 * box["width"], box["y"] + 0.6 * box["height"]))
    eventually(lambda: "box=flops:" in page.url, "the selection")
    page.locator("[data-action='preset:0']").click()
    eventually(lambda: session.row is not None, "a preset")
    page.locator("[data-action=pin]").click()
    eventually(lambda: "pinned=" in page.url, "the pinned cell")
    in_page(served, lambda session: session.load_cell(Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"],
                                                            [(0, 1), (1, 3), (2, 1)])))
    in_page(served, lambda session: session.move_vertex(1, 120.5, 300.2, {0: (250.0, 480.0), 3: (250.0, 60.0)}))
    page.locator("[data-action='extra:2']").click()
    page.locator("[data-action=dark]").click()
    eventually(lambda: page.url.endswith("dark=1"), "the rest")
    assert page.url.partition("?")[2] == to_query(session, tables) and len(page.url) < 700

    other = new_page()
    open_link(other, page.url)
    again = served.dashboards[-1].session
    assert again is not session
    assert {name: getattr(again, name) for name in STATE[1:]} == {name: getattr(session, name) for name in STATE[1:]}
    assert again.table is session.table is tables[1]
    assert again.rows.tolist() == session.rows.tolist() and 0 < again.rows.size < len(again.table)
    assert other.locator(".vp-dark").count() == 1
    assert words(other, ".vp-header") == words(page, ".vp-header")
    assert words(other, ".vp-completions") == words(page, ".vp-completions")
    assert other.locator(".overview-settings select[data-action=x]").input_value() == "flops"
    assert other.locator(".notice:not(:empty)").count() == 0 and other.url == page.url
    SCREENSHOTS.mkdir(exist_ok=True)
    other.wait_for_timeout(800)
    other.screenshot(path=SCREENSHOTS / "address-opened.png")


def test_reload_and_back_restore_the_page(served, page, eventually):
    open_link(page, served.url)
    page.locator("[data-action='preset:1']").click()
    eventually(lambda: "draft=" in page.url, "the address")
    address, drawn = page.url, served.dashboards[-1].session.draft
    page.reload()
    page.locator(".vp-completions h2").wait_for()
    eventually(lambda: len(served.dashboards) == 2 and served.dashboards[-1].session.draft == drawn, "the same draft")
    page.goto("about:blank")
    page.go_back()
    page.locator(".vp-completions h2").wait_for()
    assert page.url == address and served.dashboards[-1].session.draft == drawn
    session = served.dashboards[-1].session
    page.go_back()
    eventually(lambda: page.url == served.url and session.row is None, "the page as it was opened")
    page.go_back()
    assert page.url == "about:blank"


def test_back_and_forward_go_by_steps_of_the_page(served, page, eventually, tables):
    open_link(page, served.url)
    page.evaluate("window.same = true")
    session, made = served.dashboards[-1].session, len(served.dashboards)
    addresses = [page.url]

    def wait_for(part):
        eventually(lambda: part in page.url, part)
        addresses.append(page.url)

    page.locator("[data-action='preset:0']").click()
    wait_for("draft=")
    page.locator(".overview-settings select[data-action=x]").select_option("flops")
    wait_for("x=flops")
    in_page(served, lambda session: session.select([2, 3, 5]))
    wait_for("rows=")
    first, second, third, fourth = addresses
    page.go_back()
    eventually(lambda: page.url == third and session.rows is None, "all cells")
    page.locator(".vp-header b", has_text="all cells").wait_for()
    page.go_back()
    eventually(lambda: page.url == second and session.x != "flops", "the axis")
    assert session.row is not None
    page.go_back()
    eventually(lambda: page.url == first and session.row is None, "the empty designer")
    page.go_forward()
    eventually(lambda: page.url == second and session.row is not None, "the preset")
    page.locator("[data-action='preset:0'][aria-pressed=true]").wait_for()
    for _ in range(2):
        page.go_forward()
    eventually(lambda: page.url == fourth and session.rows is not None, "the selection")
    assert session.x == "flops" and session.rows.tolist() == [2, 3, 5]
    # What is done after going back takes the place of what came after it.
    for _ in range(2):
        page.go_back()
    eventually(lambda: page.url == second and session.x != "flops", "the preset alone")
    page.locator("[data-action=pin]").click()
    eventually(lambda: "pinned=" in page.url, "the pinned cell")
    assert page.evaluate("window.same") is True and len(served.dashboards) == made, "one page throughout"
    assert page.evaluate("history.length") == 4  # the empty tab, the page as it was opened, the preset, the pinned cell


def test_back_leads_to_the_table_before_with_its_steps(served, page, eventually, tables):
    open_link(page, served.url)
    page.locator("[data-action='preset:0']").click()
    eventually(lambda: "draft=" in page.url, "the preset")
    one = page.url
    page.locator("[data-action=pin]").click()
    eventually(lambda: "pinned=" in page.url, "the pinned cell")
    two, drawn = page.url, served.dashboards[-1].session.draft
    page.locator(".vp-header select").select_option("1")
    eventually(lambda: len(served.dashboards) == 2, "another page")
    page.locator(".vp-completions h2").wait_for()
    session = served.dashboards[-1].session
    assert session.table is tables[1] and session.draft == drawn and session.pinned is not None
    eventually(lambda: session.can_undo, "the steps that led there")
    page.locator("[data-action=undo]:not([disabled])").wait_for()
    assert page.locator(".notice:not(:empty)").count() == 0
    page.go_back()
    eventually(lambda: len(served.dashboards) == 3 and page.url == two, "the table before")
    page.locator(".vp-completions h2").wait_for()
    session = served.dashboards[-1].session
    assert session.table is tables[0] and session.draft == drawn and session.pinned is not None
    page.go_back()
    eventually(lambda: page.url == one and session.pinned is None, "the step before")
    page.go_forward()
    eventually(lambda: page.url == two and session.pinned is not None, "and again")
    assert len(served.dashboards) == 3


def test_parts_that_do_not_fit_another_table_are_reported_once(served, page, eventually, tables):
    open_link(page, f"{served.url}?table=nasbench101&x=training_time" if tables[1].name == "nasbench101" else
              f"{served.url}?table=demo@2&x=training_time")
    page.locator(".vp-header select").select_option("0")
    notice = page.locator(".notice li")
    notice.wait_for()
    assert "Not carried over to" in notice.inner_text() and "horizontal axis" in notice.inner_text()
    page.reload()
    page.locator(".vp-completions h2").wait_for()
    page.locator(".vp-overview canvas").first.wait_for()
    assert page.locator(".notice:not(:empty)").count() == 0


def test_a_zoomed_map_is_in_the_link(served, page, new_page, eventually):
    open_link(page, served.url)
    page.wait_for_timeout(600)
    box = page.locator(".overview-map").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.wheel(0, -300)
    eventually(lambda: "window=" in page.url, "the zoomed map")
    window = served.dashboards[-1].session.window
    assert len(page.url.partition("window=")[2].partition("&")[0]) <= 48
    other = new_page()
    open_link(other, page.url)
    again = served.dashboards[-1]
    spans = np.repeat([window[1] - window[0], window[3] - window[2]], 2)
    assert (abs(np.subtract(again.session.window, window)) <= spans / 900).all()
    view = again.views["overview"]
    assert (*view.window.x, *view.window.y) == again.session.window
    page.go_back()
    session = served.dashboards[0].session
    eventually(lambda: session.window is None and "window=" not in page.url, "all of the map")


def test_leaving_right_after_a_change_keeps_it_in_the_link(served, page, eventually):
    open_link(page, served.url)
    page.locator("[data-action='preset:1']").click()
    session = served.dashboards[-1].session
    eventually(lambda: session.row is not None, "the preset")
    page.locator("[data-action='preset:1'][aria-pressed=true]").wait_for()
    page.goto("about:blank")
    page.go_back()
    eventually(lambda: "draft=" in page.url, "the last address")


def test_a_bad_link_opens_what_it_can_and_says_the_rest_as_text(served, page, eventually):
    open_link(page, f"{served.url}?table=gone&metric={quote(EVIL)}&draft=maxpool3x3:0-1,1-2&x=flops&box=1&%ff=%00%ff")
    notice = page.locator(".notice")
    notice.locator("li").first.wait_for()
    said = notice.inner_text()
    assert "table: Found 'gone'; expected one of 'demo'" in said
    assert "onerror=" in said and "box: Found '1'" in said and notice.locator("li").count() == 3
    assert page.locator("img").count() == 0 and page.evaluate("window.harmed") is None
    session = served.dashboards[-1].session
    assert session.row is not None and session.x == "flops"
    box = notice.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1440
    SCREENSHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENSHOTS / "address-notice.png")
    notice.locator("button").click()
    assert notice.inner_text() == ""
    page.locator("[data-action='preset:1']").click()
    eventually(lambda: "gone" not in page.url and "table=demo" in page.url, "an address that works")


def test_copy_link_confirms_the_copy(served, page, eventually):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_link(page, served.url)
    button = page.get_by_role("button", name="Copy link")
    assert "link" in button.get_attribute("title")
    page.locator("[data-action='preset:1']").click()
    page.locator("[data-action='preset:1'][aria-pressed=true]").wait_for()
    button.click()
    said = page.get_by_role("status").filter(has_text="Link copied.")
    said.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url == f"{served.url}?{to_query(served.dashboards[-1].session, pages_tables(served))}"
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "address-copied.png")


def pages_tables(app):
    return app.dashboards[-1].tables


def test_without_a_clipboard_the_link_is_there_to_copy_by_hand(served, page):
    page.add_init_script("""
      Object.defineProperty(navigator, "clipboard", { value: undefined })
      document.execCommand = () => false
    """)
    open_link(page, f"{served.url}?draft=maxpool3x3:0-1,1-2")
    page.get_by_role("button", name="Copy link").press("Enter")
    field = page.get_by_label("Link to this page")
    field.wait_for()
    assert "draft=maxpool3x3:0-1,1-2" in field.input_value()


def test_link_keeps_chosen_rows_and_reports_what_it_cannot_keep(served, page, new_page, eventually):
    session_rows = np.arange(30)[::7]
    open_link(page, served.url)
    in_page(served, lambda session: session.select(session_rows))
    eventually(lambda: "rows=" in page.url, "the rows")
    assert served.dashboards[-1].session.rows.tolist() == session_rows.tolist()
    other = new_page()
    open_link(other, page.url)
    assert served.dashboards[-1].session.rows.tolist() == session_rows.tolist()
    third = new_page()
    open_link(third, f"{served.url}?without=selection")
    third.locator(".notice li").wait_for()
    assert "too scattered" in third.locator(".notice").inner_text()


@pytest.mark.real
def test_the_longest_link_still_opens(served, page, tables, real_table_path):
    session = Session(tables[1])
    rng = np.random.default_rng(1)
    count = 700
    while "rows=" not in to_query(session, tables):
        session.select(np.sort(rng.choice(len(tables[1]), count, replace=False)))
        count -= 5
    assert len(to_query(session, tables)) > 2000
    requested = []
    page.on("websocket", lambda socket: requested.append(socket.url))
    open_link(page, f"{served.url}?{to_query(session, tables)}")
    assert served.dashboards[-1].session.rows.tolist() == session.rows.tolist()
    # The token of the page travels in one header, of which proxies take 8 KB.
    token = page.evaluate("""document.documentElement.outerHTML.match(/"token":"([^"]+)"/)[1]""")
    assert requested and len(token) < 7000


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (390, 844)])
def test_the_button_fits_smaller_windows(served, new_page, width, height):
    page = new_page(viewport={"width": width, "height": height})
    open_link(page, f"{served.url}?table=gone")
    box = page.get_by_role("button", name="Copy link").bounding_box()
    assert box["x"] > 0 and box["x"] + box["width"] <= width
    page.locator(".notice li").wait_for()
    notice = page.locator(".notice").bounding_box()
    assert notice["x"] >= 0 and notice["x"] + notice["width"] <= width
    assert page.locator(".vp-page").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    SCREENSHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENSHOTS / f"address-{width}.png")


def test_page_without_an_address_leaves_browser_history_alone(serve_app, page, eventually, tables):
    from vanas_panel.page.dashboard import explore

    app = serve_app(lambda: explore(tables[0]))
    open_link(page, app.url)
    assert page.get_by_role("button", name="Copy link").count() == 0
    page.locator("[data-action='preset:1']").click()
    eventually(lambda: app.built[-1].session.row is not None, "the preset")
    page.wait_for_timeout(500)
    assert page.url == app.url and pn.state.location is None
