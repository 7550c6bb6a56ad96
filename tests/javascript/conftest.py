"""Node and what npm installs for the checks; a test that needs what is missing is skipped with the reason."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLDEST = 18


@pytest.fixture(scope="session")
def node() -> str:
    """Path of node."""
    command = shutil.which("node")
    if command is None:
        pytest.skip("node is not installed")
    version = subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.", version)
    if found is None or int(found[1]) < OLDEST:
        pytest.skip(f"node is {version.strip()}; the tests need version {OLDEST} or newer")
    return command


@pytest.fixture(scope="session")
def esbuild() -> Path:
    """Path of esbuild."""
    command = ROOT / "node_modules" / ".bin" / "esbuild"
    if not command.exists():
        pytest.skip("esbuild is not installed: `sh scripts/javascript.sh install`")
    return command
