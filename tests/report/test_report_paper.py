"""Figures on paper: ticks, the overview, the bars and the cell as SVG."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import vanas_panel as vp
from tests.demo_tables import demo_table, table_of
from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.draw.svg_charts import importance_svg, overview_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import ReportError
from vanas_panel.report.exports import EXPORTS, exported
from vanas_panel.report.live_charts import map_of
from vanas_panel.report.plan import Axes
from vanas_panel.report.tables import selection_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ElementTree.Element:
    """A figure as a reader of SVG files sees it: well-formed, and complete by itself."""
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert not [part for part in root.iter() if part.tag in (f"{SVG}image", f"{SVG}use", f"{SVG}script")]
    return root


@pytest.fixture(scope="module")
def session() -> Session:
    session = Session(demo_table())
    session.load_row(20)
    return session


@pytest.mark.parametrize(("name", "low", "high", "log"), [
    ("test_accuracy", 0.7959, 0.951, False), ("training_time", 250, 5600, False), ("training_time", 0.2, 0.9, False),
    ("trainable_parameters", 2e5, 6e7, True), ("trainable_parameters", 2e6, 2.4e6, True), ("flops", 1e3, 1e12, True),
    ("loss", -3.0, 5.0, False), ("edges", 0.25, 9.75, False),
])
def test_ticks_are_round_inside_and_a_handful(name, low, high, log):
    metric = known_metric(name)
    ticks = axis_ticks(metric, low, high, log=log)
    assert 2 <= len(ticks) <= 16
    assert ticks == sorted(set(ticks))
    assert all(low <= tick <= high for tick in ticks)
    texts = tick_texts(metric, ticks, log=log)
    assert len(set(texts)) == len(ticks), texts
    if not log:
        assert np.allclose(np.diff(ticks), ticks[1] - ticks[0])


@pytest.mark.parametrize(("name", "ticks", "texts"), [
    ("training_time", [600.0, 1200.0], ["10 min", "20 min"]), ("training_time", [3600.0, 7200.0], ["1 h", "2 h"]),
    ("training_time", [0.2, 0.4], ["0.2 s", "0.4 s"]), ("loss", [-0.5, 0.0, 0.5], ["−0.5", "0", "0.5"]),
    ("test_accuracy", [0.945, 0.95], ["94.5 %", "95.0 %"]), ("loss", [1e-6, 2e-6], ["1e-06", "2e-06"]),
])
def test_ticks_say_their_unit(name, ticks, texts):
    assert tick_texts(known_metric(name), ticks) == texts


def test_the_map_shows_every_bin_of_its_window_where_it_is(session):
    shown = map_of(session, Axes("trainable_parameters", "test_accuracy"))
    root = drawn(overview_svg(shown, LIGHT))
    boxes = [tuple(map(float, box)) for path in root.iter(f"{SVG}path")
             for box in re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+", path.get("d"))]
    # Brute force: the middle of each bin of the window, from data to pixels, is inside exactly one box of its colour.
    left, right, top, bottom = 62.0, 720 - 74.0, 26.0, 400 - 44.0
    (x0, x1), (y0, y1) = shown.window.x, shown.window.y
    colors = {box: path.get("fill") for path in root.iter(f"{SVG}path")
              for box in re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+", path.get("d"))}
    assert len(boxes) == len(shown.bins)
    for index in range(len(shown.bins)):
        x = (shown.bins.left[index] + shown.bins.right[index]) / 2
        y = (shown.bins.bottom[index] + shown.bins.top[index]) / 2
        at = left + (x - x0) / (x1 - x0) * (right - left), bottom - (y - y0) / (y1 - y0) * (bottom - top)
        hits = [color for (a, b, c, d), color in colors.items()
                if float(a) <= at[0] <= float(c) and float(b) <= at[1] <= float(d)]
        assert hits == [shown.scale.color(shown.bins.best[index])]
    assert len(list(root.iter(f"{SVG}circle"))) == 2


def test_bins_without_a_selected_cell_are_pale(session):
    other = Session(demo_table())
    other.select([3])
    shown = map_of(other, Axes("trainable_parameters", "test_accuracy"))
    root = drawn(overview_svg(shown, LIGHT))
    strong = [path for path in root.iter(f"{SVG}path") if path.get("fill-opacity") is None]
    assert len(strong) == 1 and strong[0].get("d").count("M") == 1


def test_no_cell_is_lost_outside_the_window():
    values = np.concatenate([np.linspace(0.85, 0.95, 90), [0.1]])
    table = table_of({"test_accuracy": values, "trainable_parameters": np.arange(91.0)})
    shown = map_of(Session(table), Axes("trainable_parameters", "test_accuracy"))
    assert shown.outside == 1
    assert shown.bins.cells.sum() == 91
    drawn(overview_svg(shown, LIGHT))


def test_bars_are_as_long_as_the_importance_is_large(session):
    importance, metric = session.importance, session.table.metric(session.metric)
    root = drawn(importance_svg(importance, metric, LIGHT))
    widths = [float(bar.get("width")) for bar in root.iter(f"{SVG}rect")]
    values = np.nan_to_num(np.abs(importance["importance"].to_numpy()))
    assert len(widths) == len(values) == 16
    assert np.allclose(np.array(widths) / max(widths), values / values.max(), atol=0.003)
    signs = [bar.get("fill") for bar in root.iter(f"{SVG}rect")]
    assert signs == [LIGHT.positive if value > 0 else LIGHT.negative for value in importance["importance"]]


def test_words_of_the_bars_stay_inside(session):
    root = drawn(importance_svg(session.importance, session.table.metric(session.metric), LIGHT, width=420))
    for word in root.iter(f"{SVG}text"):
        x, length = float(word.get("x")), 6.6 * len(word.text)
        assert x - (length if word.get("text-anchor") == "end" else 0) > -2
        assert x + (0 if word.get("text-anchor") == "end" else length) < 422


def test_the_drawn_cell_has_its_boxes_its_edges_and_their_signs(session):
    root = drawn(exported(session, "cell", "svg"))
    cell, found = session.cell, session.contributions
    assert len(list(root.iter(f"{SVG}polyline"))) == len(cell.edges)
    words = [word.text for word in root.iter(f"{SVG}text")]
    assert words[:len(cell.operations)].count("input") == 1
    dashed = sum(line.get("stroke-dasharray") is not None for line in root.iter(f"{SVG}polyline"))
    assert dashed == int((found["contribution"] < 0).sum())
    assert len(words) == len(cell.operations) + int((~found["contribution"].isna()).sum())


def test_names_of_operations_are_text():
    draft = vp.Draft(["input", "<b>&\"'", "output"], [(0, 1), (1, 2)])
    session = Session(demo_table())
    session.load_cell(draft)
    root = drawn(exported(session, "cell", "svg"))
    assert "<b>&\"'" in [word.text for word in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, export in EXPORTS.items() for kind in export.kinds])
def test_everything_that_is_offered_is_made(session, name, kind):
    text = exported(session, name, kind)
    if kind == "csv":
        assert "," in text.splitlines()[0]
    else:
        drawn(text)


def test_unavailable_export_is_refused_with_the_reason():
    session = Session(demo_table())
    session.clear()
    with pytest.raises(ReportError, match="no measured cell"):
        exported(session, "contributions", "csv")
    with pytest.raises(ReportError, match="'poem'"):
        exported(session, "poem", "csv")
    with pytest.raises(ReportError, match="'selection' as 'svg'"):
        exported(session, "selection", "svg")


def test_any_number_of_cells_is_saved():
    session = Session(demo_table())
    assert len(exported(session, "selection", "csv").splitlines()) == 91
    session.select([])
    assert exported(session, "selection", "csv").splitlines() == [",".join(selection_table(session.table).columns)]


def test_a_map_of_nothing_is_drawn():
    session = Session(demo_table())
    shown = map_of(session, Axes("never_measured", "test_accuracy"))
    assert len(shown.bins) == 0 and math.isnan(shown.points.x.low)
    drawn(overview_svg(shown, LIGHT))
