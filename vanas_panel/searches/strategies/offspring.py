"""Children of members of a population: crossover, then mutation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from vanas_panel.searches.raw_cells import RawSpace


class Parent(Protocol):
    """A member that has a child."""

    @property
    def number(self) -> int:
        """Of its proposal."""

    @property
    def raw(self) -> int:
        """Its raw cell."""


class Rates(Protocol):
    """What the settings of a strategy say of its children; rates are probabilities, 0 to 1."""

    @property
    def crossover(self) -> float:
        """Of a second parent."""

    @property
    def edge_flip(self) -> float:
        """Of each edge to be flipped."""

    @property
    def operation_change(self) -> float:
        """Of each operation to be replaced."""

    @property
    def exactly_one(self) -> bool:
        """Whether exactly one edge or operation is changed in place of that."""


def child_of(raws: RawSpace, generator: np.random.Generator, rates: Rates,
             choose: Callable[[], Parent]) -> tuple[int, int, tuple[int, ...], str]:
    """A child of one or two members.

    Parameters
    ----------
    raws : RawSpace
    generator : numpy.random.Generator
    rates : Rates
    choose : callable
        Gives a parent; uses up numbers of the same generator.

    Returns
    -------
    raw, key : int
        Its raw cell, and the canonical key of that.
    parents : tuple of int
        Numbers of their proposals.
    how : str
        ``mutation`` or ``crossover``.
    """
    one = choose()
    raw, how = one.raw, "mutation"
    parents: tuple[int, ...] = (one.number,)
    if rates.crossover and generator.random() < rates.crossover:
        other = choose()
        raw = raws.crossed(generator, one.raw, other.raw)
        parents, how = (one.number, other.number), "crossover"
    raw = raws.mutated(generator, raw, rates.edge_flip, rates.operation_change, rates.exactly_one)
    return raw, raws.key(raw), parents, how
