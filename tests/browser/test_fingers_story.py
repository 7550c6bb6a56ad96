"""Fingers and the wheel over figures, told in a real browser: whatever a figure has no use for scrolls the page."""

import numpy as np
import pytest
from demo_tables import demo_table
from designer_hands import CHAIN, InCompany, Story
from offline_pages import opened_file

from vanas_panel.core.draft import Draft
from vanas_panel.page.dashboard import linked
from vanas_panel.report.offline import offline_html
from vanas_panel.serve import page as served_page
from vanas_panel.serve import pages, warm
from vanas_panel.state.session import EMPTY

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


class Finger:
    """One finger on a page."""

    def __init__(self, page):
        self._page = page
        self._touch = page.context.new_cdp_session(page)

    def _send(self, kind, *points):
        self._touch.send("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": float(x), "y": float(y)} for x, y in points]})

    def swipe(self, start, end, *, rest=0, lift=True):
        """Go from one point to another, after resting on the first one for some milliseconds."""
        self._send("touchStart", start)
        self._page.wait_for_timeout(rest)
        for share in np.linspace(0.1, 1, 10):
            self._send("touchMove", [a + share * (b - a) for a, b in zip(start, end, strict=True)])
        if lift:
            self.lift()

    def lift(self):
        self._send("touchEnd")


@pytest.fixture(scope="module")
def table():
    table = demo_table()
    warm(table)
    return table


@pytest.fixture
def open_board(new_page, serve_app, table, monkeypatch):
    """Opens the page as the server makes it, and gives it with the dashboard behind it."""
    boards = []
    monkeypatch.setattr(pages, "linked", lambda *given: boards.append(linked(*given)) or boards[-1])

    def show(**options):
        app = serve_app(lambda: served_page([table]))
        page = new_page(**options)
        page.goto(app.url)
        for card in (".vp-overview canvas", ".vp-importance canvas", ".designer-canvas"):
            page.locator(card).first.wait_for()
        page.wait_for_function("Bokeh.documents[0]?.is_idle")
        return page, boards[-1]
    return show


@pytest.fixture
def phone(open_board):
    """The page on a phone, and its dashboard."""
    return open_board(**PHONE)


def scrolled(page):
    """How far the page is scrolled."""
    return page.locator(".vp-page").evaluate("e => e.scrollTop")


def middle_of(page, selector):
    """The middle of a figure, brought into the middle of the window first."""
    page.locator(selector).first.evaluate("e => e.scrollIntoView({block: 'center'})")
    box = page.locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("figure", [".overview-map", ".importance-chart", ".designer-canvas"])
def test_a_swipe_over_a_figure_scrolls_the_page(phone, eventually, figure):
    page, board = phone
    selector = {".importance-chart": ".vp-importance .bk-Figure"}.get(figure, figure)
    x, y = middle_of(page, selector)
    before = scrolled(page)
    Finger(page).swipe((x, y + 60), (x, y - 140))
    eventually(lambda: scrolled(page) > before + 80, f"scrolled from {before}")
    session = board.session
    assert session.rows is None and session.draft == EMPTY and session.window is None
    # Until the page has come to rest it tells the server where it is, which nothing hears once it is closed.
    eventually(lambda: (scrolled(page), page.wait_for_timeout(200))[0] == scrolled(page), "at rest")


def test_a_tool_of_the_map_that_a_finger_switches_on_takes_its_swipes(phone, eventually):
    page, board = phone
    middle_of(page, ".overview-map")
    page.locator(".overview-map .bk-ToolButton[title*='select cells']").or_(
        page.locator(".overview-map .bk-tool-icon-box-select")).first.tap()
    x, y = middle_of(page, ".overview-map")
    before = scrolled(page)
    Finger(page).swipe((x - 80, y - 80), (x + 60, y + 60))
    eventually(lambda: board.session.rows is not None, "selected")
    assert scrolled(page) == before


def test_a_finger_draws_by_taps_and_swipes_over_vertices_without_moving_them(new_page, serve_app, eventually):
    page = new_page(viewport={"width": 420, "height": 700}, has_touch=True)
    story = Story(page, serve_app(InCompany), eventually)
    story.load(CHAIN)
    for vertex in (0, 3):
        page.touchscreen.tap(*story.at(vertex))
        page.wait_for_timeout(400)
    drawn = Draft(CHAIN.operations, (*CHAIN.edges, (0, 3)))
    story.until(drawn)
    positions = dict(story.designer.positions)
    x, y = story.at(2)
    Finger(page).swipe((x, y), (x, y - 250))
    eventually(lambda: page.evaluate("scrollY") > 150, "scrolled")
    assert story.designer.positions == positions and story.session.draft == drawn


def test_a_finger_that_rests_on_a_vertex_takes_it_along(new_page, serve_app, eventually):
    page = new_page(viewport={"width": 420, "height": 700}, has_touch=True)
    story = Story(page, serve_app(InCompany), eventually)
    story.load(CHAIN)
    finger, strip = Finger(page), lambda: story.column("strip", "text_alpha")[0]
    finger.swipe(story.at(1), story.pixel(100, 250), rest=450, lift=False)
    eventually(lambda: strip() == 1, "a strip to delete on")
    finger.lift()
    eventually(lambda: story.designer.positions[1] == pytest.approx((100, 250), abs=2), "moved")
    assert page.evaluate("scrollY") == 0 and strip() == 0
    finger.swipe(story.at(1), story.pixel(250, 10), rest=450)
    eventually(lambda: len(story.session.draft.operations) == 3, "deleted")


