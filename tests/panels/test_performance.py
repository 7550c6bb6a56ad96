"""Performance: every number on the cards, against the table itself."""

import numpy as np
import pytest
from demo_tables import CELLS, FIVE, Page, demo_columns, demo_table, structure_table, table_of
from hypothesis import given
from hypothesis import strategies as st
from page_parts import click, send

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import multiply_accumulates, trainable_parameters
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.draw.cards import COMPUTED, Card, cards, shape_card, table_cards
from vanas_panel.draw.cards_html import cards_html
from vanas_panel.draw.percentile import histogram, standing
from vanas_panel.panels.performance import Performance, performance_html
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

OUTSIDE = Cell.from_packed(int(CELLS[-1]), NASBENCH101)
"""A valid cell that the demo table lacks."""


def by_name(shown: list[Card]) -> dict[str, Card]:
    return {card.name: card for card in shown}


def measured_row() -> int:
    """A row in which everything that is ever measured is known."""
    known = [~np.isnan(demo_table().column(name)) for name in demo_table().metrics if name != "never_measured"]
    return int(np.flatnonzero(np.all(known, axis=0))[0])


def test_every_metric_with_any_value_has_a_card_and_the_most_important_come_first():
    table, row = demo_table(), measured_row()
    names = [card.name for card in cards(table, table.cell(row), row)]
    assert names == ["test_accuracy", "validation_accuracy", "trainable_parameters", "flops", "training_time", "shape",
                     "validation_accuracy_4"]


def test_values_are_those_of_the_row_with_their_units():
    table, row = demo_table(), measured_row()
    shown = by_name(cards(table, table.cell(row), row))
    accuracy = demo_columns()["test_accuracy"][row].mean()
    assert (shown["test_accuracy"].number, shown["test_accuracy"].unit) == (f"{100 * accuracy:.2f}", "%")
    assert float(shown["trainable_parameters"].number) == pytest.approx(
        trainable_parameters(CELLS[row:row + 1], NASBENCH101)[0] / 1e6, rel=0.005)
    assert shown["trainable_parameters"].unit == "M"
    assert shown["flops"].unit in ("G MAC", "M MAC")
    assert f"{trainable_parameters(CELLS[row:row + 1], NASBENCH101)[0]:,}" in shown["trainable_parameters"].tooltip


def test_rank_counts_the_better_cells():
    table = demo_table()
    accuracy = demo_columns()["test_accuracy"][:-1].mean(axis=1)
    for row in range(len(table)):
        percentile = by_name(cards(table, table.cell(row), row))["test_accuracy"].percentile
        assert percentile == f"rank {1 + np.count_nonzero(accuracy > accuracy[row])} of {len(table)}"


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.data())
def test_shares_are_counted_and_never_rounded_up(values, data):
    values = np.array(values, dtype=float)
    chosen = data.draw(st.integers(0, values.size - 1))
    table = BenchmarkTable(NASBENCH101, CELLS[:values.size], {"size": Metric("size", "Size", "parameters", False)},
                           {"size": values}, name="sizes")
    words = standing(table, "size", values[chosen])
    below, above = np.count_nonzero(values < values[chosen]), np.count_nonzero(values > values[chosen])
    if below == above == 0:
        assert words == "the same for every cell"
    elif above == 0:
        assert words == f"largest of {values.size}"
    elif below == 0:
        assert words == f"smallest of {values.size}"
    else:
        word, share = words.rsplit(" than ", 1)
        counted = {"larger": below, "smaller": above}[word]
        assert counted == max(below, above)
        exact = 100 * counted / values.size
        assert exact - 0.1 < float(share.removesuffix(" %")) <= exact + 1e-9


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=80), st.integers(1, 12), st.data())
def test_histogram_counts_every_value_once_and_marks_its_position(values, bins, data):
    values = np.array(values, dtype=float)
    value = data.draw(st.sampled_from(values.tolist()))
    low, high = (values.min(), values.max()) if np.ptp(values) else (values.min() - 0.5, values.min() + 0.5)
    edges = np.linspace(low, high, bins + 1)
    counts = [np.count_nonzero((edges[bin] <= values) & ((values < edges[bin + 1]) | (bin == bins - 1)))
              for bin in range(bins)]
    found = histogram(losses(values), "loss", value, bins)
    assert found.heights.tolist() == [count / max(counts) for count in counts]
    assert found.position == pytest.approx((value - low) / (high - low))


def losses(values: np.ndarray) -> BenchmarkTable:
    """A table of one metric without a unit."""
    packed = FIVE[:values.size]
    return BenchmarkTable(NASBENCH101, packed, {"loss": Metric("loss", "Loss")}, {"loss": values}, name="losses")


def test_a_few_stragglers_do_not_flatten_the_histogram():
    values = np.concatenate([np.linspace(0.8, 0.9, 996), [0.1, 0.1, 0.2, 0.2]])
    found = histogram(losses(values), "loss", 0.1, bins=10)
    assert found.position == 0
    # The stragglers count in the first bin; without the cut, nearly all values would be in the last one.
    assert found.heights.min() > 0.9


