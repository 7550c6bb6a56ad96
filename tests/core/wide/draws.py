"""Larger cells for tests: random ones, ones with much symmetry, and relabelled copies."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from vanas_panel.core.cell import Cell
from vanas_panel.core.space import CellSpace

OPERATIONS = ("a", "b", "c")
SPACE = CellSpace(OPERATIONS, 24, 276)


@st.composite
def larger_cells(draw, most_inner=22, operations=OPERATIONS):
    """Cells of at most `most_inner` inner vertices; copied parts make them symmetric."""
    parts = draw(st.lists(st.tuples(
        st.lists(st.sampled_from(operations), min_size=1, max_size=4), st.integers(1, 4),
        st.randoms(use_true_random=False)),
        max_size=5))
    labels, edges = ["input"], [(0, -1)]
    for names, copies, random in parts:
        if len(labels) - 1 + len(names) * copies > most_inner:
            break
        inside = [(one, other) for other in range(len(names)) for one in range(other) if random.random() < 0.5]
        before = [vertex for vertex in range(1, len(labels)) if random.random() < 0.2]
        for _ in range(copies):
            first = len(labels)
            labels += names
            edges += [(first + one, first + other) for one, other in inside]
            edges += [(vertex, first + place) for place in range(len(names)) for vertex in (0, *before)
                      if vertex or random.random() < 2]
            edges += [(first + place, -1) for place in range(len(names))]
    output = len(labels)
    return Cell([*labels, "output"], [(source, output if target < 0 else target) for source, target in edges], None)


def relabelled(cell, random):
    """The same cell with its inner vertices in another order."""
    order = list(range(1, cell.output))
    random.shuffle(order)
    number = {0: 0, cell.output: cell.output, **{old: new for new, old in enumerate(order, start=1)}}
    operations = list(cell.operations)
    for old, new in number.items():
        operations[new] = cell.operations[old]
    return Cell(operations, [(number[source], number[target]) for source, target in cell.edges], None)


def are_isomorphic(one, other):
    """Whether networkx finds a relabelling."""
    return nx.is_isomorphic(one.to_networkx(), other.to_networkx(),
                            node_match=lambda left, right: left["operation"] == right["operation"])


def shuffled(cells, seed=0):
    """Relabelled copies of many cells."""
    numbers = np.random.default_rng(seed)

    class Order:
        shuffle = staticmethod(numbers.shuffle)

    return [relabelled(cell, Order) for cell in cells]
