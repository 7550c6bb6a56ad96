"""Speed and memory of opening tables, on the whole of NAS-Bench-101 and on an official-looking file of full size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readers.tfrecord_writer import cells_of, trainings, write_records
from vanas_panel.readers import open_table
from vanas_panel.readers.formats.nasbench import read_nasbench

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the files go; the cache as well."""
    return tmp_path_factory.mktemp("reading")


@pytest.fixture
def cache(folder, monkeypatch):
    """A cache folder that the benchmarks share."""
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(folder / "cache"))
    return folder / "cache"


@pytest.fixture(scope="module")
def official(real_table_path, folder):
    """1,270,872 records, 523 MB, removed at the end."""
    path = write_records(folder / "nasbench_only108.tfrecord", trainings(cells_of(real_table_path)))
    yield path
    path.unlink()


def peak_of(code: str, **environment) -> int:
    """Most memory that a process of its own had resident while it ran some code, in bytes.

    Linux only: what getrusage says of a new process includes what its parent held when it was forked.
    """
    code += "\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True,
                          text=True, check=True)
    return int(done.stdout.split()[-1]) * 1024


def test_convert_official(measure, benchmark, official, folder):
    def convert(_):
        os.environ["VANAS_PANEL_CACHE"] = str(folder / f"cache of {os.urandom(4).hex()}")
        try:
            return open_table(official)
        finally:
            del os.environ["VANAS_PANEL_CACHE"]

    table = measure("convert 1.27 M TFRecords into the cache", "15 s, 1 GB", convert, rounds=2, warm=False)
    assert table.repeats("test_accuracy").shape == (423_624, 3)
    benchmark.extra_info["peak"] = peak_of(f"from vanas_panel.readers import open_table; open_table({str(official)!r})",
                                           VANAS_PANEL_CACHE=str(folder / "cache of a process"))


def test_read_official(measure, official):
    measure("read 1.27 M TFRecords", "-", lambda _: read_nasbench(official, lambda count: None), rounds=2, warm=False)


def test_warm_official(measure, benchmark, official, cache):
    def warm(_):
        table = open_table(official)
        return table.column("test_accuracy")

    assert measure("open it warm, and one column", "1.5 s, 400 MB", warm, rounds=20).size == 423_624
    benchmark.extra_info["peak"] = peak_of(
        f"from vanas_panel.readers import open_table; open_table({str(official)!r}).column('test_accuracy')")


def test_convert_parquet(measure, real_table_path, folder, monkeypatch):
    def convert(_):
        os.environ["VANAS_PANEL_CACHE"] = str(folder / f"cache of {os.urandom(4).hex()}")
        return open_table(real_table_path)

    monkeypatch.setenv("VANAS_PANEL_CACHE", "")
    measure("convert 423,624 rows of Parquet into the cache", "-", convert, rounds=5)


def test_warm_parquet(measure, benchmark, real_table_path, cache):
    def warm(_):
        return open_table(real_table_path).column("test_accuracy")

    assert measure("open them warm, and one column", "1.5 s, 400 MB", warm, rounds=20).size == 423_624
    benchmark.extra_info["peak"] = peak_of(
        f"from vanas_panel.readers import open_table; open_table({str(real_table_path)!r}).column('test_accuracy')")
