"""The search space in the header of a search: written and read in one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.core.kinds import KindSpace
from vanas_panel.core.space import CellSpace


def header_space(header: Mapping[str, Any]) -> CellSpace:
    """The space of a search."""
    described = header["space"]
    return KindSpace(**described) if "kind" in described else CellSpace(**described)


def header_limits(header: Mapping[str, Any]) -> CellSpace:
    """All cells within the limits of the space: a search may ask for one of another kind, and is told no value."""
    space = header_space(header)
    return CellSpace(space.operations, space.max_vertices, space.max_edges)
