"""The overview without a browser: element, figure, words, and what it does with events and with the session."""

import holoviews as hv
import numpy as np
import pytest
from bokeh.core.property.vectorization import Field
from bokeh.document import Document
from bokeh.events import RangesUpdate, SelectionGeometry, Tap
from bokeh.model import Model
from bokeh.models import BoxSelectTool, CustomJSTicker, HoverTool, LogScale, PanTool, ResetTool, WheelZoomTool
from demo_tables import CELLS, Page, demo_columns, demo_table, table_of
from page_parts import click, figure_of, fire, html, part, press, send

from vanas_panel.draw.format import best_words, format_value
from vanas_panel.draw.map.axes import whole_window
from vanas_panel.draw.map.bins import bin_points, points_of
from vanas_panel.draw.map.figure import overview_element, overview_figure, source_of
from vanas_panel.draw.map.picture import TEXTS, MapPicture, bin_columns
from vanas_panel.draw.map.style import BINS, MARK, words_of
from vanas_panel.draw.map.text import caption_html, current_settings, direction_html, left_out, settings_html
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.theme import DARK, LIGHT, SCALE
from vanas_panel.panels.overview import panel as overview_module
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.widgets.keyboard import Keyboard


def drawn(table=None, x="trainable_parameters", y="test_accuracy", metric="test_accuracy", *, rows=None, mark=None,
          log=False):
    """Points, bins and the picture of a whole map."""
    table = table or demo_table()
    points = points_of(table, x, y, metric, log, log)
    window = whole_window(points.x, points.y)
    bins = bin_points(points, window, (60, 40), rows)
    return points, bins, MapPicture(points, bins, window, scale_of(table, metric), mark, rows is not None)


def opened(**state) -> Overview:
    return Overview(Session(demo_table(), **state))


def bins_of(view: Overview) -> dict:
    """What the browser has of the bins, with the texts of the hover."""
    return told_by(figure_of(view))


def told_by(chart) -> dict:
    """The columns of the bins in a figure, with every text instead of its number."""
    words = words_of(chart).data["text"]
    data = source_of(chart, BINS).data
    return {name: [words[index] for index in values] if name in TEXTS else values for name, values in data.items()}


def ring_of(view: Overview) -> list:
    """Where the ring is."""
    data = source_of(figure_of(view), MARK).data
    return list(zip(data["x"], data["y"], strict=True))


def tap(view: Overview, x, y) -> None:
    fire(Tap(figure_of(view), x=x, y=y))


def zoom(view: Overview, x, y) -> None:
    fire(RangesUpdate(figure_of(view), x0=x[0], x1=x[1], y0=y[0], y1=y[1]))


def box(view: Overview, x, y, final=True) -> None:
    ends = {"type": "rect", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1]}
    fire(SelectionGeometry(figure_of(view), ends, final))


def resize(view: Overview, **sizes: int) -> None:
    """The browser has laid the figure out: ``inner_width`` and ``inner_height`` in pixels."""
    for name, pixels in sizes.items():
        figure_of(view).set_from_json(name, pixels)


# The pure figure -----------------------------------------------------------------------------------------------------


def test_the_element_holds_the_bins():
    points, bins, picture = drawn(mark=(1e6, 0.9))
    element = overview_element(picture, LIGHT)
    rectangles, ring = element.get(0), element.get(1)
    assert isinstance(rectangles, hv.Rectangles) and isinstance(ring, hv.Points)
    for name in ("best", "row", "cells", "left", "top"):
        assert rectangles.dimension_values(name).tolist() == getattr(bins, name).tolist()
    assert rectangles.dimension_values("cells").sum() == len(points)
    assert (ring.dimension_values("x").tolist(), ring.dimension_values("y").tolist()) == ([1e6], [0.9])
    assert len(overview_element(drawn()[2], LIGHT).get(1)) == 0


