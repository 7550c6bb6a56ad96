"""The designer in a browser: each thing a person can do with it, seen on the page and in the server's session."""

from __future__ import annotations

import re

import numpy as np
import panel as pn
import pytest

from vanas_panel.core.draft import Draft
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.metrics import known_metric
from vanas_panel.readers import open_table
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.canvas import HEIGHT, STRIP_HEIGHT, WIDTH
from vanas_panel.views.designer import Designer
from vanas_panel.views.layout import route

pytestmark = pytest.mark.browser

C3, C1, MP = NASBENCH101.operations
CHAIN = Draft(("input", C3, C1, "output"), ((0, 1), (1, 2), (2, 3)))


@pytest.fixture(scope="session")
def table() -> BenchmarkTable:
    """The cells of NAS-Bench-101 with at most four vertices, and accuracies that nobody measured."""
    cells = enumerate_cells(CellSpace(NASBENCH101.operations, max_vertices=4, max_edges=6))
    values = np.random.default_rng(3).uniform(0.7, 0.95, cells.size)
    return BenchmarkTable(NASBENCH101, cells, {"test_accuracy": known_metric("test_accuracy")},
                          {"test_accuracy": values}, name="made-up")


class Story:
    """A page with a designer, and hands for it."""

    def __init__(self, page, app, eventually):
        self.page, self.app, self.eventually = page, app, eventually
        self.sent: list[str] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(str(frame))))
        page.goto(app.url)
        page.locator(".designer-canvas").wait_for()
        page.get_by_role("button", name="conv 3×3", exact=True).wait_for()
        # The canvas is laid out once the figure knows its width, and stands still once all around it is laid out, too.
        page.wait_for_function("Bokeh.documents[0]?.get_model_by_name('graph') && Bokeh.documents[0].is_idle")
        eventually(self.stands_still, "a canvas")

    def stands_still(self) -> bool:
        """Whether the canvas has a size and stays where it is."""
        canvas = self.page.locator(".designer-canvas")
        before = canvas.bounding_box()
        self.page.wait_for_timeout(60)
        return before == canvas.bounding_box() and before["width"] > 200

    @property
    def designer(self) -> Designer:
        built = self.app.built[-1]
        return getattr(built, "designer", built)

    @property
    def session(self) -> Session:
        return self.designer.session

    def load(self, draft) -> None:
        self.app.call(lambda _: self.session.load_cell(draft))
        self.settle()

    def settle(self) -> None:
        """Wait until the browser shows what the server holds."""
        wanted = {str(v): list(map(float, at)) for v, at in self.designer._positions.items()}
        edges = [list(edge) for edge in self.session.draft.edges]
        self.eventually(lambda: self.shown() == (wanted, edges), f"{wanted}, {edges}")

    def shown(self):
        """Places and edges in the browser."""
        places, starts, ends = self.page.evaluate("""() => {
            const graph = Bokeh.documents[0].get_model_by_name("graph")
            const {start, end} = graph.edge_renderer.data_source.data
            const places = {}
            for (const [vertex, at] of graph.layout_provider.graph_layout) places[vertex] = Array.from(at)
            return [places, Array.from(start), Array.from(end)]
        }""")
        return places, [list(pair) for pair in zip(starts, ends, strict=True)]

    def column(self, source, name):
        """A column in the browser."""
        return self.page.evaluate("([source, name]) => Array.from(Bokeh.documents[0].get_model_by_name(source)"
                                  ".data[name], (value) => value?.length === undefined || typeof value === 'string' ?"
                                  " value : Array.from(value))", [source, name])

    def pixel(self, x, y):
        """Where a point of the canvas is on the page."""
        box = self.page.locator(".designer-canvas").bounding_box()
        return box["x"] + x / WIDTH * box["width"], box["y"] + (1 - y / HEIGHT) * box["height"]

    def at(self, vertex):
        return self.pixel(*self.designer._positions[vertex])

    def on_edge(self, edge, share=0.5):
        xs, ys = route(self.session.draft, self.designer._positions)[edge]
        place = int(share * (xs.size - 1))
        return self.pixel(xs[place], ys[place])

    def click(self, *point) -> None:
        self.page.mouse.click(*point)

    def drag(self, start, end, *, hold=0, release=True) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.wait_for_timeout(hold)
        self.page.mouse.move(*end, steps=6)
        if release:
            self.page.mouse.up()

    def button(self, name):
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def says(self, words) -> None:
        """Wait for words under the canvas."""
        self.page.locator(".designer-status").get_by_text(words).wait_for()

    def until(self, draft) -> None:
        """Wait until the session holds a draft, and the browser shows it."""
        self.eventually(lambda: self.session.draft == draft, f"{draft}, not {self.session.draft}")
        self.settle()


