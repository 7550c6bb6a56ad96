"""What a study searches and trains, and the file that says so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from vanas_panel.core.plain import plain_float, plain_int
from vanas_panel.errors import TrainingError, brief
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.text.language import Message
from vanas_panel.training.darts.baselines import baseline_genotype
from vanas_panel.training.darts.cost import check_genotype
from vanas_panel.training.darts.dg_run import DgDartsSettings
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.network_shape import Shape, check_heads
from vanas_panel.training.darts.settings import DartsSettings, digest_of
from vanas_panel.training.settings import named
from vanas_panel.training.text_settings import TextSettings

PLAN = "study.json"
SEARCHES = "searches"
"""Folder of the searches, beside those of the data sets."""
BASELINE, DARTS, DG_DARTS, RANDOM, NEAT, NEAT_RANDOM = METHODS = (
    "baseline", "darts", "dg-darts", "random", "neat", "neat-random")
"""What is compared: a well-known block, three searches, genotypes drawn at random of the cost of that which DARTS
finds, and the best of as many networks at random as NEAT has trained."""
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
    neat : NeatSettings, optional
        By default NEAT is left out.

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
    spread: float = 0.1
    neat: NeatSettings | None = None

    def __post_init__(self):
        for name, kind in (("darts", DartsSettings), ("dg_darts", DgDartsSettings), ("trainings", Mapping)):
            if not isinstance(getattr(self, name), kind):
                raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.",
                                            name=name, found=brief(repr(getattr(self, name)), 60), kind=kind.__name__))
        if not self.trainings:
            raise TrainingError("Found no training in the study; expected one at least. Add it.")
        for name in self.trainings:
            if not (isinstance(name, str) and _NAME.fullmatch(name)) or name == SEARCHES:
                raise TrainingError(Message("Found data set {name}; expected small letters, digits and hyphens. Rename "
                                            "it.", name=brief(repr(name), 60)))
        count, spread = plain_int(self.random), plain_float(self.spread)
        for name, value, low, high in (("random", count, 1, 1_000), ("spread", spread, 0, 10)):
            if value is None or not low <= value <= high:
                raise TrainingError(Message("Found {name} = {found}; expected {low} to {high}. Change it.", name=name,
                                            found=repr(getattr(self, name)), low=low, high=high))
            object.__setattr__(self, name, value)
        self._check_kinds()

    def _check_kinds(self) -> None:
        """Refuse images beside texts, and a block or genotypes that cannot be trained on them."""
        is_text = isinstance(self.darts.data, TextSettings)
        data = [self.darts.data, self.dg_darts.stage.data, *(each.data for each in self.trainings.values()),
                *([self.neat.data] if self.neat else [])]
        if any(isinstance(each, TextSettings) != is_text for each in data):
            raise TrainingError("Found images and texts in one study; expected the one or the other, since operations "
                                "of the one are none of the other. Make two studies.")
        block = baseline_genotype(self.baseline)
        for each in self.trainings.values():
            check_genotype(block, Shape(each.channels, words=int(is_text)))
            check_heads(self.darts.operations, each.channels)

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the plan as JSON with sorted keys."""
        # The first data set is that of the searches, so their order counts.
        return digest_of({**self.to_dict(), "order": list(self.trainings)})

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        dg_darts = {"stage": self.dg_darts.stage.to_dict(), "clusters": self.dg_darts.clusters,
                    "least": self.dg_darts.least}
        neat = {} if self.neat is None else {"neat": self.neat.to_dict()}
        trainings = {name: each.to_dict() for name, each in self.trainings.items()}
        return {"baseline": self.baseline, "darts": self.darts.to_dict(), "dg_darts": dg_darts, "random": self.random,
                "spread": self.spread, **neat, "trainings": trainings}

    @classmethod
    def read(cls, path: str | PathLike) -> StudyPlan:
        """The plan in a file of JSON, such as ``study.json`` of a folder.

        Raises
        ------
        TrainingError
            Where there is none.
        """
        try:
            return cls.from_dict(json.loads(Path(path).read_bytes()[:1 << 20]))
        except OSError as error:
            reason: Any = cause(error)
        except RecursionError:
            reason = Message("something else")
        except ValueError as error:
            if isinstance(error, TrainingError):
                raise
            reason = Message("something else")
        raise TrainingError(Message("{path}: Found {found}; expected the plan of a study. Choose another folder.",
                                    path=path, found=reason))

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
        neat = {"neat": NeatSettings.from_dict(content["neat"])} if content.get("neat") is not None else {}
        return cls(**{**content, **neat, "darts": DartsSettings.from_dict(content["darts"]),
                      "dg_darts": DgDartsSettings.from_dict(content["dg_darts"]),
                      "trainings": {name: GenotypeSettings.from_dict(each)
                                    for name, each in content["trainings"].items()}})


def begin_study(folder: Path, plan: StudyPlan) -> None:
    """Write the plan down, or compare it with that of the folder.

    Raises
    ------
    TrainingError
        Where the folder holds another study, or cannot be written.
    """
    path = folder / PLAN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, (json.dumps(plan.to_dict(), indent=1) + "\n").encode())
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
    return StudyPlan.read(Path(folder) / PLAN)
