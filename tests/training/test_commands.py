"""The two commands of training, as a person calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

from vanas_panel import open_table
from vanas_panel.cli import command_line as cli
from vanas_panel.cli.train import parse_cell
from vanas_panel.core.cell import Cell
from vanas_panel.errors import ExchangeError, InvalidCellError, TrainingError
from vanas_panel.exchange import to_nasbench, to_pytorch
from vanas_panel.inspector.recording import read_recording
from vanas_panel.training import workers
from vanas_panel.training.results import read_results

CHAIN = {"operations": ["input", "conv3x3-bn-relu", "output"], "edges": [[0, 1], [1, 2]]}


@pytest.fixture
def run(threads, settings, tmp_path, monkeypatch, capsys):
    """Run ``vanas-panel`` with the small settings; its exit code and all that it printed."""
    asked = []

    @contextmanager
    def connected(scheduler=None, workers=None):
        asked.append((scheduler, workers))
        yield threads

    monkeypatch.setattr(workers, "connected", connected)

    def command(*arguments: str, settings=settings):
        path = tmp_path / "settings.json"
        path.write_text(settings.to_json())
        code = cli.main([*arguments, "--settings", str(path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    command.asked = asked
    return command


@pytest.mark.slow
def test_a_space_is_trained_continued_and_made_a_table(run, tmp_path):
    results, table = tmp_path / "results.jsonl", tmp_path / "small.parquet"
    code, said, shown = run("train-space", "--max-vertices", "3", "--out", str(results), "--table", str(table))
    assert code == 0
    assert f"7 of 7 cells have results in {results}." in said
    assert "Wrote a table of 7 cells" in said
    assert "7/7" in shown
    opened = open_table(table)
    assert len(opened) == 7
    assert opened.repeats("test_accuracy").shape == (7, 3)
    before = results.read_bytes()
    results.write_bytes(before[:-40])
    code, said, shown = run("train-space", "--max-vertices", "3", "--out", str(results))
    assert code == 0
    assert f"The last line of {results} was broken off; its cell is trained again." in said
    assert "6/7" in shown
    assert len(read_results(results).records) == 7


def test_command_trains_one_cell_and_prints_the_result(run, settings, tmp_path):
    results = tmp_path / "results.jsonl"
    code, said, _ = run("train", json.dumps(CHAIN), "--out", str(results))
    assert code == 0
    (record,) = read_results(results).records
    assert f"{record.trainable_parameters:,} parameters" in said
    assert settings.digest in said
    lines = [line.split() for line in said.splitlines()[2:]]
    assert [line[:2] for line in lines] == [["0", "4"], ["0", "12"], ["1", "4"], ["1", "12"], ["2", "4"], ["2", "12"]]
    assert lines[1][6] == f"{100 * record.repeats[0]['test_accuracy'][1]:.2f}"
    assert run("train", json.dumps(CHAIN), "--out", str(results))[1] == said
    assert len(read_results(results).records) == 1


def test_trainings_are_recorded_on_demand(run, tmp_path):
    results, folder = tmp_path / "results.jsonl", tmp_path / "new" / "recorded"
    code, plain, _ = run("train", json.dumps(CHAIN))
    assert code == 0
    code, said, _ = run("train", json.dumps(CHAIN), "--out", str(results), "--record", str(folder))
    assert code == 0 and [line.split()[:7] for line in said.splitlines()[1:]] == [
        line.split()[:7] for line in plain.splitlines()[1:]]
    (record,) = read_results(results).records
    assert sorted(path.name for path in folder.iterdir()) == [f"{record.key}-{repeat}.vptrain" for repeat in range(3)]
    training = read_recording(folder / f"{record.key}-2.vptrain")
    assert training.epochs.tolist() == list(range(13)) and json.loads(training.cell)["parts"]
    # A cell that has a result is not trained again; another training does not write over its recording.
    assert run("train", json.dumps(CHAIN), "--out", str(results), "--record", str(folder))[0] == 0
    code, _, error = run("train", json.dumps(CHAIN), "--record", str(folder))
    assert code == 2 and f"{record.key}-0.vptrain; expected none of a cell that is about to be trained" in error


def test_a_place_for_recordings_that_cannot_be_written_is_named(run, tmp_path):
    (tmp_path / "file").write_text("no folder")
    code, _, error = run("train", json.dumps(CHAIN), "--record", str(tmp_path / "file"))
    assert code == 2 and "Found no place for a recording" in error


def test_addresses_and_numbers_of_workers_are_handed_on(run):
    run("train", json.dumps(CHAIN), "--scheduler", "tcp://somewhere:8786")
    run("train", json.dumps(CHAIN), "--workers", "2")
    assert run.asked == [("tcp://somewhere:8786", 1), (None, 2)]


def test_cell_whose_repeats_all_fail_is_reported_with_the_reason(run, settings):
    code, said, error = run("train", json.dumps(CHAIN), settings=replace(settings, learning_rate=1e12))
    assert code == 2
    assert said.count("Training became unstable") == 3
    assert "3 failed repeats" in error
    assert "Try a smaller learning rate" in error


@pytest.mark.parametrize(("arguments", "said"), [
    (("train-space", "--max-vertices", "3", "--out", "x.jsonl", "--table", "x.csv"), "ends in .parquet"),
    (("train", "missing.json"), "no cell in 'missing.json'"),
    (("train", '{"operations": ["input", "output"]}'), "either edges or a matrix"),
    (("train", '{"operations": ["input", "output"], "edges": []}'), "no path from input to output"),
    (("train", '{"operations": ["input", "conv5x5", "output"], "edges": [[0, 1], [1, 2]]}'), "conv5x5"),
])
def test_user_mistakes_are_reported_in_one_line(run, arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, error = run(*arguments)
    assert code == 2
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("vertices", ["1", "8", "many"])
def test_numbers_of_vertices_outside_the_space_are_refused(vertices, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["train-space", "--max-vertices", vertices, "--out", "x"])
    assert left.value.code == 2
    assert "expected 2 to 7" in capsys.readouterr().err


def test_images_that_are_not_there_are_named_before_anything_starts(run, settings, tmp_path):
    lost = replace(settings, data=replace(settings.data, source=str(tmp_path / "lost.npz")))
    code, _, error = run("train-space", "--max-vertices", "3", "--out", str(tmp_path / "r.jsonl"), settings=lost)
    assert code == 2
    assert "lost.npz" in error
    assert not run.asked
    assert not (tmp_path / "r.jsonl").exists()


def test_cells_are_read_from_text_matrix_or_file(tmp_path):
    wanted = Cell(CHAIN["operations"], CHAIN["edges"])
    path = tmp_path / "cell.json"
    path.write_text(json.dumps(CHAIN))
    matrix = {"operations": CHAIN["operations"], "matrix": [[0, 1, 0], [0, 0, 1], [0, 0, 0]]}
    source = tmp_path / "cell.py"
    source.write_text(to_pytorch(wanted))
    for text in (json.dumps(CHAIN), json.dumps(matrix), str(path), str(source), to_nasbench(wanted)):
        assert parse_cell(text) == wanted
    with pytest.raises(InvalidCellError):
        parse_cell('{"operations": ["input", "output"], "edges": []}')
    with pytest.raises(ExchangeError, match="neither JSON nor Python"):
        parse_cell("{]")
    path.write_text("nothing")
    with pytest.raises(ExchangeError, match=r"cell\.json: Found"):
        parse_cell(str(path))
    with pytest.raises(TrainingError, match="no cell in"):
        parse_cell("nothing")


def test_without_the_extra_the_command_says_what_to_install():
    # The commands alone, as the whole of the command line takes seconds to load.
    code = ("import argparse, sys\n"
            "from vanas_panel.cli import train as commands\n"
            "from vanas_panel.cli.parsers import train as parsers\n"
            "assert 'torch' not in sys.modules and 'distributed' not in sys.modules\n"
            "import importlib.util as util; find = util.find_spec\n"
            "util.find_spec = lambda name, *rest: None if name == 'torch' else find(name, *rest)\n"
            "parser = argparse.ArgumentParser(); parsers.add_parsers(parser.add_subparsers())\n"
            f"options = parser.parse_args(['train', {json.dumps(CHAIN)!r}])\n"
            "try: options.run(options)\n"
            "except commands.TrainingError as error: sys.exit(str(error))")
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[2], check=False,
                          capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Found no package torch")
    assert "pip install 'vanas-panel[train]'" in done.stderr
