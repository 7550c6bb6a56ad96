"""Cells with more edges than contributions are computed for: every one of them can be loaded and looked at."""

import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.errors import TooManyEdgesError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.panels.designer.voice import status
from vanas_panel.state.session import Session

OPERATIONS = "input,pool,conv,pool,conv,conv,pool,output"


@pytest.fixture
def dense(tmp_path):
    """Two cells of eight vertices: one with all 28 edges, one with a path of 7."""
    full = "".join("1" if target > source else "0" for source in range(8) for target in range(8))
    path = "".join("1" if target == source + 1 else "0" for source in range(8) for target in range(8))
    file = tmp_path / "dense.csv"
    pd.DataFrame({"adjacency": [full, path], "operations": OPERATIONS, "test_accuracy": [0.9, 0.7]}).to_csv(
        file, index=False)
    return vp.open_table(file)


def test_a_cell_of_28_edges_has_no_contributions_and_says_why(dense):
    said = {}
    for row in range(2):
        cell = dense.cell(row)
        session = Session(dense)
        session.load_cell(cell)
        said[len(cell.edges)] = session.contributions, [words for _, words in status(session)]
    assert sorted(said) == [7, 28]
    assert said[28][0] is None
    assert any("of at most 20 edges; this one has 28." in words for words in said[28][1])
    assert len(said[7][0]) == 7
    assert not any("of at most 20 edges" in words for words in said[7][1])
    full = next(dense.cell(row) for row in range(2) if len(dense.cell(row).edges) == 28)
    with pytest.raises(TooManyEdgesError, match="28 edges; expected at most 20"):
        edge_contributions(dense, full)


def test_a_dashboard_and_its_report_hold_a_cell_of_28_edges(dense, tmp_path):
    dashboard = Dashboard(Session(dense))
    for row in range(2):
        dashboard.session.load_cell(dense.cell(row))
        written = tmp_path / f"{row}.html"
        vp.save_report(dense, written, session=dashboard.session)
        said = "Too many edges for contributions (28, at most 20)" in written.read_text("utf-8")
        assert said == (len(dense.cell(row).edges) == 28)
