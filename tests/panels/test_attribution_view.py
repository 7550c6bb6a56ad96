"""Matched importance and contributions in the card of edge importance, and Shapley values in the designer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bokeh.models import GlyphRenderer
from demo_tables import demo_table, structure_table
from page_parts import click, html, part

import vanas_panel as vp
from vanas_panel.core.matched import matched_importance, matched_pairs
from vanas_panel.core.operation_importance import operation_importance
from vanas_panel.draw.attribution import TURNED, distribution_columns, interval_words, matched_columns
from vanas_panel.draw.bars import AXIS_PIXELS, BARS, ROW_PIXELS
from vanas_panel.draw.cell.scene import Contribution, contributions_of
from vanas_panel.draw.theme import DARK, LIGHT, operation_label
from vanas_panel.errors import VanasError
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.readers import open_table
from vanas_panel.state.link import to_query
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.widgets.keyboard import Keyboard
from vanas_panel.widgets.markup import Markup

ACCURACY = known_metric("test_accuracy")


@pytest.fixture
def session():
    return Session(structure_table(), metric="trainable_parameters")


def bars_of(view) -> dict:
    """The columns of the figure that is shown instead of plain bars."""
    figures = [pane.object for pane in view.__panel__().select(lambda each: "attribution-bars" in (
        getattr(each, "css_classes", None) or []))]
    assert len(figures) == 1
    return next(each.data_source.data for each in figures[0].renderers
                if isinstance(each, GlyphRenderer) and each.name == BARS)


def test_matched_bars_stand_over_plain_ones(session):
    view = Importance(session)
    session.attribution = "matched"
    columns = bars_of(view)
    assert columns["ghost"] == session.importance["importance"].tolist(), "in the order of plain importance"
    matched = matched_importance(session.table, session.metric).set_index(["source", "target"])
    pairs = list(zip(columns["source"], columns["target"], strict=True))
    assert columns["bar_right"] == pytest.approx(matched.loc[pairs, "importance"].tolist(), nan_ok=True)
    assert columns["whisker_left"] == pytest.approx(matched.loc[pairs, "low"].tolist(), nan_ok=True)
    turned = [pair for pair, text in zip(pairs, columns["value_text"], strict=True) if TURNED in text]
    assert turned == session.turned and turned


def test_a_flag_selects_the_cells_that_make_the_difference(session):
    view = Importance(session)
    session.attribution = "matched"
    source, target = session.turned[0]
    assert "signs turn" in html(view)
    click(view, "pairs:0")
    pairs = matched_pairs(session.table, source, target, session.metric)
    assert session.rows.tolist() == sorted({*pairs["row"], *pairs["without"]})
    for strange in ("pairs:99", "pairs:", "show:nothing", "split:width"):
        part(view, Markup, "importance-switch").receive(strange)
    assert session.attribution == "matched" and session.split == ""


def test_contributions_and_what_they_are_split_by(session):
    view = Importance(session)
    click(view, "show:contributions")
    whole = bars_of(view)
    assert len(whole["name"]) == 16 and whole["tick"] != whole["bar_left"]
    click(view, "split:depth")
    split = bars_of(view)
    assert len(split["name"]) > 16 and all(" · " in name for name in split["name"])
    assert len(set(split["name"])) == len(split["name"])
    click(view, "show:plain")
    assert session.attribution == "plain"


def test_bars_follow_the_session(session):
    view = Importance(session)
    session.attribution = "contributions"
    before = bars_of(view)["tick"]
    session.select(range(40))
    assert bars_of(view)["tick"] != before
    session.metric = "flops"
    session.dark = True
    assert set(bars_of(view)["color"]) <= set(vars(DARK).values())


def test_an_empty_selection(session):
    view = Importance(session)
    session.select([])
    for shown in ("matched", "contributions"):
        session.attribution = shown
        columns = bars_of(view)
        assert set(columns["value_text"]) == {"undefined"} and all(map(math.isnan, columns["bar_right"]))
        assert all(map(math.isfinite, columns["left_end"]))


def test_keys(session):
    view = Importance(session)
    session.attribution = "matched"
    keys = part(view, Keyboard)
    view.keys.press("Home")
    assert "pairs of cells that differ" in keys.said and "Bar 1 of 16" in keys.said
    view.keys.press("Enter")
    assert len(session.draft.edges) == 1


def test_operations_are_compared_where_no_edge_can_be_left_out(session):
    view = Importance(session)
    session.attribution = "operations"
    found = operation_importance(session.table, session.metric)
    columns = bars_of(view)
    together = found[found["other"] == ""]
    assert columns["bar_right"][:len(together)] == together["importance"].tolist() and columns["full_name"][0] == (
        f"{operation_label(found['operation'][0])} instead of any other")
    assert len(set(columns["name"])) == len(found)
    view.keys.press("Home")
    keys = part(view, Keyboard)
    assert "instead of any other" in keys.said and f"Bar 1 of {len(found)}" in keys.said
    before = session.draft
    for key in ("Enter", "s"):
        view.keys.press(key)
    assert session.draft == before and session.rows is None and session.pointed is None


def test_interval_words():
    assert interval_words(ACCURACY, -0.01, 0.02) == "95 % interval −1.00 points to +2.00 points"


def test_columns_of_extreme_values():
    table = demo_table()
    found = session_distribution(table)
    unknown = dict.fromkeys(("median", "q05", "q25", "q75", "q95"), np.nan)
    columns = distribution_columns(found.assign(**unknown), ACCURACY, LIGHT)
    assert set(columns["value_text"]) == {"undefined"}
    matched = matched_importance(table)
    plain = Session(table).importance
    huge = matched_columns(plain.assign(importance=1.7e308), matched.assign(importance=-1.7e308), ACCURACY, LIGHT)
    assert all(map(math.isfinite, [*huge["left_end"], *huge["right_end"]]))


def session_distribution(table):
    """The distribution of a fresh session."""
    return Session(table).find_distribution()()


@pytest.mark.parametrize("first", ["plain", "matched"])
def test_bars_that_are_hidden_take_no_room(session, first):
    session.attribution = first
    view = Importance(session)
    root = view.__panel__().get_root()
    for shown in ("matched", "plain", "contributions", "plain", "matched"):
        session.attribution = shown
        rows = len(session.importance)
        if shown != "contributions":
            assert ROW_PIXELS * rows <= root.min_height <= ROW_PIXELS * rows + AXIS_PIXELS, shown


def notes_of(view) -> str:
    """The notes in the card."""
    return " ".join(str(each.html) for each in view.__panel__().select(Markup))


def test_contributions_that_failed_are_asked_for_again(session, monkeypatch):
    waiting = []
    monkeypatch.setattr("vanas_panel.panels.importance.attribution.run_in_background",
                        lambda _thread, work, then, failed: waiting.append((work, then, failed)))
    view = Importance(session)
    session.attribution = "contributions"
    session.split = "depth"
    (_first, _then, failed), (work, then, _failed) = waiting
    failed(VanasError("Found no room."))
    assert "Found no room." not in notes_of(view), "it is about what is not shown any more"
    then(work())
    assert "Computing" not in notes_of(view) and bars_of(view)["name"]
    session.split = ""
    assert len(waiting) == 3 and "Computing" in notes_of(view)
    waiting[-1][-1](VanasError("Found no room."))
    assert "Found no room." in notes_of(view) and "Computing" not in notes_of(view)
    session.split = "depth"
    session.split = ""
    assert len(waiting) > 3, "it is shown again"
    work, then, _failed = waiting[-1]
    then(work())
    assert "Found no room." not in notes_of(view) and "Computing" not in notes_of(view)


def test_edges_that_rest_on_few_sub_cells_are_light_and_say_so():
    session = Session(open_table("mnist-cells"), metric="test_accuracy")
    view = Designer(session)
    session.load_row(session.table.best("test_accuracy"))
    edges = view.canvas.edges.data
    parts = contributions_of(session.contributions)
    for start, end, alpha, tag in zip(edges["start"], edges["end"], edges["alpha"], edges["tag"], strict=True):
        least = min(parts[start, end].n_with, parts[start, end].n_without)
        assert (alpha < 1) == (0 < least < 3) and (f"({least})" in tag) == (0 < least < 3)
    assert Contribution(0.1, 1, 40).few == 1 and Contribution(0.1, 40, 3).few == 0
    assert Contribution(math.nan, 3, 0).few == 0


def test_shapley_values_on_the_edges():
    session = Session(open_table("mnist-cells"), metric="test_accuracy")
    view = Designer(session)
    session.load_row(session.table.best("test_accuracy"))
    before = view.canvas.edges.data["tag"]
    click(view, "values")
    assert session.edge_values == "shapley" and view.canvas.edges.data["tag"] != before
    assert "95 % interval" in view.canvas.edges.data["detail"][0]
    assert "add up to" in html(view) or "add up to" in str(status_of(view))
    assert "edge_values=shapley" in to_query(session)
    repeated = view.canvas.edges.data["detail"][0]
    session.noise = {"test_accuracy": 0.01}
    assert "by the stated noise" in view.canvas.edges.data["detail"][0]
    session.noise = {}
    assert view.canvas.edges.data["detail"][0] == repeated
    session.metric = "vertices"
    assert set(view.canvas.edges.data["tag"]) == {""} and "No Shapley values" in str(status_of(view))
    click(view, "values")
    assert session.edge_values == "contribution"


def status_of(view):
    """The parts of the status line."""
    return next(each.parts for each in view.__panel__() if hasattr(each, "parts"))



@pytest.mark.parametrize(("shown", "said"), [("matched", "Matched importance"),
                                             ("contributions", "Edge contributions")])
def test_a_report_shows_what_the_page_shows(tmp_path, session, shown, said):
    session.load_row(40)
    session.edge_values = "shapley"
    plain = vp.save_report(session.table, tmp_path / "plain.html", session=session).read_text(encoding="utf-8")
    session.attribution = shown
    report = vp.save_report(session.table, tmp_path / "shown.html", session=session).read_text(encoding="utf-8")
    assert f"<b>{said}</b>" in report and f"<b>{said}</b>" not in plain
    assert "Labels are Shapley values" in plain
