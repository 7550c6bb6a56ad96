"""Files of a study: where each is, and the lines of networks of NEAT that were trained for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vanas_panel.errors import TrainingError
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.studies.plan import SEARCHES
from vanas_panel.text.language import Message
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.lines import OwnedLines, content_of, json_of
from vanas_panel.training.neat.trained import Trained

FORM = "vanas-panel-study-neat-1"
_PACKED = ".gz"


@dataclass(frozen=True)
class StudyFiles:
    """Where the files of a study are.

    Files of searches may be packed with gzip, their names then end with ``.gz``.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    def darts(self, seed: int) -> Path:
        """The search by DARTS."""
        return self._search(f"darts-{seed}.jsonl")

    def dg_darts(self, seed: int) -> Path:
        """The folder of the search by DG-DARTS."""
        return self.folder / SEARCHES / f"dg-darts-{seed}"

    def neat(self, seed: int) -> Path:
        """The search by NEAT."""
        return self._search(f"neat-{seed}.jsonl")

    def neat_random(self, seed: int) -> Path:
        """The networks at random beside it."""
        return self._search(f"neat-random-{seed}.jsonl")

    def trained(self, dataset: str, method: str) -> Path:
        """What was trained of a method on a data set, all seeds."""
        return self.folder / dataset / f"{method}.jsonl"

    def _search(self, name: str) -> Path:
        """A file of a search, packed where it is."""
        packed = self.folder / SEARCHES / f"{name}{_PACKED}"
        return packed if packed.exists() else packed.with_name(name)


@dataclass(frozen=True)
class NeatTraining:
    """A network of NEAT that was trained for a study.

    Attributes
    ----------
    seed : int
    settings : str
        Digest of the settings of the training.
    images : str
        Digest of the images or texts.
    trained : Trained
    """

    seed: int
    settings: str
    images: str
    trained: Trained

    @property
    def key(self) -> tuple[int, str, str, str]:
        """Equal for trainings that come to the same: seed, network, digests."""
        return self.seed, self.trained.network, self.settings, self.images


def neat_training(neat: NeatSettings, settings: GenotypeSettings) -> NeatSettings:
    """Settings of the training of a network of NEAT in its own size, on the data and for the epochs of others."""
    return replace(neat, data=settings.data, epochs=settings.epochs, batch_size=settings.batch_size, seed=settings.seed)


def append_neat(path: Path, found: NeatTraining) -> None:
    """Add a training to a file.

    Raises
    ------
    TrainingError
        Where the file is of something else or cannot be written.
    """
    with OwnedLines(path) as file:
        kept = [] if file.is_new() else neat_trainings(path)
        file.rewrite([{"form": FORM, "seed": each.seed, "settings": each.settings, "images": each.images,
                       "trained": each.trained.to_dict()} for each in (*kept, found)])


def neat_trainings(path: Path) -> list[NeatTraining]:
    """The trainings in a file; none where there is no file. A last line that was cut off is left out.

    Raises
    ------
    TrainingError
        Where it is of something else; the message names the line.
    """
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(content_of(path, _unreadable).split(b"\n")[:-1], start=1):
        content = json_of(line)
        is_object = isinstance(content, dict) and set(content) == {"form", "seed", "settings", "images", "trained"}
        trained = Trained.from_dict(content["trained"]) if is_object and content["form"] == FORM else None
        if trained is None or type(content["seed"]) is not int or not all(
                isinstance(content[name], str) for name in ("settings", "images")):
            raise _unreadable(path, number, Message("something else"))
        found.append(NeatTraining(content["seed"], content["settings"], content["images"], trained))
    return found


def _unreadable(path: Path, line: int, found: str) -> TrainingError:
    """The error for a line that cannot be read."""
    return TrainingError(Message("{path}, line {line}: Found {found}; expected networks of NEAT as a study trains "
                                 "them. Choose another file.", path=path, line=line, found=found))
