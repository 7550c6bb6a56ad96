"""Unfinished files: for their owner only, and cleared once whoever wrote them is gone, never sooner."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from vanas_panel.files.atomic import clear_left_over, publish, unpublished, write_whole

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Elsewhere a process cannot be asked for by its number")

WRITER = """
import os, random, signal, sys, time
from pathlib import Path
from vanas_panel.files.atomic import clear_left_over, write_whole
from vanas_panel.serve.auth.private_files import write_private

def write(folder):
    number = 0
    while True:
        number += 1
        text = f"{number}:" + "x" * 200_000
        write_whole(folder / "whole", text.encode())
        write_private(folder / "private", text, replace=True)

folder, left, waits = Path(sys.argv[1]), 0, random.Random(3)
for _ in range(8):
    # Each process is a fork, since importing takes much longer than what is tried here.
    process = os.fork()
    if not process:
        write(folder)
    time.sleep(waits.uniform(0.02, 0.15))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    left += sum(path.name.startswith(".vanas-") for path in folder.iterdir())
    for path in folder.glob("[wp]*"):
        number, text = path.read_text().split(":")
        assert number.isdigit() and text == "x" * 200_000, path
    clear_left_over(folder, again=True)
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
print(left)
"""


def unfinished(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".vanas-")]


@pytest.mark.slow
def test_leftovers_of_killed_processes_are_removed_and_results_kept(tmp_path):
    ran = subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(ran.stdout) > 0, "no kill hit a write"


def test_an_unfinished_file_is_for_its_owner_only_and_a_finished_one_as_usual(tmp_path):
    with unpublished(tmp_path) as part:
        part.write_text("text")
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
        publish(part, tmp_path / "private", private=True)
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o600
    write_whole(tmp_path / "public", b"text")
    (tmp_path / "other").write_text("text")
    assert (tmp_path / "public").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert unfinished(tmp_path) == []


def test_files_of_a_process_that_runs_are_never_touched(tmp_path):
    script = ("import sys; from pathlib import Path\nfrom vanas_panel.files.atomic import unpublished\n"
              "with unpublished(Path(sys.argv[1])) as part:\n    print(part.name, flush=True)\n    sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as other, unpublished(tmp_path) as own:
        assert other.stdin is not None and other.stdout is not None
        name = other.stdout.readline().strip()
        for path in (own, tmp_path / name):
            # However old it is.
            os.utime(path, (1, 1))
        clear_left_over(tmp_path, again=True)
        assert sorted(unfinished(tmp_path)) == sorted([own.name, name])
        other.kill()
        other.wait()
        clear_left_over(tmp_path, again=True)
        assert unfinished(tmp_path) == [own.name]


def test_leftover_of_a_reused_process_number_is_removed(tmp_path):
    with unpublished(tmp_path) as part:
        machine, me, begun, _ = part.stem.removeprefix(".vanas-").split("-")
    assert int(me) == os.getpid()
    gone = tmp_path / f".vanas-{machine}-{me}-{int(begun) - 1}-{'0' * 16}.tmp"
    mine = tmp_path / f".vanas-{machine}-{me}-{begun}-{'0' * 16}.tmp"
    for path in (gone, mine, gone.with_name(gone.name + "-wal")):
        path.touch()
    clear_left_over(tmp_path, again=True)
    assert unfinished(tmp_path) == [mine.name]


def test_of_other_machines_only_old_files_go_and_of_other_programs_none(tmp_path):
    old = [f".vanas-00000000-1-1-{'0' * 16}.tmp", f".{'a' * 32}.tmp"]
    new = [f".vanas-00000000-1-1-{'1' * 16}.tmp", f".{'b' * 32}.tmp"]
    foreign = [".vanas-notes.tmp", "table.tmp", ".x.tmp", f"{'a' * 32}.tmp", f".{'A' * 32}.tmp", ".vanas-.tmp"]
    for name in (*old, *new, *foreign):
        (tmp_path / name).touch()
    for name in (*old, *foreign):
        os.utime(tmp_path / name, (1, 1))
    folder = tmp_path / f".vanas-00000000-1-1-{'2' * 16}.tmp"
    folder.mkdir()
    os.utime(folder, (1, 1))
    link = tmp_path / f".vanas-00000000-1-1-{'3' * 16}.tmp"
    link.symlink_to(tmp_path / "table.tmp")
    clear_left_over(tmp_path, again=True)
    assert {path.name for path in tmp_path.iterdir()} == {*new, *foreign, folder.name, link.name}


def test_files_of_other_programs_beside_a_named_file_are_kept(tmp_path):
    theirs, ours = tmp_path / f".{'a' * 32}.tmp", tmp_path / f".vanas-00000000-1-1-{'0' * 16}.tmp"
    for path in (theirs, ours):
        path.touch()
        os.utime(path, (1, 1))
    write_whole(tmp_path / "report.html", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {theirs.name, "report.html"}


def test_a_folder_is_looked_at_once(tmp_path):
    name = f".vanas-00000000-1-1-{'0' * 16}.tmp"
    clear_left_over(tmp_path)
    (tmp_path / name).touch()
    os.utime(tmp_path / name, (1, 1))
    clear_left_over(tmp_path)
    assert unfinished(tmp_path) == [name]
    clear_left_over(tmp_path / "nowhere")