@pytest.mark.parametrize(("far", "cut"), [(1.53, False), (1.55, True)])
def test_a_hundredth_is_cut_off_where_that_leaves_less_than_two_thirds_of_the_range(far, cut):
    # 201 values: two of them are the hundredth at each end. The inner ones reach from 0 to 1, a share of 1 / far.
    values = np.r_[np.linspace(0.0, 1.0, 199), far, far]
    found = histogram(losses(values), "loss", 1.0, bins=10)
    assert (found.position == 1.0) == cut


def test_one_value_more_than_a_hundredth_is_not_cut_off():
    values = np.r_[np.linspace(0.0, 1.0, 198), 9.0, 9.0, 9.0]
    assert histogram(losses(values), "loss", 1.0, bins=10).position == pytest.approx(1 / 9)


def test_repeats_show_their_range_where_there_are_several():
    table, row = demo_table(), measured_row()
    shown = by_name(cards(table, table.cell(row), row))
    low, high = (100 * end(demo_columns()["test_accuracy"][row]) for end in (np.min, np.max))
    (note,) = shown["test_accuracy"].notes
    assert note.startswith("three repeats ")
    ends = note.removeprefix("three repeats ").removesuffix(" %").split("–")
    assert [float(end) for end in ends] == pytest.approx([low, high], abs=0.5)
    assert shown["training_time"].notes == ()


def test_a_missing_repeat_is_left_out_of_the_range():
    columns = {"test_accuracy": np.tile([0.9, 0.8, np.nan], (CELLS.size, 1))}
    table = table_of(columns)
    assert by_name(cards(table, table.cell(0), 0))["test_accuracy"].notes == ("two repeats 80–90 %",)
    # Its number and the sign stay in one line.
    assert 'two repeats <span class="range">80–90 %</span></div>' in cards_html(cards(table, table.cell(0), 0))


def test_missing_value_is_shown_as_not_measured():
    table = demo_table()
    row = int(np.flatnonzero(np.isnan(table.column("training_time")))[0])
    card = by_name(cards(table, table.cell(row), row))["training_time"]
    assert (card.number, card.percentile, card.histogram) == ("—", "not measured", None)
    assert f"{table.known('training_time')} of {len(table)} cells" in card.tooltip


def test_a_cell_outside_the_table_has_its_exact_costs_all_the_same():
    table = demo_table()
    packed = np.array([OUTSIDE.packed(NASBENCH101)])
    parameters, macs = (int(count(packed, NASBENCH101)[0]) for count in (trainable_parameters, multiply_accumulates))
    shown = by_name(cards(table, OUTSIDE, None))
    assert list(shown) == ["trainable_parameters", "flops", "shape"]
    assert all(COMPUTED in shown[name].notes for name in ("trainable_parameters", "flops"))
    assert f"{parameters:,} trainable parameters" in shown["trainable_parameters"].tooltip
    assert f"{macs:,} multiply-accumulates" in shown["flops"].tooltip
    assert shown["trainable_parameters"].percentile, "its rank among the known ones"


def test_costs_are_computed_where_the_table_has_no_such_column():
    table = table_of({"test_accuracy": demo_columns()["test_accuracy"]})
    shown = by_name(cards(table, table.cell(5), 5))
    assert COMPUTED in shown["trainable_parameters"].notes
    assert shown["trainable_parameters"].percentile == ""


def test_no_costs_where_the_operations_have_no_known_ones():
    space = CellSpace(("mine",), max_vertices=3, max_edges=3)
    cell = Cell(("input", "mine", "output"), ((0, 1), (1, 2)), space)
    table = BenchmarkTable(space, np.array([cell.packed(space)]), {"loss": Metric("loss", "Loss")}, {"loss": [0.5]},
                           name="mine")
    assert [card.name for card in cards(table, cell, 0)] == ["loss", "shape"]


@pytest.mark.parametrize(("operations", "edges", "depth", "width"), [
    ((), [(0, 1)], 1, 0),
    (("maxpool3x3",), [(0, 1), (1, 2), (0, 2)], 2, 1),
    (("maxpool3x3", "maxpool3x3"), [(0, 1), (0, 2), (1, 3), (2, 3)], 2, 2),
    (("maxpool3x3", "maxpool3x3"), [(0, 1), (1, 2), (2, 3), (0, 2)], 3, 1),
])
def test_depth_and_width(operations, edges, depth, width):
    card = shape_card(Cell(("input", *operations, "output"), edges))
    assert card.number == f"{depth} · {width}"


