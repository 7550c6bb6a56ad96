"""Edge types of larger cells: a list for each cell, since there may be tens of thousands of types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_EDGES, WideCells


@dataclass(frozen=True)
class WideEdgeTypes:
    """Which edge types larger cells have; a `vanas_panel.core.protocol.EdgeTypes`.

    Attributes
    ----------
    classes : int
        One more than there are operations; class 0 is the input as a source and the output as a target.
    first : int64 (n + 1,)
        The types of cell r are at ``first[r]`` to ``first[r + 1]``.
    types : int32 (m,)
        Types as columns of the space, each once for every cell that has it.
    """

    classes: int
    first: np.ndarray
    types: np.ndarray

    @classmethod
    def of(cls, cells: WideCells, operations: int) -> WideEdgeTypes:
        """The types of some cells with so many operations."""
        first, types = np.zeros(len(cells) + 1, np.int64), np.empty(int(cells.edge_counts().sum()), np.int32)
        _list_types(cells.labels, cells.predecessors, cells.vertices, operations + 1, first, types)
        return cls(operations + 1, first, types[:first[-1]].copy())

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All that is known of the cells."""
        return self.first, self.types

    def having(self, kinds: Sequence[int]) -> np.ndarray:
        """Which cells have one of some edge types, given by their columns, ``bool (n,)``."""
        wanted = np.isin(self.types, np.asarray(list(kinds), np.int32))
        return np.diff(np.concatenate([[0], np.cumsum(wanted)])[self.first]) > 0

    def moments(self, values: np.ndarray, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums, counts and squares of values, see `vanas_panel.core.protocol.EdgeTypes`."""
        chosen = np.arange(self.first.size - 1) if rows is None else np.asarray(rows, np.int64)
        chosen = chosen[~np.isnan(values[chosen])]
        there = np.unique(self.types)
        sums, counts = np.zeros((2, self.classes**2)), np.zeros((2, self.classes**2), np.int64)
        squares = np.zeros((2, self.classes**2))
        known = values[chosen]
        total, count = known.sum(), known.size
        # Types that no cell has: all are on one side.
        sums[0], counts[0] = total, count
        squares[0] = np.square(known - total / count).sum() if count else 0.0
        sums[:, there], counts[:, there], squares[:, there] = 0.0, 0, 0.0
        place = np.full(self.classes**2, -1, np.int64)
        place[there] = np.arange(there.size)
        _add_up(values, chosen, self.first, place[self.types], there, sums, counts, squares)
        return sums, counts, squares


@kernel
def _list_types(labels, predecessors, vertices, classes, first, types):
    """Fill `first` and `types` as `WideEdgeTypes` has them; the types of a cell in ascending order."""
    met = np.zeros(MAX_WIDE_EDGES, np.int64)
    at = 0
    for row in range(vertices.size):
        last, found = np.int64(vertices[row]) - 1, 0
        for target in range(1, last + 1):
            to = 0 if target == last else np.int64(labels[row, target]) + 1
            before = np.int64(predecessors[row, target])
            for source in range(target):
                if before >> source & 1:
                    kind = (0 if source == 0 else np.int64(labels[row, source]) + 1) * classes + to
                    place = found
                    while place > 0 and met[place - 1] > kind:
                        place -= 1
                    if place == 0 or met[place - 1] != kind:
                        for index in range(found, place, -1):
                            met[index] = met[index - 1]
                        met[place] = kind
                        found += 1
        for index in range(found):
            types[at + index] = met[index]
        at += found
        first[row + 1] = at


@kernel
def _add_up(values, chosen, first, places, there, sums, counts, squares):
    """Add up values without and with each of the types that are `there`, and squares about the means of both sides."""
    with_it = np.zeros(there.size, np.int64)
    for number in range(chosen.size):
        row = chosen[number]
        for at in range(first[row], first[row + 1]):
            with_it[places[at]] = number + 1
        for index in range(there.size):
            side = 1 if with_it[index] == number + 1 else 0
            sums[side, there[index]] += values[row]
            counts[side, there[index]] += 1
    means = np.zeros((2, there.size))
    for side in range(2):
        for index in range(there.size):
            if counts[side, there[index]]:
                means[side, index] = sums[side, there[index]] / counts[side, there[index]]
    with_it[:] = 0
    for number in range(chosen.size):
        row = chosen[number]
        for at in range(first[row], first[row + 1]):
            with_it[places[at]] = number + 1
        for index in range(there.size):
            side = 1 if with_it[index] == number + 1 else 0
            off = values[row] - means[side, index]
            squares[side, there[index]] += off * off
