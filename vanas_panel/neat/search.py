"""NEAT: what a person calls. PyTorch is loaded only when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

from vanas_panel.errors import TrainingError
from vanas_panel.neat.breeding import next_generation
from vanas_panel.neat.expression import express
from vanas_panel.neat.generation import Generation
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.run_file import NeatFile, header_of
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.text.language import Message
from vanas_panel.training.darts.datasets import load_data
from vanas_panel.training.extra import require_extra
from vanas_panel.training.neat.plan import Plan
from vanas_panel.training.neat.trained import Trained

if TYPE_CHECKING:
    from vanas_panel.training.neat.trainer import Trainer


class Progress(NamedTuple):
    """How far a generation is.

    Attributes
    ----------
    generation : int
        From 0.
    done, wanted : int
        Networks of this generation that are trained, and that were to be trained.
    trained : Trained
        The last one.
    """

    generation: int
    done: int
    wanted: int
    trained: Trained


def search(settings: NeatSettings | Mapping[str, Any] | None = None, *, out: str | PathLike, device: str = "auto",
           on_training: Callable[[Progress], object] | None = None,
           on_generation: Callable[[Generation], object] | None = None,
           stop: Callable[[], bool] | None = None) -> NeatRun:
    """Search for a network by NEAT, and keep every genome and every training.

    A network that occurred before is not trained again, whatever genes express it. The same call goes on with a file
    that it began, also after the process was killed. On a processor the lines are then the same, but for the seconds.

    Parameters
    ----------
    settings : NeatSettings or mapping, optional
    out : path-like
        The file: JSON lines.
    device : str, optional
        ``auto`` (CUDA, else MPS, else the processor), ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
    on_training : callable, optional
        Called after each training with a `Progress`.
    on_generation : callable, optional
        Called with each generation once it is in the file.
    stop : callable, optional
        Asked before each training; where it says true, the search ends there, and can go on later.

    Returns
    -------
    NeatRun

    Raises
    ------
    TrainingError
        Where settings or images cannot be used, no network of the first generation can be trained, or the file is of
        another search.
    DeviceError
        Where there is no such device.

    Examples
    --------
    >>> run = search({"generations": 5}, out="neat.jsonl")  # doctest: +SKIP
    >>> run.individual(run.best).genome  # doctest: +SKIP
    """
    require_extra()
    if not isinstance(settings, NeatSettings):
        settings = NeatSettings.from_dict(settings or {})
    trainer, images = _trainer(settings, device)
    header = header_of(settings, images, trainer.device, trainer.versions)
    with NeatFile(out, header) as file:
        while not file.run.is_finished:
            generation = next_generation(settings, file.run.history)
            networks = dict.fromkeys(each.network for each in generation.members if each.network)
            wanted = [each for each in networks if each not in file.run.trained]
            for number, network in enumerate(wanted, start=1):
                if stop is not None and stop():
                    return file.run
                found = trainer.train(Plan.from_text(network))
                file.add_training(found)
                if on_training is not None:
                    on_training(Progress(generation.number, number, len(wanted), found))
            _check_some(file.run, generation)
            file.add_generation(generation)
            if on_generation is not None:
                on_generation(generation)
        return file.run


def random_search(like: NeatRun, *, out: str | PathLike, networks: int | None = None, device: str = "auto",
                  on_training: Callable[[Progress], object] | None = None,
                  on_generation: Callable[[Generation], object] | None = None,
                  stop: Callable[[], bool] | None = None) -> NeatRun:
    """Train networks drawn at random from the space of a search: what it has to be better than.

    Each network is drawn by mutation alone, from the smallest one on: as many rounds as are drawn, fewer than the
    search has generations, each with the rates of the search. Nothing is chosen by fitness. Networks that were drawn
    before are drawn again, so all that are trained are different ones.

    Parameters
    ----------
    like : NeatRun
        The search.
    out : path-like
        The file, which goes on as that of `search`.
    networks : int, optional
        How many; as many as the search has trained by default: equal cost.
    device, on_training, on_generation, stop : optional
        As for `search`. A generation is as many networks as the population has.

    Returns
    -------
    NeatRun

    Raises
    ------
    TrainingError, DeviceError
        As for `search`, and where the space has hardly as many networks.
    """
    if not isinstance(like, NeatRun) or not like.trained:
        raise TrainingError("Found no search that has trained a network; expected one. Give the run of vp.neat.search.")
    settings = replace(like.settings, random=len(like.trained) if networks is None else networks)
    return search(settings, out=out, device=device, on_training=on_training, on_generation=on_generation, stop=stop)


def train(genome: Genome, settings: NeatSettings | Mapping[str, Any] | None = None, *, device: str = "auto",
          on_epoch: Callable[[int, float], object] | None = None) -> Trained:
    """Train the network of a genome, as a search with these settings does.

    Parameters
    ----------
    genome : Genome
        With one input.
    settings : NeatSettings or mapping, optional
    device : str, optional
        As for `search`.
    on_epoch : callable, optional
        Called with the number of each epoch, from 1, and its mean loss.

    Returns
    -------
    Trained

    Raises
    ------
    SearchError
        Where no path leads from the input to the output.
    TrainingError
        Where the network cannot be built, settings or images cannot be used, or a loss is no finite number.
    DeviceError
        Where there is no such device.

    Examples
    --------
    >>> smallest = Genome.from_text("1:0>1", inputs=(0,), output=1)
    >>> train(smallest, {"epochs": 10}).test_accuracy  # doctest: +SKIP
    """
    require_extra()
    plan = express(genome)
    if not isinstance(settings, NeatSettings):
        settings = NeatSettings.from_dict(settings or {})
    found = _trainer(settings, device)[0].train(plan, on_epoch)
    if found.problem:
        raise TrainingError(found.problem)
    return found


def _trainer(settings: NeatSettings, device: str) -> tuple[Trainer, str]:
    """What trains, and the digest of its images."""
    from vanas_panel.training.neat.trainer import Trainer

    images = load_data(settings.data)
    return Trainer(settings.training, images, device), images.digest


def _check_some(run: NeatRun, generation: Generation) -> None:
    """Refuse a first generation in which nothing could be trained."""
    problems = [run.trained[each.network].problem for each in generation.members if each.network]
    if generation.number == 0 and problems and all(problems):
        raise TrainingError(Message("Found no network of the first generation that can be trained: {problem}",
                                    problem=problems[0]))
