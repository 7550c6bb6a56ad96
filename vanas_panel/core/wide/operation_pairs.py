"""Pairs of larger cells that differ in the operation of one vertex alone, and their differences."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.pair_moments import add_difference, without_pair
from vanas_panel.core.wide.canonical import FORM_BYTES, canonical_forms
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, UNKNOWN_LABEL, WideCells


def wide_operation_moments(cells: WideCells, values: np.ndarray, chosen: np.ndarray,
                           operations: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, means and sums of squared differences over all pairs, ``(operations, operations + 1)`` each.

    Two cells make a pair exactly where they are equal once one inner vertex of each has no operation. So every cell has
    as many forms as inner vertices, however many operations there are, and equal forms stand side by side once sorted.

    Parameters
    ----------
    cells : WideCells
        Those of a table, no two of them equal.
    values : float64 (n,)
        NaN where nothing was measured.
    chosen : bool (n,)
        The cells whose operations are replaced; the other one of a pair may be any.
    operations : int
        How many the space has.

    Returns
    -------
    tuple
        ``int64``, ``float64`` and ``float64``. The last column is that of all other operations together; a mean without
        a pair is NaN.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> chains = [Draft(["input", name, "output"], [(0, 1), (1, 2)]) for name in "ab"]
    >>> cells = WideCells.of_drafts(chains, ["a", "b"])
    >>> wide_operation_moments(cells, np.array([0.5, 0.75]), np.array([True, True]), 2)[1].tolist()
    [[nan, -0.25, -0.25], [0.25, nan, 0.25]]
    """
    forms, rows, own = _forms_without_one(cells)
    texts = forms.view(f"S{FORM_BYTES}").ravel()
    order = np.argsort(texts, kind="stable")
    texts = texts[order]
    starts = np.flatnonzero(np.concatenate([np.ones(min(1, texts.size), bool), texts[1:] != texts[:-1]]))
    return _moments(np.append(starts, texts.size), rows[order], own[order], values, chosen, operations)


def _forms_without_one(cells: WideCells) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forms of the cells with each inner vertex in turn without its operation, their rows, and that operation."""
    forms, rows, own = [np.empty((0, FORM_BYTES), np.uint8)], [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
    for vertex in range(1, MAX_WIDE_VERTICES - 1):
        there = np.flatnonzero(cells.vertices > vertex + 1)
        if not there.size:
            break
        bare = cells.take(there)
        own.append(bare.labels[:, vertex].copy())
        bare.labels[:, vertex] = UNKNOWN_LABEL
        forms.append(canonical_forms(bare))
        rows.append(there)
    return np.concatenate(forms), np.concatenate(rows), np.concatenate(own)


@kernel
def _moments(starts, rows, own, values, chosen, operations):
    """What `wide_operation_moments` returns, by groups of equal forms.

    Of one group, cells that have the same operation on the bare vertex are the same cell.
    """
    counts = np.zeros((operations, operations + 1), np.int64)
    means = np.zeros((operations, operations + 1))
    squares = np.zeros((operations, operations + 1))
    row_with, present = np.empty(operations, np.int64), np.empty(operations, np.int64)
    for group in range(starts.size - 1):
        start, end = starts[group], starts[group + 1]
        row_with[:], found = -1, 0
        for place in range(start, end):
            if row_with[own[place]] < 0:
                present[found] = own[place]
                found += 1
            row_with[own[place]] = rows[place]
        for place in range(start, end if found > 1 else start):
            row, operation = rows[place], own[place]
            if not chosen[row] or np.isnan(values[row]):
                continue
            for other in present[:found]:
                if other == operation or np.isnan(values[row_with[other]]):
                    continue
                difference = values[row] - values[row_with[other]]
                add_difference(counts, means, squares, operation, other, difference)
    without_pair(counts, means)
    return counts, means, squares
