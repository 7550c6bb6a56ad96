"""Importance of operations: what an operation adds to the very cell in which another one takes its place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.encoding import OPERATION_FIELD, kernel, operation_at, operation_shift, vertex_count
from vanas_panel.core.form_rows import FIRST_SLOTS, _form_row, _roomier
from vanas_panel.core.interval import mean_interval
from vanas_panel.core.mean import summable
from vanas_panel.core.pair_moments import add_difference, without_pair
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.core.wide.operation_pairs import wide_operation_moments

ANY = ""
"""In place of an operation: all the others together."""


def operation_importance(table: CellTable, metric: str = "test_accuracy",
                         rows: ArrayLike | None = None) -> pd.DataFrame:
    r"""Importance of every operation over pairs of cells that differ in the operation of one vertex alone.

    Where no edge can be removed, as from the cells of NAS-Bench-201, edges have no matched pairs and no contributions
    (`vanas_panel.matched_importance`, `vanas_panel.edge_contributions`): operations have. For a cell *G* of the
    selection, an inner vertex *v* of it with the operation *o*, and another operation *p*, the cell
    :math:`G_{v \leftarrow p}` has *p* on *v*, and all else is the same. With *P(o, p, S)* the pairs *(G, v)* whose two
    values are known,

    .. math:: I(o, p, S) = \frac{1}{|P(o, p, S)|} \sum_{(G, v) \in P(o, p, S)} eval(G) - eval(G_{v \leftarrow p})

    and *I(o, S)* is the mean over the pairs with every *p*.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, optional
        The metric to evaluate cells by.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells *G* whose operations are replaced; all of them by default. The other cell of a pair may be anywhere in
        the table, selected or not.

    Returns
    -------
    pandas.DataFrame
        For each operation of the space a row with all others together, then one for each other operation:
        ``operation``, ``other`` (empty for all together), ``importance`` (in the metric's unit, NaN where there is no
        pair), ``low``, ``high`` and ``n_pairs``. The highest importance comes first, of operations and of the others
        of each; undefined ones come last, and equal ones keep the order of the space.

        ``low`` and ``high`` are the 95 % interval of the mean by Student's t on the differences, NaN for fewer
        than two pairs. It takes pairs for independent draws, which they are not, since they share cells: it is a
        floor of the uncertainty.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.

    Examples
    --------
    A 3x3 convolution has more parameters than what could take its place, most of all more than max-pooling:

    >>> import vanas_panel as vp
    >>> found = vp.operation_importance(vp.open_table("structure4"), "trainable_parameters")
    >>> found.loc[found["other"] == "", "operation"].tolist()
    ['conv3x3-bn-relu', 'conv1x1-bn-relu', 'maxpool3x3']
    >>> found.loc[1, ["operation", "other"]].tolist()
    ['conv3x3-bn-relu', 'maxpool3x3']
    """
    check_table(table)
    values, factor = summable(table.column(metric))
    selected = table.checked_rows(rows)
    names = table.space.operations
    if table.wide is None:
        moments = _moments(table.packed, *table.lookup, values, np.empty(0, np.int64) if selected is None else selected,
                           selected is None, len(names))
    else:
        chosen = np.full(values.size, selected is None)
        chosen[[] if selected is None else selected] = True
        moments = wide_operation_moments(table.wide, values, chosen, len(names))
    counts, means, squares = (each.ravel() for each in moments)
    low, high = mean_interval(means, squares, counts)
    kept = np.array([operation != other for operation in range(len(names)) for other in range(len(names) + 1)])
    with np.errstate(over="ignore"):
        frame = pd.DataFrame({
            "operation": [operation for operation in names for _ in range(len(names) + 1)],
            "other": [*names, ANY] * len(names), "importance": means * factor, "low": low * factor,
            "high": high * factor, "n_pairs": counts})[kept]
    return _ordered(frame)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Operations by their importance, and the others of each by theirs, after the row of all together."""
    ranked = frame.sort_values("importance", ascending=False, kind="stable", na_position="last")
    together = ranked["other"] == ANY
    parts = []
    for operation in ranked.loc[together, "operation"]:
        is_it = ranked["operation"] == operation
        parts += [ranked[is_it & together], ranked[is_it & ~together]]
    return pd.concat(parts, ignore_index=True)


@kernel
def _moments(packed, sorted_keys, order, values, rows, everything, operations):
    """Counts, means and sums of squared differences over the pairs, ``(operations, operations + 1)`` each.

    The last column is that of all other operations together.
    """
    counts = np.zeros((operations, operations + 1), np.int64)
    means = np.zeros((operations, operations + 1))
    squares = np.zeros((operations, operations + 1))
    forms, found, filled = np.zeros(FIRST_SLOTS, np.int64), np.zeros(FIRST_SLOTS, np.int64), 0
    for number in range(packed.size if everything else rows.size):
        row = number if everything else rows[number]
        if np.isnan(values[row]):
            continue
        cell = packed[row]
        for vertex in range(1, vertex_count(cell) - 1):
            own, shift = operation_at(cell, vertex), operation_shift(vertex)
            bare = cell & ~(OPERATION_FIELD << shift)
            for other in range(operations):
                if other == own:
                    continue
                at, is_new = _form_row(bare | other << shift, forms, found, sorted_keys, order)
                filled += is_new
                if 2 * filled > forms.size:
                    forms, found = _roomier(forms, found)
                if at < 0 or np.isnan(values[at]):
                    continue
                difference = values[row] - values[at]
                add_difference(counts, means, squares, own, other, difference)
    without_pair(counts, means)
    return counts, means, squares
