"""Completion: every cell of a table that contains a draft, best first. Exact: it misses none and invents none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import permutations, product

import numpy as np
import pandas as pd

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_VERTICES,
    OPERATION_BITS,
    OPERATION_FIELD,
    OPERATION_SHIFT,
    has_edge,
    kernel,
    operation_at,
    operation_shift,
    vertex_count,
)
from vanas_panel.core.frame_names import metric_column
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CellTable, CompletionIndex, check_table
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import ArgumentKindError, SearchSpaceError
from vanas_panel.text.language import Message

_SIDE = MAX_VERTICES  # adjacency bit of an edge: source * _SIDE + target; a DAG never needs bit 63, the last self-loop


def build_index(packed: np.ndarray) -> CompletionIndex:
    """Group packed cells, ``int64 (n,)``, for completion."""
    keys, adjacency = _sorted_forms(np.ascontiguousarray(packed, dtype=np.int64))
    rows = np.argsort(keys, kind="stable")
    distinct, starts = np.unique(keys[rows], return_index=True)
    stops = [*starts.tolist(), len(rows)][1:]
    groups = {_multiset(int(key)): (int(start), stop) for key, start, stop in zip(distinct, starts, stops, strict=True)}
    return CompletionIndex(groups, rows, adjacency[rows])


def complete(table: CellTable, draft: Draft, metric: str = "test_accuracy", top: int = 5,
             extra_vertices: int = 0) -> pd.DataFrame:
    """Find all cells of a table that contain a draft, best first (VANAS's recommendation, 2021, section 3.3).

    A cell contains the draft where some one-to-one mapping of the draft's vertices to the cell's, input to input,
    output to output and each operation to the same operation, maps every edge of the draft to an edge of the cell.

    Parameters
    ----------
    table : BenchmarkTable
    draft : Draft
        Its vertices all have to appear; without `extra_vertices` they are all there is.
    metric : str, optional
        The metric to rank by, in its own direction; rows without a value come last, ties in row order.
    top : int, optional
        How many cells to return, at least 0.
    extra_vertices : int, optional
        How many more inner vertices of any operation a cell may have, at least 0.

    Returns
    -------
    pandas.DataFrame
        ``row``, the metric, ``operations`` and ``edges`` of the completed cells in the draft's own vertex indices,
        vertices that were added standing before the output. ``.attrs["matches"]`` says how many cells match and
        ``.attrs["reason"]`` why there are none, as a sentence (empty where there are some). ``.attrs["metric"]`` is
        the name of the metric's column: ``edges (metric)`` for a metric that is called as a column of the frame.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    SearchSpaceError
        Where `top` or `extra_vertices` is not a whole number of at least 0.
    ArgumentKindError
        Where `draft` is no draft, a row number for instance.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> draft = vp.Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(2, 1)])
    >>> found = vp.complete(table, draft, "trainable_parameters", top=1)
    >>> found.attrs["matches"], found.loc[0, "edges"]
    (8, ((0, 2), (1, 3), (2, 1), (2, 3)))
    """
    check_table(table)
    top, extra_vertices = _count("top", top), _count("extra_vertices", extra_vertices)
    if not isinstance(draft, Draft):
        raise ArgumentKindError(Message("Found {draft!r:.100}; expected a Draft, or a Cell, which is one. Take the "
                                        "cell of a row with table.cell(row).", draft=draft))
    metric = plain_text(metric)
    values = table.column(metric)
    reason = _impossible(table.space, draft)
    found = [] if reason else list(_search(table, draft, extra_vertices))
    rows = np.concatenate([np.empty(0, np.int64), *(rows for _, _, rows in found)])
    if not rows.size and not reason:
        reason = _no_match(table, draft, extra_vertices)
    lower_first = table.metric(metric).higher_is_better is False
    best = _top_rows(rows, values[rows], top, lower_first)
    cells = [_completed(table, draft, row, found) for row in best]
    value = metric_column(metric)
    frame = pd.DataFrame({"row": best, value: values[best], "operations": [operations for operations, _ in cells],
                          "edges": [edges for _, edges in cells]})
    frame.attrs.update(matches=int(rows.size), reason=reason, metric=value)
    return frame


def _count(name: str, value: object) -> int:
    """A number of things as a plain one, or an error that names it."""
    number = plain_int(value)
    if number is None or number < 0:
        raise SearchSpaceError(Message("Found {name} = {value!r}; expected a whole number of at least 0. Change it.",
                                       name=name, value=value))
    return number


def _search(table: CellTable, draft: Draft, extra_vertices: int) -> Iterator[tuple]:
    """Yield (operations, edge masks by mapping, matching rows) of every group that may contain the draft."""
    index = table.completion_index
    wanted = Counter(table.space.operation_index(operation) for operation in draft.operations[1:-1])
    for group, (start, stop) in index.groups.items():
        if 0 <= len(group) - wanted.total() <= extra_vertices and wanted <= Counter(group):
            mappings = _mappings(table.space, draft, group)
            masks = np.fromiter(mappings, dtype=np.int64, count=len(mappings))
            matching = _contains_any(index.adjacency[start:stop], masks)
            yield group, mappings, index.rows[start:stop][matching]


def _mappings(space: Space, draft: Draft, group: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    """One mapping of the draft's vertices for each distinct image of its edges.

    Returns
    -------
    dict of int to tuple of int
        The image as adjacency bits, and the vertex of the cell for each vertex of the draft.
    """
    inner = range(1, draft.output)
    by_operation: dict[int, list[int]] = {}
    for vertex in inner:
        by_operation.setdefault(space.operation_index(draft.operations[vertex]), []).append(vertex)
    slots = {
        operation: [slot for slot, other in enumerate(group, start=1) if other == operation]
        for operation in by_operation
    }
    choices = [permutations(slots[operation], len(vertices)) for operation, vertices in by_operation.items()]
    movable = [vertex for vertices in by_operation.values() for vertex in vertices]
    image = [0] * len(draft.operations)
    image[-1] = len(group) + 1
    mappings: dict[int, tuple[int, ...]] = {}
    for choice in product(*choices):
        for vertex, slot in zip(movable, (slot for slots in choice for slot in slots), strict=True):
            image[vertex] = slot
        mask = 0
        for source, target in draft.edges:
            mask |= 1 << (image[source] * _SIDE + image[target])
        mappings.setdefault(mask, tuple(image))
    return mappings


def _completed(table: CellTable, draft: Draft, row: int, found: list[tuple]) -> tuple[tuple, tuple]:
    """Operations and edges of a matching cell in the vertex indices of the draft."""
    operations, adjacency = _sorted_forms(table.packed[row:row + 1])
    group, bits = _multiset(int(operations[0])), int(adjacency[0])
    mappings = next(mappings for other, mappings, _ in found if other == group)
    image = next(image for mask, image in mappings.items() if mask & bits == mask)
    own = {slot: vertex for vertex, slot in enumerate(image[:-1])}
    added = [slot for slot in range(1, len(group) + 1) if slot not in own]
    own |= {slot: draft.output + index for index, slot in enumerate([*added, len(group) + 1])}
    names = (*draft.operations[:-1], *(table.space.operations[group[slot - 1]] for slot in added), draft.operations[-1])
    edges = sorted((own[bit // _SIDE], own[bit % _SIDE]) for bit in range(_SIDE * _SIDE) if bits >> bit & 1)
    return names, tuple(edges)


def _top_rows(rows: np.ndarray, values: np.ndarray, top: int, lower_first: bool) -> np.ndarray:
    """The best `top` of `rows`, ``int64``; unknown values last, ties by row."""
    score = np.where(np.isnan(values), np.inf, values if lower_first else -values)
    if 0 < top < rows.size:
        limit = np.partition(score, top - 1)[top - 1]
        near = score <= limit
        rows, score = rows[near], score[near]
    return rows[np.lexsort((rows, score))][:top]


def _impossible(space: Space, draft: Draft) -> str:
    """Why no cell of any table of this space can contain the draft, or nothing."""
    strangers = sorted(set(draft.operations[1:-1]) - set(space.operations))
    if strangers:
        return Message("This table has no operation {names}{known}.", names=", ".join(strangers),
                       known=space.operations_words)
    if len(draft.operations) - 2 > MAX_INNER:
        return Message("The draft has {found} vertices; no cell has more than {most}.", found=len(draft.operations),
                       most=space.max_vertices)
    if any(target == 0 for _, target in draft.edges):
        return Message("The draft has an edge into the input; no cell has one.")
    if any(source == draft.output for source, _ in draft.edges):
        return Message("The draft has an edge out of the output; no cell has one.")
    if draft.topological_order() is None:
        return Message("The draft has a directed cycle; no cell has one.")
    return ""


def _no_match(table: CellTable, draft: Draft, extra_vertices: int) -> str:
    """Say why a draft that could be part of a cell is part of none of the table's."""
    wanted = Counter(table.space.operation_index(operation) for operation in draft.operations[1:-1])
    sizes = [
        stop - start for group, (start, stop) in table.completion_index.groups.items()
        if 0 <= len(group) - wanted.total() <= extra_vertices and wanted <= Counter(group)
    ]
    if not sizes and not wanted:
        return Message("No cell of this table is without operations. Place one, or allow more vertices.")
    if not sizes:
        return Message("No cell of this table has these operations.")
    return Message("None of the {total} cells with these operations contains all of the drawn edges.",
                   total=f"{sum(sizes):,}")


