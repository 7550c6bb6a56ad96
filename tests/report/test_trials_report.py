"""Reports and files of a table of trials."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from vanas_panel.cli import command_line
from vanas_panel.errors import ReportError
from vanas_panel.report.trial_files import trial_parts
from vanas_panel.state.trials_found import found, listed_rows
from vanas_panel.state.trials_view import TrialsView, starting_view


@pytest.fixture
def frame():
    rows = np.arange(60)
    return pd.DataFrame({"opt": np.where(rows % 3, "adam", "=cmd()"), "lr": rows / 7, "depth": rows % 5,
                         "loss": np.where(rows == 4, np.nan, 1 / (3 + rows))})


@pytest.fixture
def table(frame):
    return vp.open_trials(frame)


def test_a_report_holds_what_the_view_shows_and_asks_for_nothing(table, tmp_path):
    view = starting_view(table).having("opt", "adam")
    path = vp.save_report(table, tmp_path / "report.html", view=view, title="<b>Mine</b>", notes="One.\n\nTwo.")
    text = path.read_text(encoding="utf-8")
    shown = found(table, view)
    assert "&lt;b&gt;Mine&lt;/b&gt;" in text and "<p>Two.</p>" in text and "40 trials with" in text
    best = int(shown.best[0])
    assert f"Trial {best}" in text
    assert not re.search(r"<(script|button|select|input)|https?://(?!www\.w3\.org)|data-action", text)
    assert "default-src 'none'" in text
    assert vp.save_report(table, tmp_path / "ko.html", lang="ko").read_text("utf-8").count('lang="ko"') == 1


def test_what_belongs_to_cells_is_refused(table, tmp_path):
    with pytest.raises(ReportError, match="Found axes for the report of a table of trials"):
        vp.save_report(table, tmp_path / "report.html", axes=[("lr", "loss")])
    with pytest.raises(ReportError, match="language"):
        vp.save_report(table, tmp_path / "report.html", lang="xx")
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("size", [7, 60])
def test_files_hold_the_listed_trials_exactly(table, frame, monkeypatch, size):
    for name in ("csv_parts", "parquet_parts", "json_parts"):
        monkeypatch.setattr(getattr(__import__("vanas_panel.report.frame_files", fromlist=[name]), name),
                            "__defaults__", (((), size) if name != "csv_parts" else (size,)))
    view = TrialsView("loss", "lr", "loss", "loss", where={"lr": (1.0, None)}, order="lr", reverse=True)
    rows = listed_rows(found(table, view))
    expected = frame[frame["lr"] >= 1].sort_values("lr", ascending=False)
    assert rows.tolist() == expected.index.tolist()
    read = {"csv": pd.read_csv, "parquet": lambda each: pq.read_table(each).to_pandas(),
            "jsonl": lambda each: pd.read_json(each, lines=True, precise_float=True)}
    for kind, reader in read.items():
        got = reader(io.BytesIO(b"".join(trial_parts(table, rows, kind))))
        assert got["row"].tolist() == rows.tolist()
        assert got["lr"].tolist() == expected["lr"].tolist(), kind
        np.testing.assert_array_equal(got["loss"], expected["loss"])
        assert got["state"].unique().tolist() == ["complete"]
    # A spreadsheet would run it.
    assert b",=cmd()" not in b"".join(trial_parts(table, rows, "csv"))


def test_an_empty_list_has_a_header(table):
    assert b"".join(trial_parts(table, np.zeros(0, np.int64), "csv")).decode().startswith("row,")
    assert pq.read_table(io.BytesIO(b"".join(trial_parts(table, np.zeros(0, np.int64), "parquet")))).num_rows == 0


def test_the_command_writes_one(frame, tmp_path, capsys):
    path, target = tmp_path / "trials.csv", tmp_path / "report.html"
    frame.to_csv(path, index=False)
    assert not command_line.main(["report", str(path), str(target), "--better", "loss=higher", "--note", "Mine."])
    assert "Mine." in target.read_text("utf-8") and "report.html" in capsys.readouterr().out
    assert not command_line.main(["report", str(path), str(target), "--kind", "depth=metric", "--metric", "depth"])
    assert command_line.main(["report", str(path), str(target), "--axes", "lr,loss"])
    assert "--axes for a table of trials" in capsys.readouterr().err
