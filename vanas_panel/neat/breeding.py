"""The next generation from those before: a function of settings and fitness alone, so that a search can go on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.neat.crossing import crossover
from vanas_panel.neat.generation import Generation, Individual, Innovation
from vanas_panel.neat.innovations import Innovations
from vanas_panel.neat.mutation import first_genome, first_innovations, mutated
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.neat.species import Species, divide, next_threshold, offspring_counts
from vanas_panel.text.language import Message

_PARENTS = 2
"""Members of a species that may have children at least, so that small species have crossover, too."""
_TRIES = 1_000
"""Genomes drawn for each that is asked for, before no other network is expected any more."""


@dataclass(frozen=True)
class Evaluated:
    """A generation and the fitness of its members."""

    generation: Generation
    fitness: tuple[float, ...]


def next_generation(settings: NeatSettings, history: Sequence[Evaluated]) -> Generation:
    """The generation after those of a search.

    Parameters
    ----------
    settings : NeatSettings
    history : sequence of Evaluated
        Every generation so far; none for the first one.

    Returns
    -------
    Generation

    Raises
    ------
    TrainingError
        Where networks are to be drawn at random, and hardly any other one is found.
    """
    draw = np.random.default_rng([settings.seed, 3, len(history)])
    if settings.random:
        return _at_random(settings, history, draw)
    if not history:
        start = [Individual.of(first_genome(settings, draw), (), "start") for _ in range(settings.population)]
        return _divided(settings, None, start, first_innovations(), draw)
    last = history[-1].generation
    innovations = Innovations(last.next_innovation, last.next_node)
    return _divided(settings, last, _children(settings, history, innovations, draw), innovations, draw)


def _children(settings: NeatSettings, history: Sequence[Evaluated], innovations: Innovations,
              draw: np.random.Generator) -> list[Individual]:
    """A generation's genomes, species by species."""
    last = history[-1]
    fitness, labels = np.array(last.fitness), last.generation.labels
    first = sum(len(each.generation.members) for each in history[:-1])
    fertile = _fertile(settings, history)
    able = [index for index, label in enumerate(labels) if label in fertile]
    counts = offspring_counts(fitness[able].tolist(), [labels[index] for index in able], settings.population)
    children: list[Individual] = []
    for label, count in counts.items():
        # The best first; of equal ones the earlier.
        ranked = sorted((index for index in able if labels[index] == label), key=lambda index: (-fitness[index], index))
        parents = ranked[:max(_PARENTS, math.ceil(settings.survival * len(ranked)))]
        for number in range(count):
            if number == 0 and len(ranked) > settings.champions:
                genome = last.generation.members[ranked[0]].genome
                children.append(Individual.of(genome, (first + ranked[0],), "champion"))
                continue
            children.append(_child(settings, last, parents, first, innovations, draw))
    return children


def _child(settings: NeatSettings, last: Evaluated, parents: list[int], first: int, innovations: Innovations,
           draw: np.random.Generator) -> Individual:
    """A child of one or two of the parents."""
    members, fitness = last.generation.members, last.fitness
    one = parents[int(draw.integers(len(parents)))]
    others = [index for index in (range(len(members)) if draw.random() < settings.interspecies else parents)
              if index != one]
    if draw.random() >= settings.mating or not others:
        return Individual.of(mutated(members[one].genome, settings, innovations, draw), (first + one,), "mutation")
    other = others[int(draw.integers(len(others)))]
    fitter, less = sorted((one, other), key=lambda index: (-fitness[index], index))
    genome = crossover(members[fitter].genome, members[less].genome, settings.rule,
                       equal=fitness[fitter] == fitness[less], seed=int(draw.integers(2 ** 62)))
    return Individual.of(mutated(genome, settings, innovations, draw), (first + fitter, first + less), "crossover")


def _fertile(settings: NeatSettings, history: Sequence[Evaluated]) -> set[int]:
    """The species that have children: those that became better lately, and that of the best genome."""
    best: dict[int, float] = {}
    since: dict[int, int] = {}
    for number, each in enumerate(history):
        for label, value in zip(each.generation.labels, each.fitness, strict=True):
            if value > best.get(label, -1.0):
                best[label], since[label] = value, number
    last = history[-1]
    winner = last.generation.labels[int(np.argmax(last.fitness))]
    return {label for label in last.generation.labels
            if label == winner or len(history) - 1 - since[label] < settings.stagnation}


def _divided(settings: NeatSettings, last: Generation | None, members: list[Individual], innovations: Innovations,
             draw: np.random.Generator) -> Generation:
    """A generation of these members, in species."""
    before: Species | None = None if last is None else last.species
    threshold = (settings.threshold if before is None else
                 next_threshold(before.threshold, len(before), settings.species, settings.step))
    found = divide([each.genome for each in members], before, threshold=threshold, c1=settings.c1, c2=settings.c2,
                   c3=settings.c3, small=settings.small, seed=int(draw.integers(2 ** 62)))
    representatives = {
        label: next(index for index, own in enumerate(found.labels) if own == label and members[index].genome == genome)
        for label, genome in found.representatives.items()}
    return Generation(0 if last is None else last.number + 1, tuple(members), found.labels, representatives,
                      found.threshold, found.next_number, innovations.next_innovation, innovations.next_node,
                      _made(members, innovations))


def _made(members: list[Individual], innovations: Innovations) -> tuple[Innovation, ...]:
    """The connections of this generation, and which of them stand in place of one that was split."""
    ends = {gene.innovation: (gene.source, gene.target) for each in members for gene in each.genome.genes}
    halves = {}
    for node, split in innovations.split.items():
        if split in ends:
            source, target = ends[split]
            halves[source, node] = halves[node, target] = split
    return tuple(Innovation(number, *pair, halves.get(pair, 0)) for number, pair in sorted(innovations.made.items()))


def _at_random(settings: NeatSettings, history: Sequence[Evaluated], draw: np.random.Generator) -> Generation:
    """Networks that the search had not yet, each by as many rounds of mutation as are drawn; nothing is chosen."""
    known = {each.network for one in history for each in one.generation.members}
    wanted = min(settings.population, settings.random - len(known))
    members: list[Individual] = []
    for _ in range(_TRIES * wanted):
        numbers, genome = first_innovations(), first_genome(settings, draw)
        for _round in range(int(draw.integers(settings.generations))):
            numbers.next_generation()
            genome = mutated(genome, settings, numbers, draw)
        found = Individual.of(genome, (), "random")
        if found.network and found.network not in known:
            known.add(found.network)
            members.append(found)
        if len(members) == wanted:
            break
    else:
        raise TrainingError(Message("Found {found} other networks among {tries:,} that were drawn; expected {count}. "
                                    "Ask for fewer, or raise generations.", found=len(members),
                                    tries=_TRIES * wanted, count=wanted))
    return Generation(len(history), tuple(members), (0,) * wanted, {0: 0}, settings.threshold, 1, 1, 1, ())
