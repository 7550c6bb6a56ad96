"""Edge importance without a browser: what the bars hold and say, what a click does, what it follows."""

import math

import numpy as np
import pytest
from bokeh.events import DoubleTap, PointEvent, PressUp, Tap
from bokeh.models import GlyphRenderer, HoverTool
from demo_tables import Page, demo_table, structure_table
from page_parts import figure_of, fire, html, part, press

from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import CellSpace
from vanas_panel.draw.bars import (
    BARS,
    importance_columns,
    importance_figure,
    short_difference,
    unit_words,
    update_importance,
)
from vanas_panel.draw.format import format_difference
from vanas_panel.draw.theme import DARK, LIGHT, operation_label
from vanas_panel.panels.importance.panel import Importance, importance_head
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.widgets.keyboard import Keyboard

ACCURACY = known_metric("test_accuracy")


def columns_of(chart) -> dict:
    """What the browser has."""
    return next(each.data_source.data for each in chart.renderers
                if isinstance(each, GlyphRenderer) and each.name == BARS)


def means(table: BenchmarkTable, metric: str, rows, source: str, target: str) -> tuple[list[float], list[float]]:
    """Known values of the cells with, and of those without, an edge type, by looking at every cell."""
    sides: tuple[list[float], list[float]] = ([], [])
    for row in rows:
        value = table.column(metric)[row]
        if not math.isnan(value):
            cell = table.cell(int(row))
            sides[(source, target) not in {cell.edge_type(edge) for edge in cell.edges}].append(value)
    return sides


@pytest.mark.parametrize(("metric", "rows"), [("test_accuracy", None), ("test_accuracy", np.arange(0, 90, 3)),
                                              ("training_time", None)])
def test_bars_and_texts_against_every_cell(metric, rows):
    table = demo_table()
    columns = importance_columns(edge_importance(table, metric, rows), table.metric(metric), LIGHT)
    assert len(columns["name"]) == 16 == len(set(columns["name"]))
    assert columns["value"] == sorted(columns["value"], reverse=True)
    for index, (source, target) in enumerate(zip(columns["source"], columns["target"], strict=True)):
        those, others = means(table, metric, range(90) if rows is None else rows, source, target)
        value = sum(those) / len(those) - sum(others) / len(others)
        assert columns["value"][index] == pytest.approx(value)
        is_better = (value > 0) == (metric != "training_time")
        assert columns["color"][index] == (LIGHT.positive if is_better else LIGHT.negative)
        assert columns["value_text"][index][0] == ("+" if value > 0 else "−")
        assert columns["full_text"][index] == format_difference(table.metric(metric), value)
        assert f"the mean of {len(those)} cell" in columns["with_text"][index]
        assert f"the mean of {len(others)} cell" in columns["without_text"][index]
        assert columns["name"][index] == f"{operation_label(source)} → {operation_label(target)}"
    assert columns["text_pixels"][0] >= 6 * max(map(len, columns["value_text"]))
    # Whiskers widen the scale, each side by half of what the bars take at most.
    low, high = min(columns["value"]), max(columns["value"])
    room = (high - low) / 2
    assert columns["low"][0] == pytest.approx(max(low - room, np.nanmin([low, *columns["whisker_low"]])))
    assert columns["high"][0] == pytest.approx(min(high + room, np.nanmax([high, *columns["whisker_high"]])))


def test_undefined_importances_come_last_and_say_why():
    # The two cells of input -> conv3x3 -> output, without and with the edge from input to output.
    table = demo_table()
    rows = [row for row in range(90) if table.cell(row).operations == ("input", "conv3x3-bn-relu", "output")]
    assert len(rows) == 2
    columns = importance_columns(edge_importance(table, "test_accuracy", rows), ACCURACY, LIGHT)
    assert columns["name"][0] == "input → output"
    assert columns["value_text"][1:] == columns["full_text"][1:] == ["undefined"] * 15
    assert columns["value"][1:] == [0.0] * 15
    index = columns["name"].index("input → conv 3×3")
    assert columns["reason"][index] == "Every cell here has such an edge."
    assert columns["without_text"][index] == "without: no cell"
    index = columns["name"].index("max-pool 3×3 → output")
    assert columns["reason"][index] == "No cell here has such an edge."
    assert columns["with_text"][index] == "with: no cell"


