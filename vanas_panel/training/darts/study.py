"""A study of searches: what they find, beside a well-known block and chance, trained alike on several data sets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from vanas_panel.core.genotype import Genotype
from vanas_panel.core.plain import plain_float, plain_int
from vanas_panel.errors import TrainingError, brief
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Message
from vanas_panel.training.darts.baselines import baseline_genotype
from vanas_panel.training.darts.datasets import load_data, prepare_data
from vanas_panel.training.darts.dg_run import DgDartsSettings
from vanas_panel.training.darts.entry import search_darts, search_dg_darts, train_genotype
from vanas_panel.training.darts.genotype_results import GenotypeResult
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.random_genotypes import random_genotypes
from vanas_panel.training.darts.settings import DartsSettings, digest_of
from vanas_panel.training.settings import named

PLAN = "study.json"
BASELINE, DARTS, DG_DARTS, RANDOM = METHODS = ("baseline", "darts", "dg-darts", "random")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class StudyPlan:
    """What a study searches and trains.

    Parameters
    ----------
    baseline : str
        See `vanas_panel.baseline_genotype`.
    darts : DartsSettings
    dg_darts : DgDartsSettings
    trainings : mapping of str to GenotypeSettings
        By the name of the data set. The first one is that of the searches, the others show whether what was found is
        good elsewhere. Names have small letters, digits and hyphens.
    random : int
        Genotypes drawn at random for every seed.
    spread : float
        How far their multiply-accumulates may lie from those of the genotype that DARTS finds, as a share.

    Examples
    --------
    >>> StudyPlan("resnet", DartsSettings(), DgDartsSettings(), {"MNIST": GenotypeSettings()})
    Traceback (most recent call last):
        ...
    vanas_panel.errors.TrainingError: Found data set 'MNIST'; expected small letters, digits and hyphens. Rename it.
    """

    baseline: str
    darts: DartsSettings
    dg_darts: DgDartsSettings
    trainings: Mapping[str, GenotypeSettings]
    random: int = 3
    spread: float = field(default=0.1)

    def __post_init__(self):
        baseline_genotype(self.baseline)
        if not self.trainings:
            raise TrainingError("Found no training in the study; expected one at least. Add it.")
        for name in self.trainings:
            if not (isinstance(name, str) and _NAME.fullmatch(name)):
                raise TrainingError(Message("Found data set {name}; expected small letters, digits and hyphens. Rename "
                                            "it.", name=brief(repr(name), 60)))
        count, spread = plain_int(self.random), plain_float(self.spread)
        for name, value, low, high in (("random", count, 1, 1_000), ("spread", spread, 0, 10)):
            if value is None or not low <= value <= high:
                raise TrainingError(Message("Found {name} = {found}; expected {low} to {high}. Change it.", name=name,
                                            found=repr(getattr(self, name)), low=low, high=high))
            object.__setattr__(self, name, value)

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the plan as JSON with sorted keys."""
        return digest_of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        dg_darts = {"stage": self.dg_darts.stage.to_dict(), "clusters": self.dg_darts.clusters,
                    "least": self.dg_darts.least}
        return {"baseline": self.baseline, "darts": self.darts.to_dict(), "dg_darts": dg_darts, "random": self.random,
                "spread": self.spread, "trainings": {name: each.to_dict() for name, each in self.trainings.items()}}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> StudyPlan:
        """A plan from what `to_dict` gives.

        Raises
        ------
        TrainingError
            Where a name is unknown or missing, or a value cannot be used.
        """
        content = named(cls, content, "study")
        missing = {"baseline", "darts", "dg_darts", "trainings"} - set(content)
        if missing or not isinstance(content["trainings"], Mapping):
            raise TrainingError(Message("Found a study without {missing}; expected {known}. Add them.",
                                        missing=", ".join(sorted(missing)) or "trainings",
                                        known="baseline, darts, dg_darts, trainings"))
        return cls(**{**content, "darts": DartsSettings.from_dict(content["darts"]),
                      "dg_darts": DgDartsSettings.from_dict(content["dg_darts"]),
                      "trainings": {name: GenotypeSettings.from_dict(each)
                                    for name, each in content["trainings"].items()}})


