"""A view that fails leaves nothing stale, keeps no other from following, and comes back."""

import pytest
from demo_tables import Page, demo_table
from page_parts import html

from vanas_panel.errors import SourceError, UnknownMetricError
from vanas_panel.page.dashboard import Dashboard, explore
from vanas_panel.panels import VIEWS
from vanas_panel.readers import open_table
from vanas_panel.serve.tables import shared_tables
from vanas_panel.state.session import Session
from vanas_panel.widgets.markup import Markup


def words_of(page: Dashboard) -> list[str]:
    """What frames say instead of views that fail."""
    found = page.__panel__().select(lambda part: isinstance(part, Markup) and "vp-trouble" in part.css_classes)
    return [Page(part.html).text for part in found]


def test_a_view_that_cannot_follow_says_so_and_comes_back(monkeypatch):
    session = Session(demo_table())
    page = Dashboard(session)
    for name, drawing in (("performance", "vanas_panel.panels.performance.performance_html"),
                          ("completions", "vanas_panel.panels.completions.completions_html")):
        session.clear()
        before = html(page.views["completions"])
        with monkeypatch.context() as patch:
            patch.setattr(drawing, lambda *_, **_options: 1 / 0)
            session.load_row(20)
            assert len(words_of(page)) == 1 and "cannot show the present choice" in words_of(page)[0]
        session.load_row(21)
        assert words_of(page) == [] and page.views[name].trouble == ""
        assert html(page.views["completions"]) != before


def test_a_view_that_cannot_be_made_leaves_the_others_and_is_tried_again(monkeypatch):
    session = Session(demo_table())
    with monkeypatch.context() as patch:
        patch.setitem(VIEWS, "importance", lambda session: 1 / 0)
        page = Dashboard(session)
        assert "importance failed" in words_of(page)[0]
        assert set(page.views) == set(VIEWS) - {"importance"}
    session.load_row(3)
    assert words_of(page) == [] and set(page.views) == set(VIEWS)


def write(path, values):
    lines = [f'010001000,"input,{name},output",{value}' for name, value in zip(("a", "b"), values, strict=True)]
    path.write_text("\n".join(["adjacency,operations,test_accuracy", *lines]) + "\n")
    return str(path)


def test_a_table_in_which_nothing_is_measured_is_named_and_the_others_are_served(tmp_path):
    empty, good = write(tmp_path / "empty.csv", ["", ""]), write(tmp_path / "good.csv", [0.5, 0.6])
    said = []
    tables = shared_tables((empty, good), said.append)
    assert [table.name for table in tables] == ["good"]
    assert said == [f"Left out: {empty}: Found no value in any column of numbers (test_accuracy); expected at least "
                    "one measured cell. Fill in the measured values, or leave the file out."]
    with pytest.raises(SourceError, match="empty.csv"):
        shared_tables((empty,), said.append)
    with pytest.raises(UnknownMetricError, match="empty: Found no column of numbers with a value"):
        explore(open_table(empty))


def test_table_with_an_unforeseen_failure_is_left_out(tmp_path, monkeypatch):
    odd, good = write(tmp_path / "odd.csv", [0.5, 0.7]), write(tmp_path / "good.csv", [0.5, 0.6])
    from vanas_panel.serve import tables

    whole = tables.warm
    monkeypatch.setattr(tables, "warm", lambda table: 1 / 0 if table.name == "odd" else whole(table))
    said = []
    assert [table.name for table in shared_tables((odd, good), said.append)] == ["good"]
    assert "odd.csv" in said[0] and "ZeroDivisionError" in said[0]
