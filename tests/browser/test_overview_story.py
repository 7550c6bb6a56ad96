"""The overview in a browser: what a person sees and does there, and what the server then holds."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import panel as pn
import pytest
from page_parts import figure_of
from PIL import Image

from vanas_panel.draw.format import format_range, format_value
from vanas_panel.draw.map.style import BINS
from vanas_panel.draw.ticks import axis_formatter, axis_ticker
from vanas_panel.panels.overview import panel as overview
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, known_metric

pytestmark = pytest.mark.browser

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "nasbench101.parquet"

# Where a point of the data is on the screen.
TO_SCREEN = """([id, x, y]) => {
  const view = Bokeh.index.get_one_by_id(id);
  const box = view.canvas_view.el.getBoundingClientRect();
  return [box.left + view.frame.x_scale.compute(x), box.top + view.frame.y_scale.compute(y)];
}"""
# What the browser has drawn.
DRAWN = """([id, name]) => {
  const view = Bokeh.index.get_one_by_id(id);
  const {data} = view.model.renderers.find((each) => each.name == name).data_source;
  return Object.fromEntries(Object.entries(data).map(([key, values]) => [key, Array.from(values)]));
}"""
RANGES = """(id) => {
  const {x_range, y_range} = Bokeh.index.get_one_by_id(id).model;
  return [x_range.start, x_range.end, y_range.start, y_range.end];
}"""
LAID_OUT = "(id) => (Bokeh.index.find_one_by_id(id)?.frame?.bbox.width ?? 0) > 0"
HOVER = ".bk-Tooltip .bk-tooltip-content"


@pytest.fixture(scope="module")
def table():
    """The whole of NAS-Bench-101, or the small embedded table where it is absent."""
    return open_table(REAL if REAL.is_file() else "structure4")


class Story:
    """A page with the overview alone, and the server's side of it."""

    def __init__(self, page, app, eventually, table):
        self.page, self.app, self.eventually, self.table = page, app, eventually, table
        page.goto(app.url)
        page.locator(".overview-map canvas").first.wait_for()
        self.show()

    @property
    def view(self) -> Overview:
        return self.app.built[-1].view

    @property
    def session(self) -> Session:
        return self.view.session

    @property
    def id(self) -> str:
        return figure_of(self.view).id

    def drawn(self, name: str = BINS) -> dict:
        return self.page.evaluate(DRAWN, [self.id, name])

    def settle(self) -> None:
        """Wait until the browser shows the bins that the server made last."""
        self.page.wait_for_timeout(150)
        self.eventually(lambda: not self.view.waiting and self.drawn()["row"] == self.view.bins.row.tolist(),
                        "the bins")

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, top = self.page.evaluate(TO_SCREEN, [self.id, x, y])
        return left, top

    def middle(self, index: int) -> tuple[float, float]:
        """The middle of a bin on the screen."""
        bins = self.view.bins
        x, y = (axis.to_screen(ends) for axis, ends in (
            (self.view.points.x, np.array([bins.left[index], bins.right[index]])),
            (self.view.points.y, np.array([bins.bottom[index], bins.top[index]]))))
        return self.at(*(float(10**ends.mean() if axis.log else ends.mean()) for axis, ends in (
            (self.view.points.x, x), (self.view.points.y, y))))

    def drag(self, start, end) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=6)
        self.page.mouse.up()

    def choose(self, setting: str, name: str) -> None:
        self.page.locator(f".overview-settings select[data-action={setting}]").select_option(name)
        self.eventually(lambda: getattr(self.session, setting) == name, f"{setting} = {name}")
        self.show()

    def show(self) -> None:
        """Wait until the browser has laid out the figure that the server made last."""
        self.eventually(lambda: self.page.evaluate(LAID_OUT, self.id), "the figure")
        self.settle()

    def caption(self) -> str:
        return self.page.locator(".overview-caption .caption").inner_text()

    def busiest(self) -> int:
        """Index of a bin well inside the window that holds most cells."""
        bins, window = self.view.bins, self.view.window
        inside = (bins.left > window.x[0]) & (bins.right < window.x[1]) & (bins.bottom > window.y[0]) & (
            bins.top < window.y[1])
        return int(np.argmax(np.where(inside, bins.cells, -1)))


