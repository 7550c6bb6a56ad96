"""The drawer of cells in a browser: sort, filter, tick, save; brush, move and flip axes; rows light up on the map."""

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def table():
    return vp.open_table("structure4")


@pytest.fixture
def opened(page, serve_app, table):
    def start(**state):
        app = serve_app(lambda: Dashboard(Session(table, drawer="cells", **state)))
        page.goto(app.url)
        page.locator(".cells-head").wait_for()
        page.wait_for_function("Bokeh.documents[0]?.is_idle")
        return page, app.built[-1].session
    return start


def test_cells_are_sorted_filtered_selected_loaded_and_saved(opened, eventually, table, tmp_path):
    page, session = opened()
    page.get_by_role("button", name="FLOPs").click()
    page.locator("th[aria-sort=ascending]").wait_for()
    edges = page.get_by_label("Filter of Edges").last
    edges.fill("3..4")
    edges.press("Enter")
    page.get_by_role("button", name="Select these").wait_for()
    wanted = np.flatnonzero((table.column("structure.edges") >= 3) & (table.column("structure.edges") <= 4))
    with page.expect_download() as download:
        page.get_by_role("button", name="Parquet").click()
    download.value.save_as(tmp_path / "cells.parquet")
    saved = pd.read_parquet(tmp_path / "cells.parquet")
    assert sorted(saved["row"]) == wanted.tolist() and (np.diff(saved["flops"]) >= 0).all()
    assert download.value.suggested_filename == f"structure4-selection-{wanted.size}-cells.parquet"
    page.get_by_role("button", name="Select these").click()
    eventually(lambda: session.rows is not None and session.rows.tolist() == wanted.tolist(), "selected")
    row = int(saved["row"][0])
    page.locator(f"button[data-action='row:{row}']").click()
    eventually(lambda: session.row == row, "loaded")
    page.locator(f"input[data-action='tick:{row}']").press("Space")
    page.get_by_role("button", name="Select 1 ticked").click()
    eventually(lambda: session.rows.tolist() == [row], "ticked")


def test_a_bad_filter_says_so_and_stays(opened):
    page, _session = opened()
    field = page.get_by_label("Filter of FLOPs")
    field.fill("much")
    field.press("Enter")
    page.get_by_text("Found the filter 'much'").wait_for()
    assert field.input_value() == "much" and field.get_attribute("aria-invalid") == "true"


def test_the_field_of_the_page_shows_the_page_that_was_found(opened, eventually):
    page, session = opened()
    field = page.get_by_role("textbox", name="Page")
    field.fill("99999")
    field.press("Enter")
    eventually(lambda: field.input_value() == str(session.cells.page + 1) != "1", "the last page")


def test_axes_are_brushed_by_drag_and_by_keys_moved_and_flipped(opened, eventually):
    page, session = opened(cells=CellsView("axes"))
    axis = page.locator(".axis").nth(1)
    axis.wait_for()
    box = axis.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], middle, steps=5)
    page.mouse.up()
    eventually(lambda: len(session.conditions.parts) == 1, "brushed")
    page.locator(".axis .brush").wait_for()
    page.get_by_role("button", name="Clear brushes").click()
    eventually(lambda: session.rows is None, "cleared")
    handle = page.locator("[data-handle='0']")
    handle.focus()
    handle.press("ArrowRight")
    eventually(lambda: len(session.conditions.parts) == 1, "brushed by a key")
    page.locator(".axis .brush").wait_for()
    first = session.conditions.parts[0].name
    page.keyboard.press("f")
    eventually(lambda: session.cells.flipped == (first,), "flipped")
    page.keyboard.press("ArrowDown")
    eventually(lambda: session.cells.axes != (), "moved")
    page.wait_for_function("document.activeElement !== document.body")
    boxes = []

    def drawn():
        """Both names have their places: the picture of the new order replaces the one before."""
        boxes[:] = [page.locator(".name").nth(at).bounding_box() for at in (3, 0)]
        return all(boxes)

    eventually(drawn, "drawn in the new order")
    name, top = boxes
    page.mouse.move(name["x"] + 20, name["y"] + name["height"] / 2)
    page.mouse.down()
    page.mouse.move(name["x"] + 20, top["y"] + 8, steps=6)
    before = session.cells.axes
    page.mouse.up()
    eventually(lambda: session.cells.axes != before, "dragged")


def test_a_row_that_is_pointed_at_is_marked_on_the_map(opened, eventually):
    page, session = opened()
    page.locator("tbody tr").nth(2).wait_for()
    row = int(page.locator("tbody tr").nth(2).get_attribute("data-hint").removeprefix("row:"))
    page.locator("tbody tr").nth(2).hover()
    eventually(lambda: session.pointed == row, "pointed at")
    page.mouse.move(2, 2)
    eventually(lambda: session.pointed is None, "no longer")
    page.locator(f"button[data-action='row:{row}']").focus()
    eventually(lambda: session.pointed == row, "by the keyboard")
