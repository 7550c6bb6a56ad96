"""The set-up scripts stop with a plain sentence where they cannot go on, and the summary counts what was counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "sed", "cat", "cksum", "printf", "id", "cp", "rm")


@pytest.fixture
def project(tmp_path) -> Path:
    """What set-up needs of the project, in a folder with spaces in its name, and no environment yet."""
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    for name in ("scripts", "locks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def commands(tmp_path) -> Path:
    """A folder to be the whole PATH: the plain tools, no Python and no Chromium."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def add_command(folder: Path, name: str, script: str) -> None:
    """Put a shell script on the PATH."""
    (folder / name).unlink(missing_ok=True)
    (folder / name).write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def set_up(project: Path, commands: Path, want: str, **environment: str) -> str:
    """Run set-up, which must refuse, and return what it says."""
    done = subprocess.run([shutil.which("sh"), str(project / "scripts" / "setup.sh"), want], check=False, text=True,
                          capture_output=True, env={"PATH": str(commands), "LC_ALL": "C", **environment})
    assert done.returncode == 1
    return done.stderr


def test_no_python_at_all(project, commands):
    said = set_up(project, commands, "run")
    assert "no Python of version 3.11 or newer was found" in said
    assert "apt-get install python3" in said


def test_an_old_python_is_not_taken(project, commands):
    add_command(commands, "python3", "exit 1")  # the question "older than 3.11?" is answered by the exit status
    said = set_up(project, commands, "run", PYTHON="python3")
    assert "no Python of version 3.11 or newer was found as python3" in said


def test_python_without_the_venv_module(project, commands):
    add_command(commands, "python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    assert "apt-get install python3-venv" in set_up(project, commands, "run")


def test_environment_that_cannot_be_made(project, commands):
    add_command(commands, "python3", 'case "$2" in venv) echo "No space left on device" >&2; exit 1 ;; esac')
    said = set_up(project, commands, "run")
    assert "No space left on device" in said
    assert "virtual environment could not be made" in said


@pytest.mark.slow
def test_packages_that_cannot_be_installed(project, commands):
    (commands / "python3").symlink_to(sys.executable)
    said = set_up(project, commands, "run", PYTHON=sys.executable, PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")
    assert "pip could not install the packages" in said
    assert not list((project / ".venv").glob("*.stamp"))


def test_no_chromium_and_no_right_to_install_it(project, commands):
    add_command(commands, "id", "echo 1000")
    add_command(commands, "apt-get", "exit 1")
    said = set_up(project, commands, "browser")
    assert "only root may install it" in said
    assert "make check" in said


def test_no_chromium_and_no_apt(project, commands):
    assert "no apt-get" in set_up(project, commands, "browser")


def test_chromium_that_apt_cannot_install(project, commands):
    add_command(commands, "id", "echo 0")
    add_command(commands, "apt-get", 'echo "Temporary failure resolving" >&2; exit 100')
    said = set_up(project, commands, "browser")
    assert "Temporary failure resolving" in said
    assert "could not install Chromium" in said


def test_chromium_is_installed_where_that_is_possible(project, commands):
    add_command(commands, "id", "echo 0")
    add_command(commands, "apt-get", f'[ "$1" = update ] || cp "{commands}/id" "{commands}/chromium"')
    assert "no Python of version 3.11" in set_up(project, commands, "browser")  # the next thing that is missing


def test_servers_that_apt_cannot_install_are_done_without(project, commands):
    add_command(commands, "id", "echo 0")
    add_command(commands, "chromium", "exit 0")
    add_command(commands, "apt-get", "exit 100")
    said = set_up(project, commands, "browser")
    assert "no Python of version 3.11" in said  # it goes on
    has_both = (Path("/usr/sbin/nginx").exists() and any(Path("/usr/lib/postgresql").glob("*/bin/postgres")))
    assert ("tests that need them will be skipped" in said) == (not has_both)


def test_summary_adds_up_pytest_counts(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    outcomes = tmp_path / "test_outcomes.py"
    outcomes.write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_passes(number): pass\n"
        "def test_fails(): assert 1 == 2\n"
        "def test_skips(): pytest.skip('why not')\n"
        "@pytest.fixture\n"
        "def broken(): raise ValueError\n"
        "def test_errors(broken): pass\n",
        encoding="utf-8")
    # Without what is installed beside pytest: only its counting matters.
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(tmp_path),
                    f"--junitxml={reports / 'unit.xml'}", str(outcomes)], check=False, capture_output=True,
                   env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    shutil.copy(reports / "unit.xml", reports / "browser.xml")
    summary = [sys.executable, str(ROOT / "scripts" / "summary.py"), str(tmp_path)]
    done = subprocess.run([*summary, "types", "unit", "browser", "crashed"], check=False, text=True,
                          capture_output=True)
    assert done.returncode == 1
    last = done.stdout.splitlines()[-1]
    # Two runs of 3, 1, 1 and 1, and two failed checks that no report accounts for.
    assert last.startswith("=== 6 passed, 2 failed, 4 errors, 2 skipped in ")
    assert (tmp_path / "summary.txt").read_text(encoding="utf-8") == last + "\n"
    assert subprocess.run(summary, check=False, capture_output=True).returncode == 0


def test_summary_names_tests_that_needed_a_second_try(tmp_path):
    (tmp_path / "reports").mkdir()
    tried = tmp_path / "second-tries.txt"
    outcomes = tmp_path / "test_outcomes.py"
    outcomes.write_text(
        "from pathlib import Path\n"
        "here = Path(__file__).with_name('here')\n"
        "def test_once(): pass\n"
        "def test_twice():\n"
        "    if not here.exists():\n"
        "        here.touch()\n"
        "        raise AssertionError('too\\nlate')\n", encoding="utf-8")
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    run = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(tmp_path), "--reruns", "1",
           f"--junitxml={tmp_path / 'reports' / 'unit.xml'}", str(outcomes)]
    subprocess.run(run, check=True, capture_output=True,
                   env={**os.environ, "SECOND_TRIES": str(tried), "PYTHONPATH": str(ROOT)})
    named = "test_outcomes.py::test_twice: AssertionError: too late"
    assert tried.read_text(encoding="utf-8") == f"{named}\n"
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "summary.py"), str(tmp_path)], check=True, text=True,
                          capture_output=True)
    *_, second, last = done.stdout.splitlines()
    assert second == f"  {named}"
    assert last.startswith("=== 2 passed, 0 failed, 0 errors, 0 skipped in ")


def test_a_part_that_is_none_is_named_with_those_that_are():
    for name in ("nothing", "browser", "../tests/core"):
        done = subprocess.run(["sh", str(ROOT / "scripts" / "check.sh"), "part", "core", name], check=False,
                              capture_output=True, text=True)
        assert done.returncode == 2 and done.stdout == "", name
        said, _, parts = done.stderr.partition(": ")
        assert said == f"There is no part '{name}'. The parts are folders of tests/"
        assert {"core", "readers", "serve"} <= set(parts.split()) and not {"browser", "bench"} & set(parts.split())


def test_every_part_is_a_room_of_the_package_or_of_the_project():
    rooms = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")} - {"bench", "browser"}
    assert {room for room in rooms if not (ROOT / "vanas_panel" / room).is_dir()} == {"docs", "javascript", "project"}
