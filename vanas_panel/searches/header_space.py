"""The search space in the header of a search: written and read in one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.core.kinds import KindSpace
from vanas_panel.core.space import CellSpace
from vanas_panel.core.space_protocol import Space


def described_space(space: Space) -> dict[str, Any]:
    """A space as JSON; its kind, which rules out cells within the limits, only where it has one.

    Examples
    --------
    >>> described_space(KindSpace(["conv"], max_vertices=4, max_edges=6, kind="chain"))
    {'operations': ['conv'], 'max_vertices': 4, 'max_edges': 6, 'kind': 'chain'}
    """
    limits = {"operations": list(space.operations), "max_vertices": space.max_vertices, "max_edges": space.max_edges}
    return {**limits, "kind": space.kind} if isinstance(space, KindSpace) else limits


def header_space(header: Mapping[str, Any]) -> CellSpace:
    """The space of a search."""
    described = header["space"]
    return KindSpace(**described) if "kind" in described else CellSpace(**described)


def header_limits(header: Mapping[str, Any]) -> CellSpace:
    """All cells within the limits of the space: a search may ask for one of another kind, and is told no value."""
    space = header_space(header)
    return CellSpace(space.operations, space.max_vertices, space.max_edges)
