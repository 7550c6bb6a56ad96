"""The drawer that selects cells, the chips of the selection, and what the map and the bars do with it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bokeh.events import SelectionGeometry, Tap
from demo_tables import Page, demo_table
from page_parts import click, figure_of, fire, html, page, press, send

from vanas_panel.draw.map.axes import Window
from vanas_panel.draw.selection.shapes import SHAPES, outlines, short_lasso
from vanas_panel.draw.selection.words import condition_words
from vanas_panel.errors import SelectionError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.page.header import header_html
from vanas_panel.page.selection_bar import SelectionBar, selection_bar_html
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.select.form import typed
from vanas_panel.panels.select.panel import SelectCells
from vanas_panel.readers import open_table
from vanas_panel.state.conditions import AllOf, AnyOf, Between, Box, HasEdge, Lasso, Not, Rows
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric

C3, POOL = "conv3x3-bn-relu", "maxpool3x3"


@pytest.fixture
def session():
    return Session(demo_table())


@pytest.mark.parametrize(("text", "name", "value"), [
    ("93.5", "test_accuracy", 0.935), ("93.5 %", "test_accuracy", 0.935), ("", "test_accuracy", math.inf),
    ("5 M", "trainable_parameters", 5e6), ("1.5k", "flops", 1500.0), ("1,500", "flops", 1500.0),
    ("-2e3", "flops", -2e3),
    ("−3", "structure.depth", -3.0), (" .5 ", "flops", 0.5), ("9e1", "test_accuracy", 0.9)])
def test_numbers_are_read_in_the_unit_of_the_page(text, name, value):
    assert typed(text, known_metric(name), math.inf) == value


@pytest.mark.parametrize("text", ["abc", "90,5", "1 2", "nan", "inf", "--1", "5 q", "1" * 60, "١"])
def test_what_is_no_number_is_named(text):
    with pytest.raises(SelectionError, match="expected a number such as"):
        typed(text, known_metric("test_accuracy"), 0.0)


def test_the_form_adds_conditions_one_by_one(session):
    form = SelectCells(session)
    send(form, "number:structure.depth", "low:3", "high:2", "add-number")
    assert session.conditions == AllOf((Between("structure.depth", 2, 3),))
    send(form, f"edge:{list(session.table.space.edge_types).index((C3, 'output'))}", "add-edge")
    send(form, f"operation:{POOL}", "least:1", "add-count")
    send(form, "preset:0", "add-preset")
    parts = session.conditions.parts
    assert parts[1:3] == (HasEdge(C3, "output"), Between(f"structure.n_{POOL}", 1))
    assert isinstance(parts[3], Rows) and parts[3].label
    assert f"of {len(session.table)} cells" in html(form)


def test_the_form_says_what_is_wrong_and_selects_nothing(session):
    form = SelectCells(session)
    send(form, "low:abc", "add-number")
    assert page(form).all("div", role="alert") and session.rows is None
    send(form, "low:", "add-number")
    assert "Found no limit" in html(form) and session.rows is None
    send(form, "number:beauty", "edge:999", "operation:x", "preset:77", "edge:-1", "what")
    assert session.rows is None and "alert" not in html(form)


def test_every_field_has_a_name_and_all_is_escaped():
    session = Session(demo_table())
    session.select_where(AllOf([Rows.of([1], len(session.table), "<b>"), Between("flops", 1)], "<i>"))
    for shown in (Page(html(SelectCells(session))), Page(selection_bar_html(session))):
        assert all(each.get("aria-label") for each in (*shown.all("select"), *shown.all("input")))
        assert not shown.all("b") and not shown.all("i")


def test_chips_turn_join_group_name_and_remove(session):
    bar = SelectionBar(session)
    assert html(bar) == "" and not bar.__panel__().visible
    session.add_condition(Between("structure.depth", 3))
    assert bar.__panel__().visible and not page(bar).all("button", data_action="join")
    session.add_condition(HasEdge("input", "output"))
    click(bar, "negate:1")
    assert session.conditions.parts[1] == Not(HasEdge("input", "output"))
    assert page(bar).all("button", data_action="negate:1")[0]["aria-pressed"] == "true"
    click(bar, "join")
    assert isinstance(session.conditions, AnyOf)
    send(bar, "name:deep")
    assert session.conditions.name == "deep"
    click(bar, "group")
    assert page(bar).actions() == ["negate:0", "remove:0", "select"]
    click(bar, "select")
    assert session.drawer == "select"
    send(bar, "remove:5", "negate:9", "remove:x", "what")
    click(bar, "remove:0")
    assert session.rows is None and not bar.__panel__().visible
    send(bar, "name:x", "join", "group", "negate:0")
    assert session.rows is None


def test_escape_clears_on_a_served_page_where_no_drawer_is_open(session):
    session.select([1, 2])
    for escapes, drawer, wanted in ((True, "", 1), (True, "select", 0), (False, "", 0)):
        session.drawer = drawer
        shown = Page(header_html(session, ["demo"], escapes=escapes))
        clear, = shown.all("button", data_action="clear")
        assert ("data-escape" in clear) == bool(wanted)


def test_the_page_has_the_bar_and_the_drawer(session):
    board = Dashboard(session)
    session.add_condition(Between("structure.width", 2))
    assert "Width (structure) ≥ 2" in html(board, "vp-selection")
    session.drawer = "select"
    assert "Contains an edge type" in html(board)


def test_conditions_in_words(session):
    table = session.table
    wanted = {
        Between("structure.depth", 3): "Depth (structure) ≥ 3",
        Between("test_accuracy", high=0.9): "Test accuracy ≤ 90.00 %",
        Between(f"structure.n_{C3}", 2): "at least 2 × conv 3×3",
        Between(f"structure.n_{C3}", 0, 0): "0 × conv 3×3",
        Between(f"structure.n_{C3}", 1, 2): "1 to 2 × conv 3×3", Between("flops"): "FLOPs known",
        Not(AnyOf((HasEdge("input", "output"), HasEdge(C3, POOL)))):
            "not: (input → output or conv 3×3 → max-pool 3×3)",
        AllOf((HasEdge("input", "output"),), "mine"): "mine", AllOf(()): "every cell", AnyOf(()): "no cell",
        Rows.of([1, 2], len(table)): "2 cells picked"}
    assert {each: condition_words(each, table) for each in wanted} == wanted


def test_a_lasso_on_the_map_selects_and_is_outlined(session):
    view = Overview(session)
    window = view.window
    (left, right), (low, high) = window.x, window.y
    corners = {"x": [left, right, right, left], "y": [low, low, high, high]}
    fire(SelectionGeometry(figure_of(view), geometry={"type": "poly", **corners}, final=True))
    lasso, = session.conditions.parts
    assert isinstance(lasso, Lasso) and session.rows.size == view.points.inside(window)
    drawn = next(each for each in figure_of(view).renderers if each.name == SHAPES).data_source.data
    assert len(drawn["xs"]) == 1 and len(drawn["xs"][0]) == 5
    click(view, "log_x")
    assert not next(each for each in figure_of(view).renderers if each.name == SHAPES).data_source.data["xs"]
    fire(SelectionGeometry(figure_of(view), geometry={"type": "poly", "x": [1.0], "y": [2.0]}, final=True))
    assert "No cell lies in that lasso." in html(view)
    fire(SelectionGeometry(figure_of(view), geometry={"type": "poly", "x": ["a", None, 3], "y": [1, 2, 3]}, final=True))
    assert session.conditions.parts == (lasso,)


def test_a_box_on_the_map_joins_the_other_conditions(session):
    view = Overview(session)
    session.add_condition(Between("structure.depth", 2))
    (left, right), (low, high) = view.window.x, view.window.y
    for top in (high, (low + high) / 2):
        fire(SelectionGeometry(figure_of(view), geometry={
            "type": "rect", "x0": left, "x1": right, "y0": low, "y1": top}, final=True))
    first, box = session.conditions.parts
    assert first == Between("structure.depth", 2) and isinstance(box, Box)


def test_a_long_lasso_is_short_and_nearly_the_same():
    points = Overview(Session(open_table("structure4"))).points
    turn = np.linspace(0, 2 * np.pi, 5000)
    window = Window((0.0, 4e7), (0.0, 8.0))
    across, along = (2e7 + 1e7 * np.cos(turn)).tolist(), (4 + 3 * np.sin(turn)).tolist()
    lasso = short_lasso(points.x, points.y, across, along, window)
    assert lasso is not None and 8 <= len(lasso.corners) <= 64
    for x, y in lasso.corners:
        assert math.hypot((x - 2e7) / 1e7, (y - 4) / 3) == pytest.approx(1, abs=0.01)


def test_boxes_without_limits_are_outlined_a_little_outside_of_the_map():
    points = Overview(Session(open_table("structure4"))).points
    names = points.x.metric.name, points.y.metric.name
    window = Window((0.0, 10.0), (0.0, 10.0))
    box = Box(*names, (-math.inf, 5.0), (5.0, math.inf))
    (across, along), = outlines(AllOf((Not(box),)), points.x, points.y, window)
    assert (min(across), max(across), min(along), max(along)) == (-1.0, 5.0, 5.0, 11.0)


def test_shift_and_a_click_on_a_bar_selects_its_cells(session):
    view = Importance(session)
    top = session.importance.loc[0, ["source", "target"]].tolist()
    at = {"x": 0.0, "y": len(session.importance) - 0.5}
    fire(Tap(figure_of(view), **at, modifiers={"shift": True, "ctrl": False, "alt": False}))
    assert session.conditions == AllOf((HasEdge(*top),)) and len(session.draft.operations) == 2


def test_s_on_a_bar_selects_its_cells_and_takes_them_back(session):
    view = Importance(session)
    press(view, "Home", "s")
    edge, = session.conditions.parts
    assert isinstance(edge, HasEdge)
    press(view, "s")
    assert session.rows is None