def test_a_metric_without_values_is_undefined_throughout():
    table = demo_table()
    columns = importance_columns(edge_importance(table, "never_measured"), table.metric("never_measured"), LIGHT)
    assert columns["value_text"] == ["undefined"] * 16
    assert set(columns["reason"]) == {"No cell here has a known never measured."}
    assert columns["low"][0] < columns["high"][0]


@pytest.mark.parametrize(("name", "difference", "text"), [
    ("test_accuracy", 0.0263, "+2.6"), ("test_accuracy", -0.0301, "−3.0"), ("test_accuracy", -0.0006, "−0.06"),
    ("trainable_parameters", 1.24e6, "+1.24 M"), ("training_time", -200, "−3 min 20 s"),
    ("edges", math.nan, "undefined"),
])
def test_numbers_beside_the_bars(name, difference, text):
    assert short_difference(known_metric(name), difference) == text


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_the_figure_and_its_update(colors):
    table = demo_table()
    importance = edge_importance(table)
    chart = importance_figure(importance, ACCURACY, colors)
    assert chart.toolbar_location is None
    assert chart.y_range.factors[::-1] == columns_of(chart)["name"]
    assert chart.yaxis[0].major_label_text_color == colors.text
    hover, = (tool for tool in chart.toolbar.tools if isinstance(tool, HoverTool))
    for column in ("@full_name", "@full_text", "@with_text", "@without_text", "@reason"):
        assert column in hover.tooltips
        assert column[1:] in columns_of(chart)
    renderers = list(chart.renderers)
    other = edge_importance(table, "training_time", np.arange(30))
    update_importance(chart, other, table.metric("training_time"), colors)
    assert chart.renderers == renderers
    assert columns_of(chart) == importance_columns(other, table.metric("training_time"), colors)
    assert chart.y_range.factors[::-1] == columns_of(chart)["name"]


def test_the_heading_says_which_cells():
    table = demo_table()

    def aside(metric: str, rows=None) -> str:
        head = importance_head(edge_importance(table, metric, rows), table.metric(metric), 90,
                               None if rows is None else len(rows))
        return Page(head).text.removeprefix("Edge importance ").partition(" pale bars: ")[0]

    known = np.flatnonzero(~np.isnan(table.column("training_time")))
    assert aside("test_accuracy") == "accuracy points, with minus without · all 90 cells"
    assert aside("test_accuracy", np.arange(12)) == "accuracy points, with minus without · 12 selected"
    assert aside("training_time") == f"training time, with minus without · {known.size} measured"
    assert aside("training_time", np.arange(90)) == f"training time, with minus without · {known.size} of 90 selected"
    assert unit_words(known_metric("trainable_parameters")) == "parameters"
    head = importance_head(edge_importance(table), table.metric("test_accuracy"), 90, None, "contributions")
    assert "accuracy points, contributions of edges · all 90 cells" in Page(head).text


@pytest.mark.parametrize(("attribution", "chosen", "said"), [
    ("plain", None, ""), ("plain", 90, "pale bars: all 90 cells"), ("matched", None, "pale bars: plain importance"),
    ("matched", 90, "pale bars: plain importance"), ("contributions", 90, "")])
def test_the_heading_says_what_pale_bars_are(attribution, chosen, said):
    table = demo_table()
    head = Page(importance_head(edge_importance(table), table.metric("test_accuracy"), 90, chosen, attribution)).text
    assert ("pale bars" in head) == bool(said) and said in head


def click(view: Importance, name: str, kind: type[PointEvent] = Tap) -> None:
    """Click on the bar of an edge type."""
    chart = figure_of(view)
    fire(kind(chart, x=0.0, y=chart.y_range.factors.index(name) + 0.5))


def test_a_click_draws_an_edge_of_that_type():
    view = Importance(Session(demo_table()))
    session = view.session
    names = columns_of(figure_of(view))["name"]
    for name in (names[0], names[-1], names[5]):
        session.clear()
        click(view, name)
        edge, = session.draft.edges
        assert " → ".join(map(operation_label, session.draft.edge_type(edge))) == name
    draft = session.draft
    for y in (-0.5, 16.5, None):
        fire(Tap(figure_of(view), x=0.0, y=y))
    assert session.draft is draft


