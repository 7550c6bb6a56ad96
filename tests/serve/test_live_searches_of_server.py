"""A server that is stopped while a search trains: the search ends cleanly, and goes on from its file elsewhere."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tornado.ioloop import IOLoop

from vanas_panel.core.cost import Skeleton
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.searches.live_kept import KeptSearches
from vanas_panel.searches.live_plan import plan_live
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.serve.process.lifecycle import Stop
from vanas_panel.serve.process.liveness import Life
from vanas_panel.serve.requests.network import free_port
from vanas_panel.training.personal import Personal
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import DataSettings, Settings

PATIENCE = 180.0

SEARCHING = """
import sys
from pathlib import Path
from vanas_panel.searches.live_kept import KeptSearches
from vanas_panel.searches.live_searches import shared_live_searches
from vanas_panel.serve import serve

if __name__ == "__main__":
    port, sources = int(sys.argv[1]), sys.argv[2:]
    live = shared_live_searches()
    (kept,) = KeptSearches().all("ann")
    live.go_on(kept.plan, "ann")
    serve(sources, port=port, stop_timeout=120.0)
    print("over", live.is_busy)
"""


def test_what_is_to_end_is_asked_to_when_a_server_is_stopped():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    server = SimpleNamespace(io_loop=IOLoop.current(), _tornado=SimpleNamespace(_clients=set()))
    life, asked = Life(), []
    life.works.append(lambda: not asked)
    life.ends.append(lambda: asked.append("end"))
    ending = Stop(server, life, 60)
    loop.call_soon(ending.ask, "a test")
    server.io_loop.start()
    assert asked == ["end"] and ending.seconds < 30
    server.io_loop.close(all_fds=True)
    asyncio.set_event_loop(None)


@pytest.fixture
def settings(tmp_path) -> Settings:
    pixels = np.random.default_rng(0).integers(0, 255, (120, 9, 9)).astype(np.uint8)
    np.savez(tmp_path / "images.npz", images=pixels, labels=np.repeat([0, 1], 60))
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), steps=120, budgets=(120,), batch_size=16, repeats=2,
                    data=DataSettings(str(tmp_path / "images.npz"), crop=8, pool=2, copies=1, train=40, validation=40,
                                      test=40))


def lines(kept, plan):
    return [json.loads(line) for line in kept.content("ann", plan).splitlines()]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_search_of_a_server_that_is_stopped_goes_on_in_another_process(tmp_path, settings):
    pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
    pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")
    kept = KeptSearches(tmp_path / "searches")
    plan = plan_live(CellSpace(NASBENCH101.operations, 5, 9), "random", settings, queries=40, at_once=1)
    kept.add("ann", plan)
    script = tmp_path / "searching.py"
    script.write_text(SEARCHING)
    log = (tmp_path / "server.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, str(script), str(free_port(0, "127.0.0.1")), "structure4"], stdout=log, stderr=log,
        env={**os.environ, "VANAS_PANEL_DATA": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])})
    try:
        end = time.monotonic() + PATIENCE
        while "http://" not in (tmp_path / "server.log").read_text() or not any(
                "tell" in line for line in lines(kept, plan)):
            assert process.poll() is None and time.monotonic() < end, (tmp_path / "server.log").read_text()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, (tmp_path / "server.log").read_text()
    finally:
        process.kill()
        process.wait()
        log.close()
    assert "over False" in (tmp_path / "server.log").read_text()
    told = lines(kept, plan)
    asks, tells = ([line[name] for line in told if name in line] for name in ("ask", "tell"))
    # What was in training was told before the server ended.
    assert asks == tells and 1 <= len(tells) < 40 and "end" not in told[-1]
    runs = Runs(Personal(tmp_path / "trained.sqlite"), settings, workers=1)
    live = LiveSearches(runs, kept)
    live.go_on(plan, "ann")
    end = time.monotonic() + PATIENCE
    while len(lines(kept, plan)) < len(told) + 4:
        assert time.monotonic() < end, live.progress(plan, "ann")
        time.sleep(0.05)
    live.close()
    runs.close()
    again = lines(kept, plan)
    assert again[:len(told)] == told and again[len(told)]["ask"] == len(tells)
    assert len(runs.personal.all("ann")) >= len(tells)