class Shown(pn.viewable.Viewer):
    """The view in a card of the size that it has on the page."""

    def __init__(self, view: Overview, width: int):
        super().__init__()
        self.view, self.width = view, width

    def __panel__(self):
        return pn.Column(self.view, sizing_mode="fixed", width=self.width, height=380)


@pytest.fixture
def story(page, serve_app, eventually, table):
    def start(width: int = 500, **state) -> Story:
        # Axes that every table has.
        state = {"x": "trainable_parameters", **state}
        return Story(page, serve_app(lambda: Shown(Overview(Session(table, **state)), width)), eventually, table)

    return start


def test_hovering_a_bin_says_its_best_value_and_its_number_of_cells(story, page):
    told = story()
    index = told.busiest()
    bins, points = told.view.bins, told.view.points
    page.mouse.move(*told.middle(index))
    tooltip = page.locator(HOVER)
    tooltip.wait_for()
    says = tooltip.inner_text()
    assert format_value(points.metric, bins.best[index]) in says
    count = bins.cells[index]
    assert f"{count:,} cell{'' if count == 1 else 's'}" in says
    assert "click to open the best" in says and "undefined" not in says and "???" not in says
    if not points.y.whole:
        assert format_range(points.y.metric, bins.bottom[index], bins.top[index]) in says


def test_a_click_opens_the_best_cell_of_the_bin_and_rings_it(story, page, eventually):
    told = story()
    index = told.busiest()
    row = int(told.view.bins.row[index])
    page.mouse.click(*told.middle(index))
    eventually(lambda: told.session.row == row, "the cell")
    column = told.table.column
    eventually(lambda: told.drawn("mark") == {"x": [column(told.session.x)[row]], "y": [column(told.session.y)[row]]},
               "the ring")
    told.app.call(lambda built: built.view.session.clear())
    eventually(lambda: told.drawn("mark") == {"x": [], "y": []}, "no ring")


def test_the_best_accuracy_is_a_click_away(story, page, eventually, table):
    told = story()
    best = table.best(told.session.metric)
    index = told.view.bins.row.tolist().index(best)
    page.mouse.click(*told.middle(index))
    eventually(lambda: told.session.row == best, "the best cell")


def test_a_box_selects_and_clear_selects_all_again(story, page, eventually, table):
    told = story()
    (x0, x1), (y0, y1) = told.view.window.x, told.view.window.y
    corners = [(x0 + 0.1 * (x1 - x0), y0 + 0.3 * (y1 - y0)), (x0 + 0.6 * (x1 - x0), y0 + 0.98 * (y1 - y0))]
    # The pointer stands on whole pixels: what it means is what the server was told.
    start, end = (tuple(map(round, told.at(*corner))) for corner in corners)
    told.drag(start, end)
    eventually(lambda: told.session.rows is not None, "a selection")
    told.settle()
    x, y = table.column(told.session.x), table.column(told.session.y)
    pixel_x, pixel_y = (x1 - x0) / 200, (y1 - y0) / 150
    rows = told.session.rows
    for values, (low, high), slack in ((x, sorted((corners[0][0], corners[1][0])), pixel_x),
                                       (y, sorted((corners[0][1], corners[1][1])), pixel_y)):
        assert values[rows].min() >= low - slack and values[rows].max() <= high + slack
    inner = np.flatnonzero((x > corners[0][0] + pixel_x) & (x < corners[1][0] - pixel_x) &
                           (y > corners[0][1] + pixel_y) & (y < corners[1][1] - pixel_y))
    assert set(inner) <= set(rows) and len(rows)
    data = told.drawn()
    assert sum(data["chosen"]) == len(rows)
    assert [opacity == 1 for opacity in data["opacity"]] == [chosen > 0 for chosen in data["chosen"]]
    assert f"{len(rows):,} selected" in told.caption()
    page.get_by_role("button", name="clear selection").click()
    eventually(lambda: told.session.rows is None, "no selection")
    told.settle()
    assert set(told.drawn()["opacity"]) == {1}


