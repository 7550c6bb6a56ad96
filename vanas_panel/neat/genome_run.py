"""A genome that is trained by itself: its settings, its epochs and its result, and the file that holds them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from vanas_panel.errors import TrainingError, VanasError
from vanas_panel.neat.expression import express
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_text import read_genome
from vanas_panel.text.language import Constant, Message, marked
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.lines import OwnedLines, content_of, json_of
from vanas_panel.training.neat.plan import Plan
from vanas_panel.training.neat.trained import Trained

FORM = "vanas-panel-genome-1"
FILE = "genome.jsonl"


@dataclass(frozen=True)
class GenomeSettings:
    """A genome, and how its network is trained.

    Parameters
    ----------
    genome : Genome
        With a path from its input to its output.
    training : GenotypeSettings

    Raises
    ------
    SearchError
        Where there is no such path.
    """

    genome: Genome
    training: GenotypeSettings

    def __post_init__(self):
        _path = self.plan

    @cached_property
    def plan(self) -> Plan:
        """The network."""
        return express(self.genome)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"genome": repr(self.genome), "training": self.training.to_dict()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> GenomeSettings:
        """Settings from what `to_dict` gives.

        Raises
        ------
        ArgumentKindError, ExchangeError, SearchError, TrainingError
            Where they cannot be used.
        """
        return cls(read_genome(content.get("genome")), GenotypeSettings.from_dict(  # type: ignore[arg-type]
            content.get("training", {})))


@dataclass(frozen=True)
class TrainedEpoch:
    """An epoch of a training.

    Attributes
    ----------
    epoch : int
        From 1.
    train_loss : float
        Its mean.
    validation_accuracy : float
        A fraction, after the epoch.
    seconds : float
        Of the clock.
    """

    epoch: int
    train_loss: float
    validation_accuracy: float
    seconds: float

    @classmethod
    def from_line(cls, line: Any, epoch: int) -> TrainedEpoch | None:
        """The epoch of a line of JSON; None where it is none, or another one."""
        if not isinstance(line, dict) or set(line) != {item.name for item in fields(cls)} or line["epoch"] != epoch:
            return None
        numbers = [line[item.name] for item in fields(cls)]
        fits = all(type(each) in (int, float) and math.isfinite(each) and each >= 0 for each in numbers)
        return cls(**line) if fits and line["validation_accuracy"] <= 1 else None


@dataclass(frozen=True)
class GenomeRun:
    """The training of a genome as far as it has come.

    Attributes
    ----------
    settings : GenomeSettings
    history : list of TrainedEpoch
    result : Trained or None
        None before the end.
    """

    settings: GenomeSettings
    history: list[TrainedEpoch] = field(default_factory=list)
    result: Trained | None = None

    def __len__(self) -> int:
        return len(self.history)

    @property
    def is_finished(self) -> bool:
        """Whether it has come to its end."""
        return self.result is not None


def read_genome_run(path: Path, settings: GenomeSettings) -> GenomeRun:
    """The training in a file; without an epoch where there is no file. A last line that was cut off is left out.

    Raises
    ------
    TrainingError
        Where the file is of something else; the message names the line.
    """
    run = GenomeRun(settings)
    lines = content_of(path, _unreadable).split(b"\n")[:-1] if path.exists() else []
    if lines and json_of(lines[0]) != _header(settings):
        raise _unreadable(path, 1, Constant(marked("no training of this genome")))
    result = None
    for number, line in enumerate(lines[1:], start=2):
        content = json_of(line)
        epoch = TrainedEpoch.from_line(content, number - 1)
        result = Trained.from_dict(content)
        if epoch is not None:
            run.history.append(epoch)
        elif result is None or number < len(lines) or result.network != str(settings.plan):
            raise _unreadable(path, number, Constant(marked("something else")))
    return GenomeRun(settings, run.history, result)


class GenomeFile(OwnedLines):
    """The file of a training that begins; nobody else writes to it meanwhile."""

    def __init__(self, path: Path, settings: GenomeSettings):
        super().__init__(path)
        self._settings = settings

    def begin(self) -> None:
        """Begin anew: a network is quicker trained once more than its weights are kept."""
        self.rewrite([_header(self._settings)])

    def append(self, line: TrainedEpoch | Trained) -> None:
        """Keep an epoch, or the result."""
        self.add(asdict(line))


def _header(settings: GenomeSettings) -> dict[str, Any]:
    """The first line of a file."""
    return {"form": FORM, "network": str(settings.plan), "settings_hash": settings.training.digest}


def _unreadable(path: Path, line: int, found: str) -> TrainingError:
    """The error for a line that cannot be read."""
    return TrainingError(Message("{path}, line {line}: Found {found}; expected the training of a genome as a page "
                                 "writes it. Delete it, and train the genome again.", path=path, line=line,
                                 found=found))


def network_of(genome: Genome) -> str:
    """The text of the network of a genome; empty where it has none."""
    try:
        return str(express(genome))
    except VanasError:
        return ""
