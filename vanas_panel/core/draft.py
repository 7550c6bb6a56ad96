"""Drafts: any labelled digraph, and the problems that keep one from being a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.problem import Edge, Problem, size_problems
from vanas_panel.core.space import INPUT, NASBENCH101, OUTPUT
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.columns import MAX_WIDE_EDGES, MAX_WIDE_VERTICES
from vanas_panel.errors import InvalidCellError, InvalidDraftError
from vanas_panel.providers import provided
from vanas_panel.text.language import Message


@dataclass(frozen=True)
class Draft:
    """Any labelled digraph: what a designer holds while a cell is being drawn.

    Parameters
    ----------
    operations : sequence of str
        ``operations[0]`` is ``"input"``, ``operations[-1]`` is ``"output"``; the inner vertices may be in any order.
    edges : iterable of (int, int)
        Pairs of vertex indices, source first. Repeated pairs count once.

    Raises
    ------
    InvalidDraftError
        Where the first or last operation is another one, an inner vertex is called like them or not at all, or an edge
        is not two indices of vertices that exist.

    Examples
    --------
    >>> draft = Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1)])
    >>> print(draft.problems()[0])
    There is no path from input to output.
    """

    operations: tuple[str, ...]
    edges: tuple[Edge, ...] = field(default=())

    if TYPE_CHECKING:  # what is kept is narrower than what is accepted
        def __init__(self, operations: Sequence[str], edges: Iterable[Iterable[int]] = ()) -> None: ...

    def __post_init__(self):
        operations = tuple(plain_text(operation) for operation in _items(self.operations, "operations"))
        _check_labels(operations)
        edges = tuple(sorted({_checked_edge(edge, len(operations)) for edge in _items(self.edges, "edges")}))
        object.__setattr__(self, "operations", operations)
        object.__setattr__(self, "edges", edges)

    def _repr_html_(self) -> str:
        return provided("HTML of a draft")(self)

    def _repr_svg_(self) -> str:
        return provided("SVG of a draft")(self)

    @property
    def output(self) -> int:
        """Index of the output vertex; the input is vertex 0."""
        return len(self.operations) - 1

    @property
    def matrix(self) -> np.ndarray:
        """Adjacency matrix, ``int8 (vertices, vertices)``, 1 where an edge runs from the row to the column."""
        matrix = np.zeros((len(self.operations),) * 2, dtype=np.int8)
        for source, target in self.edges:
            matrix[source, target] = 1
        return matrix

    def to_networkx(self) -> nx.DiGraph:
        """The same graph in networkx; every node carries its ``operation``."""
        graph = nx.DiGraph()
        graph.add_nodes_from((vertex, {"operation": operation}) for vertex, operation in enumerate(self.operations))
        graph.add_edges_from(self.edges)
        return graph

    def edge_type(self, edge: Edge) -> tuple[str, str]:
        """Operations of the source and the target of an edge."""
        return self.operations[edge[0]], self.operations[edge[1]]

    def topological_order(self) -> tuple[int, ...] | None:
        """Vertices sorted so that edges point forward, lowest index first where free; None where there is a cycle."""
        blockers: list[set[int]] = [set() for _ in self.operations]
        for source, target in self.edges:
            blockers[target].add(source)
        order: list[int] = []
        # The output waits for last: another vertex may be free after it in a draft.
        waiting = [*range(self.output), self.output]
        while waiting:
            vertex = next((v for v in waiting if not blockers[v]), None)
            if vertex is None:
                return None
            waiting.remove(vertex)
            order.append(vertex)
            for rest in waiting:
                blockers[rest].discard(vertex)
        return tuple(order)

    def on_path(self) -> tuple[frozenset[int], frozenset[Edge]]:
        """Vertices and edges that lie on a walk from input to output, by depth-first search from both ends."""
        forward = _reachable(0, self.edges)
        backward = _reachable(self.output, [(target, source) for source, target in self.edges])
        if self.output not in forward:
            return frozenset(), frozenset()
        edges = frozenset(edge for edge in self.edges if edge[0] in forward and edge[1] in backward)
        return frozenset(forward & backward), edges

    def pruned(self) -> Draft:
        """The same draft without what lies on no path from input to output, as NAS-Bench-101's ``ModelSpec`` prunes.

        Dead ends, parts that nothing feeds, isolated vertices and thus a padding with zeros go; input, output and all
        that lies between them stay, in their order. Cycles between input and output stay, too: `problems` names them.

        Returns
        -------
        Draft
            The draft itself where nothing has to go; else one whose vertices are renumbered from 0.

        Raises
        ------
        InvalidCellError
            Where no path leads from input to output: all would have to go, and ``ModelSpec`` finds that invalid.

        See Also
        --------
        Draft.problems : the problem of the kind ``off path`` names what goes.

        Examples
        --------
        >>> draft = Draft(["input", "maxpool3x3", "conv3x3-bn-relu", "output"], [(0, 1), (0, 2), (2, 3)])
        >>> draft.pruned()
        Draft(operations=('input', 'conv3x3-bn-relu', 'output'), edges=((0, 1), (1, 2)))
        """
        vertices, edges = self.on_path()
        if not vertices:
            raise InvalidCellError([_no_path()])
        if len(vertices) == len(self.operations) and len(edges) == len(self.edges):
            return self
        kept = sorted(vertices)
        rank = {vertex: position for position, vertex in enumerate(kept)}
        return Draft([self.operations[vertex] for vertex in kept], [(rank[s], rank[t]) for s, t in edges])

    def problems(self, space: Space | None = NASBENCH101) -> tuple[Problem, ...]:
        """The problems that keep the draft from being a cell of `space`; empty for a cell.

        Parameters
        ----------
        space : Space or None
            Whose limits and operations to check; None checks only what every space has in common.

        Returns
        -------
        tuple of Problem
            At most one of each kind: the path, cycles, parts off every path, then the limits.
        """
        limits = (size_problems(self, MAX_WIDE_VERTICES, MAX_WIDE_EDGES) if space is None else
                  space.limit_problems(self))
        return *self._shape_problems(), *limits

    def _shape_problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the graph itself."""
        vertices, edges = self.on_path()
        if not vertices:
            yield _no_path()
        if self.topological_order() is None:
            yield _cycle_problem(self)
        elsewhere = tuple(vertex for vertex in range(1, self.output) if vertex not in vertices)
        stray = tuple(edge for edge in self.edges if edge not in edges)
        if elsewhere or stray:
            yield Problem("off path", _off_path(len(elsewhere), len(stray)), elsewhere, stray)


