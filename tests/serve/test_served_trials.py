"""Tables of cells and of trials on one server: what is opened, and what the choice of tables offers."""

from __future__ import annotations

import pytest

from tests.page_parts import click, html
from vanas_panel.page.address_bar import AddressBar
from vanas_panel.page.dashboard import linked
from vanas_panel.page.trials_page import trials_page
from vanas_panel.serve.pages import tools
from vanas_panel.serve.served_trials import page_choices
from vanas_panel.serve.tables import served_tables


@pytest.fixture
def tables(tmp_path, monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)
    for name in ("study", "other"):
        (tmp_path / f"{name}.csv").write_text("lr,loss\n0.1,0.5\n0.2,0.4\n")
    return served_tables((str(tmp_path / "study.csv"), "structure4", str(tmp_path / "other.csv")), follow=True)


@pytest.fixture
def went(monkeypatch):
    """Queries of the pages that the browser was sent to."""
    sent = []
    monkeypatch.setattr(AddressBar, "go", lambda _bar, query, carried=None: sent.append(query))
    return sent


def test_tables_of_both_kinds_are_opened_and_trials_followed(tables):
    assert [table.name for table in tables] == ["structure4"]
    assert [(each.name, len(each.table)) for each in tables.trials] == [("study", 2), ("other", 2)]
    path = tables.trials[0].followed.path
    path.write_text(path.read_text() + "0.3,0.3\n")
    assert tables.trials[0].followed.poll() and len(tables.trials[0].table) == 3


def test_the_choice_leads_from_cells_to_trials_and_back(tables, went):
    page = linked(tuple(tables), "dark=1", tools(tables))
    click(page, "table:1")
    assert went == ["trials=study&dark=1&lang=en"]
    shown = tables.trials[0]
    trials = trials_page(shown.table, went[0], "", shown.followed, page_choices(tables, tables.trials), 1)
    assert trials.view.dark and "other" in html(trials)
    click(trials, "table:0")
    assert went[1] == "table=structure4&dark=1&lang=en"
    assert linked(tuple(tables), went[1], tools(tables)).session.dark
