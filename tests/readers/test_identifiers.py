"""Whole numbers that tell runs apart are no metrics: left out with a note, unless somebody names them as metrics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.cli.command_line import main
from vanas_panel.errors import SourceError, UnknownMetricError
from vanas_panel.readers import open_asked
from vanas_panel.readers.options import Asked
from vanas_panel.serve.tables import shared_tables

LABELS = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"]
CELLS = {"adjacency": ["010001000"] * 3, "operations": [f"input,{label},output" for label in LABELS]}
ACCURACY = {"test_accuracy": [0.9, 0.7, 0.8]}
LEFT_OUT = ("1 column left out, since its name says that it numbers runs and measures nothing: {}. What is named under "
            "'metrics' in a description is a metric all the same.")


def frame(**columns):
    return pd.DataFrame({**CELLS, **ACCURACY, **columns})


@pytest.mark.parametrize("name", ["seed", "run", "random_state", "run_id", "Seed", "runId", "RUN ID", "trial_number",
                                  "seed1", "rng seed", "random_seed", "torch-seed", "replicate", "fold", "job_id",
                                  "index", "rep", "data_seed", "init_seed", "arch_id", "timestamp", "slurm_job_id"])
@pytest.mark.parametrize("values", [[1, 2, 3], [1760448103833408513] * 3, [7.0, np.nan, 9.0]])
def test_numbers_of_runs_are_left_out_with_a_note(write, name, values):
    table = write(frame(**{name: values}))
    assert [*table.metrics] == ["test_accuracy"] and table.notes == (LEFT_OUT.format(name),)


@pytest.mark.parametrize("names", [("seed_0", "seed_1"), ("run1", "run2"), ("fold_2", "fold_3"), ("seed 7", "seed 8")])
def test_each_run_has_a_column_of_its_measurements(write, names):
    table = write(frame(**{names[0]: [93, 94, 90], names[1]: [92, 94, 91]}))
    assert [*table.metrics] == ["test_accuracy", *names] and table.notes == ()


def test_numbered_data_sets_are_no_repeats(write):
    one = frame(dataset_id=[0, 0, 0])
    with pytest.raises(SourceError, match="dataset_id = 0 and 1"):
        write(pd.concat([one, one.assign(dataset_id=1, test_accuracy=0.5)]))


def test_a_column_without_a_number_is_no_identifier(tmp_path):
    path = tmp_path / "results.parquet"
    frame(seed=pd.array([None] * 3, dtype="Int64")).to_parquet(path)
    assert "numbers runs" not in "".join(vp.open_table(path).notes)


def test_several_are_counted(write):
    table = write(frame(seed=[1, 2, 3], run=[4, 5, 6], **{"fold/0": [0, 1, 2]}))
    assert [*table.metrics] == ["test_accuracy"]
    assert table.notes[0].startswith("3 columns left out, since their names say that they number runs and measure "
                                     "nothing: seed, run, fold/0.")


@pytest.mark.parametrize(("name", "values"), [
    ("seed", [0.91, 0.92, 0.9]),  # what was measured with it
    ("seed_777", [0.91, 0.92, 0.9]), ("run_time", [1, 2, 3]), ("seed_loss", [1, 2, 3]), ("trials_needed", [1, 2, 3]),
    ("node_number", [7, 7, 5]), ("sample_number", [1, 2, 3]), ("dataset_id", [0, 1, 2]), ("task_id", [0, 1, 2]),
    ("state", [1, 2, 3]), ("gpu_hours", [1, 2, 3]), ("performance_index", [1, 2, 3]), ("vertices", [3, 3, 3]),
])
def test_measurements_stay(write, name, values):
    table = write(frame(**{name: values}))
    assert table.column(name).tolist() == values and table.notes == ()


@pytest.mark.parametrize("column", ["seed", "seed/0"])
def test_a_description_makes_a_metric_of_one(write, column):
    table = write(frame(**{column: [3, 1, 2], "run": [1, 2, 3]}), {"metrics": {"seed": {"higher_is_better": False}}})
    assert table.column("seed").tolist() == [3.0, 1.0, 2.0] and "run" not in table.metrics
    assert table.notes == (LEFT_OUT.format("run"),)


def test_repeats_that_they_tell_apart_are_averaged(write):
    twice = frame(run_id=[1, 1, 1], runId=[1, 2, 3])
    other = twice.assign(run_id=2, runId=9, test_accuracy=0.5)
    table = write(pd.concat([twice, other]))
    np.testing.assert_allclose(table.column("test_accuracy"), [0.7, 0.6, 0.65])
    assert [*table.metrics] == ["test_accuracy"]


def test_a_named_direction_or_axis_asks_for_one(tmp_path):
    path = tmp_path / "results.csv"
    frame(seed=[3, 1, 2]).to_csv(path, index=False)
    assert [*vp.open_table(path).metrics] == ["test_accuracy"]
    assert vp.open_table(path, directions={"seed": None}).column("seed").tolist() == [3.0, 1.0, 2.0]
    assert [*vp.open_table(path).metrics] == ["test_accuracy"]
    with pytest.raises(UnknownMetricError, match="metric 'run'"):
        vp.open_table(path, directions={"run": True})
    out = tmp_path / "out.html"
    assert main(["report", str(path), str(out), "--axes", "seed,test_accuracy", "--best", "3"]) == 0
    assert "directions={&#39;seed&#39;: None}" in out.read_text() or "directions={'seed': None}" in out.read_text()


def test_report_keeps_described_directions(tmp_path):
    path = tmp_path / "results.csv"
    frame(seed=[3, 1, 2]).to_csv(path, index=False)
    (tmp_path / "results.csv.json").write_text('{"metrics": {"seed": {"higher_is_better": false}}}')
    table = open_asked(path, Asked().showing(["seed"]))
    assert table.metrics["seed"].higher_is_better is False
    assert table.opened_with == {"directions": {"seed": False}}
    assert vp.open_table(path, **table.opened_with).metrics["seed"].higher_is_better is False


def test_a_table_of_nothing_else_is_named_for_that(tmp_path):
    path = tmp_path / "results.csv"
    pd.DataFrame({**CELLS, "run_id": [1, 2, 3]}).to_csv(path, index=False)
    with pytest.raises(SourceError, match=r"no measured column \(numbers of runs only: run_id\)"):
        shared_tables((str(path),))


@pytest.mark.parametrize("value", [2**60, -1, 0])
def test_digits_of_omitted_values_do_not_matter(write, value):
    assert len(write(frame(seed=[value, value + 1, value])).notes) == 1
