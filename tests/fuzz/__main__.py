"""Rough hands at length: ten thousand of every kind of file and text, each under 10 seconds and 2 GB.

    python -m tests.fuzz [--files 10000] [--processes 2] [--seed 0] [--kinds CSV,Parquet] [--keep FOLDER]

Prints a line for every kind, and every failure with the file that it needs to happen again. Ends with 1 where there are
failures.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz import checkpoints, records, tables, texts
from tests.fuzz.kind import holds

KINDS = {**tables.KINDS, **records.KINDS, **texts.KINDS, **checkpoints.KINDS}
SECONDS, MEMORY = 10, 2 << 30
"""What one file may take."""
CHUNK = 1000
"""Files for one process, which ends then, so that its largest size is that of its own files."""


class TooSlowError(BaseException):
    """A file took too long; nothing that is caught by mistake."""


def _stop(number: int, frame: FrameType | None) -> None:
    """End a file that takes too long."""
    raise TooSlowError


def _size(name: str) -> int:
    """A size of this process in bytes, as Linux says it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    return 0


def tried(name: str, chunk: int, count: int, keep: Path) -> dict[str, Any]:
    """Try so many files of a kind in this process, and say what came of them."""
    kind, counts, failures = KINDS[name], Counter[str](), []
    slowest, before = 0.0, 0
    signal.signal(signal.SIGALRM, _stop)
    with tempfile.TemporaryDirectory() as folder:

        @seed(chunk)
        @settings(max_examples=count, database=None, phases=[Phase.generate], deadline=None,
                  suppress_health_check=list(HealthCheck))
        @given(st.data())
        def each(data: st.DataObject) -> None:
            nonlocal slowest, before
            made = data.draw(kind.make)
            if counts["files"] == 20:
                # What is compiled and loaded at first is not the memory of a file.
                before = _size("VmHWM")
                resource.setrlimit(resource.RLIMIT_AS, (_size("VmSize") + MEMORY, resource.RLIM_INFINITY))
            started = time.perf_counter()
            counts["files"] += 1
            (keep / f"now-{os.getpid()}").write_bytes(pickle.dumps(made))
            signal.alarm(SECONDS if counts["files"] > 20 else 10 * SECONDS)
            try:
                counts["taken" if holds(kind, made, Path(folder)) else "refused"] += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                signal.alarm(0)
                # Files that fail at one line of the program are one failure.
                where = traceback.extract_tb(error.__traceback__)[-1]
                key = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
                kept = keep / f"{name}-{type(error).__name__}-{Path(where.filename).stem}-{where.lineno}.pickle"
                kept.write_bytes(pickle.dumps(made))
                failures.append(f"{key}: {str(error)[:150]!r} ({kept})")
                counts["failed"] += 1
            finally:
                signal.alarm(0)
                slowest = max(slowest, time.perf_counter() - started) if counts["files"] > 20 else slowest

        each()
    (keep / f"now-{os.getpid()}").unlink(missing_ok=True)
    return {"counts": counts, "failures": failures, "slowest": slowest,
            "memory": (_size("VmHWM") - before) / 1e6 if before else 0.0}


def _task(name: str, chunk: int, count: int, keep: Path) -> dict[str, Any]:
    """One chunk in a process of its own, which may die of it."""
    command = [sys.executable, "-m", "tests.fuzz", "--chunk", str(chunk), "--kinds", name, "--files", str(count),
               "--keep", str(keep)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.communicate()[0]
    try:
        return json.loads(said.splitlines()[-1])
    except (IndexError, ValueError):
        return {"counts": {"failed": 1}, "slowest": 0.0, "memory": 0.0, "failures": [
            f"a process that ended with {process.returncode} ({keep / f'now-{process.pid}'})"]}


def main(arguments: list[str] | None = None) -> int:
    """Try all kinds; 1 where something failed."""
    parser = argparse.ArgumentParser(description="Try damaged files and texts of every kind.")
    parser.add_argument("--files", type=int, default=10_000, help="of each kind (10000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0, help="other files (0)")
    parser.add_argument("--kinds", default=",".join(KINDS), help="only some of " + ", ".join(KINDS))
    parser.add_argument("--keep", type=Path, default=Path(".cache/fuzz"), help="folder of what fails (.cache/fuzz)")
    parser.add_argument("--chunk", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.chunk is not None:
        print("\n" + json.dumps(tried(given.kinds, given.chunk, given.files, given.keep)))
        return 0
    print("kind           files   taken refused failed   slowest   largest", flush=True)
    failures = []
    with ThreadPoolExecutor(given.processes) as pool:
        chunks = {name: [pool.submit(_task, name, given.seed + start, min(CHUNK, given.files - start), given.keep)
                         for start in range(0, given.files, CHUNK)] for name in given.kinds.split(",")}
        for name, tasks in chunks.items():
            found = [task.result() for task in tasks]
            _print(name, found)
            failures += sorted({f"{name}: {text}" for one in found for text in one["failures"]})
    print("\n".join(failures[:200]))
    return 1 if failures else 0


def _print(name: str, found: list[dict[str, Any]]) -> None:
    """One line of the table."""
    counts = sum((Counter(one["counts"]) for one in found), Counter[str]())
    print(f"{name:<12} {counts['files']:>7,} {counts['taken']:>7,} {counts['refused']:>7,} {counts['failed']:>6,} "
          f"{max(one['slowest'] for one in found):>7.2f} s {max(one['memory'] for one in found):>6,.0f} MB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
