"""Noise of a metric from its repeats, and what it leaves open about each cell.

Measurements are taken as normal around a cell's true value, with a variance that is pooled by level; the true values of
a table are taken as drawn from one distribution, which is estimated from all cells (empirical Bayes).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vanas_panel.core.encoding import kernel

_POOLED = 50
"""Cells, at least, whose variances are pooled into one."""

_MOST_LEVELS = 24
_STEPS = 4
"""Points of the grid of true values for one standard error."""

_MOST_POINTS = 20_000
_ROUNDS = 60
_SMOOTHER = np.array([0.25, 0.5, 0.25])


@dataclass(frozen=True, eq=False)
class NoiseModel:
    """The noise of a metric, and the distribution of the true values of its cells.

    Attributes
    ----------
    levels : float64 (k,)
        Levels of the metric, ascending.
    deviations : float64 (k,)
        Standard deviation of one repeat at each of them; linear in the variance between, constant beyond.
    means, counts : float64 (n,), int64 (n,)
        Mean of the known repeats of each row and how many there are; NaN and 0 where none is known.
    stated : bool
        Whether a person stated the noise; else it is estimated from the repeats.
    """

    levels: np.ndarray
    deviations: np.ndarray
    means: np.ndarray
    counts: np.ndarray
    stated: bool

    def deviation_at(self, values: np.ndarray) -> np.ndarray:
        """Standard deviation of one repeat where the true value is one of these."""
        return np.sqrt(np.interp(values, self.levels, self.deviations**2))

    @cached_property
    def errors(self) -> np.ndarray:
        """Standard error of each row's mean, ``float64 (n,)``, NaN where nothing is known."""
        return self.deviation_at(self.means) / np.sqrt(np.where(self.counts > 0, self.counts, np.nan))

    @cached_property
    def ordered(self) -> np.ndarray:
        """The known means, ascending: what ranks are read from."""
        return np.sort(self.means[self.counts > 0])

    @cached_property
    def grid(self) -> np.ndarray:
        """True values that are told apart, ascending: a quarter of a standard error apart, at most 20,000."""
        known = self.means[self.counts > 0]
        low, high = float(known.min()), float(known.max())
        most = np.sqrt(self.counts.max())
        reach = 4 * self.deviation_at(np.array([low, high])) / most
        fine = np.linspace(low - reach[0], high + reach[1], 20_001)
        dense = np.cumsum(most * _STEPS / self.deviation_at(fine)) * (fine[1] - fine[0])
        count = int(np.clip(np.ceil(dense[-1] - dense[0]), 16, _MOST_POINTS))
        return np.interp(np.linspace(dense[0], dense[-1], count), dense, fine)

    @cached_property
    def prior(self) -> np.ndarray:
        """Probability of each point of the grid among the cells of the table, ``float64 (points,)``.

        A mixture of normals, from 60 rounds of expectation, maximisation and smoothing (Silverman, Jones, Wilson and
        Nychka, 1990) from an even start; without smoothing it would shrink to a few points, which claim too much.
        """
        size = self.grid.size
        binned, points, likelihood = self._bins
        weight = binned / binned.sum()
        prior = np.full(size, 1.0 / size)
        for _ in range(_ROUNDS):
            shares = weight / (likelihood * prior[points]).sum(axis=1)
            prior = prior * np.bincount(points.ravel(), (likelihood * shares[:, None]).ravel(), size)
            prior = np.convolve(np.pad(prior, 1, mode="edge"), _SMOOTHER, mode="valid")
        return prior / prior.sum()

    def posterior(self, row: int) -> np.ndarray:
        """Probability of each point of the grid for one row, ``float64 (points,)``; NaN where nothing is known."""
        if not self.counts[row]:
            return np.full(self.grid.size, np.nan)
        points, chances = self.posteriors(np.array([row]))
        return np.bincount(points[0], chances[0], self.grid.size)

    def posteriors(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is known of the true values of several rows, each of which has a value.

        Parameters
        ----------
        rows : int64 (m,)

        Returns
        -------
        points : int64 (m, width)
            Points of the grid around each row's mean, ascending.
        chances : float64 (m, width)
            Their probabilities, which add up to 1.
        """
        means, counts = self.means[rows], self.counts[rows]
        points, likelihood = self._likelihood(np.searchsorted(self._middles, means), means, counts)
        chances = likelihood * self.prior[points]
        return points, chances / chances.sum(axis=1, keepdims=True)

    @cached_property
    def numbers_above(self) -> tuple[np.ndarray, np.ndarray]:
        """How many rows lie above each point of the grid, ties as halves: the mean and the variance of that number."""
        size = self.grid.size
        binned, points, likelihood = self._bins
        chances = likelihood * self.prior[points]
        chances /= chances.sum(axis=1, keepdims=True)
        above = 1.0 - np.cumsum(chances, axis=1) + chances / 2
        weight = np.broadcast_to(binned[:, None], above.shape).ravel()
        # All of a bin's rows lie above the points before those around its mean. A point beyond an end of the grid is
        # that end once more, with no chance; its first place there counts.
        is_new = np.diff(points, axis=1, prepend=-1) > 0
        whole = np.cumsum(np.bincount(points[:, 0], binned, size + 1)[::-1])[::-1][1:]
        weight = weight * is_new.ravel()
        mean = whole + np.bincount(points.ravel(), weight * above.ravel(), size)
        return mean, np.bincount(points.ravel(), weight * (above * (1 - above)).ravel(), size)

    @cached_property
    def _middles(self) -> np.ndarray:
        """Where the points of the grid meet."""
        return (self.grid[1:] + self.grid[:-1]) / 2

    @cached_property
    def _bins(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How many rows of one number of repeats have their mean nearest to one point, and `_likelihood` of these."""
        known = self.counts > 0
        width = int(self.counts.max()) + 1
        keys, binned = np.unique(np.searchsorted(self._middles, self.means[known]) * width + self.counts[known],
                                 return_counts=True)
        places = keys // width
        return (binned.astype(np.float64), *self._likelihood(places, self.grid[places], keys % width))

    @cached_property
    def _reach(self) -> int:
        """How many points on each side of a mean are looked at: seven standard errors."""
        fewest = self.counts[self.counts > 0].min()
        return min(int(np.ceil(7 * _STEPS * np.sqrt(self.counts.max() / fewest))), self.grid.size)

    def _likelihood(self, places: np.ndarray, means: np.ndarray,
                    counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points of the grid around some places, and the density of means of so many repeats there, ``(m, width)``.

        The density is up to a factor for each mean, so that none vanishes; 0 at what would lie beyond the grid.
        """
        points = places[:, None] + np.arange(-self._reach, self._reach + 1)
        inside = (points >= 0) & (points < self.grid.size)
        points = np.clip(points, 0, self.grid.size - 1)
        error = self._deviations[points] / np.sqrt(counts)[:, None]
        away = (means[:, None] - self.grid[points]) / error
        logarithm = np.where(inside, -0.5 * away**2 - np.log(error), -np.inf)
        return points, np.exp(logarithm - logarithm.max(axis=1, keepdims=True))

    @cached_property
    def _deviations(self) -> np.ndarray:
        """Standard deviation of one repeat at each point of the grid."""
        return self.deviation_at(self.grid)


def estimated_noise(repeats: np.ndarray) -> NoiseModel | None:
    r"""Estimate the noise of a metric from the repeats of all rows.

    Rows with two or more known repeats are sorted by their mean, cut into up to 24 groups of at least 50, and in each
    the variance is pooled, :math:`s^2 = \sum_i \sum_j (x_{ij} - \bar x_i)^2 / \sum_i (r_i - 1)`.

    Parameters
    ----------
    repeats : float64 (n, repeats)
        NaN where a repeat is missing.

    Returns
    -------
    NoiseModel or None
        None where no row has two known repeats, or all repeats of a row are equal everywhere.

    Examples
    --------
    >>> model = estimated_noise(np.array([[0.8, 0.9], [0.5, 0.5], [0.7, np.nan]]))
    >>> model.deviations.round(3).tolist(), model.means.round(2).tolist()
    ([0.05], [0.85, 0.5, 0.7])
    """
    means, counts, squares = _summed(_read_only(repeats))
    several = np.flatnonzero(counts > 1)
    if not several.size or not squares[several].any():
        return None
    order = several[np.argsort(means[several], kind="stable")]
    groups = np.array_split(order, int(np.clip(order.size // _POOLED, 1, _MOST_LEVELS)))
    levels = np.array([means[group].mean() for group in groups])
    pooled = np.array([squares[group].sum() / (counts[group] - 1).sum() for group in groups])
    # A group of equal repeats would claim to know everything.
    pooled = np.maximum(pooled, pooled[pooled > 0].min() / 100)
    return NoiseModel(levels, np.sqrt(pooled), means, counts, False)


def stated_noise(repeats: np.ndarray, deviation: float) -> NoiseModel:
    """The noise that a person states: the same standard deviation of one repeat at all levels.

    Parameters
    ----------
    repeats : float64 (n, repeats)
    deviation : float
        Above 0, in the metric's unit.
    """
    means, counts, _ = _summed(_read_only(repeats))
    return NoiseModel(np.zeros(1), np.array([float(deviation)]), means, counts, True)


def _read_only(repeats: np.ndarray) -> np.ndarray:
    """The same values as the one form of array that `_summed` is compiled for."""
    found = np.ascontiguousarray(repeats, dtype=np.float64).view()
    found.flags.writeable = False
    return found


@kernel
def _summed(repeats):
    """Mean, number and sum of squares around the mean of the known repeats of each row."""
    rows, columns = repeats.shape
    means, squares = np.full(rows, np.nan), np.zeros(rows)
    counts = np.zeros(rows, np.int64)
    for row in range(rows):
        total = 0.0
        for column in range(columns):
            if not np.isnan(repeats[row, column]):
                total += repeats[row, column]
                counts[row] += 1
        if counts[row]:
            means[row] = total / counts[row]
            for column in range(columns):
                if not np.isnan(repeats[row, column]):
                    squares[row] += (repeats[row, column] - means[row]) ** 2
    return means, counts, squares