def test_slow_and_double_clicks():
    view = Importance(Session(demo_table()))
    names = columns_of(figure_of(view))["name"]
    click(view, names[0], PressUp)
    assert len(view.session.draft.edges) == 1
    view.session.clear()
    click(view, names[0])
    click(view, names[0], DoubleTap)
    assert len(view.session.draft.edges) == 1
    # Two quick clicks on two bars also end in a double tap.
    view.session.clear()
    click(view, names[0])
    click(view, names[1], DoubleTap)
    assert len(view.session.draft.edges) == 2


def test_the_view_follows_selection_metric_and_appearance():
    view = Importance(Session(demo_table()))
    session, chart = view.session, figure_of(view)
    session.select(np.arange(40))
    whole = edge_importance(session.table, "test_accuracy")
    expected = edge_importance(session.table, "test_accuracy", np.arange(40)).set_index(["source", "target"])
    # In the order of the whole table.
    expected = expected.loc[list(zip(whole["source"], whole["target"], strict=True))].reset_index()
    assert columns_of(chart) == importance_columns(expected, ACCURACY, LIGHT, whole)
    assert "40 selected" in html(view)
    session.metric = "flops"
    assert "FLOPs, with minus without" in html(view)
    assert figure_of(view) is chart
    session.select(None)
    assert "all 90 cells" in html(view)
    session.dark = True
    assert figure_of(view) is chart and chart.yaxis[0].major_label_text_color == DARK.text
    fresh = importance_figure(session.importance, session.table.metric("flops"), DARK)
    assert DARK.card in chart.hover[0].tooltips and chart.hover[0].tooltips == fresh.hover[0].tooltips
    # The edge type that goes along with most FLOPs.
    assert columns_of(figure_of(view))["color"][0] == DARK.negative
    click(view, columns_of(figure_of(view))["name"][0])
    assert len(session.draft.edges) == 1


def test_a_space_with_other_operations():
    space = CellSpace(("a", "b", "c", "d"), max_vertices=4, max_edges=5)
    cells = enumerate_cells(space)
    table = BenchmarkTable(space, cells, {"score": known_metric("score")},
                           {"score": np.arange(cells.size, dtype=float)}, name="letters")
    view = Importance(Session(table))
    assert len(columns_of(figure_of(view))["name"]) == 25
    click(view, "c → d")
    assert ("c", "d") in {view.session.draft.edge_type(edge) for edge in view.session.draft.edges}


def test_a_table_without_measurements_has_importance_of_its_structure():
    view = Importance(Session(structure_table()))
    assert "parameters, with minus without" in html(view) or "FLOPs" in html(view)
    # Nothing else stands in the card than the plain bars.
    assert "of-others" not in view.__panel__().css_classes


@pytest.mark.real
def test_the_extremes_of_nasbench101(real_table_path):
    table = open_table(real_table_path)
    columns = importance_columns(edge_importance(table), ACCURACY, LIGHT)
    assert columns["name"][0] == "conv 3×3 → output"
    assert columns["name"][-1] == "max-pool 3×3 → max-pool 3×3"


def test_keyboard_announcement_follows_the_metric():
    session = Session(demo_table(), metric="test_accuracy")
    view = Importance(session)
    keyboard = part(view, Keyboard)
    press(view, "Home")
    assert keyboard.said.endswith("Bar 1 of 16.")
    before, name = keyboard.said, keyboard.said.partition(":")[0]
    session.metric = "training_time"
    index = columns_of(figure_of(view))["full_name"].index(name)
    value = columns_of(figure_of(view))["full_text"][index]
    assert keyboard.said.startswith(f"{name}: {value}") and keyboard.said.endswith(f"Bar {index + 1} of 16.")
    # What it would say to whoever comes to this bar now.
    press(view, "Home", *["ArrowDown"] * index)
    after = keyboard.said
    session.metric = "test_accuracy"
    assert keyboard.said == before
    session.metric = "training_time"
    assert keyboard.said == after
