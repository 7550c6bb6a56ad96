"""Bayesian search: a Gaussian process over path encodings, Thompson sampling among mutations of the best cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking, Proposal, number_setting, whole_setting
from vanas_panel.searches.gaussian import (
    enlarged,
    new_model,
    new_pool,
    observe,
    offer,
    sampled,
    settled,
    standardised,
    weigh,
)
from vanas_panel.searches.raw_cells import RawSpace, key_of, mutated, random_raw
from vanas_panel.searches.trace import NONE, answered
from vanas_panel.text.language import Message

MOST_OBSERVED = 3_000
"""Queries of one search: its time grows with their cube, and 3,000 take a minute."""
MOST_REDRAWS = 50
"""Random cells drawn for one that was not asked yet; after them one is asked again."""


@dataclass(frozen=True)
class GaussianProcessSettings:
    """Settings of a Gaussian process.

    Attributes
    ----------
    initial : int
        Random cells before the process proposes.
    candidates : int
        New candidates for each query.
    pool : int
        Most candidates that are kept; the oldest leaves.
    parents : int
        How many of the best cells are mutated.
    random_share : float
        Probability that a candidate is a random cell in place of a mutation, 0 to 1.
    edge_flip, operation_change, exactly_one
        Of the mutation, as for an evolution.
    length : float
        Paths in which two cells differ until their covariance falls to 1/e, above 0.
    noise : float
        Variance of an observation's noise, in units of the variance of the cells, 0.000001 to 1.
    floor : float
        Merits are raised to this many times the distance from median to best below the median, above 0.
    """

    initial: int = 10
    candidates: int = 30
    pool: int = 200
    parents: int = 5
    random_share: float = 0.1
    edge_flip: float = 1 / 21
    operation_change: float = 1 / 5
    exactly_one: bool = False
    length: float = 20.0
    noise: float = 0.01
    floor: float = 2.0

    def __post_init__(self):
        whole, numbers = ("initial", "candidates", "pool", "parents"), (
            "random_share", "edge_flip", "operation_change", "length", "noise", "floor")
        for name in whole:
            object.__setattr__(self, name, whole_setting(name, getattr(self, name)))
        for name in numbers:
            object.__setattr__(self, name, number_setting(name, getattr(self, name)))
        object.__setattr__(self, "exactly_one", bool(self.exactly_one))
        for name, low, high in (("initial", 1, MOST_OBSERVED), ("candidates", 1, 10_000), ("pool", 1, 10_000),
                                ("parents", 1, MOST_OBSERVED), ("random_share", 0, 1), ("edge_flip", 0, 1),
                                ("operation_change", 0, 1), ("length", 0.001, 1_000_000), ("noise", 0.000001, 1),
                                ("floor", 0.001, 1_000_000)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SearchError(Message("Found {name} {value}; expected {low} to {high}. Change this setting.",
                                          name=name, value=value, low=low, high=high))

    def numbers(self) -> tuple:
        """The settings as the kernel takes them."""
        return (self.initial, self.candidates, self.pool, self.parents, self.random_share, self.edge_flip,
                self.operation_change, self.exactly_one, self.length, self.noise, self.floor)


class GaussianProcess(Asking):
    """Bayesian search in Python; equal to `run_gaussian_process` where every proposal is told before the next one.

    No cell is asked twice while random draws find others. A cell that has no value teaches nothing.
    """

    def __init__(self, raws: RawSpace, settings: GaussianProcessSettings, seed: int, queries: int):
        super().__init__(raws, seed)
        self.settings = settings
        room = min(max(queries, 16), MOST_OBSERVED)
        self.model, self.pool = new_model(room, settings.length), new_pool(settings.pool, room)
        # Proposals that have a value, in the order in which they were told.
        self.told: list[Proposal] = []
        # Canonical keys of what was asked, and of the candidates.
        self.taken: set[int] = set()
        self.slot = self.live = 0
        self.learnt = False

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        known = len(self.told)
        if known < self.settings.initial:
            return self._unasked()
        if self.learnt:
            weigh(self.model, self.pool, known, self.settings.floor)
        if self.learnt or 2 * self.live < self.settings.pool:
            for _ in range(self.settings.candidates):
                self._offer()
        self.learnt = False
        chosen = int(sampled(self.pool, self.generator.standard_normal(self.settings.pool)))
        if chosen < 0:
            return self._unasked()
        raw, key, parent = (int(each[chosen]) for each in (self.pool.raws, self.pool.keys, self.pool.parents))
        self.pool.raws[chosen] = -1
        self.live -= 1
        return raw, key, () if parent < 0 else (parent,), "random" if parent < 0 else "mutation"

    def _unasked(self) -> tuple[int, int, tuple[int, ...], str]:
        """A random cell, one that was not asked yet where a few draws find one."""
        for _ in range(MOST_REDRAWS):
            drawn = self._random()
            if drawn[1] not in self.taken:
                break
        self.taken.add(drawn[1])
        return drawn

    def _offer(self) -> None:
        """Make a candidate; one that was asked or is one already is left out."""
        settings, parent, known = self.settings, -1, len(self.told)
        if self.generator.random() < settings.random_share:
            raw, key, _, _ = self._random()
        else:
            chosen = self.told[self.model.order[int(self.generator.random() * min(settings.parents, known))]]
            parent = chosen.number
            raw = self.raws.mutated(self.generator, chosen.raw, settings.edge_flip, settings.operation_change,
                                    settings.exactly_one)
            key = self.raws.key(raw)
        if key in self.taken:
            return
        self.taken.add(key)
        if self.pool.raws[self.slot] >= 0:
            self.taken.remove(int(self.pool.keys[self.slot]))
        else:
            self.live += 1
        offer(self.model, self.pool, known, self.slot, raw, key, parent)
        self.slot = (self.slot + 1) % settings.pool

    def _learn(self, proposal: Proposal, merit: float | None) -> None:
        if merit is None:
            return
        known = len(self.told)
        if known == MOST_OBSERVED:
            raise SearchError(Message("Found more than {most} values for a Gaussian process; expected at most so many. "
                                      "Use another strategy.", most=f"{MOST_OBSERVED:,}"))
        if known == self.model.merits.size:
            self.model, self.pool = enlarged(self.model, self.pool)
        observe(self.model, self.pool, known, proposal.key, merit, self.settings.noise)
        self.told.append(proposal)
        self.learnt = True

    def state(self) -> dict[str, Any]:
        """The posterior at the cells that have a value.

        Returns
        -------
        dict
            ``cells``: numbers of their proposals; ``mean`` and ``deviation`` of the merit at each, after all of them;
            and what leads to any other cell: ``weights``, with which its covariances with these cells are summed up,
            then times ``scale`` plus ``centre``; ``length`` of the covariance and ``noise``.
        """
        known, noise = len(self.told), self.settings.noise
        shared = {"length": self.settings.length, "noise": noise}
        if not known:
            return {"cells": [], "mean": [], "deviation": [], "weights": [], "centre": 0.0, "scale": 1.0, **shared}
        seen, centre, scale = standardised(self.model.merits[:known], self.settings.floor)
        weigh(self.model, self.pool, known, self.settings.floor)
        weights, diagonal = settled(self.model, known)
        # With the covariance A of the observations: K = A - noise, so K A^-1 y = y - noise A^-1 y, and so on.
        mean = centre + scale * (seen - noise * weights)
        variance = noise - noise**2 * diagonal
        return {"cells": [proposal.number for proposal in self.told], "mean": mean.tolist(),
                "deviation": (scale * np.sqrt(np.maximum(variance, 0))).tolist(), "weights": weights.tolist(),
                "centre": float(centre), "scale": float(scale), **shared}


@kernel
def run_gaussian_process(generator, draws, shape, table, sign, queries, most, initial, candidates, slots, parents,
                         random_share, edge_flip, operation_change, exactly_one, length, noise, floor):
    """Bayesian search over a table; see `vanas_panel.searches.table_search` for what goes in and out."""
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    model, pool = new_model(queries, length), new_pool(slots, queries)
    raws, numbers = np.empty(queries, np.int64), np.empty(queries, np.int64)
    taken = numba.typed.Dict.empty(numba.int64, numba.int64)
    asked = known = next_slot = live = np.int64(0)
    learnt = False
    while known < queries and asked < most:
        raw = key = parent = np.int64(-1)
        chosen = -1
        if known >= initial:
            if learnt:
                weigh(model, pool, known, floor)
            if learnt or 2 * live < slots:
                for _ in range(candidates):
                    made = np.int64(-1)
                    if generator.random() < random_share:
                        new = random_raw(generator, shape[0], shape[1], shape[2])
                    else:
                        place = model.order[int(generator.random() * min(parents, known))]
                        made = numbers[place]
                        new = mutated(generator, raws[place], shape[1], shape[2], edge_flip, operation_change,
                                      exactly_one)
                    new_key = key_of(new, shape[2])
                    if new_key not in taken:
                        taken[new_key] = 1
                        if pool.raws[next_slot] >= 0:
                            del taken[pool.keys[next_slot]]
                        else:
                            live += 1
                        offer(model, pool, known, next_slot, new, new_key, made)
                        next_slot = (next_slot + 1) % slots
            learnt = False
            chosen = sampled(pool, generator.standard_normal(slots))
        if chosen >= 0:
            raw, key, parent = pool.raws[chosen], pool.keys[chosen], pool.parents[chosen]
            pool.raws[chosen] = -1
            live -= 1
        else:
            for _ in range(MOST_REDRAWS):
                raw = random_raw(generator, shape[0], shape[1], shape[2])
                key = key_of(raw, shape[2])
                if key not in taken:
                    break
            taken[key] = 1
        trace, told = answered(trace, told, asked, raw, key, parent, NONE, np.int64(2 if parent >= 0 else 0), table,
                               draws)
        if not np.isnan(told[asked]):
            raws[known], numbers[known] = raw, asked
            observe(model, pool, known, key, sign * told[asked], noise)
            known += 1
            learnt = True
        asked += 1
    return trace[:asked], told[:asked]
