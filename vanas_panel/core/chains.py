"""Chains: cells in which one operation follows another, as search spaces of sizes and of whole networks have them.

NATS-Bench's size space (Dong and others, 2021) gives each of five layers one of eight numbers of channels, as in
``64:32:16:8:8``. Here each number is the operation of a vertex, and an edge leads from each to the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT

NATS_CHANNELS = ("8", "16", "24", "32", "40", "48", "56", "64")
"""The numbers of channels of NATS-Bench's size space."""

NATS_LAYERS = 5


def is_nats_size(text: str) -> bool:
    """Whether a text is an architecture of NATS-Bench's size space: five of its numbers of channels.

    Five numbers between colons that are all of these eight are nothing else that tables hold: a time has three parts,
    and the address of a machine six or eight.

    Examples
    --------
    >>> is_nats_size("64:32:16:8:8"), is_nats_size("12:30:45"), is_nats_size("64:32:16:8:7")
    (True, False, False)
    """
    parts = text.strip().split(":")
    return len(parts) == NATS_LAYERS and all(part in NATS_CHANNELS for part in parts)


def chain_draft(operations: Sequence[str]) -> Draft:
    """The cell in which some operations follow each other.

    Examples
    --------
    >>> chain_draft(["64", "32"]).edges
    ((0, 1), (1, 2), (2, 3))
    """
    return Draft((INPUT, *operations, OUTPUT), [(vertex, vertex + 1) for vertex in range(len(operations) + 1)])
