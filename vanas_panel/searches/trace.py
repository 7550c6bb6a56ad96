"""Recording and looking up of proposals in kernels that run a strategy over a table."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel

RAW, ROW, PARENT, OTHER, HOW = range(5)
"""Columns of a trace: the raw cell, its row (-1: not in the table), the numbers of two parents (-1: none), how."""

NONE = np.int64(-1)
"""No parent, as kernels hand it to other ones.

Counters begin with ``np.int64(0)`` for the same reason: for a plain 0 or -1 Numba compiles each function that takes it
once more, as if no other number could stand there.
"""


@kernel
def row_of(key, keys, rows):
    """Row of a canonical key, -1 where the table lacks it; `keys` ascending with their `rows`, both ``int64 (n,)``."""
    index = np.searchsorted(keys, key)
    return rows[index] if index < keys.size and keys[index] == key else np.int64(-1)


@kernel
def value_of(row, values, draws):
    """A known repeat of a row, the only one or one drawn; NaN where the row has none. `values`: ``float64 (n, k)``."""
    if row < 0:
        return np.nan
    if values.shape[1] == 1:
        return values[row, 0]
    known = 0
    for repeat in range(values.shape[1]):
        known += not np.isnan(values[row, repeat])
    if known == 0:
        return np.nan
    chosen = int(draws.random() * known)
    for repeat in range(values.shape[1]):
        if not np.isnan(values[row, repeat]):
            if chosen == 0:
                return values[row, repeat]
            chosen -= 1
    return np.nan


@kernel
def grown(trace, told):
    """Trace and values with room for twice as many proposals."""
    # Loops, since the compiler takes seconds for an assignment to a part of an array.
    longer = np.empty((2 * told.size, trace.shape[1]), np.int64)
    more = np.empty(2 * told.size, np.float64)
    for number in range(told.size):
        more[number] = told[number]
        for column in range(trace.shape[1]):
            longer[number, column] = trace[number, column]
    return longer, more


@kernel
def answered(trace, told, asked, raw, key, parent, other, how, table, draws):
    """Write proposal number `asked` and its value into trace and values, which grow where they are full.

    `table`: canonical keys in ascending order, their rows, and the values, ``float64 (n, k)``.
    """
    keys, rows, values = table
    if asked == told.size:
        trace, told = grown(trace, told)
    row = row_of(key, keys, rows)
    told[asked] = value_of(row, values, draws)
    trace[asked, 0] = raw
    trace[asked, 1] = row
    trace[asked, 2] = parent
    trace[asked, 3] = other
    trace[asked, 4] = how
    return trace, told
