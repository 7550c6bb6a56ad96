"""A cell is drawn, trained with real weights, and its training inspected: every step by the buttons of the page."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

from vanas_panel.core.cost import Skeleton
from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.weight_change import weight_change
from vanas_panel.readers import open_table
from vanas_panel.serve import pages, training_pages
from vanas_panel.training.personal import Personal
from vanas_panel.training.recorded import record_steps
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import DataSettings, Settings

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(tmp_path) -> Settings:
    """One repeat of a few quick steps."""
    random = np.random.default_rng(0)
    path = tmp_path / "images.npz"
    np.savez(path, images=random.integers(0, 255, (120, 9, 9)).astype(np.uint8), labels=np.repeat([0, 1], 60))
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), repeats=1, steps=40, budgets=(20, 40), batch_size=16,
                    data=DataSettings(str(path), crop=8, pool=2, copies=1, train=40, validation=40, test=40))


@pytest.fixture
def runs(settings, tmp_path, monkeypatch):
    """The trainings of a server, on a worker in a thread of this process."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        made = Runs(Personal(tmp_path / "trained.sqlite"), settings, scheduler=cluster.scheduler_address)
        for name, value in (("shared_runs", lambda: made), ("visitor_name", lambda: "ann")):
            monkeypatch.setattr(training_pages, name, value)
            monkeypatch.setattr(pages, name, value)
        yield made
        made.close()


def test_a_cell_that_is_trained_on_the_page_is_inspected_at_once(serve_app, page, runs, settings):
    table = open_table("structure4")
    app = serve_app(lambda: training_pages.visitor_page([table]))
    page.goto(app.url)
    page.locator(".designer-canvas").wait_for()
    page.locator(".vp-presets .presets button").nth(1).click()
    page.locator(".vp-performance").get_by_role("button", name="Train this cell").click()
    drawer = page.locator(".vp-drawer")
    drawer.get_by_role("button", name="Train this cell").click()
    link = drawer.get_by_role("link", name="repeat 0")
    link.wait_for()
    (row,) = runs.personal.all("ann")
    with page.expect_popup() as told:
        link.click()
    inspected = told.value
    slider = inspected.get_by_role("slider")
    slider.wait_for()
    recorded = open_training(runs.personal.recordings("ann", row.record)[0])
    assert tuple(recorded.epochs) == record_steps(settings)
    expect(slider).to_have_attribute("max", str(len(recorded.epochs) - 1))
    figures = weight_change(recorded)
    assert (figures["max"] > 0).all()
    for name in figures["layer"]:
        expect(inspected.get_by_role("row", name=name).first).to_be_visible()
