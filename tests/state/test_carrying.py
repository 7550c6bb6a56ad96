"""What goes along to another table: what fits it, with the steps that led there; the rest is said in one message."""

import numpy as np
import pytest
from demo_tables import demo_table, structure_table

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import CellSpace
from vanas_panel.state.carry_over import carry
from vanas_panel.state.link import restore, steps_text, take_steps, to_query
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import speaking

POOLED = Draft(("input", "maxpool3x3", "output"), ((0, 1), (1, 2)))


def table_in(space: CellSpace, metrics=("test_accuracy", "flops"), name="other") -> BenchmarkTable:
    """A table of one cell, a chain of the first operation."""
    packed = np.array([Cell(("input", space.operations[0], "output"), ((0, 1), (1, 2)), space).packed(space)])
    return BenchmarkTable(space, packed, {each: Metric(each, each.title()) for each in metrics},
                          {each: np.array([0.5]) for each in metrics}, name=name)


SMALL = CellSpace(("maxpool3x3", "conv3x3-bn-relu"), max_vertices=4, max_edges=4)
STRANGE = CellSpace(("skip", "maxpool3x3"), max_vertices=7, max_edges=9)


def test_a_drawn_cell_goes_along_with_the_steps_that_led_to_it():
    old = Session(demo_table(), dark=True, drawer="shelf", extra_vertices=1)
    old.add_vertex("maxpool3x3")
    old.add_edge(0, 1)
    old.move_vertex(1, 20.0, 30.0, {})
    old.undo()
    new, left = carry(old, structure_table())
    assert left == "" and (new.draft, new.positions) == (old.draft, old.positions)
    assert (new.dark, new.drawer, new.extra_vertices) == (True, "shelf", 1)
    new.redo()
    assert new.positions == {1: (20.0, 30.0)}
    for _ in range(3):
        new.undo()
    assert new.draft == EMPTY and not new.can_undo


def test_a_cell_with_operations_that_the_table_lacks_is_left_and_said():
    old = Session(demo_table())
    old.load_cell(Draft(("input", "conv3x3-bn-relu", "output"), ((0, 1), (1, 2))))
    old.pin()
    new, left = carry(old, table_in(STRANGE))
    assert new.draft == EMPTY and new.pinned is None and not new.can_undo
    assert left == ("Not carried over to other: the drawn cell, since this table has no operation 'conv3x3-bn-relu'; "
                    "the pinned cell, since this table has no operation 'conv3x3-bn-relu'.")


@pytest.mark.parametrize(("vertices", "edges", "words"), [
    (3, [(0, 1)], "it has 5 vertices, and a cell of this table at most 4"),
    (2, [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)], "it has 5 edges, and a cell of this table at most 4"),
])
def test_limits_of_the_other_space_hold(vertices, edges, words):
    old = Session(demo_table())
    old.load_cell(Draft(("input", *["maxpool3x3"] * vertices, "output"), edges))
    new, left = carry(old, table_in(SMALL))
    assert new.draft == EMPTY and words in left


def test_a_pinned_cell_and_the_axes_go_where_they_exist():
    old = Session(demo_table(), x="training_time", y="flops", metric="flops", log_x=True, log_y=True)
    old.load_cell(POOLED)
    old.pin()
    old.clear()
    new, left = carry(old, table_in(SMALL))
    assert (new.pinned.operations, new.pinned.edges) == (POOLED.operations, POOLED.edges)
    assert new.pinned.packed(SMALL) == new.table.packed[0]
    assert (new.metric, new.y, new.log_y, new.log_x) == ("flops", "flops", True, False) and new.x != new.y
    assert left.startswith("Not carried over to other: the horizontal axis") and left.count("axis") == 1


def test_a_pinned_cell_becomes_a_cell_of_the_other_search_space():
    old = Session(demo_table())
    old.load_cell(POOLED)
    old.pin()
    other = table_in(SMALL)
    new, left = carry(old, other)
    assert left == "" and new.pinned == old.pinned and new.pinned is not old.pinned
    assert (new.pinned.space, old.pinned.space) == (SMALL, old.table.space)
    assert new.pinned in other


