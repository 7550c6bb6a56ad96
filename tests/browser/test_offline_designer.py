"""The designer in a file that is opened from disk, with the network off: drawn in by mouse and by keyboard."""

from __future__ import annotations

import json
import math

import pytest
from demo_tables import demo_table
from offline_pages import opened_file
from playwright.sync_api import Page

from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.format import format_value
from vanas_panel.draw.percentile import standing
from vanas_panel.readers import open_table
from vanas_panel.report.offline import offline_html, pack_table
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser

CONV, SMALL, POOL = NASBENCH101.operations


@pytest.fixture
def table(request):
    """The whole of NAS-Bench-101 where it is there, else the small one."""
    try:
        return open_table(request.getfixturevalue("real_table_path"))
    except pytest.skip.Exception:
        return demo_table()


@pytest.fixture
def demo_page(browser, tmp_path):
    with opened_file(browser, tmp_path / "page.html", offline_html(demo_table())) as page:
        ready(page)
        yield page


def ready(page: Page) -> None:
    page.evaluate("globalThis.vanasOffline.ready.then(() => null)")


def state(page: Page) -> dict:
    return page.evaluate("globalThis.vanasOffline.ready.then((designer) => JSON.parse(JSON.stringify(designer.state)))")


def at(page: Page, vertex: int) -> tuple[float, float]:
    """Where a vertex is on the screen."""
    box = page.locator(f'.vo-canvas [data-vertex="{vertex}"] .vo-box').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def on_edge(page: Page, source: int, target: int) -> tuple[float, float]:
    """A point of an edge on the screen."""
    return tuple(page.evaluate("""(name) => {
      const line = document.querySelector(`[data-edge="${name}"] .vo-hit`)
      const point = line.getPointAtLength(0.3 * line.getTotalLength())
      const centre = new DOMPoint(point.x, point.y).matrixTransform(line.getScreenCTM())
      return [centre.x, centre.y]
    }""", f"{source},{target}"))


def connect(page: Page, source: int, target: int) -> None:
    """Click two vertices."""
    page.mouse.click(*at(page, source))
    page.mouse.click(*at(page, target))


def drag(page: Page, start, end) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def draw_residual_by_mouse(page: Page) -> Draft:
    """Two operations in a row and a way around them: one edge by dragging from a port, the others by clicks."""
    page.get_by_role("button", name=f"Add a {CONV} vertex (key 1)").click()
    page.get_by_role("button", name=f"Add a {POOL} vertex (key 3)").click()
    connect(page, 0, 1)
    x, y = at(page, 1)
    page.mouse.move(x, y)
    port = page.locator('[data-vertex="1"] .vo-port').bounding_box()
    drag(page, (port["x"] + port["width"] / 2, port["y"] + port["height"] / 2), at(page, 2))
    connect(page, 2, 3)
    connect(page, 0, 3)
    return Draft(["input", CONV, POOL, "output"], [(0, 1), (1, 2), (2, 3), (0, 3)])


def assert_same_numbers(page: Page, table, draft: Draft) -> None:
    """Everything that the page says of a draft is what Python's core says of it."""
    packed, now = pack_table(table), state(page)
    seen = packed.table
    assert (now["operations"], [tuple(edge) for edge in now["edges"]]) == (list(draft.operations), list(draft.edges))
    session = Session(seen, draft=draft)
    assert [problem["kind"] for problem in now["problems"]] == [problem.kind for problem in session.problems]
    assert now["row"] == (-1 if session.row is None else session.row)
    found = complete(table, draft, "test_accuracy")
    assert now["completions"]["matches"] == found.attrs["matches"]
    assert [one["row"] for one in now["completions"]["rows"]] == packed.packed_rows(found["row"])
    assert [one["value"] for one in now["completions"]["rows"]] == found["test_accuracy"].tolist()
    assert page.locator(".vo-list button").count() == len(found)
    if session.row is None:
        assert now["contributions"] is None
        return
    frame = edge_contributions(seen, session.cell, "test_accuracy")
    expected = [None if math.isnan(value) else value for value in frame["contribution"]]
    assert [part["contribution"] for part in now["contributions"]] == expected
    signs = [page.locator(f'[data-edge="{s},{t}"]').get_attribute("data-sign") for s, t in draft.edges]
    assert signs == ["" if value is None else str(int(value > 0) - int(value < 0)) for value in expected]
    value = float(seen.column("test_accuracy")[session.row])
    card = page.locator('[data-card="test_accuracy"]').first.inner_text()
    metric = seen.metric("test_accuracy")
    words = [metric.label, format_value(metric, value), standing(seen, metric.name, value)]
    assert " ".join(card.split()) == " ".join(words)