def test_changes_against_the_pinned_cell_say_whether_they_are_for_the_better():
    table = demo_table()
    best, worst = table.best("test_accuracy"), table.best("test_accuracy", worst=True)
    up = by_name(cards(table, table.cell(best), best, pinned=table.cell(worst)))
    down = by_name(cards(table, table.cell(worst), worst, pinned=table.cell(best)))
    assert (up["test_accuracy"].gain, down["test_accuracy"].gain) == (True, False)
    assert up["test_accuracy"].change.startswith("+")
    assert down["test_accuracy"].change.startswith("−")
    sizes = table.column("trainable_parameters")
    assert up["trainable_parameters"].gain is bool(sizes[best] < sizes[worst])
    assert up["shape"].change == ""


def test_a_pinned_cell_outside_the_table_is_compared_by_its_costs():
    table = demo_table()
    shown = by_name(cards(table, table.cell(3), 3, pinned=OUTSIDE))
    assert shown["trainable_parameters"].change
    assert not shown["test_accuracy"].change


def test_text_from_a_table_stays_text():
    evil = "<img src=x onerror=alert(1)>\"'&"
    table = table_of({"evil": np.linspace(0, 1, CELLS.size)}, metrics={"evil": Metric("evil", evil, "<b>", True)})
    page = Page(cards_html(cards(table, table.cell(4), 4)))
    assert not page.all("img") and not page.all("b")
    assert evil in page.text
    assert any(evil in (attributes.get("title") or "") for _, attributes in page.elements)


def test_every_card_has_a_tooltip():
    session = Session(demo_table())
    session.load_row(measured_row())
    page = Page(performance_html(session))
    found = [attributes for _, attributes in page.elements if "data-card" in attributes]
    assert len(found) == 7
    assert all(attributes["title"] for attributes in found)


def test_an_empty_draft_invites_and_a_broken_one_says_why():
    session = Session(demo_table())
    assert "No cell yet. Meanwhile, the whole table:" in performance_html(session)
    session.add_vertex("maxpool3x3")
    session.add_edge(0, 1)
    assert "Not a cell yet. There is no path from input to output." in performance_html(session)
    # What is shown meanwhile is the whole table and not some cell.
    assert "median" in performance_html(session) and "rank" not in performance_html(session)
    assert "left:" not in performance_html(session), "nothing is marked in the histograms"


def test_without_a_cell_the_cards_are_about_the_whole_table():
    columns = demo_columns()
    shown = by_name(table_cards(demo_table()))
    assert set(shown) == {name for name in columns if name != "never_measured"}
    accuracy = columns["test_accuracy"][:-1].mean(axis=1)
    assert shown["test_accuracy"].number == f"{100 * np.median(accuracy):.2f}"
    assert shown["test_accuracy"].percentile == f"median · best {100 * accuracy.max():.2f} %"
    assert shown["trainable_parameters"].percentile.startswith("median · least ")
    known = np.count_nonzero(~np.isnan(columns["training_time"][:-1]))
    assert f"{known} cells" in shown["training_time"].tooltip
    # A metric that was measured for some cells only says for how many.
    assert shown["training_time"].percentile.startswith(f"median of {known} · ") and known < len(demo_table())
    assert all(card.histogram is not None and card.histogram.position is None for card in shown.values())


def test_a_cell_outside_the_table_is_said_to_be():
    session = Session(demo_table())
    session.load_cell(OUTSIDE)
    assert "not in this table" in performance_html(session)


def test_unmeasured_metrics_of_all_variants_share_one_line():
    table = demo_table()
    row = int(np.flatnonzero(np.isnan(table.column("validation_accuracy_4")))[0])
    html = cards_html(cards(table, table.cell(row), row))
    assert "1 further variant is not measured for this cell" in html
    assert 'title="Validation accuracy, 4 epochs"' in html


def test_the_view_follows_the_draft_and_nothing_it_does_not_show():
    session = Session(demo_table())
    view = Performance(session)
    updates = []
    view.__panel__().param.watch(lambda event: updates.append(event.new), "html")
    session.load_row(measured_row())
    assert len(updates) == 1 and "rank" in updates[0]
    session.param.update(x="flops", log_y=True)
    session.extra_vertices = 1
    assert len(updates) == 1
    session.select([1, 2])
    assert len(updates) == 2 and "selected: median" in updates[1]


def test_pin_load_and_unpin_by_button():
    session = Session(demo_table())
    view = Performance(session)
    assert Page(performance_html(session)).all("button", data_action="pin")[0].get("disabled", "no") is None
    session.load_row(3)
    click(view, "pin")
    assert session.pinned == session.table.cell(3)
    session.load_row(5)
    assert {"load-pinned", "unpin", "pin"} <= set(Page(performance_html(session)).actions())
    click(view, "load-pinned")
    assert session.row == 3
    click(view, "unpin")
    assert session.pinned is None
    send(view, "load-pinned", "<nonsense>")
    assert session.row == 3


def test_a_table_without_measurements_works():
    session = Session(structure_table())
    session.load_row(7)
    page = Page(performance_html(session))
    assert "not in this table" not in page.text
    assert [attributes["data-card"] for _, attributes in page.elements if "data-card" in attributes] == [
        "trainable_parameters", "flops", "shape"]
