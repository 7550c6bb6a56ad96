"""Random search computed exactly: no run can tell how good chance is as well as its closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np

from vanas_panel.core.canonical import _canonical
from vanas_panel.core.encoding import EDGE_FIELD, VERTEX_SHIFT, edge_count, kernel, operation_shift, vertex_count
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import SearchError
from vanas_panel.searches.raw_cells import pruned
from vanas_panel.text.language import Message

MOST_VERTICES = 7
MOST_LABELLINGS = 10_000_000
"""Of a space whose raw cells are counted: 2^21 matrices take a second, ten million keys 160 MB."""


def raw_counts(space: Space) -> tuple[np.ndarray, np.ndarray]:
    """Number of raw cells that stand for each cell of a space.

    Parameters
    ----------
    space : Space

    Returns
    -------
    keys : int64 (n,)
        Canonical keys of all cells, ascending.
    counts : int64 (n,)
        Raw cells of each. Their sum is the number of valid raw cells.

    Notes
    -----
    Every matrix is pruned once. What its pruned operations were makes no difference: a shape that d vertices were
    pruned from stands for k^d raw cells for each labelling, with k operations.

    Raises
    ------
    SearchError
        Where the space has more than `MOST_VERTICES` vertices or `MOST_LABELLINGS` labelled cells.

    Examples
    --------
    >>> from vanas_panel.core.space import CellSpace
    >>> keys, counts = raw_counts(CellSpace(["a", "b"], max_vertices=3, max_edges=3))
    >>> counts.tolist()
    [6, 1, 1, 1, 1]
    """
    if space.max_vertices > MOST_VERTICES:
        raise _too_large(space)
    shapes = _shape_counts(space.max_vertices, space.max_edges)
    if sum(len(space.operations) ** ((shape >> VERTEX_SHIFT) - 2) for shape in shapes) > MOST_LABELLINGS:
        raise _too_large(space)
    keys, counts = _labelled_counts(np.array(list(shapes.keys()), np.int64), np.array(list(shapes.values()), np.int64),
                                    len(space.operations), space.max_vertices)
    unique, place = np.unique(keys, return_inverse=True)
    return unique, np.bincount(place, weights=counts).astype(np.int64)


def _too_large(space: Space) -> SearchError:
    """The error for a space whose cells would take too long to count."""
    return SearchError(Message("Found a space of {vertices} vertices, {edges} edges and {operations} operations; "
                               "expected one that is small enough to count its cells. Compare with the strategy "
                               "random in place of exact random search.", vertices=space.max_vertices,
                               edges=space.max_edges, operations=len(space.operations)))


@kernel
def _shape_counts(vertices, max_edges):
    """How many full matrices are pruned to each shape: an unlabelled packed cell."""
    counts = numba.typed.Dict.empty(numba.int64, numba.int64)
    for matrix in range(np.int64(1) << (vertices * (vertices - 1) // 2)):
        shape = pruned(matrix | vertices << VERTEX_SHIFT)
        if shape >= 0 and edge_count(shape) <= max_edges:
            counts[shape] = counts.get(shape, np.int64(0)) + 1
    return counts


@kernel
def _labelled_counts(shapes, counts, operations, max_vertices):
    """Canonical keys of all labellings of all shapes, and the raw cells of each, both ``int64 (m,)``."""
    total = 0
    for shape in shapes:
        total += operations ** (vertex_count(shape) - 2)
    keys = np.empty(total, np.int64)
    raws = np.empty(total, np.int64)
    filled = 0
    for place in range(shapes.size):
        vertices = vertex_count(shapes[place])
        edges = shapes[place] & EDGE_FIELD
        times = counts[place] * operations ** (max_vertices - vertices)
        for label in range(operations ** (vertices - 2)):
            packed = edges | vertices << VERTEX_SHIFT
            rest = label
            for vertex in range(1, vertices - 1):
                packed |= rest % operations << operation_shift(vertex)
                rest //= operations
            keys[filled] = _canonical(packed, True)
            raws[filled] = times
            filled += 1
    return keys, raws


@dataclass(frozen=True)
class RandomCurve:
    """What random search comes to after n queries, exactly.

    Parameters
    ----------
    chances : float64 (n,)
        Probability that a query asks each cell; those without a value have 0. Their sum is 1.
    merits : float64 (n,)
        Values of the cells, higher is better; NaN where there is none.
    """

    chances: np.ndarray
    merits: np.ndarray

    def __post_init__(self):
        known = np.flatnonzero((self.chances > 0) & ~np.isnan(self.merits))
        order = known[np.argsort(self.merits[known], kind="stable")]
        merits, starts = np.unique(self.merits[order], return_index=True)
        below = np.concatenate([[0.0], np.cumsum(self.chances[order])])
        ends = np.append(starts[1:], order.size)
        for name, value in (("_order", order), ("_merits", merits), ("_starts", starts), ("_below", below[starts]),
                            ("_upto", np.minimum(below[ends] / below[-1], 1.0))):
            object.__setattr__(self, name, value)

    def _expected(self, queries: Sequence[int], of: np.ndarray) -> np.ndarray:
        """Expectation of what belongs to the best merit, for each number of queries; `of`: by distinct merit."""
        upto = self._upto  # type: ignore[attr-defined]
        expected = np.empty(len(queries))
        for place, each in enumerate(queries):
            # Merits that are the best with a probability below 1e-20 only cost time, except where they are unknown.
            start = int(np.searchsorted(upto, 1e-20 ** (1 / each)))
            weights = np.diff(upto[start:] ** each, prepend=0.0)
            expected[place] = weights @ of[start:]
        return expected if not np.isnan(of).any() else np.full(len(queries), np.nan)

    def best(self, queries: Sequence[int]) -> np.ndarray:
        """Expected best merit after each number of queries, ``float64``."""
        return self._expected(queries, self._merits)  # type: ignore[attr-defined]

    def quantile(self, queries: Sequence[int], share: float) -> np.ndarray:
        """The merit that the best reaches or stays below with a probability of `share`, for each number of queries."""
        places = [np.searchsorted(self._upto, share ** (1 / each)) for each in queries]  # type: ignore[attr-defined]
        return self._merits[np.minimum(places, self._merits.size - 1)]  # type: ignore[attr-defined]

    def judged(self, queries: Sequence[int], values: np.ndarray) -> np.ndarray:
        """Expected value of another metric at the best cell after each number of queries.

        Of cells with equal merit the one counts that came first. NaN where a cell that may be the best has no value.
        """
        chances = self.chances[self._order]  # type: ignore[attr-defined]
        starts = self._starts  # type: ignore[attr-defined]
        weights = np.add.reduceat(chances, starts)
        means = np.add.reduceat(chances * values[self._order], starts) / weights  # type: ignore[attr-defined]
        return self._expected(queries, means)

    def duplicates(self, queries: Sequence[int]) -> np.ndarray:
        """Expected share of queries that ask a cell again, ``float64``."""
        # In these terms what is rare keeps its digits.
        asked = self.chances[self._order]  # type: ignore[attr-defined]
        chances, cells = np.unique(asked, return_counts=True)
        never = np.log1p(-np.minimum(chances, 1 - 1e-16))
        return np.array([1 + (np.expm1(each * never) * cells).sum() / each for each in queries])
