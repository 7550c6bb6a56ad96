"""The drawer *Data*: what the columns were taken for, and a direction that is changed there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import vanas_panel as vp
from tests.browser.axe import barriers
from vanas_panel.page.dashboard import explore
from vanas_panel.readers import open_table
from vanas_panel.serve import page as served_page
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
OPERATIONS = ("conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu")


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A file whose columns are of every kind: two data sets, two widths, seeds, a value that says nothing of itself."""
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "mixed.csv"
    path.write_text("adjacency,operations,seed,host,test_error,value\n" + "".join(
        f'010001000,"input,{name},output",{seed},h{seed},{0.1 * place + 0.01 * seed},{place * 2 + seed + 0.5}\n'
        for place, name in enumerate(OPERATIONS, 1) for seed in (0, 1)), encoding="utf-8")
    return path


def test_columns_are_shown_with_reasons_and_a_direction_is_changed(serve_app, page, eventually, source):
    table = open_table(source)
    warm(table)
    app = serve_app(lambda: served_page([table]))
    page.goto(app.url)
    page.get_by_role("button", name="Data", exact=True).click()
    listed = page.locator(".vp-drawer ul.columns li")
    eventually(lambda: listed.count() == 6, "a row for every column")
    said = [" ".join(each.split()) for each in listed.all_inner_texts()]
    assert "it holds the cells" in said[0] and "its name says that it numbers runs" in said[2]
    assert "2 different values" in said[2] and "its name says what is measured" in said[4]
    error = page.get_by_label("Better values of Test error")
    assert error.locator("option:checked").inner_text() == "lower is better (guessed)"
    # What nobody has said is asked for, in one step.
    value = page.get_by_label("Better values of Value")
    assert value.locator("option:checked").inner_text() == "direction unknown"
    value.select_option("lower")
    eventually(lambda: "better=value:lower" in page.url, "the direction in the link")
    eventually(lambda: value.locator("option:checked").inner_text() == "lower is better", "the direction")
    assert value.locator("option").count() == 3
    assert not barriers(page)
    page.screenshot(path=SCREENSHOTS / "data-drawer.png")


def test_the_drawer_is_read_in_korean_on_a_phone(serve_app, new_page, eventually, source):
    table = open_table(source)
    app = serve_app(lambda: explore(table, lang="ko", drawer="data", dark=True))
    phone = new_page(viewport={"width": 390, "height": 844})
    phone.goto(app.url)
    phone.get_by_text("셀이 들어 있습니다").first.wait_for()
    wide = phone.evaluate("document.documentElement.scrollWidth")
    phone.screenshot(path=SCREENSHOTS / "data-drawer-phone.png")
    assert wide <= 390


def test_a_kind_is_changed_and_the_table_is_read_again(serve_app, page, eventually, source):
    table = open_table(source)
    dashboards = []

    def build():
        dashboards.append(explore(table, drawer="data"))
        return dashboards[-1]

    app = serve_app(build)
    page.goto(app.url)
    kind = page.get_by_label("Kind of value")
    kind.wait_for()
    session = dashboards[-1].session
    app.call(lambda _built: session.add_vertex("maxpool3x3"))
    again = page.get_by_role("button", name="Read the table again")
    assert again.is_disabled()
    # Texts are no metric: one sentence, and all is as it was.
    page.get_by_label("Kind of host").select_option("metric")
    again.click()
    page.get_by_role("alert").get_by_text("expected a number").wait_for()
    assert dashboards[-1].session is session
    page.get_by_label("Kind of host").select_option("identifier")
    # Rows of one cell differ in a parameter: refused, until its values have metrics of their own.
    kind.select_option("parameter")
    again.click()
    page.get_by_role("alert").get_by_text("differ in seeds and measurements only").wait_for()
    page.get_by_label("Kind of seed").select_option("condition")
    kind.select_option("left out")
    page.get_by_label("Where rows of one cell differ in seed").select_option("split")
    again.click()
    eventually(lambda: dashboards[-1].session is not session, "the table read again")
    read = dashboards[-1].session
    assert list(read.table.metrics) == ["test_error_seed_0", "test_error_seed_1"]
    assert read.draft == session.draft and read.drawer == "data"
    assert read.table.column("test_error_seed_1").round(2).tolist() == [0.11, 0.21, 0.31]
    page.get_by_label("Better values of Test error (seed 0)").wait_for()
    # The description reads the file the same way, and so does the code.
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the description").click()
    beside = source.with_name(source.name + ".json")
    assert saved.value.suggested_filename == beside.name
    saved.value.save_as(beside)
    page.screenshot(path=SCREENSHOTS / "data-read-again.png")
    assert list(open_table(source).metrics) == list(read.table.metrics)
    code = page.locator(".vp-drawer pre.code").inner_text()
    beside.unlink()
    assert list(eval(code.replace("'mixed.csv'", repr(str(source))), {"vp": vp}).metrics) == list(read.table.metrics)
    # The table of everyone else is as it was.
    assert list(table.metrics) == ["test_error", "value"]


