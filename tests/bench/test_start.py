"""CPU time of what comes before any work: importing the package, and the help of the command."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

STARTS = {
    "import vanas_panel": (("-c", "import vanas_panel"), "0.6 s of CPU"),
    "import vanas_panel, open a table": (
        ("-c", "import vanas_panel as vp; vp.open_table('structure4')"), "as little as pandas and Numba allow"),
    "vanas-panel --help": (("-m", "vanas_panel.cli", "--help"), "0.4 s of CPU"),
    "vanas-panel serve --help": (("-m", "vanas_panel.cli", "serve", "--help"), "0.4 s of CPU"),
}


def cpu_seconds(arguments: tuple[str, ...]) -> float:
    """User and system time of a fresh Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("what", STARTS)
def test_start(benchmark, what):
    arguments, aim = STARTS[what]
    cpu_seconds(arguments)
    seconds = sorted(cpu_seconds(arguments) for _ in range(5))
    benchmark.extra_info.update(cpu_seconds_median=seconds[2], aim=aim)
    benchmark.pedantic(cpu_seconds, (arguments,), rounds=1)
    print(f"\n{what}: {seconds[2]:.2f} s of CPU ({aim})")
