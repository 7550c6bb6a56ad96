"""The page of a training around its picture: the address, Back, language, appearance, and files to save."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.trained_cells import record
from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.weight_change import weight_changes
from vanas_panel.page.training_page import training_page
from vanas_panel.readers import open_table
from vanas_panel.serve import pages, training_pages
from vanas_panel.serve.pages import accepted_languages, in_template, query
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs

pytestmark = pytest.mark.browser


def training_file(path):
    """A recording of five epochs."""
    random = np.random.default_rng(0)
    weights = {"conv.weight": random.normal(size=(8, 3, 3, 3)), "fc.weight": random.normal(size=(10, 72))}
    with Recorder(path, title="Small <b>net</b>") as recorder:
        for epoch in range(5):
            recorder.record(epoch, weights)
            weights = {name: each + random.normal(0, 0.1, each.shape) for name, each in weights.items()}
    return path


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    return open_training(training_file(tmp_path_factory.mktemp("page") / "small.vptrain"))


@pytest.fixture
def served(serve_app, training):
    pages = []

    def build():
        pages.append(training_page(training, None, query(), accepted_languages()))
        return in_template(pages[-1])

    return serve_app(build), pages


def _address(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_address_follows_the_view_and_opens_it_again(served, page, eventually):
    app, pages = served
    page.goto(app.url)
    slider = page.get_by_role("slider")
    slider.wait_for()
    expect(page.locator(".table b")).to_have_text("Small <b>net</b>")
    slider.focus()
    slider.press("ArrowLeft")
    page.get_by_role("row", name="fc.weight").get_by_role("button").click()
    eventually(lambda: _address(page).get("epoch") == "3" and _address(page).get("focus") == "fc.weight", "the address")
    assert pages[-1].view["epoch"] == 3 and pages[-1].view["focus"] == "fc.weight"
    page.get_by_role("button", name="Switch to the dark appearance").click()
    eventually(lambda: _address(page).get("dark") == "1", "the appearance in the address")
    page.reload()
    page.get_by_role("slider").wait_for()
    assert pages[-1].view["epoch"] == 3 and pages[-1].view["focus"] == "fc.weight" and pages[-1].view["dark"]
    expect(page.get_by_role("slider")).to_have_value("3")


def test_back_undoes_one_step_and_brings_what_links_leave_out(served, page, eventually):
    app, pages = served
    page.goto(app.url)
    slider = page.get_by_role("slider")
    slider.wait_for()
    scale = page.get_by_role("combobox", name="Scale")
    scale.select_option("layer")
    eventually(lambda: _address(page).get("scale") == "layer", "the scale in the address")
    slider.focus()
    slider.press("ArrowLeft")
    eventually(lambda: _address(page).get("epoch") == "3", "the epoch in the address")
    page.get_by_role("row", name="fc.weight").get_by_role("button").click()
    eventually(lambda: _address(page).get("focus") == "fc.weight", "the layer in the address")
    page.get_by_role("button", name="Switch to the dark appearance").click()
    eventually(lambda: _address(page).get("dark") == "1", "the appearance in the address")

    def seen():
        view = pages[-1].view
        return view["scale"], view["epoch"], view["focus"], view["dark"]

    page.go_back()
    eventually(lambda: seen() == ("layer", 3, "fc.weight", False), "the light appearance")
    page.go_back()
    eventually(lambda: seen() == ("layer", 3, "", False), "no layer alone")
    expect(slider).to_have_value("3")
    page.go_back()
    eventually(lambda: seen() == ("all", 4, "", False), "the page as it was opened")
    expect(scale).to_have_value("all")
    expect(slider).to_have_value("4")
    page.go_forward()
    eventually(lambda: seen() == ("layer", 3, "", False), "the scale again")
    expect(scale).to_have_value("layer")


def test_a_link_that_has_grown_old_says_what_it_cannot_show(served, page):
    app, _ = served
    page.goto(f"{app.url}?epoch=9&focus=gone&kind=mean&lang=ko")
    page.get_by_role("slider").wait_for()
    notice = page.locator(".notice")
    expect(notice).to_contain_text("9")
    expect(notice).to_contain_text("gone")
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_the_language_changes_and_the_view_stays(served, page, eventually):
    app, pages = served
    page.goto(f"{app.url}?epoch=2&scale=layer")
    page.get_by_role("slider").wait_for()
    page.get_by_role("button", name="한국어").click()
    eventually(lambda: _address(page).get("lang") == "ko", "the language in the address")
    expect(page.get_by_role("slider")).to_have_value("2")
    assert pages[-1].view["epoch"] == 2 and pages[-1].view["scale"] == "layer"
    expect(page.get_by_role("button", name="보고서 저장")).to_be_visible()


def test_figures_and_report_are_saved(served, page, training):
    app, _ = served
    page.goto(app.url)
    page.get_by_role("slider").wait_for()
    with page.expect_download() as told:
        page.get_by_role("button", name="Save figures").click()
    saved = pd.read_csv(io.BytesIO(told.value.path().read_bytes()))
    expected = weight_changes(training)
    assert list(saved.columns) == list(expected.columns) and len(saved) == len(expected) == 10
    np.testing.assert_allclose(saved["mean"], expected["mean"], rtol=1e-12)
    with page.expect_download() as told:
        page.get_by_role("button", name="Save report").click()
    report = told.value.path().read_text(encoding="utf-8")
    assert "Small &lt;b&gt;net&lt;/b&gt;" in report and "<b>net</b>" not in report.replace("&lt;b&gt;", "")


@pytest.fixture
def kept(tmp_path, monkeypatch, training):
    """A server whose visitor ann has trained a cell, and bob another one."""
    content = training_file(tmp_path / "kept.vptrain").read_bytes()
    runs = Runs(Personal(tmp_path / "trained.sqlite"))
    for owner, source in (("ann", "structure4"), ("bob", "other")):
        runs.personal.add(owner, source, record(), {0: content, 1: content})
    for name, value in (("shared_runs", lambda: runs), ("visitor_name", lambda: "ann")):
        monkeypatch.setattr(training_pages, name, value)
        monkeypatch.setattr(pages, name, value)
    yield runs
    runs.close()


def test_a_training_of_the_drawer_is_inspected_and_the_table_found_again(serve_app, page, kept, eventually):
    table = open_table("structure4")
    app = serve_app(lambda: training_pages.visitor_page([table]))
    page.goto(f"{app.url}?drawer=train")
    page.get_by_text("Trained here").wait_for()
    page.get_by_role("button", name="Click to load it").first.click()
    with page.expect_popup() as told:
        page.get_by_role("link", name="repeat 1").click()
    inspected = told.value
    inspected.get_by_role("slider").wait_for()
    row = kept.personal.all("ann")[0].row_id
    assert _address(inspected)["training"] == f"{row}.1"
    inspected.get_by_role("slider").focus()
    inspected.get_by_role("slider").press("Home")
    eventually(lambda: _address(inspected).get("epoch") == "0", "the epoch in the address")
    assert _address(inspected)["training"] == f"{row}.1"
    inspected.get_by_role("link", name="Table").click()
    inspected.locator(".designer-canvas").wait_for()


def test_trainings_of_others_are_not_shown(serve_app, page, kept):
    table = open_table("structure4")
    app = serve_app(lambda: training_pages.visitor_page([table]))
    of_bob = kept.personal.all("bob")[0].row_id
    for asked in (f"{of_bob}.0", "99.0", "x", f"{kept.personal.all('ann')[0].row_id}.7"):
        page.goto(f"{app.url}?training={asked}")
        page.locator(".designer-canvas").wait_for()
        expect(page.locator(".notice")).to_contain_text(f"Found no recording of training {asked}")


def test_a_recording_that_is_removed_meanwhile_is_said(serve_app, page, kept, monkeypatch, tmp_path):
    app = serve_app(lambda: training_pages.visitor_page([open_table("structure4")]))
    monkeypatch.setattr(kept.personal, "recordings", lambda user, record: (tmp_path / "gone-0.vptrain",))
    asked = f"{kept.personal.all('ann')[0].row_id}.0"
    page.goto(f"{app.url}?training={asked}")
    page.locator(".designer-canvas").wait_for()
    expect(page.locator(".notice")).to_contain_text(f"Found no recording of training {asked}")


def test_two_kept_trainings_stand_side_by_side(serve_app, page, kept):
    app = serve_app(lambda: training_pages.visitor_page([open_table("structure4")]))
    row = kept.personal.all("ann")[0].row_id
    page.goto(f"{app.url}?training={row}.0&beside={row}.1")
    page.get_by_role("slider").wait_for()
    assert page.locator(".vi-pixels").count() == 2
