"""Successive halving and Hyperband: many cells with a low training budget, the best of them with the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking, Proposal, check_range, whole_setting
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.text.language import Message

MOST_CELLS = 1_000_000
MOST_SKIPPED = 998


@dataclass(frozen=True)
class HalvingSettings:
    """Settings of successive halving.

    Attributes
    ----------
    cells : int
        Cells that a bracket begins with. 0: as many as leave one for the full budget.
    skip : int
        Lowest budgets that are not used.
    """

    cells: int = 0
    skip: int = 0

    def __post_init__(self):
        for name, most in (("cells", MOST_CELLS), ("skip", MOST_SKIPPED)):
            object.__setattr__(self, name, whole_setting(name, getattr(self, name)))
            check_range(name, getattr(self, name), 0, most)

    def brackets(self, epochs: Sequence[int]) -> np.ndarray:
        """Cells of every bracket at every budget, ``int64 (brackets, budgets)``: one bracket, which repeats."""
        first = first_budget(self.skip, epochs)
        return np.array([rungs(self.cells or -(-epochs[-1] // epochs[first]), first, epochs)], np.int64)


@dataclass(frozen=True)
class HyperbandSettings:
    """Settings of Hyperband.

    Attributes
    ----------
    skip : int
        Lowest budgets that are not used.
    """

    skip: int = 0

    def __post_init__(self):
        object.__setattr__(self, "skip", whole_setting("skip", self.skip))
        check_range("skip", self.skip, 0, MOST_SKIPPED)

    def brackets(self, epochs: Sequence[int]) -> np.ndarray:
        """Cells of every bracket at every budget, ``int64 (brackets, budgets)``, from the lowest first budget on.

        Where budgets grow by a factor eta, they are those of `Li et al. (2018) <https://jmlr.org/papers/v18/16-558>`_:
        bracket s begins with ceil((s_max + 1) eta**s / (s + 1)) cells, of which each further budget keeps 1 / eta.
        """
        lowest, full = first_budget(self.skip, epochs), int(epochs[-1])
        count = len(epochs) - lowest
        return np.array([rungs(-(-count * full // ((len(epochs) - first) * int(epochs[first]))), first, epochs)
                         for first in range(lowest, len(epochs))], np.int64)


def first_budget(skip: int, epochs: Sequence[int]) -> int:
    """Index of the lowest budget that is used."""
    if skip > len(epochs) - 2:
        raise SearchError(Message("Found skip {skip} of {count} training budgets; expected at most {most}, which "
                                  "leaves two. Lower the setting skip.", skip=skip, count=len(epochs),
                                  most=len(epochs) - 2))
    return skip


def rungs(cells: int, first: int, epochs: Sequence[int]) -> list[int]:
    """Cells of a bracket at every budget: each costs about as much as the one before, and keeps one cell at least."""
    return [0] * first + [max(1, cells * int(epochs[first]) // int(each)) for each in epochs[first:]]


@dataclass
class _Bracket:
    """A bracket under way.

    Attributes
    ----------
    sizes : list of int
        Cells that it wants at every budget.
    rung : int
        Index of the budget that it has come to.
    left : list of (int, int, int)
        Number, raw cell and key of what may be promoted to that budget, the best last.
    waiting : int
        Proposals whose merit is not known yet.
    known : list of (float, int, int, int)
        What has a merit at that budget: merit with the sign turned, number, raw cell, key.
    """

    sizes: list[int]
    rung: int
    left: list[tuple[int, int, int]] = field(default_factory=list)
    waiting: int = 0
    known: list[tuple[float, int, int, int]] = field(default_factory=list)

    @property
    def is_first(self) -> bool:
        """Whether cells of this budget are drawn."""
        return self.rung == 0 or not self.sizes[self.rung - 1]

    @property
    def can_ask(self) -> bool:
        """Whether it has another proposal for the budget that it has come to."""
        return len(self.known) + self.waiting < self.sizes[self.rung] and (self.is_first or bool(self.left))

    def left_to_ask(self, budgets: Sequence[int]) -> int:
        """What all its proposals that are still to come may cost, in epochs."""
        here = (self.sizes[self.rung] - len(self.known) - self.waiting) * budgets[self.rung]
        return here + sum(size * each for size, each in zip(self.sizes[self.rung + 1:], budgets[self.rung + 1:],
                                                            strict=True))


def _first(sizes: Sequence[int]) -> int:
    """Index of the first budget of a bracket."""
    return next(place for place, size in enumerate(sizes) if size)


class Halving(Asking):
    """Asks for random cells after a low training budget, and for the best of them after the next one.

    Equal merits go in the order in which they were asked. A cell without a value is replaced: by another random one at
    the first budget of a bracket, by the next best one above. While values are waited for, the next bracket begins.

    Parameters
    ----------
    raws : RawSpace
    settings : HalvingSettings or HyperbandSettings
    seed : int
    """

    def __init__(self, raws: RawSpace, settings: HalvingSettings | HyperbandSettings, seed: int):
        super().__init__(raws, seed)
        self.settings = settings
        self.budgets: list[int] = []
        self._plans: list[list[int]] = []
        self._brackets: list[_Bracket] = []
        self._opened = 0
        self._asked_by: dict[int, _Bracket] = {}

    def expect_budgets(self, epochs: Sequence[int]) -> None:
        """Expect these training budgets, ascending; to be called before the first proposal is asked for."""
        self.budgets = [int(each) for each in epochs]
        self._plans = self.settings.brackets(self.budgets).tolist()

    def next_budget(self) -> int:
        """The training budget of the next proposal."""
        place = self._next_place()
        return self.budgets[self._brackets[place].rung if place < len(self._brackets) else _first(self._next_plan())]

    def reserved(self) -> int:
        """What brackets that began before that of the next proposal may still cost, in epochs.

        Their proposals that wait are left out. It is 0 where each value is told before the next proposal.
        """
        return sum(bracket.left_to_ask(self.budgets) for bracket in self._brackets[:self._next_place()])

    def ask(self) -> Proposal:
        """The next cell to evaluate, and after which budget."""
        place = self._next_place()
        if place == len(self._brackets):
            sizes = self._next_plan()
            self._brackets.append(_Bracket(sizes, _first(sizes)))
            self._opened += 1
        return self._ask_with(self.budgets[self._brackets[place].rung])

    def _next_place(self) -> int:
        """Index of the bracket that asks next; one more than there are where another one has to begin."""
        return next((place for place, bracket in enumerate(self._brackets) if bracket.can_ask), len(self._brackets))

    def _next_plan(self) -> list[int]:
        """Cells of the bracket that begins next."""
        return self._plans[self._opened % len(self._plans)]

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        bracket = self._brackets[self._next_place()]
        bracket.waiting += 1
        self._asked_by[self.asked] = bracket
        if bracket.is_first:
            return self._random()
        number, raw, key = bracket.left.pop()
        return raw, key, (number,), "promotion"

    def _learn(self, proposal: Proposal, merit: float | None) -> None:
        bracket = self._asked_by.pop(proposal.number)
        bracket.waiting -= 1
        if merit is not None:
            bracket.known.append((-merit, proposal.number, proposal.raw, proposal.key))
        if bracket.waiting or bracket.can_ask:
            return
        ranked = sorted(bracket.known)
        if not ranked or bracket.rung + 1 == len(bracket.sizes):
            self._brackets.remove(bracket)
            return
        bracket.rung += 1
        bracket.left, bracket.known = [each[1:] for each in reversed(ranked)], []

    def state(self) -> dict[str, object]:
        """The brackets under way: their cells at every budget, where they have come to, and what has a merit there."""
        return {"brackets": [{"cells": bracket.sizes, "budget": self.budgets[bracket.rung],
                              "known": sorted(each[1] for each in bracket.known),
                              "left": [each[0] for each in reversed(bracket.left)]} for bracket in self._brackets]}
