"""Edge types of cells with few operations: as the distinct sets of edge types, of which there are few, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import has_edge, kernel, operation_at, vertex_count


@dataclass(frozen=True)
class EdgeSets:
    """Which edge types the cells of a table have, as few distinct sets.

    Attributes
    ----------
    codes : int64 (n,)
        For every cell the number of its set of edge types.
    sets : bool (distinct, types)
        The sets; columns in the order of `vanas_panel.core.space_protocol.Space.edge_types`.
    """

    codes: np.ndarray
    sets: np.ndarray

    @classmethod
    def of(cls, packed: np.ndarray, operations: int) -> EdgeSets:
        """The sets of packed cells, ``int64 (n,)``, with so many operations, at most 6: 49 types are bits of a number.

        Examples
        --------
        >>> from vanas_panel.core.encoding import pack
        >>> EdgeSets.of(np.array([pack([0], [(0, 1), (1, 2)])]), 1).sets  # input>output, input>conv, conv>output, ...
        array([[False,  True,  True, False]])
        """
        sources = operations + 1
        distinct, codes = np.unique(_type_masks(packed, sources), return_inverse=True)
        sets = (distinct[:, None] >> np.arange(sources * sources) & 1).astype(bool)
        return cls(codes.reshape(-1).astype(np.int64), sets)

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All arrays, in the order of the attributes."""
        return self.codes, self.sets

    @classmethod
    def of_arrays(cls, _operations: int, *arrays: np.ndarray) -> EdgeSets:
        """The sets that have these `arrays`."""
        return cls(*arrays)

    def having(self, kinds: Sequence[int]) -> np.ndarray:
        """Which cells have one of some edge types, given by their columns, ``bool (n,)``."""
        has = np.any(self.sets[:, list(kinds)], axis=1)
        return has[self.codes]

    def moments(self, values: np.ndarray, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums, counts and squares of values, see `vanas_panel.core.protocol.EdgeTypes`."""
        everything = rows is None
        return _sums_by_type(values, self.codes, self.sets, np.empty(0, np.int64) if rows is None else rows, everything)


@kernel
def _sums_by_type(values, codes, sets, rows, everything):
    """Sums, counts and squares of known `values` without (row 0) and with (row 1) each edge type, ``(2, types)`` each.

    One pass over the cells adds up each distinct set of edge types, a second over these sets adds up the types; both
    sides are summed for themselves, so neither loses digits to the other. Squares are of differences from the mean of a
    set, which are joined as those of two samples are (Chan, Golub and LeVeque, *Updating formulae and a pairwise
    algorithm for computing sample variances*, 1979).
    """
    set_sums = np.zeros(sets.shape[0])
    set_counts = np.zeros(sets.shape[0], np.int64)
    set_means = np.zeros(sets.shape[0])
    set_squares = np.zeros(sets.shape[0])
    for index in range(codes.size if everything else rows.size):
        row = index if everything else rows[index]
        if not np.isnan(values[row]):
            code = codes[row]
            set_sums[code] += values[row]
            set_counts[code] += 1
            off = values[row] - set_means[code]
            set_means[code] += off / set_counts[code]
            set_squares[code] += off * (values[row] - set_means[code])
    sums = np.zeros((2, sets.shape[1]))
    counts = np.zeros((2, sets.shape[1]), np.int64)
    squares = np.zeros((2, sets.shape[1]))
    for index in range(sets.shape[0]):
        if set_counts[index]:
            for kind in range(sets.shape[1]):
                side = 1 if sets[index, kind] else 0
                before, more = counts[side, kind], set_counts[index]
                if before:
                    off = set_means[index] - sums[side, kind] / before
                    squares[side, kind] += off * off * before * more / (before + more)
                squares[side, kind] += set_squares[index]
                sums[side, kind] += set_sums[index]
                counts[side, kind] += more
    return sums, counts, squares


@kernel
def _type_masks(packed, sources):
    """Edge types as bits, ``int64 (n,)``; bit ``a * sources + b`` joins source class a to target class b.

    Class 0 is the input as a source and the output as a target; class ``1 + i`` is operation i. There are at most seven
    classes, so that every type has its bit.
    """
    masks = np.zeros(packed.size, np.int64)
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        for target in range(1, last + 1):
            to = 0 if target == last else operation_at(cell, target) + 1
            for source in range(target):
                if has_edge(cell, source, target):
                    masks[row] |= 1 << ((0 if source == 0 else operation_at(cell, source) + 1) * sources + to)
    return masks
