"""Searches for networks on the page: files are followed step by step; one runs, ends, and is still there."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import panel as pn
import pytest
from gradient_runs import SMALL, searched, searched_twice
from neat_runs import SETTINGS
from neat_runs import searched as evolved

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

import vanas_panel as vp
from tests.browser.axe import barriers
from vanas_panel.core.cost import Skeleton
from vanas_panel.core.genotype import Genotype
from vanas_panel.page.dashboard import linked
from vanas_panel.panels.gradient.neat_picture import best_at, genome_text
from vanas_panel.searches.gradient_opened import gradient_file
from vanas_panel.searches.gradient_searches import GradientSearches
from vanas_panel.searches.kept_folders import KeptFolders
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import DataSettings, Settings
from vanas_panel.widgets.tools import Tools

pytestmark = pytest.mark.browser

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """Images of 4 x 4 pixels in two classes."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 80, (120, 9, 9))
    pixels[:60, :, :4] += 150
    pixels[60:, :, 5:] += 150
    path = tmp_path_factory.mktemp("images") / "halves.npz"
    np.savez(path, images=pixels.astype(np.uint8), labels=np.repeat([0, 1], 60))
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), steps=4, budgets=(2, 4), batch_size=16,
                    data=DataSettings(str(path), crop=8, pool=2, noise=0.3, copies=1, train=80, validation=20, test=20))


