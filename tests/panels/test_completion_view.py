"""Recommended completions: what the view says and does with what `complete` finds."""

import numpy as np
import pytest
from demo_tables import CELLS, FIVE, Page, demo_columns, demo_table, structure_table, table_of
from page_parts import click, send

from vanas_panel.core.completion import complete
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.completions_html import summary
from vanas_panel.draw.format import format_value
from vanas_panel.draw.scale import shades_of
from vanas_panel.panels.completions import Completions
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV3, CONV1, POOL = NASBENCH101.operations


def five_table() -> BenchmarkTable:
    """All cells with at most five vertices, so that there is more than one page of completions."""
    accuracy = np.random.default_rng(3).uniform(0.5, 0.95, FIVE.size)
    return BenchmarkTable(NASBENCH101, FIVE, {"test_accuracy": known_metric("test_accuracy")},
                          {"test_accuracy": accuracy}, name="five")


def shown(view: Completions) -> Page:
    return Page(view.__panel__().html)


def rows_of(page: Page) -> list[int]:
    return [int(action.split(":")[1]) for action in page.actions() if action.startswith("row:")]


def test_cells_are_completed_by_their_number_of_edges():
    session = Session(open_table("structure4"), metric="edges")
    session.load_cell(Draft(("input", CONV3, "output"), [(0, 1), (1, 2)]))
    page = shown(Completions(session))
    assert rows_of(page) == session.completions["row"].tolist() != []


def test_the_best_five_with_their_values_colours_and_number():
    session = Session(five_table())
    view = Completions(session)
    session.load_cell(Draft(("input", CONV3, POOL, "output"), [(0, 1)]))
    expected = complete(session.table, session.draft)
    page = shown(view)
    assert rows_of(page) == expected["row"].tolist()
    assert len(page.all("svg")) == len(expected) == 5
    for value, shade in zip(expected["test_accuracy"], shades_of(session.table, "test_accuracy",
                                                                 expected["test_accuracy"]), strict=True):
        assert format_value(session.table.metric("test_accuracy"), value) in page.text
        assert f"background:{shade}" in view.__panel__().html
    assert f"{expected.attrs['matches']} cells contain this draft" in page.text


def test_without_edges_it_is_the_best_arrangement():
    session = Session(five_table())
    view = Completions(session)
    session.add_vertex(CONV3)
    session.add_vertex(CONV3)
    assert "Best arrangements of 2 × conv 3×3: 10 cells" in shown(view).text


def test_the_case_study_on_nasbench101(real_table_path):
    session = Session(open_table(real_table_path))
    view = Completions(session)
    session.add_vertex(CONV3)
    session.add_vertex(CONV3)
    page = shown(view)
    assert "Best arrangements of 2 × conv 3×3: 10 cells" in page.text
    assert "93.81 %" in page.text and "21.2 M parameters" in page.text
    click(view, f"row:{rows_of(page)[0]}")
    assert session.row == rows_of(page)[0]
    assert session.contributions is not None


@pytest.mark.parametrize(("draft", "matches", "extra", "words"), [
    (Draft(("input", CONV3, "output"), [(0, 1)]), 2093, 0, "2,093 cells contain this draft"),
    (Draft(("input", CONV3, "output"), [(0, 1)]), 1, 0, "1 cell contains this draft"),
    (Draft(("input", CONV3, "output"), [(0, 1)]), 7, 1, "7 cells contain this draft, with up to one more vertex"),
    (Draft(("input", CONV3, POOL, "output")), 7, 2,
     "Best arrangements of conv 3×3, max-pool 3×3: 7 cells, with up to two more vertices"),
    (Draft(("input", "output")), 1, 0, "1 cell without operations"),
    (Draft(("input", "output")), 7, 1, "7 cells without operations, with up to one more vertex"),
])
def test_numbers_are_written_in_words(draft, matches, extra, words):
    assert summary(draft, matches, extra) == words


def test_view_without_completions_says_why():
    session = Session(demo_table())
    view = Completions(session)
    session.load_cell(Draft(("input", CONV3, POOL, "output"), [(1, 2), (2, 1)]))
    page = shown(view)
    assert "No completion" in page.text and "directed cycle" in page.text
    assert not rows_of(page)
    session.load_cell(Draft(("input", CONV3, POOL, CONV1, "output")))
    assert "No cell of this table has these operations." in shown(view).text


def test_a_click_loads_and_the_row_is_then_marked():
    session = Session(five_table())
    view = Completions(session)
    session.add_vertex(POOL)
    row = rows_of(shown(view))[1]
    click(view, f"row:{row}")
    assert session.row == row
    assert [button["data-action"] for button in shown(view).all("button", aria_pressed="true")] == [f"row:{row}"]
    for nonsense in ("row:99999999", "row:x", "row:-1", "extra:3", "extra:", "undo", ""):
        send(view, nonsense)
    assert session.row == row and session.extra_vertices == 0


def test_extra_vertices_by_button():
    session = Session(five_table())
    view = Completions(session)
    session.add_vertex(POOL)
    click(view, "extra:2")
    assert session.extra_vertices == 2
    page = shown(view)
    assert [button["data-action"] for button in page.all("button", aria_checked="true")] == ["extra:2"]
    assert f"{complete(session.table, session.draft, extra_vertices=2).attrs['matches']:,} cells" in page.text


def test_view_updates_only_for_parameters_it_shows():
    session = Session(demo_table())
    view = Completions(session)
    updates = []
    view.__panel__().param.watch(lambda event: updates.append(event.new), "html")
    session.add_vertex(CONV1)
    session.metric = "flops"
    assert len(updates) == 2
    session.param.update(x="flops", log_x=True)
    assert len(updates) == 2
    session.select([4, 5])
    assert len(updates) == 3 and "Selected only" in updates[2]


def test_an_unknown_value_says_so_and_has_no_colour_of_the_scale():
    columns = demo_columns()
    columns["test_accuracy"] = np.full(CELLS.size, np.nan)
    session = Session(table_of(columns), metric="test_accuracy")
    session.add_vertex(CONV1)
    assert "not measured" in shown(Completions(session)).text


def test_a_table_without_measurements_ranks_by_size():
    session = Session(structure_table())
    session.add_vertex(CONV1)
    page = shown(Completions(session))
    best = complete(session.table, session.draft, "trainable_parameters")
    assert rows_of(page) == best["row"].tolist()
    assert f"{best['trainable_parameters'].iloc[0] / 1e6:.2f} M parameters" in page.text


def test_text_from_a_table_stays_text():
    evil = "<img src=x onerror=alert(1)>"
    table = table_of({"evil": np.linspace(0, 1, CELLS.size)}, metrics={"evil": Metric("evil", evil, evil, True)})
    session = Session(table)
    session.add_vertex(CONV1)
    page = shown(Completions(session))
    assert not page.all("img") and evil in page.text


def test_completions_by_a_test_metric_offer_the_validation_metric():
    session = Session(open_table("mnist-cells"), metric="test_accuracy")
    view = Completions(session)
    click(view, "metric:validation_accuracy")
    assert session.metric == "validation_accuracy"
    click(view, "sort:test_accuracy")
    assert session.improve.sort == "test_accuracy"
    click(view, "sort:validation_accuracy")
    assert session.sorted_by == session.metric == "validation_accuracy"
    assert not shown(view).all("button", data_action="metric:validation_accuracy")
    send(view, "metric:<b>")
    assert session.metric == "validation_accuracy"
