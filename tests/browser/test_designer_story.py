"""The designer in a browser with a mouse: each thing a person can do, seen on the page and in the server's session."""

from __future__ import annotations

import pytest
from designer_hands import C1, C3, CHAIN, MP, Story, made_up_table

from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.canvas import STRIP_HEIGHT
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser


@pytest.fixture
def story(page, serve_app, eventually):
    return Story(page, serve_app(lambda: Designer(Session(made_up_table()))), eventually)


def test_starts_with_input_and_output_and_says_what_is_missing(story):
    assert story.session.draft == Draft(("input", "output"))
    assert story.column("vertices", "text") == ["input", "output"]
    story.says("There is no path from input to output.")
    story.says("2 of 7 vertices, 0 of 9 edges")


def test_a_cell_is_drawn_with_the_mouse_and_its_contributions_appear(story):
    story.button("conv 3×3").click()
    story.until(Draft(("input", C3, "output")))
    story.button("max-pool 3×3").click()
    story.until(Draft(("input", C3, MP, "output")))
    positions = dict(story.designer.positions)
    story.says("2 vertices lie on no path from input to output.")
    drawn = ()
    for edge in ((0, 1), (1, 2), (2, 3), (0, 3)):
        story.click(*story.at(edge[0]))
        story.eventually(lambda edge=edge: story.designer.selected == edge[0], "source chosen")
        story.says("click the target of the edge")
        story.click(*story.at(edge[1]))
        drawn += (edge,)
        story.until(Draft(("input", C3, MP, "output"), drawn))
    assert story.designer.positions == positions, "vertices must not jump while a person draws"
    story.says("Valid cell, measured")
    for row, tag, dash in zip(story.session.contributions.itertuples(), story.column("edges", "tag"),
                              story.column("edges", "dash"), strict=True):
        assert tag[0] == ("+" if row.contribution > 0 else "−")
        assert bool(dash) == (row.contribution < 0)


def test_a_second_click_that_follows_at_once_is_not_lost(story):
    story.click(*story.at(0))
    story.click(*story.at(1))
    story.until(Draft(("input", "output"), ((0, 1),)))


def test_second_click_canvas_click_or_escape_clears_the_choice(story):
    for give_up in (lambda: story.click(*story.at(0)), lambda: story.click(*story.pixel(30, 300)),
                    lambda: story.page.keyboard.press("Escape")):
        story.click(*story.at(0))
        story.eventually(lambda: story.column("vertices", "ring_alpha") == [1, 0], "a ring around the source")
        # Slower than a double click.
        story.page.wait_for_timeout(400)
        give_up()
        story.eventually(lambda: story.column("vertices", "ring_alpha") == [0, 0], "no ring")
        story.page.wait_for_timeout(400)
    assert story.session.draft.edges == () and not story.session.can_undo


def test_a_click_on_an_edge_removes_it(story):
    story.load(CHAIN)
    story.click(*story.on_edge((1, 2)))
    story.until(Draft(CHAIN.operations, ((0, 1), (2, 3))))
    story.says("2 vertices and 2 edges lie on no path from input to output.")
    assert all(alpha < 0.5 for alpha in story.column("vertices", "alpha")[1:3])
    assert all(alpha < 0.5 for alpha in story.column("edges", "alpha"))


@pytest.mark.parametrize("hold", [0, 600], ids=["at once", "held before"])
def test_a_drag_moves_a_vertex_with_its_edges_and_tells_the_server_at_the_end(story, hold):
    story.load(CHAIN)
    before = dict(story.designer.positions)
    lines = story.column("edges", "xs")
    target = before[1][0] - 120, before[1][1] + 15
    story.sent.clear()
    story.drag(story.at(1), story.pixel(*target), hold=hold, release=False)
    story.eventually(lambda: story.shown()[0]["1"] == pytest.approx(target, abs=1.5), "the box follows the pointer")
    assert story.column("vertices", "x")[1] == pytest.approx(target[0], abs=1.5)
    moved = story.column("edges", "xs")
    assert moved[0][0] == lines[0][0] and moved[0][-1] == pytest.approx(lines[0][-1] - 120, abs=1.5)
    assert moved[1][0] == pytest.approx(lines[1][0] - 120, abs=1.5) and moved[1][-1] == lines[1][-1]
    assert moved[2] == lines[2]
    assert story.column("edges", "tip_x")[0] == pytest.approx(moved[0][-1])
    assert story.designer.positions == before and story.sent == [], "the server hears of it at the end only"
    story.page.mouse.up()
    story.eventually(lambda: story.session.positions, "positions")
    story.settle()
    assert sum("PATCH-DOC" in frame for frame in story.sent) == 1, story.sent
    assert story.session.positions[1] == pytest.approx(target, abs=1.5)
    assert {v: at for v, at in story.session.positions.items() if v != 1} == {v: before[v] for v in (0, 2, 3)}
    story.page.keyboard.press("Control+z")
    story.eventually(lambda: story.designer.positions == before, "one step back")
    story.settle()


