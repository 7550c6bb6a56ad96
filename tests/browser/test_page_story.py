"""The page as a whole, told in a real browser: presets, cards, completions, appearance, widths, keyboard."""

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from demo_tables import CELLS, demo_columns, demo_table, structure_table, table_of

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.format import format_value
from vanas_panel.page.dashboard import Dashboard, explore
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.panels import VIEWS
from vanas_panel.panels.presets import presets
from vanas_panel.readers import open_table
from vanas_panel.serve import page as served_page
from vanas_panel.serve import warm
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
CARDS = [f".vp-{name}" for name in VIEWS]


@pytest.fixture(scope="module")
def table(request):
    """The whole of NAS-Bench-101 where it is at hand, else a small one with made-up numbers."""
    try:
        table = open_table(request.getfixturevalue("real_table_path"))
    except pytest.skip.Exception:
        table = demo_table()
    # As the server does before its port opens; compiling takes longer than the patience of a page.
    warm(table)
    return table


@pytest.fixture
def open_page(serve_app, page):
    """Serve a table, open its page and wait until all of it is there."""
    def show(table, on=page):
        app = serve_app(lambda: explore(table))
        on.goto(app.url)
        wait_for_all(on)
        return app
    return show


def wait_for_all(page):
    for card in CARDS:
        page.locator(card).wait_for()
    page.locator(".vp-completions h2").wait_for()
    page.locator(".vp-designer canvas").first.wait_for(state="attached")
    page.locator(".vp-overview canvas").first.wait_for(state="attached")