@pytest.fixture
def story(page, serve_app, eventually, table):
    return Story(page, serve_app(lambda: Designer(Session(table))), eventually)


def test_starts_with_input_and_output_and_says_what_is_missing(story):
    assert story.session.draft == Draft(("input", "output"))
    assert story.column("vertices", "text") == ["input", "output"]
    story.says("There is no path from input to output.")
    story.says("2 of 7 vertices, 0 of 9 edges")


def test_a_cell_is_drawn_with_the_mouse_and_its_contributions_appear(story):
    story.button("conv 3×3").click()
    story.until(Draft(("input", C3, "output")))
    story.button("max-pool 3×3").click()
    story.until(Draft(("input", C3, MP, "output")))
    places = dict(story.designer._positions)
    story.says("2 vertices lie on no path from input to output.")
    drawn = ()
    for edge in ((0, 1), (1, 2), (2, 3), (0, 3)):
        story.click(*story.at(edge[0]))
        story.eventually(lambda edge=edge: story.designer.selected == edge[0], "source chosen")
        story.says("click the target of the edge")
        story.click(*story.at(edge[1]))
        drawn += (edge,)
        story.until(Draft(("input", C3, MP, "output"), drawn))
    assert story.designer._positions == places, "vertices must not jump while a person draws"
    story.says("Valid cell, measured")
    for row, tag, dash in zip(story.session.contributions.itertuples(), story.column("edges", "tag"),
                              story.column("edges", "dash"), strict=True):
        assert tag[0] == ("+" if row.contribution > 0 else "−")
        assert bool(dash) == (row.contribution < 0)


def test_a_second_click_that_follows_at_once_is_not_lost(story):
    story.click(*story.at(0))
    story.click(*story.at(1))
    story.until(Draft(("input", "output"), ((0, 1),)))


def test_choosing_is_given_up_by_a_second_click_the_canvas_or_escape(story):
    for give_up in (lambda: story.click(*story.at(0)), lambda: story.click(*story.pixel(30, 300)),
                    lambda: story.page.keyboard.press("Escape")):
        story.click(*story.at(0))
        story.eventually(lambda: story.column("vertices", "ring_alpha") == [1, 0], "a ring around the source")
        # Slower than a double click.
        story.page.wait_for_timeout(400)
        give_up()
        story.eventually(lambda: story.column("vertices", "ring_alpha") == [0, 0], "no ring")
        story.page.wait_for_timeout(400)
    assert story.session.draft.edges == () and not story.session.can_undo


def test_a_click_on_an_edge_removes_it(story):
    story.load(CHAIN)
    story.click(*story.on_edge((1, 2)))
    story.until(Draft(CHAIN.operations, ((0, 1), (2, 3))))
    story.says("2 vertices and 2 edges lie on no path from input to output.")
    assert all(alpha < 0.5 for alpha in story.column("vertices", "alpha")[1:3])
    assert all(alpha < 0.5 for alpha in story.column("edges", "alpha"))


