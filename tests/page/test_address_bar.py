"""The address of a served page, as the server keeps it."""

import numpy as np
import pytest
from demo_tables import demo_table, structure_table
from page_parts import click, send
from trained_cells import POOL, SIX, record

from vanas_panel.core.draft import Draft
from vanas_panel.page.address_bar import AddressBar
from vanas_panel.page.dashboard import Dashboard, linked
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.gradient_view import GradientView
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.selection import Box
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.joined import joined_table
from vanas_panel.training.table import results_table

CHANGES = {
    "metric": lambda session: session.param.update(metric="flops"),
    "better": lambda session: session.param.update(better={"flops": True}),
    "x": lambda session: session.param.update(x="flops"),
    "y": lambda session: session.param.update(y="flops"),
    "log_x": lambda session: session.param.update(log_x=True),
    "log_y": lambda session: session.param.update(log_y=True),
    "window": lambda session: session.param.update(window=(1e6, 2e6, 0.9, 0.95)),
    "rows": lambda session: session.select([3, 5]),
    "box": lambda session: session.select_box(Box("flops", "flops", (0, 1e9), (0, 1e9))),
    "draft": lambda session: session.add_vertex("maxpool3x3"),
    "positions": lambda session: session.move_vertex(1, 5.0, 6.0, {0: (1.0, 2.0)}),
    "pinned": lambda session: session.param.update(pinned=session.table.cell(4)),
    "extra_vertices": lambda session: session.param.update(extra_vertices=1),
    "dark": lambda session: session.param.update(dark=True),
    "lang": lambda session: session.param.update(lang="ko"),
    "drawer": lambda session: session.param.update(drawer="train"),
    "searches": lambda session: session.param.update(searches=[SearchPlan("random", "test_accuracy")]),
    "followed": lambda session: session.param.update(searches=[SearchPlan("random", "test_accuracy")],
                                                     followed=(0, 7)),
    "belief": lambda session: session.param.update(searches=[SearchPlan("random", "test_accuracy")], followed=(0, 7),
                                                   belief="mean"),
    "front": lambda session: session.param.update(front=("test_accuracy", "flops")),
    "without": lambda session: session.param.update(without=("maxpool3x3",)),
    "noise": lambda session: session.param.update(noise={"test_accuracy": 0.002}),
    "gradient": lambda session: session.param.update(gradient=GradientView(epoch=3)),
    "color": lambda session: session.param.update(color="structure.depth"),
    "statistic": lambda session: session.param.update(statistic="worst"),
    "attribution": lambda session: session.param.update(attribution="matched"),
    "split": lambda session: session.param.update(split="depth"),
    "edge_values": lambda session: session.param.update(edge_values="shapley"),
    "improve": lambda session: session.show_tab("neighbours"),
    "other_pins": lambda session: session.param.update(other_pins=(session.table.cell(4),)),
    "only_selected": lambda session: session.param.update(only_selected=not session.only_selected),
    "cells": lambda session: session.param.update(cells=CellsView("axes")),
}


@pytest.fixture
def asked(monkeypatch) -> list[dict]:
    """What browsers were asked to open."""
    asked: list[dict] = []
    monkeypatch.setattr(AddressBar, "send", lambda bar, message: asked.append(message))
    return asked


@pytest.fixture
def measured() -> BenchmarkTable:
    return results_table([record(), record(POOL, 0.5)], name="source")


@pytest.fixture
def joined(measured) -> BenchmarkTable:
    """The same table with a cell counted in."""
    return joined_table(measured, [record(SIX, 0.9)])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_part_of_the_state_is_followed(change):
    table = demo_table()
    session = Session(table)
    bar = AddressBar()
    bar.follow(session, [table])
    before = bar.query
    assert not bar.changed
    change(session)
    assert bar.query == to_query(session, [table]) != before and bar.changed


def test_every_followed_parameter_is_tested():
    followed = set(Session.param) - {"name", "message", "wanted_table", "runs", "search_errors",
                                     "search_progress", "stopped_searches", "live_searches", "opened_gradients",
                                         "ghost", "way", "around", "pointed", "read_again"}
    assert followed | {"box"} == set(CHANGES)


def test_following_another_session_leaves_the_first():
    one, other = Session(demo_table()), Session(structure_table())
    bar = AddressBar(["The link asked for too much."])
    bar.follow(one)
    assert bar.messages == ["The link asked for too much."]
    bar.follow(other)
    assert bar.messages == [] and bar.query == to_query(other) and bar.changed
    one.dark = True
    assert bar.query == to_query(other)


