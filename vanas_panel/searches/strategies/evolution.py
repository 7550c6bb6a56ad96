"""Evolution: members of a population are selected, crossed, mutated and replaced; regularised: the oldest leaves."""

from __future__ import annotations

import bisect
from collections import deque
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking, Proposal, check_range, number_setting, whole_setting
from vanas_panel.searches.raw_cells import RawSpace, crossed, key_of, mutated, random_raw
from vanas_panel.searches.strategies.offspring import child_of
from vanas_panel.searches.trace import answered
from vanas_panel.text.language import Message

SELECTIONS = ("tournament", "rank", "fitness")
REPLACED = ("oldest", "worst")


@dataclass(frozen=True)
class EvolutionSettings:
    """Settings of an evolution.

    Attributes
    ----------
    population : int
        Most members.
    tournament : int
        Members that are drawn, without replacement, for one tournament; the best of them becomes a parent.
    initial : int, optional
        Random members before the first child; as many as `population` by default.
    edge_flip : float
        Probability that an edge of the full matrix is flipped, 0 to 1.
    operation_change : float
        Probability that an operation is replaced by one of the others, 0 to 1.
    exactly_one : bool
        Change exactly one edge or operation in place of that, each with the same probability.
    selection : str
        ``tournament``; ``rank``: a parent of rank r from below with a weight of r; ``fitness``: with a weight of how
        much better it is than the worst member.
    crossover : float
        Probability that a child has two parents, 0 to 1.
    replaced : str
        Who leaves a full population: the ``oldest`` (regularised evolution) or the ``worst``.
    """

    population: int = 50
    tournament: int = 10
    initial: int = 0
    edge_flip: float = 1 / 7
    operation_change: float = 1 / 5
    exactly_one: bool = False
    selection: str = "tournament"
    crossover: float = 0.0
    replaced: str = "oldest"

    def __post_init__(self):
        for name in ("population", "tournament", "initial"):
            object.__setattr__(self, name, whole_setting(name, getattr(self, name)))
        for name in ("edge_flip", "operation_change", "crossover"):
            object.__setattr__(self, name, number_setting(name, getattr(self, name)))
        object.__setattr__(self, "exactly_one", bool(self.exactly_one))
        object.__setattr__(self, "initial", self.initial or self.population)
        for name, low, high in (("population", 1, 1_000_000), ("tournament", 1, self.population),
                                ("initial", 1, self.population), ("edge_flip", 0, 1), ("operation_change", 0, 1),
                                ("crossover", 0, 1)):
            check_range(name, getattr(self, name), low, high)
        for name, known in (("selection", SELECTIONS), ("replaced", REPLACED)):
            if getattr(self, name) not in known:
                raise SearchError(Message("Found {name} {value}; expected one of {known}. Change this setting.",
                                          name=name, value=repr(getattr(self, name)), known=", ".join(known)))

    def numbers(self) -> tuple:
        """The settings as the kernel takes them."""
        return (self.population, self.tournament, self.initial, self.edge_flip, self.operation_change,
                self.exactly_one, SELECTIONS.index(self.selection), self.crossover, REPLACED.index(self.replaced))


class Member(NamedTuple):
    """A member of a population."""

    number: int
    raw: int
    merit: float


_merit = attrgetter("merit")