def test_wheel_zooms_with_finer_bins_and_reset_shows_everything(story, page, eventually):
    told = story()
    before = told.drawn()
    width = np.median(np.subtract(before["right"], before["left"]))
    page.mouse.move(*told.middle(told.busiest()))
    for _ in range(5):
        page.mouse.wheel(0, -150)
        page.wait_for_timeout(30)
    eventually(lambda: np.median(told.view.bins.right - told.view.bins.left) < 0.8 * width, "finer bins")
    told.settle()
    shown = page.evaluate(RANGES, told.id)
    assert np.allclose(shown, [*told.view.window.x, *told.view.window.y])
    assert told.view.bins.cells.sum() < len(told.view.points)
    assert "outside this window" in told.caption()
    page.mouse.click(*told.middle(told.busiest()))
    eventually(lambda: told.session.row is not None, "a cell of the zoomed map")
    assert told.session.row in told.view.bins.row
    page.locator(".overview-map [title*='whole table'], .overview-map .bk-tool-icon-reset").first.click()
    eventually(lambda: told.view.bins.cells.sum() == len(told.view.points), "the whole map")
    told.settle()
    assert "outside" not in told.caption()


def test_show_all_and_back(story, page, eventually):
    told = story()
    if len(told.view.points) == told.view.bins.cells.sum():
        pytest.skip("this table has nothing outside the first window")
    home = told.view.window
    page.get_by_role("button", name="show all").click()
    eventually(lambda: told.view.bins.cells.sum() == len(told.view.points), "the whole map")
    told.settle()
    assert np.allclose(page.evaluate(RANGES, told.id), [*told.view.window.x, *told.view.window.y])
    page.get_by_role("button", name="zoom to most").click()
    eventually(lambda: told.view.window == home, "the first window")
    told.settle()
    assert np.allclose(page.evaluate(RANGES, told.id), [*home.x, *home.y])


def test_axes_colour_and_logarithms_by_mouse_and_keyboard(story, page, eventually, table):
    told = story()
    names = list(table.metrics)
    told.choose("y", names[-1])
    assert len(told.view.points) == table.known(names[-1])
    if table.known(names[-1]) < len(table):
        assert f"{table.known(names[-1]):,} of {len(table):,} cells on the map" in told.caption()
    told.choose("metric", "trainable_parameters")
    # The session has the metric a moment before the map is binned by it.
    eventually(lambda: (data := told.drawn())["best"] == table.column("trainable_parameters")[data["row"]].tolist(),
               "the best value of each bin")
    page.locator(".overview-settings button[data-action=log_x]").focus()
    page.keyboard.press("Enter")
    eventually(lambda: told.session.log_x, "a logarithmic axis")
    told.show()
    assert page.locator(".overview-settings button[data-action=log_x]").get_attribute("aria-pressed") == "true"
    index = told.busiest()
    page.mouse.click(*told.middle(index))
    eventually(lambda: told.session.row == told.view.bins.row[index], "the cell under a logarithmic axis")


def pixels(told: Story) -> np.ndarray:
    """What the map looks like."""
    told.show()
    told.page.mouse.move(5, 5)
    told.page.wait_for_timeout(700)
    picture = Image.open(io.BytesIO(told.page.locator(".overview-map").screenshot())).convert("RGB")
    return np.asarray(picture, dtype=np.int16)


def test_updated_map_looks_like_a_new_map(page, new_page, serve_app, eventually, table, monkeypatch):
    # Bins of the very size that a new map would have.
    monkeypatch.setattr(overview, "SLACK", 0.0)
    names = [name for name in ("flops", "training_time", "test_accuracy", "edges") if name in table.metrics]
    state = {"x": "trainable_parameters"}
    app, other = (serve_app(lambda: Shown(Overview(Session(table, **state)), 500)) for _ in range(2))
    changed = Story(page, app, eventually, table)
    for change in ({"x": names[1]}, {"dark": True, "log_y": True}, {"metric": names[1], "x": names[0]},
                   {"log_x": True, "y": "trainable_parameters"}, {"dark": False, "log_y": False, "metric": names[0]}):
        app.call(lambda built, change=change: built.view.session.param.update(**change))
        state |= change
        seen = pixels(changed)
        fresh = Story(new_page(), other, eventually, table)
        expected = pixels(fresh)
        assert seen.shape == expected.shape
        differing = (np.abs(seen - expected).max(axis=2) > 24).mean()
        assert differing < 0.002, (change, differing)
        assert (seen != seen[0, 0]).any()


def test_dark_and_narrow_fit(story, page, eventually):
    told = story(width=330, dark=True)
    for part in page.locator(".overview-settings label, .overview-settings .logs").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 330
    told.app.call(lambda built: built.view.session.param.update(dark=False))
    told.show()
    assert told.drawn()["cells"]


