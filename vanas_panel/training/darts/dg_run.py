"""DG-DARTS: a search by gradient, the groups of its operations, and a second search of what they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from vanas_panel.core.genotype import Genotype
from vanas_panel.core.plain import plain_int
from vanas_panel.errors import TrainingError
from vanas_panel.providers import provided
from vanas_panel.text.language import Message
from vanas_panel.training.darts.dropping import Dropping, drop_operations
from vanas_panel.training.darts.run_file import DartsRun, read_darts
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.settings import named

FIRST, SECOND = "stage0.jsonl", "stage1.jsonl"
"""Files of the two stages."""


@dataclass(frozen=True)
class DgDartsSettings:
    """Settings of DG-DARTS.

    Parameters
    ----------
    stage : DartsSettings
        Of both stages. By default those of the article at a reduced size: 25 epochs, the alphas frozen in the first
        10, batches of 96.
    clusters : int
        Groups of each edge, that of ``none`` not counted.
    least : int
        Operations that stay of each edge at least, ``none`` not counted; the article names no number.

    Examples
    --------
    >>> DgDartsSettings().stage.frozen
    10
    """

    stage: DartsSettings = field(default=DartsSettings(epochs=25, frozen=10, batch_size=96))
    clusters: int = 3
    least: int = 3

    def __post_init__(self):
        if not isinstance(self.stage, DartsSettings) or self.stage.kept:
            raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.",
                                        name="stage", found=type(self.stage).__name__,
                                        kind="DartsSettings, kept = ()"))
        if self.stage.frozen >= self.stage.epochs:
            raise TrainingError(Message("Found {frozen} frozen epochs of {epochs}; expected fewer: operations are "
                                        "grouped by the gradients of the others. Change frozen or epochs.",
                                        frozen=self.stage.frozen, epochs=self.stage.epochs))
        for name in ("clusters", "least"):
            number = plain_int(getattr(self, name))
            if number is None or not 1 <= number <= len(self.stage.operations):
                raise TrainingError(Message("Found {name} = {found}; expected {low} to {high}. Change it.", name=name,
                                            found=repr(getattr(self, name)), low=1, high=len(self.stage.operations)))
            object.__setattr__(self, name, number)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> DgDartsSettings:
        """Settings from JSON; what is left out keeps its default.

        Raises
        ------
        TrainingError
            Where a name is unknown or a value cannot be used.
        """
        content = named(cls, content, "settings")
        stage = content.get("stage", {})
        if not isinstance(stage, DartsSettings):
            stage = DartsSettings.from_dict({"epochs": 25, "frozen": 10, "batch_size": 96,
                                             **named(DartsSettings, stage, "stage")})
        return cls(**{**content, "stage": stage})


@dataclass(frozen=True)
class DgDartsRun:
    """A search by DG-DARTS, as far as it has come.

    Attributes
    ----------
    settings : DgDartsSettings
    first : DartsRun
        The first one, of all candidates.
    second : DartsRun or None
        The second one, of those that stay; None before it has begun.
    """

    settings: DgDartsSettings
    first: DartsRun
    second: DartsRun | None = None

    def __repr__(self) -> str:
        done = [len(stage) for stage in (self.first, self.second) if stage is not None]
        return f"<DgDartsRun: {' + '.join(map(str, done))} of {2 * self.settings.stage.epochs} epochs>"

    def _repr_html_(self) -> str:
        return provided("HTML of DG-DARTS")(self)

    @property
    def is_finished(self) -> bool:
        """Whether both stages have come to their end."""
        return self.second is not None and self.second.is_finished

    @cached_property
    def dropping(self) -> Dropping:
        """Groups, sums of their weights, and what stays of each edge, after the last epoch of the first stage."""
        return dropping_of(self.settings, self.first)

    @property
    def genotype(self) -> Genotype:
        """What is taken after the last epoch of the second stage.

        Raises
        ------
        TrainingError
            Where that stage has no epoch yet.
        """
        if self.second is None or not len(self.second):
            raise TrainingError("Found a search without a finished epoch of its second stage; expected one at least. "
                                "Let it go on.")
        return self.second.genotype


def dropping_of(settings: DgDartsSettings, first: DartsRun) -> Dropping:
    """What the first stage leaves.

    Raises
    ------
    TrainingError
        Where it has not come to its end, or ``none`` is the strongest group everywhere.
    """
    if not first.is_finished:
        raise TrainingError(Message("Found {count} of {epochs} epochs of the first stage; expected all of them. Let it "
                                    "go on.", count=len(first), epochs=first.settings.epochs))
    return drop_operations(first.gradients[settings.stage.frozen:], first.weights[-1], settings.stage.operations,
                           clusters=settings.clusters, least=settings.least)


def second_settings(settings: DgDartsSettings, dropping: Dropping) -> DartsSettings:
    """Settings of the second stage."""
    return replace(settings.stage, kept=dropping.names())


def read_dg_darts(folder: str | PathLike, clusters: int = 3, least: int = 3) -> DgDartsRun:
    """Read the files of a search by DG-DARTS, finished or not. PyTorch is not needed.

    Parameters
    ----------
    folder : path-like
        As `search_dg_darts` wrote it; its files may be packed with gzip, as in ``stage0.jsonl.gz``.
    clusters, least : int, optional
        With which the groups are made, see `DgDartsSettings`.

    Returns
    -------
    DgDartsRun

    Raises
    ------
    TrainingError
        Where a file cannot be read, or the second stage does not belong to the first one with these numbers.
    """
    folder = Path(folder)
    first = read_darts(_packed_or_not(folder / FIRST))
    settings = DgDartsSettings(first.settings, clusters, least)
    path = _packed_or_not(folder / SECOND)
    if not path.exists():
        return DgDartsRun(settings, first)
    second = read_darts(path)
    run = DgDartsRun(settings, first, second)
    if second.settings != second_settings(settings, run.dropping):
        raise TrainingError(Message("{path}: Found a second stage of other operations than the first one leaves with "
                                    "clusters = {clusters} and least = {least}; expected these. Give the numbers that "
                                    "it was made with.", path=path, clusters=clusters, least=least))
    return run


def _packed_or_not(path: Path) -> Path:
    """The file, or the one that is packed."""
    packed = path.with_name(f"{path.name}.gz")
    return packed if packed.exists() else path
