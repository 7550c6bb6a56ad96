"""What ten million cells cost: conversion, opening, and getting a server ready, each in a process of its own.

CPU time and peak memory are what is compared: wall time depends on who else uses the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.bench.many_rows import write_many

pytestmark = pytest.mark.real

COUNTED = """
import resource
from vanas_panel.readers import open_table
from vanas_panel.serve.tables import warm

def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

before = cpu()
table = open_table({path!r})
{more}
print(len(table), cpu() - before, int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) * 1024)
"""


@pytest.fixture(scope="module")
def many(real_table_path, tmp_path_factory):
    """The file, and a cache folder for it."""
    folder = tmp_path_factory.mktemp("many rows")
    write_many(real_table_path, folder / "many.parquet")
    yield folder
    (folder / "many.parquet").unlink()


def cost(folder, cache: str, more: str = "") -> tuple[int, float, int]:
    """Rows, seconds of CPU and most bytes resident of a process that opens the table and does more with it."""
    code = COUNTED.format(path=str(folder / "many.parquet"), more=more)
    environment = {**os.environ, "VANAS_PANEL_CACHE": str(folder / cache), "VANAS_PANEL_LIMITS": "bytes=8G"}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    rows, seconds, peak = said.stdout.split()[-3:]
    return int(rows), float(seconds), int(peak)


STEPS = {"convert": ("", "30 s, 2 GB"), "open": ("", "0.5 s"), "get a server ready": ("warm(table)", "8 s")}


@pytest.mark.parametrize("what", STEPS)
def test_ten_million_cells(measure, benchmark, many, what):
    more, aim = STEPS[what]
    found = measure(f"{what}: ten million cells", aim, lambda _: cost(many, "cache", more), rounds=1, warm=False)
    benchmark.extra_info.update(cpu_seconds=found[1], peak=found[2])
    print(f"\n{what}: {found[1]:.1f} s of CPU, {found[2] / 1e9:.2f} GB ({aim})")
    assert found[0] == 10_000_000
