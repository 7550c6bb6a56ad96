"""The drawer of columns: what it says of each, what a person changes there, and what goes wrong."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from page_parts import click, html, send

import vanas_panel as vp
from vanas_panel.errors import SourceError
from vanas_panel.panels.data.panel import DataColumns
from vanas_panel.state.session import Session

CELLS = ["input,conv1x1-bn-relu,output", "input,conv3x3-bn-relu,output", "input,maxpool3x3,output"]


@pytest.fixture
def path(tmp_path):
    rows = [{"adjacency": "010001000", "operations": operations, "dataset": name, "test_accuracy": 0.5 + place / 10,
             "latency": 9 - place} for place, operations in enumerate(CELLS) for name in ("one", "two")]
    path = tmp_path / "split.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    path.with_name("split.csv.json").write_text(json.dumps({"conditions": {"dataset": "split"}}))
    return path


@pytest.fixture
def session(path):
    return Session(vp.open_table(path), drawer="data")


def test_what_a_description_does_with_a_condition_is_chosen(session):
    shown = html(DataColumns(session))
    assert '<option value="split" selected>' in shown and '<option value="refuse" selected>' not in shown


def test_another_choice_is_read(session):
    view = DataColumns(session)
    number = [each.name for each in session.table.source_columns].index("dataset")
    send(view.markup, f"choice:{number}:choose:one")
    read = []
    session.param.watch(lambda event: read.append(event.new), "read_again")
    click(view, "again")
    assert len(read) == 1 and read[0]["test_accuracy"].tolist() == pytest.approx([0.5, 0.6, 0.7])


def test_nonsense_changes_nothing(session):
    view = DataColumns(session)
    before = html(view)
    send(view.markup, "kind:99:metric", "kind:0:nonsense", "better:x:y", "choice:-1:split", "again", "")
    assert html(view) == before and session.read_again is None


def test_what_cannot_be_computed_is_said(session, monkeypatch):
    def fails(*_args):
        raise SourceError("a disk that is gone", "one that is there", "Plug it in")

    monkeypatch.setattr("vanas_panel.panels.data.compare_two.rank_agreement", fails)
    monkeypatch.setattr("vanas_panel.panels.data.panel.counted_columns", fails)
    shown = html(DataColumns(session))
    assert shown.count("a disk that is gone") == 1 and "Computing" not in shown
    # The columns of an embedded table are counted when the drawer opens.
    shown = html(DataColumns(Session(vp.open_table("structure4"), drawer="data")))
    assert shown.count("a disk that is gone") == 2 and "Computing" not in shown


def test_a_file_that_is_gone_is_said(session, path):
    view = DataColumns(session)
    number = [each.name for each in session.table.source_columns].index("dataset")
    send(view.markup, f"choice:{number}:choose:one")
    path.unlink()
    click(view, "again")
    assert "split.csv" in html(view) and session.read_again is None
