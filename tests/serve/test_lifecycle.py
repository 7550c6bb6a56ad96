"""Starting, stopping and being killed: servers as processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError, URLError

import pytest
from tornado.ioloop import IOLoop

from tests.bench.load import report, visit
from tests.bench.visitors import KINDS, Visitor
from vanas_panel.serve.process.lifecycle import Stop
from vanas_panel.serve.process.liveness import Life
from vanas_panel.serve.requests.network import free_port

# A server takes its time to start where several runs of tests share two cores.
PATIENCE = 180.0
UNIX = pytest.mark.skipif(os.name != "posix", reason="signals and forks")

BUSY = """
import sys
from pathlib import Path
import vanas_panel as vp
from vanas_panel.serve import ServeOptions, build_server
from vanas_panel.serve.process.liveness import Life
from vanas_panel.serve.process.lifecycle import run_server
port, done, timeout = sys.argv[1:]
life = Life()
life.works.append(lambda: not Path(done).exists())
server = build_server(ServeOptions(port=int(port)), (vp.open_table("structure4"),), life=life)
run_server(server, life, stop_timeout=float(timeout), ready=lambda: print("The page is at http://127.0.0.1:" + port))
print("over")
"""


class Process:
    """A server as a process, and what it says."""

    def __init__(self, folder: Path, *arguments: str):
        self.log = folder / f"server {time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-u", *arguments], stdout=log, stderr=subprocess.STDOUT,
                                            env={**os.environ, "VANAS_PANEL_DATA": str(folder)})
        try:
            found = self.wait(lambda: re.search(r"http://[\d.:]+", self.log.read_text()), "it did not start")
        except BaseException:
            # Nobody else knows of it yet.
            self.process.kill()
            self.process.wait()
            raise
        self.url = found[0] + "/"

    @classmethod
    def serve(cls, folder: Path, *options: str) -> Process:
        """Start ``vanas-panel serve``."""
        return cls(folder, "-m", "vanas_panel.cli", "serve", "--log-format", "json", "--lazy-searches", *options)

    def wait(self, condition, what: str):
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert time.monotonic() < deadline, f"{what}:\n{self.log.read_text()}"
            time.sleep(0.05)
        return found

    def events(self) -> list[dict]:
        """What its log says."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def status(self, path: str = "") -> int:
        """Of an answer; 0 where there is none."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
                return answer.status
        except HTTPError as error:
            return error.code
        except (URLError, OSError):
            return 0

    def numbers(self) -> set[int]:
        """The processes that answer, by asking often."""
        found = set()
        for _ in range(40):
            with urllib.request.urlopen(self.url + "health", timeout=PATIENCE) as answer:
                found.add(json.load(answer)["process"]["id"])
        return found

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def started(tmp_path):
    """``started(Process or ...)`` keeps a server, which is killed with the test at the latest."""
    running: list[Process] = []

    def keep(server: Process) -> Process:
        running.append(server)
        return server

    yield keep
    for server in running:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.mark.slow
@UNIX
def test_stop_lets_work_finish(started, tmp_path):
    done = tmp_path / "done"
    server = started(Process(tmp_path, "-c", BUSY, str(free_port(0, "127.0.0.1")), str(done), "60"))
    visitor = Visitor(server.url)
    server.process.send_signal(signal.SIGTERM)
    server.wait(lambda: server.status("health") == 503, "it does not say that it stops")
    # Nobody new gets in, while who is in goes on.
    assert server.status() == 503
    assert visitor.click("preset").error == ""
    assert server.process.poll() is None
    done.touch()
    assert server.process.wait(PATIENCE) == 0
    assert "over" in server.log.read_text().split("\n")
    visitor.close()


@pytest.fixture
def stop(caplog):
    """``stop(timeout, asked)`` runs the end of a server that works for ever, asked to stop so many times."""
    caplog.set_level("INFO", "vanas_panel.serve")

    def run(timeout: float, asked: int) -> list[str]:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        server = SimpleNamespace(io_loop=IOLoop.current(), _tornado=SimpleNamespace(_clients=set()))
        life = Life()
        life.works.append(lambda: True)
        ending = Stop(server, life, timeout)
        for _ in range(asked):
            loop.call_soon(ending.ask, "a test")
        server.io_loop.start()
        assert life.stopping
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        server.io_loop.close(all_fds=True)
        asyncio.set_event_loop(None)
        return [record.getMessage() for record in caplog.records if record.name == "vanas_panel.serve"]

    return run


def test_stop_does_not_wait_for_ever(stop):
    assert stop(timeout=0.1, asked=1) == ["stopping", "stopped before all work was done"]


def test_asked_twice_it_stops_at_once(stop):
    # It would wait for an hour.
    assert stop(timeout=3600, asked=2) == ["stopping"]


@pytest.mark.slow
@UNIX
def test_several_processes(started, tmp_path):
    port = str(free_port(0, "127.0.0.1"))
    server = started(Process.serve(tmp_path, "--num-procs", "2", "--port", port))
    first = server.numbers()
    assert len(first) == 2 and server.process.pid not in first
    # A page may come from one of them and its websocket go to the other.
    for seed in range(5):
        visitor = Visitor(server.url, seed)
        assert visitor.click("preset").error == ""
        visitor.close()
    assert sum(event["event"] == "page opened" for event in server.events()) == 5
    # One that dies is replaced, and meanwhile the other one answers.
    victim = min(first)
    os.kill(victim, signal.SIGKILL)
    server.wait(lambda: any(event["event"] == "process ended" for event in server.events()), "its end was not noticed")
    server.wait(lambda: len(server.numbers()) == 2, "it was not replaced")
    assert victim not in server.numbers()
    # Killed itself, it leaves nothing behind that keeps the next one from the port.
    children = server.numbers()
    server.process.kill()
    server.process.wait()
    server.wait(lambda: not any(is_alive(child) for child in children), "its processes outlive it")
    again = started(Process.serve(tmp_path, "--port", port))
    assert again.url == server.url
    visitor = Visitor(again.url)
    assert visitor.click("preset").error == ""
    assert again.stop() == 0
    assert [event["event"] for event in again.events()][-2:] == ["stopping", "stopped"]
    visitor.close()


@pytest.mark.slow
@UNIX
def test_a_few_visitors(started, tmp_path):
    server = started(Process.serve(tmp_path, "--port", "0"))
    result = visit(server.url, sessions=5, seconds=4, every=1)
    text = report(result)
    assert result.failures == [] and len(result.opened) == 5, text
    assert [click.error for click in result.clicks] == [""] * 20, text
    assert {click.kind for click in result.clicks} == set(KINDS)
    assert min(click.updates for click in result.clicks) > 0
    assert server.stop() == 0
    assert [event for event in server.events() if event["level"] != "info"] == []


def is_alive(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and was not waited for counts as gone.
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
