"""Speed and memory of opening and converting, each run in a process of its own.

The time is that of the call alone; the memory is the peak of the whole process with all its imports.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readers.tfrecord_writer import cells_of, trainings, write_records

pytestmark = pytest.mark.real

_OPEN = """
import json, resource, sys, time
import vanas_panel as vp
start = time.perf_counter()
table = vp.open_table(sys.argv[1])
known = table.column("test_accuracy").size
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, known]))
"""


@pytest.fixture
def opened(benchmark):
    """Open a source in fresh processes, each with a cache folder given by ``caches``."""

    def run(what: str, aim: str, source: Path, caches: list[Path]):
        found = []

        def once(cache: Path) -> float:
            answer = subprocess.run([sys.executable, "-c", _OPEN, str(source)], check=True, capture_output=True,
                                    text=True, env={**os.environ, "VANAS_PANEL_CACHE": str(cache)})
            found.append(json.loads(answer.stdout.splitlines()[-1]))
            return found[-1][0]

        times = [once(cache) for cache in caches]
        assert all(rows == 423_624 for _, _, rows in found)
        # The benchmark replays the times that were taken inside the processes, so that start-up is not in them.
        benchmark.group = what
        benchmark.extra_info.update(what=what, aim=aim, side="ours", peak=max(peak for _, peak, _ in found))
        clock = iter([moment for seconds in times for moment in (0.0, seconds)])
        benchmark._timer = lambda: next(clock)
        benchmark.pedantic(lambda: None, rounds=len(times))

    return run


def test_warm_opening(opened, real_table_path, tmp_path):
    """The table is in the cache already."""
    subprocess.run([sys.executable, "-c", _OPEN, str(real_table_path)], check=True, capture_output=True,
                   env={**os.environ, "VANAS_PANEL_CACHE": str(tmp_path)})
    opened("open 423,624 cells, warm", "1.5 s, 400 MB", real_table_path, [tmp_path] * 5)


def test_first_opening(opened, real_table_path, tmp_path):
    """The source is converted on the way."""
    opened("open 423,624 cells for the first time", "-", real_table_path, [tmp_path / str(run) for run in range(3)])


def test_conversion_of_tfrecords(opened, real_table_path, tmp_path):
    """A file of the form and size of nasbench_only108.tfrecord, its measurements made up.

    The official loader's own loop over such a file took 71 s and 2.2 GB on a machine of two cores.
    """
    source = write_records(tmp_path / "nasbench_only108.tfrecord", trainings(cells_of(real_table_path)))
    opened(f"convert {source.stat().st_size / 1e6:.0f} MB of TFRecords", "15 s, 1 GB", source,
           [tmp_path / str(run) for run in range(2)])
