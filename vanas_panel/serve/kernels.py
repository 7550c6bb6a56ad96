"""The compiled kernels of searches: made ready before the first visitor needs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from vanas_panel.inspector.ready import ready_recorder
from vanas_panel.readers import open_table
from vanas_panel.searches.beliefs import beliefs_of, has_posterior
from vanas_panel.searches.compare import compare_searches
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.searches.table_search import search
from vanas_panel.serve.compiling import in_parts
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

_SMALL, _QUERIES = "mnist-cells", 60
"""A table with several metrics and training budgets, and how many of its cells are asked."""
_SEVERAL = ["trainable_parameters", "flops"]


def ready_searches(say: Callable[[str], None]) -> None:
    """Use each kernel of searches once, on a small table: what is not in the cache of Numba is compiled.

    From an empty cache it takes about half a minute, from a full one about a second. Two processes that compile
    into one cache may crash, so run it in one process, before others start.

    Parameters
    ----------
    say : callable
        Takes each line about it.
    """
    in_parts(_steps(open_table(_SMALL)),
             lambda done, count: Message("Compiling searches, once on this machine: {done} of {count} parts are ready.",
                                         done=done, count=count), say)


def _steps(table: BenchmarkTable) -> list[Callable[[], Any]]:
    """What uses every kernel."""
    compiled = [name for name, kind in STRATEGIES.items() if kind.kernel is not None]
    return [ready_recorder, *(partial(_look_at, table, name) for name in compiled),
            partial(search, table, "nsga2", metric=_SEVERAL, queries=_QUERIES),
            partial(compare_searches, table, queries=_QUERIES, seeds=2)]


def _look_at(table: BenchmarkTable, strategy: str) -> None:
    """Run a search, and compute what a page shows of it."""
    run = search(table, strategy, queries=_QUERIES)
    _ = run.states, run.cell(0)
    if has_posterior(run):
        beliefs_of(run, table, len(run))
