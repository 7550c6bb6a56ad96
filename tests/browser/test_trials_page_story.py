"""The page of an Optuna study: selecting, the panel of parameters, the card, the table, the address and Back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.conftest import ROOT
from vanas_panel.core.trial_importance import parameter_importance
from vanas_panel.page.trials_page import trials_page
from vanas_panel.readers.trials import open_trials
from vanas_panel.serve.pages import accepted_languages, in_template, query

pytestmark = pytest.mark.browser

STUDY = ROOT.parent / "shared" / "data" / "hpo" / "study.db"


@pytest.fixture(scope="module")
def table():
    if not STUDY.is_file():
        pytest.skip(f"{STUDY} is absent")
    return open_trials(STUDY, study="single")


@pytest.fixture
def served(serve_app, table):
    pages = []

    def build():
        pages.append(trials_page(table, query(), accepted_languages()))
        return in_template(pages[-1])

    return serve_app(build), pages


def _address(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def test_the_page_of_an_optuna_study(served, page, eventually, table):
    app, pages = served
    page.goto(app.url)
    frame = table.to_frame().query("state == 'complete'")
    best = int(frame["value"].idxmax())
    expect(page.get_by_role("heading", name=f"Trial {best}", exact=True)).to_be_visible()
    expect(page.locator(".matches")).to_have_text(f"{len(frame)} of {len(frame)} trials match")

    # A bar of importance selects its trials.
    bar = page.locator(".bars button").first
    top = parameter_importance(table, "value").iloc[0]
    expect(bar.locator(".name")).to_have_text(f"{top['parameter']} = {top['value']}")
    bar.click()
    count = int((frame[top["parameter"]] == top["lowest"]).sum())
    expect(page.locator(".matches")).to_have_text(f"{count} of {len(frame)} trials match")
    expect(bar).to_have_attribute("aria-pressed", "true")

    # Fields, by the keyboard.
    page.get_by_label("lr at most").fill("0.001")
    page.get_by_label("lr at most").press("Enter")
    page.get_by_label("optimizer", exact=True).select_option("=adam")
    keep = frame[(frame[top["parameter"]] == top["lowest"]) & (frame["lr"] <= 0.001) & (frame["optimizer"] == "adam")]
    expect(page.locator(".matches")).to_have_text(f"{len(keep)} of {len(frame)} trials match")
    eventually(lambda: pages[-1].found.matching.tolist() == keep.index.tolist(), "the matching trials")
    eventually(lambda: _address(page).get("is.optimizer") == "adam" and _address(page)["in.lr"] == "..0.001", "link")

    # Nothing matches: which requirement excludes the last.
    page.get_by_label("lr at most").fill("1e-9")
    page.get_by_label("lr at most").press("Enter")
    expect(page.locator(".matches")).to_have_text(f"0 of {len(frame)} trials match")
    page.get_by_role("button", name=re.compile("Without “lr ≤ 1e-09”")).click()
    expect(page.get_by_label("lr at most")).to_have_value("")

    # What is no number is said, and Back undoes the last step.
    page.get_by_label("lr at least").fill("<b>fast</b>")
    page.get_by_label("lr at least").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Found '<b>fast</b>' for lr")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("lr at most")).to_have_value("1e-09")


def test_map_card_and_table(served, page, eventually, table):
    app, pages = served
    page.goto(app.url)
    picture = page.locator("svg[data-plot]")
    picture.wait_for()
    frame = table.to_frame().query("state == 'complete'")
    box = picture.bounding_box()
    # A box over the upper half.
    page.mouse.move(box["x"] + 0.12 * box["width"], box["y"] + 0.05 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
    page.mouse.up()
    eventually(lambda: "value" in pages[-1].view.where, "the box")
    low, high = pages[-1].view.where["value"]
    eventually(lambda: pages[-1].found.matching.tolist() == frame.index[
        frame["value"].between(low, high) & frame["lr"].between(*pages[-1].view.where["lr"])].tolist(), "what is in it")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".matches")).to_have_text(f"{len(frame)} of {len(frame)} trials match")

    # The table is sorted on the server; failed and pruned trials on request.
    page.get_by_role("button", name="lr", exact=True).click()
    lowest = int(frame["lr"].idxmin())
    first = page.locator(".vp-table").last.locator("tbody tr").first
    expect(first).to_contain_text(f"Trial {lowest}")
    first.get_by_role("button").click()
    expect(page.get_by_role("heading", name=f"Trial {lowest}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show failed and pruned ones").click()
    expect(page.locator(".matches")).to_have_text(f"{len(table)} of {len(table)} trials match")
    page.get_by_role("button", name="Matched").click()
    page.get_by_role("button", name="Switch to the dark appearance").click()
    eventually(lambda: _address(page).get("dark") == "1", "the appearance in the address")
    page.reload()
    expect(page.get_by_role("heading", name=f"Trial {lowest}", exact=True)).to_be_visible()
    view = pages[-1].view
    assert view.dark and view.form == "matched" and view.states == "every" and view.order == "lr"
    page.get_by_role("button", name="한국어").click()
    expect(page.get_by_role("heading", name=f"시행 {lowest}", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ko")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_the_page_is_as_wide_as_the_window_and_names_its_parts(served, new_page, width, height):
    app, _ = served
    page = new_page(viewport={"width": width, "height": height})
    page.goto(app.url)
    page.locator(".matches").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = barriers(page)
    assert found == [], "\n".join(each[:330] for each in found)


def test_kinds_and_directions_are_said_on_the_page(serve_app, page, eventually):
    table = open_trials(pd.DataFrame({
        "lr": [0.1, 0.2, 0.4, 0.8], "width": [8, 16, 8, 16], "optimizer": ["adam", "sgd", "sgd", "adam"],
        "value": [3.0, 1.0, 2.0, 4.0], "loss": [0.4, 0.3, 0.2, 0.1]}), kinds={"value": "metric"})
    pages = []

    def build():
        pages.append(trials_page(table, query(), accepted_languages()))
        return in_template(pages[-1])

    page.goto(serve_app(build).url)
    columns = page.locator(".vp-columns")
    columns.get_by_label("Kind of width").wait_for()
    shown = pages[-1]
    # What nobody has said is asked for.
    value = columns.get_by_label("Better values of Value")
    assert value.locator("option:checked").inner_text() == "direction unknown"
    value.select_option("lower")
    eventually(lambda: "better.value=lower" in page.url, "the direction in the link")
    columns.get_by_label("Kind of width").select_option("metric")
    eventually(lambda: "kind.width=metric" in page.url, "the kind in the link")
    eventually(lambda: shown.found.table.parameters == ("lr", "optimizer"), "the parameters")
    assert table.parameters == ("lr", "width", "optimizer"), "the table of everyone else"
    # Texts are no metric: one sentence, and all is as it was.
    columns.get_by_label("Kind of optimizer").select_option("metric")
    page.get_by_text("which is to be a metric; expected numbers").wait_for()
    assert shown.table.parameters == ("lr", "optimizer")
    kind = columns.get_by_label("Kind of optimizer")
    eventually(lambda: kind.locator("option:checked").inner_text() == "parameter", "the kind as it is")
    columns.scroll_into_view_if_needed()
    page.screenshot(path=ROOT / "screenshots" / "trials-columns.png")
    link = page.url
    page.goto(link)
    columns.get_by_text("said to be one of kind metric").first.wait_for()
    assert pages[-1].table.metrics.keys() == {"width", "value", "loss"}
    page.go_back()