def boxes(page, selectors=CARDS):
    """Left, top, right and bottom of some elements."""
    found = {selector: page.locator(selector).bounding_box() for selector in selectors}
    return {selector: (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
            for selector, box in found.items()}


def overlapping(found):
    return [(one, other) for (one, a), (other, b) in combinations(found.items(), 2)
            if min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5]


def words(page, view):
    """What a view that is all HTML says; its text lies below a shadow root."""
    return page.locator(f"{view} .vp-markup").inner_text()


def card(page, name):
    return page.locator(f"[data-card='{name}']")


def test_each_preset_loads_and_its_numbers_are_those_of_the_table(open_page, page, eventually, table):
    app = open_page(table)
    session = app.built[-1].session
    offered = presets(table)
    assert len(offered) == 8
    for index, preset in enumerate(offered):
        button = page.locator(f"[data-action='preset:{index}']")
        button.click()
        eventually(lambda wanted=preset: session.cell == wanted.cell, preset.label)
        eventually(lambda pressed=button: pressed.get_attribute("aria-pressed") == "true"
                   or page.locator(".vp-presets [aria-pressed=true]").count() == 1, "one is highlighted")
        if preset.row is not None:
            value = format_value(table.metrics["test_accuracy"], table.column("test_accuracy")[preset.row])
            eventually(lambda wanted=value: wanted in card(page, "test_accuracy").inner_text(), value)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.locator("[data-action='preset:0']").click()
    eventually(lambda: "rank 1 of" in card(page, "test_accuracy").inner_text())
    page.screenshot(path=SCREENSHOTS / "page-light.png")


def test_two_convolutions_their_best_arrangement_and_what_it_costs_to_swap_one(open_page, page, eventually, table):
    app = open_page(table)
    session = app.built[-1].session
    page.locator(".vp-designer [data-action='add:1']").click()
    eventually(lambda: len(session.draft.operations) == 3)
    page.locator(".vp-designer [data-action='add:1']").click()
    eventually(lambda: "Best arrangements of 2 × conv 3×3: 10 cells" in words(page, ".vp-completions"))
    first = page.locator(".vp-completions [data-action^='row:']").first
    best = table.best("test_accuracy", session.completions["row"].to_numpy())
    assert first.get_attribute("data-action") == f"row:{best}"
    first.click()
    eventually(lambda: session.row == best)
    eventually(lambda: page.locator(".vp-completions [aria-pressed=true]").count() == 1)
    page.locator("[data-action=pin]").click()
    eventually(lambda: session.pinned == table.cell(best))
    worst = table.best("test_accuracy", worst=True)
    app.call(lambda built: built.session.load_row(worst))
    eventually(lambda: "worse" in card(page, "test_accuracy").inner_text())
    page.locator("[data-action=load-pinned]").click()
    eventually(lambda: session.row == best)
    page.locator("[data-action=unpin]").click()
    eventually(lambda: session.pinned is None)


def test_extra_vertices_widen_the_completions(open_page, page, eventually, table):
    app = open_page(table)
    page.locator("[data-action='extra:2']").click()
    eventually(lambda: app.built[-1].session.extra_vertices == 2)
    matches = app.built[-1].session.completions.attrs["matches"]
    assert matches > 1
    eventually(lambda: f"{matches:,} cells" in words(page, ".vp-completions"))
    assert page.locator("[data-action='extra:2']").get_attribute("aria-checked") == "true"


def test_a_cell_that_is_not_in_the_table_has_its_costs(open_page, page, eventually):
    app = open_page(demo_table())
    outside = Cell.from_packed(int(CELLS[-1]), NASBENCH101)
    app.call(lambda built: built.session.load_cell(outside))
    eventually(lambda: "not in this table" in words(page, ".vp-performance"))
    assert "computed from the structure" in card(page, "trainable_parameters").inner_text()
    assert card(page, "test_accuracy").count() == 0


def test_selection_is_said_in_the_header_and_cleared_there(open_page, page, eventually, table):
    app = open_page(table)
    app.call(lambda built: built.session.select([1, 2, 3]))
    eventually(lambda: f"3 of {len(table):,} cells" in words(page, ".vp-header"))
    page.locator(".vp-header [data-action=clear]").click()
    eventually(lambda: app.built[-1].session.rows is None)
    eventually(lambda: "all cells" in words(page, ".vp-header"))


def test_a_table_without_measurements(open_page, page, eventually):
    app = open_page(structure_table())
    assert "Structure only" in words(page, ".vp-header")
    page.locator("[data-action='preset:1']").click()
    eventually(lambda: app.built[-1].session.row is not None)
    eventually(lambda: "largest of 91" in card(page, "trainable_parameters").inner_text())


def test_another_table_is_chosen_in_the_header(serve_app, page, eventually):
    one, other = demo_table(), structure_table()
    app = serve_app(lambda: Dashboard(Session(one), [one, other]))
    page.goto(app.url)
    wait_for_all(page)
    page.locator(".vp-header select").select_option("1")
    eventually(lambda: app.built[-1].session.table is other)
    eventually(lambda: "91 cells" in words(page, ".vp-header"))
    wait_for_all(page)
    page.locator("[data-action='preset:1']").click()
    eventually(lambda: app.built[-1].session.row is not None)


def test_text_from_a_table_is_never_markup(open_page, page):
    evil = "<img src=x onerror='window.harmed=1'>"
    columns = {"score": np.linspace(0, 1, CELLS.size), **demo_columns()}
    app = open_page(table_of(columns, metrics={"score": Metric("score", evil, "", True)}, title=f"Mine {evil}"))
    app.call(lambda built: built.session.load_row(3))
    card(page, "score").wait_for()
    assert evil in words(page, ".vp-header")
    assert evil in card(page, "score").inner_text()
    assert page.locator("img").count() == 0 and page.evaluate("window.harmed") is None


# Appearance ----------------------------------------------------------------------------------------------------------

CONTRASTS = """() => {
  const seen = []
  const parse = (text) => {
    const plain = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
    plain.fillStyle = text; plain.fillRect(0, 0, 1, 1)
    return [...plain.getImageData(0, 0, 1, 1).data]
  }
  const light = (color) => {
    const linear = (v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4
    const [r, g, b] = color.slice(0, 3).map((v) => linear(v / 255))
    return .2126 * r + .7152 * g + .0722 * b
  }
  const up = (node) => node.parentElement ?? node.getRootNode().host ?? null
  const behind = (node) => {
    for (let at = node; at; at = up(at)) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color[3] > 250) return color
    }
    return [255, 255, 255, 255]
  }
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot)
      const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())
      if (!own || !node.checkVisibility?.() || node.closest("style, script, title, option, :disabled")) continue
      const box = node.getBoundingClientRect()
      if (box.width < 2 || box.height < 2 || node.closest(".vp-wait, .bk-tooltip")) continue
      const [front, back] = [light(parse(getComputedStyle(node).color)), light(behind(node))]
      seen.push([node.textContent.trim().slice(0, 40), (Math.max(front, back) + .05) / (Math.min(front, back) + .05)])
    }
  }
  walk(document)
  return seen
}"""


@pytest.mark.parametrize("dark", [False, True])
def test_all_text_has_enough_contrast(open_page, page, eventually, table, dark):
    app = open_page(table)
    page.locator("[data-action='preset:1']").click()
    eventually(lambda: app.built[-1].session.row is not None)
    page.locator("[data-action=pin]").click()
    page.locator("[data-action='preset:2']").click()
    page.locator("[data-action='preset:2'][aria-pressed=true]").wait_for()
    if dark:
        page.locator("[data-action=dark]").click()
        page.locator(".vp-dark").wait_for()
        page.wait_for_timeout(500)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 60
    assert [(text, round(contrast, 2)) for text, contrast in found if contrast < 4.5] == []


def test_dark_mode_reaches_every_card_and_can_be_left(open_page, page, eventually, table):
    app = open_page(table)

    def brightness():
        return [sum(map(int, page.locator(selector).evaluate("e => getComputedStyle(e).backgroundColor")
                        .removeprefix("rgb(").removesuffix(")").split(","))) for selector in [".vp-page", *CARDS]]

    assert min(brightness()) > 600
    page.locator("[data-action='preset:0']").click()
    page.locator("[data-action=dark]").click()
    eventually(lambda: max(brightness()) < 200)
    assert app.built[-1].session.dark
    SCREENSHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(1500)
    page.screenshot(path=SCREENSHOTS / "page-dark.png")
    page.locator("[data-action=dark]").click()
    eventually(lambda: min(brightness()) > 600)


# Widths --------------------------------------------------------------------------------------------------------------

def scroll_of(page):
    """How much wider and higher the page's contents are than the page."""
    return page.locator(".vp-page").evaluate("e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]")


def test_all_of_it_fits_a_laptop_without_scrolling(open_page, page, table):
    served = open_page(table)
    assert scroll_of(page) == [0, 0]
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    found = boxes(page)
    assert overlapping(found) == []
    assert all(0 <= left < right <= 1440 and 0 <= top < bottom <= 900 for left, top, right, bottom in found.values())
    # Three columns, of which those of the figures end at the same height.
    assert len({round(left) for left, *_ in found.values()}) == 3
    assert len({round(found[name][3]) for name in (".vp-importance", ".vp-designer")}) == 1
    # The third is as high as what it says, first of no cell, then of one and five completions: nothing of it is cut.
    app, hidden = served.built[-1], "e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]"
    texts = [page.locator(f"{card} {part}") for card in (".vp-performance", ".vp-completions")
             for part in (".vp-markup", ".scroll")]
    assert [text.evaluate(hidden) for text in texts] == [[0, 0]] * 4
    small = Draft(("input", table.space.operations[0], "output"), ((0, 1), (1, 2)))
    served.call(lambda _: (app.session.load_cell(small), app.session.param.update(extra_vertices=1)))
    page.locator(".vp-completions .list button").nth(4).wait_for()
    page.locator(".vp-performance [data-card=shape]").wait_for()
    assert [text.evaluate(hidden) for text in texts] == [[0, 0]] * 4
    assert scroll_of(page) == [0, 0]


@pytest.mark.parametrize(("width", "height", "columns"), [(1280, 720, 3), (1024, 768, 2), (390, 844, 1)])
def test_smaller_windows_scroll_and_cut_nothing(open_page, new_page, table, width, height, columns):
    page = new_page(viewport={"width": width, "height": height})
    open_page(table, on=page)
    wider, _ = scroll_of(page)
    assert wider == 0
    found = boxes(page)
    assert overlapping(found) == []
    assert all(0 <= left < right <= width for left, _, right, _ in found.values())
    tops = {round(left) for name, (left, *_) in found.items() if name not in (".vp-performance", ".vp-completions")}
    assert len(tops) == min(columns, 2)
    # Every view fits into its card.
    for name in CARDS:
        across, down = page.locator(name).evaluate(
            "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]")
        assert across <= 1 and down <= 1, name
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"page-{width}.png")