# Ticks are written by the browser, so that is where they are tested ---------------------------------------------------

WRITE_TICKS = """([code, args, ticks]) => ticks.map((tick, index) =>
  new Function('tick', 'index', 'ticks', ...Object.keys(args), code)(tick, index, ticks, ...Object.values(args)))"""
PLACE_TICKS = """([code, args, start, end]) =>
  new Function('cb_data', ...Object.keys(args), code)({range: {start, end}}, ...Object.values(args))"""


@pytest.mark.parametrize(("metric", "log", "ticks", "texts"), [
    ("test_accuracy", False, [0.8, 0.85, 0.9], ["<80 %", "85 %", "90 %"]),
    ("test_accuracy", False, [0.938, 0.939, 0.94], ["93.8 %", "93.9 %", "94.0 %"]),
    ("trainable_parameters", False, [0, 1e7, 2e7], ["0", "10 M", "20 M"]),
    ("trainable_parameters", False, [999_000, 1_000_000], ["0.999 M", "1.000 M"]),
    ("trainable_parameters", True, [200_000, 1e6, 2e9], ["200 k", "1 M", "2 G"]),
    ("training_time", False, [1200, 2400, 3600], ["20 min", "40 min", "60 min"]),
    ("training_time", False, [0, 3600, 7200], ["0", "1 h", "2 h"]),
    ("training_time", False, [10, 20], ["10 s", "20 s"]),
    ("training_time", True, [500, 1000], ["500 s", "1,000 s"]),
    ("edges", False, [-2, 0, 2], ["−2", "0", "2"]),
])
def test_ticks_say_their_unit(page, metric, log, ticks, texts):
    formatter = axis_formatter(known_metric(metric), log=log, below=0.8 if metric == "test_accuracy" else None)
    args = {key: value for key, value in formatter.args.items() if not (isinstance(value, float) and math.isinf(value))}
    args = {"below": -1e300, "above": 1e300, **args}
    assert page.evaluate(WRITE_TICKS, [formatter.code, args, ticks]) == texts


@pytest.mark.parametrize(("start", "end", "ticks"), [
    (2e5, 6e7, [2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7]), (1, 1e6, [10.0**power for power in range(7)]),
    (0.8, 0.95, [0.8, 0.85, 0.9, 0.95]), (300, 3000, [300, 500, 700, 1000, 2000, 3000]),
    (1e-3, 1e17, [1e-3, 1e-1, 1e1, 1e3, 1e5, 1e7, 1e9, 1e11, 1e13, 1e15, 1e17]),
])
def test_logarithmic_axes_have_enough_ticks(page, start, end, ticks):
    ticker = axis_ticker(Metric("x", "X"), log=True)
    assert page.evaluate(PLACE_TICKS, [ticker.major_code, ticker.args, start, end]) == pytest.approx(ticks)


@pytest.mark.parametrize(("metric", "start", "end", "ticks"), [
    ("test_accuracy", 0.797, 0.951, [0.8, 0.85, 0.9, 0.95]),
    ("test_accuracy", 0.9381, 0.9399, [0.9385, 0.939, 0.9395]),
    ("trainable_parameters", -1e6, 5.1e7, [0, 1e7, 2e7, 3e7, 4e7, 5e7]),
    ("edges", 9.5, 0.5, [2, 4, 6, 8]), ("edges", 3, 3, []),
    ("training_time", 200, 5300, [900, 1800, 2700, 3600, 4500]),
    ("training_time", 0, 35, [0, 10, 20, 30]),
    ("training_time", 100, 340, [120, 180, 240, 300]),
    ("training_time", 0.1, 1.4, [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4]),
    ("training_time", 0, 40_000, [0, 7200, 14400, 21600, 28800, 36000]),
    ("training_time", -5, 9e6, [0, 1.8e6, 3.6e6, 5.4e6, 7.2e6, 9e6]),
])
def test_linear_axes_have_round_ticks_and_those_of_times_whole_minutes(page, metric, start, end, ticks):
    ticker = axis_ticker(known_metric(metric))
    assert page.evaluate(PLACE_TICKS, [ticker.major_code, ticker.args, start, end]) == pytest.approx(ticks)
