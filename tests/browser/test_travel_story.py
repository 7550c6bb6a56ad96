"""From cell to cell: the picture of the neighbourhood, where a path leads, and edits between compared cells."""

import pytest
from demo_tables import structure_table

import vanas_panel as vp
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.state.improving import Improve
from vanas_panel.state.link import to_query
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def table():
    return structure_table()


@pytest.fixture
def opened(page, serve_app, table):
    def start(row, **state):
        def built():
            session = Session(table, metric="flops", **state)
            session.load_row(row)
            return Dashboard(session)
        app = serve_app(built)
        page.goto(app.url)
        page.locator(".vp-completions h2").wait_for()
        page.wait_for_function("Bokeh.documents[0]?.is_idle")
        return page.locator(".vp-completions"), app.built[-1].session
    return start


def test_the_neighbourhood_is_a_picture_whose_cells_are_pointed_at_and_entered(opened, page, eventually, table):
    card, session = opened(20)
    card.get_by_role("tab", name="Neighbours").click()
    card.get_by_role("radio", name="2 edits").click()
    card.get_by_role("radio", name="Picture").click()
    card.locator(".rings").wait_for()
    eventually(lambda: session.improve == Improve("neighbours", edits=2, look="picture"))
    found = vp.neighbours(table, 20, "flops", edits=2)
    one, two = (found["row"][found["edits"] == edits].tolist() for edits in (1, 2))
    assert f"{len(two)} cells" in card.get_by_role("group", name="2 edits").locator("p").inner_text()
    best = card.locator(f"button[data-action='near:{two[0]}']")
    best.hover()
    eventually(lambda: session.pointed_row == two[0], "its bin is marked")
    assert ". Then: " in best.locator(".said").inner_text()
    eventually(lambda: best.locator(".said").evaluate("node => getComputedStyle(node).opacity") == "1", "edits named")
    assert session.ghost is None
    first = card.locator(f"button[data-action='near:{one[0]}']")
    first.focus()
    eventually(lambda: session.pointed_row == one[0] and session.ghost is not None, "an edit is sketched")
    first.press("Enter")
    eventually(lambda: session.row == one[0], "entered")
    # The picture goes along, and the cell that was entered keeps the focus in its middle.
    middle = card.locator(f".own button[data-action='near:{one[0]}']")
    middle.wait_for()
    eventually(lambda: middle.evaluate("node => node.getRootNode().activeElement === node"), "the focus")
    onward = vp.neighbours(table, one[0], "flops", edits=2)
    goal = int(onward["row"][onward["edits"] == 2].iloc[0])
    card.locator(f"button[data-action='near:{goal}']").click()
    eventually(lambda: session.row == goal, "clicked")


def test_a_path_leads_where_a_person_wants(opened, page, eventually, table):
    card, session = opened(20, drawer="cells")
    page.locator(".vp-drawer tbody tr").nth(2).wait_for()
    goal = int(page.locator(".vp-drawer tbody tr").nth(2).get_attribute("data-hint").removeprefix("row:"))
    page.locator(f".vp-drawer button[data-action='path:{goal}']").press("Enter")
    eventually(lambda: session.drawer == "" and session.way is not None, "a path")
    assert session.way["row"].tolist() == vp.edit_path(table, 20, goal, "flops")["row"].tolist()
    card.locator(".step button").nth(1).wait_for()
    choice = card.get_by_label("Where the path leads")
    assert choice.evaluate("node => node.selectedOptions[0].textContent").startswith(f"row {goal}: ")
    choice.select_option("best")
    eventually(lambda: session.way is not None and session.way["row"].iloc[-1] == table.best("flops"), "the best one")
    card.locator(".step button").first.press("ArrowDown")
    eventually(lambda: session.row == session.way["row"].iloc[1], "a step")
    assert "to%3Dbest" in to_query(session)