@pytest.fixture(scope="module")
def scheduler():
    """Address of a scheduler whose worker is a thread of this process, and so is there at once."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def searches(scheduler, settings, tmp_path):
    runs = Runs(Personal(tmp_path / "trained.sqlite"), settings, scheduler=scheduler)
    made = GradientSearches(runs, KeptFolders("gradient-searches", tmp_path / "kept"))
    yield made
    made.close()
    runs.close()


@pytest.fixture
def app(serve_app, searches):
    table = vp.open_table("structure4")
    def build():
        # The address as the browser has it, as the server reads it.
        asked = [(name, value.decode()) for name, values in pn.state.session_args.items() for value in values]
        return linked([table], urlencode(asked), Tools(user="ann", runs=searches.runs, gradients=searches))

    return serve_app(build)


def opened(page, app, query="drawer=search") -> None:
    page.goto(f"{app.url}?{query}")
    page.get_by_role("button", name=re.compile("^Networks:")).wait_for()
    page.wait_for_function("Bokeh.documents[0]?.is_idle")


def fill(page, **values) -> None:
    for name, value in values.items():
        field = page.locator(f"input[data-action=set-{name}]")
        field.fill(str(value))
        field.blur()


def test_a_file_is_followed_by_keyboard_and_its_genotype_exported(page, app, tmp_path, eventually):
    run = searched_twice()
    name, content = gradient_file(run, "mine")
    (tmp_path / name).write_bytes(content)
    opened(page, app)
    page.get_by_role("button", name=re.compile("^Networks:")).click()
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / name)
    picture = page.locator(".gradient-picture")
    picture.locator("h4", has_text="Second stage: Epoch 6 of 6").wait_for()
    slider = page.get_by_role("slider", name="Epoch of the search")
    slider.focus()
    for _ in range(6):
        slider.press("ArrowLeft")
    picture.locator("h4", has_text="First stage: Epoch 6 of 6").wait_for()
    eventually(lambda: "gradient=-:6" in page.url, "in the address")
    page.get_by_role("button", name="Gradients", exact=True).click()
    picture.locator("svg.vp-weights > title", has_text="Gradients of the alphas of normal cells").wait_for(
        state="attached")
    page.get_by_role("button", name="Groups", exact=True).click()
    picture.locator("svg.vp-weights text", has_text="group A").wait_for()
    # The groups of every edge, and what the second stage keeps.
    assert picture.locator("table.vp-groups tbody tr").count() == 5
    assert picture.locator("table.vp-groups .lost").count() == int(run.dropping.outvoted[0].sum())
    assert barriers(page) == []
    # The genotype in the look of the designer: two inputs, two nodes, an output.
    drawing = picture.locator("svg", has_text="output").last
    assert drawing.locator("rect[rx='6']").count() == 5
    with page.expect_download() as download:
        picture.get_by_role("button", name="Genotype", exact=True).click()
    saved = Genotype.from_text(download.value.path().read_text())
    assert saved == run.first.genotype_at(6) and download.value.suggested_filename == "genotype.txt"
    with page.expect_download() as download:
        picture.get_by_role("button", name="PyTorch").click()
    assert "class Network" in download.value.path().read_text()
    # Another one beside it.
    other, content = gradient_file(searched(SMALL, 4, seed=5), "other")
    (tmp_path / other).write_bytes(content)
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / other)
    picture.locator("h4", has_text="Epoch 4 of 6").wait_for()
    page.get_by_role("button", name=re.compile("^Show DG-DARTS.* beside")).click()
    eventually(lambda: picture.locator("section").count() == 2, "two side by side")
    left, right = (picture.locator("section").nth(place).bounding_box() for place in (0, 1))
    assert left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    (tmp_path / "broken.jsonl").write_text("nothing")
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / "broken.jsonl")
    page.get_by_role("alert").get_by_text(
        "broken.jsonl: Found a file of another kind; expected a search by DARTS or NEAT").wait_for()


def test_a_search_by_neat_is_followed_by_keyboard(page, app, tmp_path, eventually):
    run = evolved(SETTINGS, 7)
    name, content = gradient_file(run, "mine")
    (tmp_path / name).write_bytes(content)
    opened(page, app)
    page.get_by_role("button", name=re.compile("^Networks:")).click()
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / name)
    picture = page.locator(".gradient-picture")
    picture.locator("h4", has_text="Generation 6, of 0 to 6").wait_for()
    slider = page.get_by_role("slider", name="Generation of the search")
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    picture.locator("h4", has_text="Generation 4, of 0 to 6").wait_for()
    assert slider.get_attribute("aria-valuetext") == "4 of 0 to 6"
    best = run.progress["best"][4]
    picture.get_by_text(f"Best fitness {100 * best:.1f} %").wait_for()
    for kind in ("vp-streams", "vp-fitness", "vp-genes", "vp-tree"):
        assert picture.locator(f"svg.{kind}").count() == 1
    assert picture.locator(".vp-innovations tbody tr").count() > 1
    # What only searches by gradient have is not offered.
    assert page.get_by_role("button", name="Gradients", exact=True).count() == 0
    assert barriers(page) == []
    with page.expect_download() as download:
        picture.get_by_role("button", name="Genome", exact=True).click()
    assert download.value.path().read_text() == f"{genome_text(run, 5)}\n"
    other, content = gradient_file(searched(SMALL, 4, seed=5), "other")
    (tmp_path / other).write_bytes(content)
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / other)
    picture.locator("h4", has_text="Epoch 4 of 6").wait_for()
    page.get_by_role("button", name=re.compile("^Show NEAT.* beside")).click()
    eventually(lambda: picture.locator("section").count() == 2, "two side by side")
    page.get_by_role("slider", name="Epoch or generation of the searches").wait_for()


def test_a_search_runs_ends_and_is_there_after_a_reload(page, app, searches, eventually):
    opened(page, app)
    page.get_by_role("button", name=re.compile("^Networks:")).click()
    page.get_by_role("button", name="New search by gradient").click()
    page.get_by_role("button", name="Settings").click()
    fill(page, epochs=2, channels=2, nodes=2, cells=3, batch_size=8)
    page.get_by_text("2 epochs of 5 steps. How long they take is unknown").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Measure").click()
    page.get_by_text(re.compile(r"measured now\): about")).wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator(".gradient-list").get_by_text("2 of 2 epochs").wait_for()
    page.locator(".gradient-picture h4", has_text="Epoch 2 of 2").wait_for()
    (kept,) = searches.all("ann")
    eventually(lambda: f"gradient={kept.plan.name}" in page.url, "in the address")
    assert kept.run.is_finished and kept.run.settings.channels == 2
    page.reload()
    page.locator(".gradient-picture h4", has_text="Epoch 2 of 2").wait_for()
    assert app.built[-1].session.gradient.runs == (kept.plan.name,)
    # A long one is stopped, goes on from there, and is deleted once that is confirmed.
    page.get_by_role("button", name="New search by gradient").click()
    fill(page, epochs=150, channels=2, cells=3)
    page.get_by_role("button", name="Settings").click()
    fill(page, nodes=2, batch_size=8)
    page.get_by_text(re.compile("last search of this kind here")).wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator(".gradient-picture h4", has_text=re.compile(r"Epoch [2-9] of 150")).wait_for()
    row = page.locator(".gradient-list li").filter(has_text="of 150 epochs")
    row.get_by_role("button", name="Stop").click()
    row.get_by_role("button", name="Go on").wait_for()
    done = max(len(each.run) for each in searches.all("ann"))
    assert 2 <= done < 150
    row.get_by_role("button", name=re.compile("go on")).click()
    eventually(lambda: max(len(each.run) for each in searches.all("ann")) > done, "it goes on")
    row.get_by_role("button", name="Stop").click()
    row.get_by_role("button", name=re.compile("^Delete")).click()
    row.get_by_role("button", name="It cannot be undone").click()
    eventually(lambda: len(searches.all("ann")) == 1, "deleted")


def test_a_study_is_seen_with_chance_beside_its_methods(page, app, tmp_path, eventually):
    study = vp.read_study(DATA / "study-images")
    shutil.make_archive(str(tmp_path / "study"), "zip", DATA, "study-images")
    opened(page, app)
    page.get_by_role("button", name=re.compile("^Networks:")).click()
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / "study.zip")
    picture = page.locator(".gradient-picture")
    picture.locator("h4", has_text="Methods beside chance").wait_for()
    page.locator(".gradient-list").get_by_text("42 trainings, 3 seeds").wait_for()
    # A chart and a table for each data set; the row of chance is one of them.
    for place, name in enumerate(study.plan.trainings):
        region = picture.get_by_role("region", name=name, exact=True)
        rows = study.summary[study.summary["dataset"] == name].set_index("method")
        chart, mean = region.locator("svg.vp-study"), 100 * rows["mean"]["random"]
        assert f"random genotypes {mean:.1f} ± " in chart.get_attribute("aria-label")
        assert region.locator("tbody tr").count() == len(rows)
        row = region.locator("tbody tr", has_text="random genotypes").inner_text()
        assert f"{mean:.1f} ± {50 * (rows['high']['random'] - rows['low']['random']):.1f} %" in row
        # Behind that of the column itself.
        assert picture.get_by_role("region").nth(place + 1).get_attribute("aria-label") == name
    # Nothing is wider than the drawer; the numbers scroll within their region.
    drawer = page.get_by_role("complementary")
    assert drawer.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert barriers(page) == []
    with page.expect_download() as download:
        picture.get_by_role("button", name="Report", exact=True).click()
    text = download.value.path().read_text()
    assert download.value.suggested_filename == "study.html" and "DG-DARTS, seed 0" in text and "<script" not in text
    with page.expect_download() as download:
        picture.get_by_role("button", name="Table", exact=True).click()
    saved = pd.read_csv(download.value.path())
    assert list(saved["method"]) == list(study.summary["method"])
    np.testing.assert_allclose(saved["mean"], study.summary["mean"])
    # Another one beside it.
    shutil.make_archive(str(tmp_path / "texts"), "zip", DATA, "study-texts")
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / "texts.zip")
    picture.get_by_role("region", name="rotten-tomatoes").wait_for()
    page.get_by_role("button", name=re.compile("^Show Study.* beside")).click()
    eventually(lambda: picture.get_by_role("region").count() == 6, "two side by side")


def test_a_genome_is_trained_and_its_accuracy_stays(page, app, searches, tmp_path, eventually):
    run = evolved(SETTINGS, 7)
    name, content = gradient_file(run, "mine")
    (tmp_path / name).write_bytes(content)
    opened(page, app)
    page.get_by_role("button", name=re.compile("^Networks:")).click()
    assert page.get_by_role("button", name="Train this network").count() == 0
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / name)
    picture = page.locator(".gradient-picture")
    picture.locator("h4", has_text="Generation 6, of 0 to 6").wait_for()
    page.get_by_role("button", name="Train this network").click()
    # The numbers are those of the search.
    assert page.locator("input[data-action=set-channels]").input_value() == str(SETTINGS.channels)
    fill(page, epochs=3, channels=2)
    page.get_by_role("button", name="Settings").click()
    fill(page, batch_size=16)
    page.get_by_text("3 epochs of 5 steps. How long they take is unknown").wait_for()
    page.get_by_role("button", name="Measure").click()
    page.get_by_text(re.compile(r"measured now\): about")).wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Run", exact=True).click()
    # Beside the genome, which is still shown.
    picture.locator("h4", has_text="Trained by itself: 3 of 3 epochs, channels 2, cells 1, seed 1").wait_for()
    picture.locator("h4", has_text="Generation 6, of 0 to 6").wait_for()
    picture.get_by_text("on the test set; ").nth(1).wait_for()
    (kept,) = searches.all("ann")
    found = kept.run.result
    genome = run.individual(best_at(run, 0)).genome
    assert found == replace(vp.neat.train(genome, {
        "epochs": 3, "channels": 2, "batch_size": 16, "seed": 1,
        "data": replace(searches.runs.settings.data, noise=0.0, copies=1)}), seconds=found.seconds)
    said = f"{100 * found.validation_accuracy:.1f} % on the validation set and {100 * found.test_accuracy:.1f} %"
    picture.get_by_text(said).wait_for()
    assert [each.epoch for each in kept.run.history] == [1, 2, 3]
    assert kept.run.history[-1].validation_accuracy == found.validation_accuracy
    # Of another genome it says nothing.
    slider = page.get_by_role("slider", name="Generation of the search")
    slider.focus()
    slider.press("Home")
    picture.locator("h4", has_text="Generation 0, of 0 to 6").wait_for()
    assert picture.locator("svg.vp-training").count() == 0
    # After a reload the file is gone, and the training is still there.
    page.reload()
    row = page.locator(".gradient-list li").filter(has_text="A network of NEAT, trained, seed 1")
    row.get_by_text("3 of 3 epochs").wait_for()
    row.locator("button.entry").click()
    picture.get_by_text(said).wait_for()
    assert picture.locator("svg.vp-training").count() == 1
    eventually(lambda: f"gradient={kept.plan.name}" in page.url, "in the address")
    # A long one is stopped, begins anew, and is deleted.
    page.get_by_role("button", name="Train this network").click()
    fill(page, epochs=200)
    page.get_by_role("button", name="Run", exact=True).click()
    long = page.locator(".gradient-list li").filter(has_text="of 200 epochs")
    long.get_by_text(re.compile(r"^[1-9]\d* of 200 epochs")).wait_for()
    long.get_by_role("button", name="Stop").click()
    long.get_by_role("button", name="Go on").wait_for()
    long.get_by_role("button", name=re.compile("^Delete")).click()
    long.get_by_role("button", name="It cannot be undone").click()
    eventually(lambda: len(searches.all("ann")) == 1, "deleted")


def test_in_korean(page, app, tmp_path):
    name, content = gradient_file(searched_twice(), "mine")
    (tmp_path / name).write_bytes(content)
    page.goto(f"{app.url}?lang=ko&drawer=search&gradient=-")
    page.locator(".gradient-files input[type=file]").set_input_files(tmp_path / name)
    picture = page.locator(".gradient-picture")
    picture.locator("h4", has_text="둘째 단계: 에폭 6/6").wait_for()
    page.get_by_role("button", name="그래디언트", exact=True).click()
    picture.locator("svg.vp-weights > title", has_text="그래디언트").first.wait_for(state="attached")
    words = picture.inner_text() + page.locator(".gradient-list").inner_text()
    for english in ("Epoch", "Groups", "Loss", "Accuracy", "epochs", "Save", "node ", "input "):
        assert english not in words, english
