"""Real files of every program, against what pandas and the programs themselves say of them."""

import json
import shutil
import sqlite3

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import SourceError
from vanas_panel.readers.trials import open_trials

OPTUNA = {"lr", "n_layers", "optimizer", "units_l0", "units_l1", "units_l2", "units_l3"}


@pytest.fixture
def here(real_trials, tmp_path):
    """Copies files under names that say nothing."""
    def copy(name, other):
        shutil.copyfile(real_trials / name, tmp_path / other)
        return tmp_path / other
    return copy


def column(table, name):
    return table.columns[name].series().astype(object).where(table.columns[name].known, None).tolist()


def test_study_of_optuna_is_that_of_its_data_frame(real_trials):
    table = open_trials(real_trials / "study.db", study="single")
    frame = pd.read_csv(real_trials / "optuna_trials_dataframe.csv")
    assert table.state_counts == {"complete": 46, "pruned": 54}
    assert table.format == "an Optuna study (SQLite)"
    assert {*table.parameters} == OPTUNA and {*table.metrics} == {"value", "params", "duration"}
    assert table.metrics["value"].better == "higher is better"
    for name in ("lr", "n_layers", "units_l0", "units_l1", "units_l2", "units_l3"):
        np.testing.assert_array_equal(table.columns[name].values, frame[f"params_{name}"])
    assert column(table, "optimizer") == frame["params_optimizer"].tolist()
    np.testing.assert_array_equal(table.column("value"), frame["value"])
    np.testing.assert_array_equal(table.column("params"), frame["user_attrs_params"])
    np.testing.assert_allclose(table.column("duration"), pd.to_timedelta(frame["duration"]).dt.total_seconds())
    states = [state for state in table.to_frame()["state"].astype(str)]
    assert states == frame["state"].str.lower().tolist()


@pytest.mark.parametrize("name", ["optuna_trials_dataframe.csv", "optuna_dashboard_1.csv"])
def test_tables_of_optuna_hold_the_same_trials_as_its_file(real_trials, name):
    table, other = open_trials(real_trials / name), open_trials(real_trials / "study.db", study="single")
    assert {*table.parameters} == OPTUNA
    assert table.state_counts == other.state_counts
    for parameter in OPTUNA:
        assert column(table, parameter) == column(other, parameter)
    value = "value" if "value" in table.metrics else "Value"
    np.testing.assert_array_equal(table.column(value), other.column("value"))
    assert any("does not say whether higher" in note for note in table.notes)


def test_study_of_two_objectives(real_trials):
    table = open_trials(real_trials / "study.db", study="multi")
    frame = open_trials(real_trials / "optuna_multi_trials_dataframe.csv", directions={"values_0": True,
                                                                                        "values_1": False})
    for each in (table, frame):
        assert [each.metrics[name].higher_is_better for name in ("values_0", "values_1")] == [True, False]
        np.testing.assert_array_equal(each.column("values_0"), table.column("values_0"))
    values = np.stack([-table.column("values_0"), table.column("values_1")], axis=1)
    front = [row for row in range(len(table)) if not any(
        (values[other] <= values[row]).all() and (values[other] < values[row]).any() for other in range(len(table)))]
    assert vp.pareto_front(table, ["values_0", "values_1"]).tolist() == front


def test_several_studies_in_one_file_are_listed(real_trials):
    with pytest.raises(SourceError, match=r"3 studies .*'single' \(100 trials\).*'nas201' \(150.*study='single'"):
        open_trials(real_trials / "study.db")
    with pytest.raises(SourceError, match="no study 'other'; expected one of 'single'"):
        open_trials(real_trials / "study.db", study="other")


def test_cells_of_a_study_open_as_trials_too(real_trials):
    table = open_trials(real_trials / "optuna_nas201_trials_dataframe.csv")
    assert table.parameters == tuple(f"op_{place}" for place in range(6))
    assert len(table) == 150


def test_experiment_of_nni_is_that_of_its_export(real_trials):
    table, export = open_trials(real_trials / "nni.sqlite"), open_trials(real_trials / "nni_export.json")
    said = json.loads((real_trials / "nni_export.json").read_text())
    for each in (table, export):
        assert each.parameters == ("lr", "n") and each.state_counts == {"complete": 4}
        assert column(each, "trialJobId") == [row["trialJobId"] for row in said]
        assert each.column("default").tolist() == [row["value"]["default"] for row in said]
        assert each.column("latency").tolist() == [row["value"]["latency"] for row in said]
        assert each.columns["lr"].values.tolist() == [row["parameter"]["lr"] for row in said]
    assert table.columns["reports"].values.tolist() == [1, 1, 1, 1]


def test_results_of_ray(real_trials):
    table = open_trials(real_trials / "ray_tune_dataframe.csv")
    frame = pd.read_csv(real_trials / "ray_tune_dataframe.csv")
    assert table.parameters == ("lr", "n_layers", "opt") and table.conditions == ("training_iteration",)
    np.testing.assert_array_equal(table.column("acc"), frame["acc"])
    assert column(table, "opt") == frame["config/opt"].tolist()
    assert table.metrics["loss"].higher_is_better is False and table.metrics["acc"].higher_is_better is True


