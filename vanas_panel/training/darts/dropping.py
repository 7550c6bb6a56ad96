"""The operations that DG-DARTS drops: those outside of the strongest group of every edge; without PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.groups import group_operations
from vanas_panel.training.darts.network_shape import NONE


@dataclass(frozen=True, eq=False)
class Dropping:
    """What the groups of all edges decide. Made by `drop_operations`.

    Attributes
    ----------
    operations : tuple of str
    weights : float64 (kinds of cells, edges, operations)
        Softmax weights that the groups are judged by.
    labels : int64 (kinds of cells, edges, operations)
        The group of every operation; ``none`` is a group of its own, with the highest number.
    sums : float64 (kinds of cells, edges, groups)
        The weights of every group together; NaN for a group that an edge has not.
    kept : bool (kinds of cells, edges, operations)
        What stays.
    """

    operations: tuple[str, ...]
    weights: np.ndarray
    labels: np.ndarray
    sums: np.ndarray
    kept: np.ndarray

    @property
    def strongest(self) -> np.ndarray:
        """The group of every edge that stays, ``int64 (kinds of cells, edges)``; of equal ones the first."""
        return np.nanargmax(self.sums, axis=-1)

    @property
    def outvoted(self) -> np.ndarray:
        """Edges that lose the operation that DARTS would take of them, ``bool (kinds of cells, edges)``.

        It has the highest weight, ``none`` left out, but its group has not.
        """
        weights = self.weights.copy()
        if NONE in self.operations:
            weights[..., self.operations.index(NONE)] = -1
        return ~np.take_along_axis(self.kept, weights.argmax(axis=-1)[..., None], axis=-1)[..., 0]

    def names(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """What stays on every edge of every kind of cell, by name."""
        return tuple(tuple(tuple(name for name, stays in zip(self.operations, edge.tolist(), strict=True) if stays)
                           for edge in kind) for kind in self.kept)


def drop_operations(gradients: np.ndarray, weights: np.ndarray, operations: Sequence[str], *, clusters: int = 3,
                    least: int = 3) -> Dropping:
    """Decide what DG-DARTS keeps of every edge.

    The operations without ``none`` are grouped by the gradients of their alphas, see `group_operations`; ``none`` is a
    group of its own. The softmax weights are summed by group, and the strongest group stays. Where it has fewer
    operations than `least`, ``none`` not counted, the strongest operation of the strongest group that is left follows,
    until there are enough. Of equal ones the first is taken.

    Parameters
    ----------
    gradients : float64 (epochs, kinds of cells, edges, operations)
        Of the epochs in which the alphas moved.
    weights : float64 (kinds of cells, edges, operations)
    operations : sequence of str
    clusters : int, optional
        Groups without that of ``none``; as many as there are operations where these are fewer.
    least : int, optional
        From 1.

    Returns
    -------
    Dropping

    Raises
    ------
    TrainingError
        Where shapes do not fit, a setting cannot be used, or ``none`` is the strongest group of every edge.

    Examples
    --------
    >>> gradients = np.array([[[[0.0, 1.0, 1.1, -2.0, -2.1]]], [[[0.0, 1.0, 0.9, -2.0, -2.0]]]])
    >>> names = ["none", "max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3"]
    >>> weights = np.array([[[0.1, 0.2, 0.2, 0.4, 0.1]]])
    >>> found = drop_operations(gradients, weights, names, clusters=2, least=2)
    >>> found.labels.tolist(), found.sums.round(1).tolist(), found.names()
    ([[[2, 0, 0, 1, 1]]], [[[0.4, 0.5, 0.1]]], ((('skip_connect', 'sep_conv_3x3'),),))
    """
    gradients, weights = np.asarray(gradients, np.float64), np.asarray(weights, np.float64)
    names = tuple(operations)
    _check(gradients, weights, names)
    real = [place for place, name in enumerate(names) if name != NONE]
    groups = min(_at_least_one("clusters", clusters), len(real))
    least = min(_at_least_one("least", least), len(real))
    labels = np.full(weights.shape, groups, np.int64)
    sums = np.full((*weights.shape[:2], groups + 1), np.nan)
    kept = np.zeros(weights.shape, bool)
    for place in np.ndindex(*weights.shape[:2]):
        labels[(*place, real)] = group_operations(gradients[(slice(None), *place)][:, real].T, groups)
        for group in np.unique(labels[place]).tolist():
            sums[(*place, group)] = weights[place][labels[place] == group].sum()
        kept[place] = _kept(labels[place], sums[place], weights[place], real, least)
    found = Dropping(names, weights, labels, sums, kept)
    if NONE in names and (found.strongest == groups).all():
        raise TrainingError("Found none as the strongest group of every edge; expected another one on some edge. Let "
                            "the first stage go on for more epochs, or raise alpha_rate.")
    return found


def _check(gradients: np.ndarray, weights: np.ndarray, names: tuple[str, ...]) -> None:
    """Refuse arrays that do not belong together."""
    if gradients.ndim != 4 or weights.shape != gradients.shape[1:] or weights.shape[-1] != len(names) or (
            not gradients.size or not np.isfinite(gradients).all() or not np.isfinite(weights).all()):
        raise TrainingError(Message("Found gradients of shape {gradients} and weights of shape {weights}, or some that "
                                    "are no finite numbers; expected (epochs, kinds, edges, {count}) and (kinds, "
                                    "edges, {count}). Change them.", gradients=gradients.shape, weights=weights.shape,
                                    count=len(names)))
    if set(names) <= {NONE}:
        raise TrainingError(Message("Found operations {names}; expected two or more, each of them once. Change them.",
                                    names=", ".join(names) or "()"))


def _at_least_one(name: str, value: object) -> int:
    """A setting that counts from 1."""
    number = plain_int(value)
    if number is None or number < 1:
        raise TrainingError(Message("Found {name} = {found}; expected a whole number from 1. Change it.", name=name,
                                    found=repr(value)))
    return number


def _kept(labels: np.ndarray, sums: np.ndarray, weights: np.ndarray, real: list[int], least: int) -> np.ndarray:
    """What stays of an edge, ``bool (operations,)``."""
    strongest = int(np.nanargmax(sums))
    kept = labels == strongest
    # By group, then by weight; equal ones in their own order.
    others = sorted((each for each in real if not kept[each]), key=lambda each: (-sums[labels[each]], labels[each],
                                                                                 -weights[each], each))
    missing = max(0, least - int(kept[real].sum()))
    kept[others[:missing]] = True
    return kept
