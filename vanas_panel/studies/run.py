"""Runs a study: searches, then trainings, seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from vanas_panel.core.genotype import Genotype
from vanas_panel.core.plain import plain_int
from vanas_panel.errors import TrainingError, brief
from vanas_panel.neat.expression import express
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.search import random_search, search, train
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.studies.files import (
    NeatTraining,
    StudyFiles,
    append_neat,
    neat_training,
    neat_trainings,
)
from vanas_panel.studies.plan import (
    BASELINE,
    DARTS,
    DG_DARTS,
    NEAT,
    NEAT_RANDOM,
    RANDOM,
    StudyPlan,
    begin_study,
)
from vanas_panel.text.language import Message
from vanas_panel.training.darts.baselines import baseline_genotype
from vanas_panel.training.darts.datasets import load_data, prepare_data
from vanas_panel.training.darts.entry import search_darts, search_dg_darts, train_genotype
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.random_genotypes import random_genotypes


class Step(NamedTuple):
    """A training of a study that is done.

    Attributes
    ----------
    dataset, method : str
    seed : int
    test_accuracy : float
        A fraction.
    """

    dataset: str
    method: str
    seed: int
    test_accuracy: float


def run_study(plan: StudyPlan | Mapping[str, Any], seeds: Sequence[int], *, out: str | PathLike, device: str = "auto",
              on_step: Callable[[Step], object] | None = None) -> None:
    """Search and train everything that a plan names, seed by seed. The same call goes on where it was stopped.

    For every seed the searches run with it; then the block, what was found, and the genotypes drawn at random are
    trained on each data set, all with that seed. Read it with `vanas_panel.read_study`, at any time.

    Parameters
    ----------
    plan : StudyPlan or mapping
    seeds : sequence of int
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
    >>> run_study(StudyPlan.read("plan.json"), seeds=[0, 1, 2], out="study")  # doctest: +SKIP
    """
    files = StudyFiles(Path(out))
    plan = plan if isinstance(plan, StudyPlan) else StudyPlan.from_dict(plan)
    numbers = _checked_seeds(seeds)
    digests = _digests(plan)
    begin_study(files.folder, plan)
    for seed in numbers:
        found = _searched(plan, seed, files, device)
        genomes = _bred(plan.neat, seed, files, device)
        for dataset, settings in plan.trainings.items():
            for step in (*_train_genotypes(found, replace(settings, seed=seed), files, dataset, device),
                         *_train_genomes(genomes, plan.neat, replace(settings, seed=seed), files, dataset, device,
                                         digests[dataset])):
                if on_step is not None:
                    on_step(step)


def _checked_seeds(given: Any) -> list[int]:
    """Seeds as whole numbers."""
    found = [plain_int(each) for each in given] if isinstance(given, Iterable) and not isinstance(given, str) else []
    numbers = [each for each in found if each is not None and 0 <= each < 2 ** 63]
    if not numbers or len(numbers) < len(found):
        raise TrainingError(Message("Found seeds = {found}; expected whole numbers from 0, such as [0, 1, 2]. Change "
                                    "them.", found=brief(repr(given), 60)))
    return numbers


def _digests(plan: StudyPlan) -> dict[str, str]:
    """The digest of every data set, each prepared once, so that what does not fit is known before the searches."""
    found = {}
    for name, settings in {"": plan.darts.data, **{name: each.data for name, each in plan.trainings.items()}}.items():
        data = load_data(settings)
        prepare_data(data, settings)
        found[name] = data.digest
    return found


def _searched(plan: StudyPlan, seed: int, files: StudyFiles, device: str) -> dict[str, list[Genotype]]:
    """Genotypes of every method but NEAT."""
    darts = search_darts(replace(plan.darts, seed=seed), out=files.darts(seed), device=device).genotype
    stage = replace(plan.dg_darts.stage, seed=seed)
    dg_darts = search_dg_darts(replace(plan.dg_darts, stage=stage), out=files.dg_darts(seed), device=device).genotype
    settings = next(iter(plan.trainings.values()))
    data = prepare_data(load_data(settings.data), settings.data)
    drawn = random_genotypes(plan.random, operations=plan.darts.operations, nodes=plan.darts.nodes, seed=seed,
                             like=darts, spread=plan.spread,
                             shape=data.shape(settings.channels, settings.cells, plan.darts.nodes),
                             image_size=data.dataset.train.images.shape[1])
    return {BASELINE: [baseline_genotype(plan.baseline)], DARTS: [darts], DG_DARTS: [dg_darts], RANDOM: drawn}


def _bred(settings: NeatSettings | None, seed: int, files: StudyFiles, device: str) -> dict[str, Genome]:
    """The best genome of NEAT by validation accuracy, and of as many networks at random."""
    if settings is None:
        return {}
    run = search(replace(settings, seed=seed), out=files.neat(seed), device=device)
    chance = random_search(run, out=files.neat_random(seed), device=device)
    return {NEAT: run.individual(run.best).genome, NEAT_RANDOM: chance.individual(chance.best).genome}


def _train_genotypes(found: Mapping[str, Sequence[Genotype]], settings: GenotypeSettings, files: StudyFiles,
                     dataset: str, device: str) -> Iterator[Step]:
    """Train all genotypes of a seed on a data set."""
    for method, genotypes in found.items():
        for genotype in genotypes:
            result = train_genotype(genotype, settings, out=files.trained(dataset, method), device=device)
            yield Step(dataset, method, settings.seed, result.test_accuracy)


def _train_genomes(genomes: Mapping[str, Genome], neat: NeatSettings | None, settings: GenotypeSettings,
                   files: StudyFiles, dataset: str, device: str, digest: str) -> Iterator[Step]:
    """Train the genomes of a seed on a data set: in the size of the search by NEAT, for the epochs of the others."""
    for method, genome in genomes.items():
        assert neat is not None
        own = neat_training(neat, settings)
        path, wanted = files.trained(dataset, method), (settings.seed, str(express(genome)), own.digest, digest)
        known = next((each for each in neat_trainings(path) if each.key == wanted), None)
        if known is None:
            known = NeatTraining(settings.seed, own.digest, digest, train(genome, own, device=device))
            append_neat(path, known)
        yield Step(dataset, method, settings.seed, known.trained.test_accuracy)
