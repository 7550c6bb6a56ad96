"""The file of a search by NEAT: a line for the search, one for each training, one for each generation behind them."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import orjson

from vanas_panel._version import __version__
from vanas_panel.errors import TrainingError
from vanas_panel.neat.generation import Generation, read_generation
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.text.language import Constant, Message, marked
from vanas_panel.training.darts.lines import OwnedLines, content_of, json_of
from vanas_panel.training.neat.trained import Trained

FORM = "vanas-panel-neat-1"


def header_of(settings: NeatSettings, images: str, device: str, versions: dict[str, str]) -> dict[str, Any]:
    """The first line of a file."""
    return {"form": FORM, "settings": settings.to_dict(), "settings_hash": settings.digest, "images": images,
            "device": device, "versions": {"vanas-panel": __version__, **versions}}


def read(path: str | PathLike) -> NeatRun:
    """Read the file of a search by NEAT, finished or not. PyTorch is not needed.

    Parameters
    ----------
    path : path-like
        As `search` or `random_search` wrote it. A last line that was cut off is left out.

    Returns
    -------
    NeatRun

    Raises
    ------
    TrainingError
        Where it cannot be read or is no such file; the message names the line.
    """
    path = Path(path)
    *lines, _torn = content_of(path, _unreadable).split(b"\n")
    header = json_of(lines[0]) if lines else {}
    settings = _settings_of(path, header)
    trained: dict[str, Trained] = {}
    generations: list[Generation] = []
    first = 0
    for number, text in enumerate(lines[1:], start=2):
        line = json_of(text)
        if isinstance(line, dict) and "network" in line:
            found = Trained.from_dict(line)
            if found is None or found.network in trained:
                raise _unreadable(path, number, Constant(marked("a training without all of its numbers, or one more of "
                                                                "the same network")))
            trained[found.network] = found
            continue
        generation = read_generation(line, len(generations), first)
        if not isinstance(generation, Generation):
            raise _unreadable(path, number, generation)
        problem = _problem_of(generation, settings, trained, first)
        if problem:
            raise _unreadable(path, number, problem)
        first += len(generation.members)
        generations.append(generation)
    return NeatRun(settings, header, tuple(generations), trained)


def written(run: NeatRun) -> bytes:
    """The file of a run, line by line as the search wrote it; `read` reads it back."""
    lines: list[Mapping[str, Any]] = [run.header]
    waiting = dict(run.trained)
    for generation in run.generations:
        needed = {each.network for each in generation.members}
        lines += [waiting.pop(name).to_dict() for name in run.trained if name in needed and name in waiting]
        lines.append(generation.to_dict())
    lines += [found.to_dict() for found in waiting.values()]
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


def _settings_of(path: Path, header: Any) -> NeatSettings:
    """The settings of a first line."""
    if not isinstance(header, dict) or header.get("form") != FORM:
        raise _unreadable(path, 1, Constant(marked("no search of this form")))
    try:
        settings = NeatSettings.from_dict(header["settings"])
        digest, _images = header["settings_hash"], header["images"]
    except (KeyError, TypeError, AttributeError):
        raise _unreadable(path, 1, Constant(marked("a search without settings"))) from None
    except TrainingError as error:
        raise TrainingError(Message("{path}, line {line}: {error}", path=path, line=1, error=error)) from None
    if digest != settings.digest:
        raise _unreadable(path, 1, Constant(marked("settings of another digest")))
    return settings


def _problem_of(generation: Generation, settings: NeatSettings, trained: dict[str, Trained], first: int) -> str:
    """What is wrong with a generation after those before; empty where nothing is."""
    wanted = min(settings.population, settings.random - first) if settings.random else settings.population
    if len(generation.members) != wanted:
        return Message("{found} genomes, not {wanted}", found=len(generation.members), wanted=wanted)
    if not settings.random and generation.number >= settings.generations:
        return Message("more than {count} generations", count=settings.generations)
    missing = next((each.network for each in generation.members if each.network and each.network not in trained), "")
    return Message("no training of {network}", network=missing) if missing else ""


def _unreadable(path: Path, line: int, found: str) -> TrainingError:
    """The error for a line that cannot be read."""
    return TrainingError(Message("{path}, line {line}: Found {found}; expected the file of a search as vp.neat.search "
                                 "writes it. Choose another file.", path=path, line=line, found=found))


class NeatFile(OwnedLines):
    """The file of a search that goes on.

    Parameters
    ----------
    path : path-like
    header : dict
        Of the search that is to go on.

    Raises
    ------
    TrainingError
        Where the file is of another search, another process writes to it, or it cannot be written.
    """

    def __init__(self, path: str | PathLike, header: dict[str, Any]):
        super().__init__(path)
        try:
            if self.is_new():
                self.rewrite([header])
            self.run = read(path)
            self.check_same(self.run.header, header)
            # What a killed process left of a line goes.
            content = content_of(self.path, _unreadable)
            if not content.endswith(b"\n"):
                self.rewrite([json_of(line) for line in content.split(b"\n")[:-1]])
        except BaseException:
            self.release()
            raise

    def add_training(self, found: Trained) -> None:
        """Keep a training."""
        self.add(found.to_dict())
        self.run = NeatRun(self.run.settings, self.run.header, self.run.generations,
                           {**self.run.trained, found.network: found})

    def add_generation(self, generation: Generation) -> None:
        """Keep a generation, whose networks are all trained."""
        self.add(generation.to_dict())
        self.run = NeatRun(self.run.settings, self.run.header, (*self.run.generations, generation), self.run.trained)
