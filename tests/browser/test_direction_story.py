"""What is better, in a browser: the guess is shown, a click switches it everywhere, and Back and links know of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vanas_panel.page.dashboard import explore
from vanas_panel.readers import open_table
from vanas_panel.serve import page as served_page
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
ERRORS = {"conv3x3-bn-relu": (0.10, 1.1), "maxpool3x3": (0.30, 1.3), "conv1x1-bn-relu": (0.20, 1.2)}
SWITCH = ".overview-caption .direction button"


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "minimise.csv"
    path.write_text("adjacency,operations,test_error,val_loss\n" + "".join(
        f'010001000,"input,{name},output",{error},{loss}\n' for name, (error, loss) in ERRORS.items()),
        encoding="utf-8")
    table = open_table(path)
    warm(table)
    return table


def completions(page) -> list[str]:
    """The completions of an empty canvas with one more vertex, best first, by their values."""
    return [text for text in page.locator(".vp-completions [data-action^='row:']").all_inner_texts() if text]


def ready(page) -> None:
    page.locator(".vp-completions h2").wait_for()
    page.locator(".vp-overview canvas").first.wait_for(state="attached")


def test_guessed_direction_is_shown_and_a_click_switches_it_in_every_view(serve_app, page, new_page, eventually, table):
    app = serve_app(lambda: served_page([table]))
    page.goto(f"{app.url}?metric=test_error&extra_vertices=1")
    ready(page)
    said = page.locator(".overview-caption .direction")
    eventually(lambda: "lower is better (guessed)" in said.inner_text(), "the guess")
    eventually(lambda: len(completions(page)) == 3, "completions")
    assert ["0.1" in completions(page)[0], "0.3" in completions(page)[2]] == [True, True]
    page.screenshot(path=SCREENSHOTS / "direction-guessed.png")
    opened = page.url
    page.evaluate("window.is_there_still = true")
    page.locator(SWITCH).click()
    eventually(lambda: "better=test_error:higher" in page.url, "the link")
    ready(page)
    eventually(lambda: "higher is better (switched)" in said.inner_text(), "the switched direction")
    eventually(lambda: len(completions(page)) == 3 and "0.3" in completions(page)[0], "the highest comes first")
    assert "0.1" in completions(page)[2]
    assert page.evaluate("window.is_there_still"), "the page was loaded again"
    assert len(app.built) == 1
    page.locator(".vp-completions [data-action^='row:']").first.click()
    card = page.locator("[data-card='test_error']")
    eventually(lambda: card.count() and "rank 1 of 3" in card.inner_text(), "the highest has the first rank")
    page.screenshot(path=SCREENSHOTS / "direction-switched.png")
    other = new_page()
    other.goto(page.url)
    ready(other)
    eventually(lambda: "higher is better (switched)" in other.locator(".overview-caption .direction").inner_text())
    eventually(lambda: "rank 1 of 3" in other.locator("[data-card='test_error']").inner_text(), "the same elsewhere")
    page.go_back()
    page.go_back()
    eventually(lambda: page.url == opened, "the page before the switch")
    ready(page)
    eventually(lambda: "lower is better (guessed)" in said.inner_text(), "the guess again")
    eventually(lambda: len(completions(page)) == 3 and "0.1" in completions(page)[0], "the lowest comes first again")
    assert page.evaluate("window.is_there_still"), "the page was loaded again"


def test_page_without_an_address_switches_direction_without_reloading(serve_app, page, eventually, table):
    app = serve_app(lambda: explore(table, metric="val_loss", extra_vertices=1))
    page.goto(app.url)
    ready(page)
    said = page.locator(".overview-caption .direction")
    for words, best in (("higher is better (switched)", "1.3"), ("lower is better (guessed)", "1.1")):
        page.locator(SWITCH).click()
        eventually(lambda words=words: said.count() and words in said.inner_text(), words)
        eventually(lambda best=best: len(completions(page)) == 3 and best in completions(page)[0], best)
    assert app.built[-1].session.table is table
    assert len(app.built) == 1
