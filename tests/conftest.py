"""Fixtures and settings for every test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numba
import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
REAL_TABLE = ROOT.parent / "shared" / "data" / "nasbench101.parquet"

if kernels := os.environ.get("KERNELS_OF_EACH_WORKER"):
    # Several processes that compile into one cache at once may crash. The folder of all of them has a name of its own,
    # since this file is read by the process that starts the workers, by each of them, and by tests that import it.
    os.environ["NUMBA_CACHE_DIR"] = numba.config.CACHE_DIR = os.path.join(
        kernels, os.environ.get("PYTEST_XDIST_WORKER", "alone"))

JIT = not numba.config.DISABLE_JIT
"""Whether kernels are compiled. Without compilation they are hundreds of times slower: use smaller samples then."""

# The first draw of a strategy may compile a kernel, so neither single examples nor draws are held to a time.
_common = {"deadline": None, "max_examples": 100 if JIT else 15, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("default", **_common)
settings.register_profile("ci", derandomize=True, print_blob=True, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session", autouse=True)
def table_cache(tmp_path_factory) -> Iterator[None]:
    """Keep converted tables out of the user's own cache, in every process that a test starts."""
    with pytest.MonkeyPatch.context() as patch:
        if "VANAS_PANEL_CACHE" not in os.environ:
            patch.setenv("VANAS_PANEL_CACHE", str(tmp_path_factory.mktemp("tables")))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory) -> Iterator[None]:
    """Keep the shelf and whatever else a person saves out of the tests, in every process that a test starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VANAS_PANEL_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def jit() -> bool:
    """Whether kernels are compiled, see `JIT`."""
    return JIT


@pytest.fixture(scope="session")
def real_table_path() -> Path:
    """The whole of NAS-Bench-101 as Parquet; it is not part of the project."""
    if not REAL_TABLE.is_file():
        pytest.skip(f"the NAS-Bench-101 table is not there: {REAL_TABLE}")
    return REAL_TABLE


@pytest.fixture(scope="session")
def real_frame(real_table_path: Path) -> pd.DataFrame:
    """All columns of the NAS-Bench-101 table, read without any code of the project. Do not write into it."""
    return pd.read_parquet(real_table_path)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that browser tests drive; `make test` makes sure that there is one."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("there is no Chromium on this machine")


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The documentation site, as `make docs` builds it; a warning of the build fails every test that asks for it."""
    of_this_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_this_run = of_this_run.parent
    built = Path(os.environ.get("SITE_OF_CHECKS") or of_this_run / "site")
    with FileLock(f"{built}.lock"):
        if not built.is_dir():
            out = tmp_path_factory.mktemp("site-under-way")
            done = subprocess.run(["sh", str(ROOT / "scripts" / "docs.sh"), str(out)], check=False, capture_output=True,
                                  text=True)
            assert done.returncode == 0, done.stderr
            shutil.move(out, built)
    return built


def pytest_terminal_summary(terminalreporter):
    """Write down which tests were run a second time and why, for the summary of all runs."""
    path = os.environ.get("SECOND_TRIES")
    if path and (again := terminalreporter.stats.get("rerun", [])):
        with open(path, "a", encoding="utf-8") as file:
            for report in again:
                crash = getattr(report.longrepr, "reprcrash", None)
                file.write(f"{report.nodeid}: {' '.join(crash.message.split())[:300] if crash else ''}\n")