@pytest.mark.parametrize("hold", [0, 600], ids=["at once", "held before"])
def test_a_drag_moves_a_vertex_with_its_edges_and_tells_the_server_at_the_end(story, hold):
    story.load(CHAIN)
    before = dict(story.designer._positions)
    lines = story.column("edges", "xs")
    target = before[1][0] - 120, before[1][1] + 15
    story.sent.clear()
    story.drag(story.at(1), story.pixel(*target), hold=hold, release=False)
    story.eventually(lambda: story.shown()[0]["1"] == pytest.approx(target, abs=1.5), "the box follows the pointer")
    assert story.column("vertices", "x")[1] == pytest.approx(target[0], abs=1.5)
    moved = story.column("edges", "xs")
    assert moved[0][0] == lines[0][0] and moved[0][-1] == pytest.approx(lines[0][-1] - 120, abs=1.5)
    assert moved[1][0] == pytest.approx(lines[1][0] - 120, abs=1.5) and moved[1][-1] == lines[1][-1]
    assert moved[2] == lines[2]
    assert story.column("edges", "tip_x")[0] == pytest.approx(moved[0][-1])
    assert story.designer._positions == before and story.sent == [], "the server hears of it at the end only"
    story.page.mouse.up()
    story.eventually(lambda: story.session.positions, "positions")
    story.settle()
    assert sum("PATCH-DOC" in frame for frame in story.sent) == 1, story.sent
    assert story.session.positions[1] == pytest.approx(target, abs=1.5)
    assert {v: at for v, at in story.session.positions.items() if v != 1} == {v: before[v] for v in (0, 2, 3)}
    story.page.keyboard.press("Control+z")
    story.eventually(lambda: story.designer._positions == before, "one step back")
    story.settle()


def test_no_tooltip_stands_in_the_way_of_a_drag(story):
    story.load(CHAIN)
    story.page.mouse.move(*story.at(1))
    tip = story.page.locator(".bk-Tooltip", has_text=C3)
    tip.wait_for()
    story.drag(story.at(1), story.pixel(120, 300), release=False)
    story.eventually(lambda: not tip.is_visible(), "hidden")
    story.page.mouse.up()


def test_a_slow_click_without_movement_is_a_click(story):
    for vertex in (0, 1):
        story.page.mouse.move(*story.at(vertex))
        story.page.mouse.down()
        story.page.wait_for_timeout(500)
        story.page.mouse.up()
    story.until(Draft(("input", "output"), ((0, 1),)))


def test_a_vertex_dropped_on_the_strip_is_deleted_and_the_input_is_not(story):
    story.load(CHAIN)
    story.drag(story.at(1), story.pixel(250, STRIP_HEIGHT / 2), release=False)
    story.eventually(lambda: story.column("strip", "text") == ["let go to delete"], "the strip answers")
    story.page.mouse.up()
    story.until(Draft(("input", C1, "output"), ((1, 2),)))
    assert story.column("strip", "text") == ["drop here to delete"]
    story.drag(story.at(0), story.pixel(250, STRIP_HEIGHT / 2))
    story.eventually(lambda: story.session.positions[0][1] < 200, "only moved")
    assert len(story.session.draft.operations) == 3


def test_a_vertex_dropped_on_another_comes_to_stand_beside_it(story):
    story.load(CHAIN)
    story.drag(story.at(1), story.at(2))
    story.eventually(lambda: story.session.positions, "dropped")
    story.settle()
    (x, y), (other_x, other_y) = story.designer._positions[1], story.designer._positions[2]
    assert abs(x - other_x) >= 104 or abs(y - other_y) >= 32


def test_undo_redo_tidy_and_clear(story):
    story.load(CHAIN)
    story.button("Undo").click()
    story.until(Draft(("input", "output")))
    assert story.button("Undo").is_disabled()
    story.button("Redo").click()
    story.until(CHAIN)
    layout = dict(story.designer._positions)
    story.drag(story.at(1), story.pixel(90, 300))
    story.eventually(lambda: story.session.positions, "moved")
    story.settle()
    story.button("Arrange").click()
    story.eventually(lambda: story.designer._positions == layout, "tidy")
    story.settle()
    # By its face: its name is what it does.
    story.page.get_by_text("Clear", exact=True).click()
    story.until(Draft(("input", "output")))


