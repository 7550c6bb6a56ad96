"""The card of completions with all its tabs: pages, bounds, certificates, neighbours and paths."""

from __future__ import annotations

import numpy as np
import pytest
from demo_tables import Page, demo_table
from page_parts import click

import vanas_panel as vp
from vanas_panel.core.cell_edits import CellEdit, edits_of
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.cell.figure import DesignerCanvas
from vanas_panel.draw.cell.ghost import BOXES, LINES, add_ghost, ghost_columns, show_ghost
from vanas_panel.draw.cell.layout import arrange
from vanas_panel.draw.cell.scene import Scene
from vanas_panel.draw.improve.rings import LARGE, SMALL
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import VanasError
from vanas_panel.panels.completions import Completions
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.panels.neighbours_tab import MOST_LISTED
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.state.improving import Improve
from vanas_panel.state.link import restore, to_query
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations


@pytest.fixture
def session() -> vp.Session:
    session = vp.Session(vp.open_table("structure4"))
    session.load_cell(Draft(["input", CONV, POOL, "output"], [(0, 1), (1, 2), (2, 3)]))
    return session


def shown(view: Completions) -> Page:
    return Page(view.__panel__().html)


def test_pages_are_turned_to_the_last_one(session):
    view = Completions(session)
    session.param.update(draft=Draft(["input", CONV, "output"]), extra_vertices=1)
    total = session.completions.attrs["matches"]
    assert f"1 to 5 of {total}" in shown(view).text and "median" in shown(view).text
    last = next(action for action in reversed(shown(view).actions()) if action.startswith("page:"))
    click(view, last)
    assert f"to {total} of {total}" in shown(view).text
    assert session.completions["row"].tolist() == vp.complete(
        session.table, session.draft, session.metric, 5, 1, start=session.improve.start)["row"].tolist()


def test_bounds_are_typed_and_the_certificate_is_said(session):
    view = Completions(session)
    markup = view.__panel__()
    session.param.update(draft=Draft(["input", CONV, "output"]), extra_vertices=1)
    markup.receive("bound:trainable_parameters")
    markup.receive("high:trainable_parameters:0.1 M")
    assert session.improve.where == {"trainable_parameters": (None, 1e5)}
    assert "keeps to the bounds" in shown(view).text
    assert "Without Parameters at most 100 k" in shown(view).text
    click(view, "unbound:trainable_parameters")
    assert session.improve == Improve()


@pytest.mark.parametrize("typed", ["many", "1e", "nan", "1,5", "1e999", "-inf"])
def test_what_is_no_bound_is_said_and_changes_nothing(session, typed):
    markup = Completions(session).__panel__()
    markup.receive("bound:flops")
    markup.receive(f"high:flops:{typed}")
    assert session.improve.where == {"flops": (None, None)} and typed in session.message


def test_the_next_bound_that_is_taken_ends_the_message_about_the_last_one(session):
    markup = Completions(session).__panel__()
    markup.receive("bound:flops")
    markup.receive("high:flops:many")
    markup.receive("high:flops:10M")
    assert session.improve.where == {"flops": (None, 10e6)} and session.message == ""
    markup.receive("low:flops:many")
    session.message = "Another message"
    markup.receive("low:flops:1M")
    assert session.message == "Another message"


def test_sorting_by_another_metric(session):
    markup = Completions(session).__panel__()
    session.param.update(draft=Draft(["input", "output"]), extra_vertices=2)
    markup.receive("sort:flops")
    assert session.completions.attrs["metric"] == "flops" and session.improve.sort == "flops"
    markup.receive(f"sort:{session.metric}")
    assert session.improve.sort == ""


