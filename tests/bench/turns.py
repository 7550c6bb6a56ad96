"""How long one person's actions keep the event loop, and so everybody else, waiting.

    .venv/bin/python -m tests.bench.turns ../shared/data/nasbench101.parquet

serves the table from this process as ``vanas-panel serve`` does, goes through the page in Chromium, and says how long
the longest turn of the event loop was during every action, over several rounds: by the clock, where the browser on the
same machine takes its share, and of processor time, which is what the server itself needs.
"""

from __future__ import annotations

import argparse
import asyncio.events
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from tornado.ioloop import IOLoop

from tests.browser.conftest import CHROMIUM_ARGS
from vanas_panel.serve import ServeOptions, build_server
from vanas_panel.serve.network import free_port
from vanas_panel.serve.opening import prepare_process, settle_memory
from vanas_panel.serve.tables import shared_tables

SETTLED = 0.7
"""Seconds without anything of note before an action counts as over."""

_CELL = "conv3x3-bn-relu,maxpool3x3,conv3x3-bn-relu:0-1,1-2,1-3,2-3,3-4"


class Turns:
    """Times the turns of the event loop of one thread.

    Attributes
    ----------
    longest, work : float
        Seconds by the clock and of processor time, since they were last set to zero.
    last : float
        When a turn of more than a millisecond ended, as `time.monotonic` says it.
    """

    def __init__(self) -> None:
        self.longest, self.work, self.last, self.thread = 0.0, 0.0, 0.0, 0
        run = asyncio.events.Handle._run

        def timed(handle: asyncio.events.Handle) -> None:
            start, worked = time.perf_counter(), time.thread_time()
            run(handle)
            took = time.perf_counter() - start
            if threading.get_ident() == self.thread and took > 0.001:
                self.longest, self.last = max(self.longest, took), time.monotonic()
                self.work = max(self.work, time.thread_time() - worked)

        asyncio.events.Handle._run = timed  # type: ignore[method-assign]

    def of(self, act: Callable[[], object]) -> tuple[float, float]:
        """The longest turn that an action brings about, by the clock and of processor time."""
        self.longest = self.work = 0.0
        started = self.last = time.monotonic()
        act()
        while time.monotonic() - max(self.last, started) < SETTLED:
            time.sleep(0.02)
        return self.longest, self.work


def actions(page: Page, other: str) -> dict[str, Callable[[], object]]:
    """What a person does, by name; every second time takes it back."""
    def press(selector: str) -> Callable[[], object]:
        return lambda: page.locator(selector).first.click()

    def choose(action: str, *values: str) -> Callable[[], object]:
        field = page.locator(f".overview-settings select[data-action={action}]")
        return lambda: field.select_option(values[field.input_value() == values[0]])

    def on_map(x: float, y: float) -> tuple[float, float]:
        box = page.locator(".overview-map").bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag() -> None:
        page.mouse.move(*on_map(0.2, 0.2))
        page.mouse.down()
        page.mouse.move(*on_map(0.7, 0.6), steps=5)
        page.mouse.up()

    def leave() -> None:
        page.goto(other)
        page.locator(".vp-completions h2").wait_for()

    return {
        "a bin of the map": lambda: page.mouse.click(*on_map(0.4, 0.35)),
        "a preset": press("[data-action='preset:1']"),
        "another preset": press("[data-action='preset:5']"),
        "a completion": press(".vp-completions [data-action^='row:']"),
        "clear the designer": press(".vp-designer [data-action=clear]"),
        "undo": press(".vp-designer [data-action=undo]"),
        "a box on the map": drag,
        "clear the selection": press(".vp-header [data-action=clear]"),
        "pin the cell": press("[data-action=pin], [data-action=unpin]"),
        "one vertex more": press("[data-action='extra:1']"),
        "exact completions": press("[data-action='extra:0']"),
        "the metric": choose("metric", "validation_accuracy", "test_accuracy"),
        "the horizontal axis": choose("x", "training_time", "trainable_parameters"),
        "the vertical axis": choose("y", "flops", "test_accuracy"),
        "a logarithmic axis": press(".overview-settings [data-action=log_x]"),
        "dark and light": press(".vp-header [data-action=dark]"),
        **{f"the drawer {name}": press(f"[data-action='drawer:{name}']") for name in
           ("train", "shelf", "exchange", "report")},
        "close the drawer": press(".vp-drawer [data-action=close]"),
        "another table, or the first": leave,
    }


def serve(source: str, turns: Turns, folder: Path) -> str:
    """Serve a table and the small embedded one on a thread of this process; the address."""
    port, ready = free_port(0, "127.0.0.1"), Future[None]()
    tables = shared_tables((source, "structure4"))

    def run() -> None:
        turns.thread = threading.get_ident()
        asyncio.set_event_loop(asyncio.new_event_loop())
        loop = IOLoop.current()
        prepare_process()
        server = build_server(ServeOptions(port=port, secret_file=folder / "secret"), tables, loop=loop)
        server.start()
        settle_memory()
        ready.set_result(None)
        loop.start()

    threading.Thread(target=run, daemon=True).start()
    ready.result()
    return f"http://127.0.0.1:{port}/"


def main() -> int:
    """Say how long each action kept the loop, as a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    turns = Turns()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = f"{serve(options.source, turns, Path(folder))}?draft={_CELL}"
        browser = playwright.chromium.launch(executable_path=options.chromium, args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(home)
        page.locator(".vp-completions h2").wait_for()
        page.wait_for_timeout(2000)
        done = actions(page, home)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in done}
        for _ in range(options.rounds):
            for name, act in done.items():
                took[name].append(turns.of(act))
        browser.close()
    print("milliseconds of the longest turn" + 17 * " " + "by the clock" + 12 * " " + "processor")
    print(f"{'action':<30}" + 2 * f"{'median':>10}{'longest':>10}")
    for name, each in took.items():
        print(f"{name:<30}" + "".join(f"{1000 * median(kind):>10.0f}{1000 * max(kind):>10.0f}"
                                      for kind in zip(*each, strict=True)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
