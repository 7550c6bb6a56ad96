"""The checks of the JavaScript pass over what a machine lacks, say why, and still check the digests of the bundle."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path) -> Path:
    """The script and what it reads, a Python that takes every bundle, and plain tools for a PATH of their own."""
    folder = tmp_path / "a folder with spaces"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "bin").mkdir()
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    for name in ("sh", "dirname", "cat", "cksum", "grep", "rm", "mkdir"):
        (folder / "bin" / name).symlink_to(shutil.which(name))
    add(folder / ".venv" / "bin" / "python", 'echo "python $*"')
    return folder


def add(file: Path, script: str) -> None:
    """Write a command."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def run(project: Path, *words: str) -> tuple[int, str]:
    """Exit status and everything that was said."""
    done = subprocess.run([shutil.which("sh"), str(project / "scripts" / "javascript.sh"), *words], check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={"PATH": str(project / "bin"), "LC_ALL": "C"})
    return done.returncode, done.stdout


def without_node(project):
    return "node is not installed"


def old_node(project):
    add(project / "bin" / "node", 'case $1 in --version) echo v16.20.2 ;; *) exit 1 ;; esac')
    return "node is v16.20.2, and version 18 or newer is needed"


def without_npm(project):
    real = shutil.which("node")
    if real is None:
        add(project / "bin" / "node", "exit 0")
    else:
        (project / "bin" / "node").symlink_to(real)
    return "npm is not installed"


def without_registry(project):
    add(project / "bin" / "node", "exit 0")
    add(project / "bin" / "npm", "mkdir -p node_modules; echo 'npm error code ENOTFOUND' >&2; exit 1")
    return "npm could not install the tools (see .cache/npm.log): npm error code ENOTFOUND"


@pytest.mark.parametrize("lack", [without_node, old_node, without_npm, without_registry])
def test_missing_files_are_named_and_only_digests_checked(lack, project):
    reason = lack(project)
    status, said = run(project)
    assert status == 0
    assert "python scripts/bundle.py --check" in said
    assert f"SKIPPED style and types of the JavaScript: {reason}." in said
    assert not (project / "node_modules").exists()
    assert run(project, "install") == (1, f"vanas-panel: {reason}.\n")
    assert run(project, "bundle") == (1, f"vanas-panel: {reason}.\n")


def test_a_stale_bundle_fails_where_npm_is_missing(project):
    add(project / ".venv" / "bin" / "python", "exit 1")
    assert run(project)[0] == 1


def test_a_lock_is_installed_once(project):
    add(project / "bin" / "node", "exit 0")
    add(project / "bin" / "npm", 'mkdir -p node_modules/.bin; echo "npm $*" >>calls')
    for tool in ("biome", "tsc"):
        add(project / "node_modules" / ".bin" / tool, "exit 0")
    for _ in range(2):
        assert run(project)[0] == 0
    assert (project / "calls").read_text(encoding="utf-8").count("npm ci --ignore-scripts") == 1
    with (project / "package-lock.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert run(project, "install") == (0, "")
    assert (project / "calls").read_text(encoding="utf-8").count("npm ci") == 2


def test_another_word_is_refused(project):
    assert run(project, "chek") == (1, "scripts/javascript.sh knows install, bundle and check, not 'chek'.\n")