def test_hover_text_of_a_bin():
    table = table_of({"test_accuracy": np.array([0.91, 0.92, 0.5]), "trainable_parameters": np.array([1e6, 1e6, 2e6])},
                     rows=slice(3))
    points, bins, _ = drawn(table)
    columns = bin_columns(points, bins)
    index = int(np.argmax(columns["best"]))
    assert columns["best_text"][index] == "92.00 %"
    assert columns["cells_text"] == ["1 cell"] * 3
    assert columns["x_text"][index].endswith(" M") and columns["y_text"][index].endswith(" %")
    assert bin_columns(points, bin_points(points, whole_window(points.x, points.y), (2, 2), np.array([2])), True)[
        "cells_text"] == ["1 cell, 1 selected", "2 cells, 0 selected"]


def test_whole_numbers_are_named_without_their_half_units():
    table = table_of({"edges": np.array([1.0, 4.0, 4.0]), "test_accuracy": np.array([0.1, 0.2, 0.3])}, rows=slice(3))
    points, bins, _ = drawn(table, "edges")
    assert sorted(set(bin_columns(points, bins)["x_text"])) == ["1", "4"]


def test_bins_without_a_selected_cell_are_dimmed_and_no_outline_draws_a_lattice():
    points, bins, _ = drawn(rows=np.array([3, 4]))
    columns = bin_columns(points, bins, True)
    assert (columns["opacity"] == 1).tolist() == (bins.chosen > 0).tolist()
    assert 0 < (bins.chosen > 0).sum() <= 2
    assert columns["opacity"].min() < 0.3
    assert (columns["outline"] == 0).tolist() == (bins.chosen == 0).tolist()
    assert (bin_columns(*drawn()[:2])["opacity"] == 1).all()


def test_the_figure_shows_the_columns_and_later_ones_fit_it():
    points, bins, picture = drawn()
    chart = overview_figure(picture, LIGHT)
    data = told_by(chart)
    later = bin_columns(points, bins)
    assert set(data) == set(later)
    for name, values in later.items():
        assert list(data[name]) == list(values)
    renderer, = (each for each in chart.renderers if each.name == BINS)
    for name in ("glyph", "hover_glyph", "selection_glyph", "nonselection_glyph", "muted_glyph"):
        glyph = getattr(renderer, name)
        fields = set() if glyph is None else {spec.field for spec in glyph.properties_with_values().values()
                                              if isinstance(spec, Field)}
        assert fields <= set(later)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_the_figure_is_calm_and_reaches_every_tool(colors):
    chart = overview_figure(drawn()[2], colors)
    # WebGL would make every page load a further script and wait for its set-up.
    assert chart.output_backend == "canvas"
    kinds = {type(tool) for tool in chart.toolbar.tools if tool.visible}
    assert {BoxSelectTool, PanTool, WheelZoomTool, ResetTool} <= kinds
    assert chart.toolbar.logo is None
    assert isinstance(chart.toolbar.active_drag, BoxSelectTool)
    assert isinstance(chart.toolbar.active_scroll, WheelZoomTool)
    hover, = (tool for tool in chart.toolbar.tools if isinstance(tool, HoverTool))
    assert colors.card in hover.tooltips and all(f"@{name}{{custom}}" in hover.tooltips for name in TEXTS)
    assert [renderer.name for renderer in hover.renderers] == [BINS]
    assert chart.xaxis[0].major_label_text_color == colors.muted


def test_logarithmic_axes_and_their_ticks():
    chart = overview_figure(drawn(log=True)[2], LIGHT)
    assert isinstance(chart.x_scale, LogScale) and isinstance(chart.y_scale, LogScale)
    assert isinstance(chart.xaxis[0].ticker, CustomJSTicker)
    assert chart.x_range.start > 0


