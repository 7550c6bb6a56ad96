"""Sizes of the network of a gradient search, its edges and its operations; without PyTorch."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message

DARTS_OPERATIONS = ("none", "max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5",
                    "dil_conv_3x3", "dil_conv_5x5")
"""The eight operations of DARTS, in its order."""

OPERATIONS = (*DARTS_OPERATIONS[:2], "max_pool_5x5", "avg_pool_3x3", "avg_pool_5x5", "skip_connect", "sep_conv_1x1",
              "sep_conv_3x3", "sep_conv_5x5", "dil_conv_1x1", "dil_conv_3x3", "dil_conv_5x5")
"""Every operation on images that an edge may have."""

TEXT_DARTS_OPERATIONS = ("none", "max_pool_3", "avg_pool_3", "skip_connect", "sep_conv_3", "sep_conv_5", "dil_conv_3",
                         "dil_conv_5", "attention_8")
"""The operations of DARTS over words in place of pixels, and multi-head attention with eight heads."""

TEXT_OPERATIONS = (*TEXT_DARTS_OPERATIONS[:2], "max_pool_5", "avg_pool_3", "avg_pool_5", "skip_connect", "sep_conv_1",
                   "sep_conv_3", "sep_conv_5", "dil_conv_1", "dil_conv_3", "dil_conv_5", "attention_1", "attention_2",
                   "attention_4", "attention_8")
"""Every operation on text that an edge may have."""

NONE, SKIP = "none", "skip_connect"
KIND = re.compile(r"(max_pool|avg_pool|sep_conv|dil_conv)_([135])(x\2)?")
"""An operation with a size: what it is, and its edge in pixels or, without ``x``, its length in words."""

HEADS = re.compile(r"attention_([1248])")
"""Multi-head attention, and its number of heads."""


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
    words : int
        Size of the vocabulary, where the network reads text; 0 for images.
    length : int
        Words of a text.
    """

    channels: int = 8
    cells: int = 4
    nodes: int = 4
    image_channels: int = 1
    classes: int = 10
    words: int = 0
    length: int = 0


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


def check_operations(operations: tuple[str, ...], *, known: tuple[str, ...] | None = None) -> None:
    """Refuse an unknown or repeated operation, and a set of which nothing could be chosen.

    Parameters
    ----------
    operations : tuple of str
    known : tuple of str, optional
        `OPERATIONS` or `TEXT_OPERATIONS`. By default that of the two which has the first operation that is not in both.

    Raises
    ------
    TrainingError
    """
    check_names(operations, known or operations_like(operations))
    if len(set(operations)) < len(operations) or len(operations) < 2 or set(operations) <= {NONE}:
        raise TrainingError(Message("Found operations {names}; expected two or more, each of them once. Change them.",
                                    names=", ".join(operations) or "()"))


def operations_like(names: Iterable[str]) -> tuple[str, ...]:
    """All operations of images or of text, by the first name that only one of the two has; of images without one.

    Examples
    --------
    >>> operations_like(["none", "attention_8"]) == TEXT_OPERATIONS
    True
    """
    first = next((name for name in names if (name in OPERATIONS) != (name in TEXT_OPERATIONS)), "")
    return TEXT_OPERATIONS if first in TEXT_OPERATIONS else OPERATIONS


def check_names(names: Iterable[str], known: tuple[str, ...]) -> None:
    """Refuse an operation that is not among the known ones.

    Raises
    ------
    TrainingError
    """
    for name in names:
        if name not in known:
            raise TrainingError(Message("Found operation {name}; expected one of {known}. Choose one of these.",
                                        name=repr(name), known=", ".join(known)))


def check_heads(names: Iterable[str], channels: int) -> None:
    """Refuse attention whose heads cannot share the channels equally.

    Raises
    ------
    TrainingError
    """
    for name in names:
        heads = HEADS.fullmatch(name)
        if heads is not None and channels % int(heads[1]):
            raise TrainingError(Message("Found {channels} channels for the {heads} heads of {name}; expected a "
                                        "multiple of {heads}. Change channels, or leave {name} out.", channels=channels,
                                        heads=int(heads[1]), name=name))
