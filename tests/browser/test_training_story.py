"""A cell that no table knows is drawn, trained on the spot, and found again; seen on the page and in the session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import Skeleton
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import NASBENCH101
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.state.session import Session
from vanas_panel.training.image_files import load_images
from vanas_panel.training.personal import Personal
from vanas_panel.training.results import Record
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import DataSettings, Settings
from vanas_panel.training.table import results_table
from vanas_panel.training.trainable import canonical_cell
from vanas_panel.widgets.tools import Tools

pytestmark = pytest.mark.browser

C3, C1, MP = NASBENCH101.operations
CHAINS = [Cell(("input", *inner, "output"), tuple((index, index + 1) for index in range(len(inner) + 1)))
          for inner in ((C3,), (C1,), (MP,), (C3, C1), (C1, MP))]


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """Two repeats of a few hundred quick steps, long enough to be looked at."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 60)
    pixels = rng.integers(0, 80, (120, 9, 9))
    pixels[:60, :, :4] += 150
    pixels[60:, :, 5:] += 150
    path = tmp_path_factory.mktemp("images") / "<b>halves.npz"
    np.savez(path, images=pixels.astype(np.uint8), labels=labels)
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), repeats=2, steps=150, budgets=(75, 150), batch_size=16,
                    data=DataSettings(str(path), crop=8, pool=2, noise=0.3, copies=1, train=40, validation=40, test=40))


@pytest.fixture(scope="module")
def table(settings):
    """A few cells with made-up accuracies, said to be trained with the very settings."""
    images = load_images(settings.data.source).digest
    records = []
    for index, cell in enumerate(CHAINS):
        values = [0.5 + 0.08 * index, 0.52 + 0.08 * index]
        repeats = [{"repeat": number, "failed": False, "reason": "", "loss": [0.5, 0.5], "training_seconds": [1.0, 2.0],
                    **{f"{name}_accuracy": [0.4, value] for name in ("train", "validation", "test")}}
                   for number, value in enumerate(values)]
        records.append(Record(canonical_cell(cell)[0], list(cell.operations), [list(edge) for edge in cell.edges], 100,
                              1000, repeats, settings.digest, settings.to_dict(), images))
    return results_table(records, name="small-cells", title="Small cells")


