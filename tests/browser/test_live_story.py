"""A file grows while its page is open: the page says so, one click takes it in, and all that was set stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import vanas_panel as vp
from tests.browser.axe import barriers
from tests.serve.test_followed_runs import told, write_from_outside
from tests.serve.test_followed_tables import HEAD, line
from vanas_panel.page.dashboard import linked
from vanas_panel.readers.trials import open_trials
from vanas_panel.serve.pages import query, tools
from vanas_panel.serve.table_pages import table_page
from vanas_panel.serve.tables import served_tables
from vanas_panel.serve.trials_server import visitor_trials
from vanas_panel.state.followed import Followed

pytestmark = pytest.mark.browser


def _append(path, text):
    with path.open("a") as file:
        file.write(text)


def test_new_trials_are_said_and_taken_in(serve_app, page, eventually, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("opt,lr,loss\n" + "".join(f"{'adam' if row % 2 else 'sgd'},{row / 100},{1 + row / 7:.3f}\n"
                                              for row in range(1, 41)))
    followed = Followed(path, open_trials, seconds=0.1)
    app = serve_app(lambda: visitor_trials(followed))
    followed.start()
    page.goto(app.url + "?row=7&is.opt=adam")
    expect(page.get_by_role("heading", name="Trial 7", exact=True)).to_be_visible()
    expect(page.locator(".matches")).to_have_text("20 of 40 trials match")
    news = page.get_by_role("status").filter(has_text="new trials")
    expect(news).to_have_count(0)

    _append(path, "".join(f"adam,{row / 100},0.5\n" for row in range(41, 53)) + "adam,0.9,0.")
    expect(news).to_contain_text("12 new trials")
    expect(page.locator(".matches")).to_have_text("20 of 40 trials match")
    assert barriers(page) == []
    # With the keyboard.
    page.get_by_role("button", name="Take in").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".matches")).to_have_text("32 of 52 trials match")
    expect(page.get_by_role("heading", name="Trial 7", exact=True)).to_be_visible()
    expect(news).to_have_count(0)

    path.unlink()
    expect(page.get_by_role("alert").filter(has_text="no file of that name any more")).to_have_count(1)
    expect(page.locator(".matches")).to_have_text("32 of 52 trials match")
    page.get_by_role("button", name="한국어").click()
    expect(page.get_by_role("alert").filter(has_text="results.csv")).to_contain_text("표")
    followed.stop()


def test_new_cells_are_said_and_taken_in(serve_app, page, eventually, tmp_path, monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)
    path = tmp_path / "cells.csv"
    path.write_text(HEAD + "".join(map(line, range(1, 41))))
    tables = served_tables((str(path), "structure4"), follow=True)
    followed = tables.followed[0]
    app = serve_app(lambda: linked(tuple(tables), query(), tools(tables)))
    page.goto(app.url)
    page.locator(".vp-overview").wait_for()
    eventually(lambda: app.built, "the page")
    app.call(lambda built: (built.session.select([3, 5]), built.session.load_row(5), built.session.pin()))
    draft = app.built[-1].session.draft
    news = page.get_by_role("status").filter(has_text="new cell")
    expect(news).to_have_count(0)
    _append(path, "".join(map(line, range(41, 53))) + line(60)[:-3])
    followed.poll()
    expect(news).to_contain_text("12 new cells")
    assert len(app.built[-1].session.table) == 40
    page.get_by_role("button", name="Take in").focus()
    page.keyboard.press("Enter")
    eventually(lambda: len(app.built[-1].session.table) == 52, "the newer version")
    session = app.built[-1].session
    assert session.rows.tolist() == [3, 5] and session.draft == draft and session.pinned is not None
    expect(page.locator(".vp-header .selection")).to_contain_text("2 of 52 cells")
    expect(news).to_have_count(0)


def test_a_search_that_runs_elsewhere_is_followed_without_being_asked(serve_app, page, eventually, tmp_path,
                                                                      monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)
    path = tmp_path / "run.jsonl"
    vp.search(vp.open_table("mnist-cells"), "random", queries=30, seed=1, out=path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:21]))
    tables = served_tables((str(path),), follow=True)
    app = serve_app(lambda: linked(tuple(tables), query(), tools(tables)))
    tables.start()
    page.goto(app.url + "?drawer=search")
    row = page.locator(".search-runs")
    expect(row).to_contain_text(f"query {told(lines[:21])} of 30 so far")
    app.call(lambda built: built.session.select([3, 5]))
    write_from_outside(path, [*lines[21:41], lines[41][:9]])
    expect(row).to_contain_text(f"query {told(lines[:41])} of 30 so far")
    write_from_outside(path, [lines[41][9:], *lines[42:]])
    expect(row).not_to_contain_text("so far")
    assert app.built[-1].session.rows.tolist() == [3, 5] and app.built[-1].session.followed_run.is_finished
    assert barriers(page) == []
    for each in tables.runs:
        each.stop()


def test_the_choice_of_tables_leads_from_cells_to_trials_and_back(serve_app, page, tmp_path, monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)
    path = tmp_path / "study.csv"
    path.write_text("opt,lr,loss\n" + "".join(f"adam,{row / 100},{1 + row / 7:.3f}\n" for row in range(1, 41)))
    tables = served_tables(("structure4", str(path)))
    app = serve_app(lambda: table_page(tables))
    page.goto(app.url)
    choice = page.get_by_role("combobox", name="Table", exact=True)
    choice.select_option(label="study")
    expect(page.get_by_role("heading", name="Nearest trials")).to_be_visible()
    page.wait_for_url("**/?trials=study&*")
    assert barriers(page) == []
    choice.select_option(index=0)
    page.locator(".vp-overview").wait_for()
    page.goto(app.url + "?trials=study&row=7")
    expect(page.get_by_role("heading", name="Trial 7", exact=True)).to_be_visible()
    page.goto(app.url + "?trials=gone")
    expect(page.get_by_text("table of trials gone is none of this server")).to_be_visible()


def test_the_listed_trials_and_the_report_are_saved(serve_app, page, new_page, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("opt,lr,loss\n" + "".join(f"{'adam' if row % 2 else 'sgd'},{row / 100},{1 + row / 7:.3f}\n"
                                              for row in range(1, 41)))
    table = open_trials(path)
    app = serve_app(lambda: visitor_trials(table))
    page.goto(app.url + "?is.opt=adam")
    expect(page.locator(".matches")).to_have_text("20 of 40 trials match")
    with page.expect_download() as saved:
        page.get_by_role("button", name="JSON lines").click()
    assert saved.value.suggested_filename.endswith("-20.jsonl")
    lines = saved.value.path().read_text().splitlines()
    assert len(lines) == 20 and '"opt":"adam"' in lines[0] and '"loss":1.143' in lines[0]
    expect(page.get_by_role("status").filter(has_text="Saved")).to_have_count(1)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Report", exact=True).click()
    report = tmp_path / "report.html"
    saved.value.save_as(report)
    for width in (1440, 390):
        opened = new_page(viewport={"width": width, "height": 900})
        opened.goto(report.as_uri())
        expect(opened.get_by_text("20 trials with")).to_be_visible()
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert barriers(opened) == []
