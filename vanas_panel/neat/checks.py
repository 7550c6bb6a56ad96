"""What the genes of a genome check: numbers of nodes, and lists of numbers for a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import SearchError, brief
from vanas_panel.text.language import Message


def whole(value: object) -> int:
    """A whole number; -1, which numbers nothing, for what is none."""
    number = plain_int(value)
    return -1 if number is None else number


def node_number(value: object) -> int:
    """The number of a node.

    Raises
    ------
    SearchError
        Where it is none.
    """
    number = plain_int(value)
    if number is None or number < 0:
        raise SearchError(Message("Found node {node}; expected a whole number of at least 0. Change it.",
                                  node=repr(value)))
    return number


def listed(numbers: Iterable[int]) -> str:
    """Numbers as a list for a sentence."""
    return brief(", ".join(map(str, numbers)), 200)
