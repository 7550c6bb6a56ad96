"""The drawer of trade-offs as a person works with it: metrics, steps along the front, operations, and the link."""

import pytest

import vanas_panel as vp
from vanas_panel.draw.map.front import CELLS, KNEE
from vanas_panel.serve import page as served_page
from vanas_panel.serve import pages, warm

pytestmark = pytest.mark.browser


def test_a_front_is_chosen_walked_and_found_again_by_its_link(serve_app, page, eventually, monkeypatch):
    table = vp.open_table("mnist-cells")
    warm(table)
    dashboards = []
    linked = pages.linked

    def noted(*arguments):
        dashboards.append(linked(*arguments))
        return dashboards[-1]

    monkeypatch.setattr(pages, "linked", noted)
    app = serve_app(lambda: served_page([table]))
    page.goto(app.url)
    page.get_by_role("button", name="Trade-offs").click()
    drawer = page.locator(".vp-drawer")
    listed = drawer.locator(".front button")
    listed.first.wait_for()
    session = dashboards[-1].session
    assert session.drawer == "tradeoffs"
    drawer.get_by_label("First metric").select_option("validation_accuracy")
    drawer.get_by_label("Second metric").select_option("flops")
    eventually(lambda: session.front == ("validation_accuracy", "flops"))
    front = vp.trade_offs(table, session.front)

    def shown():
        return listed.evaluate_all("each => each.map(button => Number(button.dataset.action.slice(4)))")

    eventually(lambda: shown() == front["row"].tolist(), "the cells of the front")
    # The knee is said, and marked in the list.
    drawer.get_by_text("◆ Knee:").wait_for()
    knee = front["row"].tolist().index(front.attrs["knee"])
    assert "◆" in listed.nth(knee).inner_text() and drawer.locator(".front button b").count() == 1
    # Arrow keys step along the front; each step puts its cell into the designer.
    listed.first.click()
    eventually(lambda: session.row == int(front["row"][0]))
    for place in (1, 2):
        page.keyboard.press("ArrowDown")
        eventually(lambda place=place: session.row == int(front["row"][place]), "a step along the front")
        eventually(lambda place=place: listed.nth(place).get_attribute("aria-pressed") == "true")
    page.keyboard.press("ArrowUp")
    eventually(lambda: session.row == int(front["row"][1]))
    # The map marks every cell of the front once its axes show it.
    app.call(lambda _built: session.param.update(x="flops", y="validation_accuracy"))

    def marks():
        return page.evaluate("""names => Bokeh.documents.flatMap(each => [...each._all_models.values()])
            .filter(each => names.includes(each.name) && each.data_source)
            .reduce((sum, each) => sum + each.data_source.data.x.length, 0)""", [CELLS, KNEE])

    eventually(lambda: marks() == len(front), "the squares on the map")
    # What the front is without an operation.
    toggle = drawer.locator("[data-action='without:conv3x3-bn-relu']")
    toggle.press("Enter")
    eventually(lambda: session.without == ("conv3x3-bn-relu",))
    without = vp.trade_offs(table, session.front, vp.rows_without(table, session.without))
    assert without["row"].tolist() != front["row"].tolist()
    eventually(lambda: shown() == without["row"].tolist(), "the front without an operation")
    eventually(lambda: toggle.get_attribute("aria-pressed") == "true")
    eventually(lambda: marks() == len(without), "the squares of the other front")
    assert drawer.get_by_text("What an operation brings").count() == 1
    # The link brings all of it back.
    eventually(lambda: "without_operations=" in page.url and "front=" in page.url, "the address")
    link, count = page.url, len(dashboards)
    page.goto("about:blank")
    page.goto(link)
    eventually(lambda: len(dashboards) > count, "the page of the link")
    listed.first.wait_for()
    again = dashboards[-1].session
    assert again is not session and again.drawer == "tradeoffs" and again.row == session.row
    assert (again.front, again.without) == (session.front, session.without)
    eventually(lambda: shown() == without["row"].tolist(), "the front without an operation")
    assert toggle.get_attribute("aria-pressed") == "true"
    eventually(lambda: marks() == len(without), "the squares on the map of the link")


def test_the_last_buttons_of_a_low_drawer_do_not_cover_each_other(serve_app, new_page):
    page = new_page(viewport={"width": 1440, "height": 700})
    page.goto(serve_app(lambda: served_page([vp.open_table("mnist-cells")])).url + "?drawer=tradeoffs")
    page.locator("[data-action=chances]").wait_for()
    sure = page.locator("[data-action=chances]").bounding_box()
    save = page.locator(".vp-drawer").get_by_text("Save as CSV").bounding_box()
    assert sure["y"] + sure["height"] <= save["y"]
    page.locator("[data-action=chances]").click()
