"""The report drawer on the page: it saves what is on the screen, and the page stays alive meanwhile."""

from __future__ import annotations

import pytest

from tests.demo_tables import demo_table
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.report.tables import csv, selection_table
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page, serve_app):
    def start(**options):
        app = serve_app(lambda: Dashboard(Session(demo_table())))
        page.goto(app.url)
        page.get_by_role("button", name="Report").click()
        page.get_by_role("button", name="Save the report").wait_for()
        return app

    return start


def test_a_report_of_the_screen_is_saved_and_opens(page, opened, tmp_path, eventually, browser):
    app = opened()
    page.get_by_label("Title").fill("Mine <b>")
    page.get_by_label("Notes").fill("What I saw")
    page.get_by_label("Presets", exact=True).uncheck()
    # The session goes on; what was typed and ticked stays.
    app.call(lambda shown: shown.session.load_row(33))
    eventually(lambda: page.locator("[data-export=contributions]").is_enabled(), "the drawer follows")
    assert page.get_by_label("Title").input_value() == "Mine <b>"
    assert not page.get_by_label("Presets", exact=True).is_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the report").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "mine-b.html"
    eventually(lambda: "Saved mine-b.html" in page.locator(".said[role=status]:not(.unseen)").inner_text(), "an answer")
    file = browser.new_page(offline=True)
    file.goto(path.as_uri())
    file.wait_for_selector("html[data-ready]")
    assert file.locator("h1").inner_text() == "Mine <b>"
    assert "What I saw" in file.locator("#notes").inner_text()
    assert file.locator(".presets").count() == 0
    cell = app.call(lambda shown: shown.session.cell)
    state = file.evaluate("() => vanasOffline.ready.then(({state}) => [state.operations, state.edges])")
    assert state == [list(cell.operations), [list(edge) for edge in cell.edges]]
    file.close()


def test_all_cells_are_saved_in_parts_as_one_file(page, opened, tmp_path, monkeypatch):
    monkeypatch.setattr("vanas_panel.panels.report.panel.PART_ROWS", 20)
    app = opened()
    with page.expect_download() as download:
        page.locator("[data-export=selection][data-kind=csv]").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.read_text(encoding="utf-8") == csv(selection_table(app.built[-1].session.table))


def test_figures_and_tables_are_saved_one_by_one(page, opened, tmp_path):
    opened()
    for name, kind, head in (("overview", "svg", b"<svg"), ("importance", "png", b"\x89PNG"),
                             ("selection", "csv", b"row,operations"), ("completions", "csv", b"row,test_accuracy")):
        with page.expect_download() as download:
            page.locator(f"[data-export={name}][data-kind={kind}]").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.read_bytes().startswith(head)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_nothing_in_the_drawer_is_cut(page, opened, width, height):
    page.set_viewport_size({"width": width, "height": height})
    opened()
    for button in page.locator("[data-export], [data-do=report]").all():
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert button.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")
