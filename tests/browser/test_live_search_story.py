"""A search that trains its cells is begun on the page, stopped, found again after a reload, and goes on."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from distributed import LocalCluster

import vanas_panel as vp
from vanas_panel.core.cost import Skeleton
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.searches.live_kept import KeptSearches
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.state.session import Session
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import DataSettings, Settings
from vanas_panel.widgets.tools import Tools

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """Trainings of some tenths of a second."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 80, (120, 9, 9))
    pixels[:60, :, :4] += 150
    pixels[60:, :, 5:] += 150
    path = tmp_path_factory.mktemp("images") / "halves.npz"
    np.savez(path, images=pixels.astype(np.uint8), labels=np.repeat([0, 1], 60))
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), repeats=2, steps=150, budgets=(75, 150), batch_size=16,
                    data=DataSettings(str(path), crop=8, pool=2, noise=0.3, copies=1, train=40, validation=40, test=40))


@pytest.fixture(scope="module")
def scheduler():
    """Address of a scheduler whose worker is a thread of this process, and so is there at once."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def live(scheduler, settings, tmp_path):
    runs = Runs(Personal(tmp_path / "trained.sqlite"), settings, scheduler=scheduler)
    made = LiveSearches(runs, KeptSearches(tmp_path / "searches"))
    yield made
    made.close()
    runs.close()


@pytest.fixture
def app(serve_app, live):
    table = vp.open_table("structure4")
    return serve_app(lambda: Dashboard(Session(table, drawer="search"),
                                       tools=Tools(user="ann", runs=live.runs, live=live)))


def opened(page, app) -> None:
    page.goto(app.url)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.wait_for_function("Bokeh.documents[0]?.is_idle")


def lines(live, plan):
    return [json.loads(line) for line in live.kept.content("ann", plan).splitlines()]


def test_a_search_trains_stops_is_found_after_a_reload_and_goes_on(page, app, live, eventually):
    opened(page, app)
    page.get_by_role("button", name="Train every cell").click()
    page.locator("select[data-action=strategy]").select_option("random")
    page.locator("input[data-action=queries]").fill("12")
    page.locator("input[data-action=at-once]").fill("1")
    page.get_by_text("How long it takes is unknown").wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    row = page.locator(".search-runs li").first
    # It is followed while it trains.
    row.get_by_text("in training").wait_for()
    page.locator(".search-query").get_by_text(re.compile(r"^Query ([2-9]|1\d)$")).wait_for()
    row.get_by_role("button", name="Ask for no more cells").click()
    row.get_by_text("stopped at query").wait_for()
    (kept,) = live.all("ann")
    asks = [line["ask"] for line in lines(live, kept.plan) if "ask" in line]
    tells = [line["tell"] for line in lines(live, kept.plan) if "tell" in line]
    assert asks == tells and 2 <= kept.told < 12 and not kept.is_finished
    # Another page of the same person.
    opened(page, app)
    box = page.locator(".search-kept")
    box.get_by_text(f"{kept.told} of 12 told").wait_for()
    assert app.built[-1].session.searches == ()
    box.get_by_role("button", name="Go on").click()
    page.locator(".search-query").get_by_text("Query 12", exact=True).wait_for(timeout=120_000)
    (kept,) = live.all("ann")
    assert kept.is_finished and kept.told == 12
    session = app.built[-1].session
    eventually(lambda: session.followed_run is not None and session.followed_run.is_finished, "finished")
    assert len(live.runs.personal.all("ann")) == len(set(session.followed_run.keys.tolist()))
    page.locator(".search-picture svg.vp-curves").wait_for()
    # What was trained is in the drawer Train.
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Trained here", exact=False).first.wait_for()
    assert page.locator(".vp-drawer .list .row").count() == len(live.runs.personal.all("ann"))
