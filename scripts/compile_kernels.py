"""Compile the kernels of the page and of searches into the cache, before the processes that use them start."""

from __future__ import annotations

import vanas_panel as vp
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.serve.tables import warm


def main() -> None:
    """Use each kernel once, on a small table."""
    table = vp.open_table("structure4")
    warm(table)
    for name in STRATEGIES:
        vp.search(table, name, queries=len(table))
    vp.compare_searches(table, queries=len(table), seeds=2)


if __name__ == "__main__":
    main()
