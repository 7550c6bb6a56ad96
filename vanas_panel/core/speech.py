"""Cells of NAS-Bench-ASR, in the form of this package.

A cell of NAS-Bench-ASR (Mehrotra and others, ICLR 2021) has three nodes. Each applies an operation to what the node
before it gives, and adds what some earlier ones give, the input among them, unchanged. It is written as a list for each
node: the operation, and for each earlier one from the input on whether it is added (1) or not (0)::

    [["linear", 1], ["conv5", 0, 1], ["conv7d2", 1, 0, 0]]

An operation may be its number instead. In the cell of this package each node is a vertex with its operation. A node
always follows the one before it, so an edge from a still earlier one is what is added. What a node adds of the one
right before it has no edge of its own, and is part of the operation: ``conv5+skip``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT

ASR_OPERATIONS = ("linear", "conv5", "conv5d2", "conv7", "conv7d2", "zero")
"""The operations of NAS-Bench-ASR, by their number."""

WITH_SKIP = "+skip"
"""Behind an operation that is added to what it takes."""

ASR_LABELS = tuple(label for each in ASR_OPERATIONS for label in (each, each + WITH_SKIP))
NODES = 3
VERTICES, EDGES = NODES + 2, 7
"""Of the largest cell: four edges one after another, and three that pass something by."""


def speech_draft(nodes: Any) -> Draft | None:
    """The cell of the lists of three nodes; None where they are none.

    Examples
    --------
    >>> cell = speech_draft([["linear", 1], ["conv5", 0, 1], [4, 1, 0, 0]])
    >>> cell.operations
    ('input', 'linear+skip', 'conv5+skip', 'conv7d2', 'output')
    >>> cell.edges
    ((0, 1), (0, 3), (1, 2), (2, 3), (3, 4))
    >>> speech_draft([["linear", 1], ["conv5", 1]]) is None
    True
    """
    if isinstance(nodes, list | tuple) and len(nodes) == 1:
        nodes = nodes[0]  # a list of cells, of which there is one
    if not isinstance(nodes, list | tuple) or len(nodes) != NODES:
        return None
    labels: list[str] = []
    edges = [(0, 1)]
    for node, said in enumerate(nodes, 1):
        operation = _operation(said, node)
        if operation is None:
            return None
        *before, last = said[1:]
        labels.append(operation + WITH_SKIP * last)
        edges += [(earlier, node) for earlier, is_added in enumerate(before) if is_added]
        edges.append((node, node + 1))
    return Draft((INPUT, *labels, OUTPUT), sorted(edges))


def _operation(said: Sequence[Any], node: int) -> str | None:
    """The operation of a node; None where the list is no node."""
    if not isinstance(said, list | tuple) or len(said) != node + 1:
        return None
    if any(type(each) is not int or each not in (0, 1) for each in said[1:]):
        return None
    name = said[0]
    if type(name) is int and 0 <= name < len(ASR_OPERATIONS):
        return ASR_OPERATIONS[name]
    return name if isinstance(name, str) and name in ASR_OPERATIONS else None
