"""Edge importance: mean value of the cells with an edge type, minus that of those without it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.encoding import has_edge, kernel, operation_at, vertex_count
from vanas_panel.core.mean import difference_of_means, summable
from vanas_panel.core.protocol import CellTable, EdgeTypes, check_table
from vanas_panel.core.space_protocol import Space

_WORD_BITS = 62


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
    >>> edge_types_of(np.array([pack([0], [(0, 1), (1, 2)])]), space).sets  # input>output, input>conv, conv>output, ...
    array([[False,  True,  True, False]])
    """
    sources = len(space.operations) + 1
    types = sources * sources
    words = -(-types // _WORD_BITS)
    masks = _type_masks(np.ascontiguousarray(packed, dtype=np.int64), sources, words, _WORD_BITS)
    if words == 1:
        distinct, codes = np.unique(masks[:, 0], return_inverse=True)
        distinct = distinct[:, None]
    else:
        distinct, codes = np.unique(masks, axis=0, return_inverse=True)
    bits = np.arange(types)
    sets = (distinct[:, bits // _WORD_BITS] >> (bits % _WORD_BITS) & 1).astype(bool)
    return EdgeTypes(codes.reshape(-1).astype(np.int64), sets)


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
        cell is on that side) and ``n_with``, ``n_without``.

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
    types = table.edge_types
    selected = table.checked_rows(rows)
    everything = selected is None
    sums, counts = _sums_by_type(values, types.codes, types.sets, np.empty(0, np.int64) if everything else selected,
                                 everything)
    means, differences = difference_of_means(sums, counts, factor)
    sources, targets = zip(*table.space.edge_types, strict=True)
    frame = pd.DataFrame({"source": sources, "target": targets, "importance": differences,
                          "mean_with": means[1], "mean_without": means[0], "n_with": counts[1],
                          "n_without": counts[0]})
    return frame.sort_values("importance", ascending=False, kind="stable", na_position="last", ignore_index=True)


@kernel
def _sums_by_type(values, codes, sets, rows, everything):
    """Sums and counts of known `values` without (row 0) and with (row 1) each edge type, ``(2, types)`` each.

    One pass over the cells adds up each distinct set of edge types, a second over these sets adds up the types; both
    sides are summed for themselves, so neither loses digits to the other.
    """
    set_sums = np.zeros(sets.shape[0])
    set_counts = np.zeros(sets.shape[0], np.int64)
    for index in range(codes.size if everything else rows.size):
        row = index if everything else rows[index]
        if not np.isnan(values[row]):
            set_sums[codes[row]] += values[row]
            set_counts[codes[row]] += 1
    sums = np.zeros((2, sets.shape[1]))
    counts = np.zeros((2, sets.shape[1]), np.int64)
    for index in range(sets.shape[0]):
        if set_counts[index]:
            for kind in range(sets.shape[1]):
                side = 1 if sets[index, kind] else 0
                sums[side, kind] += set_sums[index]
                counts[side, kind] += set_counts[index]
    return sums, counts


@kernel
def _type_masks(packed, sources, words, word_bits):
    """Edge types as bits, ``int64 (n, words)``; type ``a * sources + b`` joins source class a to target class b.

    Class 0 is the input as a source and the output as a target; class ``1 + i`` is operation i. ``words * word_bits``
    is at least ``sources * sources``, so every type has its bit.
    """
    masks = np.zeros((packed.size, words), np.int64)
    for row in range(packed.size):
        cell = packed[row]
        last = vertex_count(cell) - 1
        for target in range(1, last + 1):
            to = 0 if target == last else operation_at(cell, target) + 1
            for source in range(target):
                if has_edge(cell, source, target):
                    kind = (0 if source == 0 else operation_at(cell, source) + 1) * sources + to
                    masks[row, kind // word_bits] |= 1 << (kind % word_bits)
    return masks
