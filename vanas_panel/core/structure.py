"""Structure of every cell as columns: vertices, edges, depth, width, and how often each operation occurs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.encoding import MAX_VERTICES, edge_count, has_edge, kernel, operation_at, vertex_count
from vanas_panel.core.protocol import CellTable, check_table

SHAPE = ("vertices", "edges", "depth", "width")
"""Names of the columns that every search space has."""
COUNT_PREFIX = "n_"
"""What stands before the name of an operation in the name of the column that counts it."""


def structure_names(operations: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the columns for a search space with these operations.

    Examples
    --------
    >>> structure_names(("conv", "pool"))
    ('vertices', 'edges', 'depth', 'width', 'n_conv', 'n_pool')
    """
    return (*SHAPE, *(f"{COUNT_PREFIX}{operation}" for operation in operations))


def structure_of(packed: np.ndarray, operations: int) -> np.ndarray:
    """Structure of many packed cells.

    Parameters
    ----------
    packed : int64 (n,)
        Cells: every vertex lies on a path from input to output.
    operations : int
        How many operations the search space has.

    Returns
    -------
    int8 (4 + operations, n)
        A row for each of `structure_names`.

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> structure_of(np.array([pack([0, 0, 1], [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)])]), 2)[:, 0]
    array([5, 5, 3, 2, 2, 1], dtype=int8)
    """
    return _columns(np.ascontiguousarray(packed, dtype=np.int64), operations)


def structure(table: CellTable, rows: ArrayLike | None = None) -> pd.DataFrame:
    r"""Structure of the cells of a table. Nothing here is measured: every number follows exactly from the cell.

    The *level* of a vertex is the number of edges of the longest path from the input to it,

    .. math:: level(input) = 0, \quad level(v) = 1 + \max_{u \to v} level(u),

    so the input stands alone on the first level and the output alone on the last one.

    Parameters
    ----------
    table : BenchmarkTable
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells to describe, in ascending order; all of them by default.

    Returns
    -------
    pandas.DataFrame
        One row for each cell, ``int64``, with the row of the table as index: ``vertices`` (input and output among
        them), ``edges``, ``depth`` (the level of the output: edges on the longest path from input to output),
        ``width`` (the largest number of inner vertices on one level; 0 without inner vertices), and ``n_conv`` and so
        on, how many inner vertices carry each operation. The result is kept with the table, so asking again costs
        next to nothing.

    Raises
    ------
    SelectionError
        Where the table does not have the rows.
    ArgumentKindError
        Where it is no table.

    Notes
    -----
    Levels are those of Sugiyama, Tagawa and Toda, *Methods for visual understanding of hierarchical system structures*,
    1981. Depth is that of Ying et al., *NAS-Bench-101*, 2019; their width is another number, the maximum directed cut.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> vp.structure(table, [90]).loc[90].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'vertices': 4, 'edges': 6, 'depth': 3, 'width': 1, 'n_conv3x3-bn-relu': 0, 'n_conv1x1-bn-relu': 0,
     'n_maxpool3x3': 2}
    """
    check_table(table)
    selected = table.checked_rows(rows)
    columns = table.structure
    chosen = np.arange(len(table)) if selected is None else selected
    names = structure_names(tuple(table.space.operations))
    return pd.DataFrame({name: column[chosen].astype(np.int64) for name, column in zip(names, columns, strict=True)},
                        index=pd.RangeIndex(len(table)) if selected is None else pd.Index(chosen))


@kernel
def _columns(packed, operations):
    """Rows of `structure_of` in one pass over the cells; vertices stand in a topological order."""
    found = np.zeros((4 + operations, packed.size), np.int8)
    level = np.zeros(MAX_VERTICES, np.int8)
    filled = np.zeros(MAX_VERTICES, np.int8)
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        filled[:] = 0
        widest = 0
        for target in range(1, last + 1):
            level[target] = 0
            for source in range(target):
                if has_edge(cell, source, target) and level[source] + 1 > level[target]:
                    level[target] = level[source] + 1
            if target < last:
                # A level is below the number of vertices, see MAX_VERTICES.
                filled[level[target]] += 1
                widest = max(widest, filled[level[target]])
                found[4 + operation_at(cell, target), row] += 1
        found[0, row] = last + 1
        found[1, row] = edge_count(cell)
        found[2, row] = level[last]
        found[3, row] = widest
    return found
