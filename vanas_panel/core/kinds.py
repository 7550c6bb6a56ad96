"""Kinds of search spaces: chains, branches with skips, cells that are built of nested parts, and those of benchmarks.

What kind a cell is of depends on its *shape*: the cell without its operations, packed as in `vanas_panel.core.encoding`
with every operation 0. There are few shapes (6,188 in NAS-Bench-101), so plain Python decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import EDGE_FIELD, MAX_EDGES, VERTEX_SHIFT, pack, unpack
from vanas_panel.core.line_graph import line_shapes, pruned_line_shapes
from vanas_panel.core.plain import plain_text
from vanas_panel.core.problem import Problem
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.core.wide.columns import is_wide
from vanas_panel.errors import SearchSpaceError
from vanas_panel.text.language import Message, marked

if TYPE_CHECKING:
    from vanas_panel.core.space_protocol import Space

_SHAPE = EDGE_FIELD | ~((1 << VERTEX_SHIFT) - 1)
"""The bits of a packed cell that say how many vertices it has, and its edges."""


def is_chain(shape: int) -> bool:
    """Whether every vertex of a cell has at most one edge in and one out.

    Every vertex but the input takes an edge and every one but the output gives one, so it is enough to count the edges.
    """
    return int(shape & EDGE_FIELD).bit_count() == (shape >> VERTEX_SHIFT) - 1


def is_branched(shape: int) -> bool:
    """Whether the inner vertices fall into branches without an edge between them, each one vertex after another."""
    operations, edges = unpack(shape)
    branch = list(range(len(operations) + 1))
    inner = {(source, target) for source, target in edges if source > 0 and target <= len(operations)}
    for source, target in sorted(inner, key=lambda edge: edge[1]):
        old, new = branch[target], branch[source]
        branch = [new if each == old else each for each in branch]
    for name in set(branch[1:]):
        members = [vertex for vertex in range(1, len(branch)) if branch[vertex] == name]
        # Edges point from lower to higher vertices, so a path through all members visits them in this order.
        if any(pair not in inner for pair in pairwise(members)):
            return False
    return True


def is_nested(shape: int) -> bool:
    """Whether a cell is made of parts in series and side by side, to any depth."""
    inner = (int(shape) >> VERTEX_SHIFT) - 2
    return canonical_key(int(shape)) in _nested_shapes(inner, MAX_EDGES)[inner]


@lru_cache(maxsize=8)
def _nested_shapes(most_inner: int, most_edges: int) -> tuple[frozenset[int], ...]:
    """Canonical shapes of all nested cells, by their inner vertices from 0.

    A part is itself a cell: it takes what its input has and gives what its output has. The smallest are the single
    operation and the edge alone, which passes on what it takes. Joining parts takes no edge away.
    """
    found = [frozenset({pack([], [(0, 1)])})]
    for inner in range(1, most_inner + 1):
        shapes = {pack([0], [(0, 1), (1, 2)])} if inner == 1 else set()
        for first in range(1, inner):
            for one in found[first]:
                for other in found[inner - first]:
                    shapes.update(map(canonical_key, (_in_series(one, other), _side_by_side(one, other))))
        # A part with a way around it.
        shapes.update({canonical_key(_side_by_side(each, pack([], [(0, 1)]))) for each in shapes})
        found.append(frozenset(each for each in shapes if int(each & EDGE_FIELD).bit_count() <= most_edges))
    return tuple(found)


def _in_series(one: int, other: int) -> int:
    """The shape of one part after another: all that leaves the first enters the second."""
    (first, edges), (second, others) = unpack(one), unpack(other)
    end, last = len(first) + 1, len(first) + len(second) + 1
    later = [(source + end - 1, target + end - 1) for source, target in others]
    leaving = [source for source, target in edges if target == end]
    entering = [target for source, target in later if source == end - 1]
    kept = [edge for edge in edges if edge[1] != end] + [edge for edge in later if edge[0] != end - 1]
    joined = {(source, target) for source in leaving for target in entering}
    return pack([0] * (last - 1), {*kept, *joined})


def _side_by_side(one: int, other: int) -> int:
    """The shape of two parts that take and give the same."""
    (first, edges), (second, others) = unpack(one), unpack(other)
    end, last = len(first) + 1, len(first) + len(second) + 1
    moved = [(source, last if target == end else target) for source, target in edges]
    later = [(source + end - 1 if source else 0, target + end - 1) for source, target in others]
    return pack([0] * (last - 1), {*moved, *later})


@dataclass(frozen=True)
class Kind:
    """What cells a kind of search space has.

    Attributes
    ----------
    holds : callable
        From a shape to whether it is of the kind.
    problem : str
        What is said of a cell that is not, in English: `gettext` translates it.
    """

    holds: Callable[[int], bool]
    problem: str


KINDS: dict[str, Kind] = {
    "chain": Kind(is_chain, marked("This search space has chains only: no vertex has two edges in, or two out.")),
    "branches": Kind(is_branched, marked(
        "This search space has branches only: no edge leads from one branch to another, and within a branch each "
        "vertex follows the one before it.")),
    "cells": Kind(lambda shape: True, ""),
    "hierarchical": Kind(is_nested, marked(
        "This search space has nested parts only: each part is an operation, or parts in series or side by side.")),
}
"""Every general kind by its name."""

LINE, PRUNED_LINE = "line_graph", "pruned_line_graph"

BENCHMARK_KINDS: dict[str, Kind] = {
    LINE: Kind(lambda shape: canonical_key(int(shape)) in line_shapes(), marked(
        "Every cell of this search space has the same ten edges, those of NAS-Bench-201's line graph: input to 1, 2 "
        "and 4; 1 to 3 and 5; 2 and 3 to 6; 4, 5 and 6 to output. Load a cell and change its operations instead.")),
    PRUNED_LINE: Kind(lambda shape: canonical_key(int(shape)) in pruned_line_shapes(), marked(
        "Every cell of this search space is a part of NAS-Bench-201's line graph (input to 1, 2 and 4; 1 to 3 and 5; "
        "2 and 3 to 6; 4, 5 and 6 to output): some of its six operations, with all edges between them.")),
}
"""Kinds of which a benchmark has all cells; a gallery of general spaces does not show them."""

_ALL_KINDS = {**KINDS, **BENCHMARK_KINDS}


@lru_cache(maxsize=65_536)
def _holds(kind: str, shape: int) -> bool:
    """Whether a shape is of a kind; the designer asks for the same ones again and again."""
    return _ALL_KINDS[kind].holds(shape)


@dataclass(frozen=True)
class KindSpace(CellSpace):
    """The cells of one kind within the limits of a `CellSpace`.

    Parameters
    ----------
    operations, max_vertices, max_edges
        As for `vanas_panel.CellSpace`.
    kind : str, optional
        A name in `KINDS` (``chain``, ``branches``, ``cells`` or ``hierarchical``) or in `BENCHMARK_KINDS`
        (``line_graph`` or ``pruned_line_graph``, see `vanas_panel.core.line_graph`).

    Raises
    ------
    SearchSpaceError
        Where there is no such kind, or a limit or an operation cannot be used.

    Examples
    --------
    >>> space = KindSpace(["conv", "pool"], max_vertices=4, max_edges=6, kind="chain")
    >>> cell = Draft(["input", "conv", "pool", "output"], [(0, 1), (1, 2), (2, 3), (0, 3)])
    >>> [problem.kind for problem in cell.problems(space)]
    ['not of this kind']
    """

    kind: str = "cells"

    if TYPE_CHECKING:  # what is kept is narrower than what is accepted
        def __init__(self, operations: Sequence[str], max_vertices: int, max_edges: int,
                     kind: str = "cells") -> None: ...

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "kind", plain_text(self.kind))
        if not isinstance(self.kind, str) or self.kind not in _ALL_KINDS:
            raise SearchSpaceError(Message("Found kind {kind!r} of a search space; expected one of {known}. Choose one "
                                           "of these.", kind=self.kind, known=", ".join(_ALL_KINDS)))
        if self.kind != "cells" and is_wide(self):
            raise SearchSpaceError(Message("Found kind {kind!r} of a search space of {vertices} vertices and "
                                           "{operations} operations; expected at most 8 vertices and 15 operations for "
                                           "it. Leave the kind out.", kind=self.kind, vertices=self.max_vertices,
                                           operations=len(self.operations)))

    def limit_problems(self, draft: Draft) -> Iterator[Problem]:
        """Yield what a `CellSpace` does, and a problem of the kind ``not of this kind``.

        A draft that is no cell yet has none of that kind: it may still become one.
        """
        problems = tuple(super().limit_problems(draft))
        yield from problems
        if problems or self.kind == "cells":
            return
        order = draft.topological_order()
        if order is None or draft.on_path() != (frozenset(order), frozenset(draft.edges)):
            return
        rank = {vertex: place for place, vertex in enumerate(order)}
        shape = pack([0] * (len(order) - 2), [(rank[source], rank[target]) for source, target in draft.edges])
        if not _holds(self.kind, shape):
            yield Problem("not of this kind", Message(_ALL_KINDS[self.kind].problem))

    def holds(self, packed: np.ndarray) -> np.ndarray:
        """Which cells are of the kind, whatever their size.

        Parameters
        ----------
        packed : int64 (n,)

        Returns
        -------
        bool (n,)
        """
        shapes, place = np.unique(np.asarray(packed, np.int64) & _SHAPE, return_inverse=True)
        return np.array([_holds(self.kind, shape) for shape in shapes.tolist()], bool)[place]


def described_space(space: Space) -> dict[str, Any]:
    """A space as JSON; its kind, which rules out cells within the limits, only where it has one.

    Examples
    --------
    >>> described_space(KindSpace(["conv"], max_vertices=4, max_edges=6, kind="chain"))
    {'operations': ['conv'], 'max_vertices': 4, 'max_edges': 6, 'kind': 'chain'}
    """
    limits = {"operations": list(space.operations), "max_vertices": space.max_vertices, "max_edges": space.max_edges}
    return {**limits, "kind": space.kind} if isinstance(space, KindSpace) else limits


if TYPE_CHECKING:  # mypy holds the class against the protocol
    _: Space = KindSpace(NASBENCH101.operations, 7, 9)
