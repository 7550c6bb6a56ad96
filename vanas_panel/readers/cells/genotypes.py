"""Genotypes of DARTS as cells: the normal and the reduction cell of a row side by side, in one cell of 24 vertices.

Each input of a cell is a vertex with a label of its own behind the input, each output one before the output; between
them stand the operations. A node of a genotype adds up what its two operations give, so that an operation that takes a
node has an edge from both.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import msgspec

from vanas_panel.core.draft import Draft
from vanas_panel.core.genotype import Gene, Genotype
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.errors import ExchangeError, InvalidCellError

CELLS = ("normal", "reduction")
LABELS = tuple(f"{cell} {part}" for cell in CELLS for part in ("input 1", "input 2", "output"))
"""Labels of vertices that are no operations, but ends of one of the two cells."""
DARTS_OPERATIONS = (*LABELS, "none", "max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5",
                    "dil_conv_3x3", "dil_conv_5x5")
_LONGEST = 20_000


class _Json(msgspec.Struct, forbid_unknown_fields=True):
    """A genotype as JSON."""

    normal: list[tuple[str, int]]
    normal_concat: list[int]
    reduce: list[tuple[str, int]]
    reduce_concat: list[int]


def genotype_of(text: str) -> Genotype | None:
    """The genotype that a text writes, as the code of DARTS does or as JSON; None where it is none. Nothing is run.

    Examples
    --------
    >>> genotype_of('{"normal": [["a", 0], ["b", 1]], "normal_concat": [2], "reduce": [["a", 0], ["b", 1]], '
    ...             '"reduce_concat": [2]}').normal
    (('a', 0), ('b', 1))
    """
    if len(text) > _LONGEST:
        return None
    try:
        if not text.lstrip().startswith("{"):
            return Genotype.from_text(text)
        read = msgspec.json.decode(text.encode(), type=_Json)
        return Genotype(tuple(read.normal), tuple(read.normal_concat), tuple(read.reduce), tuple(read.reduce_concat))
    except (ExchangeError, msgspec.MsgspecError, UnicodeError):
        return None


def genotype_of_two(normal: str, reduction: str) -> Genotype | None:
    """The genotype of two texts, each a list of operations and sources; all nodes of a cell lead to its output."""
    try:
        genes, others = _genes(normal), _genes(reduction)
        return Genotype(genes, tuple(range(2, 2 + len(genes) // 2)), others, tuple(range(2, 2 + len(others) // 2)))
    except (ExchangeError, ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _genes(text: str) -> tuple[Gene, ...]:
    """The genes that a list writes; `ValueError` where it is none."""
    if len(text) > _LONGEST or text.lstrip()[:1] not in ("[", "("):
        raise ValueError("no list")
    found = ast.literal_eval(text.strip())
    if not all(isinstance(gene, list | tuple) and len(gene) == 2 and type(gene[1]) is int for gene in found):
        raise ValueError("no pairs")
    return tuple((gene[0], gene[1]) for gene in found)


def genotype_draft(genotype: Genotype) -> Draft | None:
    """Both cells of a genotype as one draft, without what leads to no output; None where nothing does.

    Examples
    --------
    >>> one = [("sep_conv_3x3", 0), ("skip_connect", 1)]
    >>> genotype_draft(Genotype(one, [2], one, [2])).operations[1:6]
    ('normal input 1', 'normal input 2', 'sep_conv_3x3', 'skip_connect', 'normal output')
    """
    labels: list[str] = [INPUT]
    edges: list[tuple[int, int]] = []
    ends = [_append(labels, edges, name, genes, concat) for name, genes, concat in (
        (CELLS[0], genotype.normal, genotype.normal_concat), (CELLS[1], genotype.reduce, genotype.reduce_concat))]
    edges += [(end, len(labels)) for end in ends]
    try:
        return Draft([*labels, OUTPUT], edges).pruned()
    except InvalidCellError:
        return None


def _append(labels: list[str], edges: list[tuple[int, int]], cell: str, genes: Sequence[Gene],
            concat: Sequence[int]) -> int:
    """Append the vertices and edges of one of the two cells; the vertex of its output."""
    first = len(labels)
    labels += [f"{cell} input 1", f"{cell} input 2"]
    edges += [(0, first), (0, first + 1)]
    nodes: list[tuple[int, ...]] = [(first,), (first + 1,)]
    for place in range(0, len(genes), 2):
        made = []
        for operation, source in genes[place:place + 2]:
            edges += [(vertex, len(labels)) for vertex in nodes[source]]
            made.append(len(labels))
            labels.append(operation)
        nodes.append(tuple(made))
    edges += [(vertex, len(labels)) for node in concat for vertex in nodes[node]]
    labels.append(f"{cell} output")
    return len(labels) - 1
