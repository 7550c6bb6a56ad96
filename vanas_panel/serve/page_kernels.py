"""The compiled kernels of the page: made ready before a table is opened and a visitor needs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from vanas_panel.core.alignment import common_edges
from vanas_panel.core.encoding import MAX_EDGES, MAX_OPERATIONS, MAX_VERTICES
from vanas_panel.core.front_chance import front_probability
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.operation_contribution import operation_contributions
from vanas_panel.core.operation_importance import operation_importance
from vanas_panel.core.shapley import edge_shapley
from vanas_panel.core.space import CellSpace
from vanas_panel.readers import open_table
from vanas_panel.serve.compiling import in_parts
from vanas_panel.serve.tables import warming
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
    table = open_table(_SMALL)
    in_parts([*warming(table), *_asked_later(table)],
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


def _many_operations(table: BenchmarkTable, metric: str) -> None:
    """Edge types of a table with many operations, which the small one is as well in a larger space."""
    space = CellSpace([*table.space.operations, *map(str, range(MAX_OPERATIONS - len(table.space.operations)))],
                      MAX_VERTICES, MAX_EDGES)
    wide = BenchmarkTable(space, table.packed, {metric: table.metric(metric)}, {metric: table.repeats(metric)},
                          name="wide", keys=table.keys)
    wide.edge_types.having([0])
    edge_importance(wide, metric)