def test_color_bar_names_the_values_it_cuts_off():
    values = np.linspace(0.82, 0.947, CELLS.size)
    values[:1] = 0.1
    table = table_of({**demo_columns(), "test_accuracy": values})
    bar = overview_figure(drawn(table)[2], LIGHT).right[0]
    assert bar.formatter.args["below"] == 0.8 and bar.ticker.ticks == [0.8, 0.85, 0.9, 0.95]
    assert bar.formatter.args["above"] == float("inf")
    assert list(bar.color_mapper.palette) == list(SCALE)
    lower = overview_figure(drawn(table, metric="trainable_parameters")[2], LIGHT).right[0]
    assert list(lower.color_mapper.palette) == list(reversed(SCALE))


def test_names_of_columns_are_shown_as_they_are():
    metrics = {"flops": Metric("flops", "<b> @cells $x", "")}
    table = table_of(demo_columns(), metrics=metrics)
    tools = overview_figure(drawn(table, "flops")[2], LIGHT).toolbar.tools
    hover, = (tool for tool in tools if isinstance(tool, HoverTool))
    assert "&lt;b&gt; &#64;cells &#36;x" in hover.tooltips
    html = settings_html(table.metrics, "flops", "test_accuracy", "test_accuracy", False, False)
    assert not Page(html).all("b") and "&lt;b&gt;" in html


# Words ---------------------------------------------------------------------------------------------------------------


def test_settings_offer_every_metric_and_mark_what_is_chosen():
    table = demo_table()
    page = Page(settings_html(table.metrics, "flops", "training_time", "test_accuracy", True, False))
    for action in ("x", "y", "metric"):
        assert len(page.all("select", data_action=action)) == 1
    assert len(page.all("select", data_action="statistic")) == 1
    assert len(page.all("option")) == 3 * len(table.metrics) + 4
    assert [each["value"] for each in page.all("option") if "selected" in each] == ["flops", "training_time",
                                                                                  "test_accuracy", "best"]
    assert page.all("button", data_action="log_x")[0]["aria-pressed"] == "true"
    assert page.all("button", data_action="log_y")[0]["aria-pressed"] == "false"
    assert "colour: best test accuracy in the bin" in page.text
    assert all(each["title"] for each in page.all("label"))


def test_structure_columns_are_offered_for_axes_and_colour_and_ranking_stays_measured():
    session = Session(demo_table())
    overview = Overview(session)
    page = Page(current_settings(session))
    assert [each["label"] for each in page.all("optgroup")] == ["Exact, from the structure"] * 3
    click(overview, "x:structure.depth")
    click(overview, "metric:structure.width")
    assert (session.x, session.color, session.metric) == ("structure.depth", "structure.width", "test_accuracy")
    assert overview.points.metric.name == "structure.width"
    click(overview, "statistic:median")
    assert overview.points.words == "median width (structure)"
    click(overview, "metric:validation_accuracy")
    assert (session.color, session.metric, session.statistic) == ("", "validation_accuracy", "median")
    send(overview, "statistic:beauty", "x:beauty", "metric:structure.beauty")
    assert session.statistic == "median"


def test_the_best_in_words():
    assert best_words(known_metric("training_time")) == "lowest training time"
    assert best_words(known_metric("edges")) == "highest edges"


def test_caption_counts_rows_left_out_and_says_why():
    table, columns = demo_table(), demo_columns()
    known = int((~np.isnan(columns["training_time"][:-1])).sum())
    words = left_out(points_of(table, "flops", "training_time", "test_accuracy"))
    assert words == [f"{known} of 90 cells on the map; {90 - known} have no training time."]
    both = left_out(points_of(table, "training_time", "validation_accuracy", "test_accuracy"))
    assert "lack at least one of these metrics" in both[0]
    assert left_out(points_of(table, "flops", "flops", "flops")) == ["All 90 cells on the map."]
    zero = table_of({"edges": np.array([0.0, 1, 2]), "flops": np.array([1.0, 1, np.nan])}, rows=slice(3))
    assert left_out(points_of(zero, "edges", "flops", "flops", log_x=True)) == [
        "1 of 3 cells on the map; 1 has no FLOPs, 1 is zero or less, which a logarithmic axis cannot show."]


