"""Matched importance: what an edge of a type adds to the very cell that it is removed from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.encoding import kernel
from vanas_panel.core.interval import mean_interval
from vanas_panel.core.mean import summable
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.errors import UnknownOperationError
from vanas_panel.text.language import Message


def matched_importance(table: CellTable, metric: str = "test_accuracy", rows: ArrayLike | None = None) -> pd.DataFrame:
    r"""Importance of every edge type over pairs of cells that differ in one edge of that type and in nothing else.

    Plain importance, `vanas_panel.edge_importance`, compares cells that differ in much more than the edge: in size, in
    depth, in their other edges. A *matched pair* is a cell *G* of the selection and an edge *e* of type *t* in it for
    which *G* without *e* is itself a cell of the table: nothing has to be pruned, so all vertices and all other edges
    stay. With *P(t, S)* the pairs of *t* whose two values are known,

    .. math:: M(t, S) = \frac{1}{|P(t, S)|} \sum_{(G, e) \in P(t, S)} eval(G) - eval(G \setminus e)

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, optional
        The metric to evaluate cells by.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells *G* that an edge is taken from; all of them by default. The cell without the edge may be anywhere in
        the table, selected or not.

    Returns
    -------
    pandas.DataFrame
        One row for each edge type of the space, highest importance first and undefined ones last: ``source``,
        ``target`` (operations), ``importance`` (in the metric's unit, NaN where there is no pair), ``low``, ``high``
        and ``n_pairs``. A cell with several edges of a type makes a pair with each of them.

        ``low`` and ``high`` are the 95 % interval of the mean by Student's t on the differences, NaN for fewer
        than two pairs. It takes pairs for independent draws, which they are not, since they share cells: it is a
        floor of the uncertainty.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.

    Examples
    --------
    In a table of structures, every edge adds one to the number of edges, and nothing to that of vertices:

    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> vp.matched_importance(table, "edges")[["importance", "low", "high"]].dropna().drop_duplicates().values.tolist()
    [[1.0, 1.0, 1.0]]
    """
    check_table(table)
    values, factor = summable(table.column(metric))
    selected = table.checked_rows(rows)
    everything = selected is None
    index = table.edge_index
    kinds = len(table.space.edge_types)
    counts, means, squares = _pair_moments(values, index.first, index.types, index.without,
                                           np.empty(0, np.int64) if everything else selected, everything, kinds)
    low, high = mean_interval(means, squares, counts)
    sources, targets = zip(*table.space.edge_types, strict=True)
    with np.errstate(over="ignore"):
        frame = pd.DataFrame({"source": sources, "target": targets, "importance": means * factor, "low": low * factor,
                              "high": high * factor, "n_pairs": counts})
    return frame.sort_values("importance", ascending=False, kind="stable", na_position="last", ignore_index=True)


def matched_pairs(table: CellTable, source: str, target: str, metric: str = "test_accuracy",
                  rows: ArrayLike | None = None) -> pd.DataFrame:
    """The pairs of cells that the matched importance of one edge type is the mean of.

    Parameters
    ----------
    table : BenchmarkTable
    source, target : str
        The operations of the edge type.
    metric, rows : optional
        As for `matched_importance`.

    Returns
    -------
    pandas.DataFrame
        One row for each pair, in the order of the table: ``row``, ``without`` (rows of the table: the cell with the
        edge, and what is left without it), ``source``, ``target`` (the edge, in vertex indices of ``table.cell(row)``)
        and ``difference``, in the metric's unit.

    Raises
    ------
    UnknownOperationError
        Where the space has no such edge type.
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> pairs = vp.matched_pairs(table, "input", "output", "edges")
    >>> len(pairs), pairs["difference"].unique().tolist()
    (45, [1.0])
    """
    check_table(table)
    values, index = table.column(metric), table.edge_index
    kinds = list(table.space.edge_types)
    if (source, target) not in kinds:
        raise UnknownOperationError(Message(
            "Found the edge type {source!r:.60} to {target!r:.60}; expected one from input or an operation to output "
            "or an operation, of {known}. Choose one of these.", source=source, target=target,
            known=", ".join(table.space.operations)))
    selected = table.checked_rows(rows)
    at = np.flatnonzero((index.types == kinds.index((source, target))) & (index.without >= 0))
    of = index.rows_of(at)
    without = index.without[at].astype(np.int64)
    kept = ~(np.isnan(values[of]) | np.isnan(values[without]))
    if selected is not None:
        chosen = np.zeros(len(table), bool)
        chosen[selected] = True
        kept &= chosen[of]
    at, of, without = at[kept], of[kept], without[kept]
    with np.errstate(over="ignore", invalid="ignore"):
        return pd.DataFrame({"row": of, "without": without, "source": index.sources[at].astype(np.int64),
                             "target": index.targets[at].astype(np.int64), "difference": values[of] - values[without]})


@kernel
def _pair_moments(values, first, types, without, rows, everything, kinds):
    """Counts, means and sums of squared differences from them over the pairs of each edge type, ``(kinds,)`` each.

    Mean and squares grow with every pair (Welford, *Note on a method for calculating corrected sums of squares and
    products*, Technometrics 4, 1962), so neither loses digits to a large sum.
    """
    counts = np.zeros(kinds, np.int64)
    means = np.zeros(kinds)
    squares = np.zeros(kinds)
    for number in range(first.size - 1 if everything else rows.size):
        row = number if everything else rows[number]
        for at in range(first[row], first[row + 1]):
            if without[at] < 0:
                continue
            difference = values[row] - values[without[at]]
            if np.isnan(difference):
                continue
            kind = types[at]
            counts[kind] += 1
            off = difference - means[kind]
            means[kind] += off / counts[kind]
            squares[kind] += off * (difference - means[kind])
    for kind in range(kinds):
        if counts[kind] == 0:
            means[kind] = np.nan
    return counts, means, squares
