"""Hypothesis strategies for drafts and cells, and sizes that suit the machine."""

from __future__ import annotations

import numba
from hypothesis import assume, settings
from hypothesis import strategies as st

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101

JIT = not numba.config.DISABLE_JIT
"""Whether kernels are compiled. Without compilation they are hundreds of times slower: use smaller samples then."""


def examples(count: int) -> settings:
    """Settings for a property whose oracle is slow: `count` examples, half of them without compilation."""
    return settings(max_examples=count if JIT else count // 2)


@st.composite
def drafts(draw, operations=NASBENCH101.operations, max_inner: int = 4) -> Draft:
    """Any labelled digraph: cycles, self loops, edges into the input and stray vertices are all drawn."""
    inner = draw(st.lists(st.sampled_from(operations), max_size=max_inner))
    vertex = st.integers(0, len(inner) + 1)
    return Draft(("input", *inner, "output"), draw(st.lists(st.tuples(vertex, vertex), max_size=9)))


@st.composite
def cells(draw, operations=NASBENCH101.operations, max_inner: int = 5, max_edges: int = 9, space=NASBENCH101) -> Cell:
    """A valid cell whose vertices stand in a topological order.

    Every vertex draws a predecessor, those left without a successor draw one, and some more edges are added.
    """
    inner = draw(st.lists(st.sampled_from(operations), max_size=max_inner))
    last = len(inner) + 1
    edges = {(draw(st.integers(0, target - 1)), target) for target in range(1, last + 1)}
    for source in range(last):
        if all(source != other for other, _ in edges):
            edges.add((source, draw(st.integers(source + 1, last))))
    assume(len(edges) <= max_edges)
    others = [(s, t) for t in range(last + 1) for s in range(t) if (s, t) not in edges]
    if others:
        edges |= set(draw(st.lists(st.sampled_from(others), unique=True, max_size=max_edges - len(edges))))
    return Cell(("input", *inner, "output"), tuple(edges), space)


@st.composite
def relabellings(draw, of=None) -> tuple[Draft, tuple[int, ...]]:
    """A cell (or what `of` draws) and an order of its inner vertices for `oracles.relabelled`."""
    cell = draw(cells() if of is None else of)
    return cell, tuple(draw(st.permutations(range(1, cell.output))))


@st.composite
def partial_drafts(draw, max_inner: int = 3) -> Draft:
    """Some edges of a cell, its inner vertices in any order: a draft that has completions."""
    cell, order = draw(relabellings(cells(max_inner=max_inner)))
    kept = draw(st.lists(st.sampled_from(cell.edges), unique=True))
    new = (0, *order, cell.output)
    operations = dict(zip(new, cell.operations, strict=True))
    return Draft([operations[vertex] for vertex in range(len(new))], [(new[s], new[t]) for s, t in kept])
