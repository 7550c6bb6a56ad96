"""The compiled kernels of the page: made ready before a table is opened and a visitor needs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from vanas_panel.core.alignment import common_edges
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_EDGES, MAX_OPERATIONS, MAX_VERTICES
from vanas_panel.core.front_chance import front_probability
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.neighbours import neighbours
from vanas_panel.core.operation_contribution import operation_contributions
from vanas_panel.core.operation_importance import operation_importance
from vanas_panel.core.shapley import edge_shapley
from vanas_panel.core.space import CellSpace
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, WideCells
from vanas_panel.readers import open_table
from vanas_panel.serve.compiling import in_parts
from vanas_panel.serve.tables import warming
from vanas_panel.tables.larger import LargerTable
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

_SMALL = "mnist-cells"
"""An embedded table with repeats and more than two metrics, so that a page of it reaches every kernel."""


def ready_page(say: Callable[[str], None]) -> None:
    """Use each kernel of the page once, on a small table: what is not in the cache of Numba is compiled.

    From an empty cache it takes about a minute, from a full one about two seconds. Two processes that compile into
    one cache may crash, so run it in one process, before others start.

    Parameters
    ----------
    say : callable
        Takes each line about it.
    """
    table, larger = open_table(_SMALL), _larger_table()
    in_parts([*warming(table), *_asked_later(table), *warming(larger), *_asked_later_of_larger(larger)],
             lambda done, count: Message("Compiling the page, once on this machine: {done} of {count} parts are ready.",
                                         done=done, count=count), say)


def _asked_later(table: BenchmarkTable) -> list[Callable[[], Any]]:
    """What a page computes in the background once a person asks for it."""
    names = tuple(name for name, metric in table.metrics.items() if metric.higher_is_better is not None)
    return [*(partial(front_probability, table, names[:count], rows, draws=2)
              for count, rows in ((2, None), (3, range(len(table))))),
            partial(edge_shapley, table, 0, names[0], 0.0, 0.01), partial(common_edges, table, 0),
            partial(operation_contributions, table, len(table) - 1, names[0]),
            partial(operation_importance, table, names[0]), partial(operation_importance, table, names[0], [0]),
            partial(_many_operations, table, names[0])]


def _larger_table() -> LargerTable:
    """Three measured cells that do not fit into one number: two chains with detours, and equal vertices."""
    space = CellSpace(("one", "two"), MAX_VERTICES + 4, MAX_WIDE_VERTICES)
    drawn = [_chain_with_skips(size, space) for size in (MAX_VERTICES + 4, MAX_VERTICES + 3)]
    inner = range(1, MAX_VERTICES + 3)
    drawn.append(Cell(["input", *["two"] * len(inner), "output"],
                      [edge for vertex in inner for edge in ((0, vertex), (vertex, len(inner) + 1))], space))
    cells = WideCells.of_drafts(drawn, space.operations)
    names = ("test_accuracy", "validation_accuracy", "training_time")
    return LargerTable(space, cells, {name: known_metric(name) for name in names},
                       {name: np.linspace(0.1, 0.9, len(drawn)) for name in names}, name="larger")


def _chain_with_skips(size: int, space: CellSpace) -> Cell:
    """A chain of vertices, with an edge past three of them wherever one fits."""
    edges = [*((vertex, vertex + 1) for vertex in range(size - 1)),
             *((vertex, vertex + 4) for vertex in range(0, size - 4, 3))]
    return Cell(["input", *["one"] * (size - 2), "output"], edges, space)


def _asked_later_of_larger(table: LargerTable) -> list[Callable[[], Any]]:
    """What a page of larger cells computes once a person asks for it."""
    metric = next(iter(table.metrics))
    cell = table.cell(0)
    draft = Draft(cell.operations, cell.edges[:-1])
    return [partial(complete, table, draft, metric, extra_vertices=1),
            partial(operation_contributions, table, cell, metric), partial(neighbours, table, cell, metric),
            partial(edge_contributions, table, cell, metric), partial(operation_importance, table, metric)]


def _many_operations(table: BenchmarkTable, metric: str) -> None:
    """Edge types of a table with many operations, which the small one is as well in a larger space."""
    space = CellSpace([*table.space.operations, *map(str, range(MAX_OPERATIONS - len(table.space.operations)))],
                      MAX_VERTICES, MAX_EDGES)
    wide = BenchmarkTable(space, table.packed, {metric: table.metric(metric)}, {metric: table.repeats(metric)},
                          name="wide", keys=table.keys)
    wide.edge_types.having([0])
    edge_importance(wide, metric)
