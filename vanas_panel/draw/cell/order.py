"""Order of the nodes in each layer of a layered drawing: the fewest crossings, and of those orders the straightest.

Cells are small enough for an exact answer: dynamic programming over the layers, whose states are all orders of a layer.
Larger drafts are ordered by sweeps (Sugiyama, Tagawa and Toda 1981, see `vanas_panel.draw.cell.layers`).

`vanas_panel/report/offline/order.js` is the same algorithm in JavaScript; tests hold the two equal. Costs are whole
numbers, and of equal ones the first is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations, pairwise, permutations

_MOST_STEPS = 200_000
"""Steps of the exact search, about 50 ms in Python. The 2,494 shapes of NAS-Bench-101 take at most 184,350."""
_CROSSING = 1_000_000
"""Cost of a crossing, in squares of half positions that an edge is bent by."""
_SWEEPS = 12


@dataclass(eq=False)
class Node:
    """A vertex in its layer, or the point at which an edge passes a layer.

    Attributes
    ----------
    vertex : int or None
        None where an edge passes.
    above, below : list of Node
        Its neighbours in the layers before and after its own.
    x : float
        Its centre, in units of the canvas.
    """

    vertex: int | None
    above: list[Node] = field(default_factory=list)
    below: list[Node] = field(default_factory=list)
    x: float = 0.0


Layer = list[Node]


def in_order(layers: list[Layer]) -> list[Layer]:
    """The layers, each in an order with as few crossings as were found.

    Parameters
    ----------
    layers : list of list of Node
        Every edge goes from a layer to the next one.

    Returns
    -------
    list of list of Node
        The orders with the fewest crossings where the exact search takes at most 200,000 steps, as for all cells of
        NAS-Bench-101; otherwise the best orders of some sweeps.
    """
    steps = sum(math.factorial(len(upper)) * math.factorial(len(lower)) * max(1, len(lower) ** 2 // 2)
                for upper, lower in pairwise(layers))
    return _exact(layers) if steps <= _MOST_STEPS else _swept(layers)


def crossings(layers: list[Layer]) -> int:
    """How often edges cross between neighbouring layers."""
    count = 0
    for upper, lower in pairwise(layers):
        index = {node: position for position, node in enumerate(lower)}
        ends = [(position, index[other]) for position, node in enumerate(upper) for other in node.below]
        count += sum(one[0] < other[0] and one[1] > other[1] for one in ends for other in ends)
    return count


def _exact(layers: list[Layer]) -> list[Layer]:
    """The orders of least cost, layer by layer: the best way to every order of a layer goes on to the next one."""
    ways = [(0, [order]) for order in map(list, permutations(layers[0]))]
    for lower in layers[1:]:
        orders = [list(order) for order in permutations(range(len(lower)))]
        best: list[tuple[int, list[Layer]] | None] = [None] * len(orders)
        for cost, way in ways:
            bends, crossed = _costs(way[-1], lower)
            for number, order in enumerate(orders):
                total = cost + sum(bends[node][position] for position, node in enumerate(order)) + _CROSSING * sum(
                    crossed[one][other] for one, other in combinations(order, 2))
                known = best[number]
                if known is None or total < known[0]:
                    best[number] = (total, [*way, [lower[node] for node in order]])
        ways = [way for way in best if way is not None]
    return min(ways, key=lambda way: way[0])[1]


def _costs(upper: Layer, lower: Layer) -> tuple[list[list[int]], list[list[int]]]:
    """Costs of the orders of a layer below a given order of the layer above.

    Returns
    -------
    bends : list of list of int
        For every node and position, the squares of the distances to its neighbours above, in half positions.
    crossed : list of list of int
        For every pair of nodes, the crossings of their edges where the first is on the left.
    """
    index = {node: position for position, node in enumerate(upper)}
    ends = [[index[other] for other in node.above] for node in lower]
    shift = len(upper) - len(lower)
    bends = [[sum((2 * position + shift - 2 * end) ** 2 for end in each) for position in range(len(lower))]
             for each in ends]
    crossed = [[sum(left > right for left in one for right in other) for other in ends] for one in ends]
    return bends, crossed


def _swept(layers: list[Layer]) -> list[Layer]:
    """The best orders that sweeps find from two starts: as the vertices are numbered, and with passing edges first."""
    starts = (layers, [sorted(layer, key=lambda node: node.vertex is not None) for layer in layers])
    best, fewest = layers, crossings(layers)
    for start in starts:
        current = [list(layer) for layer in start]
        for sweep in range(_SWEEPS):
            if not fewest:
                break
            downwards = sweep % 2 == 0
            for layer in current if downwards else current[::-1]:
                _sort_by_neighbours(current, layer, downwards)
            _swap_neighbours(current)
            now = crossings(current)
            if now < fewest:
                best, fewest = [list(layer) for layer in current], now
    return best


def _sort_by_neighbours(layers: list[Layer], layer: Layer, downwards: bool) -> None:
    """Sort a layer by the mean position of the neighbours above, or below."""
    position = {node: index - (len(other) - 1) / 2 for other in layers for index, node in enumerate(other)}
    wish = {}
    for node in layer:
        near = [position[other] for other in (node.above if downwards else node.below)]
        wish[node] = plain_sum(near) / len(near) if near else position[node]
    layer.sort(key=lambda node: (wish[node], position[node]))


def _swap_neighbours(layers: list[Layer]) -> None:
    """Swap neighbours in a layer wherever that removes crossings, until no swap does."""
    position = {node: index for layer in layers for index, node in enumerate(layer)}
    improved = True
    while improved:
        improved = False
        for layer in layers:
            for index in range(len(layer) - 1):
                left, right = layer[index], layer[index + 1]
                if _crossed(right, left, position) < _crossed(left, right, position):
                    layer[index], layer[index + 1] = right, left
                    position[left], position[right] = index + 1, index
                    improved = True


def _crossed(left: Node, right: Node, position: dict[Node, int]) -> int:
    """How often the edges of two neighbours cross where the first one is on the left."""
    return sum(position[one] > position[other]
               for ends, others in ((left.above, right.above), (left.below, right.below))
               for one in ends for other in others)


def plain_sum(values: list[float]) -> float:
    """A sum from left to right, as JavaScript computes it; ``sum`` of later Pythons corrects rounding errors."""
    total = 0.0
    for value in values:
        total += value
    return total