def test_a_cell_drawn_by_mouse_has_the_numbers_of_the_core(browser, tmp_path, table):
    with opened_file(browser, tmp_path / "page.html", offline_html(table)) as page:
        ready(page)
        draft = draw_residual_by_mouse(page)
        assert_same_numbers(page, table, draft)
        # A part of it is a draft of which the table has many completions.
        page.mouse.click(*on_edge(page, 0, 3))
        page.mouse.click(*on_edge(page, 1, 2))
        part = Draft(draft.operations, [(0, 1), (2, 3)])
        assert_same_numbers(page, table, part)
        best = state(page)["completions"]["rows"][0]
        page.locator(".vo-list button").first.click()
        assert state(page)["row"] == best["row"]
        assert_same_numbers(page, table, Draft(best["operations"], [tuple(edge) for edge in best["edges"]]))


def test_button_removes_parts_on_no_path_and_undo_restores_them(demo_page):
    page = demo_page
    dead_end = Draft(["input", CONV, POOL, "output"], [(0, 1), (0, 2), (1, 3)])
    page.evaluate("([operations, edges]) => vanasOffline.ready.then((designer) => designer.load(operations, edges))",
                  [list(dead_end.operations), [list(edge) for edge in dead_end.edges]])
    button = page.get_by_role("button", name="Remove parts on no path")
    button.click()
    assert_same_numbers(page, demo_table(), dead_end.pruned())
    assert button.count() == 0
    page.keyboard.press("Control+z")
    assert_same_numbers(page, demo_table(), dead_end)
    assert button.count() == 1


def test_a_cell_drawn_by_keyboard_alone_has_the_numbers_of_the_core(demo_page):
    page = demo_page
    page.locator(".vo-canvas").focus()
    for key in ("1", "2", "Home", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert state(page)["edges"] == [[0, 1]]
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    draft = Draft(["input", CONV, SMALL, "output"], [(0, 1), (1, 2), (2, 3)])
    assert_same_numbers(page, demo_table(), draft)
    page.keyboard.press("Control+z")
    assert_same_numbers(page, demo_table(), Draft(draft.operations, [(0, 1), (1, 2)]))
    page.keyboard.press("Control+y")
    assert_same_numbers(page, demo_table(), draft)
    page.keyboard.press("Shift+ArrowLeft")
    assert state(page)["edges"] == [[0, 1], [1, 2], [2, 3]]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    assert state(page)["operations"] == ["input", CONV, "output"]


def test_parts_off_every_path_are_translucent_and_described(demo_page):
    page = demo_page
    page.get_by_role("button", name=f"Add a {CONV} vertex (key 1)").click()
    page.get_by_role("button", name=f"Add a {POOL} vertex (key 3)").click()
    connect(page, 0, 1)
    connect(page, 1, 3)
    connect(page, 0, 2)
    assert page.locator(".vo-vertex.vo-faint").get_attribute("data-vertex") == "2"
    assert page.locator(".vo-edge.vo-faint").get_attribute("data-edge") == "0,2"
    assert "1 vertex and 1 edge lie on no path" in page.locator(".vo-status").inner_text()
    assert "Not a cell yet" in page.locator(".vo-performance").inner_text()
    connect(page, 2, 1)
    connect(page, 1, 2)
    status = page.locator(".vo-status").inner_text()
    assert "There is a directed cycle: conv 3×3 → max-pool 3×3 → conv 3×3" in status
    assert "The draft has a directed cycle" in page.locator(".vo-completions").inner_text()


def test_vertices_move_by_drag_and_go_when_dropped_on_the_strip(demo_page):
    page = demo_page
    draw_residual_by_mouse(page)
    x, y = at(page, 2)
    drag(page, (x, y), (x + 60, y + 10))
    moved = at(page, 2)
    assert moved == (pytest.approx(x + 60, abs=3), pytest.approx(y + 10, abs=3))
    assert state(page)["edges"] == [[0, 1], [0, 3], [1, 2], [2, 3]]
    strip = page.locator(".vo-strip rect").bounding_box()
    drag(page, moved, (moved[0], strip["y"] + strip["height"] / 2))
    assert state(page)["operations"] == ["input", CONV, "output"]
    # Input and output do not go.
    drag(page, at(page, 0), (at(page, 0)[0], strip["y"] + strip["height"] / 2))
    assert state(page)["operations"] == ["input", CONV, "output"]
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    assert state(page)["operations"] == ["input", CONV, POOL, "output"]
    page.get_by_role("button", name="Leave input and output only").click()
    assert state(page)["operations"] == ["input", "output"]


def test_limits_are_said_and_kept(demo_page):
    page = demo_page
    for _ in range(6):
        page.get_by_role("button", name=f"Add a {CONV} vertex (key 1)").click()
    assert len(state(page)["operations"]) == NASBENCH101.max_vertices
    assert "at most 7 vertices" in page.locator(".vo-status").inner_text()
    connect(page, 2, 0)
    assert "No edge can enter the input." in page.locator(".vo-status").inner_text()
    assert state(page)["edges"] == []


def test_the_page_around_it_loads_cells_and_hears_of_changes(browser, tmp_path):
    table = demo_table()
    packed, row = pack_table(table), 40
    cell = table.cell(row)
    load = json.dumps({"operations": list(cell.operations), "edges": cell.edges}).replace('"', "&#34;")
    packed_row = packed.packed_rows([row])[0]
    body = (offline_html(table, metric="trainable_parameters") + f'<button data-vanas-load="{load}">load</button>'
            '<button data-vanas-row="3">row</button>')
    with opened_file(browser, tmp_path / "page.html", body) as page:
        ready(page)
        page.evaluate("""async () => {
          globalThis.heard = []
          const designer = await globalThis.vanasOffline.ready
          designer.onChange((state) => globalThis.heard.push(state.row))
          document.addEventListener("vanas:change", (event) => globalThis.heard.push(event.detail.row))
        }""")
        page.get_by_text("load", exact=True).last.click()
        page.wait_for_function("globalThis.heard.length === 2")
        assert state(page)["row"] == packed_row
        page.get_by_text("row", exact=True).click()
        page.wait_for_function("globalThis.heard.length === 4")
        assert page.evaluate("globalThis.heard") == [packed_row, packed_row, 3, 3]
        assert state(page)["metric"] == "trainable_parameters"
        page.locator(".vo-completions select").select_option("test_accuracy")
        assert state(page)["metric"] == "test_accuracy"
        page.locator(".vo-completions select").press("1")
        assert state(page)["row"] == 3


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (1024, 768, True), (390, 844, False)])
def test_nothing_is_cut_in_light_and_dark_on_every_width(browser, tmp_path, table, width, height, dark):
    best = table.cell(table.best("test_accuracy"))
    with opened_file(browser, tmp_path / "page.html", offline_html(table, draft=best, dark=dark),
                     viewport={"width": width, "height": height}) as page:
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        card = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--vp-card')")
        assert card.strip() == ("#1a212b" if dark else "#ffffff")
        assert page.locator(".vo-value").count() > 3
        # Histograms have marks that may stand half outside of them.
        cut = page.evaluate("""() => Array.from(document.querySelectorAll(
            ".vo-root button, .vo-panel, .vo-label, .vo-value, .vo-percentile, .vo-status, h3"))
          .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML)""")
        assert cut == []
        boxes = page.evaluate("""() => Array.from(document.querySelectorAll(".vo-vertex"), (vertex) =>
          [vertex.querySelector(".vo-box").getBBox().width, vertex.querySelector(".vo-word").getBBox().width])""")
        assert all(word < box for box, word in boxes)