def test_the_served_page_fits_a_phone(serve_app, new_page, table):
    app = serve_app(lambda: served_page([table]))
    page = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.goto(app.url)
    wait_for_all(page)
    assert page.evaluate("window.innerWidth") == 390
    assert scroll_of(page)[0] == 0
    # The header is two rows in which everything has its place: that of the drawers is the second.
    assert page.locator(".vp-top").bounding_box()["height"] < 84
    drawers = [each.bounding_box() for each in page.locator(".vp-header [data-action^='drawer:']").all()]
    above = [page.locator(name).bounding_box() for name in (".vp-header [data-action=dark]", "[data-action=copy-link]")]
    assert len(drawers) == len(DRAWERS)
    for row in (above, drawers):
        assert max(box["y"] for box in row) - min(box["y"] for box in row) <= 1
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["width"] >= 24 for box in row)
        assert all(one["x"] + one["width"] <= other["x"] for one, other in pairwise(row))
    assert max(box["y"] + box["height"] for box in above) <= drawers[0]["y"]
    # Nothing is written so small that it cannot be read, on the canvases included.
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 60 and [text for text, size in sizes if size < 11] == []
    words = page.evaluate("""Bokeh.documents[0].get_model_by_name("words").glyph.text_font_size.value""")
    assert float(words.removesuffix("px")) >= 11


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (2560, 1440)])
def test_the_designer_fills_its_card(open_page, new_page, width, height):
    page = new_page(viewport={"width": width, "height": height})
    open_page(demo_table(), on=page)
    page.locator(".designer-status .status").wait_for()
    found = boxes(page, (".vp-designer", ".designer-canvas", ".designer-status"))
    _, _, _, bottom = found[".vp-designer"]
    assert bottom - found[".designer-status"][3] < 30
    assert found[".designer-status"][1] - found[".designer-canvas"][3] < 12


