"""Marks of pins on the map and on the cards."""

import numpy as np
import pytest
from bokeh.models import GlyphRenderer
from demo_tables import Page, demo_table, structure_table
from hypothesis import given
from hypothesis import strategies as st
from page_parts import click, figure_of

import vanas_panel as vp
from vanas_panel.draw.cards import cards, table_cards, values_of
from vanas_panel.draw.cards_html import cards_html
from vanas_panel.draw.map.axes import whole_window
from vanas_panel.draw.map.bins import points_of
from vanas_panel.draw.map.pins import DOTS, drawn_pins
from vanas_panel.draw.percentile import histogram
from vanas_panel.draw.pins import apart, with_pins
from vanas_panel.draw.theme import LIGHT, pin_color
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.performance import Performance, performance_html
from vanas_panel.state.pins import MARKS, Pin
from vanas_panel.state.session import Session


def pins_of(table, rows):
    return [Pin(mark, table.cell(row)) for mark, row in zip(MARKS, rows, strict=False)]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_letters_stand_apart_in_the_order_of_their_values(positions):
    found = apart(positions)
    order = sorted(range(len(positions)), key=lambda index: (positions[index], index))
    placed = [found[index] for index in order]
    assert (np.diff(placed) >= 7.3).all() and min(placed) >= 3 and max(placed) <= 100


def test_every_card_has_the_value_and_the_place_of_each_pin():
    table = demo_table()
    pins = pins_of(table, [3, 4, 5, 6])
    for card in with_pins(cards(table, table.cell(7), 7), table, pins):
        known = [pin.mark for pin in pins if card.name in values_of(table, pin.cell)]
        assert [mark.mark for mark in card.pins] == known
        for mark in card.pins:
            value = values_of(table, table.cell(3 + MARKS.index(mark.mark)))[card.name]
            assert f"Pin {mark.mark}: {mark.value}" in card.tooltip
            if card.histogram is not None:
                assert mark.position == histogram(table, card.name, value).position


def test_a_card_tells_two_pins_and_the_letters_tell_all():
    table = structure_table()
    pins = pins_of(table, range(8))
    page = Page(cards_html(with_pins(table_cards(table), table, pins)))
    shown = [card for card in with_pins(table_cards(table), table, pins) if card.pins and not card.minor]
    assert len(page.all("span", data_pin="A")) == len(page.all("span", data_pin="B")) == len(shown)
    assert not page.all("span", data_pin="C") and "+6" in page.text
    assert len(page.all("b", title=f"Pin H: {shown[0].pins[7].value}")) >= 1


def test_a_pin_that_the_table_lacks_has_what_follows_from_its_structure():
    table = demo_table()
    foreign = vp.Cell(["input", *["maxpool3x3"] * 5, "output"], [(at, at + 1) for at in range(6)])
    shown = with_pins(table_cards(table), table, [Pin("B", foreign)])
    costs = {"trainable_parameters", "flops"}
    assert {card.name for card in shown if card.pins} == costs & {card.name for card in shown}


# The map -------------------------------------------------------------------------------------------------------------

def test_pins_stand_where_their_cells_are_and_letters_do_not_cover_each_other():
    table = structure_table()
    points = points_of(table, "trainable_parameters", "flops", "flops")
    window = whole_window(points.x, points.y)
    rows = [0, 5, 6, 7, 8, 9, 10, 11]
    drawn = drawn_pins(pins_of(table, rows), table, points, window, (364, 241))
    assert [pin.mark for pin in drawn] == list(MARKS)
    for pin, row in zip(drawn, rows, strict=True):
        assert (pin.x, pin.y) == (table.column("trainable_parameters")[row], table.column("flops")[row])
        assert pin.name.startswith(f"Pin {pin.mark}: ")


def test_pins_without_a_value_or_outside_of_the_window_are_left_out():
    table = demo_table()
    missing = int(np.flatnonzero(np.isnan(table.column("validation_accuracy_4")))[0])
    points = points_of(table, "flops", "validation_accuracy_4", "flops")
    foreign = vp.Cell(["input", *["maxpool3x3"] * 5, "output"], [(at, at + 1) for at in range(6)])
    pins = [*pins_of(table, [missing]), Pin("B", foreign)]
    assert not drawn_pins(pins, table, points, whole_window(points.x, points.y), (300, 200))


def sources(view):
    return next(each.data_source.data for each in figure_of(view).renderers
                if isinstance(each, GlyphRenderer) and each.name == DOTS)


def test_the_map_follows_the_pins_the_axes_and_the_appearance():
    session = Session(structure_table())
    view = Overview(session)
    assert sources(view)["mark"] == []
    session.pin(session.table.cell(3))
    session.pin(session.table.cell(4))
    assert sources(view)["mark"] == ["A", "B"] and sources(view)["color"] == [pin_color(mark, LIGHT) for mark in "AB"]
    session.x = "flops"
    assert sources(view)["x"] == session.table.column("flops")[[3, 4]].tolist()
    session.dark = True
    assert sources(view)["color"][0] != pin_color("A", LIGHT)
    session.unpin("A")
    assert sources(view)["mark"] == ["B"]


# The view of performance ---------------------------------------------------------------------------------------------

def test_several_pins_have_a_button_each_and_the_drawn_one_can_be_unpinned():
    session = Session(structure_table())
    view = Performance(session)
    for row in (3, 4, 5):
        session.load_row(row)
        click(view, "pin")
    shown = Page(performance_html(session))
    assert [each["data-action"] for each in shown.all("button", aria_pressed="true")] == ["load-pin:C"]
    click(view, "load-pin:A")
    assert session.row == 3
    click(view, "unpin:A")
    assert [pin.mark for pin in session.pins] == ["B", "C"] and session.reference.mark == "B"
    click(view, "compare")
    assert session.drawer == "compare"


@pytest.mark.parametrize("message", ["load-pin:", "load-pin:<b>", "unpin:ABC", "load-pin:H"])
def test_nonsense_from_a_browser_changes_nothing(message):
    session = Session(structure_table())
    view = Performance(session)
    session.pin(session.table.cell(3))
    view.__panel__().receive(message)
    assert session.row is None and len(session.pins) == 1
