"""Pins of a session: letters, the ninth, the same twice, links, Back, code, and other tables."""

import numpy as np
import pytest
from demo_tables import demo_table, structure_table

import vanas_panel as vp
from vanas_panel.errors import ArgumentKindError
from vanas_panel.page.address_bar import AddressBar
from vanas_panel.report.plan import plan_of
from vanas_panel.report.recipe import code_of
from vanas_panel.state.carry_over import carry
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.pins import MARKS
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable

POOL = "maxpool3x3"


@pytest.fixture
def session():
    return Session(structure_table())


def pin_rows(session, rows):
    for row in rows:
        session.pin(session.table.cell(row))


def letters(session):
    return {pin.mark: session.table.find(pin.cell) for pin in session.pins}


def test_pins_take_the_letters_in_turn_and_differences_refer_to_the_first(session):
    assert session.pins == () and session.reference is None
    pin_rows(session, range(8))
    assert letters(session) == dict(zip(MARKS, range(8), strict=True))
    assert session.pinned == session.reference.cell == session.table.cell(0)
    assert len(session.other_pins) == 7 and session.message == ""


def test_a_ninth_pin_is_refused_in_one_message_and_nothing_is_lost(session):
    pin_rows(session, range(8))
    before = session.state
    session.load_row(8)
    session.pin()
    assert session.message == "8 cells are pinned, and more cannot be. Unpin one first."
    assert letters(session) == dict(zip(MARKS, range(8), strict=True)) and session.state.other_pins == before.other_pins
    session.compare_with(session.table.cell(9))
    assert letters(session)["A"] == 0 and "Unpin one first" in session.message


def test_a_pin_twice_is_said_and_keeps_its_letter(session):
    pin_rows(session, [5, 6])
    cell = session.table.cell(6)
    session.pin(vp.Cell(cell.operations, cell.edges))
    assert session.message == "This cell is pinned already, as B." and letters(session) == {"A": 5, "B": 6}


def test_an_invalid_draft_cannot_be_pinned(session):
    session.add_vertex(POOL)
    session.pin()
    assert session.message == "Only a valid cell can be pinned." and not session.pins


def test_a_letter_stays_with_its_cell_until_it_is_unpinned(session):
    pin_rows(session, [10, 11, 12])
    session.unpin("B")
    assert letters(session) == {"A": 10, "C": 12}
    session.unpin()
    assert letters(session) == {"C": 12} and session.pinned is None and session.reference.mark == "C"
    # A new pin is not what differences refer to, as long as there are other letters.
    pin_rows(session, [13])
    assert letters(session) == {"B": 13, "C": 12}
    session.unpin("H")
    session.unpin_all()
    assert not session.pins and not session.other_pins
    pin_rows(session, [14])
    assert letters(session) == {"A": 14}


def test_another_reference_changes_letters_with_the_one_before(session):
    pin_rows(session, [10, 11, 12])
    session.compare_with(session.table.cell(12))
    assert letters(session) == {"A": 12, "B": 11, "C": 10}
    session.compare_with(session.table.cell(12))
    assert letters(session) == {"A": 12, "B": 11, "C": 10}
    session.compare_with(session.table.cell(20))
    assert letters(session) == {"A": 20, "B": 11, "C": 10, "D": 12}
    session.unpin()
    session.compare_with(session.table.cell(10))
    assert letters(session) == {"A": 10, "B": 11, "D": 12}


def test_a_pin_goes_into_the_designer(session):
    pin_rows(session, [10, 11])
    session.load_pin("B")
    assert session.row == 11 and session.pin_of(session.cell).mark == "B"
    session.load_pin("G")
    assert session.row == 11


def test_code_of_one_pin_still_runs_and_a_cell_that_is_set_twice_counts_once(session):
    one, two = session.table.cell(1), session.table.cell(2)
    made = Session(session.table, pinned=one, other_pins=[None, one, two, two, None])
    assert letters(made) == {"A": 1, "D": 2}
    made.pinned = None
    assert letters(made) == {"C": 1, "D": 2}
    made.other_pins = None
    assert made.other_pins == ()


@pytest.mark.parametrize("value", [3, "AB", [3], ["x"], [None] * 8])
def test_what_is_no_list_of_pins_is_refused(session, value):
    with pytest.raises(ArgumentKindError, match="at most 7 cells"):
        session.other_pins = value


