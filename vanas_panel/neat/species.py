"""Species: genomes that are near each other, which share their fitness and have offspring together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.plain import plain_float, plain_int
from vanas_panel.errors import SearchError
from vanas_panel.neat.crossing import distance
from vanas_panel.neat.genome import Genome
from vanas_panel.text.language import Message

LEAST_THRESHOLD = 1e-6


@dataclass(frozen=True)
class Species:
    """A generation in species. Made by `divide`.

    Attributes
    ----------
    labels : tuple of int
        The species of every genome.
    representatives : dict of int to Genome
        The genome that each species with members is compared by, by its number, ascending.
    threshold : float
        Distances below it belong together.
    next_number : int
        Of the next species that is founded.
    """

    labels: tuple[int, ...]
    representatives: dict[int, Genome]
    threshold: float
    next_number: int

    def __len__(self) -> int:
        return len(self.representatives)


def divide(genomes: Sequence[Genome], before: Species | None = None, *, threshold: float = 3.0, c1: float = 1,
           c2: float = 1, c3: float = 0.4, small: int = 0, seed: int = 0) -> Species:
    """Put genomes into species.

    Each genome joins the first species, in the order of their numbers, whose representative is nearer than the
    threshold; where there is none, it founds one and represents it. Afterwards a member drawn at random represents
    each species in the next generation (Stanley and Miikkulainen 2002, section 3.3). Species without members end.

    Parameters
    ----------
    genomes : sequence of Genome
    before : Species, optional
        Of the generation before.
    threshold : float, optional
        Of distances; that of `before`, where it is given, unless `next_threshold` says another one.
    c1, c2, c3, small : optional
        As for `vanas_panel.neat.distance`.
    seed : int, optional
        Of the representatives that are drawn.

    Returns
    -------
    Species

    Raises
    ------
    SearchError
        Where the threshold or the seed cannot be used.

    Examples
    --------
    >>> near = [Genome.from_text("1:1>3 2:2>3", (1, 2), 3), Genome.from_text("1:1>3 2:2>3!", (1, 2), 3)]
    >>> far = Genome.from_text("3:1>4 4:4>3 5:2>5 6:5>3", (1, 2), 3)
    >>> divide([*near, far], threshold=0.5).labels
    (0, 0, 1)
    """
    limit, start = plain_float(threshold), plain_int(seed)
    if limit is None or not 0 < limit < float("inf"):
        raise SearchError(Message("Found threshold {found}; expected a number above 0. Change it.",
                                  found=repr(threshold)))
    if start is None or start < 0:
        raise SearchError(Message("Found seed {seed}; expected a whole number of at least 0. Change it.",
                                  seed=repr(seed)))
    known = {} if before is None else dict(before.representatives)
    number = 0 if before is None else before.next_number
    labels: list[int] = []
    for genome in genomes:
        label = next((each for each, other in known.items()
                      if distance(genome, other, c1, c2, c3, small=small) < limit), None)
        if label is None:
            label, number = number, number + 1
            known[label] = genome
        labels.append(label)
    draw = np.random.default_rng(start)
    representatives = {}
    for label in sorted(set(labels)):
        members = [genome for genome, own in zip(genomes, labels, strict=True) if own == label]
        representatives[label] = members[int(draw.integers(len(members)))]
    return Species(tuple(labels), representatives, limit, number)


def next_threshold(threshold: float, found: int, target: int, step: float = 0.3) -> float:
    """The threshold of the next generation, which moves the number of species towards a target.

    With a threshold that stays, species grow in number without end: 21 among 50 genomes were seen after ten
    generations.

    Parameters
    ----------
    threshold : float
        Of this generation.
    found, target : int
        Species that there are, and that there are to be.
    step : float, optional
        How far it moves.

    Returns
    -------
    float
        Higher where there are too many species, lower where there are too few, always above 0.

    Examples
    --------
    >>> next_threshold(3.0, 9, 5), next_threshold(3.0, 2, 5), next_threshold(3.0, 5, 5)
    (3.3, 2.7, 3.0)
    """
    moved = threshold + step * ((found > target) - (found < target))
    return max(LEAST_THRESHOLD, moved)


def shared_fitness(fitness: Sequence[float], labels: Sequence[int]) -> np.ndarray:
    """Fitness divided by the number of members of the species, so that no species takes over by its size alone.

    Parameters
    ----------
    fitness : sequence of float
        Of every genome; at least 0, such as an accuracy.
    labels : sequence of int
        Its species.

    Returns
    -------
    float64 (n,)

    Raises
    ------
    SearchError
        Where a fitness is negative or no finite number, or there is another number of labels.

    Examples
    --------
    >>> shared_fitness([0.8, 0.6, 0.9], [0, 0, 1]).tolist()
    [0.4, 0.3, 0.9]
    """
    values = np.asarray(fitness, np.float64)
    if values.ndim != 1 or values.size != len(labels) or not np.isfinite(values).all() or (values < 0).any():
        raise SearchError("Found a fitness that is negative or no finite number, or another number of species than of "
                          "fitness; expected one of each for every genome. Shift the fitness above 0.")
    _, where, counts = np.unique(np.asarray(labels, np.int64), return_inverse=True, return_counts=True)
    return values / counts[where]


def offspring_counts(fitness: Sequence[float], labels: Sequence[int], population: int) -> dict[int, int]:
    """How many offspring each species has, in proportion to the sum of its shared fitness.

    Whole numbers come from the largest remainders; of equal ones the species with the lower number is first. Where all
    fitness is 0, every genome counts the same.

    Parameters
    ----------
    fitness, labels
        As for `shared_fitness`.
    population : int
        Offspring together.

    Returns
    -------
    dict of int to int
        By species, ascending; they sum up to `population`.

    Raises
    ------
    SearchError
        As `shared_fitness`, and where the population cannot be used.

    Examples
    --------
    >>> offspring_counts([0.8, 0.6, 0.9, 0.0], [0, 0, 1, 2], 10)
    {0: 4, 1: 6, 2: 0}
    """
    wanted = plain_int(population)
    if wanted is None or wanted < 1 or not len(labels):
        raise SearchError(Message("Found population {found} of {count} genomes; expected at least 1 of both. Change "
                                  "it.", found=repr(population), count=len(labels)))
    shared = shared_fitness(fitness, labels)
    own = np.asarray(labels, np.int64)
    numbers = np.unique(own).tolist()
    sums = np.array([shared[own == number].sum() for number in numbers])
    if not sums.any():
        sums = np.array([(own == number).sum() for number in numbers], np.float64)
    shares = wanted * sums / sums.sum()
    counts = np.floor(shares + 1e-9).astype(int)
    order = np.argsort(-(shares - counts).round(9), kind="stable")
    counts[order[:wanted - int(counts.sum())]] += 1
    return dict(zip(numbers, counts.tolist(), strict=True))
