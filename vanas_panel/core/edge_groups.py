"""Edge types of cells with many operations: cells in groups that have the same operations.

With 15 operations there are 256 edge types, and nearly every cell has a set of them of its own: distinct sets save
nothing and take gigabytes. A cell has at most six inner vertices, though. Together with input and output they are of at
most seven classes, and only the at most 49 types among these can be in the cell: they fit into one number. What is said
of all other types is the same for all cells of a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import MAX_INNER, has_edge, kernel, operation_at, vertex_count

_MOST_TYPES = (MAX_INNER + 1) ** 2


@dataclass(frozen=True)
class EdgeGroups:
    """Which edge types the cells of a table have, by groups of cells with the same operations.

    Attributes
    ----------
    classes : int
        One more than there are operations; class 0 is the input as a source and the output as a target.
    groups : int64 (g,)
        Classes of the cells of each group, as bits.
    first : int64 (g + 1,)
        The cells of group i are at ``first[i]`` to ``first[i + 1]``.
    rows : int64 (n,)
        Rows of the cells, ascending within a group.
    masks : int64 (n,)
        Edge types of the cells at these places: bit ``a * k + b`` joins the a-th of the k classes of the group to the
        b-th.
    """

    classes: int
    groups: np.ndarray
    first: np.ndarray
    rows: np.ndarray
    masks: np.ndarray

    @classmethod
    def of(cls, packed: np.ndarray, operations: int) -> EdgeGroups:
        """The groups of packed cells, ``int64 (n,)``, with so many operations.

        Examples
        --------
        >>> from vanas_panel.core.encoding import pack
        >>> types = EdgeGroups.of(np.array([pack([0], [(0, 1), (1, 2)])]), 1)
        >>> [types.having([kind]).item() for kind in range(4)]  # input>output, input>conv, conv>output, conv>conv
        [False, True, True, False]
        """
        present, masks = _classes_and_types(packed)
        rows = np.argsort(present, kind="stable")
        groups, first = np.unique(present[rows], return_index=True)
        return cls(operations + 1, groups.astype(np.int64), np.append(first, packed.size), rows, masks[rows])

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All arrays, in the order of the attributes."""
        return self.groups, self.first, self.rows, self.masks

    @classmethod
    def of_arrays(cls, operations: int, *arrays: np.ndarray) -> EdgeGroups:
        """The groups of cells with so many operations that have these `arrays`."""
        return cls(operations + 1, *arrays)

    def having(self, kinds: Sequence[int]) -> np.ndarray:
        """Which cells have one of some edge types, given by their columns, ``bool (n,)``."""
        wanted = np.zeros(self.classes**2, np.bool_)
        wanted[list(kinds)] = True
        return _having(self.groups, self.first, self.rows, self.masks, wanted, self.classes)

    def moments(self, values: np.ndarray, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums, counts and squares of values, see `vanas_panel.core.protocol.EdgeTypes`."""
        if rows is not None:
            # What is not selected counts as unknown, so that cells can stay in their order.
            chosen = np.full(values.size, np.nan)
            chosen[rows] = values[rows]
            values = chosen
        sums, counts, group_sums, group_counts = _group_sums(values, self.groups, self.first, self.rows, self.masks,
                                                             self.classes)
        with np.errstate(invalid="ignore"):
            means = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
        squares = _group_squares(values, self.groups, self.first, self.rows, self.masks, self.classes, means,
                                 group_sums, group_counts)
        return sums, counts, squares


@kernel
def _classes_and_types(packed):
    """Classes of each cell as bits, ``uint16 (n,)``, and its types among these, ``int64 (n,)``, as `EdgeGroups` has."""
    present = np.empty(packed.size, np.uint16)
    masks = np.empty(packed.size, np.int64)
    place = np.zeros(16, np.int64)
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        there = 1
        for vertex in range(1, last):
            there |= 1 << (operation_at(cell, vertex) + 1)
        count = 0
        for each in range(16):
            place[each] = count
            count += there >> each & 1
        mask = 0
        for target in range(1, last + 1):
            to = 0 if target == last else place[operation_at(cell, target) + 1]
            for source in range(target):
                if has_edge(cell, source, target):
                    mask |= 1 << ((0 if source == 0 else place[operation_at(cell, source) + 1]) * count + to)
        present[row], masks[row] = there, mask
    return present, masks


@kernel
def _types_among(there, classes, kinds):
    """Write the types among the classes of a group to `kinds`, ``int64 (49,)``, by their bits; how many there are."""
    count = 0
    for source in range(classes):
        for target in range(classes):
            if there >> source & 1 and there >> target & 1:
                kinds[count] = source * classes + target
                count += 1
    return count


@kernel
def _having(groups, first, rows, masks, wanted, classes):
    """Which rows have a wanted type, ``bool (n,)``."""
    has = np.zeros(rows.size, np.bool_)
    kinds = np.zeros(_MOST_TYPES, np.int64)
    for group in range(groups.size):
        bits = 0
        for bit in range(_types_among(groups[group], classes, kinds)):
            if wanted[kinds[bit]]:
                bits |= 1 << bit
        for at in range(first[group], first[group + 1]):
            has[rows[at]] = masks[at] & bits != 0
    return has


@kernel
def _group_sums(values, groups, first, rows, masks, classes):
    """Sums and counts of known `values` without and with each type, ``(2, types)``, and those of groups, ``(g,)``.

    Both sides are summed for themselves, so neither loses digits to the other. The innermost loop has no branch, so
    that it is compiled to vector instructions.
    """
    sums = np.zeros((2, classes * classes))
    counts = np.zeros((2, classes * classes), np.int64)
    group_sums, group_counts = np.zeros(groups.size), np.zeros(groups.size, np.int64)
    kinds, with_counts = np.zeros(_MOST_TYPES, np.int64), np.zeros(_MOST_TYPES, np.int64)
    with_it, without = np.zeros(_MOST_TYPES), np.zeros(_MOST_TYPES)
    for group in range(groups.size):
        types = _types_among(groups[group], classes, kinds)
        with_it[:], without[:], with_counts[:] = 0.0, 0.0, 0
        total, count = 0.0, 0
        for at in range(first[group], first[group + 1]):
            value, mask = values[rows[at]], masks[at]
            if np.isnan(value):
                continue
            total += value
            count += 1
            for bit in range(types):
                there = mask >> bit & 1
                with_it[bit] += value if there else 0.0
                without[bit] += 0.0 if there else value
                with_counts[bit] += there
        group_sums[group], group_counts[group] = total, count
        if count == 0:
            continue
        bit = 0
        for kind in range(classes * classes):
            if bit < types and kinds[bit] == kind:
                sums[0, kind] += without[bit]
                sums[1, kind] += with_it[bit]
                counts[0, kind] += count - with_counts[bit]
                counts[1, kind] += with_counts[bit]
                bit += 1
            else:
                sums[0, kind] += total
                counts[0, kind] += count
    return sums, counts, group_sums, group_counts


@kernel
def _group_squares(values, groups, first, rows, masks, classes, means, group_sums, group_counts):
    """Squared differences of known `values` from the means of their side, added up by side and type, ``(2, types)``.

    Where no cell of a group has a type, its squares about the mean of the group are moved to that of the side: by the
    square of the difference of the means for each cell (Steiner).
    """
    squares = np.zeros((2, classes * classes))
    kinds = np.zeros(_MOST_TYPES, np.int64)
    with_it, without = np.zeros(_MOST_TYPES), np.zeros(_MOST_TYPES)
    mean_with, mean_without = np.zeros(_MOST_TYPES), np.zeros(_MOST_TYPES)
    for group in range(groups.size):
        count = group_counts[group]
        if count == 0:
            continue
        types = _types_among(groups[group], classes, kinds)
        for bit in range(types):
            mean_without[bit], mean_with[bit] = means[0, kinds[bit]], means[1, kinds[bit]]
        with_it[:], without[:] = 0.0, 0.0
        mean, within = group_sums[group] / count, 0.0
        for at in range(first[group], first[group + 1]):
            value, mask = values[rows[at]], masks[at]
            if np.isnan(value):
                continue
            within += (value - mean) * (value - mean)
            for bit in range(types):
                there = mask >> bit & 1
                off_with, off_without = value - mean_with[bit], value - mean_without[bit]
                with_it[bit] += off_with * off_with if there else 0.0
                without[bit] += 0.0 if there else off_without * off_without
        bit = 0
        for kind in range(classes * classes):
            if bit < types and kinds[bit] == kind:
                squares[0, kind] += without[bit]
                squares[1, kind] += with_it[bit]
                bit += 1
            else:
                off = mean - means[0, kind]
                squares[0, kind] += within + count * off * off
    return squares
