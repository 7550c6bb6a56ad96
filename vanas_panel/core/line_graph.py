"""Cells whose operations are on edges, as NAS-Bench-201 has them, in the form of this package: their line graph.

A cell of NAS-Bench-201 (Dong and Yang, ICLR 2020), of NATS-Bench's topology space and of TransNAS-Bench's micro space
has four nodes, each joined to every later one, and an operation on each of the six edges. Its *line graph* has a vertex
for each of these operations, and an edge wherever one operation takes what another gives; the input leads to the
operations that start in the first node, those that end in the last one lead to the output. That makes 8 vertices and
10 edges.

An architecture string writes the operations in the order in which the vertices have them here::

    |op 1~0|+|op 2~0|op 3~1|+|op 4~0|op 5~1|op 6~2|

where ``~0`` is the node that an operation starts in, and each part between plus signs is the node it ends in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import pack
from vanas_panel.core.space import INPUT, OUTPUT

NASBENCH201_OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
"""The operations of NAS-Bench-201, in the order of its paper."""

NONE = "none"
"""The operation that gives nothing, whatever it takes."""

PLACES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
"""The edge between nodes that each operation of an architecture string is on."""

LINE_EDGES = (
    *((0, place) for place, (start, _) in enumerate(PLACES, 1) if start == 0),
    *((one, other) for one, (_, end) in enumerate(PLACES, 1) for other, (start, _) in enumerate(PLACES, 1)
      if end == start),
    *((place, len(PLACES) + 1) for place, (_, end) in enumerate(PLACES, 1) if end == 3))
"""The ten edges of the line graph; vertex 0 is the input, 1 to 6 are operations, 7 is the output."""

VERTICES = len(PLACES) + 2

_OPERATION = r"\s*([^|~+\s][^|~]*?)\s*"
_STRING = re.compile(r"\s*\+\s*".join(
    r"\|" + "".join(_OPERATION + f"~{start}[|]" for start, end in PLACES if end == node) for node in (1, 2, 3)))
_LIKE = re.compile(r"\s*\|[^|~]+~\d+\s*\|")


def read_architecture(text: str) -> tuple[str, ...] | None:
    """The six operations of an architecture string in its order; None where it is none.

    Examples
    --------
    >>> read_architecture("|a~0|+|b~0|c~1|+|d~0|e~1|f~2|")
    ('a', 'b', 'c', 'd', 'e', 'f')
    >>> read_architecture("|a~0|+|b~0|c~1|") is None
    True
    """
    found = _STRING.fullmatch(text.strip())
    return found.groups() if found else None


def is_like_architecture(text: str) -> bool:
    """Whether a text begins as an architecture string does, whatever the number of its nodes.

    Examples
    --------
    >>> is_like_architecture("|a~0|+|b~0|c~1|"), is_like_architecture("conv|pool")
    (True, False)
    """
    return _LIKE.match(text) is not None


def write_architecture(operations: Sequence[str]) -> str:
    """The architecture string of six operations in its order.

    Examples
    --------
    >>> write_architecture("abcdef")
    '|a~0|+|b~0|c~1|+|d~0|e~1|f~2|'
    """
    return "+".join("|" + "".join(f"{operation}~{start}|" for operation, (start, end) in
                                  zip(operations, PLACES, strict=True) if end == node) for node in (1, 2, 3))


def architecture_draft(operations: Sequence[str]) -> Draft:
    """The line graph of six operations in the order of an architecture string.

    Examples
    --------
    >>> architecture_draft("abcdef").edges
    ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7))
    """
    return Draft((INPUT, *operations, OUTPUT), LINE_EDGES)


def architecture_operations(draft: Draft) -> tuple[str, ...] | None:
    """The operations of a draft in the order of an architecture string; None where it is no line graph of one.

    The line graph has no symmetry: what a vertex is joined to says which of the six operations it carries.

    Examples
    --------
    >>> architecture_operations(architecture_draft("abcdef"))
    ('a', 'b', 'c', 'd', 'e', 'f')
    >>> architecture_operations(Draft(["input", "a", "output"], [(0, 1), (1, 2)])) is None
    True
    """
    if len(draft.operations) != VERTICES or len(draft.edges) != len(LINE_EDGES):
        return None
    own, wanted = _roles(draft.edges), _roles(LINE_EDGES)
    if sorted(own) != sorted(wanted):
        return None
    place = [0, *(own.index(role) + 1 for role in wanted), VERTICES - 1]
    if {(place[source], place[target]) for source, target in LINE_EDGES} != set(draft.edges):
        return None
    return tuple(draft.operations[vertex] for vertex in place[1:-1])


def _roles(edges: Sequence[tuple[int, int]]) -> list[tuple[bool, int, int]]:
    """What each inner vertex is joined to: whether to the input, and how many inner ones give to and take from it."""
    inner = range(1, VERTICES - 1)
    return [((0, vertex) in edges, sum((other, vertex) in edges for other in inner),
             sum((vertex, other) in edges for other in inner)) for vertex in inner]


@lru_cache(maxsize=1)
def line_shapes() -> frozenset[int]:
    """The canonical shape of the line graph, alone in a set; see `vanas_panel.core.kinds` for shapes."""
    return frozenset({canonical_key(pack([0] * len(PLACES), LINE_EDGES))})


@lru_cache(maxsize=1)
def pruned_line_shapes() -> frozenset[int]:
    """Canonical shapes of all that is left of the line graph where some operations are ``none`` and are pruned."""
    shapes = set()
    inner = range(1, VERTICES - 1)
    for gone in (set(some) for count in range(len(PLACES) + 1) for some in combinations(inner, count)):
        draft = Draft([INPUT, *["x"] * len(PLACES), OUTPUT],
                      [edge for edge in LINE_EDGES if gone.isdisjoint(edge)])
        if not draft.on_path()[0]:
            continue
        pruned = draft.pruned()
        shapes.add(canonical_key(pack([0] * (len(pruned.operations) - 2), pruned.edges)))
    return frozenset(shapes)
