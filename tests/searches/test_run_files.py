"""Files of searches: killed anywhere and continued they come out the same, and nothing else is ever changed."""

import json
import os
import signal
import subprocess
import sys
import time

import filelock
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.kinds import KindSpace
from vanas_panel.errors import SearchError

OPTIONS = {"metric": "validation_accuracy", "queries": 60, "seed": 5}


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.jsonl"


@pytest.fixture
def whole(table, path):
    """A finished file and its run."""
    run = vp.search(table, "regularised-evolution:naszilla", **OPTIONS, out=path)
    return path.read_bytes(), run


def test_a_file_reads_back_as_the_run(whole, path):
    content, run = whole
    read = vp.read_search(path)
    pd.testing.assert_frame_equal(read.trials, run.trials)
    assert repr(read.luck) == repr(run.luck) and repr(read) == repr(run) and read.best == run.best
    assert (read.proposals.trace == run.proposals.trace).all() and read.states == run.states
    lines = [json.loads(line) for line in content.splitlines()]
    assert lines[0]["vanas_panel_search"] == 1 and lines[-1].items() >= {"end": "budget", "others": None}.items()
    assert [next(iter(line)) for line in lines[1:-1]] == ["ask", "tell"] * (len(lines) // 2 - 1)


def test_killed_anywhere_and_continued_the_file_is_the_same(whole, table, path):
    content, _ = whole
    for cut in sorted({0, 1, len(content) - 1, *np.random.default_rng(0).integers(0, len(content), 25).tolist()}):
        path.write_bytes(content[:cut])
        again = vp.search(table, "regularised-evolution:naszilla", **OPTIONS, out=path)
        assert path.read_bytes() == content
        torn = bool(cut) and content[cut - 1:cut] != b"\n"
        assert any("was cut off" in note for note in again.notes) is torn


@pytest.mark.slow
def test_a_process_is_killed_while_it_writes_and_another_one_goes_on(path):
    code = ("import sys, vanas_panel as vp; vp.search(vp.open_table('mnist-cells'), 'random', queries=60_000, "
            "metric='test_accuracy', out=sys.argv[1])")
    expected = path.with_name("expected.jsonl")
    subprocess.run([sys.executable, "-c", code, str(expected)], check=True)
    process = subprocess.Popen([sys.executable, "-c", code, str(path)])
    while not path.exists() or path.stat().st_size < 100_000:
        time.sleep(0.001)
        if process.poll() is not None:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert path.read_bytes() == expected.read_bytes()


def test_a_search_that_is_under_way_can_be_read(whole, path):
    content, _ = whole
    path.write_bytes(content[:len(content) // 2])
    read = vp.read_search(path)
    assert 0 < len(read) < 60 and [note.split()[0:2] for note in read.notes][-1] == ["The", "search"]
    path.write_bytes(content.splitlines(keepends=True)[0])
    empty = vp.read_search(path)
    assert len(empty) == 0 and empty.best is None and np.isnan(empty.regret) and empty.trials.empty


@pytest.mark.parametrize(("options", "words"), [
    ({"seed": 6}, "another seed"), ({"queries": 61}, "another budget"),
    ({"strategy": "random"}, "strategy or settings"),
    ({"settings": {"tournament": 3}}, "strategy or settings"), ({"metric": "test_accuracy"}, "another objective"),
    ({"repeat": 0}, "another objective")])
def test_another_search_does_not_touch_the_file(whole, table, path, options, words):
    asked = {"strategy": "regularised-evolution:naszilla", **OPTIONS, **options}
    with pytest.raises(SearchError, match=words):
        vp.search(table, **asked, out=path)
    assert path.read_bytes() == whole[0]


def test_a_changed_table_is_noticed(whole, table, path):
    frame = table.frame(cells=True)
    frame.loc[5, "validation_accuracy"] += 0.001
    changed = vp.BenchmarkTable.from_frame(frame, name=table.name)
    with pytest.raises(SearchError, match="another table"):
        vp.search(changed, "regularised-evolution:naszilla", **OPTIONS, out=path)
    assert path.read_bytes() == whole[0]


def test_a_changed_line_is_refused_with_its_number(whole, table, path):
    lines = whole[0].splitlines(keepends=True)
    lines[20] = lines[20].replace(b'"value":0.', b'"value":1.')
    changed = b"".join(lines[:40])
    path.write_bytes(changed)
    with pytest.raises(SearchError, match="line 21: Found another proposal or value"):
        vp.search(table, "regularised-evolution:naszilla", **OPTIONS, out=path)
    assert path.read_bytes() == changed
    path.write_bytes(whole[0] + b'{"ask":999}\n')
    with pytest.raises(SearchError, match="more lines than this search"):
        vp.search(table, "regularised-evolution:naszilla", **OPTIONS, out=path)


@pytest.mark.parametrize(("content", "words"), [
    (b"important notes\n", "no search of vanas-panel"), (b"no end", "no search of vanas-panel"),
    (b"[1]\n", "no search of vanas-panel"),
    (b'{"vanas_panel_search":4}\n', "Found form 4 of searches; expected at most form 3"),
    (b"\xff\xfe\n", "no search of vanas-panel"), (b"[" * 100_000 + b"\n", "no search of vanas-panel")])
def test_files_of_something_else_are_neither_read_nor_touched(table, path, content, words):
    path.write_bytes(content)
    with pytest.raises(SearchError, match=words):
        vp.search(table, "random", **OPTIONS, out=path)
    with pytest.raises(SearchError, match=words):
        vp.read_search(path)
    assert path.read_bytes() == content


DAMAGE = [b"{}\n", b"not json\n", b'{"tell":0,"value":0.5,"seconds":null,"report":{}}\n', b'{"ask":1}\n', b"7\n",
          b'{"ask":0,"raw":"zz","row":0,"parents":[],"how":"random"}\n',
          b'{"ask":0,"raw":"701222000fd2b4","row":0,"parents":[],"how":"guess"}\n']


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_line_is_named(whole, path, damage):
    first = whole[0].splitlines(keepends=True)[0]
    path.write_bytes(first + damage)
    with pytest.raises(SearchError, match=r"run\.jsonl, line 2: Found .*; expected an ask"):
        vp.read_search(path)


def test_one_writes_at_a_time_and_a_folder_is_needed(table, path, tmp_path):
    with (filelock.FileLock(path.with_name(".run.jsonl.lock")),
          pytest.raises(SearchError, match="another process that writes")):
        vp.search(table, "random", **OPTIONS, out=path)
    with pytest.raises(SearchError, match="Cannot write .*Choose a writable path"):
        vp.search(table, "random", **OPTIONS, out=tmp_path / "none" / "run.jsonl")
    with pytest.raises(SearchError, match="Cannot read"):
        vp.read_search(tmp_path / "none.jsonl")


HEADER = {"vanas_panel_search": 1, "strategy": {"name": "random", "preset": "", "settings": {}},
          "objective": {"metric": "m", "higher_is_better": True, "repeat": "mean", "report": [], "best": 1.0},
          "seed": 0, "queries": 5, "space": {"operations": ["a"], "max_vertices": 3, "max_edges": 3},
          "table": {"name": "t", "cells": 1, "digest": "0"}}


@pytest.mark.parametrize("part", sorted(set(HEADER) - {"vanas_panel_search"}))
@pytest.mark.parametrize("value", ["absent", None, 5, [], {"report": [3]}])
def test_a_damaged_header_is_refused(path, part, value):
    header = {name: each for name, each in HEADER.items() if name != part}
    path.write_text(json.dumps(header if value == "absent" else {**header, part: value}) + "\n")
    if (part, value) in [("seed", 5), ("queries", 5)] or (part == "table" and value is None):
        assert len(vp.read_search(path)) == 0
    else:
        with pytest.raises(SearchError, match="line 1: Found a header"):
            vp.read_search(path)


@pytest.mark.parametrize(("part", "value"), [
    ("seed", -1), ("queries", 0), ("space", {**HEADER["space"], "kind": "round"}),
    ("space", {**HEADER["space"], "kind": 3})])
def test_a_header_with_a_number_or_kind_that_cannot_be_is_refused(path, part, value):
    path.write_text(json.dumps({**HEADER, part: value}) + "\n")
    with pytest.raises(SearchError, match="line 1: Found a header"):
        vp.read_search(path)


def test_a_search_of_a_kind_of_cells_has_its_space(path):
    path.write_text(json.dumps({**HEADER, "space": {**HEADER["space"], "kind": "chain"}}) + "\n")
    assert vp.read_search(path).space == KindSpace(["a"], max_vertices=3, max_edges=3, kind="chain")


@pytest.mark.parametrize("row", [-10**30, -5, 1 << 62])
def test_a_row_that_cannot_be_is_refused(path, row):
    ask = {"ask": 0, "raw": "30000000000007", "row": row, "parents": [], "how": "random"}
    path.write_text(json.dumps(HEADER) + "\n" + json.dumps(ask) + "\n")
    with pytest.raises(SearchError, match="line 2: Found"):
        vp.read_search(path)


@pytest.mark.parametrize("line", [
    {"ask": 0, "raw": "f" * 18, "row": None, "parents": [], "how": "random"},
    {"ask": 0, "raw": "f30000000000007", "row": None, "parents": [], "how": "random"},
    {"ask": 0, "raw": "70000000000007", "row": None, "parents": [], "how": "random"},
    {"ask": 0, "raw": "30000000000000", "row": None, "parents": [], "how": "random"},
    {"end": 1}, {"end": "budget", "others": "x"}])
def test_a_raw_cell_that_cannot_be_is_refused(path, line):
    path.write_text(json.dumps(HEADER) + "\n" + json.dumps(line) + "\n")
    with pytest.raises(SearchError, match=r"line 2: Found .*; expected an ask"):
        vp.read_search(path)


def test_a_refused_file_keeps_its_torn_line(whole, table, path):
    torn = whole[0][:len(whole[0]) // 2]
    changed = torn.replace(b'"value":0.', b'"value":1.', 1)
    path.write_bytes(changed)
    with pytest.raises(SearchError, match="another proposal or value"):
        vp.search(table, "regularised-evolution:naszilla", **OPTIONS, out=path)
    assert path.read_bytes() == changed


def test_line_ends_of_windows_are_named(whole, table, path):
    path.write_bytes(whole[0].replace(b"\n", b"\r\n"))
    with pytest.raises(SearchError, match="line ends of Windows"):
        vp.search(table, "regularised-evolution:naszilla", **OPTIONS, out=path)


@pytest.mark.parametrize("out", [".", "", "a\0b", "/"])
def test_paths_that_are_none_are_refused(table, out):
    with pytest.raises(SearchError, match="Cannot write"):
        vp.search(table, "random", **OPTIONS, out=out)
    with pytest.raises(SearchError, match="Cannot read"):
        vp.read_search(out)