def test_neighbours_are_listed_sketched_and_loaded(session):
    view, designer = Completions(session), Designer(session)
    click(view, "tab:neighbours")
    found = session.neighbours
    assert [action for action in shown(view).actions() if action.startswith("near:")] == [
        f"near:{row}" for row in found["row"]]
    assert f"{len(found)} measured cells one edit away" in shown(view).text
    row = int(found["row"].iloc[0])
    view.__panel__().receive(f"hover:near:{row}")
    sources = {each.name: each.data_source for each in designer.canvas.figure.renderers if each.name in (LINES, BOXES)}
    assert session.ghost is not None and sum(len(source.data["color" if name == LINES else "x"])
                                             for name, source in sources.items()) > 0
    view.__panel__().receive("hover:")
    assert session.ghost is None and not sources[BOXES].data["x"]
    click(view, f"near:{row}")
    assert session.row == row


@pytest.mark.parametrize("edits", [1, 2])
@pytest.mark.parametrize("look", ["list", "picture"])
def test_cells_around_the_drawn_one_are_ranked_coloured_pointed_at_and_loaded(session, edits, look):
    view = Completions(session)
    for action in ("tab:neighbours", f"edits:{edits}", f"look:{look}"):
        view.__panel__().receive(action)
    assert (session.improve.edits, session.improve.look) == (edits, look)
    found = vp.neighbours(session.table, session.cell, session.metric, edits)
    away = found["edits"] if edits == 2 else found["row"] * 0 + 1
    page, own = shown(view), session.row
    buttons = [each for each in page.all("button") if str(each["data-action"]).startswith("near:")]
    listed = [int(str(each["data-action"])[5:]) for each in buttons]
    if look == "list":
        assert listed == found["row"].tolist()[:MOST_LISTED if edits == 2 else None]
    else:
        rings = [found["row"][away == ring].tolist() for ring in range(1, edits + 1)]
        assert listed == [own, *(row for ring in rings for row in ring[:LARGE + SMALL])]
        for number, ring in enumerate(rings, start=1):
            assert f"{number} edit{'s' * (number > 1)} {len(ring)} cells" in page.text
            assert (f"{len(ring) - LARGE - SMALL} more cell" in page.text) == (len(ring) > LARGE + SMALL)
        chips = [each["style"] for each in page.all("i", **{"class": "chip"})]
        assert chips == [f"background:{shade}" for shade in shades_of(
            session.table, session.metric, session.table.column(session.metric)[listed])]
    assert all(each["data-hint"] == f"row:{row}" for each, row in zip(buttons, listed, strict=True))
    last = listed[-1]
    view.__panel__().receive({"at": f"row:{last}"})
    assert session.pointed_row == last
    view.__panel__().receive(f"hover:near:{last}")
    assert (session.ghost is not None) == (away[found["row"] == last].item() == 1)
    view.__panel__().receive(f"near:{last}")
    assert (session.row == last and session.around is None) or edits == 2
    assert (session.around is not None) == (edits == 2), "the picture goes along"
    if edits == 2:
        assert own in set(session.around["row"])


def test_two_edits_are_named_one_after_the_other_and_done_in_the_vertices_of_the_draft(session):
    view = Completions(session)
    session.improve = Improve("neighbours", edits=2)
    found = session.around
    row = int(found.loc[found["edits"] == 2, "row"].iloc[0])
    first, second = session.edits_to(row)
    titles = [each["title"] for each in shown(view).all("button", data_action=f"near:{row}")]
    assert ". Then: " in titles[0]
    before = session.draft
    click(view, f"near:{row}")
    assert session.row == row and session.draft == second.applied(first.applied(before))


def test_cells_two_edits_away_come_from_the_background_and_only_the_latest_count(session, monkeypatch):
    waiting = []
    monkeypatch.setattr("vanas_panel.panels.completions.run_in_background",
                        lambda _thread, work, then, failed: waiting.append((work, then, failed)))
    view = Completions(session)
    session.improve = Improve("neighbours", edits=2, look="picture")
    assert "are sought" in shown(view).text and session.edits_to(3) == ()
    session.load_row(5)
    found = [work() for work, _then, _failed in waiting]
    assert len(found) == 2 and found[0] is None
    for (_work, then, _failed), frame in zip(waiting, found, strict=True):
        then(frame)
    assert session.around is found[1] and "2 edits" in shown(view).text
    session.metric = "flops"
    waiting[-1][2](VanasError("No such luck."))
    assert "No such luck." in shown(view).text
    click(view, "tab:completions")
    waiting[-1][1](found[1])
    assert session.around is None


