"""A report opened from disk with the network off: nothing is asked for, and everything answers."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.demo_tables import demo_table, formula_session, formulas_in
from vanas_panel.draw.format import format_value
from vanas_panel.report import ShelfEntry, save_report
from vanas_panel.report.live_charts import map_of
from vanas_panel.report.plan import Axes
from vanas_panel.report.tables import contributions_table, read_csv
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser

ENTRY = ShelfEntry("Two in a row", vp.Draft(["input", "conv3x3-bn-relu", "conv3x3-bn-relu", "output"],
                                            [(0, 1), (1, 2), (2, 3)]), "plain <b>start</b>", ("small",), "mira",
                   "2026-01-02")
BIN = """([map, row]) => {
  const view = Bokeh.index.get_by_id(map)
  const {data} = view.model.renderers.find((each) => each.name == "bins").data_source
  const get = (name) => data instanceof Map ? data.get(name) : data[name]
  const index = Array.from(get("row")).indexOf(row)
  const box = view.canvas_view.el.getBoundingClientRect()
  const {x_scale, y_scale} = view.frame
  return {x: box.left + x_scale.compute((get("left")[index] + get("right")[index]) / 2),
          y: box.top + y_scale.compute((get("bottom")[index] + get("top")[index]) / 2)}
}"""
CUT = """() => Array.from(document.querySelectorAll("main *, .masthead *")).filter((node) => {
  const box = node.getBoundingClientRect()
  if (!box.width || node.closest("svg, .wide, pre, .live, .sr, .vo-root")) return false
  return box.right > innerWidth + 1 || box.left < -1
}).map((node) => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def table():
    return demo_table()


@pytest.fixture(scope="module")
def report(table, tmp_path_factory) -> Path:
    session = Session(table)
    session.load_row(table.best("test_accuracy"))
    return save_report(table, tmp_path_factory.mktemp("report") / "demo.html", title="A demo <i>report</i>",
                       notes="First <script>alert(1)</script>\n\nSecond", session=session, shelf_entries=[ENTRY])


@pytest.fixture
def opened(new_page):
    """Opens a file with every request but that for itself refused; at the end none may have been tried."""
    tried: list[str] = []

    def start(path: Path, **options):
        page = new_page(**{"offline": True, **options})
        url = path.as_uri()

        def answer(route):
            if route.request.url.split("#")[0] == url:
                route.continue_()
            else:
                tried.append(route.request.url)
                route.abort()

        page.route("**/*", answer)
        page.on("request", lambda request: tried.append(request.url) if not request.url.startswith(
            (url, "blob:", "data:")) else None)
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        return page

    yield start
    assert tried == []


def cards(page) -> str:
    return page.locator("#performance").inner_text()


def shown_value(table, row: int) -> str:
    return format_value(table.metric("test_accuracy"), float(table.column("test_accuracy")[row])).split()[0]


def best_bins(table, axes: Axes, count: int) -> list[int]:
    """Rows of the best cells of some bins inside the window."""
    drawn = map_of(Session(table), axes)
    inside = [row for row, x, y in zip(drawn.bins.row.tolist(), (drawn.bins.left + drawn.bins.right) / 2,
                                       (drawn.bins.bottom + drawn.bins.top) / 2, strict=True)
              if drawn.window.contains(x, y)]
    return inside[:: max(1, len(inside) // count)][:count]


def test_a_click_on_a_bin_opens_its_best_cell_on_every_map(opened, report, table, eventually):
    page = opened(report)
    maps = [Axes("trainable_parameters", "test_accuracy"), Axes("training_time", "test_accuracy"),
            Axes("trainable_parameters", "training_time")]
    for index, axes in enumerate(maps):
        page.locator(f"[data-tab='{index}']").click()
        page.locator(f"#map-{index} canvas").first.wait_for()
        ids = page.evaluate("(index) => JSON.parse(document.querySelector('#report-data').textContent)"
                            ".maps[index].root_id", index)
        page.wait_for_function("([id]) => Bokeh.index.get_by_id(id)?.frame?.bbox.width > 50", arg=[ids])
        for row in best_bins(table, axes, 3):
            page.locator("#overview").scroll_into_view_if_needed()
            at = page.evaluate(BIN, [ids, row])
            page.mouse.click(at["x"], at["y"])
            eventually(lambda row=row: shown_value(table, row) in cards(page), f"map {index}, row {row}")
            expected = vp.edge_contributions(table, table.cell(row), "test_accuracy")["contribution"]
            shown = page.evaluate("() => vanasOffline.ready.then((each) => each.state.contributions.map("
                                  "({contribution}) => Number.isNaN(contribution) ? null : contribution))")
            assert sorted(value for value in shown if value is not None) == pytest.approx(
                sorted(expected.dropna().tolist()), abs=2e-4)


def test_hover_says_the_best_value_and_how_many_cells(opened, report, table, eventually):
    page = opened(report)
    row = best_bins(table, Axes("trainable_parameters", "test_accuracy"), 1)[0]
    page.locator("#overview").scroll_into_view_if_needed()
    root = page.evaluate("() => JSON.parse(document.querySelector('#report-data').textContent).maps[0].root_id")
    at = page.evaluate(BIN, [root, row])
    page.mouse.move(at["x"], at["y"])
    tooltip = page.locator(".bk-Tooltip")
    words = eventually(lambda: "".join(tooltip.nth(index).evaluate("(node) => node.shadowRoot.innerText ?? "
                       "node.shadowRoot.textContent") for index in range(tooltip.count())), "a hover")
    assert re.search(r"best test accuracy \d\d\.\d\d %", words)
    assert re.search(r"\d+ cells?", words)
    assert "click to open the best" in words


def test_presets_rows_completions_and_shelf_entries_load_their_cells(opened, report, table, eventually):
    page = opened(report)
    rows = page.locator("table.best tbody tr")
    assert rows.count() == 20
    order = np.argsort(-np.nan_to_num(table.column("test_accuracy"), nan=-1), kind="stable")
    rows.nth(6).click()
    eventually(lambda: shown_value(table, int(order[6])) in cards(page), "the seventh best cell")
    assert rows.nth(6).get_attribute("aria-current") == "true"
    # Far from the designer, a line says what the click has done there, and leads back.
    peek = page.locator("#peek")
    eventually(peek.is_visible, "the line at the bottom")
    assert shown_value(table, int(order[6])) in peek.inner_text()
    peek.click()
    eventually(lambda: not peek.is_visible(), "the line is gone beside the designer")

    page.get_by_role("button", name="Largest").click()
    largest = int(np.argmax(table.column("trainable_parameters")))
    eventually(lambda: shown_value(table, largest) in cards(page), "a preset")

    page.locator("#shelf button").click()
    row = table.find(vp.Cell(ENTRY.draft.operations, ENTRY.draft.edges))
    eventually(lambda: shown_value(table, row) in cards(page), "an entry of the shelf")
    expected = vp.complete(table, ENTRY.draft, "test_accuracy")
    found = page.locator("#completions button").filter(has_text="%")
    assert found.count() == len(expected)
    found.nth(len(expected) - 1).click()
    eventually(lambda: shown_value(table, int(expected["row"].iloc[-1])) in cards(page), "a completion")
    page.get_by_role("button", name="As reported").click()
    eventually(lambda: shown_value(table, int(order[0])) in cards(page), "back to what was reported")


def test_a_bar_explains_itself(opened, report, eventually):
    page = opened(report)
    chart = page.locator("#importance .live canvas").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + 12)
    words = eventually(lambda: "with:" in (text := page.locator("#explain").inner_text()) and text, "an explanation")
    assert "→" in words and "average over many cells" in words


def test_zooming_needs_no_server(opened, report, eventually):
    page = opened(report)
    page.locator("#overview").scroll_into_view_if_needed()
    root = page.evaluate("() => JSON.parse(document.querySelector('#report-data').textContent).maps[0].root_id")
    ends = "(id) => { const {start, end} = Bokeh.index.get_by_id(id).model.x_range; return [start, end] }"
    before = page.evaluate(ends, root)
    box = page.locator("#map-0 canvas").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"], steps=5)
    page.mouse.up()
    after = eventually(lambda: (now := page.evaluate(ends, root)) != before and now, "another window")
    assert before[0] < after[0] < after[1] < before[1]


@pytest.fixture
def saved(opened, report, tmp_path):
    """``saved(name, kind)`` presses a button that saves something, and gives the file.

    A new page for each test: Chromium refuses a page its eleventh file within a short time.
    """
    page = opened(report)

    def save(name: str, kind: str) -> Path:
        with page.expect_download() as download:
            page.locator(f"[data-save={kind}][data-name={name}]").first.click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path

    return save


def test_figures_are_saved(saved):
    for name in ("overview", "importance", "cell"):
        root = ElementTree.parse(saved(name, "svg")).getroot()
        assert root.tag.endswith("svg")
        text = ElementTree.tostring(root, encoding="unicode")
        assert "var(" not in text and "class=" not in text
        assert saved(name, "png").read_bytes().startswith(b"\x89PNG")
    assert len(root.findall(".//{*}polyline")) + len(root.findall(".//{*}path")) >= 9


def test_tables_are_saved(saved, table):
    importance = pd.read_csv(saved("importance", "csv"))
    pd.testing.assert_frame_equal(importance, vp.edge_importance(table, "test_accuracy"))
    best = pd.read_csv(saved("best-cells", "csv"))
    assert best["test_accuracy"].is_monotonic_decreasing and len(best) == 20
    bins = pd.read_csv(saved("overview", "csv"))
    assert bins["cells"].sum() == np.isfinite(table.column("test_accuracy")).sum()
    cell = table.cell(table.best("test_accuracy"))
    contributions = pd.read_csv(saved("contributions", "csv"))
    expected = vp.edge_contributions(table, cell, "test_accuracy")
    assert contributions["source"].tolist() == expected["source"].tolist()
    assert contributions["n_with"].tolist() == expected["n_with"].tolist()
    assert contributions["contribution"].to_numpy() == pytest.approx(expected["contribution"].to_numpy(), abs=2e-4,
                                                                     nan_ok=True)
    completions = pd.read_csv(StringIO(saved("completions", "csv").read_text()))
    found = vp.complete(table, cell, "test_accuracy")
    assert completions["test_accuracy"].to_numpy() == pytest.approx(found["test_accuracy"].to_numpy(), abs=1e-4)


def test_saved_tables_hold_no_formula(opened, tmp_path):
    session = formula_session()
    page = opened(save_report(session.table, tmp_path / "formulas.html", session=session))
    for name in ("importance", "best-cells", "contributions", "completions"):
        with page.expect_download() as download:
            page.locator(f"[data-save=csv][data-name={name}]").first.click()
        download.value.save_as(tmp_path / "saved.csv")
        text = (tmp_path / "saved.csv").read_bytes().decode()
        assert formulas_in(text) == []
        frame = read_csv(text)
        words = {*frame.columns, *frame.select_dtypes("str").stack()}
        assert words & {"=loss", "+1", "=cmd|' /C calc'!A0"}
        if name == "contributions":
            expected = contributions_table(session)
            assert frame["source_operation"].tolist() == expected["source_operation"].tolist()
            assert frame["contribution"].to_numpy() == pytest.approx(expected["contribution"].to_numpy(), abs=2e-4,
                                                                     nan_ok=True)


def test_notes_are_text(opened, report):
    page = opened(report)
    assert page.locator("h1").inner_text() == "A demo <i>report</i>"
    assert page.title() == "A demo <i>report</i>"
    assert "First <script>alert(1)</script>" in page.locator("#notes").inner_text()
    assert page.locator("#notes p").count() == 2
    assert "plain <b>start</b>" in page.locator("#shelf").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_at_any_width(opened, report, width, height, scheme):
    page = opened(report, viewport={"width": width, "height": height}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("width", [390, 360])
def test_no_value_of_a_metric_is_broken_into_two_lines(opened, report, width):
    page = opened(report, viewport={"width": width, "height": 844})
    values = page.locator("#data td.n")
    assert any(" %" in text for text in values.all_inner_texts())
    lines = values.evaluate_all("""(cells) => cells.map((cell) => {
      const range = document.createRange()
      range.selectNodeContents(cell)
      return new Set(Array.from(range.getClientRects(), ({top}) => Math.round(top))).size
    })""")
    assert set(lines) == {1}
    # And none is out of sight.
    assert page.locator("#data .wide").evaluate("(node) => node.scrollWidth - node.clientWidth") == 0


def test_dark_follows_the_system_and_the_button(opened, report, eventually):
    page = opened(report, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    line = "() => Bokeh.index.roots[0].model.xaxis?.[0]?.major_label_text_color ?? " \
           "Array.from(Bokeh.index.roots[0].model.references()).find((each) => each.major_label_text_color)" \
           ".attributes.major_label_text_color"
    dark = page.evaluate(background)
    page.locator("[data-do=theme]").click()
    eventually(lambda: page.evaluate(background) != dark, "a light page")
    assert page.evaluate(background) == "rgb(245, 247, 250)"
    colors = page.evaluate("() => Array.from(Bokeh.index.roots).map((view) => Array.from(view.model.references())"
                           ".filter((each) => each.type == 'LinearAxis').map((each) => each.axis_line_color))")
    assert "#2f3a47" not in str(colors), line


def test_the_file_forbids_requests_by_itself(browser, report):
    # Without the fixture, whose watch would count the refusals as complaints of the page.
    page = browser.new_page()
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]")
    for attempt in ("fetch('http://127.0.0.1:9/x').then(() => 'asked', () => 'refused')",
                    "new Promise((done) => { const image = new Image(); image.onload = () => done('asked');"
                    " image.onerror = () => done('refused'); image.src = 'http://127.0.0.1:9/x.png' })"):
        assert page.evaluate(f"() => new Promise((done) => {{ let hit = ''; document.addEventListener("
                             f"'securitypolicyviolation', (event) => {{ hit = event.effectiveDirective }});"
                             f" ({attempt}).then((word) => setTimeout(() => done(word + ' ' + hit), 50)) }})"
                             ).startswith(("refused connect-src", "refused img-src"))
    page.close()


def test_without_scripts_the_figures_are_still_there(browser, report):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("[data-figure=overview-0] svg").is_visible()
    assert page.locator("[data-figure=importance] svg").is_visible()
    assert page.locator(".still [data-figure=cell] svg").is_visible()
    assert not page.locator(".live").first.is_visible()
    context.close()


def test_it_prints_on_a4_in_light_colours(opened, report, tmp_path):
    page = opened(report, color_scheme="dark")
    content = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert content.startswith(b"%PDF-")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 12
    sizes = {tuple(round(float(number)) for number in box.split()) for box in re.findall(
        rb"/MediaBox\s*\[([^\]]+)\]", content)}
    assert {(0, 0, 595, 842)} == sizes
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 962})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(28, 43, 58)"
    # The first page, 264 mm within its margins, is full: the first map ends on it, and near its end or before a second.
    first, second = (page.locator(".paper").nth(index).bounding_box() for index in (0, 1))
    high = 264 / 25.4 * 96
    assert first["y"] + first["height"] < high < second["y"] + second["height"]
    figures = page.locator("[data-figure^=overview]")
    assert figures.count() == 3 and all(figures.nth(index).is_visible() for index in range(3))
    assert page.locator("#cell .still").is_visible() and not page.locator("#designer-live").is_visible()
    assert not page.locator(".live").first.is_visible() and not page.locator("nav").is_visible()
    code = page.locator("pre")
    assert code.evaluate("(node) => node.scrollHeight - node.clientHeight") <= 1


def test_a_cell_that_was_changed_is_the_one_that_prints(opened, report):
    page = opened(report)
    page.get_by_role("button", name="Largest").click()
    page.emulate_media(media="print")
    assert page.locator("#designer-live").is_visible() and not page.locator("#cell .still").is_visible()


def test_a_selection_and_no_designer(opened, table, tmp_path):
    session = Session(table)
    session.select(range(20))
    path = save_report(table, tmp_path / "small.html", session=session, parts=["overview", "importance", "best"])
    page = opened(path)
    assert "20 of 90 cells are selected" in page.locator("#selection").inner_text()
    assert page.locator(".still").is_visible()
    page.locator("table.best tbody tr").first.click()
    box = page.locator("#map-0 canvas").first.bounding_box()
    page.mouse.click(box["x"] + 100, box["y"] + 100)


@pytest.mark.real
def test_the_whole_of_nas_bench_101_is_one_small_file(opened, real_table_path, tmp_path, eventually):
    table = vp.open_table(real_table_path)
    path = save_report(table, tmp_path / "nasbench101.html")
    assert path.stat().st_size <= 8_000_000
    page = opened(path)
    best = table.best("test_accuracy")
    assert shown_value(table, best) in cards(page)
    axes = Axes("trainable_parameters", "test_accuracy")
    root = page.evaluate("() => JSON.parse(document.querySelector('#report-data').textContent).maps[0].root_id")
    for row in best_bins(table, axes, 4):
        page.locator("#overview").scroll_into_view_if_needed()
        at = page.evaluate(BIN, [root, row])
        page.mouse.click(at["x"], at["y"])
        eventually(lambda row=row: shown_value(table, row) in cards(page), f"row {row}")


def test_completions_start_with_as_many_vertices_more_as_on_the_screen(opened, table, tmp_path):
    session = Session(table)
    session.load_cell(vp.Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)]))
    session.extra_vertices = 1
    page = opened(save_report(table, tmp_path / "more.html", session=session))
    assert page.locator("[data-action='extra:1']").get_attribute("aria-checked") == "true"
    assert f"{session.completions.attrs['matches']:,} cell" in page.locator("#completions").inner_text()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_bars_of_many_edge_types_end_above_the_words_below_them(browser, tmp_path, width):
    """Four operations have 25 edge types, which are higher than what sixteen of them take."""
    operations = ["conv3x3", "conv5x5", "sep3x3", "skip"]
    path = tmp_path / "cells.csv"
    path.write_text("adjacency,operations,test_accuracy\n" + "".join(
        f'010001000,"input,{name},output",0.{index}\n' for index, name in enumerate(operations, start=5)),
        encoding="utf-8")
    file = tmp_path / "report.html"
    save_report(vp.open_table(path), file)
    page = browser.new_page(viewport={"width": width, "height": 900}, offline=True)
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]")
    chart = page.locator("#importance .bk-Figure").bounding_box()
    assert chart["height"] >= 25 * 17
    assert chart["y"] + chart["height"] <= page.locator("#explain").bounding_box()["y"]
    page.close()
