"""Trade-offs along a Pareto front: its order, its knee, the price of each step, and what it loses with an operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.fronts import hypervolume, on_front
from vanas_panel.core.pareto import front_metrics, known_merits, pareto_front, signed
from vanas_panel.core.plain import plain_float, plain_text
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.errors import ArgumentKindError, UnknownOperationError
from vanas_panel.text.language import Message

PRICE = "price_"
"""Before the name of a metric: the column of what each unit of it costs."""

_ROUNDING = 1e-12


def trade_offs(table: CellTable, metrics: Iterable[str], rows: ArrayLike | None = None) -> pd.DataFrame:
    r"""The Pareto front as a ranked list, with the price of each step and the distance from which the knee follows.

    With merits :math:`m_k` as in `vanas_panel.pareto_front`, scaled to :math:`u_k \in [0, 1]` from the worst to the
    best on the front, the knee is the cell farthest above the chord (for three metrics: the plane) through the points
    where one :math:`u_k` is 1 and the others are 0,

    .. math:: d(G) = \Bigl(\sum_k u_k(G) - 1\Bigr) / \sqrt{K}.

    The price of a step from a cell *F* of the list to the next one, *G*, is
    :math:`(m_1(F) - m_1(G)) / (m_k(G) - m_k(F))`: what is given up of the first metric for each unit of metric *k*.

    Parameters
    ----------
    table : BenchmarkTable
    metrics : iterable of str
        Two or three; the first one orders the list.
    rows : None, integer array_like (m,) or bool array (n,), optional

    Returns
    -------
    pandas.DataFrame
        One row for each cell of the front, best in the first metric first, ties by the next metric, then by row:
        ``row``, the metrics, ``price_...`` for each metric but the first (in the unit of the first one over that of the
        other; NaN for the first cell, and where the step gains nothing of that metric), and ``knee_distance`` (NaN
        where all of the front have one value of a metric). ``.attrs["knee"]`` is the row of the knee, None where no
        cell lies above the chord.

    Raises
    ------
    ArgumentKindError, DirectionError, UnknownMetricError, SelectionError
        As for `vanas_panel.pareto_front`.

    Notes
    -----
    The knee is that of Das (On characterizing the "knee" of the Pareto curve based on normal-boundary intersection,
    1999) for a chord between the ends of the front. It depends on the range of the front and on its scale: the
    logarithm of a metric has another knee.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> front = vp.trade_offs(table, ["test_accuracy", "trainable_parameters"])
    >>> front.columns.tolist()
    ['row', 'test_accuracy', 'trainable_parameters', 'price_trainable_parameters', 'knee_distance']
    >>> front.attrs["knee"] in front["row"].tolist()
    True
    """
    names = front_metrics(_checked(table), metrics)
    front = pareto_front(table, names, rows)
    merits = np.column_stack([signed(table, name)[front] for name in names])
    order = np.lexsort((front, *-merits.T[::-1]))
    front, merits = front[order], merits[order]
    frame = pd.DataFrame({"row": front, **{name: table.column(name)[front] for name in names}})
    steps = np.diff(merits, axis=0)
    for place, name in enumerate(names[1:], start=1):
        prices = np.full(front.size, np.nan)
        if front.size:
            np.divide(np.abs(steps[:, 0]), steps[:, place], out=prices[1:], where=steps[:, place] > 0)
        frame[PRICE + name] = prices
    distances = knee_distances(merits)
    frame["knee_distance"] = distances
    frame.attrs["knee"] = int(front[np.argmax(distances)]) if (distances > _ROUNDING).any() else None
    return frame


def knee_distances(merits: np.ndarray) -> np.ndarray:
    """How far each point of a front lies above the chord of its ends, see `trade_offs`.

    Parameters
    ----------
    merits : float64 (n, m)
        Higher is better; without NaN.

    Returns
    -------
    float64 (n,)
        Of merits that are scaled to [0, 1]; NaN where a column has one value alone, or one that is infinite.

    Examples
    --------
    >>> knee_distances(np.array([[0.0, 10.0], [0.8, 8.0], [1.0, 0.0]])).round(3).tolist()
    [0.0, 0.424, 0.0]
    """
    if not len(merits):
        return np.empty(0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        low = merits.min(axis=0)
        scaled = (merits - low) / (merits.max(axis=0) - low)
        return (scaled.sum(axis=1) - 1.0) / np.sqrt(merits.shape[1])


def rows_without(table: CellTable, operations: Iterable[str], rows: ArrayLike | None = None) -> np.ndarray:
    """Rows of the cells that have none of some operations.

    Parameters
    ----------
    table : BenchmarkTable
    operations : iterable of str
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells to look at; all of them by default.

    Returns
    -------
    int64 (k,)
        Ascending.

    Raises
    ------
    UnknownOperationError
        Where the search space has no such operation.
    SelectionError
        Where the table lacks the rows.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> len(rows_without(table, ["conv3x3-bn-relu"])), len(table)
    (779, 2532)
    """
    selected = _checked(table).checked_rows(rows)
    if isinstance(operations, str) or not isinstance(operations, Iterable):
        raise ArgumentKindError(Message("Found {operations!r:.80} as operations; expected a list of names. Put them in "
                                        "[...].", operations=operations))
    unwanted = [plain_text(operation) for operation in operations]
    for operation in unwanted:
        if operation not in table.space.operations:
            raise UnknownOperationError(Message("Found operation {operation!r:.80}; expected one of {known}. Choose "
                                                "among these.", operation=operation,
                                                known=", ".join(table.space.operations)))
    columns = [place for place, ends in enumerate(table.space.edge_types) if any(end in unwanted for end in ends)]
    left = np.logical_not(table.edge_types.having(columns))
    return np.flatnonzero(left) if selected is None else selected[left[selected]]


def operation_losses(table: CellTable, metrics: Iterable[str], rows: ArrayLike | None = None,
                     reference: Mapping[str, float] | None = None) -> pd.DataFrame:
    r"""What the Pareto front would be without one operation, for each operation.

    With the hypervolume *V* of a front (Zitzler and Thiele, 1999), the volume between a reference point and the points
    that the front dominates, and the rows :math:`S_o \subseteq S` of the cells without operation *o*, the loss is

    .. math:: L(o) = 1 - V(S_o) / V(S).

    Parameters
    ----------
    table : BenchmarkTable
    metrics : iterable of str
        Two or three.
    rows : None, integer array_like (m,) or bool array (n,), optional
    reference : Mapping of str to float, optional
        A value of each metric; only what is better than it counts. By default the worst value of each metric on the
        whole front (its nadir point).

    Returns
    -------
    pandas.DataFrame
        One row for each operation of the space, greatest loss first: ``operation``, ``n_cells`` (rows without it that
        have all metrics), ``n_front`` (cells of their front), ``kept`` (how many of these are on the whole front),
        ``best`` (of the first metric; NaN without a row), ``hypervolume`` (metrics scaled so that the box from the
        reference to the best of the whole front is 1) and ``loss`` (NaN where the whole front has no volume).
        ``.attrs["reference"]`` and ``.attrs["hypervolume"]`` are those of the whole front.

    Raises
    ------
    ArgumentKindError, DirectionError, UnknownMetricError, SelectionError
        As for `vanas_panel.pareto_front`; ArgumentKindError where a reference is not a number for each metric.

    Notes
    -----
    The cells without an operation are those that were measured; what else a search space with other operations would
    hold is not known. The loss depends on the reference: one that is worse in a metric lessens all losses.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> vp.operation_losses(table, ["test_accuracy", "trainable_parameters"])["operation"][0]
    'conv3x3-bn-relu'
    """
    names = front_metrics(_checked(table), metrics)
    selected = table.checked_rows(rows)
    signs = np.array([-1.0 if table.metric(name).higher_is_better is False else 1.0 for name in names])
    whole, merits = _front(table, names, selected)
    nadir = merits.min(axis=0) if len(merits) else np.zeros(len(names))
    low = nadir if reference is None else signs * _reference(names, reference)
    span = (merits.max(axis=0) if len(merits) else nadir) - low
    volume = _volume(merits, low, span)
    has_all = np.logical_not(np.any([np.isnan(table.column(name)) for name in names], axis=0))
    found = []
    for operation in table.space.operations:
        left = rows_without(table, [operation], selected)
        front, points = _front(table, names, left)
        part = _volume(points, low, span)
        found.append({
            "operation": operation, "n_cells": int(has_all[left].sum()), "n_front": front.size,
            "kept": int(np.isin(front, whole).sum()), "best": signs[0] * points[:, 0].max() if len(points) else np.nan,
            "hypervolume": part, "loss": 1.0 - part / volume if volume > 0 else np.nan})
    frame = pd.DataFrame(found, columns=["operation", "n_cells", "n_front", "kept", "best", "hypervolume", "loss"])
    frame = frame.sort_values("loss", ascending=False, kind="stable", ignore_index=True)
    frame.attrs.update(reference=dict(zip(names, (signs * low).tolist(), strict=True)), hypervolume=volume)
    return frame


def _checked(table: CellTable) -> CellTable:
    """A table, and nothing else."""
    check_table(table)
    return table


def _front(table: CellTable, names: tuple[str, ...], rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Rows and merits of a front."""
    known, merits = known_merits(table, names, rows)
    is_on = on_front(merits)
    return known[is_on], merits[is_on]


def _volume(merits: np.ndarray, low: np.ndarray, span: np.ndarray) -> float:
    """Hypervolume of a front in units of a box; 0 where the box is flat."""
    if not len(merits) or not (span > 0).all() or not np.isfinite(span).all():
        return 0.0
    return float(hypervolume((merits - low) / span, np.zeros(span.size)))


def _reference(names: tuple[str, ...], reference: Mapping[str, float]) -> np.ndarray:
    """The reference point in the metrics' own units."""
    given = reference if isinstance(reference, Mapping) else {}
    values = [plain_float(given[name]) if name in given else None for name in names]
    if any(value is None or not np.isfinite(value) for value in values):
        raise ArgumentKindError(Message("Found the reference {reference!r:.200}; expected a number for each of "
                                        "{names}. Give one for each metric of the front.", reference=reference,
                                        names=", ".join(names)))
    return np.array(values, dtype=np.float64)
