"""The kernels of searches are compiled beside a server, by a process that never outlives it."""

import sys
import time
from pathlib import Path

from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.serve.kernels import compile_searches, compiling


def test_every_kernel_is_used_once():
    assert compile_searches() == sum(kind.kernel is not None for kind in STRATEGIES.values())


def test_the_process_ends_with_the_block(tmp_path):
    mark = tmp_path / "started"
    code = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    with compiling((sys.executable, "-c", code)):
        deadline = time.monotonic() + 20
        while not (mark.exists() and mark.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert Path("/proc", mark.read_text()).exists()
    assert not Path("/proc", mark.read_text()).exists()


def test_a_server_starts_without_a_process_to_compile(tmp_path):
    with compiling((str(tmp_path / "nothing"),)):
        pass
