"""Structure of larger cells as columns, as `vanas_panel.core.structure` gives it for packed ones."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, WideCells


def wide_structure_of(cells: WideCells, operations: int) -> np.ndarray:
    """Structure of many cells, ``int16 (4 + operations, n)``, a row for each of `structure_names`.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> draft = Draft(["input", "a", "b", "output"], [(0, 1), (0, 2), (1, 3), (2, 3)])
    >>> wide_structure_of(WideCells.of_drafts([draft], ["a", "b"]), 2)[:, 0].tolist()
    [4, 4, 2, 2, 1, 1]
    """
    found = np.zeros((4 + operations, len(cells)), np.int16)
    _columns(cells.labels, cells.predecessors, cells.vertices, found)
    return found


@kernel
def _columns(labels, predecessors, vertices, found):
    """Fill the rows of `wide_structure_of`."""
    level = np.zeros(MAX_WIDE_VERTICES, np.int64)
    filled = np.zeros(MAX_WIDE_VERTICES, np.int64)
    for row in range(vertices.size):
        last, edges, widest = np.int64(vertices[row]) - 1, 0, 0
        filled[:] = 0
        for target in range(1, last + 1):
            level[target] = 0
            before = np.int64(predecessors[row, target])
            for source in range(target):
                if before >> source & 1:
                    edges += 1
                    level[target] = max(level[target], level[source] + 1)
            if target < last:
                filled[level[target]] += 1
                widest = max(widest, filled[level[target]])
                found[4 + labels[row, target], row] += 1
        found[0, row] = last + 1
        found[1, row] = edges
        found[2, row] = level[last]
        found[3, row] = widest
