"""The compiled kernels of recording and reading: made ready before several processes record at once."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from vanas_panel.inspector.recorder import Recorder


@lru_cache(maxsize=1)
def ready_recorder() -> None:
    """Record two steps of single and double precision: what is not in the cache of Numba is compiled, once a process.

    Two processes that compile into one cache may crash, so call it in one process, before others record.
    """
    with tempfile.TemporaryDirectory(prefix="vanas-ready-") as folder, Recorder(Path(folder) / "x.vptrain") as recorder:
        for step in range(2):
            recorder.record(step, {"convolution": np.full((2, 2, 3, 3), step, np.float32),
                                   "matrix": np.full((2, 3), step, np.float32),
                                   "bias": np.full(2, step, np.float32), "double": np.full((2, 2), float(step))})