def test_caption_offers_the_possible_actions():
    points = points_of(demo_table(), "flops", "test_accuracy", "test_accuracy")
    assert Page(caption_html(points, 90, None)).actions() == []
    assert Page(caption_html(points, 80, None)).actions() == ["whole"]
    assert "10 outside this window" in Page(caption_html(points, 80, None)).text
    assert Page(caption_html(points, 90, None, is_home=False)).actions() == ["home"]
    page = Page(caption_html(points, 90, 1204, note="No cell <here>."))
    assert page.actions() == ["clear"]
    assert "1,204 selected" in page.text and "No cell <here>." in page.text


@pytest.mark.parametrize(("name", "switched", "said", "actions"), [
    ("val_loss", {}, "val loss: lower is better (guessed) · switch", ["direction:higher"]),
    ("val_loss", {"val_loss": True}, "val loss: higher is better (switched) · switch", ["direction:lower"]),
    ("flops", {}, "FLOPs: lower is better · switch", ["direction:higher"]),
    ("depth", {}, "depth: neither is better · higher is better lower is better",
     ["direction:higher", "direction:lower"]),
    ("depth", {"depth": False}, "depth: lower is better (switched) · switch neither is better",
     ["direction:higher", "direction:neither"]),
])
def test_the_caption_says_what_is_better_and_offers_the_others(name, switched, said, actions):
    columns = {each: np.arange(9.0) for each in ("val_loss", "flops", "depth")}
    page = Page(direction_html(table_of(columns, rows=slice(9)).with_directions(switched), name))
    assert " ".join(page.text.split()) == said and page.actions() == actions


# The view ------------------------------------------------------------------------------------------------------------


def test_direction_switch_updates_the_map_in_place():
    view = Overview(Session(demo_table(), metric="flops"))
    drawn, lowest = figure_of(view), view.bins.best.sum()
    assert Page(html(view, "overview-caption")).actions() == ["direction:higher"]
    click(view, "direction:higher")
    table = view.session.table
    assert table.directions == {"flops": True} and table.origin is demo_table()
    assert "higher is better (switched)" in html(view, "overview-caption") and figure_of(view) is drawn
    assert view.bins.best.sum() > lowest, "each bin shows its highest value"
    send(view, "direction:sideways")
    assert view.session.table is table
    click(view, "direction:lower")
    assert view.session.table is demo_table() and view.bins.best.sum() == lowest
    assert "(switched)" not in html(view, "overview-caption") and view.session.wanted_table is None


def test_a_click_opens_the_best_cell_of_the_bin():
    view = opened()
    index = int(np.argmax(view.bins.best))
    tap(view, view.bins.left[index] + 1, view.bins.bottom[index] + 1e-6)
    assert view.session.row == view.session.table.best("test_accuracy")
    assert ring_of(view) == [(view.session.table.column("trainable_parameters")[view.session.row],
                              view.session.table.column("test_accuracy")[view.session.row])]


def test_a_click_beside_a_bin_opens_the_nearest_and_far_from_all_says_so():
    view = opened()
    table = view.session.table
    index = int(np.argmax(view.bins.right))
    span = view.window.x[1] - view.window.x[0]
    tap(view, view.bins.right[index] + 0.02 * span, view.bins.bottom[index] + 1e-6)
    assert view.session.row == view.bins.row[index]
    tap(view, view.window.x[1] + span, view.window.y[0])
    assert view.session.row == view.bins.row[index]
    assert "No cell near there." in html(view, "overview-caption")
    tap(view, view.bins.left[0] + 1, view.bins.bottom[0] + 1e-6)
    assert "No cell near" not in html(view, "overview-caption")
    assert view.session.row == view.bins.row[0] < len(table)


