"""Compile the kernels of searches into the cache while a server answers already.

Where none of them is cached, that takes more than a minute, too long to wait for with a port; where all are, some
seconds. A process of its own does it, so that no page waits for the interpreter meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import vanas_panel as vp
from vanas_panel.searches.strategies import STRATEGIES

_COMMAND = (sys.executable, "-c", "from vanas_panel.serve.kernels import work; work()")
_SECONDS = 5.0
"""How long the process has to end when it is told to."""


def compile_searches() -> int:
    """Use the kernel of each strategy once, on a small table.

    Returns
    -------
    int
        How many there are.
    """
    table = vp.open_table("structure4")
    names = [name for name, kind in STRATEGIES.items() if kind.kernel is not None]
    for name in names:
        vp.search(table, name, queries=len(table))
    return len(names)


@contextmanager
def compiling(command: tuple[str, ...] = _COMMAND) -> Iterator[None]:
    """Have the kernels of searches compiled meanwhile, by a process that ends with the block at the latest."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
    except OSError:
        # Then the first search of each kind waits for its kernel.
        yield
        return
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def work() -> None:
    """What the process does."""
    with suppress(OSError):
        # Pages come first.
        os.nice(10)
    compile_searches()
