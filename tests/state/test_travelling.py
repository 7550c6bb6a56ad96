"""Completions in pages and within bounds, neighbours and paths, as a session has them."""

from __future__ import annotations

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.core.draft import Draft
from vanas_panel.errors import LinkError
from vanas_panel.state.improving import Improve, improve_text, read_improve

CONV, CONV1, POOL = vp.NASBENCH101.operations


@pytest.fixture
def session() -> vp.Session:
    return vp.Session(vp.open_table("structure4"))


def test_pages_lead_through_all_completions(session):
    session.param.update(draft=Draft(["input", CONV, "output"]), extra_vertices=1)
    whole = vp.complete(session.table, session.draft, session.metric, top=1000, extra_vertices=1)
    seen = []
    for start in range(0, len(whole), 5):
        session.improve = Improve(start=start)
        seen += session.completions["row"].tolist()
    assert seen == whole["row"].tolist() and len(seen) > 10


def test_a_page_beyond_the_last_is_the_last(session):
    session.param.update(draft=Draft(["input", CONV, "output"]), extra_vertices=1, improve=Improve(start=10_000))
    matches = session.completions.attrs["matches"]
    assert 0 < len(session.completions) == (matches - 1) % 5 + 1


@pytest.mark.parametrize("change", [
    lambda session: session.add_vertex(POOL), lambda session: session.param.update(metric="edges"),
    lambda session: session.param.update(extra_vertices=1)])
def test_other_completions_begin_with_their_first_page(session, change):
    session.improve = Improve(start=5, sort="flops")
    change(session)
    assert session.improve == Improve(sort="flops")


def test_completions_keep_to_bounds_and_are_sorted_by_another_metric(session):
    session.param.update(draft=Draft(["input", "output"]), extra_vertices=2)
    session.improve = Improve(sort="flops").bounded("trainable_parameters", 1e6, None)
    expected = vp.complete(session.table, session.draft, "flops", extra_vertices=2,
                           where={"trainable_parameters": (1e6, None)})
    assert session.completions["row"].tolist() == expected["row"].tolist()
    assert session.improve.unbounded("trainable_parameters").where == {}


def test_a_neighbour_is_loaded_by_its_edit_in_the_vertices_of_the_draft(session):
    session.load_cell(Draft(["input", POOL, CONV, "output"], [(0, 2), (2, 1), (1, 3)]))
    found = session.neighbours
    row = int(found.loc[found["edit"] == f"change vertex 1 to {CONV1}", "row"].item())
    session.sketch(row)
    assert session.ghost.words == f"change vertex 1 to {CONV1}"
    session.load_neighbour(row)
    assert session.draft == Draft(["input", CONV1, CONV, "output"], [(0, 2), (2, 1), (1, 3)])
    assert session.row == row and session.ghost is None


def test_rows_that_are_no_neighbours_are_loaded_whole_and_sketch_nothing(session):
    session.load_row(0)
    session.sketch(len(session.table) - 1)
    assert session.ghost is None
    session.load_neighbour(len(session.table) - 1)
    assert session.row == len(session.table) - 1
    session.draft = Draft(["input", "output"])
    assert session.neighbours is None and session.ends is None


def test_another_draft_ends_the_sketch(session):
    session.load_row(5)
    session.sketch(int(session.neighbours["row"].iloc[0]))
    assert session.ghost is not None
    session.add_vertex(CONV)
    assert session.ghost is None


def test_the_path_leads_from_the_drawn_cell_to_the_pinned_one_unless_it_is_held(session):
    session.pinned = session.table.cell(9)
    session.load_row(3)
    assert session.ends == (session.table.cell(3), session.table.cell(9))
    session.travel(session.ends)
    session.load_row(4)
    assert session.ends[0] == session.table.cell(3)
    session.travel(None)
    assert session.ends[0] == session.table.cell(4)
    session.load_row(9)
    assert session.ends is None


@pytest.mark.parametrize("text", ["elsewhere", "path;ends=:0-1", "completions;start=-1", "completions;start=x",
                                  "completions;sort=nothing", "completions;bounds=flops", "completions;more=1",
                                  "completions;bounds=flops:2:1", "completions;bounds=flops:a:",
                                  "neighbours;edits=3", "neighbours;look=pie", "path;to=Z", "path;to=a:9"])
def test_links_that_say_something_else_are_refused(session, text):
    with pytest.raises(LinkError, match="^Found"):
        read_improve(text, session.table)


def test_a_link_of_a_path_brings_both_ends_back(session):
    shown = Improve("path", ends=(Draft(["input", "a,b:c!d;e", "output"], [(0, 1)]), Draft(["input", "output"], [])))
    assert read_improve(improve_text(shown), session.table) == shown
    assert improve_text(Improve()) is None
    for goal in ("", "H", "best", Draft(["input", "a,b:c!d;e=f", "output"], [(0, 1)])):
        shown = Improve("path", edits=2, look="picture", goal=goal)
        assert read_improve(improve_text(shown), session.table) == shown


def test_another_table_keeps_what_its_metrics_have(session):
    shown = Improve("neighbours", "flops", 5, (("edges", 1.0, None), ("nothing", None, None)))
    kept = shown.on(session.table)
    assert kept == Improve("neighbours", "flops", 0, (("edges", 1.0, None),))
    assert np.isfinite(kept.where["edges"][0])
    assert Improve(goal="best", edits=2).on(session.table) == Improve(goal="best", edits=2)
    assert Improve(goal=session.table.cell(3)).on(session.table) == Improve()