def test_a_box_selects_the_rows_in_it():
    view = opened()
    x, y = (view.session.table.column(name) for name in ("trainable_parameters", "test_accuracy"))
    ends = (1e6, 9e6), (0.8, 0.9)
    box(view, *ends, final=False)
    assert view.session.rows is None
    box(view, *ends)
    expected = [row for row in range(90) if 1e6 <= x[row] <= 9e6 and 0.8 <= y[row] <= 0.9]
    assert view.session.rows.tolist() == expected and len(expected) > 5
    data = bins_of(view)
    assert data["chosen"].sum() == len(expected)
    assert ((data["opacity"] == 1) == (data["chosen"] > 0)).all()
    assert f"{len(expected)} selected" in Page(html(view, "overview-caption")).text
    click(view, "clear")
    assert view.session.rows is None
    assert (bins_of(view)["opacity"] == 1).all()


def test_an_empty_box_keeps_the_selection_and_says_so():
    view = opened()
    view.session.select([1, 2])
    box(view, (-2e9, -1e9), (0, 1))
    assert view.session.rows.tolist() == [1, 2]
    assert "No cell lies in that box." in html(view, "overview-caption")


def test_a_selection_from_elsewhere_stays_right_after_zooming():
    view = opened()
    view.session.select(np.arange(0, 90, 4))
    zoom(view, (1e6, 8e6), (0.8, 0.9))
    x, y = (view.session.table.column(name) for name in ("trainable_parameters", "test_accuracy"))
    data = bins_of(view)
    for index in range(len(data["left"])):
        members = [row for row in range(0, 90, 4) if data["left"][index] <= x[row] < data["right"][index]
                   and data["bottom"][index] <= y[row] < data["top"][index]]
        assert data["chosen"][index] == len(members)
        assert (data["opacity"][index] == 1) == bool(members)


def test_the_session_knows_the_visible_part_and_can_bring_it_back():
    session = Session(demo_table())
    view = Overview(session)
    home = view.window
    zoom(view, *(tuple(np.linspace(*side, 4)[1:3].tolist()) for side in (home.x, home.y)))
    near = view.window
    assert session.window == (*near.x, *near.y)
    session.dark = True
    session.metric = "flops"
    assert view.window == near and session.window == (*near.x, *near.y)
    session.window = None
    assert view.window == home and (figure_of(view).x_range.start, figure_of(view).x_range.end) == home.x
    session.window = (*near.x, *near.y)
    assert view.window == near and (figure_of(view).y_range.start, figure_of(view).y_range.end) == near.y
    click(view, "whole")
    assert session.window is None and view.window == home
    assert Overview(Session(demo_table(), window=(*near.x, *near.y))).window == near


def test_zooming_rebins_the_window_with_finer_bins():
    view = opened()
    before = np.median(bins_of(view)["right"] - bins_of(view)["left"])
    zoom(view, (1e6, 8e6), (0.8, 0.9))
    data = bins_of(view)
    assert np.median(data["right"] - data["left"]) < before / 2
    assert data["left"].min() > 1e6 - before and data["right"].max() < 8e6 + before
    assert data["best_text"] == [format_value(known_metric("test_accuracy"), value) for value in data["best"]]
    outside = 90 - view.points.inside(view.window)
    assert f"{outside} outside this window" in Page(html(view, "overview-caption")).text and outside > 10
    click(view, "whole")
    assert bins_of(view)["cells"].sum() == 90
    assert (figure_of(view).x_range.start, figure_of(view).x_range.end) == view.window.x


@pytest.mark.parametrize("ends", [(None, 1.0), (5.0, 5.0), (2.0, 1.0), (float("nan"), 1.0), (float("-inf"), 1.0)])
def test_impossible_windows_change_nothing(ends):
    view = opened()
    before = view.window
    zoom(view, ends, (0.8, 0.9))
    assert view.window == before
    view = opened(log_x=True)
    before = view.window
    zoom(view, (-1.0, 1e6), (0.8, 0.9))
    assert view.window == before


def test_ring_follows_the_designer_without_rebinning(monkeypatch):
    view = opened()
    counts = []
    monkeypatch.setattr(overview_module, "bin_points", lambda *arguments: counts.append(1))
    before = source_of(figure_of(view), BINS).data
    assert ring_of(view) == []
    view.session.load_row(5)
    column = view.session.table.column
    assert ring_of(view) == [(column("trainable_parameters")[5], column("test_accuracy")[5])]
    view.session.clear()
    assert ring_of(view) == []
    assert not counts and source_of(figure_of(view), BINS).data is before


