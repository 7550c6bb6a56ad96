"""Raw cells: a full matrix and an operation at every inner vertex, as searches sample and mutate them.

A raw cell is packed like a cell (`vanas_panel.core.encoding`) and always has the most vertices of its space; parts of
it may lie on no path. It stands for the cell that is left when those parts are pruned, and is invalid where nothing is
left or too many edges are. NAS-Bench-101 has 2^21 x 3^5 = 509,607,936 raw cells and 423,624 cells.

Every function exists twice: for kernels, with a generator, and for strategies in Python, in `RawSpace`. Both use up the
same uniform numbers in the same order, a fixed number for each draw, so that Python takes them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vanas_panel.core.canonical import _canonical
from vanas_panel.core.encoding import (
    EDGE_FIELD,
    MAX_INNER,
    MAX_VERTICES,
    OPERATION_BITS,
    OPERATION_FIELD,
    OPERATION_SHIFT,
    VERTEX_SHIFT,
    edge_bit,
    edge_count,
    has_edge,
    kernel,
    operation_at,
    operation_shift,
    vertex_count,
)
from vanas_panel.core.space import CellSpace

MOST_REDRAWS = 10_000
"""Redraws of an invalid mutation or crossover; after them the parent itself is proposed."""
MOST_RANDOM_REDRAWS = 1_000_000
"""Redraws of an invalid random cell; after them the cell of one edge is proposed."""
INVALID = -1
"""In place of the canonical key of an invalid raw cell."""


@kernel
def pruned(raw):
    """The packed cell that a raw cell stands for, `INVALID` where no path leads from input to output."""
    vertices = vertex_count(raw)
    last = vertices - 1
    forward = 1
    for target in range(1, vertices):
        for source in range(target):
            if forward >> source & 1 and has_edge(raw, source, target):
                forward |= 1 << target
                break
    if forward >> last & 1 == 0:
        return np.int64(INVALID)
    kept = 1 << last
    for source in range(last - 1, -1, -1):
        if forward >> source & 1:
            for target in range(source + 1, vertices):
                if kept >> target & 1 and has_edge(raw, source, target):
                    kept |= 1 << source
                    break
    rank = np.zeros(MAX_VERTICES, np.int64)
    packed = np.int64(0)
    count = 0
    for vertex in range(vertices):
        if kept >> vertex & 1:
            rank[vertex] = count
            if 0 < vertex < last:
                packed |= operation_at(raw, vertex) << operation_shift(count)
            for source in range(vertex):
                if kept >> source & 1 and has_edge(raw, source, vertex):
                    packed |= 1 << edge_bit(rank[source], count)
            count += 1
    return packed | count << VERTEX_SHIFT


@kernel
def key_of(raw, max_edges):
    """Canonical key of the cell that a raw cell stands for; `INVALID` where it stands for none."""
    packed = pruned(raw)
    if packed < 0 or edge_count(packed) > max_edges:
        return np.int64(INVALID)
    return _canonical(packed, True)


@kernel
def with_operation(raw, vertex, operation):
    """A raw cell with another operation at an inner vertex."""
    shift = operation_shift(vertex)
    return raw & ~(OPERATION_FIELD << shift) | operation << shift


@kernel
def random_raw(generator, vertices, operations, max_edges):
    """A raw cell drawn uniformly, invalid ones drawn again."""
    edges = vertices * (vertices - 1) // 2
    for _ in range(MOST_RANDOM_REDRAWS):
        raw = vertices << VERTEX_SHIFT
        for bit in range(edges):
            if generator.random() < 0.5:
                raw |= 1 << bit
        for vertex in range(1, vertices - 1):
            raw |= int(generator.random() * operations) << operation_shift(vertex)
        if key_of(raw, max_edges) >= 0:
            return raw
    return vertices << VERTEX_SHIFT | 1 << edge_bit(0, vertices - 1)


@kernel
def moved(raw, move, operations):
    """A raw cell after one of its moves: each edge flipped, then each inner vertex with each other operation."""
    vertices = vertex_count(raw)
    edges = vertices * (vertices - 1) // 2
    if move < edges:
        return raw ^ 1 << move
    vertex = 1 + (move - edges) // (operations - 1)
    other = (move - edges) % (operations - 1)
    return with_operation(raw, vertex, other + (other >= operation_at(raw, vertex)))


@kernel
def mutated(generator, raw, operations, max_edges, edge_flip, operation_change, exactly_one):
    """A valid mutation of a raw cell: each edge and each operation changed by chance, or exactly one of them."""
    vertices = vertex_count(raw)
    edges = vertices * (vertices - 1) // 2
    inner = vertices - 2 if operations > 1 else 0
    for _ in range(MOST_REDRAWS):
        new = raw
        if exactly_one:
            choice = int(generator.random() * (edges + inner))
            other = int(generator.random() * (operations - 1))
            if choice < edges:
                new ^= 1 << choice
            else:
                vertex = choice - edges + 1
                new = with_operation(raw, vertex, other + (other >= operation_at(raw, vertex)))
        else:
            for bit in range(edges):
                if generator.random() < edge_flip:
                    new ^= 1 << bit
            for vertex in range(1, inner + 1):
                changes = generator.random() < operation_change
                other = int(generator.random() * (operations - 1))
                if changes:
                    new = with_operation(new, vertex, other + (other >= operation_at(raw, vertex)))
        if key_of(new, max_edges) >= 0:
            return new
    return raw


@kernel
def crossed(generator, one, other, max_edges):
    """A valid raw cell with each edge and each operation from one of two others, with equal probability."""
    vertices = vertex_count(one)
    edges = vertices * (vertices - 1) // 2
    for _ in range(MOST_REDRAWS):
        new = one
        for bit in range(edges):
            if generator.random() < 0.5:
                new = new & ~(1 << bit) | other & 1 << bit
        for vertex in range(1, vertices - 1):
            if generator.random() < 0.5:
                new = with_operation(new, vertex, operation_at(other, vertex))
        if key_of(new, max_edges) >= 0:
            return new
    return one


@dataclass(frozen=True)
class RawSpace:
    """The raw cells of a search space, in Python.

    Parameters
    ----------
    space : CellSpace

    Examples
    --------
    >>> from vanas_panel.core.space import NASBENCH101
    >>> RawSpace(NASBENCH101).size
    509607936
    """

    space: CellSpace

    @cached_property
    def edges(self) -> int:
        """Edges of a full matrix."""
        return self.space.max_vertices * (self.space.max_vertices - 1) // 2

    @cached_property
    def inner(self) -> int:
        """Inner vertices."""
        return self.space.max_vertices - 2

    @cached_property
    def operations(self) -> int:
        """Operations of the space."""
        return len(self.space.operations)

    @property
    def size(self) -> int:
        """Raw cells, valid or not."""
        return 2 ** self.edges * self.operations ** self.inner

    @property
    def moves(self) -> int:
        """Single changes of a raw cell: an edge flipped, or an operation replaced by one of the others."""
        return self.edges + self.inner * (self.operations - 1)

    @cached_property
    def _weights(self) -> np.ndarray:
        """Bit of every edge, ``int64 (edges,)``."""
        return np.int64(1) << np.arange(self.edges, dtype=np.int64)

    def _bits(self, chosen: np.ndarray) -> int:
        """Truth values for all edges as the bits of an integer."""
        return int(self._weights @ chosen)

    def key(self, raw: int) -> int:
        """Canonical key of the cell that a raw cell stands for; `INVALID` where it stands for none."""
        return int(key_of(raw, self.space.max_edges))

    def random(self, generator: np.random.Generator) -> int:
        """A valid raw cell, drawn uniformly."""
        for _ in range(MOST_RANDOM_REDRAWS):
            drawn = generator.random(self.edges + self.inner)
            raw = self.space.max_vertices << VERTEX_SHIFT | self._bits(drawn[:self.edges] < 0.5)
            for vertex, number in enumerate(drawn[self.edges:].tolist(), start=1):
                raw |= int(number * self.operations) << _shift(vertex)
            if self.key(raw) >= 0:
                return raw
        return self.space.max_vertices << VERTEX_SHIFT | 1 << (self.inner + 1) * self.inner // 2

    def moved(self, raw: int, move: int) -> int:
        """A raw cell after one of its `moves`, valid or not."""
        if move < self.edges:
            return raw ^ 1 << move
        vertex, other = divmod(move - self.edges, self.operations - 1)
        return _with_other(raw, raw, vertex + 1, other)

    def mutated(self, generator: np.random.Generator, raw: int, edge_flip: float, operation_change: float,
                exactly_one: bool) -> int:
        """A valid mutation of a raw cell."""
        inner = self.inner if self.operations > 1 else 0
        others = self.operations - 1
        for _ in range(MOST_REDRAWS):
            if exactly_one:
                choice, other = generator.random(2).tolist()
                move = int(choice * (self.edges + inner))
                new = raw ^ 1 << move if move < self.edges else (
                    _with_other(raw, raw, move - self.edges + 1, int(other * others)))
            else:
                drawn = generator.random(self.edges + 2 * inner)
                new = raw ^ self._bits(drawn[:self.edges] < edge_flip)
                pairs = drawn[self.edges:].tolist()
                for vertex in range(1, inner + 1):
                    if pairs[2 * vertex - 2] < operation_change:
                        new = _with_other(new, raw, vertex, int(pairs[2 * vertex - 1] * others))
            if self.key(new) >= 0:
                return new
        return raw

    def crossed(self, generator: np.random.Generator, one: int, other: int) -> int:
        """A valid raw cell with each edge and each operation from one of two others."""
        for _ in range(MOST_REDRAWS):
            second = generator.random(self.edges + self.inner) < 0.5
            mask = self._bits(second[:self.edges])
            for vertex, chosen in enumerate(second[self.edges:].tolist(), start=1):
                mask |= chosen * OPERATION_FIELD << _shift(vertex)
            new = one & ~mask | other & mask
            if self.key(new) >= 0:
                return new
        return one


def _shift(vertex: int) -> int:
    """Shift of the bits of an inner vertex's operation."""
    return OPERATION_SHIFT + (MAX_INNER - vertex) * OPERATION_BITS


def _with_other(raw: int, before: int, vertex: int, other: int) -> int:
    """A raw cell with the other operation of that number, counted without the one that the vertex had before."""
    shift = _shift(vertex)
    other += other >= (before >> shift & OPERATION_FIELD)
    return raw & ~(OPERATION_FIELD << shift) | other << shift


__all__ = ["EDGE_FIELD", "INVALID", "RawSpace", "crossed", "key_of", "moved", "mutated", "pruned", "random_raw"]
