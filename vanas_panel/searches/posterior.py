"""What a Gaussian process that has searched a table expects of every cell of it, for maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.errors import SearchError
from vanas_panel.searches.gaussian import standardised
from vanas_panel.searches.paths import MOST_PATHS, fill_paths, paths_of
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import choose
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

_CHUNK = 8_192
"""Cells at a time: their covariances with 500 observations take 32 MB."""


def posterior(run: SearchRun, table: BenchmarkTable, *, after: int | None = None,
              rows: Sequence[int] | np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
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
        Rows of the table; all by default. 423,624 rows after 500 queries take some five seconds.

    Returns
    -------
    mean, deviation : float64 (rows,)
        Of the posterior, in units of the metric that was searched, and without the noise of an observation. Before the
        first query all are NaN.

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
    if described["name"] != "gaussian-process":
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
    packed = table.packed if rows is None else table.packed[np.asarray(rows, dtype=np.int64)]
    if not queries:
        return np.full(packed.size, np.nan), np.full(packed.size, np.nan)
    settings = choose(described["name"], described["settings"]).settings
    numbers = run.trials["number"].to_numpy()[:queries]
    seen, centre, scale = standardised(run.sign * run.proposals.values[numbers], settings.floor)
    paths, sizes = paths_of(run.keys[numbers])
    names = np.unique(np.concatenate([paths[row, :size] for row, size in enumerate(sizes)]))
    has = np.zeros((names.size, queries), np.int16)
    for row, size in enumerate(sizes):
        has[np.searchsorted(names, paths[row, :size]), row] = 1
    by_distance = np.exp(-np.arange(2 * MOST_PATHS + 1) / settings.length)
    factor = np.linalg.cholesky(_covariances(run.keys[numbers], names, has, sizes, by_distance)
                                + settings.noise * np.eye(queries))
    inverse = np.linalg.inv(factor)
    weights = inverse @ seen
    mean, deviation = np.empty(packed.size), np.empty(packed.size)
    for start in range(0, packed.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        solved = _covariances(packed[part], names, has, sizes, by_distance) @ inverse.T
        mean[part] = solved @ weights
        deviation[part] = np.sqrt(np.maximum(1 - np.einsum("ij,ij->i", solved, solved), 0))
    return run.sign * (centre + scale * mean), scale * deviation


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
