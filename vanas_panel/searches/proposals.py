"""What a search asked for and was told, as columns, and the best of it after every query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


def best_so_far(merits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best merit after each query, ``float64 (n,)``, and which query had it first, from 0, ``int64 (n,)``.

    Merits that do not count are -inf; the query is -1 where no other one came before.
    """
    best = np.maximum.accumulate(merits)
    improves = best > np.concatenate([[-np.inf], best[:-1]])[:best.size]
    return best, np.maximum.accumulate(np.where(improves, np.arange(merits.size), -1))


@dataclass(frozen=True)
class Arrivals:
    """How the values of a live search came in; those of a table come one after the other.

    Attributes
    ----------
    order : int64 (m,)
        Numbers of the proposals in the order in which their values came. Those that are trained are absent.
    before : int64 (n,)
        How many values had come when each proposal was asked for.
    devices : tuple of str
        Where each proposal was trained, such as ``cpu``; empty where it was not. One entry for each proposal.
    errors : dict of int to str
        Why proposals have no value, by number.
    others : float64 (n,)
        Mean of the repeats that were not told; NaN where there are none.
    """

    order: np.ndarray
    before: np.ndarray
    devices: tuple[str, ...]
    errors: Mapping[int, str]
    others: np.ndarray


@dataclass(frozen=True)
class Proposals:
    """What a search asked for and was told, as columns with one entry for each proposal.

    Attributes
    ----------
    trace : int64 (n, 5)
        See `vanas_panel.searches.trace`.
    values : float64 (n,)
        What it was told; NaN where the cell has no value.
    seconds : float64 (n,)
        What the evaluations cost; NaN where that is unknown.
    reports : dict of str to float64 (n,)
        Other metrics of the cells.
    arrivals : Arrivals or None
        Of a live search.
    also : dict of str to float64 (n,)
        What it was told of the other metrics, where there are several; all are NaN where one is missing.
    budgets : int64 (n,) or None
        The training budget of each proposal in epochs or steps, where the strategy asks for several.
    """

    trace: np.ndarray
    values: np.ndarray
    seconds: np.ndarray
    reports: dict[str, np.ndarray] = field(default_factory=dict)
    arrivals: Arrivals | None = None
    also: dict[str, np.ndarray] = field(default_factory=dict)
    budgets: np.ndarray | None = None
