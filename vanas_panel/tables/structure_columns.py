"""Structure columns of a table by name, beside its metrics: exact, and never measured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from vanas_panel.core.structure import COUNT_PREFIX, structure_names
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import Message, marked

PREFIX = "structure."
"""What the names of structure columns begin with, where they stand beside those of metrics."""

_LABELS = {"vertices": marked("Vertices"), "edges": marked("Edges"), "depth": marked("Depth"), "width": marked("Width")}


@lru_cache(64)
def structure_metrics(operations: tuple[str, ...]) -> Mapping[str, Metric]:
    """Structure columns as metrics without a direction, by name, for a search space with these operations.

    Examples
    --------
    >>> list(structure_metrics(("conv",)))
    ['structure.vertices', 'structure.edges', 'structure.depth', 'structure.width', 'structure.n_conv']
    """
    return MappingProxyType({PREFIX + name: Metric(PREFIX + name, str.__str__(_label(name)))
                             for name in structure_names(operations)})


def is_structure(name: str) -> bool:
    """Whether a name is one of a structure column, unless a table has a metric of that name."""
    return name.startswith(PREFIX)


def operation_of(name: str) -> str:
    """The operation that a structure column counts; nothing for any other name.

    Examples
    --------
    >>> operation_of("structure.n_conv"), operation_of("structure.depth")
    ('conv', '')
    """
    count = PREFIX + COUNT_PREFIX
    return name.removeprefix(count) if name.startswith(count) else ""


def _label(name: str) -> Message:
    """The label of a column, which says that it is not measured."""
    if name in _LABELS:
        return Message("{column} (structure)", column=Message(_LABELS[name]))
    return Message("Number of {operation} (structure)", operation=name.removeprefix(COUNT_PREFIX))