def test_no_ring_outside_the_window_nor_where_a_value_is_missing():
    view = opened()
    view.session.load_row(5)
    x, y = ring_of(view)[0]
    zoom(view, (x + 1, x + 1e6), (y - 0.1, y + 0.1))
    assert ring_of(view) == []
    zoom(view, (x - 1e5, x + 1e5), (y - 0.1, y + 0.1))
    assert ring_of(view) == [(x, y)]
    missing = int(np.flatnonzero(np.isnan(view.session.table.column("training_time")))[0])
    view.session.load_row(missing)
    view.session.y = "training_time"
    assert ring_of(view) == []


def test_settings_change_the_session_and_nonsense_does_not():
    view = opened()
    click(view, "x:flops")
    click(view, "y:training_time")
    click(view, "metric:validation_accuracy")
    click(view, "log_x")
    session = view.session
    assert (session.x, session.y, session.metric, session.log_x, session.log_y) == (
        "flops", "training_time", "validation_accuracy", True, False)
    for nonsense in ("x:nothing", "x", "log_z", "", "row:1", "metric:<script>"):
        send(view, nonsense)
    assert (session.x, session.metric) == ("flops", "validation_accuracy")
    click(view, "log_x")
    assert not session.log_x


def test_the_view_follows_axes_metric_and_appearance():
    view = opened()
    view.session.param.update(x="flops", y="training_time", log_x=True)
    known = ~np.isnan(view.session.table.column("training_time"))
    assert bins_of(view)["cells"].sum() == known.sum()
    assert isinstance(figure_of(view).x_scale, LogScale)
    assert "no training time" in html(view, "overview-caption")
    zoom(view, (4e8, 1e9), (500.0, 2000.0))
    view.session.metric = "trainable_parameters"
    assert view.window.x == (4e8, 1e9)
    parameters = view.session.table.column("trainable_parameters")
    assert bins_of(view)["best"].tolist() == parameters[bins_of(view)["row"]].tolist()
    view.session.dark = True
    assert view.window.x == (4e8, 1e9)
    assert figure_of(view).xaxis[0].major_label_text_color == DARK.muted
    view.session.x = "trainable_parameters"
    assert view.window == view.home


def test_a_metric_that_was_never_measured_shows_nothing_and_says_so():
    view = opened()
    for log in (False, True):
        view.session.param.update(y="never_measured", log_y=log)
        assert len(view.bins) == 0
        assert "0 of 90 cells on the map" in html(view, "overview-caption")
        tap(view, 1.0, 1.0)
        assert view.session.row is None


def test_the_size_of_the_map_sets_the_number_of_bins():
    view = opened()
    coarse = len(view.bins)
    widths = bins_of(view)["right"] - bins_of(view)["left"]
    resize(view, inner_width=1600, inner_height=1200)
    finer = bins_of(view)["right"] - bins_of(view)["left"]
    assert np.median(finer) < np.median(widths) / 2
    assert len(view.bins) >= coarse


def test_a_map_that_grows_by_a_line_keeps_its_bins():
    view = opened()
    resize(view, inner_height=240, inner_width=1000)
    before = source_of(figure_of(view), BINS).data
    resize(view, inner_height=209)
    assert source_of(figure_of(view), BINS).data is before
    resize(view, inner_height=150)
    assert source_of(figure_of(view), BINS).data is not before


def test_the_view_has_names_for_tests():
    layout = opened().__panel__()
    assert layout.css_classes == ["overview"]
    assert [part.css_classes for part in layout] == [
        ["overview-settings"], ["overview-map"], ["overview-corner"], ["vp-keyboard"], ["overview-caption"]]