def test_missing_values_and_ties_of_the_picture_are_said():
    table = demo_table()
    values = {name: table.column(name).copy() for name in table.metrics}
    values["test_accuracy"][:] = 0.5
    values["test_accuracy"][::2] = np.nan
    session = vp.Session(BenchmarkTable(table.space, table.packed, dict(table.metrics), values, name="gaps"),
                         metric="test_accuracy")
    session.load_row(1)
    view = Completions(session)
    session.improve = Improve("neighbours", look="picture")
    found = session.neighbours
    unknown = int(found["test_accuracy"].isna().sum())
    assert 0 < unknown < len(found)
    assert f"{len(found)} cells, none better, {unknown} not measured" in shown(view).text
    known = found["row"][found["test_accuracy"].notna()].tolist()
    assert known == sorted(known) and found["row"].tolist()[:len(known)] == known
    session.load_row(0)
    assert "The drawn cell: Test accuracy not measured" in [
        each.get("title") for each in shown(view).all("button")] and "better" not in shown(view).text


def test_what_is_no_choice_of_neighbours_is_passed_over(session):
    markup, before = Completions(session).__panel__(), session.improve
    for text in ("edits:3", "edits:", "look:pie", "to:Z", "to:", "near:99999999", "near:None"):
        markup.receive(text)
    assert session.improve == before


# Where the path leads ------------------------------------------------------------------------------------------------


def test_the_path_leads_to_a_pin_the_best_cell_or_a_cell_that_is_chosen(session):
    view, table = Completions(session), session.table
    for row in (3, 7, 9):
        session.pin(table.cell(row))
    click(view, "tab:path")
    assert session.way["row"].iloc[-1] == 3
    options = [(each["value"], "selected" in each) for each in shown(view).all("option")]
    assert options == [("A", True), ("B", False), ("C", False), ("best", False)]
    view.__panel__().receive("to:C")
    assert session.way["row"].iloc[-1] == 9 and session.improve.goal == "C"
    view.__panel__().receive("to:best")
    assert session.way["row"].iloc[-1] == table.best(session.metric)
    session.select([12, 14, 15])
    assert session.way["row"].iloc[-1] == table.best(session.metric, np.array([12, 14, 15]))
    assert "best selected cell" in shown(view).text
    session.travel_to(table.cell(20))
    assert session.way["row"].iloc[-1] == 20 and "row 20: " in shown(view).text
    again, messages = restore(to_query(session), [table])
    assert again.improve == session.improve and messages == () and again.goal == table.cell(20)
    click(view, "step:1")
    assert session.improve.ends and session.way["row"].iloc[-1] == 20
    view.__panel__().receive("to:B")
    assert session.improve.ends == () and session.ends == (session.cell, table.cell(7))
    session.unpin("B")
    assert "No cell has the letter B any more" in shown(view).text and session.way is None
    session.load_row(table.find(session.table.cell(3)))
    view.__panel__().receive("to:A")
    assert "The drawn cell is the one to which the path leads" in shown(view).text


def test_a_goal_that_the_space_or_the_table_lacks_is_said(session):
    view = Completions(session)
    session.travel_to(Draft(["input", "beauty", "output"], [(0, 1), (1, 2)]))
    assert "This search space does not have the cell" in shown(view).text and session.way is None
    six = Draft(["input", CONV, CONV, CONV, CONV, "output"], [(index, index + 1) for index in range(5)])
    session.travel_to(six)
    assert "the table lacks" in shown(view).text and session.way is None


