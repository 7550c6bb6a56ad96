"""NSGA-II (Deb et al. 2002): an evolution towards the front of several metrics.

Members are sorted into fronts: the first one is dominated by no member, the second one only by the first, and so on.
Within a front, the ones that stand alone go before the ones that are crowded. As many children as members are made, by
binary tournaments, crossover and mutation; then the better half of both lives on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from vanas_panel.searches.asking import Asking, Proposal, check_range, number_setting, whole_setting
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies.nsga2_kernel import MOST_AGAIN
from vanas_panel.searches.strategies.offspring import child_of


@dataclass(frozen=True)
class Nsga2Settings:
    """Settings of NSGA-II.

    Attributes
    ----------
    population : int
        Members; the first ones are drawn at random.
    crossover : float
        Probability that a child has two parents, 0 to 1.
    edge_flip : float
        Probability that an edge of the full matrix is flipped, 0 to 1.
    operation_change : float
        Probability that an operation is replaced by one of the others, 0 to 1.
    exactly_one : bool
        Change exactly one edge or operation in place of that, each with the same probability.
    distinct : bool
        Make a child again, at most 20 times, where its cell is one of the members' or of the children's since.
    """

    population: int = 100
    crossover: float = 0.9
    edge_flip: float = 1 / 26
    operation_change: float = 1 / 26
    exactly_one: bool = False
    distinct: bool = False

    def __post_init__(self):
        object.__setattr__(self, "population", whole_setting("population", self.population))
        for name in ("crossover", "edge_flip", "operation_change"):
            object.__setattr__(self, name, number_setting(name, getattr(self, name)))
        for name in ("exactly_one", "distinct"):
            object.__setattr__(self, name, bool(getattr(self, name)))
        for name, low, high in (("population", 2, 2_000), ("crossover", 0, 1), ("edge_flip", 0, 1),
                                ("operation_change", 0, 1)):
            check_range(name, getattr(self, name), low, high)

    @property
    def initial(self) -> int:
        """Random members before the first child."""
        return self.population

    def numbers(self) -> tuple:
        """The settings as the kernel takes them."""
        return (self.population, self.crossover, self.edge_flip, self.operation_change, self.exactly_one,
                self.distinct)


class Ranked(NamedTuple):
    """A member of a population.

    Attributes
    ----------
    number, raw, key : int
        Of its proposal.
    rank : int
        Of its front, 0 for the first one.
    crowding : float
        How much alone it stands in that, see `crowding_of`.
    """

    number: int
    raw: int
    key: int
    merits: tuple[float, ...]
    rank: int = 0
    crowding: float = 0.0


class Nsga2(Asking):
    """NSGA-II in Python; equal to `run_nsga2` where every proposal is told before the next one is asked for.

    Proposals without a value, or without one of several, never enter the population. With one metric it is an
    evolution in which the better half of members and children lives on.
    """

    def __init__(self, raws: RawSpace, settings: Nsga2Settings, seed: int):
        super().__init__(raws, seed)
        self.settings = settings
        self.population: list[Ranked] = []
        self.children: list[Ranked] = []
        self.keys: set[int] = set()

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        if not self.population:
            return self._random()
        child = self._child()
        for _ in range(MOST_AGAIN if self.settings.distinct else 0):
            if child[1] not in self.keys:
                break
            child = self._child()
        return child

    def _child(self) -> tuple[int, int, tuple[int, ...], str]:
        """A child of one or two members."""
        return child_of(self.raws, self.generator, self.settings, self._parent)

    def _parent(self) -> Ranked:
        """The better of two members: of the lower rank, then less crowded, then younger."""
        size = len(self.population)
        first = int(self.generator.random() * size)
        second = int(self.generator.random() * (size - 1))
        second += second >= first
        return max((self.population[first], self.population[second]),
                   key=lambda member: (-member.rank, member.crowding, member.number))

    def _learn(self, proposal: Proposal, merit: float | tuple[float, ...] | None) -> None:
        if merit is None:
            return
        merits = merit if isinstance(merit, tuple) else (merit,)
        self.children.append(Ranked(proposal.number, proposal.raw, proposal.key, merits))
        self.keys.add(proposal.key)
        if len(self.children) == self.settings.population:
            self.population, self.children = survivors([*self.population, *self.children],
                                                       self.settings.population), []
            self.keys = {member.key for member in self.population}

    def state(self) -> dict[str, Any]:
        """Numbers of the members, the oldest first, and those of them on the first front."""
        return {"population": [member.number for member in self.population],
                "front": [member.number for member in self.population if member.rank == 0]}


def survivors(members: list[Ranked], most: int) -> list[Ranked]:
    """Members that live on, in their order, with rank and crowding.

    Parameters
    ----------
    members : list of Ranked
        The oldest first; their rank and crowding are not used.
    most : int
        How many: whole fronts as long as they fit, then the ones of the next front that stand most alone, of equal
        ones the younger.
    """
    merits = np.array([member.merits for member in members])
    least = (merits[:, None] >= merits[None]).all(axis=2)
    above = np.asarray(least & ~least.T)
    dominating, left = above.sum(axis=0), np.ones(len(members), bool)
    kept: list[Ranked] = []
    rank = 0
    while len(kept) < most and left.any():
        front = np.flatnonzero(left & (dominating == 0))
        crowding = crowding_of(merits[front])
        order = np.lexsort((front, crowding))[::-1][:most - len(kept)]
        kept += [members[front[place]]._replace(rank=rank, crowding=float(crowding[place])) for place in order]
        left[front] = False
        dominating = dominating - above[front].sum(axis=0)
        rank += 1
    return sorted(kept, key=lambda member: member.number)


def crowding_of(merits: np.ndarray) -> np.ndarray:
    """How much alone points of a front stand: the sides of the box between the neighbours of each, added up.

    Parameters
    ----------
    merits : float64 (n, m)
        Each side counts as a share of the range of its column; a column without a range adds nothing.

    Returns
    -------
    float64 (n,)
        Infinite for the first and the last one of each column, of equal ones for the first and the last row.

    Examples
    --------
    >>> crowding_of(np.array([[0.0, 4.0], [1.0, 3.0], [4.0, 0.0]])).tolist()
    [inf, 2.0, inf]
    """
    crowding = np.zeros(len(merits))
    for column in merits.T:
        order = np.argsort(column, kind="stable")
        low, high = column[order[0]], column[order[-1]]
        crowding[order[[0, -1]]] = np.inf
        if high > low:
            crowding[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / (high - low)
    return crowding
