"""Selecting cells in a browser: the drawer by keyboard, chips, a lasso, Shift and a click on a bar, and Escape."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from page_parts import figure_of

import vanas_panel as vp
from tests.demo_tables import demo_table
from vanas_panel.draw.bars import BARS
from vanas_panel.serve import page as served_page
from vanas_panel.serve import pages
from vanas_panel.state.conditions import AllOf, AnyOf, Between, HasEdge, Lasso, Not

pytestmark = pytest.mark.browser

BAR = """([id, name]) => {
  const view = Bokeh.index.get_one_by_id(id);
  const box = view.canvas_view.el.getBoundingClientRect();
  const {x_scale, y_scale} = view.frame;
  return {x: box.left + x_scale.compute(0), y: box.top + y_scale.compute(name)};
}"""
FRAME = """(id) => {
  const view = Bokeh.index.get_one_by_id(id);
  const box = view.canvas_view.el.getBoundingClientRect();
  const {left, top, width, height} = view.frame.bbox;
  return {x: box.left + left, y: box.top + top, width, height};
}"""


@pytest.fixture
def opened(page, serve_app, monkeypatch):
    boards, linked = [], pages.linked
    monkeypatch.setattr(pages, "linked", lambda *given: boards.append(linked(*given)) or boards[-1])

    def start(query: str = ""):
        page.goto(serve_app(lambda: served_page([demo_table()])).url + query)
        page.locator(".overview-map canvas").first.wait_for()
        return boards

    return start


def test_a_long_name_of_a_metric_leaves_the_fields_in_the_drawer(page, serve_app):
    frame = pd.DataFrame({"adjacency": ["010001000", "0100"],
                          "operations": ["input,conv3x3-bn-relu,output", "input,output"], "test_accuracy": [0.9, 0.8],
                          "a name of a metric " + "that goes on and on " * 5: [1.0, 2.0]})
    page.goto(serve_app(lambda: served_page([vp.open_table(frame)])).url + "?drawer=select")
    drawer = page.locator(".vp-drawer")
    drawer.locator("[data-action='low']").wait_for()
    edge = drawer.bounding_box()
    for field in drawer.locator("form select, form input, form button").all():
        box = field.bounding_box()
        assert edge["x"] <= box["x"] and box["x"] + box["width"] <= edge["x"] + edge["width"]


def session_of(boards):
    """The session of the page that was opened last."""
    return boards[-1].session


def test_conditions_are_added_turned_joined_and_cleared(page, opened, eventually):
    boards = opened("?drawer=select")
    drawer, bar = page.locator(".vp-drawer"), page.locator(".vp-selection")
    drawer.locator("select[data-action=number]").select_option("structure.depth")
    low = drawer.locator("input[data-action=low]")
    low.fill("<b>1e999</b>")
    low.press("Enter")
    drawer.get_by_role("alert").filter(has_text="<b>1e999</b>").wait_for()
    low.fill("3")
    low.press("Enter")
    chip = bar.locator(".chip .words").first
    chip.wait_for()
    assert chip.inner_text() == "Depth (structure) ≥ 3"
    drawer.locator("button[data-action=add-edge]").press("Enter")
    bar.locator("button.join").wait_for()
    bar.locator("button[data-action='negate:1']").click()
    eventually(lambda: session_of(boards).conditions == AllOf((Between("structure.depth", 3), Not(HasEdge(
        "input", "output")))), "the opposite of the second condition")
    bar.locator("button.join").click()
    eventually(lambda: isinstance(session_of(boards).conditions, AnyOf), "or")
    name = bar.locator("input")
    name.fill("mine")
    name.press("Enter")
    eventually(lambda: session_of(boards).conditions.name == "mine", "a name")
    eventually(lambda: "mine" in page.url, "the name in the link")
    page.reload()
    bar.locator(".chip").nth(1).wait_for()
    page.locator(".vp-drawer h2").wait_for()
    page.keyboard.press("Escape")
    page.locator(".vp-drawer h2").wait_for(state="hidden")
    assert session_of(boards).rows is not None
    page.keyboard.press("Escape")
    eventually(lambda: session_of(boards).rows is None, "all cells again")
    bar.wait_for(state="hidden")


def test_a_lasso_is_drawn_and_a_bar_adds_its_edge_type(page, opened, eventually):
    boards = opened()
    views = boards[-1].views
    chart = figure_of(views["overview"])
    page.wait_for_function("(id) => Bokeh.index.find_one_by_id(id)?.frame?.bbox.width > 0", arg=chart.id)
    page.get_by_role("button", name="Draw a lasso to select cells").or_(
        page.locator("[title*='Draw a lasso to select cells']")).first.click()
    frame = page.evaluate(FRAME, chart.id)
    at = [(frame["x"] + frame["width"] * (0.5 + 0.45 * math.cos(turn)),
           frame["y"] + frame["height"] * (0.5 + 0.45 * math.sin(turn))) for turn in [each / 5 for each in range(31)]]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point)
    page.mouse.up()
    eventually(lambda: session_of(boards).rows is not None, "a lasso")
    lasso, = session_of(boards).conditions.parts
    assert isinstance(lasso, Lasso)
    bars = figure_of(views["importance"])
    name = next(each for each in bars.renderers if each.name == BARS).data_source.data["name"][2]
    place = page.evaluate(BAR, [bars.id, name])
    page.keyboard.down("Shift")
    page.mouse.click(place["x"] + 2, place["y"])
    page.keyboard.up("Shift")
    eventually(lambda: len(session_of(boards).conditions.parts) == 2, "an edge type")
    assert isinstance(session_of(boards).conditions.parts[1], HasEdge)
    assert len(session_of(boards).draft.operations) == 2, "no edge was drawn"
