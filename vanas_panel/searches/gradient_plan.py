"""A search by gradient, or the training of a genome, before it runs, and what a server keeps of it."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from vanas_panel.core.genotype import Genotype
from vanas_panel.errors import SearchError
from vanas_panel.files.json_schema import Line, SchemaError, fitted, read_json
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import FILE, GenomeRun, GenomeSettings, read_genome_run
from vanas_panel.neat.run import NeatRun
from vanas_panel.studies.results import Study
from vanas_panel.text.language import Message
from vanas_panel.training.darts.dg_run import FIRST, DgDartsRun, DgDartsSettings, read_dg_darts
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.run_file import DartsRun, header_of, read_darts
from vanas_panel.training.darts.settings import DartsSettings

FORM = 1
"""Of the JSON text of a plan; others are refused."""

DARTS, DG_DARTS, GENOME = "darts", "dg-darts", "genome"

GradientRun = DartsRun | DgDartsRun
Still = Genotype | Genome | Study
"""What has no epochs: a genotype or a genome by itself, and a study, whose tables have everything together."""
KeptRun = GradientRun | GenomeRun
"""What a server runs and keeps."""
Followed = KeptRun | NeatRun | Still
"""What a page follows. The generations of NEAT stand for epochs; what is still has one epoch and no stage."""


@dataclass(frozen=True)
class GradientPlan:
    """A search by gradient that a server runs. `plan_gradient` makes one.

    Attributes
    ----------
    name : str
        Of its folder; no other one has it.
    settings : DartsSettings, DgDartsSettings or GenomeSettings
        They say which method it is.
    begun : str
        When it was asked for, as ISO 8601.
    """

    name: str
    settings: DartsSettings | DgDartsSettings | GenomeSettings
    begun: str = ""

    @property
    def method(self) -> str:
        """``darts``, ``dg-darts`` or ``genome``."""
        return (DG_DARTS if isinstance(self.settings, DgDartsSettings) else
                GENOME if isinstance(self.settings, GenomeSettings) else DARTS)

    @property
    def stage(self) -> DartsSettings | GenotypeSettings:
        """The settings of its one stage, or of both; of a genome those of its training."""
        settings = self.settings
        return (settings.stage if isinstance(settings, DgDartsSettings) else
                settings.training if isinstance(settings, GenomeSettings) else settings)

    @property
    def epochs(self) -> int:
        """Epochs of all stages."""
        return self.stage.epochs * (2 if self.method == DG_DARTS else 1)

    def to_json(self) -> str:
        """The plan as a line of JSON."""
        settings = ({"stage": self.stage.to_dict(), "clusters": self.settings.clusters, "least": self.settings.least}
                    if isinstance(self.settings, DgDartsSettings) else self.settings.to_dict())
        return json.dumps({"vanas_panel_gradient": FORM, "method": self.method, "settings": settings,
                           "begun": self.begun}, sort_keys=True)


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """Of the JSON text; the settings are checked as those of a new plan are."""

    vanas_panel_gradient: int
    method: Line
    settings: dict[str, Any]
    begun: Line


def plan_gradient(settings: DartsSettings | DgDartsSettings | GenomeSettings) -> GradientPlan:
    """A search, or a training of a genome, with a name that no other one has.

    Examples
    --------
    >>> plan = plan_gradient(DartsSettings(epochs=3))
    >>> plan.method, plan.epochs, read_gradient_plan(plan.to_json().encode(), plan.name) == plan
    ('darts', 3, True)
    """
    return GradientPlan(uuid.uuid4().hex, settings, datetime.now(UTC).isoformat(timespec="seconds"))


def read_gradient_plan(text: bytes, name: str) -> GradientPlan:
    """The plan that `GradientPlan.to_json` wrote.

    Raises
    ------
    SearchError, TrainingError
        Where it is none, or was made by another version.
    """
    try:
        form = fitted(read_json(text), _Form)
    except SchemaError as error:
        raise SearchError(Message("Found {found}; expected {expected}. Remove this search.", found=error.found,
                                  expected=error.expected)) from None
    if form.vanas_panel_gradient != FORM or form.method not in (DARTS, DG_DARTS, GENOME):
        raise SearchError(Message("Found form {form} of a search that trains; expected form {expected}. It was written "
                                  "by another version of vanas-panel: use that one.", form=form.vanas_panel_gradient,
                                  expected=FORM))
    read = (DgDartsSettings.from_dict if form.method == DG_DARTS else
            GenomeSettings.from_dict if form.method == GENOME else DartsSettings.from_dict)
    return GradientPlan(name, read(form.settings), form.begun)


def run_in(folder: Path, plan: GradientPlan) -> KeptRun:
    """A run as far as its files have come; without an epoch where there is none.

    Raises
    ------
    TrainingError
        Where a file cannot be read.
    """
    settings = plan.settings
    if isinstance(settings, GenomeSettings):
        return read_genome_run(folder / FILE, settings)
    if not (folder / FIRST).exists():
        stage = settings.stage if isinstance(settings, DgDartsSettings) else settings
        first = DartsRun(stage, header_of(stage, "", "", {}), [])
        return DgDartsRun(settings, first) if isinstance(settings, DgDartsSettings) else first
    if isinstance(settings, DgDartsSettings):
        return read_dg_darts(folder, settings.clusters, settings.least)
    return read_darts(folder / FIRST)


def stages_of(run: Followed) -> list[DartsRun]:
    """The stages of a run that have begun; none of NEAT, of a genome and of what is still."""
    if isinstance(run, DgDartsRun):
        return [run.first] if run.second is None else [run.first, run.second]
    return [run] if isinstance(run, DartsRun) else []


def epochs_of(run: Followed) -> int:
    """Epochs that have come to their end, in all stages, or generations of NEAT; 1 for what is still."""
    if isinstance(run, NeatRun | GenomeRun):
        return len(run)
    return 1 if isinstance(run, Still) else sum(map(len, stages_of(run)))


def stage_at(run: GradientRun, epoch: int) -> tuple[int, int]:
    """The stage of an epoch, from 0, and the number of the epoch in it, from 1.

    Parameters
    ----------
    run : DartsRun or DgDartsRun
    epoch : int
        From 1, counted through all stages.
    """
    first = len(stages_of(run)[0])
    return (0, epoch) if epoch <= first else (1, epoch - first)


class EpochSeconds(NamedTuple):
    """Mean seconds of an epoch of all candidates, as in the first stage; None where none was run.

    Attributes
    ----------
    moving, frozen : float or None
        Of epochs in which the alphas move, and of those in which they are frozen, which take less.
    """

    moving: float | None = None
    frozen: float | None = None

    def of_plan(self, plan: GradientPlan) -> float | None:
        """Seconds of all epochs of a search; None where those of moving epochs are not known.

        Where frozen epochs are not known, they count as moving ones.

        Examples
        --------
        >>> EpochSeconds(5.0, 2.0).of_plan(plan_gradient(DartsSettings(epochs=10, frozen=4)))
        38.0
        """
        stage = plan.stage
        if isinstance(stage, GenotypeSettings):
            return None if self.moving is None else self.moving * stage.epochs
        moving = stage.epochs - stage.frozen
        frozen = self.moving if self.frozen is None else self.frozen
        if frozen is None or (moving and self.moving is None):
            return None
        return plan.epochs // stage.epochs * (stage.frozen * frozen + moving * (self.moving or 0.0))


def seconds_of(run: KeptRun) -> EpochSeconds:
    """Mean seconds of epochs of the first stage: the second one has fewer operations."""
    if isinstance(run, GenomeRun):
        # The first epoch loads what is loaded once.
        times = [epoch.seconds for epoch in run.history][1:] or [epoch.seconds for epoch in run.history]
        return EpochSeconds(sum(times) / len(times) if times else None)
    stage = stages_of(run)[0]
    frozen = [epoch.seconds for epoch in stage.history if epoch.epoch <= stage.settings.frozen]
    moving = [epoch.seconds for epoch in stage.history if epoch.epoch > stage.settings.frozen]
    return EpochSeconds(*(sum(times) / len(times) if times else None for times in (moving, frozen)))


def without_folders(words: str, plan: GradientPlan) -> str:
    """What went wrong with a search, without the folders of this server: names of files stay.

    Examples
    --------
    >>> plan = plan_gradient(DartsSettings.from_dict({"data": {"source": "/data/ours/images.npz"}}))
    >>> without_folders("/data/ours/images.npz: Found no file", plan)
    'images.npz: Found no file'
    >>> without_folders(f"/home/a b/{plan.name}/stage0.jsonl, line 1: Found no search", plan)
    'stage0.jsonl, line 1: Found no search'
    """
    source = plan.stage.data.source
    for path in {source, str(Path(source))}:
        if Path(path).is_absolute() and Path(path).name:
            words = words.replace(path, Path(path).name)
    return re.sub(rf"/[^\n]*?{plan.name}(/|\.json)?", "", words)


def alike(plan: GradientPlan) -> str:
    """Equal for searches whose first stages take equally long for an epoch on the same machine, be it frozen or moving.

    Examples
    --------
    >>> one, other = plan_gradient(DartsSettings(seed=1, epochs=9)), plan_gradient(DartsSettings())
    >>> alike(one) == alike(other), alike(one) == alike(plan_gradient(DartsSettings(order=2)))
    (True, False)
    """
    if isinstance(plan.settings, GenomeSettings):
        same_training = replace(plan.settings.training, epochs=1, seed=0, learning_rate=1.0)
        return json.dumps([str(plan.settings.plan), asdict(same_training)], sort_keys=True, default=str)
    usual = DartsSettings()
    same = {name: getattr(usual, name) for name in ("least_learning_rate", "momentum", "weight_decay", "clip",
                                                    "alpha_rate", "alpha_decay")}
    settings = plan.settings.stage if isinstance(plan.settings, DgDartsSettings) else plan.settings
    stage = replace(settings, epochs=1, frozen=0, seed=0, learning_rate=1.0, kept=(), **same)
    return json.dumps(asdict(stage), sort_keys=True, default=str)

