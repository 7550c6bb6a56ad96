"""Shapley values of the edges of one cell: what each adds, on average over all orders in which they could come."""

from __future__ import annotations

from statistics import NormalDist
from typing import SupportsIndex

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.certainty import noise_of
from vanas_panel.core.contribution import MOST_EDGES, _sub_cell, packed_edges
from vanas_panel.core.encoding import MAX_VERTICES, kernel, vertex_count
from vanas_panel.core.form_rows import FIRST_SLOTS, _form_row, _roomier
from vanas_panel.core.interval import LEVEL, mean_interval
from vanas_panel.core.mean import summable
from vanas_panel.core.noise import NoiseModel
from vanas_panel.core.plain import plain_float
from vanas_panel.core.protocol import CellTable, cell_of, check_table
from vanas_panel.errors import ArgumentKindError, MissingSubCellsError, TooManyEdgesError
from vanas_panel.text.language import Message

_QUANTILE = NormalDist().inv_cdf((1 + LEVEL) / 2)
_BASELINE = -1
_MISSING = -2


def edge_shapley(table: CellTable, cell: Cell | SupportsIndex, metric: str = "test_accuracy",
                 baseline: float | None = None, noise: float | None = None) -> pd.DataFrame:
    r"""Exact Shapley values of the edges of a cell.

    The edges play a game. What remains of a set *S* of them, after everything off the paths from input to output is
    pruned, is a cell of the table, and *v(S)* is its value; *v(S)* is the baseline where no path remains. With *k*
    edges in *E*,

    .. math:: \phi_e = \sum_{S \subseteq E \setminus e} \frac{|S|! \, (k - |S| - 1)!}{k!}
                       \left( v(S \cup e) - v(S) \right)

    (Shapley, *A value for n-person games*, 1953). They add up to the value of the cell minus the baseline.

    Parameters
    ----------
    table : BenchmarkTable
    cell : Cell or int
        A cell, or the row of one.
    metric : str, optional
        The metric to evaluate cells by.
    baseline : float, optional
        The value without any path, in the metric's unit: chance by default where it is known, which is 0.1 for the
        accuracies of ten classes. Metrics without a known chance need one, such as 0 for a number of parameters.
    noise : float, optional
        The standard deviation of one repeat, in the metric's unit, where a person states it.

    Returns
    -------
    pandas.DataFrame
        One row for each edge in the order of ``cell.edges``: ``source``, ``target`` (vertex indices of `cell`),
        ``shapley`` in the metric's unit, and ``low``, ``high``: the 95 % interval by Student's t over the Shapley
        values of each repeat, of those repeats that every sub-cell has; NaN for fewer than two of these. With a stated
        noise :math:`\sigma` they follow from it instead: a Shapley value is a weighted sum of the cells' means, so

        .. math:: \phi_e \pm z_{0.975} \, \sigma \sqrt{\sum_c w_{ec}^2 / r_c}

        with :math:`w_{ec}` the weights of the formula above, added up over all subsets that leave the cell *c*, and
        :math:`r_c` its known repeats; the baseline is taken as exact, and ``attrs["noise"]`` is the stated one.
        ``attrs["cells"]`` is how many cells of the table they rest on, ``attrs["baseline"]`` the baseline.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    ArgumentKindError
        Where no baseline is given and none is known, or it is no number; where the noise is no number above 0.
    MissingSubCellsError
        Where a sub-cell is not in the table or has no value: without it they could not add up.
    TooManyEdgesError
        Where the cell has more than 20 edges.
    SelectionError
        Where the table has no row of that number.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> cell = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2), (0, 2)])
    >>> vp.edge_shapley(table, cell, "edges", baseline=0)["shapley"].tolist()
    [1.0, 1.0, 1.0]
    >>> vp.edge_shapley(table, cell, "vertices", baseline=0)["shapley"].round(3).tolist()
    [0.833, 1.333, 0.833]
    >>> vp.edge_shapley(table, cell, "vertices", baseline=0, noise=0.1)["low"].round(3).tolist()
    [0.735, 1.173, 0.735]
    """
    check_table(table)
    cell = cell_of(table, cell)
    column = table.column(metric)
    floor = _checked_baseline(table, metric, baseline)
    stated = None if noise is None else noise_of(table, metric, noise)
    edges = cell.edges
    if len(edges) > MOST_EDGES:
        raise TooManyEdgesError(Message("Found a cell of {found} edges; expected at most {most} to enumerate "
                                        "its sub-cells. Remove some.", found=len(edges), most=MOST_EDGES))
    packed, ends = packed_edges(table, cell)
    owners = _remaining_rows(packed, ends, *table.lookup)
    needed = np.unique(owners[owners != _BASELINE])
    known = needed[needed >= 0]
    missing = int((np.isnan(column[known])).sum()) + int((needed == _MISSING).any())
    if missing:
        raise MissingSubCellsError(Message(
            "Found sub-cells of this cell without a value of {metric!r}, {found} with one; expected all of them, since "
            "Shapley values add up over all. Choose another cell or metric, or ask for edge_contributions, which leave "
            "such out.",
            metric=str(metric), found=int(known.size - np.isnan(column[known]).sum())))
    shapley = _shapley_of(owners, column, floor, len(edges))
    low, high = (_interval_of_repeats(owners, table.repeats(metric), known, floor, shapley) if stated is None else
                 _interval_of_noise(owners, stated, known, shapley))
    sources, targets = zip(*edges, strict=True)
    frame = pd.DataFrame({"source": sources, "target": targets, "shapley": shapley, "low": low, "high": high})
    frame.attrs.update(cells=int(known.size), baseline=floor)
    if stated is not None:
        frame.attrs["noise"] = float(stated.deviations[0])
    return frame


