"""The map on the page, in a report, as SVG and in the preview: the same cells, colours, ticks and numbers."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.models import BoxSelectTool, LogScale
from demo_tables import Page, demo_table

from vanas_panel.draw.bars import importance_figure
from vanas_panel.draw.format import format_value
from vanas_panel.draw.map.axes import Window, whole_window
from vanas_panel.draw.map.bins import bin_points, points_of
from vanas_panel.draw.map.figure import overview_element, overview_figure, source_of
from vanas_panel.draw.map.picture import TEXTS, MapPicture, mark_of
from vanas_panel.draw.map.style import BINS, MARK, words_of
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.svg_charts import overview_svg
from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.report.live_charts import map_item, map_of
from vanas_panel.report.plan import Axes
from vanas_panel.serve.preview.map import still_map
from vanas_panel.state.session import Session

# As tests/report/test_report_paper.py measures them.
LEFT, RIGHT, TOP, BOTTOM = 62.0, 720 - 74.0, 26.0, 400 - 44.0
SVG = "{http://www.w3.org/2000/svg}"

CASES = {
    "plain": ("trainable_parameters", "test_accuracy", "test_accuracy", False, False),
    "log": ("trainable_parameters", "test_accuracy", "test_accuracy", True, False),
    "times": ("training_time", "test_accuracy", "training_time", False, False),
    "both log": ("flops", "training_time", "validation_accuracy", True, True),
    "whole numbers": ("flops", "trainable_parameters", "trainable_parameters", False, False),
}


@pytest.fixture(params=[(case, part, chosen) for case in CASES for part, chosen in ((None, False), (0.3, True))],
                ids=lambda param: f"{param[0]}{', zoomed, selected' if param[2] else ''}")
def picture(request) -> MapPicture:
    case, part, chosen = request.param
    x, y, metric, log_x, log_y = CASES[case]
    table = demo_table()
    points = points_of(table, x, y, metric, log_x, log_y)
    window = whole_window(points.x, points.y)
    if part is not None:
        sides = []
        for axis, (low, high) in ((points.x, window.x), (points.y, window.y)):
            start, end = axis.to_canvas(low), axis.to_canvas(high)
            width = end - start
            sides.append((float(axis.to_data(start + part * width)), float(axis.to_data(end - 0.1 * width))))
        window = Window(*sides)
    rows = np.arange(0, len(table), 4) if chosen else None
    row = int(points.rows[len(points) // 2])
    return MapPicture(points, bin_points(points, window, (70, 50), rows), window, scale_of(table, metric),
                      mark_of(table, row, points, window), chosen)


def pixel_of(ends: tuple[float, float], value: float, log: bool, start: float, stop: float) -> float:
    """Where a value is between two pixels, reckoned here once more."""
    low, high, at = np.log([*ends, value]) if log else (*ends, value)
    return start + (at - low) / (high - low) * (stop - start)


def boxes_of(root: ElementTree.Element) -> dict[tuple[float, ...], tuple[str, str]]:
    """The bins of an SVG: extent in pixels to colour and opacity."""
    return {tuple(map(float, box)): (path.get("fill"), path.get("fill-opacity", "1"))
            for path in root.iter(f"{SVG}path")
            for box in re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+", path.get("d"))}


def test_the_svg_has_every_bin_of_the_figure_where_it_is_and_in_its_colour(picture):
    chart = overview_figure(picture, LIGHT)
    data = source_of(chart, BINS).data
    mapper = chart.right[0].color_mapper
    boxes = boxes_of(ElementTree.fromstring(overview_svg(picture, LIGHT)))
    logs = [isinstance(scale, LogScale) for scale in (chart.x_scale, chart.y_scale)]
    expected = {}
    for index in range(len(data["best"])):
        x0, x1 = (np.clip(pixel_of((chart.x_range.start, chart.x_range.end), data[side][index], logs[0], LEFT, RIGHT),
                          LEFT, RIGHT) for side in ("left", "right"))
        y0, y1 = (np.clip(pixel_of((chart.y_range.start, chart.y_range.end), data[side][index], logs[1], BOTTOM, TOP),
                          TOP, BOTTOM) for side in ("top", "bottom"))
        if x1 - x0 < 0.05 or y1 - y0 < 0.05:
            continue
        # What the mapper of Bokeh does in the browser.
        share = (data["best"][index] - mapper.low) / (mapper.high - mapper.low)
        color = mapper.palette[int(np.clip(np.floor(share * len(mapper.palette)), 0, len(mapper.palette) - 1))]
        opacity = f"{data['opacity'][index]:.2f}".rstrip("0").rstrip(".")
        expected[x0, y0, x1, y1] = (color, opacity)
    assert len(expected) == len(boxes) > 3
    for box, look in expected.items():
        near, = (each for each in boxes if np.allclose(each, box, atol=0.051))
        assert boxes[near] == look


def test_svg_and_preview_and_picture_have_the_same_ticks_and_words(picture):
    chart = overview_figure(picture, LIGHT)
    svg = ElementTree.fromstring(overview_svg(picture, LIGHT))
    drawn = [(float(each.get("x")), float(each.get("y")), each.text) for each in svg.iter(f"{SVG}text")]
    still, _ = still_map(chart)
    words = Page(still).words
    for axis, start, stop, along in ((picture.x, LEFT, RIGHT, 0), (picture.y, BOTTOM, TOP, 1)):
        assert axis.ticks
        for value, text in axis.ticks:
            pixel = pixel_of(axis.ends, value, axis.axis.log, start, stop)
            assert any(each[2] == text and abs(each[along] - pixel) < 0.051 for each in drawn), (value, text)
        assert [text for text in words if text in {each for _, each in axis.ticks}]
    assert [text for x, _, text in drawn if x == RIGHT + 25] == [text for _, text in picture.scale_ticks]
    texts = re.findall(r'<div class="below">(.*?)</div>', still)[0]
    assert Page(texts).words == [*[text for _, text in picture.x.ticks], picture.x.label]
    right = Page(still.split('<div class="right">')[1].split('<div class="below">')[0]).words
    assert right == [text for _, text in picture.scale_ticks]
    assert chart.right[0].ticker.ticks == [value for value, _ in picture.scale_ticks]
    assert (chart.xaxis[0].axis_label, chart.title.text) == (picture.x.label, picture.y.label)


def test_the_element_of_holoviews_and_the_figure_hold_the_same_bins(picture):
    element = overview_element(picture, LIGHT)
    data = source_of(overview_figure(picture, LIGHT), BINS).data
    bins = element.get(0)
    for name in ("left", "right", "bottom", "top", "best", "cells", "row"):
        assert bins.dimension_values(name).tolist() == list(data[name]) == list(getattr(picture.bins, name))
    assert data["best_text"].size == len(picture.bins)


def list_of(value: object) -> object:
    """A value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def test_a_report_holds_the_figure_of_the_page():
    session = Session(demo_table())
    session.load_row(20)
    picture = map_of(session, Axes("trainable_parameters", "test_accuracy"))
    page = overview_figure(picture, LIGHT)
    packed_rows = list(range(len(picture.bins)))
    read, = Document.from_json(map_item(picture, packed_rows=packed_rows)["doc"]).roots
    filed, shown = source_of(read, BINS).data, source_of(page, BINS).data
    assert set(filed) == {*shown, "packed_row"} and list(filed["packed_row"]) == packed_rows
    for name, values in shown.items():
        assert list(filed[name]) == list(values), name
    assert words_of(read).data["text"] == words_of(page).data["text"]
    assert read.hover[0].tooltips == page.hover[0].tooltips
    assert read.right[0].color_mapper.palette == page.right[0].color_mapper.palette
    for name in ("low", "high"):
        assert getattr(read.right[0].color_mapper, name) == getattr(page.right[0].color_mapper, name)
    for name in ("start", "end", "bounds", "min_interval"):
        assert list_of(getattr(read.x_range, name)) == list_of(getattr(page.x_range, name))
        assert list_of(getattr(read.y_range, name)) == list_of(getattr(page.y_range, name))
    assert (read.xaxis[0].axis_label, read.title.text) == (page.xaxis[0].axis_label, page.title.text)
    # A file selects no cells, and its wheel scrolls.
    selects = [any(isinstance(tool, BoxSelectTool) for tool in each.toolbar.tools) for each in (page, read)]
    assert selects == [True, False]
    assert read.toolbar.active_scroll is None


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_hover_says_what_its_click_does_and_nothing_where_it_does_nothing(colors):
    session = Session(demo_table())
    axes = Axes("trainable_parameters", "test_accuracy")
    opens = map_of(session, axes).hover(colors)
    assert opens.count("<div") == 4 and opens.count(colors.accent) == 1
    assert Page(opens).words[-1] == "click to open the best"
    quiet = map_of(session, axes, action="").hover(colors)
    assert quiet.count("<div") == 3 and "click" not in quiet and colors.accent not in quiet
    assert Page(map_of(session, axes, action="go <there> @x").hover(colors)).words[-1] == "go <there> @x"
    chart = importance_figure(session.importance, session.table.metric(session.metric), colors, action="look @ it")
    assert unescape(chart.hover[0].tooltips).count("look @ it") == 1
    assert "@ it" not in chart.hover[0].tooltips


