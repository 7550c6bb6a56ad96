"""Slow and plain answers to hold the numbers against. Nothing here uses code of `vanas_panel`.

A graph is given as `operations` (``input`` first, ``output`` last) and `edges` (pairs of vertex indices).
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations, permutations, product

import networkx as nx
from networkx.algorithms.isomorphism import DiGraphMatcher, categorical_node_match
from scipy import stats

same_operation = categorical_node_match("operation", None)


def graph_of(operations, edges) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from((vertex, {"operation": operation}) for vertex, operation in enumerate(operations))
    graph.add_edges_from(edges)
    return graph


def isomorphic(one, other) -> bool:
    """Whether two graphs, each (operations, edges), are the same up to the order of their vertices."""
    return nx.is_isomorphic(graph_of(*one), graph_of(*other), node_match=same_operation)


def contains(cell, draft) -> bool:
    """Whether some one-to-one mapping that keeps operations maps every edge of `draft` to one of `cell`."""
    return DiGraphMatcher(graph_of(*cell), graph_of(*draft), node_match=same_operation).subgraph_is_monomorphic()


def parts_on_walks(operations, edges) -> tuple[set, set]:
    """Vertices and edges on a walk from the first to the last vertex, by reachability in networkx."""
    graph = graph_of(operations, edges)
    last = len(operations) - 1
    behind = nx.descendants(graph, 0) | {0}
    before = nx.ancestors(graph, last) | {last}
    if last not in behind:
        return set(), set()
    return behind & before, {(source, target) for source, target in edges if source in behind and target in before}


def parts_on_paths(operations, edges) -> tuple[set, set]:
    """Vertices and edges on a simple path from the first to the last vertex, by listing every such path."""
    paths = list(nx.all_simple_paths(graph_of(operations, edges), 0, len(operations) - 1))
    return {vertex for path in paths for vertex in path}, {edge for path in paths for edge in nx.utils.pairwise(path)}


def is_cell(operations, edges) -> bool:
    """Whether the graph has no cycle and every vertex and edge lies on a path from input to output."""
    if not nx.is_directed_acyclic_graph(graph_of(operations, edges)):
        return False
    vertices, on_paths = parts_on_paths(operations, edges)
    return len(vertices) == len(operations) and on_paths == set(edges)


def relabelled(operations, edges, order) -> tuple[tuple, list]:
    """The same graph with inner vertex ``1 + i`` moved to index ``order[i]``."""
    new = [0, *order, len(operations) - 1]
    moved = [None] * len(operations)
    for vertex, to in enumerate(new):
        moved[to] = operations[vertex]
    return tuple(moved), [(new[source], new[target]) for source, target in edges]


def forward_forms(operations, edges) -> Iterator[tuple[tuple, list]]:
    """Every relabelling in which all edges point forward, by trying all permutations of the inner vertices."""
    for order in permutations(range(1, len(operations) - 1)):
        names, moved = relabelled(operations, edges, order)
        if all(source < target for source, target in moved):
            yield names, moved


def text_form(operations, edges) -> tuple[str, str]:
    """Adjacency and operations as the text columns of a NAS-Bench-101 table."""
    side = len(operations)
    ones = {source * side + target for source, target in edges}
    return "".join("1" if index in ones else "0" for index in range(side * side)), ",".join(operations)


def from_text(adjacency: str, operations: str) -> tuple[tuple, list]:
    """The reverse of `text_form`."""
    names = tuple(operations.split(","))
    return names, [divmod(index, len(names)) for index, digit in enumerate(adjacency) if digit == "1"]


def find(cell, rows_by_text: dict) -> int | None:
    """Row of a cell in a table's text columns, under any order of its inner vertices."""
    for form in forward_forms(*cell):
        row = rows_by_text.get(text_form(*form))
        if row is not None:
            return row
    return None


def labelled_cells(operations, vertices: int, max_edges: int) -> Iterator[tuple[tuple, list]]:
    """Every upper triangular cell with `vertices` vertices: all matrices, then all operations."""
    pairs = list(combinations(range(vertices), 2))
    plain = ("input", *["-"] * (vertices - 2), "output")
    for chosen in product((False, True), repeat=len(pairs)):
        edges = [pair for pair, there in zip(pairs, chosen, strict=True) if there]
        if len(edges) <= max_edges and is_cell(plain, edges):
            for names in product(operations, repeat=vertices - 2):
                yield ("input", *names, "output"), edges


def unique_cells(cells: Iterable) -> list:
    """One of each class of isomorphic cells. Only cells with equal degrees and operations are compared pairwise."""
    buckets = defaultdict(list)
    for operations, edges in cells:
        outgoing, incoming = Counter(s for s, _ in edges), Counter(t for _, t in edges)
        signs = sorted((name, outgoing[vertex], incoming[vertex]) for vertex, name in enumerate(operations))
        bucket = buckets[tuple(signs)]
        if not any(isomorphic((operations, edges), other) for other in bucket):
            bucket.append((operations, edges))
    return [cell for bucket in buckets.values() for cell in bucket]


