"""Fronts of values that are drawn from the noise, without drawing the rows that are beaten in any case."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.noise import NoiseModel
from vanas_panel.core.pareto import front_places

_WINDOW = 128
_SHARES = np.array([0.0, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 0.999])
"""Where the bands of shares begin. For each of them the best value that a row can be drawn to is looked up."""


class DrawnFronts:
    """Draws true values of rows, and finds the rows that are on their front.

    A row is worked on only where nothing beats the best value that its share of the noise allows. What is left out is
    beaten for sure, so these are the fronts of all rows, draw for draw.

    Parameters
    ----------
    merits : float64 (metrics, m)
        Measured, higher is better; without NaN.
    models : Mapping of int to NoiseModel
        The noise of the metrics that are not exact, by their place.
    signs : sequence of float
        1 or -1 for each metric: what its values are multiplied with to be merits.
    rows : int64 (m,)
        Row numbers of the table.
    """

    def __init__(self, merits: np.ndarray, models: Mapping[int, NoiseModel], signs: list[float], rows: np.ndarray):
        # By a metric that is exact: what was good so far in the others beats most of what follows.
        exact = [place for place in range(len(merits)) if place not in models]
        self._order = np.argsort(-merits[exact[-1] if exact else 0], kind="stable")
        self._merits, rows = np.ascontiguousarray(merits[:, self._order]), rows[self._order]
        # Those that are likely to beat the others come first.
        self._is_early = np.zeros(rows.size, np.bool_)
        self._is_early[front_places(self._merits)] = True
        self._noisy = np.array(list(models), np.int64)
        self._signs = np.array([signs[place] for place in models])
        found = [model.posteriors(rows) for model in models.values()]
        self._widths = np.array([points.shape[1] for points, _ in found])
        # Points of a row follow each other, so the first one says where all are; it may lie beyond the grid.
        self._first = np.array([points[:, points.shape[1] // 2] - points.shape[1] // 2 for points, _ in found])
        self._sizes = np.array([model.grid.size for model in models.values()])
        self._grids = _stacked([model.grid for model in models.values()])
        self._cumulated = _stacked([np.cumsum(chances, axis=1) for _, chances in found])
        self._bands = np.array([_SHARES if sign > 0 else np.r_[0.0, 1 - _SHARES[:0:-1]] for sign in self._signs])
        self._best = _best(self._signs, self._widths, self._first, self._sizes, self._grids, self._cumulated,
                           self._bands)

    def drawn(self, rng: np.random.Generator) -> np.ndarray:
        """Places of the rows on the front of the next draw, ``int64 (k,)``."""
        shares = rng.random((self._noisy.size, 2, self._merits.shape[1]))
        places, merits = _left(self._merits, self._noisy, self._signs, self._widths, self._first, self._sizes,
                               self._grids, self._cumulated, self._bands, self._best, self._is_early, self._order,
                               shares)
        return self._order[places[front_places(merits)]]


def _stacked(arrays: list[np.ndarray]) -> np.ndarray:
    """Arrays of one length but for their last axis as one array, without a copy of a single one."""
    if len(arrays) == 1:
        return np.ascontiguousarray(arrays[0])[None]
    width = max(each.shape[-1] for each in arrays)
    found = np.ones((len(arrays), *arrays[0].shape[:-1], width))
    for place, each in enumerate(arrays):
        found[place, ..., :each.shape[-1]] = each
    return found


@kernel
def _value(grid, size, first, width, place, share):
    """The value at a point of a row, moved by a share of the way to the points beside it."""
    low = grid[min(max(first + max(place - 1, 0), 0), size - 1)]
    high = grid[min(max(first + min(place + 1, width - 1), 0), size - 1)]
    return grid[min(max(first + place, 0), size - 1)] + (share - 0.5) * (high - low) / 2


@kernel
def _best(signs, widths, first, sizes, grids, cumulated, bands):
    """The best merit that a share within each band gives each row, ``float64 (noisy, bands, m)``."""
    noisy, rows = first.shape
    found = np.empty((noisy, bands.shape[1], rows))
    for index in range(noisy):
        width = widths[index]
        # The better end of what lies around a point.
        end = 1.0 if signs[index] > 0 else 0.0
        for row in range(rows):
            chances = cumulated[index, row, :width]
            low = 0
            for band in range(bands.shape[1]):
                high = width - 1
                if band + 1 < bands.shape[1]:
                    high = min(np.searchsorted(chances, bands[index, band + 1]), width - 1)
                best = -np.inf
                for place in range(low, high + 1):
                    best = max(best, signs[index] * _value(grids[index], sizes[index], first[index, row], width, place,
                                                           end))
                found[index, band, row] = best
                low = high
    return found


@kernel
def _left(merits, noisy, signs, widths, first, sizes, grids, cumulated, bands, best, is_early, order, shares):
    """The rows that no drawn row of a window beats, and their merits: ``int64 (k,)`` and ``float64 (metrics, k)``."""
    metrics, rows = merits.shape
    window, size = np.zeros((_WINDOW, metrics)), 0
    places, drawn = np.empty(rows, np.int64), np.empty((metrics, rows))
    found = 0
    point = np.empty(metrics)
    for turn in range(2):
        for row in range(rows):
            if is_early[row] != (turn == 0):
                continue
            drawn_at = order[row]
            for metric in range(metrics):
                point[metric] = merits[metric, row]
            for index in range(noisy.size):
                band = 0
                while band + 1 < bands.shape[1] and shares[index, 0, drawn_at] >= bands[index, band + 1]:
                    band += 1
                point[noisy[index]] = best[index, band, row]
            # The one that has just beaten another, here: a call for each row would take most of the time.
            lower, higher = size == 0, False
            for metric in range(metrics):
                lower |= window[0, metric] < point[metric]
                higher |= window[0, metric] > point[metric]
            if (higher and not lower) or _is_beaten(window, size, point):
                continue
            for index in range(noisy.size):
                width = widths[index]
                place = min(np.searchsorted(cumulated[index, row, :width], shares[index, 0, drawn_at]), width - 1)
                point[noisy[index]] = signs[index] * _value(
                    grids[index], sizes[index], first[index, row], width, place, shares[index, 1, drawn_at])
            if _is_beaten(window, size, point):
                continue
            places[found] = row
            for metric in range(metrics):
                drawn[metric, found] = point[metric]
            found += 1
            size = _taken(window, size, point)
    return places[:found].copy(), drawn[:, :found].copy()


@kernel
def _is_beaten(window, size, point):
    """Whether one of the first points of a window beats a point; that one comes first then."""
    metrics = point.size
    for place in range(size):
        lower, higher = False, False
        for metric in range(metrics):
            lower |= window[place, metric] < point[metric]
            higher |= window[place, metric] > point[metric]
        if higher and not lower:
            if place > 0:
                for metric in range(metrics):
                    swapped = window[0, metric]
                    window[0, metric] = window[place, metric]
                    window[place, metric] = swapped
            return True
    return False


@kernel
def _taken(window, size, point):
    """Put a point into a window in place of those that it beats, while there is room: how many it holds then."""
    metrics = point.size
    place = 0
    while place < size:
        lower, higher = False, False
        for metric in range(metrics):
            lower |= window[place, metric] < point[metric]
            higher |= window[place, metric] > point[metric]
        if lower and not higher:
            size -= 1
            for metric in range(metrics):
                window[place, metric] = window[size, metric]
        else:
            place += 1
    if size < window.shape[0]:
        for metric in range(metrics):
            window[size, metric] = point[metric]
        size += 1
    return size
