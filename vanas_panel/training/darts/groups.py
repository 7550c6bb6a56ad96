"""Groups of operations whose gradients went alike, the first step of DG-DARTS."""

from __future__ import annotations

import importlib.util
from functools import lru_cache

import numpy as np

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message

MOST_EXACT = 8
"""Operations up to which all partitions are tried: 966 into three groups."""

_STARTS, _ITERATIONS, _TOLERANCE = 50, 300, 1e-4
_ROUNDING = 1e-12


def group_operations(gradients: np.ndarray, clusters: int = 3) -> np.ndarray:
    """Group the operations of an edge by the gradients of their alphas over the epochs.

    The groups are those of k-means: the sum of squared distances from the mean of the group is least. With at most
    eight operations it is the least of all partitions; larger sets are left to scikit-learn, with 50 starts, 300
    iterations and a tolerance of 1e-4.

    Parameters
    ----------
    gradients : float64 (operations, epochs)
        Without ``none``, which is a group of its own.
    clusters : int, optional
        So many groups, each with an operation at least; fewer where fewer gradients are different.

    Returns
    -------
    int64 (operations,)
        The group of each operation. Groups are numbered from 0 by their first operation. Of partitions that are equally
        good within rounding, the one whose labels come first in the order of words is taken.

    Raises
    ------
    TrainingError
        Where the shape is another one, a gradient is no finite number, or there are fewer operations than groups.

    Examples
    --------
    >>> group_operations([[0.0, 1.0], [5.0, 5.0], [0.0, 1.1], [9.0, 0.0]]).tolist()
    [0, 1, 0, 2]
    """
    try:
        points = np.asarray(gradients, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    wanted = plain_int(clusters)
    if points.ndim != 2 or not points.shape[1] or not np.isfinite(points).all():
        raise TrainingError(Message("Found gradients of shape {shape}, or some that are no finite numbers; expected "
                                    "(operations, epochs). Change them.", shape=points.shape))
    if wanted is None or not 1 <= wanted <= len(points):
        raise TrainingError(Message("Found {clusters} groups for {count} operations; expected 1 to as many as there "
                                    "are operations. Change it.", clusters=repr(clusters), count=len(points)))
    wanted = min(wanted, len(np.unique(points, axis=0)))
    return _optimal(points, wanted) if len(points) <= MOST_EXACT else _by_starts(points, wanted)


def _optimal(points: np.ndarray, clusters: int) -> np.ndarray:
    """The best of all partitions."""
    labels = partitions(len(points), clusters)
    # About their mean, so that squares of large common values do not drown the differences.
    points = points - points.mean(axis=0)
    belongs = (labels[:, :, None] == np.arange(clusters)).astype(np.float64)
    sums = np.einsum("pok,oe->pke", belongs, points)
    # The squared distances from the means are the squares of all points without those of the means.
    inner = (points ** 2).sum() - ((sums ** 2).sum(axis=2) / belongs.sum(axis=1)).sum(axis=1)
    near = inner <= inner.min() + _ROUNDING * (points ** 2).sum()
    return labels[int(np.flatnonzero(near)[0])].copy()


@lru_cache(maxsize=64)
def partitions(count: int, groups: int) -> np.ndarray:
    """All partitions of some things into so many groups, as labels in the order of words.

    Returns
    -------
    int64 (partitions, count)
        Each label is at most one more than those before it.

    Examples
    --------
    >>> partitions(3, 2).tolist(), len(partitions(7, 3))
    ([[0, 0, 1], [0, 1, 0], [0, 1, 1]], 301)
    """
    found: list[tuple[int, ...]] = [(0,)]
    for _ in range(count - 1):
        found = [(*labels, label) for labels in found for label in range(min(max(labels) + 2, groups))]
    return np.array([labels for labels in found if max(labels) == groups - 1], dtype=np.int64)


def _by_starts(points: np.ndarray, clusters: int) -> np.ndarray:
    """The best that k-means of scikit-learn finds from several starts."""
    if importlib.util.find_spec("sklearn") is None:
        raise TrainingError(Message("Found {count} operations, and no package scikit-learn, which groups more than "
                                    "{most}; expected it beside vanas-panel. Install it: pip install "
                                    "'vanas-panel[train]'.", count=len(points), most=MOST_EXACT))
    from sklearn.cluster import KMeans

    found = KMeans(clusters, n_init=_STARTS, max_iter=_ITERATIONS, tol=_TOLERANCE, random_state=0).fit_predict(points)
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)