def _items(value: Iterable, what: str) -> Iterable:
    """The values to iterate over, or an error that names them."""
    try:
        return iter(value)
    except TypeError:
        raise InvalidDraftError(Message("Found {what} {value!r}; expected a list. Write them as one.", what=what,
                                        value=value)) from None


def _check_labels(operations: tuple[str, ...]) -> None:
    """Refuse operations that do not run from input to output."""
    if len(operations) < 2 or operations[0] != INPUT or operations[-1] != OUTPUT:
        raise InvalidDraftError(Message("Found operations {operations!r}; expected {first!r} first and {last!r} "
                                        "last. Add them.", operations=list(operations), first=INPUT, last=OUTPUT))
    for operation in operations[1:-1]:
        if not isinstance(operation, str) or not operation.strip() or operation in (INPUT, OUTPUT):
            raise InvalidDraftError(Message("Found {operation!r} as an inner operation; expected a non-empty text "
                                            "other than {input!r} and {output!r}. Rename it.", operation=operation,
                                            input=INPUT, output=OUTPUT))


def _checked_edge(edge: Iterable[int], vertices: int) -> Edge:
    """An edge as a pair of plain integers, or an error that names it."""
    try:
        source, target = (plain_int(vertex) for vertex in edge)
    except (TypeError, ValueError):
        source = target = None
    if source is None or target is None or not (0 <= source < vertices and 0 <= target < vertices):
        raise InvalidDraftError(Message("Found edge {edge!r}; expected two vertex indices from 0 to {vertices}. "
                                        "Remove or correct it.", edge=edge, vertices=vertices - 1))
    return source, target


def _reachable(start: int, edges: Iterable[Edge]) -> set[int]:
    """Vertices reached from `start`, itself included."""
    successors: dict[int, list[int]] = {}
    for source, target in edges:
        successors.setdefault(source, []).append(target)
    seen, stack = {start}, [start]
    while stack:
        for vertex in successors.get(stack.pop(), ()):
            if vertex not in seen:
                seen.add(vertex)
                stack.append(vertex)
    return seen


def _no_path() -> Problem:
    """The problem of a draft in which nothing leads to the output."""
    return Problem("no path", Message("There is no path from input to output."))


def _cycle_problem(draft: Draft) -> Problem:
    """Name one directed cycle of a draft that has some."""
    edges = tuple((source, target) for source, target in nx.find_cycle(draft.to_networkx()))
    names = " → ".join(draft.operations[vertex] for vertex in (*(s for s, _ in edges), edges[-1][1]))
    words = Message("There is a directed cycle: {names}.", names=names)
    return Problem("cycle", words, tuple(source for source, _ in edges), edges)


def _off_path(vertices: int, edges: int) -> Message:
    """How many vertices and edges are on no path; at least one is."""
    if not edges:
        return Message("{count} vertex lies on no path from input to output.",
                       "{count} vertices lie on no path from input to output.", vertices)
    if not vertices:
        return Message("{count} edge lies on no path from input to output.",
                       "{count} edges lie on no path from input to output.", edges)
    return Message("{vertices} and {edges} lie on no path from input to output.",
                   vertices=Message("{count} vertex", "{count} vertices", vertices),
                   edges=Message("{count} edge", "{count} edges", edges))