def test_layouts_of_random_cells_keep_edges_clear_of_boxes(browser, tmp_path, table):
    with opened_file(browser, tmp_path / "page.html", offline_html(table, ["test_accuracy"])) as page:
        ready(page)
        blocked = page.evaluate("""async () => {
          const {openTable, placeVertices, routeEdges, isBlocked} = globalThis.vanasOffline
          const table = await openTable("vanas-designer-table")
          const blocked = []
          for (let k = 0; k < 300; k++) {
            const {operations, edges} = table.cell(Math.floor((k * table.count) / 300))
            const centres = placeVertices({operations, edges})
            routeEdges(edges, centres).forEach((line, index) => {
              if (isBlocked(line, centres, ...edges[index])) blocked.push([operations, edges, edges[index]])
            })
          }
          return blocked
        }""")
        assert blocked == []


def test_a_line_follows_the_pointer_from_the_picked_vertex(demo_page):
    line = demo_page.locator(".vo-sketch")
    (x, y), end = at(demo_page, 0), at(demo_page, 1)
    demo_page.mouse.move(x + 200, y + 90)
    assert line.get_attribute("d") is None
    demo_page.mouse.click(x, y)
    demo_page.mouse.move(x + 200, y + 90, steps=3)
    tip = line.evaluate("path => { const {x, y} = path.getPointAtLength(1e6).matrixTransform(path.getScreenCTM()); "
                        "return [x, y] }")
    assert tip == pytest.approx([x + 200, y + 90], abs=2)
    demo_page.mouse.click(*end)
    assert state(demo_page)["edges"] == [[0, 1]]
    assert line.get_attribute("d") is None
    demo_page.mouse.move(x + 200, y + 90)
    assert line.get_attribute("d") is None
