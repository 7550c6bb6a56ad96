"""Pins, as a person works with them: pinned by button and by key, seen by their letters, compared, and taken away."""

import pytest
from demo_tables import structure_table

import vanas_panel as vp
from vanas_panel.page.dashboard import explore
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser


def test_three_cells_are_pinned_compared_and_unpinned(serve_app, page, eventually):
    table = structure_table()
    warm(table)
    app = serve_app(lambda: explore(table))
    page.goto(app.url)
    performance = page.locator(".vp-performance")
    performance.locator("h2").wait_for()
    session = app.built[-1].session
    for count, row in enumerate((3, 10, 20), start=1):
        app.call(lambda built, row=row: built.session.load_row(row))
        eventually(lambda row=row: session.row == row)
        performance.get_by_role("button", name="Pin this cell").press("Enter")
        eventually(lambda count=count: len(session.pins) == count)
    # A letter for each of them over the histograms, and a button that loads it.
    eventually(lambda: performance.locator(".lettered").first.locator("b").all_inner_texts() and set(
        performance.locator(".lettered").first.locator("b").all_inner_texts()) == set("ABC"))
    performance.locator("[data-action='load-pin:A']").press("Space")
    eventually(lambda: session.row == 3)
    performance.get_by_role("button", name="Compare", exact=True).click()
    drawer = page.locator(".vp-drawer")
    drawer.locator(".compared").wait_for()
    assert drawer.locator("thead svg").count() == 3
    # How many edits lead from the first cell to the others, once that is known.
    steps = drawer.locator("tr", has_text="Single edits from A").locator("td")
    wanted = ["–", *(str(vp.edit_path(table, 3, row, session.metric).attrs["edits"]) for row in (10, 20))]
    eventually(lambda: steps.all_inner_texts() == wanted, "the numbers of edits")
    drawer.locator("[data-action='first:C']").click()
    eventually(lambda: session.pinned == table.cell(20))
    drawer.locator("[data-action='unpin:B']").click()
    eventually(lambda: [pin.mark for pin in session.pins] == ["A", "C"])
    with page.expect_download() as saved:
        drawer.get_by_role("button", name="Save as CSV").click()
    assert saved.value.suggested_filename == "comparison.csv"
    page.keyboard.press("Escape")
    eventually(lambda: session.drawer == "")
    performance.get_by_role("button", name="Unpin C").click()
    eventually(lambda: [pin.mark for pin in session.pins] == ["A"])
