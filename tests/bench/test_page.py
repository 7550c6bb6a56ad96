"""Speed of what a person does on the page, on the whole of NAS-Bench-101."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.protocol import Protocol
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS
from vanas_panel.draw.map.axes import Window, whole_window
from vanas_panel.draw.map.bins import bin_points, points_of
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.serve import warm
from vanas_panel.state.session import Session

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def page(table):
    """A page in a document of its own, as one browser tab holds it, and the messages it would send."""
    warm(table)
    session, document, events = Session(table), Document(), []
    document.add_root(Dashboard(session).__panel__().get_root(document))
    document.on_change(events.append)
    return session, events


def test_rebinning(measure, table):
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    whole = whole_window(points.x, points.y)
    rng = np.random.default_rng(5)

    def part():
        windows = []
        for low, high in (whole.x, whole.y):
            start, stop = np.sort(rng.uniform(low, high, 2))
            windows.append((float(start), float(stop)))
        return Window(*windows)

    measure("re-bin the overview", "50 ms", lambda window: bin_points(points, window, (120, 80)),
            [whole, *(part() for _ in range(39))])


def test_click(measure, page, rows):
    """From a click on the map to the message that updates all views of the page, ready to be sent."""
    session, events = page

    def click(row):
        events.clear()
        session.load_row(row)
        return Protocol().create("PATCH-DOC", list(events)).content_json if events else None

    measure("click on the map to all views updated", "100 ms", click, rows[:60])


def test_edit(measure, page, rows):
    """From a click on an edge to the message that updates all views of the page."""
    session, events = page

    def edit(row):
        events.clear()
        session.toggle_edge(*session.draft.edges[row % len(session.draft.edges)])
        session.undo()

    session.load_row(rows[0])
    measure("remove an edge and take it back", "200 ms", edit, rows[:40])


def test_selection(measure, page, table):
    """From a box around cells to new importance, counts and bins."""
    session, _ = page
    rng = np.random.default_rng(11)
    boxes = [np.flatnonzero(rng.random(len(table)) < share) for share in (0.001, 0.1, 0.5) for _ in range(5)]
    measure("select a box of cells", "100 ms", session.select, boxes)
    session.select(None)


def test_first_page(benchmark, real_table_path, chromium_path):
    """From the moment the server says that it listens to a page with every view drawn, in a browser that is open."""
    servers = []

    def start():
        servers.append(subprocess.Popen([sys.executable, "-u", "-m", "vanas_panel.cli", "serve", str(real_table_path),
                                         "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        address = next(found[0] for line in servers[-1].stdout if (found := re.search(r"http://\S+", line)))
        return (browser.new_page(viewport={"width": 1440, "height": 900}), address), {}

    def load(page, address):
        page.goto(address)
        page.get_by_role("heading", name="Recommended completions").wait_for()
        page.locator(".vp-overview canvas").first.wait_for()

    def stop(page, _address):
        page.close()
        servers[-1].terminate()
        servers[-1].wait(30)

    benchmark.group = what = "first page after the port opens"
    benchmark.extra_info.update(what=what, aim="3 s", side="ours")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGS)
        try:
            benchmark.pedantic(load, setup=start, teardown=stop, rounds=3)
        finally:
            browser.close()
            for server in servers:
                server.kill()
                server.stdout.close()
