"""A Gaussian process over path encodings that grows cell by cell, with candidates whose posterior is kept up to date.

Covariance of two cells: exp(-d / length), where d is the number of paths that only one of them has. The Cholesky factor
gains a row with each observation. A candidate keeps its covariances with the observed cells solved through that factor,
so that an observation costs it one more number, and a new candidate n^2 / 2 steps. Kernels and Python share these
functions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.searches.paths import MOST_PATHS, distance, fill_paths


class Model(NamedTuple):
    """What was observed, with room for `capacity` cells.

    Attributes
    ----------
    factor : float64 (capacity, capacity)
        Upper Cholesky factor of the covariance of the observations.
    paths, sizes : int64 (capacity, MOST_PATHS), int64 (capacity,)
        Paths of the observed cells.
    merits : float64 (capacity,)
    order : int64 (capacity,)
        The observations from the best to the worst, of equal ones the first.
    weights : float64 (capacity,)
        Standardised merits, solved through the factor.
    covariance : float64 (2 * MOST_PATHS + 1,)
        By distance of the paths.
    """

    factor: np.ndarray
    paths: np.ndarray
    sizes: np.ndarray
    merits: np.ndarray
    order: np.ndarray
    weights: np.ndarray
    covariance: np.ndarray


class Pool(NamedTuple):
    """Candidates; a slot whose raw cell is -1 is empty.

    Attributes
    ----------
    raws, keys, parents : int64 (n,)
        Raw cell, canonical key, and the number of the proposal that it was made from, -1 for none.
    paths, sizes : int64 (n, MOST_PATHS), int64 (n,)
    solved : float64 (n, capacity)
        Covariances with the observations, solved through the factor.
    means, variances : float64 (n,)
        Of the posterior, for standardised merits.
    """

    raws: np.ndarray
    keys: np.ndarray
    parents: np.ndarray
    paths: np.ndarray
    sizes: np.ndarray
    solved: np.ndarray
    means: np.ndarray
    variances: np.ndarray


@kernel
def new_model(capacity, length):
    """A model without observations."""
    return Model(np.zeros((capacity, capacity)), np.zeros((capacity, MOST_PATHS), np.int64),
                 np.zeros(capacity, np.int64), np.empty(capacity), np.empty(capacity, np.int64), np.empty(capacity),
                 np.exp(-np.arange(2 * MOST_PATHS + 1) / length))


@kernel
def new_pool(slots, capacity):
    """A pool without candidates."""
    return Pool(np.full(slots, -1), np.full(slots, -1), np.full(slots, -1), np.zeros((slots, MOST_PATHS), np.int64),
                np.zeros(slots, np.int64), np.zeros((slots, capacity)), np.zeros(slots), np.ones(slots))


@kernel
def _solve(factor, known, values):
    """Solve values through the transposed factor, in place."""
    for column in range(known):
        values[column] /= factor[column, column]
        value, row = values[column], factor[column]
        for place in range(column + 1, known):
            values[place] -= value * row[place]


@kernel
def offer(model, pool, known, slot, raw, key, parent):
    """Put a candidate into a slot."""
    pool.raws[slot], pool.keys[slot], pool.parents[slot] = raw, key, parent
    paths, solved = pool.paths[slot], pool.solved[slot]
    size = fill_paths(key, paths)
    pool.sizes[slot] = size
    for place in range(known):
        solved[place] = model.covariance[distance(paths, size, model.paths[place], model.sizes[place])]
    _solve(model.factor, known, solved)
    variance, mean = 1.0, 0.0
    for place in range(known):
        variance -= solved[place] * solved[place]
        mean += solved[place] * model.weights[place]
    pool.variances[slot], pool.means[slot] = variance, mean


@kernel
def observe(model, pool, known, key, merit, noise):
    """Take in observation number `known`, and bring the candidates up to date, except for their means."""
    paths = model.paths[known]
    size = fill_paths(key, paths)
    model.sizes[known], model.merits[known] = size, merit
    solved = np.empty(known, np.float64)
    for place in range(known):
        solved[place] = model.covariance[distance(paths, size, model.paths[place], model.sizes[place])]
    _solve(model.factor, known, solved)
    variance = 1 + noise
    for place in range(known):
        model.factor[place, known] = solved[place]
        variance -= solved[place] * solved[place]
    root = np.sqrt(variance)
    model.factor[known, known] = root
    for slot in range(pool.raws.size):
        if pool.raws[slot] >= 0:
            value = model.covariance[distance(paths, size, pool.paths[slot], pool.sizes[slot])]
            for place in range(known):
                value -= solved[place] * pool.solved[slot, place]
            value /= root
            pool.solved[slot, known] = value
            pool.variances[slot] -= value * value
    place = known
    while place > 0 and model.merits[model.order[place - 1]] < merit:
        model.order[place] = model.order[place - 1]
        place -= 1
    model.order[place] = known


@kernel
def standardised(merits, floor):
    """Merits as the process sees them, ``float64 (n,)``, and the centre and scale that lead back.

    Merits far below the median are raised to a limit: failures would stretch the scale until good cells look alike. The
    limit lies `floor` times as far below the median as the best merit lies above it.
    """
    # Loops, since each expression over an array takes the compiler as long as all of them.
    median = np.median(merits)
    lowest = median - floor * (merits.max() - median)
    seen = np.empty(merits.size)
    centre = 0.0
    for place in range(merits.size):
        seen[place] = max(merits[place], lowest)
        centre += seen[place]
    centre /= merits.size
    scale = 0.0
    for place in range(merits.size):
        scale += (seen[place] - centre) ** 2
    scale = np.sqrt(scale / merits.size)
    if scale == 0:
        # All are equal: nothing is known of the scale.
        scale = 1.0
    for place in range(merits.size):
        seen[place] = (seen[place] - centre) / scale
    return seen, centre, scale


@kernel
def weigh(model, pool, known, floor):
    """Weigh the observations anew, and find the means of the candidates."""
    seen = standardised(model.merits[:known], floor)[0]
    for place in range(known):
        model.weights[place] = seen[place]
    _solve(model.factor, known, model.weights)
    for slot in range(pool.raws.size):
        mean = 0.0
        for place in range(known):
            mean += pool.solved[slot, place] * model.weights[place]
        pool.means[slot] = mean


@kernel
def settled(model, known):
    """Weights of the covariances in the posterior mean, and the diagonal of the observations' inverse covariance.

    Both ``float64 (known,)``. Computed here, since LAPACK's threads get in each other's way in so small a matrix.
    """
    factor, weights, diagonal = model.factor, model.weights[:known].copy(), np.empty(known)
    for row in range(known - 1, -1, -1):
        for column in range(row + 1, known):
            weights[row] -= factor[row, column] * weights[column]
        weights[row] /= factor[row, row]
    for start in range(known):
        unit = np.zeros(known)
        unit[start] = 1.0
        total = 0.0
        for column in range(start, known):
            unit[column] /= factor[column, column]
            value, row = unit[column], factor[column]
            total += value * value
            for place in range(column + 1, known):
                unit[place] -= value * row[place]
        diagonal[start] = total
    return weights, diagonal


@kernel
def sampled(pool, noise):
    """The candidate with the highest value drawn from its own posterior, -1 where there is none.

    `noise`: standard normal numbers, ``float64 (n,)``, one for each slot.
    """
    best, chosen = -np.inf, -1
    for slot in range(pool.raws.size):
        if pool.raws[slot] >= 0:
            value = pool.means[slot] + np.sqrt(max(pool.variances[slot], 0.0)) * noise[slot]
            if value > best:
                best, chosen = value, slot
    return chosen


def enlarged(model: Model, pool: Pool) -> tuple[Model, Pool]:
    """Model and pool with twice the room."""
    size = model.merits.size

    def wider(values: np.ndarray, *axes: int) -> np.ndarray:
        return np.pad(values, [(0, size if axis in axes else 0) for axis in range(values.ndim)])

    model = Model(wider(model.factor, 0, 1), wider(model.paths, 0), wider(model.sizes, 0), wider(model.merits, 0),
                  wider(model.order, 0), wider(model.weights, 0), model.covariance)
    return model, pool._replace(solved=wider(pool.solved, 1))
