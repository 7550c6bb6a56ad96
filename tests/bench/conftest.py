"""Benchmarks on the whole of NAS-Bench-101, with a closing table that sets ours, the peer and the aim side by side.

Run them with `make bench`. A benchmark calls the fixture `measure`; nothing here passes or fails for being slow.
"""

from __future__ import annotations

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.tables.table import BenchmarkTable

_PEER = "peer"


@pytest.fixture(scope="session")
def table(real_table_path) -> BenchmarkTable:
    """NAS-Bench-101 as the project opens it, indexes built."""
    table = vp.open_table(real_table_path)
    _ = table.edge_types, table.completion_index, table.column("test_accuracy")
    return table


@pytest.fixture(scope="session")
def rows(table) -> list[int]:
    """Two hundred rows drawn once, the same in every run."""
    return np.random.default_rng(101).choice(len(table), 200, replace=False).tolist()


@pytest.fixture
def measure(benchmark):
    """Time a function over a list of inputs, every one a round of its own: ``measure(what, aim, function, inputs)``.

    With ``peer=name`` the same is said of a peer's way to the same result, which belongs beside the benchmark of that
    `what`.
    """

    def run(what: str, aim: str, function, inputs=(None,), *, peer: str | None = None, rounds: int | None = None,
            warm: bool = True):
        inputs = list(inputs)
        benchmark.group = what
        benchmark.extra_info.update(what=what, aim=aim, side=peer or "ours")
        feed = iter(inputs * (-(-(rounds or len(inputs)) // len(inputs)) + 1))
        if warm:
            function(next(feed))
        return benchmark.pedantic(function, setup=lambda: ((next(feed),), {}), rounds=rounds or len(inputs))

    return run


def pytest_terminal_summary(terminalreporter, config):
    """Print what was measured, one line for each thing."""
    session = getattr(config, "_benchmarksession", None)
    marks = [mark for mark in getattr(session, "benchmarks", []) if "what" in mark.extra_info]
    if not marks:
        return
    terminalreporter.section("what was measured (median / worst)")
    lines = [("what", "aim", "ours", "peer")]
    for what in dict.fromkeys(mark.extra_info["what"] for mark in marks):
        of = [mark for mark in marks if mark.extra_info["what"] == what]
        ours = "; ".join(_figures(mark) for mark in of if mark.extra_info["side"] == "ours")
        peers = "; ".join(f"{mark.extra_info['side']}: {_figures(mark)}" for mark in of
                          if mark.extra_info["side"] != "ours")
        lines.append((what, of[0].extra_info["aim"], ours, peers or "-"))
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    for line in lines:
        terminalreporter.write_line("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))


def _figures(mark) -> str:
    """Median and worst time of one benchmark, and the memory where it was read."""
    text = f"{_duration(mark.stats.median)} / {_duration(mark.stats.max)}"
    peak = mark.extra_info.get("peak")
    return f"{text}, {peak / 1e6:,.0f} MB" if peak else text


def _duration(seconds: float) -> str:
    """A time with three digits."""
    for unit, scale in (("s", 1), ("ms", 1e3)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"