def test_everything_without_a_mouse(story):
    press = story.page.keyboard.press
    press("1")
    story.until(Draft(("input", C3, "output")))
    press("2")
    story.until(Draft(("input", C3, C1, "output")))

    def focus(*keys, vertex):
        for key in keys:
            press(key)
        story.eventually(lambda: story.designer.focused == vertex, f"focus at {vertex}")

    focus("Home", vertex=0)
    story.eventually(lambda: story.column("vertices", "ring_alpha") == [1, 0, 0, 0], "a visible focus")
    press("Enter")
    focus("ArrowDown", vertex=1)
    press("Enter")
    story.until(Draft(("input", C3, C1, "output"), ((0, 1),)))
    press("Enter")
    focus("End", vertex=3)
    press("Enter")
    story.until(Draft(("input", C3, C1, "output"), ((0, 1), (1, 3))))
    focus("ArrowUp", vertex=2)
    x, y = story.designer._positions[2]
    press("Shift+ArrowLeft")
    press("Shift+ArrowUp")
    story.eventually(lambda: story.designer._positions[2] == (x - 12, y + 12), "moved")
    press("Delete")
    story.until(Draft(("input", C3, "output"), ((0, 1), (1, 2))))
    for key, draft in (("Control+z", Draft(("input", C3, C1, "output"), ((0, 1), (1, 3)))),
                       ("Control+y", Draft(("input", C3, "output"), ((0, 1), (1, 2)))),
                       ("Control+z", Draft(("input", C3, C1, "output"), ((0, 1), (1, 3)))),
                       ("Control+Shift+Z", Draft(("input", C3, "output"), ((0, 1), (1, 2))))):
        press(key)
        story.until(draft)
    focus("Home", vertex=0)
    press("Enter")
    focus("ArrowDown", vertex=1)
    press("Enter")
    story.until(Draft(("input", C3, "output"), ((1, 2),)))


def test_the_canvas_can_be_reached_with_tab_and_shows_it(story):
    for _ in range(12):
        story.page.keyboard.press("Tab")
        name, outline = story.page.evaluate("""() => {
            let element = document.activeElement
            while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
            return [element.getAttribute("aria-label") ?? "", getComputedStyle(element).outlineStyle]
        }""")
        if name.startswith("Designer canvas"):
            assert outline == "solid"
            return
    pytest.fail("Tab never came to the canvas")


class InCompany(pn.viewable.Viewer):
    """A designer between a text field and a long page."""

    def __init__(self, table):
        super().__init__()
        self.designer = Designer(Session(table))
        self.field = pn.widgets.TextInput(label="Words")

    def __panel__(self):
        return pn.Column(self.field, self.designer, pn.Spacer(height=900))


def test_keys_typed_into_a_field_are_left_alone(page, serve_app, eventually, table):
    story = Story(page, serve_app(lambda: InCompany(table)), eventually)
    page.get_by_label("Words").click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    eventually(lambda: story.app.built[-1].field.value == "12", "typed")
    assert story.session.draft == Draft(("input", "output")) and story.designer.focused is None
    page.get_by_label("Words").blur()
    page.keyboard.press("1")
    story.until(Draft(("input", C3, "output")))
    # This page is longer than its window: an arrow key scrolls it until the canvas has the focus.
    page.keyboard.press("ArrowDown")
    eventually(lambda: page.evaluate("scrollY") > 0, "scrolled")
    assert story.designer.focused is None
    page.evaluate("scrollTo(0, 0)")
    story.eventually(story.stands_still, "a canvas")
    story.click(*story.pixel(30, 300))
    page.keyboard.press("ArrowDown")
    eventually(lambda: story.designer.focused == 0, "focused")


def test_cycles_and_limits_are_said_in_words(story):
    story.load(Draft(("input", C3, C1, "output"), ((0, 1), (1, 2), (2, 1), (2, 3))))
    story.says("There is a directed cycle: conv 3×3 → conv 1×1 → conv 3×3.")
    accent = story.column("edges", "color")
    assert accent[1] == accent[2] != accent[0] == accent[3]
    for count in (5, 6, 7):
        story.button("conv 3×3").click()
        story.eventually(lambda count=count: len(story.session.draft.operations) == count, "added")
    story.button("conv 3×3").click()
    story.says("A cell of this search space has at most 7 vertices.")
    assert len(story.session.draft.operations) == 7
    story.click(*story.at(1))
    story.page.wait_for_timeout(400)
    story.click(*story.at(0))
    story.says("No edge can enter the input.")


