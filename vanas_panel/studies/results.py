"""What a study has found so far: every training, means with intervals, and differences from chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.errors import TrainingError
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.run_file import read as read_run
from vanas_panel.providers import provided
from vanas_panel.studies.files import StudyFiles, neat_training, neat_trainings
from vanas_panel.studies.plan import (
    DARTS,
    DG_DARTS,
    METHODS,
    NEAT,
    NEAT_RANDOM,
    RANDOM,
    StudyPlan,
    read_plan,
)
from vanas_panel.text.language import Message
from vanas_panel.training.darts.dg_run import DgDartsRun, read_dg_darts
from vanas_panel.training.darts.genotype_results import read_genotype_results
from vanas_panel.training.darts.run_file import DartsRun, read_darts

_COLUMNS = ["dataset", "method", "seed", "network", "validation_accuracy", "test_accuracy", "parameters",
            "multiply_accumulates", "seconds"]
_LEVEL = 0.95


@dataclass(frozen=True)
class Study:
    """A study as far as it has come.

    Attributes
    ----------
    folder : Path
    plan : StudyPlan
    """

    folder: Path
    plan: StudyPlan

    def __repr__(self) -> str:
        return f"<Study: {len(self.trainings)} trainings, {len(self.seeds)} seeds>"

    def _repr_html_(self) -> str:
        return provided("HTML of a study")(self)

    @cached_property
    def trainings(self) -> pd.DataFrame:
        """A row for each training: accuracies are fractions, costs those of one image or text, seconds of training.

        Multiply-accumulates of networks of NEAT are not counted; they are NaN.
        """
        frame = pd.DataFrame([row for name in self.plan.trainings for method in METHODS
                              for row in self._rows(name, method)], columns=_COLUMNS)
        return frame.astype({"test_accuracy": float, "multiply_accumulates": float, "seed": int})

    @property
    def seeds(self) -> list[int]:
        """Seeds with which anything was trained, ascending."""
        return sorted(self.trainings["seed"].unique().tolist())

    def _rows(self, dataset: str, method: str) -> Iterator[list[Any]]:
        """Trainings of a method on a data set, with the settings of the plan alone."""
        path, settings = StudyFiles(self.folder).trained(dataset, method), self.plan.trainings[dataset]
        digests = set()
        neat = self.plan.neat
        if method in (NEAT, NEAT_RANDOM):
            for one in neat_trainings(path) if neat is not None else ():
                found = one.trained
                if neat is not None and one.settings == neat_training(neat, replace(settings, seed=one.seed)).digest:
                    digests.add(one.images)
                    yield [dataset, method, one.seed, found.network, found.validation_accuracy, found.test_accuracy,
                           found.parameters, np.nan, found.seconds]
        elif path.exists():
            for each in read_genotype_results(path):
                if each.settings == replace(settings, seed=each.settings.seed):
                    digests.add(each.images)
                    yield [dataset, method, each.settings.seed, str(each.genotype), each.validation_accuracy,
                           each.test_accuracy, each.parameters, each.multiply_accumulates, each.seconds]
        if len(digests) > 1:
            raise TrainingError(Message("{path}: Found trainings on different data of one name; expected one kind. "
                                        "Remove the file, and let the study go on.", path=path))

    @cached_property
    def searches(self) -> dict[tuple[str, int], DartsRun | DgDartsRun | NeatRun]:
        """The searches by method and seed."""
        files, plan = StudyFiles(self.folder), self.plan
        found: dict[tuple[str, int], DartsRun | DgDartsRun | NeatRun] = {}
        for seed in self.seeds:
            found[DARTS, seed] = read_darts(files.darts(seed))
            found[DG_DARTS, seed] = read_dg_darts(files.dg_darts(seed), plan.dg_darts.clusters, plan.dg_darts.least)
            if plan.neat is not None and files.neat(seed).exists():
                found[NEAT, seed] = read_run(files.neat(seed))
                found[NEAT_RANDOM, seed] = read_run(files.neat_random(seed))
        return found

    def search_seconds(self, method: str) -> float:
        """Mean seconds of the searches of a method, over seeds; 0 where nothing is searched for.

        Those of DARTS and DG-DARTS are of the clock, those of NEAT of the processor.
        """
        own = [run for (name, _seed), run in self.searches.items() if name == method]
        return float(np.mean([_seconds(run) for run in own])) if own else 0.0

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row for each data set and method that has a training.

        Columns are ``seeds``, ``networks``; ``mean``, ``low`` and ``high``, the test accuracy (a fraction) over seeds,
        networks of one seed averaged first, with the 95 % interval of Student's t; ``difference``, ``difference_low``
        and ``difference_high``, the same for the difference from chance of the same seed, which is ``neat-random`` for
        NEAT and ``random`` for the others; means of ``parameters``, ``multiply_accumulates`` and ``seconds`` of
        training; and ``search_seconds``. Intervals of one seed are NaN.
        """
        rows = []
        by_seed = self.trainings.groupby(["dataset", "method", "seed"], sort=False)["test_accuracy"].mean()
        for keys, own in self.trainings.groupby(["dataset", "method"], sort=False):
            dataset, method = map(str, keys)
            scores, chance = (by_seed[dataset].get(name, pd.Series(dtype=float))
                              for name in (method, NEAT_RANDOM if method == NEAT else RANDOM))
            mean, low, high = mean_interval(scores.to_numpy())
            # Seeds that only one of the two has are NaN, and left out.
            gap = mean_interval((scores - chance).dropna().to_numpy()
                                if method not in (RANDOM, NEAT_RANDOM) else np.empty(0))
            rows.append({"dataset": dataset, "method": method, "seeds": len(scores), "networks": len(own),
                         "mean": mean, "low": low, "high": high, "difference": gap[0], "difference_low": gap[1],
                         "difference_high": gap[2], "parameters": own["parameters"].mean(),
                         "multiply_accumulates": own["multiply_accumulates"].mean(), "seconds": own["seconds"].mean(),
                         "search_seconds": self.search_seconds(method)})
        return pd.DataFrame(rows)


def mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and 95 % interval of Student's t; the interval of one value is NaN, and so is everything of none.

    Examples
    --------
    >>> tuple(round(each, 3) for each in mean_interval(np.array([1.0, 2.0, 3.0])))
    (2.0, -0.484, 4.484)
    """
    # Loading it takes a third of a second, which whoever only opens the package should not wait for.
    from scipy import stats

    if values.size < 2:
        return (float(values[0]) if values.size else np.nan), np.nan, np.nan
    mean, error = float(values.mean()), float(stats.sem(values))
    reach = float(stats.t.ppf((1 + _LEVEL) / 2, values.size - 1)) * error
    return mean, mean - reach, mean + reach


def read_study(folder: str | PathLike) -> Study:
    """Open a study, finished or not. PyTorch is not needed.

    Parameters
    ----------
    folder : path-like
        As `vanas_panel.run_study` wrote it.

    Returns
    -------
    Study

    Raises
    ------
    TrainingError
        Where there is none, or nothing has been trained yet.

    Examples
    --------
    >>> read_study("study").summary  # doctest: +SKIP
    """
    study = Study(Path(folder), read_plan(folder))
    if not len(study.trainings):
        raise TrainingError(Message("{path}: Found a study without a finished training; expected one at least. Let it "
                                    "go on.", path=folder))
    return study


def _seconds(run: DartsRun | DgDartsRun | NeatRun) -> float:
    """Seconds of a search."""
    if isinstance(run, NeatRun):
        return run.seconds
    stages = [run] if isinstance(run, DartsRun) else [run.first, *([run.second] if run.second else [])]
    return float(sum(stage.epochs["seconds"].sum() for stage in stages))
