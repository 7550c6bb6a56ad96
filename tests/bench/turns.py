"""How long one person's actions keep the event loop, and so everybody else, waiting.

    .venv/bin/python -m tests.bench.turns ../shared/data/nasbench101.parquet

serves the table as ``vanas-panel serve`` does, from a process that times every turn of its event loop, clicks through
the page over a websocket, and says how long the longest turn was during every action: by the clock, and of processor
time. A browser on the same cores would take its share of both.
"""

from __future__ import annotations

import argparse
import asyncio.events
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from tornado.ioloop import IOLoop

from tests.bench.visitors import Click, Visitor
from vanas_panel.serve import ServeOptions, build_server
from vanas_panel.serve.process.garbage import memory
from vanas_panel.serve.process.page_opening import prepare_process
from vanas_panel.serve.requests.network import free_port
from vanas_panel.serve.tables import shared_tables

SETTLED = 0.4
"""Seconds without anything of note before an action counts as over."""

_CELL = "conv3x3-bn-relu,maxpool3x3,conv3x3-bn-relu:0-1,1-2,1-3,2-3,3-4"


class Turns:
    """Times the turns of the event loop of the thread that makes it.

    Attributes
    ----------
    longest, work : float
        Seconds by the clock and of processor time, since they were last set to zero.
    last : float
        When a turn of more than a millisecond ended, as `time.monotonic` says it.
    """

    def __init__(self) -> None:
        self.longest, self.work, self.last = 0.0, 0.0, 0.0
        thread, run = threading.get_ident(), asyncio.events.Handle._run

        def timed(handle: asyncio.events.Handle) -> None:
            start, worked = time.perf_counter(), time.thread_time()
            run(handle)
            took = time.perf_counter() - start
            if threading.get_ident() == thread and took > 0.001:
                self.longest, self.last = max(self.longest, took), time.monotonic()
                self.work = max(self.work, time.thread_time() - worked)

        asyncio.events.Handle._run = timed  # type: ignore[method-assign]

    def answer(self, pipe: Connection) -> None:
        """Say of one action after the other, as soon as it is over, what the longest turn was."""
        while True:
            pipe.recv()
            self.longest = self.work = 0.0
            begun = self.last = time.monotonic()
            pipe.send(None)
            while time.monotonic() - max(self.last, begun) < SETTLED:
                time.sleep(0.02)
            pipe.send((self.longest, self.work))


def serve(source: str, folder: str, pipe: Connection) -> None:
    """Serve a table and the small embedded one; the pipe tells the port, and then the turns."""
    port = free_port(0, "127.0.0.1")
    tables = shared_tables((source, "structure4"))
    asyncio.set_event_loop(asyncio.new_event_loop())
    loop = IOLoop.current()
    prepare_process()
    server = build_server(ServeOptions(port=port, secret_file=Path(folder) / "secret"), tables, loop=loop)
    server.start()
    memory.settle()
    turns = Turns()
    threading.Thread(target=turns.answer, args=(pipe,), daemon=True).start()
    pipe.send(port)
    loop.start()


def actions(visitor: Visitor) -> dict[str, Callable[[], Click]]:
    """What a person does on a new page, by name and in turn."""
    def press(action: str, beside: str = "") -> Callable[[], Click]:
        return lambda: visitor.press(action, beside)

    return {
        "a bin of the map": lambda: visitor.click("map"),
        "a preset": press("preset:1"),
        "another preset": press("preset:5"),
        "a completion": lambda: visitor.click("completion"),
        "an edge": lambda: visitor.click("edge"),
        "clear the designer": press("clear", "Clear: leave input and output only"),
        "undo": press("undo"),
        "a box on the map": visitor.drag,
        "clear the selection": press("clear", "Select all cells again"),
        "pin the cell": press("pin"),
        "one vertex more": press("extra:1"),
        "exact completions": press("extra:0"),
        "the metric": press("metric:validation_accuracy"),
        "the horizontal axis": press("x:training_time"),
        "the vertical axis": press("y:flops"),
        "a logarithmic axis": press("log_x"),
        "dark": press("dark"),
        "light": press("dark"),
        **{f"the drawer {name}": press(f"drawer:{name}") for name in ("train", "shelf", "exchange", "report")},
        "another drawer once more": press("drawer:train"),
        "close the drawer": press("drawer:train"),
    }


def main() -> int:
    """Say how long each action kept the loop, as a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source")
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    here, there = multiprocessing.Pipe()
    took: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(options.source, folder, there))
        server.start()
        url = f"http://127.0.0.1:{here.recv()}/?draft={_CELL}"
        # The first page is not measured: it fills caches that all share.
        for turn in range(options.rounds + 1):
            visitor = Visitor(url)
            time.sleep(1.5)
            for name, act in actions(visitor).items():
                here.send(name)
                here.recv()
                error = act().error
                longest = here.recv()
                if error:
                    print(f"{name}: {error}", file=sys.stderr)
                if turn:
                    took.setdefault(name, []).append(longest)
            visitor.close()
        server.terminate()
        server.join()
    print("milliseconds of the longest turn" + 17 * " " + "by the clock" + 12 * " " + "processor")
    print(f"{'action':<30}" + 2 * f"{'median':>10}{'longest':>10}")
    for name, each in took.items():
        print(f"{name:<30}" + "".join(f"{1000 * median(kind):>10.0f}{1000 * max(kind):>10.0f}"
                                      for kind in zip(*each, strict=True)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