class Evolution(Asking):
    """Evolution in Python; equal to `run_evolution` where every proposal is told before the next one is asked for.

    Proposals whose cell has no value never enter the population.
    """

    def __init__(self, raws: RawSpace, settings: EvolutionSettings, seed: int):
        super().__init__(raws, seed)
        self.settings = settings
        self.population: deque[Member] = deque()
        # The same members, the worst first, of equal ones the oldest.
        self.ranked: list[Member] = []

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        settings = self.settings
        if len(self.population) < settings.initial and len(self.population) + len(self.waiting) < settings.initial:
            return self._random()
        if not self.population:
            return self._random()
        return child_of(self.raws, self.generator, settings, self._parent)

    def _parent(self) -> Member:
        """A member that may have a child; of equal members the younger one is the better."""
        population, draw = self.population, self.generator.random
        size = len(population)
        if self.settings.selection == "tournament":
            ages = list(range(size))
            best, highest = -1, 0.0
            for place, number in enumerate(self.generator.random(min(self.settings.tournament, size)).tolist()):
                chosen = place + int(number * (size - place))
                age = ages[chosen]
                ages[chosen] = ages[place]
                merit = population[age].merit
                if best < 0 or merit > highest or (merit == highest and age > best):
                    best, highest = age, merit
            return population[best]
        ranked = self.ranked
        if self.settings.selection == "rank":
            weights = [float(rank) for rank in range(1, size + 1)]
        else:
            lowest = ranked[0].merit
            weights = [member.merit - lowest for member in ranked]
        # In a loop, as the kernel does: `sum` rounds in another way since Python 3.12.
        total = 0.0
        for weight in weights:
            total += weight
        if total <= 0:
            return ranked[int(draw() * size)]
        rest = draw() * total
        for member, weight in zip(ranked, weights, strict=True):
            rest -= weight
            if rest < 0:
                return member
        return ranked[-1]

    def _learn(self, proposal: Proposal, merit: float | None) -> None:
        if merit is None:
            return
        member = Member(proposal.number, proposal.raw, merit)
        self.population.append(member)
        # Behind those that are as good: they are older.
        bisect.insort_right(self.ranked, member, key=_merit)
        if len(self.population) > self.settings.population:
            if self.settings.replaced == "oldest":
                leaves = self.population.popleft()
                # The first of those that are as good.
                del self.ranked[bisect.bisect_left(self.ranked, leaves.merit, key=_merit)]
            else:
                self.population.remove(self.ranked.pop(0))

    def state(self) -> dict[str, Any]:
        """Numbers of the members, the oldest first."""
        return {"population": [member.number for member in self.population]}


@kernel
def _parent(generator, merits, size, tournament, selection, ages):
    """Age of a member that may have a child: its place in the population, 0 for the oldest."""
    if selection == 0:
        for age in range(size):
            ages[age] = age
        best = np.int64(-1)
        for place in range(min(tournament, size)):
            chosen = place + int(generator.random() * (size - place))
            age = ages[chosen]
            ages[chosen] = ages[place]
            ages[place] = age
            if best < 0 or merits[age] > merits[best] or (merits[age] == merits[best] and age > best):
                best = age
        return best
    ranked = np.argsort(merits[:size], kind="mergesort")
    total = 0.0
    for rank in range(size):
        total += rank + 1.0 if selection == 1 else merits[ranked[rank]] - merits[ranked[0]]
    if total <= 0:
        return ranked[int(generator.random() * size)]
    rest = generator.random() * total
    for rank in range(size):
        rest -= rank + 1.0 if selection == 1 else merits[ranked[rank]] - merits[ranked[0]]
        if rest < 0:
            return ranked[rank]
    return ranked[size - 1]


@kernel
def _without(numbers, raws, merits, age, size):
    """Take a member out of a population of `size`; those that are younger move up."""
    for place in range(age, size - 1):
        numbers[place] = numbers[place + 1]
        raws[place] = raws[place + 1]
        merits[place] = merits[place + 1]


@kernel
def run_evolution(generator, draws, shape, table, sign, queries, most, population, tournament, initial,
                  edge_flip, operation_change, exactly_one, selection, crossover, replaced):
    """Evolution over a table; see `vanas_panel.searches.table_search` for what goes in and out."""
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    numbers = np.empty(population + 1, np.int64)
    raws = np.empty(population + 1, np.int64)
    merits = np.empty(population + 1, np.float64)
    ages = np.empty(population + 1, np.int64)
    asked = known = size = np.int64(0)
    while known < queries and asked < most:
        parent = other = np.int64(-1)
        how = np.int64(0)
        if size < initial:
            raw = random_raw(generator, shape[0], shape[1], shape[2])
        else:
            age = _parent(generator, merits, size, tournament, selection, ages)
            raw, parent, how = raws[age], numbers[age], np.int64(2)
            if crossover > 0 and generator.random() < crossover:
                age = _parent(generator, merits, size, tournament, selection, ages)
                raw = crossed(generator, raw, raws[age], shape[2])
                other, how = numbers[age], np.int64(3)
            raw = mutated(generator, raw, shape[1], shape[2], edge_flip, operation_change, exactly_one)
        trace, told = answered(trace, told, asked, raw, key_of(raw, shape[2]), parent, other, how, table, draws)
        if not np.isnan(told[asked]):
            known += 1
            numbers[size], raws[size], merits[size] = asked, raw, sign * told[asked]
            size += 1
            if size > population:
                leaves = np.int64(0)
                if replaced == 1:
                    for place in range(1, size):
                        if merits[place] < merits[leaves]:
                            leaves = np.int64(place)
                _without(numbers, raws, merits, leaves, size)
                size -= 1
        asked += 1
    return trace[:asked], told[:asked]
