"""The designer without a browser: what clicks, drags, buttons and keys do to the session, the figure and the words."""

import itertools
from types import SimpleNamespace

import demo_tables
import pytest
from bokeh.document import Document
from bokeh.events import Tap
from page_parts import click, fire, html, part, send
from pyviz_comms import Comm

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.cell.canvas import BOX_HEIGHT, BOX_WIDTH, overlap
from vanas_panel.draw.cell.layout import place, route
from vanas_panel.draw.cell.scene import short_difference
from vanas_panel.draw.theme import DARK
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.panels.designer.toolbar import toolbar_html
from vanas_panel.panels.designer.voice import Voice, contribution_words, status
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric

C3, C1, MP = NASBENCH101.operations
NAN = float("nan")
SERIAL = itertools.count(1)
BRANCHES = Draft(("input", C3, MP, "output"), ((0, 1), (0, 2), (1, 3), (2, 3)))
NINE = Draft(("input", C3, C3, C3, C3, C1, "output"),
             ((0, 1), (0, 2), (0, 4), (0, 6), (1, 5), (2, 3), (3, 4), (4, 5), (5, 6)))


@pytest.fixture
def session():
    return Session(demo_tables.demo_table())


@pytest.fixture
def designer(session):
    return Designer(session)


def tap(designer, at):
    """Click on a vertex, in the middle of an edge, or at a point."""
    if isinstance(at, int):
        at = designer.positions[at]
    elif isinstance(at[0], int):
        xs, ys = route(designer.session.draft, designer.positions)[at]
        at = xs[xs.size // 2], ys[ys.size // 2]
    fire(Tap(designer.canvas.figure, x=at[0], y=at[1]))


def drop(designer, kind, vertex, x=250.0, y=300.0):
    """What the browser says at the end of a drag."""
    designer.canvas.drop.data = {"kind": [kind], "vertex": [vertex], "x": [x], "y": [y],
                                  "serial": [next(SERIAL)]}


def do(designer, command):
    """Press a key on the canvas."""
    send(designer, command, kind=Voice)


def words_of(designer):
    """The line under the canvas."""
    return part(designer, Voice).parts


# Events ---------------------------------------------------------------------------------------------------------------

def test_two_clicks_connect_and_a_click_on_the_edge_removes_it(designer, session):
    tap(designer, 0)
    assert designer.selected == 0 and session.draft.edges == ()
    assert ("now", "From input to …: click the target of the edge, or press Escape") in words_of(designer)
    tap(designer, 1)
    assert session.draft.edges == ((0, 1),) and designer.selected is None
    tap(designer, (0, 1))
    assert session.draft.edges == ()


@pytest.mark.parametrize("second", [0, (40.0, 300.0)], ids=["again", "empty canvas"])
def test_second_click_elsewhere_clears_the_choice(designer, session, second):
    tap(designer, 0)
    tap(designer, second)
    assert designer.selected is None and session.draft.edges == () and not session.can_undo


def test_impossible_edge_is_explained(designer, session):
    tap(designer, 1)
    tap(designer, 0)
    assert session.draft.edges == () and "input" in session.message
    assert ("message", session.message) in words_of(designer)


def test_vertices_stay_where_they_are_while_a_cell_is_drawn_by_hand(designer, session):
    click(designer, "add:1")
    click(designer, "add:3")
    before = dict(designer.positions)
    for source, target in ((0, 1), (1, 2), (2, 3)):
        tap(designer, source)
        tap(designer, target)
        assert designer.positions == before
    assert session.draft.edges == ((0, 1), (1, 2), (2, 3))
    click(designer, "tidy")
    assert session.positions == {} and designer.positions == place(session.draft)


def test_every_edit_is_one_step_of_undo(designer, session):
    states = [session.draft]
    for act in (lambda: do(designer, "add:2"), lambda: (tap(designer, 0), tap(designer, 1)),
                lambda: (tap(designer, 1), tap(designer, 2)), lambda: tap(designer, (0, 1)),
                lambda: drop(designer, "delete", 1)):
        act()
        states.append(session.draft)
    assert all(one != other for one, other in itertools.pairwise(states))
    for wanted in reversed(states[:-1]):
        click(designer, "undo")
        assert session.draft == wanted
    assert not session.can_undo
    for wanted in states[1:]:
        click(designer, "redo")
        assert session.draft == wanted


def test_a_drag_moves_one_vertex_in_one_step(designer, session):
    session.load_cell(BRANCHES)
    before = dict(designer.positions)
    drop(designer, "move", 1, 90.0, 200.0)
    assert session.positions == designer.positions == {**before, 1: (90.0, 200.0)}
    assert designer.canvas.layout.graph_layout[1] == (90.0, 200.0)
    xs, ys = designer.canvas.edges.data["xs"][0], designer.canvas.edges.data["ys"][0]
    assert (xs[-1], ys[-1]) == pytest.approx((90.0, 200.0 + BOX_HEIGHT / 2), abs=BOX_WIDTH / 2)
    do(designer, "undo")
    assert designer.positions == before and session.draft == BRANCHES


def test_a_vertex_dropped_on_another_is_put_beside_it(designer, session):
    session.load_cell(BRANCHES)
    drop(designer, "move", 1, *designer.positions[2])
    assert not any(overlap(one, other) for one, other in itertools.combinations(designer.positions.values(), 2))


def test_dropping_on_the_strip_deletes_and_input_and_output_stay(designer, session):
    session.load_cell(BRANCHES)
    kept = dict(designer.positions)
    drop(designer, "delete", 1)
    assert session.draft == Draft(("input", MP, "output"), ((0, 1), (1, 2)))
    assert designer.positions == {0: kept[0], 1: kept[2], 2: kept[3]}
    drop(designer, "delete", 0)
    assert session.draft.operations == ("input", MP, "output") and session.message


def test_a_slow_click_counts_as_a_click(designer, session):
    drop(designer, "tap", 0)
    drop(designer, "tap", 1)
    assert session.draft.edges == ((0, 1),)


@pytest.mark.parametrize("vertex", [-1, 7, 99])
def test_a_drag_of_a_vertex_that_is_gone_does_nothing(designer, session, vertex):
    drop(designer, "delete", vertex)
    assert session.draft.operations == ("input", "output") and not session.can_undo


@pytest.mark.parametrize("command", ["", "nonsense", "add:0", "add:4", "add:-1", "add:x", "add:²", "move:no", "add"])
def test_commands_that_make_no_sense_do_nothing(designer, session, command):
    do(designer, command)
    assert session.draft.operations == ("input", "output") and not session.can_undo


def test_a_cell_can_be_drawn_with_commands_alone(designer, session):
    for command in ("add:1", "first", "pick", "down", "pick", "pick", "last", "pick"):
        do(designer, command)
    assert session.draft == Draft(("input", C3, "output"), ((0, 1), (1, 2)))
    before = designer.positions[1]
    for command in ("up", "move:left", "move:left", "move:up"):
        do(designer, command)
    assert designer.focused == 1
    assert designer.positions[1] == (before[0] - 24, before[1] + 12)
    for command in ("pick", "cancel", "delete"):
        do(designer, command)
    assert session.draft == Draft(("input", "output"))


def test_picking_an_edge_that_is_there_with_the_keyboard_removes_it(designer, session):
    session.load_cell(Draft(("input", C3, "output"), ((0, 1), (1, 2))))
    for command in ("first", "pick", "down", "pick"):
        do(designer, command)
    assert session.draft.edges == ((1, 2),)


def test_arrow_keys_reach_every_vertex(designer, session):
    session.load_cell(NINE)
    seen, border = {0}, [0]
    while border:
        start = border.pop()
        for way in ("left", "right", "up", "down"):
            designer.focused = start
            do(designer, way)
            if designer.focused not in seen:
                seen.add(designer.focused)
                border.append(designer.focused)
    assert seen == set(range(7))


def test_choice_and_focus_do_not_outlive_their_vertices(designer, session):
    session.load_cell(BRANCHES)
    designer.selected, designer.focused = 2, 2
    session.load_cell(Draft(("input", "output")))
    assert designer.selected is designer.focused is None


def test_limits_are_said_in_words(designer, session):
    for _ in range(6):
        do(designer, "add:1")
    assert len(session.draft.operations) == 7
    assert ("message", "A cell of this search space has at most 7 vertices.") in words_of(designer)


def test_a_dark_page_recolours_the_canvas_and_keeps_the_figure(designer, session):
    session.load_row(60)
    plot = designer.canvas.figure
    session.dark = True
    assert designer.canvas.figure is plot
    assert designer.canvas.vertices.data["fill"][0] == DARK.terminal
    tags, = plot.select(name="tags")
    assert tags.glyph.background_fill_color == DARK.card


class Notebook(Comm):
    """A notebook's side of a view: keeps what is sent to it."""

    def __init__(self):
        super().__init__()
        self._comm = self
        self.sent = []

    def send(self, data=None, metadata=None, buffers=()):
        self.sent.append(str(data))


def test_notebook_receives_changes_of_the_canvas(designer, session):
    notebook, document = Notebook(), Document()
    root = designer.__panel__().get_root(document, notebook)
    document.add_root(root)
    document.hold()
    session.load_cell(BRANCHES)
    assert any("max-pool" in message and "ring_alpha" in message for message in notebook.sent)
    notebook.sent.clear()
    # Nothing but the canvas changes.
    designer.focused = 1
    assert any("ring_alpha" in message for message in notebook.sent)


def test_another_metric_changes_the_contributions(designer, session):
    session.load_row(60)
    before = list(designer.canvas.edges.data["tag"])
    session.metric = "trainable_parameters"
    after = designer.canvas.edges.data["tag"]
    assert after != before
    # A number behind it says that the contribution rests on so few sub-cells.
    metric = known_metric("trainable_parameters")
    assert [tag.partition(" (")[0] for tag in after] == [short_difference(metric, value) for value in
                                                         session.contributions["contribution"]]


# Words ----------------------------------------------------------------------------------------------------------------

def test_status_line_describes_the_draft(session):
    assert status(session) == [("now", "Unfinished: there is no path from input to output."),
                               ("quiet", "2 of 7 vertices, 0 of 9 edges")]
    # Begun, and still nothing wrong.
    session.load_cell(Draft(("input", C3, MP, C1, "output"), ((0, 1), (1, 4))))
    assert status(session)[0] == ("now", "Unfinished: 2 vertices lie on no path from input to output.")
    session.load_cell(Draft(("input", C3, "output"), ((0, 1),)))
    assert {kind for kind, _ in status(session)} == {"now", "quiet"}
    session.load_cell(Draft(("input", C3, C1, "output"), ((0, 1), (1, 2), (2, 1), (2, 3))))
    assert status(session)[0] == ("warning", "⚠ There is a directed cycle: conv 3×3 → conv 1×1 → conv 3×3.")
    session.load_row(1)
    assert status(session)[:2] == [("good", "✓ Valid cell, measured"), ("quiet", "3 of 7 vertices, 2 of 9 edges")]
    session.load_cell(Cell.from_packed(int(demo_tables.CELLS[-1]), NASBENCH101))
    assert status(session)[0] == ("now", "✓ Valid cell, not in this table")
    assert len(status(session)) == 2


def test_button_prunes_vertices_on_no_path_where_there_are_any(designer, session):
    button = ("do:prune", "Remove parts on no path")
    assert button not in status(session)
    session.load_cell(Draft(("input", C3, MP, "output"), ((0, 1), (1, 2))))
    assert button not in status(session), "nothing would be left"
    session.load_cell(Draft(("input", C3, MP, C1, "output"), ((0, 1), (1, 2), (1, 4), (3, 4))))
    assert status(session)[1] == button
    assert button not in status(session, selected=1)
    centres = dict(designer.positions)
    do(designer, "prune")
    assert session.draft == Draft(("input", C3, "output"), ((0, 1), (1, 2)))
    assert designer.positions == {0: centres[0], 1: centres[1], 2: centres[4]}
    assert button not in status(session)
    session.undo()
    assert session.draft.output == 4
    session.redo()
    assert session.cell is not None
    session.clear()
    session.prune()
    assert session.message and session.draft.edges == ()


@pytest.mark.parametrize(("values", "words"), [
    ([0.1] * 9, ("good", "all nine edges contribute positively")),
    ([-0.1, -0.2], ("bad", "both edges contribute negatively")),
    ([0.1], ("good", "its one edge contributes positively")),
    ([NAN, NAN], ("quiet", "contributions are undefined here")),
    ([0.1] * 12, ("good", "all 12 edges contribute positively")),
    ([0.1, 0.2, -0.1, NAN, NAN], ("quiet", "2 of 5 edges contribute positively, 1 negatively, 2 are undefined")),
    ([0.0, 0.1], ("quiet", "1 of 2 edges contributes positively")),
])
def test_contributions_in_words(values, words):
    assert contribution_words(values) == words


def test_the_toolbar_offers_every_operation_and_only_what_can_be_done(session):
    def buttons():
        page = demo_tables.Page(toolbar_html(session))
        return {attributes["data-action"]: "disabled" in attributes for attributes in page.all("button")}

    assert buttons() == {"values": False, "add:1": False, "add:2": False, "add:3": False, "undo": True, "redo": True,
                         "tidy": True, "clear": True}
    session.add_vertex(C3)
    assert not buttons()["undo"] and not buttons()["clear"]
    session.undo()
    assert not buttons()["redo"]


def test_the_toolbar_changes_the_operation_of_a_chosen_vertex(session):
    designer = Designer(session)
    session.draft = Draft(("input", C3, C1, "output"), ((0, 1), (1, 2), (2, 3)))
    session.positions = {vertex: (60.0 * vertex, 40.0) for vertex in range(4)}
    designer.selected = 1
    toolbar = demo_tables.Page(html(designer, "designer-toolbar"))
    assert [each["data-action"] for each in toolbar.all("button") if "disabled" in each
            and each["data-action"].startswith("change:")] == ["change:1"]
    assert "Change to" in toolbar.text
    click(designer, "change:3")
    assert session.draft == Draft(("input", MP, C1, "output"), ((0, 1), (1, 2), (2, 3)))
    assert session.positions[1] == (60.0, 40.0) and designer.selected is None
    assert "Change to" not in html(designer, "designer-toolbar")
    session.undo()
    assert session.draft.operations[1] == C3
    designer.focused = 2
    send(designer, "change:1", kind=Voice)
    assert session.draft.operations[2] == C3 and designer.focused == 2
    for command in ("change:4", "change:0", "change:x", "change:"):
        send(designer, command, kind=Voice)
    assert session.draft.operations == ("input", C3, C3, "output")
    designer.focused = 0
    send(designer, "change:1", kind=Voice)
    assert session.message and session.draft.operations == ("input", C3, C3, "output")



def test_names_from_a_table_are_shown_as_text():
    bad = "<img src=x>"
    space = SimpleNamespace(operations=(bad,))
    session = SimpleNamespace(table=SimpleNamespace(space=space), dark=False, draft=Draft(("input", "output")),
                              can_undo=False, can_redo=False, positions={}, edge_values="contribution")
    page = demo_tables.Page(toolbar_html(session))
    assert not page.all("img") and bad in page.text