def test_the_ring_around_a_cell_at_the_top_of_the_map_is_whole(open_page, new_page, table):
    page = new_page(viewport={"width": 1024, "height": 768})
    served = open_page(table, on=page)
    served.call(lambda board: board.session.load_row(table.best(board.session.y)))
    page.locator("[data-card=shape]").wait_for()
    room = page.evaluate("""() => {
      const figure = Array.from(Bokeh.documents[0]._all_models.values()).find((model) => model.type == "Figure"
        && model.renderers.some((each) => each.name == "mark"))
      const mark = figure.renderers.find((each) => each.name == "mark").data_source.data
      return (figure.y_range.end - mark.y[0]) / (figure.y_range.end - figure.y_range.start) * figure.inner_height
    }""")
    assert room > 10.5


SIZES = """() => {
  const found = []
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.shadowRoot) look(each.shadowRoot)
      const own = Array.from(each.childNodes).filter((node) => node.nodeType == 3)
      const text = own.map((node) => node.data.trim()).join("")
      if (!text || ["STYLE", "SCRIPT", "OPTION"].includes(each.tagName) || !each.checkVisibility()) continue
      const size = parseFloat(getComputedStyle(each).fontSize)
      if (size > 0) found.push([text, size])
    }
  }
  look(document)
  return found
}"""
"""Every visible text of the page with the size of its type; one of size 0 is for screen readers."""


# Hands ---------------------------------------------------------------------------------------------------------------

FOCUSED = """() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at?.dataset?.action ?? at?.tagName ?? ""
}"""


def test_everything_that_can_be_clicked_can_be_reached_and_pressed_by_keyboard(open_page, page, eventually, table):
    app = open_page(table)
    page.locator("[data-action='preset:0']").click()
    eventually(lambda: app.built[-1].session.row is not None)
    page.locator(".vp-completions [aria-pressed=true]").wait_for()
    live = page.locator("button[data-action]:not([disabled])")
    wanted = set(live.evaluate_all("all => all.map(e => e.dataset.action)"))
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
        if wanted <= reached:
            break
    assert wanted - reached == set()


def test_enter_loads_and_the_focus_stays_where_it_was(open_page, page, eventually, table):
    app = open_page(table)
    session = app.built[-1].session
    page.locator("[data-action='preset:3']").focus()
    page.keyboard.press("Enter")
    eventually(lambda: session.cell == presets(table)[3].cell)
    page.locator("[data-action='preset:3'][aria-pressed=true]").wait_for()
    assert page.evaluate(FOCUSED) == "preset:3"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "preset:4"
    page.keyboard.press("Space")
    eventually(lambda: session.cell == presets(table)[4].cell)


def test_everything_that_can_be_clicked_says_what_it_does(open_page, page, eventually, table):
    app = open_page(table)
    page.locator("[data-action='preset:0']").click()
    eventually(lambda: app.built[-1].session.row is not None)
    silent = page.locator("button, select, [data-card]").evaluate_all(
        "all => all.filter(e => e.checkVisibility() && !(e.title || e.closest('[title]') || e.ariaLabel))"
        ".map(e => e.outerHTML.slice(0, 120))")
    assert silent == []


def test_forced_colours_show_focus_and_pressed_buttons_and_reduced_motion_stops_animation(
        serve_app, new_page, table):
    page = new_page(forced_colors="active", reduced_motion="reduce")
    app = serve_app(lambda: explore(table))
    page.goto(app.url)
    page.locator(".vp-completions h2").wait_for()
    styles = """button => {
        const {backgroundColor, outlineStyle, outlineWidth, transitionProperty} = getComputedStyle(button)
        return [backgroundColor, outlineStyle, outlineWidth, transitionProperty]
    }"""
    pressed = page.locator(".vp-completions button[aria-pressed=true], .vp-completions button[aria-checked=true]").first
    other = page.locator(".vp-completions button[aria-pressed=false], .vp-completions button[aria-checked=false]").first
    assert pressed.evaluate(styles)[0] != other.evaluate(styles)[0]
    page.keyboard.press("Tab")
    other.focus()
    _, style, width, moving = other.evaluate(styles)
    assert (style, width, moving) == ("solid", "2px", "none")
