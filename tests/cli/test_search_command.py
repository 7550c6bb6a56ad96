"""The command that runs and compares searches."""

import io
import sys

import pytest

import vanas_panel as vp
from tests.conftest import ROOT
from vanas_panel.cli import progress
from vanas_panel.cli.command_line import main
from vanas_panel.cli.parsers import choices
from vanas_panel.searches import STRATEGIES


def test_search_command_prints_its_result_and_resumes_its_file(tmp_path, capsys):
    path = tmp_path / "run.jsonl"
    arguments = ["search", "mnist-cells", "--strategy", "local-search", "--queries", "40", "--seed", "3",
                 "--out", str(path)]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    run = vp.search(vp.open_table("mnist-cells"), "local-search", queries=40, seed=3)
    assert "local-search:first, seed 3: 40 queries on mnist-cells." in said
    assert f"{100 * run.regret:.3f} points behind the best of the table" in said
    assert f"Wrote {path}." in said and "asked again: 0 of 40 queries" in said
    content = path.read_bytes()
    path.write_bytes(content[:1000])
    assert main(arguments) == 0 and path.read_bytes() == content
    assert "was cut off" in capsys.readouterr().out
    assert main([*arguments[:-4], "--seed", "4", "--out", str(path)]) == 2
    assert "another seed" in capsys.readouterr().err


