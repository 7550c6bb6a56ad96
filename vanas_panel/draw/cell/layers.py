"""Layered layout of a graph: which layer each vertex is in, its order there, and its x, by Sugiyama's method.

The layers come from longest paths, their orders from `vanas_panel.draw.cell.order`. Neighbours then pull each other
into line (Sugiyama, Tagawa and Toda, *Methods for visual understanding of hierarchical system structures*, IEEE
Transactions on Systems, Man, and Cybernetics 11, 1981).

`vanas_panel/report/offline/layers.js` is the same algorithm in JavaScript: a file on a disk can ask no server.
Both do the same operations on the same numbers in the same order, and tests hold them equal.
"""

from __future__ import annotations

from itertools import pairwise

from vanas_panel.core.draft import Edge
from vanas_panel.draw.cell.canvas import BOX_WIDTH
from vanas_panel.draw.cell.order import Layer, Node, in_order, plain_sum

LANE = 26.0
"""Width that an edge takes which passes a layer."""
SPACE = 30.0
"""Width between neighbours in a layer, before the drawing is stretched."""
_PULL_SWEEPS = 24
_PULL = 0.6
"""Share of the way towards the mean of its neighbours that a node goes in one sweep."""


def layered(count: int, edges: list[Edge], box: float = BOX_WIDTH) -> list[Layer]:
    """Layers from the first to the last, each from left to right, with the x of every node.

    Parameters
    ----------
    count : int
        Of vertices.
    edges : list of (int, int)
        Of a graph without cycles.
    box : float, optional
        Width of every vertex's box.

    Examples
    --------
    >>> [[node.vertex for node in layer] for layer in layered(4, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)])]
    [[0], [1, 2, None], [3]]
    """
    return _aligned(in_order(_with_passing_edges(count, edges)), box)


def acyclic(count: int, edges: tuple[Edge, ...]) -> list[Edge]:
    """Edges of a DAG whose one source is vertex 0 and whose one sink is the last vertex, close to those of any digraph.

    Parameters
    ----------
    count : int
        Of vertices.
    edges : tuple of (int, int)
        Cycles, loops and vertices without edges are allowed. An edge that closes a cycle is turned round.
    """
    last = count - 1
    kept: dict[Edge, None] = {}
    finished: set[int] = set()

    def visit(vertex: int, path: tuple[int, ...]) -> None:
        for source, target in edges:
            if source != vertex or target == vertex or target == 0 or source == last:
                continue
            closes_cycle = target in path
            kept[(target, source) if closes_cycle else (source, target)] = None
            if not closes_cycle and target not in finished:
                visit(target, (*path, target))
        finished.add(vertex)

    for vertex in range(count):
        if vertex not in finished:
            visit(vertex, (vertex,))
    for vertex in range(1, last):
        if all(target != vertex for _, target in kept):
            kept[(0, vertex)] = None
        if all(source != vertex for source, _ in kept):
            kept[(vertex, last)] = None
    if not kept:
        kept[(0, last)] = None
    return sorted(kept)


def _with_passing_edges(count: int, edges: list[Edge]) -> list[Layer]:
    """Vertices in the layers of their longest paths, with a node wherever an edge passes a layer."""
    depth = [0] * count
    for _ in range(count):
        for source, target in edges:
            depth[target] = max(depth[target], depth[source] + 1)
    nodes = [Node(vertex) for vertex in range(count)]
    layers: list[Layer] = [[] for _ in range(max(depth) + 1)]
    for node, layer in zip(nodes, depth, strict=True):
        layers[layer].append(node)
    for source, target in edges:
        previous = nodes[source]
        for layer in range(depth[source] + 1, depth[target] + 1):
            node = nodes[target] if layer == depth[target] else Node(None)
            if node.vertex is None:
                layers[layer].append(node)
            previous.below.append(node)
            node.above.append(previous)
            previous = node
    return layers


def _aligned(layers: list[Layer], box: float) -> list[Layer]:
    """Give each node an x: neighbours pull it, the order stays, and everything keeps its width."""
    for layer in layers:
        for index, node in enumerate(layer):
            node.x = (index - (len(layer) - 1) / 2) * box
    for sweep in range(_PULL_SWEEPS):
        for layer in layers if sweep % 2 else layers[::-1]:
            for node in layer:
                near = [other.x for other in (*node.above, *node.below)]
                if near:
                    node.x = (1 - _PULL) * node.x + (_PULL * plain_sum(near)) / len(near)
            _keep_apart(layer, box)
    return layers


def half_width(node: Node, box: float) -> float:
    """Half of the width that a node takes in its layer, where boxes are so wide."""
    return (LANE if node.vertex is None else box) / 2


def _keep_apart(layer: Layer, box: float) -> None:
    """Move the nodes of a layer apart, half from left to right and half from right to left."""
    least = [half_width(left, box) + SPACE / 2 + half_width(right, box) for left, right in pairwise(layer)]
    rightwards, leftwards = [node.x for node in layer], [node.x for node in layer]
    for index, gap in enumerate(least):
        rightwards[index + 1] = max(rightwards[index + 1], rightwards[index] + gap)
    for index in range(len(least) - 1, -1, -1):
        leftwards[index] = min(leftwards[index], leftwards[index + 1] - least[index])
    for node, right, left in zip(layer, rightwards, leftwards, strict=True):
        node.x = (right + left) / 2
