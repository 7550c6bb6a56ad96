"""Files that the programs themselves write in this moment, or that ``VANAS_PANEL_SAMPLES`` names, open right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scripts.make_samples import EPOCHS, PROGRAMS, TRIALS, is_there, objective
from vanas_panel.errors import SourceError
from vanas_panel.readers.trials import open_trials

pytestmark = pytest.mark.slow
SAMPLES = os.environ.get("VANAS_PANEL_SAMPLES")
NEEDS = {"optuna-dashboard": ["optuna"]}


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """Give the folder with the files of a program, made once."""
    made: dict[str, Path] = {}
    folder = Path(SAMPLES) if SAMPLES else tmp_path_factory.mktemp("samples")

    def of(program: str) -> Path:
        for each in [*NEEDS.get(program, []), program]:
            if not SAMPLES and each not in made:
                if not is_there(each):
                    pytest.skip(f"needs {each}, of the extra `samples`")
                script = Path(sys.modules[PROGRAMS[each][1].__module__].__file__)
                subprocess.run([sys.executable, script, folder, each, "--here"], check=True, timeout=300)
                made[each] = folder
        return folder

    return of


def found(folder: Path, pattern: str) -> Path:
    """The first file of a pattern."""
    path = next(iter(sorted(folder.glob(pattern))), None)
    if path is None:
        pytest.skip(f"no {pattern} in {folder}")
    return path


OF_STUDIES = {"optuna.db": "optuna", "optuna.log": "optuna", "optuna_trials_dataframe.csv": "optuna",
              "optuna_trials.jsonl": "optuna", "optuna_dashboard.csv": "optuna-dashboard"}
OTHERS = {"hiplot.csv": "hiplot", "hiplot.json": "hiplot", "wandb_project.csv": "wandb", "ray": "ray",
          "ray_dataframe.csv": "ray", "syne_tune/*/results.csv.zip": "syne-tune", "nni.sqlite": "nni",
          "nni_export.json": "nni"}


def check_objective(table, rows, metrics) -> None:
    """Every row is what the objective says of what the trial was given."""
    for row in rows:
        trial = table.trial(int(row))
        epoch = trial.get("epoch", trial.get("training_iteration")) or EPOCHS
        told = objective(trial["lr"], int(trial["layers"]), trial["kind"], int(epoch))
        for name, of in metrics.items():
            assert trial[name] == pytest.approx(told[of], rel=1e-9), (row, name)


@pytest.mark.parametrize("name", OF_STUDIES)
def test_a_study_of_optuna(samples, name):
    table = open_trials(found(samples(OF_STUDIES[name]), name))
    assert table.state_counts == {"complete": 9, "failed": 1, "pruned": 2} and "Optuna" in table.format
    assert {*table.parameters} == {"lr", "layers", "kind"} and len(table) == TRIALS
    value = "Value" if "dashboard" in name else "value"
    check_objective(table, table.rows_in("complete"), {value: "loss", "accuracy": "accuracy"})
    assert table.metrics[value].higher_is_better is (False if name in ("optuna.db", "optuna.log") else None)


@pytest.mark.parametrize("name", OTHERS)
def test_a_table_of_another_program(samples, name):
    table = open_trials(found(samples(OTHERS[name]), name))
    assert {*table.parameters} == {"lr", "layers", "kind"}, table.summary()
    assert len(table) == {"hiplot": TRIALS, "wandb": TRIALS, "ray": 4, "nni": 4}.get(OTHERS[name], len(table)) >= 4
    if OTHERS[name] == "nni":
        metric, = table.metrics
        check_objective(table, range(len(table)), {metric: "accuracy"})
    else:
        check_objective(table, range(len(table)), {"loss": "loss", "accuracy": "accuracy"})
    failed = 2 if name == "ray" else 0
    assert np.sum(table.states == 1) == failed and {*table.state_counts} <= {"complete", "failed"}


@pytest.mark.parametrize(("program", "name", "words"), [
    ("optuna", "optuna_trials_dataframe_two_headers.csv", "two lines of headers.*multi_index"),
    ("wandb", "wandb", "runs of Weights & Biases as they are kept on disk"),
    ("wandb", "wandb/offline-run-*/run-*.wandb", "a run of Weights & Biases as it is kept on disk"),
    ("syne-tune", "syne_tune", "a folder of Syne Tune.*results.csv.zip"),
    ("ray", "ray/tuner.pkl", "a pickle of Python"), ("syne-tune", "syne_tune/*/tuner.dill", "a pickle of Python")])
def test_other_files_are_refused_by_what_they_are(samples, program, name, words):
    with pytest.raises(SourceError, match=words):
        open_trials(found(samples(program), name))
