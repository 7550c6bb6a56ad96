"""Sizes of the network of a gradient search, its edges and its operations; without PyTorch."""

from __future__ import annotations

import re
from typing import NamedTuple

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message

DARTS_OPERATIONS = ("none", "max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5",
                    "dil_conv_3x3", "dil_conv_5x5")
"""The eight operations of DARTS, in its order."""

OPERATIONS = (*DARTS_OPERATIONS[:2], "max_pool_5x5", "avg_pool_3x3", "avg_pool_5x5", "skip_connect", "sep_conv_1x1",
              "sep_conv_3x3", "sep_conv_5x5", "dil_conv_1x1", "dil_conv_3x3", "dil_conv_5x5")
"""Every operation on images that an edge may have."""

NONE, SKIP = "none", "skip_connect"
KIND = re.compile(r"(max_pool|avg_pool|sep_conv|dil_conv)_([135])x\2")
"""An operation with a size: what it is, and its edge in pixels."""


class Shape(NamedTuple):
    """Sizes of a network.

    Attributes
    ----------
    channels : int
        Of each node of the first cell; each reduction cell doubles them.
    cells : int
        Those at one and at two thirds are reduction cells.
    nodes : int
        Inner nodes of a cell; each has an edge from every node before it and from both inputs.
    image_channels, classes : int
    """

    channels: int = 8
    cells: int = 4
    nodes: int = 4
    image_channels: int = 1
    classes: int = 10


def edge_count(nodes: int) -> int:
    """Edges of a cell.

    Examples
    --------
    >>> edge_count(4)
    14
    """
    return nodes * (nodes + 3) // 2


def edge_of(node: int, source: int) -> int:
    """Index of an edge: those into the first node come first, each by its source.

    Parameters
    ----------
    node : int
        From 0.
    source : int
        0 and 1 for the inputs of the cell, then the nodes before.

    Examples
    --------
    >>> [edge_of(node, source) for node in range(2) for source in range(node + 2)]
    [0, 1, 2, 3, 4]
    """
    return node * (node + 3) // 2 + source


def reduction_cells(cells: int) -> tuple[int, ...]:
    """Indices of the cells that halve height and width.

    Examples
    --------
    >>> reduction_cells(4), reduction_cells(1)
    ((1, 2), ())
    """
    return tuple(sorted({cells // 3, 2 * cells // 3} - {0}))


def check_operations(operations: tuple[str, ...]) -> None:
    """Refuse an unknown or repeated operation, and a set of which nothing could be chosen.

    Raises
    ------
    TrainingError
    """
    for name in operations:
        if name not in OPERATIONS:
            raise TrainingError(Message("Found operation {name}; expected one of {known}. Choose one of these.",
                                        name=repr(name), known=", ".join(OPERATIONS)))
    if len(set(operations)) < len(operations) or len(operations) < 2 or set(operations) <= {NONE}:
        raise TrainingError(Message("Found operations {names}; expected two or more, each of them once. Change them.",
                                    names=", ".join(operations) or "()"))
