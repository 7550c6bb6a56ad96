"""Genotypes drawn at random, of the same cost as one that was found: what a search has to be better than."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vanas_panel.core.genotype import Gene, Genotype
from vanas_panel.core.plain import plain_float, plain_int
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.cost import genotype_cost
from vanas_panel.training.darts.network_shape import (
    DARTS_OPERATIONS,
    NONE,
    OPERATIONS,
    TEXT_DARTS_OPERATIONS,
    TEXT_OPERATIONS,
    Shape,
    check_operations,
    operations_like,
)

_TEXTS = Shape(classes=2, words=5_002, length=32)
_TRIES = 20_000
"""Genotypes drawn for each that is asked for, before none of the wanted cost is expected any more."""


def random_genotypes(count: int = 1, *, operations: Sequence[str] | None = None, nodes: int = 4, seed: int = 0,
                     like: Genotype | None = None, spread: float = 0.1, shape: Shape | None = None,
                     image_size: int = 12) -> list[Genotype]:
    """Draw genotypes uniformly: two different sources for every node, and an operation for each.

    Parameters
    ----------
    count : int, optional
    operations : sequence of str, optional
        ``none`` is left out. By default those of DARTS; where `shape` is that of a network for texts, those for texts.
    nodes : int, optional
        Of each cell.
    seed : int, optional
    like : Genotype, optional
        Only genotypes whose network has as many multiply-accumulates as that of this one, within `spread`.
    spread : float, optional
        A share of its multiply-accumulates.
    shape : Shape, optional
        The sizes at which costs are compared, a `vanas_panel.training.darts.network_shape.Shape`. By default 4 cells of
        8 channels; where `like` or `operations` are those of texts, for 32 words of a vocabulary of 5,000.
    image_size : int, optional
        Height and width in pixels, likewise.

    Returns
    -------
    list of Genotype

    Raises
    ------
    TrainingError
        Where a number cannot be used, or hardly any genotype has that cost.

    Examples
    --------
    >>> one, other = random_genotypes(2, seed=1)
    >>> one != other, len(one.normal)
    (True, 8)
    """
    wanted, number, start = plain_int(count), plain_int(nodes), plain_int(seed)
    for name, value, low, high in (("count", wanted, 1, 100_000), ("nodes", number, 1, 8),
                                   ("seed", start, 0, 2 ** 63 - 1), ("spread", plain_float(spread), 0, 10)):
        if value is None or not low <= value <= high:
            raise TrainingError(Message("Found {name} = {found}; expected {low} to {high}. Change it.", name=name,
                                        found=repr({"count": count, "nodes": nodes, "seed": seed, "spread": spread}[
                                            name]), low=low, high=high))
    assert wanted is not None and number is not None and start is not None
    if shape is None:
        named = [name for name, _source in (*like.normal, *like.reduce)] if like is not None else operations or ()
        shape = _TEXTS if operations_like(named) is TEXT_OPERATIONS else Shape()
    usual, known = ((TEXT_DARTS_OPERATIONS, TEXT_OPERATIONS) if shape.words else (DARTS_OPERATIONS, OPERATIONS))
    operations = usual if operations is None else tuple(operations)
    check_operations(operations, known=known if like is not None else None)
    names = [name for name in operations if name != NONE]
    goal = None if like is None else genotype_cost(like, shape, image_size).multiply_accumulates
    draw, found = np.random.default_rng(start), []
    for _ in range(_TRIES * wanted):
        genotype = Genotype(_cell(draw, names, number), tuple(range(2, 2 + number)), _cell(draw, names, number),
                            tuple(range(2, 2 + number)))
        if goal is None or abs(genotype_cost(genotype, shape, image_size).multiply_accumulates - goal) <= spread * goal:
            found.append(genotype)
        if len(found) == wanted:
            return found
    raise TrainingError(Message("Found {found} genotypes of the wanted cost among {tries:,}; expected {count}. Raise "
                                "spread.", found=len(found), tries=_TRIES * wanted, count=wanted))


def _cell(draw: np.random.Generator, names: list[str], nodes: int) -> tuple[Gene, ...]:
    """The genes of a cell."""
    genes: list[Gene] = []
    for node in range(nodes):
        sources = sorted(draw.choice(node + 2, 2, replace=False).tolist())
        genes += [(names[int(draw.integers(len(names)))], source) for source in sources]
    return tuple(genes)