@pytest.mark.parametrize("name", ["ray_progress_one_trial.csv", "ray_result_one_trial.json"])
def test_three_epochs_of_one_trial_are_one_trial(real_trials, name):
    table = open_trials(real_trials / name)
    assert len(table) == 1 and table.trial(0)["reports"] == 3
    assert table.trial(0)["acc"] == pytest.approx(0.6305148558886122) and table.trial(0)["training_iteration"] == 3
    assert "One trial reported 3 times; it is one row with its last report." in table.notes


def test_folder_of_ray(real_trials, tmp_path):
    reports = (real_trials / "ray_result_one_trial.json").read_text()
    for place, name in enumerate(["a", "b", "c"]):
        (tmp_path / "run" / name).mkdir(parents=True)
        (tmp_path / "run" / name / "result.json").write_text(reports.replace("004fa_00004", name) if place < 2 else "")
    (tmp_path / "run" / "c" / "params.json").write_text('{"lr": 0.5, "model": {"width": 3}}')
    (tmp_path / "run" / "b" / "error.txt").write_text("out of memory")
    table = open_trials(tmp_path / "run")
    assert column(table, "trial_id") == ["a", "b", "c"]
    assert table.to_frame()["state"].tolist() == ["complete", "failed", "running"]
    assert table.parameters == ("lr", "n_layers", "opt", "model/width")
    assert table.trial(2)["lr"] == 0.5 and table.trial(2)["model/width"] == 3 and table.trial(2)["acc"] is None


@pytest.mark.parametrize("name", ["syne_tune_results.csv", "syne_tune_results.csv.zip"])
def test_results_of_syne_tune(real_trials, name):
    table = open_trials(real_trials / name)
    frame = pd.read_csv(real_trials / "syne_tune_results.csv").groupby("trial_id").last()
    assert len(table) == len(frame) == 6
    assert table.parameters == ("lr", "n", "epochs") and table.conditions == ("epoch",)
    np.testing.assert_array_equal(table.column("accuracy"), frame["accuracy"])
    assert "6 trials reported 18 times" in " ".join(table.notes)


@pytest.mark.parametrize("name", ["hiplot.csv", "hiplot_experiment.json"])
def test_experiments_of_hiplot(real_trials, name):
    table = open_trials(real_trials / name)
    frame = pd.read_csv(real_trials / "hiplot.csv")
    assert {*table.parameters} == {"lr", "dropout", "optimizer"} and [*table.metrics] == ["loss"]
    np.testing.assert_array_equal(table.column("loss"), frame["loss"])
    assert column(table, "optimizer") == frame["optimizer"].tolist()


NAMES = {"study.db": "a", "nni.sqlite": "b.txt", "nni_export.json": "c.csv", "ray_result_one_trial.json": "d.dat",
         "optuna_dashboard_1.csv": "e.json", "hiplot_experiment.json": "f.db"}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_decides_nothing(here, real_trials, name):
    study = {"study": "single"} if name == "study.db" else {}
    table = open_trials(here(name, NAMES[name]), **study)
    assert table.format == open_trials(real_trials / name, **study).format
    assert len(table) == len(open_trials(real_trials / name, **study))


def test_parquet_and_frames_of_a_program_are_recognised_too(real_trials, tmp_path):
    frame = pd.read_csv(real_trials / "optuna_trials_dataframe.csv")
    frame.to_parquet(tmp_path / "x.parquet")
    for table in (open_trials(tmp_path / "x.parquet"), open_trials(frame)):
        assert table.format == "a table of trials that Optuna's trials_dataframe made"
        assert {*table.parameters} == OPTUNA and table.state_counts == {"complete": 46, "pruned": 54}


def test_reading_changes_nothing(here):
    path = here("study.db", "copy.db")
    before = path.read_bytes()
    path.chmod(0o444)
    open_trials(path, study="single")
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["copy.db"]


@pytest.mark.parametrize("name", ["study.db", "nni.sqlite"])
@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9])
def test_damaged_databases_are_one_clear_error(here, name, part):
    path = here(name, "cut.db")
    data = bytearray(path.read_bytes())
    place = int(len(data) * part)
    for damaged in (data[:place], data[:place] + b"\xff" * 4096 + data[place + 4096:]):
        path.write_bytes(damaged)
        try:
            open_trials(path, study="single" if name == "study.db" else None)
        except SourceError as error:
            assert str(error).count("Found") == 1 and "expected" in str(error) and "cut.db" in str(error)


def test_older_forms_of_a_database_are_refused(here):
    path = here("study.db", "old.db")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE trial_values")
    connection.close()
    with pytest.raises(SourceError, match="a file of Optuna without trial_values; .* Upgrade a copy"):
        open_trials(path, study="single")


def test_a_database_of_something_else_is_refused(tmp_path):
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (name text)")
    connection.close()
    with pytest.raises(SourceError, match="a SQLite file with the tables songs; expected those of Optuna or NNI"):
        open_trials(path)
