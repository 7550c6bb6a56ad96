"""The designer in a browser without a mouse: keys, a finger, and the words it says."""

from __future__ import annotations

import numpy as np
import pytest
from designer_hands import C1, C3, CHAIN, MP, InCompany, Story, made_up_table

from vanas_panel.core.draft import Draft
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import CellSpace
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

pytestmark = pytest.mark.browser


@pytest.fixture
def story(page, serve_app, eventually):
    return Story(page, serve_app(lambda: Designer(Session(made_up_table()))), eventually)


def test_cell_can_be_drawn_with_the_keyboard_alone(story):
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
    press("Shift+Digit3")
    story.until(Draft(("input", C3, MP, "output"), ((0, 1), (1, 3))))
    press("Shift+Digit2")
    story.until(Draft(("input", C3, C1, "output"), ((0, 1), (1, 3))))
    story.eventually(lambda: story.designer.focused == 2, "the same vertex")
    x, y = story.designer.positions[2]
    press("Shift+ArrowLeft")
    press("Shift+ArrowUp")
    story.eventually(lambda: story.designer.positions[2] == (x - 12, y + 12), "moved")
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


def test_tab_reaches_the_canvas_and_focus_is_visible(story):
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


def test_keys_typed_into_a_field_are_left_alone(page, serve_app, eventually):
    story = Story(page, serve_app(InCompany), eventually)
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
    # A contribution that rests on one or two sub-cells says so.
    least = {(row.source, row.target): min(row.n_with, row.n_without) for row in frame.itertuples()}
    assert tags == {(row.source, row.target): f"{100 * row.contribution:+.1f}" + (
        f" ({least[row.source, row.target]})" if least[row.source, row.target] < 3 else "")
        for row in frame.itertuples()}
    widths = story.column("edges", "width")
    assert np.argmax(widths) == np.argmax(np.abs(frame.contribution))
