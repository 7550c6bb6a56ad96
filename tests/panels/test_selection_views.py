"""What importance and performance show of a selection beside the whole table."""

from __future__ import annotations

import numpy as np
from demo_tables import demo_table
from page_parts import click, figure_of, html, page

import vanas_panel as vp
from vanas_panel.draw.bars import BARS, GHOSTS
from vanas_panel.draw.cards import table_cards
from vanas_panel.draw.format import format_value
from vanas_panel.draw.percentile import histogram
from vanas_panel.draw.selection.cards import selected_spread, with_selection
from vanas_panel.draw.svg_charts import importance_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.panels.completions import Completions
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.panels.performance import Performance
from vanas_panel.report import report_html
from vanas_panel.report.plan import plan_of
from vanas_panel.state.conditions import Between, HasEdge
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.selection import Selection
from vanas_panel.state.session import Session


def bars(view, name):
    chart = figure_of(view)
    return next(each for each in chart.renderers if each.name == name).data_source.data


def test_bars_of_a_selection_stand_before_those_of_the_table_in_its_order_and_scale():
    session = Session(demo_table())
    view = Importance(session)
    names, ends = list(bars(view, BARS)["name"]), (bars(view, BARS)["low"][0], bars(view, BARS)["high"][0])
    whole = dict(zip(names, bars(view, BARS)["value"], strict=True))
    assert not any(bars(view, GHOSTS)["ghost"]) and "whose order and scale hold" not in html(view)
    session.select_where(Between("structure.depth", 2, 3))
    columns = bars(view, BARS)
    assert list(columns["name"]) == names == figure_of(view).y_range.factors[::-1]
    assert dict(zip(names, columns["ghost"], strict=True)) == whole
    assert columns["low"][0] <= ends[0] and columns["high"][0] >= ends[1]
    found = vp.edge_importance(session.table, session.metric, session.rows).set_index(["source", "target"])
    for source, target, value in zip(columns["source"], columns["target"], columns["value"], strict=True):
        wanted = found.loc[(source, target), "importance"]
        assert value == (0.0 if np.isnan(wanted) else wanted)
    assert f"pale bars: all {len(session.table)} cells" in html(view)
    assert all(text.startswith("all cells: ") for text in columns["ghost_text"])
    session.select(None)
    assert not any(bars(view, GHOSTS)["ghost"]) and list(bars(view, BARS)["name"]) == names


def test_an_axis_below_the_bars_says_the_scale():
    axis = figure_of(Importance(Session(demo_table()))).xaxis[0]
    assert axis.visible and "points" in axis.formatter.code


def test_cards_have_median_and_histogram_of_the_selection():
    session = Session(demo_table())
    view = Performance(session)
    assert "selected" not in html(view)
    session.select_where(HasEdge("input", "output"))
    values = session.table.column("test_accuracy")[session.rows]
    median = format_value(session.table.metric("test_accuracy"), float(np.nanmedian(values)))
    assert f"selected: median {median}" in page(view).text
    assert page(view).all("path", **{"class": "chosen"})
    session.load_row(5)
    assert f"selected: median {median}" in page(view).text


def test_a_selection_of_everything_has_the_histogram_of_the_table():
    table = demo_table()
    for name in filter(table.known, table.metrics):
        spread = selected_spread(Selection(table, np.arange(len(table))), name)
        assert (spread.counts / spread.counts.max() == histogram(table, name).heights).all()
        assert spread.known == table.known(name) and spread.median == np.nanmedian(table.column(name))


def test_an_empty_selection_says_so_on_every_card():
    session = Session(demo_table())
    session.select([])
    cards = with_selection(table_cards(session.table), session.selection)
    assert {card.selected.words for card in cards} == {"no selected cell has a value"}
    assert "no selected cell has a value" in html(Performance(session))
    Importance(session)


def test_a_report_carries_the_conditions_and_the_pale_bars():
    session = Session(demo_table())
    session.select_where(Between("structure.depth", 2, 3))
    text = report_html(plan_of(session.table, session=session))
    assert "They meet: Depth (structure) 2–3." in text and "Pale bars: all" in text
    metric = session.table.metric(session.metric)
    drawn = importance_svg(session.importance, metric, LIGHT, whole=session.importance_of_all)
    assert drawn.count("fill-opacity") == len(session.importance)


def test_completions_among_selected_cells_are_those_that_match_and_are_selected():
    table = demo_table()
    draft = vp.Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(0, 1)])
    every = vp.complete(table, draft, top=len(table))["row"].tolist()
    for chosen in (every[::2], [*every[1:3], 0, 1], list(range(len(table)))):
        found = vp.complete(table, draft, top=len(table), rows=chosen)
        assert found["row"].tolist() == [row for row in every if row in set(chosen)]
        assert found.attrs["matches"] == len(found) and found.attrs["reason"] == ""
    none = vp.complete(table, draft, rows=[row for row in range(len(table)) if row not in every])
    assert none.empty and none.attrs["reason"] == f"None of the {len(every)} cells that match is selected."


def test_the_view_lists_selected_completions_on_demand_and_counts_them():
    session = Session(demo_table())
    view = Completions(session)
    assert "Selected only" not in html(view)
    session.draft = vp.Draft(["input", "conv3x3-bn-relu", "output"])
    every = session.completions.attrs["matches"]
    session.select_where(Between("structure.edges", 3))
    few = session.selected_completions
    assert 0 < few < every and f"{few} of them" in page(view).text
    assert session.completions.attrs["matches"] == every
    click(view, "only")
    assert session.only_selected and session.completions.attrs["matches"] == few
    assert page(view).all("button", data_action="only")[0]["aria-pressed"] == "true"
    assert restore(to_query(session), [session.table]).session.only_selected
    session.select(None)
    assert session.completions.attrs["matches"] == every
    session.select([])
    assert "is selected" in html(view)


def test_the_same_rows_of_another_table_have_their_own_spread():
    rows = np.array([0, 3, 6])
    one = demo_table()
    other = vp.BenchmarkTable(one.space, one.packed, one.metrics, {
        name: one.column(name)[::-1] for name in one.metrics}, name=one.name)
    for table in (one, other, one):
        assert selected_spread(Selection(table, rows), "flops").median == np.median(table.column("flops")[rows])
