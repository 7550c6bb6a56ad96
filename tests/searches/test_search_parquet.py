"""Finished searches go to Parquet and come back to the byte; what is none is refused."""

import sys

import live_hands
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from vanas_panel.cli.command_line import main
from vanas_panel.errors import SearchError


@pytest.fixture(params=["table", "live"])
def path(request, tmp_path, monkeypatch):
    """The file of a finished search."""
    found = tmp_path / "run.jsonl"
    if request.param == "table":
        vp.search(vp.open_table("mnist-cells"), "evolution", repeat="draw", queries=60, seed=4, out=found)
    else:
        monkeypatch.setitem(sys.modules, "vanas_panel.training.live", live_hands.use())
        monkeypatch.setattr("vanas_panel.searches.live.missing_words", lambda settings: "")
        live_hands.searched(tmp_path, 4, repeat="draw").start().wait()
    return found


def test_there_and_back_nothing_changes(path, tmp_path):
    run, content = vp.read_search(path), path.read_bytes()
    run.to_parquet(tmp_path / "run.parquet")
    back = vp.read_search(tmp_path / "run.parquet")
    assert back.trials.equals(run.trials) and back.luck == run.luck and back.best == run.best
    assert back.errors == run.errors and back.states == run.states and back.header == run.header
    back.to_jsonl(tmp_path / "back.jsonl")
    assert (tmp_path / "back.jsonl").read_bytes() == content
    back.to_jsonl(path)
    assert path.read_bytes() == content
    other = tmp_path / "notes.txt"
    other.write_text("mine\n")
    with pytest.raises(SearchError, match="Found a file"):
        back.to_jsonl(other)
    assert other.read_text() == "mine\n"


def test_the_command_converts_both_ways(path, tmp_path, capsys):
    packed, back = tmp_path / "a.parquet", tmp_path / "b.jsonl"
    assert main(["search", str(path), "--convert", str(packed)]) == 0
    assert main(["search", str(packed), "--convert", str(back)]) == 0
    assert back.read_bytes() == path.read_bytes() and f"Wrote {back}." in capsys.readouterr().out
    assert main(["search", str(tmp_path / "none.jsonl"), "--convert", str(packed)]) == 2
    assert "Cannot read" in capsys.readouterr().err


def test_unfinished_and_misnamed_run_files_are_refused(path, tmp_path):
    run = vp.read_search(path)
    with pytest.raises(SearchError, match=r"ends in \.parquet"):
        run.to_parquet(tmp_path / "run.csv")
    with pytest.raises(SearchError, match="Cannot write"):
        run.to_parquet(tmp_path / "none" / "run.parquet")
    path.write_bytes(path.read_bytes()[:-3])
    for write in (lambda part: part.to_parquet(tmp_path / "x.parquet"), lambda part: part.to_jsonl(tmp_path / "x")):
        with pytest.raises(SearchError, match="not finished"):
            write(vp.read_search(path))


def test_other_files_and_damaged_columns_are_refused(path, tmp_path):
    packed = tmp_path / "run.parquet"
    with pytest.raises(SearchError, match="Cannot read"):
        vp.read_search(packed)
    for content in (b"", b"PAR1 and more", b"PAR1" * 20):
        packed.write_bytes(content)
        with pytest.raises(SearchError, match="no search of vanas-panel"):
            vp.read_search(packed)
    pq.write_table(pa.table({"raw": [1]}), packed)
    with pytest.raises(SearchError, match="no search of vanas-panel"):
        vp.read_search(packed)
    vp.read_search(path).to_parquet(packed)
    table = pq.read_table(packed)
    count = len(table)
    wrong = {"raw": np.full(count, 7), "parent": np.arange(count), "row": np.full(count, -2),
             "value": np.full(count, np.inf), "how": ["luck"] * count, "seconds": ["1 s"] * count,
             "arrived": np.zeros(count, np.int64), "before": np.arange(count)[::-1], "device": [None] * count}
    for name, values in wrong.items():
        if name in table.column_names:
            place = table.column_names.index(name)
            for changed in (table.set_column(place, name, pa.array(values)), table.drop_columns([name])):
                pq.write_table(changed, packed)
                with pytest.raises(SearchError, match="Found columns that are no search"):
                    vp.read_search(packed)