def test_strategies_are_compared_with_chance(capsys):
    assert main(["search", "mnist-cells", "--strategy", "local-search", "--strategy", "random-cells", "--queries", "50",
                 "--compare", "10", "--metric", "validation_accuracy"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Regret in Test accuracy after 50 queries, mean of 10 seeds (95 % of them)"
    assert [line.split("  ")[1] for line in lines[1:]] == ["local-search:first", "random-cells", "random (exact)"]
    assert all("points" in line and "% asked again" in line for line in lines[1:])


@pytest.mark.parametrize(("arguments", "words"), [
    (["--strategy", "annealing"], "expected one of random"),
    (["--strategy", "random", "--strategy", "grid"], "--compare"),
    (["--compare", "3", "--out", "x.jsonl"], "--out together with --compare"),
    (["--metric", "nothing"], "Found metric 'nothing'"),
    (["--repeat", "best"], "expected mean, draw"),
    (["--queries", "0"], "Found queries 0"),
    (["--set", "population"], "Found --set 'population'; expected NAME=VALUE"),
    (["--set", "=3"], "Found --set '=3'; expected NAME=VALUE"),
    (["--strategy", "evolution", "--set", "population=3", "--set", "population=4"], "--set 'population' twice"),
    (["--strategy", "evolution", "--set", "popuation=3"], "Found setting 'popuation' of evolution"),
    (["--strategy", "evolution", "--set", "population=many"], "Found population 'many'; expected a number"),
    (["--compare", "3", "--set", "population=3"], "--set together with --compare"),
    (["--strategy", "reinforce", "--metric", "test_accuracy,flops"], "takes several: random"),
])
def test_mistakes_get_one_line(capsys, arguments, words):
    assert main(["search", "mnist-cells", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1 and error.startswith("vanas-panel search: ")


def test_single_settings_change_the_strategy(tmp_path, capsys):
    path = tmp_path / "run.jsonl"
    arguments = ["search", "mnist-cells", "--strategy", "evolution", "--set", "population=20", "--set", "edge_flip=0.5",
                 "--queries", "30", "--out", str(path)]
    assert main(arguments) == 0
    run = vp.search(vp.open_table("mnist-cells"), "evolution", queries=30,
                    settings={"population": 20, "edge_flip": 0.5})
    assert vp.read_search(path).trials.equals(run.trials)
    capsys.readouterr()
    assert main([*arguments[:5], "population=30", *arguments[6:]]) == 2
    assert "settings" in capsys.readouterr().err


@pytest.mark.parametrize("metric", [["--metric", "validation_accuracy,trainable_parameters"],
                                    ["--metric", "validation_accuracy", "--metric", "trainable_parameters"]])
def test_several_metrics_are_searched_at_once(tmp_path, capsys, metric):
    path = tmp_path / "run.jsonl"
    arguments = ["search", "mnist-cells", "--strategy", "nsga2", "--queries", "40", "--out", str(path), *metric]
    assert main(arguments) == 0
    run = vp.search(vp.open_table("mnist-cells"), "nsga2", queries=40,
                    metric=["validation_accuracy", "trainable_parameters"])
    assert vp.read_search(path).trials.equals(run.trials)
    said = capsys.readouterr().out
    assert f"  {len(run.front)} cells that no other one dominates in Validation accuracy, Parameters, from" in said
    assert f"  {100 * run.hypervolume[-1]:.1f} % of the volume that the front of the table dominates" in said
    content = path.read_bytes()
    path.write_bytes(content[:len(content) // 2])
    assert main(arguments) == 0 and path.read_bytes() == content


def test_strategies_are_compared_by_the_volume(capsys):
    assert main(["search", "mnist-cells", "--strategy", "nsga2", "--queries", "40", "--compare", "3",
                 "--metric", "validation_accuracy,flops"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Regret in Share of the front's volume after 40 queries")
    assert [line.split("  ")[1].strip() for line in lines[1:]] == ["random", "nsga2:vanas-panel"]


def test_help_knows_all_strategies():
    assert tuple(STRATEGIES) == choices.STRATEGIES


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Workers that train nothing, and a file of settings for them; the personal table is in a folder of the test."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "searches"))
    import live_hands

    monkeypatch.setitem(sys.modules, "vanas_panel.training.live", live_hands.use())
    monkeypatch.setattr("vanas_panel.searches.live.missing_words", lambda settings: "")
    monkeypatch.setenv("VANAS_PANEL_DATA", str(tmp_path / "data"))
    settings = tmp_path / "settings.json"
    settings.write_text(live_hands.tiny_settings(tmp_path).to_json())
    return settings


def test_live_search_command_prints_its_result_and_resumes(trained, tmp_path, capsys):
    path = tmp_path / "live.jsonl"
    arguments = ["search", "mnist-cells", "--strategy", "local-search", "--queries", "12", "--live", str(trained),
                 "--workers", "1", "--out", str(path)]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert "local-search:first, seed 0: 12 queries, trained in the search space of mnist-cells." in said.out
    assert "  trained on: cpu" in said.out and "found by query" in said.out and f"Wrote {path}." in said.out
    # No bar where nobody watches.
    assert said.err == ""
    content = path.read_bytes()
    path.write_bytes(content[:len(content) // 2])
    assert main(arguments) == 0 and path.read_bytes() == content
    assert len(vp.read_search(path)) == 12


@pytest.mark.parametrize(("arguments", "words"), [
    (["--live", "SETTINGS"], "--live without --out"), (["--scheduler", "tcp://x:1"], "--scheduler without --live"),
    (["--cells-per-device", "2"], "--cells-per-device without --live"),
    (["--no-record"], "--no-record without --live"),
    (["--live", "none.json", "--out", "x.jsonl"], "none.json: Found no readable text"),
    (["--live", "SETTINGS", "--out", "x.jsonl", "--metric", "joy"], "expected one that a training measures"),
    (["--live", "SETTINGS", "--out", "x.jsonl", "--metric", "test_accuracy,flops"], "Found several metrics"),
    (["--live", "SETTINGS", "--out", "x.jsonl", "--strategy", "grid", "--strategy", "random"], "Found 2 strategies")])
def test_mistakes_of_live_searches_get_one_line(trained, capsys, arguments, words):
    arguments = [str(trained) if each == "SETTINGS" else each for each in arguments]
    assert main(["search", "mnist-cells", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_progress_bars_appear_only_on_terminals_for_long_work(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr(progress, "DELAY", 0.0)
    with progress.bar(4, " runs") as bar:
        bar.update(2)
        bar.refresh()
    assert "2/4" in shown.getvalue() and "<" in shown.getvalue()
    quick = Terminal()
    monkeypatch.setattr("sys.stderr", quick)
    monkeypatch.setattr(progress, "DELAY", 1000.0)
    with progress.bar(4, " runs") as bar:
        bar.update(4)
    assert quick.getvalue() == ""