# The designer of a report ---------------------------------------------------------------------------------------------

class Offline:
    """The designer in a file on a phone, with more of the page around it than fits the screen."""

    def __init__(self, page):
        self.page = page
        self.finger = Finger(page)
        page.evaluate("globalThis.vanasOffline.ready.then(() => null)")

    def now(self):
        """The draft, its positions, and how far the page is scrolled."""
        state = self.page.evaluate("vanasOffline.ready.then(({state}) => JSON.parse(JSON.stringify(state)))")
        return state["operations"], state["edges"], state["positions"], self.page.evaluate("scrollY")

    def at(self, vertex):
        """Where a vertex is on the screen, the middle of the canvas brought into its middle."""
        self.page.locator(".vo-canvas").evaluate("e => e.scrollIntoView({block: 'center'})")
        box = self.page.locator(f'[data-vertex="{vertex}"] .vo-box').bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def offline(browser, tmp_path):
    tall = '<div style="height: 1200px">text</div>'
    with opened_file(browser, tmp_path / "page.html", tall + offline_html(demo_table(), draft=CHAIN) + tall,
                     **PHONE) as page:
        yield Offline(page)


@pytest.mark.parametrize("vertex", [None, 2])
def test_a_swipe_over_the_designer_of_a_report_scrolls_it(offline, eventually, vertex):
    x, y = offline.at(2)
    x += 90 if vertex is None else 0
    before = offline.now()
    offline.finger.swipe((x, y), (x, y - 250))
    eventually(lambda: offline.now()[3] > before[3] + 150, f"scrolled from {before[3]}")
    assert offline.now()[:3] == before[:3]
    assert offline.page.locator(".vo-dragging").count() == 0


def test_a_finger_draws_in_a_report_by_taps(offline):
    for vertex in (0, 3):
        offline.page.touchscreen.tap(*offline.at(vertex))
    assert offline.now()[1] == sorted([*map(list, CHAIN.edges), [0, 3]])


def test_a_finger_that_rests_on_a_vertex_of_a_report_takes_it_along(offline, eventually):
    operations, _edges, positions, scrolled_to = (offline.at(1), offline.now())[1]
    x, y = offline.at(1)
    offline.finger.swipe((x, y), (x - 60, y + 15), rest=450, lift=False)
    assert offline.page.locator(".vo-dragging").count() == 1
    offline.finger.lift()
    eventually(lambda: offline.now()[2] != positions, "moved")
    assert offline.at(1) == (pytest.approx(x - 60, abs=3), pytest.approx(y + 15, abs=3))
    # Slowly and far, from something that is drawn anew all the while: still nothing scrolls.
    strip = offline.page.locator(".vo-strip rect").bounding_box()
    offline.finger.swipe(offline.at(1), (x, strip["y"] + strip["height"] / 2), rest=450)
    eventually(lambda: len(offline.now()[0]) == len(operations) - 1, "deleted")
    assert offline.now()[3] == scrolled_to


# The wheel -----------------------------------------------------------------------------------------------------------

@pytest.fixture
def small(open_board):
    """The page in a window that it is too long for, with the mouse over the map, and its dashboard."""
    page, board = open_board(viewport={"width": 1024, "height": 768})
    box = page.locator(".overview-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return page, board


def turn(page, eventually, board, way):
    """Turn the wheel once, and say whether that scrolled the page or zoomed the map: one of the two it must."""
    overview = board.views["overview"]
    before = overview.window, scrolled(page)
    page.mouse.wheel(0, way)
    eventually(lambda: (overview.window, scrolled(page)) != before, "zoomed or scrolled")
    page.wait_for_timeout(300)
    assert (overview.window == before[0]) != (scrolled(page) == before[1])
    return "zoomed" if scrolled(page) == before[1] else "scrolled"


def test_the_wheel_over_the_map_zooms_or_scrolls(small, eventually):
    page, board = small
    assert turn(page, eventually, board, -120) == "zoomed"
    # Out again to the whole map, which cannot be zoomed out any further.
    ways = [turn(page, eventually, board, 60)]
    while ways[-1] == "zoomed":
        ways.append(turn(page, eventually, board, 60))
    assert 1 < len(ways) < 30
    assert turn(page, eventually, board, 60) == "scrolled"


def test_a_map_whose_wheel_is_switched_off_lets_the_page_scroll(small, eventually):
    page, board = small
    page.locator(".overview-map").evaluate("""() => {
      const [figure] = Array.from(Bokeh.documents[0]._all_models.values()).filter((model) =>
        model.type == "Figure" && model.toolbar.tools.some((tool) => tool.type == "WheelZoomTool"))
      figure.toolbar.tools.find((tool) => tool.type == "WheelZoomTool").active = false
    }""")
    assert turn(page, eventually, board, 240) == "scrolled"
