"""A canonical order of the nodes of a network without cycles, whose nodes and edges have labels.

Colours of nodes are refined by those of their neighbours. Where nodes still share a colour, each of them is tried as
the first one, and the order with the smallest list of edges is taken. Nodes that turn out to be equivalent are tried
once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Edge = tuple[int, int, str]
Colors = dict[int, int]
Certificate = tuple[tuple[int, int, str], ...]
"""The edges between nodes that are numbered by an order."""


def canonical_order(labels: Mapping[int, tuple], edges: Sequence[Edge]) -> list[int]:
    """An order in which isomorphic networks are equal, and in which every edge leads forwards.

    Parameters
    ----------
    labels : mapping of int to tuple
        By node; tuples that can be compared.
    edges : sequence of (int, int, str)
        Source, target and label, without cycles.

    Returns
    -------
    list of int
        The nodes: first by their distance from what nothing leads to, counted along the longest path, then by label.

    Examples
    --------
    >>> canonical_order({7: ("a",), 3: ("b",), 5: ("c",)}, [(7, 3, "x"), (7, 5, "y"), (5, 3, "x")])
    [7, 5, 3]
    """
    depths = _depths(labels, edges)
    colors = _refined(_ranked({node: (depths[node], label) for node, label in labels.items()}), edges)
    return _smallest(colors, edges, {})[1]


def _depths(nodes: Mapping[int, tuple], edges: Sequence[Edge]) -> Colors:
    """The longest path to every node."""
    sources: dict[int, list[int]] = {node: [] for node in nodes}
    for source, target, _name in edges:
        sources[target].append(source)
    depths: Colors = {}
    waiting = list(nodes)
    while waiting:
        node = waiting[-1]
        missing = [source for source in sources[node] if source not in depths]
        waiting += missing
        if not missing:
            depths[waiting.pop()] = 1 + max((depths[source] for source in sources[node]), default=-1)
    return depths


def _ranked(keys: Mapping[int, tuple]) -> Colors:
    """Colours in the order of keys: as many nodes as have a smaller key."""
    ordered = sorted(keys.values())
    first: dict[tuple, int] = {}
    for place, key in enumerate(ordered):
        first.setdefault(key, place)
    return {node: first[key] for node, key in keys.items()}


def _refined(colors: Colors, edges: Sequence[Edge]) -> Colors:
    """Colours that tell nodes apart as far as those of their neighbours do."""
    while True:
        around: dict[int, list[tuple[int, str, int]]] = {node: [] for node in colors}
        for source, target, name in edges:
            around[target].append((0, name, colors[source]))
            around[source].append((1, name, colors[target]))
        finer = _ranked({node: (color, tuple(sorted(around[node]))) for node, color in colors.items()})
        if len(set(finer.values())) == len(set(colors.values())):
            return finer
        colors = finer


def _tied(colors: Colors) -> list[int]:
    """The nodes of the first colour that several have."""
    shared: dict[int, list[int]] = {}
    for node, color in colors.items():
        shared.setdefault(color, []).append(node)
    return next((shared[color] for color in sorted(shared) if len(shared[color]) > 1), [])


def _first(colors: Colors, node: int, edges: Sequence[Edge]) -> Colors:
    """Colours once a node stands before the others of its colour."""
    return _refined({each: color + (color == colors[node] and each != node) for each, color in colors.items()}, edges)


def _certificate(colors: Colors, edges: Sequence[Edge]) -> Certificate:
    """The edges, by colours that are all different."""
    return tuple(sorted((colors[source], colors[target], name) for source, target, name in edges))


def _smallest(colors: Colors, edges: Sequence[Edge], seen: dict[Certificate, None]) -> tuple[Certificate, list[int]]:
    """The smallest certificate below some colours with its order; adds every one that is met to `seen`."""
    tied = _tied(colors)
    if not tied:
        found = _certificate(colors, edges)
        seen[found] = None
        return found, sorted(colors, key=colors.__getitem__)
    best: tuple[Certificate, list[int]] | None = None
    below: dict[Certificate, None] = {}
    for node in tied:
        finer = _first(colors, node, edges)
        # One order below this node is one below a node before: some symmetry maps that node to this one, and all else
        # below it is known as well.
        if _any_certificate(finer, edges) in below:
            continue
        found, order = _smallest(finer, edges, below)
        if best is None or found < best[0]:
            best = found, order
    assert best is not None
    seen |= below
    return best


def _any_certificate(colors: Colors, edges: Sequence[Edge]) -> Certificate:
    """The certificate of one order below some colours."""
    while tied := _tied(colors):
        colors = _first(colors, tied[0], edges)
    return _certificate(colors, edges)
