"""Larger cells at random, for the tests: rows of two cells as DARTS searches find them, and any cells."""

from __future__ import annotations

import random

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import has_edge, kernel, operation_at, vertex_count
from vanas_panel.core.space import CellSpace
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.tables.larger import LargerTable
from vanas_panel.tables.metrics import known_metric

OPERATIONS = ("sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5", "max_pool_3x3", "avg_pool_3x3",
              "skip_connect")


def darts_row(rng: random.Random, cells: tuple[str, ...] = ("normal", "reduction")) -> tuple[list[str],
                                                                                             list[tuple[int, int]]]:
    """Labels and edges of a row of cells: each has two inputs, four nodes of two operations, and an output.

    Both inputs of every cell are in use, as all of a cell must lie on a path.
    """
    labels, edges, outputs = ["input"], [], []
    for name in cells:
        first = len(labels)
        labels += [f"{name} input 1", f"{name} input 2"]
        edges += [(0, first), (0, first + 1)]
        states, inner = [[first], [first + 1]], []
        for node in range(4):
            sources = [0, 1] if node == 0 else rng.sample(range(len(states)), 2)
            new = []
            for source in sources:
                new.append(len(labels))
                labels.append(rng.choice(OPERATIONS))
                edges += [(vertex, new[-1]) for vertex in states[source]]
            states.append(new)
            inner += new
        outputs.append(len(labels))
        labels.append(f"{name} output")
        edges += [(vertex, outputs[-1]) for vertex in inner]
    edges += [(output, len(labels)) for output in outputs]
    return [*labels, "output"], edges


def some_larger_cell(rng: random.Random, vertices: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Labels and edges of a cell: every vertex on a path from input to output, about two edges a vertex."""
    edges = {(rng.randrange(vertex), vertex) for vertex in range(1, vertices)}
    edges |= {(vertex, rng.randrange(vertex + 1, vertices)) for vertex in range(vertices - 1)}
    return ["input", *(rng.choice(OPERATIONS) for _ in range(vertices - 2)), "output"], sorted(edges)


def larger_table(rows: int = 60) -> LargerTable:
    """A table of such rows, with made-up measurements."""
    rng, numbers = random.Random(1), np.random.default_rng(0)
    drawn = [darts_row(rng) for _ in range(rows)]
    space = CellSpace(tuple(dict.fromkeys(label for labels, _ in drawn for label in labels[1:-1])), 24, 276)
    cells = WideCells.of_drafts([Cell(labels, edges, space) for labels, edges in drawn], space.operations)
    columns = {"test_accuracy": 0.9 + 0.06 * numbers.random(rows), "trainable_parameters": 1e6 * (
        2 + numbers.random(rows)), "training_time": 3000 + 900 * numbers.random(rows)}
    return LargerTable(space, cells, {name: known_metric(name) for name in columns}, columns, name="DARTS rows")


def of_packed(packed: np.ndarray) -> WideCells:
    """Packed cells, ``int64 (n,)``, as columns, with their vertices in the same order."""
    cells = WideCells.empty(len(packed))
    _unpack_many(np.ascontiguousarray(packed, np.int64), cells.labels, cells.predecessors, cells.vertices)
    return cells


@kernel
def _unpack_many(packed, labels, predecessors, vertices):
    """Fill the columns from packed cells."""
    for row in range(packed.size):
        cell = packed[row]
        count = vertex_count(cell)
        vertices[row] = count
        for target in range(1, count):
            if target < count - 1:
                labels[row, target] = operation_at(cell, target)
            before = 0
            for source in range(target):
                if has_edge(cell, source, target):
                    before |= 1 << source
            predecessors[row, target] = before