@pytest.mark.parametrize(("operations", "edges", "reason"), [
    (["maxpool3x3"] * 3, [(0, 1), (1, 2), (2, 3), (3, 4)], "it has 5 vertices, and a cell of this table at most 4"),
    (["maxpool3x3"] * 2, [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)],
     "it has 5 edges, and a cell of this table at most 4"),
])
def test_a_pinned_cell_beyond_the_limits_of_the_other_space_is_left_and_said(operations, edges, reason):
    old = Session(demo_table())
    old.load_cell(Draft(("input", *operations, "output"), edges))
    old.pin()
    old.clear()
    new, left = carry(old, table_in(SMALL))
    assert old.pinned is not None and new.pinned is None
    assert left == f"Not carried over to other: the pinned cell, since {reason}."


def test_a_page_without_a_pinned_cell_has_none_on_the_other_table_either():
    new, left = carry(Session(demo_table()), table_in(SMALL))
    assert (new.pinned, left) == (None, "")


def test_defaults_that_the_other_table_lacks_are_not_reported():
    assert carry(Session(demo_table()), table_in(SMALL, metrics=("flops",))).left == ""


def test_steps_that_cannot_be_drawn_there_end_the_row():
    old = Session(demo_table())
    old.load_cell(Draft(("input", "conv3x3-bn-relu", "output")))
    old.load_cell(POOLED)
    old.add_vertex("maxpool3x3")
    new, left = carry(old, table_in(STRANGE))
    assert left == ""
    new.undo()
    assert new.draft == POOLED and not new.can_undo


def test_a_browser_hands_steps_on():
    old = Session(demo_table())
    old.load_cell(POOLED)
    old.move_vertex(1, 20.0, 30.0, {})
    old.add_vertex("maxpool3x3")
    old.undo()
    new = restore(to_query(old), [old.table]).session
    take_steps(new, steps_text(old))
    assert new.steps == old.steps and new.can_undo and new.can_redo
    new.undo()
    assert (new.draft, new.positions) == (POOLED, {})
    take_steps(new, {"past": [["", ""]] * 9, "future": []})
    assert len(new.steps[0]) == 1, "a page that has steps keeps its own"


@pytest.mark.parametrize("data", [None, 3, {}, {"past": 3}, {"past": [3]}, {"past": [["a"]]}, {"past": [[None, ""]]},
                                  {"past": [["maxpool3x3:0-9", ""]]}, {"past": [["", "1:2"]], "future": [["", "x"]]},
                                  {"past": [["x" * 3000, ""]]}])
def test_malformed_steps_are_ignored(data):
    session = Session(demo_table())
    take_steps(session, data)
    assert not session.can_undo and not session.can_redo


def test_a_session_takes_the_state_of_another_one_in_place():
    table = demo_table()
    session, other = Session(table, dark=True), Session(table, x="flops", log_x=True, window=(1e6, 2e6, 0.9, 1))
    other.load_cell(POOLED)
    other.select([1, 4])
    heard = []
    session.param.watch(lambda *events: heard.append({event.name for event in events}), list(session.param))
    session.take(other)
    assert to_query(session).replace("&dark=1", "") == to_query(other) and session.dark
    assert {"draft"} not in heard and any({"x", "log_x", "draft"} <= names for names in heard)
    del heard[:]
    session.take(other)
    assert heard == []
    session.take(Session(table))
    assert to_query(session) == "v=1&table=demo&dark=1"


def test_report_of_lost_parts_is_in_the_language_of_the_page():
    old = Session(demo_table())
    old.load_cell(Draft(("input", "conv3x3-bn-relu", "output"), ((0, 1), (1, 2))))
    with speaking("ko"):
        left = carry(old, table_in(STRANGE)).left
    assert left == "other(으)로 옮기지 못한 것: 그린 셀(이 표에 연산 'conv3x3-bn-relu' 없음)."
    assert "Not carried over to other: the drawn cell, since" in carry(old, table_in(STRANGE)).left