def test_one_bad_pin_in_a_link_costs_no_other_one(session):
    pin_rows(session, range(8))
    head, others = to_query(session).split("pins=")
    texts = others.split("@")
    texts[1], texts[4] = f"{POOL}:0-1", "new:0-1,1-2"
    again, messages = restore(f"{head}pins={'@'.join(texts)}", [session.table])
    assert letters(again) == {"A": 0, "B": 1, "D": 3, "E": 4, "G": 6, "H": 7}
    assert [message[:24] for message in messages] == ["pins: Pin C is left out.", "pins: Pin F is left out."]
    assert letters(restore(f"{head}pins={others}@{texts[0]}", [session.table])[0]) == letters(session)


# Links, Back, reports, other tables ----------------------------------------------------------------------------------

def test_a_link_with_one_pin_is_as_it_was(session):
    pin_rows(session, [session.table.find(vp.Cell(["input", POOL, "output"], [(0, 1), (1, 2)]))])
    assert to_query(session) == f"v=1&table={session.table.name}&pinned={POOL}:0-1,1-2"


def test_a_link_holds_eight_pins_with_their_letters(session):
    pin_rows(session, range(20, 28))
    session.unpin("A")
    session.unpin("D")
    query = to_query(session)
    assert "pinned=" not in query and "@@" in query
    again, messages = restore(query, [session.table])
    assert letters(again) == letters(session) == {mark: 20 + MARKS.index(mark) for mark in "BCEFGH"}
    assert messages == () and to_query(again) == query


@pytest.mark.parametrize(("text", "message"), [
    (f"{POOL}:0-1", "pins: Pin B is left out. This is not a valid cell"),
    ("@new:0-1,1-2", "pins: Pin C is left out. This is not a valid cell: This search space has no operation new"),
    ("@" * 7, "pins: Found 8 pins from B on; expected at most 7."),
    ("\x1b[2J:9", "pins: Pin B is left out. Found edges"),
])
def test_broken_pins_in_a_link_are_said(session, text, message):
    again, messages = restore(f"v=1&pinned={POOL}:0-1,1-2&pins={text}", [session.table])
    assert len(messages) == 1 and messages[0].startswith(message)
    assert [pin.mark for pin in again.pins] == ["A"]


def test_the_same_cell_in_both_parts_of_a_link_is_one_pin(session):
    again, _ = restore(f"pinned={POOL}:0-1,1-2&pins={POOL}:0-1,1-2@:0-1", [session.table])
    assert [pin.mark for pin in again.pins] == ["A", "C"]


def test_each_pin_is_a_step_of_back(session):
    bar = AddressBar()
    bar.follow(session)
    pin_rows(session, [3])
    one, first = bar.query, bar.entry[0]
    pin_rows(session, [4])
    assert bar.entry[0] == first + 1
    session.compare_with(session.table.cell(4))
    assert bar.entry[0] == first + 2
    session.take(restore(one, [session.table]).session)
    assert letters(session) == {"A": 3}


def test_the_code_of_a_report_pins_the_same(monkeypatch):
    table = vp.open_table("structure4")
    session = Session(table)
    pin_rows(session, [3, 4, 5])
    session.unpin("B")
    made = []
    monkeypatch.setattr(vp, "save_report", lambda table, path, **asked: made.append(asked["session"]))
    exec(compile(code_of(plan_of(table, session=session)), "recipe", "exec"), {})
    assert letters(made[0]) == {"A": 3, "C": 5}


def test_pins_go_along_to_another_table_and_what_does_not_fit_is_said():
    space = vp.CellSpace([POOL], 3, 3)
    cells = vp.enumerate_cells(space)
    small = BenchmarkTable(space, cells, {"m": vp.Metric("m", "M")}, {"m": np.arange(float(cells.size))}, name="small")
    old = Session(demo_table())
    for operations, edges in (([], [(0, 1)]), (["conv3x3-bn-relu"], [(0, 1), (1, 2)]), ([POOL], [(0, 1), (1, 2)]),
                              ([POOL] * 2, [(0, 1), (1, 2), (2, 3)])):
        old.pin(vp.Cell(["input", *operations, "output"], edges))
    new, left = carry(old, small)
    assert [(pin.mark, pin.cell.space, pin.cell in small) for pin in new.pins] == \
        [("A", space, True), ("C", space, True)]
    assert left == ("Not carried over to small: pin B, since this table has no operation 'conv3x3-bn-relu'; "
                    "pin D, since it has 4 vertices, and a cell of this table at most 3.")
