"""What all strategies share: proposals, their numbers, and the order of ask and tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from vanas_panel.core.plain import plain_float, plain_int
from vanas_panel.errors import SearchError
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.text.language import Message

HOWS = ("random", "grid", "mutation", "crossover", "neighbour", "policy", "acquisition", "promotion")
"""How a strategy came to a proposal; kernels count from 0."""


@dataclass(frozen=True)
class Proposal:
    """A cell that a strategy asks about.

    Attributes
    ----------
    number : int
        Counts the proposals of a run from 0.
    raw : int
        The raw cell, see `vanas_panel.searches.raw_cells`.
    key : int
        Canonical key of the cell that it stands for.
    parents : tuple of int
        Numbers of the proposals that it was made from.
    how : str
        One of `HOWS`.
    budget : int
        The training budget in epochs or steps; 0 where the strategy knows only one.
    """

    number: int
    raw: int
    key: int
    parents: tuple[int, ...]
    how: str
    budget: int = 0


class Strategy(Protocol):
    """An algorithm that asks for cells and is told their values."""

    def ask(self) -> Proposal:
        """The next cell to evaluate. May be called again before the value of the last one is known."""

    def tell(self, number: int, merit: float | Sequence[float] | None) -> None:
        """Tell the merit of a proposal, or those of several metrics: higher is better; None where it lacks one."""

    def state(self) -> Mapping[str, Any]:
        """What the strategy knows, as JSON."""


class Asking:
    """Keeps the proposals that wait for their merit; every strategy derives from it.

    Parameters
    ----------
    raws : RawSpace
    seed : int
        Of the strategy's random numbers.
    """

    def __init__(self, raws: RawSpace, seed: int):
        self.raws = raws
        self.generator = generator_of(seed)
        self.asked = 0
        self.metrics = 1
        self.waiting: dict[int, Proposal] = {}

    def expect(self, metrics: int) -> None:
        """Expect so many merits of each proposal; to be called before the first one is asked for."""
        self.metrics = metrics

    def ask(self) -> Proposal:
        """The next cell to evaluate."""
        return self._ask_with(0)

    def _ask_with(self, budget: int) -> Proposal:
        """The next cell to evaluate, after a training budget."""
        raw, key, parents, how = self._propose()
        proposal = Proposal(self.asked, raw, key, parents, how, budget)
        self.asked += 1
        self.waiting[proposal.number] = proposal
        return proposal

    def tell(self, number: int, merit: float | Sequence[float] | None) -> None:
        """Tell the merit of a proposal.

        Parameters
        ----------
        number : int
            Of the proposal.
        merit : float, sequence of float or None
            Higher is better; one for each metric where several are expected. None where the cell lacks one: the
            training failed, or the table does not know it.

        Raises
        ------
        SearchError
            Where no such proposal waits, a merit is no finite number, or there is another number of them.
        """
        if number not in self.waiting:
            known = isinstance(number, int) and 0 <= number < self.asked
            raise SearchError(Message("Found a second value for proposal {number}; expected one for each. Tell each "
                                      "proposal once.", number=number) if known else
                              Message("Found a value for proposal {number}; expected a number below {asked}, that was "
                                      "asked for. Tell what ask() has given.", number=number, asked=self.asked))
        # Nearly all are floats already, and looking at the protocols of others takes longer than a proposal.
        value: Any = merit
        if merit is not None and self.metrics > 1:
            value = self._each(number, merit)
        elif merit is not None and type(merit) is not float:
            value = plain_float(merit)
        if merit is not None and self.metrics == 1 and (value is None or not math.isfinite(value)):
            raise SearchError(Message("Found the value {value} for proposal {number}; expected a finite number. Tell "
                                      "None where there is no value.", value=repr(merit), number=number))
        self._learn(self.waiting.pop(number), value)

    def _each(self, number: int, merits: float | Sequence[float]) -> tuple[float, ...]:
        """The merits of a proposal, one for each metric."""
        # As in `tell`: nearly all are lists of floats.
        found = ([each if type(each) is float else plain_float(each) for each in merits]
                 if type(merits) is list or isinstance(merits, Sequence | np.ndarray) else [])
        known = tuple(each for each in found if each is not None and math.isfinite(each))
        if len(known) != self.metrics or len(known) != len(found):
            raise SearchError(Message("Found the value {value} for proposal {number}; expected {count} finite numbers, "
                                      "one for each metric. Tell None where one is missing.", value=repr(merits),
                                      number=number, count=self.metrics))
        return known

    def state(self) -> dict[str, Any]:
        """What the strategy knows."""
        return {}

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        """Raw cell, its key, numbers of its parents, and how it was made."""
        raise NotImplementedError

    def _learn(self, proposal: Proposal, merit: Any) -> None:
        """Take a merit in: a number, several in a tuple where they are expected, or None."""

    def _random(self) -> tuple[int, int, tuple[int, ...], str]:
        """A raw cell drawn uniformly."""
        raw = self.raws.random(self.generator)
        return raw, self.raws.key(raw), (), "random"


def generator_of(seed: int, stream: int = 0) -> np.random.Generator:
    """The random numbers of a run: stream 0 is the strategy's, stream 1 draws among the repeats of a cell."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, stream])))


def whole_setting(name: str, value: object) -> int:
    """A setting that is a whole number."""
    number = plain_int(value)
    if number is None:
        raise SearchError(Message("Found {name} {value}; expected a whole number. Change this setting.", name=name,
                                  value=repr(value)))
    return number


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse a setting that is not from `low` to `high`.

    Raises
    ------
    SearchError
    """
    if not low <= value <= high:
        raise SearchError(Message("Found {name} {value}; expected {low} to {high}. Change this setting.", name=name,
                                  value=value, low=low, high=high))


def number_setting(name: str, value: object) -> float:
    """A setting that is a number."""
    number = plain_float(value)
    if number is None or math.isnan(number):
        raise SearchError(Message("Found {name} {value}; expected a number. Change this setting.", name=name,
                                  value=repr(value)))
    return number
