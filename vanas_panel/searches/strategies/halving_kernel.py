"""Successive halving and Hyperband over a table, compiled; `vanas_panel.searches.strategies.halving` is the same."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.searches.raw_cells import key_of, random_raw
from vanas_panel.searches.trace import NONE, answered

_RANDOM, _PROMOTION = 0, 7
"""As `vanas_panel.searches.asking.HOWS` counts them."""


@kernel
def run_halving(generator, draws, shape, table, sign, queries, most, epochs, brackets):
    """Brackets one after the other until another training would cost more than is left.

    Parameters are those of `vanas_panel.searches.table_search.run_kernel`, but that the values of the table are
    ``float64 (b, n, k)``, one layer for each budget; the budgets, ``int64 (b,)``, ascending; and how many cells each
    bracket wants at each of them, ``int64 (brackets, b)``, 0 before its first one. It gives trace, values, and the
    budget of every proposal, ``int64 (proposals,)``.
    """
    keys, rows, values = table
    trace, told, budgets = np.empty((256, 5), np.int64), np.empty(256, np.float64), np.empty(256, np.int64)
    limit = queries * epochs[-1]
    asked, spent, bracket = np.int64(0), 0, 0
    ranked = np.empty(0, np.int64)
    while True:
        sizes = brackets[bracket % brackets.shape[0]]
        bracket += 1
        is_first = True
        for rung in range(epochs.size):
            if sizes[rung] == 0:
                continue
            numbers, losses = np.empty(sizes[rung], np.int64), np.empty(sizes[rung], np.float64)
            known, tried = 0, 0
            while known < sizes[rung] and (is_first or tried < ranked.size):
                if spent + epochs[rung] > limit or asked >= most:
                    return trace[:asked], told[:asked], budgets[:asked]
                parent, how = np.int64(-1), np.int64(_RANDOM)
                if is_first:
                    raw = random_raw(generator, shape[0], shape[1], shape[2])
                else:
                    parent, how = ranked[tried], np.int64(_PROMOTION)
                    raw = trace[parent, 0]
                    tried += 1
                trace, told = answered(trace, told, asked, raw, key_of(raw, shape[2]), parent, NONE, how,
                                       (keys, rows, values[rung]), draws)
                if budgets.size < told.size:
                    longer = np.empty(told.size, np.int64)
                    for number in range(asked):
                        longer[number] = budgets[number]
                    budgets = longer
                budgets[asked] = epochs[rung]
                if not np.isnan(told[asked]):
                    numbers[known], losses[known] = asked, -sign * told[asked]
                    known += 1
                    spent += epochs[rung]
                asked += 1
            # Equal merits keep the order in which they were asked.
            ranked = numbers[:known][np.argsort(losses[:known], kind="mergesort")]
            is_first = False
            if known == 0:
                break