def mean(values: Iterable[float]) -> float:
    """Exact mean, rounded once; NaN where there is nothing."""
    exact = [Fraction(float(value)) for value in values]
    return float(sum(exact) / len(exact)) if exact else math.nan


def importance(cells, values) -> dict[tuple[str, str], tuple[float, float, int, int]]:
    """Mean with, mean without, and both counts for each edge type that any cell has; unknown values left out."""
    known = [
        ({(operations[s], operations[t]) for s, t in edges}, value)
        for (operations, edges), value in zip(cells, values, strict=True)
        if not math.isnan(value)
    ]
    kinds = {kind for operations, edges in cells for kind in {(operations[s], operations[t]) for s, t in edges}}
    result = {}
    for kind in kinds:
        inside = [value for types, value in known if kind in types]
        outside = [value for types, value in known if kind not in types]
        result[kind] = mean(inside), mean(outside), len(inside), len(outside)
    return result


def sub_cells(operations, edges) -> Iterator[tuple[tuple, tuple[tuple, list]]]:
    """Every non-empty subset of edges that all lie on input-output paths, and the cell that it leaves."""
    for size in range(1, len(edges) + 1):
        for subset in combinations(edges, size):
            if parts_on_paths(operations, subset)[1] == set(subset):
                kept = sorted({vertex for edge in subset for vertex in edge})
                rank = {vertex: index for index, vertex in enumerate(kept)}
                names = tuple(operations[vertex] for vertex in kept)
                yield subset, (names, [(rank[source], rank[target]) for source, target in subset])


def contribution_sides(operations, edges, value_of) -> dict[tuple[int, int], tuple[list[float], list[float]]]:
    """Values of the sub-cells with and without each edge; `value_of` gives None where a value is unknown."""
    measured = [(set(subset), value_of(cell)) for subset, cell in sub_cells(operations, edges)]
    return {edge: tuple([value for subset, value in measured if value is not None and (edge in subset) == there]
                        for there in (True, False)) for edge in edges}


def kinds_of(operations, edges) -> set[tuple[str, str]]:
    """Edge types of a cell."""
    return {(operations[source], operations[target]) for source, target in edges}


def welch(one: list[float], other: list[float]) -> tuple[float, float]:
    """95 % interval of the difference of two means, by the textbook; NaN where a side has fewer than two values."""
    if len(one) < 2 or len(other) < 2:
        return math.nan, math.nan
    errors = [statistics.variance(values) / len(values) for values in (one, other)]
    difference, total = mean(one) - mean(other), sum(errors)
    if not total:
        return difference, difference
    # Shares of the total: squares of tiny errors would be zero.
    shares = [error / total for error in errors]
    freedom = 1 / (shares[0] ** 2 / (len(one) - 1) + shares[1] ** 2 / (len(other) - 1))
    reach = stats.t.ppf(0.975, freedom) * math.sqrt(total)
    return difference - reach, difference + reach


def contributions(operations, edges, value_of) -> dict[tuple[int, int], tuple[float, int, int]]:
    """Contribution and both counts of each edge; `value_of` maps a cell to its value, or to None where unknown."""
    measured = [(set(subset), value_of(cell)) for subset, cell in sub_cells(operations, edges)]
    measured = [(subset, value) for subset, value in measured if value is not None]
    result = {}
    for edge in edges:
        inside = [value for subset, value in measured if edge in subset]
        outside = [value for subset, value in measured if edge not in subset]
        result[edge] = mean(inside) - mean(outside), len(inside), len(outside)
    return result


def ranked(rows: Iterable[int], values, *, lower_first: bool = False) -> list[int]:
    """Rows by value, best first; unknown values last, ties by row."""
    def rank(row):
        value = float(values[row])
        return (math.isnan(value), 0.0 if math.isnan(value) else value if lower_first else -value, row)

    return sorted(rows, key=rank)


# Costs, from a network that is spelled out as a list of layers and added up at the very end.

WINDOWS = {"conv3x3-bn-relu": 3, "conv1x1-bn-relu": 1}


