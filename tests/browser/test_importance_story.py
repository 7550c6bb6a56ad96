"""Edge importance in a browser: hover and click on bars, following the selection, no text cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import panel as pn
import pytest
from page_parts import figure_of

from vanas_panel.draw.bars import BARS, importance_columns
from vanas_panel.draw.theme import LIGHT, operation_label
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "nasbench101.parquet"

DRAWN = """([id, name]) => {
  const view = Bokeh.index.get_one_by_id(id);
  const {data} = view.model.renderers.find((each) => each.name == name).data_source;
  return Object.fromEntries(Object.entries(data).map(([key, values]) => [key, Array.from(values)]));
}"""
BAR = """([id, name]) => {
  const view = Bokeh.index.get_one_by_id(id);
  const box = view.canvas_view.el.getBoundingClientRect();
  const {x_scale, y_scale} = view.frame;
  return {zero: box.left + x_scale.compute(0), y: box.top + y_scale.compute(name)};
}"""
ENDS = """([id, values]) => {
  const {x_scale, bbox} = Bokeh.index.get_one_by_id(id).frame;
  return [values.map((value) => x_scale.compute(value)), bbox.left, bbox.right];
}"""


class Shown(pn.viewable.Viewer):
    """The view in a card of the size that it has on the page."""

    def __init__(self, view: Importance, width: int):
        super().__init__()
        self.view, self.width = view, width

    def __panel__(self):
        return pn.Column(self.view, sizing_mode="fixed", width=self.width, height=360)


@pytest.fixture(scope="module")
def table():
    """The whole of NAS-Bench-101, or the small embedded table where it is absent."""
    return open_table(REAL if REAL.is_file() else "structure4")


@pytest.fixture
def opened(page, serve_app, table):
    def start(width: int = 500, **state):
        app = serve_app(lambda: Shown(Importance(Session(table, **state)), width))
        page.goto(app.url)
        page.locator(".importance-bars canvas").first.wait_for()
        page.wait_for_function("(id) => Bokeh.index.find_one_by_id(id)?.frame?.bbox.width > 0", arg=chart_of(app).id)
        return app

    return start


def chart_of(app):
    return figure_of(app.built[-1].view)


def session_of(app) -> Session:
    return app.built[-1].view.session


def point_at(page, app, name: str, dx: float = 0.0) -> None:
    """Put the pointer on a row."""
    bar = page.evaluate(BAR, [chart_of(app).id, name])
    page.mouse.move(bar["zero"] + dx, bar["y"])


def test_hover_shows_both_means_and_counts_however_short_the_bar(opened, page):
    app = opened()
    columns = importance_columns(session_of(app).importance, app.built[-1].view.session.table.metric(
        session_of(app).metric), LIGHT)
    for index in (0, 15, int(np.argmin(np.abs(columns["value"])))):
        point_at(page, app, columns["name"][index], dx=60)
        tooltip = page.locator(".bk-Tooltip .bk-tooltip-content")
        tooltip.filter(has_text=columns["with_text"][index]).wait_for()
        says = tooltip.inner_text()
        for text in ("name", "full_text", "without_text"):
            assert columns[text][index] in says
        page.mouse.move(1, 1)


def test_bars_hear_clicks_after_another_attribution_was_shown(opened, page, eventually):
    app = opened()
    session = session_of(app)
    for choice in ("Matched", "Plain"):
        page.get_by_role("button", name=choice).click()
        eventually(lambda choice=choice: session.attribution == choice.lower(), choice)
    page.locator(".importance-bars canvas").first.wait_for()
    importance = session.importance
    name = chart_of(app).y_range.factors[-1]
    bar = page.evaluate(BAR, [chart_of(app).id, name])
    page.mouse.click(bar["zero"] + 20, bar["y"])
    pair = tuple(importance.loc[0, ["source", "target"]])
    eventually(lambda: any((session.draft.operations[a], session.draft.operations[b]) == pair
                           for a, b in session.draft.edges), "an edge of the type of the bar")


def test_a_click_draws_such_an_edge(opened, page, eventually):
    app = opened()
    session = session_of(app)
    for index in (0, 15):
        app.call(lambda built: built.view.session.clear())
        wanted = tuple(session.importance.loc[index, ["source", "target"]])
        point_at(page, app, " → ".join(map(operation_label, wanted)), dx=-20)
        page.mouse.down()
        page.mouse.up()
        eventually(lambda: session.draft.edges, f"an edge for {wanted}")
        assert [session.draft.edge_type(edge) for edge in session.draft.edges] == [wanted]


def test_bars_and_heading_follow_the_selection(opened, page, eventually, table):
    app = opened()
    session = session_of(app)
    assert f"all {len(table):,} cells" in page.locator(".importance-head .head").inner_text()
    rows = np.arange(0, len(table), 3)
    app.call(lambda built: built.view.session.select(rows))
    expected = importance_columns(session.importance, table.metric(session.metric), LIGHT, session.importance_of_all)
    eventually(lambda: page.evaluate(DRAWN, [chart_of(app).id, BARS]) == expected, "other bars")
    eventually(lambda: f"{rows.size:,} selected" in page.locator(".importance-head .head").inner_text(), "the heading")


@pytest.mark.parametrize("width", [500, 320])
def test_there_is_room_for_every_number(opened, page, eventually, width):
    app = opened(width)
    columns = page.evaluate(DRAWN, [chart_of(app).id, BARS])
    room = 34 if session_of(app).table.metric(session_of(app).metric).unit == "fraction" else 20

    def fits() -> bool:
        ends, left, right = page.evaluate(ENDS, [chart_of(app).id, columns["value"]])
        return all((end + room <= right) if value >= 0 else (end - room >= left)
                   for end, value in zip(ends, columns["value"], strict=True))

    eventually(fits, "room for the numbers")
