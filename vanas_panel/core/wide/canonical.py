"""Exact canonical forms of larger cells: two cells have the same form exactly where one is a relabelling of the other.

Colour refinement (`vanas_panel.core.wide.refinement`) tells most vertices apart. Where some still look alike, each of
them in turn gets a colour of its own, and the smallest of all forms that this leads to is the canonical one. Two
things keep the search short: of twins, which have the same label and neighbours, one stands for all; and where a form
turns up again, an automorphism leads from the one branch to the other, which then has nothing new (McKay, *Practical
graph isomorphism*, 1981).

A form is ``uint8 (58,)``: the number of vertices, 22 operations of inner vertices, and 276 bits for edges. It is itself
a cell in a topological order, so nothing is lost and nothing can collide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_EDGES, MAX_WIDE_INNER, MAX_WIDE_VERTICES, WideCells
from vanas_panel.core.wide.refinement import first_colours, first_keys, refine

if TYPE_CHECKING:
    from vanas_panel.core.draft import Draft

FORM_BYTES = 1 + MAX_WIDE_INNER + -(-MAX_WIDE_EDGES // 8)
_EDGES_AT = 1 + MAX_WIDE_INNER
_SIDE = MAX_WIDE_VERTICES


def canonical_forms(cells: WideCells) -> np.ndarray:
    """Canonical forms of many cells, ``uint8 (n, 58)``.

    Parameters
    ----------
    cells : WideCells
        Valid cells: every vertex lies on a path from input to output.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> one = Draft(["input", "a", "b", "output"], [(0, 1), (0, 2), (1, 3), (2, 3)])
    >>> other = Draft(["input", "b", "a", "output"], [(0, 1), (0, 2), (1, 3), (2, 3)])
    >>> forms = canonical_forms(WideCells.of_drafts([one, other], ["a", "b"]))
    >>> forms.shape, (forms[0] == forms[1]).all().item()
    ((2, 58), True)
    """
    forms = np.zeros((len(cells), FORM_BYTES), np.uint8)
    _forms_of_many(cells.labels, cells.predecessors, cells.vertices, forms)
    return forms


def key_of_form(form: np.ndarray) -> int:
    """A form as one number: of the same order, and with no other form the same."""
    return int.from_bytes(form.tobytes(), "big")


def wide_key(cell: Draft, operations: Sequence[str]) -> int:
    """The canonical key of a larger cell in terms of these operations, a number of up to 464 bits."""
    return key_of_form(canonical_forms(WideCells.of_drafts([cell], operations))[0])


def form_of_key(key: int) -> bytes:
    """The form that has this `key_of_form`; empty where none can have it."""
    return key.to_bytes(FORM_BYTES, "big") if 0 <= key < 1 << 8 * FORM_BYTES else b""


@kernel
def _forms_of_many(labels, predecessors, vertices, forms):
    """Fill `forms`, ``uint8 (n, 58)``, which is all 0."""
    work = new_work()
    form = np.zeros(FORM_BYTES, np.uint8)
    for row in range(vertices.size):
        write_form(labels[row], predecessors[row], np.int64(vertices[row]), work, form, forms[row])


@kernel
def new_work() -> np.ndarray:
    """Scratch of `write_form`, to be made once for many cells."""
    return np.zeros((3 * _SIDE + 10, _SIDE), np.int64)


@kernel
def write_form(labels, predecessors, vertices, work, form, best) -> None:
    """Write the canonical form of a cell to `best`, ``uint8 (58,)``; `form` and `work` are scratch."""
    codes, before, after, keys, other = work[0], work[1], work[2], work[3], work[4]
    path, best_path, rank, tried = work[5], work[6], work[7], work[8]
    orders, colours = work[10:10 + _SIDE], work[10 + _SIDE:10 + 2 * _SIDE]
    last = vertices - 1
    after[:] = 0
    for target in range(vertices):
        codes[target] = labels[target]
        before[target] = predecessors[target]
        for source in range(target):
            if before[target] >> source & 1:
                after[source] |= 1 << target
    codes[0] = codes[last] = 0
    first_keys(codes, before, after, vertices, keys, other)
    first_colours(keys, vertices, orders[0], colours[0])
    refine(before, after, vertices, orders[0], colours[0], keys)
    _split_twins(before, after, codes, vertices, orders[0], colours[0])
    depth, is_first = 0, True
    tried[0] = 0
    while depth >= 0:
        start = _first_class(orders[depth], colours[depth], vertices)
        if start < 0:
            _write(codes, before, vertices, orders[depth], rank, form)
            order = -1 if is_first else _compared(form, best)
            if order < 0:
                best[:] = form
                best_path[:depth] = path[:depth]
            depth -= 1
            if order == 0:
                # Back to where the way to the same form was left: the branch taken there is a copy.
                common = 0
                while common <= depth and path[common] == best_path[common]:
                    common += 1
                depth = min(depth, common)
            is_first = False
            continue
        vertex = _next_choice(before, after, codes, orders[depth], colours[depth], start, vertices, tried[depth])
        if vertex < 0:
            depth -= 1
            continue
        tried[depth] |= 1 << vertex
        path[depth] = vertex
        depth += 1
        orders[depth] = orders[depth - 1]
        colours[depth] = colours[depth - 1]
        tried[depth] = 0
        _individualise(orders[depth], colours[depth], start, vertex, vertices)
        refine(before, after, vertices, orders[depth], colours[depth], keys)


@kernel
def _are_twins(before, after, codes, one, other):
    """Whether two vertices have the same label and neighbours."""
    return before[one] == before[other] and after[one] == after[other] and codes[one] == codes[other]


@kernel
def _split_twins(before, after, codes, vertices, order, colours):
    """Give every vertex of a class that is all twins a colour of its own: their order changes nothing."""
    start = 0
    while start < vertices:
        end, alike = start + 1, True
        while end < vertices and colours[order[end]] == start:
            alike = alike and _are_twins(before, after, codes, order[start], order[end])
            end += 1
        if alike:
            for place in range(start, end):
                colours[order[place]] = place
        start = end


@kernel
def _first_class(order, colours, vertices):
    """Where the first class of several vertices begins; -1 where there is none."""
    for place in range(vertices - 1):
        if colours[order[place]] == colours[order[place + 1]]:
            return place
    return -1


@kernel
def _next_choice(before, after, codes, order, colours, start, vertices, tried):
    """A vertex of a class that was not tried, and whose twins were not; -1 where there is none."""
    for place in range(start, vertices):
        vertex = order[place]
        if colours[vertex] != start:
            break
        if tried >> vertex & 1:
            continue
        is_new = True
        for other in range(vertices):
            if tried >> other & 1 and _are_twins(before, after, codes, vertex, other):
                is_new = False
        if is_new:
            return vertex
    return -1


@kernel
def _individualise(order, colours, start, vertex, vertices):
    """Put a vertex before the others of its class, with a colour of its own."""
    place = start
    while order[place] != vertex:
        place += 1
    while place > start:
        order[place] = order[place - 1]
        place -= 1
    order[start] = vertex
    place = start + 1
    while place < vertices and colours[order[place]] == start:
        colours[order[place]] = start + 1
        place += 1


@kernel
def _write(codes, before, vertices, order, rank, form):
    """Write the form of a cell whose vertices are in this order."""
    form[:] = 0
    form[0] = vertices
    for place in range(vertices):
        rank[order[place]] = place
        if 0 < place < vertices - 1:
            form[place] = codes[order[place]]
    for place in range(1, vertices):
        bits, source, base = before[order[place]], 0, place * (place - 1) // 2
        while bits:
            if bits & 1:
                bit = base + rank[source]
                form[_EDGES_AT + bit // 8] |= 128 >> bit % 8
            bits >>= 1
            source += 1


@kernel
def _compared(one, other):
    """-1, 0 or 1 where a form is smaller than another one, the same, or larger."""
    for index in range(one.size):
        if one[index] != other[index]:
            return -1 if one[index] < other[index] else 1
    return 0
