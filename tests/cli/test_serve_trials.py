"""``vanas-panel serve`` with a table of trials: which page it opens."""

from __future__ import annotations

import pandas as pd
import pytest

from vanas_panel.cli import command_line
from vanas_panel.cli import serve as served
from vanas_panel.errors import NoCellsError
from vanas_panel.state.followed import Followed


@pytest.fixture
def trials(tmp_path, monkeypatch):
    """A table of trials, and what was served; a server of cells finds none in it."""
    shown = []

    def no_cells(options, _say):
        raise NoCellsError("trials", "cells", "Look", path=options.sources[0])

    monkeypatch.setattr(served, "run", no_cells)
    monkeypatch.setattr(served, "serve_trials", lambda table, options, _say: shown.append(
        (table.table if isinstance(table, Followed) else table, options)))
    path = tmp_path / "trials.csv"
    pd.DataFrame({"lr": [0.1, 0.2], "depth": [1, 2], "loss": [0.5, 0.4]}).to_csv(path, index=False)
    return path, shown


def test_a_table_without_cells_opens_as_trials(trials):
    path, shown = trials
    assert not command_line.main(["serve", str(path), "--port", "0", "--better", "loss=higher"])
    table, options = shown[0]
    assert table.parameters == ("lr", "depth") and table.metrics["loss"].higher_is_better and options.port == 0


def test_kinds_say_that_it_holds_trials(trials):
    path, shown = trials
    assert not command_line.main(["serve", str(path), "--kind", "depth=metric"])
    assert shown[0][0].parameters == ("lr",)


def test_several_sources_are_tables_of_cells(trials, capsys):
    path, shown = trials
    assert command_line.main(["serve", str(path), str(path), "--study", "mine"])
    assert "2 sources with --study or --kind" in capsys.readouterr().err
    assert command_line.main(["serve", str(path), str(path)])
    assert not shown


def test_a_file_is_followed_unless_that_is_refused(trials, monkeypatch):
    path, _ = trials
    shown = []
    monkeypatch.setattr(served, "serve_trials", lambda table, _options, _say: shown.append(table))
    assert not command_line.main(["serve", str(path)])
    assert not command_line.main(["serve", str(path), "--no-follow"])
    assert isinstance(shown[0], Followed) and shown[1].parameters == ("lr", "depth")