@pytest.fixture(scope="module")
def scheduler():
    """Address of a scheduler whose worker is a thread of this process, and so is there at once."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def runs(scheduler, settings, tmp_path):
    made = Runs(Personal(tmp_path / "trained.sqlite"), settings, scheduler=scheduler)
    yield made
    made.close()


@pytest.fixture
def app(serve_app, table, runs):
    return serve_app(lambda: Dashboard(Session(table), tools=Tools(user="ann", runs=runs)))


def opened(page, app) -> None:
    """Open the page and wait until it stands."""
    page.goto(app.url)
    page.locator(".designer-canvas").wait_for()
    page.wait_for_function("Bokeh.documents[0]?.get_model_by_name('graph') && Bokeh.documents[0].is_idle")


def draw_six(page, app, eventually) -> None:
    """Draw a chain of six vertices, the vertices with the mouse."""
    for label in ("conv 3×3", "conv 1×1", "max-pool 3×3", "conv 3×3"):
        count = len(app.built[-1].session.draft.operations)
        page.get_by_role("button", name=label, exact=True).click()
        eventually(lambda count=count: len(app.built[-1].session.draft.operations) == count + 1, label)
    app.call(lambda built: [built.session.add_edge(index, index + 1) for index in range(5)])


def nothing_is_cut(page) -> None:
    """Everything in the open drawer lies inside it, whole."""
    drawer = page.locator(".vp-drawer .vp-card")
    box, size = drawer.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] == size["width"] and box["height"] > size["height"] - 120
    for part in drawer.locator("button, svg.curve, [data-own], p").all():
        inside = part.bounding_box()
        assert box["x"] <= inside["x"] and inside["x"] + inside["width"] <= box["x"] + box["width"] + 0.5, part
    cut = drawer.locator("button, p, td, .line").evaluate_all(
        "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "
        "'inline').map(node => node.textContent)")
    assert cut == []


def test_a_drawn_cell_is_trained_marked_kept_and_counted_in_only_when_asked(page, app, eventually, table, runs):
    opened(page, app)
    draw_six(page, app, eventually)
    before = edge_importance(table)
    performance = page.locator(".vp-performance")
    performance.get_by_text("not in this table").wait_for()
    performance.get_by_role("button", name="Train this cell").click()
    drawer = page.locator(".vp-drawer")
    drawer.get_by_role("button", name="Train this cell").click()
    # Under way: a bar, the curve, a clock, and the way out.
    drawer.get_by_role("status").filter(has_text="Training: step").wait_for()
    bar = drawer.locator("progress")
    assert 0 < float(bar.get_attribute("value")) <= float(bar.get_attribute("max")) == 150
    drawer.locator("svg.curve").wait_for()
    drawer.get_by_role("button", name="Cancel").wait_for()
    # The end: marked, with every repeat, settings and time.
    own = drawer.locator("[data-own]")
    own.wait_for()
    (row,) = runs.personal.all("ann")
    words = own.inner_text()
    assert "trained here" in words and row.record.settings_hash in words and "UTC" in words
    for repeat in row.record.repeats:
        assert f"{100 * repeat['test_accuracy'][-1]:.2f} %" in words
    lines = drawer.locator("svg.curve > polyline")
    assert lines.count() == 4 and lines.first.get_attribute("points").count(",") == len(
        runs.find(row.record.key, runs.settings, "ann").progress.evaluations)
    nothing_is_cut(page)
    page.set_viewport_size({"width": 1024, "height": 768})
    nothing_is_cut(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    performance.get_by_text("trained here").wait_for()
    assert performance.locator("[data-card=test_accuracy]").count() == 0, "no card of the table"
    # Nothing of the table has changed.
    session = app.built[-1].session
    assert session.table is table and session.row is None and edge_importance(table).equals(before)
    page.get_by_text("5 cells", exact=True).wait_for()
    # A new page finds it again.
    opened(page, app)
    page.get_by_role("button", name="Train", exact=True).click()
    drawer.get_by_text("beside small-cells").click()
    eventually(lambda: app.built[-1].session.cell is not None, "loaded")
    assert len(app.built[-1].session.draft.operations) == 6
    drawer.locator("[data-own]").wait_for()
    # Asked for, it counts, and is taken out again.
    switch = drawer.get_by_role("switch")
    assert switch.get_attribute("aria-checked") == "false"
    switch.click()
    page.get_by_text("6 cells", exact=True).wait_for()
    performance.locator("[data-card=test_accuracy]").wait_for()
    session = app.built[-1].session
    assert session.row == 5 and len(session.draft.operations) == 6 and session.drawer == "train"
    assert not session.importance.equals(before)
    drawer.get_by_role("switch", checked=True).click()
    page.get_by_text("5 cells", exact=True).wait_for()
    assert app.built[-1].session.table is table and app.built[-1].session.importance.equals(before)
    # Its owner deletes it, after a second thought.
    drawer.get_by_role("button", name="Delete this result").click()
    drawer.get_by_role("button", name="Keep").click()
    drawer.get_by_role("button", name="Delete this result").click()
    drawer.get_by_role("button", name="Delete", exact=True).click()
    drawer.get_by_text("No cell has been trained here yet").wait_for()
    assert runs.personal.all("ann") == ()
    performance.get_by_text("trained here").wait_for(state="detached")


def test_a_training_outlives_its_page_and_can_be_cancelled_from_another(new_page, app, eventually, runs, settings):
    page = new_page()
    opened(page, app)
    cell = Cell(("input", C3, C3, MP, C1, "output"), ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)))
    run = runs.start(cell, "ann", settings=replace(settings, steps=20_000, budgets=(20_000,)))
    eventually(lambda: run.progress.step > 0, "a step")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Also under way").wait_for()
    page.close()
    page = new_page()
    opened(page, app)
    eventually(lambda: runs.watchers <= 3, "the closed page is not told any more")
    assert not run.progress.ended
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".vp-drawer").get_by_role("button", name="Cancel").click()
    eventually(lambda: run.progress.ended, "cancelled")
    page.get_by_text("Also under way").wait_for(state="detached")


def test_failed_training_is_reported_and_the_page_stays_usable(page, app, settings):
    images = Path(settings.data.source)
    hidden = images.rename(images.with_name("hidden.npz"))
    opened(page, app)
    app.call(lambda built: built.session.load_cell(CHAINS[0]))
    page.get_by_role("button", name="Train", exact=True).click()
    button = page.locator(".vp-drawer").get_by_role("button", name="Train this cell")
    button.click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.inner_text().startswith("Failed. ") and "<b>halves.npz: Found no readable images" in alert.inner_text()
    hidden.rename(images)
    button.click()
    page.locator("[data-own]").wait_for()
    assert alert.count() == 0
