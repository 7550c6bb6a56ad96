"""Edge importance: mean value of the cells with an edge type, minus that of those without it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.edge_groups import EdgeGroups
from vanas_panel.core.edge_sets import EdgeSets
from vanas_panel.core.interval import difference_interval
from vanas_panel.core.mean import difference_of_means, summable
from vanas_panel.core.protocol import CellTable, EdgeTypes, check_table
from vanas_panel.core.space_protocol import Space

MOST_IN_SETS = 4
"""Operations up to which distinct sets of edge types are few enough to be the quicker way."""


def edge_types_of(packed: np.ndarray, space: Space) -> EdgeTypes:
    """Find the edge types of every cell.

    Parameters
    ----------
    packed : int64 (n,)
    space : Space
        Gives the operation indices of `packed`.

    Returns
    -------
    EdgeTypes

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> from vanas_panel.core.space import CellSpace
    >>> space = CellSpace(("conv",), max_vertices=3, max_edges=3)
    >>> edge_types_of(np.array([pack([0], [(0, 1), (1, 2)])]), space).having([0])  # input>output
    array([False])
    """
    packed = np.ascontiguousarray(packed, dtype=np.int64)
    operations = len(space.operations)
    return _way(operations).of(packed, operations)


def edge_types_of_arrays(space: Space, *arrays: np.ndarray) -> EdgeTypes:
    """The edge types that have these `arrays`, which `edge_types_of` has found before."""
    return _way(len(space.operations)).of_arrays(len(space.operations), *arrays)


def _way(operations: int) -> type[EdgeSets] | type[EdgeGroups]:
    """How edge types of so many operations are held."""
    return EdgeSets if operations <= MOST_IN_SETS else EdgeGroups


def edge_importance(table: CellTable, metric: str = "test_accuracy",
                    rows: ArrayLike | None = None) -> pd.DataFrame:
    r"""Importance of every edge type over a set of cells.

    For edge type *t* and the set *S* of cells with a known value,

    .. math:: I(t, S) = \operatorname{mean}\{eval(G) : G \in S, t \in T(G)\}
                      - \operatorname{mean}\{eval(G) : G \in S, t \notin T(G)\}

    where *T(G)* are the edge types of *G* and *eval* is the metric's mean over repeats (Choi, Hong and Jo, VANAS, 2021,
    section 3.1).

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, optional
        The metric to evaluate cells by.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells to look at; all of them by default. Rows whose metric is unknown are left out.

    Returns
    -------
    pandas.DataFrame
        One row for each edge type of the space, highest importance first and undefined ones last: ``source``,
        ``target`` (operations), ``importance``, ``mean_with``, ``mean_without`` (in the metric's unit, NaN where no
        cell is on that side), ``n_with``, ``n_without``, and ``low``, ``high``: the 95 % interval of the difference of
        two means by Welch's t, NaN where a side has fewer than two cells.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> vp.edge_importance(table, "trainable_parameters").loc[0, ["source", "target"]].tolist()
    ['conv3x3-bn-relu', 'conv3x3-bn-relu']
    """
    check_table(table)
    values, factor = summable(table.column(metric))
    sums, counts, squares = table.edge_types.moments(values, table.checked_rows(rows))
    means, differences = difference_of_means(sums, counts)
    low, high = difference_interval(differences, squares, counts)
    with np.errstate(over="ignore"):
        means, differences, low, high = means * factor, differences * factor, low * factor, high * factor
    sources, targets = zip(*table.space.edge_types, strict=True)
    frame = pd.DataFrame({"source": sources, "target": targets, "importance": differences,
                          "mean_with": means[1], "mean_without": means[0], "n_with": counts[1],
                          "n_without": counts[0], "low": low, "high": high})
    return frame.sort_values("importance", ascending=False, kind="stable", na_position="last", ignore_index=True)
