"""Tables of larger cells: every view, drawer, link, report and file works, or says in one sentence that it does not."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import panel as pn
import pytest

from tests.larger_cells import larger_table
from tests.page_parts import html
from vanas_panel.core.operation_importance import operation_importance
from vanas_panel.draw.compared.edits import edits_between
from vanas_panel.errors import VanasError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.panels import VIEWS
from vanas_panel.panels.compare.panel import compare_html
from vanas_panel.panels.designer.voice import status
from vanas_panel.report.document import report_html
from vanas_panel.report.exports import EXPORTS, exported
from vanas_panel.report.plan import plan_of
from vanas_panel.report.tables import selection_table
from vanas_panel.serve import warm
from vanas_panel.state.attributing import ATTRIBUTIONS, OPERATIONS
from vanas_panel.state.link.reading import restore
from vanas_panel.state.link.writing import to_query
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools


@pytest.fixture(scope="module")
def table():
    return larger_table(40)


@pytest.fixture
def session(table):
    session = Session(table)
    session.load_row(3)
    return session


@pytest.fixture(autouse=True)
def no_errors(caplog):
    with caplog.at_level(logging.WARNING):
        yield
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_page_and_every_drawer_open(session):
    assert session.row == 3 and len(session.draft.operations) == 24
    Dashboard(session)
    for name, view in VIEWS.items():
        assert pn.panel(view(session)).get_root() is not None, name
    for name, drawer in DRAWERS.items():
        session.drawer = name
        assert pn.panel(drawer.view(session, Tools())).get_root() is not None, name


def test_everything_that_a_server_makes_ready_is_made(table):
    warm(table)


@pytest.mark.parametrize("attribution", [each for each in ATTRIBUTIONS if each != OPERATIONS])
def test_importance_shows_plain_bars_and_counts_those_that_are_left_out(session, attribution):
    session.attribution = attribution
    view = VIEWS["importance"](session)
    shown = html(view)
    assert "edge types are left out" in shown and "at most 8 vertices" in shown
    assert session.importance["importance"].notna().all()
    assert len(session.importance) + session.undefined_types == len(session.table.space.edge_types)
    # Over a part of the table the same types stand in the same order, some of them without a value.
    before = list(zip(session.importance["source"], session.importance["target"], strict=True))
    session.select(np.arange(5))
    assert list(zip(session.importance["source"], session.importance["target"], strict=True)) == before


def test_importance_of_operations_is_shown_and_reported(session, table):
    session.attribution = OPERATIONS
    found = operation_importance(table, session.metric)
    session.take_distribution(session.distribution_key(), session.find_distribution()())
    pd.testing.assert_frame_equal(session.distribution, found)
    assert "one operation instead of another" in html(VIEWS["importance"](session))
    text = report_html(plan_of(table, session=session))
    assert "Importance of operations" in text and "instead of any other" in text
    assert restore(to_query(session), [table]).session.attribution == OPERATIONS


def test_cells_are_compared_by_their_values(session, table):
    for row in (3, 4, 7):
        session.load_row(row)
        session.pin()
    shown = compare_html(session, {"B": edits_between(table, table.cell(3), table.cell(4))})
    assert "Which edges two cells share is found for cells of at most 8 vertices." in shown
    assert "not found for larger cells" in shown and "Contributions" not in shown


def test_a_link_holds_the_cell(session, table):
    found = restore(to_query(session), [table])
    assert found.session.row == 3 and found.session.draft.edges == session.draft.edges
    assert found.session.draft.operations == session.draft.operations


def test_a_draft_of_24_vertices_goes_through_the_address_at_every_step(session, table):
    session.remove_vertex(5)
    assert restore(to_query(session), [table]).session.draft.operations == session.draft.operations
    session.add_vertex("max_pool_3x3")
    assert len(session.draft.operations) == 24
    assert restore(to_query(session), [table]).session.draft.operations == session.draft.operations
    session.undo()
    session.undo()
    assert session.row == 3
    session.add_vertex("max_pool_3x3")
    assert len(session.draft.operations) == 24 and "24" in session.message


def test_reports_hold_the_cell_without_a_designer(session, table):
    session.pin()
    session.load_row(9)
    for attribution in ATTRIBUTIONS:
        session.attribution = attribution
        text = report_html(plan_of(table, session=session))
        assert "designer that works offline is for cells of at most 8 vertices" in text
        assert 'id="designer"' not in text


def test_every_export_is_there_or_says_why_not(session):
    for name, export in EXPORTS.items():
        for kind in export.kinds:
            try:
                assert exported(session, name, kind)
            except VanasError as error:
                assert (name, kind) == ("contributions", "csv"), error


def test_the_table_of_the_selection_has_every_cell(table):
    found = selection_table(table, np.array([2, 5]))
    assert found["row"].tolist() == [2, 5]
    assert found["operations"].tolist() == [" ".join(table.cell(row).operations[1:-1]) for row in (2, 5)]


def test_too_many_edges_for_contributions_are_said(session):
    said = f"of at most 20 edges; this one has {len(session.draft.edges)}. See operations and neighbours."
    assert said in " ".join(words for _tone, words in status(session))
    assert session.contributions is None and session.neighbours is not None
