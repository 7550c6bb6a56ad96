"""Makes sample files of searches with the programs themselves: ``python scripts/make_samples.py FOLDER [PROGRAM ...]``.

Tests open what is made here, so that a reader is held against files that its program wrote and not against copies of
them. Every program runs the same toy objective. What is not installed is left out, and said; the extra ``samples``
installs all of it but NNI, whose last release needs Python below 3.12 and a server of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TRIALS = 12
SEED = 0
EPOCHS = 3
KINDS = ("adam", "sgd", "<b>rms</b>")


def objective(lr: float, layers: int, kind: str, epoch: int = EPOCHS) -> dict[str, float]:
    """A loss and an accuracy that follow from what a trial was given."""
    loss = (lr - 0.03) ** 2 * 100 + 1 / layers + KINDS.index(kind) / 10 + 1 / epoch
    return {"loss": loss, "accuracy": 1 / (1 + loss)}


def configurations() -> Iterator[dict]:
    """What the trials are given, where a program does not choose it by itself."""
    for number in range(TRIALS):
        yield {"lr": 0.001 * (number + 1) ** 2, "layers": 1 + number % 4, "kind": KINDS[number % 3]}


def optuna_files(folder: Path) -> None:
    """A study in SQLite and in a journal, with pruned and failed trials; its data frame as CSV."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def suggest(trial: optuna.Trial) -> float:
        given: dict[str, Any] = {"lr": trial.suggest_float("lr", 1e-3, 0.2, log=True),
                                 "layers": trial.suggest_int("layers", 1, 4),
                                 "kind": trial.suggest_categorical("kind", KINDS)}
        for epoch in range(1, EPOCHS + 1):
            told = objective(**given, epoch=epoch)
            trial.report(told["loss"], epoch)
        if trial.number % 5 == 3:
            raise optuna.TrialPruned
        if trial.number % 7 == 5:
            raise ValueError
        trial.set_user_attr("accuracy", told["accuracy"])
        return told["loss"]

    journal = JournalStorage(JournalFileBackend(str(folder / "optuna.log")))
    for storage in (f"sqlite:///{folder / 'optuna.db'}", journal):
        study = optuna.create_study(study_name="toy", storage=storage, direction="minimize",
                                    sampler=optuna.samplers.RandomSampler(seed=SEED))
        study.optimize(suggest, n_trials=TRIALS, catch=ValueError)
    study.trials_dataframe().to_csv(folder / "optuna_trials_dataframe.csv")
    study.trials_dataframe(multi_index=True).to_csv(folder / "optuna_trials_dataframe_two_headers.csv")
    study.trials_dataframe().to_json(folder / "optuna_trials.jsonl", orient="records", lines=True, date_format="iso")


def optuna_dashboard_files(folder: Path) -> None:
    """The CSV file that Optuna's dashboard saves of the study in SQLite, by its own server without a port."""
    import optuna
    from optuna_dashboard import wsgi

    storage = optuna.storages.RDBStorage(f"sqlite:///{folder / 'optuna.db'}")
    answer: list[str] = []
    environment = {"REQUEST_METHOD": "GET", "PATH_INFO": "/csv/1", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
                   "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http"}
    parts = wsgi(storage)(environment, lambda status, headers, error=None: answer.append(status))
    if not answer or not answer[0].startswith("200"):
        raise RuntimeError(f"the dashboard answered {answer}")
    (folder / "optuna_dashboard.csv").write_bytes(b"".join(parts))


def ray_files(folder: Path) -> None:
    """The folder of a run of Ray Tune, one trial that fails among them, and its data frame as CSV."""
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AIR_NEW_OUTPUT": "0"}
    import ray
    from ray import tune

    def train(config: dict) -> None:
        for epoch in range(1, EPOCHS + 1):
            if config["layers"] == 4 and epoch == 2:
                raise ValueError
            tune.report(objective(**config, epoch=epoch))

    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    try:
        space = {"lr": tune.grid_search([0.01, 0.05]), "layers": tune.grid_search([1, 4]), "kind": tune.choice(KINDS)}
        results = tune.Tuner(train, param_space=space, tune_config=tune.TuneConfig(metric="loss", mode="min"),
                             run_config=tune.RunConfig(name="ray", storage_path=str(folder), verbose=0)).fit()
        results.get_dataframe().to_csv(folder / "ray_dataframe.csv", index=False)
    finally:
        ray.shutdown()


_SYNE_TUNE = """
from argparse import ArgumentParser
from syne_tune import Reporter
import sys
sys.path.insert(0, {scripts!r})
from make_samples import EPOCHS, objective
parser = ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--layers", type=int)
parser.add_argument("--kind")
said, _ = parser.parse_known_args()
report = Reporter()
for epoch in range(1, EPOCHS + 1):
    report(epoch=epoch, **objective(said.lr, said.layers, said.kind, epoch))
"""