def said_by(model, path="", seen=()) -> dict:
    """Everything that a model says to a browser, by where it says it; without its number, and what refers back."""
    if isinstance(model, Model) and model not in seen:
        parts = model.properties_with_values()
        items = [(name, value) for name, value in parts.items() if name != "subscribed_events"]
        # A logarithmic axis differs from a linear one in the ticks that it would have by default alone.
        kind = {f"{path}.kind": type(model).__name__.replace("LogAxis", "LinearAxis")}
        seen = (*seen, model)
    elif isinstance(model, Field):
        items, kind = [("field", model.field), ("transform", model.transform)], {}
    elif isinstance(model, dict):
        items, kind = list(model.items()), {}
    elif isinstance(model, list | tuple | np.ndarray):
        items, kind = list(enumerate(model)), {f"{path}.length": len(model)}
    else:
        return {path: "again" if isinstance(model, Model) else "NaN" if model != model else model}
    inside = (said_by(each, f"{path}.{part}", seen) for part, each in items)
    return kind | {name: value for each in inside for name, value in each.items()}


@pytest.mark.slow
def test_updated_map_equals_a_new_map():
    view = opened(drawer="")
    changes = [{"x": "flops"}, {"dark": True}, {"metric": "training_time", "y": "training_time"}, {"log_x": True},
               {"y": "validation_accuracy"}, {"log_x": False, "log_y": True, "metric": "flops"}, {"dark": False},
               {"log_y": False}, {"x": "trainable_parameters", "metric": "test_accuracy"}, {"y": "never_measured"}]
    state = {}
    for number, change in enumerate(changes):
        if number == 4:
            view.session.load_row(5)
        figure_before = figure_of(view)
        view.session.param.update(**change)
        assert figure_of(view) is figure_before
        state |= change
        fresh = opened(**state)
        if number >= 4:
            fresh.session.load_row(5)
        said, expected = said_by(figure_of(view)), said_by(figure_of(fresh))
        assert {name: (said.get(name), expected.get(name)) for name in said | expected
                if said.get(name) != expected.get(name)} == {}


def test_a_change_of_appearance_alone_sends_no_bins():
    view = opened()
    before = source_of(figure_of(view), BINS).data
    view.session.dark = True
    assert source_of(figure_of(view), BINS).data is before


def test_bokeh_looks_through_the_page_only_where_an_axis_becomes_logarithmic():
    view, document, counts = opened(), Document(), []
    document.add_root(figure_of(view))
    recompute = document.models.recompute
    document.models.recompute = lambda: counts.append(1) or recompute()
    view.session.param.update(x="training_time", y="flops", metric="trainable_parameters")
    view.session.dark = True
    view.session.metric = "flops"
    assert counts == []
    view.session.log_x = True
    assert counts == [1]
    view.session.x = "flops"
    assert counts == [1]


def test_keyboard_announcement_follows_direction_and_metric():
    view = opened(metric="test_accuracy")
    keyboard = part(view, Keyboard)
    press(view, "b")
    best = keyboard.said
    assert best.startswith("Best")
    view.session.metric = "trainable_parameters"
    assert keyboard.said and keyboard.said != best and "parameters" in keyboard.said.lower()
    view.session.metric = "test_accuracy"
    assert keyboard.said == best
    press(view, "Escape")
    view.session.metric = "trainable_parameters"
    assert keyboard.said == ""


def test_a_switched_direction_is_one_step_and_a_map_at_its_start_stays_there():
    # Six of its cells lie below the scale of accuracies, and so below where the map starts.
    session = Session(open_table("mnist-cells"), metric="test_accuracy")
    view = Overview(session)
    before, told = view.window, []
    session.param.watch(lambda event: told.append(event.new), "window")
    session.better = {"test_accuracy": False}
    assert view.window == view.home != before
    session.better = {}
    assert view.window == before and session.window is None and told == []
    click(view, "whole")
    chosen = view.window
    assert chosen == whole_window(view.points.x, view.points.y) != before
    session.better = {"test_accuracy": False}
    assert view.window == chosen
    session.better = {}
    click(view, "home")
    assert view.window == before and session.window is None