def test_the_data_set_is_chosen_in_the_header(serve_app, page, eventually, tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    frame = pd.DataFrame([
        {"adjacency": "010001000", "operations": f"input,{name},output", "dataset": data,
         "test_error": 0.1 * place + at}
        for place, name in enumerate(OPERATIONS, 1) for at, data in enumerate(("mnist", "svhn"))])
    table = open_table(frame, conditions={"dataset": "split"})
    warm(table)
    app = serve_app(lambda: served_page([table]))
    page.goto(app.url)
    choice = page.get_by_label("dataset", exact=True)
    choice.wait_for()
    assert choice.locator("option:checked").inner_text() == "dataset mnist"
    choice.select_option("svhn")
    eventually(lambda: "metric=test_error_dataset_svhn" in page.url, "the data set in the link")
    page.locator(".vp-importance").get_by_text("test error (dataset svhn)").first.wait_for()
    assert choice.locator("option:checked").inner_text() == "dataset svhn"
    page.screenshot(path=SCREENSHOTS / "data-set-in-header.png")
    page.go_back()
    eventually(lambda: choice.locator("option:checked").inner_text() == "dataset mnist", "Back")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=SCREENSHOTS / "data-set-in-header-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_metrics_are_compared(serve_app, page, eventually):
    table = open_table("mnist-cells")
    warm(table)
    dashboards = []

    def build():
        dashboards.append(explore(table, drawer="data"))
        return dashboards[-1]

    app = serve_app(build)
    page.goto(app.url)
    drawer = page.locator(".vp-drawer")
    drawer.get_by_label("Horizontal axis").select_option("validation_accuracy_45")
    session = dashboards[-1].session
    eventually(lambda: (session.x, session.y) == ("validation_accuracy_45", "test_accuracy"), "the axes of the map")
    frame = table.frame()[["validation_accuracy_45", "test_accuracy"]].dropna()
    tau, rho = (frame.corr(method).iloc[0, 1] for method in ("kendall", "spearman"))
    said = f"Kendall's tau-b {tau:.3f}, Spearman's rho {rho:.3f}, over {len(frame):,} cells that have both."
    drawer.get_by_text(said).wait_for()
    # Of the selection alone, and of cells that have no order.
    rows = list(range(0, len(table), 5))
    app.call(lambda _built: session.select(rows))
    part = table.frame().iloc[rows][list(frame)].dropna()
    drawer.get_by_text(f"tau-b {part.corr('kendall').iloc[0, 1]:.3f}").wait_for()
    with page.expect_download() as saved:
        drawer.locator("[data-download='rank-correlation.csv']").click()
    read = pd.read_csv(saved.value.path()).iloc[0]
    assert (read["cells"], read["one"]) == (len(part), "validation_accuracy_45")
    assert read["kendall_tau_b"] == pytest.approx(part.corr("kendall").iloc[0, 1])
    # The map is the scatter: a click loads a cell.
    page.screenshot(path=SCREENSHOTS / "compare-two.png")
    app.call(lambda _built: session.select([0]))
    drawer.get_by_text("No rank correlation: 1 cell of the selection with both values").wait_for()