def test_the_pointer_reads_edges_and_vertices(story):
    story.load(CHAIN)
    frame = story.session.contributions
    story.page.mouse.move(*story.on_edge((1, 2)))
    tip = story.page.locator(".bk-Tooltip", has_text="conv 3×3 → conv 1×1")
    tip.wait_for()
    row = frame[(frame.source == 1) & (frame.target == 2)].iloc[0]
    text = tip.locator(".bk-tooltip-content").inner_text()
    assert ("contribution undefined" in text) if np.isnan(row.contribution) else ("points" in text), text
    assert f"{row.n_with:.0f} measured sub-cell" in text
    story.page.mouse.move(*story.at(2))
    tip = story.page.locator(".bk-Tooltip", has_text=C1)
    tip.wait_for()
    assert "1 in, 1 out" in tip.locator(".bk-tooltip-content").inner_text()
    story.eventually(lambda: story.page.locator(".bk-Tooltip:visible").count() == 1, "one at a time")


def test_names_from_a_table_are_never_markup(page, serve_app, eventually):
    bad = "<img src=x onerror=document.title='hit'>"
    cells = enumerate_cells(CellSpace((bad,), max_vertices=3, max_edges=3))
    space = CellSpace((bad,), max_vertices=4, max_edges=5)
    table = BenchmarkTable(space, cells, {"test_accuracy": known_metric("test_accuracy")},
                           {"test_accuracy": np.linspace(0.5, 0.9, cells.size)}, name="bad")
    story = Story.__new__(Story)
    story.page, story.eventually, story.app = page, eventually, serve_app(lambda: Designer(Session(table)))
    page.goto(story.app.url)
    page.get_by_role("button", name=bad).click()
    eventually(lambda: len(story.session.draft.operations) == 3, "added")
    story.app.call(lambda designer: designer.session.load_cell(
        Draft(("input", bad, bad, "output"), ((0, 1), (1, 2), (2, 1), (2, 3)))))
    story.settle()
    story.says("There is a directed cycle")
    page.mouse.move(*story.at(1))
    page.locator(".bk-Tooltip", has_text=bad).wait_for()
    page.mouse.move(*story.on_edge((0, 1)))
    page.locator(".bk-Tooltip", has_text=f"input → {bad}").wait_for()
    assert page.title() != "hit" and page.locator("img[src=x]").count() == 0


def test_a_finger_drags_vertices_and_does_not_scroll_the_page(new_page, serve_app, eventually, table):
    page = new_page(viewport={"width": 420, "height": 700}, has_touch=True)
    story = Story(page, serve_app(lambda: InCompany(table)), eventually)
    story.load(CHAIN)
    for vertex in (0, 3):
        page.touchscreen.tap(*story.at(vertex))
        page.wait_for_timeout(400)
    story.until(Draft(CHAIN.operations, (*CHAIN.edges, (0, 3))))
    (x, y), (to_x, to_y) = story.at(1), story.pixel(100, 250)
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in np.linspace(0.1, 1, 10):
        at = {"x": x + step * (to_x - x), "y": y + step * (to_y - y)}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    story.eventually(lambda: story.designer._positions[1] == pytest.approx((100, 250), abs=2), "moved")
    assert page.evaluate("scrollY") == 0


@pytest.mark.real
def test_the_best_cell_of_nas_bench_101(page, serve_app, eventually, real_table_path):
    table = open_table(real_table_path, progress=False)
    story = Story(page, serve_app(lambda: Designer(Session(table))), eventually)
    story.app.call(lambda designer: designer.session.load_row(table.best("test_accuracy")))
    story.settle()
    story.says("Valid cell, measured")
    story.says("7 of 7 vertices, 9 of 9 edges")
    story.says("all nine edges contribute positively")
    tags = dict(zip(story.session.draft.edges, story.column("edges", "tag"), strict=True))
    frame = story.session.contributions
    assert tags == {(row.source, row.target): f"{100 * row.contribution:+.1f}" for row in frame.itertuples()}
    widths = story.column("edges", "width")
    assert np.argmax(widths) == np.argmax(np.abs(frame.contribution))