def test_a_draft_that_is_no_cell_has_no_neighbours(session):
    view = Completions(session)
    click(view, "tab:neighbours")
    session.clear()
    assert "Draw a cell first" in shown(view).text
    click(view, "tab:path")
    assert "the path leads from it to the cell that you choose" in shown(view).text
    session.load_row(3)
    assert "Pin a cell, or choose one above" in shown(view).text


def test_a_path_is_walked_on_the_map_and_in_the_designer(session):
    overview, view = Overview(session), Completions(session)
    session.pinned = session.table.cell(0)
    click(view, "tab:path")
    way = vp.edit_path(session.table, session.cell, 0, session.metric)
    assert session.way["row"].tolist() == way["row"].tolist()
    assert f"{len(way) - 1} edits" in shown(view).text
    assert len(overview.trail.best) > 0 and overview.trail.now is not None
    click(view, "step:1")
    assert session.row == way["row"].iloc[1] and session.way["row"].tolist() == way["row"].tolist()
    assert session.draft.operations == way["operations"].iloc[1]
    click(view, "free")
    assert len(session.way) == len(way) - 1
    click(view, "tab:completions")
    assert session.way is None and overview.trail is None


@pytest.mark.parametrize("kind", ["add edge", "remove edge", "change operation", "insert vertex", "contract vertex"])
def test_the_sketch_of_each_kind_of_edit(kind):
    cell = vp.Cell(["input", CONV, POOL, "output"], [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)])
    if kind == "contract vertex":
        cell = vp.Cell(["input", CONV, POOL, "output"], [(0, 1), (1, 2), (2, 3)])
    edit = next(edit for edit in edits_of(cell, NASBENCH101)[0] if edit.kind == kind)
    scene = Scene(draft=cell, positions=arrange(cell, {}), operations=NASBENCH101.operations, colors=LIGHT,
                  metric=known_metric("test_accuracy"))
    sketch = ghost_columns(scene, edit)
    assert (len(sketch.lines["xs"]), len(sketch.boxes["x"])) == {
        "add edge": (1, 0), "remove edge": (1, 0), "change operation": (0, 1), "insert vertex": (1, 1),
        "contract vertex": (1, 1)}[kind]
    drawn = DesignerCanvas(scene).figure
    add_ghost(drawn)
    show_ghost(drawn, sketch)
    show_ghost(drawn, ghost_columns(scene, None))
    assert isinstance(edit, CellEdit)


def test_a_path_that_nobody_waits_for_is_not_sought(session, monkeypatch):
    waiting = []
    monkeypatch.setattr("vanas_panel.panels.completions.run_in_background",
                        lambda _thread, work, then, _failed: waiting.append((work, then)))
    view = Completions(session)
    session.pinned = session.table.cell(0)
    click(view, "tab:path")
    session.load_row(5)
    found = [work() for work, _then in waiting]
    assert len(found) == 2 and found[0] is None and found[1]["row"].tolist()[0] == 5
    for (_work, then), path in zip(waiting, found, strict=True):
        then(path)
    assert session.way is found[1]


def test_a_page_that_is_no_number_is_passed_over(session):
    markup, before = Completions(session).__panel__(), session.improve
    for text in ("page:\u00b2:1", "page:-5:1", "page::1", "page:" + "9" * 30):
        markup.receive(text)
    assert session.improve == before


@pytest.mark.parametrize("rows", [None, [], [0, 5, 40, 60, 90]])
def test_as_many_are_selected_whether_the_others_are_listed_or_not(session, rows):
    session.param.update(draft=Draft(["input", CONV, "output"]), extra_vertices=1)
    session.select(rows)
    wanted = set(vp.complete(session.table, session.draft, session.metric, 99, 1)["row"])
    wanted &= set(range(len(session.table)) if rows is None else rows)
    for session.only_selected in (False, True):
        assert session.selected_completions == len(wanted)