def test_parts_too_large_for_a_link_are_reported():
    session = Session(demo_table())
    bar = AddressBar()
    bar.follow(session)
    assert bar.left_out == ""
    session.load_cell(Draft(("input", *["maxpool3x3"] * 23, "output")))
    assert "too large for a link" in bar.left_out and "without=draft" in bar.query
    session.clear()
    assert bar.left_out == ""


def test_a_page_opens_from_a_link_and_follows_the_table_that_is_chosen():
    tables = [demo_table(), structure_table()]
    page = linked(tables, "table=demo@2&draft=maxpool3x3:0-1,1-2&drawer=nonsense")
    assert page.session.table is tables[1] and page.session.row is not None
    bar = page.address
    assert bar.query == to_query(page.session, tables)
    assert len(bar.messages) == 1 and bar.messages[0].startswith(
        "drawer: Found 'nonsense'; expected one of 'select'")
    page.session.select(np.arange(7))
    assert bar.query == to_query(page.session, tables) and f"&rows={len(tables[1])}." in bar.query


def test_another_table_is_another_page_which_the_browser_opens(asked):
    tables = [demo_table(), structure_table()]
    page = linked(tables, "dark=1&drawer=shelf")
    session = page.session
    click(page, "table:1")
    assert page.session is session, "the page stays as it is until the browser has another one"
    there, messages = restore(asked[0]["query"], tables)
    assert len(asked) == 1 and messages == ()
    assert (there.table, there.dark, there.drawer, there.draft) == (tables[1], True, "shelf", EMPTY)


def test_a_table_with_more_cells_is_another_page_with_all_that_is_drawn_and_chosen(asked, measured, joined):
    page = linked([demo_table(), measured], "table=source&draft=maxpool3x3:0-1&extra_vertices=1&log=x")
    page.session.select_box(Box("test_accuracy", "test_accuracy", (0.4, 0.6), (0.4, 0.6)))
    page.session.wanted_table = joined
    query = asked[0]["query"]
    assert "table=source&" in query and "trained=1" in query
    there, messages = restore(query, [demo_table(), measured], count_in=lambda table: joined_table(
        table, [record(SIX, 0.9)]))
    assert messages == () and there.table.source is measured and len(there.table) == 3
    assert (there.draft, there.extra_vertices, there.log_x, there.box) == (
        page.session.draft, 1, True, page.session.box)
    assert there.rows.tolist() == page.session.rows.tolist() == [1]


def test_state_that_no_link_holds_is_shown_without_a_new_page(asked, measured, joined):
    page = linked([demo_table(), measured], "table=source")
    page.session.load_cell(Draft(("input", *["maxpool3x3"] * 23, "output")))
    page.session.wanted_table = joined
    assert asked == [] and page.session.table is joined and len(page.session.draft.operations) == 25
    assert page.address.query == to_query(page.session, page.tables) and page.tables[1] is joined
    page.session.wanted_table = measured
    assert page.session.table is measured and page.tables[1] is measured


def test_a_direction_is_switched_on_the_page_and_back_switches_it_back(asked, measured, joined):
    page = linked([demo_table(), measured], "table=source&better=test_accuracy:lower")
    session = page.session
    assert page.views["overview"].bins is not None and page.tables[1] is session.table
    before = page.address.query
    session.pin()
    session.load_row(0)
    page.address.receive({"back": before, "visit": 1})
    assert page.address.messages == [] and page.session is session, "the same page takes the state"
    session.select([1])
    steps = steps_of(page.address)
    send(page.views["overview"], "direction:neither")
    assert "better=test_accuracy:neither" in page.address.query and steps_of(page.address) == steps + 1
    click(page.views["overview"], "direction:higher")
    assert "better" not in page.address.query and steps_of(page.address) == steps + 2
    assert session.table is measured is page.tables[1]
    assert asked == [] and page.session is session and session.rows.tolist() == [1]
    page.address.receive({"back": before, "visit": 2})
    assert page.address.messages == [] and page.session is session
    assert session.table.directions == session.better == {"test_accuracy": False} and page.tables[1] is session.table
    both = Dashboard(Session(joined.with_directions({"test_accuracy": False})), [measured], address=AddressBar())
    there = both.session
    both.address.receive({"back": to_query(there, [measured]), "visit": 1})
    assert both.address.messages == [] and both.session is there