def _interval_of_repeats(owners: np.ndarray, repeats: np.ndarray, known: np.ndarray, floor: float,
                         shapley: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the intervals by the Shapley values of each repeat that all cells have."""
    edges = shapley.size
    complete = [each for each in range(repeats.shape[1]) if not np.isnan(repeats[known, each]).any()]
    several = np.array([_shapley_of(owners, repeats[:, each], floor, edges) for each in complete
                        if len(complete) > 1]).reshape(-1, edges)
    squares = ((several - several.mean(axis=0)) ** 2).sum(axis=0) if len(several) else np.zeros(edges)
    return mean_interval(shapley, squares, np.full(edges, len(several)))


def _interval_of_noise(owners: np.ndarray, stated: NoiseModel, known: np.ndarray,
                       shapley: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the intervals by the stated noise, which is the same at all levels."""
    places = np.where(owners < 0, _BASELINE, np.searchsorted(known, owners))
    weights = _weights(places, known.size, shapley.size)
    # The noise is no part of the squares: its own may be larger or smaller than a number can be.
    reach = _QUANTILE * np.sqrt((weights**2 / stated.counts[known]).sum(axis=1))
    with np.errstate(over="ignore"):
        return shapley - reach * stated.deviations[0], shapley + reach * stated.deviations[0]


def _checked_baseline(table: CellTable, metric: str, baseline: object) -> float:
    """The baseline that is given, else chance."""
    if baseline is None:
        chance = table.chance(metric)
        if chance is None:
            raise ArgumentKindError(Message("Found no baseline, and what chance gives is not known for {metric!r}; "
                                            "expected the value without any path. Give baseline=0, for instance.",
                                            metric=str(metric)))
        return chance
    number = plain_float(baseline)
    if not isinstance(number, float) or not np.isfinite(number):
        raise ArgumentKindError(Message("Found {baseline!r:.60} as the baseline; expected a finite number, in the unit "
                                        "of the metric. Give one.", baseline=baseline))
    return number


def _shapley_of(owners: np.ndarray, column: np.ndarray, baseline: float, edges: int) -> np.ndarray:
    """Shapley values for one column, ``float64 (edges,)``."""
    small, factor = summable(np.append(column, baseline))
    # An owner of -1 is the last value, which is the baseline.
    with np.errstate(over="ignore"):
        return _shapley(small[owners], edges) * factor


@kernel
def _remaining_rows(packed, ends, sorted_keys, rows):
    """For every subset of the edges, the row of what remains of it: -1 for nothing, -2 where the table lacks it.

    `ends` is ``int64 (edges, 2)`` in topological indices, with at most 20 edges: ``int64 (2**edges,)`` comes back. What
    remains of a subset is a smaller number than the subset itself, so its row is known when it is asked for.
    """
    edges = ends.shape[0]
    last = vertex_count(packed) - 1
    owners = np.full(1 << edges, -1, np.int64)
    relabel = np.zeros(MAX_VERTICES, np.int64)
    forms, found, filled = np.zeros(FIRST_SLOTS, np.int64), np.zeros(FIRST_SLOTS, np.int64), 0
    for chosen in range(1, 1 << edges):
        kept = _pruned(ends, chosen, last)
        if kept != chosen:
            owners[chosen] = owners[kept]
            continue
        row, is_new = _form_row(_sub_cell(packed, ends, chosen, relabel), forms, found, sorted_keys, rows)
        owners[chosen] = row if row >= 0 else -2
        filled += is_new
        if 2 * filled > forms.size:
            forms, found = _roomier(forms, found)
    return owners


@kernel
def _pruned(ends, chosen, last):
    """The edges of a subset that lie on paths from vertex 0 to `last`, as bits."""
    behind, before = 1, 1 << last
    while True:
        seen = behind, before
        for index in range(ends.shape[0]):
            if chosen >> index & 1:
                if behind >> ends[index, 0] & 1:
                    behind |= 1 << ends[index, 1]
                if before >> ends[index, 1] & 1:
                    before |= 1 << ends[index, 0]
        if seen == (behind, before):
            break
    kept = 0
    for index in range(ends.shape[0]):
        if chosen >> index & 1 and behind >> ends[index, 0] & 1 and before >> ends[index, 1] & 1:
            kept |= 1 << index
    return kept


@kernel
def _shapley(values, edges):
    """Shapley values of `edges` players from the values of all subsets, ``float64 (2**edges,)``.

    Subsets of one size have one weight: their differences are added up first, and the sizes then have equal weight.
    """
    sums = np.zeros((edges, edges))
    for chosen in range(1 << edges):
        size = 0
        for edge in range(edges):
            size += chosen >> edge & 1
        for edge in range(edges):
            if chosen >> edge & 1 == 0:
                sums[edge, size] += values[chosen | 1 << edge] - values[chosen]
    shapley = np.zeros(edges)
    for edge in range(edges):
        subsets = 1.0
        for size in range(edges):
            shapley[edge] += sums[edge, size] / subsets / edges
            subsets = subsets * (edges - 1 - size) / (size + 1)
    return shapley


@kernel
def _weights(places, cells, edges):
    """How much the value of each cell counts in the Shapley value of each edge, ``float64 (edges, cells)``.

    `places` are the cells of all subsets, ``int64 (2**edges,)``, -1 for the baseline.
    """
    weights = np.zeros((edges, cells))
    shares = np.empty(edges)
    subsets = 1.0
    for size in range(edges):
        shares[size] = 1.0 / subsets / edges
        subsets = subsets * (edges - 1 - size) / (size + 1)
    for chosen in range(1 << edges):
        place = places[chosen]
        if place < 0:
            continue
        size = 0
        for edge in range(edges):
            size += chosen >> edge & 1
        for edge in range(edges):
            if chosen >> edge & 1:
                weights[edge, place] += shares[size - 1]
            else:
                weights[edge, place] -= shares[size]
    return weights