class Step(NamedTuple):
    """A training of a study that is done.

    Attributes
    ----------
    dataset, method : str
    seed : int
    result : GenotypeResult
    """

    dataset: str
    method: str
    seed: int
    result: GenotypeResult


def run_study(plan: StudyPlan | Mapping[str, Any], seeds: list[int], *, out: str | PathLike, device: str = "auto",
              on_step: Callable[[Step], object] | None = None) -> None:
    """Search and train everything that a plan names, seed by seed. The same call goes on where it was stopped.

    For every seed both searches run with it; then the block, both finds and the genotypes drawn at random are trained
    on each data set, all with that seed. Read it with `vanas_panel.read_study`, at any time.

    Parameters
    ----------
    plan : StudyPlan or mapping
    seeds : list of int
        More may be added later.
    out : path-like
        A folder, made where it is absent.
    device : str, optional
        As for `vanas_panel.search_darts`.
    on_step : callable, optional
        Called with each `Step`.

    Raises
    ------
    TrainingError, DeviceError
        As for `vanas_panel.search_darts` and `vanas_panel.train_genotype`, and where the folder holds another study.

    Examples
    --------
    >>> run_study("plan.json", seeds=[0, 1, 2], out="study")  # doctest: +SKIP
    """
    folder = Path(out)
    plan = plan if isinstance(plan, StudyPlan) else StudyPlan.from_dict(plan)
    _begin(folder, plan)
    for seed in seeds:
        found = _searched(plan, seed, folder, device)
        for dataset, settings in plan.trainings.items():
            for method, genotypes in found.items():
                for genotype in genotypes:
                    result = train_genotype(genotype, replace(settings, seed=seed), device=device,
                                            out=folder / dataset / f"{method}.jsonl")
                    if on_step is not None:
                        on_step(Step(dataset, method, seed, result))


def search_files(folder: Path, seed: int) -> tuple[Path, Path]:
    """The file of DARTS and the folder of DG-DARTS with a seed."""
    return folder / "searches" / f"darts-{seed}.jsonl", folder / "searches" / f"dg-darts-{seed}"


def _searched(plan: StudyPlan, seed: int, folder: Path, device: str) -> dict[str, list[Genotype]]:
    """Genotypes of every method."""
    darts_file, dg_folder = search_files(folder, seed)
    darts = search_darts(replace(plan.darts, seed=seed), out=darts_file, device=device).genotype
    dg_darts = search_dg_darts(replace(plan.dg_darts, stage=replace(plan.dg_darts.stage, seed=seed)), out=dg_folder,
                               device=device).genotype
    settings = next(iter(plan.trainings.values()))
    data = prepare_data(load_data(settings.data), settings.data)
    drawn = random_genotypes(plan.random, operations=plan.darts.operations, nodes=plan.darts.nodes, seed=seed,
                             like=darts, spread=plan.spread,
                             shape=data.shape(settings.channels, settings.cells, plan.darts.nodes),
                             image_size=data.dataset.train.images.shape[1])
    return {BASELINE: [baseline_genotype(plan.baseline)], DARTS: [darts], DG_DARTS: [dg_darts], RANDOM: drawn}


def _begin(folder: Path, plan: StudyPlan) -> None:
    """Write the plan down, or compare it with that of the folder."""
    path = folder / PLAN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(json.dumps(plan.to_dict(), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise TrainingError(Message("{path}: Found {reason}; expected a file that can be written. Choose another.",
                                    path=path, reason=cause(error))) from None
    if read_plan(folder).digest != plan.digest:
        raise TrainingError(Message("{path}: Found another study; expected the one that begins here. Choose another "
                                    "folder.", path=path))


def read_plan(folder: str | PathLike) -> StudyPlan:
    """The plan of a folder.

    Raises
    ------
    TrainingError
        Where there is none.
    """
    path = Path(folder) / PLAN
    try:
        return StudyPlan.from_dict(json.loads(path.read_bytes()[:1 << 20]))
    except OSError as error:
        reason: Any = cause(error)
    except ValueError:
        reason = Message("something else")
    raise TrainingError(Message("{path}: Found {found}; expected the plan of a study. Choose another folder.",
                                path=path, found=reason))
