"""Searches in a report and in a notebook: what is shown, with chance beside it, and what is refused."""

import re

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.demo_tables import Page
from vanas_panel.errors import ReportError, SearchError, UnknownMetricError
from vanas_panel.report import plan_of, report_html
from vanas_panel.searches import ledger, lineage, search_ranks
from vanas_panel.tables.metrics import known_metric


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def runs(table):
    return [vp.search(table, name, queries=150, seed=3) for name in ("evolution", "local-search")]


def section(html):
    return html[html.index('<section id="searches">'):html.index("</section>", html.index('id="searches"'))]


def test_every_search_has_its_curve_its_ledger_and_its_tree(table, runs):
    html = section(report_html(plan_of(table, searches=runs, parts=["designer"])))
    page = Page(html)
    for run in runs:
        found = ledger(run, table)
        assert f"{found.duplicates} (" in page.text and f"{100 * found.chance.as_good:.1f} %" in page.text
    assert html.count('class="vp-curves"') == 2  # over queries, and over seconds
    assert html.count('stroke-dasharray="5 4"') == 4  # chance, in each of them and in its key
    loads = re.findall(r'data-vanas-load="([^"]+)"', html)
    assert len(loads) == sum(len(lineage(run, most=11).relatives) for run in runs)
    assert "150 queries, told Validation accuracy (mean of the repeats)." in page.text


def test_comparison_states_pairwise_win_probabilities(table):
    frame = vp.compare_searches(table, ["local-search", "random"], queries=40, seeds=6)
    html = report_html(plan_of(table, comparison=frame, parts=[]))
    page = Page(section(html))
    share = search_ranks(frame).beats["local-search:first", "random"]
    assert f"{100 * share.share:.0f} % ({100 * share.low:.0f}–{100 * share.high:.0f})" in page.text
    assert "Random, exactly" in page.text and 'href="#searches"' in html


def test_without_a_search_there_is_no_section(table):
    html = report_html(plan_of(table, parts=[]))
    assert 'id="searches"' not in html and "#searches" not in html


def test_all_of_it_is_korean(table, runs):
    text = Page(section(report_html(plan_of(table, searches=runs, parts=[], lang="ko")))).text
    left = {*re.findall(r"[A-Za-z]{4,}", text)} - {"conv", "pool", "input", "output", "tournament", "first", "accuracy",
                                                   "validation"}
    # The notes of a run are written when it is made.
    assert not left - {*re.findall(r"[A-Za-z]{4,}", " ".join(note for run in runs for note in run.notes))}


def test_searches_that_do_not_belong_to_the_table_are_refused(table, runs):
    with pytest.raises(ReportError, match="Found str among the searches"):
        plan_of(table, searches=["run.jsonl"])
    with pytest.raises(ReportError, match="expected at most 20"):
        plan_of(table, searches=runs * 11)
    space = vp.CellSpace(["a", "b"], max_vertices=3, max_edges=3)
    small = vp.BenchmarkTable(space, vp.enumerate_cells(space), {"depth": known_metric("depth")},
                              {"depth": np.arange(5.0)}, name="small")
    with pytest.raises(ReportError, match="another space"):
        plan_of(small, searches=runs)
    with pytest.raises(UnknownMetricError, match="validation_accuracy"):
        plan_of(vp.open_table("structure4"), searches=runs)
    with pytest.raises(ReportError, match="Found list as the comparison"):
        plan_of(table, comparison=[1])
    with pytest.raises(SearchError, match="compare_searches gives"):
        plan_of(table, comparison=pd.DataFrame({"strategy": []}))


def test_one_search_need_not_be_in_a_list(table, runs):
    assert plan_of(table, searches=runs[0]).searches == (runs[0],)


def test_a_search_that_trained_its_cells_shows_its_best_value(table, runs):
    header = {**runs[0].header, "table": None, "objective": {**runs[0].header["objective"], "best": None}}
    html = section(report_html(plan_of(table, searches=[vp.SearchRun(header, runs[0].proposals)], parts=[])))
    assert "Best validation accuracy so far" in html and "Random, exactly" not in Page(html).text


def test_a_notebook_shows_a_search(runs):
    html = runs[0]._repr_html_()
    page = Page(html)
    assert "Evolution with crossover (tournament), seed 3" in page.text and "Asked again" in page.text
    assert "<script" not in html and "currentColor" in html
    trace = runs[0].proposals
    empty = type(trace)(trace.trace[:0], trace.values[:0], trace.seconds[:0])
    nothing = vp.SearchRun(runs[0].header, empty, notes=("<b>",))
    assert "No query had a value." in nothing._repr_html_() and "<b>" not in nothing._repr_html_()
