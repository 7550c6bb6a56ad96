"""Linked hover: what is pointed at in one view lights up in the others, by pointer and by keyboard."""

import numpy as np
import pytest
from demo_tables import structure_table
from page_parts import figure_of, html, part, press, send

from vanas_panel.draw.map.hint import HINT, shares
from vanas_panel.draw.map.picture import DIMMED
from vanas_panel.draw.map.style import BINS
from vanas_panel.panels.completions import Completions
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.presets import Presets
from vanas_panel.state.session import Session
from vanas_panel.widgets.markup import Markup


@pytest.fixture
def session():
    session = Session(structure_table())
    session.load_row(90)
    return session


def source(view, name):
    return next(each.data_source for each in figure_of(view).renderers if each.name == name)


def point(view, value):
    """Let a pointer rest on a mark of a figure; on none with None."""
    source = next(each for each in figure_of(view).references() if each.name == "pointed")
    source.data = {"value": [] if value is None else [value]}


def test_a_bar_lights_up_its_edges_in_the_designer_and_its_cells_on_the_map(session):
    importance, designer, overview = Importance(session), Designer(session), Overview(session)
    before = np.array(source(overview, BINS).data["opacity"])
    index = session.importance.index[(session.importance["source"] == "maxpool3x3")
                                     & (session.importance["target"] == "output")][0]
    point(importance, int(index))
    assert session.pointed_type == ("maxpool3x3", "output")
    edges = [edge for edge in session.draft.edges if session.draft.edge_type(edge) == session.pointed_type]
    assert len(designer.canvas.lit.data["xs"]) == len(edges) > 0
    lit, bins = np.array(source(overview, BINS).data["opacity"]), overview.bins
    has = [session.pointed_type in {cell.edge_type(edge) for edge in cell.edges} for cell in session.table]
    for number in range(len(bins)):
        inside = [row for row in range(len(session.table))
                  if bins.left[number] <= session.table.column(session.x)[row] < bins.right[number]
                  and bins.bottom[number] <= session.table.column(session.y)[row] < bins.top[number]]
        share = sum(has[row] for row in inside) / len(inside)
        assert lit[number] == pytest.approx(DIMMED + (1 - DIMMED) * share, abs=1e-6)
    point(importance, None)
    assert session.pointed is None and designer.canvas.lit.data["xs"] == []
    np.testing.assert_array_equal(source(overview, BINS).data["opacity"], before)


def test_the_keyboard_on_the_bars_points_as_well(session):
    importance, designer = Importance(session), Designer(session)
    press(importance, "Home")
    first = session.importance.iloc[0]
    assert session.pointed_type == (first["source"], first["target"])
    press(importance, "Escape")
    assert session.pointed is None and designer.canvas.lit.data["xs"] == []


@pytest.mark.parametrize("kind", [Presets, Completions])
def test_a_drawing_marks_its_bin_on_the_map(session, kind):
    view, overview = kind(session), Overview(session)
    action = {Presets: "preset:0", Completions: f"row:{session.row}"}[kind]
    send(view, {"at": action})
    row = session.pointed_row
    assert row is not None
    assert source(overview, HINT).data == {"x": [session.table.column(session.x)[row]],
                                           "y": [session.table.column(session.y)[row]]}
    send(view, {"at": ""})
    assert source(overview, HINT).data == {"x": [], "y": []}


@pytest.mark.parametrize("at", ["row:100000", "row:-1", "row:x", "preset:99", "x" * 99, 3, None])
def test_what_a_browser_may_send_points_at_nothing(session, at):
    for view in (Presets(session), Completions(session)):
        send(view, {"at": at})
        assert session.pointed is None


def test_a_bin_shows_the_drawing_of_its_best_cell_beside_it(session):
    overview = Overview(session)
    row = int(overview.bins.row[0])
    point(overview, row)
    corner = html(overview, "overview-corner")
    assert "<svg" in corner and "cell" in corner
    left = overview.bins.left <= np.median(overview.bins.left)
    point(overview, int(overview.bins.row[np.flatnonzero(left)[0]]))
    assert 'class="corner right"' in html(overview, "overview-corner")
    point(overview, 10**6)
    assert html(overview, "overview-corner") == ""


def test_the_keyboard_on_the_map_shows_it_as_well(session):
    overview = Overview(session)
    press(overview, "b")
    assert "<svg" in html(overview, "overview-corner")
    press(overview, "Escape")
    assert html(overview, "overview-corner") == ""


def test_bins_are_as_bright_as_the_share_of_their_cells(session):
    bins = Overview(session).bins
    assert shares(bins, bins.cells) == pytest.approx(1) and shares(bins, 0 * bins.cells) == pytest.approx(DIMMED)


def test_a_view_says_what_is_pointed_at_only_where_something_listens(session):
    assert not Markup("").points and part(Presets(session), Markup).points
