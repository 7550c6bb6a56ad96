"""The command ``vanas-panel report``."""

from __future__ import annotations

import pytest

from vanas_panel.cli.command_line import main
from vanas_panel.cli.report import axes_of
from vanas_panel.errors import ReportError
from vanas_panel.report.plan import Axes


def test_command_writes_a_report_and_prints_its_path(tmp_path, capsys):
    target = tmp_path / "out.html"
    assert main(["report", "structure4", str(target), "--title", "Mine", "--note", "One", "--note", "Two", "--metric",
                 "flops", "--axes", "trainable_parameters:log,flops", "--best", "3", "--without", "designer"]) == 0
    assert f"Wrote {target} (" in capsys.readouterr().out
    text = target.read_text(encoding="utf-8")
    for words in ("<title>Mine</title>", "<p>One</p><p>Two</p>", "FLOPs over parameters (log x)", "ranked by FLOPs"):
        assert words in text
    assert text[text.index('id="best"'):].count("<tr data-vanas-load") == 3
    assert "vanas-table" not in text.split("<code>")[0]


@pytest.mark.parametrize(("arguments", "words"), [
    (["structure4", "nowhere/out.html"], "no folder"), (["structure4", "out.pdf"], "ends in .html"),
    (["structure4", "out.html", "--metric", "beauty"], "beauty"),
    (["structure4", "out.html", "--axes", "flops"], "comma between"),
    (["structure4", "out.html", "--axes", "flops,beauty"], "beauty"),
    (["structure4", "out.html", "--best", "900"], "0 to 200"), (["no-such-table", "out.html"], "no-such-table"),
])
def test_bad_arguments_are_reported_in_one_line_and_nothing_is_written(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert main(["report", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_axes_are_pairs():
    assert axes_of("a, b:log") == Axes("a", "b", False, True)
    with pytest.raises(ReportError, match="comma"):
        axes_of("a,b,c")
