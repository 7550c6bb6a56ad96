"""What a Gaussian process that has searched a table expects of every cell of it, for maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.errors import SearchError
from vanas_panel.searches.gaussian import standardised
from vanas_panel.searches.paths import MOST_PATHS, alike, fill_paths, paths_of
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.strategies.gaussian_process import GaussianProcessSettings
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

STRATEGY = "gaussian-process"
"""The strategy that has a posterior."""

_NUMBERS = 4_000_000
"""Covariances at a time: 32 MB."""
_BLOCK = 64
"""Rows of the inverse factor at a time: it is a triangle, of which the other half need not be multiplied."""


def posterior(run: SearchRun, table: BenchmarkTable, *, after: int | None = None,
              rows: Sequence[int] | np.ndarray | None = None,
              on_part: Callable[[], None] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """What a Gaussian process expects of the cells of a table.

    Parameters
    ----------
    run : SearchRun
        With the strategy ``gaussian-process``.
    table : BenchmarkTable
        Of the same search space.
    after : int, optional
        Queries after which it is asked; all of them by default.
    rows : sequence of int, optional
        Rows of the table; all by default. 423,624 rows after 500 queries take about a second.
    on_part : callable, optional
        Called before each part of the rows, some ten times a second. What it raises ends the computation.

    Returns
    -------
    mean, deviation : float64 (rows,)
        Of the posterior, in units of the metric that was searched, and without the noise of an observation. Before the
        first query all are NaN. As long as all values that were told are equal, nothing is known of their scale, and
        the deviations are NaN.

    Raises
    ------
    SearchError
        Where the run has another strategy, the table another search space, or `after` is not within the run.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "gaussian-process", queries=60)
    >>> mean, deviation = posterior(run, table)
    >>> asked = run.trials["row"].unique()
    >>> bool(deviation[asked].max() < np.delete(deviation, asked).mean())
    True
    """
    described = run.header["strategy"]
    if described["name"] != STRATEGY:
        raise SearchError(Message("Found a search with {strategy}; expected one with gaussian-process. Only that one "
                                  "has a posterior.", strategy=described["name"]))
    space = table.space
    if (space.max_vertices, list(space.operations)) != (run.space.max_vertices, list(run.space.operations)):
        raise SearchError(Message("Found a table of another search space; expected that of the search. Open the table "
                                  "that was searched."))
    queries = len(run) if after is None else after
    if not 0 <= queries <= len(run):
        raise SearchError(Message("Found query {found}; expected {low} to {high}. Choose one of these.", found=after,
                                  low=0, high=len(run)))
    if not queries:
        count = len(table) if rows is None else len(rows)
        return np.full(count, np.nan), np.full(count, np.nan)
    cells, which = _alike(table) if rows is None else alike(table.packed[np.asarray(rows, dtype=np.int64)])
    numbers = run.trials["number"].to_numpy()[:queries]
    settings = choose(described["name"], described["settings"]).settings
    merits = run.sign * run.proposals.values[numbers]
    seen, centre, scale = standardised(merits, settings.floor)
    mean, deviation = _solved(cells, run.keys[numbers], seen, settings, on_part)
    if (merits == merits[0]).all():
        deviation[:] = np.nan
    return (run.sign * (centre + scale * mean))[which], (scale * deviation)[which]


@lru_cache(maxsize=4)
def _alike(table: BenchmarkTable) -> tuple[np.ndarray, np.ndarray]:
    """`alike` for a whole table."""
    return alike(table.packed)


def _solved(cells: np.ndarray, observed: np.ndarray, seen: np.ndarray, settings: GaussianProcessSettings,
            on_part: Callable[[], None] | None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation for standardised merits."""
    paths, sizes = paths_of(observed)
    names = np.unique(np.concatenate([paths[row, :size] for row, size in enumerate(sizes)]))
    has = np.zeros((names.size, sizes.size), np.int16)
    for row, size in enumerate(sizes):
        has[np.searchsorted(names, paths[row, :size]), row] = 1
    by_distance = np.exp(-np.arange(2 * MOST_PATHS + 1) / settings.length)
    inverse = np.linalg.inv(np.linalg.cholesky(_covariances(observed, names, has, sizes, by_distance)
                                               + settings.noise * np.eye(sizes.size)))
    weights = inverse @ seen
    mean, variance = np.zeros(cells.size), np.ones(cells.size)
    chunk = max(_NUMBERS // sizes.size, 1)
    for start in range(0, cells.size, chunk):
        if on_part is not None:
            on_part()
        part = slice(start, start + chunk)
        covariances = _covariances(cells[part], names, has, sizes, by_distance)
        for first in range(0, sizes.size, _BLOCK):
            block = slice(first, min(first + _BLOCK, sizes.size))
            solved = covariances[:, :block.stop] @ inverse[block, :block.stop].T
            mean[part] += solved @ weights[block]
            variance[part] -= np.einsum("ij,ij->i", solved, solved)
    return mean, np.sqrt(np.maximum(variance, 0))


@kernel
def _covariances(packed, names, has, sizes, by_distance):
    """Covariances of cells with the observed ones, ``float64 (cells, observed)``.

    `names`: the paths that an observed cell has, ascending; `has`: which of them each has, ``int16 (paths, observed)``;
    `sizes`: how many each has.
    """
    covariances = np.empty((packed.size, sizes.size))
    paths = np.empty(MOST_PATHS, np.int64)
    for row in range(packed.size):
        size = fill_paths(packed[row], paths)
        common = np.zeros(sizes.size, np.int16)
        for path in paths[:size]:
            place = np.searchsorted(names, path)
            if place < names.size and names[place] == path:
                common += has[place]
        for observed in range(sizes.size):
            covariances[row, observed] = by_distance[size + sizes[observed] - 2 * common[observed]]
    return covariances