def test_tooltip_is_hidden_during_a_drag(story):
    story.load(CHAIN)
    story.page.mouse.move(*story.at(1))
    tip = story.page.locator(".bk-Tooltip", has_text=C3)
    tip.wait_for()
    story.drag(story.at(1), story.pixel(120, 300), release=False)
    story.eventually(lambda: not tip.is_visible(), "hidden")
    story.page.mouse.up()


def test_a_slow_click_without_movement_is_a_click(story):
    for vertex in (0, 1):
        story.page.mouse.move(*story.at(vertex))
        story.page.mouse.down()
        story.page.wait_for_timeout(500)
        story.page.mouse.up()
    story.until(Draft(("input", "output"), ((0, 1),)))


def test_a_vertex_dropped_on_the_strip_is_deleted_and_the_input_is_not(story):
    story.load(CHAIN)
    story.drag(story.at(1), story.pixel(250, STRIP_HEIGHT / 2), release=False)
    story.eventually(lambda: story.column("strip", "text") == ["let go to delete"], "the strip answers")
    story.page.mouse.up()
    story.until(Draft(("input", C1, "output"), ((1, 2),)))
    assert story.column("strip", "text") == ["drop here to delete"]
    assert story.column("strip", "fill_alpha") == story.column("strip", "text_alpha") == [0]
    story.drag(story.at(0), story.pixel(250, STRIP_HEIGHT / 2))
    story.eventually(lambda: story.session.positions[0][1] < 200, "only moved")
    assert len(story.session.draft.operations) == 3


def test_a_vertex_dropped_on_another_comes_to_stand_beside_it(story):
    story.load(CHAIN)
    story.drag(story.at(1), story.at(2))
    story.eventually(lambda: story.session.positions, "dropped")
    story.settle()
    (x, y), (other_x, other_y) = story.designer.positions[1], story.designer.positions[2]
    assert abs(x - other_x) >= 104 or abs(y - other_y) >= 32


def test_undo_redo_tidy_and_clear(story):
    story.load(CHAIN)
    story.button("Undo").click()
    story.until(Draft(("input", "output")))
    assert story.button("Undo").is_disabled()
    story.button("Redo").click()
    story.until(CHAIN)
    layout = dict(story.designer.positions)
    story.drag(story.at(1), story.pixel(90, 300))
    story.eventually(lambda: story.session.positions, "moved")
    story.settle()
    story.button("Arrange").click()
    story.eventually(lambda: story.designer.positions == layout, "tidy")
    story.settle()
    # By its face: its name is what it does.
    story.page.get_by_text("Clear", exact=True).click()
    story.until(Draft(("input", "output")))


def test_button_removes_parts_on_no_path_and_undo_restores_them(story):
    dead_end = Draft(("input", C3, C1, "output"), ((0, 1), (0, 2), (1, 3)))
    story.load(dead_end)
    button = story.button("Remove parts on no path")
    button.focus()
    story.page.keyboard.press("Enter")
    story.until(Draft(("input", C3, "output"), ((0, 1), (1, 2))))
    button.wait_for(state="detached")
    story.page.keyboard.press("Control+z")
    story.until(dead_end)
    button.click()
    story.until(Draft(("input", C3, "output"), ((0, 1), (1, 2))))


def test_a_line_follows_the_pointer_from_the_picked_vertex_without_the_server(story):
    story.load(CHAIN)
    story.click(*story.at(1))
    story.eventually(lambda: "solid" in story.column("vertices", "ring_dash"), "a picked vertex")
    sent = len(story.sent)
    x, y = story.designer.positions[1]
    story.page.mouse.move(*story.pixel(x + 120, y + 30), steps=3)
    story.eventually(lambda: story.column("band", "x") == pytest.approx([x, x + 120], abs=2), "a line to the pointer")
    assert story.column("band", "y") == pytest.approx([y, y + 30], abs=2)
    assert len(story.sent) == sent
    # Over the picked vertex, off the canvas, and once the edge is drawn, there is none.
    story.page.mouse.move(*story.at(1))
    story.eventually(lambda: story.column("band", "x") == [], "no line within the box")
    story.page.mouse.move(*story.pixel(x + 120, y + 30))
    story.eventually(lambda: story.column("band", "x") != [], "the line again")
    story.click(*story.at(3))
    story.until(Draft(CHAIN.operations, (*CHAIN.edges, (1, 3))))
    story.page.mouse.move(*story.pixel(x + 120, y + 30))
    assert story.column("band", "x") == []
