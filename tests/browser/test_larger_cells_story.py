"""The page of a table of larger cells, rows of a normal and a reduction cell: every panel opens and nothing fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.larger_cells import larger_table
from vanas_panel.draw.cell.canvas import HEIGHT, WIDTH
from vanas_panel.page.dashboard import linked
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.serve import warm
from vanas_panel.state.link.writing import to_query
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"


@pytest.fixture(scope="module")
def table():
    found = larger_table()
    warm(found)
    return found


def open_on(page, app, query=""):
    page.goto(app.url + (f"?{query}" if query else ""))
    page.locator(".vp-designer canvas").first.wait_for(state="attached")
    page.locator(".vp-completions h2").wait_for()


def test_the_page_of_rows_of_two_cells(serve_app, page, eventually, table):
    app = serve_app(lambda: linked([table], ""))
    open_on(page, app)
    session = app.built[-1].session
    page.locator(".vp-presets").get_by_text("Best accuracy").click()
    row = table.best("test_accuracy")
    eventually(lambda: session.row == row, "the best cell")
    edges = len(session.draft.edges)
    page.get_by_text(f"of at most 20 edges; this one has {edges}.").first.wait_for()
    page.get_by_text("edge types are left out").first.wait_for()

    # Both cells stand side by side; a click on a vertex chooses it, and Delete removes it.
    designer = app.built[-1].views["designer"]
    places, labels = designer.positions, session.draft.operations
    normal, reduction = (places[labels.index(f"{name} output")][0] for name in ("normal", "reduction"))
    assert abs(normal - reduction) > 90
    box = page.locator(".designer-canvas").bounding_box()
    x, y = places[4]
    page.mouse.click(box["x"] + x / WIDTH * box["width"], box["y"] + (1 - y / HEIGHT) * box["height"])
    eventually(lambda: designer.selected == 4, "the vertex")
    page.screenshot(path=SCREENSHOTS / "larger-cells.png")
    others = [number for number, name in enumerate(table.space.operations, 1) if name != labels[4]]
    page.locator(f".designer-toolbar button[data-action='change:{others[0]}']").click()
    eventually(lambda: session.draft.operations[4] == table.space.operations[others[0] - 1], "another operation")
    page.get_by_role("button", name="Undo").first.click()
    eventually(lambda: session.row == row, "the best cell again")

    # Operations, as no edge can be left out of such cells.
    page.get_by_text("Operations", exact=True).first.click()
    eventually(lambda: session.attribution == "operations", "importance of operations")
    page.get_by_text("one operation instead of another").first.wait_for()
    page.screenshot(path=SCREENSHOTS / "larger-cells-operations.png")

    # Neighbours and the path in the panel of completions.
    page.get_by_text("Neighbours", exact=True).click()
    eventually(lambda: session.improve.tab == "neighbours", "neighbours")
    page.locator(".vp-completions").get_by_text("one edit away").first.wait_for()


def test_every_drawer_opens_on_larger_cells(serve_app, page, eventually, table):
    app = serve_app(lambda: linked([table], "row=3"))
    open_on(page, app)
    session = app.built[-1].session
    app.call(lambda built: [(session.load_row(row), session.pin()) for row in (3, 4)])
    for name in DRAWERS:
        app.call(lambda built, name=name: setattr(session, "drawer", name))
        page.wait_for_timeout(700)
        assert session.drawer == name
        page.screenshot(path=SCREENSHOTS / f"larger-cells-{name}.png")
    app.call(lambda built: setattr(session, "drawer", ""))


def test_a_link_opens_the_same_draft(serve_app, page, eventually, table):
    app = serve_app(lambda: linked([table], to_query_of(table)))
    open_on(page, app)
    assert len(app.built[-1].session.draft.operations) == 23


def to_query_of(table):
    """The link of a draft of 23 vertices."""
    session = Session(table)
    session.load_row(5)
    session.remove_vertex(5)
    return to_query(session)


@pytest.mark.parametrize(("width", "height", "dark"), [(1024, 768, True), (390, 844, False)])
def test_narrow_pages_show_both_cells(serve_app, new_page, table, width, height, dark):
    page = new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
    app = serve_app(lambda: linked([table], "row=3"))
    open_on(page, app)
    app.call(lambda built: app.built[-1].session.load_row(3))
    page.wait_for_timeout(800)
    page.locator(".designer-canvas").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / f"larger-cells-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
