"""Random search, over raw cells and over cells, and the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.searches.asking import Asking
from vanas_panel.searches.raw_cells import RawSpace, key_of, random_raw
from vanas_panel.searches.trace import NONE, answered


@dataclass(frozen=True)
class RandomSettings:
    """Nothing is to be set."""


class RandomSearch(Asking):
    """Draws raw cells uniformly, as the notebook of NAS-Bench-101 does: matrix and operations, invalid ones again.

    Cells that many raw cells stand for come more often: of 500 proposals over NAS-Bench-101, 44 % repeat an earlier
    one.
    """

    def __init__(self, raws: RawSpace, settings: RandomSettings, seed: int):
        super().__init__(raws, seed)

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        return self._random()


class UniformSearch(Asking):
    """Draws cells uniformly, with replacement.

    Parameters
    ----------
    raws : RawSpace
    settings : RandomSettings
    seed : int
    keys : int64 (n,)
        Canonical keys of the cells to draw from, ascending.
    """

    def __init__(self, raws: RawSpace, settings: RandomSettings, seed: int, keys: np.ndarray):
        super().__init__(raws, seed)
        self.keys = keys

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        key = int(self.keys[int(self.generator.random() * self.keys.size)])
        return key, key, (), "random"


class GridSearch(Asking):
    """Goes through the cells in the order of their canonical keys, in equal steps that use the whole budget.

    Keys are ordered by vertices, then operations, then edges. After the last one it begins again.

    Parameters
    ----------
    raws : RawSpace
    settings : RandomSettings
    seed : int
        Not used.
    keys : int64 (n,)
        Canonical keys of the cells, ascending.
    queries : int
        The budget.
    """

    def __init__(self, raws: RawSpace, settings: RandomSettings, seed: int, keys: np.ndarray, queries: int):
        super().__init__(raws, seed)
        self.keys, self.queries = keys, queries

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        key = int(self.keys[self.asked % self.queries * self.keys.size // self.queries])
        return key, key, (), "grid"


@kernel
def run_random(generator, draws, shape, table, sign, queries, most):
    """Random search over raw cells; see `vanas_panel.searches.table_search` for what goes in and out."""
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    asked = known = np.int64(0)
    while known < queries and asked < most:
        raw = random_raw(generator, shape[0], shape[1], shape[2])
        trace, told = answered(trace, told, asked, raw, key_of(raw, shape[2]), NONE, NONE, np.int64(0), table, draws)
        known += not np.isnan(told[asked])
        asked += 1
    return trace[:asked], told[:asked]


@kernel
def run_uniform(generator, draws, shape, table, sign, queries, most):
    """Random search over the cells of the table."""
    keys = table[0]
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    asked = known = np.int64(0)
    while known < queries and asked < most:
        place = int(generator.random() * keys.size)
        trace, told = answered(trace, told, asked, keys[place], keys[place], NONE, NONE, np.int64(0), table, draws)
        known += not np.isnan(told[asked])
        asked += 1
    return trace[:asked], told[:asked]


@kernel
def run_grid(generator, draws, shape, table, sign, queries, most):
    """The grid over the cells of the table."""
    keys = table[0]
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    asked = known = np.int64(0)
    # One time through: a second one would only repeat it.
    while known < queries and asked < min(most, queries):
        place = asked * keys.size // queries
        trace, told = answered(trace, told, asked, keys[place], keys[place], NONE, NONE, np.int64(1), table, draws)
        known += not np.isnan(told[asked])
        asked += 1
    return trace[:asked], told[:asked]