def _multiset(key: int) -> tuple[int, ...]:
    """Sorted operation indices of a group key of `_sorted_forms`."""
    inner = (key >> (OPERATION_BITS * MAX_INNER)) - 2
    shifts = (OPERATION_BITS * (MAX_INNER - 1 - index) for index in range(inner))
    return tuple(key >> shift & OPERATION_FIELD for shift in shifts)


@kernel
def _sorted_forms(packed):
    """Group keys (vertices, then sorted operations) and adjacency bits in that vertex order, both ``int64 (n,)``."""
    keys = np.empty(packed.size, np.int64)
    adjacency = np.zeros(packed.size, np.int64)
    slot = np.zeros(MAX_VERTICES, np.int64)
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        slot[last] = last
        ordered = vertex_count(cell) << (operation_shift(1) + OPERATION_BITS)
        for vertex in range(1, last):
            smaller = 1
            for other in range(1, last):
                before = operation_at(cell, other) - operation_at(cell, vertex)
                smaller += before < 0 or (before == 0 and other < vertex)
            slot[vertex] = smaller
            ordered |= operation_at(cell, vertex) << operation_shift(smaller)
        keys[row] = ordered >> OPERATION_SHIFT
        for target in range(1, last + 1):
            for source in range(target):
                if has_edge(cell, source, target):
                    adjacency[row] |= 1 << (slot[source] * _SIDE + slot[target])
    return keys, adjacency


@kernel
def _contains_any(adjacency, masks):
    """Whether each of `adjacency`, ``int64 (m,)``, contains all bits of at least one mask: ``bool (m,)``."""
    found = np.zeros(adjacency.size, np.bool_)
    for row in range(adjacency.size):
        edges = adjacency[row]
        for mask in masks:
            if edges & mask == mask:
                found[row] = True
                break
    return found
