"""Cells of NAS-Bench-Graph, in the form of this package.

An architecture of NAS-Bench-Graph (Qin and others, NeurIPS 2022) has four computing nodes. A *link list* says for each
which one it takes: 0 is the input, 1 the first node. An operation stands on each node, and every node that no other one
takes leads to the output. That makes a cell of 6 vertices and at most 8 edges, which has a vertex for each operation as
it is. A *hash* is the number of the link list with one decimal digit for each operation behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT

LINKS = ((0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 1), (0, 0, 1, 2), (0, 0, 1, 3), (0, 1, 1, 1), (0, 1, 1, 2), (0, 1, 2, 2),
         (0, 1, 2, 3))
"""The link lists of NAS-Bench-Graph, by their number in a hash."""

GRAPH_OPERATIONS = ("gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip")
"""The operations of NAS-Bench-Graph, by their digit in a hash."""

NODES = len(LINKS[0])
VERTICES, EDGES = NODES + 2, 2 * NODES
"""Of the largest cell: four nodes side by side, each with an edge in and one out."""


def is_links(links: Sequence[int]) -> bool:
    """Whether numbers are a link list: each node takes the input or another node, and no node waits for itself.

    Examples
    --------
    >>> is_links([0, 1, 2, 1]), is_links([0, 3, 1, 0]), is_links([0, 2, 2, 0]), is_links([0, 0])
    (True, True, False, False)
    """
    if len(links) != NODES or not all(0 <= link <= NODES for link in links):
        return False
    for node in range(NODES):
        for _ in range(NODES):
            node = links[node] - 1
            if node < 0:
                break
        else:
            return False
    return True


def tree_draft(links: Sequence[int], operations: Sequence[str]) -> Draft:
    """The cell of a link list and four operations.

    Examples
    --------
    >>> tree_draft([0, 1, 2, 1], ["gcn", "gin", "fc", "cheb"]).edges
    ((0, 1), (1, 2), (1, 4), (2, 3), (3, 5), (4, 5))
    """
    edges = [(link, node) for node, link in enumerate(links, 1)]
    leaves = [(node, NODES + 1) for node in range(1, NODES + 1) if node not in links]
    return Draft((INPUT, *operations, OUTPUT), sorted([*edges, *leaves]))


def read_graph_hash(number: int) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
    """The link list and the operations of a hash; None where it is none.

    Examples
    --------
    >>> read_graph_hash(20178)
    ((0, 0, 1, 1), ('gat', 'gcn', 'fc', 'skip'))
    >>> read_graph_hash(90_000) is None, read_graph_hash(9) is None
    (True, True)
    """
    kind, digits = divmod(number, 10**NODES)
    if not 0 <= kind < len(LINKS):
        return None
    numbers = [digits // 10**place % 10 for place in reversed(range(NODES))]
    if max(numbers) >= len(GRAPH_OPERATIONS):
        return None
    return LINKS[kind], tuple(GRAPH_OPERATIONS[each] for each in numbers)