# Entries of the browser's history ------------------------------------------------------------------------------------

def steps_of(bar: AddressBar) -> int:
    return bar.entry[0]


def test_each_thing_that_is_done_is_a_step_and_the_appearance_is_none():
    page = linked([demo_table()], "")
    bar, session = page.address, page.session
    for count, change in enumerate([
            lambda: session.load_row(3), lambda: session.load_row(4), session.clear, lambda: session.load_row(5),
            session.pin, session.unpin, lambda: setattr(session, "x", "flops"), lambda: setattr(session, "log_x", True),
            lambda: session.select([3]), lambda: session.select([4]), lambda: setattr(session, "drawer", "shelf")], 1):
        change()
        assert steps_of(bar) == count
    session.dark = True
    assert steps_of(bar) == 11 and bar.query.endswith("dark=1&drawer=shelf")
    session.metric = session.metric
    assert steps_of(bar) == 11


def test_quick_edits_and_drags_are_one_step():
    session, now = Session(demo_table()), [100.0]
    bar = AddressBar(clock=lambda: now[0])
    bar.follow(session)
    session.add_vertex("maxpool3x3")
    now[0] += 0.5
    session.add_edge(0, 1)
    assert steps_of(bar) == 1
    now[0] += 5
    session.add_edge(1, 2)
    assert steps_of(bar) == 2
    for x in (5.0, 6.0, 7.0):
        session.move_vertex(1, x, 5.0, {})
    assert steps_of(bar) == 3
    for width in (3e6, 2e6, 1e6):
        session.window = (0, width, 0.5, 1)
    assert steps_of(bar) == 4
    session.add_vertex("maxpool3x3")
    assert steps_of(bar) == 5


def test_back_and_forward_bring_states_back_in_place():
    page = linked([demo_table()], "")
    bar, session = page.address, page.session
    states = [bar.query]
    for change in (lambda: session.load_row(3), lambda: setattr(session, "x", "flops"), lambda: session.select([1, 7])):
        change()
        states.append(bar.query)
    for visit, step in enumerate([2, 1, 0, 1, 3], 1):
        bar.receive({"back": f"?{states[step]}", "visit": visit})
        assert page.session is session and to_query(session, page.tables) == states[step]
        assert bar.entry == [3, visit, states[step]], "no step of its own, and the browser knows whom it answers"
    assert session.rows.tolist() == [1, 7] and session.x == "flops"
    bar.receive({"back": "", "visit": 6})
    assert to_query(session) == "v=1&table=demo"
    session.load_row(3)
    assert bar.entry == [4, 6, states[1]]


@pytest.mark.parametrize("data", [None, 3, "back", {}, {"back": 3, "visit": 1}, {"back": "x=flops"},
                                  {"back": "x=flops", "visit": "1"}])
def test_malformed_messages_change_nothing(data):
    page = linked([demo_table()], "")
    before = page.address.entry
    page.address.receive(data)
    assert page.address.entry == before


def test_back_reports_parts_it_cannot_restore():
    page = linked([demo_table()], "")
    page.address.receive({"back": "?x=gone&draft=maxpool3x3:0-1,1-2", "visit": 1})
    assert page.session.row is not None and page.address.messages[0].startswith("x: Found 'gone'")


def test_parts_that_do_not_fit_another_table_are_reported_on_its_page(asked):
    other = results_table([record(POOL, 0.5)], name="source")
    page = linked([demo_table(), other], "draft=maxpool3x3:0-1,1-2&x=flops")
    page.session.add_vertex("conv3x3-bn-relu")
    click(page, "table:1")
    carried = asked[0]["carried"]
    assert carried["past"] == [["maxpool3x3:0-1,1-2", ""]] and carried["future"] == []
    there = restore(asked[0]["query"], [demo_table(), other]).session
    assert there.draft == page.session.draft
    assert len(carried["messages"]) == ("flops" not in other.metrics)


def test_notebook_shows_messages_under_the_designer():
    page = Dashboard(Session(demo_table(), x="flops"), [demo_table(), results_table([record()], name="source")])
    page.session.load_row(3)
    click(page, "table:1")
    assert page.session.table.name == "source" and page.session.can_undo == (page.session.draft != EMPTY)
