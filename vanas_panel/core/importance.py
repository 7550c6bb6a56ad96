"""Edge importance: what cells with an edge type score above those without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.encoding import has_edge, kernel, operation_at, vertex_count
from vanas_panel.core.protocol import CellTable
from vanas_panel.core.space import CellSpace

_WORD_BITS = 62


@dataclass(frozen=True)
class EdgeTypes:
    """Which edge types the cells of a table have, as few distinct sets.

    Attributes
    ----------
    codes : int64 (n,)
        For every cell the number of its set of edge types.
    sets : bool (distinct, types)
        The sets; columns in the order of `vanas_panel.core.space.CellSpace.edge_types`.
    """

    codes: np.ndarray
    sets: np.ndarray


def edge_types_of(packed: np.ndarray, space: CellSpace) -> EdgeTypes:
    """Find the edge types of every cell.

    Parameters
    ----------
    packed : int64 (n,)
    space : CellSpace
        Gives the operation indices of `packed`.

    Returns
    -------
    EdgeTypes

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
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
    places = np.arange(types)
    sets = (distinct[:, places // _WORD_BITS] >> (places % _WORD_BITS) & 1).astype(bool)
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
    values, codes = table.column(metric), table.edge_types.codes
    selected = table.checked_rows(rows)
    if selected is not None:
        values, codes = values[selected], codes[selected]
    known = ~np.isnan(values)
    if not known.all():
        values, codes = values[known], codes[known]
    sets = table.edge_types.sets
    sums = np.bincount(codes, weights=values, minlength=len(sets))
    counts = np.bincount(codes, minlength=len(sets))
    n_with, n_without = counts @ sets, counts @ ~sets
    mean_with = _ratio(sums @ sets, n_with)
    mean_without = _ratio(sums @ ~sets, n_without)
    sources, targets = zip(*table.space.edge_types, strict=True)
    frame = pd.DataFrame({"source": sources, "target": targets, "importance": mean_with - mean_without,
                          "mean_with": mean_with, "mean_without": mean_without, "n_with": n_with,
                          "n_without": n_without})
    return frame.sort_values("importance", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _ratio(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """`sums` over `counts`, NaN where nothing was counted."""
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


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