def channels_of(operations, edges, channels: int) -> dict[int, int]:
    """Channels of each inner vertex of a cell that puts out `channels`, vertex by vertex and recursively."""
    last = len(operations) - 1
    feeders = [vertex for vertex in range(1, last) if (vertex, last) in edges]
    shares = [channels // len(feeders)] * len(feeders) if feeders else []
    for index in range(channels - sum(shares) if feeders else 0):
        shares[index] += 1

    def share(vertex):
        if vertex in feeders:
            return shares[feeders.index(vertex)]
        return max(share(target) for source, target in edges if source == vertex)

    return {vertex: share(vertex) for vertex in range(1, last)}


def cell_layers(operations, edges, entering: int, leaving: int) -> Iterator[tuple]:
    """Shape of the weights of each convolution in one cell."""
    own = {**channels_of(operations, edges, leaving), len(operations) - 1: leaving}
    for vertex, operation in enumerate(operations):
        if (0, vertex) in edges:
            yield 1, 1, entering, own[vertex]
        if operation in WINDOWS:
            yield WINDOWS[operation], WINDOWS[operation], own[vertex], own[vertex]


def network_layers(operations, edges, skeleton) -> Iterator[tuple[tuple, int]]:
    """Shape of the weights of each convolution in the whole network, and pixels of its output."""
    size, channels = skeleton.image_size, skeleton.stem_channels
    yield (3, 3, skeleton.image_channels, channels), size**2
    for stack in range(skeleton.stacks):
        leaving = channels * 2 if stack else channels
        size = math.ceil(size / 2) if stack else size
        for _ in range(skeleton.cells_per_stack):
            for shape in cell_layers(operations, edges, channels, leaving):
                yield shape, size**2
            channels = leaving


def network_costs(operations, edges, skeleton) -> tuple[int, int]:
    """Trainable parameters, and multiply-accumulates with two for every element that is normalised."""
    layers = list(network_layers(operations, edges, skeleton))
    dense = skeleton.stem_channels * 2 ** (skeleton.stacks - 1) * skeleton.classes
    parameters = sum(math.prod(shape) + 2 * shape[-1] for shape, _ in layers) + dense + skeleton.classes
    accumulates = sum(pixels * math.prod(shape) + 2 * pixels * shape[-1] for shape, pixels in layers) + dense
    return parameters, accumulates


# Edits of cells, written down as the definition has them.


def edits(operations, edges, names, max_vertices: int, max_edges: int) -> Iterator[tuple[tuple, tuple[tuple, list]]]:
    """Every edit (kind, source, target, vertex, operation) of a graph that leaves a cell, and that cell."""
    last = len(operations) - 1
    made = []
    for source, target in product(range(last + 1), repeat=2):
        if (source, target) in edges:
            made.append((("remove edge", source, target, None, ""),
                         (operations, [edge for edge in edges if edge != (source, target)])))
        elif source != target:
            made.append((("add edge", source, target, None, ""), (operations, [*edges, (source, target)])))
    for vertex, name in product(range(1, last), names):
        if operations[vertex] != name:
            changed = (*operations[:vertex], name, *operations[vertex + 1:])
            made.append((("change operation", None, None, vertex, name), (changed, edges)))
    for edge, name in product(edges, names):
        kept = [tuple(end + (end == last) for end in other) for other in edges if other != edge]
        grown = (*operations[:-1], name, operations[-1])
        into, out = (end + (end == last) for end in edge)
        made.append((("insert vertex", *edge, None, name), (grown, [*kept, (into, last), (last, out)])))
    for vertex in range(1, last):
        into, out = [s for s, t in edges if t == vertex], [t for s, t in edges if s == vertex]
        if len(into) == len(out) == 1 and (into[0], out[0]) not in edges:
            kept = [edge for edge in edges if vertex not in edge] + [(into[0], out[0])]
            moved = [tuple(end - (end > vertex) for end in edge) for edge in kept]
            made.append((("contract vertex", into[0], out[0], vertex, ""),
                         (operations[:vertex] + operations[vertex + 1:], moved)))
    for edit, (labels, left) in made:
        if len(labels) <= max_vertices and len(left) <= max_edges and is_cell(labels, left):
            yield edit, (labels, left)


def matched_pairs(cells, row_of) -> Iterator[tuple[int, tuple[int, int], tuple[str, str], int]]:
    """(row, edge, its type, row without it) wherever a cell without one of its edges is a cell that has a row."""
    for row, (operations, edges) in enumerate(cells):
        for edge in edges:
            left = [other for other in edges if other != edge]
            if left and is_cell(operations, left):
                without = row_of((operations, left))
                if without is not None:
                    yield row, edge, (operations[edge[0]], operations[edge[1]]), without


def shapley(operations, edges, value_of, baseline: float) -> dict[tuple[int, int], float]:
    """Shapley values of edges in exact fractions, from the definition: all subsets of the others, each pruned."""
    edges = list(edges)

    def worth(chosen):
        vertices, kept = parts_on_walks(operations, chosen)
        if not kept:
            return Fraction(baseline)
        new = {vertex: index for index, vertex in enumerate(sorted(vertices))}
        cell = (tuple(operations[vertex] for vertex in sorted(vertices)), [(new[s], new[t]) for s, t in kept])
        return Fraction(value_of(cell))

    found = {}
    for edge in edges:
        others = [other for other in edges if other != edge]
        found[edge] = float(sum(
            Fraction(math.factorial(size) * math.factorial(len(others) - size), math.factorial(len(edges)))
            * (worth([*chosen, edge]) - worth(list(chosen)))
            for size in range(len(others) + 1) for chosen in combinations(others, size)))
    return found
