"""REINFORCE: a softmax for every edge and every operation, moved towards cells above a running mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vanas_panel.core.encoding import VERTEX_SHIFT, kernel, operation_at, operation_shift
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking, Proposal, number_setting
from vanas_panel.searches.raw_cells import MOST_REDRAWS, RawSpace, key_of, random_raw
from vanas_panel.searches.trace import NONE, answered
from vanas_panel.text.language import Message


@dataclass(frozen=True)
class ReinforceSettings:
    """Settings of REINFORCE.

    Attributes
    ----------
    learning_rate : float
        Above 0.
    momentum : float
        Of the running mean that values are compared with, 0 up to but not including 1.
    """

    learning_rate: float = 0.1
    momentum: float = 0.9

    def __post_init__(self):
        for name in ("learning_rate", "momentum"):
            object.__setattr__(self, name, number_setting(name, getattr(self, name)))
        if not 0 < self.learning_rate < math.inf:
            raise SearchError(Message("Found {name} {value}; expected a number above {low}. Change this setting.",
                                      name="learning_rate", value=self.learning_rate, low=0))
        if not 0 <= self.momentum < 1:
            raise SearchError(Message("Found {name} {value}; expected {low} to {high}. Change this setting.",
                                      name="momentum", value=self.momentum, low=0, high="<1"))

    def numbers(self) -> tuple:
        """The settings as the kernel takes them."""
        return self.learning_rate, self.momentum


class Reinforce(Asking):
    """REINFORCE with independent choices; invalid draws are drawn again and teach nothing."""

    def __init__(self, raws: RawSpace, settings: ReinforceSettings, seed: int):
        super().__init__(raws, seed)
        self.settings = settings
        self.shape = np.array([raws.space.max_vertices, raws.operations, raws.space.max_edges], np.int64)
        self.counts, self.logits, self.chances = _new_policy(self.shape)
        self.baseline = math.nan

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        for _ in range(MOST_REDRAWS):
            raw = _cell_of(self.generator.random(self.counts.size), self.counts, self.chances, self.shape)
            key = self.raws.key(raw)
            if key >= 0:
                return raw, key, (), "policy"
        return self._random()

    def _learn(self, proposal: Proposal, merit: float | None) -> None:
        if merit is None:
            return
        self.baseline = merit if math.isnan(self.baseline) else (
            self.settings.momentum * self.baseline + (1 - self.settings.momentum) * merit)
        _teach(self.counts, self.logits, self.chances, self.shape, proposal.raw,
               self.settings.learning_rate * (merit - self.baseline))

    def state(self) -> dict[str, Any]:
        """Probability of every edge of the full matrix, and of every operation at every inner vertex."""
        edges, operations = self.raws.edges, self.raws.operations
        return {"edges": self.chances[:edges, 1].tolist(), "operations": self.chances[edges:, :operations].tolist()}


@kernel
def _new_policy(shape):
    """How many options every choice has, edges first, ``int64 (c,)``; their logits and chances, both zero and even."""
    edges = shape[0] * (shape[0] - 1) // 2
    counts = np.full(edges + shape[0] - 2, shape[1])
    counts[:edges] = 2
    logits = np.zeros((counts.size, max(2, shape[1])), np.float64)
    chances = np.zeros_like(logits)
    _fill_softmax(logits, counts, chances)
    return counts, logits, chances


@kernel
def _fill_softmax(logits, counts, chances):
    """Probabilities of every row of logits, of which ``counts[row]`` are used."""
    for place in range(counts.size):
        highest = logits[place, 0]
        for option in range(1, counts[place]):
            highest = max(highest, logits[place, option])
        total = 0.0
        for option in range(counts[place]):
            chances[place, option] = np.exp(logits[place, option] - highest)
            total += chances[place, option]
        for option in range(counts[place]):
            chances[place, option] /= total


@kernel
def _cell_of(drawn, counts, chances, shape):
    """The raw cell, valid or not, that uniform numbers fall on, one for each choice."""
    edges = shape[0] * (shape[0] - 1) // 2
    raw = shape[0] << VERTEX_SHIFT
    for place in range(counts.size):
        rest, chosen = drawn[place], counts[place] - 1
        for option in range(counts[place]):
            rest -= chances[place, option]
            if rest < 0:
                chosen = option
                break
        raw |= chosen << place if place < edges else chosen << operation_shift(place - edges + 1)
    return raw


@kernel
def _teach(counts, logits, chances, shape, raw, step):
    """Move the policy towards a raw cell, or away from it."""
    edges = shape[0] * (shape[0] - 1) // 2
    for place in range(counts.size):
        chosen = raw >> place & 1 if place < edges else operation_at(raw, place - edges + 1)
        for option in range(counts[place]):
            logits[place, option] += step * ((option == chosen) - chances[place, option])
    _fill_softmax(logits, counts, chances)


@kernel
def run_reinforce(generator, draws, shape, table, sign, queries, most, learning_rate, momentum):
    """REINFORCE over a table; see `vanas_panel.searches.table_search` for what goes in and out."""
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    counts, logits, chances = _new_policy(shape)
    drawn = np.empty(counts.size)
    baseline = np.nan
    asked = known = np.int64(0)
    while known < queries and asked < most:
        how = 5
        raw = key = np.int64(-1)
        for _ in range(MOST_REDRAWS):
            for place in range(drawn.size):
                drawn[place] = generator.random()
            raw = _cell_of(drawn, counts, chances, shape)
            key = key_of(raw, shape[2])
            if key >= 0:
                break
        if key < 0:
            raw, how = random_raw(generator, shape[0], shape[1], shape[2]), 0
            key = key_of(raw, shape[2])
        trace, told = answered(trace, told, asked, raw, key, NONE, NONE, how, table, draws)
        if not np.isnan(told[asked]):
            known += 1
            merit = sign * told[asked]
            baseline = merit if np.isnan(baseline) else momentum * baseline + (1 - momentum) * merit
            _teach(counts, logits, chances, shape, raw, learning_rate * (merit - baseline))
        asked += 1
    return trace[:asked], told[:asked]