def syne_tune_files(folder: Path) -> None:
    """The folder of a run of Syne Tune, with its ``results.csv.zip``."""
    os.environ["SYNETUNE_FOLDER"] = str(folder / "syne_tune")
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.backend import LocalBackend
    from syne_tune.config_space import choice, loguniform, randint
    from syne_tune.optimizer.baselines import RandomSearch

    script = folder / "syne_tune_entry.py"
    script.write_text(_SYNE_TUNE.format(scripts=str(Path(__file__).resolve().parent)), encoding="utf-8")
    space = {"lr": loguniform(1e-3, 0.2), "layers": randint(1, 4), "kind": choice([*KINDS[:2]])}
    Tuner(trial_backend=LocalBackend(entry_point=str(script)),
          scheduler=RandomSearch(space, metrics=["loss"], do_minimize=True, random_seed=SEED),
          stop_criterion=StoppingCriterion(max_num_trials_finished=4), n_workers=2, sleep_time=0.2,
          tuner_name="toy", print_update_interval=1e9).run()


def hiplot_files(folder: Path) -> None:
    """A HiPlot experiment as CSV and as JSON."""
    import json

    import hiplot

    rows = [{**given, **objective(**given)} for given in configurations()]
    experiment = hiplot.Experiment.from_iterable(rows)
    experiment.to_csv(folder / "hiplot.csv")
    (folder / "hiplot.json").write_text(json.dumps(experiment._asdict()), encoding="utf-8")


def wandb_files(folder: Path) -> None:
    """Runs of Weights & Biases without its server, and the CSV file that its documentation makes of runs.

    The table of runs of its web page is made by its server alone, so no sample of it can be made here.
    """
    os.environ |= {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_DIR": str(folder)}
    import pandas
    import wandb

    found = []
    for number, given in enumerate(configurations()):
        with wandb.init(project="toy", name=f"run-{number}", config=given, dir=folder) as run:
            for epoch in range(1, EPOCHS + 1):
                run.log({**objective(**given, epoch=epoch), "epoch": epoch})
            summary = {name: value for name, value in dict(run.summary).items() if not name.startswith("_")}
            found.append({"summary": {**summary, "_wandb": {"runtime": 1}},
                          "config": {name: value for name, value in dict(run.config).items()
                                     if not name.startswith("_")}, "name": run.name})
    pandas.DataFrame(found).to_csv(folder / "wandb_project.csv")


def nni_files(folder: Path) -> None:
    """An experiment of NNI: its SQLite file, and its export. It starts a server of its own on port 8765."""
    import json
    import shutil

    from nni.experiment import Experiment

    (folder / "nni_entry.py").write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).resolve().parent)!r})\n"
        "import nni\nfrom make_samples import objective\n"
        "nni.report_final_result(objective(**nni.get_next_parameter())['accuracy'])\n", encoding="utf-8")
    experiment = Experiment("local")
    experiment.config.trial_command = f"{sys.executable} nni_entry.py"
    experiment.config.trial_code_directory = folder
    experiment.config.experiment_working_directory = folder / "nni"
    experiment.config.search_space = {"lr": {"_type": "loguniform", "_value": [1e-3, 0.2]},
                                      "layers": {"_type": "choice", "_value": [1, 2, 3, 4]},
                                      "kind": {"_type": "choice", "_value": [*KINDS[:2]]}}
    experiment.config.tuner.name = "Random"
    experiment.config.max_trial_number, experiment.config.trial_concurrency = 4, 2
    experiment.run(8765)
    exported = [{"parameter": each.parameter, "value": each.value, "trialJobId": each.trialJobId}
                for each in experiment.export_data()]
    experiment.stop()
    (folder / "nni_export.json").write_text(json.dumps(exported), encoding="utf-8")
    shutil.copy(next((folder / "nni").glob("*/db/nni.sqlite")), folder / "nni.sqlite")


PROGRAMS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "optuna": ("optuna", optuna_files), "optuna-dashboard": ("optuna_dashboard", optuna_dashboard_files),
    "ray": ("ray", ray_files), "syne-tune": ("syne_tune", syne_tune_files), "hiplot": ("hiplot", hiplot_files),
    "wandb": ("wandb", wandb_files), "nni": ("nni", nni_files),
}
"""What is made with each program: the module that it has, and the function."""


def is_there(program: str) -> bool:
    """Whether a program is installed."""
    return importlib.util.find_spec(PROGRAMS[program][0]) is not None


def main() -> int:
    """Make what can be made, each program in a process of its own; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("programs", nargs="*", choices=[[], *PROGRAMS], default=[])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    said.folder.mkdir(parents=True, exist_ok=True)
    folder = said.folder.resolve()
    failed = False
    for program in said.programs or PROGRAMS:
        if not is_there(program):
            print(f"{program}: not installed, left out")
        elif said.here:
            PROGRAMS[program][1](folder)
        else:
            # Some of them keep threads, servers and settings of their own.
            done = subprocess.run([sys.executable, __file__, str(folder), program, "--here"], check=False)
            failed = failed or done.returncode != 0
            print(f"{program}: {'failed' if done.returncode else 'done'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