def test_the_ring_is_where_the_cell_is_on_every_map():
    session = Session(demo_table())
    session.load_row(20)
    picture = map_of(session, Axes("trainable_parameters", "test_accuracy"))
    x, y = (float(session.table.column(name)[20]) for name in ("trainable_parameters", "test_accuracy"))
    assert picture.mark == (x, y)
    chart = overview_figure(picture, LIGHT)
    assert {name: list(values) for name, values in source_of(chart, MARK).data.items()} == {"x": [x], "y": [y]}
    circle = next(ElementTree.fromstring(overview_svg(picture, LIGHT)).iter(f"{SVG}circle"))
    ends = picture.window
    assert float(circle.get("cx")) == pytest.approx(pixel_of(ends.x, x, False, LEFT, RIGHT), abs=0.051)
    assert float(circle.get("cy")) == pytest.approx(pixel_of(ends.y, y, False, BOTTOM, TOP), abs=0.051)


def test_numbers_of_a_hover_are_those_of_the_table():
    session = Session(demo_table())
    picture = map_of(session, Axes("trainable_parameters", "test_accuracy"))
    table, metric = session.table, session.table.metric("test_accuracy")
    x, y = (table.column(name) for name in ("trainable_parameters", "test_accuracy"))
    bins, columns = picture.bins, picture.columns
    assert set(TEXTS) <= set(columns)
    for index in range(len(bins)):
        inside = ((bins.left[index] <= x) & (x < bins.right[index]) & (bins.bottom[index] <= y) & (y < bins.top[index]))
        assert columns["best_text"][index] == format_value(metric, float(y[inside].max()))
        assert columns["cells_text"][index].split()[0] == str(inside.sum())
