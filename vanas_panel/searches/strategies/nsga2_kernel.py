"""NSGA-II over a table, compiled; `vanas_panel.searches.strategies.nsga2` says what it is."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.fronts import dominates
from vanas_panel.searches.raw_cells import crossed, key_of, mutated, random_raw
from vanas_panel.searches.trace import answered

MOST_AGAIN = 20
"""How often a child is made again."""


@kernel
def _ranked(merits, ranks, crowding):
    """Write rank and crowding of all points into arrays: Deb's fast nondominated sort."""
    count, columns = merits.shape
    above = np.zeros((count, count), np.bool_)
    dominating = np.zeros(count, np.int64)
    for one in range(count):
        for other in range(count):
            if dominates(merits[one], merits[other]):
                above[one, other] = True
                dominating[other] += 1
    for member in range(count):
        ranks[member] = -1
    members = np.empty(count, np.int64)
    done, rank = 0, 0
    while done < count:
        size = 0
        for member in range(count):
            if ranks[member] == -1 and dominating[member] == 0:
                members[size] = member
                size += 1
        front = members[:size]
        for member in front:
            ranks[member] = rank
            crowding[member] = 0.0
        for column in range(columns):
            values = np.empty(front.size, np.float64)
            for place in range(front.size):
                values[place] = merits[front[place], column]
            order = np.argsort(values, kind="mergesort")
            span = values[order[front.size - 1]] - values[order[0]]
            crowding[front[order[0]]] = np.inf
            crowding[front[order[front.size - 1]]] = np.inf
            if span > 0:
                for place in range(1, front.size - 1):
                    crowding[front[order[place]]] += (values[order[place + 1]] - values[order[place - 1]]) / span
        for member in front:
            for other in range(count):
                dominating[other] -= above[member, other]
        done += front.size
        rank += 1


@kernel
def _is_better(one, other, ranks, crowding):
    """Whether a member goes before another one: of the lower rank, then less crowded, then younger."""
    if ranks[one] != ranks[other]:
        return ranks[one] < ranks[other]
    if crowding[one] != crowding[other]:
        return crowding[one] > crowding[other]
    return one > other


@kernel
def _survive(numbers, raws, keys, merits, ranks, crowding, size, most):
    """Rank members and keep the better ones of `size`, in their order; how many there are then."""
    _ranked(merits[:size], ranks[:size], crowding[:size])
    order = np.arange(size)
    # By insertion: a few hundred at most, once for as many proposals.
    for place in range(1, size):
        member, before = order[place], place
        while before > 0 and _is_better(member, order[before - 1], ranks, crowding):
            order[before] = order[before - 1]
            before -= 1
        order[before] = member
    is_kept = np.zeros(size, np.bool_)
    for place in range(min(size, most)):
        is_kept[order[place]] = True
    kept = 0
    for place in range(size):
        if is_kept[place]:
            numbers[kept] = numbers[place]
            raws[kept] = raws[place]
            keys[kept] = keys[place]
            ranks[kept] = ranks[place]
            crowding[kept] = crowding[place]
            for column in range(merits.shape[1]):
                merits[kept, column] = merits[place, column]
            kept += 1
    return kept


@kernel
def _holds(keys, size, key):
    """Whether a key is among the first ones."""
    place = 0
    while place < size and keys[place] != key:
        place += 1
    return place < size


@kernel
def _tournament(generator, size, ranks, crowding):
    """Place of the better of two members."""
    first = int(generator.random() * size)
    second = int(generator.random() * (size - 1))
    second += second >= first
    return second if _is_better(second, first, ranks, crowding) else first


@kernel
def _child(generator, shape, numbers, raws, ranks, crowding, members, crossover, edge_flip, operation_change,
           exactly_one):
    """A child of one or two members: raw cell, numbers of its parents, -1 for none, and how it was made."""
    place = _tournament(generator, members, ranks, crowding)
    raw, parent, other, how = raws[place], numbers[place], np.int64(-1), np.int64(2)
    if crossover > 0 and generator.random() < crossover:
        place = _tournament(generator, members, ranks, crowding)
        raw = crossed(generator, raw, raws[place], shape[2])
        other, how = numbers[place], np.int64(3)
    raw = mutated(generator, raw, shape[1], shape[2], edge_flip, operation_change, exactly_one)
    return raw, parent, other, how


@kernel
def run_nsga2(generator, draws, shape, table, sign, queries, most, population, crossover, edge_flip,
              operation_change, exactly_one, distinct, goals):
    """NSGA-II over a table; see `vanas_panel.searches.table_search` for what goes in and out.

    `goals`: merits of every row, ``float64 (n, m)``, empty where there is one metric: what is told has its sign then.
    """
    trace = np.empty((queries, 5), np.int64)
    told = np.empty(queries, np.float64)
    columns = max(1, goals.shape[1])
    numbers = np.empty(2 * population, np.int64)
    raws = np.empty(2 * population, np.int64)
    keys = np.empty(2 * population, np.int64)
    merits = np.empty((2 * population, columns), np.float64)
    ranks = np.empty(2 * population, np.int64)
    crowding = np.empty(2 * population, np.float64)
    asked = known = size = members = np.int64(0)
    while known < queries and asked < most:
        parent = other = np.int64(-1)
        how = np.int64(0)
        if members == 0:
            raw = random_raw(generator, shape[0], shape[1], shape[2])
            key = key_of(raw, shape[2])
        else:
            for _ in range(1 + MOST_AGAIN):
                raw, parent, other, how = _child(generator, shape, numbers, raws, ranks, crowding, members, crossover,
                                                 edge_flip, operation_change, exactly_one)
                key = key_of(raw, shape[2])
                if not distinct or not _holds(keys, size, key):
                    break
        trace, told = answered(trace, told, asked, raw, key, parent, other, how, table, draws)
        if not np.isnan(told[asked]):
            known += 1
            numbers[size], raws[size], keys[size] = asked, raw, key
            if goals.shape[1] == 0:
                merits[size, 0] = sign * told[asked]
            else:
                for column in range(columns):
                    merits[size, column] = goals[trace[asked, 1], column]
            size += 1
            if size == members + population:
                members = _survive(numbers, raws, keys, merits, ranks, crowding, size, population)
                size = members
        asked += 1
    return trace[:asked], told[:asked]
