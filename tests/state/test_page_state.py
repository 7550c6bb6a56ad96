"""The state of a page as a value, and that one entry is all that a new part of it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import param
import pytest
from any_sessions import TABLES, sessions
from demo_tables import demo_table, structure_table
from hypothesis import given, settings

import vanas_panel as vp
from vanas_panel.page.address_bar import AddressBar
from vanas_panel.report.plan import plan_of
from vanas_panel.report.recipe import code_of
from vanas_panel.state import carry_rules
from vanas_panel.state.carry_over import carry
from vanas_panel.state.link import reading, restore, to_query
from vanas_panel.state.link_text import one_of
from vanas_panel.state.page_field import OWN_STEP, PageField, Part
from vanas_panel.state.page_state import PageState, entries, parameters
from vanas_panel.state.selection import Box, Selection
from vanas_panel.state.session import Session


@dataclass(frozen=True)
class WiderState(PageState):
    """The state of a page that has one more panel: this is the one entry of its parameter."""

    ply: int = field(metadata=PageField(
        lambda table: 1,
        (Part("ply", lambda value, _: None if value == 1 else str(value),
              lambda text, _: int(one_of(text, ("1", "2", "3")))),),
        step=OWN_STEP, carry=carry_rules.keep, code=lambda value, _: repr(value)).metadata)


class WiderSession(Session):
    """The session of that page, with the parameter itself."""

    state_type = WiderState
    ply = param.Integer(1, bounds=(1, 3))


@pytest.fixture
def wider(monkeypatch):
    monkeypatch.setattr(reading, "Session", WiderSession)
    monkeypatch.setattr(vp, "Session", WiderSession)
    return WiderSession(demo_table(), ply=2)


def test_one_entry_brings_a_parameter_into_the_link(wider):
    assert to_query(wider) == "v=1&table=demo&ply=2"
    session, messages = restore("ply=3&dark=1", [wider.table])
    assert (session.ply, session.dark, messages) == (3, True, ())
    session, messages = restore("ply=4", [wider.table])
    assert session.ply == 1 and messages == ("ply: Found '4'; expected one of '1', '2', '3'.",)


def test_one_entry_brings_a_parameter_into_back_and_the_address(wider):
    bar = AddressBar()
    bar.follow(wider)
    first = bar.query
    wider.ply = 3
    assert bar.query.endswith("&ply=3") and bar.entry[0] == 1
    wider.take(restore(first, [wider.table]).session)
    assert wider.ply == 2


def test_one_entry_brings_a_parameter_to_another_table(wider):
    session, left = carry(wider, structure_table())
    assert (session.ply, left) == (2, "")


def test_one_entry_brings_a_parameter_into_reports_and_their_code(wider, monkeypatch):
    table = vp.open_table("structure4")
    plan = plan_of(table, session=WiderSession(table, ply=3))
    assert plan.session.ply == 3
    made = []
    monkeypatch.setattr(vp, "save_report", lambda table, path, **asked: made.append(asked["session"]))
    code = code_of(plan)
    assert "    ply=3," in code
    exec(compile(code, "recipe", "exec"), {})
    assert made[0].ply == 3


# The value -----------------------------------------------------------------------------------------------------------

@settings(max_examples=60)
@given(sessions(TABLES))
def test_a_session_in_a_state_has_that_state(session):
    state = session.state
    again = Session.in_state(state)
    assert again.state == state and again.box == session.box and np.array_equal(again.rows, session.rows)
    assert to_query(state, TABLES) == to_query(session, TABLES) == to_query(again, TABLES)
    taken = Session(session.table)
    taken.take(state)
    # Back leaves the appearance as it is.
    assert replace(taken.state, dark=state.dark) == state
    assert not again.can_undo


def test_a_state_stays_as_it_was_when_the_session_goes_on():
    session = Session(demo_table())
    session.select_box(Box("flops", "flops", (0, 1e9), (0, 1e9)))
    session.add_vertex("maxpool3x3")
    before = session.state
    link = to_query(before)
    session.param.update(metric="flops", dark=True, better={"flops": True})
    session.clear()
    session.select([1])
    assert to_query(before) == link and before != session.state
    with pytest.raises(AttributeError):
        before.dark = True


def test_every_attribute_is_said_to_be_kept_somewhere_and_every_parameter_is_one():
    assert set(parameters(PageState).values()) == set(Session.param) - {
        "name", "message", "wanted_table", "runs", "search_errors", "search_progress", "stopped_searches",
        "live_searches", "opened_gradients", "ghost", "way", "around", "pointed", "read_again"}
    for name, entry in entries(PageState).items():
        assert entry.link and entry.default is not None, name
    assert isinstance(PageState.start(demo_table()), PageState)


def test_scalars_of_others_become_plain_through_the_entry():
    session = Session(demo_table(), metric=np.str_("flops"), log_x=np.True_, extra_vertices=np.int8(2))
    assert [type(value) for value in (session.metric, session.log_x, session.extra_vertices)] == [str, bool, int]


@pytest.mark.parametrize(("one", "other", "same"), [
    (None, None, True), (None, [0], False), ([1, 2], [1, 2], True), ([1, 2], [1, 3], False), ([], [], True),
])
def test_selections_are_the_same_where_their_rows_are(one: Sequence[int] | None, other, same):
    table = demo_table()
    one, other = (Selection(table, None if rows is None else np.array(rows, dtype=np.int64)) for rows in (one, other))
    assert (one == other) is same and (not same or hash(one) == hash(other))
    assert one != replace(one, box=Box("flops", "flops", (0, 1), (0, 1)))


def test_rows_that_were_a_box_once_are_rows_when_they_are_chosen_as_such():
    session = Session(demo_table())
    session.select_box(Box("flops", "flops", (0, 1e9), (0, 1e9)))
    rows = session.rows
    session.select(None)
    session.select(rows.copy())
    assert session.box is None and session.selection == Selection(session.table, rows)
