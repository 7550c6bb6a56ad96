"""Local search: move to a better neighbour until there is none, then begin again at a random cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking, Proposal
from vanas_panel.searches.raw_cells import RawSpace, key_of, moved, random_raw
from vanas_panel.searches.trace import NONE, answered
from vanas_panel.text.language import Message

IMPROVEMENTS = ("first", "best")
MOST_IDLE = 50
"""Random starts in a row at cells that were asked before; then one of them is asked again."""


@dataclass(frozen=True)
class LocalSettings:
    """Settings of a local search.

    Attributes
    ----------
    improvement : str
        ``first``: move to the first neighbour that is better; ``best``: ask all neighbours, and move to the best.
    """

    improvement: str = "first"

    def __post_init__(self):
        if self.improvement not in IMPROVEMENTS:
            raise SearchError(Message("Found {name} {value}; expected one of {known}. Change this setting.",
                                      name="improvement", value=repr(self.improvement), known=", ".join(IMPROVEMENTS)))

    def numbers(self) -> tuple:
        """The settings as the kernel takes them."""
        return (IMPROVEMENTS.index(self.improvement),)


class LocalSearch(Asking):
    """Local search over raw cells, whose neighbours differ in one edge or one operation, in random order.

    What was asked is remembered, also over starts: no cell is asked twice while others are left.
    """

    def __init__(self, raws: RawSpace, settings: LocalSettings, seed: int):
        super().__init__(raws, seed)
        self.best_only = settings.improvement == "best"
        # Merit by canonical key; NaN where the cell has none, or is asked for and not told yet.
        self.known: dict[int, float] = {}
        self.current: Proposal | None = None
        self.merit = math.nan
        self.moves: list[int] = []
        self.idle = 0
        self.better: tuple[float, Proposal] | None = None

    def _stand(self, raw: int, key: int, number: int, merit: float) -> None:
        """Go to a cell, and shuffle the moves from there."""
        self.current, self.merit, self.better = Proposal(number, raw, key, (), ""), merit, None
        self.moves = list(range(self.raws.moves))
        for place in range(len(self.moves) - 1, 0, -1):
            other = int(self.generator.random() * (place + 1))
            self.moves[place], self.moves[other] = self.moves[other], self.moves[place]
        # The moves are taken from the front.
        self.moves.reverse()

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        while True:
            if self.current is None:
                raw = self.raws.random(self.generator)
                key = self.raws.key(raw)
                if key not in self.known or self.idle >= MOST_IDLE:
                    self.idle = 0
                    self.known.setdefault(key, math.nan)
                    return raw, key, (), "random"
                self.idle += 1
                if not math.isnan(self.known[key]):
                    self._stand(raw, key, -1, self.known[key])
                continue
            if not self.moves:
                if self.better is None:
                    self.current = None
                else:
                    merit, there = self.better
                    self._stand(there.raw, there.key, there.number, merit)
                continue
            raw = self.raws.moved(self.current.raw, self.moves.pop())
            key = self.raws.key(raw)
            if key < 0 or key == self.current.key:
                continue
            if key not in self.known:
                self.known[key] = math.nan
                self.idle = 0
                return raw, key, (self.current.number,) if self.current.number >= 0 else (), "neighbour"
            if self.known[key] > self.merit:
                self._improve(Proposal(-1, raw, key, (), ""), self.known[key])

    def _improve(self, there: Proposal, merit: float) -> None:
        """Take notice of a neighbour that is better."""
        if not self.best_only:
            self._stand(there.raw, there.key, there.number, merit)
        elif self.better is None or merit > self.better[0]:
            self.better = merit, there

    def _learn(self, proposal: Proposal, merit: float | None) -> None:
        if merit is None:
            return
        self.known[proposal.key] = merit
        if self.current is None:
            self._stand(proposal.raw, proposal.key, proposal.number, merit)
        elif merit > self.merit:
            self._improve(proposal, merit)

    def state(self) -> dict[str, Any]:
        """Number of the proposal at which it stands; None at a start."""
        return {"at": None if self.current is None or self.current.number < 0 else self.current.number}


@kernel
def _shuffled(generator, moves):
    """Put the moves into a random order."""
    for place in range(moves.size):
        moves[place] = place
    for place in range(moves.size - 1, 0, -1):
        other = int(generator.random() * (place + 1))
        moves[place], moves[other] = moves[other], moves[place]


@kernel
def run_local(generator, draws, shape, table, sign, queries, most, best_only):
    """Local search over a table; see `vanas_panel.searches.table_search` for what goes in and out."""
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    seen = numba.typed.Dict.empty(numba.int64, numba.float64)
    edges = shape[0] * (shape[0] - 1) // 2
    moves = np.empty(edges + (shape[0] - 2) * (shape[1] - 1), np.int64)
    asked = known = idle = np.int64(0)
    # Where the search stands (-1: at a start), and the best neighbour of it that is known to be better.
    at = best = there_raw = there_key = there_number = np.int64(-1)
    number = np.int64(-1)
    at_key = np.int64(-1)
    merit = better = 0.0
    place = 0
    while known < queries and asked < most:
        if at < 0:
            raw = random_raw(generator, shape[0], shape[1], shape[2])
            key = key_of(raw, shape[2])
            parent, how = np.int64(-1), 0
            if key in seen and idle < MOST_IDLE:
                idle += 1
                if not np.isnan(seen[key]):
                    at, at_key, number, merit, best, place = raw, key, np.int64(-1), seen[key], np.int64(-1), 0
                    _shuffled(generator, moves)
                continue
        else:
            if place == moves.size:
                if best < 0:
                    at = np.int64(-1)
                else:
                    at, at_key, number, merit, best, place = there_raw, there_key, there_number, better, np.int64(-1), 0
                    _shuffled(generator, moves)
                continue
            raw = moved(at, moves[place], shape[1])
            place += 1
            key = key_of(raw, shape[2])
            if key < 0 or key == at_key:
                continue
            parent, how = number, 4
            if key in seen:
                if seen[key] > merit:
                    if not best_only:
                        at, at_key, number, merit, place = raw, key, np.int64(-1), seen[key], 0
                        _shuffled(generator, moves)
                    elif best < 0 or seen[key] > better:
                        best, better, there_raw, there_key, there_number = raw, seen[key], raw, key, np.int64(-1)
                continue
        idle = np.int64(0)
        trace, told = answered(trace, told, asked, raw, key, parent, NONE, how, table, draws)
        if np.isnan(told[asked]):
            if key not in seen:
                seen[key] = np.nan
        else:
            known += 1
            value = sign * told[asked]
            seen[key] = value
            if at < 0 or (value > merit and not best_only):
                at, at_key, number, merit, best, place = raw, key, np.int64(asked), value, np.int64(-1), 0
                _shuffled(generator, moves)
            elif value > merit and (best < 0 or value > better):
                best, better, there_raw, there_key, there_number = raw, value, raw, key, np.int64(asked)
        asked += 1
    return trace[:asked], told[:asked]
