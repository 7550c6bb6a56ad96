"""The limit of the cache: the table used longest ago leaves first, and none that a process has open."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import pytest

from vanas_panel.cli import main
from vanas_panel.errors import SourceError
from vanas_panel.readers import open_table
from vanas_panel.readers.cache import cache_folder
from vanas_panel.readers.cache_limit import DEFAULT, ENVIRONMENT, cache_limit, cache_size, make_room

HOLDING = """
import sys
from vanas_panel.readers import open_table
table = open_table(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache's folder of tables."""
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    return cache_folder() / "tables"


def source(tmp_path, number: int):
    """A small source unlike those of other numbers."""
    path = tmp_path / f"table{number}.csv"
    path.write_text(f'adjacency,operations,loss\n010001000,"input,maxpool3x3,output",{number}\n')
    return path


def converted(folder, tmp_path, number: int, used: int):
    """The file of a source that was converted and then used so many seconds after 1970, and is no longer open."""
    before = {*folder.glob("*.parquet")}
    open_table(source(tmp_path, number))
    gc.collect()
    (file,) = {*folder.glob("*.parquet")} - before
    os.utime(file, (used, used))
    return file


@pytest.mark.parametrize(("said", "expected"), [("", DEFAULT), ("none", None), ("50G", 50 * 10**9), (" 7 ", 7),
                                                ("2t", 2 * 10**12)])
def test_the_variable_says_the_limit(monkeypatch, said, expected):
    monkeypatch.setenv(ENVIRONMENT, said)
    assert cache_limit() == expected


@pytest.mark.parametrize("said", ["much", "0", "-1", "1.5G"])
def test_what_is_no_limit_is_one_clear_error(monkeypatch, said, folder, tmp_path):
    monkeypatch.setenv(ENVIRONMENT, said)
    with pytest.raises(SourceError, match=f"{ENVIRONMENT} = .*above 0"):
        open_table(source(tmp_path, 1))


def test_the_table_used_longest_ago_leaves_first_with_what_is_kept_beside_it(folder, tmp_path):
    newer, oldest = (converted(folder, tmp_path, number, used) for number, used in ((1, 2000), (2, 1000)))
    kept = folder / f"{oldest.stem}.cells-0of1-00000000.kept"
    kept.write_bytes(b"1234")
    os.utime(kept, (1000, 1000))
    size = sum(file.stat().st_size for file in (newer, oldest, kept))
    assert cache_size(folder) == size
    make_room(folder, size)
    assert oldest.exists()
    make_room(folder, size - 1)
    assert newer.exists()
    assert not oldest.exists()
    assert not kept.exists()


def test_opening_counts_as_use_and_makes_room(folder, tmp_path, monkeypatch):
    first = converted(folder, tmp_path, 1, 1000)
    second = converted(folder, tmp_path, 2, 2000)
    monkeypatch.setenv(ENVIRONMENT, str(cache_size(folder) - 1))
    assert open_table(source(tmp_path, 1)).column("loss").tolist() == [1]
    assert first.exists()
    assert not second.exists()
    assert open_table(source(tmp_path, 2)).column("loss").tolist() == [2]


def test_no_limit_removes_nothing(folder, tmp_path):
    file = converted(folder, tmp_path, 1, 1000)
    make_room(folder, None)
    assert file.exists()


def test_a_table_that_this_process_has_open_stays(folder, tmp_path):
    table = open_table(source(tmp_path, 1))
    make_room(folder, 1)
    assert len([*folder.glob("*.parquet")]) == 1
    del table
    gc.collect()
    make_room(folder, 1)
    assert not [*folder.glob("*.parquet")]


def test_a_table_that_another_process_has_open_stays_until_it_ends(folder, tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDING, str(source(tmp_path, 1))], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        make_room(folder, 1)
        assert len([*folder.glob("*.parquet")]) == 1
        process.stdin.close()
        process.wait()
    make_room(folder, 1)
    assert not [*folder.glob("*.parquet")]


@pytest.mark.parametrize(("said", "expected"), [("3G", "of at most 3 GB."), ("none", "without a limit.")])
def test_info_says_how_large_the_cache_is(folder, tmp_path, monkeypatch, capsys, said, expected):
    monkeypatch.setenv(ENVIRONMENT, said)
    assert main(["info", str(source(tmp_path, 1))]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Cache of converted tables")]
    used = sum(file.stat().st_size for file in folder.iterdir() if file.suffix in (".parquet", ".kept")) / 1e9
    assert f" {used:.3f} GB" in line
    assert line.endswith(expected)
