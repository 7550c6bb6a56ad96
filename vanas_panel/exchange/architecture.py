"""A cell of NAS-Bench-201 as its architecture string, and back."""

from __future__ import annotations

import re

from vanas_panel.core.draft import Draft
from vanas_panel.core.kinds import BENCHMARK_KINDS, PRUNED_LINE, KindSpace
from vanas_panel.core.line_graph import (
    NONE,
    architecture_draft,
    architecture_operations,
    read_architecture,
    write_architecture,
)
from vanas_panel.core.space_protocol import Space
from vanas_panel.exchange.words import refuse
from vanas_panel.text.language import Constant

_AROUND = re.compile(r"""\A(?:\s*\w+\s*=)?\s*["']?|["']?\s*;?\s*\Z""")


def has_architectures(space: Space | None) -> bool:
    """Whether the cells of a space are architectures of NAS-Bench-201."""
    return isinstance(space, KindSpace) and space.kind in BENCHMARK_KINDS


def to_architecture(draft: Draft) -> str:
    """The architecture string of a cell.

    Parameters
    ----------
    draft : Draft
        The line graph of a cell of NAS-Bench-201, its vertices in any order.

    Returns
    -------
    str

    Raises
    ------
    ExchangeError
        Where it is another graph.

    Examples
    --------
    >>> to_architecture(architecture_draft(["none"] * 6))
    '|none~0|+|none~0|none~1|+|none~0|none~1|none~2|'
    """
    operations = architecture_operations(draft)
    if operations is None:
        refuse("another graph than that of an architecture of NAS-Bench-201",
               "six operations with the ten edges that every such cell has", "Load a cell of the table")
    return write_architecture(operations)


def from_architecture(text: str, space: Space | None) -> Draft | None:
    """The draft of an architecture string, which may be quoted or assigned to a name; None where it is none.

    In a space whose cells have other operations or another form, it is none: no drawing there could be it.

    Examples
    --------
    >>> from_architecture("arch = '|a~0|+|b~0|c~1|+|d~0|e~1|f~2|'", None).operations[1:-1]
    ('a', 'b', 'c', 'd', 'e', 'f')
    """
    operations = read_architecture(_AROUND.sub("", text))
    if operations is None or not (space is None or has_architectures(space)):
        return None
    draft = architecture_draft(operations)
    if not (isinstance(space, KindSpace) and space.kind == PRUNED_LINE):
        return draft
    gone = {vertex for vertex, operation in enumerate(draft.operations) if operation == NONE}
    kept = [vertex for vertex in range(len(draft.operations)) if vertex not in gone]
    number = {vertex: index for index, vertex in enumerate(kept)}
    left = Draft([draft.operations[vertex] for vertex in kept],
                 [(number[source], number[target]) for source, target in draft.edges
                  if gone.isdisjoint((source, target))])
    if not left.on_path()[0]:
        refuse(Constant("an architecture of NAS-Bench-201 in which no path is left without 'none'"),
               "a path from input to output", "Change an operation")
    return left.pruned()
