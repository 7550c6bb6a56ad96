"""The load test: visitors hold pages of a real server and click, and a small table says how long they waited.

    .venv/bin/python -m tests.bench.load ../shared/data/nasbench101.parquet --num-procs 2

starts ``vanas-panel serve`` on a free port, opens 50 pages, lets every visitor click once every five seconds for two
minutes, and exits with 1 where anything failed. ``--sessions 10 --seconds 20`` is a quick one. Memory is read from
``/proc``, so it is only said on Linux: what the processes of the server have in use, shared pages counted once.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from tests.bench.visitors import KINDS, Click, Visitor

_SHARE = 13
"""Visitors in a process: they wait most of the time, but every one has a loop of its own."""


class Result(NamedTuple):
    """What happened: times to open a page in seconds, clicks, failures, and memory in bytes.

    Memory is told before, with all pages open, and at the end of every quarter of the time.
    """

    opened: list[float]
    clicks: list[Click]
    failures: list[str]
    memory: list[int]


def visit(url: str, sessions: int, seconds: float, every: float, memory=lambda: 0) -> Result:
    """Let visitors come, click and leave.

    Parameters
    ----------
    url : str
        Of the page.
    sessions : int
        How many visitors.
    seconds : float
        How long they click, from when all pages are open.
    every : float
        Seconds between two clicks of a visitor.
    memory : callable, optional
        Says how many bytes the server has in use.

    Returns
    -------
    Result
    """
    context = multiprocessing.get_context("spawn")
    shares = [min(_SHARE, sessions - first) for first in range(0, sessions, _SHARE)]
    # All begin together, once the last page is open.
    gate, told = context.Barrier(len(shares) + 1), context.Queue()
    crowds = [context.Process(target=_crowd, args=(url, share, index * _SHARE, seconds, every, gate, told))
              for index, share in enumerate(shares)]
    memories = [memory()]
    for crowd in crowds:
        crowd.start()
    gate.wait(600)
    memories.append(memory())
    begin = time.monotonic()
    for quarter in range(1, 5):
        time.sleep(max(0.0, begin + seconds * quarter / 4 - time.monotonic()))
        memories.append(memory())
    answers = [told.get(timeout=600) for _ in crowds]
    for crowd in crowds:
        crowd.join()
    opened, clicks, failures = (list(chain.from_iterable(parts)) for parts in zip(*answers, strict=True))
    return Result(opened, clicks, failures, memories)


def _crowd(url: str, count: int, first: int, seconds: float, every: float, gate, told) -> None:
    """The visitors of one process, each in a thread of its own."""
    opened: list[float] = []
    clicks: list[Click] = []
    failures: list[str] = []
    ready, go = threading.Barrier(count + 1), threading.Event()

    def stay(number: int) -> None:
        visitor = None
        try:
            visitor = Visitor(url, seed=number)
            opened.append(visitor.opened)
        except Exception as problem:
            failures.append(f"a page did not open: {type(problem).__name__}: {problem}")
        ready.wait()
        go.wait()
        if visitor is not None:
            _click(visitor, number, seconds, every)
            clicks.extend(visitor.clicks)
            visitor.close()

    threads = [threading.Thread(target=stay, args=(first + index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    gate.wait(600)
    go.set()
    for thread in threads:
        thread.join()
    told.put((opened, clicks, failures))


def _click(visitor: Visitor, number: int, seconds: float, every: float) -> None:
    """Click at even times, the visitors spread over the first interval by the golden ratio."""
    begin = time.monotonic() + every * (number * 0.618 % 1)
    for turn in range(max(1, round(seconds / every))):
        time.sleep(max(0.0, begin + turn * every - time.monotonic()))
        if visitor.click(KINDS[turn % len(KINDS)]).error.startswith("ConnectionError"):
            return


def used_memory(process: int) -> int:
    """Memory that a process and its children have in use in bytes, shared pages counted once; 0 where it is unknown."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*/smaps_rollup"):
        number = int(entry.parent.name)
        try:
            parent = int((entry.parent / "stat").read_text().rpartition(")")[2].split()[1])
            if process in (number, parent):
                total += int(re.search(r"^Pss:\s+(\d+)", entry.read_text(), re.M)[1]) * 1024
        except (OSError, TypeError):
            continue
    return total


def report(result: Result) -> str:
    """The table."""
    lines = [f"pages opened     {len(result.opened):>6}   median {np.median(result.opened or [np.nan]):.2f} s, "
             f"worst {max(result.opened, default=np.nan):.2f} s",
             "", f"{'click':<12}{'count':>7}{'errors':>8}{'p50':>9}{'p95':>9}{'max':>9}"]
    for kind in (*KINDS, "all"):
        of = [click for click in result.clicks if kind in (click.kind, "all")]
        times = np.array([click.seconds for click in of if not click.error] or [np.nan]) * 1000
        errors = sum(bool(click.error) for click in of)
        p50, p95, worst = (f"{value:.0f} ms" for value in (*np.percentile(times, [50, 95]), times.max()))
        lines.append(f"{kind:<12}{len(of):>7}{errors:>8}{p50:>9}{p95:>9}{worst:>9}")
    if any(result.memory):
        before, opened, *quarters = (value / 1e6 for value in result.memory)
        each = (quarters[-1] - before) / max(1, len(result.opened))
        lines += ["", f"memory           {before:.0f} MB before, {opened:.0f} MB with all pages open, then after every "
                      f"quarter {', '.join(f'{value:.0f}' for value in quarters)} MB ({each:.1f} MB a page)"]
    problems = result.failures + [f"{click.kind}: {click.error}" for click in result.clicks if click.error]
    return "\n".join([*lines, "", f"errors           {len(problems)}", *(f"  {problem}" for problem in problems[:10])])


def start(arguments: list[str], log: IO[str]) -> tuple[subprocess.Popen, str]:
    """Start a server on a free port and wait until it listens; its process and the address of the page."""
    server = subprocess.Popen([sys.executable, "-u", "-m", "vanas_panel.cli", "serve", "--port", "0", *arguments],
                              stdout=log, stderr=subprocess.STDOUT, text=True)
    for _ in range(1200):
        found = re.search(r"http://\S+", Path(log.name).read_text())
        if found:
            return server, found[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    server.kill()
    raise SystemExit(f"the server did not start:\n{Path(log.name).read_text()}")


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__.partition("\n")[0])
    parser.add_argument("source", nargs="?", help="the table to serve; by default the embedded one")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--num-procs", type=int, default=1)
    options = parser.parse_args()
    arguments = [options.source] if options.source else []
    arguments += ["--num-procs", str(options.num_procs)] if options.num_procs != 1 else []
    with tempfile.NamedTemporaryFile("w+", suffix=".log") as log:
        server, url = start(arguments, log)
        try:
            # The first page of a process fills what is left to fill.
            Visitor(url).close()
            result = visit(url, options.sessions, options.seconds, options.every, lambda: used_memory(server.pid))
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(60)
        said = Path(log.name).read_text()
    failures = result.failures + ([f"the server ended with {code}"] if code else [])
    failures += [f"the server logged: {line}" for line in said.splitlines() if re.search(r"Traceback|rror", line)]
    result = result._replace(failures=failures)
    processes = "one process" if options.num_procs == 1 else f"{options.num_procs} processes"
    print(f"{options.sessions} pages on {processes}, a click every {options.every:g} s for {options.seconds:g} s\n")
    print(report(result))
    return 1 if failures or any(click.error for click in result.clicks) else 0


if __name__ == "__main__":
    sys.exit(main())
